/*
 * feedjson-parts - what feeds, items and sources have in common when they are written. Internal to feedjson.
 */
#ifndef FEEDS_FEEDJSON_PARTS_H
#define FEEDS_FEEDJSON_PARTS_H

#include "feeds/base/json.h"
#include "feeds/doc.h"

/*
 * An object that is taken back if nothing was put into it: close says whether it stays. Only strings make a buffer go
 * out (json.h), so what is taken back is still there.
 */
struct feedjson_maybe { struct json before; size_t len; };

void	feedjson_parts_open(struct json *json, const char *name, struct feedjson_maybe *maybe);
bool	feedjson_parts_close(struct json *json, const struct feedjson_maybe *maybe);
void	feedjson_parts_number(struct json *json, const char *name, int64_t value);
void	feedjson_parts_date(struct json *json, const char *name, int64_t time_s);
void	feedjson_parts_bool(struct json *json, const char *name, enum doc_bool value);
void	feedjson_parts_decimal(struct json *json, const char *name, double value);
void	feedjson_parts_person(struct json *json, const char *name, const struct doc_person *person);
void	feedjson_parts_persons(struct json *json, const char *name, const struct doc_person *list, size_t count);
void	feedjson_parts_tags(struct json *json, const struct doc_tag *tags, size_t count);
void	feedjson_parts_links(struct json *json, const struct doc_link *links, size_t count);
void	feedjson_parts_podcast(struct json *json, const struct doc_podcast *podcast);
void	feedjson_parts_geo(struct json *json, const struct doc_geo *geo);

#endif
