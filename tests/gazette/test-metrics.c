/* The answer of status for Prometheus: every row, and the grammar of the text format, version 0.0.4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contrib/gazette/metrics.h"

enum { TEXT_MAX = 1 << 16, NAME_BYTES = 128 };

#define LOWER "abcdefghijklmnopqrstuvwxyz_"

static const char full[] =
    "{\"version\":\"1.2.3\",\"pid\":7,\"uptime_s\":90061,\"seq\":12,\"feeds\":3,\"failing\":4,\"gone\":5,\"quarantined\":6,"
    "\"items\":40,\"unread\":41,\"starred\":42,\"due\":43,\"in_flight\":44,\"queued\":45,"
    "\"polls\":{\"total\":9,\"ok\":4,\"not_modified\":3,\"failed\":2,\"outcomes\":{\"ok\":4,\"not-modified\":3,\"dns-failure\":2}},"
    "\"schedule\":{\"turns\":50,\"turns_us\":1500000,\"turns_cpu_us\":250000,\"turn_max_us\":51},"
    "\"ingest\":{\"state\":\"stopped\",\"reason\":\"disk-full: 3 MiB left\"},"
    "\"index\":{\"seq\":12,\"lag\":60,\"entries\":61,\"state\":\"ok\",\"restarts\":62},"
    "\"fetcher\":{\"state\":\"running\",\"restarts\":63,\"pid\":8,\"processes\":2},"
    "\"database\":{\"bytes\":5368709120,\"wal_bytes\":2048,\"index_bytes\":70},\"clients\":71,"
    "\"state\":{\"path\":\"/s\",\"mode\":448,\"uid\":0,\"user\":0,\"free_bytes\":72},"
    "\"sandbox\":{\"limits\":true,\"files\":false,\"calls\":true},"
    "\"websub\":{\"verified\":80,\"asked\":81,\"refused\":82,\"leaving\":83,\"pushed\":84,\"ignored\":85}}";

/* What becomes of it, but for # HELP. */
static const char *const lines[] = {
	"# TYPE gazetted_build_info gauge", "gazetted_build_info{version=\"1.2.3\"} 1",
	"# TYPE gazetted_uptime_seconds gauge", "gazetted_uptime_seconds 90061",
	"# TYPE gazetted_clients gauge", "gazetted_clients 71",
	"# TYPE gazetted_feeds gauge", "gazetted_feeds 3",
	"# TYPE gazetted_feeds_failing gauge", "gazetted_feeds_failing 4",
	"# TYPE gazetted_feeds_gone gauge", "gazetted_feeds_gone 5",
	"# TYPE gazetted_feeds_quarantined gauge", "gazetted_feeds_quarantined 6",
	"# TYPE gazetted_entries gauge", "gazetted_entries 40",
	"# TYPE gazetted_entries_unread gauge", "gazetted_entries_unread 41",
	"# TYPE gazetted_entries_starred gauge", "gazetted_entries_starred 42",
	"# TYPE gazetted_changes_total counter", "gazetted_changes_total 12",
	"# TYPE gazetted_polls_due gauge", "gazetted_polls_due 43",
	"# TYPE gazetted_polls_queued gauge", "gazetted_polls_queued 45",
	"# TYPE gazetted_polls_in_flight gauge", "gazetted_polls_in_flight 44",
	"# TYPE gazetted_polls_total counter", "gazetted_polls_total{outcome=\"ok\"} 4",
	"gazetted_polls_total{outcome=\"not-modified\"} 3", "gazetted_polls_total{outcome=\"dns-failure\"} 2",
	"# TYPE gazetted_schedule_turns_total counter", "gazetted_schedule_turns_total 50",
	"# TYPE gazetted_schedule_seconds_total counter", "gazetted_schedule_seconds_total 1.500000",
	"# TYPE gazetted_schedule_cpu_seconds_total counter", "gazetted_schedule_cpu_seconds_total 0.250000",
	"# TYPE gazetted_schedule_turn_max_seconds gauge", "gazetted_schedule_turn_max_seconds 0.000051",
	"# TYPE gazetted_ingest_running gauge", "gazetted_ingest_running 0",
	"# TYPE gazetted_fetcher_running gauge", "gazetted_fetcher_running 1",
	"# TYPE gazetted_fetcher_processes gauge", "gazetted_fetcher_processes 2",
	"# TYPE gazetted_fetcher_restarts_total counter", "gazetted_fetcher_restarts_total 63",
	"# TYPE gazetted_index_ready gauge", "gazetted_index_ready 1",
	"# TYPE gazetted_index_entries gauge", "gazetted_index_entries 61",
	"# TYPE gazetted_index_lag gauge", "gazetted_index_lag 60",
	"# TYPE gazetted_index_restarts_total counter", "gazetted_index_restarts_total 62",
	"# TYPE gazetted_database_bytes gauge", "gazetted_database_bytes 5368709120",
	"# TYPE gazetted_database_log_bytes gauge", "gazetted_database_log_bytes 2048",
	"# TYPE gazetted_index_bytes gauge", "gazetted_index_bytes 70",
	"# TYPE gazetted_state_free_bytes gauge", "gazetted_state_free_bytes 72",
	"# TYPE gazetted_sandbox gauge", "gazetted_sandbox{part=\"limits\"} 1", "gazetted_sandbox{part=\"files\"} 0",
	"gazetted_sandbox{part=\"calls\"} 1",
	"# TYPE gazetted_websub_feeds gauge", "gazetted_websub_feeds{state=\"verified\"} 80",
	"gazetted_websub_feeds{state=\"asked\"} 81", "gazetted_websub_feeds{state=\"refused\"} 82",
	"gazetted_websub_feeds{state=\"leaving\"} 83",
	"# TYPE gazetted_websub_documents_total counter", "gazetted_websub_documents_total{result=\"stored\"} 84",
	"gazetted_websub_documents_total{result=\"ignored\"} 85",
};

