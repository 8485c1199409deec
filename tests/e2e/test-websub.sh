#!/bin/sh
# WebSub: hubs that feeds name are left alone until there is a callback; then they are asked to tell of news, their questions
# are answered, and what they push is taken. The test is the hub: the origin takes the requests, the rest is said by curl.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

if ! command -v curl >/dev/null; then
	echo '1..0 # SKIP curl is not installed'
	exit 0
fi
if ! grep -q 'libmicrohttpd[.]so' "$top_builddir/daemon/gazetted-fetcher"; then
	echo '1..0 # SKIP this build has no WebSub'
	exit 0
fi

# hub_feed NAME N [HUB]: as feed, in Atom, with links to itself and to a hub
hub_feed()
{
	awk -v name="$1" -v n="$2" -v hub="${3:-$origin/hub}" -v self="$origin/$1.xml" 'BEGIN {
		print "<?xml version=\"1.0\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Feed " name "</title><id>urn:" name "</id>"
		print "<updated>2026-11-25T00:00:00Z</updated><link rel=\"self\" href=\"" self "\"/><link rel=\"hub\" href=\"" hub "\"/>"
		for (i = n; i > 0; i--)
			print "<entry><id>urn:" name ":" i "</id><title>" name " entry " i "</title><link href=\"http://example.org/" name "/" i \
			    "\"/><updated>2026-11-25T00:00:" sprintf("%02d", i) "Z</updated><summary>text " i "</summary></entry>"
		print "</feed>"
	}'
}
# serve NAME N [HUB]
serve()
{
	hub_feed "$@" >"$site/$1.xml.new" && mv "$site/$1.xml.new" "$site/$1.xml"
}
# asked MODE TOPIC: how often the hub has been
asked()
{
	awk -F '\t' -v mode="hub.mode=$1&" -v topic="$2" 'function of(body) {
		gsub(/%3A/, ":", body); gsub(/%2F/, "/", body); return body
	} $1 == "POST" && $2 == "/hub" && index($3, mode) == 1 && index(of($3) "&", "hub.topic=" topic "&") { n++ } END { print n + 0 }' \
	    "$work/arrived"
}
# form NAME TOPIC: a field of the last request of this topic
form()
{
	awk -F '\t' -v name="hub.$1" -v topic="$2" 'function of(body) {
		gsub(/%3A/, ":", body); gsub(/%2F/, "/", body); return body
	} $1 == "POST" && index(of($3) "&", "hub.topic=" topic "&") { last = of($3) }
	END { n = split(last, pairs, "&"); for (i = 1; i <= n; i++) if (index(pairs[i], name "=") == 1) print substr(pairs[i], length(name) + 2) }' \
	    "$work/arrived"
}
# call CURL-ARGUMENT...: status and body of an answer of the listener
call()
{
	curl -s -m 20 -w ' %{http_code}' "$@"
}
# confirm MODE TOPIC CALLBACK [FIELD=VALUE...]
confirm()
{
	to=$3
	set -- "hub.mode=$1" "hub.topic=$2" "$@"
	one=$1 two=$2
	shift 5
	set -- --data-urlencode "$one" --data-urlencode "$two" --data-urlencode hub.challenge=a%b+c "$@" "$to"
	call -G "$@"
}
state_of()
{
	of_feed "$1" websub.state
}
# push FILE CALLBACK [CURL-ARGUMENT...]
push()
{
	file=$1 to=$2
	shift 2
	call -H 'Content-Type: application/atom+xml' --data-binary "@$file" "$@" "$to"
}
# sign METHOD SECRET FILE
sign()
{
	"$top_builddir/tests/e2e/hub" sign "$@"
}
listens()
{
	curl -s -o /dev/null -m 5 "http://127.0.0.1:$port/" && echo yes || echo no
}
in_status()
{
	ask status '{}' "websub.$1"
}
sandboxed()
{
	sed -n 's/^Seccomp:[^0-9]*//p' "/proc/$(helper fetcher)/status"
}

origin_up
printf 'post\nstatus=202\n' >"$site/hub.behave"
serve news 2
serve other 1
topic=$origin/news.xml
configure max_interval 1d

# --- without a callback
daemon_up
row 'a feed that names a hub' 'Feed news' "$(ask feed.add '{"url":"'"$topic"'"}' feed.title)"
row 'the hub is remembered' "named $origin/hub" "$(state_of "$topic") $(of_feed "$topic" websub.hub)"
row 'and status does not speak of hubs' - "$(in_status verified)"
daemon_down
row 'and left alone' 0 "$(asked subscribe "$topic")"

