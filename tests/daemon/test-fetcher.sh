#!/bin/sh
# The fetcher against the origin, driven as core drives it: what becomes of good and of bad answers.
. "${top_srcdir:-.}/tests/daemon/fetcher-lib.sh"

# --- more of the site ---------------------------------------------------------------------------
: >"$site/nothing.xml"
cat >"$site/page.html" <<'END'
<!DOCTYPE html><html><head><title>Home</title>
<link rel="alternate" type="application/rss+xml" title="All news" href="/feed.xml">
</head><body>Welcome.</body></html>
END
awk 'BEGIN {
	print "<!DOCTYPE html><html><head><title>Home</title><style>"
	for (i = 0; i < 9000; i++) print "p { margin: " i " }"
	print "</style><link rel=alternate type=application/rss+xml href=/feed.xml></head><body>Welcome.</body></html>"
}' >"$site/long.html"
echo '<!DOCTYPE html><html><head><title>Home</title></head><body>Welcome.</body></html>' >"$site/bare.html"
echo 'neither this nor that' >"$site/garbage.xml"
cp "$site/feed.xml" "$site/heads.xml"
awk 'BEGIN { for (i = 0; i < 550; i++) printf "header=X-Filler-%d: %090d\n", i, 0 }' >"$site/heads.xml.behave"

# many short links to a long address
{
	printf '<rss version="2.0" xml:base="http://example.org/%05000d/"><channel><title>Links</title>' 0
	awk 'BEGIN { for (i = 0; i < 20; i++) {
		printf "<item><guid>%d</guid><description>", i
		for (k = 0; k < 10; k++)
			printf "&lt;a href=\"%d\"&gt;x&lt;/a&gt;", k
		print "</description></item>"
	} }'
	echo '</channel></rss>'
} >"$site/links.xml"

# gzip that decodes to nothing: a header, then empty blocks without end
printf '\037\213\010\000\000\000\000\000\000\003' >"$dir/head.gz"
printf '\000\000\000\377\377' >"$dir/block"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do
	cat "$dir/block" "$dir/block" >"$dir/blocks"
	mv "$dir/blocks" "$dir/block"
done
cat "$dir/head.gz" "$dir/block" >"$site/air.xml"
printf 'header=Content-Encoding: gzip\ngzip=0\n' >"$site/air.xml.behave"

# --- by hand, without a channel
text=$("$fetcher" 2>&1 3<&-)
verdict 'by hand it says so and exits 2' "$(same 2 $?)$(case $text in *'not by hand'*) ;; *) echo "$text" ;; esac)"

# --- a document
row 'a feed' ok - "$base/feed.xml"
verdict 'a feed: its records' "$(says '"title":"One","html":"<p>The first.</p>"'; says '"authors":"Ann"'
    says '"record":"feed","job":1,"format":"rss-2.0","title":"News"'; says '"http_status":200,"entries":2')"
# SipHash-2-4 with the key in fetch.c, and XXH3: stored in databases, they may never be others
verdict 'a feed: the hash of what an entry says' "$(says '"content_hash":-402897637627668726,')"
verdict 'a feed: the hash of its bytes' "$(says '"body_hash":1284199350771090802,')"
verdict 'a feed: who asks' "$(case $(logged 8) in 'gazetted/'*' (+http'*) ;; *) logged 8 ;; esac)"
row 'own user agent' ok - user_agent=all/1 "$base/feed.xml" user_agent=mine/2
verdict 'own user agent: sent' "$(same mine/2 "$(logged 8)")"
row 'configured user agent' ok - user_agent=all/1 "$base/feed.xml"
verdict 'configured user agent: sent' "$(same all/1 "$(logged 8)")"
row 'named formats' ok - "$base/~need=Accept:%20application%2fatom+xml%2c%20application%2frss+xml%2c%20application%2ffeed+json%2c%20application%2frdf+xml%2c%20application%2fxml;q=0.9%2c%20application%2fjson;q=0.8%2c%20text%2fxml;q=0.9%2c%20*%2f*;q=0.1/feed.xml"
row 'compressed' ok - "$base/~gzip=1/feed.xml"
verdict 'compressed: fewer bytes on the wire' "$(awk -F '"body_bytes":|,"wire_bytes":|,"elapsed_ms"' \
    '/"done"/ && !($3 > 0 && $3 < $2) { print }' "$dir/out")"
