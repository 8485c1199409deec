#include "contrib/gazette/export-set.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/base/hash.h"

/* --- numbers of entries: pages of bits, sorted by what they begin with --------------------------------- */

enum { PAGE_NUMBERS = 4096, PAGE_BYTES = PAGE_NUMBERS / 8 };

struct page {
	uint32_t	 first;			/* its first number / PAGE_NUMBERS */
	uint8_t		 bits[PAGE_BYTES];
};

struct export_numbers {
	struct page	**pages;
	size_t		 n_pages, cap_pages;
};

struct export_numbers *
export_numbers_new(void)
{
	struct export_numbers	*set = calloc(1, sizeof(*set));

	if (set == NULL)
		abort();
	return set;
}

void
export_numbers_free(struct export_numbers *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->n_pages; i++)
		free(set->pages[i]);
	free(set->pages);
	free(set);
}

/* Where the page of this number is, or would be. */
static size_t
find_page(const struct export_numbers *set, uint32_t number)
{
	size_t	 low = 0, high = set->n_pages, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (set->pages[middle]->first < number / PAGE_NUMBERS)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_page(const struct export_numbers *set, size_t at, uint32_t number)
{
	return at < set->n_pages && set->pages[at]->first == number / PAGE_NUMBERS;
}

static bool
has_bit(const struct page *page, uint32_t place)
{
	return page->bits[place / 8] >> (place % 8) & 1;
}

bool
export_numbers_has(const struct export_numbers *set, uint32_t number)
{
	size_t	 at = find_page(set, number);

	return is_page(set, at, number) && has_bit(set->pages[at], number % PAGE_NUMBERS);
}

static void
insert_page(struct export_numbers *set, size_t at, uint32_t number)
{
	if (set->n_pages == set->cap_pages) {
		set->cap_pages = set->cap_pages > 0 ? 2 * set->cap_pages : 16;
		set->pages = reallocarray(set->pages, set->cap_pages, sizeof(*set->pages));
		if (set->pages == NULL)
			abort();
	}
	memmove(set->pages + at + 1, set->pages + at, (set->n_pages - at) * sizeof(*set->pages));
	set->pages[at] = calloc(1, sizeof(**set->pages));
	if (set->pages[at] == NULL)
		abort();
	set->pages[at]->first = number / PAGE_NUMBERS;
	set->n_pages++;
}

void
export_numbers_add(struct export_numbers *set, uint32_t number)
{
	size_t	 at = find_page(set, number);

	if (!is_page(set, at, number))
		insert_page(set, at, number);
	set->pages[at]->bits[number % PAGE_NUMBERS / 8] |= (uint8_t)(1 << number % 8);
}

static void
write_range(int64_t first, int64_t last, struct buf *out)
{
	if (out->len > 0)
		buf_putc(out, ' ');
	if (first == last)
		buf_printf(out, "%" PRId64, first);
	else
		buf_printf(out, "%" PRId64 "-%" PRId64, first, last);
}

void
export_numbers_write(const struct export_numbers *set, struct buf *out)
{
	int64_t		 first = -1, last = -1, number;
	uint32_t	 place;

	for (size_t i = 0; i < set->n_pages; i++)
		for (place = 0; place < PAGE_NUMBERS; place++) {
			if (!has_bit(set->pages[i], place))
				continue;
			number = (int64_t)set->pages[i]->first * PAGE_NUMBERS + place;
			if (first != -1 && number != last + 1)
				write_range(first, last, out);
			if (first == -1 || number != last + 1)
				first = number;
			last = number;
		}
	if (first != -1)
		write_range(first, last, out);
}

/* A number of an entry, which *text then stands behind; -1 if there is none. */
static int64_t
read_number(const char **text)
{
	uint64_t	 number = 0;
	const char	*start = *text;

	for (; **text >= '0' && **text <= '9' && number <= UINT32_MAX; (*text)++)
		number = 10 * number + (uint64_t)(**text - '0');
	return *text > start && number <= UINT32_MAX ? (int64_t)number : -1;
}

int
export_numbers_read(struct export_numbers *set, const char *text)
{
	int64_t	 first, last;

	while (*text != '\0') {
		first = last = read_number(&text);
		if (*text == '-') {
			text++;
			last = read_number(&text);
		}
		if (first == -1 || last < first || (*text != ' ' && *text != '\0'))
			return -1;
		for (; first <= last; first++)
			export_numbers_add(set, (uint32_t)first);
		text += *text == ' ';
	}
	return 0;
}

/* --- hashes: many small rows, so that growing copies little and wastes less ------------------------------ */

enum { ROWS = 65536, ROW_STEP = 8 };

struct row {
	uint64_t	*hashes;
	uint32_t	 count, cap;
};

struct export_set {
	struct row	 rows[ROWS];
};

struct export_set *
export_set_new(void)
{
	struct export_set	*set = calloc(1, sizeof(*set));

	if (set == NULL)
		abort();
	return set;
}

void
export_set_free(struct export_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < ROWS; i++)
		free(set->rows[i].hashes);
	free(set);
}

/* The key is no secret: what it makes has to be the same in every run. Who makes two ids collide has one of them numbered. */
uint64_t
export_set_hash(const char *text)
{
	static const struct hash_key	 key = { 0x67617a657474652dU, 0x6578706f72742d31U };

	return hash_bytes(&key, text, strlen(text));
}

bool
export_set_add(struct export_set *set, const char *text)
{
	uint64_t	 hash = export_set_hash(text);
	struct row	*row = &set->rows[hash % ROWS];

	for (uint32_t i = 0; i < row->count; i++)
		if (row->hashes[i] == hash)
			return true;
	if (row->count == row->cap) {
		row->cap += ROW_STEP;
		row->hashes = reallocarray(row->hashes, row->cap, sizeof(*row->hashes));
		if (row->hashes == NULL)
			abort();
	}
	row->hashes[row->count++] = hash;
	return false;
}
