/*
 * hash - SipHash-2-4 (Aumasson, Bernstein), for tables and identities that a
 * stranger's input must not be able to make collide.
 */
#ifndef FEEDS_BASE_HASH_H
#define FEEDS_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key { uint64_t k0, k1; };

uint64_t hash_bytes(const struct hash_key *, const void *ptr, size_t len);

/* Streaming, for what comes in pieces; the pieces' borders do not matter. */
struct hash_state { uint64_t v0, v1, v2, v3, tail; uint64_t len; };

void	 hash_init(struct hash_state *, const struct hash_key *);
void	 hash_update(struct hash_state *, const void *ptr, size_t len);
uint64_t hash_final(struct hash_state *);

#endif
