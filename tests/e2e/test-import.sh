#!/bin/sh
# Coming from elsewhere: what other readers keep, into the real daemon. What was read there is never unread here, whichever comes first:
# the feed from its server or the entries from the other reader.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

sql()
{
	"$top_builddir/tests/e2e/run-sql" "$1"
}

# import FILE...: what is printed, errors too, without the folder's name
import()
{
	gazette import "$@" 2>&1 | sed "s,$work/,,g"
}

# titles QUERY: joined
titles()
{
	gazette list --limit 0 --sort oldest --format tsv "$1" | cut -f 6 | paste -s -d , -
}

origin_up
configure min_interval 1h
configure on_new "cat >>$work/announced"
feed news 4
feed other 2
feed later 3
daemon_up

# --- newsboat ------------------------------------------------------------------------------------

cat >"$work/urls" <<END
# feeds
$origin/news.xml "~My news" tech "two words"
$origin/other.xml "!hidden name"
"query:Fresh tech:unread = \"yes\" and tags # \"tech\" and age < 7"
"query:Old regex:title =~ \"^a.*b\""
"exec:/usr/bin/make-feed now" tech
file:///home/me/feed.xml
END
row 'urls' 'urls: left out: line 6: a command is no feed: exec:/usr/bin/make-feed now
urls: left out: line 7: not a URL that can be fetched: file:///home/me/feed.xml
urls: left out: query feed "Old regex": no plain text: ^a.*b' "$(import "$work/urls" | sed -n 's/^gazette: //p')"
row 'urls once more' '0 feeds added, 2 there already; 1 search saved' "$(gazette import "$work/urls" 2>/dev/null)"
row 'with JSON' '{"added":0,"existing":2,"searches":["Fresh tech"],"rules":0,"skipped":3,"errors":0}' "$(gazette import --json "$work/urls" 2>/dev/null |
    sed 's/"skipped":\[[^]]*\]/"skipped":3/; s/"errors":\[\]/"errors":0/')"
row 'tags' 'tech,two words' "$(ask feed.get '{"feed":1}' feed.tags | sed 's/[]["]//g')"
row 'a hidden one' 'hidden' "$(ask feed.get '{"feed":2}' feed.tags | sed 's/[]["]//g')"
row 'a query feed is a search' 'Fresh tech  is:unread tag:"tech" since:7d' "$(gazette search list)"
cat >"$work/config" <<END
# what I press
bind-key j down	# as in vi
macro y set browser "mpv %u" ; open-in-browser
define-filter "Fun only" "tags # \"fun\""
define-filter Old "title =~ \"^a.*b\""
ignore-article "*" "title =~ \"Sponsored\""
ignore-article "$origin/news.xml" "author = \"robot\""
ignore-article "regex:.*" "title =~ \"x\""
END
row 'config' '1 search saved, 2 rules added
config: left out: 2 lines of keys and settings: gazette-switching(7) says what they are here
config: left out: define-filter "Old": no plain text: ^a.*b
config: left out: ignore-article "regex:.*" "title =~ "x"": feeds by a regular expression' "$(import "$work/config" | sed 's/^gazette: //' | sort)"
row 'its filters are searches' 'Fun only  tag:"fun"' "$(gazette search list | grep Fun)"
row 'what it ignores is dropped' "1  title:\"Sponsored\"*  drop
2  feed:\"$origin/news.xml\" (author:\"robot\")  drop" "$(gazette rule list | sed 's/  -$//')"
row 'once' '1 search saved, 0 rules added' "$(gazette import "$work/config" 2>/dev/null)"
gazette search remove 'Fun only' && gazette rule remove 1 && gazette rule remove 2
becomes 'they are fetched' 6 entries '*'

