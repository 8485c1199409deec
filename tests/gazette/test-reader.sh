#!/bin/sh
# The reader on a terminal inside tmux, against a daemon whose news is invented (mock-gazetted). Whole screens stand in screens/NAME.txt,
# as a reader sees them. Waiting is for what is on the screen, never for a time.
#
#	READER_SCREENS=write tests/gazette/test-reader.sh	writes the screens anew, to be looked at before they are kept
set -u
# shellcheck source=tests/gazette/reader-mock.sh
. "${top_srcdir:-.}/tests/gazette/reader-mock.sh"

# --- reading ----------------------------------------------------------------------------------------

read_news()
{
	daemon 7 100
	reader 80 24
	pictured 'feeds' feeds
	keys 5 j Enter
	pictured 'entries of a feed' entries
	keys Enter
	pictured 'an article' article
	keys q
	sees 'an article that was opened is read' 'Feed number 00001: 13 unread *1/14' '^  *12h  Entry 98'
	keys n
	sees 'n selects the next unread entry' ' 2/14'
	keys Enter n n
	sees 'n in an article opens the next unread one' '^Entry 77 of feed 1'
	keys n n n n n n n n n n
	sees 'and goes on to the next feed at the end' '^Entry 7 of feed 1'
	keys n
	sees 'the next feed' 'Feed number 00003: 14 unread' '^Entry 100 of feed 3'
	keys q q
	sees 'which is the selected one then' ' 7/9' '0/14  Feed number 00001'
}

mark()
{
	keys Enter
	wait_for 'Entry 100 of feed 3'
	keys j r
	sees 'r marks read' 'Feed number 00003: 13 unread' '^  *12h  Entry 93'
	keys r
	sees 'and unread again' 'Feed number 00003: 14 unread' '^N  *12h  Entry 93'
	keys s
	sees 's stars' '^N\*  *12h  Entry 93'
	keys A
	sees 'A marks all of the list read' 'Feed number 00003: 0 unread' '^ \*  *12h  Entry 93' 'marked 14 read'
	keys u
	sees 'u takes it back' 'Feed number 00003: 14 unread' 'undone: marked read, 14 entries of "Feed number 00003"'
	keys u
	sees 'and what was before it' 'Feed number 00003: 14 unread' '^N   *12h  Entry 93' 'undone: starred, "Entry 93'
	keys s A
	wait_for 'Feed number 00003: 0 unread' '^ \*  *12h  Entry 93'
	keys q U
	sees 'U leaves out what is read' 'unread only' ' 6/8' '0/15  Feed number 00003'
	keys U
	sees 'and shows it again' ' 7/9' '0/14  Feed number 00001'
}

filter()
{
	keys g Enter
	wait_for 'All: 71 unread'
	keys /
	type_text 'bad'
	keys Enter
	sees 'a filter that is not understood is asked for again' 'bad is not understood' 'filter: bad'
	keys C-e C-u
	type_text 9
	keys Enter
	sees 'a filter narrows the list' 'All: 71 unread / 9' '1/19'
	steer 'title 50 has a 9 now'
	sees 'what comes to match it comes in' '1/20'
	steer 'index 0'
	keys / BSpace
	type_text 9
	keys Enter
	sees 'why there is no list is said' '^  the index is being rebuilt'
	steer 'index 1'
	sees 'and it comes when there can be one' 'All: 71 unread / 99' ' 1/1$'
	keys Escape
	sees 'Esc drops it' 'All: 71 unread  *1/100'
	keys q
}

# --- life -------------------------------------------------------------------------------------------

