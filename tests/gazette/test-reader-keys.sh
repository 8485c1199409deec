#!/bin/sh
# What keys, the line after ":", the mouse and other programs do in the reader, on a terminal inside tmux, against a daemon whose
# news is invented. Whole screens stand in screens/keys-NAME.txt.
#
#	READER_SCREENS=write tests/gazette/test-reader-keys.sh	writes the screens anew, to be looked at before they are kept
set -u
# shellcheck source=tests/gazette/reader-mock.sh
. "${top_srcdir:-.}/tests/gazette/reader-mock.sh"
config=$reader_home/config/gazette

# --- keys -------------------------------------------------------------------------------------------

counts()
{
	daemon 7 100
	reader 80 24
	keys Enter
	wait_for 'All: 100 unread *1/100'
	keys 5 j
	sees 'a count repeats' ' 6/100'
	keys 2 0 G
	sees 'or names the line' ' 20/100'
	keys 3 k
	sees 'upwards too' ' 17/100'
	keys 1 2
	sees 'what goes on shows in the corner' '12$'
	keys Escape j
	sees 'Esc forgets it' ' 18/100'
	keys C-x
	sees 'a key that others follow does, too' 'C-x$'
	keys u
	sees 'the one that follows is done' 'there is nothing to undo'
	keys M-v M-\> M-\<
	sees 'Meta is a part of keys' ' 1/100'
	keys 3 s
	keys j r
	sees 'what has no count does it once' '^N\*  *12h .*Entry 100 of feed 3' 'All: 99 unread'
	keys 2 u
	sees 'undo has one' 'undone: starred, "Entry 100 of feed 3" of "Feed number 00003"' 'All: 100 unread'
	keys q
}

bound()
{
	keys Q
	wait_for 'left with 0'
	reader_ends
	cat >"$config/keys" <<-END
		# mine
		bind gg home
		bind ge end
		unbind q in entries
		bind x quit in help
		macro X toggle-star ; 2 down ; toggle-read in entries
		macro Y filter ; next
		bind F2 filter feed:2
	END
	reader 80 24
	keys Enter
	wait_for 'All: 100 unread *1/100'
	keys g
	sees 'a sequence is bound' 'g$'
	keys e
	sees 'and does it' ' 100/100'
	keys g g
	sees 'as does the other one' ' 1/100'
	keys X
	sees 'a macro does several' '^N\*  *12h .*Entry 100 of feed 3' '^   *12h .*Entry 98 of feed 1' ' 3/100'
	keys u u
	wait_for 'All: 100 unread'
	keys F2
	sees 'a key may bring an argument' 'All: 100 unread / feed:2' '1/15$'
	keys Escape
	wait_for ' 1/100'
	keys q
	sees 'a key that is unbound does nothing' ' 1/100'
	keys Y
	wait_for 'filter: $'
	type_text 'Entry 9'
	keys Enter
	sees 'a macro goes on when its question is answered' '/ Entry 9' '2/19$'
	keys Escape Escape
	wait_for ' 1/9'
	keys '?' /
	type_text 'toggle-star'
	sees 'the help knows' 'keys of the feeds / toggle-star *0/0'
	keys Escape q
	keys Enter '?' /
	type_text 'toggle-star'
	sees 'what is bound where' '^s  *toggle-star ' '^X .*toggle-star ; 2 down ; toggle-read'
	keys Enter x
	sees 'and is left by what is bound there' 'left with 0'
	reader_ends
	printf 'bind j dwn\nbind ab up in feed\n' >"$config/keys"
	reader 132 24
	sees 'mistakes are said with their place and what is allowed' '^gazette: .*keys:1: there is no action "dwn": allowed are up, down' \
	    'keys:2: there is no view "feed": allowed are feeds, entries' 'left with 2'
	reader_ends
	rm "$config/keys"
	# the curses library loads another one for the mouse of this terminal, which keeps what it had
	reader 80 24 TERM=linux ASAN_OPTIONS=detect_leaks=0
	wait_for 'All'
	keys Q
	sees 'where the screen stays, the bottom line is left to the shell' '^left with 0$'
	reader_ends
}

# --- the line after ":" -------------------------------------------------------------------------------

