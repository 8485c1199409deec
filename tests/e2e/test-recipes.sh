#!/bin/sh
# What contrib/cron and contrib/hooks promise: each recipe runs against the sample newsroom, with stand-ins for what sends mail, loads files and
# shows notifications.
. "${top_srcdir:-.}/tests/e2e/lib.sh"
cron=$(cd "$top_srcdir" && pwd)/contrib/cron
hooks=$(cd "$top_srcdir" && pwd)/contrib/hooks
for tool in jq curl flock; do
	if ! command -v "$tool" >/dev/null; then
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	fi
done

# --- stand-ins: what they were asked to do is in a file, and $work/refuse makes them fail ----------------------------------------

mkdir "$work/bin"
cat >"$work/bin/sendmail" <<END
#!/bin/sh
[ ! -e "$work/refuse" ] || exit 75
echo "to \$*" >>"$work/sent"
cat >>"$work/sent"
END
cat >"$work/bin/curl" <<END
#!/bin/sh
[ ! -e "$work/refuse" ] || exit 7
echo "\$*" >>"$work/curled"
while [ \$# -gt 0 ]; do
	case \$1 in
	-o)	[ "\$2" = /dev/null ] || echo "content of \$*" >>"\$2"; shift ;;
	-K)	cat "\$2" >>"$work/config"; shift ;;
	@-)	cat >>"$work/posted"; echo >>"$work/posted" ;;
	esac
	shift
