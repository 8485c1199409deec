# shellcheck shell=sh
# What the end-to-end tests share: sourced, not run. A real gazetted with its helpers in a folder of its own, a real
# origin beside it, and rows of TAP.
#
#	. "$top_srcdir/tests/e2e/lib.sh"
#	origin_up
#	feed news 3			the origin now serves news.xml with entries 1 to 3
#	daemon_up
#	row 'one feed' 'News' "$(ask feed.add '{"url":"'"$origin"'/news.xml"}' feed.title)"
#	finish
#
# Nothing here waits for a time; what has to become true is asked for until it is (becomes), at most LIMIT times.
set -u
top_srcdir=${top_srcdir:-.}
top_builddir=$(cd "${top_builddir:-.}" && pwd) || exit 99
LIMIT=600				# questions, 50 ms apart
work=$(mktemp -d "${TMPDIR:-/tmp}/e2e.XXXXXX") || exit 99
state=$work/state
sock=$work/run/socket
site=$work/site
log=$work/log
daemon=$top_builddir/daemon/gazetted
daemon_pid=
count=0
failed=0
mkdir "$site"
: >"$log"

cleanup()
{
	if [ -n "$daemon_pid" ]; then
		kill -9 "$daemon_pid" 2>/dev/null
	fi
	if [ "$failed" -ne 0 ]; then
		sed 's/^/# log: /' "$log" | tail -n 60
	fi
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 99' HUP INT TERM

# --- rows -------------------------------------------------------------------------

# row NAME EXPECTED ACTUAL
row()
{
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $count - $1"
	printf 'expected: %s\nbut got:  %s\n' "$2" "$3" | sed 's/^/# /'
}

# skip NAME WHY
skip()
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# becomes NAME EXPECTED COMMAND...: the command's output becomes what is expected
becomes()
{
	name=$1
	expected=$2
	shift 2
	tries=$LIMIT
	actual=$("$@" 2>&1)
	while [ "$actual" != "$expected" ] && [ "$tries" -gt 0 ]; do
		tries=$((tries - 1))
		sleep 0.05
		actual=$("$@" 2>&1)
	done
	row "$name" "$expected" "$actual"
}

finish()
{
	echo "1..$count"
	exit $((failed != 0))
}

# --- the origin ---------------------------------------------------------------------

# origin_up [OPTION...]: $origin is its URL, $work/access its log of answers, $work/arrived of requests; it ends with the test
origin_up()
{
	"$top_builddir/tests/origin/origin" -b -d "$site" -l "$work/access" -L "$work/arrived" -w $$ -t 600 "$@" >"$work/port" ||
	    exit 99
	origin=http://127.0.0.1:$(cat "$work/port")
	: >>"$work/access"
	: >>"$work/arrived"
}

# When entries are from, lest the schedule of a feed depend on how old this file is.
today=$(LC_ALL=C date -u '+%a, %d %b %Y')

# feed NAME N [TEXT]: site/NAME.xml has entries N to 1 of today, their text is TEXT
feed()
{
	awk -v name="$1" -v n="$2" -v text="${3:-text}" -v day="$today" 'BEGIN {
		print "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>Feed " name "</title>"
		print "<link>http://example.org/" name "/</link><description>d</description>"
		for (i = n; i > 0; i--)
			print "<item><title>" name " entry " i "</title><link>http://example.org/" name "/" i "</link><guid>" name "-" i \
			    "</guid><pubDate>" day " " sprintf("%02d:%02d:%02d", i / 3600 % 24, i / 60 % 60, i % 60) \
			    " GMT</pubDate><description>" text " of " name " " i "</description></item>"
		print "</channel></rss>"
	}' >"$site/$1.xml.new" && mv "$site/$1.xml.new" "$site/$1.xml"
}

# requests PATH [STATUS]: how many answers the origin has given, 0-9 each
requests()
{
	awk -F '\t' -v path="$1" -v status="${2:-}" '$2 == path && (status == "" || $3 == status) { n++ } END { print n + 0 }' \
	    "$work/access"
}

# arrived PATH: how many requests have come
arrived()
{
	awk -F '\t' -v path="$1" '$2 == path { n++ } END { print n + 0 }' "$work/arrived"
}

# --- the daemon ----------------------------------------------------------------------

# The configuration of most tests: what was fetched just now may be fetched a second later, and on one host all at once.
cat >"$work/conf" <<'END'
allow_private_networks = yes
min_interval = 1s
host_spacing = 0s
parallel_per_host = 16
END

# configure KEY VALUE: replaces a line of it
configure()
{
	sed -i "/^$1 *=/d" "$work/conf"
	echo "$1 = $2" >>"$work/conf"
}

# daemon_up [COMMAND...]: returns when it listens
daemon_up()
{
	"$@" "$daemon" -v -f "$work/conf" -d "$state" -s "$sock" 2>>"$log" &
	daemon_pid=$!
	"$top_builddir/tests/e2e/rpc" -w 30 -n "$sock" || exit 99
}

# The status it ends with.
daemon_down()
{
	kill "$daemon_pid"
	wait "$daemon_pid"
	ended=$?
	daemon_pid=
}

daemon_kill()
{
	kill -9 "$daemon_pid"
	wait "$daemon_pid" 2>/dev/null
	daemon_pid=
}

# ask METHOD [PARAMS [PATH...]]
ask()
{
	"$top_builddir/tests/e2e/rpc" "$sock" "$@" 2>&1
}

# gazette COMMAND...
gazette()
{
	"$top_builddir/contrib/gazette/gazette" -s "$sock" "$@"
}

subscribe()
{
	ask feed.add '{"url":"'"$1"'"}' feed.id
}

# subscribe_later URL: without waiting for its fetch
subscribe_later()
{
	ask feed.add '{"url":"'"$1"'","wait":false}' feed.id
}

# entries QUERY: how many
entries()
{
	ask item.count '{"queries":["'"$1"'"]}' counts.0
}

# of_feed ID PATH
of_feed()
{
	ask feed.get '{"feed":"'"$1"'"}' "feed.$2"
}

# helper NAME: the process of the daemon's helper
helper()
{
	for stat in /proc/[0-9]*/stat; do
		# pid (comm) state ppid; comm is cut to 15 bytes
		sed -n "s/^\([0-9]*\) (\(.*\)) . $daemon_pid .*/\1 \2/p" "$stat" 2>/dev/null
	done | while read -r pid name; do
		case gazetted-$1 in
		"$name"*) echo "$pid" ;;
		esac
	done
}
