#include "daemon/core/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/shared/conf.h"

struct row {
	const char	*key;
	int		(*set)(json_t *settings, const struct row *, const json_t *value, char error[SETTINGS_ERROR_BYTES]);
	bool		 secret;	/* it is not shown */
	bool		 bound;		/* it goes to the feed's own origin alone */
};

/* --- setting ---------------------------------------------------------------------- */

static int
refuse(char error[SETTINGS_ERROR_BYTES], const struct row *row, const char *why)
{
	snprintf(error, SETTINGS_ERROR_BYTES, "%s: %s", row->key, why);
	return -1;
}

static void
put(json_t *settings, const char *key, json_t *value)
{
	if (json_object_set_new(settings, key, value) == -1)
		abort();
}

/* A line without control characters, so that no value can become a second header. */
static bool
is_line(const json_t *value)
{
	const char *str = json_string_value(value);
	size_t len = json_string_length(value);

	if (str == NULL || len > SETTINGS_TEXT_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)str[i] < 0x20 || str[i] == 0x7f)
			return false;
	return true;
}

static bool
is_header(const json_t *value)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *str = json_string_value(value);
	size_t name;

	if (!is_line(value))
		return false;
	name = strspn(str, token);
	return name > 0 && str[name] == ':';
}

static int
set_line(json_t *settings, const struct row *row, const json_t *value, char error[SETTINGS_ERROR_BYTES])
{
	if (!is_line(value))
		return refuse(error, row, "must be one line of text of at most 8 KiB, without control characters");
	put(settings, row->key, json_deep_copy(value));
	return 0;
}

/* Whether it looks like certificates in PEM; what is in them the fetcher will see. */
static bool
is_pem(const json_t *value)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	const char *str = json_string_value(value), *start;

	if (str == NULL || json_string_length(value) > RECORD_CA_MAX || strlen(str) != json_string_length(value))
		return false;
	for (const char *chr = str; *chr != '\0'; chr++)
		if ((unsigned char)*chr < 0x20 ? strchr("\t\r\n", *chr) == NULL : *chr == 0x7f)
			return false;
	start = strstr(str, begin);
	return start != NULL && strstr(start, "-----END CERTIFICATE-----") != NULL;
}

static int
set_pem(json_t *settings, const struct row *row, const json_t *value, char error[SETTINGS_ERROR_BYTES])
{
	if (!is_pem(value))
		return refuse(error, row, "must be certificates in PEM, at most 64 KiB of them");
	put(settings, row->key, json_deep_copy(value));
	return 0;
}

static int
set_headers(json_t *settings, const struct row *row, const json_t *value, char error[SETTINGS_ERROR_BYTES])
{
	json_t *list = json_is_array(value) ? json_deep_copy(value) : json_pack("[o]", json_deep_copy(value));
	bool good = list != NULL && json_array_size(list) <= SETTINGS_HEADERS_MAX;

	for (size_t i = 0; good && i < json_array_size(list); i++)
		good = is_header(json_array_get(list, i));
	if (!good) {
		json_decref(list);
		return refuse(error, row, "must be \"Name: value\", or an array of at most 32 of them");
	}
	put(settings, row->key, list);
	return 0;
}

static int
set_interval(json_t *settings, const struct row *row, const json_t *value, char error[SETTINGS_ERROR_BYTES])
{
	int64_t seconds = json_integer_value(value);

	if (json_is_string(value) && conf_duration(json_string_value(value), &seconds) == -1)
		seconds = 0;
	if (seconds < 1 || seconds > SETTINGS_INTERVAL_MAX_S)
		return refuse(error, row, "must be a duration from 1s to 365d: 90, 15m, 1h, 2d");
	put(settings, row->key, json_integer(seconds));
	return 0;
}

/* As the configuration has it; here 0 says that there is no end for this feed. */
static int
set_count(json_t *settings, const struct row *row, const json_t *value, char error[SETTINGS_ERROR_BYTES])
{
	const char *text = json_string_value(value);
	int64_t most = strcmp(row->key, "keep_days") == 0 ? CONF_KEEP_DAYS_MAX : CONF_KEEP_ITEMS_MAX, number = json_integer_value(value);
	char why[64], *end = NULL;

	if (text != NULL)
		number = *text >= '0' && *text <= '9' ? strtoll(text, &end, 10) : -1;
	if ((text == NULL && !json_is_integer(value)) || (end != NULL && *end != '\0') || number < 0 || number > most) {
		snprintf(why, sizeof why, "must be a number from 0 to %lld", (long long)most);
		return refuse(error, row, why);
	}
	put(settings, row->key, json_integer(number));
	return 0;
}

static int
set_switch(json_t *settings, const struct row *row, const json_t *value, char error[SETTINGS_ERROR_BYTES])
{
	bool on = json_is_true(value) || (json_is_string(value) && strcmp(json_string_value(value), "yes") == 0);
	bool off = json_is_false(value) || (json_is_string(value) && strcmp(json_string_value(value), "no") == 0);

	if (!on && !off)
		return refuse(error, row, "must be yes or no");
	put(settings, row->key, json_boolean(on));
	return 0;
}

