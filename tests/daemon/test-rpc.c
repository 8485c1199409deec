/* The protocol, as gazette-protocol(7) has it: rows of requests and what must be in the answers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "daemon/core/client.h"
#include "daemon/core/watch.h"
#include "daemon/shared/protocol.h"
#include "tests/daemon/rig.h"

static struct rig rig;

static int
setup(void **state)
{
	(void)state;
	rig_start(&rig, "min_interval = 1h\nhost_spacing = 0s\nparallel_per_host = 4\n");
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://seed.test/ok/3/seed\",\"tags\":[\"red\",\"blue\"]}"));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rig_stop(&rig);
	return 0;
}

/* --- rows ------------------------------------------------------------------------------ */

/* Whether all that is in want is in got; arrays are compared element by element. */
static bool
contains(const json_t *got, const json_t *want)
{
	const char *key;
	json_t *value;

	if (json_is_object(want)) {
		json_object_foreach((json_t *)(uintptr_t)want, key, value)
			if (!contains(json_object_get(got, key), value))
				return false;
		return json_is_object(got);
	}
	if (!json_is_array(want))
		return json_equal(got, want);
	if (json_array_size(got) != json_array_size(want))
		return false;
	for (size_t i = 0; i < json_array_size(want); i++)
		if (!contains(json_array_get(got, i), json_array_get(want, i)))
			return false;
	return true;
}

#define CALL(method, params) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\",\"params\":" params "}"
#define ERROR(code, word) "{\"error\":{\"code\":" #code ",\"data\":{\"word\":\"" word "\"}}}"
#define RESULT(members) "{\"id\":1,\"jsonrpc\":\"2.0\",\"result\":" members "}"

