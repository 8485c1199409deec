/* url: taking apart, resolving, schemes, canonical forms, hosts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/url.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
same(const char *got, const char *want)
{
	return want == NULL ? got == NULL : got != NULL && strcmp(got, want) == 0;
}

static void
test_split(void **state)
{
	/* scheme, authority, path, query, fragment; "-" is an absent piece */
	static const struct { const char *text, *parts[5]; } rows[] = {
		{ "http://a/b?c#d", { "http", "a", "/b", "c", "d" } }, { "http://a", { "http", "a", "", "-", "-" } },
		{ "//a/b", { "-", "a", "/b", "-", "-" } }, { "mailto:x@y", { "mailto", "-", "x@y", "-", "-" } },
		{ "?", { "-", "-", "", "", "-" } }, { "#", { "-", "-", "", "-", "" } }, { "", { "-", "-", "", "-", "-" } },
		{ "a/b:c", { "-", "-", "a/b:c", "-", "-" } }, { "1a:b", { "-", "-", "1a:b", "-", "-" } },
		{ "x#?y", { "-", "-", "x", "-", "?y" } }, { "file:///p", { "file", "", "/p", "-", "-" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct url_parts parts;
		const struct url_span *got[5] = { &parts.scheme, &parts.authority, &parts.path, &parts.query, &parts.fragment };

		url_split(rows[i].text, strlen(rows[i].text), &parts);
		for (size_t k = 0; k < 5; k++) {
			const char *want = rows[i].parts[k];

			if (strcmp(want, "-") == 0 ? got[k]->ptr != NULL :
			    got[k]->ptr == NULL || got[k]->len != strlen(want) || memcmp(got[k]->ptr, want, got[k]->len) != 0)
				fail_msg("row %zu: %s, part %zu", i, rows[i].text, k);
		}
	}
}

/* RFC 3986 section 5.4 */
static void
test_resolve_rfc(void **state)
{
	static const struct { const char *ref, *want; } rows[] = {
		{ "g", "http://a/b/c/g" }, { "./g", "http://a/b/c/g" }, { "g/", "http://a/b/c/g/" }, { "/g", "http://a/g" },
		{ "//g", "http://g" }, { "?y", "http://a/b/c/d;p?y" }, { "g?y", "http://a/b/c/g?y" }, { "#s", "http://a/b/c/d;p?q#s" },
		{ "g#s", "http://a/b/c/g#s" }, { "g?y#s", "http://a/b/c/g?y#s" }, { ";x", "http://a/b/c/;x" },
		{ "g;x", "http://a/b/c/g;x" }, { "g;x?y#s", "http://a/b/c/g;x?y#s" }, { ".", "http://a/b/c/" },
		{ "./", "http://a/b/c/" }, { "..", "http://a/b/" }, { "../", "http://a/b/" }, { "../g", "http://a/b/g" },
		{ "../..", "http://a/" }, { "../../", "http://a/" }, { "../../g", "http://a/g" }, { "../../../g", "http://a/g" },
		{ "../../../../g", "http://a/g" }, { "/./g", "http://a/g" }, { "/../g", "http://a/g" }, { "g.", "http://a/b/c/g." },
		{ ".g", "http://a/b/c/.g" }, { "g..", "http://a/b/c/g.." }, { "..g", "http://a/b/c/..g" },
		{ "./../g", "http://a/b/g" }, { "./g/.", "http://a/b/c/g/" }, { "g/./h", "http://a/b/c/g/h" },
		{ "g/../h", "http://a/b/c/h" }, { "g;x=1/./y", "http://a/b/c/g;x=1/y" }, { "g;x=1/../y", "http://a/b/c/y" },
		{ "g?y/./x", "http://a/b/c/g?y/./x" }, { "g?y/../x", "http://a/b/c/g?y/../x" },
		{ "g#s/./x", "http://a/b/c/g#s/./x" }, { "g#s/../x", "http://a/b/c/g#s/../x" }, { "http:g", "http:g" },
		{ "", NULL },
	};
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *got = url_resolve(arena, "http://a/b/c/d;p?q", rows[i].ref, strlen(rows[i].ref));

		if (!same(got, rows[i].want))
			fail_msg("row %zu: %s is %s", i, rows[i].ref, got != NULL ? got : "none");
	}
	arena_free(arena);
}

