#include <inttypes.h>
#include <string.h>

#include "contrib/gazette/cmd-item.h"
#include "contrib/gazette/export-form.h"
#include "contrib/gazette/export-xml.h"
#include "contrib/gazette/export.h"
#include "contrib/gazette/moment.h"
#include "contrib/gazette/text.h"
#include "feeds/base/utf8.h"
#include "feeds/html.h"
#include "feeds/url.h"

void
export_init(struct export *export, struct cmd *cmd, const struct export_format *format)
{
	*export = (struct export){ .cmd = cmd, .format = format, .out = BUF_INIT(SIZE_MAX), .now_s = cmd->out.now_s };
	export->first_s = export->now_s;
	export->arena = arena_new(0);
	export->ids = export_set_new();
}

void
export_free(struct export *export)
{
	for (size_t i = 0; i < EXPORT_FEEDS_KEPT; i++)
		json_decref(export->feeds[i]);
	export_set_free(export->ids);
	arena_free(export->arena);
	buf_free(&export->out);
}

const char *
export_name(struct export *export)
{
	const char	*query = cmd_query(export->cmd, 0);

	if (!export_form_is_blank(export->cmd->options->title))
		return export->cmd->options->title;
	return query != NULL ? arena_printf(export->cmd->arena, "gazette: %s", query) : "gazette";
}

const char *
export_feed_id(struct export *export)
{
	const char	*self = export->cmd->options->self, *query = cmd_query(export->cmd, 0);

	if (self != NULL)
		return self;
	return arena_printf(export->cmd->arena, "urn:gazette:export:%s", export_hash(export, query != NULL ? query : "*"));
}

const json_t *
export_ours(const json_t *item)
{
	return json_object_get(item, "_gazette");
}

int64_t
export_number(const json_t *item)
{
	return cmd_integer(export_ours(item), "item");
}

const char *
export_text(const json_t *object, const char *name)
{
	const char	*text = cmd_string(object, name);

	return text != NULL && *text != '\0' ? text : NULL;
}

