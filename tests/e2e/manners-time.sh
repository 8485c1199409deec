# shellcheck shell=sh
# Part of test-manners.sh: when it is asked again, and what a failure costs.
# shellcheck disable=SC2154

# host N: the origin at an address of its own
host()
{
	echo "http://127.0.1.$1:$port"
}
# later URL: subscribes, and waits until it has been asked
later()
{
	subscribe_later "$1" >/dev/null
	tries=$LIMIT
	while [ "$(of_feed "$1" last_poll)" = - ] && [ "$tries" -gt 0 ]; do
		tries=$((tries - 1))
		sleep 0.05
	done
}

# --- seconds that can be waited for ---------------------------------------------------------------

plain told.xml '[2]' status=429 retry_after=5 '[3]'
plain beside.xml
plain told-briefly.xml '[2]' status=429 retry_after=2 '[3]'
plain told-too.xml '[2]' status=503 retry_after=5 '[3]'
says leads-there.xml "redirect=$(host 1)/beside.xml"
plain failing.xml status=500
plain long.xml delay=1500
for each in "$(host 1)/told.xml" "$(host 1)/beside.xml" "$(host 2)/told-too.xml" "$(host 3)/told-briefly.xml"; do
	subscribe "$each" >/dev/null
done
subscribe_later "$origin/failing.xml" >/dev/null
add long.xml >/dev/null

# after STATUS HOST LINE: from this answer of the host to the first request there behind this line of the log, in milliseconds
after()
{
	awk -F '\t' -v status="$1" -v host="$2:$port" '$9 == host && $3 == status { print $11; exit }' "$work/access" |
	    awk -F '\t' -v host="Host: $2:$port" -v line="$3" 'NR == FNR { at = $1; next } FNR > line && $5 == host { print $2 - at; exit }' - "$work/heads"
}
rule 'who is told to wait waits'
# What was under way when they were told has come by the time that it is known.
for each in "429 $(host 1)/told.xml" "503 $(host 2)/told-too.xml"; do
	in_time 'it is told' "${each%% *}" of_feed "${each#* }" error.status
done
in_time 'nothing is under way' 0 ask status '{}' in_flight
known=$(wc -l <"$work/heads")
asked_for()
{
	ask feed.refresh '{"feeds":["'"$(host 1)/told.xml"'","'"$(host 1)/beside.xml"'","'"$(host 2)/told-too.xml"'"]}' polled >/dev/null
	[ -n "$(after 429 127.0.1.1 "$known")" ] && [ -n "$(after 503 127.0.1.2 "$known")" ] && echo yes
}
in_time 'both are told, asked for again, and asked' yes asked_for
keeps '429: nobody of the host before, whoever asks' yes "$(at_least 5000 "$(after 429 127.0.1.1 "$known")")"
keeps '503 as well' yes "$(at_least 5000 "$(after 503 127.0.1.2 "$known")")"

in_time 'who is told how long is back after that' 3 eval '[ "$(came /told-briefly.xml)" -ge 3 ] && echo 3'
keeps 'and not before' yes "$(at_least 2000 "$(gap /told-briefly.xml 2)")"

rule 'failures make it wait longer'
in_time 'a feed that fails is asked again' 3 eval '[ "$(came /failing.xml)" -ge 3 ] && echo 3'
keeps 'after twice the interval' yes "$(at_least 2000 "$(gap /failing.xml 1)")"
keeps 'then after twice that' yes "$(at_least 4000 "$(gap /failing.xml 2)")"

rule 'the interval begins when the fetch ends'
in_time 'a slow one is asked again' 2 eval '[ "$(came /long.xml)" -ge 2 ] && echo 2'
keeps 'so long after its answer' yes "$(at_least 2500 "$(gap /long.xml 1)")"

daemon_down

# --- hours, which are told -----------------------------------------------------------------------

state=$work/hours
configure min_interval 1h
daemon_up
long_ago='Sun, 06 Nov 1994 08:49:37 GMT'

