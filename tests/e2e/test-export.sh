#!/bin/sh
# "gazette export" against the real daemon: what a cursor gives and when, where output goes, and that nothing is lost or given twice
# whenever it is killed.
. "${top_srcdir:-.}/tests/e2e/lib.sh"
XDG_STATE_HOME=$work/xdg
TZ=UTC
export XDG_STATE_HOME TZ
cursors=$XDG_STATE_HOME/gazette/cursors
feed2json=$top_builddir/feeds/feed2json
kill_at=$top_builddir/tests/e2e/kill-at
cd "$work" || exit 99

origin_up
feed news 3
configure keep_changes 1000
daemon_up
subscribe "$origin/news.xml" >/dev/null

# come N [TEXT]: the feed has N entries, and the daemon has seen that
come()
{
	feed news "$@"
	gazette ingest 1 "$site/news.xml" >/dev/null
}

# export_as FORMAT [OPTION...]; lines [OPTION...]: the numbers of the entries that jsonl gives
export_as()
{
	format=$1
	shift
	gazette export --format "$format" "$@" 2>&1
}
numbers_of()
{
	sed -n 's/.*"_gazette":{"item":\([0-9]*\).*/\1/p' | sort -n | paste -sd ' ' -
}
lines()
{
	export_as jsonl "$@" | numbers_of
}

# --- cursors --------------------------------------------------------------------------------------------------------------------

row 'without a cursor all' '1 2 3' "$(lines)"
row 'a query' '2' "$(lines id:2)"
row 'a mistake in it' 'gazette: query: byte 3: expected one of unread, read, starred, updated' "$(export_as jsonl is:x)"
row 'a new cursor gives all' '1 2 3' "$(lines -c all)"
row 'then nothing' '' "$(lines -c all)"
row 'its file is private' '600' "$(stat -c %a "$cursors/all")"
come 5
row 'then what is new' '4 5' "$(lines -c all)"
row 'and nothing again' '' "$(lines -c all)"
gazette read '*' >/dev/null
row 'what is read meanwhile does not come again' '' "$(lines -c all)"
come 5 'other text'
row 'what is edited neither' '' "$(lines -c all)"
row 'a cursor of a query' '' "$(lines -c stars is:starred)"
gazette star id:2 >/dev/null
row 'an entry that begins to match' '2' "$(lines -c stars is:starred)"
gazette unstar id:2 >/dev/null
gazette star id:2 >/dev/null
row 'is given once' '' "$(lines -c stars is:starred)"
row 'another query' 'gazette: the cursor stars belongs to the query is:starred: take another name for this one, or --restart to begin anew' \
    "$(export_as jsonl -c stars is:unread)"
row 'anew' '1 2 3 4 5' "$(lines -c stars --restart is:read)"
row 'and it is that query'\''s now' '' "$(lines -c stars is:read)"
row 'a limit' '1 2' "$(lines -c few -n 2)"
row 'leaves the others' '3 4' "$(lines -c few -n 2)"
row 'to the next run' '5' "$(lines -c few -n 2)"
come 9
row 'a limit of what is new' '3' "$(lines -c few -n 3 | wc -w)"
row 'leaves others, too' '1' "$(lines -c few -n 3 | wc -w)"
row 'and then nothing' '' "$(lines -c few -n 3)"
becomes 'the index has seen all' 0 ask status '{}' index.lag
row 'words that are looked up' '1 2 3 4 5 6 7 8 9' "$(lines -c words entry)"
row 'no name' 'gazette: "a/b" is no name for a cursor: at most 64 letters, digits, "-", "_" and "."' "$(export_as jsonl -c a/b)"
row 'a hidden name' 'gazette: ".a" is no name for a cursor: at most 64 letters, digits, "-", "_" and "."' "$(export_as jsonl -c .a)"
row 'a name of 65 characters' 1 "$(export_as jsonl -c "$(printf '%065d' 0)" | grep -c 'is no name')"
row 'a name of 64' 9 "$(lines -c "$(printf '%064d' 0)" | wc -w)"
echo nonsense >"$cursors/broken"
row 'a broken cursor' "gazette: $cursors/broken is no cursor of gazette's (--restart begins anew)" "$(export_as jsonl -c broken)"
row 'that is begun anew' 9 "$(lines -c broken --restart | wc -w)"
row 'a cursor in use' 'gazette: the cursor all is in use: another export with it runs' \
    "$(flock "$cursors/all.lock~" "$top_builddir/contrib/gazette/gazette" -s "$sock" export -f jsonl -c all 2>&1)"
