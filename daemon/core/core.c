#include "daemon/core/core.h"

#include "daemon/core/index.h"
#include "daemon/core/ingest.h"
#include "daemon/core/store.h"
#include "daemon/core/watch.h"
#include "daemon/core/websub.h"

void
core_changed(struct core *core)
{
	int64_t seq = store_seq(core->store);

	websub_kick(core->websub);
	if (seq == core->told_seq)
		return;
	core->told_seq = seq;
	index_go(core->index, seq);
	watch_go(core->watches);
}

void
core_before_change(struct core *core)
{
	ingest_commit(core->ingest);
}