# channel NAME ELEMENTS: a feed that says so of itself
channel()
{
	printf '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>%s</title>%s<item>
	    <guid>1</guid><title>one</title></item></channel></rss>\n' "$1" "$2" >"$site/$1.xml"
}
# waits WHAT NAME LOW HIGH [LINE...]: a feed that is answered so is asked again after so many seconds
waits()
{
	what=$1 of=$2 low=$3 high=$4
	shift 4
	[ -e "$site/$of.xml" ] || feed "$of" 2
	says "$of.xml" "$@"
	add "$of.xml" >/dev/null
	keeps "$what" yes "$(at_least "$low" "$(wait_of "$origin/$of.xml")" "$high")"
}
# By itself 4 h, and a tenth.
usual='3600 15841'
hours='18000 19801'
day='86400 95041'

rule 'what is said of freshness counts'
# shellcheck disable=SC2086	# pairs of numbers
{
	waits 'nothing is said' usual $usual
	waits 'max-age' age $hours 'header=Cache-Control: max-age=18000'
	waits 'among others, in capitals and quotes' ages $hours 'header=Cache-Control: public, X="a, max-age=1", MAX-AGE="18000", stale-if-error=9'
	waits 'on two lines' ages-2 $hours 'header=Cache-Control: max-age=18000' 'header=Cache-Control: public'
	waits 'with blanks about it' ages-3 $hours 'header=Cache-Control:  private ,max-age = 18000 '
	waits 'max-age less Age' spent 14400 15841 'header=Cache-Control: max-age=18000' 'header=Age: 3600'
	waits 'Expires from the Date' expires $hours "date=$long_ago" 'header=Expires: Sun, 06 Nov 1994 13:49:37 GMT'
	waits 'max-age goes before it' before $hours "date=$long_ago" 'header=Expires: Sun, 06 Nov 1994 18:49:37 GMT' 'header=Cache-Control: max-age=18000'
	waits 'at most a day' capped $day 'header=Cache-Control: max-age=99999999999999999999'
	waits 'Expires at most a day' capped-2 $day 'header=Expires: Fri, 01 Jan 2100 00:00:00 GMT'
	waits 'a shorter one does not shorten' short $usual 'header=Cache-Control: max-age=60'
	waits 'Expires: 0' expired $usual 'header=Expires: 0'
	waits 'Expires: -1' expired-2 $usual 'header=Expires: -1'
	waits 'Expires in the past' expired-3 $usual "header=Expires: $long_ago"
	waits 'what is for shared caches does not count' shared-age $usual 'header=Cache-Control: s-maxage=18000'
	waits 'nor what is no number' no-age $usual 'header=Cache-Control: max-age=soon'
	waits 'an error may say it' usual-2 $usual 'header=Cache-Control: no-cache'
	verbatim folded.xml 'HTTP/1.1 200 OK\r\nETag: "a"\r\nCache-Control: public,\r\n  max-age=18000\r\nConnection: close\r\n\r\n' "$site/coded.xml"
	waits 'on a line that goes on' folded $hours raw=folded.xml.raw close
}

