#!/bin/sh
# gazette doctor: each thing that it can find, against a daemon that answers from a script, without one, and with the real one.
. "${top_srcdir:-.}/tests/e2e/lib.sh"
fake=$top_builddir/tests/gazette/fake-daemon
client=$top_builddir/contrib/gazette/gazette
version=$("$client" --version | cut -d ' ' -f 2)
# what gazetted would read by itself is none of the test's
HOME=$work XDG_CONFIG_HOME=$work/xdg STATE_DIRECTORY=$work/nothing LC_ALL=C.UTF-8 TZ=UTC
export HOME XDG_CONFIG_HOME STATE_DIRECTORY LC_ALL TZ
unset GAZETTE_SOCKET XDG_RUNTIME_DIR CONFIGURATION_DIRECTORY
echo 'min_interval = 1h' >"$work/good.conf"
echo 'min_intervall = 1h' >"$work/bad.conf"
cp "$work/good.conf" "$work/secret.conf"
chmod 644 "$work/good.conf" "$work/bad.conf"
chmod 600 "$work/secret.conf"
: >"$work/ca.pem"

cat >"$work/status" <<END
{"version":"$version","pid":7,"uptime_s":9,"feeds":12,"failing":0,"gone":0,"quarantined":0,"items":40,
 "config":"$work/good.conf","ca_file":"$work/ca.pem",
 "ingest":{"state":"running"},"index":{"seq":12,"lag":3,"entries":40,"state":"ok","restarts":0},
 "fetcher":{"state":"running","restarts":0,"pid":8,"processes":1},"database":{"bytes":104857600,"wal_bytes":0,"index_bytes":0},
 "state":{"path":"/var/lib/gazette","mode":448,"uid":5,"user":5,"free_bytes":1073741824},
 "sandbox":{"limits":true,"files":true,"calls":true},"clients":1}
END

# visit STATUS HEALTH CHECK: filters for each answer; leaves out, and how it ended
visit()
{
	{
		printf 'on status\nresult %s\n' "$(jq -c "$1" "$work/status")"
		printf 'on health\nresult %s\n' "$(jq -n -c "$2")"
		case $3 in
		error*|close)	printf 'on check\n%s\n' "$3" ;;
		*)		printf 'on check\nresult %s\n' "$(echo '{"whole":true}' | jq -c "$3")" ;;
		esac
	} >"$work/script"
	"$fake" "$work/script" "$client" doctor >"$work/out" 2>"$work/err"
	ended=$?
}

# finds NAME STATUS LINE: one of the lines, and the exit status
finds()
{
	row "$1: $3" "$3" "$(grep -xF -e "$3" "$work/out" || cat "$work/out" "$work/err")"
	row "$1: status" "$2" "$ended"
}

# --- all is well --------------------------------------------------------------------------------------------

none='{findings: []}'
visit . "$none" .
row 'healthy: only good is said' '' "$(grep -v '^ok ' "$work/out")"
row 'healthy: of everything' 'certificates clock configuration daemon database disk fetcher index indexer network quarantine sandbox socket state directory version' \
    "$(sed 's/^ok *//; s/:.*//' "$work/out" | sort | tr '\n' ' ' | sed 's/ $//')"
row 'healthy: status' 0 "$ended"
row 'as JSON: one object a line' '15 ok' "$("$fake" "$work/script" "$client" doctor --json | jq -r .verdict | sort | uniq -c | sed 's/^ *//')"
row 'as JSON: members' 'found,subject,verdict' "$("$fake" "$work/script" "$client" doctor --json | jq -r 'keys | join(",")' | sort -u)"

# --- what the daemon tells ----------------------------------------------------------------------------------

# a row: exit status | filter for status | line
while IFS='|' read -r status filter line; do
	visit "$filter" "$none" .
	finds "$filter" "$status" "$line"
