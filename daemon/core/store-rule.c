/* store-rule - rules, what they do, and how far they are. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/store-rule.h"
#include "daemon/core/store-tag.h"
#include "daemon/core/store-trace.h"
#include "feeds/base/utf8.h"

enum { ACTIONS_BYTES_MAX = STORE_RULE_ACTIONS_MAX * (STORE_COMMAND_BYTES + 16) };

enum action { ACTION_ADD, ACTION_REMOVE, ACTION_READ, ACTION_STAR, ACTION_DROP, ACTION_EXEC, ACTIONS };

/* A word, or what an action begins with. */
static const struct { const char *text; bool prefix; } actions_known[ACTIONS] = {
	[ACTION_ADD] = { "+", true }, [ACTION_REMOVE] = { "-", true }, [ACTION_READ] = { "read", false },
	[ACTION_STAR] = { "star", false }, [ACTION_DROP] = { "drop", false }, [ACTION_EXEC] = { "exec:", true },
};

/* A rule's actions taken apart. */
struct parts {
	struct span	 add[STORE_RULE_ACTIONS_MAX], remove[STORE_RULE_ACTIONS_MAX], commands[STORE_RULE_ACTIONS_MAX];
	size_t		 n_add, n_remove, n_commands;
	bool		 drop;
};

/* --- actions ------------------------------------------------------------------------------------------- */

/* ACTIONS: it is none. *rest: what follows the prefix. */
static enum action
action_of(struct span text, struct span *rest)
{
	for (size_t i = 0; i < ACTIONS; i++) {
		size_t len = strlen(actions_known[i].text);

		if (text.len < len || memcmp(text.ptr, actions_known[i].text, len) != 0 || (!actions_known[i].prefix && text.len != len))
			continue;
		*rest = (struct span){ text.ptr + len, text.len - len };
		return (enum action)i;
	}
	return ACTIONS;
}

/* One of at most STORE_RULE_ACTIONS_MAX. */
static bool
take_action(struct parts *parts, struct span text)
{
	struct span rest = { NULL, 0 };

	switch (action_of(text, &rest)) {
	case ACTION_ADD:
		parts->add[parts->n_add++] = rest;
		return true;
	case ACTION_REMOVE:
		parts->remove[parts->n_remove++] = rest;
		return true;
	case ACTION_READ:
		parts->remove[parts->n_remove++] = SPAN("unread");
		return true;
	case ACTION_STAR:
		parts->add[parts->n_add++] = SPAN("starred");
		return true;
	case ACTION_DROP:
		parts->drop = true;
		return true;
	case ACTION_EXEC:
		parts->commands[parts->n_commands++] = rest;
		return true;
	default:
		return false;
	}
}

static struct store_tag_edit
edit_of(struct parts *parts)
{
	return (struct store_tag_edit){ { parts->add, parts->n_add }, { parts->remove, parts->n_remove }, NULL };
}

static bool
is_command(struct span command)
{
	for (size_t i = 0; i < command.len; i++) {
		if ((unsigned char)command.ptr[i] < ' ' || command.ptr[i] == 0x7f)
			return false;
	}
	return command.len > 0 && command.len <= STORE_COMMAND_BYTES;
}

static int
take_actions(struct store *store, const struct span_list *actions, struct parts *parts)
{
	struct store_tag_edit edit;

	memset(parts, 0, sizeof *parts);
	if (actions->count == 0 || actions->count > STORE_RULE_ACTIONS_MAX)
		return store_fail(store, STORE_EVALUE, "a rule has 1 to %d actions", STORE_RULE_ACTIONS_MAX);
	for (size_t i = 0; i < actions->count; i++) {
		if (!take_action(parts, actions->items[i]))
			return store_fail(store, STORE_EVALUE, "\"%.*s\" is no action: +TAG, -TAG, read, star, drop or exec:COMMAND",
			    (int)(actions->items[i].len < 100 ? actions->items[i].len : 100), actions->items[i].ptr);
	}
	if (parts->drop && actions->count > 1)
		return store_fail(store, STORE_EVALUE, "drop stands alone: of an entry that is removed nothing else can be done");
	for (size_t i = 0; i < parts->n_commands; i++) {
		if (!is_command(parts->commands[i]))
			return store_fail(store, STORE_EVALUE, "a command has 1 to %d bytes and no control characters", STORE_COMMAND_BYTES);
	}
	edit = edit_of(parts);
	return store_tag_check(store, &edit);
}