static void
test_resolve(void **state)
{
	static const struct { const char *base, *ref, *want; } rows[] = {
		{ "http://a", "b", "http://a/b" }, { "http://a?x", "b", "http://a/b" }, { "http://a", "?q", "http://a?q" },
		{ "http://a/b", "  c\n", "http://a/c" }, { "http://a/b", "c\td\r\ne", "http://a/cde" },
		{ "http://a/", "b c", NULL }, { NULL, "Some text", NULL }, { NULL, "http://a/b c", "http://a/b%20c" },
		{ NULL, "http://a/\"<x>\"", "http://a/%22%3Cx%3E%22" }, { NULL, "http://a/\x01\x7f", "http://a/%01%7F" },
		{ NULL, "a/b", "a/b" }, { "a/b", "c", "c" }, { "mailto:x@y", "c", "c" }, { "", "c", "c" },
		{ NULL, "//a/b", "//a/b" }, { "https://x/y", "//a/b", "https://a/b" },
		{ "http://x/", "http://a/b/../c/./d", "http://a/c/d" }, { NULL, "http://a/b/../c", "http://a/c" },
		{ "http://x/", "https://a", "https://a" }, { "http://x/", "HTTP://A/", "HTTP://A/" },
		{ "http://x/", "caf\xc3\xa9", "http://x/caf\xc3\xa9" }, { "file:///p/q", "r", "file:///p/r" },
		{ "http://x/a/", ".", "http://x/a/" }, { "http://x", "..", "http://x/" },
		{ "http://x/", "ftp://a/", "ftp://a/" }, { "http://x/", "mailto:a@b", "mailto:a@b" },
		{ "http://x/", "magnet:?xt=urn:x", "magnet:?xt=urn:x" }, { "http://x/", "tag:a,2003:b", "tag:a,2003:b" },
		{ "http://x/", "urn:isbn:1", "urn:isbn:1" }, { "http://x/", "feed:http://a/", "feed:http://a/" },
		{ "http://x/", "gemini://a/", "gemini://a/" }, { "http://x/", "gopher://a/", "gopher://a/" },
		{ "http://x/", "xmpp:a@b", "xmpp:a@b" }, { "http://x/", "tel:+1", "tel:+1" }, { "http://x/", "sip:a@b", "sip:a@b" },
		{ "http://x/", "news:a.b", "news:a.b" },
		{ "http://x/", "javascript:alert(1)", NULL }, { "http://x/", "JaVaScRiPt:1", NULL }, { "http://x/", "data:text/html,x", NULL },
		{ "http://x/", "file:///etc/passwd", NULL }, { "http://x/", "java\nscript:1", NULL }, { "http://x/", "\x01javascript:1", NULL },
		{ "http://x/", "java\x01script:1", NULL }, { "http://x/", "vbscript:1", NULL }, { "http://x/", ":x", NULL },
		{ "http://x/", "blob:http://a/", NULL }, { "http://x/", "\xef\xbd\x8a" "avascript:1", NULL },
		{ "http://x/", "a/javascript:1", "http://x/a/javascript:1" }, { "http://x/", "?a:b", "http://x/?a:b" },
	};
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *got = url_resolve(arena, rows[i].base, rows[i].ref, strlen(rows[i].ref));

		if (!same(got, rows[i].want))
			fail_msg("row %zu: %s is %s", i, rows[i].ref, got != NULL ? got : "none");
	}
	arena_free(arena);
}

