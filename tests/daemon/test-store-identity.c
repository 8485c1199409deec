/*
 * Identity: histories of a feed, document by document. Behind each document stands what must come of it:
 * "new/updated/same/gone=entries in all".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/store-trace.h"
#include "tests/daemon/store-kit.h"

enum { STEPS = 6 };

/* A document that begins with "!" is SQL that takes entries away, as retention does. */
static const struct {
	const char *name;
	struct { const char *document, *expected; } steps[STEPS];
} histories[] = {
	{ "served again", { { "g:1 l:/1 t:A c:x|g:2 l:/2 t:B c:y", "2/0/0/0=2" }, { "g:1 l:/1 t:A c:x|g:2 l:/2 t:B c:y", "0/0/2/0=2" } } },
	{ "one more on top", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:2 l:/2 t:B c:y|g:1 l:/1 t:A c:x", "1/0/1/0=2" } } },
	{ "another order", { { "g:1 t:A|g:2 t:B|g:3 t:C", "3/0/0/0=3" }, { "g:3 t:C|g:1 t:A|g:2 t:B", "0/0/3/0=3" } } },
	{ "another date", { { "g:1 l:/1 t:A c:x d:100", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:x d:999", "0/0/1/0=1" } } },
	{ "a date appears", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:x d:999 m:1000", "0/0/1/0=1" } } },
	{ "edited text", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:y", "0/1/0/0=1" }, { "g:1 l:/1 t:A c:y", "0/0/1/0=1" } } },
	{ "edited title", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:1 l:/1 t:B c:x", "0/1/0/0=1" } } },
	{ "edited and back", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:y", "0/1/0/0=1" }, { "g:1 l:/1 t:A c:x", "0/1/0/0=1" } } },
	{ "a link that moves", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:1 l:/new t:A c:x", "0/1/0/0=1" }, { "g:1 l:/new t:A c:x", "0/0/1/0=1" } } },
	{ "a moved link is known too", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:1 l:/new t:A c:x", "0/1/0/0=1" },
	    { "g:9 l:/new t:A c:x", "0/0/1/0=1" }, { "g:8 l:/1 t:A c:x", "0/0/1/0=1" } } },
	{ "tracking parameters", { { "g:1 l:/1?fbclid=a t:A c:x", "1/0/0/0=1" }, { "g:1 l:/1?fbclid=b t:A c:x", "0/0/1/0=1" } } },
	{ "tracking parameters without guid", { { "l:/1?fbclid=a t:A c:x", "1/0/0/0=1" }, { "l:/1?fbclid=b t:A c:y", "0/1/0/0=1" } } },
	{ "places of one page, one in each document", { { "l:/log#v1 t:v1 c:first", "1/0/0/0=1" }, { "l:/log#v2 t:v2 c:second", "1/0/0/0=2" },
	    { "l:/log#v3 t:v3 c:third", "1/0/0/0=3" }, { "l:/log#v1 t:v1 c:first", "0/0/1/0=3" }, { "l:/log#v3 t:v3 c:third|l:/log#v2 t:v2 c:second", "0/0/2/0=3" } } },
	{ "another fragment, edited title", { { "l:/1#a t:A c:x", "1/0/0/0=1" }, { "l:/1#b t:B c:x", "0/1/0/0=1" } } },
	{ "another fragment, edited text", { { "l:/1#a t:A c:x", "1/0/0/0=1" }, { "l:/1#b t:A c:y", "0/1/0/0=1" } } },
	{ "the same fragment, edited title and text", { { "l:/1#a t:A c:x", "1/0/0/0=1" }, { "l:/1#a t:B c:y", "0/1/0/0=1" } } },
	{ "another fragment", { { "l:/1#a t:A c:x", "1/0/0/0=1" }, { "l:/1#b t:A c:x", "0/0/1/0=1" } } },

	{ "new guids, same links", { { "g:1 l:/1 t:A c:x|g:2 l:/2 t:B c:y", "2/0/0/0=2" }, { "g:3 l:/1 t:A c:x|g:4 l:/2 t:B c:y", "0/0/2/0=2" },
	    { "g:5 l:/1 t:A c:x|g:6 l:/2 t:B c:y", "0/0/2/0=2" }, { "g:1 l:/1 t:A c:x", "0/0/1/0=2" } } },
	{ "new guids, edited text", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:2 l:/1 t:A c:y", "0/1/0/0=1" }, { "g:3 l:/1 t:A c:y", "0/0/1/0=1" } } },
	{ "many new guids leave the last", { { "g:1 l:/1 t:A", "1/0/0/0=1" }, { "g:2 l:/1 t:A", "0/0/1/0=1" }, { "g:3 l:/1 t:A", "0/0/1/0=1" },
	    { "g:4 l:/1 t:A", "0/0/1/0=1" }, { "g:5 l:/1 t:A", "0/0/1/0=1" }, { "g:6 l:/1 t:A", "0/0/1/0=1" } } },
	{ "new guid, same link, other title: another entry", { { "g:1 l:/now t:Monday c:x", "1/0/0/0=1" }, { "g:2 l:/now t:Tuesday c:y", "1/0/0/0=2" },
	    { "g:3 l:/now t:Wednesday c:z", "1/0/0/0=3" }, { "g:3 l:/now t:Wednesday c:z", "0/0/1/0=3" } } },
	{ "a rolling link without guid: the same entry", { { "l:/now t:Monday c:x", "1/0/0/0=1" }, { "l:/now t:Tuesday c:y", "0/1/0/0=1" } } },
	{ "new guid and title, same link and text", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:2 l:/1 t:B c:x", "0/1/0/0=1" }, { "g:2 l:/1 t:B c:y", "0/1/0/0=1" } } },
	{ "new guid and title, same link, text and date", { { "g:1 l:/1 t:A c:x d:1000", "1/0/0/0=1" }, { "g:2 l:/1 t:B c:x d:1000", "0/1/0/0=1" } } },
	{ "new guid, title and text, same link and second", { { "g:1 l:/1 t:A c:x d:1001", "1/0/0/0=1" }, { "g:2 l:/1 t:B c:y d:1001", "0/1/0/0=1" } } },
	{ "new guid, title and text, same link and day: another entry", { { "g:1 l:/1 t:A c:x d:86400", "1/0/0/0=1" }, { "g:2 l:/1 t:B c:y d:86400", "1/0/0/0=2" } } },
	{ "new guid, title and date, same link and text: the next one of many", { { "g:1 l:/show t:1 c:boilerplate d:1000", "1/0/0/0=1" },
	    { "g:2 l:/show t:2 c:boilerplate d:2000", "1/0/0/0=2" }, { "g:2 l:/show t:2 c:boilerplate d:2000", "0/0/1/0=2" } } },
	{ "new guid and title, same link, no text: another entry", { { "g:1 l:/1 t:A", "1/0/0/0=1" }, { "g:2 l:/1 t:B", "1/0/0/0=2" } } },
	{ "guids that are links go to https, with an edited headline", { { "g:http://example.org/1 l:/1 t:A c:x d:1000", "1/0/0/0=1" },
	    { "g:https://example.org/1 l:/1 t:A2 c:x d:1000", "0/1/0/0=1" }, { "g:https://example.org/1 l:/1 t:A2 c:x d:1000", "0/0/1/0=1" } } },
	{ "guids appear", { { "l:/1 t:A c:x", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:x", "0/0/1/0=1" }, { "g:1 l:/else t:A c:x", "0/1/0/0=1" } } },
	{ "guids disappear", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "l:/1 t:A c:x", "0/0/1/0=1" } } },
	{ "guids disappear, text edited", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "l:/1 t:A2 c:y", "0/1/0/0=1" } } },
	{ "links appear", { { "g:1 t:A c:x", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:x", "0/1/0/0=1" }, { "l:/1 t:A c:x", "0/0/1/0=1" } } },
	{ "links disappear", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:1 t:A c:x", "0/0/1/0=1" } } },

	{ "one guid for all, links differ", { { "g:1 l:/1 t:A c:x|g:1 l:/2 t:B c:y", "2/0/0/0=2" }, { "g:1 l:/1 t:A c:x|g:1 l:/2 t:B c:y", "0/0/2/0=2" },
	    { "g:1 l:/3 t:C c:z|g:1 l:/1 t:A c:x|g:1 l:/2 t:B c:y", "1/0/2/0=3" }, { "g:1 l:/4 t:D c:z", "1/0/0/0=4" } } },
	{ "one guid for all turns out late", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:1 l:/2 t:B c:y|g:1 l:/1 t:A c:x", "1/0/1/0=2" },
	    { "g:1 l:/3 t:C c:z", "1/0/0/0=3" } } },
	{ "one guid, edited by link", { { "g:1 l:/1 t:A c:x|g:1 l:/2 t:B c:y", "2/0/0/0=2" }, { "g:1 l:/1 t:A2 c:x|g:1 l:/2 t:B c:y", "0/1/1/0=2" } } },
	{ "one guid, no links", { { "g:1 t:A c:x|g:1 t:B c:y", "2/0/0/0=2" }, { "g:1 t:C c:z|g:1 t:A c:x|g:1 t:B c:y", "1/0/2/0=3" } } },
	{ "one guid, one link, titles differ", { { "g:1 l:/ t:A c:x|g:1 l:/ t:B c:y", "2/0/0/0=2" }, { "g:1 l:/ t:A c:x|g:1 l:/ t:B c:y", "0/0/2/0=2" } } },
	{ "an entry twice in a document", { { "g:1 l:/1 t:A c:x|g:1 l:/1 t:A c:x", "1/0/1/0=1" }, { "g:1 l:/1 t:A c:x|g:1 l:/1 t:A c:x", "0/0/2/0=1" } } },
	{ "twice, the first text counts", { { "g:1 l:/1 t:A c:new|g:1 l:/1 t:A c:old", "1/0/1/0=1" }, { "g:1 l:/1 t:A c:new", "0/0/1/0=1" } } },
	{ "twice without guid", { { "l:/1 t:A c:x|l:/1 t:A c:x", "1/0/1/0=1" } } },
	{ "twice without guid and link", { { "t:A c:x d:5|t:A c:x d:5", "1/0/1/0=1" } } },
	{ "three times, two of them one", { { "g:1 l:/1 t:A|g:1 l:/2 t:B|g:1 l:/2 t:B", "2/0/1/0=2" } } },

	{ "links point home", { { "h:https://example.org/ g:1 l:/ t:A c:x", "1/0/0/0=1" }, { "h:https://example.org/ g:2 l:/ t:A c:y", "1/0/0/0=2" } } },
	{ "links point home, new guids", { { "h:https://example.org/ g:1 l:/ t:A c:x|g:2 l:/ t:B c:y", "2/0/0/0=2" },
	    { "h:https://example.org/ g:3 l:/ t:A c:x|g:4 l:/ t:B c:y", "0/0/2/0=2" } } },
	{ "links point home, no guids", { { "h:https://www.example.org l:/ t:A c:x|l:/ t:B c:y", "2/0/0/0=2" },
	    { "h:https://www.example.org l:/ t:C c:z|l:/ t:A c:x|l:/ t:B c:y", "1/0/2/0=3" } } },
	{ "one link for all, no guids", { { "l:/all t:A c:x|l:/all t:B c:y", "2/0/0/0=2" }, { "l:/all t:A c:x|l:/all t:B c:y", "0/0/2/0=2" },
	    { "l:/all t:C c:z", "1/0/0/0=3" } } },
	{ "one link for all, guids", { { "g:1 l:/all t:A c:x|g:2 l:/all t:B c:y", "2/0/0/0=2" }, { "g:1 l:/all t:A2 c:x|g:2 l:/all t:B c:y", "0/1/1/0=2" } } },
	{ "one link turns out to be for all late", { { "l:/all t:A c:x", "1/0/0/0=1" }, { "l:/all t:B c:y|l:/all t:A c:x", "1/0/1/0=2" },
	    { "l:/all t:C c:z", "1/0/0/0=3" } } },

	{ "neither guid nor link", { { "t:A c:x|t:B c:y", "2/0/0/0=2" }, { "t:C c:z|t:A c:x|t:B c:y", "1/0/2/0=3" } } },
	{ "neither guid nor link, edited", { { "t:A c:x", "1/0/0/0=1" }, { "t:A c:y", "1/0/0/0=2" } } },
	{ "title alone, same date", { { "t:Down d:5", "1/0/0/0=1" }, { "t:Down d:5", "0/0/1/0=1" } } },
	{ "title alone, another date: another entry", { { "t:Down d:5", "1/0/0/0=1" }, { "t:Down d:6|t:Down d:5", "1/0/1/0=2" } } },
	{ "title alone, no date", { { "t:Down|t:Up", "2/0/0/0=2" }, { "t:Down|t:Up", "0/0/2/0=2" }, { "t:Third|t:Down|t:Up", "1/0/2/0=3" } } },
	{ "title alone, no date, links point home", { { "h:https://example.org/ l:/ t:A|l:/ t:B", "2/0/0/0=2" },
	    { "h:https://example.org/ l:/ t:A|l:/ t:B", "0/0/2/0=2" }, { "h:https://example.org/ l:/ t:C|l:/ t:A|l:/ t:B", "1/0/2/0=3" } } },
	{ "title alone, one of them dated: another entry", { { "t:Down", "1/0/0/0=1" }, { "t:Down d:5", "1/0/0/0=2" } } },
	{ "title alone, no date, new guid: another entry", { { "g:1 t:Down", "1/0/0/0=1" }, { "g:2 t:Down", "1/0/0/0=2" } } },
	{ "text alone", { { "c:x", "1/0/0/0=1" }, { "c:x", "0/0/1/0=1" } } },
	{ "nothing but a link", { { "l:/1", "1/0/0/0=1" }, { "l:/1", "0/0/1/0=1" } } },
	{ "new guid, no link, same text", { { "g:1 t:A c:x", "1/0/0/0=1" }, { "g:2 t:A c:x", "0/0/1/0=1" } } },
	{ "same text, two guids in a document", { { "g:1 t:A c:x d:1", "1/0/0/0=1" }, { "g:2 t:A c:x d:2|g:1 t:A c:x d:1", "1/0/1/0=2" },
	    { "g:2 t:A c:x d:2|g:1 t:A c:x d:1", "0/0/2/0=2" } } },
	{ "same text, new guid and link: another entry", { { "g:1 l:/1 t:A c:x d:1", "1/0/0/0=1" }, { "g:2 l:/2 t:A c:x d:2", "1/0/0/0=2" } } },
	{ "the whole site moves", { { "g:http://a/1 l:/old/1 t:A c:x d:1|g:http://a/2 l:/old/2 t:B c:y d:2", "2/0/0/0=2" },
	    { "g:https://b/1 l:/new/1 t:A c:x d:1|g:https://b/2 l:/new/2 t:B c:y d:2", "0/2/0/0=2" } } },
	{ "two entries change guids crosswise", { { "g:1 l:/1 t:A c:x|g:2 l:/2 t:B c:y", "2/0/0/0=2" }, { "g:2 l:/1 t:A c:x|g:1 l:/2 t:B c:y", "0/0/2/0=2" } } },
	{ "guids that are places in the document", { { "g:1 l:/c t:C c:c|g:2 l:/b t:B c:b|g:3 l:/a t:A c:a", "3/0/0/0=3" },
	    { "g:1 l:/d t:D c:d|g:2 l:/c t:C c:c|g:3 l:/b t:B c:b", "1/0/2/0=4" },
	    { "g:1 l:/f t:F c:f|g:2 l:/e t:E c:e|g:3 l:/d t:D c:d", "2/0/1/0=6" }, { "g:1 l:/g t:G c:g", "1/0/0/0=7" } } },
	{ "guids that are places, no links", { { "g:1 t:C c:c d:3|g:2 t:B c:b d:2|g:3 t:A c:a d:1", "3/0/0/0=3" },
	    { "g:1 t:D c:d d:4|g:2 t:C c:c d:3|g:3 t:B c:b d:2", "1/0/2/0=4" }, { "g:1 t:E c:e d:5|g:2 t:D c:d d:4", "1/0/1/0=5" } } },
	{ "guids begin again in each document", { { "g:1 l:/1/1 t:A c:a d:1|g:2 l:/1/2 t:B c:b d:1", "2/0/0/0=2" },
	    { "g:1 l:/2/1 t:C c:c d:2|g:2 l:/2/2 t:D c:d d:2|g:3 l:/2/3 t:E c:e d:2", "3/0/0/0=5" },
	    { "g:1 l:/2/1 t:C c:c d:2|g:2 l:/2/2 t:D c:d d:2|g:3 l:/2/3 t:E c:e d:2", "0/0/3/0=5" },
	    { "g:1 l:/3/1 t:F c:f d:3|g:2 l:/3/2 t:G c:g d:3", "2/0/0/0=7" } } },
	{ "all is edited, in another language, say, but for the dates", { { "g:1 l:/en/1 t:A c:a d:1|g:2 l:/en/2 t:B c:b d:2", "2/0/0/0=2" },
	    { "g:1 l:/de/1 t:C c:c d:1|g:2 l:/de/2 t:D c:d d:2", "0/2/0/0=2" } } },
	{ "all is edited, but guids do not count what there is", { { "g:p1 l:/1/1 t:A c:a d:1|g:p2 l:/1/2 t:B c:b d:2", "2/0/0/0=2" },
	    { "g:p1 l:/2/1 t:C c:c d:3|g:p2 l:/2/2 t:D c:d d:4", "0/2/0/0=2" } } },
	{ "a link and title that a new guid takes over", { { "g:1 l:/live t:Live c:x", "1/0/0/0=1" },
	    { "g:2 l:/live t:Live c:y|g:1 l:/monday t:Monday c:x", "1/1/0/0=2" } } },

	{ "an entry leaves the document and returns", { { "g:1 l:/1 t:A|g:2 l:/2 t:B", "2/0/0/0=2" }, { "g:2 l:/2 t:B", "0/0/1/0=2" },
	    { "g:1 l:/1 t:A|g:2 l:/2 t:B", "0/0/2/0=2" } } },
	{ "an empty document", { { "g:1 l:/1 t:A", "1/0/0/0=1" }, { "", "0/0/0/0=1" }, { "g:1 l:/1 t:A", "0/0/1/0=1" } } },
	{ "removed, known by guid", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "!DELETE FROM entry", "=0" }, { "g:1 l:/2 t:B c:y", "0/0/0/1=0" } } },
	{ "removed, known by link", { { "l:/1 t:A c:x", "1/0/0/0=1" }, { "!DELETE FROM entry", "=0" }, { "l:/1 t:B c:y", "0/0/0/1=0" } } },
	{ "removed, known by text", { { "t:A c:x", "1/0/0/0=1" }, { "!DELETE FROM entry", "=0" }, { "t:A c:x", "0/0/0/1=0" } } },
	{ "removed, known by its title alone", { { "t:Down", "1/0/0/0=1" }, { "!DELETE FROM entry", "=0" }, { "t:Down", "0/0/0/1=0" } } },
	{ "removed, new guid, same link and text", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "!DELETE FROM entry", "=0" },
	    { "g:2 l:/1 t:A c:x", "0/0/0/1=0" } } },
	{ "removed, new guid, same link, another text", { { "g:1 l:/now t:A c:x", "1/0/0/0=1" }, { "!DELETE FROM entry", "=0" },
	    { "g:2 l:/now t:B c:y", "1/0/0/0=1" } } },
	{ "an archive is served again after removal", { { "g:1 t:A|g:2 t:B|g:3 t:C", "3/0/0/0=3" }, { "!DELETE FROM entry WHERE title <> 'A'", "=1" },
	    { "g:4 t:D|g:1 t:A d:9|g:2 t:B d:9|g:3 t:C d:9", "1/0/1/2=2" } } },
	{ "an archive with new dates, in another order", { { "g:1 l:/1 t:A c:x d:1|g:2 l:/2 t:B c:y d:2|g:3 l:/3 t:C c:z d:3", "3/0/0/0=3" },
	    { "g:2 l:/2 t:B c:y d:900|g:3 l:/3 t:C c:z d:901|g:1 l:/1 t:A c:x d:902 m:903", "0/0/3/0=3" } } },
	{ "an archive without guids, with new dates", { { "l:/1 t:A c:x d:1|l:/2 t:B c:y d:2", "2/0/0/0=2" }, { "l:/3 t:C c:z d:3", "1/0/0/0=3" },
	    { "l:/2 t:B c:y d:900|l:/1 t:A c:x d:900", "0/0/2/0=3" } } },
	/*
	 * The same text under a new guid and date, with nothing else to know it by, may also be said anew ("all is well", each day). What a
	 * feed does that makes up guids and dates at each fetch looks the same, is more common, and would repeat all it has each time;
	 * who says the same again loses no text by this.
	 */
	{ "an archive without links, with new guids and dates", { { "g:1 t:A c:x d:1|g:2 t:B c:y d:2", "2/0/0/0=2" },
	    { "g:3 t:B c:y d:900|g:4 t:A c:x d:901", "0/0/2/0=2" } } },
	{ "gone for long, back with another text", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:2 l:/2 t:B c:y", "1/0/0/0=2" }, { "", "0/0/0/0=2" },
	    { "g:1 l:/1 t:A c:z", "0/1/0/0=2" } } },
	{ "gone for long, back with another guid", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "", "0/0/0/0=1" }, { "g:9 l:/1 t:A c:x", "0/0/1/0=1" } } },
	{ "gone for long, back at another link", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "", "0/0/0/0=1" }, { "g:1 l:/9 t:A c:x", "0/1/0/0=1" } } },
	{ "another feed is merged in", { { "g:1 l:/1 t:A c:x|g:2 l:/2 t:B c:y", "2/0/0/0=2" },
	    { "g:b-1 l:/b/1 t:C c:z|g:1 l:/1 t:A c:x|g:b-2 l:/b/2 t:D c:w|g:2 l:/2 t:B c:y", "2/0/2/0=4" } } },
	{ "another feed with the same guids is merged in", { { "g:1 l:/1 t:A c:x|g:2 l:/2 t:B c:y", "2/0/0/0=2" },
	    { "g:1 l:/b/1 t:C c:z|g:1 l:/1 t:A c:x|g:2 l:/2 t:B c:y", "1/0/2/0=3" }, { "g:1 l:/b/1 t:C c:z|g:1 l:/1 t:A c:x", "0/0/2/0=3" } } },
	{ "the feed moves: guids are links now", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:https://example.org/1 l:/1 t:A c:x", "0/0/1/0=1" },
	    { "g:https://example.org/1 l:/1 t:A c:y", "0/1/0/0=1" } } },
	{ "removed, and served on", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "!DELETE FROM entry", "=0" }, { "g:1 l:/1 t:A c:x", "0/0/0/1=0" },
	    { "g:1 l:/1 t:A2 c:y d:900", "0/0/0/1=0" }, { "g:1 l:/1 t:A2 c:y d:901", "0/0/0/1=0" } } },
	{ "removed, edited twice, without guid", { { "l:/1 t:A c:x", "1/0/0/0=1" }, { "l:/1 t:A c:y", "0/1/0/0=1" }, { "!DELETE FROM entry", "=0" },
	    { "l:/1 t:B c:z", "0/0/0/1=0" } } },

	{ "a counter of views", { { "g:1 l:/1 t:A c:x_12_views", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:x_1,345_views", "0/0/1/0=1" } } },
	{ "comments in the title", { { "g:1 l:/1 t:A_(3_comments) c:x", "1/0/0/0=1" }, { "g:1 l:/1 t:A_(4_comments) c:x", "0/0/1/0=1" } } },
	{ "so long ago", { { "g:1 l:/1 t:A c:Updated_5_minutes_ago", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:Updated_2_hours_ago", "0/0/1/0=1" } } },
	{ "when it was made", { { "g:1 l:/1 t:A c:x_Last_updated:_2026-11-25_10:00_UTC", "1/0/0/0=1" },
	    { "g:1 l:/1 t:A c:x_Last_updated:_2026-11-26_9:30_UTC", "0/0/1/0=1" } } },
	{ "an advertisement", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:x_Advertisement", "0/0/1/0=1" } } },
	{ "markup of advertisements", { { "g:1 l:/1 t:A c:x", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:x<img/><iframe></iframe>", "0/0/1/0=1" } } },
	{ "a counter and an edit", { { "g:1 l:/1 t:A c:x_12_views", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:y_13_views", "0/1/0/0=1" } } },
	{ "another number is an edit", { { "g:1 l:/1 t:A c:12_dead", "1/0/0/0=1" }, { "g:1 l:/1 t:A c:13_dead", "0/1/0/0=1" } } },
	{ "a counter and new guids", { { "g:1 l:/1 t:A c:1_view", "1/0/0/0=1" }, { "g:2 l:/1 t:A c:2_views", "0/0/1/0=1" }, { "g:3 l:/1 t:A c:3_views", "0/0/1/0=1" } } },
	{ "a counter and another link", { { "g:1 l:/1 t:A c:x_1_view", "1/0/0/0=1" }, { "g:1 l:/2 t:A c:x_2_views", "0/1/0/0=1" },
	    { "t:A c:x_2_views", "0/0/1/0=1" } } },
	{ "a counter where nothing else tells: new", { { "t:A c:x_1_view", "1/0/0/0=1" }, { "t:A c:x_2_views", "1/0/0/0=2" } } },

	{ "another enclosure", { { "g:1 l:/1 t:A c:x j:\"attachments\":[{\"url\":\"https://e/1.mp3\"}]", "1/0/0/0=1" },
	    { "g:1 l:/1 t:A c:x j:\"attachments\":[{\"url\":\"https://e/2.mp3\"}]", "0/1/0/0=1" },
	    { "g:1 l:/1 t:A c:x j:\"attachments\":[{\"url\":\"https://e/2.mp3\"}]", "0/0/1/0=1" } } },
	{ "an enclosure comes later, and goes", { { "g:1 t:A c:x", "1/0/0/0=1" },
	    { "g:1 t:A c:x j:\"attachments\":[{\"url\":\"https://e/1.mp3\"}]", "0/1/0/0=1" }, { "g:1 t:A c:x", "0/1/0/0=1" }, { "g:1 t:A c:x", "0/0/1/0=1" } } },
	{ "an enclosure with a parameter for tracking", { { "g:1 t:A c:x j:\"attachments\":[{\"url\":\"https://e/1.mp3?fbclid=a\"}]", "1/0/0/0=1" },
	    { "g:1 t:A c:x j:\"attachments\":[{\"url\":\"https://e/1.mp3?fbclid=b\"}]", "0/0/1/0=1" } } },
	{ "other authors", { { "g:1 t:A c:x a:Ann", "1/0/0/0=1" }, { "g:1 t:A c:x a:Bob", "0/1/0/0=1" }, { "g:1 t:A c:x a:Bob", "0/0/1/0=1" } } },
	{ "other tags", { { "g:1 t:A c:x j:\"tags\":[\"one\"]", "1/0/0/0=1" }, { "g:1 t:A c:x j:\"tags\":[\"one\",\"two\"]", "0/1/0/0=1" },
	    { "g:1 t:A c:x j:\"tags\":[\"two\",\"one\"]", "0/0/1/0=1" } } },
	{ "another image", { { "g:1 t:A c:x j:\"image\":\"https://e/1.png\"", "1/0/0/0=1" }, { "g:1 t:A c:x j:\"image\":\"https://e/2.png\"", "0/0/1/0=1" } } },
	{ "a counter and another enclosure", { { "g:1 t:A c:x_1_view", "1/0/0/0=1" },
	    { "g:1 t:A c:x_2_views j:\"attachments\":[{\"url\":\"https://e/1.mp3\"}]", "0/1/0/0=1" } } },

	{ "guids are compared byte for byte", { { "g:a t:A c:x", "1/0/0/0=1" }, { "g:A t:B c:y", "1/0/0/0=2" } } },
	{ "http and https are one link", { { "l:/1/ t:A c:x", "1/0/0/0=1" }, { "l:/1 t:A c:x", "0/0/1/0=1" } } },
};

static void
compare(const char *name, size_t step, const char *expected, const struct store_counts *counts, uint32_t feed)
{
	char found[128];
	int64_t unread, total;

	kit_expect(store_feed_counts(kit_store, feed, &unread, &total), STORE_OK, name);
	if (counts != NULL)
		snprintf(found, sizeof found, "%d/%d/%d/%d=%d", (int)counts->added, (int)counts->updated, (int)counts->same,
		    (int)counts->gone, (int)total);
	else
		snprintf(found, sizeof found, "=%d", (int)total);
	if (strcmp(found, expected) != 0)
		fail_msg("%s, document %zu: %s where %s was expected", name, step + 1, found, expected);
}

static void
play(size_t row, bool reopen)
{
	const char *name = histories[row].name;
	char url[64];
	uint32_t feed, other;

	snprintf(url, sizeof url, "https://example.org/feed%zu%d", row, reopen);
	feed = kit_feed(url);
	snprintf(url, sizeof url, "https://example.net/feed%zu%d", row, reopen);
	other = kit_feed(url);
	for (size_t step = 0; step < STEPS && histories[row].steps[step].document != NULL; step++) {
		const char *document = histories[row].steps[step].document, *expected = histories[row].steps[step].expected;
		struct store_counts counts;

		if (document[0] == '!') {
			kit_sql("gazette.db", document + 1);
			compare(name, step, expected, NULL, feed);
			continue;
		}
		kit_take(feed, document, KIT_NOW + (int64_t)step * KIT_HOUR, &counts);
		compare(name, step, expected, &counts, feed);
		/* the same guids and links elsewhere are other entries */
		kit_take(other, document, KIT_NOW + (int64_t)step * KIT_HOUR, NULL);
		if (reopen)
			kit_reopen();
	}
	kit_expect(store_feed_remove(kit_store, feed, KIT_NOW, &(int64_t){ 0 }), STORE_OK, name);
	kit_expect(store_feed_remove(kit_store, other, KIT_NOW, &(int64_t){ 0 }), STORE_OK, name);
}

static void
test_histories(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof histories / sizeof histories[0]; i++)
		play(i, false);
}

static void
test_histories_with_restarts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof histories / sizeof histories[0]; i++)
		play(i, true);
}

/* --- why -------------------------------------------------------------------------------------------------- */

/*
 * What is told of the last entry but those that are newer: by what it would be known, what its guid, link and text find ("=" it, "*"
 * nothing, as several have it, "!" another one, "?" nothing, "-" there is none) and how many there are, then the events.
 */
static const struct { const char *documents[4]; uint32_t item; const char *expected; } reasons[] = {
	{ { "g:1 l:/1 t:A c:x" }, 1, "guid =1 =1 =1" },
	{ { "g:1 l:/1 t:A c:x", "g:1 l:/1 t:A c:x", "g:1 l:/1 t:A c:x d:9" }, 1, "guid =1 =1 =1" },
	{ { "l:/1 t:A c:x" }, 1, "link -0 =1 =1" },
	{ { "t:A c:x" }, 1, "text -0 -0 =1" },
	{ { "g:1 l:/1 t:A c:x", "g:2 l:/1 t:A c:x", "g:3 l:/1 t:A c:x" }, 1, "guid =3 =1 =1 learnt:guid:2:link" },
	{ { "g:1 t:A c:x", "g:2 t:A c:x" }, 1, "guid =2 -0 =1 learnt:guid:1:text" },
	{ { "g:1 l:/1 t:A c:x", "g:1 l:/1 t:A c:y", "g:1 l:/1 t:A c:z" }, 1, "guid =1 =1 =1 edited:guid:2:text" },
	{ { "g:1 l:/1 t:A c:x", "l:/1 t:B c:y" }, 1, "guid =1 =1 =1 edited:link:1:title" },
	{ { "g:1 l:/1 t:A c:x", "g:1 l:/2 t:A c:x" }, 1, "guid =1 =2 =1 edited:guid:1:link" },
	{ { "g:1 l:/1 t:A c:x", "g:1 l:/2 t:B c:y" }, 1, "guid =1 =2 =1 edited:guid:1:title link" },
	{ { "g:1 l:/1 t:A c:x_1_view", "g:1 l:/1 t:A c:x_2_views" }, 1, "guid =1 =1 =1" },
	{ { "g:1 l:/1 t:A c:x a:Ann", "g:1 l:/1 t:A c:x a:Bob" }, 1, "guid =1 =1 =1 edited:guid:1:facts" },
	{ { "g:1 l:/now t:A c:x", "g:2 l:/now t:B c:y" }, 2, "guid =1 *0 =1 unlike:link:1:1" },
	{ { "g:1 l:/1 t:A c:x d:1", "g:2 l:/2 t:A c:x d:2" }, 2, "guid =1 =1 !0 unlike:text:1:1" },
	{ { "g:1 l:/all t:A c:x|g:2 l:/all t:B c:y" }, 1, "guid =1 *0 =1 unfit:link:1:" },
	{ { "g:1 l:/all t:A c:x|g:2 l:/all t:B c:y", "g:3 l:/all t:C c:z" }, 3, "guid =1 *0 =1 unfit:link:1:" },
	{ { "g:1 l:/1 t:A c:x|g:1 l:/2 t:B c:y" }, 1, "link *0 =1 =1 unfit:guid:1:" },
	{ { "g:1 l:/2 t:B c:y|g:2 l:/1 t:A c:x", "g:1 l:/3 t:C c:z|g:2 l:/2 t:B c:y" }, 3, "link *0 =1 =1 unlike:guid:1:2" },
	{ { "h:https://example.org/ g:1 l:/ t:A c:x" }, 1, "guid =1 ?0 =1 home:link:1:" },
};

static int
on_trace(void *arg, const struct store_trace *trace)
{
	static const char *const whats[STORE_TRACES] = { "", "unlike", "unfit", "home", "learnt", "edited", "rule", "removed", "failed" };
	static const char *const kinds[] = { "", "guid", "link", "text" };
	char *told = arg;

	snprintf(told + strlen(told), 256 - strlen(told), " %s:%s:%d:%.*s", whats[trace->what], kinds[trace->subject], (int)trace->times,
	    (int)trace->detail.len, trace->detail.ptr != NULL ? trace->detail.ptr : "");
	return 0;
}

static void
tell_why(uint32_t item, char told[256])
{
	static const char *const kinds[] = { "nothing", "guid", "link", "text" };
	static const char states[] = "-=*!?";
	struct store_why why;

	kit_expect(store_why(kit_store, item, &why), STORE_OK, "why");
	snprintf(told, 256, "%s", kinds[why.by]);
	for (int kind = STORE_ALIAS_GUID; kind <= STORE_ALIAS_TEXT; kind++)
		snprintf(told + strlen(told), 256 - strlen(told), " %c%d", states[why.aliases[kind].state], (int)why.aliases[kind].count);
	kit_expect(store_traces(kit_store, item, on_trace, told), STORE_OK, "traces");
}

static void
test_why(void **state)
{
	char told[256], url[64];

	(void)state;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		uint32_t feed, before = (uint32_t)kit_number("gazette.db", "SELECT entry FROM counter");

		snprintf(url, sizeof url, "https://example.org/feed%zu", i);
		feed = kit_feed(url);
		for (size_t step = 0; step < 4 && reasons[i].documents[step] != NULL; step++)
			kit_take(feed, reasons[i].documents[step], KIT_NOW + (int64_t)step, NULL);
		tell_why(before + reasons[i].item, told);
		/* the number of another entry is told from where this row began */
		if (strstr(reasons[i].expected, "unlike") != NULL) {
			char *number = strrchr(told, ':') + 1;
			int other = atoi(number) - (int)before;

			sprintf(number, "%d", other);
		}
		if (strcmp(told, reasons[i].expected) != 0)
			fail_msg("row %zu, %s: \"%s\"", i, reasons[i].documents[0], told);
	}
}

/* Of what was removed it is known by what it will not come back; of what never was, nothing. */
static void
test_why_gone(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	struct store_why why;
	char told[256] = "";

	(void)state;
	kit_take(feed, "g:1 l:/1 t:A c:x", KIT_NOW, NULL);
	kit_expect(store_why(kit_store, 2, &why), STORE_ENONE, "one to come");
	kit_sql("gazette.db", "INSERT INTO trace(entry, what, subject, feed, first, last) VALUES (1, 7, 0, 1, 5, 5); DELETE FROM entry");
	kit_take(feed, "g:1 l:/1 t:A c:x", KIT_NOW, NULL);
	kit_expect(store_why(kit_store, 1, &why), STORE_OK, "one that was");
	assert_true(why.removed);
	assert_int_equal(why.feed, feed);
	assert_int_equal(why.aliases[STORE_ALIAS_GUID].count + why.aliases[STORE_ALIAS_LINK].count + why.aliases[STORE_ALIAS_TEXT].count, 3);
	kit_expect(store_traces(kit_store, 1, on_trace, told), STORE_OK, "traces");
	assert_string_equal(told, " removed::1:");
}

/* A feed that does the same at each fetch does not make it grow, and of an entry that is only seen again nothing is kept at all. */
static void
test_traces_are_bounded(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	char document[64];

	(void)state;
	kit_take(feed, "g:x l:/x t:X c:x", KIT_NOW, NULL);
	for (int i = 0; i < 50; i++) {
		snprintf(document, sizeof document, "g:%d l:/1 t:A c:%d|g:x l:/x t:X c:x", i, i);
		kit_take(feed, document, KIT_NOW + i, NULL);
	}
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM trace"), 2);
	assert_int_equal(kit_number("gazette.db", "SELECT sum(times) FROM trace"), 98);
	assert_int_equal(kit_number("gazette.db", "SELECT max(last) - min(first) FROM trace"), 48);
}

/* --- places in the order of time ---------------------------------------------------------------------------- */

enum { CROWD_ROUND = 2000, CROWD_DATE = 1700000000 };

/* A document of entries numbered from first up, the newest on top, all with one date. */
static void
take_crowd(uint32_t feed, int first, int count, int64_t date, int64_t now_s)
{
	const struct rec_done done = { .outcome = OUTCOME_OK, .http_status = 200 };
	const struct store_poll poll = { .at_s = now_s, .next_poll_s = now_s + KIT_HOUR, .interval_s = KIT_HOUR, .retry_s = STORE_ABSENT };
	struct store_job *job = store_job_new(kit_store);
	struct store_counts counts;
	char guid[32];

	for (int i = 0; i < count; i++) {
		struct rec_entry rec = { .ordinal = (uint64_t)i, .published = date, .modified = STORE_ABSENT,
		    .content_hash = (uint64_t)(first + count - i) };

		snprintf(guid, sizeof guid, "%d", first + count - 1 - i);
		rec.guid = rec.title = SPAN(guid);
		kit_expect(store_job_entry(job, &rec), STORE_OK, guid);
	}
	kit_expect(store_job_apply(job, feed, now_s, &counts), STORE_OK, "a crowd");
	kit_expect(store_job_finish(job, feed, &done, &poll, NULL), STORE_OK, "a crowd");
	store_job_free(job);
	kit_expect(store_batch_commit(kit_store), STORE_OK, "a crowd");
	assert_int_equal(counts.added, count);
}

/* Any number of entries may have one date, and they stay in the order in which they came. */
static void
test_crowded_seconds(void **state)
{
	static const struct { const char *name; int64_t date; int rounds, size; } rows[] = {
		{ "1970", 0, 6, 100 }, { "1970, one by one", 0, 200, 1 }, { "the year 1", -62135596800, 6, 100 }, { "no sane date", INT64_MIN + 1, 2, 100 },
		{ "one date for all", CROWD_DATE, 10, CROWD_ROUND }, { "the last second there is", INT64_MAX, 3, 100 },
		{ "one date for all, one by one", CROWD_DATE, 300, 1 },
	};
	char sql[256];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint32_t feed = kit_feed(rows[i].name);

		for (int round = 0; round < rows[i].rounds; round++)
			take_crowd(feed, round * rows[i].size, rows[i].size, rows[i].date, KIT_NOW);
		snprintf(sql, sizeof sql, "SELECT count(*) FROM (SELECT id - lag(id) OVER (ORDER BY ord) AS step FROM entry WHERE feed = %u) "
		    "WHERE step IS NULL OR step > 0", feed);
		if (kit_number("gazette.db", sql) != rows[i].rounds * rows[i].size)
			fail_msg("%s: only %d of %d are in order", rows[i].name, (int)kit_number("gazette.db", sql), rows[i].rounds * rows[i].size);
	}
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM entry WHERE published = 1700000000 AND abs((ord >> 16) - published) > 1"), 0);
}

/* Further guids of one entry are bounded. */
static void
test_guids_are_bounded(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	char document[64];

	(void)state;
	for (int i = 0; i < 20; i++) {
		snprintf(document, sizeof document, "g:%d l:/1 t:A c:x", i);
		kit_take(feed, document, KIT_NOW + i, NULL);
	}
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM alias WHERE kind = 1"), STORE_ALIAS_GUIDS_MAX);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM entry"), 1);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM content WHERE guid = '19'"), 1);
}

struct seen { struct store_item item; char title[64], html[64]; };

static int
see(void *arg, const struct store_item *item)
{
	struct seen *seen = arg;

	seen->item = *item;
	snprintf(seen->title, sizeof seen->title, "%.*s", (int)item->title.len, item->title.ptr);
	snprintf(seen->html, sizeof seen->html, "%.*s", (int)item->html.len, item->html.ptr);
	return 0;
}

/* An update keeps what is the reader's, and the earlier text. */
static void
test_update_keeps_state(void **state)
{
	uint32_t feed = kit_feed("https://example.org/"), id = 1;
	const struct store_tag_edit edit = { .add = { (struct span[]){ SPAN("starred"), SPAN("keep") }, 2 },
	    .remove = { (struct span[]){ SPAN("unread") }, 1 } };
	struct seen before, after;
	int64_t changed;

	(void)state;
	kit_take(feed, "g:1 l:/1 t:First c:one d:1700000000", KIT_NOW, NULL);
	kit_expect(store_item_tag_ids(kit_store, &id, 1, &edit, KIT_NOW, &changed), STORE_OK, "tag");
	kit_expect(store_item_get(kit_store, 1, STORE_WANT_CONTENT, see, &before), STORE_OK, "get");
	kit_take(feed, "g:1 l:/1 t:Second c:two d:1750000000", KIT_NOW + 10, NULL);
	kit_expect(store_item_get(kit_store, 1, STORE_WANT_CONTENT, see, &after), STORE_OK, "get");
	assert_string_equal(after.title, "Second");
	assert_string_equal(after.html, "<p>two</p>");
	assert_true(after.item.starred && !after.item.unread);
	assert_int_equal(after.item.tags.count, 1);
	assert_int_equal(after.item.ord, before.item.ord);
	assert_int_equal(after.item.received_s, KIT_NOW);
	assert_int_equal(after.item.published_s, 1700000000);
	assert_int_equal(after.item.modified_s, KIT_NOW + 10);
	assert_int_equal(after.item.revision, 1);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM revision WHERE entry = 1 AND number = 0 AND title = 'First' AND "
	    "packed IS NOT NULL"), 1);
}

/* --- revisions ------------------------------------------------------------------------------------------- */

static void
edit_times(uint32_t feed, int from, int until)
{
	for (int i = from; i < until; i++) {
		char document[64];

		snprintf(document, sizeof document, "g:1 l:/1 t:T%d c:c%d", i, i);
		kit_take(feed, document, KIT_NOW + i, NULL);
	}
}

static int
number(void *arg, const struct store_revision *revision)
{
	snprintf((char *)arg + strlen(arg), 128 - strlen(arg), "%d:%.*s:%+d ", (int)revision->number, (int)revision->title.len,
	    revision->title.ptr, (int)(revision->replaced_s - KIT_NOW));
	return 0;
}

static void
expect_revisions(const char *expected)
{
	char numbers[128] = "";

	kit_expect(store_revisions(kit_store, 1, number, numbers), STORE_OK, "revisions");
	assert_string_equal(numbers, expected);
}

static void
test_revisions(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	struct seen seen;

	(void)state;
	edit_times(feed, 0, 1);
	expect_revisions("");
	edit_times(feed, 1, 4);
	expect_revisions("0:T0:+1 1:T1:+2 2:T2:+3 ");
	kit_expect(store_item_revision(kit_store, 1, 1, see, &seen), STORE_OK, "revision");
	assert_string_equal(seen.title, "T1");
	assert_string_equal(seen.html, "<p>c1</p>");
	assert_int_equal(seen.item.revision, 1);
	assert_int_equal(seen.item.modified_s, KIT_NOW + 2);
	kit_expect(store_item_revision(kit_store, 1, 3, see, &seen), STORE_OK, "the newest");
	assert_string_equal(seen.title, "T3");
	kit_expect(store_item_revision(kit_store, 1, 4, see, &seen), STORE_ENONE, "one to come");
	kit_expect(store_item_revision(kit_store, 2, 0, see, &seen), STORE_ENONE, "of no entry");
}

static void
test_revisions_are_bounded(void **state)
{
	uint32_t feed = kit_feed("https://example.org/");
	struct seen seen;

	(void)state;
	edit_times(feed, 0, STORE_REVISIONS + 3);
	assert_int_equal(kit_number("gazette.db", "SELECT count(*) FROM revision"), STORE_REVISIONS);
	store_keep_revisions(kit_store, 2);
	edit_times(feed, 20, 21);
	expect_revisions("11:T11:+12 12:T12:+20 ");
	kit_expect(store_item_revision(kit_store, 1, 10, see, &seen), STORE_ENONE, "one that is no more");
	store_keep_revisions(kit_store, 0);
	edit_times(feed, 21, 22);
	expect_revisions("");
	kit_expect(store_item_revision(kit_store, 1, 14, see, &seen), STORE_OK, "the newest");
}

/* An edit makes an entry unread again if the user wants that of the feed; a new link alone does not. */
static void
test_updated_is_unread(void **state)
{
	static const struct { const char *settings, *document; bool unread; } rows[] = {
		{ "{}", "g:1 l:/1 t:B c:b", false },
		{ "{\"mark_updated_unread\":false}", "g:1 l:/1 t:C c:c", false },
		{ "{\"mark_updated_unread\":true}", "g:1 l:/1 t:C c:c", false },
		{ "{\"mark_updated_unread\":true}", "g:1 l:/2 t:C c:c", false },
		{ "{\"interval\":60,\"mark_updated_unread\":true}", "g:1 l:/2 t:D c:d", true },
	};
	const struct store_tag_edit read = { .remove = { (struct span[]){ SPAN("unread") }, 1 } };
	uint32_t feed = kit_feed("https://example.org/"), id = 1;
	int64_t changed;

	(void)state;
	kit_take(feed, "g:1 l:/1 t:A c:a", KIT_NOW, NULL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct span settings = SPAN(rows[i].settings);
		struct seen seen;

		kit_expect(store_item_tag_ids(kit_store, &id, 1, &read, KIT_NOW, &changed), STORE_OK, "read");
		kit_expect(store_feed_edit(kit_store, feed, &(struct store_feed_edit){ .settings = &settings }), STORE_OK, "set");
		kit_take(feed, rows[i].document, KIT_NOW + 1, NULL);
		kit_expect(store_item_get(kit_store, 1, STORE_WANT_CONTENT, see, &seen), STORE_OK, "get");
		if (seen.item.unread != rows[i].unread)
			fail_msg("row %zu: unread %d", i, seen.item.unread);
		assert_int_equal(kit_number("gazette.db", "SELECT unread FROM feed_count WHERE feed = 1"), rows[i].unread);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_histories, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_histories_with_restarts, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_why, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_why_gone, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_traces_are_bounded, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_crowded_seconds, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_guids_are_bounded, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_update_keeps_state, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_revisions, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_revisions_are_bounded, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(test_updated_is_unread, kit_setup, kit_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
