#!/bin/sh
# The origin itself, asked with curl: what it serves, and each way of misbehaving.
set -u

origin=${top_builddir:-.}/tests/origin/origin
dir=$(mktemp -d "${TMPDIR:-/tmp}/origin.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/site"
count=0

# row NAME EXPECTED ACTUAL
row()
{
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf 'expected: %s\nbut got: %s\n' "$2" "$3" | sed 's/^/# /'
	fi
}

# Never through a proxy, never for long.
get()
{
	curl --silent --noproxy '*' --max-time 20 "$@"
}

# The status of an answer, and what is asked for with -w FORMAT.
status()
{
	get -o /dev/null -w '%{http_code}' "$@"
}

# header NAME CURL-ARGUMENTS...: the value of a header of the answer
header()
{
	name=$1
	shift
	get -o /dev/null -D - "$@" | tr -d '\r' | sed -n "s/^$name: //p"
}

# A command's exit status.
rc()
{
	"$@" >/dev/null 2>&1
	echo $?
}

# Waits until nobody listens on a port.
gone()
{
	tries=2000
	until [ "$(rc get "http://127.0.0.1:$1/")" = 7 ] || [ "$tries" -eq 0 ]; do
		tries=$((tries - 1))
	done
	[ "$tries" -gt 0 ] && echo gone
}

echo 'hello' >"$dir/site/a.txt"
{ echo '<rss>'; yes '<item>the same again</item>' | head -n 200; } >"$dir/site/feed.xml"
echo '<p>front page' >"$dir/site/index.html"
printf 'status=410\n# gone for good\n' >"$dir/site/gone.xml.behave"
printf 'etag="v1"\nheader=X-Test: yes\n' >"$dir/site/a.txt.behave"

printf 'type=text/always\n[1]\nstatus=500\n[3]\nfile=index.html\n' >"$dir/site/steps.xml.behave"
printf 'raw=raw\n' >"$dir/site/raw.xml.behave"
printf 'HTTP/1.1 299 Strange\r\nContent-Length: 3\r\nX-Folded: a\r\n b\r\n\r\nabc' >"$dir/site/raw"

port=$("$origin" -b -w $$ -t 300 -d "$dir/site" -l "$dir/log" -L "$dir/arrivals" -H "$dir/heads" -P "$dir/port" -I "$dir/pid") || exit 99
base=http://127.0.0.1:$port

# --- plain serving
row 'the port is printed and written' "$port" "$(cat "$dir/port")"
row 'a file' hello "$(get "$base/a.txt")"
row 'a folder is its index' '<p>front page' "$(get "$base/")"
row 'a path with escapes' hello "$(get "$base/%61.txt")"
row 'a query changes nothing' hello "$(get "$base/a.txt?x=1")"
row 'what is not there' 404 "$(status "$base/nothing")"
row 'nothing above the root' 404 "$(status --path-as-is "$base/../log")"
row 'nothing above the root, escaped' 404 "$(status --path-as-is "$base/%2e%2e/log")"
row 'how to misbehave is not served' 404 "$(status "$base/a.txt.behave")"
row 'HEAD has the length and no body' '200 0 6' "$(get -I -o /dev/null -w '%{http_code} %{size_download} %header{content-length}' "$base/a.txt")"
row 'other methods' 405 "$(status -X DELETE "$base/a.txt")"
row 'types by suffix' 'application/xml' "$(header Content-Type "$base/feed.xml")"
row 'keep-alive: one connection for two requests' '10' "$(get -o /dev/null -o /dev/null -w '%{num_connects}' "$base/a.txt" "$base/a.txt")"
row 'HTTP/1.0 closes' close "$(header Connection --http1.0 "$base/a.txt")"
row 'gzip for whom accepts it' "$(cksum <"$dir/site/feed.xml")" "$(get --compressed "$base/feed.xml" | cksum)"
row 'gzip is told' gzip "$(header Content-Encoding --compressed "$base/feed.xml")"
row 'no gzip for others' '' "$(header Content-Encoding "$base/feed.xml")"
row 'no gzip below its least size' '' "$(header Content-Encoding --compressed "$base/index.html")"

# --- validators
etag=$(header ETag "$base/feed.xml")
date=$(header Last-Modified "$base/feed.xml")
row 'If-None-Match' 304 "$(status -H "If-None-Match: $etag" "$base/feed.xml")"
row 'If-None-Match, weak' 304 "$(status -H "If-None-Match: W/$etag" "$base/feed.xml")"
row 'If-None-Match, a list' 304 "$(status -H "If-None-Match: \"x\", W/\"y,z\" , $etag" "$base/feed.xml")"
row 'If-None-Match, another' 200 "$(status -H 'If-None-Match: "other"' "$base/feed.xml")"
row 'If-None-Match, a part of the tag' 200 "$(status -H "If-None-Match: ${etag%??????}\"" "$base/feed.xml")"
row 'If-None-Match, *' 304 "$(status -H 'If-None-Match: *' "$base/feed.xml")"
row 'If-Modified-Since' 304 "$(status -H "If-Modified-Since: $date" "$base/feed.xml")"
row 'If-Modified-Since, earlier' 200 "$(status -H 'If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT' "$base/feed.xml")"
row 'If-None-Match goes first' 200 "$(status -H "If-Modified-Since: $date" -H 'If-None-Match: "other"' "$base/feed.xml")"
row 'gzip makes the tag weak' "W/$etag" "$(header ETag --compressed "$base/feed.xml")"
row 'a 304 has the tag' "$etag" "$(header ETag -H "If-None-Match: $etag" "$base/feed.xml")"
cp "$dir/site/feed.xml" "$dir/new" && mv "$dir/new" "$dir/site/feed.xml"
row 'the same bytes written again are another version' 200 "$(status -H "If-None-Match: $etag" "$base/feed.xml")"