command_line()
{
	reader 80 24
	wait_for '100/100  All'
	keys :
	type_text p
	keys Tab
	pictured ': offers what it knows' keys-command
	keys Tab Tab
	sees 'one after the other' '^:page-up' '\[page-up\]'
	keys C-u
	type_text 'filter is:u'
	keys Tab
	sees 'arguments, too' '^ is:unread  is:updated' '^:filter is:u$'
	keys C-u
	type_text '2 down ; open'
	keys Enter
	sees 'several are done' 'Feed number 0000[0-9]: 1[0-9] unread'
	keys q :
	type_text 'nothing-like-it'
	keys Enter
	sees 'what is no action is said' 'there is no action "nothing-like-it"'
	keys : Up Up
	sees 'the history has what was typed' '^:2 down ; open'
	keys Escape Q
	wait_for 'left with 0'
	reader_ends
	reader 80 24
	wait_for '100/100  All'
	keys : Up
	sees 'over runs, too' '^:nothing-like-it'
	keys Escape :
	type_text 'set mouse sometimes'
	keys Enter
	sees 'a setting that is wrong is said' "mouse: 'sometimes' is neither yes nor no"
	keys :
	type_text 'set unread_only yes'
	keys Enter
	sees 'one that is right is set' 'unread only'
	keys U :
	type_text 'set hide_read_feeds yes'
	keys Enter
	sees 'and another' 'feeds with nothing unread are hidden'
	keys :
	type_text 'set hide_read_feeds no'
	keys Enter
	sees 'and taken back' 'all feeds'
	keys :
	type_text 'bind z open'
	keys Enter z
	sees 'keys can be bound' 'All: 100 unread'
	keys :
	type_text 'sort oldest'
	keys Enter
	sees 'arguments are given' 'oldest first' '^N  *12h .*Entry 1 of feed 2'
	steer 'new 3 1'
	wait_for '/101'
	keys G
	sees 'a list in that order grows at its end' 'Entry 101 of feed 3' '101/101'
	keys S
	sees 'and is turned round' ' 1/10[01]' '^N  *12h .*Entry 101 of feed 3'
	keys q
}

as_typed()
{
	keys g Enter
	wait_for ' 1/10'
	keys /
	type_text 'Entry 9'
	sees 'the list is narrowed as a filter is typed' '/ Entry 9' '1/19$' 'filter: Entry 9'
	keys Escape
	sees 'and whole again if it is given up' 'All: 101 unread  *1/10'
	keys /
	type_text 'bad'
	sees 'what is not understood yet is no error' 'All: 101 unread  *1/10' 'filter: bad'
	keys BSpace BSpace BSpace
	type_text 'Entry 8'
	keys Enter
	sees 'Enter keeps it' '/ Entry 8  *1/19$'
	keys Escape q
}

# --- views ------------------------------------------------------------------------------------------

views()
{
	keys g j j P
	sees 'P says that the feed is paused' 'paused, no more polled: Feed number 0000'
	keys P
	sees 'or that it is not' 'polled again: Feed number 0000'
	keys E
	pictured 'the settings of a feed' keys-settings
	keys Enter C-u
	type_text 'A better title'
	keys Enter
	sees 'a line is changed' 'feed: A better title' '^title  *A better title' 'changed'
	keys j j j j Enter
	type_text '3600'
	keys Enter
	sees 'a setting, too' '^interval  *3600'
	keys 2 0 G Enter
	sees 'what cannot be changed says so' 'last good poll\|cannot be changed'
	steer 'fail 3 the server is on fire'
	keys q H
	pictured 'health' keys-health
	steer 'fail 4 it is cold'
	sees 'which follows' ' 1/2$' 'it is cold'
	keys j Enter
	sees 'and leads to the feed' 'Feed number 00004: 14 unread'
	keys q q L
	sees 'messages' '^[0-9:]* *there is no action "nothing-like-it"\|^[0-9:]* *mouse: ' '^[0-9:]*  changed$'
	keys q '?'
	pictured 'help' keys-help
	keys /
	type_text 'undo'
	sees 'help is searched' '/ undo  *1/1$' '^u C-_ C-xu'
	keys Enter Enter
	sees 'a line of it is done' ' gazette: ' 'there is nothing to undo'
}

