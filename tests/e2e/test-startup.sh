#!/bin/sh
# Starting and refusing to: one daemon per state directory, databases that are not for us, files that were lost.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

# start COMMAND...: runs the daemon to its end; its status and the first line it says, without the program's name
start()
{
	message=$("$@" 2>&1 >/dev/null)
	echo "$? $(echo "$message" | sed -n '1s/^gazetted: //p')"
}
# A daemon that would do well is ended after so long, which no test comes near.
try()
{
	start timeout 30 "$daemon" "$@"
}

origin_up
feed news 3
configure min_interval 1h

# --- options -----------------------------------------------------------------------------------------------------

row 'the version' 'gazetted 0.' "$("$daemon" -V | cut -c 1-11)"
row 'what it takes' 'usage: gazetted [-hnVv] 0' "$("$daemon" -h 2>/dev/null | cut -d ' ' -f 1-3) $("$daemon" -h >/dev/null; echo $?)"
row 'asked for at length' "$("$daemon" -h)" "$("$daemon" --help 2>/dev/null)"
row 'an unknown option' 2 "$("$daemon" -x 2>/dev/null; echo $?)"
row 'an argument' 2 "$("$daemon" -n x 2>/dev/null; echo $?)"
row 'a good configuration' 0 "$("$daemon" -n -f "$work/conf"; echo $?)"
echo 'colour = red' >"$work/bad"
row 'a bad one' "1 $work/bad:1: " "$(start "$daemon" -n -f "$work/bad" | sed 's/:1: .*/:1: /')"
row 'a missing one' "1 $work/none: there is no such file" "$(start "$daemon" -n -f "$work/none")"
row 'no configuration at all' 0 "$(HOME=$work/home XDG_CONFIG_HOME='' "$daemon" -n; echo $?)"

# --- where things are -----------------------------------------------------------------------------------------------

daemon_up
row 'the state is for the user alone' 700 "$(stat -c %a "$state")"
row 'so is the database' 600 "$(stat -c %a "$state/gazette.db")"
row 'the socket is for the group' 660 "$(stat -c %a "$sock")"
row 'the folder of the socket was made' 700 "$(stat -c %a "$work/run")"
row 'a second daemon is refused' "1 another gazetted (pid $daemon_pid) works in $state" \
    "$(try -f "$work/conf" -d "$state" -s "$work/run/second")"
row 'the same socket is refused' "1 socket $sock: another daemon listens there" \
    "$(try -f "$work/conf" -d "$work/other" -s "$sock")"
row 'the first one goes on' 0 "$(ask status '{}' items)"
daemon_kill
row 'a killed daemon leaves its socket' yes "$([ -S "$sock" ] && echo yes)"
daemon_up
row 'which the next one replaces' 0 "$(ask status '{}' items)"
daemon_down
chmod 755 "$state"
daemon_up
row 'a state directory that stood open is closed' 700 "$(stat -c %a "$state")"
row 'which is said once' 1 "$(grep -c 'was open to others, mode 755' "$log")"
daemon_down
mkdir -m 1777 "$work/shared"
try -f "$work/conf" -d "$work/shared" -s "$work/shared/none/none/socket" >/dev/null
row 'one that is shared is left as it is' 1777 "$(stat -c %a "$work/shared")"
: >"$work/run/file"
row 'a file in the way is no socket' "1 socket $work/run/file: something that is no socket is in the way" \
    "$(try -f "$work/conf" -d "$state" -s "$work/run/file")"
row 'and stays' yes "$([ -f "$work/run/file" ] && echo yes)"
row 'a state directory that is none' 1 "$(try -f "$work/conf" -d "$work/run/file" -s "$sock" | cut -d ' ' -f 1)"

# defaults SUBDIRECTORY VARIABLE=VALUE...: where state and socket are with these variables alone
defaults()
{
	env -i "PATH=$PATH" "$@" "$daemon" -f "$work/conf" 2>>"$log" &
	daemon_pid=$!
}
defaults HOME="$work/home" XDG_RUNTIME_DIR="$work/run"
"$top_builddir/tests/e2e/rpc" -w 30 -n "$work/run/gazette/socket"
row 'the state is below HOME' yes "$([ -f "$work/home/.local/share/gazette/gazette.db" ] && echo yes)"
daemon_down
mkdir "$work/system"
defaults HOME="$work/home" STATE_DIRECTORY="$work/system/state" RUNTIME_DIRECTORY="$work/system"
"$top_builddir/tests/e2e/rpc" -w 30 -n "$work/system/socket"
row 'or where systemd says' yes "$([ -f "$work/system/state/gazette.db" ] && echo yes)"
daemon_down

# --- who may connect -------------------------------------------------------------------------------------------------

# as UID GROUP: what a client of this user gets
as()
{
	setpriv --reuid="$1" --regid="$2" --clear-groups "$work/rpc" "$sock" status '{}' items 2>&1
}
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	# Others must get as far as the socket, and have a client that they may run.
	cp "$top_builddir/tests/e2e/rpc" "$work/rpc"
	chmod 755 "$work" "$work/run" "$work/rpc"
	configure socket_group daemon
	daemon_up
	row 'the socket has its group' daemon "$(stat -c %G "$sock")"
	row 'whose members may connect' 0 "$(as 65534 daemon)"
	row 'others may not' 'rpc: nobody listens' "$(as 65534 65534)"
	chmod 666 "$sock"
	row 'not even if the socket is opened behind its back' 'rpc: the daemon closed the connection' "$(as 65534 65534)"
	daemon_down
	sed -i '/^socket_group/d' "$work/conf"
else
	skip 'the group of the socket' 'only root can be somebody else'
fi

# --- the index is lost, or damaged -------------------------------------------------------------------------------------

daemon_up
subscribe "$origin/news.xml" >/dev/null
becomes 'words are found' 3 entries text
daemon_down
rm "$state/index.db"
daemon_up
becomes 'without index.db it is built anew' 3 entries text
daemon_down
rm -f "$state"/index.db-*
dd if=/dev/urandom of="$state/index.db" bs=4096 count=20 conv=notrunc 2>/dev/null
daemon_up
row 'with a damaged one all else works' 3 "$(entries '*')"
becomes 'and it is built anew' 3 entries text
daemon_down

# --- databases that are not for us --------------------------------------------------------------------------------------

row 'another program has its number' yes "$([ "$(od -An -tx1 -j68 -N4 "$state/gazette.db" | tr -d ' ')" != 00000000 ] && echo yes)"
cp "$state/gazette.db" "$work/copy.db"
# user_version, four bytes at 60 of the header, says which schema it is.
printf '\0\0\377\377' | dd of="$state/gazette.db" bs=1 seek=60 conv=notrunc 2>/dev/null
before=$(cksum <"$state/gazette.db")
answer=$(try -f "$work/conf" -d "$state" -s "$sock")
row 'a newer database is refused' yes "$(echo "$answer" | grep -q '^1 .*newer' && echo yes || echo "$answer")"
row 'and left as it is' "$before" "$(cksum <"$state/gazette.db")"

cp "$work/copy.db" "$state/gazette.db"
dd if=/dev/urandom of="$state/gazette.db" bs=4096 count=1 conv=notrunc 2>/dev/null
before=$(cksum <"$state/gazette.db")
row 'so is one that is damaged' 1 "$(try -f "$work/conf" -d "$state" -s "$sock" | cut -d ' ' -f 1)"
row 'which stays, too' "$before" "$(cksum <"$state/gazette.db")"
cp "$work/copy.db" "$state/gazette.db"
daemon_up
row 'the copy is good' 3 "$(entries '*')"
daemon_down
finish
