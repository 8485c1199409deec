#!/bin/sh
# Restarts, clean and by kill -9, of the daemon and its helpers: nothing that was stored is lost, nothing comes twice, nothing is
# fetched before its time.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

FEEDS=60
EACH=200

origin_up
configure min_interval 1h
configure parallel 4
feed news 5
daemon_up
row 'subscribed' 1 "$(subscribe "$origin/news.xml")"
row 'changed' 2 "$(ask item.tag '{"ids":[1,2],"remove":["unread"],"add":["later"]}' changed)"
seq=$(ask status '{}' seq)

daemon_down
row 'it ends with status 0' 0 "$ended"
row 'and takes its socket along' gone "$([ -e "$sock" ] || echo gone)"
daemon_up
row 'entries are still there' 5 "$(entries '*')"
row 'tags, too' 2 "$(entries tag:later)"
row 'the log goes on where it was' "$seq" "$(ask status '{}' seq)"
feed other 1
subscribe "$origin/other.xml" >/dev/null
row 'nothing was fetched again' 1 "$(arrived /news.xml)"

# --- kill -9 while entries are being stored -----------------------------------------------------------------

i=0
list=
while [ "$i" -lt "$FEEDS" ]; do
	i=$((i + 1))
	feed "f$i" "$EACH"
	list="$list${list:+,}{\"url\":\"$origin/f$i.xml\"}"
done
row 'many feeds are subscribed to' "$FEEDS" "$(ask feed.import '{"feeds":['"$list"']}' added)"

# Entries that a client has been told of, each time before the daemon is killed.
kills=0
while [ "$kills" -lt 3 ]; do
	before=$(entries '*')
	tries=$LIMIT
	while now=$(entries '*'); [ "$now" -le "$before" ] && [ "$tries" -gt 0 ]; do
		tries=$((tries - 1))
	done
	daemon_kill
	kills=$((kills + 1))
	daemon_up
	after=$(entries '*')
	row "what was seen is there after kill $kills" yes "$([ "$after" -ge "$now" ] && echo yes || echo "$after of $now")"
	[ "$after" -eq $((FEEDS * EACH + 6)) ] && break
done
becomes 'all entries come' $((FEEDS * EACH + 6)) entries '*'
becomes 'everything is polled' 0 ask status '{}' due
row 'none came twice' $((FEEDS * EACH + 6)) "$(entries '*')"
row 'each feed has its own' "$EACH" "$(of_feed "f$FEEDS" total)"
# What a killed daemon had fetched but not stored is fetched once more for each kill, and nothing else is.
fetches()
{
	total=0
	i=0
	while [ "$i" -lt "$FEEDS" ]; do
		i=$((i + 1))
		total=$((total + $(requests "/f$i.xml")))
	done
	echo "$total"
}
row 'nothing that was stored was fetched again' yes \
    "$(n=$(fetches); [ "$n" -le $((FEEDS + kills * FEEDS)) ] && [ "$n" -ge "$FEEDS" ] && echo yes || echo "$n")"
row 'what was read stays read' 2 "$(entries tag:later)"
row 'its helpers have ended with it' 1 "$(helper fetcher | wc -l | tr -d ' ')"

# --- the fetcher dies in the middle of a transfer --------------------------------------------------------------

feed slow 50
echo 'hang=100' >"$site/slow.xml.behave"
id=$(subscribe_later "$origin/slow.xml")
becomes 'a transfer has begun' 1 arrived /slow.xml
echo >"$site/slow.xml.behave"
kill -9 "$(helper fetcher)"
becomes 'it is fetched again by the next fetcher' ok of_feed "$id" health
row 'with two requests' 2 "$(arrived /slow.xml)"
row 'and stored whole' 50 "$(of_feed "$id" total)"
row 'the fetcher was started again' 1 "$(ask status '{}' fetcher.restarts)"

# --- the indexer dies ---------------------------------------------------------------------------------------------

becomes 'the index is there' ok ask status '{}' index.state
kill -9 "$(helper indexer)"
becomes 'it is back' 1 ask status '{}' index.restarts
feed late 1 uniqueword
subscribe "$origin/late.xml" >/dev/null
becomes 'and goes on' 1 entries uniqueword
daemon_down
row 'it ends cleanly after all that' 0 "$ended"
finish