feeds()
{
	keys a
	type_text 'http://new.example/the-new-one news'
	keys Enter
	sees 'a feed is added' 'subscribed to the-new-one' '0/0  *the-new-one'
	keys 6 G D
	sees 'removing asks' 'unsubscribe the-new-one and delete its 0 entries? (y/n)'
	keys n
	sees 'and takes no for an answer' '0/0  *the-new-one'
	keys D y
	sees 'and yes' 'unsubscribed, with 0 entries'
	keys g D
	sees 'there is not always a feed' 'there is no feed here'
	steer away
	wait_for 'the daemon is away'
	keys a
	type_text 'http://new.example/again'
	keys Enter
	sees 'what cannot wait is refused' 'not while the daemon is away'
	keys g Enter
	wait_for 'All: '
	steer back
	wait_for 'Entry 101'
	steer away
	wait_for '\[offline\]'
	keys s
	sees 'marks wait' 'offline, 1 mark to send' '^N\*.*Entry 101'
	keys u
	sees 'undo takes them back' 'undone: starred, 1 entry' '^N   .*Entry 101'
	keys u
	sees 'and nothing more' 'undo: nothing waits'
	keys s
	steer back
	sees 'what is left is sent' 'the daemon is back' '^N\*.*Entry 101'
	keys u q
	wait_for ' gazette: '
	keys Q
	wait_for 'left with 0'
	reader_ends
}

# --- marks ------------------------------------------------------------------------------------------

marks()
{
	echo 'mark_read = by-hand' >"$config/config"
	reader 80 24
	keys Enter
	wait_for 'All: 101 unread'
	keys Enter
	wait_for 'This is the text'
	keys q
	sees 'by hand: opening marks nothing' 'All: 101 unread'
	keys r
	sees 'the key does' 'All: 100 unread'
	keys u
	wait_for 'undone: ' 'All: 101 unread'
	keys m m
	sees 'lines are chosen' '2 chosen' ' 3/'
	keys r
	sees 'what is done is done with them' 'All: 99 unread' '^  >  *12h .*Entry 100' '^  >  *12h .*Entry 101'
	keys u
	sees 'at once' 'undone: marked read, 2 entries' 'All: 101 unread'
	keys M '*'
	sees 'all can be' '10[01] chosen'
	keys M Q
	wait_for 'left with 0'
	reader_ends
	echo 'first_unread = yes' >"$config/config"
	steer 'read 101'
	reader 80 24
	wait_for 'Feed number 00001'
	keys Enter
	sees 'the first unread entry can be where a list begins' 'All: 100 unread *2/100'
	keys g
	sees 'but not where home leads' ' 1/100'
	keys r
	wait_for 'All: 101 unread'
	keys Q
	wait_for 'left with 0'
	reader_ends
	echo 'mark_read = passing' >"$config/config"
	reader 80 24
	keys Enter
	wait_for 'All: 101 unread'
	keys j j
	sees 'passing marks read' 'All: 99 unread' '^   *12h .*Entry 101 ' '^   *12h .*Entry 100 '
	keys k
	sees 'but not upwards' 'All: 99 unread' ' 2/'
	keys G
	sees 'nor does a jump' 'All: 99 unread'
	keys u u
	wait_for 'All: 101 unread'
	keys Q
	wait_for 'left with 0'
	reader_ends
	rm "$config/config"
}

# --- other programs ---------------------------------------------------------------------------------

# same FILE NAME: it holds what comes on standard input
same()
{
	cmp -s - "$1"
	verdict $? "$2"
}

