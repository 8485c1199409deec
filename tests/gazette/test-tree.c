/* The lines of the view of feeds by rows: feeds, what is folded, hidden and how they are sorted, and the lines that this makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "contrib/gazette/tree.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { TEXT_BYTES = 65536 };

/* Alpha [news], beta [news, tech], Gamma, delta [tech]; unread, when the newest entry came and health are all in another order. */
static json_t *
feeds(void)
{
	return json_pack("[[i,s,[s],i,i,s,s,n], [i,s,[s,s],i,i,s,s,n], [i,s,[],i,i,n,s,{s:s}], [i,s,[s],i,i,s,s,n]]",
	    1, "Alpha", "news", 1, 10, "2026-01-01T00:00:00Z", "paused",
	    2, "beta", "news", "tech", 0, 20, "2026-03-01T00:00:00Z", "ok",
	    3, "Gamma", 5, 30, "failing", "message", "host not found",
	    4, "delta", "tech", 7, 40, "2026-02-01T00:00:00Z", "new");
}

/* "*" for all, "/name", "+tag" or "-tag" (folded), feeds, indented by "." below a tag. */
static void
write_lines(const struct tree *tree, const struct feedset *set, struct buf *out)
{
	for (size_t at = 0; at < tree->count; at++) {
		const struct tree_row *row = &tree->rows[at];

		if (at != 0)
			buf_putc(out, ' ');
		if (row->kind == TREE_ALL)
			buf_putc(out, '*');
		else if (row->kind == TREE_SEARCH)
			buf_printf(out, "/%s", tree->searches[row->at].name);
		else if (row->kind == TREE_TAG)
			buf_printf(out, "%c%s", tree_folded(tree, set->tags[row->at].tag) ? '-' : '+', set->tags[row->at].tag);
		else
			buf_printf(out, "%s%s", row->below ? "." : "", row->feed->title);
	}
}

static const struct {
	enum tree_order	 sort;
	bool		 hide_read;
	const char	*fold, *lines;
} rows[] = {
	{ TREE_TITLE, false, NULL, "* /later +news .Alpha .beta +tech .beta .delta Gamma" },
	{ TREE_TITLE, false, "news", "* /later -news +tech .beta .delta Gamma" },
	{ TREE_TITLE, false, "unknown", "* /later +news .Alpha .beta +tech .beta .delta Gamma" },
	{ TREE_TITLE, true, NULL, "* /later +news .Alpha +tech .delta Gamma" },
	{ TREE_TITLE, true, "tech", "* /later +news .Alpha -tech Gamma" },
	{ TREE_UNREAD, false, NULL, "* /later +news .Alpha .beta +tech .delta .beta Gamma" },
	{ TREE_NEWEST, false, NULL, "* /later +news .beta .Alpha +tech .beta .delta Gamma" },
	{ TREE_HEALTH, false, NULL, "* /later +news .Alpha .beta +tech .delta .beta Gamma" },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(rows); row++) {
		struct feedset set = { 0 };
		struct tree tree = { .hide_read = rows[row].hide_read, .sort = rows[row].sort };
		struct buf lines = BUF_INIT(TEXT_BYTES);
		json_t *list = feeds();

		feedset_add(&set, list);
		tree.searches = calloc(1, sizeof(*tree.searches));
		tree.searches[tree.n_searches++] = (struct tree_search){ .name = strdup("later"), .unread = -1 };
		if (rows[row].fold != NULL)
			tree_fold(&tree, rows[row].fold, true);
		tree_make(&tree, &set);
		write_lines(&tree, &set, &lines);
		if (strcmp(buf_str(&lines), rows[row].lines) != 0)
			fail_msg("row %zu: %s", row, buf_str(&lines));
		buf_free(&lines);
		json_decref(list);
		tree_clear(&tree);
		feedset_clear(&set);
	}
}

static void
expect(struct tree *tree, struct feedset *set, const char *expected)
{
	struct buf lines = BUF_INIT(TEXT_BYTES);

	tree_make(tree, set);
	write_lines(tree, set, &lines);
	assert_string_equal(buf_str(&lines), expected);
	buf_free(&lines);
}

