#!/bin/sh
# kill -9 at random moments, of the daemon and of one who watches it, while entries come and clients change them: the database is
# whole each time, what was acknowledged is there, nothing is lost or comes twice, and the one who watches has been told of each change once,
# in order. KILLS says how often (20), SEED which moments.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

KILLS=${KILLS:-20}
SEED=${SEED:-$$}
FEEDS=8
acked=$work/acked
watched=$work/watched
: >"$acked"
: >"$watched"
echo "# SEED=$SEED KILLS=$KILLS"

client=$top_builddir/contrib/gazette/gazette

# moments: a number of milliseconds a line, for each kill one
moments()
{
	awk -v seed="$SEED" -v n="$KILLS" 'BEGIN { srand(seed); while (n-- > 0) print int(rand() * 400) }'
}

# Goes on after the last line that is whole.
watcher_up()
{
	sed -i '$!b
		/}$/!d' "$watched"
	since=$(sed -n '$s/^{"seq":\([0-9]*\),.*/\1/p' "$watched")
	"$client" -s "$sock" watch --since "${since:-0}" >>"$watched" 2>/dev/null &
	watcher=$!
}

watcher_kill()
{
	kill -9 "$watcher"
	wait "$watcher" 2>/dev/null
}

# What clients do until the daemon is gone: a tag is written down once it has been acknowledged.
tagger()
{
	n=0
	while n=$((n + 1)); "$client" -s "$sock" tag "+k$1-$n" "id:$((n % 7 + 1))" >/dev/null 2>&1; do
		echo "$((n % 7 + 1)) k$1-$n"
	done
}

# The feeds grow, and are fetched again.
feeder()
{
	n=0
	while n=$((n + 1)); "$client" -s "$sock" refresh >/dev/null 2>&1; do
		i=0
		while i=$((i + 1)); [ "$i" -le "$FEEDS" ]; do
			feed "f$i" $((20 + $1 * 2 + n))
		done
	done
}

# What has been killed is looked at as it was left.
verify()
{
	rm -rf "$work/copy"
	mkdir "$work/copy"
	cp "$state/gazette.db" "$work/copy/"
	if [ -e "$state/gazette.db-wal" ]; then
		cp "$state/gazette.db-wal" "$work/copy/"
	fi
	"$top_builddir/tests/e2e/verify" "$work/copy/gazette.db"
}

origin_up -t $((600 + KILLS * 10))
i=0
list=
while i=$((i + 1)); [ "$i" -le "$FEEDS" ]; do
	feed "f$i" 20
	list="$list${list:+,}{\"url\":\"$origin/f$i.xml\"}"
done
daemon_up
ask feed.import '{"feeds":['"$list"']}' added >/dev/null
becomes 'entries come' $((FEEDS * 20)) entries '*'
watcher_up
whole=0
kills=0
for moment in $(moments); do
	tagger "$kills" >>"$acked" &
	taggers=$!
	feeder "$kills" &
	feeders=$!
	sleep "0.$(printf '%03d' "$moment")"
	if [ $((kills % 3)) -eq 1 ]; then
		watcher_kill
	fi
	daemon_kill
	wait "$taggers" "$feeders"
	verdict=$(verify)
	if [ "$verdict" = ok ]; then
		whole=$((whole + 1))
	else
		echo "# after kill $kills: $verdict"
	fi
	daemon_up
	if [ $((kills % 3)) -eq 1 ]; then
		watcher_up
	fi
	kills=$((kills + 1))
done
row 'the database was whole each time' "$KILLS" "$whole"

# --- nothing lost, nothing twice ---------------------------------------------------------------------------------------

i=0
while i=$((i + 1)); [ "$i" -le "$FEEDS" ]; do
	feed "f$i" $((20 + KILLS * 2 + 100))
done
all=$((FEEDS * (20 + KILLS * 2 + 100)))
fetched()
{
	gazette refresh >/dev/null 2>&1
	entries '*'
}
becomes 'all entries are there, once' "$all" fetched
gazette list --limit 0 --format tsv 'id:1 OR id:2 OR id:3 OR id:4 OR id:5 OR id:6 OR id:7' | cut -f 1,5 >"$work/tags"
echo "# $all entries, $(wc -l <"$acked") acknowledged changes, $(wc -l <"$watched") watched"
row 'something was acknowledged' yes "$([ "$(wc -l <"$acked")" -ge "$KILLS" ] && echo yes || wc -l <"$acked")"
row 'and is there' '' "$(awk 'NR == FNR { split($2, tags, ","); for (i in tags) has[$1 " " tags[i]] = 1; next }
    !(($1 " " $2) in has) { print $1, $2 }' "$work/tags" "$acked")"

# --- watched -------------------------------------------------------------------------------------------------------------

ask item.tag '{"ids":[1],"add":["last"]}' seq >"$work/last"
last_watched()
{
	sed -n '$s/^{"seq":\([0-9]*\),.*/\1/p' "$watched"
}
becomes 'the one who watches comes to the end' "$(cat "$work/last")" last_watched
watcher_kill
row 'in order, none twice' '' "$(sed 's/^{"seq":\([0-9]*\),.*/\1/' "$watched" | awk '$1 <= last { print $1 " after " last } { last = $1 }')"
cat >"$work/changes.awk" <<'END'
BEGIN { RS = "[{}]" }
match($0, /"seq":[0-9]+,"what":"item-/) { print substr($0, RSTART + 6, RLENGTH - 6 - length(",\"what\":\"item-")) }
END
since=0
: >"$work/changes"
while :; do
	page=$(ask changes '{"since":'"$since"'}')
	printf '%s\n' "$page" | awk -f "$work/changes.awk" >>"$work/changes"
	since=$(printf '%s\n' "$page" | sed -n 's/.*"seq":\([0-9]*\),"more".*/\1/p')
	printf '%s\n' "$page" | grep -q '"more":true' || break
done
row 'the log has them' yes "$([ "$(wc -l <"$work/changes")" -ge "$all" ] && echo yes || wc -l <"$work/changes")"
row 'none is missing' '' "$(sed 's/^{"seq":\([0-9]*\),.*/\1/' "$watched" | sort >"$work/one"; sort "$work/changes" | comm -3 - "$work/one" | head)"
daemon_down
row 'it ends cleanly' 0 "$ended"
row 'and leaves a whole database' ok "$(verify)"
finish
