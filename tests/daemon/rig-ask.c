#include "tests/daemon/rig-ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct rig rig;

int
ask_teardown(void **state)
{
	(void)state;
	rig_stop(&rig);
	return 0;
}

int
ask_setup_hourly(void **state)
{
	(void)state;
	rig_start(&rig, "min_interval = 1h\nhost_spacing = 0s\nparallel = 8\nparallel_per_host = 2\n");
	return 0;
}

json_int_t
ask_number(json_t *result, const char *path)
{
	char *copy = strdup(path), *rest = copy, *part;
	const json_t *value = result;
	json_int_t number;

	while ((part = strsep(&rest, ".")) != NULL)
		value = json_object_get(value, part);
	if (!json_is_integer(value))
		fail_msg("no number %s in %s", path, json_dumps(result, JSON_COMPACT));
	number = json_integer_value(value);
	free(copy);
	json_decref(result);
	return number;
}

json_int_t
ask_status(const char *path)
{
	return ask_number(rig_call(&rig, "status", "{}"), path);
}

json_int_t
ask_count(const char *query)
{
	char params[128];
	json_t *result, *counts;
	json_int_t number;

	snprintf(params, sizeof params, "{\"queries\":[\"%s\"]}", query);
	result = rig_call(&rig, "item.count", params);
	counts = json_object_get(result, "counts");
	number = json_integer_value(json_array_get(counts, 0));
	json_decref(result);
	return number;
}

/* A member of a feed as text; "" if it is not there. To be freed. */
char *
ask_feed(const char *feed, const char *member, const char *inner)
{
	char params[256], *text;
	json_t *result, *value;

	snprintf(params, sizeof params, "{\"feed\":\"%s\"}", feed);
	result = rig_call(&rig, "feed.get", params);
	value = json_object_get(json_object_get(result, "feed"), member);
	if (inner != NULL)
		value = json_object_get(value, inner);
	text = strdup(json_is_string(value) ? json_string_value(value) : "");
	json_decref(result);
	return text;
}

void
ask_want(const char *feed, const char *member, const char *inner, const char *want)
{
	char *text = ask_feed(feed, member, inner);

	if (strcmp(text, want) != 0)
		fail_msg("%s: %s %s is \"%s\", want \"%s\"", feed, member, inner != NULL ? inner : "", text, want);
	free(text);
}

void
ask_add(const char *url)
{
	char params[256];

	snprintf(params, sizeof params, "{\"url\":\"%s\"}", url);
	json_decref(rig_call(&rig, "feed.add", params));
}

void
ask_add_later(const char *url)
{
	char params[256];

	snprintf(params, sizeof params, "{\"url\":\"%s\",\"wait\":false}", url);
	json_decref(rig_call(&rig, "feed.add", params));
}
