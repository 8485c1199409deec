/*
 * json - writes JSON (RFC 8259) into a buf, keeping track of commas.
 *
 *	struct json j = JSON_INIT(&out);
 *	json_put_object(&j, NULL);
 *	json_put_string(&j, "title", "a \"b\"");
 *	json_put_integer(&j, "count", 3);
 *	json_put_array(&j, "tags");
 *	json_put_string(&j, NULL, "x");		members of arrays have no name
 *	json_end(&j);
 *	json_end(&j);
 *
 * Strings must be UTF-8; what is not becomes U+FFFD, so the output is always valid.
 * Reading is jansson's business; this is here because a page of headlines
 * costs half as much to write this way. The names are none of jansson's, which
 * is linked into the same programs.
 */
#ifndef FEEDS_BASE_JSON_H
#define FEEDS_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feeds/base/buf.h"

enum { JSON_DEPTH_MAX = 32 };

/* Takes what the buffer holds and clears it. */
typedef void json_full_fn(struct buf *);

struct json {
	struct buf	*out;
	json_full_fn	*full;			/* may be NULL; called now and then within values that are strings */
	unsigned	 depth;
	bool		 comma;			/* the next value needs one before it */
	char		 close[JSON_DEPTH_MAX];	/* what json_end() writes, by depth */
};

#define JSON_INIT(buf) ((struct json){ .out = (buf) })

/* name is NULL inside arrays and for the outermost value. */
void	json_put_object(struct json *, const char *name);
void	json_put_array(struct json *, const char *name);
void	json_end(struct json *);

/* json_put_string() writes nothing at all when str is NULL. */
void	json_put_string(struct json *, const char *name, const char *str);
void	json_put_stringn(struct json *, const char *name, const char *ptr, size_t len);
void	json_put_integer(struct json *, const char *name, int64_t value);
void	json_put_number(struct json *, const char *name, double value);	/* shortest form; not finite: null */
void	json_put_bool(struct json *, const char *name, bool value);
void	json_put_null(struct json *, const char *name);

/* seconds since 1970 as RFC 3339 in UTC: "2003-12-31T18:14:55Z" */
void	json_put_date(struct json *, const char *name, int64_t time_s);

/* One value that already is JSON, copied as it is. */
void	json_put_raw(struct json *, const char *name, const char *ptr, size_t len);

/* The members of an object that already is JSON ("{...}"), without its braces; "{}" adds nothing. */
void	json_put_members(struct json *, const char *ptr, size_t len);

#endif
