# shellcheck shell=sh
# What the tests of the reader share: sourced, not run. A terminal inside tmux, of a server of its own.
# The caller sets $terminal (that server's socket), $socket (the daemon's) and $top_builddir.
# shellcheck disable=SC2154
#
#	reader 80 24			the reader in so many columns and rows; $socket is the daemon's
#	keys j Enter			as tmux names them
#	wait_for 'All: 3 unread'	until it is on the screen; 1 and $missing if it does not come
#	reader_ends
#
# Its settings are in $reader_home/config/gazette, what it keeps for itself in $reader_home/state/gazette.
WAIT_TRIES=${WAIT_TRIES:-400}			# of 25 ms: ten seconds for what should take some milliseconds

if ! command -v tmux >/dev/null; then
	echo 'Bail out! the reader is tested inside tmux, which is not installed'
	exit 99
fi

reader_home=${terminal%/*}/home
mkdir -p "$reader_home/config/gazette"

term()
{
	tmux -S "$terminal" "$@"
}

screen()
{
	term capture-pane -p -t "$reader_name"
}

keys()
{
	term send-keys -t "$reader_name" "$@"
}

# type_text TEXT: as it is typed
type_text()
{
	term send-keys -t "$reader_name" -l -- "$1"
}

# terminal_up: a session that stays keeps the server while there is no reader
terminal_up()
{
	term -f /dev/null new-session -d -s holder 'exec cat'
}

terminal_down()
{
	tmux -S "$terminal" kill-server 2>/dev/null
}

# Which of several readers; the one that is meant is $reader_name.
reader_name=reader

# reader COLUMNS ROWS [VARIABLE=VALUE]...
reader()
{
	columns=$1 rows=$2
	shift 2
	term new-session -d -s "$reader_name" -x "$columns" -y "$rows" \
	    "env -u NO_COLOR TZ=UTC LC_ALL=C.UTF-8 TERM=screen-256color GAZETTE_SOCKET=$socket \
	    XDG_CONFIG_HOME=$reader_home/config XDG_STATE_HOME=$reader_home/state $* \
	    $top_builddir/contrib/gazette/gazette; echo \"left with \$?\"; exec cat"
}

reader_ends()
{
	term kill-session -t "$reader_name"
}

# reader_process: its number
reader_process()
{
	shell=$(term list-panes -t "$reader_name" -F '#{pane_pid}')
	tr -d ' ' <"/proc/$shell/task/$shell/children"
}

# wait_for PATTERN...: until each of these basic regular expressions is on the screen
wait_for()
{
	try=0
	while [ $try -lt $WAIT_TRIES ]; do
		missing=
		for pattern; do
			screen | grep -q -e "$pattern" || missing=$pattern
		done
		[ -z "$missing" ] && return 0
		sleep 0.025
		try=$((try + 1))
	done
	return 1
}
