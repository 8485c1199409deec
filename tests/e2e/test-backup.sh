#!/bin/sh
# A backup while entries keep coming: it opens, it is whole, and it is what was committed; what cannot be is said and leaves nothing.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

FEEDS=20
EACH=200

origin_up
configure min_interval 1h
feed news 3
daemon_up
subscribe "$origin/news.xml" >/dev/null
row 'marked' 1 "$(gazette star id:2)"
row 'saved' '' "$(gazette search add mine is:starred)"
# the indexer has said how far it is
becomes 'the index is there' ok ask status '{}' index.state
row 'a backup' '' "$(gazette backup "$work/first" 2>&1)"
row 'for its owner alone' 600 "$(stat -c %a "$work/first")"
row 'nothing is left beside it' "$work/first" "$(echo "$work"/first*)"
row 'nor in the state directory' gone "$([ -e "$state/backup.db" ] || echo gone)"

# --- while entries come, a client marks, and the copy of before is replaced ----------------------------------

i=0
list=
while [ "$i" -lt "$FEEDS" ]; do
	i=$((i + 1))
	feed "f$i" "$EACH"
	list="$list${list:+,}{\"url\":\"$origin/f$i.xml\"}"
done
ask feed.import '{"feeds":['"$list"']}' added >/dev/null
row 'another backup' '' "$(gazette backup "$work/first" 2>&1)"
becomes 'all entries come' $((FEEDS * EACH + 3)) entries '*'
row 'the last backup' '' "$(gazette backup "$work/last" 2>&1)"
row 'one after another' '{"bytes":'"$(stat -c %s "$work/last")"'}' "$(gazette backup --json "$work/last")"

# --- what cannot be ------------------------------------------------------------------------------------------

row 'where nothing can be' "gazette: $work/none/copy: No such file or directory" "$(gazette backup "$work/none/copy" 2>&1)"
row 'a read without a backup' 'no-backup: this connection has asked for no backup, or has read it to its end' "$(ask backup.read '{"offset":0}')"
gazette backup /dev/full >"$work/out" 2>&1
row 'a full disk' 1 "$?"
row 'is named' 'gazette: /dev/full: No space left on device' "$(cat "$work/out")"
kill -9 "$(helper indexer)"
becomes 'the indexer comes back' 1 ask status '{}' index.restarts
becomes 'and is ready' ok ask status '{}' index.state
row 'and makes a backup' '' "$(gazette backup "$work/last" 2>&1)"
daemon_down

# --- each opens, and has what it is to have --------------------------------------------------------------------

restore()
{
	rm -rf "$state"
	mkdir -m 700 "$state"
	cp "$work/$1" "$state/gazette.db"
	daemon_up
}
restore last
row 'restored: all entries' $((FEEDS * EACH + 3)) "$(entries '*')"
row 'restored: marks' 1 "$(entries search:mine)"
row 'restored: feeds' $((FEEDS + 1)) "$(ask status '{}' feeds)"
becomes 'restored: the index' ok ask status '{}' index.state
becomes 'restored: is searched' $EACH ask item.count '{"queries":["title:f7"]}' counts.0
daemon_down
restore first
some=$(entries '*')
row 'restored: what there was by then' yes "$([ "$some" -ge 3 ] && [ "$some" -le $((FEEDS * EACH + 3)) ] && echo yes || echo "$some")"
# its feeds are due, and entries may come between the two questions
exact()
{
	if [ "$(entries '*')" = "$(ask status '{}' items)" ]; then echo yes; fi
}
becomes 'restored: counts are exact' yes exact
daemon_down
finish
