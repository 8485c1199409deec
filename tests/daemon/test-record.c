/* Records: each comes back as it went in; what is not one is refused with a word on why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/shared/ipc.h"
#include "daemon/shared/record.h"

static const struct record_desc *const all[] = {
	&record_config, &record_job, &record_cancel, &record_entry, &record_feed, &record_done, &record_index_go,
	&record_index_state, &record_hub_call, &record_hub_reply, &record_backup_go, &record_backup_made, &record_document
};

enum { N_ALL = sizeof(all) / sizeof(all[0]) };

union any {
	struct rec_config config;
	struct rec_job job;
	struct rec_entry entry;
	struct rec_feed feed;
	struct rec_done done;
	struct rec_index_state state;
	struct rec_hub_call call;
	struct rec_hub_reply reply;
};

/* How a field is filled: nothing at all, or as much as is allowed. */
enum fill { ABSENT, SMALL, LARGEST };

static struct span
fill_span(enum fill fill, uint64_t max, const char *filler)
{
	if (fill == ABSENT)
		return (struct span){ NULL, 0 };
	return fill == SMALL ? SPAN("sm\xc3\xa5ll") : (struct span){ filler, max };
}

static void
fill_field(const struct record_field *field, void *member, enum fill fill, const char *filler, struct span *texts)
{
	struct span_list list = { texts, fill == ABSENT ? 0 : fill == SMALL ? 2 : field->max };

	switch (field->kind) {
	case FIELD_UINT:
		*(uint64_t *)member = fill == ABSENT ? 0 : fill == SMALL ? field->max / 2 : field->max;
		break;
	case FIELD_INT:
		*(int64_t *)member = fill == ABSENT ? INT64_MIN : fill == SMALL ? -129 : INT64_MAX;
		break;
	case FIELD_BOOL:
		*(bool *)member = fill != ABSENT;
		break;
	case FIELD_TEXT:
	case FIELD_BYTES:
		*(struct span *)member = fill_span(fill, field->max, filler);
		break;
	case FIELD_TEXTS:
		*(struct span_list *)member = list;
		break;
	}
}

static void
assert_span(struct span got, struct span want, const char *name)
{
	if ((got.ptr == NULL) != (want.ptr == NULL) || got.len != want.len ||
	    (got.ptr != NULL && want.ptr != NULL && memcmp(got.ptr, want.ptr, got.len) != 0))
		fail_msg("%s differs", name);
}

static void
assert_field(const struct record_field *field, const void *got, const void *want)
{
	const struct span_list *list = got, *wanted = want;

	switch (field->kind) {
	case FIELD_UINT:
	case FIELD_INT:
		if (*(const uint64_t *)got != *(const uint64_t *)want)
			fail_msg("%s differs", field->name);
		break;
	case FIELD_BOOL:
		if (*(const bool *)got != *(const bool *)want)
			fail_msg("%s differs", field->name);
		break;
	case FIELD_TEXT:
	case FIELD_BYTES:
		assert_span(*(const struct span *)got, *(const struct span *)want, field->name);
		break;
	case FIELD_TEXTS:
		assert_int_equal(list->count, wanted->count);
		for (size_t i = 0; i < list->count; i++)
			assert_span(list->items[i], wanted->items[i], field->name);
		break;
	}
}

static void
round_trip(const struct record_desc *desc, enum fill fill, const char *filler, struct span *texts)
{
	struct arena *arena = arena_new(0);
	struct buf frame = BUF_INIT(IPC_FRAME_MAX);
	const char *error = "";
	union any in, out;

	memset(&in, 0, sizeof(in));
	for (size_t i = 0; i < desc->n_fields; i++)
		fill_field(&desc->fields[i], (char *)&in + desc->fields[i].offset, fill, filler, texts);
	record_encode(desc, &in, &frame);
	assert_false(frame.overflow);
	assert_int_equal(record_type(frame.ptr, frame.len), desc->type);
	if (record_decode(desc, frame.ptr, frame.len, &out, arena, &error) != 0)
		fail_msg("%s (fill %d): %s", desc->name, (int)fill, error);
	for (size_t i = 0; i < desc->n_fields; i++)
		assert_field(&desc->fields[i], (char *)&out + desc->fields[i].offset, (char *)&in + desc->fields[i].offset);
	buf_free(&frame);
	arena_free(arena);
}

