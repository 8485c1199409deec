#!/bin/sh
# feed2json as its man page has it: options, exit statuses, what goes where.
set -u
prog=${top_builddir:-.}/feeds/feed2json
data=${top_srcdir:-.}/tests/feeds/data
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT INT TERM
n=0

ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

# run NAME STATUS ARG...: standard output in $tmp/out, standard error in $tmp/err
run() {
	name=$1 want=$2
	shift 2
	"$prog" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	got=$?
	[ "$got" -eq "$want" ]
	ok $? "$name: exit status $want, got $got"
}

has() {
	grep -q -- "$1" "$tmp/out"
	ok $? "$name: $1"
}

echo 1..29
run "a feed" 0 "$data/rss20.xml"
has '^{"version":"https://jsonfeed.org/version/1.1","items":\['
has '"title":"Harbour & Tide"'
[ ! -s "$tmp/err" ]
ok $? "a feed: nothing on standard error"
[ "$(wc -l <"$tmp/out")" -eq 1 ]
ok $? "a feed: one line"

run "a URL" 0 -u http://base.example/x/y "$data/late-home.xml"
has '"feed_url":"http://base.example/x/y"'
run "an empty URL" 0 -u '' "$data/late-home.xml"
! grep -q feed_url "$tmp/out"
ok $? "an empty URL: is none"
run "a content type" 0 -t 'text/xml; charset=windows-1251' "$data/lone-entry.xml"
has '"encoding":"windows-1251"'
run "an empty content type" 0 -t '' "$data/lone-entry.xml"
has '"encoding":"utf-8"'

run "a page" 1 "$data/page.html"
[ ! -s "$tmp/out" ]
ok $? "a page: nothing on standard output"
[ "$(wc -l <"$tmp/err")" -eq 1 ]
ok $? "a page: one line on standard error"
run "nothing" 1
[ ! -s "$tmp/out" ]
ok $? "nothing: nothing on standard output"

run "an option of nobody" 2 -x
run "two files" 2 "$data/rss20.xml" "$data/rss20.xml"
run "a file that is not there" 2 "$tmp/none"
run "a folder" 2 "$tmp"

"$prog" <"$data/rss20.xml" >"$tmp/stdin.out"
ok $? "standard input is read"
"$prog" "$data/rss20.xml" >"$tmp/file.out"
cmp -s "$tmp/stdin.out" "$tmp/file.out"
ok $? "standard input and a file give the same"
{
	printf "<rss version='2.0'><channel>"
	for i in 1 2 3; do
		printf "<item><guid>%s</guid><description>" $i
		head -c 300000 /dev/zero | tr '\0' x
		printf '</description></item>'
	done
	printf '</channel></rss>'
} >"$tmp/large"
run "a large feed" 0 "$tmp/large"
has '"id":"3"'
[ "$(wc -c <"$tmp/out")" -gt 900000 ]
ok $? "a large feed: all of it"

if [ -e /dev/full ]; then
	"$prog" "$tmp/large" >/dev/full 2>"$tmp/err"
	[ $? -eq 2 ]
	ok $? "a large feed: a full disk is an error"
	"$prog" "$data/rss20.xml" >/dev/full 2>"$tmp/err"
	[ $? -eq 2 ]
	ok $? "a full disk is an error"
else
	for name in "a large feed: a full disk" "a full disk"; do
		n=$((n + 1))
		echo "ok $n - $name is an error # SKIP no /dev/full here"
	done
fi