row 'chunked' ok - "$base/~chunk=7/feed.xml"
row 'HTTP/1.0' ok - "$base/~http10/feed.xml"

# --- conditional requests
opts='-n 2'
row 'the first repeat is conditional' not-modified - "$base/feed.xml"
row 'a tag that is none, byte for byte' not-modified - "$base/~etag=not%20quoted%20W%2f%22x/feed.xml"
verdict 'a tag that is none: sent' "$(same 'not quoted W/"x' "$(logged 5)")"
row 'a date that is none, byte for byte' not-modified - "$base/~etag=,modified=yesterday%20%20noon/feed.xml"
verdict 'a date that is none: sent' "$(same 'yesterday  noon' "$(logged 6)")"
row 'a 304 may change the tag' not-modified - "$base/~etag304=%22new%22/feed.xml"
verdict 'a 304 may change the tag: told' "$(says '"word":"not-modified","job":2,"outcome":1,"http_status":304,"entries":0,"etag":"\"new\""')"
row 'the same bytes again' not-modified - "$base/~ignore/feed.xml"
verdict 'the same bytes again: no entries' "$(says '"word":"not-modified","job":2,"outcome":1,"http_status":200,"entries":0')"
row 'no validators' not-modified - "$base/~novalidators/feed.xml"
verdict 'no validators: none kept' "$(says_not '"etag"'; says_not '"last_modified"'; same - "$(logged 5)")"
row 'a tag longer than we keep' not-modified - "$base/~novalidators,header=ETag:%20$(printf '%09000d' 0)/feed.xml"
verdict 'a tag longer than we keep: not sent' "$(same - "$(logged 5)"; says_not '"etag"')"
opts=
row 'a 304 that was not asked for' http-error 'HTTP 304 Not Modified, which was not asked for' "$base/~status=304/feed.xml"
row 'another document than the hash says' ok - "$base/feed.xml" hash=12345

# --- redirects
row 'ten redirects' ok - "$base/~chain=10/feed.xml"
verdict 'ten redirects: where to' "$(says "\"final_url\":\"$base/~chain=0/feed.xml\""; says_not permanent_url)"
row 'eleven redirects' redirect-error "127.0.0.1:$port: more than 10 redirects" "$base/~chain=11/feed.xml"
row 'a loop' redirect-error "127.0.0.1:$port: a redirect loop" "$base/~loop/feed.xml"
for code in 301 302 303 307 308; do
	row "status $code" ok - "$base/~status=$code,redirect=%2ffeed.xml/x"
	case $code in
	301|308)	verdict "status $code is for ever" "$(says "\"permanent_url\":\"$base/feed.xml\"")" ;;
	*)		verdict "status $code is for now" "$(says_not permanent_url)" ;;
	esac
done
row 'for ever, then for now' ok - "$base/~status=301,redirect=%2f~redirect=%252ffeed.xml%2fy/x"
verdict 'for ever, then for now: the first part counts' "$(says "\"permanent_url\":\"$base/~redirect=%2ffeed.xml/y\""
    says "\"final_url\":\"$base/feed.xml\"")"
row 'for now, then for ever' ok - "$base/~redirect=%2f~status=301%2credirect=%252ffeed.xml%2fy/x"
verdict 'for now, then for ever: nothing counts' "$(says_not permanent_url)"
row 'to another scheme' redirect-error "127.0.0.1:$port: a redirect to what is neither http nor https" \
    "$base/~redirect=file:%2f%2f%2fetc%2fpasswd/x"
row 'to a user name' redirect-error "127.0.0.1:$port: a redirect to a URL with a user name" \
    "$base/~redirect=http:%2f%2fu:p@127.0.0.1:$port%2ffeed.xml/x"