static void
test_round_trip(void **state)
{
	char *filler = malloc(RECORD_BODY_MAX);
	struct span *texts = calloc(RECORD_LIST_MAX, sizeof(*texts));

	(void)state;
	assert_non_null(filler);
	assert_non_null(texts);
	memset(filler, 'x', RECORD_BODY_MAX);
	for (size_t i = 0; i < RECORD_LIST_MAX; i++)
		texts[i] = i == 0 ? SPAN("") : SPAN("https://example.org/");
	for (size_t i = 0; i < N_ALL; i++)
		for (enum fill fill = ABSENT; fill <= LARGEST; fill++)
			round_trip(all[i], fill, filler, texts);
	free(texts);
	free(filler);
}

/* Any prefix of a record is refused, as is a byte too many. */
static void
test_cut_off(void **state)
{
	struct arena *arena = arena_new(0);
	struct buf frame = BUF_INIT(1 << 16);
	struct span texts[] = { SPAN("https://example.org/feed"), SPAN("News") };
	struct rec_done done = { .job = 70000, .outcome = OUTCOME_NOT_FEED, .http_status = 200, .message = SPAN("a page"),
	    .etag = SPAN("\"x\""), .retry_after_s = INT64_MIN, .max_age_s = 300, .candidates = { texts, 2 } }, out;
	const char *error;

	(void)state;
	record_encode(&record_done, &done, &frame);
	for (size_t len = 0; len < frame.len; len++) {
		/* of its own, so that a sanitizer sees the first byte read too many */
		char *part = malloc(len + 1);

		assert_non_null(part);
		memcpy(part, frame.ptr, len);
		error = NULL;
		if (record_decode(&record_done, part, len, &out, arena, &error) != -1 || error == NULL)
			fail_msg("the first %zu of %zu bytes were taken", len, frame.len);
		free(part);
	}
	buf_putc(&frame, 0);
	assert_int_equal(record_decode(&record_done, frame.ptr, frame.len, &out, arena, &error), -1);
	assert_string_equal(error, "done: 1 bytes too many");
	buf_free(&frame);
	arena_free(arena);
}

