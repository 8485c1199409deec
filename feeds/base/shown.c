#include "feeds/base/shown.h"

#include <stddef.h>

enum { NO_CHARACTER = 0xfffe };			/* the last two of each plane are none */

struct range { uint32_t first, last; };

/* Category Cf but for the joiners U+200C and U+200D, controls, what is no character, and the line separators. */
static const struct range unsafe[] = {
	{ 0x0, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x180e, 0x180e }, { 0x200b, 0x200b },
	{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xd800, 0xdfff }, { 0xfdd0, 0xfdef },
	{ 0xfeff, 0xfeff }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff }, { 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe00ff }, { 0xe01f0, 0xeffff }
};

static const struct range spaces[] = {
	{ '\t', '\r' }, { ' ', ' ' }, { 0x85, 0x85 }, { 0xa0, 0xa0 }, { 0x1680, 0x1680 }, { 0x2000, 0x200a },
	{ 0x2028, 0x2029 }, { 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 }
};

static bool
in_ranges(const struct range *ranges, size_t count, uint32_t code_point)
{
	for (size_t i = 0; i < count && ranges[i].first <= code_point; i++)
		if (code_point <= ranges[i].last)
			return true;
	return false;
}

bool
shown_is_safe(uint32_t code_point)
{
	if (code_point < 0x7f)
		return code_point >= ' ';
	return (code_point & NO_CHARACTER) != NO_CHARACTER && !in_ranges(unsafe, sizeof(unsafe) / sizeof(unsafe[0]), code_point);
}

bool
shown_is_space(uint32_t code_point)
{
	return in_ranges(spaces, sizeof(spaces) / sizeof(spaces[0]), code_point);
}
