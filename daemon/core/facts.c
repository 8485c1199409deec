#include "daemon/core/facts.h"

#include <string.h>

#include "feeds/url.h"

enum { DEPTH_MEMBER = 1, DEPTH_TAG = 2, DEPTH_ATTACHMENT = 3, SPARE_BITS = 17 /* SQLite keeps 47 in six bytes */ };

enum label { LABEL_OTHER, LABEL_TAGS, LABEL_ATTACHMENTS, LABEL_URL, LABEL_TITLE, LABEL_TYPE, LABEL_AUTHORS };

static const struct { const char *name; int depth; enum label label; } names[] = {
	{ "tags", DEPTH_MEMBER, LABEL_TAGS }, { "attachments", DEPTH_MEMBER, LABEL_ATTACHMENTS },
	{ "url", DEPTH_ATTACHMENT, LABEL_URL }, { "title", DEPTH_ATTACHMENT, LABEL_TITLE },
	{ "mime_type", DEPTH_ATTACHMENT, LABEL_TYPE },
};

struct scan {
	const struct hash_key *key;
	struct arena	*arena;
	int		 depth;
	enum label	 outer, inner;		/* the member of the object, and of an attachment */
	uint64_t	 attachment, sum;	/* sums: of what has no order */
};

static uint64_t
labelled(const struct scan *scan, enum label label, struct span text)
{
	const unsigned char byte = (unsigned char)label;
	struct hash_state state;

	hash_init(&state, scan->key);
	hash_update(&state, &byte, 1);
	hash_update(&state, text.ptr, text.len);
	return hash_final(&state);
}

static enum label
label_of(const struct scan *scan, struct span name)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (names[i].depth == scan->depth && strlen(names[i].name) == name.len && memcmp(names[i].name, name.ptr, name.len) == 0)
			return names[i].label;
	}
	return LABEL_OTHER;
}

static void
take_name(struct scan *scan, struct span name)
{
	if (scan->depth == DEPTH_MEMBER)
		scan->outer = label_of(scan, name);
	else if (scan->depth == DEPTH_ATTACHMENT)
		scan->inner = label_of(scan, name);
}

static void
take_text(struct scan *scan, struct span text)
{
	const char *canonical = NULL;

	if (scan->outer == LABEL_TAGS && scan->depth == DEPTH_TAG)
		scan->sum += labelled(scan, LABEL_TAGS, text);
	if (scan->outer != LABEL_ATTACHMENTS || scan->depth != DEPTH_ATTACHMENT || scan->inner == LABEL_OTHER)
		return;
	if (scan->inner == LABEL_URL)
		canonical = url_canonical(scan->arena, arena_strndup(scan->arena, text.ptr, text.len));
	scan->attachment += labelled(scan, scan->inner, canonical != NULL ? SPAN(canonical) : text);
}

static void
take_bracket(struct scan *scan, char bracket)
{
	bool opens = bracket == '{' || bracket == '[';

	if (!opens && scan->depth == DEPTH_ATTACHMENT && scan->outer == LABEL_ATTACHMENTS) {
		scan->sum += labelled(scan, LABEL_ATTACHMENTS, (struct span){ (const char *)&scan->attachment, sizeof scan->attachment });
		scan->attachment = 0;
	}
	scan->depth += opens ? 1 : -1;
}

/* What is between two quotes, the first of which is at from, and where it ends. */
static struct span
quoted(const char *from, const char *end, const char **behind)
{
	const char *at = from + 1;

	while (at < end && *at != '"')
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	*behind = at < end ? at + 1 : end;
	return (struct span){ from + 1, (size_t)((at < end ? at : end) - from - 1) };
}

int64_t
facts_hash(const struct hash_key *key, struct arena *arena, struct span authors, struct span rest)
{
	struct scan scan = { .key = key, .arena = arena };
	const char *at = rest.ptr, *end = rest.ptr + rest.len;

	if (authors.len > 0)
		scan.sum = labelled(&scan, LABEL_AUTHORS, authors);
	while (rest.len > 0 && at < end) {
		struct span text;

		if (*at != '"') {
			if (strchr("{[]}", *at) != NULL && *at != '\0')
				take_bracket(&scan, *at);
			at++;
			continue;
		}
		text = quoted(at, end, &at);
		if (at < end && *at == ':')
			take_name(&scan, text);
		else
			take_text(&scan, text);
	}
	return (int64_t)(scan.sum >> SPARE_BITS);
}