mkfifo fifo
gazette export -f jsonl -c piped -o fifo &
exporter=$!
row 'to a pipe' '1 2 3 4 5 6 7 8 9' "$(numbers_of <fifo)"
wait "$exporter"
row 'and then nothing' '' "$(lines -c piped)"

# --- files -----------------------------------------------------------------------------------------------------------------------------

echo old >kept
chmod 640 kept
export_as jsonl -o kept -n 2
row 'a file is replaced' 2 "$(wc -l <kept)"
row 'and keeps its mode' 640 "$(stat -c %a kept)"
export_as html -o kept --skip-empty tag:nothing
row 'nothing replaces nothing' 2 "$(wc -l <kept)"
row 'an empty page otherwise' 1 "$(export_as html tag:nothing | grep -c 'Nothing new')"
row 'nothing at all' '' "$(export_as atom --skip-empty tag:nothing)"
export_as jsonl -c app -a -o lines -n 4
export_as jsonl -c app -a -o lines -n 4
row 'lines are appended' '1 2 3 4 5 6 7 8' "$(numbers_of <lines)"
export_as csv -a -o table id:1
export_as csv -a -o table id:2
row 'a table has one heading' 1 "$(grep -c '^item,' table)"
row 'and all rows' 2 "$(grep -c '^[0-9]*,1,' table)"
mkdir elsewhere
ln -s ../at/last elsewhere/first
ln -s elsewhere/first link
mkdir at
export_as jsonl -o link -n 2
row 'a link to what is not there yet' '2 elsewhere/first ../at/last' "$(wc -l <at/last) $(readlink link) $(readlink elsewhere/first)"
export_as jsonl -c link -o link -n 3
row 'and to what is there' '3 elsewhere/first ../at/last' "$(wc -l <at/last) $(readlink link) $(readlink elsewhere/first)"
ln -s round round
row 'a link to itself' 'gazette: round: Too many levels of symbolic links' "$(export_as jsonl -o round)"
row 'no place for a file' 'gazette: none/file: No such file or directory' "$(export_as jsonl -o none/file)"
export_as maildir -o box
export_as maildir -o box
row 'a Maildir has each once' 9 "$(find box/new -type f | wc -l)"
row 'with nothing half done' 0 "$(find box/tmp -type f | wc -l)"
for file in box/new/*; do
	mv "$file" "box/cur/$(basename "$file"):2,S"
	break
done
export_as maildir -o box
row 'one that was read comes not again' 9 "$(find box -type f | wc -l)"
others='1700000000.M1P2.host 1700000000.1_0123456789abcdef.gazette~ 1700000000.1_0123456789abcde.gazette'
for file in $others 1700000000.1_0123456789abcdef.gazette; do
	: >"box/tmp/$file"
done
export_as maildir -o box
row 'what killed exports have left in tmp/ is removed, and no more' "$others" "$(cd box/tmp && LC_ALL=C ls -r | paste -sd ' ' -)"
rm box/tmp/*
row 'Message-IDs are always the same' "$(export_as mbox | grep '^Message-ID' | sort)" \
    "$(cat box/new/* box/cur/* | grep '^Message-ID' | sort)"
export_as mbox -c mail -o mails -n 3
export_as mbox -c mail -o mails
row 'an mbox grows with its cursor' 9 "$(grep -c '^From ' mails)"
row 'all formats are big documents' 'atom rss jsonfeed jsonl csv sfeed mbox html' "$(
    for format in atom rss jsonfeed jsonl csv sfeed mbox html; do
	[ "$(export_as $format | wc -c)" -gt 500 ] && echo $format
    done | paste -sd ' ' -)"

# --- what goes around comes around -------------------------------------------------------------------------------------------------------

exports=$top_srcdir/tests/gazette/exports
for format in atom rss jsonfeed; do
	export_as $format -o "round.$format"
	row "$format: feed2json finds nothing wrong" 0 "$("$feed2json" "round.$format" | grep -c warnings)"
	row "$format: all entries" 9 "$("$feed2json" "round.$format" | grep -o '"title":"news entry [0-9]"' | sort -u | wc -l)"
done
for format in atom.xml rss.xml jsonfeed.json; do
	row "$format: what comes around" '' "$("$feed2json" "$exports/$format" | sed 's/,{"id"/,\n{"id"/g' | diff - "$exports/round-$format")"
done

# --- whether it keeps the rules of its format, whatever feeds say ------------------------------------------------------------------------

cat >"$site/hostile.xml" <<'END'
<rss version="2.0"><channel><title>Hostile ]]&gt; &amp;#1;</title><link>https://example.org/{a}|b</link><description/>
<item/><item><link>https://example.org/{a}|b?%zz</link></item><item><guid>not a link</guid><title>&#x1;&amp;#x1; ]]&gt;</title></item>
<item><guid isPermaLink="true">urn:x</guid><link>/relative</link><pubDate>yesterday</pubDate><author/><category/><enclosure url="x y"/></item>
<item><guid>urn:y</guid><title>t</title><pubDate>Mon, 01 Jan 0001 00:00:00 GMT</pubDate><enclosure url="https://example.org/{" type="audio" length="-1"/></item>
</channel></rss>
END
cat >"$site/hostile.json" <<'END'
{"version":"https://jsonfeed.org/version/1.1","title":"\ud800 \udfff","language":"en_GB","items":[
{"id":"\ud800","title":"\ud800\u0001\uffff ]]>","url":"https://example.org/\ud800","content_text":"\u0000 \udc00"},{"id":""},{"id":"a b","date_published":"9999-99-99"},
{"id":"x","authors":[{},{"name":""},{"url":"x y"}],"attachments":[{},{"url":"https://example.org/a"}],"tags":["",1],"image":"x y","language":"very english"}]}
END
{
	printf '<feed xmlns="http://www.w3.org/2005/Atom"><title/><entry><id> </id><link href="https://example.org/1"/><link href="https://example.org/2"/>'
	printf '<link rel="a b" href="x y" type="t" hreflang="en_GB" length="x"/></entry><entry><title>%s</title><author/></entry></feed>' "$(printf '%0300000d' 0)"
} >"$site/hostile.atom"
for name in hostile.xml hostile.json hostile.atom; do
	subscribe "$origin/$name" >/dev/null
done
row 'hostile feeds have entries' 11 "$(entries 'url:hostile OR feed:hostile')"
for format in atom rss jsonfeed; do
	row "$format: keeps its rules" '' "$(export_as $format | "$top_builddir/tests/gazette/check-feed" $format 2>&1)"
done
gazette remove "$origin/hostile.xml" "$origin/hostile.json" "$origin/hostile.atom" >/dev/null

# --- what is forgotten, and what is no more -------------------------------------------------------------------------------------------

feed big 1200
subscribe "$origin/big.xml" >/dev/null
first=$(gazette list 'feed:big' --sort oldest --format ids -n 1)
lines -c old feed:news >/dev/null
sed -i 's/"seq": [0-9]*/"seq": 0/; s/"given": "[^"]*"/"given": "1-7"/' "$cursors/old"
for _ in 1 2 3; do
	gazette read '*' >/dev/null
	gazette unread '*' >/dev/null
