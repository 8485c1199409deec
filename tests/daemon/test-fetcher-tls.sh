#!/bin/sh
# The fetcher over TLS, in HTTP/2, through proxies, and with every encoding that libcurl has.
. "${top_srcdir:-.}/tests/daemon/fetcher-lib.sh"

# --- the servers --------------------------------------------------------------------------------
certs=$dir/certs
mkdir "$certs"
"$top/tests/origin/certify" "$certs" || exit 99

# start_front CERTIFICATE OPTION...: its port
start_front()
{
	certificate=$1
	shift
	"$top/tests/origin/front" -c "$certs/$certificate.pem" -p "$port" -w $$ "$@"
}
good=$(start_front good -l "$dir/tls.log") || exit 99
old=$(start_front good -l "$dir/old.log" -v 1.1) || exit 99
not_new=$(start_front good -l "$dir/not-new.log" -v 1.2) || exit 99
two=$(start_front good -l "$dir/two.log" -2 "$site/feed.xml") || exit 99
secure=https://127.0.0.1:$good
ours=ca_file=$certs/ca.pem

# tls LINES: what the front says of its last handshakes
tls()
{
	cut -d ' ' -f 1-4 "$dir/tls.log" | tail -n "$1"
}

# --- who is trusted -----------------------------------------------------------------------------
row 'an authority that is not trusted' tls-failure "127.0.0.1:$good: TLS: unable to get local issuer certificate" "$secure/feed.xml"
row 'our own authority' ok - "$ours" "$secure/feed.xml"
verdict 'our own authority: TLS 1.3' "$(same 'ok TLSv1.3 http/1.1 new' "$(tls 1)")"
row 'by name' ok - "$ours" "https://localhost:$good/feed.xml"
verdict 'by name: the name is said' "$(same localhost "$(tail -n 1 "$dir/tls.log" | cut -d ' ' -f 5)")"
row 'another authority' tls-failure "127.0.0.1:$good: TLS: unable to get local issuer certificate" "ca_file=$certs/other-ca.pem" \
    "$secure/feed.xml"
row 'an authority that is not there' tls-failure "127.0.0.1:$good: TLS: *" "ca_file=$dir/none.pem" "$secure/feed.xml"
while read -r certificate reason; do
	bad=$(start_front "$certificate") || exit 99
	row "a certificate that is bad: $certificate" tls-failure "127.0.0.1:$bad: TLS: $reason" "$ours" "https://127.0.0.1:$bad/feed.xml"
done <<'END'
alone self*signed certificate
expired certificate has expired
future certificate is not yet valid
name *127.0.0.1*
END
row 'a bad certificate is no reason to do without' tls-failure '*' "$ours" "https://127.0.0.1:$bad/feed.xml" "https://127.0.0.1:$bad/feed.xml"
row 'TLS 1.2' ok - "$ours" "https://127.0.0.1:$not_new/feed.xml"
row 'TLS 1.1' tls-failure "127.0.0.1:$old: TLS: *version*" "$ours" "https://127.0.0.1:$old/feed.xml"
row 'never down to plain' redirect-error "127.0.0.1:$good: a redirect from https to http" "$ours" \
    "$secure/~redirect=$(echo "$base" | sed 's|/|%2f|g')%2ffeed.xml/x"
row 'up from plain' ok - "$ours" "$base/~redirect=https:%2f%2f127.0.0.1:$good%2ffeed.xml/x"

# --- a feed's own authorities: what is trusted for one is not trusted for another, whatever is open or remembered ----------
own=ca=$certs/ca.pem
row 'a feed with its own authority' ok - "$secure/feed.xml" "$own"
row 'its own in place of the configured' tls-failure "127.0.0.1:$good: TLS: unable to get local issuer certificate" "$ours" \
    "$secure/feed.xml" "ca=$certs/other-ca.pem"
row 'its own behind a redirect' ok - "$base/~redirect=https:%2f%2f127.0.0.1:$good%2ffeed.xml/x" "$own"
for manner in '' '~close/'; do
	row "the next feed has none (${manner:-connection kept})" tls-failure '*: TLS: unable to get local issuer certificate' parallel=1 \
	    "$secure/${manner}feed.xml" "$own" keep=1 "$secure/${manner}feed.xml"
	verdict 'the next feed has none: the first did' "$(says '"word":"ok","job":1')"
	row "the next feed has another (${manner:-connection kept})" tls-failure '*: TLS: unable to get local issuer certificate' parallel=1 \
	    "$secure/${manner}feed.xml" "$own" keep=1 "$secure/${manner}feed.xml" "ca=$certs/other-ca.pem"
	verdict 'the next feed has another: the first did' "$(says '"word":"ok","job":1')"
done
row 'no certificate at all' tls-failure "127.0.0.1:$good: TLS: *" "$secure/feed.xml" "ca=$site/feed.xml"

