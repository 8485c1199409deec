# shellcheck shell=sh
# Part of test-manners.sh: where redirects lead, what is remembered of them, what goes along.
# shellcheck disable=SC2154

rule 'redirects have an end'
plain chain-10.xml chain=10
plain chain-11.xml chain=11
plain circle.xml loop
plain circle-a.xml redirect=/circle-b.xml
plain circle-b.xml redirect=/circle-a.xml
says nowhere.xml status=301
says fragment.xml 'redirect=/target.xml#part'
keeps 'ten are followed' 2 "$(add chain-10.xml)"
keeps 'eleven are not' redirect-error "$(refused chain-11.xml)"
keeps 'no circle' redirect-error "$(refused circle.xml)"
keeps 'none of two' redirect-error "$(refused circle-a.xml)"
keeps 'its first was asked once' '1 1' "$(came /circle-a.xml) $(came /circle-b.xml)"
keeps 'one without a target' redirect-error "$(refused nowhere.xml)"

rule 'redirects lead to http and https alone'
for scheme in file:///etc/passwd ftp://127.0.0.1/x gopher://127.0.0.1/x data:text/xml,x javascript:x ldap://127.0.0.1/ \
    "http://ann:word@127.0.0.1:$port/target.xml"; do
	says scheme.xml "redirect=$scheme"
	keeps "at the first hop: ${scheme%%[:/]*}${scheme##*/}" redirect-error "$(refused scheme.xml)"
	says scheme-2.xml redirect=/scheme.xml
	keeps "at the second: ${scheme%%[:/]*}${scheme##*/}" redirect-error "$(refused scheme-2.xml)"
done

rule 'a target is a reference'
# lands NAME REFERENCE PATH: the redirect leads to the path, which is asked for as it stands in the log
lands()
{
	says "$1" "redirect=$2"
	add "$1" >/dev/null
	keeps "'$2'" yes "$([ "$(came "$3")" -gt 0 ] && echo yes || tail -n 1 "$work/heads" | cut -f 4)"
}
mkdir "$site/deep"
lands deep/relative.xml next.xml /deep/next.xml
lands deep/up.xml ../up.xml /up.xml
lands deep/scheme.xml "//127.0.0.1:$port/by-scheme.xml" /by-scheme.xml
lands deep/query.xml '?q=1' '/deep/query.xml?q=1'
lands deep/space.xml '/with space.xml' /with%20space.xml
lands deep/umlaut.xml "$(printf '/k\303\244se.xml')" /k%c3%a4se.xml
lands deep/fragment.xml '/by-fragment.xml#part' /by-fragment.xml

rule 'a permanent move is believed the second time'
for code in 301 308; do
	plain moved-$code-new.xml
	plain moved-$code.xml '[2]' status=$code redirect=/moved-$code-new.xml
	plain once-$code.xml '[2]' status=$code redirect=/moved-$code-new.xml '[3]' 'etag="back"'
	says page-$code.xml file=no-entries.xml '[2]' status=$code redirect=/sorry.html
	add moved-$code.xml once-$code.xml page-$code.xml >/dev/null
done
for code in 301 308; do
	turn 2 moved-$code.xml once-$code.xml page-$code.xml
	in_time "$code: not the first time" "$origin/moved-$code.xml" about moved-$code.xml url
	turn 3 moved-$code.xml once-$code.xml page-$code.xml
	in_time "$code: the second" "$origin/moved-$code-new.xml" about moved-$code-new.xml url
	keeps "$code: where it was is kept" "$origin/moved-$code.xml" "$(about moved-$code-new.xml original_url)"
	turn 3 moved-$code-new.xml
	keeps "$code: it is asked there" 3 "$(came /moved-$code.xml)"
	keeps "$code: with what it gave" yes "$(case $(sent /moved-$code-new.xml 3 If-None-Match) in \"*) echo yes ;; esac)"
	keeps "$code: a move that was taken back is none" "$origin/once-$code.xml" "$(about once-$code.xml url)"
	keeps "$code: to a page there is none" "$origin/page-$code.xml" "$(about page-$code.xml url)"
