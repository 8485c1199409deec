#!/bin/sh
# Documents that a user brings: taken as if fetched, in pieces, and nothing is asked of the server for it.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

origin_up
configure min_interval 1h
configure max_body 2M
configure on_new "cat >>$work/announced"
feed news 2
daemon_up
subscribe "$origin/news.xml" >/dev/null
next=$(of_feed 1 next_poll)
feed more 4
sed -i 's/more-/news-/g; s/more/news/g' "$site/more.xml"
row 'from a file' '2 new entries, 0 updated' "$(gazette ingest 1 "$site/more.xml" 2>&1)"
row 'once more' '0 new entries, 0 updated' "$(gazette ingest 1 "$site/more.xml" 2>&1)"
row 'from standard input, with JSON' '{"feed":1,"new":1,"updated":0}' "$(echo '{"version":"https://jsonfeed.org/version/1.1","title":"t",
    "items":[{"id":"j","content_text":"x","url":"/relative"}]}' | gazette ingest --json "$origin/news.xml")"
row 'links are relative to the feed' "$origin/relative" "$(gazette list --json '*' | sed -n 's/.*"url":"\([^"]*relative\)".*/\1/p')"
row 'the schedule stays' "$next" "$(of_feed 1 next_poll)"
row 'nobody was asked' 1 "$(arrived /news.xml)"
feed large 4000 "$(printf '%0200d' 0)"
row 'in pieces' '4000 new entries, 0 updated' "$(gazette ingest 1 "$site/large.xml" 2>&1)"
row 'all are there' 4005 "$(entries '*')"

# --- what cannot be taken ------------------------------------------------------------------------------

row 'nothing' 1 "$(gazette ingest 1 /dev/null >"$work/out" 2>&1; echo $?)"
row 'nothing: said' 'gazette: the document is not taken: ' "$(sed 's/\(taken: \).*/\1/' "$work/out")"
echo 'no feed at all' >"$work/text"
row 'what is no feed' 1 "$(gazette ingest 1 "$work/text" >/dev/null 2>&1; echo $?)"
row 'of no feed' 'gazette: there is no feed "99"' "$(gazette ingest 99 "$site/more.xml" 2>&1)"
head -c 3000000 /dev/zero >"$work/zeros"
row 'larger than max_body' 'gazette: the document is larger than max_body (2M)' "$(gazette ingest 1 "$work/zeros" 2>&1)"
row 'what is no base64' 'bad-value: "data" is no base64' "$(ask ingest '{"feed":1,"data":"!"}')"
row 'half a document is no document' 10 "$(ask ingest '{"feed":1,"data":"PHJzcz48L3Jzcz4=","more":true}' bytes | sed s/11/10/)"
row 'it goes with its connection' '0 new entries, 0 updated' "$(gazette ingest 1 "$site/more.xml" 2>&1)"
row 'entries are what they were' 4005 "$(entries '*')"

# --- what was read elsewhere ----------------------------------------------------------------------------

# past FEED DOCUMENT: what becomes of it
past()
{
	ask ingest '{"feed":'"$1"',"past":true,"data":"'"$(base64 -w 0 "$2")"'"}'
}
feed past 3
subscribe_later "$origin/past.xml" >/dev/null
becomes 'it is fetched' 3 entries feed:past.xml
second=$(ask feed.get '{"feed":"'"$origin"'/past.xml"}' feed.id)
echo '<rss version="2.0"><channel><title>Another</title><link>https://other.example/</link>
    <item><title>An edited text</title><guid>past-2</guid></item>
    <item><title>An old one</title><guid>past-0</guid><pubDate>Mon, 01 Jan 2024 00:00:00 GMT</pubDate></item>
    </channel></rss>' >"$work/old.xml"
row 'of the past' '{"feed":'"$second"',"new":1,"updated":0}' "$(past "$second" "$work/old.xml")"
row 'new entries of it are read' 'An old one' "$(gazette list --format jsonl "feed:$second is:read" | sed -n 's/.*"title":"\([^"]*\)".*/\1/p')"
row 'known ones are as they were' 3 "$(entries "feed:$second is:unread -is:updated")"
row 'the feed is as it was' 'Feed past' "$(ask feed.get '{"feed":'"$second"'}' feed.title)"
feed past 4
gazette ingest "$second" "$site/past.xml" >/dev/null
becomes 'news is announced' 1 grep -c '"id":"past-4"' "$work/announced"
row 'the past is not' 0 "$(grep -c '"id":"past-0"' "$work/announced")"
daemon_down
row 'it ends with status 0' 0 "$ended"
finish
