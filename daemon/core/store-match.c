/*
 * store-match - which entry is which: first within the document, then against the aliases. The rules are in
 * store-job.h; everything that decides identity is in this file.
 */
#include <string.h>

#include "daemon/core/facts.h"
#include "daemon/core/store-job-private.h"
#include "feeds/url.h"

enum { MOMENT_COARSE_S = 900 /* dates of full quarters of an hour may be no more than a day, in any zone */, NUMBER_DIGITS_MAX = 9 };

/* Equal keys within one document: open addressing, power of two, position + 1 of the first entry that has the key. */
struct key_table { uint32_t *slots; size_t mask; };

static struct key_table
table_new(struct arena *arena, size_t count)
{
	size_t size = 16;

	while (size < count * 2)
		size *= 2;
	return (struct key_table){ arena_zalloc(arena, size * sizeof(uint32_t)), size - 1 };
}

static bool
span_same(struct span one, struct span two)
{
	if (one.ptr == NULL || two.ptr == NULL)
		return one.len == two.len;
	return one.len == two.len && memcmp(one.ptr, two.ptr, one.len) == 0;
}

/* --- hashes --------------------------------------------------------------------------------------- */

static int64_t
keyed(const struct store *store, enum alias_kind kind, const void *ptr, size_t len)
{
	const struct hash_key key = { store->key.k0 ^ (uint64_t)kind, store->key.k1 };

	return (int64_t)hash_bytes(&key, ptr, len);
}

static bool
link_hash(const struct store *store, struct arena *arena, struct span url, int64_t *hash)
{
	const char *canonical;

	if (url.len == 0)
		return false;
	canonical = url_canonical(arena, arena_strndup(arena, url.ptr, url.len));
	if (canonical == NULL || canonical[0] == '\0')
		return false;
	*hash = keyed(store, ALIAS_LINK, canonical, strlen(canonical));
	return true;
}

void
store_match_print(const struct store *store, struct arena *arena, struct span guid, struct span url, bool texts, int64_t content_hash,
    struct store_print *print)
{
	*print = (struct store_print){ .usable = { [ALIAS_GUID] = guid.len > 0, [ALIAS_PRINT] = texts } };
	if (guid.len > 0)
		print->hash[ALIAS_GUID] = keyed(store, ALIAS_GUID, guid.ptr, guid.len);
	print->usable[ALIAS_LINK] = link_hash(store, arena, url, &print->hash[ALIAS_LINK]);
	print->hash[ALIAS_PRINT] = keyed(store, ALIAS_PRINT, &content_hash, sizeof content_hash);
}

static bool
has_text(const struct job_entry *entry)
{
	return entry->rec.html.len > 0 || entry->rec.text.len > 0;
}

static void
hash_entry(struct store_job *job, struct job_entry *entry, bool has_home, int64_t home)
{
	const struct rec_entry *rec = &entry->rec;
	struct store_print print;

	*entry = (struct job_entry){ .rec = entry->rec, .verdict = VERDICT_NEW };
	store_match_print(job->store, job->arena, rec->guid, rec->url, has_text(entry) || rec->title.len > 0, (int64_t)rec->content_hash,
	    &print);
	memcpy(entry->hash, print.hash, sizeof entry->hash);
	memcpy(entry->usable, print.usable, sizeof entry->usable);
	entry->facts = facts_hash(&job->store->key, job->arena, rec->authors, rec->rest);
	entry->home = entry->usable[ALIAS_LINK] && has_home && entry->hash[ALIAS_LINK] == home;
	entry->usable[ALIAS_LINK] = entry->usable[ALIAS_LINK] && !entry->home;
}

/* --- within the document ---------------------------------------------------------------------------- */

static bool
same_link(const struct job_entry *one, const struct job_entry *two)
{
	if (one->usable[ALIAS_LINK] || two->usable[ALIAS_LINK] || one->shared[ALIAS_LINK] || two->shared[ALIAS_LINK])
		return one->hash[ALIAS_LINK] == two->hash[ALIAS_LINK];
	return true;
}

static bool
same_guid(const struct job_entry *one, const struct job_entry *two)
{
	return one->rec.guid.len > 0 && two->rec.guid.len > 0 && one->hash[ALIAS_GUID] == two->hash[ALIAS_GUID];
}

