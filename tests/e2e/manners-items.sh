# shellcheck shell=sh
# Part of test-manners.sh: which entry is which.
# shellcheck disable=SC2154

# items NAME ITEM...: site/NAME.xml is a feed with these, each "guid|link|title|text|date"; empty parts are left out
items()
{
	items_of=$1
	shift
	{
		echo "<rss version=\"2.0\"><channel><title>$items_of</title><link>http://example.org/</link>"
		for item in "$@"; do
			echo "$item" | awk -F '|' '{
				print "<item>" ($1 == "" ? "" : "<guid isPermaLink=\"false\">" $1 "</guid>") ($2 == "" ? "" : "<link>" $2 "</link>") \
				    "<title>" $3 "</title><description>" $4 "</description>" \
				    ($5 == "" ? "" : "<pubDate>" $5 "</pubDate>") "</item>"
			}'
		done
		echo '</channel></rss>'
	} >"$site/$items_of.xml.new" && mv "$site/$items_of.xml.new" "$site/$items_of.xml"
}
# show N NAME...: each feed's document is its Nth from now on
show()
{
	nth=$1
	shift
	for each in "$@"; do
		cp "$site/$each-$nth.xml" "$site/$each.xml.new" && mv "$site/$each.xml.new" "$site/$each.xml"
	done
}
# seen NAME...: until each has been asked for, from the first word to the last, after this was called
seen()
{
	most=0
	for each in "$@"; do
		[ "$(came "/$each.xml")" -le "$most" ] || most=$(came "/$each.xml")
	done
	# shellcheck disable=SC2046	# a list of names
	turn $((most + 2)) $(printf '%s.xml ' "$@")
}
# unread NAME: of its entries
unread()
{
	ask item.count '{"queries":["is:unread feed:\"'"$origin/$1"'.xml\""]}' counts.0
}
link=http://example.org
changing='no-guid nothing new-guid new-link other-title shared edited moved-about redated vanished'

items all-same-guid 'x|'$link'/1|one|text 1' 'x|'$link'/2|two|text 2' 'x|'$link'/3|three|text 3'
items no-guid-1 "|$link/n1|one|text 1" "|$link/n2|two|text 2"
items no-guid-2 "|$link/n1|one|text 1" "|$link/n2|two|text 2" "|$link/n3|three|text 3"
items nothing-1 '||one|text 1' '||two|text 2'
items nothing-2 '||two|text 2' '||one|text 1' '||three|text 3'
items new-guid-1 "a1|$link/a|one|text"
items new-guid-2 "a2|$link/a|one|text"
items new-link-1 "b|$link/b1|one|text"
items new-link-2 "b|$link/b2|one|text"
items other-title-1 "c1|$link/c|one|text"
items other-title-2 "c2|$link/c|two|other text" "c1|$link/c|one|text"
items shared-1 "d1|$link/all|one|text 1" "d2|$link/all|two|text 2"
items shared-2 "d3|$link/all|three|text 3" "d1|$link/all|one|text 1" "d2|$link/all|two|text 2"
items edited-1 "e|$link/e|one|text"
items edited-2 "e|$link/e|one and a half|other text"
items moved-about-1 "f1|$link/f1|one|text 1" "f2|$link/f2|two|text 2"
items moved-about-2 "f2|$link/f2|two|text 2" "f1|$link/f1|one|text 1"
items redated-1 "h|$link/h|one|text|Wed, 25 Nov 2026 12:00:00 GMT"
items redated-2 "h|$link/h|one|text|Wed, 25 Nov 2026 13:00:00 GMT"
items vanished-1 "g1|$link/g1|one|text 1" "g2|$link/g2|two|text 2"
items vanished-2 "g2|$link/g2|two|text 2"
items own-1 'same|'$link'/own|one|text'
items own-2 'same|'$link'/own|one|text'
plain all-same-guid.xml novalidators
items all-same-guid 'x|'$link'/1|one|text 1' 'x|'$link'/2|two|text 2' 'x|'$link'/3|three|text 3'
printf '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"><channel>
    <title>archived</title><fh:archive/><a:link rel="prev-archive" href="%s/archive-1.xml"/><a:link rel="next" href="%s/page-2.xml"/>
    <item><guid>1</guid><title>one</title><link>%s/article.html</link></item></channel></rss>' "$origin" "$origin" "$origin" >"$site/archived.xml"
says archived.xml novalidators

# shellcheck disable=SC2086	# a list of names
{
	show 1 $changing
	add all-same-guid.xml own-1.xml own-2.xml archived.xml $(printf '%s.xml ' $changing) >/dev/null
	# What is there by now has been read; what is new will not be.
	added=$(for each in all-same-guid $changing; do printf '%s ' "$(count_of $each.xml)"; done)
	for each in all-same-guid $changing; do
		ask item.tag '{"query":"feed:\"'"$origin/$each"'.xml\"","remove":["unread"]}' changed >/dev/null
	done
	show 2 $changing
	seen all-same-guid archived $changing
	show 1 vanished
	seen vanished
}

rule 'an entry has one key'
keeps 'they came' '3 2 2 1 1 1 2 1 2 1 2 ' "$added"
keeps 'one guid for all is none' '3 0' "$(count_of all-same-guid.xml) $(unread all-same-guid)"
keeps 'without guids the link counts' '3 1' "$(count_of no-guid.xml) $(unread no-guid)"
keeps 'without links title and text' '3 1' "$(count_of nothing.xml) $(unread nothing)"

rule 'a key may change'
keeps 'a new guid at the same link and title' '1 0' "$(count_of new-guid.xml) $(unread new-guid)"
keeps 'a new link of the same guid' '1 0' "$(count_of new-link.xml) $(unread new-link)"
keeps 'is where it is now' "$link/b2" "$(ask item.list '{"query":"feed:\"'"$origin/new-link.xml"'\""}' items.0.url)"
keeps 'a new guid with another title is another' '2 1' "$(count_of other-title.xml) $(unread other-title)"
keeps 'a link that several share is no key' '3 1' "$(count_of shared.xml) $(unread shared)"

rule 'what changes stays the same entry'
keeps 'no other entry' '1 0' "$(count_of edited.xml) $(unread edited)"
keeps 'but another title' 'one and a half' "$(ask item.list '{"query":"feed:\"'"$origin/edited.xml"'\""}' items.0.title)"
keeps 'which is a revision' 1 "$(ask item.list '{"query":"feed:\"'"$origin/edited.xml"'\""}' items.0._gazette.revision)"
keeps 'another place is no change' '2 0 0' "$(count_of moved-about.xml) $(unread moved-about) $(ask item.list \
    '{"query":"feed:\"'"$origin/moved-about.xml"'\""}' items.0._gazette.revision)"

keeps 'nor is another date' '1 0 0' "$(count_of redated.xml) $(unread redated) $(ask item.list \
    '{"query":"feed:\"'"$origin/redated.xml"'\""}' items.0._gazette.revision)"

rule 'what is gone is remembered'
keeps 'and is not new when it comes back' '2 0' "$(count_of vanished.xml) $(unread vanished)"

rule 'each feed has its own entries'
keeps 'the same in two feeds' '1 1' "$(count_of own-1.xml) $(count_of own-2.xml)"

rule 'archives are left alone'
keeps 'unasked' '0 0' "$(came /archive-1.xml) $(came /page-2.xml)"