newsboat='CREATE TABLE rss_item (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, guid VARCHAR(64) NOT NULL, title VARCHAR(1024) NOT NULL,
    author VARCHAR(1024) NOT NULL, url VARCHAR(1024) NOT NULL, feedurl VARCHAR(1024) NOT NULL, pubDate INTEGER NOT NULL,
    content VARCHAR(65535) NOT NULL, unread INTEGER(1) NOT NULL, enclosure_url VARCHAR(1024), enclosure_type VARCHAR(1024),
    enqueued INTEGER(1) NOT NULL DEFAULT 0, flags VARCHAR(52), deleted INTEGER(1) NOT NULL DEFAULT 0, base VARCHAR(128) NOT NULL DEFAULT "");'
item='INSERT INTO rss_item(guid, title, author, url, feedurl, pubDate, content, unread, enclosure_url, enclosure_type, flags, deleted) VALUES'
sql "$work/cache.db" <<END
$newsboat
$item ('news-4', 'other text', '', 'http://example.org/news/4', '$origin/news.xml', 1764028804, 'x', 1, NULL, NULL, NULL, 0),
    ('news-3', 'news entry 3', '', 'http://example.org/news/3', '$origin/news.xml', 1764028803, 'text', 0, NULL, NULL, NULL, 0),
    ('news-2', 'news entry 2', '', 'http://example.org/news/2', '$origin/news.xml', 1764028802, 'text', 1, NULL, NULL, NULL, 1),
    ('news-1', 'news entry 1', '', 'http://example.org/news/1', '$origin/news.xml', 1764028801, 'text', 0, '', '', 'bX', 0),
    ('news-0', 'An old one', 'Ann', 'http://example.org/news/0', '$origin/news.xml', 1700000000, '<p>Long ago</p>', 0,
     'http://example.org/0.mp3', 'audio/mpeg', 's', 0),
    ('news-00', 'Old and unread', '', 'http://example.org/news/00', '$origin/news.xml', 1600000000, '<p>Never</p>', 1, NULL, NULL, '', 0),
    ('http://example.org/made/upTue, 24 Nov 2026 10:00:00 GMT', 'Without a guid', '', 'http://example.org/made/up', '$origin/news.xml',
     1500000000, '', 0, NULL, NULL, NULL, 0),
    ('x', 'Nobody subscribed', '', 'http://example.org/x', 'https://gone.example/feed', 1700000000, '', 1, NULL, NULL, NULL, 0);
END
row 'cache.db' '7 entries of 1 feed: 3 added, 8 changes of marks
gazette: those of 1 feed that are not subscribed to are left out: https://gone.example/feed' "$(import "$work/cache.db" | sort)"
row 'what was read is read' 'Without a guid,An old one,news entry 1,news entry 2,news entry 3' "$(titles 'feed:1 is:read')"
row 'what was unread is unread' 'Old and unread,news entry 4' "$(titles 'feed:1 is:unread')"
row 'flags are stars' 'An old one,news entry 1' "$(titles is:starred)"
row 'and tags' 'news entry 1' "$(titles 'tag:flag-b tag:flag-X')"
row 'an attachment' 'An old one' "$(titles has:attachment)"
row 'no text is changed by it' 0 "$(entries is:updated)"
row 'the text has come along' 1 "$(gazette show --format json "$(gazette list --format ids 'url:news/0 is:starred')" | grep -c 'Long ago')"
row 'once more' '7 entries of 1 feed: 0 added, 0 changes of marks' "$(gazette import "$work/cache.db" 2>/dev/null)"
gazette read feed:1 >/dev/null
row 'what is read here stays so' '7 entries of 1 feed: 0 added, 0 changes of marks' "$(gazette import "$work/cache.db" 2>/dev/null)"
gazette undo >/dev/null
row 'with JSON' '{"entries":7,"feeds":1,"added":0,"changed":0,"unknown_feeds":["https://gone.example/feed"]}' \
    "$(gazette import --json "$work/cache.db" 2>/dev/null)"
feed news 5
gazette ingest 1 "$site/news.xml" >/dev/null
row 'then comes what is new' 'Old and unread,news entry 4,news entry 5' "$(titles 'feed:1 is:unread')"
becomes 'which is announced' 1 grep -c '"id":"news-5"' "$work/announced"
row 'the old ones are not' 0 "$(grep -c -e '"id":"news-0"' -e '"id":"news-00"' "$work/announced")"

