#!/bin/sh
# The commands against a daemon that answers from a script: what is asked, what is printed, how it ends.
. "${top_srcdir:-.}/tests/gazette/commands-lib.sh"

# --- no daemon, wrong usage -------------------------------------------------------------------

status=0
gazette -s "$work/none" status >out 2>err || status=$?
name='no daemon'
verdict "$name: status" "$([ "$status" = 3 ] || echo "$status")"
echo "gazette: no daemon at $work/none (is gazetted running?)" | complains
status=0
GAZETTE_SOCKET=$work/elsewhere gazette list >out 2>err || status=$?
name='no daemon by environment'
verdict "$name: status" "$([ "$status" = 3 ] || echo "$status")"
echo "gazette: no daemon at $work/elsewhere (is gazetted running?)" | complains

script </dev/null
# a row: STATUS, arguments, first line on standard error
while IFS='|' read -r expected line message; do
	# shellcheck disable=SC2086 # the words of the line are the arguments
	run "gazette $line" "$expected" gazette $line
	verdict "$name: message" "$(head -n 1 err | sed 's/^gazette: //' | grep -qxF -e "$message" || cat err)"
	asks </dev/null
done <<'END'
2|lsit|unknown command "lsit": did you mean "list"?
2|frobnicate|unknown command "frobnicate" (gazette --help lists them)
2|--sokcet x status|unknown option --sokcet: did you mean --socket? (gazette --help lists the options)
2|-s|--socket needs a value: SOCKET (gazette --help lists the options)
2|list --limt 3|list: unknown option --limt: did you mean --limit?
2|list --limit many|list: --limit: "many" is not a number
2|list --sort best|list: --sort: "best" is none of newest|oldest|relevance
2|list --format xml|list: --format: "xml" is none of text|json|jsonl|tsv|ids
2|list --format jsno|list: --format: "jsno" is none of text|json|jsonl|tsv|ids: did you mean json?
2|list --sort newst|list: --sort: "newst" is none of newest|oldest|relevance: did you mean newest?
2|search lst|search: "lst" is none of add, list, remove: did you mean "list"?
2|rule aply|rule: "aply" is none of add, list, remove, test, apply: did you mean "apply"?
2|list -x|list: unknown option -x (put "--" before what begins with a dash but is no option)
2|show|show: an argument is missing
2|show abc|show: "abc" is not the number of an entry
2|show 1 2|show: "2" is one argument too many
2|show --diff --format html 1|show: --diff has no --format but --json
2|add|add: an argument is missing
2|add --title x a b|add: one --title for 2 feeds
2|add --set paused a|add: "paused" is not KEY=VALUE
2|set 1|set: an argument is missing
2|set 1 =x|set: "=x" is not KEY=VALUE
2|set 1 titel=x|set: there is no setting "titel": did you mean "title"?
2|set 1 colour=x|set: there is no setting "colour" (gazette set --help lists them)
2|add --set intervall=x a|add: there is no setting "intervall": did you mean "interval"?
2|read|read: an argument is missing
2|tag +x|tag: an argument is missing
2|tag foo bar|tag: no +TAG or -TAG is given
2|tag +x -y|tag: no QUERY is given; "*" is every entry
2|tag +x foo -- bar|tag: "foo" is neither +TAG nor -TAG
2|tag + -- bar|tag: "+" names no tag
2|export|export: --format is missing
2|export --format pdf|export: --format: "pdf" is none of atom|rss|jsonfeed|jsonl|csv|sfeed|mbox|maildir|html|opml
2|export --format opml is:unread|export: opml is a list of feeds: QUERY, --cursor and --limit choose entries
2|export --format maildir|export: a Maildir needs --output
2|export --format maildir -o -|export: a Maildir needs --output
2|export --format jsonl --restart|export: --restart is for --cursor
2|export --format html --append -o x|export: --append is for jsonl, csv, sfeed and mbox
2|export --format jsonl --append|export: --append needs --output
2|undo x|undo: "x" is not a number of changes
2|undo 0|undo: "0" is not a number of changes
2|undo 1 2|undo: "2" is one argument too many
2|search|search: an argument is missing
2|search find|search: "find" is none of add, list, remove
2|search add x|search: "add" takes a NAME and a QUERY
2|search list x|search: "list" takes nothing more
2|search remove|search: "remove" takes one NAME
2|why|why: an argument is missing
2|why x|why: "x" is not the number of an entry
2|rule|rule: an argument is missing
2|rule find|rule: "find" is none of add, list, remove, test, apply
2|rule add tag:a|rule: "add" takes a QUERY (in quotes if it has several words) and ACTIONs
2|rule list 1|rule: "list" takes nothing more
2|rule remove x|rule: "x" is not a rule's number
2|rule remove 0|rule: "0" is not a rule's number
2|rule test|rule: "test" takes a QUERY
2|rule apply 1 2|rule: "apply" takes one number or nothing
2|rule apply all|rule: "all" is not a rule's number
2|status now|status: "now" is one argument too many
1|import none.opml|none.opml: No such file or directory
END
run 'an empty query changes nothing' 2 gazette read ' ' ''
asks </dev/null
run 'nor does one of tag' 2 gazette tag +x -- ''
asks </dev/null
run 'not UTF-8' 2 gazette list "$(printf '\377')"
run 'an option that is not UTF-8' 2 gazette add --title="$(printf '\377')" https://a/

# shellcheck disable=SC2046 # a word each; the first one is none at all
for command in '' $(commands); do
	# shellcheck disable=SC2086
	run "gazette $command --help" 0 gazette $command --help
	verdict "$name: says usage" "$(head -n 1 out | grep -q "^usage: gazette $command" || cat out)"
	verdict "$name: all is in the manual" "$(for word in $command $(sed -n 's/^ .*--\([a-z-]*\).*/\1/p' out); do
		grep -qE "[ ,]-?$word( |\$)" "$manual" || echo "$word is not in gazette.1"
	done)"
done
run 'help' 0 gazette help
verdict "$name: lists commands" "$(grep -q '^  list ' out || cat out)"
run 'help of settings' 0 gazette set --help
verdict "$name: lists them" "$(grep -q '^  mark_updated_unread  yes' out || cat out)"
verdict "$name: all are in the manual" "$(sed -n 's/^  \([a-z_][a-z_]*\)  .*/\1/p' out | while read -r key; do
	grep -qE "^\.It Cm (.* )?$key( |\$)" "$manual" || echo "$key is not in gazette.1"
