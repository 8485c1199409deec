#!/bin/sh
# A full disk: storing stops with a clear state, readers go on, it resumes by itself. By a limit on the size of the daemon's
# files, and where we may mount, on a small file system that is really full.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

origin_up
configure min_interval 1h
feed first 5
feed second 700
feed third 5

# check WHAT FULL FREE ALL: FULL and FREE are commands; ALL is empty if small changes may still find room
check()
{
	row "$1: subscribed" 1 "$(subscribe "$origin/first.xml")"
	$2
	id=$(subscribe_later "$origin/second.xml")
	case $id in
	disk-f*)	waited='' ;;
	*)		waited=$id ;;
	esac
	row "$1: a client is told" yes "$(subscribe "$origin/second.xml?x" | grep -q '^disk-f' && echo yes)"
	becomes "$1: storing has stopped" stopped ask status '{}' ingest.state
	row "$1: and says why" yes "$(ask status '{}' ingest.reason | grep -q '^disk-f' && echo yes)"
	# What the log has room for already may have been stored.
	row "$1: readers go on" 'first entry 5' "$(ask item.list '{"query":"feed:1"}' items.0.title)"
	[ -z "$4" ] || row "$1: changes are refused" yes "$(ask item.tag '{"ids":[1],"add":["starred"]}' | grep -q '^disk-f' && echo yes)"
	row "$1: and documents" yes "$(ask ingest '{"feed":"1","data":"PHJzcz48L3Jzcz4="}' | grep -q '^disk-f' && echo yes)"
	row "$1: refreshes, too" yes "$(ask feed.refresh | grep -q '^disk-f' && echo yes)"
	requested=$(requests /first.xml)
	$3
	becomes "$1: it resumes by itself" running ask status '{}' ingest.state
	[ -n "$waited" ] || subscribe_later "$origin/second.xml" >/dev/null
	becomes "$1: what waited is stored" 705 entries '*'
	row "$1: nothing was fetched again" "$requested" "$(requests /first.xml)"
	row "$1: subscribing works again" 0 "$(subscribe "$origin/third.xml" >/dev/null; echo $?)"
	row "$1: all is there" 710 "$(entries '*')"
	row "$1: changes work again" 1 "$(ask item.tag '{"ids":[2],"add":["starred"]}' changed)"
	daemon_down
	row "$1: it ends cleanly" 0 "$ended"
	row "$1: the database is whole" ok "$(daemon_up; entries '*' >/dev/null && echo ok; daemon_down)"
}

# --- a limit on the size of files, for everybody ------------------------------------------------------------------

limit_full()
{
	prlimit --pid "$daemon_pid" --fsize=1:unlimited
}
limit_free()
{
	prlimit --pid "$daemon_pid" --fsize=unlimited:unlimited
}
daemon_up
check 'file size limit' limit_full limit_free all

# --- a file system of its own, for root ---------------------------------------------------------------------------

state=$work/small/state
mkdir "$work/small"
: >"$log"
small_full()
{
	# All but a few blocks; the daemon's own files cannot grow any more.
	cat /dev/zero >"$work/small/ballast" 2>/dev/null
}
small_free()
{
	rm "$work/small/ballast"
}
if mount -t tmpfs -o size=8m,mode=700 tmpfs "$work/small" 2>/dev/null; then
	daemon_up
	check 'small file system' small_full small_free ''
	# --- a start when nothing is free ---------------------------------------------------------------------
	for end in down kill; do
		daemon_up
		small_full
		daemon_$end
		small_full
		daemon_up
		# After a kill SQLite's shared file may be there still, and nothing be missing.
		if [ "$end" = down ]; then
			row "after $end: it starts on a full disk" stopped "$(ask status '{}' ingest.state)"
			row "after $end: and says why" 'disk-full: the disk is full' "$(ask status '{}' ingest.reason)"
		fi
		row "after $end: all is served" 710 "$(entries '*')"
		small_free
		becomes "after $end: storing goes on by itself" running ask status '{}' ingest.state
		row "after $end: there is room for the next start" 1048576 "$(stat -c %s "$state/reserve")"
		row "after $end: changes are taken" 1 "$(ask item.tag '{"ids":[3],"'"$([ "$end" = down ] && echo add || echo remove)"'":["starred"]}' changed)"
		daemon_down
	done
	umount "$work/small"
else
	skip 'small file system' 'only root can mount one'
fi
finish