# The entries before the feed: it cannot be fetched yet.
mv "$site/later.xml" "$work/later.xml"
echo "$origin/later.xml" >"$work/urls"
gazette import "$work/urls" >/dev/null
{
	echo "$newsboat"
	for i in 1 2 3; do
		echo "$item ('later-$i', 'later entry $i', '', 'http://example.org/later/$i', '$origin/later.xml', 176402880$i, 'text', $((i == 3)),
		    NULL, NULL, NULL, 0);"
	done
} | sql "$work/later.db"
row 'before the feed' '3 entries of 1 feed: 3 added, 0 changes of marks' "$(import "$work/later.db")"
mv "$work/later.xml" "$site/later.xml"
becomes 'it has failed' failing of_feed 3 health
gazette ingest 3 "$site/later.xml" >/dev/null
row 'nothing comes twice' 'later entry 1,later entry 2,later entry 3' "$(titles feed:3)"
row 'nor unread' 'later entry 3' "$(titles 'feed:3 is:unread')"

# --- other databases --------------------------------------------------------------------------------

sql "$work/liferea.db" <<END
CREATE TABLE items (item_id INTEGER PRIMARY KEY, parent_item_id INTEGER, node_id TEXT, parent_node_id TEXT, title TEXT, read INTEGER, updated INTEGER,
    popup INTEGER, marked INTEGER, source TEXT, source_id TEXT, valid_guid INTEGER, description TEXT, date INTEGER, comment_feed_id TEXT,
    comment INTEGER);
CREATE TABLE subscription (node_id STRING PRIMARY KEY, source STRING);
INSERT INTO subscription VALUES ('abc', '$origin/other.xml');
INSERT INTO items(node_id, title, read, marked, source, source_id, valid_guid, description, date, comment) VALUES
    ('abc', 'other entry 1', 1, 1, 'http://example.org/other/1', 'other-1', 1, '', 1764028801, 0),
    ('abc', 'A comment', 0, 0, '', '', 0, '', 1764028801, 1);
END
row 'Liferea' '1 entry of 1 feed: 0 added, 2 changes of marks' "$(import "$work/liferea.db")"
row 'Liferea: the state' 'other entry 1' "$(titles 'feed:2 is:read is:starred')"
sql "$work/newsraft.sqlite3" <<END
CREATE TABLE feeds(feed_url TEXT NOT NULL UNIQUE);
CREATE TABLE items(feed_url TEXT NOT NULL, guid TEXT, title TEXT, link TEXT, content TEXT, attachments TEXT, persons TEXT, extras TEXT,
    publication_date INTEGER NOT NULL DEFAULT 0, update_date INTEGER NOT NULL DEFAULT 0, unread INTEGER NOT NULL DEFAULT 0,
    important INTEGER NOT NULL DEFAULT 0);
INSERT INTO items(feed_url, guid, title, link, publication_date, unread, important) VALUES
    ('$origin/other.xml', 'other-2', 'other entry 2', 'http://example.org/other/2', 1764028802, 0, 0),
    ('$origin/other.xml', 'other-0', 'other entry 0', 'http://example.org/other/0', 1764028802, 1, 1);
END
row 'newsraft' '2 entries of 1 feed: 1 added, 2 changes of marks' "$(import "$work/newsraft.sqlite3")"
row 'newsraft: the state' 'other entry 0' "$(titles 'feed:2 is:unread is:starred')"
sql "$work/db.sqlite" <<END
CREATE TABLE feed (id INTEGER PRIMARY KEY, url VARCHAR(511));
CREATE TABLE entry (id BIGINT PRIMARY KEY, guid VARCHAR(760), title VARCHAR(255), author VARCHAR(255), content TEXT, link VARCHAR(1023), date INT,
    is_read BOOLEAN, is_favorite BOOLEAN, id_feed SMALLINT);
