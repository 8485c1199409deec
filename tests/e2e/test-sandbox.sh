#!/bin/sh
# The walls around the real processes: they stand, and everything works behind them.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

# What this build has: a sandbox, and filters of system calls in it.
built=1
if grep -q 'sandbox: this is a build without it' "$daemon"; then
	built=0
fi
fields='NoNewPrivs|Seccomp'
standing='NoNewPrivs 1
Seccomp 2'
if ! grep -q 'libseccomp[.]so' "$daemon"; then
	fields=NoNewPrivs
	standing='NoNewPrivs 1'
fi

# walls PID...: what the kernel says of each
walls()
{
	for pid; do
		sed -n -E "s/^($fields):[^0-9]*/\\1 /p" "/proc/$pid/status"
	done | sort -u
}

# other PROGRAM PID: whether there is one, and another
other()
{
	now=$(helper "$1")
	[ -n "$now" ] && [ "$now" != "$2" ] && echo yes
}

fetcher_walls()
{
	walls "$(helper fetcher)"
}

fetchers()
{
	helper fetcher | wc -l
}

logged()
{
	grep -c -- "$1" "$log"
}

origin_up -A
feed news 3
i=0
while [ $i -lt 400 ]; do
	i=$((i + 1))
	cp "$site/news.xml" "$site/n$i.xml"
done
awk -v port="${origin##*:}" 'BEGIN { for (i = 1; i <= 400; i++)
	printf "http://127.0.%d.%d:%d/~delay=20/n%d.xml\n", 1 + i % 2, 1 + i / 2, port, i }' >"$work/many"

# --- they stand
configure parallel 16
daemon_up
row 'a feed is fetched' 'Feed news' "$(ask feed.add '{"url":"'"$origin"'/news.xml"}' feed.title)"
becomes 'and indexed' 1 entries news-1
row 'and counted' 1 "$(entries 'news-1*')"
row 'the database is looked at' true "$(ask check '{}' whole)"
for name in core fetcher indexer porter checkpoint verify count; do
	if [ "$name" = core ]; then
		pid=$daemon_pid
	else
		pid=$(helper "$name")
	fi
	if [ "$built" -eq 0 ]; then
		skip "$name: behind walls" 'built without'
		continue
	fi
	# who works on request goes behind them with the first one
	becomes "$name: behind walls" "$standing" walls "$pid"
done

# --- helpers that are started from behind them
pid=$(helper fetcher)
kill -9 "$pid"
becomes 'a fetcher that was killed is started again' yes other fetcher "$pid"
feed news 4
becomes 'and fetches' 4 entries ''
pid=$(helper indexer)
kill -9 "$pid"
becomes 'an indexer that was killed is started again' yes other indexer "$pid"
before=$(logged 'gazetted-fetcher started')
gazette import --set interval=1d "$work/many" >/dev/null
becomes 'a burst' 1204 entries ''
row 'had a second fetcher' yes "$([ "$(logged 'gazetted-fetcher started')" -gt "$before" ] && echo yes)"
becomes 'which ends again' 1 fetchers

# --- the configuration is read again, though it is out of reach
printf 'min_interval = many\n' >"$work/conf.new"
cp "$work/conf" "$work/conf.good"
mv "$work/conf.new" "$work/conf"
kill -HUP "$daemon_pid"
becomes 'a configuration that was replaced is read' 1 logged "'many'"
mv "$work/conf.good" "$work/conf"

# --- a fetcher that may read what it is told to
faults=$(ask status '{}' fetcher.restarts)
if [ "$built" -ne 0 ]; then
	pid=$(helper fetcher)
	: >"$work/ca.pem"
	configure ca_file "$work/ca.pem"
	kill -HUP "$daemon_pid"
	becomes 'with another ca_file another fetcher' yes other fetcher "$pid"
	row 'and nobody is to blame' 0 "$(logged 'ended (exit status 75)')"
	feed late 2
	row 'and fetches' 'Feed late' "$(ask feed.add '{"url":"'"$origin"'/late.xml"}' feed.title)"
else
	skip 'with another ca_file another fetcher' 'built without'
fi

# --- a fetcher that may reach less: no connection of before is used any more
pid=$(helper fetcher)
configure allow_private_networks no
kill -HUP "$daemon_pid"
becomes 'with fewer networks another fetcher' yes other fetcher "$pid"
row 'which is no fault that is counted' "$faults" "$(ask status '{}' fetcher.restarts)"
row 'which refuses them' private-address "$(ask feed.add '{"url":"'"$origin"'/many.xml"}' new | cut -d: -f1)"
configure allow_private_networks yes

# --- whom nothing can replace
kill -9 "$(helper checkpoint)"
becomes 'without who moves the log: said once' 1 logged 'gazetted-checkpoint is gone'
kill -9 "$(helper porter)"
kill -9 "$(helper fetcher)"
becomes 'a porter that was killed: said once' 1 logged 'gazetted-porter is gone'
row 'clients are served without' yes "$([ "$(entries '')" -ge 1204 ] && echo yes)"
daemon_down
row 'a clean end' 0 "$ended"
row 'the socket is removed' no "$([ -e "$sock" ] && echo yes || echo no)"

# --- a kernel without Landlock
: >"$log"
sed -i '/^ca_file/d' "$work/conf"
daemon_up "$top_builddir/tests/daemon/without-landlock"
if [ "$built" -ne 0 ]; then
	row 'without Landlock: said once' 1 "$(logged '^gazetted: sandbox: this kernel has no Landlock')"
	becomes 'without Landlock: the rest stands' "$standing" fetcher_walls
else
	skip 'without Landlock' 'built without'
fi
feed bare 1
row 'without Landlock: a feed is fetched' 'Feed bare' "$(ask feed.add '{"url":"'"$origin"'/bare.xml"}' feed.title)"
daemon_down
row 'without Landlock: a clean end' 0 "$ended"

finish
