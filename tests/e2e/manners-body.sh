# shellcheck shell=sh
# Part of test-manners.sh: what is taken from an answer, and what is too much.
# shellcheck disable=SC2154

# refused NAME: the word for why it is not subscribed to
refused()
{
	add "$1" | cut -d: -f1
}

# --- compression: the same document in each coding ------------------------------------------------

feed coded 2
size=$(wc -c <"$site/coded.xml" | tr -d ' ')

# bytes NUMBER...: as octets
bytes()
{
	for byte in "$@"; do
		# shellcheck disable=SC2059	# the format is made
		printf "\\$(printf %03o "$byte")"
	done
}
# One block that is stored as it is (RFC 1951 section 3.2.4).
stored()
{
	bytes 1 $((size % 256)) $((size / 256)) $((255 - size % 256)) $((255 - size / 256))
	cat "$site/coded.xml"
}
# RFC 1950 section 9.
adler()
{
	od -An -v -tu1 "$site/coded.xml" | awk 'BEGIN { a = 1 } { for (i = 1; i <= NF; i++) { a = (a + $i) % 65521; b = (b + a) % 65521 } }
	    END { print int(b / 256), b % 256, int(a / 256), a % 256 }'
}
stored >"$site/deflate-raw"
# shellcheck disable=SC2046
{ bytes 120 1; stored; bytes $(adler); } >"$site/deflate-zlib"
# RFC 7932 section 9.2: a window of 2^16, one uncompressed block, an empty last one.
block=$(((size - 1) * 16 + 1048576))
{ bytes $((block % 256)) $((block / 256 % 256)) $((block / 65536)); cat "$site/coded.xml"; bytes 3; } >"$site/brotli"
gzip -c <"$site/coded.xml" >"$site/gzip"
{ cat "$site/gzip"; bytes 0 0 0 0 0 0 0 0; } >"$site/gzip-padded"
{ cat "$site/gzip"; echo 'and some more that is no gzip'; } >"$site/gzip-more"
head -c 100 "$site/coded.xml" | gzip -c >"$site/gzip-parts"
tail -c +101 "$site/coded.xml" | gzip -c >>"$site/gzip-parts"
gzip -c <"$site/gzip" >"$site/gzip-twice"
head -c $(($(wc -c <"$site/gzip") * 2 / 3)) "$site/gzip" >"$site/gzip-cut"
head -c $(($(wc -c <"$site/gzip") - 8)) "$site/gzip" >"$site/gzip-no-end"

# coded NAME CODING: site/coded-NAME.xml is the file NAME with this Content-Encoding
coded()
{
	says "coded-$1${3:-}.xml" "file=$1" gzip=0 "header=Content-Encoding: $2" type=application/rss+xml
	refused "coded-$1${3:-}.xml"
}

rule 'compression is offered and undone'
offered=" $(sent /both.xml 1 Accept-Encoding | tr -d ,) "
keeps 'gzip and deflate are offered' 'gzip deflate' "$(for each in $offered; do case $each in gzip | deflate) echo $each ;; esac; done | xargs)"
keeps 'gzip' 2 "$(coded gzip gzip)"
keeps 'as x-gzip' 2 "$(coded gzip X-GZip -x)"
keeps 'deflate' 2 "$(coded deflate-zlib deflate)"
keeps 'deflate without its wrapping' 2 "$(coded deflate-raw deflate)"
case $offered in
*' br '*)
	keeps 'br' 2 "$(coded brotli br)" ;;
*)
	skip "$rule: br" 'it was built without libbrotlidec' ;;
esac
keeps 'none at all' 2 "$(coded coded.xml identity)"
keeps 'gzip with zeros behind it' 2 "$(coded gzip-padded gzip)"
keeps 'gzip with a tail behind it' 2 "$(coded gzip-more gzip)"
keeps 'gzip in two parts' 2 "$(coded gzip-parts gzip)"
keeps 'gzip of gzip' 2 "$(coded gzip-twice 'gzip, gzip')"
keeps 'gzip that ends in the middle is an error' truncated "$(coded gzip-cut gzip)"
keeps 'gzip without its last bytes is an error' truncated "$(coded gzip-no-end gzip)"

rule 'the size is limited'
plain huge.xml gzip=0 huge=1000000
plain endless.xml gzip=0 huge=0
plain bomb.xml bomb=100000000
keeps 'announced' too-large "$(refused huge.xml)"
keeps 'without an end' too-large "$(refused endless.xml)"
keeps 'after decompression' too-large "$(refused bomb.xml)"
keeps 'before: it was given up early' yes "$(at_least 0 "$(awk -F '\t' '$2 == "/endless.xml" { print $4 }' "$work/access")" 100000000)"
# Gzip that decodes to nothing: a header, then empty blocks.
{ bytes 31 139 8 0 0 0 0 0 0 3; awk 'BEGIN { for (i = 0; i < 60000; i++) printf "%c%c", 0, 0 }'; } >/dev/null
printf '\037\213\010\000\000\000\000\000\000\003' >"$site/air"
printf '\000\000\000\377\377' >"$site/block"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do
	cat "$site/block" "$site/block" >"$site/blocks" && mv "$site/blocks" "$site/block"