bool
store_rule_execs(const struct span_list *actions)
{
	struct span rest;

	for (size_t i = 0; i < actions->count; i++) {
		if (action_of(actions->items[i], &rest) == ACTION_EXEC)
			return true;
	}
	return false;
}

/* --- keeping ------------------------------------------------------------------------------------------- */

int
store_rules(struct store *store, store_rule_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT id, query, actions FROM rule ORDER BY id", "");
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0) {
		struct span items[STORE_RULE_ACTIONS_MAX], all = sql_span(stmt, 2);
		struct store_rule rule = { .id = sql_int(stmt, 0), .query = sql_span(stmt, 1), .actions = { items, 0 } };
		const char *at = all.ptr, *end = all.ptr + all.len;

		while (at < end && rule.actions.count < STORE_RULE_ACTIONS_MAX) {
			const char *stop = memchr(at, '\n', (size_t)(end - at));

			stop = stop != NULL ? stop : end;
			items[rule.actions.count++] = (struct span){ at, (size_t)(stop - at) };
			at = stop + 1;
		}
		ret = each(arg, &rule);
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}

static int
check_rule(struct store *store, struct span query, const struct span_list *actions)
{
	struct query_error error;
	struct query *parsed = NULL;
	struct parts parts;
	int64_t count = 0;
	int rc = take_actions(store, actions, &parts);

	if (rc == STORE_OK)
		rc = store_query(store, query.ptr, query.len, 0, &parsed, &error);
	query_free(parsed);
	if (rc == STORE_OK)
		rc = sql_get(store, SQL_WRITE, "SELECT count(*) FROM rule", &count, "");
	if (rc == STORE_OK && count >= STORE_RULES_MAX)
		return store_fail(store, STORE_EVALUE, "there are %d rules, which is the most", STORE_RULES_MAX);
	return rc;
}

/* The first rule concerns what comes from now on. */
static int
begin_cursors(struct store *store)
{
	static const char *const names[] = { STORE_CURSOR_RULES, STORE_CURSOR_INDEX };
	int rc = STORE_OK;

	for (size_t i = 0; i < sizeof names / sizeof names[0] && rc == STORE_OK; i++)
		rc = sql_run(store, "INSERT OR IGNORE INTO cursor(name, seq, entry) VALUES (?, ?, ?)", "sii", SPAN(names[i]),
		    store->committed.seq, store->committed.entry);
	return rc;
}

int
store_rule_add(struct store *store, struct span query, const struct span_list *actions, int64_t *id)
{
	struct buf joined = BUF_INIT(ACTIONS_BYTES_MAX);
	bool own;
	int rc = check_rule(store, query, actions);

	if (rc != STORE_OK)
		return rc;
	for (size_t i = 0; i < actions->count; i++) {
		if (i > 0)
			buf_putc(&joined, '\n');
		buf_put(&joined, actions->items[i].ptr, actions->items[i].len);
	}
	rc = txn_enter(store, &own);
	if (rc == STORE_OK)
		rc = sql_run(store, "INSERT INTO rule(query, actions) VALUES (?, ?)", "ss", query,
		    (struct span){ joined.ptr, joined.len });
	*id = sqlite3_last_insert_rowid(store->conns[SQL_WRITE]);
	if (rc == STORE_OK)
		rc = begin_cursors(store);
	rc = txn_leave(store, own, rc);
	buf_free(&joined);
	return rc;
}

