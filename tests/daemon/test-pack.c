/* pack: what goes in comes out, with dictionaries and without; what is damaged is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/shared/pack.h"

enum { SAMPLES = 200, SAMPLE_BYTES = 1024 };

static char dictionaries[3][PACK_DICTIONARY_BYTES];
static size_t sizes[3];

/* Sentences of few words, different for each number. */
static size_t
write_sample(unsigned number, char *out, size_t size)
{
	static const char *const words[] = { "penguin", "kernel", "<p>birds</p>", "releases", "antarctic", "window", "afternoon", "gazette" };
	unsigned state = number * 2654435761u + 1;
	size_t len = 0;

	while (len + 16 < size) {
		state = state * 1664525u + 1013904223u;
		len += (size_t)snprintf(out + len, size - len, "%s%u ", words[state >> 29], state >> 24 & 15);
	}
	return len;
}

static int
train(void **state)
{
	static char samples[SAMPLES * SAMPLE_BYTES];
	size_t lens[SAMPLES], len = 0;

	(void)state;
	for (unsigned number = 1; number <= 2; number++, len = 0) {
		for (unsigned i = 0; i < SAMPLES; i++) {
			lens[i] = write_sample(number * 1000 + i, samples + len, SAMPLE_BYTES);
			len += lens[i];
		}
		sizes[number] = pack_train(samples, lens, SAMPLES, number, dictionaries[number]);
		assert_true(sizes[number] > 0);
	}
	return 0;
}

static struct span
dictionary(unsigned number)
{
	return (struct span){ dictionaries[number], sizes[number] };
}

static void
compare(struct pack *pack, const struct span parts[PACK_PARTS])
{
	struct arena *arena = arena_new(0);
	struct span out[PACK_PARTS];

	assert_int_equal(pack_get(pack, pack_put(pack, parts), arena, out), 0);
	for (int i = 0; i < PACK_PARTS; i++) {
		assert_int_equal(out[i].len, parts[i].len);
		assert_true((out[i].ptr == NULL) == (parts[i].ptr == NULL));
		if (out[i].len > 0)
			assert_memory_equal(out[i].ptr, parts[i].ptr, out[i].len);
	}
	arena_free(arena);
}

#define NONE	{ NULL, 0 }
#define TEXT(text)	{ text, sizeof(text) - 1 }

static void
test_round(void **state)
{
	static char large[(1 << 20) + 77];
	const struct span rows[][PACK_PARTS] = {
		{ NONE, NONE, NONE, NONE, NONE }, { TEXT(""), TEXT(""), TEXT(""), TEXT(""), TEXT("") }, { TEXT("a"), NONE, TEXT("\0b"), NONE, TEXT("c") },
		{ NONE, TEXT("{}"), NONE, { large, 126 }, { large, 127 } }, { { large, 128 }, { large, 16383 }, NONE, { large, 16384 }, NONE },
		{ NONE, NONE, NONE, NONE, { large, sizeof large } }, { TEXT("summary"), TEXT("rest"), TEXT("gazette"), TEXT("text"), TEXT("html") },
	};
	struct pack *pack = pack_new();

	(void)state;
	for (size_t i = 0; i < sizeof large; i++)
		large[i] = (char)(i * i >> 7);
	for (unsigned number = 0; number <= 2; number++) {
		if (number > 0)
			assert_int_equal(pack_learn(pack, number, dictionary(number)), 0);
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
			compare(pack, rows[i]);
	}
	pack_free(pack);
}

static void
test_dictionaries(void **state)
{
	char text[SAMPLE_BYTES];
	const struct span parts[PACK_PARTS] = { [PACK_TEXT] = { text, write_sample(77, text, sizeof text) } };
	struct pack *writer = pack_new(), *reader = pack_new();
	struct arena *arena = arena_new(0);
	struct span out[PACK_PARTS], blob;
	size_t without;

	(void)state;
	without = pack_put(writer, parts).len;
	assert_int_equal(pack_learn(writer, 2, dictionary(2)), 0);
	assert_int_equal(pack_learn(writer, 1, dictionary(1)), 0);
	blob = pack_put(writer, parts);
	assert_true(blob.len < without);
	assert_int_equal(pack_needs(blob), 2);
	assert_int_equal(pack_get(reader, blob, arena, out), -1);
	assert_false(pack_knows(reader, 2));
	assert_int_equal(pack_learn(reader, 1, dictionary(2)), -1);
	assert_int_equal(pack_learn(reader, 0, dictionary(1)), -1);
	assert_int_equal(pack_learn(reader, PACK_DICTIONARIES_MAX + 1, dictionary(1)), -1);
	assert_int_equal(pack_learn(reader, 2, dictionary(2)), 0);
	assert_int_equal(pack_get(reader, blob, arena, out), 0);
	assert_int_equal(out[PACK_TEXT].len, parts[PACK_TEXT].len);
	pack_free(writer);
	pack_free(reader);
	arena_free(arena);
}

/* Cut anywhere it is refused; with any byte changed it is refused or something else, but never trouble. */
static void
test_damage(void **state)
{
	char text[SAMPLE_BYTES], copy[SAMPLE_BYTES];
	const struct span parts[PACK_PARTS] = { [PACK_SUMMARY] = TEXT("s"), [PACK_HTML] = { text, write_sample(5, text, sizeof text) } };
	struct pack *pack = pack_new();
	struct arena *arena = arena_new(0);
	struct span out[PACK_PARTS], blob;

	(void)state;
	assert_int_equal(pack_learn(pack, 1, dictionary(1)), 0);
	blob = pack_put(pack, parts);
	assert_true(blob.len < sizeof copy);
	for (size_t len = 0; len < blob.len; len++)
		assert_int_equal(pack_get(pack, (struct span){ blob.ptr, len }, arena, out), -1);
	for (size_t i = 0; i < blob.len * 8; i++) {
		memcpy(copy, blob.ptr, blob.len);
		copy[i / 8] ^= (char)(1 << i % 8);
		pack_get(pack, (struct span){ copy, blob.len }, arena, out);
		arena_reset(arena);
	}
	pack_free(pack);
	arena_free(arena);
}

static void
test_too_few(void **state)
{
	static char out[PACK_DICTIONARY_BYTES];
	size_t one = 3;

	(void)state;
	assert_int_equal(pack_train("abc", &one, 1, 1, out), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round), cmocka_unit_test(test_dictionaries), cmocka_unit_test(test_damage), cmocka_unit_test(test_too_few),
	};

	return cmocka_run_group_tests(tests, train, NULL);
}
