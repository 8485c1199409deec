#!/bin/sh
# What holds for every command in every form that it prints: quiet in a pipe, exact exit statuses, well with a reader that goes away,
# not well with a full disk, no colours if unwanted, help and hints from the table; and progress on a terminal when it takes its time.
. "${top_srcdir:-.}/tests/gazette/commands-lib.sh"

cat >words <<'END'
on feed.add
result {"feed":{"id":7,"title":"First"},"new":12}
on feed.get
result {"feed":{"id":7,"title":"First","url":"https://a/"}}
on feed.remove
result {"feed":7,"items":3}
on feed.set
result {"feed":{"id":7,"title":"First"}}
on feed.list
result {"feeds":[{"id":1,"url":"https://a/","title":"A","unread":3,"total":9,"health":"ok","tags":[]}]}
on feed.import
result {"added":1,"existing":0,"errors":[]}
on feed.refresh
result {"total":1,"polled":1,"started":1,"not_modified":0,"failed":0,"new":1,"updated":0,"skipped":[],"errors":[]}
on ingest
result {"feed":1,"new":1,"updated":0}
on item.list
result {"items":[{"id":"x","title":"One","url":"https://a/1","date_published":"2025-01-25T10:00:00Z","content_html":"<p>x</p>","_gazette":{"item":1,"feed":1,"seq":3,"received":"2025-01-25T10:00:00Z","tags":["unread","starred"]}}],"seq":7}
on item.get
result {"item":{"id":"x","title":"One","content_html":"<p>x</p>","_gazette":{"item":1,"feed":1,"tags":["unread"],"revision":1}}}
on item.revisions
result {"revision":1,"revisions":[{"revision":0,"replaced":"2025-01-25T10:00:00Z","title":"One"}]}
on item.tag
result {"changed":3,"seq":9}
on undo
result {"undone":1,"changed":3,"operations":[{"items":3,"added":[],"removed":["unread"]}],"seq":9}
on tag.list
result {"tags":[{"tag":"later","items":3,"feeds":0}]}
on item.count
result {"counts":[3]}
on item.why
result {"item":1,"feed":1,"feed_title":"A","removed":false,"received":"2025-01-25T10:00:00Z","revision":0,"aliases":[],"events":[]}
on search.list
result {"searches":[{"name":"mine","query":"is:starred"}]}
on search.add
result {}
on search.remove
result {}
on rule.list
result {"rules":[{"rule":3,"query":"tag:x","actions":["star"]}]}
on rule.add
result {"rule":3}
on rule.remove
result {"rule":3}
on rule.test
result {"matched":1,"items":[{"id":"x","title":"One","_gazette":{"item":1,"tags":[]}}]}
on rule.apply
result {"matched":1,"changed":1,"dropped":0,"commands":0,"seq":9}
on watch
result {"watch":1,"seq":5}
notify {"method":"change","params":{"watch":1,"seq":6,"what":"item-new","item":1,"feed":1}}
on health
result {"findings":[{"feed":1,"title":"A","url":"https://a/","what":"failing","reason":"HTTP 404"}]}
on status
result {"version":"1","feeds":1,"items":1,"unread":1,"ingest":{"state":"running"},"index":{"state":"ok"},"fetcher":{"state":"running"},"database":{"bytes":1}}
on check
result {"whole":true}
on backup
result {"bytes":1}
on backup.read
result {"data":"eA==","end":true}
END
echo '<rss version="2.0"><channel><title>T</title></channel></rss>' >feed.xml
echo '<opml version="2.0"><body><outline type="rss" text="A" xmlUrl="https://a/"/></body></opml>' >feeds.opml

# Of each command: what it is called with, and what is not as everywhere: silent (prints nothing as text), own (it has a status of its
# own), endless (it does not end by itself), offline (it needs no daemon).
cat >table <<'END'
add|https://a/|
remove|7|
set|7 paused=yes|silent
feeds||
import|feeds.opml|
export|is:unread|
refresh||
refresh|--no-wait|
ingest|1 feed.xml|
list||
show|1|
show|--diff 1|
tag|+x -- is:unread|
read|is:unread|
unread|is:unread|
star|is:unread|
unstar|is:unread|
undo||
tags||
count||
search|list|
search|add x is:unread|silent
search|remove x|silent
rule|list|
rule|add is:unread star|
rule|remove 3|silent
rule|test is:unread|
rule|apply|
why|1|
watch||endless
health||
status||
doctor||own offline
backup|copy.db|silent
complete|-- sta|offline
END
verdict 'all commands are here' "$(for command in $(commands); do grep -q "^$command|" table || echo "$command"; done)"

# forms COMMAND ARGUMENTS: the options by which it prints, one a line; "text" is none at all
forms()
{
	gazette "$1" --help >help
	formats=$(sed -n 's/^ .*--format \([a-z|]*\).*/\1/p' help | tr '|' ' ')
	case $1-$2 in
	show---diff*)	formats= ;;
	esac
	[ "$1" = export ] || echo text
	for format in $formats; do
		[ "$format" = text ] || echo "--format $format"
	done
	grep -q '^ .*--json' help && echo --json
}

# known NAME FLAG: whether the row has it
known()
{
	case " $2 " in
	*" $1 "*)	return 0 ;;
	esac
	return 1
}