int
store_rule_remove(struct store *store, int64_t id)
{
	bool own;
	int rc = txn_enter(store, &own);

	if (rc == STORE_OK)
		rc = sql_run(store, "DELETE FROM rule WHERE id = ?", "i", id);
	if (rc == STORE_OK && sql_changes(store) == 0)
		rc = store_fail(store, STORE_ENONE, "there is no rule %" PRId64, id);
	if (rc == STORE_OK)
		rc = sql_run(store, "DELETE FROM errand WHERE rule = ?", "i", id);
	if (rc == STORE_OK)
		rc = sql_run(store, "DELETE FROM cursor WHERE name IN ('rules', 'rules-index') AND NOT EXISTS (SELECT 1 FROM rule)", "");
	return txn_leave(store, own, rc);
}

/* --- running ------------------------------------------------------------------------------------------- */

static int
feed_of(struct store *store, uint32_t item, uint32_t *feed)
{
	int64_t found = 0;
	int rc = sql_get(store, SQL_WRITE, "SELECT feed FROM entry WHERE id = ?", &found, "u", item);

	*feed = (uint32_t)found;
	return rc;
}

/* Aliases and the trace stay. What nobody has been told of is removed without being told of, but for the index. */
static int
drop(struct store *store, const struct store_rule_run *run, uint32_t item, uint32_t feed)
{
	static const char *const deletes[] = {
		"DELETE FROM content WHERE entry = ?", "DELETE FROM entry_tag WHERE entry = ?", "DELETE FROM revision WHERE entry = ?",
		"DELETE FROM errand WHERE entry = ?", "DELETE FROM entry WHERE id = ?",
	};
	int rc = STORE_OK;

	for (size_t i = 0; i < sizeof deletes / sizeof deletes[0] && rc == STORE_OK; i++)
		rc = sql_run(store, deletes[i], "u", item);
	if (rc == STORE_OK)
		rc = store_trace(store, item, feed, STORE_TRACE_REMOVED, run->rule, (struct span){ NULL, 0 }, run->now_s);
	if (rc == STORE_OK)
		rc = store_log(store, run->quiet ? STORE_ITEM_DROPPED : STORE_ITEM_REMOVED, feed, item, (struct span){ NULL, 0 }, run->now_s,
		    NULL);
	return rc;
}

static int
drop_all(struct store *store, const struct store_rule_run *run, const struct store_ids *ids, struct store_rule_done *done)
{
	int rc = STORE_OK;

	for (size_t i = 0; i < ids->count && rc == STORE_OK; i++) {
		uint32_t feed;

		rc = feed_of(store, ids->items[i], &feed);
		if (rc == STORE_OK)
			rc = drop(store, run, ids->items[i], feed);
		if (rc == STORE_OK)
			done->dropped++;
		if (rc == STORE_ENONE)
			rc = STORE_OK;
	}
	/* What came before it was dropped is not told either, unless that has been done. */
	if (rc == STORE_OK && ids->count > 0)
		rc = sql_run(store, "UPDATE change SET what = 8 WHERE seq > ? AND what IN (1, 2, 3) AND "
		    "NOT EXISTS (SELECT 1 FROM entry e WHERE e.id = change.entry)", "i", run->told_seq);
	return rc;
}

static int
refuse_errands(struct store *store, const struct store_rule_run *run, uint32_t item)
{
	uint32_t feed;
	int rc = feed_of(store, item, &feed);

	if (rc == STORE_OK)
		rc = store_trace(store, item, feed, STORE_TRACE_REFUSED, run->rule, (struct span){ NULL, 0 }, run->now_s);
	return rc == STORE_ENONE ? STORE_OK : rc;
}

static int
queue_errands(struct store *store, const struct store_rule_run *run, const struct parts *parts, uint32_t item, int64_t *waiting,
    struct store_rule_done *done)
{
	int rc = STORE_OK;