row 'to nowhere' redirect-error "127.0.0.1:$port: a redirect to nowhere" "$base/~status=302/feed.xml"
row 'to an error' http-error "127.0.0.2:$other_port: HTTP 410 Gone" "$base/~redirect=$escaped_other%2f~status=410%2ffeed.xml/x"
row 'validators stay with their URL' ok - "$base/~redirect=%2ffeed.xml/x" 'etag="x"'
verdict 'validators stay with their URL: not sent on' "$(same "-" "$(logged 5)"; same '"x"' "$(head -n 1 "$dir/log" | cut -f 5)")"
opts='-n 2'
row 'validators behind a redirect' not-modified - "$base/~redirect=%2ffeed.xml/x"
verdict 'validators behind a redirect: not sent before' "$(same '-' "$(sed -n 3p "$dir/log" | cut -f 5)")"
opts=

# --- credentials
needed='need=Authorization:%20Basic%20dTpw'
row 'a password' ok - "$base/~$needed/feed.xml" username=u password=p
row 'a password in the URL' ok - "http://u:p@127.0.0.1:$port/~$needed/feed.xml"
row 'a wrong password' http-error 'HTTP 401 Unauthorized' "$base/~$needed/feed.xml" username=u password=q
row 'the next job has none' http-error 'HTTP 401 Unauthorized' parallel=1 "$base/~$needed/feed.xml" username=u password=p \
    "$base/~$needed/feed.xml"
row 'a password after a redirect' ok - "$base/~redirect=$escaped_base%2f~$(echo "$needed" | sed 's/%/%25/g')%2ffeed.xml/x" \
    username=u password=p
row 'a password after a relative redirect' ok - "$base/~redirect=%2f~$(echo "$needed" | sed 's/%/%25/g')%2ffeed.xml/x" \
    username=u password=p
verdict 'a password after a relative redirect: is not in its URL' "$(says_not 'u:p@')"
for needed in Authorization:%20Basic%20dTpw Cookie:%20a=b X-Own:%20yes; do
	row "not to another origin: ${needed%%:*}" http-error "127.0.0.2:$other_port: HTTP 401 Unauthorized" \
	    "$base/~redirect=$escaped_other%2f~need=$(echo "$needed" | sed 's/%/%25/g')%2ffeed.xml/x" \
	    username=u password=p cookie=a=b 'header=X-Own: yes'
	row "to its own: ${needed%%:*}" ok - "$base/~need=$needed/feed.xml" username=u password=p cookie=a=b 'header=X-Own: yes'
done
opts=-v
row 'no secret in log and messages' unreachable '127.0.0.1:1: Connection refused' 'http://user:hush@127.0.0.1:1/x?key=hush' \
    cookie=hush 'header=X: hush'
verdict 'no secret in log and messages: indeed' "$(says_not hush; says 'host=127.0.0.1:1')"
opts=
row 'a header with a line in it is left out' ok - "$base/feed.xml" "header=X: y
X-Evil: z"

# --- limits of size
row 'too large, announced' too-large 'larger than max_body (1M)' "$base/~huge=2000000,gzip=0/feed.xml"
row 'too large, endless' too-large 'larger than max_body (1M)' "$base/~huge=0/feed.xml"
row 'a bomb' too-large 'larger than max_body (1M)' "$base/~bomb=0/feed.xml"
row 'a body of nothing' too-large 'larger than max_body (1M)' "$base/air.xml"
row 'small, but large when all links are written out' too-large 'its entries take more than 256K' max_body=64K "$base/links.xml"
row 'too many header fields' too-large 'more than 64K of header fields' "$base/~header=X-More:%20$(printf '%010000d' 0)/heads.xml"
row 'an endless error page' http-error 'HTTP 500 Internal Server Error' "$base/~status=500,huge=0/feed.xml"

# --- limits of time
row 'no answer' too-slow "127.0.0.1:$port: no answer within 1s" "$base/~stall/feed.xml"
row 'too slow' too-slow "127.0.0.1:$port: less than 100 bytes a second for 1s" timeout=2s "$base/~slow=40/feed.xml"
row 'too late' too-slow "127.0.0.1:$port: not complete within 500ms (timeout)" timeout=500ms "$base/~slow=400,gzip=0/feed.xml"
row 'no connection' unreachable "127.0.0.1:$port: no connection within 500ms" timeout=500ms "https://127.0.0.1:$port/feed.xml"
row 'one that hangs holds up nobody' ok - "$base/~delay=400/feed.xml" "$base/~hang=100/feed.xml" cancel=1