static const struct { const char *request, *answer; } rows[] = {
	/* The envelope. */
	{ "nonsense", "{\"id\":null,\"error\":{\"code\":-32700}}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,", "{\"id\":null,\"error\":{\"code\":-32700}}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"status\"}", "{\"id\":null,\"error\":{\"code\":-32700}}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}", "{\"id\":null,\"error\":{\"code\":-32700}}" },
	{ "[]", "{\"id\":null,\"error\":{\"code\":-32600}}" },
	{ "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\"}]", "{\"id\":null,\"error\":{\"code\":-32600}}" },
	{ "5", "{\"id\":null,\"error\":{\"code\":-32600}}" },
	{ "null", "{\"id\":null,\"error\":{\"code\":-32600}}" },
	{ "{}", "{\"id\":null,\"error\":{\"code\":-32600}}" },
	{ "{\"id\":7,\"method\":\"status\"}", "{\"id\":7,\"error\":{\"code\":-32600}}" },
	{ "{\"jsonrpc\":\"1.0\",\"id\":7,\"method\":\"status\"}", "{\"id\":7,\"error\":{\"code\":-32600}}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":7}", "{\"id\":7,\"error\":{\"code\":-32600}}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":5}", "{\"id\":7,\"error\":{\"code\":-32600}}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":[7],\"method\":\"status\"}", "{\"id\":null,\"error\":{\"code\":-32600}}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"status\"}", "{\"id\":null,\"error\":{\"code\":-32600}}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"status\",\"params\":[]}", "{\"id\":7,\"error\":{\"code\":-32600}}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"nothing\"}", "{\"id\":7,\"error\":{\"code\":-32601}}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":\"a \\u00e9\",\"method\":\"item.count\",\"params\":{\"queries\":[]}}",
	    "{\"id\":\"a \\u00e9\",\"result\":{\"counts\":[]}}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"item.count\",\"params\":{\"queries\":[]}}", "{\"id\":1.5}" },
	{ "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"item.count\",\"params\":{\"queries\":[]}}", "{\"id\":null,\"result\":{}}" },
	{ "  {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"feed.list\",\"params\":null}\r", "{\"id\":1,\"result\":{}}" },
	/* Parameters, for all methods alike. */
	{ CALL("status", "{\"extra\":1}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.add", "{}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.add", "{\"url\":null}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.add", "{\"url\":5}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.add", "{\"url\":\"http://x.test/\",\"tags\":\"a\"}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.add", "{\"url\":\"http://x.test/\",\"tags\":[1]}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.add", "{\"url\":\"http://x.test/\",\"wait\":1}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.list", "{\"feeds\":[true]}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("item.list", "{\"limit\":0}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("item.list", "{\"limit\":1001}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("item.list", "{\"limit\":\"5\"}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("item.list", "{\"sort\":\"size\"}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("item.tag", "{\"add\":[\"a\"]}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("item.tag", "{\"ids\":[1],\"query\":\"*\",\"add\":[\"a\"]}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("changes", "{}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("changes", "{\"since\":0,\"limit\":1001}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("health", "{\"limit\":0}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("health", "{\"limit\":1001}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("health", "{\"feeds\":1}"), "{\"error\":{\"code\":-32602}}" },
	/* Health. */
	{ CALL("health", "{}"), RESULT("{\"findings\":[]}") },
	{ CALL("health", "{\"feeds\":[1],\"limit\":1000}"), RESULT("{\"findings\":[]}") },
	{ CALL("health", "{\"feeds\":[99]}"), ERROR(-32000, "no-such-feed") },
	{ CALL("health", "{\"after\":\"1:5:0\"}"), RESULT("{\"findings\":[]}") },
	{ CALL("health", "{\"after\":\"\"}"), ERROR(-32000, "bad-value") },
	{ CALL("health", "{\"after\":\"9:1:1\"}"), ERROR(-32000, "bad-value") },
	{ CALL("health", "{\"after\":\"1:-1\"}"), ERROR(-32000, "bad-value") },
	{ CALL("status", "{}"), RESULT("{\"failing\":0,\"gone\":0,\"quarantined\":0,\"state\":{\"mode\":448}}") },
	/* Feeds. */
	{ CALL("feed.get", "{\"feed\":1}"), RESULT("{\"feed\":{\"id\":1,\"url\":\"http://seed.test/ok/3/seed\",\"title\":"
	    "\"Feed seed.test/ok/3/seed\",\"home_page_url\":\"http://home.test/\",\"format\":\"rss-2.0\",\"tags\":[\"blue\",\"red\"],"
	    "\"unread\":3,\"total\":3,\"paused\":false,\"health\":\"ok\",\"settings\":{}}}") },
	{ CALL("feed.counts", "{}"), RESULT("{\"counts\":[[1,3,3]]}") }, { CALL("feed.counts", "{\"after\":1}"), RESULT("{\"counts\":[]}") },
	{ CALL("feed.counts", "{\"after\":-1}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.get", "{\"feed\":\"1\"}"), RESULT("{\"feed\":{\"id\":1}}") },
	{ CALL("feed.get", "{\"feed\":\"http://seed.test/ok/3/seed\"}"), RESULT("{\"feed\":{\"id\":1}}") },
	{ CALL("feed.get", "{\"feed\":\"SEED.TEST\"}"), RESULT("{\"feed\":{\"id\":1}}") },
	{ CALL("feed.get", "{\"feed\":99}"), ERROR(-32000, "no-such-feed") },
	{ CALL("feed.get", "{\"feed\":-1}"), ERROR(-32000, "no-such-feed") },
	{ CALL("feed.get", "{\"feed\":9223372036854775807}"), ERROR(-32000, "no-such-feed") },
	{ CALL("feed.get", "{\"feed\":\"nobody\"}"), ERROR(-32000, "no-such-feed") },
	{ CALL("feed.list", "{}"), RESULT("{\"feeds\":[{\"id\":1}]}") },
	{ CALL("feed.list", "{\"feeds\":[1,\"seed\"]}"), RESULT("{\"feeds\":[{\"id\":1}]}") },
	{ CALL("feed.list", "{\"feeds\":[]}"), RESULT("{\"feeds\":[]}") },
	{ CALL("feed.list", "{\"feeds\":[1,99]}"), ERROR(-32000, "no-such-feed") },
	{ CALL("feed.list", "{\"after\":1}"), RESULT("{\"feeds\":[]}") },
	{ CALL("feed.list", "{\"feeds\":[1],\"after\":1}"), RESULT("{\"feeds\":[]}") },
	{ CALL("feed.list", "{\"fields\":[\"unread\",\"health\"]}"), RESULT("{\"feeds\":[{\"id\":1,\"unread\":3,\"health\":\"ok\"}]}") },
	{ CALL("feed.list", "{\"fields\":[\"nothing\"]}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.list", "{\"fields\":[\"title\",\"error\",\"total\",\"tags\"],\"rows\":true}"),
	    RESULT("{\"rows\":[[1,\"Feed seed.test/ok/3/seed\",null,3,[\"blue\",\"red\"]]]}") },
	{ CALL("feed.list", "{\"fields\":[\"posts\",\"url\"],\"rows\":true}"), RESULT("{\"rows\":[[1,[0,0,0,0,0,0,0,0],\"http://seed.test/ok/3/seed\"]]}") },
	{ CALL("feed.list", "{\"rows\":true}"), RESULT("{\"rows\":[[1]]}") },
	{ CALL("feed.list", "{\"limit\":0}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.list", "{\"limit\":1001}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.list", "{\"after\":-1}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.list", "{\"after\":4294967297}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("feed.add", "{\"url\":\"ftp://x.test/\"}"), ERROR(-32000, "bad-url") },
	{ CALL("feed.add", "{\"url\":\"nonsense\"}"), ERROR(-32000, "bad-url") },
	{ CALL("feed.add", "{\"url\":\"http://seed.test/ok/3/seed\"}"),
	    "{\"error\":{\"data\":{\"word\":\"already-subscribed\",\"feed\":1}}}" },
	{ CALL("feed.add", "{\"url\":\"http://seed.test/ok/3/seed\",\"wait\":false}"),
	    "{\"error\":{\"data\":{\"word\":\"already-subscribed\",\"feed\":1}}}" },
	{ CALL("feed.add", "{\"url\":\"http://x.test/\",\"settings\":{\"colour\":1}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.add", "{\"url\":\"http://x.test/\",\"settings\":{\"interval\":\"soon\"}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.add", "{\"url\":\"http://x.test/fail/2/200\"}"), ERROR(-32000, "not-a-feed") },
	{ CALL("feed.add", "{\"url\":\"http://x.test/fail/5/404\"}"),
	    "{\"error\":{\"message\":\"http://x.test/fail/5/404: it failed as asked\",\"data\":{\"word\":\"http-error\",\"status\":404}}}" },
	{ CALL("feed.add", "{\"url\":\"http://x.test/fail/6/0\"}"), ERROR(-32000, "dns-failure") },
	{ CALL("feed.add", "{\"url\":\"http://x.test/fail/8/0\"}"), ERROR(-32000, "tls-failure") },
	{ CALL("feed.add", "{\"url\":\"http://x.test/page/http:!!x.test!fail!5!404\"}"), ERROR(-32000, "http-error") },
	{ CALL("feed.add", "{\"url\":\"http://x.test/page/http:!!x.test!page!http:!!x.test!\"}"), ERROR(-32000, "not-a-feed") },
	{ CALL("feed.add", "{\"url\":\"http://x.test/page/http:!!seed.test!ok!3!seed\"}"),
	    "{\"error\":{\"data\":{\"word\":\"already-subscribed\",\"feed\":1}}}" },
	{ CALL("feed.list", "{}"), RESULT("{\"feeds\":[{\"id\":1}]}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"title\":\"Mine\"}}"), RESULT("{\"feed\":{\"title\":\"Mine\"}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"title\":\"\"}}"), RESULT("{\"feed\":{\"title\":\"Feed seed.test/ok/3/seed\"}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"tags\":\"x,y\"}}"), RESULT("{\"feed\":{\"tags\":[\"x\",\"y\"]}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"tags\":\" a, b c\\t,, ,d \"}}"), RESULT("{\"feed\":{\"tags\":[\"a\",\"b c\",\"d\"]}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"tags\":\"x, unread\"}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"tags\":[\"starred\"]}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"tags\":[\"starred!\"]}}"), RESULT("{\"feed\":{\"tags\":[\"starred!\"]}}") },
	{ CALL("feed.add", "{\"url\":\"http://x.test/\",\"tags\":[\"unread\"]}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.add", "{\"url\":\"http://x.test/\",\"tags\":[\"a\",\"starred\"],\"wait\":false}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"tags\":[]}}"), RESULT("{\"feed\":{\"tags\":[]}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"paused\":true}}"), RESULT("{\"feed\":{\"paused\":true,\"health\":\"paused\"}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"interval\":\"2h\",\"password\":\"geheim\",\"header\":\"X-Key: geheim\"}}"),
	    RESULT("{\"feed\":{\"interval\":7200,\"next_poll_reason\":\"it is paused\",\"settings\":{\"interval\":7200,\"password\":true,\"header\":true}}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"mark_updated_unread\":\"yes\"}}"),
	    RESULT("{\"feed\":{\"settings\":{\"mark_updated_unread\":true}}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"keep_days\":\"30\",\"keep_items\":500}}"),
	    RESULT("{\"feed\":{\"settings\":{\"keep_days\":30,\"keep_items\":500}}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"keep_days\":36501}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"keep_items\":\"-1\"}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"keep_items\":\"many\"}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"keep_days\":null,\"keep_items\":\"\"}}"), RESULT("{\"feed\":{}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"mark_updated_unread\":\"often\"}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"mark_updated_unread\":false}}"),
	    RESULT("{\"feed\":{\"settings\":{\"mark_updated_unread\":false}}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"paused\":\"no\",\"interval\":null,\"password\":\"\",\"header\":null}}"),
	    RESULT("{\"feed\":{\"paused\":false,\"next_poll_reason\":\"its settings were changed\",\"health\":\"ok\"}}") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"paused\":\"maybe\"}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"url\":\"nonsense\"}}"), ERROR(-32000, "bad-url") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"title\":\"New\",\"colour\":\"red\"}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.set", "{\"feed\":1,\"set\":{\"header\":\"X: a\\r\\nY: b\"}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.set", "{\"feed\":99,\"set\":{}}"), ERROR(-32000, "no-such-feed") },
	{ CALL("feed.get", "{\"feed\":1}"), RESULT("{\"feed\":{\"title\":\"Feed seed.test/ok/3/seed\"}}") },
	{ CALL("feed.remove", "{\"feed\":99}"), ERROR(-32000, "no-such-feed") },
	{ CALL("feed.refresh", "{\"feeds\":[99]}"), ERROR(-32000, "no-such-feed") },
	{ CALL("feed.refresh", "{\"feeds\":[1]}"),
	    RESULT("{\"polled\":0,\"not_modified\":0,\"failed\":0,\"new\":0,\"updated\":0,\"skipped\":[{\"feed\":1}],\"errors\":[]}") },
	{ CALL("feed.refresh", "{\"feeds\":[]}"), RESULT("{\"polled\":0,\"skipped\":[]}") },
	{ CALL("feed.import", "{\"feeds\":[{\"url\":\"http://seed.test/ok/3/seed\",\"tags\":[\"in\"]},{\"url\":\"x\"},{},5,"
	    "{\"url\":\"http://y.test/\",\"tags\":5},{\"url\":\"http://y.test/\",\"tags\":[\"unread\"]}]}"),
	    RESULT("{\"added\":0,\"existing\":1,\"errors\":[{\"url\":\"x\"},{},{},{},{\"url\":\"http://y.test/\"}]}") },
	{ CALL("feed.get", "{\"feed\":1}"), RESULT("{\"feed\":{\"tags\":[\"in\"]}}") },
	/* Entries. */
	{ CALL("item.list", "{\"sort\":\"oldest\"}"), RESULT("{\"items\":[{\"id\":\"seed-0\",\"url\":\"http://seed.test/ok/3/seed#0\","
	    "\"title\":\"Title seed 0\",\"date_published\":\"2026-09-21T14:13:20Z\",\"authors\":[{\"name\":\"Ann\"}],\"tags\":[\"one\"],"
	    "\"_gazette\":{\"item\":3,\"feed\":1,\"tags\":[\"unread\"],\"revision\":0,\"categories\":[{\"term\":\"one\",\"scheme\":\"s\"}]}},"
	    "{\"id\":\"seed-1\"},{\"id\":\"seed-2\"}]}") },
	{ CALL("item.list", "{}"), RESULT("{\"items\":[{\"id\":\"seed-2\"},{\"id\":\"seed-1\"},{\"id\":\"seed-0\"}]}") },
	{ CALL("item.list", "{\"query\":\"is:starred\"}"), RESULT("{\"items\":[]}") },
	{ CALL("item.list", "{\"query\":\"is:what\"}"),
	    "{\"error\":{\"code\":-32000,\"data\":{\"word\":\"bad-query\",\"position\":3}}}" },
	{ CALL("item.list", "{\"after\":\"nonsense\"}"), ERROR(-32000, "bad-value") },
	{ CALL("item.list", "{\"query\":\"word\"}"), ERROR(-32000, "no-index") },
	{ CALL("item.list", "{\"limit\":1,\"snippet\":true}"), RESULT("{\"items\":[{\"id\":\"seed-2\"}]}") },
	{ CALL("item.list", "{\"limit\":1,\"snippet\":5}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("item.list", "{\"limit\":1,\"fields\":[\"title\",\"tags\"]}"), RESULT("{\"items\":[{\"id\":\"seed-2\",\"title\":"
	    "\"Title seed 2\",\"tags\":[\"one\"],\"_gazette\":{\"item\":1}}]}") },
	{ CALL("item.list", "{\"limit\":1,\"fields\":[\"*\"]}"),
	    RESULT("{\"items\":[{\"content_html\":\"<p>text of this entry</p>\"}]}") },
	{ CALL("item.get", "{\"item\":1}"),
	    RESULT("{\"item\":{\"id\":\"seed-2\",\"content_html\":\"<p>text of this entry</p>\"}}") },
	{ CALL("item.get", "{\"item\":1,\"revision\":0}"), RESULT("{\"item\":{\"id\":\"seed-2\",\"_gazette\":{\"revision\":0}}}") },
	{ CALL("item.get", "{\"item\":1,\"revision\":1}"), ERROR(-32000, "no-such-item") },
	{ CALL("item.why", "{\"item\":1}"), RESULT("{\"item\":1,\"feed\":1,\"feed_title\":\"Feed seed.test/ok/3/seed\",\"removed\":false,"
	    "\"revision\":0,\"known_by\":\"guid\",\"aliases\":[{\"alias\":\"guid\",\"state\":\"finds\",\"count\":1},{\"alias\":\"link\"},"
	    "{\"alias\":\"text\",\"state\":\"finds\",\"count\":1}]}") },
	{ CALL("item.why", "{\"item\":4}"), ERROR(-32000, "no-such-item") },
	{ CALL("item.why", "{\"item\":0}"), ERROR(-32000, "no-such-item") },
	{ CALL("rule.list", "{}"), RESULT("{\"rules\":[]}") },
	{ CALL("rule.add", "{\"query\":\"(\",\"actions\":[\"read\"]}"), ERROR(-32000, "bad-query") },
	{ CALL("rule.add", "{\"query\":\"*\",\"actions\":[]}"), ERROR(-32000, "bad-value") },
	{ CALL("rule.add", "{\"query\":\"*\",\"actions\":[\"exec:true\"]}"), ERROR(-32000, "not-allowed") },
	{ CALL("rule.add", "{\"query\":\"*\"}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("rule.remove", "{\"rule\":1}"), ERROR(-32000, "no-such-rule") },
	{ CALL("rule.apply", "{\"rule\":1}"), ERROR(-32000, "no-such-rule") },
	{ CALL("rule.apply", "{}"), RESULT("{\"matched\":0,\"changed\":0,\"dropped\":0,\"commands\":0}") },
	{ CALL("rule.test", "{\"query\":\"*\",\"limit\":1}"), RESULT("{\"matched\":3,\"items\":[{}]}") },
	{ CALL("rule.test", "{\"query\":\"*\",\"limit\":0}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("item.revisions", "{\"item\":1}"), RESULT("{\"revision\":0,\"revisions\":[]}") },
	{ CALL("item.revisions", "{\"item\":4}"), ERROR(-32000, "no-such-item") },
	{ CALL("item.get", "{\"item\":0}"), ERROR(-32000, "no-such-item") },
	{ CALL("item.get", "{\"item\":4}"), ERROR(-32000, "no-such-item") },
	{ CALL("item.get", "{\"item\":4294967297}"), ERROR(-32000, "no-such-item") },
	{ CALL("item.count", "{\"queries\":[\"*\",\"is:unread\",\"is:starred\"]}"), RESULT("{\"counts\":[3,3,0]}") },
	{ CALL("item.count", "{\"queries\":[\"*\",\"(\"]}"), ERROR(-32000, "bad-query") },
	{ CALL("item.tag", "{\"ids\":[1,2,4,-5,4294967297],\"add\":[\"starred\",\"later\"],\"remove\":[\"unread\"]}"),
	    RESULT("{\"changed\":2}") },
	{ CALL("item.tag", "{\"query\":\"is:starred\",\"add\":[\"starred\"]}"), RESULT("{\"changed\":0}") },
	{ CALL("item.tag", "{\"query\":\"is:what\",\"add\":[\"starred\"]}"), ERROR(-32000, "bad-query") },
	{ CALL("item.tag", "{\"ids\":[1],\"add\":[\"\"]}"), ERROR(-32000, "bad-value") },
	{ CALL("item.tag", "{\"ids\":[1],\"add\":[\"a\"],\"remove\":[\"a\"]}"), ERROR(-32000, "bad-value") },
	{ CALL("item.count", "{\"queries\":[\"is:unread\",\"is:starred\",\"tag:later\"]}"), RESULT("{\"counts\":[1,2,2]}") },
	{ CALL("item.tag", "{\"query\":\"*\",\"remove\":[\"starred\",\"later\"],\"add\":[\"unread\"]}"), RESULT("{\"changed\":2}") },
	{ CALL("tag.list", "{}"), RESULT("{\"tags\":[{\"tag\":\"in\",\"items\":0,\"feeds\":1},{\"tag\":\"unread\",\"items\":3,\"feeds\":0}]}") },
	{ CALL("undo", "{}"), RESULT("{\"undone\":1,\"changed\":2,\"operations\":[{\"items\":2,\"added\":[\"unread\"],"
	    "\"removed\":[\"starred\",\"later\"],\"query\":\"*\",\"feed\":1,\"feed_title\":\"Feed seed.test/ok/3/seed\"}]}") },
	{ CALL("tag.list", "{\"limit\":2}"), RESULT("{\"tags\":[{\"tag\":\"in\"},{\"tag\":\"later\",\"items\":2,\"feeds\":0}],"
	    "\"after\":\"later\"}") },
	{ CALL("tag.list", "{\"after\":\"later\",\"limit\":2}"), RESULT("{\"tags\":[{\"tag\":\"starred\",\"items\":2},"
	    "{\"tag\":\"unread\",\"items\":1}]}") },
	{ CALL("tag.list", "{\"after\":\"v\"}"), RESULT("{\"tags\":[]}") },
	{ CALL("tag.list", "{\"limit\":0}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("item.count", "{\"queries\":[\"is:unread\",\"is:starred\",\"tag:later\"]}"), RESULT("{\"counts\":[1,2,2]}") },
	{ CALL("undo", "{\"count\":1000}"), RESULT("{\"undone\":1,\"changed\":2}") },
	{ CALL("undo", "{\"count\":2}"), RESULT("{\"undone\":0,\"changed\":0,\"operations\":[]}") },
	{ CALL("item.tag", "{\"ids\":[2],\"add\":[\"starred\"]}"), RESULT("{\"changed\":1}") },
	{ CALL("undo", "{}"), RESULT("{\"undone\":1,\"operations\":[{\"items\":1,\"added\":[\"starred\"],\"removed\":[],\"feed\":1,"
	    "\"item\":2,\"title\":\"Title seed 1\"}]}") },
	{ CALL("undo", "{\"count\":0}"), "{\"error\":{\"code\":-32602}}" },
	{ CALL("undo", "{\"count\":1001}"), "{\"error\":{\"code\":-32602}}" },
	/* State and the rest. */
	{ CALL("status", "{}"), RESULT("{\"feeds\":1,\"items\":3,\"unread\":3,\"starred\":0,\"failing\":0,\"ingest\":{\"state\":"
	    "\"running\"},\"fetcher\":{\"state\":\"running\",\"restarts\":0},\"index\":{\"state\":\"down\"},\"clients\":1}") },
	{ CALL("unwatch", "{\"watch\":5}"), ERROR(-32000, "bad-value") },
	{ CALL("watch", "{\"query\":\"is:what\"}"), ERROR(-32000, "bad-query") },
	{ CALL("watch", "{\"since\":1000000}"), ERROR(-32000, "bad-value") },
	{ CALL("changes", "{\"since\":1000000}"), ERROR(-32000, "bad-value") },
	{ CALL("search.add", "{\"name\":\"mine\",\"query\":\"is:unread\"}"), RESULT("{}") },
	{ CALL("search.add", "{\"name\":\"bad\",\"query\":\"is:what\"}"), ERROR(-32000, "bad-query") },
	{ CALL("search.list", "{}"), RESULT("{\"searches\":[{\"name\":\"mine\",\"query\":\"is:unread\"}]}") },
	{ CALL("item.count", "{\"queries\":[\"search:mine\"]}"), RESULT("{\"counts\":[3]}") },
	{ CALL("search.remove", "{\"name\":\"mine\"}"), RESULT("{}") },
	{ CALL("search.remove", "{\"name\":\"mine\"}"), ERROR(-32000, "no-such-search") },
	/* New feeds that are paused: looked at first, or never. */
	{ CALL("feed.add", "{\"url\":\"http://x.test/ok/1/p\",\"settings\":{\"paused\":\"maybe\"}}"), ERROR(-32000, "bad-value") },
	{ CALL("feed.add", "{\"url\":\"http://x.test/ok/1/p\",\"settings\":{\"paused\":\"yes\",\"interval\":\"2h\"}}"),
	    RESULT("{\"feed\":{\"id\":2,\"paused\":true,\"total\":1,\"settings\":{\"interval\":7200}}}") },
	{ CALL("feed.add", "{\"url\":\"http://x.test/ok/1/q\",\"settings\":{\"paused\":true},\"wait\":false}"),
	    RESULT("{\"feed\":{\"id\":3,\"paused\":true,\"total\":0}}") },
	{ CALL("feed.import", "{\"feeds\":[{\"url\":\"http://x.test/ok/1/q\"},{\"url\":\"http://x.test/ok/1/r\"}],"
	    "\"settings\":{\"paused\":\"yes\"}}"), RESULT("{\"added\":1,\"existing\":1}") },
	{ CALL("feed.get", "{\"feed\":4}"), RESULT("{\"feed\":{\"paused\":true,\"next_poll_reason\":\"it is paused\"}}") },
	{ CALL("feed.remove", "{\"feed\":2}"), RESULT("{}") },
	{ CALL("feed.remove", "{\"feed\":3}"), RESULT("{}") },
	{ CALL("feed.remove", "{\"feed\":4}"), RESULT("{}") },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		json_t *want = json_loads(rows[i].answer, 0, NULL), *got;

		assert_non_null(want);
		rig_peer_write(&rig.peer, rows[i].request, strlen(rows[i].request));
		got = rig_peer_read(&rig.peer);
		if (got == NULL || !contains(got, want))
			fail_msg("row %zu: %s\n gave %s\n want %s", i, rows[i].request, json_dumps(got, JSON_COMPACT), rows[i].answer);
		json_decref(want);
		json_decref(got);
	}
}

/* Lists that are too long. */
static void
test_long_lists(void **state)
{
	static const struct { const char *method, *list, *element; int most; } lists[] = {
		{ "feed.import", "feeds", "{}", 20000 }, { "item.count", "queries", "\"*\"", 1000 }, { "item.list", "fields", "\"title\"", 32 }
	};

	(void)state;
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		for (int more = 0; more < 2; more++) {
			struct buf params = BUF_INIT(1 << 20);
			json_t *answer;

			buf_printf(&params, "{\"%s\":[%s", lists[i].list, lists[i].element);
			for (int j = 1; j < lists[i].most + more; j++)
				buf_printf(&params, ",%s", lists[i].element);
			buf_puts(&params, "]}");
			answer = rig_answer(&rig, rig_send(&rig, lists[i].method, buf_str(&params)));
			if ((json_object_get(answer, "error") != NULL) != (more != 0))
				fail_msg("%s with %d elements", lists[i].method, lists[i].most + more);
			json_decref(answer);
			buf_free(&params);
		}
}

/* No secret is in any answer. */
static void
test_secrets(void **state)
{
	static const char *const methods[] = { "feed.list", "status", "search.list" };

	(void)state;
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"password\":\"geheim\",\"cookie\":\"geheim\","
	    "\"header\":\"A: geheim\",\"proxy\":\"http://u:geheim@p.test\"}}"));
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		json_t *result = rig_call(&rig, methods[i], "{}");
		char *text = json_dumps(result, 0);

		assert_null(strstr(text, "geheim"));
		free(text);
		json_decref(result);
	}
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"password\":\"\",\"cookie\":\"\",\"header\":\"\",\"proxy\":\"\"}}"));
}

/* Other spellings of a URL are that URL; the user in it becomes settings, and its secret is told to nobody. */
static void
test_urls(void **state)
{
#define KNOWN "{\"error\":{\"data\":{\"word\":\"already-subscribed\",\"feed\":1}}}"
#define LOGIN(name) "\"settings\":{\"username\":\"" name "\",\"password\":true}"
	static const struct { const char *request, *answer; } urls[] = {
		{ CALL("feed.add", "{\"url\":\"HTTP://SEED.test/ok/3/seed\"}"), KNOWN },
		{ CALL("feed.add", "{\"url\":\"http://seed.test/ok/3/seed#x\",\"wait\":false}"), KNOWN },
		{ CALL("feed.add", "{\"url\":\"http://seed.test:80/ok/3/seed\"}"), KNOWN },
		{ CALL("feed.add", "{\"url\":\"http://seed.test/a/../ok/3/seed\",\"wait\":false}"), KNOWN },
		{ CALL("feed.add", "{\"url\":\"http://u:geheim@seed.test/ok/3/seed\"}"), KNOWN },
		{ CALL("feed.add", "{\"url\":\"http://x.test/page/http:!!u:geheim@seed.test!ok!3!seed\"}"), KNOWN },
		{ CALL("feed.import", "{\"feeds\":[{\"url\":\"http://u:geheim@SEED.test/ok/3/seed\"}]}"), RESULT("{\"added\":0,\"existing\":1}") },
		{ CALL("feed.get", "{\"feed\":\"http://u:geheim@SEED.test/ok/3/seed\"}"), RESULT("{\"feed\":{\"id\":1,\"settings\":{}}}") },
		{ CALL("feed.get", "{\"feed\":\"http://u:geheim@none.test/\"}"), ERROR(-32000, "no-such-feed") },
		{ CALL("feed.get", "{\"feed\":\"http://u:ge/geheim@none.test/\"}"), ERROR(-32000, "no-such-feed") },
		{ CALL("feed.add", "{\"url\":\"ftp://u:geheim@x.test/\"}"), ERROR(-32000, "bad-url") },
		{ CALL("feed.add", "{\"url\":\"http://u:ge/geheim@x.test/\"}"), ERROR(-32000, "bad-url") },
		{ CALL("feed.add", "{\"url\":\"http://u:geheim%0a@x.test/ok/1/x\"}"), ERROR(-32000, "bad-value") },
		{ CALL("feed.add", "{\"url\":\"http://u:geheim@x.test/fail/5/404\"}"),
		    "{\"error\":{\"message\":\"http://x.test/fail/5/404: it failed as asked\"}}" },
		{ CALL("feed.add", "{\"url\":\"http://me%40x:geheim@url.test/ok/1/url\"}"),
		    RESULT("{\"feed\":{\"url\":\"http://url.test/ok/1/url\"," LOGIN("me@x") "}}") },
		{ CALL("feed.set", "{\"feed\":\"url.test\",\"set\":{\"url\":\"http://you:geheim@URL.test:80/ok/1/url\"}}"),
		    RESULT("{\"feed\":{\"url\":\"http://url.test/ok/1/url\"," LOGIN("you") "}}") },
		{ CALL("feed.set", "{\"feed\":\"url.test\",\"set\":{\"url\":\"http://her:geheim@url.test/ok/1/url\",\"username\":\"own\"}}"),
		    RESULT("{\"feed\":{" LOGIN("own") "}}") },
		{ CALL("feed.set", "{\"feed\":\"url.test\",\"set\":{\"url\":\"http://u:ge/geheim@x.test/\"}}"), ERROR(-32000, "bad-url") },
		{ CALL("feed.set", "{\"feed\":\"url.test\",\"set\":{\"url\":\"http://u:geheim@seed.test/ok/3/seed\"}}"), "{\"error\":{}}" },
		{ CALL("feed.remove", "{\"feed\":\"http://URL.test/ok/1/url\"}"), RESULT("{}") },
		{ CALL("feed.import", "{\"feeds\":[{\"url\":\"http://u:geheim@IN.test:80/ok/1/in\"},{\"url\":\"gopher://u:geheim@x/\"},"
		    "{\"url\":\"http://u:geheim%01@x.test/\"}],\"settings\":{\"username\":\"own\"}}"),
		    RESULT("{\"added\":1,\"errors\":[{\"url\":\"gopher://x/\"},{\"url\":\"http://x.test/\"}]}") },
		{ CALL("feed.get", "{\"feed\":\"http://in.test/ok/1/in\"}"), RESULT("{\"feed\":{" LOGIN("own") "}}") },
		{ CALL("feed.remove", "{\"feed\":\"http://in.test/ok/1/in\"}"), RESULT("{}") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		json_t *want = json_loads(urls[i].answer, 0, NULL), *got;
		char *text;

		assert_non_null(want);
		rig_peer_write(&rig.peer, urls[i].request, strlen(urls[i].request));
		got = rig_peer_read(&rig.peer);
		text = json_dumps(got, JSON_COMPACT);
		if (text == NULL || !contains(got, want) || strstr(text, "geheim") != NULL)
			fail_msg("row %zu: %s\n gave %s\n want %s", i, urls[i].request, text, urls[i].answer);
		free(text);
		json_decref(want);
		json_decref(got);
	}
}

/* --- lines and connections ---------------------------------------------------------------- */

/* A request in pieces, several in one, and one without an id, which is not answered. */
static void
test_pieces(void **state)
{
	static const char two[] = CALL("item.count", "{\"queries\":[\"*\"]}") "\n"
	    "{\"jsonrpc\":\"2.0\",\"method\":\"status\"}\n" CALL("item.count", "{\"queries\":[\"is:unread\",\"*\"]}");
	json_t *answer;

	(void)state;
	for (size_t i = 0; i < sizeof two - 1; i++)
		assert_int_equal(send(rig.peer.fd, two + i, 1, 0), 1);
	rig_peer_write(&rig.peer, "", 0);
	answer = rig_peer_read(&rig.peer);
	assert_int_equal(json_array_size(json_object_get(json_object_get(answer, "result"), "counts")), 1);
	json_decref(answer);
	answer = rig_peer_read(&rig.peer);
	assert_int_equal(json_array_size(json_object_get(json_object_get(answer, "result"), "counts")), 2);
	json_decref(answer);
}

/* The longest line that may be, and one byte more: an error, and the end of that connection. */
static void
test_long_lines(void **state)
{
	static char line[PROTOCOL_REQUEST_MAX + 1];
	struct rig_peer peer;
	json_t *answer;

	(void)state;
	rig_peer_open(&rig, &peer);
	memset(line, ' ', sizeof line);
	memcpy(line, CALL("status", "{}"), sizeof CALL("status", "{}") - 1);
	rig_peer_write(&peer, line, PROTOCOL_REQUEST_MAX);
	answer = rig_peer_read(&peer);
	assert_non_null(json_object_get(answer, "result"));
	json_decref(answer);
	rig_peer_write(&peer, line, PROTOCOL_REQUEST_MAX + 1);
	answer = rig_peer_read(&peer);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(answer, "error"), "code")), RPC_EREQUEST);
	json_decref(answer);
	assert_null(rig_peer_read(&peer));
	rig_peer_close(&peer);
}

/* Many requests at once: all are answered, in order. */
static void
test_pipeline(void **state)
{
	enum { MANY = 2000 };
	struct buf lines = BUF_INIT(16 << 20);

	(void)state;
	for (int i = 0; i < MANY; i++)
		buf_printf(&lines, "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"item.count\",\"params\":{\"queries\":[\"*\"]}}\n", 100000 + i);
	rig_peer_write(&rig.peer, lines.ptr, lines.len - 1);
	for (int i = 0; i < MANY; i++) {
		json_t *answer = rig_peer_read(&rig.peer);

		assert_int_equal(json_integer_value(json_object_get(answer, "id")), 100000 + i);
		json_decref(answer);
	}
	buf_free(&lines);
}

/* Half-closed: what was asked is answered, then the connection ends. */
static void
test_half_closed(void **state)
{
	struct rig_peer peer;
	json_t *answer;

	(void)state;
	rig_peer_open(&rig, &peer);
	rig_peer_write(&peer, CALL("feed.add", "{\"url\":\"http://half.test/ok/1/half\"}"),
	    sizeof CALL("feed.add", "{\"url\":\"http://half.test/ok/1/half\"}") - 1);
	assert_int_equal(shutdown(peer.fd, SHUT_WR), 0);
	answer = rig_peer_read(&peer);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(answer, "result"), "new")), 1);
	json_decref(answer);
	assert_null(rig_peer_read(&peer));
	rig_peer_close(&peer);
	json_decref(rig_call(&rig, "feed.remove", "{\"feed\":\"half.test\"}"));
}

/* One client too many is told so. Room is made by one that leaves. */
static void
test_many_clients(void **state)
{
	static struct rig_peer peers[PROTOCOL_CLIENTS_MAX];
	json_t *answer;

	(void)state;
	for (int i = 0; i < PROTOCOL_CLIENTS_MAX; i++)
		rig_peer_open(&rig, &peers[i]);
	/* Ours is the first; these fill up, the last of them is too many. */
	answer = rig_peer_read(&peers[PROTOCOL_CLIENTS_MAX - 1]);
	assert_string_equal(json_string_value(json_object_get(json_object_get(json_object_get(answer, "error"), "data"), "word")), "busy");
	json_decref(answer);
	assert_null(rig_peer_read(&peers[PROTOCOL_CLIENTS_MAX - 1]));
	for (int i = 0; i < PROTOCOL_CLIENTS_MAX; i++)
		rig_peer_close(&peers[i]);
	for (;;) {
		json_t *result = rig_call(&rig, "status", "{}");
		json_int_t clients = json_integer_value(json_object_get(result, "clients"));

		json_decref(result);
		if (clients == 1)
			break;
	}
}

/* Half a line and a hang-up, more often than there may be clients: each is forgotten. */
static void
test_half_lines(void **state)
{
	struct rig_peer peer;
	json_t *answer;

	(void)state;
	for (int i = 0; i < PROTOCOL_CLIENTS_MAX + 50; i++) {
		rig_peer_open(&rig, &peer);
		assert_int_equal(send(peer.fd, "x", 1, MSG_NOSIGNAL), 1);
		rig_peer_close(&peer);
	}
	json_decref(rig_call(&rig, "status", "{}"));
	/* Who only stops speaking is answered. */
	rig_peer_open(&rig, &peer);
	assert_int_equal(send(peer.fd, CALL("status", "{}"), sizeof CALL("status", "{}") - 1, MSG_NOSIGNAL),
	    sizeof CALL("status", "{}") - 1);
	assert_int_equal(shutdown(peer.fd, SHUT_WR), 0);
	answer = rig_peer_read(&peer);
	assert_non_null(json_object_get(answer, "result"));
	json_decref(answer);
	assert_null(rig_peer_read(&peer));
	rig_peer_close(&peer);
}

/* Unfinished lines of many are not all kept; who says little is served meanwhile, and all is well when they have gone. */
static void
test_crowd(void **state)
{
	enum { PEERS = 40, SAYS = 900 << 10 };
	static struct rig_peer peers[PEERS];
	static char line[SAYS];
	int refused = 0;

	(void)state;
	memset(line, 'x', sizeof line);
	for (int i = 0; i < PEERS; i++) {
		size_t sent = 0;

		rig_peer_open(&rig, &peers[i]);
		while (sent < sizeof line) {
			ssize_t put = send(peers[i].fd, line + sent, sizeof line - sent, MSG_NOSIGNAL);

			if (put <= 0)
				break;
			sent += (size_t)put;
		}
		refused += sent < sizeof line;
	}
	json_decref(rig_call(&rig, "status", "{}"));
	assert_in_range(refused, PEERS - (CLIENT_IN_ALL >> 20) - 8, PEERS - 1);
	for (int i = 0; i < PEERS; i++)
		rig_peer_close(&peers[i]);
	json_decref(rig_call(&rig, "item.list", "{\"query\":\"*\"}"));
}

/* A client that asks and never reads stops being read; others go on as if it were not there. */
static void
test_slow_reader(void **state)
{
	static const char request[] = CALL("item.list", "{\"query\":\"*\",\"fields\":[\"*\"]}") "\n";
	struct rig_peer peer;
	ssize_t put = 0;

	(void)state;
	json_decref(rig_call(&rig, "feed.add", "{\"url\":\"http://big.test/big/300000/big\"}"));
	rig_peer_open(&rig, &peer);
	for (int full = 0; full < 1000;) {
		put = send(peer.fd, request, sizeof request - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (put == -1) {
			assert_int_equal(errno, EAGAIN);
			json_decref(rig_call(&rig, "item.count", "{\"queries\":[\"*\"]}"));
			full++;
		}
	}
	/* It has not been fed more than its share: what waits is the soft limit, one answer, and what the sockets hold. */
	put = 0;
	for (;;) {
		static char bytes[64 << 10];
		ssize_t got = recv(peer.fd, bytes, sizeof bytes, MSG_DONTWAIT);

		if (got <= 0)
			break;
		put += got;
	}
	assert_true(put < 4 * CLIENT_OUT_SOFT);
	rig_peer_close(&peer);
	json_decref(rig_call(&rig, "feed.remove", "{\"feed\":\"big.test\"}"));
}

/* A page ends early when its contents are large, and its cursor leads on: every entry comes once. */
static void
test_large_pages(void **state)
{
	char after[128] = "", params[256];
	int pages = 0, items = 0;

	(void)state;
	for (int i = 0; i < 12; i++) {
		snprintf(params, sizeof params, "{\"url\":\"http://large%d.test/big/1000000/large%d\"}", i, i);
		json_decref(rig_call(&rig, "feed.add", params));
	}
	do {
		json_t *result;

		snprintf(params, sizeof params, "{\"query\":\"*\",\"limit\":1000,\"fields\":[\"*\"]%s%s%s}", after[0] ? ",\"after\":\"" : "",
		    after, after[0] ? "\"" : "");
		result = rig_call(&rig, "item.list", params);
		items += (int)json_array_size(json_object_get(result, "items"));
		pages++;
		snprintf(after, sizeof after, "%s", json_string_value(json_object_get(result, "after")) != NULL ?
		    json_string_value(json_object_get(result, "after")) : "");
		json_decref(result);
	} while (after[0] != '\0');
	assert_int_equal(items, 12 + 3);
	assert_in_range(pages, 3, 5);
	for (int i = 0; i < 12; i++) {
		snprintf(params, sizeof params, "{\"feed\":\"large%d.test\"}", i);
		json_decref(rig_call(&rig, "feed.remove", params));
	}
}

/* --- watches ------------------------------------------------------------------------------- */

static json_int_t
seq_of(const json_t *notification)
{
	return json_integer_value(json_object_get(json_object_get(notification, "params"), "seq"));
}

/* Every change from a number on, in order, none twice, however slowly it is read. */
static void
test_watch(void **state)
{
	enum { FEEDS = 20, EACH = 60 };
	json_int_t since, seq;
	struct rig_peer peer;
	json_t *json;
	char params[128];
	int added = 0;

	(void)state;
	json = rig_call(&rig, "status", "{}");
	since = json_integer_value(json_object_get(json, "seq"));
	json_decref(json);
	rig_peer_open(&rig, &peer);
	rig_peer_write(&peer, CALL("watch", "{}"), sizeof CALL("watch", "{}") - 1);
	json = rig_peer_read(&peer);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "result"), "seq")), since);
	json_decref(json);
	for (int i = 0; i < FEEDS; i++) {
		snprintf(params, sizeof params, "{\"url\":\"http://watch%d.test/ok/%d/w%d\"}", i, EACH, i);
		json_decref(rig_call(&rig, "feed.add", params));
	}
	for (seq = since + 1; added < FEEDS * EACH; seq++) {
		json = rig_peer_read(&peer);
		assert_int_equal(seq_of(json), seq);
		if (strcmp(json_string_value(json_object_get(json_object_get(json, "params"), "what")), "item-new") == 0) {
			assert_non_null(json_object_get(json_object_get(json_object_get(json, "params"), "object"), "title"));
			assert_non_null(json_object_get(json_object_get(json, "params"), "feed_unread"));
			added++;
		}
		json_decref(json);
	}
	rig_peer_close(&peer);
	/* The same from the log, by pages. */
	for (bool more = true; more;) {
		snprintf(params, sizeof params, "{\"since\":%lld,\"limit\":100}", (long long)since);
		json = rig_call(&rig, "changes", params);
		for (size_t i = 0; i < json_array_size(json_object_get(json, "changes")); i++)
			assert_int_equal(json_integer_value(json_object_get(json_array_get(json_object_get(json, "changes"), i), "seq")),
			    ++since);
		assert_int_equal(json_integer_value(json_object_get(json, "seq")), since);
		more = json_is_true(json_object_get(json, "more"));
		json_decref(json);
	}
	for (int i = 0; i < FEEDS; i++) {
		snprintf(params, sizeof params, "{\"feed\":\"http://watch%d.test/ok/%d/w%d\"}", i, EACH, i);
		json_decref(rig_call(&rig, "feed.remove", params));
	}
}

