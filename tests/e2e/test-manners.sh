#!/bin/sh
# The rules of a well-mannered poller, each played by the real daemon against the origin, and how many of them it keeps. A rule
# has a name and rows; it is kept if all its rows are right. The rules, in the project's own order:
#
#	manners-http.sh		conditional requests
#	manners-body.sh		what is taken from an answer, and what is too much
#	manners-move.sh		where redirects lead, what is remembered of them, what goes along
#	manners-items.sh	which entry is which
#	manners-time.sh		when it is asked again, and what a failure costs
#	manners-tls.sh		whom we trust
#	manners-host.sh		how a host is treated, who we say we are
#
# The origin tells every header line of every request and when it came: nothing here waits for a time, but for requests.
# shellcheck disable=SC1090,SC1091,SC2154	# what is sourced lies beside this file
. "${top_srcdir:-.}/tests/e2e/lib.sh"

rules=0
kept=0
rule=
failed_before=0

# rule NAME: the rows that follow are of this rule
rule()
{
	if [ -n "$rule" ] && [ "$failed" -eq "$failed_before" ]; then
		kept=$((kept + 1))
	fi
	failed_before=$failed
	rule=$1
	[ -z "$rule" ] || rules=$((rules + 1))
}

# keeps WHAT EXPECTED ACTUAL
keeps()
{
	row "$rule: $1" "$2" "$3"
}

# in_time WHAT EXPECTED COMMAND...: it becomes so
in_time()
{
	what=$rule:\ $1
	shift
	becomes "$what" "$@"
}

score()
{
	rule ''
	echo "# manners: $kept of $rules rules kept ($((kept * 100 / rules)) %)"
	finish
}

# --- the origin and its log --------------------------------------------------------------------

# Each address of the loopback is a host; $port is the same for all.
manners_up()
{
	origin_up -A -H "$work/heads"
	port=${origin##*:}
	: >>"$work/heads"
}

# says NAME LINE...: how site/NAME is answered, in the words of tests/origin/origin.h
says()
{
	says_of=$1
	shift
	printf '%s\n' "$@" >"$site/$says_of.behave"
}

# plain NAME [LINE...]: a feed of two entries that is answered so
plain()
{
	feed "${1%.xml}" 2
	says "$@"
}

# verbatim NAME HEAD [FILE]: site/NAME is answered by these bytes and those of the file
verbatim()
{
	# shellcheck disable=SC2059	# the head has escapes
	printf "$2" >"$site/$1.raw"
	if [ -n "${3:-}" ]; then
		cat "$3" >>"$site/$1.raw"
	fi
	says "$1" "raw=$1.raw"
}

# sent PATH N NAME: a header field of the Nth request; "-" if it was not sent
sent()
{
	awk -F '\t' -v path="$1" -v n="$2" -v name="$3" '$4 == path && ++seen == n {
		for (i = 5; i <= NF; i++)
			if (tolower(substr($i, 1, length(name) + 1)) == tolower(name ":")) {
				sub(/^[^:]*: ?/, "", $i)
				print $i
				exit
			}
		print "-"
		exit
	}' "$work/heads"
}

# came PATH: how many requests have come
came()
{
	awk -F '\t' -v path="$1" '$4 == path { n++ } END { print n + 0 }' "$work/heads"
}

# gap PATH N: milliseconds from the Nth request to the next
gap()
{
	awk -F '\t' -v path="$1" -v n="$2" '$4 == path { if (seen++ == n) { print $2 - last; exit } last = $2 }' "$work/heads"
}

# at_least LOW VALUE [HIGH]: "yes", or the value
at_least()
{
	if [ -n "$2" ] && [ "$2" -ge "$1" ] && [ "$2" -le "${3:-$2}" ]; then
		echo yes
	else
		echo "$2, not $1${3:+ to $3}"
	fi
}

# asked N NAME...: which of them have been asked for less often
asked()
{
	least=$1
	shift
	awk -F '\t' -v least="$least" -v names="$*" '{ came[$4]++ } END {
		for (i = split(names, name, " "); i > 0; i--)
			if (came["/" name[i]] < least)
				print name[i]
	}' "$work/heads"
}

# turn N NAME...: until each has been asked for so often; they are asked for as soon as may be
turn()
{
	tries=$LIMIT
	late=$(asked "$@")
	while [ -n "$late" ] && [ "$tries" -gt 0 ]; do
		ask feed.refresh "$(echo "$late" | sed "s,.*,\"$origin/&\"," | paste -s -d , - | sed 's/.*/{"feeds":[&]}/')" polled >/dev/null
		tries=$((tries - 1))
		sleep 0.05
		late=$(asked "$@")
	done
	[ -z "$late" ] || echo "# not asked for: $late"
}

# --- the daemon --------------------------------------------------------------------------------

# add NAME...: subscribes to the origin's; says what is wrong
add()
{
	for name in "$@"; do
		ask feed.add '{"url":"'"$origin/$name"'"}' new
	done
}

# about NAME PATH: a member of the feed
about()
{
	of_feed "$origin/$1" "$2"
}

# count_of NAME: its entries
count_of()
{
	about "$1" total
}

# wait_of URL: seconds from its last poll to its next; "never"
wait_of()
{
	ask feed.get '{"feed":"'"$1"'"}' feed.last_poll feed.next_poll | awk '
		function seconds(date,  part, year, month) {
			split(date, part, /[-T:Z]/)
			year = part[1] - (part[2] <= 2)
			month = (part[2] + 9) % 12
			return ((365 * year + int(year / 4) - int(year / 100) + int(year / 400) + int((153 * month + 2) / 5) + part[3]) \
			    * 24 + part[4]) * 3600 + part[5] * 60 + part[6]
		}
		NR == 1 { last = seconds($0) }
		NR == 2 { print $0 == "-" ? "never" : seconds($0) - last }'
}

manners_up
other=http://127.0.0.2:$port
configure timeout 3s
configure max_body 256K
daemon_up
for part in http body move items; do
	. "$top_srcdir/tests/e2e/manners-$part.sh"
done
. "$top_srcdir/tests/e2e/manners-time.sh"
. "$top_srcdir/tests/e2e/manners-tls.sh"
. "$top_srcdir/tests/e2e/manners-host.sh"
score
