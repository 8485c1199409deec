#!/bin/sh
# The manual pages tell the truth: their examples run, against a daemon that has the sample newsroom; --json has the members that
# gazette(1) promises; what gazette-switching(7) calls an action of the reader is one, and so are the keys.
. "${top_srcdir:-.}/tests/e2e/lib.sh"
pages=$(cd "$top_srcdir" && pwd)/contrib/gazette
newsroom=$(cd "$top_srcdir" && pwd)/contrib/newsroom
actions=$pages/action.c

# examples PAGE: its examples, one a line, as the shell gets them: lines that begin with "$ " in displays, and the indented ones behind
examples()
{
	awk '
	function flush() { if (command != "") print command; command = "" }
	/^\.Bd -literal/ { inside = 1; next }
	/^\.Ed/ { flush(); inside = 0 }
	!inside { next }
	/^\$ / { flush(); command = substr($0, 3); next }
	/^\t/ && command != "" { sub(/^\t+/, ""); sub(/\\e$/, "", command); command = command " " $0; next }
	{ flush() }' "$1" | sed 's/\\(dq/"/g; s/\\-/-/g; s/\\e/\\/g'
}

# --- the newsroom, and what the examples speak of -------------------------------------------------------

cp "$newsroom"/* "$site/"
origin_up
configure min_interval 1h
daemon_up
sed -i "s/PORT/${origin##*:}/" "$site/newsroom.opml"
HOME=$work/home GAZETTE_SOCKET=$sock PATH=$work/bin:$top_builddir/contrib/gazette:$PATH
XDG_CONFIG_HOME=$HOME/.config KEY=secret HOST=miniflux.example
export HOME GAZETTE_SOCKET PATH XDG_CONFIG_HOME KEY HOST
mkdir -p "$work/bin" "$HOME/.newsboat" "$HOME/.config/newsraft" "$HOME/.local/share/newsraft" "$HOME/.sfeed/feeds" "$HOME/.config/liferea" \
    "$HOME/.local/share/liferea"
cd "$HOME" || exit 99
for list in subscriptions.opml feeds.opml feeds.opml.xml .config/liferea/feedlist.opml; do
	cp "$site/newsroom.opml" "$list"
done
echo "$origin/kitchen.xml \"~Kitchen\" food" >.newsboat/urls
printf '@ Science\n%s/science.rdf "Science"\n' "$origin" >.config/newsraft/feeds
printf 'feeds() {\n\tfeed Tides %s/tideline.xml\n}\n' "$origin" >.sfeed/sfeedrc
printf '1764028800\tA tide\thttp://example.org/tide\t\t\ttide-1\t\t\t\n' >.sfeed/feeds/Tides
echo http://example.org/tide >.sfeed/urls
printf '%s\n' 'define-filter Food "tags # \"food\""' >.newsboat/config
run_sql()
{
	command "$top_builddir/tests/e2e/run-sql" "$1"
}
run_sql .newsboat/cache.db <<'END'
CREATE TABLE rss_item (id INTEGER PRIMARY KEY, guid, title, author, url, feedurl, pubDate, content, unread, enclosure_url, enclosure_type, flags, deleted);
END
run_sql .local/share/newsraft/newsraft.sqlite3 <<'END'
CREATE TABLE items(feed_url, guid, title, link, publication_date, update_date, unread, important);
END
run_sql .local/share/liferea/liferea.db <<'END'
CREATE TABLE items(node_id, title, read, marked, source, source_id, valid_guid, description, date, comment);
CREATE TABLE subscription(node_id, source);
END
run_sql me.sqlite <<'END'
CREATE TABLE feed (id, url);
CREATE TABLE entry (guid, title, author, content, link, date, is_read, is_favorite, id_feed);
END

# Programs that the examples use, and that a test must not need.
cat >bin <<'END'
less cat
notify-send echo "$1" >>notified
curl case $* in *entries*) cat miniflux.json ;; *) echo "$*" >>downloaded ;; esac
make-feed cat "$FEED"
END
while read -r program text; do
	printf '#!/bin/sh\n%s\n' "$text" >"$work/bin/$program"
	chmod +x "$work/bin/$program"
done <bin
FEED=$newsroom/whats-on.xml
export FEED
cat >miniflux.json <<END
{"total":2,"entries":[
{"id":1,"feed_id":7,"title":"One","url":"http://example.org/mf/1","author":"Ann","content":"<p>x</p>","status":"unread","starred":true,
 "published_at":"2026-11-01T10:00:00Z","feed":{"feed_url":"$origin/kitchen.xml"}},
{"id":2,"feed_id":7,"title":"Two","url":"http://example.org/mf/2","author":"","content":"<p>y</p>","status":"read","starred":false,
 "published_at":"2026-11-02T10:00:00Z","feed":{"feed_url":"$origin/kitchen.xml"}}]}
END

# --- examples --------------------------------------------------------------------------------------------

# example COMMAND: it does its work without a word on standard error
example()
{
	sh -c "$1" >printed 2>complained
	status=$?
	row "$page: $1" '0 ' "$status $(cat complained)"
}

# watching COMMAND: it does not end; with news it does what it is for
watching()
{
	rm -f notified
	sh -c "exec $1" >printed 2>complained &
	watcher=$!
	becomes "$page: $1: it watches" 1 watchers
	cat >urgent.json <<END
{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[{"id":"urgent-$watcher","title":"Now!","content_text":"x"}]}
END
	gazette set "$origin/courier.rss" tags=urgent
	gazette ingest "$origin/courier.rss" urgent.json >ingested
	becomes "$page: $1" 'Now!' cat notified
	kill "$watcher"
	wait "$watcher"
}
watchers()
{
	echo $(($(ask status '{}' clients) - 1))
}

words()
{
	gazette count harbour >printed 2>&1
	echo $?
}
becomes 'words can be looked up' 0 words
for page in gazette.1 gazette-switching.7; do
	examples "$pages/$page" | sed "s,https://example.org,$origin,g; s,https://weather.example,$origin/weather,g" >"$work/examples"
	row "$page has examples" yes "$([ -s "$work/examples" ] && echo yes)"
	while IFS= read -r line; do
		case $line in
		*'gazette watch'*)	watching "$line" ;;
		*)			example "$line" ;;
		esac
	done <"$work/examples"
done
row 'an attachment was downloaded' yes "$([ -s downloaded ] && echo yes)"
row 'Miniflux: state' 'One unread,starred' "$(gazette list --format tsv 'url:mf/1' | awk -F '\t' '{ print $6, $5 }' | sed 's/starred,unread/unread,starred/')"
row 'Miniflux: read' Two "$(gazette list --format tsv 'url:mf/2 is:read' | cut -f 6)"
sed -n 's/^\.It Li //p' "$pages/gazette-query.7" | sed 's/\\(dq/"/g' >"$work/examples"
row 'gazette-query.7 has examples' yes "$([ -s "$work/examples" ] && echo yes)"
while IFS= read -r line; do
	gazette count -- "$line" >printed 2>complained
	row "gazette-query.7: $line" '0 ' "$? $(cat complained)"
done <"$work/examples"

# --- JSON --------------------------------------------------------------------------------------------------

# members COMMAND: what gazette(1) says
members()
{
	awk -v command="$1" '/^\.Sh/ { inside = $2 == "JSON" } inside && index($0, ".It " command " Ta ") == 1 {
		split($0, part, " Ta "); print part[2] }' "$pages/gazette.1"
}

# json COMMAND N ARGUMENT...: what gazette prints with these has the members that the Nth row of the command says, but for those
# with "?"
json()
{
	command=$1
	members "$1" | sed -n "$2p" | tr ' ' '\n' | sed '/?$/d; /^none$/d; /^$/d' | sort >promised
	shift 2
	gazette "$@" >printed
	jq -r 'if type == "array" then .[] else . end | keys | .[]' printed | sort -u >has
	row "JSON of $command: gazette $*: something is promised" yes "$([ -n "$(members "$command")" ] && echo yes)"
	row "JSON of $command: gazette $*: it is kept" '' "$(comm -23 promised has)"
}
cp "$newsroom/mountain.atom" "$site/another.atom"
json add 1 add --json "$origin/another.atom"
json set 1 set --json Science title=Science
json feeds 1 feeds --json
json import 1 import --json feeds.opml
json import 2 import --json .sfeed/feeds
json refresh 1 refresh --json
json 'refresh --no-wait' 1 refresh --json --no-wait
json ingest 1 ingest --json Weather "$FEED"
json list 1 list --json '*'
json show 1 show --json 1
sed 's/<title>/<title>Edited /' "$newsroom/kitchen.xml" >edited.xml
row 'an edit' 0 "$(gazette ingest "$origin/kitchen.xml" edited.xml >ingested; echo $?)"
json 'show --diff' 1 show --diff --json "$(gazette list --limit 1 --format ids is:updated)"
json 'tag, read, unread, star, unstar' 1 tag --json +later -- id:1
json 'tag, read, unread, star, unstar' 1 star --json id:1
json undo 1 undo --json
json count 1 count --json '*' is:unread
json 'search add, search remove' 1 search add --json mine is:starred
json 'search list' 1 search list --json
json 'rule add, rule remove' 1 rule add --json tag:x star
json 'rule list' 1 rule list --json
json 'rule test' 1 rule test --json is:unread
json 'rule apply' 1 rule apply --json
json 'rule add, rule remove' 1 rule remove --json 1
json why 1 why --json 1
gazette add --no-wait "$origin/nothing.xml" >printed
becomes 'a feed fails' failing of_feed "$(gazette feeds --json | jq '.feeds | map(.id) | max')" health
json health 1 health --json
json status 1 status --json
json doctor 1 doctor --json
json backup 1 backup --json copy.db
json remove 1 remove --json Weather
"$top_builddir/contrib/gazette/gazette" watch --since 1 >watched &
watcher=$!
becomes 'watch prints what was' yes sh -c '[ -s watched ] && echo yes'
kill "$watcher"
wait "$watcher"
row 'watch has ended by it' 143 $?
row 'watch prints what is promised' '' "$(members watch | tr ' ' '\n' | sed '/?$/d' | sort >promised
    head -n 1 watched | jq -r 'keys[]' | sort >has; comm -23 promised has)"

# --- actions and keys that gazette-switching(7) speaks of ---------------------------------------------------

sed -n '/^\.Bl -column/,/^\.El/p' "$pages/gazette-switching.7" | grep -o '[A-Z][a-z]* Ic [a-z][^N]*\|Ic [a-z ,;&\\-]*' | sed 's/.*Ic //; s/ No.*//' |
    tr ' ,;&\\' '\n' | grep -E '^[a-z][a-z-]*$' | grep -vx gazette | sort -u >named
row 'actions are named' yes "$([ "$(wc -l <named)" -gt 20 ] && echo yes)"
row 'all of them are there' '' "$(while read -r action; do grep -q "\"$action\"" "$actions" || gazette "$action" --help >printed 2>&1 || echo "$action"; done <named)"

daemon_down
row 'it ends with status 0' 0 "$ended"
finish
