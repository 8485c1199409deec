#include "daemon/indexer/sketch.h"

#include <string.h>

enum {
	COPY_LEAST = 16,		/* of SKETCH_WHOLE */
	COPY_LEAST_TITLED = 12,		/* with the same title of at least so many words: */
	TITLE_WORDS_MIN = 5,
	LEAD_LEAST = 14,		/* of SKETCH_LEAD, */
	SUMMARY_WORDS = 128,		/* if one of them has no more words */
	KEY_MIN = 2,
	NUMBER_BIT = 0x8000		/* in sketch.title */
};

/* --- words ----------------------------------------------------------------------------------------------- */

/* What of each letter is compared; '-' nothing. Transliterations differ in vowels, in h and y, and within these classes. */
static const char classes['z' - 'a' + 1] = {
	'-', 'b', 'k', 'd', '-', 'v', 'k', '-', '-', 'j', 'k', 'l', 'm', 'n', '-', 'p', 'k', 'r', 's', 't', '-', 'v', 'v', 'x', '-', 's'
};

static bool
is_latin(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (word[i] < 'a' || word[i] > 'z')
			return false;
	}
	return len > 0;
}

static bool
has_digit(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (word[i] >= '0' && word[i] <= '9')
			return true;
	}
	return false;
}

static size_t
key_of_letters(const char *word, size_t len, char key[SKETCH_KEY_BYTES])
{
	size_t used = 0;

	for (size_t i = 0; i < len && used < SKETCH_KEY_BYTES; i++) {
		bool spoken_f = word[i] == 'p' && i + 1 < len && word[i + 1] == 'h';
		char class = spoken_f ? 'v' : classes[word[i] - 'a'];

		if (class == '-' && i == 0)
			class = 'a';
		if (class != '-' && (used == 0 || key[used - 1] != class))
			key[used++] = class;
	}
	return used;
}

size_t
sketch_key(const char *word, size_t len, char key[SKETCH_KEY_BYTES])
{
	size_t used = len > KEY_MIN && is_latin(word, len) ? key_of_letters(word, len, key) : 0;

	if (used >= KEY_MIN)
		return used;
	used = len < SKETCH_KEY_BYTES ? len : SKETCH_KEY_BYTES;
	memcpy(key, word, used);
	return used;
}

/* --- hashes: nobody gains by texts that collide, who could as well copy one ---------------------------------- */

static uint32_t
mix(uint32_t hash)
{
	hash ^= hash >> 16;
	hash *= 0x7feb352dU;
	hash ^= hash >> 15;
	hash *= 0x846ca68bU;
	return hash ^ hash >> 16;
}

static uint32_t
hash_word(const char *word, size_t len)
{
	char key[SKETCH_KEY_BYTES];
	size_t used = sketch_key(word, len, key);
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < used; i++)
		hash = (hash ^ (unsigned char)key[i]) * 16777619U;
	return mix(hash);
}

/* Each value is the least of another function: x times an odd number, plus another. */
static void
take_least(uint32_t *mins, uint32_t count, uint32_t hash)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t value = hash * (0x9e3779b1U * (2 * i + 1) | 1U) + 0x85ebca77U * i;

		value ^= value >> 15;
		mins[i] = value < mins[i] ? value : mins[i];
	}
}

/* --- making one -------------------------------------------------------------------------------------------- */

void
sketch_begin(struct sketch_maker *maker, struct sketch *sketch)
{
	memset(sketch, 0, sizeof *sketch);
	maker->sketch = sketch;
	memset(maker->mins, 0xff, sizeof maker->mins);
}

bool
sketch_title(struct sketch_maker *maker, const char *word, size_t len)
{
	struct sketch *sketch = maker->sketch;
	uint32_t hash = hash_word(word, len);

	sketch->title[sketch->n_title++] = (uint16_t)(has_digit(word, len) ? hash | NUMBER_BIT : hash & ~(uint32_t)NUMBER_BIT);
	return sketch->n_title < SKETCH_TITLE;
}

static bool
holds(const uint16_t *list, size_t count, uint16_t value)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i] == value)
			return true;
	}
	return false;
}

static void
add_number(struct sketch *sketch, uint16_t number)
{
	if (sketch->n_numbers < SKETCH_NUMBERS && !holds(sketch->numbers, sketch->n_numbers, number))
		sketch->numbers[sketch->n_numbers++] = number;
}

bool
sketch_word(struct sketch_maker *maker, const char *word, size_t len)
{
	struct sketch *sketch = maker->sketch;
	uint32_t hash = hash_word(word, len);

	if (has_digit(word, len))
		add_number(sketch, (uint16_t)hash);
	if (sketch->n_words >= 2) {
		uint32_t run = mix(mix(maker->last[0] * 3 + maker->last[1]) * 3 + hash);

		take_least(maker->mins, SKETCH_WHOLE, run);
		if (sketch->n_words < SKETCH_LEAD_WORDS)
			take_least(maker->mins + SKETCH_WHOLE, SKETCH_LEAD, run);
	}
	maker->last[0] = maker->last[1];
	maker->last[1] = hash;
	sketch->n_words++;
	return sketch->n_words < SKETCH_WORDS_MAX;
}

