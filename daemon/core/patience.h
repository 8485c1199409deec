/*
 * patience - who comes next of those who want more done than they wait for: one at a time, all of them in a circle.
 *
 * A client that asks, waits for the answer and asks again needs no turn: it is served when it is heard, and says so by patience_eased().
 * All else that a stranger can ask for without end (requests sent ahead, lines that go on and on, connections) is done in turns. With nobody
 * at ease in the last PATIENCE_EASE_MS they follow each other at once. Otherwise each one is followed by a pause of PATIENCE_SHARE
 * times as long as it took, and at least until those at ease have got PATIENCE_ANSWERS answers, but PATIENCE_PAUSE_MAX_MS at most: so they
 * take less than a hundredth of the time of those at ease, and one of so many answers to these is late by one turn, however short turns
 * are. Nobody is left out: a turn comes in the end, whoever asks.
 *
 *	patience_wait(patience, &client->press);	later client->press.func(client->press.arg) is called, once
 */
#ifndef DAEMON_CORE_PATIENCE_H
#define DAEMON_CORE_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/shared/loop.h"

enum {
	PATIENCE_EASE_MS = 10,		/* since an answer: who got it may be about to ask the next thing */
	PATIENCE_TURN_US = 250,		/* of a client's requests, one at least: about as long as a page of entries takes */
	PATIENCE_SHARE = 128,
	PATIENCE_ANSWERS = 1000,
	PATIENCE_PAUSE_MAX_MS = 1000
};

struct patience;

/* Part of whoever waits. func and arg are its owner's, the others belong to patience; zeroed, it does not wait. */
struct patience_turn {
	TAILQ_ENTRY(patience_turn) link;
	void	(*func)(void *arg);
	void	*arg;
	bool	 waits;
};

struct patience	*patience_new(struct loop *);
/* Nobody may wait any more. */
void		 patience_free(struct patience *);

/* Behind all others, unless it waits already. From func, too. */
void		 patience_wait(struct patience *, struct patience_turn *);
void		 patience_leave(struct patience *, struct patience_turn *);

/* Somebody got an answer who has asked for nothing else. Times are loop_mono_us(). */
void		 patience_eased(struct patience *, int64_t now_us);

/* A turn was taken; how long the next one has to wait, if that is more than 0. patience.c asks itself; tests do. */
void		 patience_took(struct patience *, int64_t begun_us, int64_t ended_us);
int64_t		 patience_left_us(const struct patience *, int64_t now_us);

#endif
