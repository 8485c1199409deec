#!/bin/sh
# A fetcher that crashes, is killed, grows or hangs, with all that it is at: the culprit is named and left alone, others lose nothing.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

MANY=200
KILLS=8

# The real fetcher, with a parser that breaks down as the document says.
mkdir "$work/bin"
cp "$top_builddir/daemon/gazetted" "$top_builddir/daemon/gazetted-indexer" "$work/bin/" || exit 99
cp "$top_builddir/tests/daemon/faulty-fetcher" "$work/bin/gazetted-fetcher" || exit 99
built=1
if grep -q 'sandbox: this is a build without it' "$daemon"; then
	built=0
fi
daemon=$work/bin/gazetted

# fault NAME WORD: site/NAME.xml is a feed at which the fetcher breaks down
fault()
{
	feed "$1" 3 "fault: $2"
}

logged()
{
	grep -c -- "$1" "$log"
}

# how many requests have come for the many
came()
{
	grep -c 'many' "$work/arrived"
}

kill_fetchers()
{
	for pid in $(helper fetcher); do
		kill -9 "$pid" 2>/dev/null
	done
}

# reason ID: the first thing that is wrong with it, as health has it
reason()
{
	ask health '{"feeds":['"$1"']}' findings.0.reason
}

origin_up -A
feed news 2
feed many 3
configure parallel $MANY
daemon_up
row 'a feed is fetched' 'Feed news' "$(ask feed.add '{"url":"'"$origin"'/news.xml","settings":{"interval":86400}}' feed.title)"

# --- killed in the middle of many transfers, time after time -------------------------------------------------------

echo 'hang=100' >"$site/many.xml.behave"
awk -v port="${origin##*:}" -v many="$MANY" 'BEGIN { for (i = 1; i <= many; i++)
	printf "http://127.0.%d.%d:%d/many.xml\n", 1 + i % 2, 1 + i / 2, port }' >"$work/many"
gazette import --set interval=1d "$work/many" >/dev/null
becomes 'many transfers are under way' "$MANY" came
kill_fetchers
kills=1
while [ "$kills" -lt "$KILLS" ]; do
	before=$(came)
	tries=$LIMIT
	while [ "$(came)" -le "$before" ] && [ "$tries" -gt 0 ]; do
		tries=$((tries - 1))
		sleep 0.02
	done
	[ "$tries" -gt 0 ] || break
	[ "$kills" -lt $((KILLS - 1)) ] || echo >"$site/many.xml.behave"
	kill_fetchers
	kills=$((kills + 1))
done
row "the fetchers were killed $KILLS times while they worked" "$KILLS" "$kills"
becomes 'all feeds are fetched' $((MANY * 3 + 2)) entries '*'
row 'nothing was stored twice' "$((MANY * 3 + 2)) 0" "$(entries '*') $(entries is:updated)"
row 'and no feed is blamed' '0 0' "$(ask status '{}' failing) $(logged 'while it was at this feed')"

# --- one that crashes ---------------------------------------------------------------------------------------------------

daemon_down
: >"$log"
configure timeout 1s
daemon_up
fault bad crash
row 'who wants to subscribe to it is told' \
    "crash: $origin/bad.xml: the fetcher ended by signal 11, Segmentation fault while it was at this feed" \
    "$(ask feed.add '{"url":"'"$origin"'/bad.xml"}')"
row 'which asks for it once' 1 "$(arrived /bad.xml)"
row 'and stores nothing' $((MANY + 1)) "$(ask status '{}' feeds)"
feed bad 1
id=$(subscribe "$origin/bad.xml")
row 'later it is well' 1 "$(of_feed "$id" total)"
fault bad crash
becomes 'what crashes three times in a row is in quarantine' quarantined of_feed "$id" health
row 'after three requests' 5 "$(arrived /bad.xml)"
row 'health names it, and what happened' yes "$(case $(reason "$id") in
'the fetcher ended by signal 11, Segmentation fault while it was at this feed; it is not polled'*) echo yes ;;
*) reason "$id" ;;
esac)"
row 'all others are well' 1 "$(ask status '{}' failing)"
feed late 2
row 'and new ones are fetched' 'Feed late' "$(ask feed.add '{"url":"'"$origin"'/late.xml","settings":{"interval":86400}}' feed.title)"
row 'it is left alone meanwhile' 5 "$(arrived /bad.xml)"
feed bad 4
# its last poll may be too fresh
refreshed()
{
	gazette refresh "$id" >/dev/null 2>&1
	of_feed "$id" total
}
becomes 'until it is refreshed by name' 4 refreshed
row 'and is polled again' ok "$(of_feed "$id" health)"
ask feed.remove '{"feed":'"$id"'}' >/dev/null

# --- one that ends it in another way ------------------------------------------------------------------------------------

# ends WORD MESSAGE: what health says of a feed that does this
ends()
{
	fault "$1" "$1"
	id=$(subscribe_later "$origin/$1.xml")
	becomes "$1: it fails" crash of_feed "$id" error.word
	row "$1: why" "the fetcher $2 while it was at this feed" "$(of_feed "$id" error.message)"
	ask feed.remove '{"feed":'"$id"'}' >/dev/null
}

ends exit 'ended with exit status 3'
if [ "$built" -ne 0 ]; then
	ends grow 'ran out of its memory of 896M'
else
	skip grow 'built without limits'
fi

# What it does not read any more another one reads.
fault sleep sleep
id=$(ask feed.add '{"url":"'"$origin"'/sleep.xml","settings":{"interval":86400},"wait":false}' feed.id)
becomes 'one at which it hangs' 1 arrived /sleep.xml
list=
for i in 1 2 3 4 5 6 7 8 9; do
	feed "other$i" 1 "behind"
	list="$list${list:+,}{\"url\":\"$origin/other$i.xml\"}"
done
ask feed.import '{"feeds":['"$list"'],"settings":{"interval":86400}}' >/dev/null
becomes 'it fails' crash of_feed "$id" error.word
row 'why' 'the fetcher did not answer for 16s while it was at this feed' "$(of_feed "$id" error.message)"
becomes 'what waited behind it is fetched' 9 entries behind
row 'and nothing else fails' 1 "$(ask status '{}' failing)"
daemon_down
row 'a clean end' 0 "$ended"
finish