const char *
export_value(struct export *export, const json_t *object, const char *name)
{
	const json_t	*value = json_object_get(object, name);

	if (json_is_integer(value))
		return arena_printf(export->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	if (json_is_real(value))
		return arena_printf(export->arena, "%.15g", json_real_value(value));
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	return export_text(object, name);
}

const char *
export_size(struct export *export, const json_t *object, const char *name)
{
	const char	*value = export_value(export, object, name);

	return value != NULL && value[strspn(value, "0123456789")] == '\0' ? value : NULL;
}

/* --- its feed ------------------------------------------------------------------------------------------ */

const json_t *
export_feed(struct export *export, const json_t *item)
{
	int64_t			 number = cmd_integer(export_ours(item), "feed");
	json_t			**place = &export->feeds[number % EXPORT_FEEDS_KEPT], *result = NULL;
	struct client_error	 err;

	if (*place != NULL && cmd_integer(*place, "id") == number)
		return *place;
	json_decref(*place);
	client_call(export->cmd->client, "feed.get", json_pack("{s:I}", "feed", (json_int_t)number), &result, &err);
	*place = json_incref(json_object_get(result, "feed"));
	if (!json_is_object(*place)) {
		json_decref(*place);
		*place = json_object();
	}
	/* by this number it is found again, whatever the answer says: what is lent of it stays */
	json_object_set_new(*place, "id", json_integer((json_int_t)number));
	json_decref(result);
	return *place;
}

const char *
export_url(struct export *export, const json_t *item, const json_t *object, const char *name)
{
	const char	*url = export_text(object, name), *base;

	if (url == NULL || url_is_absolute(url))
		return export_form_iri(export->arena, url);
	base = export_text(export_feed(export, item), "home_page_url");
	if (base == NULL || !url_is_absolute(base))
		base = export_text(export_feed(export, item), "url");
	return export_form_iri(export->arena, url_resolve(export->arena, base, url, strlen(url)));
}

const char *
export_address(struct export *export, const json_t *object, const char *name)
{
	return export_form_iri(export->arena, export_text(object, name));
}

const char *
export_language(struct export *export, const json_t *item)
{
	const char	*own = export_form_language(export_text(item, "language"));

	return own != NULL ? own : export_form_language(export_text(export_feed(export, item), "language"));
}

/* --- dates --------------------------------------------------------------------------------------------- */

int64_t
export_when(const json_t *item)
{
	int64_t	 time_s = 0;

	moment_read(cmd_item_date(item), &time_s);
	return time_s;
}

int64_t
export_order(const json_t *item)
{
	int64_t	 when = export_when(item), received_s;

	return moment_of(export_ours(item), "received", &received_s) && received_s < when ? received_s : when;
}

/* --- texts --------------------------------------------------------------------------------------------- */

const json_t *
export_categories(const json_t *item)
{
	const json_t	*categories = json_object_get(export_ours(item), "categories");

	return categories != NULL ? categories : json_object_get(item, "tags");
}

const char *
export_category(const json_t *category, const char *member, const char *other)
{
	const char	*name = json_is_string(category) ? json_string_value(category) : export_text(category, member);

	return name != NULL ? name : export_text(category, other);
}

const char *
export_names(struct export *export, const json_t *item, const char *name, const char *between)
{
	const char	*all = NULL, *one;
	json_t		*part;
	size_t		 i;

	json_array_foreach(json_object_get(item, name), i, part) {
		one = json_is_string(part) ? json_string_value(part) : export_text(part, "name");
		if (one == NULL || *one == '\0')
			continue;
		all = all == NULL ? one : arena_printf(export->arena, "%s%s%s", all, between, one);
	}
	return all;
}

/* The URLs that the numbers in the text stand for. */
static void
put_links(struct buf *urls, struct buf *text)
{
	const char	*line, *end;
	int		 number = 0;

	if (urls->len > 0)
		buf_puts(text, "\n\n");
	for (line = buf_str(urls); *line != '\0'; line = end + (*end != '\0')) {
		end = line + strcspn(line, "\n");
		buf_printf(text, "[%d] %.*s\n", ++number, (int)(end - line), line);
	}
}

const char *
export_plain(struct export *export, const json_t *item, bool links)
{
	struct buf	 text = BUF_INIT(SIZE_MAX), urls = BUF_INIT(SIZE_MAX);
	const char	*html = export_text(item, "content_html"), *plain = export_text(item, "content_text");

	if (html != NULL)
		html_to_text(html, strlen(html), &text, links ? &urls : NULL);
	else if (plain != NULL)
		text_clean_lines(plain, strlen(plain), &text);
	put_links(&urls, &text);
	plain = arena_strndup(export->arena, buf_str(&text), text.len);
	buf_free(&text);
	buf_free(&urls);
	return plain;
}

const char *
export_title(struct export *export, const json_t *item)
{
	struct cmd	 here = *export->cmd;
	const char	*title;

	here.arena = export->arena;
	title = cmd_clean(&here, cmd_item_title(&here, item));
	return title != NULL && *title != '\0' ? title : arena_printf(export->arena, "entry %" PRId64, export_number(item));
}

/* --- what it is known by ------------------------------------------------------------------------------- */

const char *
export_hash(struct export *export, const char *text)
{
	return arena_printf(export->arena, "%016" PRIx64, export_set_hash(text));
}

const char *
export_mark(struct export *export, const json_t *item)
{
	const char	*feed = export_text(export_feed(export, item), "url"), *id = export_text(item, "id");

	return export_hash(export, arena_printf(export->arena, "%s\n%s\n%" PRId64, feed != NULL ? feed : "", id != NULL ? id : "",
	    export_number(item)));
}

/* XML would leave out a part of it, and it might be another's then. */
static bool
is_whole(const char *id)
{
	size_t		 len = strlen(id), pos;
	uint32_t	 cp;

	for (pos = 0; pos < len; pos += utf8_decode(id + pos, len - pos, &cp)) {
		utf8_decode(id + pos, len - pos, &cp);
		if (!export_xml_is_char(cp))
			return false;
	}
	return !export_form_is_blank(id);
}

const char *
export_id(struct export *export, const json_t *item, bool iri)
{
	const char	*id = export_text(item, "id");

	if (id == NULL || !(iri ? export_form_is_iri(id) : is_whole(id)))
		id = arena_printf(export->arena, "urn:gazette:%s", export_mark(export, item));
	while (export_set_add(export->ids, id))
		id = arena_printf(export->arena, "%s#gazette-%" PRId64, id, export_number(item));
	return id;
}
