#include "daemon/core/core.h"

#include "daemon/core/announce.h"
#include "daemon/core/index.h"
#include "daemon/core/ingest.h"
#include "daemon/core/rules.h"
#include "daemon/core/store.h"
#include "daemon/core/watch.h"
#include "daemon/core/websub.h"

void
core_changed(struct core *core)
{
	int64_t told;

	rules_go(core->rules);
	if (store_seq(core->store) != core->seen_seq) {
		core->seen_seq = store_seq(core->store);
		index_go(core->index, core->seen_seq);
	}
	told = rules_told(core->rules);
	websub_kick(core->websub);
	if (told == core->told_seq)
		return;
	core->told_seq = told;
	watch_go(core->watches);
	announce_go(core->announce);
}

void
core_before_change(struct core *core)
{
	ingest_commit(core->ingest);
}
