#!/bin/sh
# The reader against the real daemon: counts that move while it fetches, a daemon that is restarted and one that is killed.
set -u
# shellcheck source=tests/e2e/lib.sh
. "${top_srcdir:-.}/tests/e2e/lib.sh"
terminal=$work/tmux
socket=$sock
# shellcheck source=tests/gazette/reader-lib.sh
. "$top_srcdir/tests/gazette/reader-lib.sh"
trap 'terminal_down; cleanup' EXIT

# sees NAME PATTERN...: what is missing goes with it, and the screen
sees()
{
	name=$1
	shift
	wait_for "$@"
	row "$name" '' "$missing"
	if [ -n "$missing" ]; then
		screen | sed 's/^/# |/'
	fi
}

# The daemon polls each second here, so a refresh may find that there is nothing to do.
refreshed='refreshed: [0-9]* new\|nothing to refresh yet'

origin_up
feed alpha 3
feed beta 5
daemon_up
terminal_up
reader 80 24
sees 'nothing yet' 'no feeds yet'
subscribe "$origin/alpha.xml" >/dev/null
subscribe "$origin/beta.xml" >/dev/null
sees 'feeds come while it looks on' '8/8  All' '3/3  Feed alpha' '5/5  Feed beta'

# fetching
feed alpha 30
keys C-r
sees '^R fetches' "$refreshed"
sees 'counts follow' '35/35  All' '30/30  Feed alpha'
keys g Enter
sees 'entries, newest first' 'All: 35 unread' ' 1/35$' 'alpha entry 30$'
keys Enter
sees 'an article' '^alpha entry 30' '^text of alpha 30' '^url   http://example.org/alpha/30'
becomes 'opening it marks it read' 1 entries 'is:read'
keys s
becomes 's stars it' 1 entries 'is:starred'
keys t
type_text '+later'
keys Enter
becomes 't tags it' 1 entries 'tag:later'
keys t
type_text '+lat'
keys Tab
sees 'a tag that was given once is known' 'tags (+later -later): +later $\|tags (+later -later): +later$'
keys Escape q
wait_for 'All: 34 unread'
gazette tag +elsewhere id:1 >/dev/null
gazette search add mine is:starred
keys t
type_text '+els'
gazette read id:1 >/dev/null
wait_for 'All: 33 unread'
keys Tab
sees 'so is one that another program gave' 'tags (+later -later): +elsewhere $\|tags (+later -later): +elsewhere$'
keys Escape /
type_text 'search:m'
gazette undo >/dev/null
wait_for 'All: 34 unread'
keys Tab
sees 'and a saved search' 'search:mine'
keys Escape
gazette undo >/dev/null
keys u
becomes 'u takes the tag away' 0 entries 'tag:later'
sees 'and says so' 'undone: +later, "alpha entry 30" of "Feed alpha"'
feed alpha 31
keys R
sees 'new ones come above, the selection stays' ' 2/36$' '^ \* .*alpha entry 30$'
keys k
sees 'where they can be seen' ' 1/36$' '^N .*alpha entry 31$'

# another client
gazette read feed:beta >/dev/null
sees 'what another client reads is read here' 'All: 30 unread'

# searching
becomes 'the index has caught up' 1 entries 'title:alpha is:starred'
keys /
type_text 'title:alpha is:starred'
keys Enter
sees 'a filter by words' ' 1/1$' 'alpha entry 30$'
keys ':save-search alphas' Enter
sees 'what is filtered is kept' 'saved: it stands among the feeds'
keys q
sees 'among the feeds' '^ *[01]  / alphas$'
keys j Enter
sees 'as a list' '^ / alphas: [01] unread *1/1$' 'alpha entry 30$'
keys q D y
sees 'and is not any more' 'the saved search is removed'
row 'the daemon has let it go' '' "$(gazette search list | grep alphas)"
keys g Enter
wait_for '/36$'
keys ':filter title:alpha is:starred' Enter
wait_for ' 1/1$'
keys /
type_text '('
keys Enter
sees 'a mistake is pointed at' 'expected' 'filter: title:alpha is:starred ('
keys Escape Escape
sees 'and the list is whole again' '/36$'