/* Counts that change move nothing and hide nothing; feeds that come are sorted in. */
static void
test_changes(void **state)
{
	struct feedset set = { 0 };
	struct tree tree = { .hide_read = true, .sort = TREE_UNREAD };
	json_t *list = feeds(), *more = json_pack("[[i, s, [], i, i, n, s, n]]", 9, "eta", 6, 6, "ok");

	(void)state;
	feedset_add(&set, list);
	expect(&tree, &set, "* +news .Alpha +tech .delta Gamma");
	feedset_counts(&set, 4, 0, 40);
	feedset_counts(&set, 3, 0, 30);
	expect(&tree, &set, "* +news .Alpha +tech .delta Gamma");
	feedset_counts(&set, 2, 9, 20);
	expect(&tree, &set, "* +news .Alpha .beta +tech .delta .beta Gamma");
	feedset_add(&set, more);
	expect(&tree, &set, "* +news .beta .Alpha +tech .beta .delta eta Gamma");
	tree_fold_all(&tree, &set, true);
	expect(&tree, &set, "* -news -tech eta Gamma");
	feedset_remove(&set, 3);
	expect(&tree, &set, "* -news -tech eta");
	assert_int_equal(tree_row_unread(&tree, &set, &tree.rows[0]), 16);
	assert_int_equal(tree_row_unread(&tree, &set, &tree.rows[1]), 10);
	assert_int_equal(tree_row_total(&set, &tree.rows[1]), 30);
	assert_int_equal(tree_row_total(&set, &tree.rows[3]), 6);
	json_decref(list);
	json_decref(more);
	tree_clear(&tree);
	feedset_clear(&set);
}

/* Lines are made again only when there may be other ones: which of the rows does what, and whether it makes them. */
static void
test_made(void **state)
{
	struct feedset set = { 0 };
	struct tree tree = { 0 };
	json_t *list = feeds(), *changed = json_pack("[[i,s,[s],i,i,s,s,n]]", 1, "Alpha", "news", 3, 11, "2026-04-01T00:00:00Z", "failing"),
	    *renamed = json_pack("[[i,s,[s],i,i,s,s,n]]", 1, "Omega", "news", 3, 11, "2026-04-01T00:00:00Z", "failing"),
	    *tagged = json_pack("[[i,s,[s],i,i,s,s,n]]", 1, "Omega", "tech", 3, 11, "2026-04-01T00:00:00Z", "failing");

	(void)state;
	feedset_add(&set, list);
	assert_true(tree_make(&tree, &set));
	assert_false(tree_make(&tree, &set));
	feedset_counts(&set, 2, 1, 21);
	feedset_counts(&set, 4, 0, 40);
	feedset_came(&set, 4, 1000);
	feedset_add(&set, changed);
	assert_false(tree_make(&tree, &set));
	assert_int_equal(tree_row_unread(&tree, &set, &tree.rows[0]), 9);
	assert_int_equal(tree_row_unread(&tree, &set, &tree.rows[1]), 4);
	assert_int_equal(tree_row_total(&set, &tree.rows[0]), 102);
	feedset_add(&set, renamed);
	assert_true(tree_make(&tree, &set));
	feedset_add(&set, tagged);
	assert_true(tree_make(&tree, &set));
	tree_fold(&tree, "tech", true);
	assert_true(tree_make(&tree, &set));
	tree_take_searches(&tree, calloc(1, sizeof(struct tree_search)), 0);
	assert_true(tree_make(&tree, &set));
	tree.hide_read = true;
	assert_true(tree_make(&tree, &set));
	feedset_counts(&set, 3, 0, 30);
	assert_false(tree_make(&tree, &set));
	feedset_counts(&set, 4, 1, 40);
	assert_true(tree_make(&tree, &set));
	feedset_remove(&set, 3);
	assert_true(tree_make(&tree, &set));
	json_decref(list);
	json_decref(changed);
	json_decref(renamed);
	json_decref(tagged);
	tree_clear(&tree);
	feedset_clear(&set);
}

static void
test_folds(void **state)
{
	char path[] = "/tmp/folds.XXXXXX", name[16];
	struct tree tree = { 0 }, again = { 0 };

	(void)state;
	close(mkstemp(path));
	tree_fold(&tree, "a tag", true);
	tree_fold(&tree, "another", true);
	tree_fold(&tree, "another", true);
	tree_fold(&tree, "third", true);
	tree_fold(&tree, "third", false);
	tree_write_folds(&tree, path);
	tree_read_folds(&again, path);
	assert_int_equal(again.n_folds, 2);
	assert_true(tree_folded(&again, "a tag") && tree_folded(&again, "another") && !tree_folded(&again, "third"));
	unlink(path);
	tree_read_folds(&again, path);
	for (int at = 0; at <= TREE_FOLDS_MAX; at++) {
		snprintf(name, sizeof(name), "%d", at);
		tree_fold(&again, name, true);
	}
	assert_int_equal(again.n_folds, TREE_FOLDS_MAX);
	tree_clear(&tree);
	tree_clear(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_changes), cmocka_unit_test(test_made), cmocka_unit_test(test_folds)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
