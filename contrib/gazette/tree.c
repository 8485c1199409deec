#include "contrib/gazette/tree.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "contrib/gazette/file.h"

enum { FIRST = 64 };

static void
free_searches(struct tree *tree)
{
	for (size_t at = 0; at < tree->n_searches; at++)
		free(tree->searches[at].name);
	free(tree->searches);
}

void
tree_clear(struct tree *tree)
{
	free_searches(tree);
	for (size_t at = 0; at < tree->n_folds; at++)
		free(tree->folds[at]);
	free(tree->folds);
	free(tree->order);
	free(tree->rows);
	*tree = (struct tree){ 0 };
}

static void *
resize(void *array, size_t count, size_t size)
{
	array = reallocarray(array, count != 0 ? count : 1, size);
	if (array == NULL)
		abort();
	return array;
}

/* --- order ---------------------------------------------------------------------------------- */

static int
by_title(const struct feed *one, const struct feed *other)
{
	int order = strcasecmp(one->title, other->title);

	return order != 0 ? order : (one->id > other->id) - (one->id < other->id);
}

static int
by_unread(const struct feed *one, const struct feed *other)
{
	return (one->unread < other->unread) - (one->unread > other->unread);
}

static int
by_newest(const struct feed *one, const struct feed *other)
{
	return (one->newest_s < other->newest_s) - (one->newest_s > other->newest_s);
}

static int
by_health(const struct feed *one, const struct feed *other)
{
	static const int badness[] = { [FEED_GONE] = 4, [FEED_FAILING] = 3, [FEED_PAUSED] = 2, [FEED_NEW] = 1, [FEED_OK] = 0 };

	return badness[other->health] - badness[one->health];
}

#define COMPARE(name_) \
static int \
compare_##name_(const void *left, const void *right) \
{ \
	const struct feed *one = *(struct feed *const *)left, *other = *(struct feed *const *)right; \
	int order = by_##name_(one, other); \
\
	return order != 0 ? order : by_title(one, other); \
}
COMPARE(unread)
COMPARE(newest)
COMPARE(health)

void
tree_sort(struct tree *tree, const struct feedset *set, enum tree_order sort)
{
	static int (*const compares[TREE_ORDERS])(const void *, const void *) = {
		[TREE_UNREAD] = compare_unread, [TREE_NEWEST] = compare_newest, [TREE_HEALTH] = compare_health
	};

	tree->sort = sort;
	tree->n_order = set->count;
	tree->order = resize(tree->order, set->count, sizeof(*tree->order));
	if (set->count != 0)
		memcpy(tree->order, set->feeds, set->count * sizeof(*tree->order));	/* by title already */
	if (compares[sort] != NULL && set->count != 0)
		qsort(tree->order, set->count, sizeof(*tree->order), compares[sort]);
	tree->version = set->version;
	tree->made = false;
}

/* --- folds ---------------------------------------------------------------------------------- */

static size_t
find_fold(const struct tree *tree, const char *tag)
{
	size_t at = 0;

	while (at < tree->n_folds && strcmp(tree->folds[at], tag) != 0)
		at++;
	return at;
}

bool
tree_folded(const struct tree *tree, const char *tag)
{
	return find_fold(tree, tag) < tree->n_folds;
}

void
tree_fold(struct tree *tree, const char *tag, bool fold)
{
	size_t at = find_fold(tree, tag);

	tree->made = false;
	if (at < tree->n_folds && !fold) {
		free(tree->folds[at]);
		tree->folds[at] = tree->folds[--tree->n_folds];
	} else if (at == tree->n_folds && fold && at < TREE_FOLDS_MAX) {
		tree->folds = resize(tree->folds, at + 1, sizeof(*tree->folds));
		tree->folds[at] = strdup(tag);
		if (tree->folds[at] == NULL)
			abort();
		tree->n_folds++;
	}
}

void
tree_fold_all(struct tree *tree, const struct feedset *set, bool fold)
{
	for (size_t at = 0; at < set->n_tags; at++)
		tree_fold(tree, set->tags[at].tag, fold);
}

