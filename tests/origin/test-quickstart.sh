#!/bin/sh
# quickstart from an empty home: the sample, a second time, a feed of one's own, stopping, cleaning up.
set -u

top_srcdir=${top_srcdir:-.}
top_builddir=${top_builddir:-.}
quickstart=$top_srcdir/contrib/quickstart
origin=$top_builddir/tests/origin/origin
gazette=$top_builddir/contrib/gazette/gazette
home=$(mktemp -d "${TMPDIR:-/tmp}/quick.XXXXXX") || exit 99
export HOME="$home" BUILD="$top_builddir"
export XDG_RUNTIME_DIR="$home/run"
unset XDG_DATA_HOME XDG_CONFIG_HOME GAZETTE_SOCKET
trap '"$quickstart" --clean --purge >/dev/null 2>&1; rm -rf "$home"' EXIT
count=0

# row NAME EXPECTED ACTUAL
row()
{
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf 'expected: %s\nbut got: %s\n' "$2" "$3" | sed 's/^/# /'
	fi
}

# run ARGUMENT...: quickstart; its output in out, its status in $rc
run()
{
	"$quickstart" --no-install "$@" >"$home/out" 2>&1
	rc=$?
	sed 's/^/# /' "$home/out"
}

# how many headlines it printed
headlines()
{
	grep -c '^[0-9][0-9]*  [0-9]*-' "$home/out"
}

says()
{
	grep -q "$1" "$home/out" && echo yes
}

sample=$home/.local/share/gazette-sample
store=$home/.local/share/gazette

run
row 'the sample: it works' 0 "$rc"
row 'the sample: headlines' 15 "$(headlines)"
row 'the sample: how much there is' yes "$(says '^115 entries of 16 feeds')"
row 'the sample: how to read' yes "$(says "^read:.* -s $sample/socket")"
row 'the sample: how to stop' yes "$(says '^stop:')"
row 'the sample: all feeds' 16 "$("$gazette" -s "$sample/socket" feeds --json | jq '.feeds | length')"
row 'the sample: all well' ok "$("$gazette" -s "$sample/socket" feeds --json | jq -r '[.feeds[].health] | unique | join(" ")')"
row 'the sample: not in the own store' no "$([ -e "$store" ] || echo no)"
entries=$("$gazette" -s "$sample/socket" count '*')
daemon=$(cat "$sample/quickstart.pid")
port=$(cat "$sample/port")
row 'the sample: all entries' 115 "$entries"

run
row 'again: it works' 0 "$rc"
row 'again: the same daemon' "$daemon" "$(cat "$sample/quickstart.pid")"
row 'again: nothing twice' "$entries" "$("$gazette" -s "$sample/socket" count '*')"

run --stop
"$gazette" -s "$sample/socket" status >/dev/null 2>&1
row 'stopped: no daemon answers' '0 3' "$rc $?"
row 'stopped: the newsroom is gone too' '7' "$(curl -s --noproxy '*' "http://127.0.0.1:$port/"; echo $?)"
run
row 'after a stop: the same port' "0 $port" "$rc $(cat "$sample/port")"
row 'after a stop: nothing twice' "$entries" "$("$gazette" -s "$sample/socket" count '*')"

# one's own store asks for no private address by itself, so that is said in one's own configuration
mkdir -p "$home/.config/gazette"
printf 'allow_private_networks = yes\nhost_spacing = 0s\n' >"$home/.config/gazette/gazetted.conf"
own=$("$origin" -b -w $$ -t 300 -d "$top_srcdir/contrib/newsroom")
run "http://127.0.0.1:$own/meridian.xml"
row 'a URL: it works' 0 "$rc"
row 'a URL: headlines' '12 yes' "$(headlines) $(says 'Marrowdale votes to share one snow plough')"
row 'a URL: the default socket' yes "$([ -S "$XDG_RUNTIME_DIR/gazette/socket" ] && "$gazette" count '*' | grep -q 12 && echo yes)"
run "http://127.0.0.1:$own/meridian.xml"
row 'a URL again' 0 "$rc"
sed "s/:PORT/:$own/" "$top_srcdir/contrib/newsroom/newsroom.opml" >"$home/list.opml"
run "$home/list.opml"
row 'a list' '0 16' "$rc $("$gazette" feeds --json | jq '.feeds | length')"
run "http://127.0.0.1:$own/nothing.xml"
row 'a URL that is not there: says so' '1 yes' "$rc $(says 'http://127.0.0.1:.*/nothing.xml')"
row 'a URL that is not there: the headlines all the same' 15 "$(headlines)"

run "http://127.0.0.1:$own/"
row "a page: its feed is found" '0 yes' "$rc $(says 'meridian.xml is subscribed to already')"
run "$home/no-such-list.opml"
row 'neither file nor URL' '1 yes' "$rc $(says 'no-such-list.opml: no such file')"

run --clean
row 'clean: it works' 0 "$rc"
row 'clean: no sample' gone "$([ -e "$sample" ] || echo gone)"
row 'clean: no daemon' gone "$([ -e "$store/quickstart.pid" ] || echo gone)"
row 'clean: no folder for the socket' gone "$([ -e "$XDG_RUNTIME_DIR/gazette" ] || echo gone)"
row 'clean: a store with subscriptions stays' yes "$([ -s "$store/gazette.db" ] && echo yes)"
row 'clean: a build that it did not make stays' yes "$([ -x "$gazette" ] && echo yes)"
run --clean
row 'clean again' 0 "$rc"
run --clean --purge
row 'purge' '0 gone' "$rc $([ -e "$store" ] || echo gone)"

run --nonsense
row 'an unknown option' 2 "$rc"

echo "1..$count"