live()
{
	keys Enter
	wait_for 'All: 71 unread  *1/100'
	keys j j
	wait_for ' 3/100'
	screen | sed '1d; $d' >"$dir/before"
	steer 'new 3 3'
	sees 'new entries are announced at the edge, the counts follow' 'All: 74 unread *6/103' '^?:help .* +3 new in Feed number 00003$'
	screen | sed '1d; $d' >"$dir/after"
	cmp -s "$dir/before" "$dir/after"
	verdict $? 'and no line has moved'
	keys g
	sees 'they stand above' '^N  *12h  Feed number 000…  Entry 103 of feed 3'
	steer 'read 103'
	sees 'what another reader reads is read here' 'All: 73 unread' '^  *12h  Feed number 000…  Entry 103'
	steer 'title 102 Entry 102 with another title'
	sees 'an entry that is updated changes' '^N  *12h  Feed number 000…  Entry 102 with another title'
	steer 'remove 101'
	sees 'one that is removed goes' 'All: 72 unread *1/102'
	keys R
	sees 'R fetches' 'refreshed: 7 new, 0 updated' 'All: 79 unread'
	keys q
	steer 'add A feed that is new' 'fail 5 host not found'
	sees 'feeds come and fail' 'in 8 feeds' '0/0 *A feed that is new' '^! .*Feed number 00005'
	keys g 8 j
	sees 'why stands in the bottom line' 'fails: host not found'
}

restart()
{
	keys g Enter
	wait_for 'All: 79 unread'
	steer away
	sees 'the daemon goes: the reader says so and goes on' 'the daemon is away; trying again.*\[offline\]' 'All: 79 unread'
	keys r j r
	sees 'marks wait for it' 'offline, 2 marks to send' 'All: 77 unread'
	keys Enter
	sees 'what is not there is waited for' '^waiting for the daemon'
	steer 'new 4 2' back
	sees 'it is back: the article comes' 'This is the text of entry'
	keys q
	sees 'and what was missed' 'All: 79 unread'
	keys q
	sees 'the marks were sent' '79/111  All'
	steer restart
	sees 'again' 'the daemon is back'
}

# An answer that is long in coming holds up nobody.
slow()
{
	steer 'slow 1500'
	keys Enter
	sees 'what is asked for is on its way' '^  loading…'
	keys q
	sees 'and the reader can be used meanwhile' ' gazette: '
	keys Enter
	wait_for '^  loading…'
	keys q '?'
	sees 'for anything' 'keys of the feeds'
	keys q
	steer 'slow 0'
}

resize()
{
	keys g Enter
	wait_for 'All: 79 unread'
	keys Enter
	wait_for 'This is the text'
	screen >"$dir/before"
	for size in 40x10 200x50 10x3 1x1 80x2 132x43 23x7 79x24 300x5 80x24; do
		term resize-window -t reader -x "${size%x*}" -y "${size#*x}"
	done
	try=0
	until screen | cmp -s - "$dir/before" || [ $try -eq $WAIT_TRIES ]; do
		sleep 0.025
		try=$((try + 1))
	done
	screen | cmp -s - "$dir/before"
	verdict $? 'after any number of sizes the screen is as it was'
	keys q q
	keys Q
	sees 'Q leaves with status 0' 'left with 0'
	reader_ends
	daemon_ends
}

small()
{
	daemon 7 100
	reader 40 10
	pictured 'feeds on a small screen' small-feeds
	keys Enter
	pictured 'entries on a small screen' small-entries
	keys Enter
	pictured 'an article on a small screen' small-article
	keys Space
	pictured 'its next page' small-article-2
	keys '?'
	pictured 'help on a small screen' small-help
	keys q q q q
	sees 'q leads all the way out' 'left with 0'
	reader_ends
	reader 200 50 BROWSER="$dir/browser"
	keys Enter
	pictured 'entries on a wide screen' wide-entries
	keys Enter
	pictured 'an article on a wide screen' wide-article
}