programs()
{
	cat >"$dir/keep" <<-END
		#!/bin/sh
		printf '[%s]\n' "\$@" >"$dir/kept"
		echo so it is >&2
		exit 3
	END
	chmod +x "$dir/keep"
	printf 'bookmark = %s --tag\n' "$dir/keep" >"$config/config"
	steer "title 101 \$(touch $dir/pwned) \`touch $dir/pwned\`; touch $dir/pwned & ' \" -x"
	reader 80 24
	term pipe-pane -t reader "cat >$dir/raw"
	keys Enter
	wait_for 'All: 101 unread *1/100'
	keys B
	sees 'how a program has ended is said' 'bookmark: exit status 3: so it is'
	same "$dir/kept" 'the bookmark command gets link, title and feed as they are' <<-END
		[--tag]
		[https://news.example/101]
		[\$(touch $dir/pwned) \`touch $dir/pwned\`; touch $dir/pwned & ' " -x]
		[Feed number 00003]
	END
	keys '|'
	wait_for 'pipe to:'
	type_text "cat >$dir/piped; env | grep ^GAZETTE_[TUF] | sort >>$dir/piped; echo it has run"
	keys Enter
	sees 'a pipe has the terminal, and what it writes stays' 'it has run' 'Enter: back'
	keys Enter
	sees 'until Enter' 'piped 1 entry'
	grep -q -F "\$(touch $dir/pwned) \`touch $dir/pwned\`; touch $dir/pwned & ' \" -x" "$dir/piped"
	verdict $? 'it gets the text'
	grep -q -F "GAZETTE_TITLE=\$(touch $dir/pwned)" "$dir/piped"
	verdict $? 'and the title in its environment'
	[ ! -e "$dir/pwned" ]
	verdict $? 'and no title is ever run'
	keys m m :
	type_text "pipe-json wc -l >$dir/piped; exit 4"
	keys Enter
	sees 'who writes nothing is not waited for; a status that is not 0 is said' 'pipe: .* exit status 4' ' 3/10'
	same "$dir/piped" 'chosen lines come as items, one a line' <<-END
		2
	END
	keys M '|'
	type_text 'tput smcup; echo the other screen; tput rmcup'
	keys Enter
	sees 'nor who leaves the screen as it was' 'piped 1 entry to tput'
	keys '|'
	type_text 'yes line | head -n 100; false'
	keys Enter
	sees 'many lines stay, too' '^line' 'Enter: back'
	keys Enter
	sees 'if it has failed as well' 'exit status 1'
	keys g y
	sees 'a link is copied' 'copied https://news.example/10'
	link=$(screen | sed -n 's/^copied //p')
	encoded=$(printf %s "$link" | base64)
	LC_ALL=C grep -q -F "$(printf '\033]52;c;%s\007' "$encoded")" "$dir/raw"
	verdict $? 'the terminal is told so, as OSC 52 has it'
	keys e
	sees 'what has no attachments plays none' 'there are no attachments'
	keys Q
	wait_for 'left with 0'
	reader_ends
	printf 'browser = %s/nowhere\n' "$dir" >"$config/config"
	reader 80 24
	keys Enter
	wait_for 'All: 101 unread'
	keys o
	sees 'a program that is not there is said' 'browser: .*nowhere: No such file or directory\|browser: .*nowhere: exit status 127'
	keys Q
	wait_for 'left with 0'
	reader_ends
	rm "$config/config"
}

# --- the mouse --------------------------------------------------------------------------------------

# mouse BUTTON COLUMN ROW: from 0; buttons: 20 left, 60 wheel up, 61 wheel down, as xterm sends them
mouse()
{
	place="$(printf '%x %x' $(($2 + 33)) $(($3 + 33)))"
	# shellcheck disable=SC2086
	if [ "$1" = 20 ]; then
		keys -H 1b 5b 4d 20 $place 1b 5b 4d 23 $place
	else
		keys -H 1b 5b 4d "$1" $place
	fi
}

mice()
{
	reader 80 24
	wait_for '101/101  All'
	mouse 20 10 3
	sees 'a click selects' ' 3/10'
	mouse 20 10 3
	sees 'a second one opens' 'A better title: ' ' 1/15'
	mouse 61 10 5
	sees 'the wheel scrolls' ' 4/15'
	mouse 60 10 5
	sees 'back, too' ' 1/15'
	mouse 20 10 23
	mouse 20 10 0
	sees 'bars are not clicked' ' 1/15'
	keys q :
	type_text 'set mouse no'
	keys Enter
	wait_for ' gazette: '
	keys Q
	wait_for 'left with 0'
	reader_ends
	daemon_ends
}

terminal_up
counts
bound
command_line
as_typed
views
feeds
marks
programs
mice
echo "1..$count"
