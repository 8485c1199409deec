#!/bin/sh
# Articles as they are read: on terminals of several sizes and kinds, in every theme; their links and edits; and that nothing of a
# feed reaches the terminal raw, in whatever view.
#
#	READER_SCREENS=write tests/gazette/test-reader-text.sh	writes the screens anew, to be looked at before they are kept
set -u
# shellcheck source=tests/gazette/reader-mock.sh
. "${top_srcdir:-.}/tests/gazette/reader-mock.sh"

# article COLUMNS ROWS [VARIABLE=VALUE]...: the reader with the entry of all there is
article()
{
	reader "$@"
	wait_for 'Feed number 00001'
	keys :
	type_text 'filter id:91'
	keys Enter
	wait_for '1/1'
	keys Enter
	wait_for 'What is in it'
}

sizes()
{
	article 80 60
	pictured 'an article of all there is' text-80
	keys l
	pictured 'its links' links
	keys q
	reader_ends
	article 40 80
	pictured 'on a narrow screen' text-40
	keys W
	sees 'code can be kept whole' 'return printf("a line that is m›'
	keys '>' '>'
	sees 'and looked at sideways' '‹intf("a line that is much longer than ›$'
	reader_ends
	article 24 160
	pictured 'on one on which a table becomes records' text-24
	reader_ends
	settings 'two_panes_from = 0' 'three_panes_from = 0' 'text_width = 60' 'date_format = %Y'
	article 200 60
	pictured 'on a wide one' text-200
	sees 'dates are as the user wants them' 'date  20[0-9][0-9], changed'
	reader_ends
	settings ''
}

# theme NAME LINE [VARIABLE=VALUE]...
theme()
{
	name=$1
	settings "$2"
	shift 2
	article 80 24 "$@"
	pictured_styles "what it looks like: $name" "style-$name"
	reader_ends
	settings ''
}