static const struct row rows[] = {
	{ "interval", set_interval, false, false },
	{ "user_agent", set_line, false, false },
	{ "header", set_headers, true, true },
	{ "cookie", set_line, true, true },
	{ "proxy", set_line, true, false },
	{ "username", set_line, false, true },
	{ "password", set_line, true, true },
	{ "ca_file", set_pem, true, false },
	{ "keep_days", set_count, false, false },
	{ "keep_items", set_count, false, false },
	{ "mark_updated_unread", set_switch, false, false },
};

static const struct row *
find_row(const char *key)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].key, key) == 0)
			return &rows[i];
	return NULL;
}

bool
settings_is_key(const char *key)
{
	return find_row(key) != NULL;
}

int
settings_set(json_t *settings, const char *key, const json_t *value, char error[SETTINGS_ERROR_BYTES])
{
	const struct row *row = find_row(key);

	if (row == NULL) {
		snprintf(error, SETTINGS_ERROR_BYTES, "there is no setting \"%.64s\"", key);
		return -1;
	}
	if (json_is_null(value) || (json_is_string(value) && json_string_length(value) == 0)) {
		json_object_del(settings, key);
		return 0;
	}
	return row->set(settings, row, value, error);
}

int
settings_login(json_t *settings, const json_t *given, const struct url_login *login, char error[SETTINGS_ERROR_BYTES])
{
	const struct { const char *key, *text; } parts[] = { { "username", login->name }, { "password", login->password } };
	int status = 0;

	for (size_t i = 0; login->name != NULL && status == 0 && i < sizeof parts / sizeof parts[0]; i++)
		if (json_object_get(given, parts[i].key) == NULL) {
			/* NULL if it is no UTF-8, which is refused as no text. */
			json_t *value = json_string(parts[i].text != NULL ? parts[i].text : "");

			status = settings_set(settings, parts[i].key, value, error);
			json_decref(value);
		}
	return status;
}

/* --- text -------------------------------------------------------------------------- */

json_t *
settings_load(struct span text)
{
	json_t *settings = NULL;

	/* Most feeds have none. */
	if (text.len > 2)
		settings = json_loadb(text.ptr, text.len, 0, NULL);
	if (!json_is_object(settings)) {
		json_decref(settings);
		settings = json_object();
	}
	if (settings == NULL)
		abort();
	return settings;
}

char *
settings_text(const json_t *settings)
{
	char *text = json_dumps(settings, JSON_COMPACT);

	if (text == NULL)
		abort();
	return text;
}

static void
put_public(struct json *json, const struct row *row, const json_t *value)
{
	if (row->secret)
		json_put_bool(json, row->key, true);
	else if (json_is_string(value))
		json_put_stringn(json, row->key, json_string_value(value), json_string_length(value));
	else if (json_is_integer(value))
		json_put_integer(json, row->key, json_integer_value(value));
	else if (json_is_boolean(value))
		json_put_bool(json, row->key, json_is_true(value));
}

void
settings_public(struct json *json, const char *name, struct span text)
{
	json_t *settings = settings_load(text);

	json_put_object(json, name);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const json_t *value = json_object_get(settings, rows[i].key);

		if (value != NULL)
			put_public(json, &rows[i], value);
	}
	json_end(json);
	json_decref(settings);
}

/* --- use --------------------------------------------------------------------------- */

int64_t
settings_interval(const json_t *settings)
{
	return json_integer_value(json_object_get(settings, "interval"));
}

static struct span
text_of(const json_t *value)
{
	return (struct span){ json_string_value(value), json_string_length(value) };
}

bool
settings_are_bound(struct span text)
{
	json_t *settings = settings_load(text);
	bool bound = false;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		bound |= rows[i].bound && json_object_get(settings, rows[i].key) != NULL;
	json_decref(settings);
	return bound;
}

void
settings_fill(const json_t *settings, struct rec_job *job, struct arena *arena)
{
	const json_t *headers = json_object_get(settings, "header");
	size_t count = json_array_size(headers);

	job->user_agent = text_of(json_object_get(settings, "user_agent"));
	job->cookie = text_of(json_object_get(settings, "cookie"));
	job->proxy = text_of(json_object_get(settings, "proxy"));
	job->username = text_of(json_object_get(settings, "username"));
	job->password = text_of(json_object_get(settings, "password"));
	job->ca = text_of(json_object_get(settings, "ca_file"));
	if (count == 0)
		return;
	job->headers.items = arena_zalloc(arena, count * sizeof *job->headers.items);
	job->headers.count = count;
	for (size_t i = 0; i < count; i++)
		job->headers.items[i] = text_of(json_array_get(headers, i));
}