done
plain mixed-last.xml
says mixed-second.xml status=302 redirect=/mixed-last.xml
plain mixed.xml '[2]' status=301 redirect=/mixed-second.xml
plain mixed-late.xml '[2]' status=302 redirect=/mixed-third.xml
says mixed-third.xml status=301 redirect=/mixed-last.xml
add mixed.xml mixed-late.xml >/dev/null
turn 3 mixed.xml mixed-late.xml
in_time 'only as far as it is permanent' "$origin/mixed-second.xml" about mixed-second.xml url
keeps 'not beyond what is temporary' "$origin/mixed-late.xml" "$(about mixed-late.xml url)"

rule 'a temporary move is never remembered'
for code in 302 303 307; do
	plain for-now-$code.xml '[2]' status=$code redirect=/target.xml
	add for-now-$code.xml >/dev/null
done
for code in 302 303 307; do
	turn 4 for-now-$code.xml
	keeps "$code" "$origin/for-now-$code.xml -" "$(about for-now-$code.xml url) $(about for-now-$code.xml original_url)"
done

rule 'a move can be taken back'
ask feed.set '{"feed":"'"$origin"'/moved-301-new.xml","set":{"url":"'"$origin"'/moved-301.xml"}}' feed.url >/dev/null
turn 6 moved-301.xml
keeps 'it is not made again' "$origin/moved-301.xml" "$(about moved-301.xml url)"
keeps 'that is told' "moving moved" "$(gazette health --json "$origin/moved-301.xml" | sed 's/.*"what":"\([a-z]*\)".*/\1/' | paste -s -d ' ' -)"
keeps 'and why' yes "$(gazette health "$origin/moved-301.xml" | grep -q 'which was taken back: it stays' && echo yes)"

rule 'what is gone is let go'
plain gone.xml '[2]' status=410
add gone.xml >/dev/null
in_time 'when it was said twice' gone about gone.xml health
keeps 'it is not asked again' never "$(wait_of "$origin/gone.xml")"
keeps 'why' 'the server says it is gone for good (410)' "$(about gone.xml next_poll_reason)"
keeps 'what came is kept' 2 "$(count_of gone.xml)"
keeps 'that is told' 'gone HTTP 410 Gone: it is polled no more; its entries stay. Refreshing it by name tries it again' \
    "$(ask health '{"feeds":["'"$origin"'/gone.xml"]}' findings.0.what) $(ask health '{"feeds":["'"$origin"'/gone.xml"]}' findings.0.reason)"
plain gone.xml
turn 4 gone.xml
in_time 'it is back if it is asked for' ok about gone.xml health

rule 'what is secret goes nowhere else'
basic='Basic YW5uOnMzY3JldC13b3Jk'
turn 3 secret.xml
in_time 'it has been everywhere' yes eval '[ "$(came /elsewhere.xml)" -gt 0 ] && [ "$(came /own-target.xml)" -gt 0 ] && echo yes'
keeps 'at once to its own' "$basic" "$(sent /secret.xml 1 Authorization)"
keeps 'the cookie, too' id=s3cret-cookie "$(sent /secret.xml 1 Cookie)"
keeps 'and the header' s3cret-header "$(sent /secret.xml 1 X-Own)"
for each in Authorization Authorization2 Cookie X-Own If-None-Match; do
	keeps "another origin gets no $each" - "$(sent /elsewhere.xml 1 $each)"
done
says port.xml "redirect=http://localhost:$port/elsewhere.xml"
ask feed.add '{"url":"'"$origin"'/port.xml","settings":{"username":"ann","password":"s3cret-word"}}' new >/dev/null
keeps 'another name is another origin' - "$(sent /elsewhere.xml 2 Authorization)"
keeps 'a redirect within its own takes it along' "$basic" "$(awk -F '\t' '$4 == "/own-target.xml"' "$work/heads" | grep -o "$basic" | head -n 1)"
keeps 'no answer shows it' 0 "$( { ask feed.list; ask feed.get '{"feed":"'"$origin"'/secret.xml"}'; ask health; gazette feeds --json
    gazette export --format opml; } 2>&1 | grep -c s3cret)"
keeps 'nor does the log' 0 "$(grep -c s3cret "$log")"