INSERT INTO feed VALUES (7, '$origin/other.xml');
INSERT INTO entry VALUES (1, 'other-9', 'Tom &amp; &quot;Jerry&quot;', 'Ann', '<b>x</b>', 'http://example.org/?a=1&amp;b=2', 1764028809, 1, 1, 7);
END
row 'FreshRSS' '1 entry of 1 feed: 1 added, 1 change of marks' "$(import "$work/db.sqlite")"
row 'FreshRSS: names are text' 'Tom & "Jerry",http://example.org/?a=1&b=2' "$(gazette list --format tsv url:b=2 is:read | cut -f 6- | tr '\t' ,)"
sql "$work/none.db" <<END
CREATE TABLE something (x);
END
row 'somebody else'\''s' 'gazette: none.db: the database of none of newsboat, newsraft, Liferea and FreshRSS' "$(import "$work/none.db")"
printf 'SQLite format 3\000and then nothing\n' >"$work/bad.db"
row 'a damaged one' 'gazette: bad.db: file is not a database' "$(import "$work/bad.db")"
gazette import "$work/bad.db" 2>/dev/null
row 'a damaged one: status' 1 $?

# --- lines of JSON ----------------------------------------------------------------------------------

row 'lines' '2 entries of 1 feed: 2 added, 1 change of marks' "$(import - <<END
{"id":"j1","title":"Line one","content_text":"x","_gazette":{"feed_url":"$origin/other.xml","tags":["starred"]}}

{"url":"http://example.org/j2","title":"Line two","content_text":"x","_gazette":{"feed_url":"$origin/other.xml"}}
END
)"
becomes 'lines: the state' 'Line two,Line one' titles 'title:line is:read'
row 'no feed is named' 'gazette: -: line 1: no feed_url in _gazette' "$(echo '{"id":"x"}' | import -)"
row 'no JSON' 'gazette: -: line 2: ' "$(printf '{"id":"x","_gazette":{"feed_url":"%s"}}\n{"id\n' "$origin/other.xml" | import - | sed 's/\(line 2: \).*/\1/')"
row 'tags are for feeds' 2 "$(gazette import --tag x "$work/cache.db" >/dev/null 2>&1; echo $?)"

# Many: by portions, and each knows its state.
awk -v feed="$origin/other.xml" 'BEGIN {
	for (i = 0; i < 12000; i++)
		printf "{\"id\":\"many-%d\",\"title\":\"Many %d\",\"content_text\":\"%0300d\",\"_gazette\":{\"feed_url\":\"%s\",\"tags\":[%s]}}\n", i, i, i,
		    feed, i % 100 ? "" : "\"unread\""
}' >"$work/many"
row 'many' '12000 entries of 1 feed: 12000 added, 0 changes of marks' "$(import "$work/many")"
row 'many: unread' 120 "$(entries 'id:0 OR is:unread -feed:1 -feed:3 -is:starred')"

# --- sfeed --------------------------------------------------------------------------------------------

mkdir -p "$work/.sfeed/feeds"
cat >"$work/.sfeed/sfeedrc" <<END
feeds() {
	feed "other/news" "$origin/other.xml"
}
END
printf '1764028800\tFrom sfeed\thttp://example.org/sfeed/1\ta\\\\tb\\n<p>text</p>\thtml\tsfeed-1\tAnn\thttp://example.org/1.ogg\tone|two\n' >"$work/.sfeed/feeds/other_news"
printf '\tAlso\thttp://example.org/sfeed/2\t\t\tsfeed-2\t\t\t\n' >>"$work/.sfeed/feeds/other_news"
printf 'x\n' >"$work/.sfeed/feeds/unknown"
row 'sfeedrc' '0 feeds added, 1 there already' "$(import "$work/.sfeed/sfeedrc")"
echo http://example.org/sfeed/1 >"$work/read"
SFEED_URL_FILE=$work/read
export SFEED_URL_FILE
row 'sfeed' '2 entries of 1 feed: 2 added, 0 changes of marks
gazette: .sfeed/feeds/unknown: no feed of this name is in the sfeedrc beside, nor subscribed to; it is left out' "$(import "$work/.sfeed/feeds" | sort)"
mkdir "$work/photos"
printf 'x\n' >"$work/photos/one"
printf 'x\n' >"$work/photos/two"
row 'a folder of other things' 'gazette: photos: this is no folder of sfeed'"'"'s: none of its files has the name of a feed in the sfeedrc beside it, nor of one subscribed to
1' "$(import "$work/photos"; gazette import "$work/photos" >/dev/null 2>&1; echo $?)"
row 'sfeed: read' 'From sfeed' "$(titles 'url:sfeed is:read')"
row 'sfeed: unread' 'Also' "$(titles 'url:sfeed is:unread')"
row 'sfeed: the text' 'a\tb <p>text</p>' "$(gazette show --format json "$(gazette list --format ids 'url:sfeed is:read')" |
    sed -n 's/.*"content_html": *"\([^"]*\)".*/\1/p' | sed 's/\\\\/\\/g; s/\\n/ /g')"