static void
test_resolve_html(void **state)
{
	static const struct { const char *ref; bool image; const char *want; } rows[] = {
		{ "b c.png", false, "http://x/b%20c.png" }, { "a?b&c", false, "http://x/a?b&c" }, { "urn:x", false, NULL },
		{ "tag:x", false, NULL }, { "feed:x", false, NULL }, { "sip:x", false, NULL }, { "news:x", false, NULL },
		{ "gopher://x", false, NULL }, { "tel:1", false, "tel:1" }, { "mailto:a", false, "mailto:a" },
		{ "data:image/png;base64,AA==", true, "data:image/png;base64,AA==" },
		{ "DATA:image/GIF;base64,AA", true, "DATA:image/GIF;base64,AA" }, { "data:image/png;base64,AA", false, NULL },
		{ "data:image/svg+xml,<svg>", true, NULL }, { "data:image/pngx,A", true, NULL }, { "data:image/png", true, NULL },
		{ "data:text/html,x", true, NULL }, { "\tjava script:1", false, NULL }, { "  ", false, NULL },
	};
	struct url_base base;
	struct arena *arena = arena_new(0);

	(void)state;
	url_base_init(&base, "http://x/y");
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len = strlen(rows[i].ref);
		const char *got = url_resolve_html(arena, "http://x/y", rows[i].ref, len, rows[i].image);
		struct buf out = BUF_INIT(URL_BYTES_MAX);

		if (!same(got, rows[i].want))
			fail_msg("row %zu: %s is %s", i, rows[i].ref, got != NULL ? got : "none");
		if (url_put_html(&out, &base, rows[i].ref, len, rows[i].image) != (rows[i].want != NULL))
			fail_msg("row %zu: %s, differs", i, rows[i].ref);
		if (rows[i].want != NULL && !same(buf_str(&out), rows[i].want))
			fail_msg("row %zu: %s is %s in a buffer", i, rows[i].ref, buf_str(&out));
		if (rows[i].want == NULL && out.len != 0)
			fail_msg("row %zu: the buffer is touched", i);
		buf_free(&out);
	}
	arena_free(arena);
}

static void
test_limits(void **state)
{
	static const char image[] = "data:image/png;base64,";
	char *text = malloc(URL_DATA_BYTES_MAX + 1);
	struct arena *arena = arena_new(0);

	(void)state;
	memset(text, 'a', URL_DATA_BYTES_MAX + 1);
	assert_non_null(url_resolve(arena, "http://x/", text, URL_BYTES_MAX));
	assert_null(url_resolve(arena, "http://x/", text, URL_BYTES_MAX + 1));
	memcpy(text, image, sizeof(image) - 1);
	assert_non_null(url_resolve_html(arena, NULL, text, URL_DATA_BYTES_MAX, true));
	assert_null(url_resolve_html(arena, NULL, text, URL_DATA_BYTES_MAX + 1, true));
	arena_free(arena);
	free(text);
}