done)"
run 'help of a command' 0 gazette help list
verdict "$name: says usage" "$(head -n 1 out | grep -q '^usage: gazette list' || cat out)"
run 'help of what is none' 2 gazette help lsit
verdict "$name: says so" "$(head -n 1 err | grep -qxF 'gazette: unknown command "lsit": did you mean "list"?' || cat err)"
verdict "$name: lists commands" "$(grep -q '^gazette: the commands are add, .*, list, ' err || cat err)"
run 'help of help' 0 gazette help help
verdict "$name: says usage" "$(head -n 1 out | grep -qxF 'usage: gazette help [COMMAND]' || cat out)"
run 'version' 0 gazette --version
verdict "$name: text" "$(grep -qE '^gazette [0-9]+[.][0-9]+' out || cat out)"
run 'the reader without a terminal' 2 gazette

# --- add, remove, set -------------------------------------------------------------------------

script <<'END'
on feed.add
result {"feed":{"id":7,"title":"First \u001b[1mfeed\u202e"},"new":12}
on feed.add
error {"code":-32000,"message":"https://b/: no feed there","data":{"word":"not-a-feed"}}
on feed.add
result {"feed":{"id":8,"title":"Third"},"new":1}
END
run 'add three, one fails' 1 gazette add https://a/ https://b/ https://c/
printf '7  First [1mfeed\n8  Third\n' | prints
echo 'gazette: https://b/: no feed there' | complains
asks <<'END'
feed.add {"wait":true,"url":"https://a/"}
feed.add {"wait":true,"url":"https://b/"}
feed.add {"wait":true,"url":"https://c/"}
END
run 'add with all options' 0 gazette add --title 'My title' --tag one --tag=two --set interval=2h --set user_agent=x=y --no-wait \
    https://a/
asks <<'END'
feed.add {"wait":false,"title":"My title","tags":["one","two"],"settings":{"interval":"2h","user_agent":"x=y"},"url":"https://a/"}
END
printf -- '-----BEGIN CERTIFICATE-----\n' >ca.pem
run 'add with a file of certificates' 0 gazette add --set ca_file=ca.pem https://a/
asks <<'END'
feed.add {"wait":true,"settings":{"ca_file":"-----BEGIN CERTIFICATE-----\n"},"url":"https://a/"}
END
: >empty.pem
printf 'x\377' >binary.pem
while IFS='|' read -r file complaint; do
	run "add with a file that is none: $file" 1 gazette add --set ca_file="$file" https://a/
	echo "gazette: $complaint" | complains
	asks </dev/null
done <<'END'
none.pem|none.pem: No such file or directory
.|.: Is a directory
empty.pem|empty.pem: it is empty
binary.pem|binary.pem: it is no text
/dev/zero|/dev/zero: File too large
END
run 'add --json' 0 gazette add --json https://a/
prints <<'END'
{"feed":{"id":7,"title":"First \u001B[1mfeed\u202E"},"new":12}
END
run_terminal 'add on a terminal' 0 80 gazette add https://a/
echo "7  First [1mfeed  ${escape}[2m12 new entries${escape}[0m" | prints

script <<'END'
on feed.get
result {"feed":{"id":7,"title":"First"}}
on feed.get
error {"code":-32000,"message":"two feeds match \"news\": 3, 4","data":{"word":"ambiguous-feed"}}
on feed.remove
result {"feed":7,"items":1}
END
run 'remove two, one is ambiguous' 1 gazette remove First news
echo '7  First  1 entry removed' | prints
echo 'gazette: two feeds match "news": 3, 4' | complains
asks <<'END'
feed.get {"feed":"First"}
feed.remove {"feed":7}
feed.get {"feed":"news"}
END

script <<'END'
on feed.set
result {"feed":{"id":7,"title":"New"}}
END
run 'set' 0 gazette set 7 title=New paused= 'header=X-Key: 1=2'
prints </dev/null
asks <<'END'
feed.set {"feed":"7","set":{"title":"New","paused":"","header":"X-Key: 1=2"}}
END
run 'set a file of certificates and take it back' 0 gazette set 7 ca_file=ca.pem ca_file=
asks <<'END'
feed.set {"feed":"7","set":{"ca_file":""}}
END
run 'set a file of certificates' 0 gazette set 7 ca_file=ca.pem
asks <<'END'
feed.set {"feed":"7","set":{"ca_file":"-----BEGIN CERTIFICATE-----\n"}}
END

# --- feeds ------------------------------------------------------------------------------------

script <<'END'
on feed.list
result {"feeds":[{"id":1,"url":"https://a/","title":"A\tb","unread":3,"total":120,"newest":"2026-11-25T13:00:00Z","next_poll":"2026-11-25T15:00:00+01:00","health":"ok"},{"id":22,"url":"https://b/","title":"B","unread":0,"total":0,"health":"failing","error":{"message":"404 Not Found"}}]}
END
run 'feeds' 0 gazette feeds a 22
prints <<'END'
1  3  120  2026-11-25T13:00:00Z  2026-11-25T14:00:00Z  ok  A b  https://a/
22  0  0  -  -  failing: 404 Not Found  B  https://b/
END
asks <<'END'
feed.list {"feeds":["a","22"]}
END
NO_COLOR=1 run_terminal 'feeds on a narrow terminal' 0 40 gazette feeds
prints <<'END'
ID  UNREAD  HEALTH                 TITLE
 1       3  ok                     A b
22       0  failing: 404 Not Fou…  B
END

script <<'END'
on feed.list
result {"feeds":[{"id":1,"url":"https://a/","title":"c","health":"ok"},{"id":2,"url":"https://b/","title":"B","health":"ok"}],"after":2}
on feed.list
result {"feeds":[{"id":3,"url":"https://c/","title":"a","health":"ok"},{"id":4,"url":"https://d/","title":"b","health":"ok"}]}
END
run 'feeds by pages' 0 gazette feeds
awk '{ print $1, $7 }' out >short
printf '1 c\n2 B\n3 a\n4 b\n' | diff -u - short >difference || :
verdict "$name: all, as they come" "$(cat difference)"
asks <<'END'
feed.list {}
feed.list {"after":2}
END

# Many: in a table that is printed by portions.
{
	echo 'on feed.list'
	awk 'BEGIN {
		printf "result {\"feeds\":["
		for (i = 1; i <= 2500; i++)
			printf "%s{\"id\":%d,\"url\":\"https://a/\",\"title\":\"%05d%s\",\"health\":\"ok\"}", i == 1 ? "" : ",", i, i, i == 2400 ? " wide" : ""
		print "]}"
	}'
} | script
NO_COLOR=1 run_terminal 'many feeds' 0 60 gazette feeds
verdict "$name: one heading" "$([ "$(grep -c TITLE out)" = 1 ] || head -n 3 out)"
verdict "$name: all, in order" "$([ "$(sed -n 's/.* \([0-9]\{5\}\).*/\1/p' out | sort -c 2>&1; wc -l <out)" = 2501 ] || wc -l out)"
verdict "$name: none too wide" "$(awk 'length > 60' out)"

# --- list -------------------------------------------------------------------------------------