done
cat "$site/block" >>"$site/air"
keeps 'as it is sent' too-large "$(coded air gzip)"

rule 'the time is limited'
plain stall.xml stall
plain slow.xml slow=30 gzip=0
plain late.xml slow=150 gzip=0
plain quick.xml
for each in stall slow late; do
	subscribe_later "$origin/$each.xml" >/dev/null
done
in_time 'they have been asked' 3 eval 'echo $(($(came /stall.xml) + $(came /slow.xml) + $(came /late.xml)))'
keeps 'others do not wait for them' 2 "$(add quick.xml)"
keeps 'who comes meanwhile is served at once' '- - -' \
    "$(about stall.xml error.word) $(about slow.xml error.word) $(about late.xml error.word)"
in_time 'no answer' too-slow about stall.xml error.word
in_time 'too slow' too-slow about slow.xml error.word
in_time 'not complete in time' too-slow about late.xml error.word

rule 'a part is no document'
plain part-length.xml truncate=500
plain part-chunks.xml chunk=100 truncate=500
plain part-reset.xml reset=500
plain part-late.xml truncate=$((size - 20)) file=coded.xml
plain part-none.xml truncate=0
verbatim part-10.xml 'HTTP/1.0 200 OK\r\n\r\n' /dev/null
head -c 500 "$site/coded.xml" >>"$site/part-10.xml.raw"
says part-10.xml raw=part-10.xml.raw close
for each in part-length part-chunks part-reset part-late part-none; do
	keeps "$each" truncated "$(refused $each.xml)"
done
keeps 'one whose length nobody told' truncated "$(refused part-10.xml)"
keeps 'nothing of it is stored' 0 "$(ask item.count '{"queries":["url:part"]}' counts.0)"

rule 'nothing is not news'
keeps 'an empty document' empty "$(refused empty.xml)"
says no-content.xml status=204
keeps 'no content' empty "$(refused no-content.xml)"
keeps 'a page' not-a-feed "$(refused sorry.html)"
keeps 'neither page nor feed' not-a-feed "$(refused garbage.xml)"
plain emptied.xml '[2]' file=no-entries.xml 'etag="2"'
add emptied.xml >/dev/null
turn 2 emptied.xml
keeps 'a feed without entries takes none away' 2 "$(count_of emptied.xml)"
in_time 'and is no error' ok about emptied.xml health
for each in kept-page kept-empty kept-nothing; do
	keeps "$each: its entries stay" 2 "$(count_of $each.xml)"
done

rule 'what it is decides, not what it is called'
for type in text/plain text/html application/octet-stream image/png '' 'nonsense; ; charset' 'application/json'; do
	plain "typed-$(echo "$type" | tr -cd a-z).xml" "type=$type"
	keeps "a feed as '$type'" 2 "$(add "typed-$(echo "$type" | tr -cd a-z).xml")"
done
says typed-page.xml file=sorry.html type=application/rss+xml
keeps 'a page as a feed' not-a-feed "$(refused typed-page.xml)"
plain alternate.xml
echo '<html><head><title>Home</title><link rel="alternate" type="application/rss+xml" href="/alternate.xml"></head></html>' >"$site/home.html"
keeps 'a page leads to its feed' "$origin/alternate.xml" "$(ask feed.add '{"url":"'"$origin"'/home.html"}' feed.url)"
turn 3 alternate.xml
keeps 'the page is not asked again' 1 "$(came /home.html)"

# letters NAME TYPE DECLARATION TITLE: a feed whose first entry has this title, in bytes
letters()
{
	# shellcheck disable=SC2059	# the title has escapes
	{
		printf "$5"
		printf '<?xml version="1.0"%s?><rss version="2.0"><channel><title>%s</title><item><guid>1</guid><title>' "${3:-}" "$1"
		printf "$4"
		echo '</title></item></channel></rss>'
	} >"$site/letters-$1.xml"
	says "letters-$1.xml" "type=$2"
	add "letters-$1.xml" >/dev/null
	ask item.list '{"query":"feed:'"\\\"$1\\\""'"}' items.0.title
}
rule 'letters are read as they were written'
keeps 'UTF-8 if nobody says anything' 'Käse' "$(letters silent application/xml '' 'K\303\244se' '')"
keeps 'as the XML declares' 'Käse' "$(letters declared application/xml ' encoding="iso-8859-1"' 'K\344se' '')"
keeps 'HTTP goes before' 'Käse' "$(letters http 'application/xml; charset=iso-8859-1' ' encoding="utf-8"' 'K\344se' '')"
keeps 'a byte order mark before both' 'Käse' "$(letters mark 'application/xml; charset=iso-8859-1' ' encoding="iso-8859-1"' 'K\303\244se' '\357\273\277')"
keeps 'if it is wrong the next one is tried' 'Käse' "$(letters wrong 'application/xml; charset=utf-8' ' encoding="iso-8859-1"' 'K\344se' '')"
keeps 'what is unknown does not count' 'Käse' "$(letters unknown 'text/xml; charset=klingon' ' encoding="utf-8"' 'K\303\244se' '')"