unset SFEED_URL_FILE
cp "$work/.sfeed/feeds/other_news" "$work/My news"
row 'a single file, by the title' '2 entries of 1 feed: 2 added, 0 changes of marks' "$(import "$work/My news")"
row 'without a list all is read' 2 "$(entries 'feed:1 url:sfeed is:read')"
printf '12\tbroken\n' >>"$work/My news"
row 'a broken line' 'gazette: My news: line 3: not the nine fields of sfeed(5)' "$(import "$work/My news")"
SFEED_URL_FILE=$work/nowhere
export SFEED_URL_FILE
row 'no such list' 'gazette: nowhere: No such file or directory' "$(import "$work/My news")"
unset SFEED_URL_FILE

# --- OPML of others -----------------------------------------------------------------------------------

cat >"$work/feedlist.opml" <<END
<?xml version="1.0"?><opml version="1.0"><head><title>Liferea Feed List Export</title></head><body>
<outline title="Folder" text="Folder" description="Folder" type="folder" id="f" expanded="true">
 <outline title="A" text="A" type="rss" htmlUrl="http://a.example/" xmlUrl="https://a.example/feed" id="a" updateInterval="180"/></outline>
<outline title="Unread" text="Unread" type="vfolder"><outline type="rule" text="Read status" rule="unread" value="" additive="true"/></outline>
</body></opml>
END
row 'Liferea' 'feedlist.opml: left out: line 4: a search folder is no feed: Unread
1 feed added, 0 there already' "$(import "$work/feedlist.opml" | sed 's/^gazette: //' | sort -r)"
row 'Liferea: how often' 10800 "$(of_feed 4 interval)"
sed -i 's/updateInterval="180"/updateInterval="240"/' "$work/feedlist.opml"
import "$work/feedlist.opml" >"$work/out"
row 'a feed that is there keeps its settings' 10800 "$(of_feed 4 interval)"
cat >"$work/freshrss.opml" <<END
<opml xmlns:frss="https://freshrss.org/opml" version="2.0"><head/><body><outline text="Blogs">
<outline text="B" type="rss" xmlUrl="https://b.example/feed" frss:cssFullContent="article" frss:CURLOPT_USERAGENT="reader/1" frss:CURLOPT_HTTPHEADER="nonsense"/>
<outline text="C" type="HTML+XPath" xmlUrl="https://c.example/" frss:xPathItem="//article"/></outline></body></opml>
END
row 'FreshRSS' 'freshrss.opml: left out: line 3: a page that is taken apart is no feed: https://c.example/
freshrss.opml: left out: header of https://b.example/feed: WHY
1 feed added, 0 there already' "$(import "$work/freshrss.opml" | sed 's/^gazette: //; s/\(header of [^ ]*\).*/\1 WHY/' | sort -r)"
row 'its settings' 'reader/1' "$(ask feed.get '{"feed":"https://b.example/feed"}' feed.settings.user_agent)"
row 'folders are tags' 'Blogs' "$(ask feed.get '{"feed":"https://b.example/feed"}' feed.tags | sed 's/[]["]//g')"

daemon_down
row 'it ends with status 0' 0 "$ended"
row 'the database is what it says' ok "$("$top_builddir/tests/e2e/verify" "$state/gazette.db")"
finish
