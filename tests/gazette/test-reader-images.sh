#!/bin/sh
# Images in articles: who loads and draws them, when, what comes of it on terminals of several kinds, and that nothing but that is let
# through. The programs are stand-ins: what they are told is written down, what they answer stands below.
#
#	READER_SCREENS=write tests/gazette/test-reader-images.sh	writes the screens anew, to be looked at before they are kept
set -u
# shellcheck source=tests/gazette/reader-mock.sh
. "${top_srcdir:-.}/tests/gazette/reader-mock.sh"

# --- stand-ins --------------------------------------------------------------------------------------

mkdir -p "$dir/bin" "$dir/none"

# program NAME <SCRIPT
program()
{
	{
		echo '#!/bin/sh'
		cat
	} >"$dir/bin/$1"
	chmod +x "$dir/bin/$1"
}

# It "loads" the name of the image; what has "gone" in its name fails, what has "wait" in it takes until the other end of a pipe is opened.
program load <<-END
	printf '%s\n' "\$*" >>"$dir/loaded"
	case \$* in
	*gone*) echo 'load: (22) 404' >&2; exit 22 ;;
	*empty*) exit 0 ;;
	*wait*) echo \$\$ >"$dir/waiting"; read -r line <"$dir/gate" ;;
	esac
	printf 'image of %s\n' "\$*"
END

# It draws as many cells as it is told, three rows at most, in colours as many as it is told, and whatever a hostile image could make it do.
program chafa <<-END
	cat >>"$dir/given"
	printf '%s\n' "\$*" >>"$dir/drawn"
	while [ \$# -gt 0 ]; do
		case \$1 in
		--size) cols=\${2%x*} rows=\${2#*x} ;;
		--colors) colours=\$2 ;;
		esac
		shift
	done
	[ "\$rows" -lt 3 ] || rows=3
	case \$colours in
	none) one= two= ;;
	8) one='\033[31;44m' two='\033[32m' ;;
	16) one='\033[91;104m' two='\033[92m' ;;
	256) one='\033[38;5;208;48;5;19m' two='\033[38;5;118m' ;;
	full) one='\033[38;2;250;120;10;48;2;1;2;130m' two='\033[38;2;130;250;10m' ;;
	esac
	if [ -n "\${MANY_COLOURS:-}" ]; then
		for number in \$(seq 16 255); do
			printf '\033[38;5;%d;48;5;%dm#' "\$number" \$((271 - number))
			[ \$((number % 60)) -ne 0 ] || echo
		done
		exit 0
	fi
	printf '\033]0;owned\007\033[2J\033[5;5H\033[?1049l'
	while [ "\$rows" -gt 0 ]; do
		printf "\$one#\$two#\033[0m\033]52;c;eA==\033\\\\\\\\"
		col=2
		while [ \$col -lt "\$cols" ]; do
			printf .
			col=\$((col + 1))
		done
		printf '\r\n\302\233\062J'
		rows=\$((rows - 1))
	done
END

# article COLUMNS ROWS [VARIABLE=VALUE]...: the reader with the article
article()
{
	rm -f "$dir/loaded" "$dir/drawn" "$dir/given"
	reader "$@"
	wait_for 'Feed number 00001'
	keys :
	type_text 'filter id:91'
	keys Enter
	wait_for '1/1'
	keys Enter
	wait_for 'What is in it'
}

leave()
{
	keys Q
	wait_for 'left with 0'
	reader_ends
}

# holds NAME FILE TEXT: the file is that text
holds()
{
	printf '%s' "$3" | diff - "$2" >"$dir/difference"
	verdict $? "$1"
	sed 's/^/# /' "$dir/difference"
}

# --- rows -------------------------------------------------------------------------------------------

missing()
{
	settings "image_load = $dir/bin/load --"
	article 80 24 PATH="$dir/none"
	keys i
	sees 'without the program that draws the key says so' 'images need chafa, which is not installed'
	sees 'and what stands for the image stays' '^\[image: The first\]\[1\]'
	leave
	settings "image_load = $dir/nowhere --"
	article 80 24 PATH="$dir/bin:$PATH"
	keys i
	sees 'the same of the one that loads' "images need $dir/nowhere, which"
	leave
	settings "image_load = $dir/nowhere" 'images = always'
	article 80 24 PATH="$dir/bin:$PATH"
	sees 'who has asked for none is not told' '^\[image: The first\]\[1\]' '?:help'
	leave
	[ ! -e "$dir/loaded" ]
	verdict $? 'nothing was loaded'
}