# --- sessions and connections -------------------------------------------------------------------
row 'a connection is used again' ok - "$ours" parallel=1 "$secure/feed.xml" keep=1 "$secure/feed.xml?2"
verdict 'a connection is used again: one to the origin' "$(same 1 "$(cut -f 10 "$dir/log" | sort -u | wc -l)")"
row 'a connection that nobody will need' ok - "$ours" parallel=1 "$secure/feed.xml" "$secure/feed.xml?2"
verdict 'a connection that nobody will need: closed' "$(same 2 "$(cut -f 10 "$dir/log" | sort -u | wc -l)")"
row 'a session is used again' ok - "$ours" parallel=1 "$secure/~close/feed.xml" "$secure/~close/feed.xml?2"
verdict 'a session is used again: told' "$(same 'ok TLSv1.3 http/1.1 new
ok TLSv1.3 http/1.1 resumed' "$(tls 2)")"
# libcurl alone would remember eight of one transfer
awk -v port="$good" 'BEGIN { for (i = 0; i < 80; i++) printf "https://host-%d.many.localhost:%d/~close/feed.xml\n", i % 40, port }' >"$dir/hosts"
: >"$dir/tls.log"
opts="-q -l $dir/hosts"
row 'many sessions' ok - "$ours" parallel=4
opts=
verdict 'many sessions: most are used again' "$(awk '{ n[$4]++ } END { if (n["new"] + n["resumed"] != 80 || n["resumed"] < 36)
    print n["resumed"] + 0 " resumed, " n["new"] + 0 " new" }' "$dir/tls.log")"

# --- HTTP/2 -------------------------------------------------------------------------------------
row 'HTTP/2' ok - "$ours" "https://127.0.0.1:$two/feed.xml"
verdict 'HTTP/2: chosen by ALPN' "$(same 'ok TLSv1.3 h2 new' "$(head -n 1 "$dir/two.log" | cut -d ' ' -f 1-4)")"
verdict 'HTTP/2: its entries' "$(says '"title":"One"'; says '"entries":2'; says '"http_status":200')"
opts='-n 2'
row 'HTTP/2, again' not-modified - "$ours" "https://127.0.0.1:$two/feed.xml" keep=1
opts=
verdict 'HTTP/2, again: in one connection' "$(same 'ok h2 h2' "$(tail -n 3 "$dir/two.log" | cut -d ' ' -f 1 | xargs)")"

# --- proxies ------------------------------------------------------------------------------------
: >"$dir/proxy.log"
proxy=$("$top/tests/origin/proxy" -l "$dir/proxy.log" -w $$) || exit 99
asking=$("$top/tests/origin/proxy" -r -l "$dir/proxy.log" -w $$) || exit 99
proxy_front=$("$top/tests/origin/front" -c "$certs/good.pem" -p "$proxy" -w $$) || exit 99

# proxied NAME LOGGED PROXY URL DRIVER-ARGUMENT...: as a feed's own and as the configured one
proxied()
{
	name=$1 logged=$2 through=$3 url=$4
	shift 4
	row "$name" ok - "$@" "$url" "proxy=$through"
	verdict "$name: by the proxy" "$(same "$logged" "$(tail -n 1 "$dir/proxy.log")")"
	row "$name, configured" ok - "$@" "proxy=$through" "$url"
	verdict "$name, configured: by the proxy" "$(same "$logged" "$(tail -n 1 "$dir/proxy.log")")"
}
proxied 'HTTP proxy' "get http://feeds.news.test:$port/feed.xml -" "http://127.0.0.1:$proxy" "http://feeds.news.test:$port/feed.xml"
proxied 'HTTP proxy, TLS' "connect feeds.news.test:$good -" "http://127.0.0.1:$proxy" "https://feeds.news.test:$good/feed.xml" "$ours"
proxied 'HTTP proxy, HTTP/2' "connect feeds.news.test:$two -" "http://127.0.0.1:$proxy" "https://feeds.news.test:$two/feed.xml" "$ours"
proxied 'HTTP proxy with a user' "connect feeds.news.test:$good Basic dTpw" "http://u:p@127.0.0.1:$asking" "https://feeds.news.test:$good/feed.xml" \
    "$ours"
