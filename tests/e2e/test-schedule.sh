#!/bin/sh
# When a feed is polled next and why, as clients are told: what the server says, what the feed says, what the user says, what it
# does; the same after a restart.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

origin_up
configure min_interval 1h

# channel NAME ELEMENTS: a feed without dates that says so of itself
channel()
{
	cat >"$site/$1.xml" <<-END
	<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>$1</title>
	<link>http://example.org/$1/</link><description>d</description>${2:-}
	<item><title>$1 entry</title><guid>$1-1</guid><description>text</description></item></channel></rss>
	END
}

today=$(LC_ALL=C date -u +%A)
tomorrow=$(LC_ALL=C TZ=UTC-24 date +%A)
channel plain
channel ttl '<ttl>300</ttl>'
channel period '<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>3</sy:updateFrequency>'
channel base '<sy:updatePeriod>monthly</sy:updatePeriod><sy:updateBase>2000-01-01T00:00+00:00</sy:updateBase>'
channel days "<skipDays><day>$today</day><day>$tomorrow</day></skipDays>"
channel age
echo 'header=Cache-Control: max-age=18000' >"$site/age.xml.behave"
channel whole
echo novalidators >"$site/whole.xml.behave"
channel gone

daemon_up
# why NAME: what is said of it
why()
{
	of_feed "$origin/$1.xml" next_poll_reason
}
for name in plain ttl period base days age whole gone; do
	subscribe "$origin/$name.xml" >/dev/null
done
reasons()
{
	row "$1: by itself" 'every 4 h, with news about once a day' "$(why plain)"
	row "$1: ttl" "the feed's ttl of 5 h" "$(why ttl)"
	row "$1: update period" "the feed's update period: 8 h" "$(why period)"
	row "$1: skipDays" "the end of the feed's skipHours or skipDays" "$(why days | sed 's/, .*//')"
	row "$1: max-age" "the server's max-age of 5 h" "$(why age)"
	row "$1: no validators" 'every 1 d, as its server always sends all of it (no ETag, no Last-Modified)' "$(why whole)"
}
next_times()
{
	for name in plain ttl period base days age whole; do
		of_feed "$origin/$name.xml" next_poll
	done
}
reasons subscribed
row 'a long period is at most a day' yes \
    "$(case $(why base) in "the feed's update period: "* | every*) echo yes ;; *) why base ;; esac)"
row 'after skipped days comes midnight' T00:0 "$(of_feed "$origin/days.xml" next_poll | cut -c 11-15)"
row 'the rhythm is said' 14400 "$(of_feed "$origin/plain.xml" interval)"
before=$(next_times)
daemon_down
daemon_up
reasons 'after a restart'
row 'nothing is polled sooner for it' "$before" "$(next_times)"
row 'and nothing was polled' 1 "$(arrived /plain.xml)"

# --- the user ---------------------------------------------------------------------------

set_feed()
{
	ask feed.set '{"feed":"'"$origin/$1.xml"'","set":'"$2"'}' feed.next_poll_reason
}
row 'an interval of its own' 'every 3 h, as set for this feed' "$(set_feed plain '{"interval":"3h"}')"
row 'below the least' 'every 1 h (min_interval)' "$(set_feed plain '{"interval":"5m"}')"
row 'paused' 'it is paused' "$(set_feed plain '{"paused":true}')"
row 'no longer paused' 'its settings were changed' "$(set_feed plain '{"paused":false}')"
becomes 'polled again, as often as set' 'every 1 h (min_interval)' why plain
echo status=410 >"$site/gone.xml.behave"
set_feed gone '{"url":"'"$origin/gone.xml?"'"}' >/dev/null
gone()
{
	of_feed "$origin/gone.xml?" next_poll_reason
}
becomes 'gone' 'the server says it is gone (410), and is asked once more after 1 d' gone
daemon_down
finish
