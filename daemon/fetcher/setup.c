#include "daemon/fetcher/setup.h"

#include <stdlib.h>

#include "config.h"
#include "feeds/base/arena.h"

#define DEFAULT_USER_AGENT PACKAGE_NAME "/" PACKAGE_VERSION " (+https://gazetted.example/)"

static const char *
copy(struct arena *arena, struct span span)
{
	return span.len != 0 ? arena_strndup(arena, span.ptr, span.len) : NULL;
}

struct setup *
setup_new(const struct rec_config *rec, uint64_t generation)
{
	struct setup *setup = calloc(1, sizeof(*setup));

	if (setup == NULL)
		abort();
	setup->users = 1;
	setup->arena = arena_new(0);
	setup->config = (struct transfer_config){
		.generation = generation, .parallel = rec->parallel != 0 ? rec->parallel : 1, .max_body = rec->max_body,
		.timeout_ms = (int64_t)rec->timeout_ms, .allow_private = rec->allow_private_networks,
		.user_agent = copy(setup->arena, rec->user_agent), .ca_file = copy(setup->arena, rec->ca_file),
		.proxy = copy(setup->arena, rec->proxy),
	};
	if (setup->config.user_agent == NULL)
		setup->config.user_agent = DEFAULT_USER_AGENT;
	return setup;
}

struct setup *
setup_hold(struct setup *setup)
{
	setup->users++;
	return setup;
}

void
setup_drop(struct setup *setup)
{
	if (setup == NULL || --setup->users != 0)
		return;
	arena_free(setup->arena);
	free(setup);
}