# --- with one
port=$("$top_builddir/tests/e2e/hub" port)
configure websub_listen "127.0.0.1:$port"
configure websub_callback "http://127.0.0.1:$port/hubs"
daemon_up
becomes 'a hub that was named before is asked' 1 asked subscribe "$topic"
callback=$(form callback "$topic")
secret=$(form secret "$topic")
row 'for ten days' 864000 "$(form lease_seconds "$topic")"
row 'with a callback that nobody can guess' yes \
    "$(expr "$callback" : "http://127.0.0.1:$port/hubs/[0-9a-f]\{32\}\$" >/dev/null && echo yes)"
row 'and a secret' 64 "${#secret}"
row 'which is not logged' 0 "$(grep -c "$secret\|${callback##*/}" "$log")"
row 'before the hub has asked back' asked "$(state_of "$topic")"
row 'another topic' ' 404' "$(confirm subscribe "$origin/other.xml" "$callback" -d hub.lease_seconds=60)"
row 'another token' ' 404' "$(confirm subscribe "$topic" "${callback%?}g" -d hub.lease_seconds=60)"
row 'another mode' ' 404' "$(confirm unsubscribe "$topic" "$callback")"
row 'a mode that is none' ' 404' "$(confirm publish "$topic" "$callback")"
row 'another method' ' 405' "$(call -X PUT -d x "$callback")"
row 'it is still not sure' asked "$(state_of "$topic")"
row 'the question is answered' 'a%b+c 200' "$(confirm subscribe "$topic" "$callback" -d hub.lease_seconds=3600)"
row 'the hub tells' verified "$(state_of "$topic")"
row 'which status counts' 1 "$(in_status verified)"
row 'for an hour' yes "$([ -n "$(of_feed "$topic" websub.lease_until)" ] && echo yes)"
why()
{
	of_feed "$topic" next_poll_reason
}
becomes 'the feed is looked at less often' 'its hub tells of news; looked at once in 1 d' why
if grep -q 'sandbox: this is a build without it' "$daemon" || ! grep -q 'libseccomp[.]so' "$daemon"; then
	skip 'the listener is behind walls, too' 'built without'
else
	row 'the listener is behind walls, too' 2 "$(sandboxed)"
fi

# --- what it pushes
before=$(arrived /news.xml)
hub_feed news 3 >"$work/push"
row 'a document that is not signed: thanks' ' 202' "$(push "$work/push" "$callback")"
row 'signed with another secret' ' 202' "$(push "$work/push" "$callback" -H "$(sign sha256 x "$work/push")")"
becomes 'neither is taken' 2 in_status ignored
row 'nothing of it' 2 "$(of_feed "$topic" total)"
n=3
for method in sha1 sha256 sha384 sha512; do
	hub_feed news $n >"$work/push"
	row "signed, $method" ' 202' "$(push "$work/push" "$callback" -H "$(sign $method "$secret" "$work/push")")"
	becomes "taken, $method" "$n" of_feed "$topic" total
	n=$((n + 1))
done
row 'without a request' "$before" "$(arrived /news.xml)"
row 'and no failure' 'ok 0' "$(of_feed "$topic" health) $(ask status '{}' polls.failed)"
echo 'no feed' >"$work/push"
row 'what is no feed' ' 202' "$(push "$work/push" "$callback" -H "$(sign sha1 "$secret" "$work/push")")"
becomes 'is not taken' 3 in_status ignored
row 'and is not the feed'\''s fault' ok "$(of_feed "$topic" health)"
head -c 40000000 /dev/zero >"$work/huge"
row 'more than max_body' ' 413' "$(push "$work/huge" "$callback" -H 'Expect: 100-continue' --expect100-timeout 20)"
row 'more than max_body, in chunks' ' 000' "$(push "$work/huge" "$callback" -H 'Expect:' -H 'Transfer-Encoding: chunked' | cut -c 1-4)"
becomes 'is not taken' 4 in_status ignored
row 'a document for nobody' ' 404' "$(push "$work/push" "${callback%?}g")"

# --- a fetcher that is killed while it reads, and the listener that comes back
in_flight()
{
	ask status '{}' in_flight
}
hub_feed news 20 >"$work/slow"
curl -s -o /dev/null --limit-rate 50 -m 60 --data-binary "@$work/slow" -H 'Expect:' -H "$(sign sha256 "$secret" "$work/slow")" "$callback" &
slow=$!
becomes 'a document on its way' 1 in_flight
kill -9 "$(helper fetcher)"
wait "$slow"
becomes 'is forgotten with the fetcher' 0 in_flight
becomes 'which listens again' yes listens
row 'half a document was not taken' $((n - 1)) "$(of_feed "$topic" total)"
row 'and the feed is not to blame' ok "$(of_feed "$topic" health)"
n=$((n + 1))
hub_feed news $n >"$work/push"
row 'a document' ' 202' "$(push "$work/push" "$callback" -H "$(sign sha256 "$secret" "$work/push")")"
becomes 'is taken' "$n" of_feed "$topic" total

# --- the promise is renewed
confirm subscribe "$topic" "$callback" -d hub.lease_seconds=2 >/dev/null
becomes 'before it ends, the hub is asked again' 2 asked subscribe "$topic"
row 'under the same callback' "$callback" "$(form callback "$topic")"
row 'by the same secret' "$secret" "$(form secret "$topic")"
row 'and says yes' 'a%b+c 200' "$(confirm subscribe "$topic" "$callback" -d hub.lease_seconds=3600)"

# --- a hub in the head of the answer, which goes before the document's
printf 'header=Link: <%s/hub>; rel="hub", <%s/elsewhere.xml>; rel=self\n' "$origin" "$origin" >"$site/other.xml.behave"
serve other 1 http://127.0.0.1:1/
subscribe "$origin/other.xml" >/dev/null
becomes 'a hub named by HTTP' 1 asked subscribe "$origin/elsewhere.xml"
other=$(form callback "$origin/elsewhere.xml")
row 'with another token' yes "$([ "$other" != "$callback" ] && echo yes)"
confirm subscribe "$origin/elsewhere.xml" "$other" >/dev/null
row 'it tells' verified "$(state_of "$origin/other.xml")"
row 'and then refuses' ' 200' "$(call -G -d hub.mode=denied --data-urlencode "hub.topic=$origin/elsewhere.xml" "$other")"
row 'which is remembered' refused "$(state_of "$origin/other.xml")"
row 'what it pushes now is refused' ' 410' "$(push "$work/push" "$other")"
serve third 1
subscribe "$origin/third.xml" >/dev/null
becomes 'a third feed' 1 asked subscribe "$origin/third.xml"
third=$(form callback "$origin/third.xml")
confirm subscribe "$origin/third.xml" "$third" >/dev/null

# --- what is not wanted any more
row 'paused' true "$(ask feed.set '{"feed":"'"$origin/third.xml"'","set":{"paused":true}}' feed.paused)"
becomes 'the hub is asked to stop' 1 asked unsubscribe "$origin/third.xml"
row 'under the same callback' "$third" "$(form callback "$origin/third.xml")"
row 'and stops' 'a%b+c 200' "$(confirm unsubscribe "$origin/third.xml" "$third")"
row 'once' ' 404' "$(confirm unsubscribe "$origin/third.xml" "$third")"
row 'the feed is named again' named "$(state_of "$origin/third.xml")"
ask feed.set '{"feed":"'"$origin/third.xml"'","set":{"paused":false}}' >/dev/null
becomes 'no longer paused' 2 asked subscribe "$origin/third.xml"
row 'under another callback' no "$([ "$(form callback "$origin/third.xml")" = "$third" ] && echo yes || echo no)"
ask feed.remove '{"feed":"'"$topic"'"}' >/dev/null
becomes 'removed: the hub is asked to stop' 1 asked unsubscribe "$topic"
row 'what it pushes is refused' ' 410' "$(push "$work/push" "$callback" -H "$(sign sha256 "$secret" "$work/push")")"
row 'and stops' 'a%b+c 200' "$(confirm unsubscribe "$topic" "$callback")"
row 'nothing is left of it' ' 404' "$(push "$work/push" "$callback")"

# --- a hub that has moved
printf 'post\nstatus=307\nredirect=%s/hub\n' "$origin" >"$site/moved.behave"
serve moving 1 "$origin/moved"
subscribe "$origin/moving.xml" >/dev/null
becomes 'is asked where it is now' 1 asked subscribe "$origin/moving.xml"

# --- a hub that cannot be asked
echo status=500 >"$site/broken.behave"
serve lost 1 "$origin/broken"
subscribe "$origin/lost.xml" >/dev/null
in_vain()
{
	grep -c 'its hub was asked in vain: HTTP 405' "$log"
}
becomes 'is asked in vain' 1 in_vain
row 'which is no failure of the feed' ok "$(of_feed "$origin/lost.xml" health)"

# --- the callback is taken away
sed -i '/^websub_/d' "$work/conf"
pid=$(helper fetcher)
kill -HUP "$daemon_pid"
becomes 'without a callback nobody listens' no listens
becomes 'and hubs are only remembered' named state_of "$origin/third.xml"
daemon_down
row 'a clean end' 0 "$ended"
finish