done
forgotten()
{
	ask changes '{"since":0}' | grep -o 'cursor-too-old' | head -n 1
}
becomes 'changes are forgotten' 'cursor-too-old' forgotten
row 'a cursor that is too old gives what it has not given' '8 9' "$(lines -c old feed:news)"
row 'and is not too old any more' '' "$(lines -c old feed:news)"
sed -i 's/"seq": [0-9]*/"seq": 0/' "$cursors/old"
row 'that is said' 'gazette: the daemon has forgotten changes since the last run with this cursor: looking through all entries for those that were not given yet' \
    "$(export_as jsonl -c old feed:news)"
sed -i 's/"seq": [0-9]*/"seq": 99999999/' "$cursors/old"
row 'a cursor from the future' "gazette: the daemon's entries are others, or older, than at the last run with this cursor (--restart begins anew)" \
    "$(export_as jsonl -c old feed:news)"
row 'can be begun anew' 9 "$(lines -c old --restart feed:news | wc -w)"

# what is to be found by its changes is, from here on
configure keep_changes 1000000
daemon_down
daemon_up

# --- many ------------------------------------------------------------------------------------------------------------------------------------

row 'pages of entries' 1200 "$(lines feed:big | wc -w)"
export_as maildir -o many
row 'a Maildir of many' 1209 "$(find many/new -type f | wc -l)"
gazette unstar '*' >/dev/null
lines -c many is:starred >/dev/null
export_as sfeed -c newest is:starred >/dev/null
gazette star feed:big >/dev/null
row 'many that begin to match at once' 1200 "$(lines -c many is:starred | wc -w)"
export_as sfeed -c newest is:starred | cut -f 1 >dates
row 'newest first, if the format is' "$(sort -rn dates)" "$(cat dates)"
row 'all of them' 1200 "$(wc -l <dates)"
row 'a full disk' 'gazette: /dev/full: No space left on device' "$(export_as jsonl -c full -o /dev/full feed:news)"
gazette export -f jsonl -c full feed:news >/dev/full 2>said
row 'is said of standard output, too' 'gazette: standard output: No space left on device' "$(cat said)"
row 'and of more than is kept back' 'gazette: standard output: No space left on device' "$(gazette export -f jsonl feed:big 2>&1 >/dev/full)"
row 'and nothing counts as given' 9 "$(lines -c full feed:news | wc -w)"
# a limit of a file's size is like a disk that is full; others append afterwards
appended()
{
	(trap '' XFSZ; ulimit -f 16; export_as jsonl "$@" -a -o short feed:big | sed 's/^gazette: //')
	echo other >>short
}
feed long 2 "$(printf '%06000d' 0)"
subscribe "$origin/long.xml" >/dev/null
row 'no room for a message' 'gazette: box2: File too large' \
    "$(trap '' XFSZ; ulimit -f 4; export_as maildir -o box2 'id:1 OR id:2 OR feed:long')"