/* A query picks; unwatch ends it; a connection may have so many. */
static void
test_watch_query(void **state)
{
	struct rig_peer peer;
	json_t *json;

	(void)state;
	rig_peer_open(&rig, &peer);
	rig_peer_write(&peer, CALL("watch", "{\"query\":\"is:starred\"}"), sizeof CALL("watch", "{\"query\":\"is:starred\"}") - 1);
	json = rig_peer_read(&peer);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "result"), "watch")) > 0, 1);
	json_decref(json);
	json_decref(rig_call(&rig, "item.tag", "{\"ids\":[1],\"add\":[\"other\"]}"));
	json_decref(rig_call(&rig, "item.tag", "{\"ids\":[2],\"add\":[\"starred\"]}"));
	json = rig_peer_read(&peer);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "params"), "item")), 2);
	assert_string_equal(json_string_value(json_object_get(json_object_get(json, "params"), "what")), "item-tags");
	json_decref(json);
	json_decref(rig_call(&rig, "item.tag", "{\"query\":\"*\",\"remove\":[\"starred\",\"other\"]}"));
	for (int i = 1; i <= WATCHES_A_CLIENT; i++) {
		rig_peer_write(&peer, CALL("watch", "{}"), sizeof CALL("watch", "{}") - 1);
		json = rig_peer_read(&peer);
		assert_true((json_object_get(json, "error") != NULL) == (i == WATCHES_A_CLIENT));
		json_decref(json);
	}
	rig_peer_close(&peer);
}