	if (parts->n_commands > 0 && *waiting + (int64_t)parts->n_commands > STORE_ERRANDS_MAX) {
		done->refused++;
		return refuse_errands(store, run, item);
	}
	for (size_t i = 0; i < parts->n_commands && rc == STORE_OK; i++) {
		rc = sql_run(store, "INSERT INTO errand(rule, entry, command, due) VALUES (?, ?, ?, ?)", "iusi", run->rule, item,
		    parts->commands[i], run->now_s);
		++*waiting;
		done->errands++;
	}
	return rc;
}

/* What the rule did, for store_why(). */
static int
trace_rule(struct store *store, const struct store_rule_run *run, uint32_t item)
{
	struct buf text = BUF_INIT(ACTIONS_BYTES_MAX);
	uint32_t feed;
	int rc = feed_of(store, item, &feed);

	for (size_t i = 0; i < run->actions->count; i++) {
		if (i > 0)
			buf_putc(&text, ' ');
		buf_put(&text, run->actions->items[i].ptr, run->actions->items[i].len);
	}
	if (rc == STORE_OK)
		rc = store_trace(store, item, feed, STORE_TRACE_RULE, run->rule, (struct span){ text.ptr, text.len }, run->now_s);
	buf_free(&text);
	return rc == STORE_ENONE ? STORE_OK : rc;
}

static int
mark_all(struct store *store, const struct store_rule_run *run, struct parts *parts, const struct store_ids *ids,
    struct store_rule_done *done)
{
	const struct store_tag_edit edit = edit_of(parts);
	int64_t waiting = 0, first = store->counter.seq + 1;
	int rc = store_tag_apply(store, ids->items, ids->count, &edit, run->now_s, &done->changed);

	if (rc == STORE_OK && run->undoable)
		rc = store_tag_keep_operation(store, first, &run->origin, run->now_s);
	if (rc == STORE_OK && parts->n_commands > 0)
		rc = sql_get(store, SQL_WRITE, "SELECT count(*) FROM errand", &waiting, "");
	for (size_t i = 0; i < ids->count && rc == STORE_OK; i++) {
		rc = trace_rule(store, run, ids->items[i]);
		if (rc == STORE_OK && run->exec)
			rc = queue_errands(store, run, parts, ids->items[i], &waiting, done);
	}
	return rc;
}

int
store_rule_run(struct store *store, const struct store_rule_run *run, struct store_rule_done *done)
{
	struct store_ids ids = { NULL, 0, 0 };
	struct store_rule_done now = { 0, 0, 0, 0, 0 };
	struct parts parts;
	bool own = false;
	int rc = take_actions(store, run->actions, &parts);

	if (rc == STORE_OK)
		rc = store_batch_commit(store);
	if (rc == STORE_OK)
		rc = store_tag_collect(store, run->query, run->after, run->until, &ids);
	if (rc == STORE_OK && ids.count > 0) {
		now.matched = (int64_t)ids.count;
		rc = txn_enter(store, &own);
		if (rc == STORE_OK)
			rc = parts.drop ? drop_all(store, run, &ids, &now) : mark_all(store, run, &parts, &ids, &now);
		rc = txn_leave(store, own, rc);
	}
	free(ids.items);
	if (rc != STORE_OK)
		return rc;
	done->matched += now.matched;
	done->changed += now.changed;
	done->dropped += now.dropped;
	done->errands += now.errands;
	done->refused += now.refused;
	return STORE_OK;
}

/* --- errands ------------------------------------------------------------------------------------------- */

int
store_errands(struct store *store, int64_t now_s, unsigned limit, store_errand_fn each, void *arg)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ,
	    "SELECT id, rule, entry, command, tries FROM errand WHERE due <= ? ORDER BY due, id LIMIT ?", "iu", now_s, (uint32_t)limit);
	int rc, ret = 0;

	for (rc = sql_step(store, stmt); rc == 1 && ret == 0; rc = ret == 0 ? sql_step(store, stmt) : 0) {
		const struct store_errand errand = {
			.id = sql_int(stmt, 0), .rule = sql_int(stmt, 1), .entry = (uint32_t)sql_int(stmt, 2),
			.command = sql_span(stmt, 3), .tries = sql_int(stmt, 4),
		};

		ret = each(arg, &errand);
	}
	sql_done(store, stmt);
	return rc < 0 ? rc : ret;
}