static void
test_canonical(void **state)
{
	static const struct { const char *url, *want; } rows[] = {
		{ "http://Example.ORG", "https://example.org" }, { "https://www.example.org/", "https://example.org" },
		{ "http://example.org:80/a/", "https://example.org/a" }, { "https://example.org:443/a", "https://example.org/a" },
		{ "http://example.org:443/a", "https://example.org/a" }, { "http://example.org:8080/", "https://example.org:8080" },
		{ "http://example.org./a#top", "https://example.org/a" }, { "http://u:p@www.a/", "https://u:p@a" },
		{ "http://a/b?utm_source=x&id=1&utm_medium=y", "https://a/b?id=1" }, { "http://a/b?UTM_Source=x", "https://a/b" },
		{ "http://a/b?fbclid=1&gclid=2", "https://a/b" }, { "http://a/b?", "https://a/b" }, { "http://a/b?&&c=1&", "https://a/b?c=1" },
		{ "http://a/b?ref=rss", "https://a/b" }, { "http://a/b?source=rss----abc---4", "https://a/b" },
		{ "http://a/b?ref=home", "https://a/b?ref=home" }, { "http://a/b?utm", "https://a/b?utm" },
		{ "http://a/%7euser/%c3%a9%2f", "https://a/~user/%C3%A9%2F" }, { "http://a/\xc3\xa9?\xc3\xa9", "https://a/%C3%A9?%C3%A9" },
		{ "http://a/%zz%4", "https://a/%25zz%254" }, { "http://a/%%37%37", "https://a/%2577" },
		{ "http://a/b%2e/%2E%2e/c//", "https://a/c" }, { "http://www.www.a.:80.", "https://a" }, { "http://%77ww.a", "https://a" },
		{ "http://a/b/../c", "https://a/c" }, { " http://a/b ", "https://a/b" }, { "http://wwww.a/", "https://wwww.a" },
		{ "http://b\xc3\xbc" "cher.example/1", "https://xn--bcher-kva.example/1" }, { "http://B%C3%9CCHER.example", "https://xn--bcher-kva.example" },
		{ "http://xn--bcher-kva.example/1", "https://xn--bcher-kva.example/1" }, { "http://\xc3\xbc/", "https://xn--tda" },
		{ "http://www.ma\xc3\xb1" "ana.\xe6\x97\xa5\xe6\x9c\xac:8080/", "https://xn--maana-pta.xn--wgv71a:8080" },
		{ "http://\xd0\xbf\xd0\xbe\xd1\x87\xd0\xb5\xd0\xbc\xd1\x83/", "https://xn--e1aoedxv" }, { "http://a%ff/", "https://a%ff" }, { "http://%C3%BC%2F/", "https://%c3%bc%2f" },
		{ "http://www./", "https://www" }, { "http://[::1]:80/", "https://[::1]" },
		{ "mailto:A@b", "mailto:A@b" }, { "urn:X", "urn:X" }, { "a/b", "a/b" }, { "javascript:x", NULL }, { NULL, NULL },
	};
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *got = url_canonical(arena, rows[i].url), *again = url_canonical(arena, got);

		if (!same(got, rows[i].want))
			fail_msg("row %zu: %s is %s", i, rows[i].url, got != NULL ? got : "none");
		if (!same(again, got))
			fail_msg("row %zu: %s once more is %s", i, got, again != NULL ? again : "none");
	}
	arena_free(arena);
}

static void
test_hosts(void **state)
{
	static const struct { const char *url; bool http, absolute; const char *host_port; } rows[] = {
		{ "http://Example.org", true, true, "example.org:80" }, { "HTTPS://example.org/x", true, true, "example.org:443" },
		{ "https://u:p@example.org:8443?x", true, true, "example.org:8443" }, { "http://[::1]/", true, true, "[::1]:80" },
		{ "http://[2001:DB8::1]:81/", true, true, "[2001:db8::1]:81" }, { "http://a:/", true, true, "a:80" },
		{ "http://a:99999/", true, true, NULL }, { "http://a:b/", true, true, NULL }, { "http://u@", false, true, NULL },
		{ "http://", false, true, NULL }, { "http:a", false, true, NULL }, { "ftp://a/", false, true, NULL },
		{ "//a/b", false, false, NULL }, { "a", false, false, NULL }, { "", false, false, NULL }, { NULL, false, false, NULL },
	};
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (url_is_http(rows[i].url) != rows[i].http || url_is_absolute(rows[i].url) != rows[i].absolute)
			fail_msg("row %zu: %s", i, rows[i].url);
		if (!same(url_host_port(arena, rows[i].url), rows[i].host_port))
			fail_msg("row %zu: %s is at %s", i, rows[i].url, url_host_port(arena, rows[i].url));
	}
	arena_free(arena);
}

