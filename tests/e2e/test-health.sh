#!/bin/sh
# What is wrong with feeds, as the user is told: the real daemon, the origin, and gazette health.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

origin_up
configure min_interval 1h
daemon_up
row 'nothing is wrong without feeds' 'All feeds are well.' "$(gazette health)"

feed well 2
# A crossed end tag and a bare ampersand.
cat >"$site/broken.xml" <<'END'
<rss version="2.0"><channel><title>Q & A</title><link>http://example.org/</link><description>d</description>
<item><title>one</title><guid>1</guid><description>text</item></channel></rss>
END
feed new 1
echo redirect=/new.xml status=301 | tr ' ' '\n' >"$site/old.xml.behave"
echo status=404 >"$site/away.xml.behave"
printf 'status=429\nretry_after=7200\n' >"$site/busy.xml.behave"
for name in well broken; do
	subscribe "$origin/$name.xml" >/dev/null
done
row 'one that is well' 'Nothing is wrong with them.' "$(gazette health 1)"

# told FEED: what is said of it, without times
told()
{
	gazette health "$1" | sed 's/  [0-9-]*T[0-9:]*Z//g'
}
# member FEED NAME
member()
{
	ask health '{"feeds":["'"$1"'"]}' "findings.0.$2"
}
row 'what was repaired' '2  malformed  Q & A  xml: line 1: ' "$(told 2 | sed 's/\(line 1: \).*/\1/')"
row 'it works all the same' 'ok 1' "$(of_feed 2 health) $(of_feed 2 total)"
subscribe_later "$origin/away.xml" >/dev/null
becomes 'what is not there' 'failing HTTP 404 Not Found' eval 'echo "$(member 3 what) $(member 3 reason)"'
becomes 'with its next poll' yes eval '[ "$(member 3 next_poll)" = "$(of_feed 3 next_poll)" ] && echo yes'
ask feed.add '{"url":"'"$origin/old.xml"'"}' feed.id >/dev/null
row 'on its way' "moving $origin/old.xml $origin/new.xml" "$(member 4 what) $(member 4 old_url) $(member 4 new_url)"
sed -i 's/Q & A/Questions/; s|text</item>|text</description></item>|' "$site/broken.xml"
ask feed.set '{"feed":2,"set":{"url":"'"$origin/broken.xml?"'"}}' feed.id >/dev/null
becomes 'no longer malformed' 'Nothing is wrong with them.' gazette health 2

subscribe_later "$origin/busy.xml" >/dev/null
becomes 'a host that wants less' 'throttled HTTP 429 Too Many Requests' eval 'echo "$(member 5 what) $(member 5 reason)"'
row 'all of them' '3 failing,5 throttled,4 moving' \
    "$(gazette health | awk '{ printf "%s%s %s", sep, $1, $2; sep = "," }')"
row 'one object a line' 3 "$(gazette health --json | grep -c '^{"feed":[0-9]*,.*}$')"

row 'ends with status 0' 0 "$(daemon_down >/dev/null; echo $?)"
finish