/* Whether two entries with an equal key of this kind are one entry that the document gives twice. */
static bool
is_twice(enum alias_kind kind, const struct job_entry *one, const struct job_entry *two)
{
	bool no_guids = one->rec.guid.len == 0 && two->rec.guid.len == 0;

	switch (kind) {
	case ALIAS_GUID:
		return same_link(one, two) && span_same(one->rec.title, two->rec.title);
	case ALIAS_LINK:
		return (no_guids || same_guid(one, two)) && span_same(one->rec.title, two->rec.title);
	default:
		return !one->usable[ALIAS_LINK] && !two->usable[ALIAS_LINK] && one->rec.published == two->rec.published &&
		    span_same(one->rec.title, two->rec.title);
	}
}

/* Of the entries with one key, the first stands for it; the others are the same again, or make the key worthless. */
static void
compare_by(struct store_job *job, enum alias_kind kind)
{
	struct key_table table = table_new(job->arena, job->count);

	for (size_t i = 0; i < job->count; i++) {
		struct job_entry *entry = &job->entries[i], *first;
		size_t at = (size_t)entry->hash[kind];

		if (!entry->usable[kind] || entry->verdict == VERDICT_TWICE)
			continue;
		for (at &= table.mask; table.slots[at] != 0; at = (at + 1) & table.mask) {
			if (job->entries[table.slots[at] - 1].hash[kind] == entry->hash[kind])
				break;
		}
		if (table.slots[at] == 0) {
			table.slots[at] = (uint32_t)i + 1;
			continue;
		}
		first = &job->entries[table.slots[at] - 1];
		if (is_twice(kind, first, entry))
			entry->verdict = VERDICT_TWICE;
		else if (kind != ALIAS_PRINT)
			first->shared[kind] = entry->shared[kind] = true;
	}
	for (size_t i = 0; i < job->count; i++)
		job->entries[i].usable[kind] = job->entries[i].usable[kind] && !job->entries[i].shared[kind];
}

void
store_match_document(struct store_job *job, struct span home)
{
	int64_t home_hash = 0;
	bool has_home = link_hash(job->store, job->arena, home, &home_hash);

	for (size_t i = 0; i < job->count; i++)
		hash_entry(job, &job->entries[i], has_home, home_hash);
	compare_by(job, ALIAS_GUID);
	compare_by(job, ALIAS_LINK);
	compare_by(job, ALIAS_PRINT);
}

/* --- against the aliases ------------------------------------------------------------------------------ */

/* Entries of the database that this document has already been matched to. */
struct claims { uint32_t *slots; size_t mask; };

static bool
claim(struct claims *claims, uint32_t id)
{
	size_t at = id * 0x9e3779b1u & claims->mask;

	for (; claims->slots[at] != 0; at = (at + 1) & claims->mask) {
		if (claims->slots[at] == id)
			return false;
	}
	claims->slots[at] = id;
	return true;
}

static bool
is_claimed(const struct claims *claims, uint32_t id)
{
	for (size_t at = id * 0x9e3779b1u & claims->mask; claims->slots[at] != 0; at = (at + 1) & claims->mask) {
		if (claims->slots[at] == id)
			return true;
	}
	return false;
}

struct found { struct known known; bool removed; };

static struct span
fragment_of(struct span url)
{
	const char *mark = url.len > 0 ? memchr(url.ptr, '#', url.len) : NULL;

	return mark == NULL ? (struct span){ NULL, 0 } : (struct span){ mark, (size_t)(url.ptr + url.len - mark) };
}

/* 1 and what the alias leads to; 0: unknown, or ambiguous, which makes the key unusable; or an error. */
static int
look_up(struct store_job *job, uint32_t feed, struct job_entry *entry, enum alias_kind kind, struct found *found)
{
	sqlite3_stmt *stmt = sql_query(job->store, SQL_WRITE, "SELECT a.entry, e.id IS NULL, e.content_hash, e.revision, e.guids, "
	    "e.published, e.url, e.title, e.facts, e.authors FROM alias a LEFT JOIN entry e ON e.id = a.entry "
	    "WHERE a.feed = ? AND a.hash = ? AND a.kind = ?", "uid", feed, entry->hash[kind], (int)kind);
	int rc = sql_step(job->store, stmt);

	if (rc == 1 && sql_int(stmt, 0) == ALIAS_AMBIGUOUS) {
		entry->usable[kind] = false;
		entry->unfit[kind] = true;
		rc = 0;
	} else if (rc == 1) {
		found->removed = sql_int(stmt, 1) != 0;
		found->known = (struct known){
			.id = (uint32_t)sql_int(stmt, 0), .content_hash = sql_int(stmt, 2), .revision = sql_int(stmt, 3),
			.guids = sql_int(stmt, 4), .published_s = sql_time(stmt, 5),
			.url_differs = !span_same(sql_span(stmt, 6), entry->rec.url),
			.title_differs = !span_same(sql_span(stmt, 7), entry->rec.title),
			.fragment_differs = !span_same(fragment_of(sql_span(stmt, 6)), fragment_of(entry->rec.url)),
			.facts = sql_time(stmt, 8), .authors_differ = !span_same(sql_span(stmt, 9), entry->rec.authors),
		};
	}
	sql_done(job->store, stmt);
	return rc;
}

