#include "feeds/parser.h"

const struct feed_limits feed_limits_default = {
	.document_bytes = 32 << 20,
	.text_bytes = 8 << 20,
	.arena_bytes = 32 << 20,
	.depth = 256,
	.attributes = 128,
	.entries = 100000,
	.list_items = 2000,
	.warnings = 32,
	.html_depth = 256,
	.candidates = 32,
	.page_bytes = 1 << 20,
	.lookahead_bytes = 256 << 10,
	.held_bytes = 2 << 20,
	.tag_bytes = 64 << 10,
	.names = 20000,
	.entity_bytes = 64 << 10,
	.expansion_bytes = 1 << 20,
	.json_bytes = 16 << 20,
};
