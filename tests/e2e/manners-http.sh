# shellcheck shell=sh
# Part of test-manners.sh: conditional requests.
# shellcheck disable=SC2154

# --- what the origin will say -------------------------------------------------------------------

long_tag=\"$(printf '%02000d' 0)\"
latin_tag=$(printf '"\351t\351"')
plain opaque-1.xml 'etag=unquoted tag'
plain opaque-2.xml 'etag=W/"weak"'
plain opaque-3.xml 'etag="back\slash, comma"'
plain opaque-4.xml 'etag=""'
plain opaque-5.xml "etag=$long_tag"
plain opaque-6.xml "etag=$latin_tag"
plain opaque-7.xml etag= 'modified=the day  before yesterday'
plain opaque-8.xml etag= 'modified=2026-11-25T12:00:00+01:00'
plain both.xml 'etag="a"' 'modified=Wed, 25 Nov 2026 12:00:00 GMT'
plain no-tag.xml etag= 'modified=Wed, 25 Nov 2026 12:00:00 GMT'
plain no-date.xml 'etag="a"' modified=
feed replaced-new 3
for i in 1 2 3 4; do
	feed replaced-$i 2
done
says replaced-1.xml 'file=replaced-new.xml' '[1]' 'file=replaced-1.xml' 'etag="a"' 'modified=old' '[2]' novalidators
says replaced-2.xml 'file=replaced-new.xml' '[1]' 'file=replaced-2.xml' 'etag="a"' 'modified=old' '[2]' 'etag="b"' modified=
says replaced-3.xml 'file=replaced-new.xml' '[1]' 'file=replaced-3.xml' 'etag="a"' 'modified=old' '[2]' etag= modified=new
says replaced-4.xml ignore '[1]' 'etag="a"' 'modified=old' '[2]' novalidators
plain renewed.xml '[1]' 'etag="a"' 'modified=old' '[2]' 'etag="a"' 'etag304="b"' modified= '[3]' 'etag="b"' modified=
echo '<!DOCTYPE html><html><head><title>Sorry</title></head><body><p>We are being repaired.</p></body></html>' >"$site/sorry.html"
echo '<rss version="2.0"><channel><title>Nothing</title></channel></rss>' >"$site/no-entries.xml"
: >"$site/empty.xml"
echo 'this is no feed' >"$site/garbage.xml"
errors='kept-status kept-cut kept-reset kept-page kept-garbage kept-empty kept-nothing kept-gzip kept-large kept-206 kept-226 kept-304'
plain kept-status.xml '[1]' 'etag="a"' '[2]' status=500 'etag="b"' 'header=Last-Modified: now' '[3]' 'etag="a"'
plain kept-cut.xml '[1]' 'etag="a"' '[2]' 'etag="b"' file=replaced-new.xml truncate=500 '[3]' 'etag="a"'
plain kept-reset.xml '[1]' 'etag="a"' '[2]' 'etag="b"' file=replaced-new.xml reset=500 '[3]' 'etag="a"'
plain kept-page.xml '[1]' 'etag="a"' '[2]' 'etag="b"' file=sorry.html '[3]' 'etag="a"'
plain kept-garbage.xml '[1]' 'etag="a"' '[2]' 'etag="b"' file=garbage.xml '[3]' 'etag="a"'
plain kept-empty.xml '[1]' 'etag="a"' '[2]' 'etag="b"' file=empty.xml '[3]' 'etag="a"'
plain kept-nothing.xml '[1]' 'etag="a"' '[2]' 'etag="b"' status=204 '[3]' 'etag="a"'
plain kept-gzip.xml '[1]' 'etag="a"' '[2]' 'etag="b"' 'header=Content-Encoding: gzip' gzip=0 file=replaced-new.xml '[3]' 'etag="a"'
plain kept-large.xml '[1]' 'etag="a"' '[2]' 'etag="b"' huge=1000000 gzip=0 '[3]' 'etag="a"'
plain kept-206.xml '[1]' 'etag="a"' '[2]' 'etag="b"' status=206 file=replaced-new.xml '[3]' 'etag="a"'
plain kept-226.xml '[1]' 'etag="a"' '[2]' 'etag="b"' status=226 file=replaced-new.xml '[3]' 'etag="a"'
plain kept-304.xml novalidators '[2]' status=304 'header=ETag: "b"' '[3]' novalidators
feed target 2
says target.xml 'etag="target"'
plain bound.xml '[1]' 'etag="own"' '[2]' redirect=/target.xml
plain elsewhere.xml 'etag="elsewhere"'
plain secret.xml '[1]' 'etag="own"' '[2]' "redirect=$other/elsewhere.xml" '[3]' redirect=/own-target.xml
plain own-target.xml
plain hashed.xml novalidators
plain whole.xml

# --- asking again --------------------------------------------------------------------------------

opaque='opaque-1.xml opaque-2.xml opaque-3.xml opaque-4.xml opaque-5.xml opaque-6.xml opaque-7.xml opaque-8.xml'
replaced='replaced-1.xml replaced-2.xml replaced-3.xml replaced-4.xml'
# shellcheck disable=SC2086	# lists of names
add $opaque both.xml no-tag.xml no-date.xml $replaced renewed.xml bound.xml hashed.xml >/dev/null
for each in $errors; do
	add "$each.xml" >/dev/null
done
ask feed.add '{"url":"'"$origin"'/secret.xml","settings":{"username":"ann","password":"s3cret-word","cookie":"id=s3cret-cookie",'\
'"header":["X-Own: s3cret-header","Authorization2: no"],"user_agent":"mine/1"}}' new >/dev/null