/* Whether the fingerprint leads to the same removed entry. */
static int
print_agrees(struct store_job *job, uint32_t feed, struct job_entry *entry, uint32_t id)
{
	struct found found;
	int rc = entry->usable[ALIAS_PRINT] ? look_up(job, feed, entry, ALIAS_PRINT, &found) : 0;

	return rc == 1 ? found.known.id == id : rc;
}

/*
 * With another guid and another title at the same link: an edited headline has its text or its moment still, the next entry at a link
 * that always leads to the newest one has neither. A date may be the day alone; and where both have dates and these differ, an equal
 * text is one that all entries of the feed have.
 */
static int
is_retitled(struct store_job *job, const struct job_entry *entry, const struct found *found)
{
	int64_t now = entry->rec.published, then = found->known.published_s;
	bool dated = now != STORE_ABSENT && then != STORE_ABSENT;

	if (dated && now != then)
		return 0;
	if (dated && now % MOMENT_COARSE_S != 0)
		return 1;
	return has_text(entry) ? store_text_same(job->store, found->known.id, &entry->rec, false) : 0;
}

/* Without a guid a link settles it, unless it leads to another place of the page, at which there are another title and another text. */
static int
is_elsewhere(struct store_job *job, const struct job_entry *entry, const struct found *found)
{
	int rc;

	if (found->removed || !found->known.fragment_differs || !found->known.title_differs)
		return 0;
	rc = store_text_same(job->store, found->known.id, &entry->rec, false);
	return rc < 0 ? rc : rc == 0;
}

static int
is_same_by_link(struct store_job *job, uint32_t feed, struct job_entry *entry, const struct found *found)
{
	int rc;

	if (!entry->usable[ALIAS_GUID]) {
		rc = is_elsewhere(job, entry, found);
		return rc < 0 ? rc : rc == 0;
	}
	if (found->removed)
		return print_agrees(job, feed, entry, found->known.id);
	return found->known.title_differs ? is_retitled(job, entry, found) : 1;
}

/*
 * Whether what an alias of this kind leads to is this entry: 1, 0 or an error. A guid settles it. A link does for entries without a
 * guid, if it is no other place of the page; with one (that is new, or doubted) the title must be the same, or its date or text, or of a
 * removed entry the fingerprint. A fingerprint
 * settles it where there is no link; with another link, without a text, or with a doubted guid the date must be the same as well. A
 * title alone without a guid, and without a date then and now, is the same.
 */
static int
is_same(struct store_job *job, uint32_t feed, struct job_entry *entry, enum alias_kind kind, const struct found *found)
{
	bool dated = entry->rec.published != STORE_ABSENT, same_date = entry->rec.published == found->known.published_s;

	switch (kind) {
	case ALIAS_GUID:
		return 1;
	case ALIAS_LINK:
		return is_same_by_link(job, feed, entry, found);
	default:
		if (!has_text(entry))
			return same_date && (dated || !entry->usable[ALIAS_GUID]) && !entry->usable[ALIAS_LINK];
		return (!entry->usable[ALIAS_LINK] && !entry->doubted) || (dated && same_date);
	}
}

/* A guid alone may be the entry's place in the document: what has another title and another link now is rather found by these. */
static bool
is_doubtful(const struct job_entry *entry, const struct found *found)
{
	return !found->removed && (found->known.title_differs || entry->rec.title.len == 0) &&
	    (found->known.url_differs || !entry->usable[ALIAS_LINK]);
}

enum trust { TRUST_PROVEN /* a doubtful guid waits */, TRUST_ANY };
struct round { enum alias_kind kind; enum trust trust; bool doubted_only; };

