/*
 * selector - which feed a client means: an id, a URL, or a unique part of a title. What is not found is answered here.
 */
#ifndef DAEMON_CORE_SELECTOR_H
#define DAEMON_CORE_SELECTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/core/rpc.h"

/* Feeds by id; the array is to be freed. */
struct selector_set { uint32_t *feeds; size_t count, capacity; };

void	selector_push(struct selector_set *, uint32_t feed);

/* The feed that a text or a number means; false: the call has been answered. */
bool	selector_feed(struct rpc_call *, const json_t *selector, uint32_t *feed);

/* Those of an array, sorted by id, each once; false: the call has been answered and nothing is to be freed. */
bool	selector_feeds(struct rpc_call *, const json_t *selectors, struct selector_set *);

/* Answers with the store's last error, about a feed. */
void	selector_fail(struct rpc_call *, int status);

/* Answers with one feed as it is now. */
void	selector_answer(struct rpc_call *, uint32_t feed);

#endif