# --- parts of documents
row 'cut short' truncated 'connection closed early after 50 bytes of the document' "$base/~truncate=50/feed.xml"
{ printf 'HTTP/1.0 200 OK\r\n\r\n'; head -c 200 "$site/feed.xml"; } >"$site/cut.raw"
printf 'raw=cut.raw\nclose\n' >"$site/cut.xml.behave"
row 'without a length, the document says where it ends' truncated 'connection closed in the middle of the document' "$base/cut.xml"
head -c 200 "$site/feed.xml" >"$site/short.xml"
row 'with one, what is there counts' ok - "$base/short.xml"
row 'reset' truncated 'connection lost after 60 bytes of the document' "$base/~reset=60/feed.xml"
row 'chunks without an end' truncated 'connection closed early after 60 bytes of the document' "$base/~chunk=20,truncate=60/feed.xml"
row 'cut short after all entries' truncated 'connection closed early after 330 bytes of the document' "$base/~truncate=330/feed.xml"
verdict 'cut short: no entries' "$(says '"entries":0'; says_not '"record":"entry"')"

# --- no document
row 'an error' http-error 'HTTP 404 Not Found' "$base/nowhere"
row 'come again' http-error 'HTTP 503 Service Unavailable' "$base/~retry_after=120/feed.xml"
verdict 'come again: when' "$(says '"retry_after_s":120')"
row 'too many requests' http-error 'HTTP 429 Too Many Requests' "$base/~status=429,retry_after=Sun%2c%2006%20Nov%202050%2008:49:37%20GMT/feed.xml"
verdict 'too many requests: when' "$(grep -Eq '"retry_after_s":[0-9]{8,}' "$dir/out" || cat "$dir/out")"
row 'fresh for an hour' ok - "$base/~header=Cache-Control:%20max-age=3600/feed.xml"
verdict 'fresh for an hour: told' "$(says '"max_age_s":3600')"
row 'an empty document' empty 'empty document' "$base/nothing.xml"
row 'no content' empty 'empty document' "$base/~status=204/feed.xml"
row 'a page with a feed' not-a-feed '*feed*' "$base/page.html"
verdict 'a page with a feed: which' "$(says "\"candidates\":[\"$base/feed.xml\",\"All news\"]")"
row 'a long page with a feed' not-a-feed '*feed*' "$base/long.html"
verdict 'a long page with a feed: which' "$(says "\"candidates\":[\"$base/feed.xml\"")"
row 'a page without' not-a-feed 'a web page without a feed' "$base/bare.html"
verdict 'garbage' "$(drive "$base/garbage.xml"; says '"word":"not-a-feed"')"

# --- hosts
row 'no such host' dns-failure \
    'no-host-has-a-name-with-a-part-of-more-than-sixty-three-characters-in-it.example: no such host' \
    http://no-host-has-a-name-with-a-part-of-more-than-sixty-three-characters-in-it.example/
row 'nobody there' unreachable '127.0.0.1:1: Connection refused' http://127.0.0.1:1/
row 'another scheme' bad-url 'not a valid http or https URL' gopher://127.0.0.1/
row 'no URL' bad-url 'not a valid URL' 'http://a b/'
for host in 127.0.0.1 localhost 127.1 0x7f000001 2130706433; do
	row "private: $host" private-address "$host:$port: *1 is a loopback address (allow_private_networks = no)" \
	    allow_private=no "http://$host:$port/feed.xml"
done
row 'private: an IPv4-mapped address' private-address \
    '?::ffff:127.0.0.1?:'"$port"': ::ffff:127.0.0.1 is an IPv4-mapped address (allow_private_networks = no)' \
    allow_private=no "http://[::ffff:127.0.0.1]:$port/feed.xml"
