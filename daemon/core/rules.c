#include "daemon/core/rules.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/errand.h"
#include "daemon/core/store-edit.h"
#include "daemon/shared/log.h"

enum { ARENA_BYTES = 32 << 20 };

/* Entries that wait for the index: what is up to base may be told, the next may be when they have met their rules. */
struct wait { int64_t base, seq, entry, until_ms; };

struct rules {
	struct core	*core;
	struct wait	 waits[RULES_WAITING_MAX];
	size_t		 n_waits;
	int64_t		 quick, slow;	/* the last entry that has met the rules without words, and with */
	int64_t		 seen_seq, seen_entry;	/* looked at so far */
	bool		 running, broken_said, failing_said;
	struct loop_timer *timer;
};

/* --- the rules, read anew for each run: their words of time mean now ------------------------ */

struct one { int64_t id; struct span query; struct span_list actions; };
struct all { struct arena *arena; struct one *rules; size_t count, capacity; };

static struct span
copy(struct arena *arena, struct span span)
{
	return (struct span){ arena_strndup(arena, span.ptr, span.len), span.len };
}

static int
collect(void *arg, const struct store_rule *rule)
{
	struct all *all = arg;
	struct one *one = arena_push(all->arena, &all->rules, &all->count, &all->capacity, sizeof *one);

	one->id = rule->id;
	one->query = copy(all->arena, rule->query);
	one->actions.count = rule->actions.count;
	one->actions.items = arena_zalloc(all->arena, (rule->actions.count + 1) * sizeof *one->actions.items);
	for (size_t i = 0; i < rule->actions.count; i++)
		one->actions.items[i] = copy(all->arena, rule->actions.items[i]);
	return 0;
}

static int
read_all(struct rules *rules, struct all *all)
{
	*all = (struct all){ .arena = arena_new(ARENA_BYTES) };
	return store_rules(rules->core->store, collect, all);
}

/* --- running ---------------------------------------------------------------------------------- */

struct span_of_entries { int64_t after, until; bool words, quiet; };

/* A rule whose query has become wrong (it names a search that is gone) is passed over; that is said once. */
static struct query *
parse(struct rules *rules, const struct one *one)
{
	struct query_error error;
	struct query *query = NULL;

	if (store_query(rules->core->store, one->query.ptr, one->query.len, loop_wall_s(), &query, &error) == STORE_OK)
		return query;
	if (!rules->broken_said)
		log_warn("rule=%" PRId64 ": its query is wrong by now and finds nothing: %s", one->id, error.message);
	rules->broken_said = true;
	return NULL;
}

static int
run_one(struct rules *rules, const struct one *one, const struct span_of_entries *entries, struct store_rule_done *done)
{
	struct core *core = rules->core;
	struct query *query = parse(rules, one);
	struct store_rule_run run = {
		.rule = one->id, .query = query, .actions = &one->actions, .after = entries->after, .until = entries->until,
		.quiet = entries->quiet, .told_seq = core->told_seq, .exec = core->conf.rule_exec, .now_s = loop_wall_s()
	};
	int status = STORE_OK;

	if (query != NULL && query_needs_index(query) == entries->words)
		status = store_rule_run(core->store, &run, done);
	query_free(query);
	if (status == STORE_EVALUE) {
		log_warn("rule=%" PRId64 ": it cannot be carried out: %s", one->id, store_error(core->store));
		return STORE_OK;
	}
	return status;
}

/* All of one kind on these entries. */
static int
run_kind(struct rules *rules, const struct all *all, const struct span_of_entries *entries)
{
	struct store_rule_done done = { 0, 0, 0, 0, 0 };
	int status = STORE_OK;

	for (size_t i = 0; i < all->count && status == STORE_OK; i++)
		status = run_one(rules, &all->rules[i], entries, &done);
	if (done.refused > 0)
		log_error("rules: %" PRId64 " entries without their commands, because %d wait already", done.refused, STORE_ERRANDS_MAX);
	if (done.errands > 0)
		errands_go(rules->core->errands);
	return status;
}

