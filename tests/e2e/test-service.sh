#!/bin/sh
# As a service: the commands of the units themselves, run with what systemd would give them (sockets, notification, watchdog), and the
# socket that is for reading only.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

units=$top_builddir/contrib/systemd
notices=$work/notices
export STATE_DIRECTORY="$state" RUNTIME_DIRECTORY="$work/run" CONFIGURATION_DIRECTORY="$work"
cp "$work/conf" "$work/gazetted.conf"
mkdir -p "$work/run"
: >"$notices"

# exec_start UNIT: its command, with the programs that have just been built
exec_start()
{
	sed -n 's/^ExecStart=//p' "$units/$1" |
	    sed -e "s|^[^ ]*/gazetted\$|$daemon|" -e "s|^[^ ]*/gazette |$top_builddir/contrib/gazette/gazette |"
}

# reload UNIT: what its reload is, one command after the other; the first that fails ends it
reload()
{
	sed -n 's/^ExecReload=//p' "$units/$1" | sed -e "s|^[^ ]*/gazetted |$daemon |" -e "s|\$MAINPID|$daemon_pid|" >"$work/reload"
	sh -e "$work/reload" 2>>"$log"
}

# managed UNIT OPTION...: its service, until it has said that it is ready
managed()
{
	command=$(exec_start "$1")
	shift
	# shellcheck disable=SC2086
	"$top_builddir/tests/e2e/manager" -n "$notices" "$@" $command 2>>"$log" &
	daemon_pid=$!
	becomes "it tells that it is ready" 1 noticed READY=1
}

# noticed TEXT: how often it has told so
noticed()
{
	grep -c -F -x "$1" "$notices"
}

noticed_often()
{
	[ "$(noticed WATCHDOG=1)" -ge "$1" ] && echo yes
}

# methods: the names of all, from their tables
methods()
{
	sed -n 's/^	{ \(\.name = \)\{0,1\}"\([a-z.]*\)", \(\.run = \)\{0,1\}[a-z_]*,.*/\2/p' "$top_srcdir"/daemon/core/rpc-*.c
}

# --- the unit of the system --------------------------------------------------------------------------------------------

origin_up
feed news 3
sock=$work/run/socket
readonly=$work/run/readonly
managed gazetted.service -l "full=$sock" -l "readonly=$readonly" -w 3000
row 'a feed is taken at the socket' 'Feed news' "$(ask feed.add '{"url":"'"$origin"'/news.xml","settings":{"cookie":"sesame=1"}}' feed.title)"
becomes 'it says that it is alive' yes noticed_often 3
row 'it tells how it is' yes "$(grep -q '^STATUS=[0-9]* feeds' "$notices" && echo yes)"

# at [METHOD [PARAMS [PATH...]]]: asks at the socket for reading only
at()
{
	"$top_builddir/tests/e2e/rpc" "$readonly" "$@" 2>&1
}
row 'entries can be read at the other socket' 3 "$(at item.list '{}' 'items.#')"
row 'and counted' 3 "$(at item.count '{"queries":["is:unread"]}' counts.0)"
row 'what it tells of a feed has no secrets' 0 "$(at feed.get '{"feed":1}' | grep -c sesame)"
row 'that they are there is told' 1 "$(ask feed.get '{"feed":1}' | grep -c cookie)"
while read -r method params; do
	row "$method is refused there" "read-only: $method: this socket is for reading only" "$(at "$method" "$params")"
done <<'END'
feed.add {"url":"http://127.0.0.1:9/"}
feed.import {"feeds":[]}
feed.set {"feed":1,"set":{"title":"x"}}
feed.remove {"feed":1}
feed.refresh {}
ingest {"feed":1,"data":"<rss/>"}
item.tag {"query":"*","remove":["unread"]}
undo {}
rule.add {"query":"*","actions":["read"]}
rule.remove {"rule":1}
rule.apply {}
search.add {"name":"a","query":"*"}
search.remove {"name":"a"}
backup {}
check {}
backup.read {"offset":0}
END
row 'so nothing has changed' 3 "$(ask item.count '{"queries":["is:unread"]}' counts.0)"
row 'gazette says it, too' "gazette: item.tag: this socket is for reading only" \
    "$("$top_builddir/contrib/gazette/gazette" -s "$readonly" read '*' 2>&1)"
while read -r method params; do
	row "$method is answered there" 0 "$(at "$method" "$params" >/dev/null; echo $?)"
done <<'END2'
changes {"since":0}
feed.counts {}
feed.get {"feed":1}
feed.list {}
health {}
item.count {"queries":["*"]}
item.get {"item":1}
item.list {}
item.revisions {"item":1}
item.why {"item":1}
rule.list {}
rule.test {"query":"*"}
search.list {}
status {}
tag.list {}
END2
row 'changes are told there' 1 "$(printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"watch","params":{}}' \
    '{"jsonrpc":"2.0","id":2,"method":"unwatch","params":{"watch":1}}' | "$top_builddir/tests/e2e/rpc" -r "$readonly" | grep -c '"id":1,"result"')"
row 'there is no other method' '' "$(methods | while read -r method; do
	grep -q "^$method \|\"method\":\"$method\"" "$0" || echo "$method"; done)"
row 'and there are some' yes "$([ "$(methods | wc -l)" -gt 25 ] && echo yes)"

echo 'parallel = many' >>"$work/gazetted.conf"
reload gazetted.service
row 'to reload a configuration with a mistake fails' 1 "$?"
row 'and the daemon is not told' 0 "$(grep -c '^RELOADING=1' "$notices")"
"$daemon" 2>>"$log"
row 'what it ends with when it cannot start is not tried again' "$? $? " "$(sed -n 's/^RestartPreventExitStatus=//p' "$units/gazetted.service" \
    "$units/user/gazetted.service" | tr '\n' ' ')"