rule 'validators are opaque'
# shellcheck disable=SC2086
turn 2 $opaque
keeps 'an ETag without quotes' 'unquoted tag' "$(sent /opaque-1.xml 2 If-None-Match)"
keeps 'a weak one' 'W/"weak"' "$(sent /opaque-2.xml 2 If-None-Match)"
keeps 'one with a backslash and a comma' '"back\slash, comma"' "$(sent /opaque-3.xml 2 If-None-Match)"
keeps 'an empty one' '""' "$(sent /opaque-4.xml 2 If-None-Match)"
keeps 'a long one' "$long_tag" "$(sent /opaque-5.xml 2 If-None-Match)"
keeps 'one that is not UTF-8' "$latin_tag" "$(sent /opaque-6.xml 2 If-None-Match)"
keeps 'a Last-Modified that is no date' 'the day  before yesterday' "$(sent /opaque-7.xml 2 If-Modified-Since)"
keeps 'one in another form' '2026-11-25T12:00:00+01:00' "$(sent /opaque-8.xml 2 If-Modified-Since)"
keeps 'none is invented' '- -' "$(sent /opaque-7.xml 2 If-None-Match) $(sent /opaque-1.xml 1 If-Modified-Since)"

rule 'both validators are sent'
turn 2 both.xml no-tag.xml no-date.xml
keeps 'ETag' '"a"' "$(sent /both.xml 2 If-None-Match)"
keeps 'Last-Modified beside it' 'Wed, 25 Nov 2026 12:00:00 GMT' "$(sent /both.xml 2 If-Modified-Since)"
keeps 'Last-Modified alone' '- Wed, 25 Nov 2026 12:00:00 GMT' \
    "$(sent /no-tag.xml 2 If-None-Match) $(sent /no-tag.xml 2 If-Modified-Since)"
keeps 'ETag alone' '"a" -' "$(sent /no-date.xml 2 If-None-Match) $(sent /no-date.xml 2 If-Modified-Since)"

rule 'the first repeat is conditional'
keeps 'the first request is not' '- -' "$(sent /both.xml 1 If-None-Match) $(sent /both.xml 1 If-Modified-Since)"
in_time 'the second is answered by 304' 1 eval '[ "$(requests /both.xml 304)" -gt 0 ] && echo 1'
keeps 'one document was sent' 1 "$(requests /both.xml 200)"

rule 'a new document replaces both validators'
# shellcheck disable=SC2086
turn 3 $replaced
keeps 'by none' '- -' "$(sent /replaced-1.xml 3 If-None-Match) $(sent /replaced-1.xml 3 If-Modified-Since)"
keeps 'by an ETag' '"b" -' "$(sent /replaced-2.xml 3 If-None-Match) $(sent /replaced-2.xml 3 If-Modified-Since)"
keeps 'by a Last-Modified' '- new' "$(sent /replaced-3.xml 3 If-None-Match) $(sent /replaced-3.xml 3 If-Modified-Since)"
keeps 'the same document, too' '- -' "$(sent /replaced-4.xml 3 If-None-Match) $(sent /replaced-4.xml 3 If-Modified-Since)"

rule 'a 304 may renew a validator'
turn 3 renewed.xml
keeps 'what it names' '"b"' "$(sent /renewed.xml 3 If-None-Match)"
keeps 'and only that' old "$(sent /renewed.xml 3 If-Modified-Since)"

rule 'errors change no validator'
for each in $errors; do
	turn 3 "$each.xml"
	case $each in
	kept-304) keeps "$each" '-' "$(sent "/$each.xml" 3 If-None-Match)" ;;
	*) keeps "$each" '"a"' "$(sent "/$each.xml" 3 If-None-Match)" ;;
	esac
	keeps "$each: its entries stay as they are" 2 "$(count_of "$each.xml")"
done

rule 'validators belong to a URL'
turn 2 bound.xml
keeps 'the URL gets its own' '"own"' "$(sent /bound.xml 2 If-None-Match)"
keeps 'the target of a redirect does not' '- -' "$(sent /target.xml 1 If-None-Match) $(sent /target.xml 1 If-Modified-Since)"
turn 3 bound.xml
keeps 'then the target gets what it gave' '"target"' "$(sent /target.xml 2 If-None-Match)"
keeps 'and the URL nothing' - "$(sent /bound.xml 3 If-None-Match)"
ask feed.set '{"feed":"'"$origin"'/both.xml","set":{"url":"'"$origin"'/both.xml?other"}}' feed.url >/dev/null
turn 1 'both.xml?other'
keeps 'another URL, none' '- -' "$(sent '/both.xml?other' 1 If-None-Match) $(sent '/both.xml?other' 1 If-Modified-Since)"

rule 'an equal body is nothing new'
turn 1 hashed.xml
in_time 'it counts as not modified' 1 ask feed.refresh '{"feeds":["'"$origin"'/hashed.xml"]}' not_modified

rule 'nothing is fetched twice'
add whole.xml >/dev/null
keeps 'subscribing is one request' 1 "$(came /whole.xml)"
in_time 'a poll is answered by 304' 1 ask feed.refresh '{"feeds":["'"$origin"'/whole.xml"]}' not_modified
keeps 'which was one request' "$(requests /whole.xml 200) $(requests /whole.xml 304)" "1 $(($(came /whole.xml) - 1))"
