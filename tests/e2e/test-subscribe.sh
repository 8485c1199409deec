#!/bin/sh
# Subscribing, listing, conditional requests, updates in place: the main line with all its real parts.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

origin_up
feed news 3
cat >"$site/index.html" <<'END'
<!DOCTYPE html><html><head><title>A page</title>
<link rel="alternate" type="application/rss+xml" href="news.xml"></head><body><p>Hello</p></body></html>
END
echo '<html><head><title>No feed here</title></head><body></body></html>' >"$site/plain.html"
echo 'redirect=/news.xml' >"$site/moved.behave"
configure min_interval 1h
daemon_up

row 'a page leads to its feed' "$origin/news.xml" "$(ask feed.add '{"url":"'"$origin"'/"}' feed.url)"
row 'the page was fetched once' 1 "$(requests /)"
row 'its feed was fetched once' 1 "$(requests /news.xml)"
row 'all entries are there' 3 "$(entries '*')"
row 'the newest is first' 'news entry 3' "$(ask item.list '{}' items.0.title)"
row 'the text is there' 'text of news 3' "$(ask item.get '{"item":3}' item.content_text)"
row 'the title is there' 'Feed news' "$(of_feed 1 title)"
row 'the client lists the same' 3 "$(gazette list --limit 1 --format ids 2>&1)"
row 'subscribing twice is an error' "already-subscribed: $origin/news.xml is subscribed to already, as feed 1" \
    "$(subscribe "$origin/news.xml")"
row 'through its page, too' "already-subscribed: $origin/news.xml is subscribed to already, as feed 1" "$(subscribe "$origin/")"
row 'and behind a redirect' "already-subscribed: $origin/news.xml is subscribed to already, as feed 1" "$(subscribe "$origin/moved")"

# --- other spellings, and a user in the URL -------------------------------------------------------------------

same="already-subscribed: $origin/news.xml is subscribed to already, as feed 1"
row 'a fragment is the same URL' "$same" "$(subscribe "$origin/news.xml#top")"
row 'dot segments are' "$same" "$(subscribe "$origin/a/../%6eews.xml")"
row 'so is one with a user' "$same" "$(subscribe "http://u:secretpw@${origin#http://}/news.xml")"
cat >"$work/secret.opml" <<END
<opml version="2.0"><body><outline xmlUrl="HTTP://u:secretpw@${origin#http://}/secret.xml"/>
<outline xmlUrl="gopher://u:secretpw@host/"/></body></opml>
END
row 'a list may have users' 1 "$(gazette import "$work/secret.opml" 2>>"$work/shown" | tee -a "$work/shown" | grep -c '^1 feed added')"
gazette add "http://u:secretpw@${origin#http://}/none.xml" >>"$work/shown" 2>&1
gazette remove "http://u:secretpw@${origin#http://}/none.xml" >>"$work/shown" 2>&1
{ gazette feeds; gazette feeds --json; gazette export --format opml; } >>"$work/shown" 2>&1
row 'the feed is there' "xmlUrl=\"$origin/secret.xml\"" "$(gazette export --format opml | grep -o 'xmlUrl="[^"]*secret[^"]*"')"
row 'its password is nowhere' 0 "$(cat "$work/shown" "$log" | grep -c secretpw)"
gazette remove "$origin/secret.xml" >>"$work/shown" 2>&1

# --- what cannot be subscribed to: which and why, in one line -----------------------------------------------

refused()
{
	subscribe "$1" | cut -d: -f1
}
row 'a page without a feed' not-a-feed "$(refused "$origin/plain.html")"
row 'not found' "http-error: $origin/none.xml: HTTP 404 Not Found" "$(subscribe "$origin/none.xml")"
row 'no such host' dns-failure "$(refused http://nobody.invalid/)"
row 'nobody listens' unreachable "$(refused http://127.0.0.1:1/)"
row 'no URL' bad-url "$(refused news.xml)"
row 'another scheme' bad-url "$(refused file:///etc/passwd)"
row 'too large' too-large "$(refused "$origin/~huge=0/news.xml")"
row 'cut short' truncated "$(refused "$origin/~truncate=50/news.xml")"
row 'empty' empty "$(: >"$site/empty.xml"; refused "$origin/empty.xml")"
row 'a loop' redirect-error "$(refused "$origin/~loop/news.xml")"
row 'nothing of all this is subscribed to' 1 "$(ask status '{}' feeds)"
row 'the client says it in one line, status 1' "1 gazette: $origin/none.xml: HTTP 404 Not Found" \
    "$(message=$(gazette add "$origin/none.xml" 2>&1); echo "$? $message")"

# --- polling again ---------------------------------------------------------------------------------------------

configure min_interval 1s
daemon_down
row 'it ends cleanly' 0 "$ended"
daemon_up
becomes 'what is asked for is polled' 1 ask feed.refresh '{}' not_modified
becomes 'the first repeat is answered by 304' 1 eval '[ "$(requests /news.xml 304)" -gt 0 ] && echo 1'
row 'of a feed that was fetched once' 2 "$(requests /news.xml 200)"
validators()
{
	awk -F '\t' '$2 == "/news.xml" && $3 == 304 { print ($5 != "-") + ($6 != "-"); exit }' "$work/access"
}
row 'with both validators' 2 "$(validators)"

ask item.tag '{"ids":[1],"remove":["unread"],"add":["starred"]}' changed >/dev/null
feed news 4 'new text'
becomes 'by itself a new entry comes' 4 entries '*'
becomes 'the others are updated in place' 'new text of news 1' ask item.get '{"item":1}' item.content_text
row 'which keeps what was read' 3 "$(entries is:unread)"
row 'and what is starred' 1 "$(entries is:starred)"
row 'and is a revision' 1 "$(ask item.get '{"item":1}' item._gazette.revision)"

rm "$site/news.xml"
becomes 'a feed that fails says so' failing of_feed 1 health
row 'with the reason' 'HTTP 404 Not Found' "$(of_feed 1 error.message)"
row 'and the status' 404 "$(of_feed 1 error.status)"
row 'its entries stay' 4 "$(entries '*')"
feed news 4 'new text'
becomes 'and is well again by itself' ok of_feed 1 health

row 'removing takes all along' 4 "$(ask feed.remove '{"feed":1}' items)"
row 'nothing is left' 0 "$(entries '*')"
finish