panes()
{
	daemon 7 100
	reader 132 40
	wait_for '14  Feed number 00007'
	keys 5 j Enter
	pictured 'feeds and entries side by side' two-panes-feeds
	keys Enter
	pictured 'entries and article side by side' two-panes
	keys w
	sees 'w goes to the other side' '?:help  Enter:open  n:next unread  r:read'
	keys j
	sees 'where the article follows the selection' ' 2/14.*│' '│ Entry 91 of feed 1'
	sees 'without marking it read' 'Feed number 00001: 13 unread' '^N  *12h  Entry 91'
	keys Enter
	sees 'Enter does' 'Feed number 00001: 12 unread' '^  *12h  Entry 91'
	term resize-window -t reader -x 80 -y 24
	sees 'on a screen that becomes narrow the one with the focus stays' '^Entry 91 of feed 1'
	term resize-window -t reader -x 200 -y 24
	sees 'on a wide one all are shown' '^ gazette: .*│ Feed number 00001: 12 unread.*│ Feed number 00001'
	keys w j
	sees 'where the entries follow the feeds' '│ Feed number 00003: 15 unread' '│N  *12h  Entry 100 of feed 3'
	keys Enter
	sees 'Enter goes to them' '?:help  Enter:open  n:next unread  r:read'
	keys w
	sees 'w goes on to the feeds' 'z:fold'
	keys q
	sees 'q in the feeds closes what is beside them' '^ gazette: [^│]*$'
	keys q
	sees 'and leaves when they are alone' 'left with 0'
	reader_ends
	reader 132 40 LC_ALL=C
	wait_for '14  Feed number 00007'
	keys 5 j Enter
	sees 'without UTF-8 lines are of ASCII' '^ gazette.*| Feed number 00001: 12 unread'
	reader_ends
	daemon_ends
}

tree()
{
	daemon 7 100
	steer 'search later'
	reader 80 24
	wait_for '7  Feed number 00007 .*▇'
	keys j
	pictured 'a tree with a saved search' tree
	sees 'which is counted' '^ *30  / later'
	keys Enter
	sees 'and opened' '/ later: 30 unread *1/30'
	steer 'read 97'
	sees 'its count follows' '/ later: 29 unread'
	keys q j z
	pictured 'a tag that is folded' tree-folded
	keys z
	wait_for '▾ even' ' 3/10'
	keys j z
	sees 'on a feed its tag is folded' '▸ even (3)' ' 3/7'
	reader_ends
	reader 80 24
	sees 'across runs' '▸ even (3)'
	keys g n
	sees 'n stops at a folded tag with something unread' ' 3/7$'
	keys n
	sees 'and goes on to feeds' ' 4/7$'
	keys p
	sees 'and back' ' 3/7$'
	keys Z
	sees 'Z unfolds all' '▾ even'
	keys S
	sees 'S sorts' 'feeds by unread' 'most unread first'
	keys ':sort title' Enter
	sees 'by any order' 'feeds by title'
	keys G A .
	sees '. hides feeds with nothing unread' 'read ones hidden.* 10/10'
	keys g
	keys . .
	sees 'those that were read, too' 'read ones hidden.*/9'
	reader_ends
	reader 80 24 LC_ALL=C
	wait_for 'Feed number 00007 .*%'
	pictured 'without UTF-8' tree-ascii
	reader_ends
	printf '%s\n' 'feeds_format = "%t%>%c of %u %%"' 'entries_format_feed = "%-12f|%12a|%?s?* &- ?%t%?n?%>!?"' 'feeds_sort = newest' \
	    'entries_sort = oldest' >"$reader_home/config/gazette/config"
	reader 80 24
	sees 'feeds by a format of the user' '^  Feed number 00002  *15 of 15 %'
	keys Enter
	sees 'entries oldest first' 'oldest first *1/100' '^Feed number… *|'
	pictured 'by a format of the user' formats
	steer 'new 3 1'
	sees 'where new ones come at the end' 'oldest first *1/10[01]' '+1 new'
	keys G
	sees 'the end' ' 101/101' 'Entry 101 of feed 3'
	keys s r
	sees 'a format has conditions' '|\* Entry 101 of feed 3 *$' '|- Entry 100 of feed 3  *!$'
	keys s r
	keys S g
	sees 'newest first again' 'Entry 101 of feed 3' ' 1/10[01]'
	rm "$reader_home/config/gazette/config"
	reader_ends
	daemon_ends
	rm -f "$reader_home/state/gazette/folds"
}