proxied 'HTTPS proxy' "get http://feeds.news.test:$port/feed.xml -" "https://localhost:$proxy_front" "http://feeds.news.test:$port/feed.xml" "$ours"
proxied 'HTTPS proxy, TLS' "connect feeds.news.test:$good -" "https://localhost:$proxy_front" "https://feeds.news.test:$good/feed.xml" "$ours"
proxied 'SOCKS proxy' "socks5 feeds.news.test:$port -" "socks5h://127.0.0.1:$proxy" "http://feeds.news.test:$port/feed.xml"
proxied 'SOCKS proxy, TLS' "socks5 feeds.news.test:$good -" "socks5h://127.0.0.1:$proxy" "https://feeds.news.test:$good/feed.xml" "$ours"
proxied 'SOCKS proxy with a user' "socks5 feeds.news.test:$port u:p" "socks5h://u:p@127.0.0.1:$asking" "http://feeds.news.test:$port/feed.xml"
proxied 'SOCKS proxy, names found here' "socks5 127.0.0.1:$port -" "socks5://127.0.0.1:$proxy" "http://localhost:$port/feed.xml"
: >"$dir/proxy.log"
row 'a feed of its own way' ok - "proxy=http://127.0.0.1:$proxy" "$base/feed.xml" "proxy=socks5h://127.0.0.1:$proxy"
verdict 'a feed of its own way: not the configured' "$(same "socks5 127.0.0.1:$port -" "$(cat "$dir/proxy.log")")"
row 'a proxy that wants a user' unreachable \
    "feeds.news.test:$good: the proxy refused: HTTP 407 Proxy Authentication Required" "proxy=http://127.0.0.1:$asking" "$ours" "https://feeds.news.test:$good/feed.xml"
row 'a proxy that wants a user, plain' http-error 'HTTP 407 Proxy Authentication Required' "proxy=http://127.0.0.1:$asking" \
    "http://feeds.news.test:$port/feed.xml"
row 'an HTTPS proxy nobody vouches for' tls-failure '*: TLS: unable to get local issuer certificate' \
    "proxy=https://localhost:$proxy_front" "http://feeds.news.test:$port/feed.xml"
row 'a proxy that is not there' unreachable '*: Connection refused' 'proxy=http://127.0.0.1:1' "$base/feed.xml"
row 'through a proxy the certificate is the host'"'s" tls-failure '*elsewhere.example*' "$ours" "proxy=http://127.0.0.1:$proxy" \
    "https://elsewhere.example:$good/feed.xml"
row 'the password is for the host alone' ok - "proxy=http://127.0.0.1:$proxy" "$base/~need=Authorization:%20Basic%20dTpw/feed.xml" \
    username=u password=p
verdict 'the password is for the host alone: not told' "$(same - "$(tail -n 1 "$dir/proxy.log" | cut -d ' ' -f 3)")"
opts=-v
row 'no secret of a proxy in log and messages' unreachable '*' "proxy=http://user:hush@127.0.0.1:1" "$base/feed.xml"
verdict 'no secret of a proxy in log and messages: indeed' "$(says_not hush)"
opts=

# --- what only the user sends --------------------------------------------------------------------
row 'a cookie that is offered' ok - parallel=1 "$base/~header=Set-Cookie:%20a=b/feed.xml" "$base/feed.xml"
row 'a cookie that is offered is not kept' http-error 'HTTP 401 Unauthorized' parallel=1 \
    "$base/~header=Set-Cookie:%20a=b;%20path=%2f/feed.xml" "$base/~need=Cookie:%20a=b/feed.xml"
row 'nor for a redirect' http-error "127.0.0.1:$port: HTTP 401 Unauthorized" \
    "$base/~header=Set-Cookie:%20a=b;%20path=%2f,redirect=%2f~need=Cookie:%2520a=b%2ffeed.xml/x"
for line in 'Cookie: a=b' 'X-Own: yes' 'Authorization: Basic dTpw'; do
	need="$base/~need=$(echo "$line" | sed 's/ /%20/g')/feed.xml"
	row "of one feed: ${line%%:*}" ok - parallel=1 "$need" username=u password=p cookie=a=b 'header=X-Own: yes'
	row "not of the next: ${line%%:*}" http-error 'HTTP 401 Unauthorized' parallel=1 \
	    "$need" username=u password=p cookie=a=b 'header=X-Own: yes' "$need"
done

# --- encodings: whatever libcurl offers it must read ------------------------------------------------
row 'encodings' ok - "$base/feed.xml"
offered=$(logged 7)
verdict 'encodings: gzip is offered' "$(case $offered in *gzip*) ;; *) echo "$offered" ;; esac)"
head -c 300 /dev/zero | tr '\0' '\377' >"$dir/ones"
while read -r encoding file; do
	cp "$top_srcdir/tests/daemon/encoded/$file" "$site/$file"
	{ head -c 30 "$site/$file"; head -c 300 "$dir/ones"; } >"$site/broken-$file"
	printf 'header=Content-Encoding: %s\ngzip=0\ntype=application/rss+xml\n' "$encoding" >"$site/$file.behave"
	cp "$site/$file.behave" "$site/broken-$file.behave"
	case " $offered," in
	*" $encoding,"*)
		row "encoding $encoding: $file" ok - "$base/$file"
		verdict "encoding $encoding: $file: all of it" "$(says '"entries":2'; says '"title":"Two"')"
		row "encoding $encoding: $file, broken" malformed 'its compression is broken' "$base/broken-$file" ;;
	*)
		count=$((count + 1))
		echo "ok $count - encoding $encoding: $file # SKIP this libcurl offers: $offered" ;;
	esac
done <<'END'
deflate feed.zlib
deflate feed.raw
br feed.br
zstd feed.zst
END

echo "1..$count"