static bool
have_words(struct rules *rules, const struct all *all)
{
	bool words = false;

	for (size_t i = 0; i < all->count && !words; i++) {
		struct query *query = parse(rules, &all->rules[i]);

		words = query != NULL && query_needs_index(query);
		query_free(query);
	}
	return words;
}

/* --- waiting ------------------------------------------------------------------------------------ */

static void
push_wait(struct rules *rules, int64_t seq, int64_t entry)
{
	struct wait *last;

	if (rules->n_waits == RULES_WAITING_MAX) {
		last = &rules->waits[RULES_WAITING_MAX - 1];
		last->seq = seq;
		last->entry = entry;
		return;
	}
	rules->waits[rules->n_waits++] = (struct wait){ rules->seen_seq, seq, entry, loop_mono_ms() + RULES_PATIENCE_MS };
}

/* Those up to the last of these are over. */
static void
drop_waits(struct rules *rules, size_t count)
{
	rules->n_waits -= count;
	memmove(rules->waits, rules->waits + count, rules->n_waits * sizeof *rules->waits);
}

int64_t
rules_told(const struct rules *rules)
{
	int64_t now_ms = loop_mono_ms();

	for (size_t i = 0; i < rules->n_waits; i++)
		if (rules->waits[i].until_ms > now_ms)
			return rules->waits[i].base;
	return rules->seen_seq;
}

static int
save(struct rules *rules)
{
	const struct store_cursor quick = { rules->n_waits > 0 ? rules->waits[0].base : rules->seen_seq, rules->quick };
	const struct store_cursor slow = { quick.seq, rules->slow };
	struct store *store = rules->core->store;
	int status = store_begin(store);

	if (status == STORE_OK)
		status = store_cursor_set(store, STORE_CURSOR_RULES, &quick);
	if (status == STORE_OK)
		status = store_cursor_set(store, STORE_CURSOR_INDEX, &slow);
	if (status == STORE_OK)
		return store_commit(store);
	store_rollback(store);
	return status;
}

/* Rules without words on what is new; then it waits for the others, if there are any. */
static int
run_quick(struct rules *rules, const struct all *all, bool words)
{
	struct store *store = rules->core->store;
	int64_t entry = store_last_entry(store);
	struct span_of_entries entries = { rules->quick, entry, false, rules->quick == rules->seen_entry };
	int status = STORE_OK;

	if (entry > rules->seen_entry)
		push_wait(rules, store_seq(store), entry);
	rules->seen_entry = entry;
	if (entry > rules->quick)
		status = run_kind(rules, all, &entries);
	if (status != STORE_OK)
		return status;
	rules->quick = entry;
	if (words)
		return STORE_OK;
	rules->slow = entry;
	rules->n_waits = 0;
	return STORE_OK;
}

/* Rules with words on what the index has passed. */
static int
run_slow(struct rules *rules, const struct all *all)
{
	struct span_of_entries entries = { rules->slow, rules->slow, true, false };
	int64_t indexed = rules->n_waits > 0 ? store_index_seq(rules->core->store) : 0;
	size_t passed = 0;
	int status;

	while (passed < rules->n_waits && rules->waits[passed].seq <= indexed && rules->waits[passed].entry <= rules->quick)
		entries.until = rules->waits[passed++].entry;
	if (passed == 0)
		return STORE_OK;
	status = run_kind(rules, all, &entries);
	if (status == STORE_ENOINDEX)
		return STORE_OK;
	if (status != STORE_OK)
		return status;
	rules->slow = entries.until;
	drop_waits(rules, passed);
	return STORE_OK;
}

/* Told no later than promised; tried again. */
static void
wake_later(struct rules *rules, int status)
{
	int64_t left_ms = rules->n_waits > 0 ? rules->waits[0].until_ms - loop_mono_ms() : 0;

	for (size_t i = 1; i < rules->n_waits && left_ms <= 0; i++)
		left_ms = rules->waits[i].until_ms - loop_mono_ms();
	if (status != STORE_OK && (left_ms <= 0 || left_ms > RULES_RETRY_MS))
		left_ms = RULES_RETRY_MS;
	if (left_ms > 0)
		loop_timer_start(rules->timer, left_ms + 1);
}