static const struct {
	const char *name;
	const struct record_desc *desc;
	const char *bytes; size_t len;
	const char *error;
} refused[] = {
#define BYTES(str) str, sizeof(str) - 1
	{ "nothing", &record_cancel, BYTES(""), "cancel: not this record" },
	{ "a number", &record_cancel, BYTES("\x03"), "cancel: not this record" },
	{ "another record", &record_cancel, BYTES("\x92\x01\x01"), "cancel: not this record" },
	{ "no field", &record_cancel, BYTES("\x91\x03"), "cancel: 0 fields instead of 1" },
	{ "two fields", &record_cancel, BYTES("\x93\x03\x01\x01"), "cancel: 2 fields instead of 1" },
	{ "four milliards of fields", &record_cancel, BYTES("\xdd\xff\xff\xff\xff\x03\x01"),
	    "cancel: 4294967294 fields instead of 1" },
	{ "a map", &record_cancel, BYTES("\x92\x03\x80"), "cancel: job is no unsigned number" },
	{ "a negative number", &record_cancel, BYTES("\x92\x03\xff"), "cancel: job is no unsigned number" },
	{ "a float", &record_cancel, BYTES("\x92\x03\xca\x00\x00\x00\x00"), "cancel: job is no unsigned number" },
	{ "the byte that is never used", &record_cancel, BYTES("\x92\x03\xc1"), "cancel: job is no unsigned number" },
	{ "too great", &record_index_go, BYTES("\x92\x07\xcf\x80\x00\x00\x00\x00\x00\x00\x00"),
	    "index_go: seq is too great a number" },
	{ "no truth", &record_index_state, BYTES("\x95\x08\x01\x02\x03\x04"),
	    "index_state: rebuilding is neither true nor false" },
	{ "bytes for text", &record_config, BYTES("\x99\x01\x01\x01\x01\xc2\xc4\x01x\xc0\xc0"), "config: user_agent is no text" },
	{ "no UTF-8", &record_config, BYTES("\x99\x01\x01\x01\x01\xc2\xa1\xff\xc0\xc0"), "config: user_agent is not UTF-8" },
	{ "too long", &record_config, BYTES("\x99\x01\x01\x01\x01\xc2\xdb\x00\x01\x00\x01\xc0\xc0"),
	    "config: user_agent is too long" },
	{ "longer than the frame", &record_config, BYTES("\x99\x01\x01\x01\x01\xc2\xda\x00\xff\xc0\xc0"),
	    "config: user_agent is cut off" },
	{ "text for bytes", &record_job, BYTES("\xdc\x00\x13\x02\x01\x00\xa1u\xa1x\xc0\xc0\x00\xc0\xc0\xc0\xc0\xc0\x90"),
	    "job: etag are no bytes" },
	{ "unknown flag", &record_job, BYTES("\xdc\x00\x13\x02\x01\x04\xa1u\xc0\xc0\xc0\x00\xc0\xc0\xc0\xc0\xc0\x90"),
	    "job: flags is too great a number" },
	{ "no list", &record_job, BYTES("\xdc\x00\x13\x02\x01\x00\xa1u\xc0\xc0\xc0\x00\xc0\xc0\xc0\xc0\xc0\xc0"), "job: headers is no list" },
	{ "long list", &record_job, BYTES("\xdc\x00\x13\x02\x01\x00\xa1u\xc0\xc0\xc0\x00\xc0\xc0\xc0\xc0\xc0\xdd\xff\xff\xff\xff"),
	    "job: headers is too long a list" },
	{ "nothing in a list", &record_job, BYTES("\xdc\x00\x13\x02\x01\x00\xa1u\xc0\xc0\xc0\x00\xc0\xc0\xc0\xc0\xc0\x91\xc0"),
	    "job: headers is no text" },
	{ "outcome out of range", &record_done,
	    BYTES("\xdc\x00\x14\x06\x01\x13\x00\x00\xc0\xc0\xc0\xc0\xc0\xc0\x00\x00\x00\x00\x00\x00\x90"),
	    "done: outcome is too great a number" },
	{ "a mode that is none", &record_hub_call, BYTES("\x96\x09\x01\x04\xa1t\xa1u\x00"), "hub_call: mode is too great a number" },
	{ "no token", &record_hub_call, BYTES("\x96\x09\x01\x00\x01\xa1u\x00"), "hub_call: token is no text" },
	{ "a long token", &record_hub_call, BYTES("\x96\x09\x01\x00\xda\x01\x01\xa1u\x00"), "hub_call: token is too long" },
	{ "a status that is none", &record_hub_reply, BYTES("\x96\x0a\x01\xcd\x03\xe8\x00\xc0\xc0"),
	    "hub_reply: http_status is too great a number" },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct arena *arena = arena_new(0);
		const char *error = NULL;
		union any out;

		if (record_decode(refused[i].desc, refused[i].bytes, refused[i].len, &out, arena, &error) != -1)
			fail_msg("row %zu (%s): taken", i, refused[i].name);
		if (strcmp(error, refused[i].error) != 0)
			fail_msg("row %zu (%s): \"%s\" instead of \"%s\"", i, refused[i].name, error, refused[i].error);
		arena_free(arena);
	}
}

static void
test_type(void **state)
{
	static const struct { const char *bytes; size_t len; int type; } types[] = {
		{ BYTES(""), -1 }, { BYTES("\x91"), -1 }, { BYTES("\x91\x06"), RECORD_DONE }, { BYTES("\x91\xcc\x06"), RECORD_DONE },
		{ BYTES("\x91\x0a"), RECORD_HUB_REPLY }, { BYTES("\x91\x40"), -1 }, { BYTES("\x91\xff"), -1 }, { BYTES("\xa1x"), -1 },
		{ BYTES("\x91\xcf\x00\x00\x00\x01\x00\x00\x00\x06"), -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (record_type(types[i].bytes, types[i].len) != types[i].type)
			fail_msg("row %zu", i);
}

static void
test_cut(void **state)
{
	static const struct { const char *text; size_t max; size_t len; } cuts[] = {
		{ "abc", 3, 3 }, { "abc", 2, 2 }, { "a\xc3\xa5", 2, 1 }, { "\xf0\x9f\x98\x80", 3, 0 }, { NULL, 3, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct span cut = record_cut(SPAN(cuts[i].text), cuts[i].max);

		if (cut.ptr != cuts[i].text || cut.len != cuts[i].len)
			fail_msg("row %zu: %zu bytes", i, cut.len);
	}
}

/* Words are promised to scripts: each outcome has one, and no two share one. */
static void
test_words(void **state)
{
	(void)state;
	for (int i = 0; i < OUTCOME_COUNT; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(outcome_word((enum outcome)i), outcome_word((enum outcome)k));
	assert_string_equal(outcome_word(OUTCOME_TLS), "tls-failure");
	assert_string_equal(outcome_word(OUTCOME_COUNT), "unknown");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_cut_off), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_type), cmocka_unit_test(test_cut), cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
