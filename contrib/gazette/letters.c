#include "contrib/gazette/letters.h"

#include <stddef.h>

enum { FIRST = 0xc0, BEHIND = 0x180, MARK_FIRST = 0x300, MARK_LAST = 0x36f };

/* For each character from FIRST on, 64 a line: the letter without its mark, and which mark that is. A blank: it has none. */
static const char bases[] =
	"AAAAAA CEEEEIIII NOOOOO  UUUUY  aaaaaa ceeeeiiii nooooo  uuuuy y"
	"AaAaAaCcCcCcCcDd  EeEeEeEeEeGgGgGgGgHh  IiIiIiIiI   JjKk LlLlLl "
	"   NnNnNn   OoOoOo  RrRrRrSsSsSsSsTtTt  UuUuUuUuUuUuWwYyYZzZzZz ";
static const char marks[] =
	"`'^~\"o ,`'^\"`'^\" ~`'^~\"  `'^\"'  `'^~\"o ,`'^\"`'^\" ~`'^~\"  `'^\"' \""
	"--uu;;''^^..vvvv  --uu..;;vv^^uu..,,^^  ~~--uu;;.   ^^,, '',,vv "
	"   '',,vv   --uu==  '',,vv''^^,,vv,,vv  ~~--uuoo==;;^^^^\"''..vv ";

static const struct { char name; uint32_t code; } mark_rows[] = {
	{ '`', 0x300 }, { '\'', 0x301 }, { '^', 0x302 }, { '~', 0x303 }, { '-', 0x304 },
	{ 'u', 0x306 }, { '.', 0x307 }, { '"', 0x308 }, { 'o', 0x30a }, { '=', 0x30b },
	{ 'v', 0x30c }, { ',', 0x327 }, { ';', 0x328 },
};

/* What is typed for what is printed; in order. */
static const struct { uint32_t first, last; char typed; } typed[] = {
	{ 0xa0, 0xa0, ' ' }, { 0x2010, 0x2015, '-' }, { 0x2018, 0x201b, '\'' }, { 0x201c, 0x201f, '"' }, { 0x2032, 0x2032, '\'' },
	{ 0x2033, 0x2033, '"' }, { 0x2212, 0x2212, '-' }
};

bool
letters_is_mark(uint32_t code)
{
	return code >= MARK_FIRST && code <= MARK_LAST;
}

uint32_t
letters_base(uint32_t code, uint32_t *mark)
{
	*mark = 0;
	if (code < FIRST || code >= BEHIND || bases[code - FIRST] == ' ')
		return code;
	for (size_t row = 0; row < sizeof(mark_rows) / sizeof(mark_rows[0]); row++)
		if (mark_rows[row].name == marks[code - FIRST])
			*mark = mark_rows[row].code;
	return (uint32_t)bases[code - FIRST];
}

uint32_t
letters_typed(uint32_t code)
{
	if (code < typed[0].first)
		return code;
	for (size_t row = 0; row < sizeof(typed) / sizeof(typed[0]); row++)
		if (code >= typed[row].first && code <= typed[row].last)
			return (uint32_t)typed[row].typed;
	return code;
}
