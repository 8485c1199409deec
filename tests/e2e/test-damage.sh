#!/bin/sh
# A gazette.db that is damaged somewhere in its middle, too large to be looked at whole before the daemon is ready: found, said,
# and not written to any more.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

configure min_interval 1h
origin_up
feed small 3
# Texts that cannot be packed much, so that there is more than what is looked at when the database is opened.
awk 'BEGIN {
	srand(1)
	print "<rss version=\"2.0\"><channel><title>Large</title>"
	for (i = 1; i <= 1500; i++) {
		printf "<item><title>large %d</title><guid>large-%d</guid><description>", i, i
		for (j = 0; j < 700; j++)
			printf "%x%s", int(rand() * 16777216), j % 3 == 0 ? " " : ""
		print "</description></item>"
	}
	print "</channel></rss>"
}' >"$site/large.xml"

daemon_up
subscribe "$origin/large.xml" >/dev/null
subscribe "$origin/small.xml" >/dev/null
row 'all entries are there' 1503 "$(entries '*')"
row 'a database that is whole' true "$(ask check '{}' whole)"
row 'a backup' 0 "$(gazette backup "$work/backup.db" >/dev/null; echo $?)"
daemon_down
row 'it is larger than what is looked at first' yes "$([ "$(stat -c %s "$state/gazette.db")" -gt 4194304 ] && echo yes)"

# has_one PAGE: whether it is a leaf of a table with one row, as long texts are: nothing that is read at the start
has_one()
{
	[ "$(od -An -tx1 -j "$(($1 * 4096))" -N 5 "$state/gazette.db" | tr -d ' \n' | cut -c 1,2,7-10)" = 0d0001 ]
}

# damage: such a page in ten, from the hundredth on
damage()
{
	page=100
	last=$(($(stat -c %s "$state/gazette.db") / 4096 - 20))
	while [ "$page" -lt "$last" ]; do
		has_one "$page" || { page=$((page + 1)); continue; }
		dd if=/dev/urandom of="$state/gazette.db" bs=4096 seek="$page" count=1 conv=notrunc 2>/dev/null
		page=$((page + 10))
	done
}
damage
before=$(cksum <"$state/gazette.db")
: >"$log"
daemon_up
becomes 'damage in the middle is found after the start' stopped ask status '{}' ingest.state
row 'and said, by the name of the file' yes "$(ask status '{}' ingest.reason | grep -q "^damaged: $state/gazette.db: the database is damaged" && echo yes)"
row 'once in the log' 1 "$(grep -c 'storing has stopped' "$log")"
row 'who asks is told' false "$(ask check '{}' whole)"
row 'with what was found' yes "$(ask check '{}' finding | grep -q -i '^[a-z].*page' && echo yes || ask check '{}' finding)"
row 'changes are refused' damaged "$(ask item.tag '{"ids":[1],"add":["starred"]}' | cut -d: -f1)"
row 'so is what is fetched by hand' damaged "$(ask feed.refresh '{}' | cut -d: -f1)"
row 'what can be read is served' 2 "$(ask status '{}' feeds)"
daemon_down
row 'it ends cleanly' 0 "$ended"
row 'the file is as it was' "$before" "$(cksum <"$state/gazette.db")"

cp "$work/backup.db" "$state/gazette.db"
rm -f "$state"/gazette.db-*
daemon_up
row 'with the backup in its place all is there' 1503 "$(entries '*')"
row 'and whole' true "$(ask check '{}' whole)"
row 'changes are made' 1 "$(ask item.tag '{"ids":[1],"add":["starred"]}' changed)"
kill -9 "$(helper verify)"
becomes 'without who looks: said' 1 grep -c 'gazetted-verify is gone' "$log"
row 'who asks is told so' check-failed "$(ask check '{}' | cut -d: -f1)"
daemon_down
finish