# many at once: what is under the eye stays
feed gamma 20
subscribe "$origin/gamma.xml" >/dev/null
becomes 'the index knows all' 20 entries 'title:gamma'
keys /
type_text 'title:gamma OR title:alpha'
keys Enter
sees 'a filter that finds more' ' 1/51$'
type_text '10j'
sees 'somewhere in it' ' 11/51$'
selected=$(screen | sed -n '12s/  *$//p')
feed gamma 420
gazette refresh gamma >/dev/null 2>&1
sees 'all of 400 come in, above and below' '/451$'
row 'the line under the eye stays' "$selected" "$(screen | sed -n '12s/  *$//p')"
keys U
sees 'of unread ones alone' 'unread only'
row 'it stays too' "$selected" "$(screen | sed -n '12s/  *$//p')"
feed gamma 1500
gazette refresh gamma >/dev/null 2>&1
becomes 'many more' 1500 entries feed:gamma
sees 'they come in too' ' 1491/'
row 'it stays however many come' "$selected" "$(screen | sed -n '12s/  *$//p')"
gazette read feed:gamma >/dev/null
gazette unread "$(gazette list --sort oldest -n 5 --format ids feed:gamma | sed 's/^/id:/' | paste -s -d ' ' - | sed 's/ / OR /g')" >/dev/null
keys Escape /
type_text 'feed:gamma'
keys Enter
sees 'a few unread ones' ' 1/5$'
type_text jj
sees 'one of them' ' 3/5$'
selected=$(screen | sed -n '4s/  *$//p')
keys U
sees 'far down among all of them' 'read and unread' ' 1498/'
row 'it stays where it is' "$selected" "$(screen | sed -n '4s/  *$//p')"
keys Escape
gazette remove gamma >/dev/null
sees 'it is gone' '/36$'

# the daemon goes, politely and not
daemon_down
sees 'it says that the daemon is away' 'the daemon is away; trying again' '\[offline\]'
keys g r
sees 'a mark waits' 'offline, 1 mark to send' 'All: 29 unread'
daemon_up
sees 'the daemon is back' 'the daemon is back'
becomes 'what waited has been sent' 7 entries 'is:read'
daemon_kill
sees 'killed' '\[offline\]'
daemon_up
sees 'and back' 'the daemon is back'
feed beta 6
keys C-r
sees 'all goes on' "$refreshed"
sees 'as before' 'All: 30 unread'
keys Q
sees 'it leaves with status 0' 'left with 0'
reader_ends

# exports on a terminal: a bidirectional override is left out, others get it
gazette add --no-wait --set paused=yes http://hostile.test/ >/dev/null
printf '{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{"id":"1","title":"t","content_html":"<p>abc\\u202ed</p>"}]}' |
    gazette ingest http://hostile.test/ >/dev/null
row 'an export to a terminal' 'abcd' \
    "$(script -qec "$top_builddir/contrib/gazette/gazette -s $sock export -f html feed:hostile.test" /dev/null </dev/null | sed -n 's,.*<p>\(a.*d\)</p>.*,\1,p')"
row 'and to a pipe' "$(printf 'abc\342\200\256d')" "$(gazette export -f html feed:hostile.test | sed -n 's,.*<p>\(a.*d\)</p>.*,\1,p')"
gazette remove http://hostile.test/ >/dev/null

# leaving
gazette unread '*' >/dev/null
reader 80 24
sees 'another reader' '37/37  All'
keys g Enter
sees 'all entries' ' 1/37$'
type_text 'AQ'
sees 'it leaves at once' 'left with 0'
becomes 'what was marked right before is marked' 0 entries 'is:unread'
reader_ends
for signal in HUP INT TERM; do
	reader 80 24
	sees "a reader for $signal" '37  All'
	keys g Enter
	sees 'all of them' ' 1/37$'
	kill -$signal "$(reader_process)"
	sees "$signal ends it in good order" 'left with 0'
	reader_ends
done

# two feeds with one story
copies()
{
	gazette list --json 'url:beta/6' | grep -o '"copies":true' | wc -l
}
sed 's/Feed beta/Feed gamma/; s/<guid>beta/<guid>gamma/' "$site/beta.xml" >"$site/gamma.xml"
subscribe "$origin/gamma.xml" >/dev/null
becomes 'entries with one link are copies' 2 copies
reader 80 24
wait_for '6/43  All'
keys :
type_text 'filter feed:gamma url:beta/6'
keys Enter
wait_for ' 1/1$'
keys Enter
sees 'an article says where else it is' '^also  in Feed beta$'
keys v
sees 'and lists both' 'story:[0-9]*  *1/2' 'Feed beta' 'Feed gamma'
reader_ends

# leaving what waits
reader 80 24
keys g Enter
sees 'all again' ' 1/43$'
daemon_down
sees 'the daemon is away' '\[offline\]'
type_text 'rQ'
sees 'what waits for the daemon is not left behind unasked' '1 mark not sent yet: again to leave without'
keys Q
sees 'but it is if that is meant' 'gazette: 1 mark was not sent: there is no daemon' 'left with 3'
finish
