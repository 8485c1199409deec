#!/usr/bin/env python3
"""Writes html-slots.h (where the rows of html-allow.c are found by hash) and
html-entities.c (the named character references of HTML).

    cd feeds && ./html-tables.py

Needed only after a row was added; both files are kept in the repository.
"""
import html.entities
import itertools
import re

MASK = (1 << 64) - 1


def pack(name):
    return int.from_bytes(name.encode()[:8].ljust(8, b"\0"), "little")


def slots(names, bits):
    """A multiplier that sends all names to different slots."""
    shift = 64 - bits
    factor = 0x9E3779B97F4A7C15
    for _ in itertools.count():
        factor = (factor * 6364136223846793005 + 1442695040888963407) & MASK | 1
        places = {pack(n) * factor % (1 << 64) >> shift: n for n in names}
        if len(places) == len(names):
            return factor, shift, places


def array(names, bits, what, prefix):
    factor, shift, places = slots([n.lower() for n in names], bits)
    what = what.lower()
    yield "#define %s_FACTOR UINT64_C(0x%x)" % (what.upper(), factor)
    yield "enum { %s_SHIFT = %d };" % (what.upper(), shift)
    yield "static const unsigned char %s_slots[%d] = {" % (what, 1 << bits)
    line = "\t"
    for place in sorted(places):
        cell = "[%d] = %s%s, " % (place, prefix, places[place].upper())
        if len(line) + 7 + len(cell) > 115:
            yield line.rstrip()
            line = "\t"
        line += cell
    yield line.rstrip(", ")
    yield "};"


def write_slots():
    rows = open("html-allow.c").read()
    elements = re.findall(r'^\tROW\(\w+, "(\w+)"', rows, re.M)
    attrs = re.findall(r'^\tATTR\(\w+, "(\w+)"', rows, re.M)
    with open("html-slots.h", "w") as out:
        print("/* Made by html-tables.py from the rows of html-allow.c, which alone includes it. */", file=out)
        for line in array(elements, 10, "element", "HTML_"):
            print(line, file=out)
        print(file=out)
        for line in array(attrs, 7, "attr", "HTML_AT_"):
            print(line, file=out)


def literal(data):
    """Bytes as a C string whose escapes cannot run into what follows."""
    return "".join(chr(b) if 0x20 <= b < 0x7f and chr(b) not in '"\\?' else "\\%03o" % b for b in data)


def write_entities():
    known = html.entities.html5
    names = sorted({n.rstrip(";") for n in known})
    letters = sorted({n[0] for n in names})
    offsets, lines, line, pos = [], [], "", 0
    for name in names:
        value = known[name + ";"].encode()
        # name, NUL, expansion, NUL; a leading \1 in the expansion: the semicolon may be missing
        mark = b"\1" if name in known else b""
        text = name.encode() + b"\0" + mark + value + b"\0"
        offsets.append(pos)
        pos += len(text)
        cell = literal(text)
        if len(line) + len(cell) > 100:
            lines.append(line)
            line = ""
        line += cell
    lines.append(line)
    first = {c: next(i for i, n in enumerate(names) if n[0] == c) for c in letters}
    with open("html-entities.c", "w") as out:
        out.write(HEAD)
        print("static const char texts[] =", file=out)
        for text in lines:
            print('\t"%s"' % text, file=out)
        print("\t;\n\nstatic const unsigned short offsets[ENTITIES] = {", file=out)
        for i in range(0, len(offsets), 16):
            print("\t" + " ".join("%d," % o for o in offsets[i:i + 16]), file=out)
        print("};\n\n/* The first entity that begins with this letter or a later one: A-Z, then a-z. */", file=out)
        print("static const unsigned short letters[2 * 26 + 1] = {", file=out)
        order = [chr(c) for c in itertools.chain(range(65, 91), range(97, 123))]
        starts = [next((i for i, n in enumerate(names) if n[0] >= c), len(names)) for c in order] + [len(names)]
        for i in range(0, len(starts), 16):
            print("\t" + " ".join("%d," % s for s in starts[i:i + 16]), file=out)
        print("};", file=out)
        out.write(TAIL)
    assert set(first) == set(order)


HEAD = r"""/*
 * html-entities - the named character references of HTML, with their expansions in UTF-8.
 * Made by html-tables.py.
 */
#include "feeds/html-chars.h"

#include <string.h>

#include "feeds/base/utf8.h"
#include "feeds/html.h"

enum { ENTITIES = %d };

/* Sorted by name: name, NUL, expansion, NUL. An expansion after a \1 is also known without semicolon. */
""" % len({n.rstrip(";") for n in html.entities.html5})

TAIL = r"""
/* Negative, 0 or positive as name[0..len) stands before, at or after the entry. */
static int
compare(const char *name, size_t len, const char *entry)
{
	int order = strncmp(name, entry, len);

	return order != 0 || entry[len] == '\0' ? order : -1;
}

/* Its index among those from low to before high, or -1. */
static int
find(const char *name, size_t len, int low, int high)
{
	while (low < high) {
		int middle = (low + high) / 2, order = compare(name, len, texts + offsets[middle]);

		if (order == 0)
			return middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

const char *
html_entity_text(const char *name, size_t len, bool *legacy)
{
	const char *text;
	int letter, found;

	if (len < 2 || len > HTML_ENTITY_BYTES_MAX || memchr(name, '\0', len) != NULL)
		return NULL;
	if (name[0] >= 'a' && name[0] <= 'z')
		letter = name[0] - 'a' + 26;
	else if (name[0] >= 'A' && name[0] <= 'Z')
		letter = name[0] - 'A';
	else
		return NULL;
	found = find(name, len, letters[letter], letters[letter + 1]);
	if (found < 0)
		return NULL;
	text = texts + offsets[found] + len + 1;
	*legacy = *text == '\1';
	return text + *legacy;
}

int
html_entity(const char *name, size_t len, uint32_t code_points[2])
{
	bool legacy;
	const char *text = html_entity_text(name, len, &legacy);
	size_t pos = 0, size;
	int n = 0;

	if (text == NULL)
		return 0;
	for (size = strlen(text); pos < size; n++)
		pos += utf8_decode(text + pos, size - pos, &code_points[n]);
	return n;
}
"""

if __name__ == "__main__":
    write_slots()
    write_entities()
