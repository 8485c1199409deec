#include "daemon/shared/conf.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "feeds/base/line.h"
#include "feeds/base/utf8.h"
#include "feeds/url.h"

enum kind { SECONDS, MILLISECONDS, SIZE, NUMBER, SWITCH, TEXT };

enum { QUOTED_MAX = 64 /* bytes of a bad value that are shown */ };

struct unit { const char *name; int64_t factor; };

static const struct unit duration_units[] = {
	{ "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 }, { "h", 3600 * 1000 }, { "d", 86400 * 1000 },
	{ "w", INT64_C(7) * 86400 * 1000 }, { "", 1000 }, { NULL, 0 }
};

static const struct unit size_units[] = {
	{ "K", 1 << 10 }, { "M", 1 << 20 }, { "G", 1 << 30 }, { "", 1 }, { NULL, 0 }
};

/* Numbers in the unit of the member; least and most of a text are its length in bytes. */
struct row {
	const char	*name;
	enum kind	 kind;
	size_t		 offset;
	int64_t		 initial, least, most;
	bool		 (*check)(const char *);	/* of a text; NULL: any will do */
	const char	*allowed;		/* what it lets pass, in words */
};

#define TEXT_ROW(name_, member, check_, allowed_) \
	{ name_, TEXT, offsetof(struct conf, member), 0, 1, TEXT_MAX, check_, allowed_ }
#define ROW(name_, kind_, member, initial_, least_, most_) \
	{ name_, kind_, offsetof(struct conf, member), initial_, least_, most_, NULL, NULL }

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, MEBI = 1 << 20, TEXT_MAX = 4096 };

/* --- what texts may be ------------------------------------------------------------------- */

static bool
is_printable(const char *value)
{
	for (; *value != '\0'; value++)
		if ((unsigned char)*value < ' ' || *value == 0x7f)
			return false;
	return true;
}

static bool
is_readable(const char *value)
{
	struct stat info;

	return stat(value, &info) == 0 && S_ISREG(info.st_mode) && access(value, R_OK) == 0;
}

/* The schemes that libcurl has for proxies; without one a port must tell it from a slip of the pen. */
static bool
is_proxy(const char *value)
{
	static const char *const schemes[] = { "http://", "https://", "socks4://", "socks4a://", "socks5://", "socks5h://" };
	const char *port = strrchr(value, ':');

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strncasecmp(value, schemes[i], strlen(schemes[i])) == 0)
			return value[strlen(schemes[i])] != '\0' && is_printable(value);
	return strstr(value, "://") == NULL && port != NULL && port != value && port[1] != '\0' &&
	    port[1 + strspn(port + 1, "0123456789")] == '\0';
}

static bool
is_absolute(const char *value)
{
	return value[0] == '/';
}

static bool
is_group(const char *value)
{
	return getgrnam(value) != NULL;
}

#if WEBSUB
#define WEBSUB_LISTEN	"ADDRESS:PORT, as 127.0.0.1:8090 or [::1]:8090"
#define WEBSUB_CALLBACK	"an http or https URL without query and fragment"
#else
#define WEBSUB_LISTEN	"a gazetted that was built with WebSub; this one was not"
#define WEBSUB_CALLBACK	WEBSUB_LISTEN
#endif

/* An address in numbers, in brackets if it has colons, and a port. */
static bool
is_endpoint(const char *value)
{
	const char *colon = strrchr(value, ':');
	size_t len = colon != NULL ? (size_t)(colon - value) : 0;
	bool bracketed = len > 2 && value[0] == '[' && colon[-1] == ']';
	unsigned char address[sizeof(struct in6_addr)];
	char host[INET6_ADDRSTRLEN];
	long port;

	if (len == 0 || len >= sizeof(host) || colon[1 + strspn(colon + 1, "0123456789")] != '\0')
		return false;
	snprintf(host, sizeof(host), "%.*s", (int)(bracketed ? len - 2 : len), value + bracketed);
	port = strtol(colon + 1, NULL, 10);
	return port > 0 && port <= UINT16_MAX && inet_pton(bracketed ? AF_INET6 : AF_INET, host, address) == 1;
}

static bool
is_websub_listen(const char *value)
{
	return WEBSUB && is_endpoint(value);
}

