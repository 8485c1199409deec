# shellcheck shell=sh
# Part of test-manners.sh: how a host is treated, who we say we are, whom we trust.
# shellcheck disable=SC2154

state=$work/hosts
sed -i '/^parallel_per_host/d' "$work/conf"
configure host_spacing 200ms
daemon_up

# at HOST: its requests: connection, milliseconds, path
at()
{
	awk -F '\t' -v host="Host: $1:$port" '$5 == host { print $1, $2, $4 }' "$work/heads"
}
# least_gap HOST: the shortest time between two requests
least_gap()
{
	at "$1" | awk 'last != "" && (least == "" || $2 - last < least) { least = $2 - last } { last = $2 } END { print least }'
}
# import HOST NAME...: all are due at once
import()
{
	to=$1
	shift
	ask feed.import "$(for each in "$@"; do printf '{"url":"http://%s:%s/%s"},' "$to" "$port" "$each"; done |
	    sed 's/^/{"feeds":[/; s/,$/]}/')" added >/dev/null
}
many=$(awk 'BEGIN { for (i = 1; i <= 12; i++) printf "crowd.xml?%d ", i }')
plain crowd.xml
plain calm.xml
plain hop.xml redirect=/hop-2.xml
plain hop-2.xml redirect=/calm.xml
slow='tardy.xml?1 tardy.xml?2 tardy.xml?3 tardy.xml?4'
plain tardy.xml delay=700
# shellcheck disable=SC2086	# lists of names
{
	import 127.0.2.1 $many
	import 127.0.2.2 calm.xml
	import 127.0.2.3 hop.xml
	import 127.0.2.4 $slow
}

rule 'a host is not crowded'
arrived_at()
{
	at "$1" | wc -l | tr -d ' '
}
in_time 'all are asked' '12 3 4' eval 'echo $(arrived_at 127.0.2.1) $(arrived_at 127.0.2.3) $(arrived_at 127.0.2.4)'
keeps 'one after the other' yes "$(at_least 200 "$(least_gap 127.0.2.1)")"
keeps 'in one connection' 1 "$(at 127.0.2.1 | cut -d ' ' -f 1 | sort -u | wc -l | tr -d ' ')"
keeps 'two at a time' yes "$(at_least 700 "$(at 127.0.2.4 | awk 'NR == 1 { first = $2 } NR == 3 { print $2 - first }')")"
keeps 'in two connections' yes "$(at_least 1 "$(at 127.0.2.4 | cut -d ' ' -f 1 | sort -u | wc -l)" 2)"
keeps 'redirects are requests' yes "$(at_least 200 "$(least_gap 127.0.2.3)")"
keeps 'other hosts do not wait for it' yes "$(at_least 0 "$(($(at 127.0.2.2 | awk '{ print $2 }') - $(at 127.0.2.1 | awk 'NR == 1 { print $2 }')))" 1000)"

rule 'a host that rests is not led to'
plain busy-target.xml status=429 retry_after=18000
says to-busy.xml "redirect=http://127.0.3.2:$port/busy-target.xml"
plain stay.xml '[2]' "redirect=http://127.0.3.2:$port/calm.xml"
later "http://127.0.3.1:$port/to-busy.xml"
keeps 'the one that was led there waits' yes "$(at_least 18000 "$(wait_of "http://127.0.3.1:$port/to-busy.xml")")"
keeps 'the host that said so is left alone' busy "$(subscribe "http://127.0.3.2:$port/calm.xml" | cut -d: -f1)"
keeps 'the one that led there is not' 2 "$(ask feed.add '{"url":"http://127.0.3.1:'"$port"'/calm.xml"}' new)"
says led.xml "redirect=http://127.0.3.2:$port/calm.xml"
keeps 'nor may others lead there' busy "$(subscribe "http://127.0.3.3:$port/led.xml" | cut -d: -f1)"
keeps 'it was asked once' 1 "$(arrived_at 127.0.3.2)"

rule 'connections end as they will'
plain drop.xml drop
plain last.xml last
plain close.xml close
plain old.xml http10
for each in drop last close old; do
	import 127.0.4.1 $each.xml
done
import 127.0.4.1 'drop.xml?2' 'last.xml?2' 'close.xml?2' 'old.xml?2'
healthy()
{
	for each in drop last close old; do
		of_feed "http://127.0.4.1:$port/$each.xml" health
		of_feed "http://127.0.4.1:$port/$each.xml?2" health
	done | uniq -c | tr -s ' '
}
in_time 'none of them fails' ' 8 ok' healthy