done
END
cat >"$work/bin/notify-send" <<END
#!/bin/sh
[ ! -e "$work/refuse" ] || exit 1
printf '%s|' "\$@" >>"$work/notified"
echo >>"$work/notified"
END
chmod +x "$work"/bin/*
HOME=$work/home XDG_STATE_HOME=$work/home/state GAZETTE_SOCKET=$sock TZ=UTC
GAZETTE=$top_builddir/contrib/gazette/gazette SENDMAIL=$work/bin/sendmail CURL=$work/bin/curl NOTIFY_SEND=$work/bin/notify-send
export HOME XDG_STATE_HOME GAZETTE_SOCKET TZ GAZETTE SENDMAIL CURL NOTIFY_SEND
mkdir "$HOME"
cd "$work" || exit 99

cp "$top_srcdir"/contrib/newsroom/* "$site/"
origin_up
configure min_interval 1h
configure on_new "$hooks/notify 2>>$work/hook-errors"
daemon_up
sed -i "s/PORT/${origin##*:}/" "$site/newsroom.opml"
gazette import "$site/newsroom.opml" >/dev/null
all()
{
	gazette count '*'
}
gazette refresh >/dev/null 2>&1
becomes 'the newsroom is there' 115 all

# come: one entry more, in a feed of its own
feed extra 1
extra=$(subscribe "$origin/extra.xml")
come()
{
	feed extra "$1" "${2:-text}"
	gazette ingest "$extra" "$site/extra.xml" >/dev/null
}

# --- morning-mail -------------------------------------------------------------------------------------------------------------

: >sent
touch refuse
"$cron/morning-mail" me@example.org 'tag:Wires OR feed:extra' >out 2>&1
row 'morning-mail: a mail server that refuses' 0 "$(wc -l <sent)"
rm refuse
"$cron/morning-mail" me@example.org 'tag:Wires OR feed:extra' >out 2>&1
row 'morning-mail: says nothing' '' "$(cat out)"
row 'morning-mail: has the mail then' 'to -i -- me@example.org' "$(grep '^to' sent)"
row 'morning-mail: a page' 1 "$(sed '1,/^$/d' sent | base64 -d | grep -c '<h1>The news of ')"
row 'morning-mail: with what is new' 1 "$(sed '1,/^$/d' sent | base64 -d | grep -c '>extra entry 1</a>')"
"$cron/morning-mail" me@example.org 'tag:Wires OR feed:extra'
row 'morning-mail: nothing new, no mail' 1 "$(grep -c '^to' sent)"
come 2
"$cron/morning-mail" me@example.org 'tag:Wires OR feed:extra'
row 'morning-mail: the next morning' 2 "$(grep -c '^to' sent)"
row 'morning-mail: that alone' 'extra entry 2' "$(sed '1,/^to/d; 1,/^$/d' sent | base64 -d | sed -n 's/^<h3>.*>\(.*\)<\/a><\/h3>$/\1/p')"
touch refuse
CURSOR=second "$cron/morning-mail" you@example.org feed:extra >out 2>&1
rm refuse
: >sent
"$cron/morning-mail" me@example.org 'tag:Wires OR feed:extra'
row 'morning-mail: what waits for another is not ours' 0 "$(wc -l <sent)"
CURSOR=second "$cron/morning-mail" you@example.org feed:extra >out 2>&1
row 'morning-mail: another query, by another cursor' '0 to -i -- you@example.org ' "$? $(grep '^to' sent) $(cat out)"
row 'morning-mail: gives all of it' 'extra entry 1,extra entry 2' \
    "$(sed '1,/^$/d' sent | base64 -d | sed -n 's/^<h3>.*>\(.*\)<\/a><\/h3>$/\1/p' | sort | paste -sd , -)"

# --- planet-page, tag-feeds -------------------------------------------------------------------------------------------------------

"$cron/planet-page" planet https://example.org/planet/ >out 2>&1
row 'planet-page: says nothing' '' "$(cat out)"
row 'planet-page: a page' 60 "$(grep -c '^<article' planet/index.html)"
row 'planet-page: and its feed' 60 "$(grep -c '^<entry' planet/feed.atom)"
row 'planet-page: that knows where it is' 1 "$(grep -c '<link rel="self" href="https://example.org/planet/feed.atom"/>' planet/feed.atom)"
row 'planet-page: and can be read' Planet "$("$top_builddir/feeds/feed2json" planet/feed.atom | jq -r .title)"
"$cron/tag-feeds" feeds https://example.org/feeds Wires 'Port Ellery' >out 2>&1
row 'tag-feeds: says nothing' '' "$(cat out)"
row 'tag-feeds: a file for each' 'Port_Ellery.atom Wires.atom' "$(ls feeds | paste -sd ' ' -)"
row 'tag-feeds: with its entries' "$(gazette count tag:Wires)" "$("$top_builddir/feeds/feed2json" feeds/Wires.atom | jq '.items | length')"

# --- json-to --------------------------------------------------------------------------------------------------------------------------

"$cron/json-to" queue feed:extra false
row 'json-to: a program that fails' 1 "$?"
come 3
"$cron/json-to" queue feed:extra sh -c 'cat >>lines'
row 'json-to: has it all then' 'extra entry 1,extra entry 2,extra entry 3' "$(jq -r .title lines | paste -sd , -)"
"$cron/json-to" queue feed:extra sh -c 'cat >>lines'
row 'json-to: and nothing twice' 3 "$(wc -l <lines)"
come 4
"$cron/json-to" queue feed:extra sh -c '"$@" && cat >>lines' sh "$cron/json-to" queue feed:extra sh -c 'cat >>lines'
row 'json-to: one run at a time' '0 4' "$? $(wc -l <lines)"
# as from cron(8), which sets no more than this
come 5
env -i HOME="$HOME" LOGNAME=me SHELL=/bin/sh PATH=/usr/bin:/bin GAZETTE="$GAZETTE" GAZETTE_SOCKET="$sock" XDG_STATE_HOME="$XDG_STATE_HOME" \
    /bin/sh -c "$cron/json-to queue feed:extra cat >>lines" 2>&1
row 'json-to: from cron' 5 "$(wc -l <lines)"

# --- podcasts -------------------------------------------------------------------------------------------------------------------------

touch refuse
"$cron/podcasts" podcasts >out 2>&1
row 'podcasts: a server that is down' 1 "$?"
rm refuse
"$cron/podcasts" podcasts >out 2>&1
row 'podcasts: says nothing' '' "$(cat out)"
row 'podcasts: each has its file' '2026-10-30 Herring.mp3 2026-11-06 What fog does to sound.mp3 2026-11-13 Eleven hundred cars a day.mp3 2026-11-20 The lamp that turns.mp3 2026-11-24 Under the harbour.mp3' \
    "$(ls 'podcasts/The Tideline' | paste -sd ' ' -)"
row 'podcasts: only by HTTP' "$(wc -l <curled)" "$(grep -c -e "--proto =http,https --proto-redir =http,https .* -- https\{0,1\}://" curled)"
: >curled
"$cron/podcasts" podcasts
row 'podcasts: none twice' 0 "$(wc -l <curled)"
CURSOR=tideline "$cron/podcasts" other 'feed:"The Tideline"' >out 2>&1
row 'podcasts: another query, by another cursor' '0 5 ' "$? $(find other -name '*.mp3' | wc -l) $(cat out)"
long=$(printf '\346\227\245%.0s' $(seq 100))
cat >"$site/twins.json" <<END
{"version":"https://jsonfeed.org/version/1.1","title":"Twins","items":[
{"id":"1","title":"News","content_text":"x","date_published":"2026-11-20T08:00:00Z","attachments":[{"url":"https://example.org/8.mp3","mime_type":"audio/mpeg"},
{"url":"https://example.org/8b.mp3","mime_type":"audio/mpeg"},{"url":"https://example.org/8.png","mime_type":"image/png"}]},
{"id":"2","title":"News","content_text":"y","date_published":"2026-11-20T18:00:00Z","attachments":[{"url":"https://example.org/18.mp3","mime_type":"audio/mpeg"}]},
{"id":"3","title":"$long","content_text":"z","date_published":"2026-11-20T18:00:00Z","attachments":[{"url":"https://example.org/l.mp3","mime_type":"audio/mpeg"}]}]}
END
subscribe "$origin/twins.json" >/dev/null
touch refuse
"$cron/podcasts" podcasts
rm refuse
"$cron/podcasts" podcasts
row 'podcasts: files of one name are all there' '2026-11-20 News (2).mp3 2026-11-20 News (3).mp3 2026-11-20 News.mp3' \
    "$(cd podcasts/Twins && find . -name '*News*' | sort | sed 's|^[.]/||' | paste -sd ' ' -)"
row 'podcasts: and each is another' 3 "$(cat podcasts/Twins/*News* | sort -u | wc -l)"
row 'podcasts: a long name ends behind a character' "2026-11-20 $(echo "$long" | cut -b 1-165).mp3" "$(cd podcasts/Twins && find . -name '*.mp3' | sed 's|^[.]/||; /News/d')"
spool=$HOME/state/gazette/podcasts
echo '{"id":"1","attachments":[{"url":"https://example.org/gone.mp3","mime_type":"audio/mpeg"}],"_gazette":{"feed_title":"Gone","received":"2026-11-20"}}' >"$spool/1.jsonl"
touch refuse
"$cron/podcasts" podcasts 2>out
row 'podcasts: what is not there is tried again' '1 0 1' "$? $(wc -l <out) $(find "$spool" -name 1.jsonl | wc -l)"
touch -d '8 days ago' "$spool/1.jsonl"
"$cron/podcasts" podcasts 2>out
row 'podcasts: for a week' '1 podcasts: given up after a week: https://example.org/gone.mp3 0' "$? $(cat out) $(find "$spool" -name 1.jsonl | wc -l)"
rm refuse
cat >"$site/evil.json" <<'END'
{"version":"https://jsonfeed.org/version/1.1","title":"../../evil","items":[{"id":"1","title":"../../../etc/passwd; $(touch pwned) \u0000\u001b","content_text":"x",
"date_published":"2026-11-20T00:00:00Z","attachments":[{"url":"https://example.org/a?x=/../../b.sh","mime_type":"audio/mpeg"}]},
{"id":"2","title":"-rf","content_text":"x","date_published":"2026-11-20T00:00:00Z","attachments":[{"url":"https://example.org/-o.mp3","mime_type":"audio/mpeg"}]}]}
END
subscribe "$origin/evil.json" >/dev/null
"$cron/podcasts" podcasts
# shellcheck disable=SC2016 # nothing is to be expanded
row 'podcasts: hostile names stay inside' '_.._evil/2026-11-20 _.._.._etc_passwd; $(touch pwned) _.._evil/2026-11-20 rf.mp3' \
    "$(cd podcasts && find . -path '*evil*' -type f ! -name '.*' | sort | sed 's|^[.]/||' | paste -sd ' ' -)"
row 'podcasts: and do nothing' no "$([ -e pwned ] && echo yes || echo no)"

# --- status-bar -----------------------------------------------------------------------------------------------------------------------

row 'status-bar' "$(gazette count is:unread)" "$("$cron/status-bar")"
row 'status-bar: of a query' 5 "$("$cron/status-bar" text feed:extra)"
row 'status-bar: nothing' '' "$("$cron/status-bar" text tag:nothing)"
row 'status-bar: for waybar' '{"text":"5","class":"unread"}' "$("$cron/status-bar" waybar feed:extra)"
row 'status-bar: nothing for waybar' '{"text":"","class":"none"}' "$("$cron/status-bar" waybar tag:nothing)"
row 'status-bar: no daemon' '!' "$(GAZETTE_SOCKET=$work/none "$cron/status-bar")"

# --- hooks ------------------------------------------------------------------------------------------------------------------------------

# The newsroom came in some runs of on_new: at most five notifications each, and one for the others.
notified()
{
	grep -c "$1" notified
}
# of how many entries: those that come in one run are counted together
announced()
{
	awk -F'|' '/application-rss/ { count++ } /^-a.gazette.--/ { split($5, words, " "); count += words[2] } END { print count + 0 }' notified
}
becomes 'notify: of all' "$(all)" announced
come 6 '&lt;b&gt;'
becomes 'notify: by on_new' 1 notified '^-a|gazette|-i|application-rss+xml|--|Feed extra|extra entry 6|$'
row 'notify: not one for each of many' yes "$(if [ "$(notified 'application-rss')" -lt 100 ]; then echo yes; fi)"
row 'notify: but how many there are more' yes "$([ "$(notified 'and [0-9]* more')" -gt 0 ] && echo yes)"
row 'notify: nothing went wrong' '' "$(cat hook-errors)"
entry='{"id":"1","title":"<b>A & B</b>\t\u001b","url":"https://example.org/1","_gazette":{"feed_title":"-f"}}'
printf '%s\n' "$entry" | "$hooks/notify"
row 'notify: what is text stays text' '-a|gazette|-i|application-rss+xml|--|-f|&lt;b&gt;A &amp; B&lt;/b&gt;  |' "$(tail -n 1 notified)"
toot='{"id":"2","url":"https://example.org/2","content_html":"<p>A <b>toot</b> &amp; more,<br>\nwithout &lt;title&gt;</p>","_gazette":{"feed_title":"T"}}'
printf '%s\n' "$toot" | "$hooks/notify"
row 'notify: an entry without a title' '-a|gazette|-i|application-rss+xml|--|T|A toot &amp; more, without &lt;title&gt;|' "$(tail -n 1 notified)"
touch refuse
printf '%s\n' "$entry" | "$hooks/notify"
row 'notify: one that fails is told' 1 "$?"
rm refuse
: >curled
printf '%s\n%s\n' "$entry" "$entry" | NTFY_URL=https://ntfy.example/news "$hooks/ntfy"
row 'ntfy: a message each' 2 "$(grep -c -e '-- https://ntfy.example/$' curled)"
row 'ntfy: as JSON' '{"topic":"news","title":"-f","message":"<b>A & B</b>\t\u001b","click":"https://example.org/1"}' "$(jq -c . posted | head -n 1)"
: >posted
printf '%s\n' "$toot" '{"id":"3"}' | NTFY_URL=https://ntfy.example/news "$hooks/ntfy"
row 'ntfy: an entry without a title' 'A toot & more, without <title>,3' "$(jq -r .message posted | paste -sd , -)"
: >posted
printf '{"id":"1","title":"%01500d"}\n' 0 | NTFY_URL=https://ntfy.example/news/ "$hooks/ntfy"
row 'ntfy: no more than a message has' 'news gazette 1000' "$(jq -r '"\(.topic) \(.title) \(.message | length)"' posted)"
printf '%s\n' "$entry" | NTFY_URL=https://ntfy.example/news NTFY_TOKEN=tk_secret "$hooks/ntfy"
row 'ntfy: a token' 'header = "Authorization: Bearer tk_secret"' "$(cat config)"
row 'ntfy: that no command line has' 0 "$(grep -c secret curled)"
touch refuse
printf '%s\n' "$entry" | NTFY_URL=https://ntfy.example/news "$hooks/ntfy"
row 'ntfy: one that fails is told' 1 "$?"

row 'all recipes are tested' '' "$(for recipe in "$cron"/* "$hooks"/*; do
	name=${recipe##*/}
	[ "$name" = README ] || grep -q "/${name}[ \"]" "$top_srcdir/tests/e2e/test-recipes.sh" || echo "$name"
done)"

finish