rule 'what the feed says of its rhythm counts'
channel ttl '<ttl>300</ttl>'
channel ttl-short '<ttl>5</ttl>'
channel ttl-long '<ttl>100000000</ttl>'
channel ttl-wrong '<ttl>often</ttl>'
channel period '<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>'
channel period-long '<sy:updatePeriod>yearly</sy:updatePeriod>'
channel hourly '<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>'
hour=$(date -u +%H)
hour=${hour#0}
channel hours "<skipHours>$(for i in 0 1 2 3 4 5 6 7; do echo "<hour>$(((hour + i) % 24))</hour>"; done)</skipHours>"
channel days "<skipDays><day>$(LC_ALL=C date -u +%A)</day><day>$(LC_ALL=C TZ=UTC-24 date +%A)</day></skipDays>"
# shellcheck disable=SC2086
{
	waits 'ttl' ttl $hours
	waits 'a short one does not shorten' ttl-short $usual
	waits 'at most a day' ttl-long $day
	waits 'nor counts what is no number' ttl-wrong $usual
	waits 'sy:updatePeriod by sy:updateFrequency' period 21600 23761
	waits 'at most a day, too' period-long $day
	waits 'once an hour, as many say' hourly $usual
	waits 'skipHours' hours 25200 33000
	waits 'skipDays' days 86400 176500
}

rule 'Retry-After is understood'
# told WHAT N LOW HIGH LINE...: the host N says so
told()
{
	what=$1 of=$2 low=$3 high=$4
	shift 4
	plain "told-$of.xml" "$@"
	later "$(host "$of")/told-$of.xml"
	keeps "$what" yes "$(at_least "$low" "$(wait_of "$(host "$of")/told-$of.xml")" "$high")"
}
told 'seconds' 20 18000 22501 status=429 retry_after=18000
told 'a date' 21 18000 22501 status=429 "date=$long_ago" 'retry_after=Sun, 06 Nov 1994 13:49:37 GMT'
told 'one of RFC 850' 22 18000 22501 status=503 "date=$long_ago" 'retry_after=Sunday, 06-Nov-94 13:49:37 GMT'
told 'one of asctime()' 23 18000 22501 status=503 "date=$long_ago" 'retry_after=Sun Nov  6 13:49:37 1994'
told 'a week at most' 24 604800 665281 status=429 retry_after=99999999999
told 'more than a day' 25 172800 190081 status=429 retry_after=172800
told 'none' 26 3600 18001 status=429
told 'none with 503' 27 3600 18001 status=503
told 'what cannot be understood is none' 28 3600 18001 status=429 retry_after=soon
told 'nor what is less than nothing' 29 3600 18001 status=429 retry_after=-5
told 'a date that is over' 30 3600 18001 status=429 "retry_after=$long_ago"
told 'other errors may say it' 31 18000 22501 status=500 retry_after=18000
rest()
{
	ask feed.refresh '{"feeds":["'"$(host "$1")/told-$1.xml"'"]}' polled skipped.0.reason
}
before=$(wc -l <"$work/heads")
waiting='0
the server asked to wait'
keeps 'by hand it is not asked before' "$waiting" "$(rest 20)"
keeps 'nor if it was told without' "$waiting" "$(rest 26)"
plain stranger.xml
keeps 'nor is another feed of its host' busy "$(subscribe "$(host 20)/stranger.xml" | cut -d: -f1)"
daemon_kill
daemon_up
keeps 'nor after a restart' "$waiting" "$(rest 20)"
keeps 'and no other feed' busy "$(subscribe "$(host 20)/stranger.xml" | cut -d: -f1)"
keeps 'no request was made' "$before" "$(wc -l <"$work/heads")"

rule 'nobody is given up'
says lost.xml status=404
later "$origin/lost.xml"
keeps 'an error takes twice the interval' yes "$(at_least 7200 "$(wait_of "$origin/lost.xml")" 18001)"
keeps 'it is told' 'failing HTTP 404 Not Found' "$(about lost.xml health) $(about lost.xml error.message)"
later http://nobody.invalid/
keeps 'a name that is none' yes "$(at_least 7200 "$(wait_of http://nobody.invalid/)" 18001)"
later http://127.0.0.1:1/
keeps 'nobody there' yes "$(at_least 7200 "$(wait_of http://127.0.0.1:1/)" 18001)"

rule 'what is said to be gone is asked once more'
says gone-once.xml status=410
later "$origin/gone-once.xml"
keeps 'after a day' yes "$(at_least 86400 "$(wait_of "$origin/gone-once.xml")" 95041)"
keeps 'and that is told' 'failing the server says it is gone (410), and is asked once more after 1 d' \
    "$(about gone-once.xml health) $(about gone-once.xml next_poll_reason)"

rule 'a restart asks nobody'
plain whole-again.xml novalidators
add whole-again.xml >/dev/null
keeps 'with validators not within an hour' yes "$(at_least 3600 "$(wait_of "$origin/usual.xml")")"
keeps 'without not within a day' yes "$(at_least 86400 "$(wait_of "$origin/whole-again.xml")" 95041)"
keeps 'whatever is set for a feed' yes "$(ask feed.set '{"feed":"'"$origin/usual.xml"'","set":{"interval":"1m"}}' feed.url >/dev/null
    at_least 3600 "$(wait_of "$origin/usual.xml")")"
in_time 'nothing is due' 0 ask status '{}' due
before=$(wc -l <"$work/heads")
when=$(wait_of "$origin/age.xml")
for each in daemon_down daemon_kill; do
	$each
	daemon_up
	in_time "$each: nothing is due" '0 0 0' eval 'echo $(ask status "{}" due in_flight queued)'
done
keeps 'nobody was asked' "$before" "$(wc -l <"$work/heads")"
keeps 'when is kept' "$when" "$(wait_of "$origin/age.xml")"
daemon_down