rule 'lawful answers are read'
document=$site/coded.xml
verbatim interim.xml 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nETag: "early"\r\n\r\nHTTP/1.1 200 OK\r\nETag: "a"\r\n\r\n' "$document"
verbatim bare.xml 'HTTP/1.1 200 \r\n\r\n' "$document"
verbatim lines.xml 'HTTP/1.1 200 OK\nContent-Type: text/xml\n\n' "$document"
verbatim small.xml 'HTTP/1.1 200 OK\r\netag:"a"\r\ncontent-type:text/xml\r\nset-cookie:id=1\r\n\r\n' "$document"
verbatim very-old.xml 'HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n' "$document"
{
	printf 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: ETag\r\n\r\n%x;name="value"\r\n' "$size"
	cat "$document"
	printf '\r\n0\r\nETag: "trailer"\r\nX-Sum: 1\r\n\r\n'
} >"$site/trailer.xml.raw"
says trailer.xml raw=trailer.xml.raw
for each in interim bare lines small very-old; do
	says $each.xml raw=$each.xml.raw close
done
for each in interim bare lines small very-old trailer; do
	keeps "$each" 2 "$(add $each.xml)"
done

daemon_down
configure host_spacing 0s
configure min_interval 1s
state=$work/again
daemon_up
plain body-304.xml '[1]' 'etag="a"' '[2]' raw=body-304.xml.raw
{ printf 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 9\r\n\r\n'; printf 'not empty'; } >"$site/body-304.xml.raw"
plain length-304.xml '[1]' 'etag="a"' '[2]' raw=length-304.xml.raw
printf 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 900\r\n\r\n' >"$site/length-304.xml.raw"
says cookie.xml 'header=Set-Cookie: id=stranger; Path=/' 'header=Link: </favicon.ico>; rel=icon'
feed cookie 2
add body-304.xml length-304.xml interim.xml trailer.xml cookie.xml >/dev/null
turn 3 body-304.xml length-304.xml interim.xml trailer.xml cookie.xml
keeps 'a 304 with a body' 'ok 2' "$(about body-304.xml health) $(count_of body-304.xml)"
keeps 'one with the length of the other' 'ok 2' "$(about length-304.xml health) $(count_of length-304.xml)"
keeps 'of several heads the last counts' '"a"' "$(sent /interim.xml "$(came /interim.xml)" If-None-Match)"
keeps 'a trailer is no head' - "$(sent /trailer.xml "$(came /trailer.xml)" If-None-Match)"
daemon_down

# --- of all requests that were made ---------------------------------------------------------------

# all_of NAME: the values of a header field, each once
all_of()
{
	awk -F '\t' -v name="$1" '{ for (i = 5; i <= NF; i++) if (tolower(substr($i, 1, length(name) + 1)) == tolower(name ":")) print substr($i, length(name) + 3) }' \
	    "$work/heads" | sort -u
}
rule 'we say who we are'
version=$("$daemon" -V | cut -d ' ' -f 2)
keeps 'product, version and where to ask' "gazetted/$version" "$(all_of User-Agent | grep -v '^mine/1$' |
    sed -n 's|^\(gazetted/[^ ]*\) (+https\{0,1\}://[^ ()]*)$|\1|p')"
keeps 'in all requests but where the user wants it otherwise' 2 "$(all_of User-Agent | wc -l | tr -d ' ')"

rule 'we say what we read'
keeps 'feeds, then anything' 'rss atom json xml any' "$(all_of Accept | awk '{
	print /application\/rss\+xml/ ? "rss" : "", /application\/atom\+xml/ ? "atom" : "", /application\/feed\+json/ ? "json" : "",
	    /application\/xml/ ? "xml" : "", /, \*\/\*;q=0\.[0-9]+$/ ? "any" : "" }')"

rule 'nothing else is asked or told'
keeps 'GET alone' GET "$(cut -f 3 "$work/heads" | sort -u)"
keeps 'no other header than these' '' "$(cut -f 5- "$work/heads" | tr '\t' '\n' | sed 's/:.*//' | sort -u |
    grep -vxE 'Host|User-Agent|Accept|Accept-Encoding|If-None-Match|If-Modified-Since|Authorization|Authorization2|Cookie|X-Own')"
keeps 'no cookie but the user'\''s' id=s3cret-cookie "$(all_of Cookie)"
keeps 'no icon, no robots, no article' '' "$(cut -f 4 "$work/heads" | grep -E 'favicon|robots|\.ico|article|style')"
keeps 'no query that was not there' '' "$(cut -f 4 "$work/heads" | grep '?' | grep -vE '^/(crowd|tardy|drop|last|close|old)\.xml\?[0-9]+$|^/both.xml\?other$|^/deep/query.xml\?q=1$')"
