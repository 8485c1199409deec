/* What became of an exchange, in our words. */
#include "daemon/fetcher/transfer-private.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/fetcher/field.h"
#include "daemon/shared/conf.h"

/* --- how it ended -------------------------------------------------------------------------- */

/* text NULL: libcurl's own word; cut: with a body begun, the document is a part. */
static const struct { CURLcode code; enum outcome outcome; bool cut; const char *text; } ends[] = {
	{ CURLE_URL_MALFORMAT, OUTCOME_URL, false, "not a valid URL" },
	{ CURLE_LOGIN_DENIED, OUTCOME_URL, false, "a URL with a user name" },
	{ CURLE_UNSUPPORTED_PROTOCOL, OUTCOME_NETWORK, false, "the answer is not HTTP" },
	{ CURLE_WEIRD_SERVER_REPLY, OUTCOME_NETWORK, false, "the answer is not HTTP" },
	{ CURLE_COULDNT_RESOLVE_PROXY, OUTCOME_DNS, false, "the proxy's name cannot be resolved" },
	{ CURLE_COULDNT_RESOLVE_HOST, OUTCOME_DNS, false, "no such host" },
	{ CURLE_OPERATION_TIMEDOUT, OUTCOME_CONNECT, false, "no connection" },	/* libcurl's own limit: five minutes */
	{ CURLE_PROXY, OUTCOME_CONNECT, false, "the proxy refused" },
	{ CURLE_GOT_NOTHING, OUTCOME_NETWORK, true, "connection closed without an answer" },
	{ CURLE_SEND_ERROR, OUTCOME_NETWORK, true, "connection lost" },
	{ CURLE_RECV_ERROR, OUTCOME_NETWORK, true, "connection lost" },
	{ CURLE_HTTP2, OUTCOME_NETWORK, true, "HTTP/2 protocol error" },
	{ CURLE_HTTP2_STREAM, OUTCOME_NETWORK, true, "HTTP/2 stream ended early" },
	{ CURLE_PARTIAL_FILE, OUTCOME_TRUNCATED, true, "connection closed early" },
	{ CURLE_SSL_CONNECT_ERROR, OUTCOME_TLS, false, NULL },
	{ CURLE_PEER_FAILED_VERIFICATION, OUTCOME_TLS, false, NULL },
	{ CURLE_SSL_CACERT_BADFILE, OUTCOME_TLS, false, NULL },
	{ CURLE_SSL_CERTPROBLEM, OUTCOME_TLS, false, NULL },
	{ CURLE_SSL_CIPHER, OUTCOME_TLS, false, NULL },
	{ CURLE_SSL_ISSUER_ERROR, OUTCOME_TLS, false, NULL },
	{ CURLE_SSL_CRL_BADFILE, OUTCOME_TLS, false, NULL },
	{ CURLE_SSL_INVALIDCERTSTATUS, OUTCOME_TLS, false, NULL },
	{ CURLE_SSL_SHUTDOWN_FAILED, OUTCOME_TLS, false, NULL },
	{ CURLE_SSL_ENGINE_INITFAILED, OUTCOME_TLS, false, NULL },
	{ CURLE_USE_SSL_FAILED, OUTCOME_TLS, false, NULL },
};

static void __attribute__((format(printf, 4, 5)))
say(struct transfer *transfer, struct transfer_end *end, enum outcome outcome, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(transfer->message, sizeof(transfer->message), fmt, args);
	va_end(args);
	for (char *chr = transfer->message; *chr != '\0'; chr++)
		if (*chr < ' ' || *chr == 0x7f)
			*chr = ' ';
	end->outcome = outcome;
	end->message = transfer->message;
}

/* libcurl's "SSL certificate problem: certificate has expired" and its like, without what goes without saying. */
static const char *
tls_reason(const struct transfer *transfer, CURLcode code)
{
	static const char *const prefixes[] = { "SSL certificate problem: ", "SSL: " };
	const char *text = transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(code);

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(text, prefixes[i], strlen(prefixes[i])) == 0)
			text += strlen(prefixes[i]);
	return text;
}

static void
end_unconnected(struct transfer *transfer, struct transfer_end *end)
{
	long os_errno = 0;

	if (transfer->refused != NULL) {
		say(transfer, end, OUTCOME_PRIVATE, TRANSFER_REFUSED_FORMAT, transfer->refused_addr, transfer->refused);
		return;
	}
	curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &os_errno);
	say(transfer, end, OUTCOME_CONNECT, "%s", os_errno != 0 ? strerror((int)os_errno) : "cannot be reached");
}