by_key()
{
	settings "image_load = $dir/bin/load --"
	article 80 40 PATH="$dir/bin:$PATH"
	term pipe-pane -t reader "cat >$dir/raw"
	keys j k
	sees 'an article is read' '^\[image: The first\]\[1\]'
	[ ! -e "$dir/loaded" ]
	verdict $? 'no image is loaded unless the user wants that'
	keys i
	sees 'the key draws them' '^##\.*$' '^│ ##\.*$' 'The last line'
	pictured_styles 'in their places' images
	LC_ALL=C sort "$dir/loaded" >"$dir/sorted"
	holds 'their URLs come as they are, as one argument' "$dir/sorted" "-- https://a.example/\$(touch%20pwned);\`touch%20pwned\`'two.png?a[1-9]=b&c
-- https://a.example/one.png
"
	LC_ALL=C sort "$dir/drawn" >"$dir/sorted"
	holds 'each is drawn in the room that there is for it' "$dir/sorted" '--format symbols --animate off --optimize 0 --size 80x28 --colors 256 -
--format symbols --animate off --optimize 0 --size 80x28 --colors 256 -
--format symbols --animate off --optimize 0 --size 8x4 --colors 256 -
'
	grep -q '^Hello, image' "$dir/given"
	verdict $? 'what is inside of the text is taken from there'
	keys i
	sees 'again: they are gone' '^long enough to be wrapped' 'The last line'
	screen | grep -q '##'
	verdict $((!$?)) 'all of them'
	keys i
	sees 'and there' '^##\.*$'
	[ "$(wc -l <"$dir/loaded")" -eq 2 ] && [ "$(wc -l <"$dir/drawn")" -eq 3 ]
	verdict $? 'without being loaded or drawn once more'
	keys /
	type_text '#'
	keys Enter
	sees 'no text is found in them' '"#" is not in it'
	keys Escape q Enter
	sees 'another article begins without' '^\[image: The first\]\[1\]'
	[ "$(term display-message -p -t reader '#{pane_title}')" != owned ]
	verdict $? 'no title of the terminal comes of what is drawn'
	leave
	! LC_ALL=C grep -q -e "$(printf '\033\\]')" "$dir/raw"
	verdict $? 'nor anything but cells'
}

# --- while it goes on -------------------------------------------------------------------------------

# loaded_ends: the loader that waits is gone
loaded_ends()
{
	try=0
	while kill -0 "$(cat "$dir/waiting")" 2>/dev/null && [ $try -lt $WAIT_TRIES ]; do
		sleep 0.025
		try=$((try + 1))
	done
	[ $try -lt $WAIT_TRIES ]
}

live()
{
	mkfifo "$dir/gate"
	{
		echo '<p>What is in it:<p>line 1<p><img src=https://a.example/wait.png alt=slow>'
		for line in 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
			echo "<p>line $line"
		done
		echo '<p><img src=https://a.example/two.png alt=two>'
	} >"$dir/slow.html"
	steer "edit 91 $dir/slow.html"
	article 80 24 PATH="$dir/bin:$PATH"
	keys i
	sees 'how many there are, and how many are there' 'images 1/2'
	keys 1 2 j
	sees 'the reader goes on meanwhile' '^line 4$' '^line 13$'
	screen | sed '$d' >"$dir/before"
	echo go >"$dir/gate"
	sees 'the last one comes' 'q:back'
	screen | sed '$d' | diff "$dir/before" - >"$dir/difference"
	[ "$(grep -c '^[<>]' "$dir/difference")" -eq 2 ] && ! grep -v -e '^[0-9,c]*$' -e '^---$' -e 'Feed number' "$dir/difference"
	verdict $? 'above, and no line has moved'
	keys g
	sees 'it is in its place' '^##\.*$' '^\[image: slow\]'
	term resize-window -t reader -x 60 -y 24
	sees 'on another screen it is drawn anew' '^##\.\{58\}$'
	grep -q -e '--size 60x16 ' "$dir/drawn"
	verdict $? 'in its size'
	[ "$(wc -l <"$dir/loaded")" -eq 2 ]
	verdict $? 'and not loaded again'
	keys q
	wait_for '1/1$'
	keys Enter i
	sees 'neither when the article is opened again' '^##\.\{58\}$'
	[ "$(wc -l <"$dir/loaded")" -eq 2 ]
	verdict $? 'all that was loaded is kept'
	leave
	article 80 24 PATH="$dir/bin:$PATH"
	keys i
	wait_for 'images 1/2'
	keys q
	loaded_ends
	verdict $? 'who leaves the article waits for no image any more'
	sees 'nor says so' '?:help  Enter:open'
	leave
}