void
sketch_end(struct sketch_maker *maker)
{
	for (size_t i = 0; i < SKETCH_VALUES; i++)
		maker->sketch->values[i] = (uint16_t)mix(maker->mins[i]);
}

/* --- comparing ------------------------------------------------------------------------------------------------ */

static size_t
count_shared(const uint16_t *one, size_t n_one, const uint16_t *two, size_t n_two)
{
	size_t shared = 0;

	for (size_t i = 0; i < n_one; i++)
		shared += holds(two, n_two, one[i]);
	return shared;
}

/* Two thirds of the numbers of the one with fewer must be in the other, if it has more than one. */
static bool
numbers_agree(const struct sketch *one, const struct sketch *two)
{
	size_t least = one->n_numbers < two->n_numbers ? one->n_numbers : two->n_numbers;

	return least < 2 || count_shared(one->numbers, one->n_numbers, two->numbers, two->n_numbers) * 3 >= least * 2;
}

/* "Part 1" and "Part 2": both titles have numbers and none in common. */
static bool
titles_count_on(const struct sketch *one, const struct sketch *two)
{
	size_t n_one = 0, n_two = 0, shared = 0;

	for (size_t i = 0; i < one->n_title; i++) {
		n_one += (one->title[i] & NUMBER_BIT) != 0;
		shared += (one->title[i] & NUMBER_BIT) != 0 && holds(two->title, two->n_title, one->title[i]);
	}
	for (size_t i = 0; i < two->n_title; i++)
		n_two += (two->title[i] & NUMBER_BIT) != 0;
	return n_one > 0 && n_two > 0 && shared == 0;
}

/* "The weather in Bern", "The weather in Lyon": as many words, of which up to half differ. */
static bool
titles_fill_in(const struct sketch *one, const struct sketch *two)
{
	size_t differ = 0;

	if (one->n_title != two->n_title)
		return false;
	for (size_t i = 0; i < one->n_title; i++)
		differ += one->title[i] != two->title[i];
	return differ > 0 && differ * 2 <= one->n_title;
}

static int
count_equal(const uint16_t *one, const uint16_t *two, size_t count)
{
	int equal = 0;

	for (size_t i = 0; i < count; i++)
		equal += one[i] == two[i];
	return equal;
}

static bool
same_title(const struct sketch *one, const struct sketch *two)
{
	return one->n_title >= TITLE_WORDS_MIN && one->n_title == two->n_title &&
	    memcmp(one->title, two->title, one->n_title * sizeof one->title[0]) == 0;
}

int
sketch_likeness(const struct sketch *one, const struct sketch *two)
{
	int whole = count_equal(one->values, two->values, SKETCH_WHOLE);
	int lead = count_equal(one->values + SKETCH_WHOLE, two->values + SKETCH_WHOLE, SKETCH_LEAD);
	bool summary = one->n_words <= SUMMARY_WORDS || two->n_words <= SUMMARY_WORDS;

	if (one->n_words < SKETCH_WORDS_MIN || two->n_words < SKETCH_WORDS_MIN)
		return 0;
	if (whole < (same_title(one, two) ? COPY_LEAST_TITLED : COPY_LEAST) && (!summary || lead < LEAD_LEAST))
		return 0;
	if (!numbers_agree(one, two) || titles_count_on(one, two) || titles_fill_in(one, two))
		return 0;
	return whole + lead;
}

/* --- as bytes ------------------------------------------------------------------------ */

static unsigned char *
put_list(unsigned char *out, const uint16_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		*out++ = (unsigned char)(list[i] & 0xff);
		*out++ = (unsigned char)(list[i] >> 8);
	}
	return out;
}

static const unsigned char *
get_list(const unsigned char *in, uint16_t *list, size_t count)
{
	for (size_t i = 0; i < count; i++, in += 2)
		list[i] = (uint16_t)(in[0] | in[1] << 8);
	return in;
}

void
sketch_put(const struct sketch *sketch, unsigned char out[SKETCH_BYTES])
{
	const uint16_t counts[] = { sketch->n_numbers, sketch->n_title, sketch->n_words };

	out = put_list(out, sketch->values, SKETCH_VALUES);
	out = put_list(out, sketch->numbers, SKETCH_NUMBERS);
	out = put_list(out, sketch->title, SKETCH_TITLE);
	put_list(out, counts, 3);
}

void
sketch_get(struct sketch *sketch, const unsigned char in[SKETCH_BYTES])
{
	uint16_t counts[3];

	in = get_list(in, sketch->values, SKETCH_VALUES);
	in = get_list(in, sketch->numbers, SKETCH_NUMBERS);
	in = get_list(in, sketch->title, SKETCH_TITLE);
	get_list(in, counts, 3);
	sketch->n_numbers = counts[0] < SKETCH_NUMBERS ? counts[0] : SKETCH_NUMBERS;
	sketch->n_title = counts[1] < SKETCH_TITLE ? counts[1] : SKETCH_TITLE;
	sketch->n_words = counts[2];
}