static void
end_by_table(struct transfer *transfer, CURLcode code, struct transfer_end *end)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (ends[i].code != code)
			continue;
		if (ends[i].outcome == OUTCOME_TLS)
			say(transfer, end, OUTCOME_TLS, "TLS: %s", tls_reason(transfer, code));
		else if (ends[i].cut && transfer->in_body)
			say(transfer, end, OUTCOME_TRUNCATED, "%s after %llu bytes of the document", ends[i].text,
			    (unsigned long long)transfer->body_bytes);
		else
			say(transfer, end, ends[i].outcome, "%s", ends[i].text);
		return;
	}
	say(transfer, end, OUTCOME_NETWORK, "%s", curl_easy_strerror(code));
}

static void
explain(struct transfer *transfer, CURLcode code, struct transfer_end *end)
{
	char size[CONF_QUANTITY_BYTES];
	long tunnel = 0;

	if (code == CURLE_OK) {
		if (transfer->decode != NULL && !decode_is_whole(transfer->decode))
			say(transfer, end, OUTCOME_TRUNCATED, "its compression ends early, after %llu bytes of the document",
			    (unsigned long long)transfer->body_bytes);
		return;
	}
	curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
	if (tunnel >= 300)
		say(transfer, end, OUTCOME_CONNECT, "the proxy refused: HTTP %ld %s", tunnel, field_phrase((int)tunnel));
	else if (transfer->over_head)
		say(transfer, end, OUTCOME_TOO_LARGE, "more than %s of header fields", conf_format_size(TRANSFER_HEAD_MAX, size));
	else if (transfer->over_body)
		say(transfer, end, OUTCOME_TOO_LARGE, "larger than max_body (%s)",
		    conf_format_size((int64_t)transfer->config->max_body, size));
	else if (transfer->broken)
		say(transfer, end, OUTCOME_MALFORMED, "its compression is broken");
	else if (code == CURLE_COULDNT_CONNECT)
		end_unconnected(transfer, end);
	else
		end_by_table(transfer, code, end);
}

/* RFC 9112 section 6.3; RFC 9113 and later have streams with an end. A coding has one as well. */
static bool
is_delimited(const struct transfer *transfer)
{
	curl_off_t length = -1;
	long version = CURL_HTTP_VERSION_NONE;

	curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_VERSION, &version);
	return length >= 0 || version >= CURL_HTTP_VERSION_2_0 || transfer->head.transfer_encoding != NULL ||
	    transfer->decode != NULL;
}

/*
 * Where the answer points to, from where it came from. libcurl's own CURLINFO_REDIRECT_URL has the user name and password in it
 * that the request was made with.
 */
static const char *
redirect_url(struct transfer *transfer)
{
	CURLU *url = transfer->head.location != NULL ? curl_url() : NULL;
	const char *redirect = NULL;
	char *text = NULL;

	if (url == NULL)
		return NULL;
	if (curl_url_set(url, CURLUPART_URL, transfer->url, 0) == CURLUE_OK &&
	    curl_url_set(url, CURLUPART_URL, transfer->head.location, CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_URL, &text, 0) == CURLUE_OK)
		redirect = arena_strdup(transfer->arena, text);
	curl_free(text);
	curl_url_cleanup(url);
	return redirect;
}

/*
 * What core spares by its address. Not this machine and its networks: they are the user's own, and what runs there side by side, many
 * a port or a name, is no stranger's server to be spared.
 */
static const char *
public_address(const struct transfer *transfer)
{
	char *address = NULL;

	curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_IP, &address);
	if (transfer->proxied || address == NULL || *address == '\0' || address_private_text(address) != NULL)
		return NULL;
	return address;
}

void
transfer_ended(struct transfer *transfer, int code)
{
	struct transfer_end end = { .outcome = OUTCOME_OK };
	curl_off_t wire = 0;

	transfer->active = false;
	transfer_read_status(transfer);
	curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
	end.wire_bytes = wire > 0 ? (uint64_t)wire : 0;
	end.redirect_url = redirect_url(transfer);
	end.address = public_address(transfer);
	end.delimited = is_delimited(transfer);
	explain(transfer, (CURLcode)code, &end);
	transfer_forget_decode(transfer);
	transfer->ops->on_end(transfer->arg, &transfer->head, &end);
}
