/* What the fetcher decides without the network: addresses, header fields, whose credentials go where, patience. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include <cmocka.h>

#include "daemon/fetcher/address.h"
#include "daemon/fetcher/credentials.h"
#include "daemon/fetcher/field.h"
#include "daemon/fetcher/link.h"
#include "daemon/fetcher/pace.h"
#include "feeds/url.h"

static const struct { const char *addr; const char *why; } addresses[] = {
	{ "0.0.0.0", "an address of this network" }, { "0.255.255.255", "an address of this network" }, { "1.0.0.0", NULL },
	{ "9.255.255.255", NULL }, { "10.0.0.0", "a private address" }, { "10.255.255.255", "a private address" },
	{ "11.0.0.0", NULL }, { "100.63.255.255", NULL }, { "100.64.0.0", "a carrier's private address" },
	{ "100.127.255.255", "a carrier's private address" }, { "100.128.0.0", NULL }, { "126.255.255.255", NULL },
	{ "127.0.0.1", "a loopback address" }, { "127.255.255.255", "a loopback address" }, { "128.0.0.0", NULL },
	{ "169.253.255.255", NULL }, { "169.254.169.254", "a link-local address" }, { "169.255.0.0", NULL },
	{ "172.15.255.255", NULL }, { "172.16.0.0", "a private address" }, { "172.31.255.255", "a private address" },
	{ "172.32.0.0", NULL }, { "192.0.0.8", "a reserved address" }, { "192.0.1.0", NULL },
	{ "192.0.2.1", "a documentation address" }, { "192.167.255.255", NULL }, { "192.168.0.1", "a private address" },
	{ "192.169.0.0", NULL }, { "198.17.255.255", NULL }, { "198.18.0.0", "a benchmarking address" },
	{ "198.19.255.255", "a benchmarking address" }, { "198.20.0.0", NULL }, { "198.51.100.7", "a documentation address" },
	{ "203.0.113.9", "a documentation address" }, { "223.255.255.255", NULL }, { "224.0.0.1", "a multicast address" },
	{ "239.255.255.255", "a multicast address" }, { "240.0.0.1", "a reserved address" },
	{ "255.255.255.255", "a reserved address" }, { "93.184.216.34", NULL },
	{ "::", "an IPv4-compatible address" }, { "::1", "a loopback address" }, { "::2", "an IPv4-compatible address" },
	{ "::ffff:127.0.0.1", "an IPv4-mapped address" }, { "::ffff:93.184.216.34", "an IPv4-mapped address" },
	{ "64:ff9b::7f00:1", "a loopback address" }, { "64:ff9b::10.1.2.3", "a private address" },
	{ "64:ff9b::93.184.216.34", NULL }, { "64:ff9b:1::1", "a private address" }, { "100::1", "a discard address" },
	{ "2001::1", "a Teredo address" }, { "2001:db8::1", "a documentation address" }, { "2001:4860:4860::8888", NULL },
	{ "2002:7f00:1::", "a loopback address" }, { "2002:5db8:d822::1", NULL }, { "2606:2800:220:1:248:1893:25c8:1946", NULL },
	{ "fbff::1", NULL }, { "fc00::1", "a private address" }, { "fdff:ffff::1", "a private address" },
	{ "fe7f::1", NULL }, { "fe80::1", "a link-local address" }, { "febf::1", "a link-local address" },
	{ "fec0::1", "a private address" }, { "feff::1", "a private address" }, { "ff02::1", "a multicast address" },
};

static const char *
ask(const char *text, char formatted[ADDRESS_BYTES])
{
	struct sockaddr_in addr4 = { .sin_family = AF_INET };
	struct sockaddr_in6 addr6 = { .sin6_family = AF_INET6 };
	const struct sockaddr *addr = (const struct sockaddr *)(const void *)&addr4;

	if (inet_pton(AF_INET, text, &addr4.sin_addr) != 1) {
		assert_int_equal(inet_pton(AF_INET6, text, &addr6.sin6_addr), 1);
		addr = (const struct sockaddr *)(const void *)&addr6;
	}
	address_format(addr, formatted);
	return address_private(addr);
}

static int
differ(const char *left, const char *right)
{
	return left == NULL || right == NULL ? left != right : strcmp(left, right) != 0;
}

static void
test_addresses(void **state)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	char formatted[ADDRESS_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		const char *why = ask(addresses[i].addr, formatted), *by_text = address_private_text(addresses[i].addr);

		if (differ(why, addresses[i].why) || differ(by_text, addresses[i].why))
			fail_msg("row %zu: %s: %s", i, addresses[i].addr, why != NULL ? why : "public");
	}
	ask("2001:0db8::0001", formatted);
	assert_string_equal(formatted, "2001:db8::1");
	assert_null(address_private_text("localhost"));
	assert_null(address_private_text(""));
	assert_string_equal(address_private((const struct sockaddr *)(const void *)&local), "no internet address");
	assert_string_equal(address_format((const struct sockaddr *)(const void *)&local, formatted), "family 1");
}

#define DATE "Sun, 01 Nov 2026 12:00:00 GMT"
#define HOUR_LATER "Sun, 01 Nov 2026 13:00:00 GMT"
#define HOUR_BEFORE "Sun, 01 Nov 2026 11:00:00 GMT"
enum { NOW_S = 1793534400 + 600 };	/* ten minutes later than DATE: clocks differ */

