#include "daemon/shared/record.h"

#include <assert.h>
#include <msgpack/pack.h>
#include <string.h>

#include "feeds/base/utf8.h"

#define UINT(struct_, member, most)  { #member, FIELD_UINT, offsetof(struct struct_, member), (most) }
#define INT(struct_, member)         { #member, FIELD_INT, offsetof(struct struct_, member), UINT64_MAX }
#define BOOL(struct_, member)        { #member, FIELD_BOOL, offsetof(struct struct_, member), 1 }
#define TEXT(struct_, member, most)  { #member, FIELD_TEXT, offsetof(struct struct_, member), (most) }
#define BYTES(struct_, member, most) { #member, FIELD_BYTES, offsetof(struct struct_, member), (most) }
#define TEXTS(struct_, member, most) { #member, FIELD_TEXTS, offsetof(struct struct_, member), (most) }

#define DESC(name_, number)						\
const struct record_desc record_##name_ = {				\
	.type = (number), .name = #name_, .fields = name_##_fields,	\
	.n_fields = sizeof(name_##_fields) / sizeof(name_##_fields[0]),	\
	.size = sizeof(struct rec_##name_)				\
}

enum { PARALLEL_MAX = 65536, BIT_PER_HOUR = (1 << 24) - 1, BIT_PER_DAY = (1 << 7) - 1 };

static const struct record_field config_fields[] = {
	UINT(rec_config, parallel, PARALLEL_MAX),
	UINT(rec_config, max_body, INT64_MAX),
	UINT(rec_config, timeout_ms, INT64_MAX),
	BOOL(rec_config, allow_private_networks),
	TEXT(rec_config, user_agent, RECORD_LINE_MAX),
	TEXT(rec_config, ca_file, RECORD_LINE_MAX),
	TEXT(rec_config, proxy, RECORD_URL_MAX),
	TEXT(rec_config, websub_listen, RECORD_WORD_MAX),
};
DESC(config, RECORD_CONFIG);

static const struct record_field job_fields[] = {
	UINT(rec_job, job, UINT64_MAX),
	UINT(rec_job, flags, JOB_HASH_KNOWN | JOB_KEEP),
	TEXT(rec_job, url, RECORD_URL_MAX),
	BYTES(rec_job, etag, RECORD_VALIDATOR_MAX),
	BYTES(rec_job, last_modified, RECORD_VALIDATOR_MAX),
	TEXT(rec_job, validators_url, RECORD_URL_MAX),
	UINT(rec_job, body_hash, UINT64_MAX),
	TEXT(rec_job, user_agent, RECORD_LINE_MAX),
	TEXT(rec_job, cookie, RECORD_LINE_MAX),
	TEXT(rec_job, proxy, RECORD_URL_MAX),
	TEXT(rec_job, username, RECORD_LINE_MAX),
	TEXT(rec_job, password, RECORD_LINE_MAX),
	TEXTS(rec_job, headers, RECORD_LIST_MAX),
	TEXTS(rec_job, hops, RECORD_HOPS_MAX),
	UINT(rec_job, permanent_hops, RECORD_HOPS_MAX),
	UINT(rec_job, elapsed_ms, INT64_MAX),
	TEXT(rec_job, ca, RECORD_CA_MAX),
	TEXT(rec_job, form, RECORD_FORM_MAX),
};
DESC(job, RECORD_JOB);

static const struct record_field cancel_fields[] = {
	UINT(rec_cancel, job, UINT64_MAX),
};
DESC(cancel, RECORD_CANCEL);

static const struct record_field entry_fields[] = {
	UINT(rec_entry, job, UINT64_MAX),
	UINT(rec_entry, ordinal, UINT32_MAX),
	TEXT(rec_entry, guid, RECORD_URL_MAX),
	TEXT(rec_entry, url, RECORD_URL_MAX),
	TEXT(rec_entry, title, RECORD_LINE_MAX),
	TEXT(rec_entry, html, RECORD_BODY_MAX),
	TEXT(rec_entry, text, RECORD_BODY_MAX),
	TEXT(rec_entry, summary, RECORD_SUMMARY_MAX),
	TEXT(rec_entry, authors, RECORD_LINE_MAX),
	TEXT(rec_entry, language, RECORD_WORD_MAX),
	INT(rec_entry, published),
	INT(rec_entry, modified),
	UINT(rec_entry, content_hash, UINT64_MAX),
	TEXT(rec_entry, rest, RECORD_BODY_MAX),
	TEXT(rec_entry, gazette, RECORD_BODY_MAX),
};
DESC(entry, RECORD_ENTRY);

static const struct record_field feed_fields[] = {
	UINT(rec_feed, job, UINT64_MAX),
	TEXT(rec_feed, format, RECORD_WORD_MAX),
	TEXT(rec_feed, title, RECORD_LINE_MAX),
	TEXT(rec_feed, home_page_url, RECORD_URL_MAX),
	TEXT(rec_feed, description, RECORD_SUMMARY_MAX),
	TEXT(rec_feed, language, RECORD_WORD_MAX),
	TEXT(rec_feed, self_url, RECORD_URL_MAX),
	TEXT(rec_feed, icon, RECORD_URL_MAX),
	TEXT(rec_feed, hub, RECORD_URL_MAX),
	TEXT(rec_feed, new_feed_url, RECORD_URL_MAX),
	TEXT(rec_feed, members, RECORD_BODY_MAX),
	TEXT(rec_feed, fault, RECORD_LINE_MAX),
	INT(rec_feed, ttl_min),
	INT(rec_feed, update_frequency),
	TEXT(rec_feed, update_period, RECORD_WORD_MAX),
	UINT(rec_feed, skip_hours, BIT_PER_HOUR),
	UINT(rec_feed, skip_days, BIT_PER_DAY),
};
DESC(feed, RECORD_FEED);

static const struct record_field done_fields[] = {
	UINT(rec_done, job, UINT64_MAX),
	UINT(rec_done, outcome, OUTCOME_CRASH - 1),	/* who crashed does not say so */
	UINT(rec_done, http_status, 999),
	UINT(rec_done, entries, UINT32_MAX),
	TEXT(rec_done, message, RECORD_LINE_MAX),
	TEXT(rec_done, final_url, RECORD_URL_MAX),
	TEXT(rec_done, address, RECORD_ADDRESS_MAX),
	TEXT(rec_done, permanent_url, RECORD_URL_MAX),
	BYTES(rec_done, etag, RECORD_VALIDATOR_MAX),
	BYTES(rec_done, last_modified, RECORD_VALIDATOR_MAX),
	UINT(rec_done, body_hash, UINT64_MAX),
	UINT(rec_done, body_bytes, INT64_MAX),
	UINT(rec_done, wire_bytes, INT64_MAX),
	UINT(rec_done, elapsed_ms, INT64_MAX),
	INT(rec_done, retry_after_s),
	INT(rec_done, max_age_s),
	TEXTS(rec_done, candidates, RECORD_LIST_MAX),
	TEXTS(rec_done, hops, RECORD_HOPS_MAX),
	UINT(rec_done, permanent_hops, RECORD_HOPS_MAX),
};
DESC(done, RECORD_DONE);

static const struct record_field index_go_fields[] = {
	UINT(rec_index_go, seq, INT64_MAX),
};
DESC(index_go, RECORD_INDEX_GO);

static const struct record_field index_state_fields[] = {
	UINT(rec_index_state, seq, INT64_MAX),
	UINT(rec_index_state, entries, INT64_MAX),
	UINT(rec_index_state, generation, UINT64_MAX),
	BOOL(rec_index_state, rebuilding),
};
DESC(index_state, RECORD_INDEX_STATE);

static const struct record_field backup_go_fields[] = {
	UINT(rec_backup_go, number, UINT64_MAX),
};
DESC(backup_go, RECORD_BACKUP_GO);

static const struct record_field backup_made_fields[] = {
	UINT(rec_backup_made, number, UINT64_MAX),
	TEXT(rec_backup_made, error, RECORD_LINE_MAX),
};
DESC(backup_made, RECORD_BACKUP_MADE);

static const struct record_field document_fields[] = {
	UINT(rec_document, job, UINT64_MAX),
	BOOL(rec_document, more),
	TEXT(rec_document, url, RECORD_URL_MAX),
	TEXT(rec_document, content_type, RECORD_WORD_MAX),
	BYTES(rec_document, data, RECORD_PIECE_MAX),
};
DESC(document, RECORD_DOCUMENT);
static const struct record_field hub_call_fields[] = {
	UINT(rec_hub_call, call, UINT64_MAX),
	UINT(rec_hub_call, mode, HUB_MODE_COUNT - 1),
	TEXT(rec_hub_call, token, RECORD_WORD_MAX),
	TEXT(rec_hub_call, topic, RECORD_URL_MAX),
	INT(rec_hub_call, lease_s),
};
DESC(hub_call, RECORD_HUB_CALL);

static const struct record_field hub_reply_fields[] = {
	UINT(rec_hub_reply, call, UINT64_MAX),
	UINT(rec_hub_reply, http_status, 999),
	UINT(rec_hub_reply, job, UINT64_MAX),
	TEXT(rec_hub_reply, url, RECORD_URL_MAX),
	BYTES(rec_hub_reply, secret, RECORD_WORD_MAX),
};
DESC(hub_reply, RECORD_HUB_REPLY);

static const char *const outcome_words[OUTCOME_COUNT] = {
	[OUTCOME_OK] = "ok",
	[OUTCOME_NOT_MODIFIED] = "not-modified",
	[OUTCOME_NOT_FEED] = "not-a-feed",
	[OUTCOME_EMPTY] = "empty",
	[OUTCOME_MALFORMED] = "malformed",
	[OUTCOME_HTTP] = "http-error",
	[OUTCOME_DNS] = "dns-failure",
	[OUTCOME_CONNECT] = "unreachable",
	[OUTCOME_TLS] = "tls-failure",
	[OUTCOME_TOO_LARGE] = "too-large",
	[OUTCOME_TOO_SLOW] = "too-slow",
	[OUTCOME_TRUNCATED] = "truncated",
	[OUTCOME_REDIRECT] = "redirect-error",
	[OUTCOME_PRIVATE] = "private-address",
	[OUTCOME_URL] = "bad-url",
	[OUTCOME_NETWORK] = "network-error",
	[OUTCOME_CRASH] = "crash",
	[OUTCOME_BUSY] = "busy",
	[OUTCOME_HOP] = "hop",
};

const char *
outcome_word(enum outcome outcome)
{
	return (unsigned)outcome < OUTCOME_COUNT ? outcome_words[outcome] : "unknown";
}

struct span
record_cut(struct span text, size_t max)
{
	if (text.len > max)
		text.len = utf8_prefix(text.ptr, max);
	return text;
}

/* --- writing, with msgpack-c --------------------------------------------------------- */

static int
pack_write(void *out, const char *ptr, size_t len)
{
	buf_put(out, ptr, len);
	return 0;
}

static void
pack_text(msgpack_packer *pack, struct span text, uint64_t max)
{
	if (text.ptr == NULL) {
		msgpack_pack_nil(pack);
		return;
	}
	assert(text.len <= max);
	msgpack_pack_str(pack, text.len);
	msgpack_pack_str_body(pack, text.ptr, text.len);
}

static void
pack_bytes(msgpack_packer *pack, struct span bytes, uint64_t max)
{
	if (bytes.ptr == NULL) {
		msgpack_pack_nil(pack);
		return;
	}
	assert(bytes.len <= max);
	msgpack_pack_bin(pack, bytes.len);
	msgpack_pack_bin_body(pack, bytes.ptr, bytes.len);
}

static void
pack_texts(msgpack_packer *pack, const struct span_list *list, uint64_t max)
{
	assert(list->count <= max);
	msgpack_pack_array(pack, list->count);
	for (size_t i = 0; i < list->count; i++)
		pack_text(pack, list->items[i], RECORD_LINE_MAX);
}

static void
pack_uint(msgpack_packer *pack, uint64_t value, uint64_t max)
{
	assert(value <= max);
	msgpack_pack_uint64(pack, value);
}

static void
pack_field(msgpack_packer *pack, const struct record_field *field, const void *member)
{
	switch (field->kind) {
	case FIELD_UINT:
		pack_uint(pack, *(const uint64_t *)member, field->max);
		break;
	case FIELD_INT:
		msgpack_pack_int64(pack, *(const int64_t *)member);
		break;
	case FIELD_BOOL:
		*(const bool *)member ? msgpack_pack_true(pack) : msgpack_pack_false(pack);
		break;
	case FIELD_TEXT:
		pack_text(pack, *(const struct span *)member, field->max);
		break;
	case FIELD_BYTES:
		pack_bytes(pack, *(const struct span *)member, field->max);
		break;
	case FIELD_TEXTS:
		pack_texts(pack, member, field->max);
		break;
	}
}

void
record_encode(const struct record_desc *desc, const void *rec, struct buf *out)
{
	msgpack_packer pack;

	msgpack_packer_init(&pack, out, pack_write);
	msgpack_pack_array(&pack, desc->n_fields + 1);
	msgpack_pack_uint64(&pack, desc->type);
	for (size_t i = 0; i < desc->n_fields; i++)
		pack_field(&pack, &desc->fields[i], (const char *)rec + desc->fields[i].offset);
}

/*
 * --- reading --------------------------------------------------------------------------
 *
 * By hand: msgpack-c would first build a tree whose size the stranger chooses. Here one value after the other is
 * looked at against its row, in place, and nothing is allocated but the lists.
 */

enum family { NOTHING, NIL, TRUTH, POSITIVE, NEGATIVE, STR, BIN, ARRAY };

struct cursor { const unsigned char *pos, *end; };

/* One value's head: what it is, its number (NEGATIVE: two's complement), or its length or count. */
struct value { enum family family; uint64_t number; };

/*
 * The format's first bytes (msgpack spec, "Overview"). The number that follows is size bytes long, or
 * sits in the low bits that mask leaves.
 */
static const struct head {
	unsigned char	first, last, size, mask;
	enum family	family;
} heads[] = {
	{ 0x00, 0x7f, 0, 0x7f, POSITIVE },
	{ 0x90, 0x9f, 0, 0x0f, ARRAY },
	{ 0xa0, 0xbf, 0, 0x1f, STR },
	{ 0xc0, 0xc0, 0, 0x00, NIL },
	{ 0xc2, 0xc3, 0, 0x01, TRUTH },
	{ 0xc4, 0xc4, 1, 0x00, BIN },
	{ 0xc5, 0xc5, 2, 0x00, BIN },
	{ 0xc6, 0xc6, 4, 0x00, BIN },
	{ 0xcc, 0xcc, 1, 0x00, POSITIVE },
	{ 0xcd, 0xcd, 2, 0x00, POSITIVE },
	{ 0xce, 0xce, 4, 0x00, POSITIVE },
	{ 0xcf, 0xcf, 8, 0x00, POSITIVE },
	{ 0xd0, 0xd0, 1, 0x00, NEGATIVE },
	{ 0xd1, 0xd1, 2, 0x00, NEGATIVE },
	{ 0xd2, 0xd2, 4, 0x00, NEGATIVE },
	{ 0xd3, 0xd3, 8, 0x00, NEGATIVE },
	{ 0xd9, 0xd9, 1, 0x00, STR },
	{ 0xda, 0xda, 2, 0x00, STR },
	{ 0xdb, 0xdb, 4, 0x00, STR },
	{ 0xdc, 0xdc, 2, 0x00, ARRAY },
	{ 0xdd, 0xdd, 4, 0x00, ARRAY },
	{ 0xe0, 0xff, 0, 0xff, NEGATIVE },
};

static const struct head *
find_head(unsigned char byte)
{
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (byte >= heads[i].first && byte <= heads[i].last)
			return &heads[i];
	return NULL;
}

/* A signed number of size bytes (0: of one) to 64 bits; what turns out not to be negative is told so. */
static void
extend_sign(struct value *value, unsigned size)
{
	unsigned unused = size == 0 ? 56 : 64 - 8 * size;

	value->number = (uint64_t)((int64_t)(value->number << unused) >> unused);
	if ((int64_t)value->number >= 0)
		value->family = POSITIVE;
}

/* NOTHING: the end, or what no record of ours contains. */
static struct value
read_head(struct cursor *cur)
{
	struct value value = { NOTHING, 0 };
	const struct head *head;

	if (cur->pos == cur->end)
		return value;
	head = find_head(*cur->pos);
	if (head == NULL || (size_t)(cur->end - cur->pos) < 1 + (size_t)head->size)
		return value;
	value.family = head->family;
	value.number = *cur->pos++ & head->mask;
	if (head->size != 0)
		value.number = 0;
	for (unsigned i = 0; i < head->size; i++)
		value.number = value.number << 8 | *cur->pos++;
	if (value.family == NEGATIVE)
		extend_sign(&value, head->size);
	return value;
}

/* Each takes one value and says what is wrong, or NULL. */

static const char *
read_uint(struct cursor *cur, uint64_t max, uint64_t *out)
{
	struct value value = read_head(cur);

	if (value.family != POSITIVE)
		return "is no unsigned number";
	if (value.number > max)
		return "is too great a number";
	*out = value.number;
	return NULL;
}

static const char *
read_int(struct cursor *cur, int64_t *out)
{
	struct value value = read_head(cur);

	if (value.family != NEGATIVE && (value.family != POSITIVE || value.number > INT64_MAX))
		return "is no signed number";
	*out = (int64_t)value.number;
	return NULL;
}

static const char *
read_bool(struct cursor *cur, bool *out)
{
	struct value value = read_head(cur);

	if (value.family != TRUTH)
		return "is neither true nor false";
	*out = value.number != 0;
	return NULL;
}

static const char *
read_span(struct cursor *cur, enum family family, bool optional, uint64_t max, struct span *out)
{
	struct value value = read_head(cur);

	*out = (struct span){ NULL, 0 };
	if (value.family == NIL && optional)
		return NULL;
	if (value.family != family)
		return family == STR ? "is no text" : "are no bytes";
	if (value.number > max)
		return "is too long";
	if (value.number > (uint64_t)(cur->end - cur->pos))
		return "is cut off";
	*out = (struct span){ (const char *)cur->pos, (size_t)value.number };
	cur->pos += value.number;
	if (family == STR && !utf8_valid(out->ptr, out->len))
		return "is not UTF-8";
	return NULL;
}

static const char *
read_texts(struct cursor *cur, uint64_t max, struct span_list *out, struct arena *arena)
{
	struct value value = read_head(cur);
	const char *wrong = NULL;

	if (value.family != ARRAY)
		return "is no list";
	if (value.number > max)
		return "is too long a list";
	out->count = (size_t)value.number;
	out->items = arena_zalloc(arena, (out->count + 1) * sizeof(out->items[0]));
	for (size_t i = 0; i < out->count && wrong == NULL; i++)
		wrong = read_span(cur, STR, false, RECORD_LINE_MAX, &out->items[i]);
	return wrong;
}

static const char *
read_field(struct cursor *cur, const struct record_field *field, void *member, struct arena *arena)
{
	switch (field->kind) {
	case FIELD_UINT:
		return read_uint(cur, field->max, member);
	case FIELD_INT:
		return read_int(cur, member);
	case FIELD_BOOL:
		return read_bool(cur, member);
	case FIELD_TEXT:
		return read_span(cur, STR, true, field->max, member);
	case FIELD_BYTES:
		return read_span(cur, BIN, true, field->max, member);
	case FIELD_TEXTS:
		return read_texts(cur, field->max, member, arena);
	}
	return "is of no known kind";
}

int
record_type(const char *ptr, size_t len)
{
	struct cursor cur = { (const unsigned char *)ptr, (const unsigned char *)ptr + len };
	struct value value = read_head(&cur);

	if (value.family != ARRAY)
		return -1;
	value = read_head(&cur);
	return value.family == POSITIVE && value.number < RECORD_TYPES ? (int)value.number : -1;
}

int
record_decode(const struct record_desc *desc, const char *ptr, size_t len, void *rec, struct arena *arena,
    const char **error)
{
	struct cursor cur = { (const unsigned char *)ptr, (const unsigned char *)ptr + len };
	struct value count = read_head(&cur), type = read_head(&cur);
	const char *wrong;

	if (count.family != ARRAY || type.family != POSITIVE || type.number != desc->type) {
		*error = arena_printf(arena, "%s: not this record", desc->name);
		return -1;
	}
	if (count.number != desc->n_fields + 1) {
		*error = arena_printf(arena, "%s: %llu fields instead of %zu", desc->name,
		    (unsigned long long)count.number - 1, desc->n_fields);
		return -1;
	}
	memset(rec, 0, desc->size);
	for (size_t i = 0; i < desc->n_fields; i++) {
		wrong = read_field(&cur, &desc->fields[i], (char *)rec + desc->fields[i].offset, arena);
		if (wrong != NULL) {
			*error = arena_printf(arena, "%s: %s %s", desc->name, desc->fields[i].name, wrong);
			return -1;
		}
	}
	if (cur.pos != cur.end) {
		*error = arena_printf(arena, "%s: %zu bytes too many", desc->name, (size_t)(cur.end - cur.pos));
		return -1;
	}
	return 0;
}