done <<END
0|.version = "0.0.1"|warning  version: gazetted is 0.0.1, gazette is $version; restart gazetted if it was upgraded, or upgrade the older one
1|.config = "$work/bad.conf"|$("$daemon" -n -f "$work/bad.conf" 2>&1 | sed 's/^/problem  configuration: /; s/$/; mend it, gazetted.conf(5) says what is allowed; then reload gazetted/')
1|. * {config: "$work/secret.conf", state: {user: 1, uid: 1}}|problem  configuration: $work/secret.conf: gazetted, which runs as $(id -un 1), may not read it; "chgrp $(id -gn 1) $work/secret.conf" and "chmod 640 $work/secret.conf"
0|.config = "$work/none.conf"|ok       configuration: $work/none.conf is not there: all is as it is by default
1|.ca_file = "$work/none.pem"|problem  certificates: ca_file $work/none.pem: No such file or directory; set ca_file in gazetted.conf to a file of certificates in PEM, or to nothing
0|.state.mode = 493|warning  state directory: /var/lib/gazette is open to others, mode 755; "chmod 700 /var/lib/gazette": passwords are in it
1|.state.uid = 0|problem  state directory: /var/lib/gazette belongs to user 0, but gazetted runs as 5; "chown -R 5 /var/lib/gazette"
0|del(.state)|warning  state directory: gazetted does not tell of it
0|.state.free_bytes = 73400320|warning  disk: 70 MiB are left, the database has 100 MiB; a backup and a new index need as much as the database: make room, or keep less
1|.state.free_bytes = 3145728|problem  disk: 3 MiB are left; make room, or keep less (keep_days, keep_items in gazetted.conf)
1|.ingest = {state: "stopped", reason: "disk-full: no room"}|problem  disk: storing has stopped: disk-full: no room; make room, or mend the disk; storing goes on by itself
0|.sandbox.limits = false|warning  sandbox: gazetted is a build without it; install one that was configured without --disable-sandbox and sanitizers
0|.sandbox.calls = false|warning  sandbox: system calls are not filtered: no seccomp; run a kernel that has it (CONFIG_SECCOMP_FILTER), or a build without --without-seccomp
0|del(.sandbox)|warning  sandbox: gazetted does not tell of it
0|.index.state = "rebuilding"|warning  index: it is being rebuilt, 40 entries so far; wait; words can be searched for when it is done
0|.index.state = "starting"|warning  index: it is starting; wait; words can be searched for when it is there
1|.index.state = "down"|problem  index: it is down; look into the log; index.db may be deleted while gazetted is stopped
0|.index.lag = 10001|warning  index: 40 entries, 10001 changes behind; wait; new entries cannot be searched for words until it has caught up
0|.index.restarts = 2|warning  indexer: 2 restarts; look into the log for why it ended; "gazette health" names feeds that are to blame
0|.fetcher.restarts = 1|warning  fetcher: 1 restart; look into the log for why it ended; "gazette health" names feeds that are to blame
1|.fetcher.state = "restarting"|problem  fetcher: it does not run, 0 restarts; look into the log for why it ends
0|.quarantined = 2|warning  quarantine: 2 feeds; "gazette health" names them, and "gazette refresh FEED" tries one again
0|.failing = 2|ok       network: 2 of 12 feeds fail ("gazette health" says why)
END
visit '.sandbox.files = false' "$none" .
row 'no Landlock' yes "$(grep -q '^warning  sandbox: files are guarded by their modes alone: no Landlock; .*' "$work/out" && echo yes)"

visit . "$none" '{whole: false, finding: "row 3 missing"}'
finds damaged 1 'problem  database: it is damaged: row 3 missing; stop gazetted and restore a backup, as gazetted(8) says; then look after the disk'
visit . "$none" 'error {"code":-32000,"message":"check: this socket is for reading only","data":{"word":"read-only"}}'
finds 'read-only' 0 'warning  database: it could not be checked: check: this socket is for reading only; ask at the other socket, which is not for reading only'
visit . "$none" close
row 'the daemon goes away: status' 0 "$ended"
row 'the daemon goes away' yes "$(grep -q '^warning  database: it could not be checked: ' "$work/out" && echo yes)"

# --- the network --------------------------------------------------------------------------------------------

# failing WORD N HOSTS: a page of health with N feeds that fail so
failing()
{
	echo "{findings: [range($2) | {feed: ., what: \"failing\", url: \"http://h\(. % $3).example/\(.)\", word: \"$1\", since: \"2026-11-25T1\(. % 10):00:00Z\"}]}"
}
while IFS='|' read -r word feeds hosts status line; do
	visit '.failing = '"$feeds" "$(failing "$word" "$feeds" "$hosts")" .
	finds "$feeds feeds, $hosts hosts, $word" "$status" "$line"
