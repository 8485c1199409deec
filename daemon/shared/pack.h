/*
 * pack - the long texts of an entry as one compressed blob. Besides what comes so from the web, no other file knows zstd.
 *
 * A dictionary, trained on texts that are already there, makes short texts a third smaller. Dictionaries have numbers from 1
 * to PACK_DICTIONARIES_MAX; the blob says which one it was packed with, and needs the very same to be unpacked again.
 *
 *	struct pack *pack = pack_new();
 *	pack_learn(pack, 1, dictionary);			as trained by pack_train() once and kept since
 *	struct span blob = pack_put(pack, parts);		borrowed until the next pack_put()
 *	if (pack_get(pack, blob, arena, parts) != 0) ...	damaged, or of a dictionary that was not learnt: pack_needs()
 *	pack_free(pack);
 *
 * The blob is a zstd frame. In it stands for each part, in order, its length plus one as a base-128 number, low bits first
 * (0: the part is absent); then the parts.
 */
#ifndef DAEMON_SHARED_PACK_H
#define DAEMON_SHARED_PACK_H

#include "daemon/shared/record.h"
#include "feeds/base/arena.h"

struct pack;

enum pack_part { PACK_SUMMARY, PACK_REST, PACK_GAZETTE, PACK_TEXT, PACK_HTML, PACK_PARTS };

enum {
	PACK_LEVEL = 3,				/* of zstd */
	PACK_DICTIONARIES_MAX = 100,
	PACK_DICTIONARY_BYTES = 64 << 10,	/* at most */
	PACK_BYTES_MAX = PACK_PARTS * (RECORD_BODY_MAX + 5)
};

struct pack *pack_new(void);
void	 pack_free(struct pack *);		/* NULL is fine */

/* A dictionary to unpack with; from now on it is packed with the one of the highest number. -1: it is none. */
int	 pack_learn(struct pack *, unsigned number, struct span dictionary);
bool	 pack_knows(const struct pack *, unsigned number);

/* The dictionary that a blob needs, 0 for none. */
unsigned pack_needs(struct span blob);

/* Absent parts stay absent, empty ones empty. */
struct span pack_put(struct pack *, const struct span parts[PACK_PARTS]);

/* The parts, in the arena. 0, or -1 if that is impossible. */
int	 pack_get(struct pack *, struct span blob, struct arena *, struct span parts[PACK_PARTS]);

/*
 * A dictionary for texts like these, each of which is sizes[i] bytes of samples. Takes some dozens of milliseconds for 1 MiB. In
 * dictionary (PACK_DICTIONARY_BYTES): its length, or 0 if the samples are too few or too different.
 */
size_t	 pack_train(const char *samples, const size_t *sizes, unsigned count, unsigned number, char *dictionary);

#endif