verdict 'private: nobody was asked' "$([ ! -s "$dir/log" ] || cat "$dir/log")"
for host in 127.1 localhost; do
	row "private through a proxy: $host" private-address '*is a loopback address (allow_private_networks = no)' \
	    allow_private=no "proxy=$base" "http://$host:$port/feed.xml"
done
verdict 'private through a proxy: it was not asked' "$([ ! -s "$dir/log" ] || cat "$dir/log")"
drive allow_private=no "proxy=$base" http://example.com/feed.xml
verdict 'a proxy may be private' "$(says_not private-address; says '"http_status"')"

# --- many at once
awk -v base="$base" 'BEGIN { for (i = 0; i < 10000; i++) print base "/feed.xml?" i }' >"$dir/many"
opts="-q -l $dir/many"
row '10,000 jobs' ok -
verdict '10,000 jobs: each is answered' "$(same 10000 "$(grep -c '"word":"ok"' "$dir/out")")"
awk -v base="$base" 'BEGIN { for (i = 0; i < 1000; i++) print i % 2 ? base "/feed.xml" : "gopher:" i }' >"$dir/mixed"
opts="-q -l $dir/mixed"
row 'answers at once among others' ok - parallel=7
verdict 'answers at once among others: all' "$(same 500 "$(grep -c '"word":"bad-url"' "$dir/out")")"
opts=
row 'one is taken back' ok - parallel=1 "$base/~stall/feed.xml" cancel=1 "$base/feed.xml" "$base/feed.xml?2" cancel=1
verdict 'one is taken back: no answer' "$(same 1 "$(grep -c '"record":"done"' "$dir/out")")"

# --- connections: kept for what is announced and for redirects, else closed
connections() { cut -f 10 "$dir/log" | uniq | wc -l | tr -d ' '; }
row 'more is announced' ok - parallel=1 "$base/feed.xml?1" flags=2 "$base/feed.xml?2" flags=2 "$base/feed.xml?3"
verdict 'more is announced: one connection' "$(same 1 "$(connections)")"
row 'nothing is announced' ok - parallel=1 "$base/feed.xml?1" "$base/feed.xml?2"
verdict 'nothing is announced: two connections' "$(same 2 "$(connections)")"
row 'redirects' ok - "$base/~chain=3/feed.xml"
verdict 'redirects: one connection' "$(same 1 "$(connections)")"

# --- back-pressure: 200 documents of a megabyte, taken slowly; few wait in memory at any time
{
	echo '<rss version="2.0"><channel><title>Large</title>'
	awk 'BEGIN { text = sprintf("%05000d", 0); gsub(0, "large ", text); text = substr(text, 1, 9500)
		for (i = 0; i < 100; i++) print "<item><guid>" i "</guid><description>" text "</description></item>" }'
	echo '</channel></rss>'
} >"$site/large.xml"
awk -v base="$base" 'BEGIN { for (i = 0; i < 200; i++) print base "/~gzip=0/large.xml?" i }' >"$dir/large"
peak_max=128000
if grep -q __asan_init "$fetcher"; then
	peak_max=500000
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=4
	export ASAN_OPTIONS
fi
opts="-q -l $dir/large -r 262144"
row 'a slow reader' ok - max_body=8M timeout=60s
verdict 'a slow reader: gets all' "$(same 200 "$(grep -c '"entries":100' "$dir/out")")"
verdict 'a slow reader: gets the heads that came while it read' "$(same 200 "$(grep -c '"etag":.*"last_modified":' "$dir/out")")"
peak=$(sed -n 's/.*"peak_kb":\([0-9]*\),.*/\1/p' "$dir/out")
verdict "a slow reader: less than $peak_max KB of memory" "$([ "$peak" -lt "$peak_max" ] || echo "$peak KB")"

# --- core gone mad
opts=-g
drive "$base/feed.xml" && why='it went on' || why=
opts=
verdict 'garbage from core: it ends and says so' "$why$(says 'channel: a record that is not for the fetcher')"
verdict 'garbage from core: and answers nothing' "$(says_not '"record":"done"')"

echo "1..$count"