static void
test_retry_after(void **state)
{
	static const struct { const char *value, *date; int64_t seconds; } rows[] = {
		{ NULL, DATE, FIELD_NONE }, { "", DATE, FIELD_NONE }, { "0", DATE, 0 }, { "120", DATE, 120 }, { "120 ", NULL, 120 },
		{ "99999999999999999999", DATE, INT32_MAX }, { "-5", DATE, FIELD_NONE }, { "1.5", DATE, FIELD_NONE },
		{ "soon", DATE, FIELD_NONE }, { HOUR_LATER, DATE, 3600 }, { HOUR_LATER, NULL, 3000 }, { HOUR_LATER, "x", 3000 },
		{ HOUR_BEFORE, DATE, 0 }, { "Sunday, 01-Nov-26 13:00:00 GMT", DATE, 3600 }, { "Sun Nov  1 13:00:00 2026", DATE, 3600 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t seconds = field_retry_after(rows[i].value, rows[i].date, NOW_S);

		if (seconds != rows[i].seconds)
			fail_msg("row %zu: %lld", i, (long long)seconds);
	}
}

static void
test_links(void **state)
{
#define BASE "https://example.org/a/feed"
	static const struct { const char *field, *relation, *url; } rows[] = {
		{ NULL, "hub", NULL }, { "", "hub", NULL }, { "<https://hub.example/>; rel=hub", "hub", "https://hub.example/" },
		{ "<https://hub.example/>; rel=\"hub\"", "hub", "https://hub.example/" }, { "<https://hub.example/>;rel=HUB", "hub", "https://hub.example/" },
		{ "</hub>; rel=hub", "hub", "https://example.org/hub" }, { "<b>; rel=self", "self", "https://example.org/a/b" },
		{ "<x>; rel=\"self hub\"", "hub", "https://example.org/a/x" }, { "<x>; rel=\"self  hub \"", "hub", "https://example.org/a/x" },
		{ "<x>; rel=\"selfhub\"", "hub", NULL }, { "<x>; rel=\"\"", "hub", NULL }, { "<x>; rel", "hub", NULL }, { "<x>", "hub", NULL },
		{ "<1>; rel=self, <2>; rel=hub , <3>; rel=hub", "hub", "https://example.org/a/2" }, { " , ,<1>; rel=hub", "hub", "https://example.org/a/1" },
		{ "<1,2>; rel=hub", "hub", "https://example.org/a/1,2" }, { "<1>; title=\"a, <9>; rel=hub\"; rel=self, <2>; rel=hub", "hub", "https://example.org/a/2" },
		{ "<1>; title=\"\\\"\"; rel=hub", "hub", "https://example.org/a/1" }, { "<1> ; a=b ; rel = hub ; c", "hub", "https://example.org/a/1" },
		{ "<1>; rel=self; rel=hub", "hub", NULL }, { "<1>; anchor=\"#x\"; rel=hub, <2>; rel=hub", "hub", "https://example.org/a/2" },
		{ "<1>; rel=hub; anchor=x", "hub", NULL }, { "<javascript:x>; rel=hub, <2>; rel=hub", "hub", "https://example.org/a/2" },
		{ "<1; rel=hub", "hub", NULL }, { "1; rel=hub, <2>; rel=hub", "hub", NULL }, { "<1>; rel=\"hub", "hub", NULL },
		{ "<1>; rel=\"hub\\", "hub", NULL }, { "<1>; =hub, <2>; rel=hub", "hub", "https://example.org/a/2" },
		{ "<1>; rel==hub, <2>; rel=hub", "hub", "https://example.org/a/2" }, { "<1>;;; rel=hub", "hub", "https://example.org/a/1" },
	};
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *url = link_find(arena, rows[i].field, rows[i].relation, BASE);

		if (differ(url, rows[i].url))
			fail_msg("row %zu: %s", i, url != NULL ? url : "none");
	}
	arena_free(arena);
}