int
store_errand_due(struct store *store, int64_t *due_s)
{
	int rc = sql_get(store, SQL_READ, "SELECT due FROM errand ORDER BY due LIMIT 1", due_s, "");

	if (rc == STORE_ENONE)
		*due_s = STORE_NEVER;
	return rc == STORE_ENONE ? STORE_OK : rc;
}

/* The command is part of the rule's own trace. */
static int
trace_failure(struct store *store, int64_t id, int64_t failed_s)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_WRITE, "SELECT r.entry, e.feed, r.rule FROM errand r JOIN entry e ON e.id = r.entry "
	    "WHERE r.id = ?", "i", id);
	int rc = sql_step(store, stmt);

	if (rc == 1)
		rc = store_trace(store, (uint32_t)sql_int(stmt, 0), (uint32_t)sql_int(stmt, 1), STORE_TRACE_REFUSED, sql_int(stmt, 2),
		    (struct span){ NULL, 0 }, failed_s);
	sql_done(store, stmt);
	return rc;
}

int
store_errand_done(struct store *store, int64_t id, int64_t failed_s)
{
	bool own;
	int rc = txn_enter(store, &own);

	if (rc == STORE_OK && failed_s != STORE_ABSENT)
		rc = trace_failure(store, id, failed_s);
	if (rc == STORE_OK)
		rc = sql_run(store, "DELETE FROM errand WHERE id = ?", "i", id);
	return txn_leave(store, own, rc);
}

int
store_errand_later(struct store *store, int64_t id, int64_t due_s)
{
	bool own;
	int rc = txn_enter(store, &own);

	if (rc == STORE_OK)
		rc = sql_run(store, "UPDATE errand SET tries = tries + 1, due = ? WHERE id = ?", "ii", due_s, id);
	return txn_leave(store, own, rc);
}

/* --- cursors ------------------------------------------------------------------------------------------- */

int64_t
store_last_entry(struct store *store)
{
	return store->committed.entry;
}

int64_t
store_index_seq(struct store *store)
{
	sqlite3_stmt *stmt;
	int64_t seq = 0;

	if (!store->index_attached)
		return 0;
	stmt = sql_query(store, SQL_READ, "SELECT seq FROM ix.meta", "");
	if (sql_step(store, stmt) == 1)
		seq = sql_int(stmt, 0);
	sql_done(store, stmt);
	return seq;
}

int
store_cursor_get(struct store *store, const char *name, struct store_cursor *cursor)
{
	sqlite3_stmt *stmt = sql_query(store, SQL_READ, "SELECT seq, entry FROM cursor WHERE name = ?", "s", SPAN(name));
	int rc = sql_step(store, stmt);

	if (rc == 1)
		*cursor = (struct store_cursor){ sql_int(stmt, 0), sql_int(stmt, 1) };
	sql_done(store, stmt);
	if (rc == 0)
		return store_fail(store, STORE_ENONE, "there is no cursor \"%s\"", name);
	return rc == 1 ? STORE_OK : rc;
}

int
store_cursor_set(struct store *store, const char *name, const struct store_cursor *cursor)
{
	bool own;
	int rc = txn_enter(store, &own);

	if (rc == STORE_OK)
		rc = sql_run(store, "INSERT OR REPLACE INTO cursor(name, seq, entry) VALUES (?, ?, ?)", "sii", SPAN(name), cursor->seq,
		    cursor->entry);
	return txn_leave(store, own, rc);
}

int
store_cursor_drop(struct store *store, const char *name)
{
	bool own;
	int rc = txn_enter(store, &own);

	if (rc == STORE_OK)
		rc = sql_run(store, "DELETE FROM cursor WHERE name = ?", "s", SPAN(name));
	return txn_leave(store, own, rc);
}