static void
test_normalise(void **state)
{
	static const struct { const char *url, *want, *name, *password; } rows[] = {
		{ "http://host/f", "http://host/f", NULL, NULL }, { "HTTP://HOST/F", "http://host/F", NULL, NULL },
		{ "http://host/f#x", "http://host/f", NULL, NULL }, { "http://host:80/f", "http://host/f", NULL, NULL },
		{ "https://host:443/f", "https://host/f", NULL, NULL }, { "https://host:80/f", "https://host:80/f", NULL, NULL },
		{ "http://host:0080/f", "http://host/f", NULL, NULL }, { "http://host:/f", "http://host/f", NULL, NULL },
		{ "http://host:8080", "http://host:8080/", NULL, NULL }, { "http://host?q#f", "http://host/?q", NULL, NULL },
		{ "http://host/a/../f", "http://host/f", NULL, NULL }, { "http://host/./a/%2e%2E/f", "http://host/f", NULL, NULL },
		{ "http://host/%7euser/%c3%a9%2f", "http://host/~user/%C3%A9%2F", NULL, NULL },
		{ "http://host/%zz%4%", "http://host/%zz%4%", NULL, NULL }, { "http://host/%%37%37", "http://host/%%37%37", NULL, NULL },
		{ "http://host/f?a=%7e%c3/../x&utm_source=y", "http://host/f?a=%7e%c3/../x&utm_source=y", NULL, NULL },
		{ "http://host/f?", "http://host/f?", NULL, NULL }, { "http://host//f/", "http://host//f/", NULL, NULL },
		{ "http://%48ost%c3%a9/", "http://host%C3%A9/", NULL, NULL }, { "http://www.host./", "http://www.host./", NULL, NULL },
		{ "http://[2001:DB8::1]:80/f", "http://[2001:db8::1]/f", NULL, NULL }, { " http://host/a b\n", "http://host/a%20b", NULL, NULL },
		{ "http://u:pw@host/f", "http://host/f", "u", "pw" }, { "http://u@host/f", "http://host/f", "u", NULL },
		{ "http://u%40x:p%3aw%2F:y@HOST:80", "http://host/", "u@x", "p:w/:y" }, { "http://:pw@host/", "http://host/", "", "pw" },
		{ "http://u:%zz%00@host/", "http://host/", "u", "%zz%00" }, { "http://u:p@w@host/@f", "http://host/@f", "u", "p@w" },
		{ "http://@host/f", "http://host/f", "", NULL },
		{ "http://host:x/", NULL, NULL, NULL }, { "http://u:p/w@host/", NULL, NULL, NULL }, { "http://u:pw@", NULL, NULL, NULL },
		{ "http://host:65536/", NULL, NULL, NULL }, { "ftp://u:pw@host/f", NULL, NULL, NULL }, { "host/f", NULL, NULL, NULL },
		{ "", NULL, NULL, NULL }, { NULL, NULL, NULL, NULL },
	};
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct url_login login, none;
		const char *got = url_normalise(arena, rows[i].url, &login), *again = url_normalise(arena, got, &none);

		if (!same(got, rows[i].want))
			fail_msg("row %zu: %s is %s", i, rows[i].url, got != NULL ? got : "none");
		if (!same(login.name, rows[i].name) || !same(login.password, rows[i].password))
			fail_msg("row %zu: %s is of another user", i, rows[i].url);
		if (!same(again, got))
			fail_msg("row %zu: %s once more is %s", i, got, again != NULL ? again : "none");
	}
	arena_free(arena);
}

static void
test_public(void **state)
{
	static const struct { const char *str, *want; } rows[] = {
		{ "http://HOST/@f", "http://HOST/@f" }, { "http://u:pw@host/f@x", "http://host/f@x" }, { "nonsense", "nonsense" },
		{ "ftp://u:pw@host/f", "ftp://host/f" }, { "http://u:p/w@host/f", "http://host/f" }, { "u:pw@host/f", "host/f" },
		{ "u:p://w@host", "u:p://host" }, { "http://u:pw@", "http://" }, { "", "" },
	};
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (!same(url_public(arena, rows[i].str), rows[i].want))
			fail_msg("row %zu: %s is %s", i, rows[i].str, url_public(arena, rows[i].str));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split), cmocka_unit_test(test_resolve_rfc), cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_resolve_html), cmocka_unit_test(test_limits), cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_hosts), cmocka_unit_test(test_normalise), cmocka_unit_test(test_public),
	};

	return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