# --- misbehaviour
row 'from a file' 410 "$(status "$base/gone.xml")"
row 'from a file: header' yes "$(header X-Test "$base/a.txt")"
row 'from a file: etag' '"v1"' "$(header ETag "$base/a.txt")"
row 'the URL goes before the file' '"v2"' "$(header ETag "$base/~etag=%22v2%22/a.txt")"
row 'an unknown key is no success' 500 "$(status "$base/~nonsense=1/a.txt")"
row 'a number that is none' 500 "$(status "$base/~status=abc/a.txt")"
row 'status with the file' 'hello 500' "$(get -w '%{http_code}' "$base/~status=500/a.txt" | tr '\n' ' ')"
row 'type' text/x "$(header Content-Type "$base/~type=text%2Fx/a.txt")"
row 'no type' '' "$(header Content-Type "$base/~type=/a.txt")"
row 'novalidators' '' "$(header ETag "$base/~novalidators/feed.xml")$(header Last-Modified "$base/~novalidators/feed.xml")"
row 'ignore' 200 "$(status -H 'If-None-Match: *' "$base/~ignore/feed.xml")"
row 'etag304' '"n"' "$(header ETag -H 'If-None-Match: *' "$base/~etag304=%22n%22/feed.xml")"
row 'modified' 'yesterday' "$(header Last-Modified "$base/~modified=yesterday/feed.xml")"
row 'need, without' 401 "$(status "$base/~need=X-Key:%20abc/a.txt")"
row 'need, wrong' 401 "$(status -H 'X-Key: abcd' "$base/~need=X-Key:%20abc/a.txt")"
row 'need, right' 200 "$(status -H 'X-Key: abc' "$base/~need=X-Key:%20abc/a.txt")"
row 'retry_after' '503' "$(status "$base/~retry_after=120/a.txt")"
row 'retry_after: the header' '120' "$(header Retry-After "$base/~retry_after=120,status=429/a.txt")"
row 'redirect' '302' "$(status "$base/~redirect=%2Findex.html/a.txt")"
row 'redirect, permanent, followed' '<p>front page' "$(get -L "$base/~status=301,redirect=%2Findex.html/a.txt")"
row 'chain' '200 3' "$(get -o /dev/null -w '%{http_code} %{num_redirects}' -L "$base/~chain=3,status=308/feed.xml")"
row 'loop' '47' "$(rc get -L --max-redirs 5 "$base/~loop/a.txt")"
row 'delay' yes "$(get -o /dev/null -w '%{time_total}' "$base/~delay=300/a.txt" | awk '{ print ($1 >= 0.3 ? "yes" : $1) }')"
row 'slow' yes "$(get -o /dev/null -w '%{time_total}' "$base/~slow=10000/feed.xml" | awk '{ print ($1 >= 0.4 ? "yes" : $1) }')"
row 'slow: all arrives' "$(cksum <"$dir/site/feed.xml")" "$(get "$base/~slow=20000/feed.xml" | cksum)"
row 'stall' 28 "$(rc get --max-time 0.3 "$base/~stall/a.txt")"
row 'hang' '3 28' "$(get --max-time 0.3 "$base/~hang=3/a.txt" | wc -c | tr -d ' ') $(rc get --max-time 0.3 "$base/~hang=3/a.txt")"
row 'reset' '4 56' "$(get "$base/~reset=4/a.txt" | wc -c | tr -d ' ') $(rc get "$base/~reset=4/a.txt")"
row 'truncate' '2 18' "$(get "$base/~truncate=2/a.txt" | wc -c | tr -d ' ') $(rc get "$base/~truncate=2/a.txt")"
row 'huge' 3000000 "$(get "$base/~huge=3000000/feed.xml" | wc -c | tr -d ' ')"
row 'huge without end' 1000000 "$(get "$base/~huge=0/feed.xml" | head -c 1000000 | wc -c | tr -d ' ')"
row 'huge begins with the file' hello "$(get "$base/~huge=100/a.txt" | head -n 1)"
row 'bomb: small outside' yes "$(get "$base/~bomb=20000000/feed.xml" | wc -c | awk '{ print ($1 < 200000 ? "yes" : $1) }')"
row 'bomb: large inside' 20000000 "$(get --compressed "$base/~bomb=20000000/feed.xml" | wc -c | tr -d ' ')"
row 'gzip=0' '' "$(header Content-Encoding --compressed "$base/~gzip=0/feed.xml")"
row 'gzip=2' hello "$(get "$base/~gzip=2/a.txt" | gzip -dc)"
row 'chunk' "chunked $(cksum <"$dir/site/feed.xml")" "$(header Transfer-Encoding "$base/~chunk=7/feed.xml") $(get "$base/~chunk=7/feed.xml" | cksum)"
row 'chunk: as told' 2 "$(get --raw "$base/~chunk=3/a.txt" | grep -c '^3.$')"
row 'close' '11' "$(get -o /dev/null -o /dev/null -w '%{num_connects}' "$base/~close/a.txt" "$base/~close/a.txt")"
row 'drop' 'no' "$(header Connection "$base/~drop/a.txt")no"
row 'drop: no more comes' '11' "$(get -o /dev/null -o /dev/null -w '%{num_connects}' "$base/~drop/a.txt" "$base/~drop/a.txt")"
row 'last: the next one is reset, and asked again elsewhere' '11 2' "$(: >"$dir/log"
    get -o /dev/null -o /dev/null -w '%{num_connects}' "$base/~last/a.txt" "$base/~last/a.txt"; wc -l <"$dir/log" | sed 's/^ */ /')"
