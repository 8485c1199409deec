# shellcheck shell=sh
# What the tests of the reader that have a daemon of their own (mock-gazetted) share: sourced, not run; it brings reader-lib.sh along.
# Results in TAP, the daemon, screens that are compared with pictures of them. All that is made is in $dir, which goes at the end.
top_srcdir=${top_srcdir:-.}
top_builddir=${top_builddir:-.}
screens=$top_srcdir/tests/gazette/screens
articles=$top_srcdir/tests/gazette/articles
count=0
dir=$(mktemp -d "${TMPDIR:-/tmp}/reader.XXXXXX") || exit 99
terminal=$dir/tmux
socket=$dir/socket
# shellcheck source=tests/gazette/reader-lib.sh
. "$top_srcdir/tests/gazette/reader-lib.sh"
trap 'clean_up' EXIT
trap 'exit 99' HUP INT PIPE TERM

clean_up()
{
	exec 7>&-
	terminal_down
	wait
	rm -rf "$dir"
}

ok()
{
	count=$((count + 1))
	echo "ok $count - $1"
}

# not_ok NAME: the screen as it is goes with it
not_ok()
{
	count=$((count + 1))
	echo "not ok $count - $1"
	screen | sed 's/^/# |/'
}

verdict()
{
	if [ "$1" -eq 0 ]; then
		ok "$2"
	else
		not_ok "$2"
	fi
}

# settings LINE...: what the reader's file of settings holds
settings()
{
	printf '%s\n' "$@" >"$reader_home/config/gazette/config"
}

# --- the daemon -------------------------------------------------------------------------------------

# steer LINE...: tells the daemon, and waits until it is done
steer()
{
	for line; do
		printf '%s\n' "$line" >&7
		read -r answer <&8
		[ "$answer" = ok ] || echo "Bail out! the daemon said: $answer"
	done
}

# daemon FEEDS ITEMS
daemon()
{
	[ -p "$dir/in" ] || mkfifo "$dir/in" "$dir/out"
	"$top_builddir/tests/gazette/mock-gazetted" "$socket" "$1" "$2" <"$dir/in" >"$dir/out" 7>&- 8>&- &
	daemon_pid=$!
	exec 7>"$dir/in" 8<"$dir/out"
	read -r answer <&8
}

daemon_ends()
{
	printf 'end\n' >&7
	exec 7>&- 8>&-
	wait "$daemon_pid"
}

# sees NAME PATTERN...
sees()
{
	name=$1
	shift
	if wait_for "$@"; then
		ok "$name"
	else
		echo "# not on the screen: $missing"
		not_ok "$name"
	fi
}

# What depends on the day is left out.
undated()
{
	sed 's/\(date  \({[^}]*}\)*\)[A-Z][a-z][a-z], .*/\1(a day)/'
}

picture()
{
	screen | undated
}

# What each part of the screen looks like stands before it in braces, in words: {bold cyan}, {}.
styled_picture()
{
	term capture-pane -p -e -t reader | LC_ALL=C awk -f "$top_srcdir/tests/gazette/styles.awk" | undated
}

# pictured NAME FILE: the screen is that of the file
pictured()
{
	compare picture "$@"
}

# pictured_styles NAME FILE: the same with what it looks like
pictured_styles()
{
	compare styled_picture "$@"
}

# compare FUNCTION NAME FILE
compare()
{
	take=$1
	shift
	try=0
	if [ "${READER_SCREENS:-}" = write ]; then
		sleep 1
		$take >"$screens/$2.txt"
	fi
	until $take | cmp -s - "$screens/$2.txt"; do
		try=$((try + 1))
		if [ $try -eq $WAIT_TRIES ]; then
			not_ok "$1"
			$take | diff "$screens/$2.txt" - | sed 's/^/# /'
			return
		fi
		sleep 0.025
	done
	ok "$1"
}