static bool
is_websub_callback(const char *value)
{
	return WEBSUB && url_is_http(value) && is_printable(value) && strpbrk(value, "?# ") == NULL;
}

static const struct row rows[] = {
	ROW("min_interval", SECONDS, min_interval_s, HOUR_S, 1, 30 * DAY_S),
	ROW("max_interval", SECONDS, max_interval_s, DAY_S, 1, 365 * DAY_S),
	ROW("parallel", NUMBER, parallel, 64, 1, 1000),
	ROW("parallel_per_host", NUMBER, parallel_per_host, 2, 1, 100),
	ROW("host_spacing", MILLISECONDS, host_spacing_ms, 1000, 0, HOUR_S * 1000),
	ROW("max_body", SIZE, max_body_bytes, 32 * MEBI, 1024, 1024 * MEBI),
	ROW("keep_days", NUMBER, keep_days, 0, 0, CONF_KEEP_DAYS_MAX),
	ROW("keep_items", NUMBER, keep_items, 0, 0, CONF_KEEP_ITEMS_MAX),
	ROW("keep_revisions", NUMBER, keep_revisions, 10, 0, 1000),
	ROW("keep_changes", NUMBER, keep_changes, 1000000, 1000, 1000000000),
	ROW("timeout", MILLISECONDS, timeout_ms, MINUTE_S * 1000, 100, HOUR_S * 1000),
	TEXT_ROW("user_agent", user_agent, is_printable, "a text without control characters"),
	TEXT_ROW("ca_file", ca_file, is_readable, "a file that can be read"),
	TEXT_ROW("proxy", proxy, is_proxy, "a URL as http://HOST:PORT or socks5h://HOST:PORT"),
	ROW("allow_private_networks", SWITCH, allow_private_networks, false, 0, 1),
	TEXT_ROW("socket_group", socket_group, is_group, "a group of this machine"),
	TEXT_ROW("readonly_socket", readonly_socket, is_absolute, "an absolute path"),
	TEXT_ROW("readonly_group", readonly_group, is_group, "a group of this machine"),
	TEXT_ROW("on_new", on_new, is_printable, "a command without control characters"),
	ROW("rule_exec", SWITCH, rule_exec, false, 0, 1),
	TEXT_ROW("websub_listen", websub_listen, is_websub_listen, WEBSUB_LISTEN),
	TEXT_ROW("websub_callback", websub_callback, is_websub_callback, WEBSUB_CALLBACK),
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

struct reader {
	const char	*file;
	unsigned	 line;
	unsigned	 seen[N_ROWS];		/* the line that set it, 0: none */
	struct conf	*conf;
	char		*error;
};

/* --- values ---------------------------------------------------------------------------- */

/* Digits and a unit. 0, or -1. */
static int
parse_quantity(const char *str, const struct unit *units, int64_t *out)
{
	int64_t product;
	char *end;
	long long count;

	if (!isdigit((unsigned char)*str))
		return -1;
	errno = 0;
	count = strtoll(str, &end, 10);
	if (errno != 0)
		return -1;
	for (const struct unit *unit = units; unit->name != NULL; unit++)
		if (strcmp(end, unit->name) == 0) {
			if (__builtin_mul_overflow(count, unit->factor, &product))
				return -1;
			*out = product;
			return 0;
		}
	return -1;
}

int
conf_duration_ms(const char *str, int64_t *milliseconds)
{
	return parse_quantity(str, duration_units, milliseconds);
}

int
conf_duration(const char *str, int64_t *seconds)
{
	int64_t milliseconds;

	if (conf_duration_ms(str, &milliseconds) != 0 || milliseconds % 1000 != 0)
		return -1;
	*seconds = milliseconds / 1000;
	return 0;
}

int
conf_size(const char *str, int64_t *bytes)
{
	return parse_quantity(str, size_units, bytes);
}

static char *
format_quantity(int64_t value, const struct unit *units, char out[CONF_QUANTITY_BYTES])
{
	const struct unit *best = NULL;

	for (const struct unit *unit = units; unit->name != NULL; unit++)
		if (value % unit->factor == 0 && (best == NULL || unit->factor > best->factor))
			best = unit;
	if (value == 0 || best == NULL)
		snprintf(out, CONF_QUANTITY_BYTES, "%" PRId64, value);
	else
		snprintf(out, CONF_QUANTITY_BYTES, "%" PRId64 "%s", value / best->factor, best->name);
	return out;
}

char *
conf_format_ms(int64_t milliseconds, char out[CONF_QUANTITY_BYTES])
{
	return format_quantity(milliseconds, duration_units, out);
}

char *
conf_format_size(int64_t bytes, char out[CONF_QUANTITY_BYTES])
{
	return format_quantity(bytes, size_units, out);
}

static void
format_bound(const struct row *row, int64_t value, char out[CONF_QUANTITY_BYTES])
{
	switch (row->kind) {
	case SECONDS:
		format_quantity(value * 1000, duration_units, out);
		break;
	case MILLISECONDS:
		format_quantity(value, duration_units, out);
		break;
	case SIZE:
		format_quantity(value, size_units, out);
		break;
	default:
		snprintf(out, CONF_QUANTITY_BYTES, "%" PRId64, value);
		break;
	}
}

static int
parse_number(const struct row *row, const char *str, int64_t *out)
{
	static const struct unit none[] = { { "", 1 }, { NULL, 0 } };

	switch (row->kind) {
	case SECONDS:
		return conf_duration(str, out);
	case MILLISECONDS:
		return conf_duration_ms(str, out);
	case SIZE:
		return conf_size(str, out);
	default:
		return parse_quantity(str, none, out);
	}
}

/* --- errors ---------------------------------------------------------------------------- */

static int __attribute__((format(printf, 2, 3)))
fail(struct reader *reader, const char *fmt, ...)
{
	va_list args;
	int len;

	len = snprintf(reader->error, CONF_ERROR_BYTES, "%.200s:%u: ", reader->file, reader->line);
	va_start(args, fmt);
	vsnprintf(reader->error + len, (size_t)(CONF_ERROR_BYTES - len), fmt, args);
	va_end(args);
	return -1;
}

static int
fail_value(struct reader *reader, const struct row *row, const char *value)
{
	static const char *const nouns[] = {
		[SECONDS] = "duration (90, 15m, 1h, 2d, 1w)", [MILLISECONDS] = "duration (200ms, 5s, 1m)",
		[SIZE] = "size (500K, 32M, 1G)", [NUMBER] = "number"
	};
	char least[CONF_QUANTITY_BYTES], most[CONF_QUANTITY_BYTES];

	if (row->kind == SWITCH)
		return fail(reader, "%s: '%.*s' is neither yes nor no", row->name, QUOTED_MAX, value);
	format_bound(row, row->least, least);
	format_bound(row, row->most, most);
	if (row->kind == TEXT)
		return fail(reader, "%s: needs a text of %s to %s bytes in UTF-8", row->name, least, most);
	return fail(reader, "%s: '%.*s' is not a %s from %s to %s", row->name, QUOTED_MAX, value, nouns[row->kind], least, most);
}

static int
fail_key(struct reader *reader, const char *key)
{
	char known[CONF_ERROR_BYTES] = "";
	size_t len = 0;

	for (size_t i = 0; i < N_ROWS && len < sizeof(known); i++)
		len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", i == 0 ? "" : ", ", rows[i].name);
	return fail(reader, "%.*s: unknown key; known are %s", QUOTED_MAX, key, known);
}

/* --- the file ---------------------------------------------------------------------------- */

static int
set_switch(struct reader *reader, const struct row *row, const char *value, bool *member)
{
	if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
		return fail_value(reader, row, value);
	*member = *value == 'y';
	return 0;
}

static int
set_text(struct reader *reader, const struct row *row, const char *value, char **member)
{
	size_t len = strlen(value);

	if (len < (size_t)row->least || len > (size_t)row->most || !utf8_valid(value, len))
		return fail_value(reader, row, value);
	if (row->check != NULL && !row->check(value))
		return fail(reader, "%s: needs %s", row->name, row->allowed);	/* the value may hold a password */
	free(*member);
	*member = strdup(value);
	if (*member == NULL)
		abort();
	return 0;
}

static int
set(struct reader *reader, const struct row *row, const char *value)
{
	void *member = (char *)reader->conf + row->offset;
	int64_t number;

	if (row->kind == SWITCH)
		return set_switch(reader, row, value, member);
	if (row->kind == TEXT)
		return set_text(reader, row, value, member);
	if (parse_number(row, value, &number) != 0 || number < row->least || number > row->most)
		return fail_value(reader, row, value);
	*(int64_t *)member = number;
	return 0;
}

static int
read_line(struct reader *reader, char *line)
{
	char *equals, *key, *value;

	line_cut_comment(line);
	key = line_trim(line);
	if (*key == '\0')
		return 0;
	equals = strchr(key, '=');
	if (equals == NULL)
		return fail(reader, "'%.*s': not of the form key = value", QUOTED_MAX, key);
	*equals = '\0';
	key = line_trim(key);
	value = line_trim(equals + 1);
	for (size_t i = 0; i < N_ROWS; i++) {
		if (strcmp(key, rows[i].name) != 0)
			continue;
		if (reader->seen[i] != 0)
			return fail(reader, "%s: already set on line %u", key, reader->seen[i]);
		reader->seen[i] = reader->line;
		return set(reader, &rows[i], value);
	}
	return fail_key(reader, key);
}

static int
read_lines(struct reader *reader, FILE *stream)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	int status = 0;

	while (status == 0 && (len = getline(&line, &cap, stream)) != -1) {
		reader->line++;
		status = strlen(line) == (size_t)len ? read_line(reader, line) : fail(reader, "a NUL byte");
	}
	if (status == 0 && ferror(stream))
		status = fail(reader, "%s", strerror(errno));
	free(line);
	return status;
}