static void
print(const char *answer, struct buf *out)
{
	json_t *status = json_loads(answer, 0, NULL);

	assert_non_null(status);
	buf_init(out, TEXT_MAX);
	metrics_put(status, out);
	json_decref(status);
}

static void
test_lines(void **state)
{
	struct buf out;
	char *line, *rest;
	size_t i = 0;

	(void)state;
	print(full, &out);
	for (line = strtok_r((char *)(uintptr_t)buf_str(&out), "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, "# HELP ", 7) == 0)
			continue;
		assert_true(i < sizeof lines / sizeof lines[0]);
		assert_string_equal(line, lines[i++]);
	}
	assert_int_equal(i, sizeof lines / sizeof lines[0]);
	buf_free(&out);
}

/* --- the grammar ------------------------------------------------------------------------ */

struct grammar { char family[NAME_BYTES], type[NAME_BYTES]; bool typed; char seen[TEXT_MAX]; };

/* A name at the beginning of text; what follows it. */
static const char *
take_name(const char *text, char name[NAME_BYTES])
{
	size_t len = strspn(text, LOWER "0123456789");

	assert_in_range(len, 1, NAME_BYTES - 1);
	assert_true(strspn(text, LOWER) > 0);
	memcpy(name, text, len);
	name[len] = '\0';
	return text + len;
}

/* {name="value",...}: what follows. */
static const char *
take_labels(const char *text)
{
	char name[NAME_BYTES];

	do {
		text = take_name(text + 1, name);
		assert_int_equal(strncmp(text, "=\"", 2), 0);
		for (text += 2; *text != '"'; text++) {
			assert_int_not_equal(*text, '\0');
			if (*text == '\\') {
				text++;
				assert_true(*text == '\\' || *text == '"' || *text == 'n');
			}
		}
		text++;
	} while (*text == ',');
	assert_int_equal(*text, '}');
	return text + 1;
}

/* HELP begins a family, which must be a new one. */
static void
take_help(struct grammar *grammar, const char *text)
{
	char known[NAME_BYTES + 2];

	assert_int_equal(*take_name(text, grammar->family), ' ');
	snprintf(known, sizeof known, " %s ", grammar->family);
	assert_null(strstr(grammar->seen, known));
	strcat(grammar->seen, known);
	assert_int_equal(strncmp(grammar->family, "gazetted_", 9), 0);
	grammar->typed = false;
}

static void
take_type(struct grammar *grammar, const char *text)
{
	char name[NAME_BYTES];
	const char *type = take_name(text, name) + 1, *end = strrchr(name, '_');
	bool counter = strcmp(type, "counter") == 0;

	assert_string_equal(name, grammar->family);
	assert_true(counter || strcmp(type, "gauge") == 0);
	assert_true(counter == (end != NULL && strcmp(end, "_total") == 0));
	grammar->typed = true;
}

static void
take_sample(const struct grammar *grammar, const char *text)
{
	char name[NAME_BYTES], *end;
	const char *value = take_name(text, name);

	assert_true(grammar->typed);
	assert_string_equal(name, grammar->family);
	if (*value == '{')
		value = take_labels(value);
	assert_int_equal(*value, ' ');
	strtod(value + 1, &end);
	assert_ptr_not_equal(end, value + 1);
	assert_int_equal(*end, '\0');
}

static void
check_grammar(struct buf *out)
{
	static struct grammar grammar;
	char *line, *rest;

	grammar = (struct grammar){ .typed = false };
	assert_true(out->len == 0 || out->ptr[out->len - 1] == '\n');
	for (line = strtok_r((char *)(uintptr_t)buf_str(out), "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, "# HELP ", 7) == 0)
			take_help(&grammar, line + 7);
		else if (strncmp(line, "# TYPE ", 7) == 0)
			take_type(&grammar, line + 7);
		else
			take_sample(&grammar, line);
	}
}

static void
test_grammar(void **state)
{
	static const char *const answers[] = {
		full, "{}", "{\"feeds\":1}", "{\"version\":\"a\\\"b\\\\c\\nd\"}", "{\"polls\":{\"outcomes\":{\"x\\\"}\\n\":1,\"y\":\"z\"}}}",
		"{\"version\":7,\"feeds\":\"x\",\"polls\":[],\"index\":{\"state\":1},\"sandbox\":{\"calls\":true}}",
	};
	struct buf out;

	(void)state;
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
		print_message("# %zu\n", i);
		print(answers[i], &out);
		check_grammar(&out);
		buf_free(&out);
	}
}

/* What an answer does not have, or has of another kind, is left out. */
static void
test_absent(void **state)
{
	static const struct { const char *answer, *text; } rows[] = {
		{ "{}", "" },
		{ "{\"version\":7,\"feeds\":\"many\",\"index\":{\"state\":1},\"polls\":{\"outcomes\":{\"y\":\"z\"}}}",
		    "# HELP gazetted_polls_total Polls that have ended, by outcome.\n# TYPE gazetted_polls_total counter\n" },
		{ "{\"sandbox\":{\"calls\":true}}", "# HELP gazetted_sandbox 1 for each wall that holds, 0 for what the kernel or the build "
		    "lacks.\n# TYPE gazetted_sandbox gauge\ngazetted_sandbox{part=\"calls\"} 1\n" },
		{ "{\"version\":\"a\\\"b\\\\c\\nd\"}", "# HELP gazetted_build_info 1, with the version that runs.\n"
		    "# TYPE gazetted_build_info gauge\ngazetted_build_info{version=\"a\\\"b\\\\c\\nd\"} 1\n" },
	};
	struct buf out;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print(rows[i].answer, &out);
		assert_string_equal(buf_str(&out), rows[i].text);
		buf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines), cmocka_unit_test(test_grammar), cmocka_unit_test(test_absent)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