/* A limit takes effect at once: all but the newest go, and it is told. Changes everything: the last. */
static void
test_keep(void **state)
{
	struct rig_peer peer;
	json_t *json;

	(void)state;
	json_decref(rig_call(&rig, "item.tag", "{\"ids\":[3],\"add\":[\"starred\"]}"));
	rig_peer_open(&rig, &peer);
	rig_peer_write(&peer, CALL("watch", "{}"), sizeof CALL("watch", "{}") - 1);
	json_decref(rig_peer_read(&peer));
	json_decref(rig_call(&rig, "feed.set", "{\"feed\":1,\"set\":{\"keep_items\":\"1\"}}"));
	do {
		json_t *params;

		json = rig_peer_read(&peer);
		params = json_object_get(json, "params");
		if (strcmp(json_string_value(json_object_get(params, "what")), "item-removed") != 0) {
			json_decref(json);
			continue;
		}
		assert_int_equal(json_integer_value(json_object_get(params, "item")), 2);
		json_decref(json);
		break;
	} while (true);
	json = rig_call(&rig, "item.count", "{\"queries\":[\"feed:1\"]}");
	assert_int_equal(json_integer_value(json_array_get(json_object_get(json, "counts"), 0)), 2);
	json_decref(json);
	rig_peer_close(&peer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_long_lists), cmocka_unit_test(test_secrets), cmocka_unit_test(test_urls), cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_long_lines), cmocka_unit_test(test_pipeline), cmocka_unit_test(test_half_closed),
		cmocka_unit_test(test_many_clients), cmocka_unit_test(test_half_lines), cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_slow_reader), cmocka_unit_test(test_large_pages),
		cmocka_unit_test(test_watch), cmocka_unit_test(test_watch_query), cmocka_unit_test(test_keep),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