done <<'END'
dns-failure|12|12|1|problem  network: all 12 feeds on 12 hosts fail with dns-failure, since 2026-11-25T10:00:00Z; look at /etc/resolv.conf, and whether its name servers answer
unreachable|12|4|1|problem  network: all 12 feeds on 4 hosts fail with unreachable, since 2026-11-25T10:00:00Z; look whether this machine is on the network, and at firewalls and proxy in gazetted.conf
tls-failure|7|5|1|problem  network: 7 of 12 feeds on 5 hosts fail with tls-failure, since 2026-11-25T10:00:00Z; look at the clock, at ca_file in gazetted.conf and the certificates of this machine, and whether a proxy changes them
network-error|6|3|1|problem  network: 6 of 12 feeds on 3 hosts fail with network-error, since 2026-11-25T10:00:00Z; look whether this machine is on the network, and at proxy in gazetted.conf
too-slow|6|3|1|problem  network: 6 of 12 feeds on 3 hosts fail with too-slow, since 2026-11-25T10:00:00Z; look whether the network is slow or loses packets; timeout in gazetted.conf says how long is waited
private-address|6|3|1|problem  network: 6 of 12 feeds on 3 hosts fail with private-address, since 2026-11-25T10:00:00Z; names lead to private addresses: look at the name server; allow_private_networks in gazetted.conf allows them
dns-failure|5|5|0|ok       network: 5 of 12 feeds fail ("gazette health" says why)
dns-failure|12|2|0|ok       network: 12 of 12 feeds fail ("gazette health" says why)
http-error|12|12|0|ok       network: 12 of 12 feeds fail ("gazette health" says why)
END

# --- no daemon ----------------------------------------------------------------------------------------------

alone()
{
	"$@" doctor >"$work/out" 2>"$work/err"
	ended=$?
}
alone "$client" -s "$work/none"
finds 'no socket' 1 "problem  socket: $work/none is not there; start gazetted, or \"systemctl enable --now gazetted\"; or say with -s or GAZETTE_SOCKET where it is"
finds 'no socket' 1 'warning  daemon: without it nothing can be said of database, sandbox, index, helpers and network; run "gazette doctor" again when it runs'
row 'no socket: the configuration is looked at' yes "$(grep -q '^ok  *configuration: ' "$work/out" && echo yes || cat "$work/out")"
daemon_up
daemon_kill
alone "$client" -s "$sock"
finds 'nobody listens' 1 "problem  socket: $sock is there, but nobody listens; gazetted has ended without a word: look into its log and start it again"

# the database that a daemon without an answer has left, in a folder whose name is no part of a URI
left="$work/left #?%41"
left()
{
	alone env STATE_DIRECTORY="$left" "$client" -s "$work/none"
}
mkdir "$left"
left
finds 'no database' 1 'warning  daemon: without it nothing can be said of database, sandbox, index, helpers and network; run "gazette doctor" again when it runs'
row 'no database: none is made' '' "$(ls "$left")"
cp "$state"/gazette.db* "$left"
left
finds 'killed' 1 "ok       database: $left/gazette.db is whole"
finds 'killed' 1 'warning  daemon: without it nothing can be said of sandbox, index, helpers and network; run "gazette doctor" again when it runs'
there()
{
	"$client" -s "$work/none" doctor -d "$1" >"$work/out" 2>"$work/err"
	ended=$?
}
there "$left"
finds 'where it is was said' 1 "ok       database: $left/gazette.db is whole"
there "$work/none"
finds 'there is nothing' 1 "problem  database: $work/none/gazette.db: No such file or directory"
rm "$left"/*
daemon_up
# the file alone, without a log beside it, need not have all that is to be damaged: a backup has
becomes 'the index is there' ok ask status '{}' index.state
row 'a database: it is copied' '' "$(gazette backup "$work/whole.db" 2>&1)"
daemon_down
cp "$work/whole.db" "$left/gazette.db"
pages=$(($(wc -c <"$left/gazette.db") / 4096))
row 'a database: it has pages to be damaged' yes "$([ "$pages" -ge 10 ] && echo yes || echo "$pages")"
left
finds 'a database' 1 "ok       database: $left/gazette.db is whole"
row 'a database: nothing is made beside it' gazette.db "$(ls "$left")"
# damaged NAME: what is said of it
damaged()
{
	cp "$left/gazette.db" "$work/before"
	left
	row "$1" "problem  database: $left/gazette.db is damaged: FINDING; put a backup in its place, as gazetted(8) says, before gazetted is started; then look after the disk" \
	    "$(sed -n '/ database: /{ s/damaged: [^;]*/damaged: FINDING/; p; }' "$work/out")"
	row "$1: it is left as it was" yes "$(cmp "$work/before" "$left/gazette.db" && echo yes)"
}
dd if=/dev/zero of="$left/gazette.db" bs=4096 seek=$((pages / 2)) count=$((pages - pages / 2)) conv=notrunc 2>/dev/null
damaged 'pages of nothing'
cp "$work/whole.db" "$left/gazette.db"
truncate -s $((pages / 2 * 4096)) "$left/gazette.db"
damaged 'half of it'
printf '%05000d' 0 >"$left/gazette.db"
damaged 'no database at all'
: >"$left/gazette.db"
echo index >"$left/index.db"
damaged 'emptied'
rm -r "$left"