# A terminal with all colours is told by $COLORTERM and used by its description for them, which may be missing.
truecolor()
{
	cat >"$dir/direct.src" <<-'END'
		tmux-direct|the terminal of these tests with all colours,
		    RGB, colors#0x1000000, pairs#0x7fff,
		    setaf=\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
		    setab=\E[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
		    use=tmux-256color,
	END
	tic -x -o "$dir/terminfo" "$dir/direct.src"
	theme truecolor 'theme = dark' TERM=tmux-256color COLORTERM=truecolor TERMINFO="$dir/terminfo"
	printf 'screen-direct|it says nothing of the cursor,\n RGB, colors#8,\n' >"$dir/broken.src"
	tic -x -o "$dir/terminfo" "$dir/broken.src"
	theme terminal 'theme = terminal' TERM=screen-256color COLORTERM=24bit TERMINFO="$dir/terminfo"
	settings 'theme = dark' 'truecolor = no'
	article 80 24 TERM=tmux-256color COLORTERM=truecolor TERMINFO="$dir/terminfo"
	pictured_styles 'or not, as the user wants' style-256
	reader_ends
	settings ''
}

themes()
{
	theme terminal 'theme = terminal'
	theme dark 'theme = dark'
	theme light 'theme = light'
	theme plain 'theme = plain'
	theme no-color 'theme = dark' NO_COLOR=1
	theme linux 'theme = dark' TERM=linux
	theme vt100 'theme = terminal' TERM=vt100
	truecolor
	theme own 'style_heading = italic 208 on white' TERM=tmux-256color
	reader 80 24 TERM=dumb
	sees 'a terminal that cannot be drawn on is refused' 'gazette: the terminal cannot move its cursor: is TERM set right' 'left with 2'
	reader_ends
	# the curses library keeps what it had begun then
	reader 80 24 TERM=no-such-terminal ASAN_OPTIONS=detect_leaks=0
	sees 'so is one that is not known' 'gazette: the terminal is not known: is TERM set right' 'left with 2'
	reader_ends
	settings ''
	article 80 24
	keys ':set theme plain' Enter
	pictured_styles 'the theme is changed at once' style-plain
	keys ':set theme terminal' Enter
	pictured_styles 'and back' style-terminal
	reader_ends
	settings 'style_heading = pink'
	reader 80 24
	sees 'a style that is none is refused' "config:1: style_heading: 'pink'" '^is not a style' 'left with 2'
	reader_ends
	settings ''
}

searching()
{
	article 80 24
	keys /
	type_text 'wrapped'
	keys Enter
	sees 'what is searched for is found' '^1 of 2: wrapped'
	pictured_styles 'and marked' search
	keys ']'
	sees 'the next place' '^2 of 2: wrapped'
	keys ']'
	sees 'and the first again' '^1 of 2: wrapped'
	keys '['
	sees 'or backwards' '^2 of 2: wrapped'
	keys n
	sees 'n and N go to them too, as long as the search lasts' '^1 of 2: wrapped   n/N:next/previous  Esc:end'
	keys N
	sees 'back' '^2 of 2: wrapped'
	keys / Enter
	sees 'the same again is the next one' '^1 of 2: wrapped'
	keys /
	type_text 'long enough to be wrapped'
	keys Enter
	sees 'across the end of a line' '^1 of 1: long enough'
	keys /
	type_text 'Nowhere'
	keys Enter
	sees 'or not' '"Nowhere" is not in it'
	keys Escape
	sees 'Esc ends it' 'What is in it' '?:help'
	keys Escape
	sees 'and then the article' 'filter\|/ id:91'
	reader_ends
}

edits()
{
	reader 80 24
	wait_for 'Feed number 00001'
	keys :
	type_text 'filter id:98'
	keys Enter
	wait_for '1/1'
	keys Enter
	sees 'an article that was edited says so' 'changed 2 times'
	keys d
	sees 'd shows the last edit' 'change 2 of 2' '{+\* third+}'
	keys K
	sees 'K the one before' 'change 1 of 2' '\[-long-\] {+short+} enough'
	pictured_styles 'with what came and went' edit
	keys K
	sees 'which is the first' 'this is the first edit that is kept'
	keys q
	sees 'q leads back to the article' 'changed 2 times'
	reader_ends
	long_edits
}

# paragraphs FIRST LAST: an article with so many of them
paragraphs()
{
	paragraph=$1
	while [ "$paragraph" -le "$2" ]; do
		echo "<p>paragraph number $paragraph"
		paragraph=$((paragraph + 1))
	done
}

# An article that is edited again while it is read, as those are that go on all day.
long_edits()
{
	paragraphs 1 40 >"$dir/long.html"
	paragraphs 1 41 >"$dir/longer.html"
	paragraphs 0 42 >"$dir/longest.html"
	steer "edit 97 $dir/long.html"
	reader 80 10
	wait_for 'Feed number 00001'
	keys ':filter id:97' Enter
	wait_for '1/1'
	keys Enter
	wait_for 'paragraph number 1$'
	keys Space Space
	wait_for '^paragraph number 8$'
	screen | sed -n 2,9p >"$dir/before"
	steer "edit 97 $dir/longest.html"
	sees 'an edit of what is being read is said' 'the feed has edited it (d shows how)'
	screen | sed -n 2,9p | cmp -s "$dir/before" -
	verdict $? 'and no line has moved'
	keys d
	sees 'the first change is in sight' 'change 2 of 2' '{+paragraph number+} 1'
	keys ']' n
	sees 'n and ] go to the next one' '{+paragraph number 42+}'
	keys n
	sees 'until there is none' 'no more changes below'
	steer "edit 97 $dir/longer.html"
	sees 'what is shown stays when there is another edit' 'change 2 of 3' '{+paragraph number 42+}' 'it has been edited again (J shows how)'
	keys J
	sees 'which is shown then' 'change 3 of 3' '\[-paragraph number-\] 1'
	keys q
	for width in 40 80 60 100 80; do
		term resize-window -t reader -x $width -y 10
		wait_for 'changed\|paragraph number'
	done
	keys C-l
	screen | sed -n 2,9p | cmp -s "$dir/before" -
	verdict $? 'other widths in between do not move it either'
	reader_ends
}

# Whatever stands in a feed, a title, a text, a link, a prompt: none of it is obeyed.
hostile()
{
	printf '%s' '<p>x&#27;]0;owned&#7;&#x9b;31m&#x202e;b&#8232;c&#xe0041;' >"$dir/hostile.html"
	printf '\033]0;owned\007\302\233\062J\342\200\256\342\200\250\363\240\201\201' >>"$dir/hostile.html"
	printf '%s' '<a href="https://a.example/&#27;]8;;x&#x202e;">l&#27;[2J</a><img alt="&#27;[31m" src="https://a.example/i">' >>"$dir/hostile.html"
	printf '%s' '<pre>&#27;]52;c;eA==&#7;</pre><table><tr><th>&#27;c<th>b<tr><td>&#x202e;1<td>2</table>' >>"$dir/hostile.html"
	esc='\u001b]0;owned\u0007\u009b31m\u202e\u2028\udb40\udc41'
	steer "edit 90 $dir/hostile.html" "edit 90 $articles/edited.html" "edit 90 $dir/hostile.html" \
	    "merge 90 {\"title\":\"T${esc}t\",\"url\":\"https://a.example/$esc\",\"authors\":[{\"name\":\"A${esc}a\"}],\"attachments\":[{\"url\":\"https://b.example/$esc\",\"mime_type\":\"M$esc\"}]}"
	reader 80 40
	term pipe-pane -t reader "cat >$dir/raw"
	wait_for 'Feed number 00001'
	keys :
	type_text 'filter id:90'
	keys Enter
	sees 'a list' 'T\]0;owned31m *t'
	keys Enter
	sees 'an article' '^by    A\]0;owned31m' '^\]52;c;eA==$' '^file  '
	keys /
	type_text "$(printf 'ow\302\233n\342\200\256ed')"
	keys Enter
	sees 'a prompt and what it says' '^1 of [0-9]*: owned'
	keys Escape l
	sees 'links' '1  l\[2J'
	keys q d
	sees 'edits' '\[-This is the text' '{+x\]0;owned'
	keys q y
	wait_for 'copied'
	keys Q
	wait_for 'left with 0'
	[ "$(term display-message -p -t reader '#{pane_title}')" != owned ]
	verdict $? 'the title of the terminal is its own'
	LC_ALL=C sed "$(printf 's/\033\\]52;c;[A-Za-z0-9+/=]*\007//g')" "$dir/raw" >"$dir/seen"
	LC_ALL=C grep -q -e "$(printf '\033\\][^5]')" -e "$(printf '\033c')" -e "$(printf '\302[\200-\237]')" \
	    -e "$(printf '\342\200[\250-\256]')" -e "$(printf '\363\240')" "$dir/seen"
	[ $? -eq 1 ]
	verdict $? 'no byte of them reached the terminal raw'
	reader_ends
}

terminal_up
daemon 7 100
steer "edit 98 $articles/edited.html" "edit 98 $articles/third.html" "edit 91 $articles/full.html" \
    'merge 91 {"title":"A title of an entry that is long enough to go on in the next line","authors":[{"name":"Ann Author"}],"attachments":[{"url":"https://a.example/ep.mp3","mime_type":"audio/mpeg","size_in_bytes":12345678,"duration_in_seconds":3723}]}'
sizes
themes
searching
edits
hostile
daemon_ends
echo "1..$count"