row 'date' 'Sun, 06 Nov 1994 08:49:37 GMT' "$(header Date "$base/~date=Sun%2c%2006%20Nov%201994%2008:49:37%20GMT/a.txt")"
row 'no date' '' "$(header Date "$base/~date=/a.txt")"
row 'file' 'hello text/html; charset=utf-8' "$(get -w '%{content_type}' "$base/~file=a.txt/index.html" | tr '\n' ' ')"
row 'raw' 'abc299' "$(get -w '%{http_code}' "$base/raw.xml")"
row 'raw: as it is' 1 "$(get -i "$base/raw.xml" | grep -c '^ b.$')"
row 'sections: one after the other' '500 500 200 200 ' "$(for _ in 1 2 3 4; do printf '%s ' "$(status "$base/steps.xml")"; done)"
row 'sections: what stands before always holds' text/always "$(header Content-Type "$base/steps.xml")"
row 'sections: counted for each URL' 500 "$(status "$base/steps.xml?x")"
row 'http10: no length' 'hello ' "$(get "$base/~http10/a.txt") $(header Content-Length "$base/~http10/a.txt")"

# --- logs
: >"$dir/log"
get -o /dev/null -A tester -H 'If-None-Match: "q"' -H 'Host: example.test' "$base/feed.xml?n=1"
row 'the log' "GET /feed.xml?n=1 200 $(wc -c <"$dir/site/feed.xml" | tr -d ' ') \"q\" - - tester example.test" \
    "$(cut -f 1-9 "$dir/log" | tr '\t' ' ')"
late=0
for path in a.txt feed.xml "~gzip=2/feed.xml" "~chunk=9/a.txt" "~truncate=2/a.txt" "~reset=4/a.txt" "~close/a.txt" nothing; do
	: >"$dir/log"
	get -o /dev/null "$base/$path"
	[ "$(wc -l <"$dir/log")" -eq 1 ] || late=$((late + 1))
done
row 'who has read an answer finds its line' 0 "$late"
get -o /dev/null "$base/feed.xml?n=1"
row 'arrivals' "GET	/feed.xml?n=1" "$(tail -n 1 "$dir/arrivals")"
row 'heads' "GET	/feed.xml?n=2	Host: 127.0.0.1:$port	User-Agent: x/1	Accept: */*	x-ODD:  as it  came" \
    "$(get -o /dev/null -A x/1 -H 'x-ODD:  as it  came' "$base/feed.xml?n=2"; tail -n 1 "$dir/heads" | cut -f 3-)"
row 'malformed requests' 400 "$(status --request-target 'no-slash' "$base/")"

# --- ending
row 'only on the loopback' 2 "$(rc "$origin" -a 10.0.0.1 -t 1)"
row 'another loopback address' hello "$(get "http://127.0.0.9:$("$origin" -b -k -t 300 -a 127.0.0.9 -d "$dir/site")/a.txt")"
row 'a taken port' 1 "$(rc "$origin" -p "$port" -t 1)"
row 'a time to live' 0 "$(rc "$origin" -t 1)"
sh -c '"$1" -b -k -t 300 >"$2"' sh "$origin" "$dir/child"
row 'it ends with its parent' gone "$(gone "$(cat "$dir/child")")"
kill "$(cat "$dir/pid")"
row 'SIGTERM' gone "$(gone "$port")"

echo "1..$count"
