#include "feeds/base/hash.h"

#include <endian.h>
#include <string.h>

enum { WORD = 8 };

static uint64_t
rotate(uint64_t word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static inline void
sip_round(struct hash_state *st)
{
	st->v0 += st->v1;
	st->v1 = rotate(st->v1, 13) ^ st->v0;
	st->v0 = rotate(st->v0, 32);
	st->v2 += st->v3;
	st->v3 = rotate(st->v3, 16) ^ st->v2;
	st->v0 += st->v3;
	st->v3 = rotate(st->v3, 21) ^ st->v0;
	st->v2 += st->v1;
	st->v1 = rotate(st->v1, 17) ^ st->v2;
	st->v2 = rotate(st->v2, 32);
}

static inline void
compress(struct hash_state *st, uint64_t word)
{
	st->v3 ^= word;
	sip_round(st);
	sip_round(st);
	st->v0 ^= word;
}

/* Little-endian whatever the machine. */
static inline uint64_t
load(const unsigned char *ptr)
{
	uint64_t word;

	memcpy(&word, ptr, WORD);
	return le64toh(word);
}

void
hash_init(struct hash_state *st, const struct hash_key *key)
{
	st->v0 = key->k0 ^ UINT64_C(0x736f6d6570736575);
	st->v1 = key->k1 ^ UINT64_C(0x646f72616e646f6d);
	st->v2 = key->k0 ^ UINT64_C(0x6c7967656e657261);
	st->v3 = key->k1 ^ UINT64_C(0x7465646279746573);
	st->tail = 0;
	st->len = 0;
}

void
hash_update(struct hash_state *st, const void *ptr, size_t len)
{
	const unsigned char *pos = ptr, *end;
	struct hash_state local;
	unsigned filled = (unsigned)(st->len % WORD);

	if (len == 0)
		return;
	end = pos + len;
	st->len += len;
	for (; filled != 0 && pos != end; pos++) {
		st->tail |= (uint64_t)*pos << (8 * filled);
		filled = (filled + 1) % WORD;
		if (filled == 0) {
			compress(st, st->tail);
			st->tail = 0;
		}
	}
	/* in registers: the bytes at pos could, for all the compiler knows, be those of *st */
	local = *st;
	for (; end - pos >= WORD; pos += WORD)
		compress(&local, load(pos));
	*st = local;
	for (; pos != end; pos++, filled++)
		st->tail |= (uint64_t)*pos << (8 * filled);
}

uint64_t
hash_final(struct hash_state *st)
{
	compress(st, st->tail | st->len << 56);
	st->v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(st);
	return st->v0 ^ st->v1 ^ st->v2 ^ st->v3;
}

uint64_t
hash_bytes(const struct hash_key *key, const void *ptr, size_t len)
{
	struct hash_state st;

	hash_init(&st, key);
	hash_update(&st, ptr, len);
	return hash_final(&st);
}