alone "$client" -s "$(printf '%0200d' 0)"
finds 'a long path' 1 'problem  socket: its path is empty or too long; choose a shorter one'
mkdir "$work/locked"
chmod 711 "$work"
cp "$client" "$work/gazette"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 700 "$work/locked"
	: >"$work/locked/socket"
	alone setpriv --reuid 65534 --regid 65534 --clear-groups "$work/gazette" -s "$work/locked/socket"
	finds 'not for us' 1 "problem  socket: $work/locked/socket is not for this user; become one of the group root: \"adduser USER root\" and log in again"
	configure readonly_socket "$work/run/readonly"
	daemon_up
	chmod 711 "$work/run"
	chmod 666 "$work/run/readonly"
	alone setpriv --reuid 65534 --regid 65534 --clear-groups "$work/gazette" -s "$sock"
	finds 'only for reading' 1 "problem  socket: $sock is not for this user; use \"-s $work/run/readonly\", where this user may read, or become one of the group root: \"adduser USER root\" and log in again"
	daemon_down
else
	skip 'not for us' 'this needs root and setpriv'
fi
alone "$work/gazette" -s "$work/none"
row 'gazetted is not beside it' yes "$(grep -q '^\(warning  configuration: it cannot be checked\|ok  *configuration: \)' "$work/out" && echo yes || cat "$work/out")"
touch -d '+3 days' "$work/gazette"
alone "$work/gazette" -s "$work/none"
row 'the clock' yes "$(grep -q '^problem  clock: it is .* UTC, which is before gazette was installed: .* UTC; set it ' "$work/out" && echo yes || cat "$work/out")"

# --- the real one -------------------------------------------------------------------------------------------

origin_up
feed news 300
daemon_up
row 'a feed' 1 "$(subscribe "$origin/news.xml")"
becomes 'the index is there' ok ask status '{}' index.state
alone "$client" -s "$sock"
row 'the real one has no problems' '0 ' "$ended $(grep '^problem' "$work/out")"
row 'its database is whole' 'ok       database: whole' "$(grep ' database:' "$work/out")"
daemon_down
daemon_up
becomes 'the index is there' ok ask status '{}' index.state
# the page that has the title of one of its entries is written over with nothing, under its eyes: the log is empty
at=$(grep -a -b -o 'news entry 150' "$state/gazette.db" | head -n 1 | cut -d : -f 1)
row 'there is something to be damaged' yes "$([ -n "$at" ] && echo yes)"
dd if=/dev/zero of="$state/gazette.db" bs=4096 seek=$((at / 4096)) count=1 conv=notrunc 2>/dev/null
alone "$client" -s "$sock"
row 'the doctor says so' '1 yes' "$ended $(grep -q '^problem  database: it is damaged: ' "$work/out" && echo yes || cat "$work/out")"
daemon_kill
finish