static void
go(struct rules *rules)
{
	int64_t quick = rules->quick, slow = rules->slow;
	struct all all;
	int status = read_all(rules, &all);
	bool words = status == STORE_OK && have_words(rules, &all);

	if (status == STORE_OK && all.count == 0) {
		rules->quick = rules->slow = rules->seen_entry = store_last_entry(rules->core->store);
		rules->seen_seq = store_seq(rules->core->store);
		rules->n_waits = 0;
	} else {
		if (status == STORE_OK)
			status = run_quick(rules, &all, words);
		if (status == STORE_OK)
			status = run_slow(rules, &all);
		rules->seen_seq = store_seq(rules->core->store);
		if (status == STORE_OK && (rules->quick != quick || rules->slow != slow))
			status = save(rules);
		if (status != STORE_OK && !rules->failing_said)
			log_error("rules cannot be carried out now: %s", store_error(rules->core->store));
		rules->failing_said = status != STORE_OK;
	}
	arena_free(all.arena);
	wake_later(rules, status);
}

void
rules_go(struct rules *rules)
{
	/* The end of an edit comes here, too. */
	if (rules->running || store_edit_open(rules->core->store))
		return;
	/* What ingest has open is committed first, as before any change: that may come back here. */
	core_before_change(rules->core);
	rules->running = true;
	go(rules);
	rules->running = false;
}

static void
on_timer(void *arg)
{
	struct rules *rules = arg;

	rules_go(rules);
	core_changed(rules->core);
}

/* --- for others --------------------------------------------------------------------------------- */

void
rules_start(struct rules *rules)
{
	struct store *store = rules->core->store;
	struct store_cursor quick, slow;

	rules->seen_seq = store_seq(store);
	rules->quick = rules->slow = rules->seen_entry = store_last_entry(store);
	if (store_cursor_get(store, STORE_CURSOR_RULES, &quick) != STORE_OK ||
	    store_cursor_get(store, STORE_CURSOR_INDEX, &slow) != STORE_OK)
		return;
	rules->quick = quick.entry;
	rules->slow = slow.entry;
	if (slow.entry < rules->seen_entry || quick.entry < rules->seen_entry)
		rules->waits[rules->n_waits++] = (struct wait){ slow.seq, rules->seen_seq, rules->seen_entry,
		    loop_mono_ms() + RULES_PATIENCE_MS };
	rules->core->told_seq = rules_told(rules);
	rules_go(rules);
	core_changed(rules->core);
}

int
rules_apply(struct rules *rules, int64_t rule, int64_t user, struct store_rule_done *done)
{
	struct core *core = rules->core;
	struct store_rule_run run = { .told_seq = INT64_MAX, .undoable = true, .exec = core->conf.rule_exec, .now_s = loop_wall_s() };
	struct query_error error;
	struct query *query;
	struct all all;
	int status = read_all(rules, &all);
	bool found = rule == 0;

	for (size_t i = 0; i < all.count && status == STORE_OK; i++) {
		if (rule != 0 && all.rules[i].id != rule)
			continue;
		found = true;
		status = store_query(core->store, all.rules[i].query.ptr, all.rules[i].query.len, run.now_s, &query, &error);
		if (status != STORE_OK)
			break;
		run.rule = all.rules[i].id;
		run.query = query;
		run.actions = &all.rules[i].actions;
		run.origin = (struct store_origin){ user, all.rules[i].query };
		status = store_rule_run(core->store, &run, done);
		query_free(query);
	}
	arena_free(all.arena);
	if (done->errands > 0)
		errands_go(core->errands);
	return status == STORE_OK && !found ? STORE_ENONE : status;
}

struct rules *
rules_new(struct core *core)
{
	struct rules *rules = calloc(1, sizeof *rules);

	if (rules == NULL)
		abort();
	rules->core = core;
	rules->timer = loop_timer_new(core->loop, on_timer, rules);
	return rules;
}

void
rules_free(struct rules *rules)
{
	if (rules == NULL)
		return;
	loop_timer_free(rules->timer);
	free(rules);
}
