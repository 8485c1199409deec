#!/bin/sh
# The sample newsroom: each of its feeds is read whole, and page and list name all of them.
set -u

top_srcdir=${top_srcdir:-.}
top_builddir=${top_builddir:-.}
newsroom=$top_srcdir/contrib/newsroom
count=0

# row NAME EXPECTED ACTUAL
row()
{
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf 'expected: %s\nbut got: %s\n' "$2" "$3" | sed 's/^/# /'
	fi
}

# What feed2json makes of a feed: format, items, title.
read_feed()
{
	"$top_builddir/feeds/feed2json" <"$newsroom/$1" |
	    jq -r '[._gazette.format, (.items | length | tostring), .title] | join(" ")'
}

# one item's field
item()
{
	"$top_builddir/feeds/feed2json" <"$newsroom/$1" | jq -r ".items[$2].$3"
}

while read -r file expected; do
	row "$file" "$expected" "$(read_feed "$file")"
done <<'END'
bote-latin1.xml rss-2.0 5 Nordhavner Bote - Überregionales
courier.rss rss-2.0 10 The Ellery Courier
harbour-092.xml rss-0.92 6 The Harbourmaster's Log
karsk-03.xml atom-0.3 6 Karsk Herald
kitchen.xml rss-2.0 5 Kitchen & Garden Notes
lantern.atom atom-1.0 9 Lantern Press
meridian.xml rss-2.0 12 Meridian Wire
mountain.atom atom-1.0 5 Hallow Mountain Diary
open-fields.json json-1.1 7 Open Fields
post-091.xml rss-0.91 8 The Vennholm Post
science.rdf rdf-1.0 7 Tessaly Science Review
small-machines.json json-1.0 5 Small Machines
tideline.xml rss-2.0 5 The Tideline
town-hall.xml rss-2.0 7 Town Hall Bulletin
voices.atom atom-1.0 12 Voices 聲 أصوات
whats-on.xml rss-2.0 6 What's On in Port Ellery
END

row 'entities that nobody declared' 'Crème brûlée without a torch' "$(item kitchen.xml 0 title)"
row 'a bare ampersand' 'Salt & vinegar: which goes first?' "$(item kitchen.xml 1 title)"
row 'a relative link with its base' 'https://hallow-hut.example/diary/2026/11/23.html' "$(item mountain.atom 0 url)"
row 'ISO 8859-1' 'Höchster Grünkohl misst 2,14 Meter' "$(item bote-latin1.xml 2 title)"
row 'right to left' 'افتتاح نفق الميناء بعد تسع سنوات' "$(item voices.atom 0 title)"

feeds=$(cd "$newsroom" && for file in *; do echo "$file"; done | grep -v -e '\.html$' -e '\.opml$')
row 'the page names all' "$feeds" "$(sed -n 's/.*<link rel="alternate".* href="\([^"]*\)".*/\1/p' "$newsroom/index.html" | LC_ALL=C sort)"
row 'the list names all' "$feeds" "$(sed -n 's|.*xmlUrl="http://127\.0\.0\.1:PORT/\([^"]*\)".*|\1|p' "$newsroom/newsroom.opml" | LC_ALL=C sort)"

echo "1..$count"