row 'leaves none half done' '0 0' "$(find box2/tmp -type f | wc -l) $(find box2/new -type f | wc -l)"
echo mine >short
export_as maildir -o pair feed:big &
export_as maildir -o pair feed:big
wait $!
row 'two at once, to a Maildir' '1200 0 1200' "$(find pair/new -type f | wc -l) $(find pair/tmp -type f | wc -l) $(cat pair/new/* | grep -c '^--=_gazette--$')"
row 'no room for all that is appended' 'short: File too large' "$(appended)"
row 'leaves nothing of it' 'mine other' "$(paste -sd ' ' short)"
row 'nor with a cursor' 'short: File too large' "$(appended -c short)"
row 'and the next run takes nothing with it' 'mine other other 1200' \
    "$(export_as jsonl -c short -a -o short feed:big; head -n 3 short | paste -sd ' ' -) $(($(wc -l <short) - 3))"
gazette export -f jsonl -c gone 2>said | head -c 1 >/dev/null
row 'nor if nobody reads it' 1211 "$(lines -c gone | wc -w)"

# --- killed ----------------------------------------------------------------------------------------------------------------------------------
#
# One more entry is starred before each run, and the run is killed before its n-th system call, for each n (or each STEP-th) until one
# survives. What is in outputs is counted then: each entry once.

STEP=${STEP:-7}
: >said

# run_killed NAME N OPTION...: whether it was killed
run_killed()
{
	name=$1 n=$2
	shift 2
	# what is traced cannot look for leaks
	ASAN_OPTIONS=detect_leaks=0 "$kill_at" "$n" "$top_builddir/contrib/gazette/gazette" -s "$sock" export --cursor "$name" "$@" is:starred 2>>said
}

# kill_all NAME OPTION...: with OUT in an option replaced by a name of its own for each run
kill_all()
{
	name=$1
	shift
	gazette unstar '*' >/dev/null
	entry=$first
	n=$STEP
	killed=0
	while
		gazette star "id:$entry" >/dev/null
		entry=$((entry + 1))
		collect "$name"
	do
		n=$((n + STEP))
		killed=$((killed + 1))
	done
	gazette star "id:$entry" >/dev/null
	n=1000000
	collect "$name"
	row "$name: it was killed often enough" yes "$(if [ $((killed * STEP)) -gt 100 ]; then echo yes; else echo "$killed"; fi)"
	gazette list is:starred -n 0 --format ids | sort -n >starred
}