static void
test_fresh(void **state)
{
	static const struct { const char *control, *expires, *date, *age; int64_t seconds; } rows[] = {
		{ NULL, NULL, NULL, NULL, FIELD_NONE }, { "max-age=300", NULL, NULL, NULL, 300 },
		{ "public, Max-Age=300", NULL, NULL, NULL, 300 }, { "max-age=\"300\"", NULL, NULL, NULL, 300 },
		{ " , ,max-age=300 ,public", NULL, NULL, NULL, 300 }, { "x=\"a, max-age=1\", max-age=2", NULL, NULL, NULL, 2 },
		{ "x=\"\\\", max-age=1\", max-age=2", NULL, NULL, NULL, 2 }, { "max-age=1, max-age=2", NULL, NULL, NULL, 1 },
		{ " max-age = 300 ,x", NULL, NULL, NULL, 300 }, { "max-age", NULL, NULL, NULL, FIELD_NONE },
		{ "max-aged=300", NULL, NULL, NULL, FIELD_NONE },
		{ "s-maxage=9", NULL, NULL, NULL, FIELD_NONE }, { "max-age=", NULL, NULL, NULL, FIELD_NONE },
		{ "max-age=-1", NULL, NULL, NULL, FIELD_NONE }, { "max-age=5x", NULL, NULL, NULL, FIELD_NONE },
		{ "max-age=\"5", NULL, NULL, NULL, FIELD_NONE }, { "max-age=99999999999", NULL, NULL, NULL, INT32_MAX },
		{ "no-cache, max-age=300", NULL, NULL, NULL, FIELD_NONE }, { "no-store", HOUR_LATER, DATE, NULL, FIELD_NONE },
		{ "no-cache=\"Set-Cookie\", max-age=300", NULL, NULL, NULL, FIELD_NONE },
		{ "no-caches, max-age=300", NULL, NULL, NULL, 300 }, { "max-age=300", NULL, NULL, "100", 200 },
		{ "max-age=300", NULL, NULL, "400", 0 }, { "max-age=300", NULL, NULL, "old", 300 },
		{ NULL, HOUR_LATER, DATE, NULL, 3600 }, { NULL, HOUR_LATER, NULL, NULL, 3000 }, { NULL, HOUR_BEFORE, DATE, NULL, 0 },
		{ NULL, "0", DATE, NULL, FIELD_NONE }, { "public", HOUR_LATER, DATE, "600", 3000 },
		{ "max-age=10", HOUR_LATER, DATE, NULL, 10 }, { "\"", NULL, NULL, NULL, FIELD_NONE }, { "\"\\", NULL, NULL, NULL, FIELD_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t seconds = field_fresh_s(rows[i].control, rows[i].expires, rows[i].date, rows[i].age, NOW_S);

		if (seconds != rows[i].seconds)
			fail_msg("row %zu: %lld", i, (long long)seconds);
	}
}

static void
test_phrases(void **state)
{
	(void)state;
	assert_string_equal(field_phrase(404), "Not Found");
	assert_string_equal(field_phrase(410), "Gone");
	assert_string_equal(field_phrase(299), "");
}

static void
test_take(void **state)
{
	static const struct { const char *url, *given, *rest, *username, *password; } rows[] = {
		{ "http://h/x", NULL, "http://h/x", NULL, NULL }, { "http://h/@x", NULL, "http://h/@x", NULL, NULL },
		{ "http://u:p@h/x", NULL, "http://h/x", "u", "p" }, { "http://u@h/x", NULL, "http://h/x", "u", "" },
		{ "http://u:p@h/x", "own", "http://h/x", "own", NULL }, { "http://u:p:q@h/x", NULL, "http://h/x", "u", "p:q" },
		{ "http://u%40d:p%2fq%zz%@h:81/x?y@z", NULL, "http://h:81/x?y@z", "u@d", "p/q%zz%" },
		{ "http://u:%00p@h/", NULL, "http://h/", "u", "%00p" }, { "http://a@b:c@h/", NULL, "http://h/", "a@b", "c" },
		{ "http://@h/", NULL, "http://h/", "", "" }, { "mailto:u@h", NULL, "mailto:u@h", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena *arena = arena_new(0);
		struct credentials own = { rows[i].given, NULL };
		const char *rest = credentials_take(&own, rows[i].url, arena);

		if (differ(rest, rows[i].rest) || differ(own.username, rows[i].username) || differ(own.password, rows[i].password))
			fail_msg("row %zu: %s %s %s", i, rest, own.username != NULL ? own.username : "-",
			    own.password != NULL ? own.password : "-");
		arena_free(arena);
	}
}

static void
test_same_origin(void **state)
{
	static const struct { const char *first, *url; bool same; } rows[] = {
		{ "http://h/a", "http://h/b", true }, { "http://h/a", "HTTP://H:80/b", true }, { "http://h/a", "https://h/a", false },
		{ "http://h/a", "http://h:8080/a", false }, { "https://h/a", "https://h:443/", true },
		{ "http://h/a", "http://h.evil.example/a", false }, { "http://h:443/a", "https://h/a", false },
		{ "https://www.h/a", "https://h/a", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena *arena = arena_new(0);

		if (url_same_origin(arena, rows[i].first, rows[i].url) != rows[i].same)
			fail_msg("row %zu: %s, %s", i, rows[i].first, rows[i].url);
		arena_free(arena);
	}
}

/* What happens when, in ms; PAUSE and RESUME end a phase, HOP begins another; CHECK is what is seen then. */
enum step { CHECK, PAUSE, RESUME, HOP };
enum stage { NOTHING, RESOLVED, CONNECTED };

static const struct {
	const char *name; int64_t timeout_ms;
	struct { enum step step; int64_t now_ms; enum stage stage; uint64_t head, wire; } steps[6];
	enum outcome outcome; const char *message;
} paces[] = {
	{ "quick", 60000, { { CHECK, 100, CONNECTED, 200, 5000 } }, OUTCOME_OK, "" },
	{ "no name in time", 60000, { { CHECK, 19999, NOTHING, 0, 0 } }, OUTCOME_OK, "" },
	{ "no name", 60000, { { CHECK, 20000, NOTHING, 0, 0 } }, OUTCOME_DNS, "its name is not resolved within 20s" },
	{ "no connection", 60000, { { CHECK, 20000, RESOLVED, 0, 0 } }, OUTCOME_CONNECT, "no connection within 20s" },
	{ "no connection, short timeout", 5000, { { CHECK, 5000, RESOLVED, 0, 0 } }, OUTCOME_CONNECT, "no connection within 5s" },
	{ "a connection for each hop", 60000, { { CHECK, 19000, RESOLVED, 0, 0 }, { HOP, 19500, 0, 0, 0 },
	    { CHECK, 39000, RESOLVED, 0, 0 } }, OUTCOME_OK, "" },
	{ "no answer yet", 120000, { { CHECK, 10000, RESOLVED, 0, 0 }, { CHECK, 39999, CONNECTED, 0, 0 } }, OUTCOME_OK, "" },
	{ "no answer", 120000, { { CHECK, 10000, RESOLVED, 0, 0 }, { CHECK, 40000, CONNECTED, 0, 0 } },
	    OUTCOME_TOO_SLOW, "no answer within 30s" },
	{ "no answer, short timeout", 1000, { { CHECK, 500, CONNECTED, 0, 0 } }, OUTCOME_TOO_SLOW, "no answer within 500ms" },
	{ "just quick enough", 90000, { { CHECK, 30000, CONNECTED, 200, 3000 }, { CHECK, 60000, CONNECTED, 200, 6000 } },
	    OUTCOME_OK, "" },
	{ "too slow", 90000, { { CHECK, 30000, CONNECTED, 200, 3000 }, { CHECK, 60000, CONNECTED, 200, 5999 } },
	    OUTCOME_TOO_SLOW, "less than 100 bytes a second for 30s" },
	{ "quick at first, then stuck", 300000, { { CHECK, 30000, CONNECTED, 200, 1 << 20 },
	    { CHECK, 60000, CONNECTED, 200, 1 << 20 } }, OUTCOME_TOO_SLOW, "less than 100 bytes a second for 30s" },
	{ "all in all", 60000, { { CHECK, 30000, CONNECTED, 200, 1 << 20 }, { CHECK, 60000, CONNECTED, 200, 2 << 20 } },
	    OUTCOME_TOO_SLOW, "not complete within 1m (timeout)" },
	{ "all hops together", 60000, { { HOP, 50000, 0, 0, 0 }, { CHECK, 60000, CONNECTED, 200, 2 << 20 } },
	    OUTCOME_TOO_SLOW, "not complete within 1m (timeout)" },
	{ "paused by us", 60000, { { CHECK, 1000, CONNECTED, 200, 100 }, { PAUSE, 1000, 0, 0, 0 }, { RESUME, 901000, 0, 0, 0 },
	    { CHECK, 929999, CONNECTED, 200, 100 } }, OUTCOME_OK, "" },
	{ "slow after a pause", 60000, { { CHECK, 1000, CONNECTED, 200, 100 }, { PAUSE, 1000, 0, 0, 0 },
	    { RESUME, 901000, 0, 0, 0 }, { CHECK, 930000, CONNECTED, 200, 100 } },
	    OUTCOME_TOO_SLOW, "less than 100 bytes a second for 30s" },
	{ "a pause is no gift", 60000, { { PAUSE, 1000, 0, 0, 0 }, { RESUME, 2000, 0, 0, 0 }, { CHECK, 30999, CONNECTED, 1, 4000 },
	    { CHECK, 61000, CONNECTED, 200, 1 << 20 } }, OUTCOME_TOO_SLOW, "not complete within 1m (timeout)" },
};

static enum outcome
walk(size_t row, char message[TRANSFER_MESSAGE_BYTES])
{
	enum outcome outcome = OUTCOME_OK;
	int64_t start_ms = 1000000;
	struct pace pace;

	pace_start(&pace, start_ms);
	for (size_t i = 0; i < 6 && outcome == OUTCOME_OK && paces[row].steps[i].now_ms != 0; i++) {
		enum stage stage = paces[row].steps[i].stage;
		struct transfer_progress progress = { stage >= RESOLVED, stage >= CONNECTED, paces[row].steps[i].head,
		    paces[row].steps[i].wire };
		int64_t now_ms = start_ms + paces[row].steps[i].now_ms;

		switch (paces[row].steps[i].step) {
		case CHECK: outcome = pace_check(&pace, now_ms, paces[row].timeout_ms, &progress, message); break;
		case PAUSE: pace_pause(&pace, now_ms); break;
		case RESUME: pace_resume(&pace, now_ms); break;
		case HOP: pace_hop(&pace, now_ms); break;
		}
	}
	return outcome;
}

static void
test_pace(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(paces) / sizeof(paces[0]); i++) {
		char message[TRANSFER_MESSAGE_BYTES] = "";
		enum outcome outcome = walk(i, message);

		if (outcome != paces[i].outcome || strcmp(message, paces[i].message) != 0)
			fail_msg("row %zu (%s): %s \"%s\"", i, paces[i].name, outcome_word(outcome), message);
	}
}

/* What the clock shows is what passed less what it stood still: beyond PACE_STALL_MS after a tick. It never goes back. */
static const struct { const char *name; int64_t now_ms; enum { TICK, IDLE, LOOK } what; int64_t time_ms; } times[] = {
	{ "the first tick", 100000, IDLE, 100000 },
	{ "between ticks", 100200, LOOK, 100200 },
	{ "a tick", 100250, TICK, 100250 },
	{ "a late one", 102250, LOOK, 102250 },
	{ "a second more", 103250, LOOK, 102250 },
	{ "much more", 160250, LOOK, 102250 },
	{ "it comes", 160260, TICK, 102250 },
	{ "and time goes on", 160500, TICK, 102490 },
	{ "nothing to do for an hour", 3760500, IDLE, 3702490 },
	{ "then as before", 3760600, LOOK, 3702590 },
};

static void
test_clock(void **state)
{
	struct pace_clock clock = { 0, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		int64_t time_ms;

		if (times[i].what != LOOK)
			pace_tick(&clock, times[i].now_ms, times[i].what == IDLE);
		time_ms = pace_time(&clock, times[i].now_ms);
		if (time_ms != times[i].time_ms)
			fail_msg("%s: %lld", times[i].name, (long long)time_ms);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_retry_after), cmocka_unit_test(test_links), cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_phrases), cmocka_unit_test(test_take), cmocka_unit_test(test_same_origin),
		cmocka_unit_test(test_pace), cmocka_unit_test(test_clock),
	};

	return cmocka_run_group_tests_name("fetcher-parts", tests, NULL, NULL);
}
