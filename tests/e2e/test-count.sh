#!/bin/sh
# Counts that take long are made beside core: others are served meanwhile, turns are taken, and without that process core counts by itself.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

origin_up
feed first 5
feed second 7 'some words'
daemon_up
subscribe "$origin/first.xml" >/dev/null
subscribe "$origin/second.xml" >/dev/null
becomes 'all is indexed' 12 entries entry

row 'a word that is only begun' 12 "$(entries 'entr*')"
row 'with a condition' 12 "$(entries 'entr* is:unread')"
row 'in a phrase' 7 "$(entries '\"some wor\"*')"
row 'what is saved is known there' 7 "$(ask search.add '{"name":"some","query":"wor*"}' >/dev/null; entries search:some)"
row 'one of several' 5 "$(ask item.count '{"queries":["*","fir*","seco*","feed:1"]}' counts.1)"
row 'and the others' 7 "$(ask item.count '{"queries":["*","fir*","seco*","feed:1"]}' counts.2)"
row 'a mistake behind one' bad-query "$(ask item.count '{"queries":["fir*","("]}' | cut -d: -f1)"
row 'a change is seen at once' 4 "$(ask item.tag '{"query":"first 5","remove":["unread"]}' >/dev/null; entries 'fir* is:unread')"
id=$(ask rule.add '{"query":"title:\"second entry 7\"","actions":["drop"]}' rule)
row 'so is a removal' 6 "$(ask rule.apply '{"rule":'"$id"'}' >/dev/null; entries 'seco*')"

# While it is at it, or stopped, nobody waits but who asks for that.
pid=$(helper count)
kill -STOP "$pid"
entries 'fir*' >"$work/one" &
one=$!
ask item.count '{"queries":["seco*","*","wor*"]}' counts.2 >"$work/two" &
two=$!
row 'others are served' 11 "$(entries '*')"
row 'also with words' 11 "$(entries entry)"
row 'and changes made' 1 "$(ask item.tag '{"ids":[1],"add":["starred"]}' changed)"
row 'who waits has no answer yet' 0 "$(cat "$work/one" "$work/two" | wc -c)"
kill -CONT "$pid"
wait "$one" "$two"
row 'the first one' 5 "$(cat "$work/one")"
row 'the second one' 6 "$(cat "$work/two")"

# Gone while somebody waits.
kill -STOP "$pid"
entries 'fir*' >"$work/one" &
one=$!
kill -9 "$pid"
wait "$one"
row 'without it: who waits is answered' 5 "$(cat "$work/one")"
row 'without it: said, once' 1 "$(grep -c 'gazetted-count is gone' "$log")"
row 'without it: core counts' 6 "$(entries 'seco*')"
daemon_down
row 'it ends cleanly' 0 "$ended"
finish