collect()
{
	case $1 in
	replaced)	run_killed replaced "$n" -f jsonl -o "out.$n.jsonl" ;;
	same)
		run_killed same "$n" -f jsonl -o same.jsonl
		status=$?
		# the link keeps the file, so that no other gets its number
		inode=$(stat -c %i same.jsonl 2>/dev/null)
		if [ "$inode" != "${seen:-}" ]; then
			ln -f same.jsonl "seen.$n.jsonl"
			seen=$inode
		fi
		return $status
		;;
	grown)		run_killed grown "$n" -f jsonl --append -o grown.jsonl ;;
	mails)		run_killed mails "$n" -f mbox -o killed.mbox ;;
	folder)		run_killed folder "$n" -f maildir -o killed ;;
	stream)
		run_killed stream "$n" -f jsonl >stream.one
		status=$?
		cat stream.one >>stream.all
		return $status
		;;
	esac
}

ids_of()
{
	sed -n 's/.*"_gazette":{"item":\([0-9]*\).*/\1/p' "$@" | sort -n
}
mail_ids()
{
	cat "$@" | sed -n 's/^Message-ID: <item-\([0-9]*\).*/\1/p' | sort -n
}

kill_all replaced
row 'replaced: each once' '' "$(ids_of out.*.jsonl | diff - starred)"
kill_all same
row 'the same file replaced: each once' '' "$(ids_of seen.*.jsonl | diff - starred)"
kill_all grown
row 'grown: each once' '' "$(ids_of grown.jsonl | diff - starred)"
row 'grown: whole lines' 0 "$(grep -vc '^{.*}$' grown.jsonl)"
kill_all mails
row 'mbox: each once' '' "$(mail_ids killed.mbox | diff - starred)"
kill_all folder
row 'Maildir: each once' '' "$(mail_ids killed/new/* | diff - starred)"
kill_all stream
row 'standard output: each at least once' '' "$(ids_of stream.all | uniq | diff - starred)"

# A run was killed before its output was moved; the one after it is killed as well, wherever: what was not moved is not taken for moved.
gazette unstar '*' >/dev/null
gazette star "id:$first" >/dev/null
n=0
while
	n=$((n + 1))
	rm -f "$cursors/twice" twice.jsonl twice.jsonl.twice.part~
	run_killed twice "$n" -f jsonl -o twice.jsonl
do
	if [ -e twice.jsonl.twice.part~ ] && grep -q '"replace"' "$cursors/twice" 2>/dev/null; then
		break
	fi
done
mkdir pending
cp "$cursors/twice" pending/cursor
cp twice.jsonl.twice.part~ pending/output
n=0
lost=
while
	n=$((n + 1))
	cp pending/cursor "$cursors/twice"
	cp pending/output twice.jsonl.twice.part~
	rm -f twice.jsonl twice.first
	run_killed twice "$n" -f jsonl -o twice.jsonl
do
	if [ -e twice.jsonl ]; then
		mv twice.jsonl twice.first
	fi
	gazette export -f jsonl -c twice --skip-empty -o twice.jsonl is:starred
	if [ "$(cat twice.jsonl twice.first 2>/dev/null | numbers_of)" != "$first" ]; then
		lost="$lost $n"
	fi
done
row 'killed twice: it was killed often enough' yes "$(if [ "$n" -gt 100 ]; then echo yes; else echo "$n"; fi)"
row 'killed twice: each once' '' "$lost"

# A run that is killed while it writes leaves a file; the next one with this cursor removes that, and no other.
lose()
{
	n=0
	rm -f "$cursors/lost"
	while
		n=$((n + 1))
		run_killed lost "$n" -f jsonl -o "$1"
	do
		if [ -e "$1.lost.part~" ]; then
			return
		fi
	done
}
lose lost.1
: >other.lost.part~
gazette export -f jsonl -c lost -o lost.2 is:starred
row 'another output' 'lost.2 other.lost.part~' "$(echo lost.* other.*)"
lose lost.3
gazette export -f jsonl -c lost is:starred >/dev/null
row 'and none' 'lost.2 other.lost.part~' "$(echo lost.* other.*)"
lose lost.4
rm other.lost.part~
ln -sf "$work/lost.2" lost.4.lost.part~
gazette export -f jsonl -c lost is:starred >/dev/null
row 'what is no file is none of ours' 'lost.2 lost.4.lost.part~' "$(echo lost.*)"
rm lost.*
printf '%s' "$work/said" >"$cursors/lost.lock~"
gazette export -f jsonl -c lost -o lost.5 is:starred
row 'nor what has another name' yes "$([ -e said ] && echo yes)"
row 'nothing is left beside the outputs' '' "$(find . -name '*part~'; find "$cursors" -name '*~' ! -name '*lock~')"
row 'and nothing was said' '' "$(cat said)"

finish