static int
check_whole(struct reader *reader)
{
	char least[CONF_QUANTITY_BYTES], most[CONF_QUANTITY_BYTES];

	if ((reader->conf->websub_listen != NULL) != (reader->conf->websub_callback != NULL))
		return fail(reader, "%s needs %s, too", reader->conf->websub_listen != NULL ? "websub_listen" : "websub_callback",
		    reader->conf->websub_listen != NULL ? "websub_callback" : "websub_listen");
	if (reader->conf->max_interval_s >= reader->conf->min_interval_s)
		return 0;
	conf_format_ms(reader->conf->min_interval_s * 1000, least);
	conf_format_ms(reader->conf->max_interval_s * 1000, most);
	return fail(reader, "max_interval: %s is less than min_interval, %s", most, least);
}

void
conf_init(struct conf *conf)
{
	memset(conf, 0, sizeof(*conf));
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].kind < SWITCH)
			*(int64_t *)(void *)((char *)conf + rows[i].offset) = rows[i].initial;
}

static char **
text_of(struct conf *conf, const struct row *row)
{
	return (char **)(void *)((char *)conf + row->offset);
}

static void
copy(struct conf *to, struct conf *from)
{
	*to = *from;
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].kind == TEXT && *text_of(from, &rows[i]) != NULL) {
			*text_of(to, &rows[i]) = strdup(*text_of(from, &rows[i]));
			if (*text_of(to, &rows[i]) == NULL)
				abort();
		}
}

void
conf_free(struct conf *conf)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].kind == TEXT) {
			free(*text_of(conf, &rows[i]));
			*text_of(conf, &rows[i]) = NULL;
		}
}

int
conf_read_stream(struct conf *conf, const char *file, FILE *stream, char error[CONF_ERROR_BYTES])
{
	struct conf next;
	struct reader reader = { .file = file, .conf = &next, .error = error };
	int status;

	copy(&next, conf);
	status = read_lines(&reader, stream);
	if (status == 0)
		status = check_whole(&reader);
	if (status != 0) {
		conf_free(&next);
		return status;
	}
	conf_free(conf);
	*conf = next;
	return 0;
}

int
conf_read(struct conf *conf, const char *file, char error[CONF_ERROR_BYTES])
{
	FILE *stream = fopen(file, "re");
	int status;

	if (stream == NULL && errno == ENOENT)
		return 1;
	if (stream == NULL) {
		snprintf(error, CONF_ERROR_BYTES, "%s: %s", file, strerror(errno));
		return -1;
	}
	status = conf_read_stream(conf, file, stream, error);
	fclose(stream);
	return status;
}
