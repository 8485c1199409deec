/* websub-none - a build without libmicrohttpd: the configuration has refused websub_listen before it comes here. */
#include <stdio.h>

#include "daemon/fetcher/websub.h"

struct websub *
websub_new(struct loop *loop, const char *listen, struct row_scratch *scratch, const struct websub_ops *ops, void *arg,
    char error[WEBSUB_ERROR_BYTES])
{
	(void)loop;
	(void)listen;
	(void)scratch;
	(void)ops;
	(void)arg;
	snprintf(error, WEBSUB_ERROR_BYTES, "this gazetted was built without WebSub");
	return NULL;
}

void
websub_free(struct websub *websub)
{
	(void)websub;
}

void
websub_config(struct websub *websub, const struct transfer_config *config)
{
	(void)websub;
	(void)config;
}

void
websub_reply(struct websub *websub, const struct rec_hub_reply *reply)
{
	(void)websub;
	(void)reply;
}
