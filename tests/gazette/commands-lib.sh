# What tests of commands share: the fake daemon, verdicts. To be sourced.
# shellcheck shell=sh disable=SC2034 # who sources it uses them
set -u
gazette=$(cd "${top_builddir:-.}" && pwd)/contrib/gazette/gazette
fake=$(cd "${top_builddir:-.}" && pwd)/tests/gazette/fake-daemon
manual=$(cd "${top_srcdir:-.}" && pwd)/contrib/gazette/gazette.1
work=$(mktemp -d "${TMPDIR:-/tmp}/gazette.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
PATH=$(dirname "$gazette"):$PATH
TZ=UTC TERM=xterm LC_ALL=C.UTF-8
export PATH TZ TERM LC_ALL
unset GAZETTE_SOCKET XDG_RUNTIME_DIR NO_COLOR

# verdict NAME WHY: ok if WHY is empty. Counted in a file, for many of these run at the end of a pipe.
verdict()
{
	echo >>count
	if [ -z "$2" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

# script: what the daemon answers, from standard input
script()
{
	cat >script
}

# run NAME STATUS COMMAND...: in the pipe's form; leaves out, err and log
run()
{
	name=$1 expected=$2
	shift 2
	status=0
	"$fake" -l log script "$@" >out 2>err </dev/null || status=$?
	verdict "$name: status" "$([ "$status" = "$expected" ] || { echo "$status, not $expected"; cat out err; })"
}

# run_terminal NAME STATUS COLUMNS COMMAND...: on a terminal; standard error comes along
run_terminal()
{
	name=$1 expected=$2 columns=$3
	shift 3
	status=0
	"$fake" -l log -t "$columns" script "$@" >out 2>err || status=$?
	: >err
	verdict "$name: status" "$([ "$status" = "$expected" ] || { echo "$status, not $expected"; cat out; })"
}

# prints, complains, asks: out, err, and the requests' methods and params, are exactly standard input
prints()
{
	verdict "$name: output" "$(diff -u - out)"
}
complains()
{
	verdict "$name: standard error" "$(diff -u - err)"
}
asks()
{
	sed 's/^{"jsonrpc":"2.0","id":[0-9]*,"method":"\([^"]*\)","params":\(.*\)}$/\1 \2/' log >asked
	verdict "$name: requests" "$(diff -u - asked)"
}
escape=$(printf '\033')

# commands: the names of all, from the table
commands()
{
	gazette --help | sed -n 's/^  \([a-z][a-z]*\)  *.*/\1/p'
}

# finish: the plan; all rows have been counted
finish()
{
	echo "1..$(wc -l <count)"
}