script <<'END'
on item.list
result {"items":[{"id":"x","title":"Hello \u001b[31mred\u202e","url":"https://a/1","date_published":"2025-01-25T10:00:00Z","_gazette":{"item":12,"feed":3,"feed_title":"Example","tags":["unread","starred","foo"]}},{"id":"y","title":"日本語のタイトル","date_modified":"2025-01-24T10:00:00Z","_gazette":{"item":1234,"feed":4,"feed_title":"例","tags":[],"received":"2025-01-26T10:00:00Z"}}],"seq":7}
END
run 'list' 0 gazette list
prints <<'END'
12  2025-01-25T10:00:00Z  N*  Example  Hello [31mred
1234  2025-01-24T10:00:00Z  -  例  日本語のタイトル
END
asks <<'END'
item.list {"limit":50,"sort":"newest","fields":["title","summary","date_published","date_modified"]}
END
run 'list with a query of several words' 0 gazette list --limit 3 --sort oldest is:starred -- -tag:x
asks <<'END'
item.list {"limit":3,"sort":"oldest","query":"is:starred -tag:x","fields":["title","summary","date_published","date_modified"]}
END
run 'list --format ids' 0 gazette list --format ids
printf '12\n1234\n' | prints
run 'list --format tsv' 0 gazette list --format tsv
printf '12\t2025-01-25T10:00:00Z\t3\tExample\tunread,starred,foo\tHello [31mred\thttps://a/1\n' >expected
printf '1234\t2025-01-24T10:00:00Z\t4\t例\t\t日本語のタイトル\t\n' >>expected
prints <expected
run 'list --format jsonl' 0 gazette list --format jsonl
verdict "$name: two lines" "$([ "$(wc -l <out)" -eq 2 ] && ! grep -q "$escape" out || cat out)"
run 'list --json' 0 gazette list --json
prints <<'END'
{"version":"https://jsonfeed.org/version/1.1","title":"gazette","items":[
{"id":"x","title":"Hello \u001B[31mred\u202E","url":"https://a/1","date_published":"2025-01-25T10:00:00Z","_gazette":{"item":12,"feed":3,"feed_title":"Example","tags":["unread","starred","foo"]}},
{"id":"y","title":"日本語のタイトル","date_modified":"2025-01-24T10:00:00Z","_gazette":{"item":1234,"feed":4,"feed_title":"例","tags":[],"received":"2025-01-26T10:00:00Z"}}
]}
END
run 'list --snippets' 0 gazette list --snippets word
prints <<'END'
12  Example  Hello [31mred
1234  例  日本語のタイトル
END
asks <<'END'
item.list {"limit":50,"sort":"newest","query":"word","fields":["title","summary","date_published","date_modified"],"snippet":true}
END
run_terminal 'list on a terminal' 0 50 gazette list
prints <<END
${escape}[2m  12${escape}[0m  ${escape}[2mJan 2025${escape}[0m  ${escape}[33mN*${escape}[0m  ${escape}[1mHello [31mred${escape}[0m
${escape}[2m1234${escape}[0m  ${escape}[2mJan 2025${escape}[0m  ${escape}[33m  ${escape}[0m  日本語のタイトル
END
NO_COLOR=1 run_terminal 'list without colours, cut' 0 30 gazette list
printf '  12  N*  Hello [31mred\n1234      日本語のタイトル\n' | prints
NO_COLOR=1 run_terminal 'list without colours, cut inside wide letters' 0 20 gazette list
printf '  12  N*  Hello [31…\n1234      日本語の…\n' | prints
TERM=dumb run_terminal 'list on a dumb terminal' 0 30 gazette list
printf '  12  N*  Hello [31mred\n1234      日本語のタイトル\n' | prints

script <<'END'
on item.list
result {"items":[{"id":"x","_gazette":{"item":1,"tags":[]}},{"id":"x","_gazette":{"item":2,"tags":[]}}],"after":"c1","seq":7}
on item.list
result {"items":[{"id":"x","_gazette":{"item":3,"tags":[]}}],"seq":7}
END
script_kept=$(cat script)
script <<'END'
on item.list
result {"items":[{"id":"x","title":"One","_gazette":{"item":1,"feed_title":"F","tags":["unread"],"snippet":["…a ","word"," and a ","Wörd",""]}},{"id":"y","title":"Two","_gazette":{"item":2,"feed_title":"F","tags":[]}}],"seq":7}
END
run 'list --snippets with some' 0 gazette list --snippets word
prints <<'END'
1  F  One
    …a [word] and a [Wörd]
2  F  Two
END
run_terminal 'list --snippets on a terminal' 0 50 gazette list --snippets word
prints <<END
${escape}[2m1  F${escape}[0m  ${escape}[1mOne${escape}[0m
    …a ${escape}[33mword${escape}[0m and a ${escape}[33mWörd${escape}[0m
${escape}[2m2  F${escape}[0m  Two
END
echo "$script_kept" >script
run 'list by pages' 0 gazette list --limit 2500 --format ids
printf '1\n2\n3\n' | prints
asks <<'END'
item.list {"limit":1000,"sort":"newest","fields":["id"]}
item.list {"limit":1000,"sort":"newest","after":"c1","fields":["id"]}
END
run 'list no more than asked' 0 gazette list --limit 2 --format ids
printf '1\n2\n' | prints
run 'list all' 0 gazette list --limit 0 --format ids
printf '1\n2\n3\n' | prints

script <<'END'
on item.list
result {"items":[{"id":"x","url":"https://a/1","_gazette":{"item":1,"tags":[]}}],"seq":7}
on item.get
result {"item":{"id":"x","url":"https://a/1","content_html":"<p>The <b>text</b>\nbegins</p>"}}
END
run 'an entry without a title is named by its text' 0 gazette list
echo '1  -  -  -  The text begins' | prints

script <<'END'
on item.list
error {"code":-32000,"message":"bad query at 4: expected a value after \"is:\"","data":{"word":"bad-query","position":4}}
END
for format in text json jsonl tsv ids; do
	run "a bad query, $format" 1 gazette list --format "$format" is:
	prints </dev/null
	echo 'gazette: bad query at 4: expected a value after "is:"' | complains
done
run_terminal 'a bad query on a terminal' 1 80 gazette list é is: x
prints <<'END'
gazette: bad query at 4: expected a value after "is:"
  é is: x
     ^
END

# --- show -------------------------------------------------------------------------------------

script <<'END'
on item.get
result {"item":{"id":"x","title":"A \u001b[1mtitle","url":"https://a/1","date_published":"2026-11-25T10:00:00Z","authors":[{"name":"Ann"},{"name":"Bob"}],"attachments":[{"url":"https://a/1.mp3","mime_type":"audio/mpeg"}],"content_html":"<p>One two three four five <a href=\"https://b/\">six</a> seven.</p><ul><li>a longer item of a list</li></ul><p>\u202edone\u0007</p>","_gazette":{"item":12,"feed":3,"feed_title":"Example","tags":["unread","x"]}}}
END
run 'show' 0 gazette show 12
prints <<'END'
A [1mtitle
feed     Example
by       Ann, Bob
date     2026-11-25 10:00 +0000
url      https://a/1
tags     unread,x
file     https://a/1.mp3 (audio/mpeg)

One two three four five six[1] seven.

* a longer item of a list

done

[1] https://b/
END
asks <<'END'
item.get {"item":12}
END
NO_COLOR=1 run_terminal 'show, wrapped' 0 20 gazette show 12
sed -n '/^$/,$p' out >body && mv body out
prints <<'END'

One two three four
five six[1] seven.

* a longer item of a
  list

done

[1] https://b/
END
run 'show --format html' 0 gazette show --format html 12
prints <<'END'
<p>One two three four five <a href="https://b/">six</a> seven.</p><ul><li>a longer item of a list</li></ul><p>done</p>
END
run 'show --json' 0 gazette show --json 12
verdict "$name: one line, no escapes" "$([ "$(wc -l <out)" -eq 1 ] && ! grep -q "$escape" out || cat out)"
script <<'END'
on item.get
error {"code":-32000,"message":"no entry 12","data":{"word":"no-such-item"}}
END
run 'show what is not there' 1 gazette show 12
echo 'gazette: no entry 12' | complains

script <<'END'
on item.get
result {"item":{"id":"x","title":"One","content_text":"Text.","_gazette":{"item":12,"feed_title":"Example","story":9,"tags":[]}}}
on item.list
result {"items":[{"id":"y","title":"Another\u001b title","_gazette":{"item":9,"feed_title":"Other"}},{"id":"z","_gazette":{"item":14,"feed_title":"Third"}}]}
END
run 'show, a story' 0 gazette show 12
prints <<'END'
One
feed     Example
also     Another title, Other, 9
also     z, Third, 14

Text.
END
asks <<'END'
item.get {"item":12}
item.list {"query":"story:9 -id:12","limit":50,"fields":["title"]}
END
script <<'END'
on item.get
result {"item":{"id":"x","title":"One","content_text":"Text.","_gazette":{"item":12,"feed_title":"Example","story":9,"tags":[]}}}
on item.list
error {"code":-32000,"message":"no index","data":{"word":"no-index"}}
END
run 'show, without an index' 0 gazette show 12
prints <<'END'
One
feed     Example

Text.
END

script <<'END'
on item.get
result {"item":{"id":"x","title":"One title","content_html":"<p>The old words stay.</p><p>Same.</p>","_gazette":{"item":12,"revision":0}}}
END
run 'show --revision' 0 gazette show --revision 0 12
prints <<'END'
One title

The old words stay.

Same.
END
echo 'item.get {"item":12,"revision":0}' | asks
run 'show --diff of what was not edited' 1 gazette show --diff 12
echo 'gazette: entry 12 has not been edited' | complains
script <<'END'
on item.get
result {"item":{"id":"x","title":"A title","content_html":"<p>The new words stay.</p><p>Same.</p>","_gazette":{"item":12,"revision":3}}}
on item.get
result {"item":{"id":"x","title":"One title","content_html":"<p>The old words stay.</p><p>Same.</p>","_gazette":{"item":12,"revision":2}}}
END
run 'show --diff' 0 gazette show --diff 12
prints <<'END'
[-One-] {+A+} title

The [-old-] {+new+} words stay.

Same.
END
asks <<'END'
item.get {"item":12}
item.get {"item":12,"revision":2}
END
run 'show --diff --json' 0 gazette show --diff --json 12
prints <<'END'
[{"removed":"One "},{"added":"A "},{"same":"title\n\nThe "},{"removed":"old "},{"added":"new "},{"same":"words stay.\n\nSame."}]
END
NO_COLOR=1 run_terminal 'show --diff, wrapped' 0 20 gazette show --diff 12
prints <<'END'
[-One-] {+A+} title

The [-old-] {+new+}
words stay.

Same.
END
script <<'END'
on item.get
result {"item":{"id":"x","title":"Uno","content_text":"Same.","_gazette":{"item":12,"revision":1}}}
on item.get
result {"item":{"id":"x","title":"One","content_text":"Same.","_gazette":{"item":12,"revision":0}}}
END
run 'show --diff of a title' 0 gazette show --diff 12
prints <<'END'
[-One-] {+Uno+}

Same.
END
script <<'END'
on item.get
result {"item":{"id":"x","title":"A title","content_html":"<p>The new words stay.</p><p>Same.</p>","_gazette":{"item":12,"revision":3}}}
on item.get
result {"item":{"id":"x","title":"A title","content_text":"Before.","_gazette":{"item":12,"revision":0}}}
END
run 'show --diff --revision' 0 gazette show --diff --revision 0 12
prints <<'END'
A title

[-Before.-]{+The new words stay.

Same.+}
END
asks <<'END'
item.get {"item":12}
item.get {"item":12,"revision":0}
END

# --- tag, read, undo ------------------------------------------------------------------------------

script <<'END'
on item.tag
result {"changed":3,"seq":9}
END
while IFS='|' read -r line request; do
	# shellcheck disable=SC2086 # the words of the line are the arguments
	run "gazette $line" 0 gazette $line
	echo 3 | prints
	echo "$request" | asks
done <<'END'
read feed:3 is:unread|item.tag {"remove":["unread"],"query":"feed:3 is:unread"}
unread id:1|item.tag {"add":["unread"],"query":"id:1"}
star id:1|item.tag {"add":["starred"],"query":"id:1"}
unstar -- -id:1|item.tag {"remove":["starred"],"query":"-id:1"}
tag +a -b -- is:unread|item.tag {"add":["a"],"remove":["b"],"query":"is:unread"}
tag +a -b is:unread x|item.tag {"add":["a"],"remove":["b"],"query":"is:unread x"}
tag -b -- -is:unread|item.tag {"add":[],"remove":["b"],"query":"-is:unread"}
END
run_terminal 'read on a terminal' 0 80 gazette read id:1
echo '3 entries changed' | prints
run 'read --json' 0 gazette read --json id:1
echo '{"changed":3,"seq":9}' | prints

script <<'END'
on undo
result {"undone":1,"changed":3,"seq":9,"operations":[{"at":"2020-11-25T13:40:00Z","items":3,"added":["later"],"removed":["unread"],"query":"feed:2","feed":2,"feed_title":"World\u202e news"}]}
END
run 'undo' 0 gazette undo
echo 3 | prints
echo 'undo {"count":1}' | asks
run 'undo several' 0 gazette undo 12
echo 'undo {"count":12}' | asks
run_terminal 'undo on a terminal' 0 80 gazette undo
echo 'undone: marked read, +later, 3 entries of "World news" (Nov 2020)' | prints
run 'undo --json' 0 gazette undo --json
echo '{"undone":1,"changed":3,"seq":9,"operations":[{"at":"2020-11-25T13:40:00Z","items":3,"added":["later"],"removed":["unread"],"query":"feed:2","feed":2,"feed_title":"World\u202E news"}]}' | prints
script <<'END'
on undo
result {"undone":3,"changed":3,"seq":9,"operations":[{"items":1,"added":["starred"],"removed":[],"item":7,"title":"One"},{"items":2,"added":[],"removed":["starred"],"query":"*"}]}
END
run_terminal 'undo of several on a terminal' 0 80 gazette undo 3
prints <<'END'
undone: starred, "One"
undone: unstarred, 2 entries of *
undone: 1 more
END
script <<'END'
on undo
result {"undone":0,"changed":0,"seq":9,"operations":[]}
END
run_terminal 'undo of nothing' 0 80 gazette undo
echo 'there is nothing to take back' | prints
run 'undo of nothing in a pipe' 0 gazette undo
echo 0 | prints

script <<'END'
on tag.list
result {"tags":[{"tag":"World\u202e news","items":0,"feeds":12},{"tag":"later","items":3000,"feeds":0}],"after":"later"}
on tag.list
result {"tags":[{"tag":"unread","items":7,"feeds":0}]}
END
run 'tags' 0 gazette tags
prints <<'END'
World news  0  12
later  3000  0
unread  7  0
END
asks <<'END'
tag.list {}
tag.list {"after":"later"}
END
run 'tags --json' 0 gazette tags --json
prints <<'END'
{"tag":"World\u202E news","items":0,"feeds":12}
{"tag":"later","items":3000,"feeds":0}
{"tag":"unread","items":7,"feeds":0}
END
NO_COLOR=1 run_terminal 'tags on a terminal' 0 60 gazette tags
prints <<'END'
TAG         ENTRIES  FEEDS
World news        0     12
later          3000      0
unread            7      0
END

script <<'END'
on ingest
result {"bytes":524288}
on ingest
result {"feed":3,"new":2,"updated":1}
END
head -c 600000 /dev/zero >large
run 'ingest' 0 gazette ingest 3 large
echo '2 new entries, 1 updated' | prints
verdict "$name: in pieces" "$([ "$(wc -l <log)" -eq 2 ] && head -n 1 log | grep -q '"data":"A*=*","more":true}' &&
    tail -n 1 log | grep -q '"data":"A*=*","more":false}' || cut -c 1-100 log)"
script <<'END'
on ingest
error {"code":-32000,"message":"the document is not taken: empty","data":{"word":"empty"}}
END
run 'ingest what is none' 1 gazette ingest 3 /dev/null
echo 'gazette: the document is not taken: empty' | complains
run 'ingest what is not there' 1 gazette ingest 3 none.xml
echo 'gazette: none.xml: No such file or directory' | complains

# --- search -----------------------------------------------------------------------------------

script <<'END'
on search.list
result {"searches":[{"name":"long reads","query":"tag:essay is:unread"},{"name":"mine","query":"is:starred"}]}
on search.add
result {}
on search.remove
result {}
END
run 'search list' 0 gazette search list
prints <<'END'
long reads  tag:essay is:unread
mine  is:starred
END
run 'search list --json' 0 gazette search list --json
echo '[{"name":"long reads","query":"tag:essay is:unread"},{"name":"mine","query":"is:starred"}]' | prints
NO_COLOR=1 run_terminal 'search list on a terminal' 0 80 gazette search list
prints <<'END'
name        query
long reads  tag:essay is:unread
mine        is:starred
END
run 'search add' 0 gazette search add 'long reads' tag:essay is:unread
prints </dev/null
echo 'search.add {"name":"long reads","query":"tag:essay is:unread"}' | asks
run 'search remove' 0 gazette search remove mine
prints </dev/null
echo 'search.remove {"name":"mine"}' | asks
script <<'END'
on search.add
error {"code":-32000,"message":"a closing parenthesis was expected","data":{"word":"bad-value"}}
END
run 'search add what is none' 1 gazette search add mine '('
echo 'gazette: a closing parenthesis was expected' | complains

# --- rule -------------------------------------------------------------------------------------

script <<'END'
on rule.list
result {"rules":[{"rule":1,"query":"tag:a b","actions":["+x","read"]},{"rule":3,"query":"search:no","actions":["drop"],"error":"there is no such search"}]}
on rule.add
result {"rule":4}
on rule.remove
result {"rule":3}
on rule.test
result {"matched":12,"items":[{"id":"g","title":"A title","date_published":"2026-11-25T10:00:00Z","_gazette":{"item":7,"feed":1,"feed_title":"F","tags":["unread"]}}]}
on rule.apply
result {"matched":3,"changed":2,"dropped":0,"commands":1,"seq":9}
END
run 'rule list' 0 gazette rule list
prints <<'END'
1  tag:a b  +x read  -
3  search:no  drop  there is no such search
END
run 'rule list --json' 0 gazette rule list --json
verdict "$name: text" "$(grep -q '^\[{"rule":1,' out || cat out)"
run 'rule add' 0 gazette rule add 'tag:a b' +x -y read 'exec:cat -n'
echo 4 | prints
echo 'rule.add {"query":"tag:a b","actions":["+x","-y","read","exec:cat -n"]}' | asks
run 'rule remove' 0 gazette rule remove 3
prints </dev/null
echo 'rule.remove {"rule":3}' | asks
run 'rule test' 0 gazette rule test tag:a b
prints <<'END'
7  2026-11-25T10:00:00Z  N  F  A title
12 entries in all
END
echo 'rule.test {"query":"tag:a b"}' | asks
run 'rule apply' 0 gazette rule apply
echo '3 entries found, 2 changed, 0 removed, 1 command to be run' | prints
echo 'rule.apply {}' | asks
run 'rule apply one' 0 gazette rule apply 3
echo 'rule.apply {"rule":3}' | asks
script <<'END'
on rule.add
error {"code":-32000,"message":"exec: is not allowed","data":{"word":"not-allowed"}}
END
run 'rule add what is not allowed' 1 gazette rule add '*' exec:true
echo 'gazette: exec: is not allowed' | complains

# --- why --------------------------------------------------------------------------------------

script <<'END'
on item.why
result {"item":7,"feed":2,"feed_title":"News","removed":false,"received":"2026-11-25T10:00:00Z","revision":2,"known_by":"link","aliases":[{"alias":"guid","state":"shared","count":0},{"alias":"link","state":"finds","count":2},{"alias":"text","state":"other","count":1,"item":5}],"events":[{"what":"unlike","alias":"text","first":"2026-11-25T10:00:00Z","last":"2026-11-25T10:00:00Z","times":1,"detail":"5"},{"what":"unfit","alias":"guid","first":"2026-11-25T10:00:00Z","last":"2026-11-25T10:00:00Z","times":1},{"what":"home-page","alias":"link","first":"2026-11-25T10:00:00Z","last":"2026-11-25T10:00:00Z","times":1},{"what":"rule","rule":3,"first":"2026-11-25T10:00:01Z","last":"2026-11-25T10:00:01Z","times":1,"detail":"+a read"},{"what":"learnt","alias":"guid","first":"2026-11-25T11:00:00Z","last":"2026-11-26T11:00:00Z","times":4,"detail":"link"},{"what":"edited","alias":"link","first":"2026-11-25T12:00:00Z","last":"2026-11-25T12:00:00Z","times":1,"detail":"title"},{"what":"command-failed","rule":3,"first":"2026-11-25T12:00:00Z","last":"2026-11-25T12:00:00Z","times":1},{"what":"news","first":"2026-11-25T13:00:00Z","last":"2026-11-25T13:00:00Z","times":1}]}
END
run 'why' 0 gazette why 7
prints <<'END'
entry 7 of feed 2, News
2026-11-25T10:00:00Z  it came as new
2026-11-25T10:00:00Z  it came as new, although entry 5 has its text: all else was not the same
2026-11-25T10:00:00Z  it came as new; its guid could not tell, because several entries have had it
2026-11-25T10:00:00Z  it came as new; its link could not tell, because it is the feed's home page
2026-11-25T10:00:01Z  rule 3 found it: +a read
2026-11-25T11:00:00Z  it came again with another guid, and was known by its link (4 times, last 2026-11-26T11:00:00Z)
2026-11-25T12:00:00Z  it came again with another title, and was known by its link
2026-11-25T12:00:00Z  a command of rule 3 failed too often and was given up
2026-11-25T13:00:00Z  news
guid: finds nothing, because several entries have had it
link: finds it; 2 of it known
text: finds entry 5; 1 of it known
it would be known by its link now
END
echo 'item.why {"item":7}' | asks
run 'why --json' 0 gazette why --json 7
verdict "$name: text" "$(grep -q '^{"item":7,' out || cat out)"
script <<'END'
on item.why
result {"item":7,"feed":2,"feed_title":"News","removed":true,"aliases":[{"alias":"guid","state":"missing","count":1},{"alias":"link","state":"missing","count":1},{"alias":"text","state":"missing","count":0}],"events":[{"what":"removed","first":"2026-11-25T10:00:00Z","last":"2026-11-25T10:00:00Z","times":1}]}
END
run 'why of what is gone' 0 gazette why 7
prints <<'END'
entry 7 of feed 2, News
2026-11-25T10:00:00Z  it was not to be kept any longer, and was removed
it is gone; its feed may still serve it, but 2 aliases keep it from coming back
END

# --- count ------------------------------------------------------------------------------------

script <<'END'
on item.count
result {"counts":[5,0]}
END
run 'count' 0 gazette count is:unread 'tag:a b'
printf '5\n0\n' | prints
asks <<'END'
item.count {"queries":["is:unread","tag:a b"]}
END

# --- refresh ----------------------------------------------------------------------------------

script <<'END'
on feed.refresh
notify {"method":"progress","params":{"id":@,"done":1,"total":3,"new":1,"failed":0}}
notify {"method":"progress","params":{"id":@,"done":2,"total":3,"new":5,"failed":1}}
result {"total":5,"polled":3,"not_modified":1,"failed":1,"new":5,"updated":2,"skipped":[{"feed":4,"until":"2026-11-25T15:00:00Z","reason":"the server asked for it"},{"feed":5,"reason":"it is paused"}],"errors":[{"feed":2,"title":"B","message":"404 Not Found"}]}
END
run 'refresh' 0 gazette refresh
echo '3 feeds polled, 5 new entries, 2 updated; 1 not modified, 1 failed, 2 may not be polled yet' | prints
echo 'gazette: B: 404 Not Found' | complains
asks <<'END'
feed.refresh {"wait":true}
END
run 'refresh of named feeds, one fails' 1 gazette refresh A B
complains <<'END'
gazette: B: 404 Not Found
gazette: feed 4 is not polled before 2026-11-25T15:00:00Z: the server asked for it
gazette: feed 5 is not polled: it is paused
END
asks <<'END'
feed.refresh {"wait":true,"feeds":["A","B"]}
END
NO_COLOR=1 run_terminal 'refresh without progress' 0 40 gazette refresh
prints <<'END'
3 feeds polled, 5 new entries, 2 updated; 1 not modified, 1 failed, 2 may not be polled yet
gazette: B: 404 Not Found
END
sed 's/^on feed.refresh/&\nlate 1500/' script >late && mv late script
NO_COLOR=1 run_terminal 'refresh with progress, after a second' 0 40 gazette refresh
tr '\r' '\n' <out | sed "s/${escape}\\[K//g; /^waiting for the daemon\$/d" >lines && mv lines out
prints <<'END'

1 of 3 feeds, 1 new entry
2 of 3 feeds, 5 new entries, failed: 1
3 feeds polled, 5 new entries, 2 updated; 1 not modified, 1 failed, 2 may not be polled yet
gazette: B: 404 Not Found
END
script <<'END'
on feed.refresh
result {"started":2}
END
run 'refresh --no-wait' 0 gazette refresh --no-wait
echo '2 feeds' | prints
asks <<'END'
feed.refresh {"wait":false}
END

# --- import, export ---------------------------------------------------------------------------

cat >subscriptions.opml <<'END'
<opml version="2.0"><body><outline text="Tech"><outline text="A &amp; B" xmlUrl="https://a/"/></outline>
<outline text="https://b/" xmlUrl="https://b/"/></body></opml>
END
script <<'END'
on feed.import
result {"added":1,"existing":1,"errors":[]}
on feed.list
result {"feeds":[{"id":1,"url":"https://a/","title":"A & B","tags":["Tech"]},{"id":2,"url":"https://b/","title":"https://b/"}]}
END
run 'import' 0 gazette import subscriptions.opml
echo '1 feed added, 1 there already' | prints
asks <<'END'
feed.import {"feeds":[{"url":"https://a/","title":"A & B","tags":["Tech"]},{"url":"https://b/"}]}
END
run 'import from standard input' 0 sh -c 'gazette import - <subscriptions.opml'
asks <<'END'
feed.import {"feeds":[{"url":"https://a/","title":"A & B","tags":["Tech"]},{"url":"https://b/"}]}
END
run 'import with tags and settings' 0 gazette import -T All --set interval=1d --set paused=yes subscriptions.opml
asks <<'END'
feed.import {"feeds":[{"url":"https://a/","title":"A & B","tags":["Tech","All"]},{"url":"https://b/","tags":["All"]}],"settings":{"interval":"1d","paused":"yes"}}
END
run 'import with a setting that is none' 2 gazette import --set interval subscriptions.opml
awk 'BEGIN { for (i = 0; i < 20000; i++) print "https://example.org/a/feed/with/a/path/" i " \"tag\"" }' >urls
run 'import of 20,000 feeds' 0 gazette import urls
echo '3 feeds added, 3 there already' | prints
verdict "$name: no request is too large" "$(awk 'length($0) >= 1048576 / 2 + 1024 { print length($0) }' log)"
verdict "$name: all are sent" "$(grep -o '"url"' log | wc -l | grep -qx ' *20000' || echo no)"
script <<'END'
on feed.import
result {"added":0,"existing":0,"errors":[{"url":"https://a/","message":"not now"}]}
END
run 'import with an error' 1 gazette import subscriptions.opml
echo 'gazette: https://a/: not now' | complains
echo 'nothing that is a list' >other
run 'import of something else' 1 gazette import other

script <<'END'
on feed.list
result {"feeds":[{"id":1,"url":"https://a/","title":"A & B","tags":["Tech"]},{"id":2,"url":"https://b/","title":"https://b/"}]}
END
run 'export' 0 gazette export --format opml
cp out expected
verdict "$name: text" "$(grep -q 'text="A &amp; B".*xmlUrl="https://a/"' out || cat out)"
ln -s real.opml link.opml
echo old >real.opml
run 'export through a symbolic link' 0 gazette export --format opml -o link.opml
prints </dev/null
verdict "$name: the file" "$(diff -u expected real.opml)"
verdict "$name: the link stays" "$([ -L link.opml ] || echo gone)"
verdict "$name: nothing is left beside it" "$(find . -name '*.opml.*')"
run 'export to where nothing can be' 1 gazette export --format opml -o none/x.opml
echo 'gazette: none/x.opml: No such file or directory' | complains

# --- watch ------------------------------------------------------------------------------------

script <<'END'
on watch
result {"watch":1,"seq":5}
notify {"method":"change","params":{"watch":1,"seq":6,"what":"item-new","item":1,"feed":3,"object":{"title":"\u202ex"}}}
notify {"method":"change","params":{"watch":1,"seq":7,"what":"feed-changed","feed":3}}
notify {"method":"change","params":{"watch":1,"seq":8,"what":"item-tags","item":1,"feed":3}}
close
on watch
result {"watch":1,"seq":8}
notify {"method":"change","params":{"watch":1,"seq":9,"what":"item-new","item":2,"feed":3}}
END
run 'watch, over the end of the connection' 0 sh -c 'gazette watch is:unread | head -n 3'
prints <<'END'
{"seq":6,"what":"item-new","item":1,"feed":3,"object":{"title":"\u202Ex"}}
{"seq":8,"what":"item-tags","item":1,"feed":3}
{"seq":9,"what":"item-new","item":2,"feed":3}
END
asks <<'END'
watch {"query":"is:unread"}
watch {"query":"is:unread","since":8}
END
echo 'gazette: the daemon went away; waiting for it to come back' | complains
run 'watch --since' 0 sh -c 'gazette watch --since 3 | head -n 1'
verdict "$name: since" "$(head -n 1 log | grep -qF '"params":{"since":3}' || cat log)"
# the command kills the watch with its third change; what it got is in a file
run 'watch --exec' 115 gazette watch --exec 'cat >>got; [ "$(wc -l <got)" -lt 3 ] || kill $PPID; exit 1'
prints </dev/null
mv got out
prints <<'END'
{"seq":6,"what":"item-new","item":1,"feed":3,"object":{"title":"‮x"}}
{"seq":8,"what":"item-tags","item":1,"feed":3}
{"seq":9,"what":"item-new","item":2,"feed":3}
END
script <<'END'
on watch
error {"code":-32000,"message":"bad query","data":{"word":"bad-query","position":0}}
END
run 'watch with a bad query' 1 gazette watch 'x('

# --- health -----------------------------------------------------------------------------------

script <<'END'
on health
result {"findings":[{"feed":22,"title":"B","url":"https://b/","what":"failing","since":"2026-11-25T13:00:00Z","next_poll":"2026-11-25T15:00:00+01:00","next_poll_reason":"after failing, 1 h","reason":"HTTP 404 Not\tFound","word":"http-error","status":404,"failures":1}],"after":"1:22:0"}
on health
result {"findings":[{"feed":3,"title":"C\u001b[31m","url":"https://new/","what":"moved","since":"2026-11-24T13:00:00Z","last_success":"2026-11-25T13:30:00Z","reason":"from https://old/ to https://new/","old_url":"https://old/","new_url":"https://new/"}]}
END
run 'health' 0 gazette health
prints <<'END'
22  failing  2026-11-25T13:00:00Z  -  2026-11-25T14:00:00Z  B  HTTP 404 Not Found  after failing, 1 h  https://b/
3  moved  2026-11-24T13:00:00Z  2026-11-25T13:30:00Z  -  C[31m  from https://old/ to https://new/  -  https://new/
END
asks <<'END'
health {"limit":1000}
health {"limit":1000,"after":"1:22:0"}
END
script <<'END'
on health
result {"findings":[{"feed":22,"title":"B","url":"https://b/","what":"failing","since":"2026-11-25T13:00:00Z","next_poll":"2026-11-25T15:00:00+01:00","next_poll_reason":"after failing, 1 h","reason":"HTTP 404 Not\tFound","word":"http-error","status":404,"failures":1}],"after":"1:22:0"}
on health
result {"findings":[{"feed":3,"title":"C\u001b[31m","url":"https://new/","what":"moved","since":"2026-11-24T13:00:00Z","last_success":"2026-11-25T13:30:00Z","reason":"from https://old/ to https://new/","old_url":"https://old/","new_url":"https://new/"}]}
END
run 'health as JSON' 0 gazette health --json B 3
prints <<'END'
{"feed":22,"title":"B","url":"https://b/","what":"failing","since":"2026-11-25T13:00:00Z","next_poll":"2026-11-25T15:00:00+01:00","next_poll_reason":"after failing, 1 h","reason":"HTTP 404 Not\tFound","word":"http-error","status":404,"failures":1}
{"feed":3,"title":"C\u001B[31m","url":"https://new/","what":"moved","since":"2026-11-24T13:00:00Z","last_success":"2026-11-25T13:30:00Z","reason":"from https://old/ to https://new/","old_url":"https://old/","new_url":"https://new/"}
END
asks <<'END'
health {"limit":1000,"feeds":["B","3"]}
health {"limit":1000,"feeds":["B","3"],"after":"1:22:0"}
END
script <<'END'
on health
result {"findings":[{"feed":22,"title":"B","url":"https://b/","what":"failing","since":"2026-11-25T13:00:00Z","next_poll":"2026-11-25T15:00:00+01:00","next_poll_reason":"after failing, 1 h","reason":"HTTP 404 Not\tFound","word":"http-error","status":404,"failures":1}],"after":"1:22:0"}
on health
result {"findings":[{"feed":3,"title":"C\u001b[31m","url":"https://new/","what":"moved","since":"2026-11-24T13:00:00Z","last_success":"2026-11-25T13:30:00Z","reason":"from https://old/ to https://new/","old_url":"https://old/","new_url":"https://new/"}]}
END
NO_COLOR=1 run_terminal 'health on a narrow terminal' 0 48 gazette health
prints <<'END'
ID  WHAT     TITLE  REASON
22  failing  B      HTTP 404 Not Found
 3  moved    C[31m  from https://old/ to https:…
END
script <<'END'
on health
result {"findings":[]}
END
run 'all is well' 0 gazette health
echo 'All feeds are well.' | prints
run 'these are well' 0 gazette health 1 2
echo 'Nothing is wrong with them.' | prints
run 'all is well, as JSON' 0 gazette health --json
prints </dev/null

# --- status -----------------------------------------------------------------------------------

script <<'END'
on status
result {"version":"0.1.0","pid":7,"uptime_s":90061,"seq":12,"feeds":3,"failing":1,"items":40,"unread":5,"starred":2,"due":0,"in_flight":1,"queued":2,"polls":{"total":9,"ok":4,"not_modified":3,"failed":2},"ingest":{"state":"stopped","reason":"disk-full: 3 MiB left"},"index":{"seq":12,"lag":0,"entries":40,"state":"ok"},"fetcher":{"state":"running","restarts":0},"database":{"bytes":1048576,"wal_bytes":2048,"index_bytes":5368709120},"clients":2}
END
run 'status' 0 gazette status
sed 's|^socket .*/socket,|socket   SOCKET,|' out >named && mv named out
prints <<'END'
gazetted 0.1.0, process 7, up 1d 1h
socket   SOCKET, 2 clients
feeds    3, 1 failing
entries  40, 5 unread, 2 starred
queue    0 due, 2 queued, 1 in flight
polls    9, 4 with news, 3 not modified, 2 failed
ingest   stopped: disk-full: 3 MiB left
fetcher  running, 0 restarts
index    ok, 40 entries, 0 changes behind
database 1.0 MiB, log 2.0 KiB, index 5.0 GiB
sequence 12
END

script <<'END'
on status
result {"feeds":9,"failing":5,"gone":2,"quarantined":1}
END
run 'status: some are worse than failing' 0 gazette status
verdict "$name: they are counted" "$(grep -qx 'feeds    9, 5 failing, 2 gone, 1 quarantined' out || cat out)"

script <<'END'
on status
result {"version":"1","feeds":9,"ingest":{"state":"running"}}
END
run 'status for Prometheus' 0 gazette status --format prometheus
prints <<'END'
# HELP gazetted_build_info 1, with the version that runs.
# TYPE gazetted_build_info gauge
gazetted_build_info{version="1"} 1
# HELP gazetted_feeds Feeds that are subscribed to.
# TYPE gazetted_feeds gauge
gazetted_feeds 9
# HELP gazetted_ingest_running 1, or 0 while a full or failing disk keeps news from being stored.
# TYPE gazetted_ingest_running gauge
gazetted_ingest_running 1
END
run 'status as JSON' 0 gazette status --format json
echo '{"version":"1","feeds":9,"ingest":{"state":"running"}}' | prints

# --- how it ends ------------------------------------------------------------------------------

run 'the disk is full' 1 sh -c 'gazette status >/dev/full'
echo 'gazette: standard output: No space left on device' | complains
run 'standard output is closed' 1 sh -c 'gazette status >&-'
echo 'gazette: standard output: Bad file descriptor' | complains
asks <<'END'
status {}
END
run 'help to a full disk' 1 sh -c 'gazette --help >/dev/full'
script <<'END'
on item.list
result {"items":[{"id":"x","_gazette":{"item":1,"tags":[]}}],"after":"c","seq":7}
END
for form in text json jsonl tsv ids; do
	run "nobody reads: $form" 0 sh -c "{ gazette list --limit 0 --format $form; echo \$? >ended; } | head -n 1"
	verdict "$name: it ends, and well" "$([ "$(cat ended)" = 0 ] || cat ended)"
	complains </dev/null
done
run 'nobody reads' 0 sh -c 'gazette list --limit 0 --format ids | head -n 1'
echo 1 | prints
complains </dev/null
script <<'END'
on item.count
late 2500
result {"counts":[3]}
END
NO_COLOR=1 run_terminal 'the daemon takes its time' 0 40 gazette count
verdict "$name: it is said" "$(tr '\r' '\n' <out | sed "s/${escape}\\[K//g" | grep -qx 'waiting for the daemon' || cat out)"
verdict "$name: and taken away" "$([ "$(sed 's/.*\r//' out)" = "${escape}[K3" ] || cat out)"
run 'nobody is told in a pipe' 0 gazette count
complains </dev/null

# Of each command that asks for pages: the connection ends after the first one.
while IFS='|' read -r line method first; do
	{
		echo "on $method"
		echo "result $first"
		echo "on $method"
		echo close
	} | script
	# shellcheck disable=SC2086 # the words of the line are the arguments
	run "the daemon goes away between pages: $line" 3 gazette $line
	echo 'gazette: the daemon went away' | complains
done <<'END'
feeds|feed.list|{"feeds":[{"id":1,"url":"https://a/","title":"A","health":"ok"}],"after":1}
feeds --json|feed.list|{"feeds":[{"id":1,"url":"https://a/","title":"A","health":"ok"}],"after":1}
list --limit 0|item.list|{"items":[{"id":"x","_gazette":{"item":1,"tags":[]}}],"after":"c","seq":1}
list --limit 0 --json|item.list|{"items":[{"id":"x","_gazette":{"item":1,"tags":[]}}],"after":"c","seq":1}
health|health|{"findings":[{"feed":1,"what":"failing"}],"after":"c"}
END

script <<'END'
on status
close
END
run 'the daemon goes away' 3 gazette status
echo 'gazette: the daemon went away' | complains
script <<'END'
on status
raw HTTP/1.1 400 Bad Request
END
run 'something else answers' 1 gazette status
verdict "$name: message" "$(grep -q "does not speak gazette's protocol" err || cat err)"
script <<'END'
on status
raw {"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"256 clients are connected","data":{"word":"busy"}}}
close
END
run 'too many clients' 1 gazette status
echo 'gazette: 256 clients are connected' | complains
script <<'END'
on status
error {"code":-32000,"message":"two\nlines \u001b[31m"}
END
run 'messages of the daemon are clean' 1 gazette status
echo 'gazette: two lines [31m' | complains

finish