# A search may find something in any feed: all are fetched.
search_list()
{
	daemon 7 20
	steer 'search later'
	reader 80 24
	wait_for '/ later'
	keys j R
	sees 'R on a search fetches all feeds' 'refreshed: 7 new, 0 updated' '27/27  All'
	keys Enter
	sees 'what came is in its list' '/ later: 6 unread *1/6' '^N.*Entry 27 of feed 7'
	keys R
	sees 'R in its list does, too' 'refreshed: 7 new, 0 updated'
	sees 'and what it finds comes in above, the selection stays' '/ later: 7 unread *2/7' '^N.*Entry 34 of feed 7'
	reader_ends
	daemon_ends
}

stories()
{
	daemon 7 20
	steer 'story 20 18' 'story 19 18' 'index 0'
	reader 80 24
	keys Enter
	wait_for 'All: 20 unread *1/20'
	keys Enter
	sees 'an article does not wait for its story' '^also  in other feeds$' 'This is the text of entry 20'
	steer 'index 1'
	keys J
	pictured 'which says in what other feeds it is' story
	keys v
	sees 'v lists it' 'All: 18 unread / story:19  *1/3' 'Entry 20 of' 'Entry 19 of' 'Entry 18 of'
	keys G Enter
	sees 'from where they are read' '^Entry 18 of feed 5' '^also  in Feed number 00007, Feed number 00006$'
	keys q q
	sees 'and q leads back' '^Entry 19 of feed 6'
	keys J J
	sees 'who is alone has no such line' '^Entry 17 of feed 4' '^date .*' '^url'
	screen | grep -q '^also'
	verdict $((!$?)) 'none at all'
	keys v
	sees 'and v says so' 'no other feed has this story'
	keys q v
	sees 'in a list it shows the one' 'All: 16 unread / story:17  *1/1'
	reader_ends
	daemon_ends
}

typing()
{
	daemon 7 100
	reader 80 24
	wait_for '7  Feed number 00007'
	keys j j /
	type_text 'En'
	sees 'from the feeds / looks through all entries' '^ All: 100 unread / En\*  *1/100$' '^filter: En'
	keys Escape
	sees 'and leads back when it is given up' '^ gazette: .* 3/'
	keys / Enter
	sees 'or when nothing is looked for' '^ gazette: .* 3/'
	keys g Enter
	wait_for ' 1/100'
	keys /
	type_text 'En'
	sees 'the list is narrowed while a filter is typed' '/ En\*' '1/100'
	type_text 'try 9'
	sees 'further' '/ Entry 9' ' 1/19'
	keys Escape
	sees 'and whole again when it is given up' 'All: 100 unread  *1/100'
	keys /
	type_text bad
	keys BSpace BSpace BSpace
	type_text 99
	sees 'what is no query meanwhile is no matter' '/ 99\*' ' 1/1'
	keys Enter
	sees 'until it is entered' 'All: 100 unread / 99  *1/1'
	keys S S
	sees 'what is filtered can be had by relevance' 'by relevance'
	reader_ends
	daemon_ends
}

# Two readers at once agree.
two()
{
	daemon 7 100
	reader 80 24
	wait_for '7  Feed number 00007'
	keys Enter
	wait_for ' 1/100'
	reader_name=other
	reader 80 24
	wait_for '7  Feed number 00007'
	keys Enter
	wait_for ' 1/100'
	keys r j s
	reader_name=reader
	sees 'what is marked in one is marked in the other' 'All: 99 unread' '^  *12h .*Entry 100' '^N\* .*Entry 99'
	keys s
	reader_name=other
	sees 'and the other way' '^ \* .*Entry 100'
	reader_ends
	reader_name=reader
	reader_ends
	daemon_ends
}