sed -i 's/^parallel = many/parallel = 7/' "$work/gazetted.conf"
reload gazetted.service
row 'without it does not' 0 "$?"
becomes 'it tells that it reads its configuration again' yes sh -c "grep -q '^RELOADING=1' '$notices' && echo yes"
becomes 'and that it is ready again' 2 noticed READY=1
daemon_down
row 'told to end it does, well' 0 "$ended"
row 'and tells so' 1 "$(noticed STOPPING=1)"

: >"$notices"
rm -f "$sock" "$readonly"
managed gazetted.service -l "full=$sock" -w 3000
row 'what was stored is there' 3 "$(ask item.count '{"queries":["*"]}' counts.0)"
kill -STOP "$(cat "$state/lock")"
becomes 'a daemon that does not move is found' 1 noticed 'the watchdog has bitten'
wait "$daemon_pid"
row 'and killed' 137 "$?"
daemon_pid=

# --- the unit of a user ------------------------------------------------------------------------------------------------

: >"$notices"
rm -f "$sock"
managed user/gazetted.service -l "full=$sock"
row 'after that nothing is lost' 3 "$(ask item.count '{"queries":["*"]}' counts.0)"
daemon_down

# --- without a service manager: readonly_socket -------------------------------------------------------------------------

configure readonly_socket "$work/run/reading"
readonly=$work/run/reading
rm -f "$sock"
daemon_up
row 'the socket for reading is the configured one' 3 "$(at item.count '{"queries":["*"]}' counts.0)"
row 'its mode' 660 "$(stat -c %a "$readonly")"
row 'it refuses' 'read-only: undo: this socket is for reading only' "$(at undo '{}')"
daemon_down
row 'it is removed at the end' no "$([ -e "$readonly" ] && echo yes || echo no)"
configure readonly_socket "$sock"
row 'the same path twice is an error' 'another daemon listens there' "$("$daemon" -f "$work/conf" -d "$state" -s "$sock" 2>&1 |
    sed -n 's/.*socket [^ ]*: //p')"

# What a unit writes has to be there for others to read, so who it runs as is a user that lasts, and one that is made.
row 'each service runs as a user that lasts' '' "$(grep -L '^User=' "$units"/*.service; grep -l '^DynamicUser=' "$units"/*.service)"
row 'who services run as is made by sysusers' "$(sed -n 's/^u \([^ ]*\) .*/\1/p' "$top_srcdir/contrib/systemd/gazetted-sysusers.conf" | sort)" \
    "$(sed -n 's/^User=//p' "$units"/*.service | sort -u)"

row 'reloading needs no program that a small system may be without' '' "$(grep -h '^ExecReload=' "$units/gazetted.service" "$units/user/gazetted.service" |
    grep -v -e '^ExecReload=[^ ]*/gazetted -n$' -e '^ExecReload=/bin/sh ')"
row 'a socket at which nobody listens is not left behind' '' "$(grep -L '^RemoveOnStop=yes$' "$top_srcdir"/contrib/systemd/*.socket \
    "$top_srcdir"/contrib/systemd/user/*.socket)"
row 'the folder of the configuration is not the daemon'"'"'s' 'd /etc/gazette :0755 :root :root -' \
    "$(grep '/etc/gazette' "$top_srcdir/contrib/systemd/gazetted-tmpfiles.conf")"
row 'crashes never add up to where systemd gives up' '' "$(for unit in "$units/gazetted.service" "$units/user/gazetted.service"; do
	awk -F = -v unit="$unit" '{ is[$1] = $2 }
	    END { if (is["StartLimitIntervalSec"] > is["StartLimitBurst"] * is["RestartSec"] || !is["StartLimitBurst"]) print unit }' "$unit"; done)"

# --- the units as systemd reads them -------------------------------------------------------------------------------------

if command -v systemd-analyze >/dev/null; then
	mkdir "$work/units"
	for unit in "$units"/*.service "$top_srcdir"/contrib/systemd/*.socket "$top_srcdir"/contrib/systemd/*.timer; do
		sed -e "s|^ExecStart=[^ ]*/gazetted\$|ExecStart=$daemon|" \
		    -e "s|^ExecStart=[^ ]*/gazette |ExecStart=$top_builddir/contrib/gazette/gazette |" "$unit" >"$work/units/${unit##*/}"
	done
	ln -s 'gazette-export@.service' "$work/units/gazette-export@planet.service"
	ln -s 'gazette-export@.timer' "$work/units/gazette-export@planet.timer"
	for unit in gazetted.service gazetted.socket gazetted-readonly.socket gazette-export@planet.service gazette-export@planet.timer; do
		# Manual pages that are not installed, and units of the machine that does not run systemd, are no concern of ours.
		row "systemd finds nothing wrong with $unit" '' \
		    "$(SYSTEMD_UNIT_PATH="$work/units:" systemd-analyze verify --man=no "$work/units/$unit" 2>&1 | grep -F "$work/units")"
	done
	exposure=$(systemd-analyze security --offline=true --no-pager "$work/units/gazetted.service" |
	    sed -n 's/.*exposure level for [^:]*: \([0-9.]*\) .*/\1/p')
	row "what systemd finds exposed is 1.0 at most ($exposure)" 1 "$(awk -v level="$exposure" 'BEGIN { print level != "" && level <= 1.0 }')"
else
	skip 'the units as systemd reads them' 'there is no systemd-analyze here'
fi
finish