static int
match_one(struct store_job *job, uint32_t feed, struct job_entry *entry, enum alias_kind kind, enum trust trust, struct claims *claims)
{
	struct found found;
	int rc = look_up(job, feed, entry, kind, &found);

	if (rc != 1)
		return rc;
	entry->unlike[kind] = found.known.id;
	if (kind == ALIAS_GUID && is_doubtful(entry, &found)) {
		entry->doubted = true;
		entry->same_date = entry->rec.published != STORE_ABSENT && entry->rec.published == found.known.published_s;
	}
	if (is_claimed(claims, found.known.id) || (kind == ALIAS_GUID && trust == TRUST_PROVEN && entry->doubted))
		return STORE_OK;
	rc = is_same(job, feed, entry, kind, &found);
	if (rc != 1)
		return rc;
	claim(claims, found.known.id);
	entry->verdict = found.removed ? VERDICT_GONE : VERDICT_KNOWN;
	entry->by = kind;
	entry->known = found.known;
	return STORE_OK;
}

/* What a doubted guid has stood for is not what has it now: it has stood for several. */
static void
distrust(struct job_entry *entry)
{
	bool by_guid = entry->verdict == VERDICT_KNOWN && entry->by == ALIAS_GUID;

	if (!entry->doubted || by_guid)
		return;
	entry->usable[ALIAS_GUID] = false;
	entry->shared[ALIAS_GUID] = true;
}

/* The number that a guid is; -1: none of ours. */
static int64_t
number_of(struct span guid)
{
	int64_t number = 0;

	if (guid.len == 0 || guid.len > NUMBER_DIGITS_MAX || (guid.ptr[0] == '0' && guid.len > 1))
		return -1;
	for (size_t i = 0; i < guid.len; i++) {
		if (guid.ptr[i] < '0' || guid.ptr[i] > '9')
			return -1;
		number = number * 10 + (guid.ptr[i] - '0');
	}
	return number;
}

/*
 * Guids that number the document from 0 or 1 on, and several of them have led to entries of which nothing is left, no title, link, text
 * or date: it is a new document with its own numbers. One alone may be an edit, and where links or texts are known the guids
 * are distrusted already.
 */
static bool
is_renumbered(const struct store_job *job)
{
	int64_t least = INT64_MAX, most = -1;
	size_t count = 0, doubted = 0;

	for (size_t i = 0; i < job->count; i++) {
		const struct job_entry *entry = &job->entries[i];
		int64_t number = number_of(entry->rec.guid);

		if (entry->verdict == VERDICT_TWICE)
			continue;
		if (entry->verdict != VERDICT_NEW || !entry->usable[ALIAS_GUID] || number < 0 || entry->same_date)
			return false;
		least = number < least ? number : least;
		most = number > most ? number : most;
		doubted += entry->doubted;
		count++;
	}
	return doubted > 1 && least <= 1 && most - least + 1 == (int64_t)count;
}

/* In one round, each entry that has no verdict yet. */
static int
match_round(struct store_job *job, uint32_t feed, const struct round *round, struct claims *claims)
{
	int rc = STORE_OK;

	if (round->trust == TRUST_ANY && round->kind == ALIAS_GUID && is_renumbered(job))
		return STORE_OK;
	for (size_t i = 0; i < job->count && rc == STORE_OK; i++) {
		struct job_entry *entry = &job->entries[i];

		if (entry->verdict == VERDICT_NEW && entry->usable[round->kind] && (entry->doubted || !round->doubted_only))
			rc = match_one(job, feed, entry, round->kind, round->trust, claims);
	}
	return rc;
}

int
store_match_known(struct store_job *job, uint32_t feed, bool fresh)
{
	static const struct round rounds[] = {
		{ ALIAS_GUID, TRUST_PROVEN, false }, { ALIAS_LINK, TRUST_ANY, true }, { ALIAS_PRINT, TRUST_ANY, true },
		{ ALIAS_GUID, TRUST_ANY, true }, { ALIAS_LINK, TRUST_ANY, false }, { ALIAS_PRINT, TRUST_ANY, false },
	};
	struct key_table table;
	struct claims claims;
	int rc = STORE_OK;

	if (fresh)
		return STORE_OK;
	table = table_new(job->arena, job->count);
	claims = (struct claims){ table.slots, table.mask };
	for (size_t r = 0; r < sizeof rounds / sizeof rounds[0] && rc == STORE_OK; r++)
		rc = match_round(job, feed, &rounds[r], &claims);
	for (size_t i = 0; i < job->count; i++)
		distrust(&job->entries[i]);
	return rc;
}