browse()
{
	cat >"$dir/browser" <<-END
		#!/bin/sh
		printf '%s\n' "\$@" >"$dir/browsed"
		echo the browser has the terminal
		read -r line
	END
	chmod +x "$dir/browser"
	keys o
	sees 'o gives the terminal to the browser' 'the browser has the terminal'
	keys Enter
	sees 'and has it back' 'opened https://news.example/100'
	[ "$(cat "$dir/browsed")" = 'https://news.example/100' ]
	verdict $? 'the browser was given the link'
	keys '#'
	sees '# asks for the number of a link' 'link (1-2):'
	keys 2 Enter
	wait_for 'the browser has the terminal'
	keys Enter
	sees 'and opens it' 'opened https://two.example/'
	keys 1 '#'
	wait_for 'the browser has the terminal'
	keys Enter
	sees 'a number before # is that of the link' 'opened https://one.example/'
	keys 9 '#'
	sees 'which has to be there' 'there is no link 9'
	reader_ends
	daemon_ends
}

hostile()
{
	daemon 7 100
	steer 'title 100 ESC \x1b]0;owned\x07\x1b[2J\x1b[31mred' 'title 99 C1 \xc2\x9b31m\xc2\x90x' \
	    'title 98 bidi \xe2\x80\xae\xe2\x81\xa6x\xd8\x9c' 'title 97 marks e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86 here' \
	    'title 96 wide \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe3\x81\xae\xe9\xa1\x8c\xe5\x90\x8d' \
	    'title 95 lines\x0aare\x0d\x09one' 'title 94 emoji \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 \xe2\x9d\xa4\xef\xb8\x8f \xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd.' 'title 93 ' \
	    'title 92 hebrew \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d and 123' 'title 91 zero\xe2\x80\x8bwidth\xef\xbb\xbf\xc2\xad.' \
	    'add feed \x1b[31m\xe2\x80\xae title'
	reader 80 24
	term pipe-pane -t reader "cat >$dir/raw"
	keys Enter
	pictured 'titles that would do harm do none' hostile
	keys Enter
	sees 'nor in an article' '^ESC \]0;owned\[2J\[31mred'
	[ "$(term display-message -p -t reader '#{pane_title}')" != owned ]
	verdict $? 'the title of the terminal is its own'
	keys q q
	sees 'nor a feed' '0/0 *feed \[31m title'
	keys Q
	wait_for 'left with 0'
	LC_ALL=C grep -q -e "$(printf '\033\\]0;owned')" -e "$(printf '\342\200\256')" "$dir/raw"
	[ $? -eq 1 ]
	verdict $? 'no byte of them reached the terminal raw'
	reader_ends
	daemon_ends
}

large()
{
	daemon 10000 200000
	reader 80 24
	sees '10,000 feeds' '200000 unread of 200000 in 10000 feeds'
	keys G
	sees 'to the last' ' 10002/10002' 'Feed number 09999'
	keys g Enter
	sees '200,000 entries' 'All: 200000 unread' '1/[12]00+'
	keys Space Space Space Space Space Space Space Space Space Space
	sees 'pages come as they are scrolled to' ' 22[01]/'
	keys G
	sees 'to the end' 'the end$' 'Entry 1 of feed 2$'
	keys b b b b b b
	sees 'and up from there' '132 before the end' 'Entry 133 of feed 134$'
	keys g
	sees 'and back' 'Entry 200000 of feed 1$'
	reader_ends
	daemon_ends
}

own_settings()
{
	daemon 7 100
	steer 'read 100'
	echo 'unread_only = perhaps' >"$reader_home/config/gazette/config"
	reader 200 24
	sees 'settings that are wrong are said' "config:1: unread_only: 'perhaps' is neither yes nor no" 'left with 2'
	reader_ends
	echo 'unread_only = yes' >"$reader_home/config/gazette/config"
	reader 80 24
	sees 'those that are right are heeded' 'unread only'
	reader_ends
	rm "$reader_home/config/gazette/config"
	daemon_ends
}

# --- all of it ----------------------------------------------------------------------------------------

terminal_up
read_news
mark
filter
live
restart
slow
resize
small
browse
panes
tree
search_list
stories
typing
two
hostile
own_settings
large
echo "1..$count"