wrong()
{
	printf '%s\n' '<p>What is in it' '<p><img src=https://a.example/gone.png alt=gone>' >"$dir/gone.html"
	steer "edit 91 $dir/gone.html"
	article 80 24 PATH="$dir/bin:$PATH"
	keys i
	sees 'what goes wrong is said' 'image: (\|image: .*: (22) 404' '^\[image: gone\]'
	keys i
	wait_for '?:help'
	keys i
	sees 'and tried again by the key' 'image: .*: (22) 404'
	[ "$(wc -l <"$dir/loaded")" -eq 2 ]
	verdict $? 'once each time'
	leave
	printf '%s\n' '<p>What is in it' '<p><img src=https://a.example/empty.png alt=empty>' '<img src=data:image/png,x>' >"$dir/empty.html"
	steer "edit 91 $dir/empty.html"
	article 80 24 PATH="$dir/bin:$PATH"
	keys i
	sees 'what holds nothing is none' 'image: .*load: there is nothing'
	keys q L
	sees 'each says so' 'image: data: it is no image in base64' 'image: .*load: there is nothing'
	leave
	settings 'images = never' "image_load = $dir/bin/load"
	article 80 24 PATH="$dir/bin:$PATH"
	keys i
	sees 'never is never' 'images are never loaded'
	[ ! -e "$dir/loaded" ]
	verdict $? 'none is loaded then'
	leave
	settings 'images = always' "image_load = $dir/bin/load"
	steer "edit 91 $articles/images.html"
	article 80 40 PATH="$dir/bin:$PATH"
	sees 'always is without a key' '^##\.*$'
	keys i
	sees 'which hides them' '^long enough to be wrapped' '^\[image: The first\]'
	leave
	settings 'images = sometimes'
	reader 80 24
	sees 'other words are refused' "images: 'sometimes' is" 'left with 2'
	reader_ends
	settings "image_load = $dir/bin/load"
}

# --- terminals --------------------------------------------------------------------------------------

# kind NAME COLOURS [VARIABLE=VALUE]...: on this terminal
kind()
{
	name=$1 colours=$2
	shift 2
	article 80 40 PATH="$dir/bin:$PATH" "$@"
	keys i
	pictured_styles "what it looks like: $name" "images-$name"
	grep -q -e "--colors $colours -" "$dir/drawn"
	verdict $? 'which is what was asked for'
	leave
}

kinds()
{
	kind 8 8 TERM=linux ASAN_OPTIONS=detect_leaks=0
	kind none none TERM=vt100
	kind no-color none NO_COLOR=1
	cat >"$dir/kinds.src" <<-'END'
		tmux-direct|the terminal of these tests with all colours,
		    RGB, colors#0x1000000, pairs#0x7fff,
		    setaf=\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
		    setab=\E[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
		    use=tmux-256color,
		sixteen|one that has 16 colours, colors#16, pairs#256, use=tmux-256color,
		few-pairs|one that knows few pairs of its colours, pairs#256, use=tmux-256color,
	END
	tic -x -o "$dir/terminfo" "$dir/kinds.src"
	kind 16 16 TERM=sixteen TERMINFO="$dir/terminfo"
	kind full full TERM=tmux-256color COLORTERM=truecolor TERMINFO="$dir/terminfo"
	kind many 256 TERM=tmux-256color MANY_COLOURS=yes
	kind few 256 TERM=few-pairs TERMINFO="$dir/terminfo" MANY_COLOURS=yes
	kind ascii 256 LC_ALL=C
	grep -q -e '- --symbols ascii$' "$dir/drawn"
	verdict $? 'without UTF-8 in ASCII'
}

# --- by hand ----------------------------------------------------------------------------------------

# The command that shows one has its URL and the terminal.
command()
{
	settings ''
	article 80 24
	keys I Enter
	sees 'none shows an image unless the user says so' 'no image_command is set'
	leave
	printf '#!/bin/sh\necho "an image: $*"\nread -r line\n' >"$dir/show"
	chmod +x "$dir/show"
	settings "image_command = $dir/show at %s"
	article 80 24
	keys I
	sees 'I asks which image' '^image: 1'
	keys Enter
	sees 'and gives its URL to the command, with the terminal' '^an image: at https://a.example/one.png'
	keys Enter
	sees 'until it ends' 'What is in it'
	keys l i
	sees 'the same in the list of links' '^an image: at https://a.example/one.png'
	keys Enter
	sees 'which is there again then' 'links: '
	leave
}

terminal_up
daemon 7 100
steer "edit 91 $articles/images.html"
missing
by_key
live
wrong
kinds
command
daemon_ends
echo "1..$count"
