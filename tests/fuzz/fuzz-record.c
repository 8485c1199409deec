/* A frame from a stranger: refused with a word on why, or taken; and what is taken is the same when sent on. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/shared/record.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct record_desc *const all[] = {
	&record_config, &record_job, &record_cancel, &record_entry, &record_feed, &record_done, &record_index_go,
	&record_index_state, &record_hub_call, &record_hub_reply, &record_backup_go, &record_backup_made, &record_document
};

static void
check(const struct record_desc *desc, const char *ptr, size_t len)
{
	struct arena *arena = arena_new(0);
	struct buf first = BUF_INIT(1 << 30), second = BUF_INIT(1 << 30);
	void *rec = calloc(1, desc->size);
	const char *error = NULL;

	assert(rec != NULL);
	if (record_decode(desc, ptr, len, rec, arena, &error) != 0)
		assert(error != NULL && strncmp(error, desc->name, strlen(desc->name)) == 0);
	else {
		record_encode(desc, rec, &first);
		assert(record_type(first.ptr, first.len) == (int)desc->type);
		assert(record_decode(desc, first.ptr, first.len, rec, arena, &error) == 0);
		record_encode(desc, rec, &second);
		assert(first.len == second.len && memcmp(first.ptr, second.ptr, first.len) == 0);
	}
	buf_free(&first);
	buf_free(&second);
	arena_free(arena);
	free(rec);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int type = record_type((const char *)data, size);

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if ((int)all[i]->type == type)
			check(all[i], (const char *)data, size);
	return 0;
}