cp words script
sed 's/^result .*/error {"code":-32000,"message":"the daemon says no"}/; /^notify/d' words >refusing
sed 's/^result .*/close/; /^notify/d' words >leaving
sed 's/^result /late 1500\n&/' words >slow
full='gazette: standard output: No space left on device'
while IFS='|' read -r command arguments flags; do
	for form in $(forms "$command" "$arguments" | tr ' ' '='); do
		line="$command"
		loud=yes
		[ "$form" = text ] || line="$command $form"
		[ "$form" = text ] && known silent "$flags" && loud=
		if [ "$form" = --format=maildir ]; then
			line="$line -o Mail"
			loud=
		fi
		[ "$form" = --format=opml ] && [ "$command" = export ] && arguments=
		line="gazette $line $arguments"

		cp words script
		if known endless "$flags"; then
			run "$line, and one line is read" 0 sh -c "$line | head -n 1"
		elif ! known own "$flags"; then
			run "$line" 0 sh -c "$line"
			complains </dev/null
		else
			"$fake" script sh -c "$line" >out 2>err </dev/null
		fi
		verdict "$line: it prints something, or not" "$([ "${loud:-no}" = "$([ -s out ] && echo yes || echo no)" ] || wc -c out)"
		verdict "$line: nothing for a terminal" "$(LC_ALL=C tr -d '\n\t -~\200-\377' <out | if [ "$form" = --format=csv ]; then tr -d '\r'; else cat; fi)"
		case $form in
		*json | *jsonl | *jsonfeed)	verdict "$line: it is JSON" "$(jq . <out 2>&1 >/dev/null)" ;;
		esac
		if [ -n "$loud" ]; then
			run "$line to a full disk" 1 sh -c "$line >/dev/full"
			verdict "$line: which it says" "$(grep -qxF "$full" err || cat err)"
			run "$line to nowhere" 1 sh -c "$line >&-"
			# a pipe that nobody reads any more
			rm -f pipe
			mkfifo pipe
			known own "$flags" ||
			    run "$line to nobody" 0 sh -c "exec 4<>pipe 5>pipe 4<&-; $line >&5"
			known own "$flags" || complains </dev/null
		fi
		if [ "$command" = export ] && [ -n "$loud" ]; then
			run "$line to a file on a full disk" 1 sh -c "$line -o /dev/full"
			echo 'gazette: /dev/full: No space left on device' | complains
		fi
		known endless "$flags" || known own "$flags" ||
		    NO_COLOR=1 run_terminal "$line on a terminal without colours" 0 60 sh -c "$line"
		known endless "$flags" || verdict "$line: there are none" "$(grep -F "$escape" out)"
		known endless "$flags" || known own "$flags" ||
		    TERM=dumb run_terminal "$line on a terminal that has none" 0 60 sh -c "$line"
		known endless "$flags" || verdict "$line: nor there" "$(grep -F "$escape" out)"

		known offline "$flags" && continue
		cp refusing script
		run "$line, refused" 1 sh -c "$line"
		echo 'gazette: the daemon says no' | complains
		cp leaving script
		known endless "$flags" || run "$line, and the daemon goes away" 3 sh -c "$line"
		known endless "$flags" || verdict "$line: it says so" "$(grep -q '^gazette: .*the daemon went away$' err || cat err)"
		name="$line without a daemon"
		status=0
		sh -c "gazette -s none ${line#gazette }" >out 2>err </dev/null || status=$?
		verdict "$name: status" "$([ "$status" = 3 ] || echo "$status")"
		verdict "$name: output" "$(cat out)"
		echo 'gazette: no daemon at none (is gazetted running?)' | complains
	done

	cp words script
	run "gazette $command: an option with a letter more" 2 gazette "$command" --hellp
	verdict "$name: it is guessed" "$(head -n 1 err | grep -qxF "gazette: $command: unknown option --hellp: did you mean --help?" || cat err)"
	verdict "$name: the usage is said" "$(sed -n 2p err | grep -q "^usage: gazette $command" || cat err)"
	asks </dev/null
done <table

# --- what takes its time: said on a terminal, and nowhere else; all at once, for each of them only waits --------------

# slowly NUMBER LINE
slowly()
{
	mkdir "slow.$1" && cd "slow.$1" || exit 99
	cp ../feed.xml ../feeds.opml .
	echo "$2" >line
	"$fake" -t 60 ../slow sh -c "$2" >out 2>&1
	"$fake" ../slow sh -c "$2" >plain 2>err </dev/null
}
number=0
while IFS='|' read -r command arguments flags; do
	known endless "$flags" || known offline "$flags" && continue
	[ "$command" = export ] && arguments="--format html $arguments"
	number=$((number + 1))
	(slowly "$number" "gazette $command $arguments") &
done <table
wait
for place in slow.*; do
	name=$(cat "$place/line")
	verdict "$name, for long: it is said" "$(grep -qF "$(printf '\r')${escape}[K" "$place/out" || cat "$place/out")"
	verdict "$name, for long: and taken away" "$(awk -v RS='\r' 'END { if ($0 !~ /^\033\[K/) print }' "$place/out")"
	verdict "$name, for long: not in a pipe" "$(cat "$place/err"; LC_ALL=C tr -d '\n\t -~\200-\377' <"$place/plain")"
done

finish