void
tree_read_folds(struct tree *tree, const char *path)
{
	struct buf text = BUF_INIT(TREE_FILE_MAX);
	char *copy, *rest = NULL;

	if (file_read(path, &text) == 0) {
		copy = strdup(buf_str(&text));
		if (copy == NULL)
			abort();
		for (char *line = strtok_r(copy, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
			tree_fold(tree, line, true);
		free(copy);
	}
	buf_free(&text);
}

void
tree_write_folds(const struct tree *tree, const char *path)
{
	struct file_out file;
	bool well = true;

	if (file_begin(&file, path, FILE_PRIVATE) == -1)
		return;
	for (size_t at = 0; at < tree->n_folds && well; at++)
		well = file_put(&file, tree->folds[at], strlen(tree->folds[at])) == 0 && file_put(&file, "\n", 1) == 0;
	if (well)
		file_end(&file);
	else
		file_drop(&file);
}

/* --- rows ----------------------------------------------------------------------------------- */

const char *
tree_row_name(const struct tree *tree, const struct feedset *set, const struct tree_row *row)
{
	if (row->kind == TREE_SEARCH)
		return tree->searches[row->at].name;
	if (row->kind == TREE_TAG || row->below)
		return set->tags[row->at].tag;
	return "";
}

void
tree_row_title(const struct tree *tree, const struct feedset *set, const struct tree_row *row, struct buf *out)
{
	buf_puts(out, row->kind == TREE_ALL ? "All" : row->kind == TREE_FEED ? row->feed->title : tree_row_name(tree, set, row));
}

int64_t
tree_row_unread(const struct tree *tree, const struct feedset *set, const struct tree_row *row)
{
	switch (row->kind) {
	case TREE_ALL:
		return set->all.unread;
	case TREE_SEARCH:
		return tree->searches[row->at].unread;
	case TREE_TAG:
		return set->tags[row->at].unread;
	case TREE_FEED:
		break;
	}
	return row->feed->unread;
}

int64_t
tree_row_total(const struct feedset *set, const struct tree_row *row)
{
	switch (row->kind) {
	case TREE_ALL:
		return set->all.total;
	case TREE_SEARCH:
		return -1;
	case TREE_TAG:
		return set->tags[row->at].total;
	case TREE_FEED:
		break;
	}
	return row->feed->total;
}

static void
add_row(struct tree *tree, struct tree_row row)
{
	if (tree->count == tree->cap) {
		tree->cap = tree->cap != 0 ? 2 * tree->cap : FIRST;
		tree->rows = resize(tree->rows, tree->cap, sizeof(*tree->rows));
	}
	tree->rows[tree->count++] = row;
}

static bool
is_shown(const struct tree *tree, struct feed *feed)
{
	if (!tree->hide_read)
		return true;
	feed->kept |= feed->unread > 0;
	return feed->kept;
}

/* How many lines each tag has below it, summed up: where its feeds begin among those of all tags. */
static size_t *
count_below(struct tree *tree, const struct feedset *set)
{
	size_t *starts = calloc(set->n_tags + 1, sizeof(*starts));

	if (starts == NULL)
		abort();
	for (size_t at = 0; at < tree->n_order; at++)
		for (size_t tag = 0; tag < tree->order[at]->n_tags && is_shown(tree, tree->order[at]); tag++)
			starts[tree->order[at]->tags[tag] + 1]++;
	for (size_t tag = 0; tag < set->n_tags; tag++)
		starts[tag + 1] += starts[tag];
	return starts;
}

static void
add_tags(struct tree *tree, const struct feedset *set)
{
	size_t *starts = count_below(tree, set), *ends = resize(NULL, set->n_tags, sizeof(*ends));
	struct feed **below = resize(NULL, starts[set->n_tags], sizeof(*below));

	if (set->n_tags != 0)
		memcpy(ends, starts, set->n_tags * sizeof(*ends));
	for (size_t at = 0; at < tree->n_order; at++)
		for (size_t tag = 0; tag < tree->order[at]->n_tags && is_shown(tree, tree->order[at]); tag++)
			below[ends[tree->order[at]->tags[tag]]++] = tree->order[at];
	for (size_t tag = 0; tag < set->n_tags; tag++) {
		bool folded = tree_folded(tree, set->tags[tag].tag);

		if (tree->hide_read && starts[tag] == ends[tag])
			continue;
		add_row(tree, (struct tree_row){ .kind = TREE_TAG, .at = (unsigned)tag });
		for (size_t at = starts[tag]; at < ends[tag] && !folded; at++)
			add_row(tree, (struct tree_row){ .kind = TREE_FEED, .below = true, .at = (unsigned)tag, .feed = below[at] });
	}
	free(below);
	free(ends);
	free(starts);
}

/* With all feeds shown it is no matter in which of them something is unread. */
static bool
is_made(const struct tree *tree, const struct feedset *set)
{
	return tree->made && tree->made_version == set->version && tree->made_hide_read == tree->hide_read &&
	    (!tree->hide_read || tree->made_risen == set->risen);
}

bool
tree_make(struct tree *tree, struct feedset *set)
{
	feedset_sums(set);
	if (is_made(tree, set))
		return false;
	if (tree->version != set->version || tree->order == NULL)
		tree_sort(tree, set, tree->sort);
	tree->count = 0;
	add_row(tree, (struct tree_row){ .kind = TREE_ALL });
	for (size_t at = 0; at < tree->n_searches; at++)
		add_row(tree, (struct tree_row){ .kind = TREE_SEARCH, .at = (unsigned)at });
	add_tags(tree, set);
	for (size_t at = 0; at < tree->n_order; at++)
		if (tree->order[at]->n_tags == 0 && is_shown(tree, tree->order[at]))
			add_row(tree, (struct tree_row){ .kind = TREE_FEED, .feed = tree->order[at] });
	tree->made = true;
	tree->made_version = set->version;
	tree->made_risen = set->risen;
	tree->made_hide_read = tree->hide_read;
	return true;
}

void
tree_take_searches(struct tree *tree, struct tree_search *searches, size_t count)
{
	free_searches(tree);
	tree->searches = searches;
	tree->n_searches = count;
	tree->made = false;
}
