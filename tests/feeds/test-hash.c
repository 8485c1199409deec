/* hash: the vectors of the SipHash paper's key, and pieces of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feeds/base/hash.h"

/* key 00 01 .. 0f, message 00 01 .. of this length: the result as a number */
static const struct { size_t len; uint64_t hash; } vectors[] = {
	{ 0, UINT64_C(0x726fdb47dd0e0e31) }, { 1, UINT64_C(0x74f839c593dc67fd) }, { 7, UINT64_C(0xab0200f58b01d137) },
	{ 8, UINT64_C(0x93f5f5799a932462) }, { 15, UINT64_C(0xa129ca6149be45e5) }, { 63, UINT64_C(0x958a324ceb064572) },
};

static const struct hash_key key = { UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908) };

static void
fill(unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)i;
}

static void
test_vectors(void **state)
{
	unsigned char bytes[64];

	(void)state;
	fill(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		if (hash_bytes(&key, bytes, vectors[i].len) != vectors[i].hash)
			fail_msg("row %zu: %zu bytes", i, vectors[i].len);
}

static void
test_pieces(void **state)
{
	unsigned char bytes[64];

	(void)state;
	fill(bytes, sizeof(bytes));
	for (size_t piece = 1; piece <= sizeof(bytes); piece++) {
		struct hash_state hash;
		uint64_t whole = hash_bytes(&key, bytes, sizeof(bytes));

		hash_init(&hash, &key);
		hash_update(&hash, NULL, 0);
		for (size_t pos = 0; pos < sizeof(bytes); pos += piece)
			hash_update(&hash, bytes + pos, piece < sizeof(bytes) - pos ? piece : sizeof(bytes) - pos);
		if (hash_final(&hash) != whole)
			fail_msg("pieces of %zu", piece);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_vectors), cmocka_unit_test(test_pieces) };

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
