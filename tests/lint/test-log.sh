#!/bin/sh
# What the daemon and its helpers log: each line says first what it is about, in words that an administrator can look for, and
# has nothing that is secret.
set -u
. "${top_srcdir:-.}/tests/lint/lint.sh"

cd "$top_srcdir" || exit 99
top_srcdir=.

# What a line may begin with. A "%s" alone is a message whose own beginning is one of these: those places are listed below.
SUBJECTS='(feed|host|job|peer|rule)=%|on_new: |rules: |rules cannot|sandbox: |quarantine: |channel: |priority: |nice: |SCHED_IDLE: |ioprio_set: |hubs '
SUBJECTS="$SUBJECTS|what was agreed with hubs|gazetted-[a-z]+ is gone: |gazette\\.db |the index |the schedule |the configuration |state directory %"
SUBJECTS="$SUBJECTS|storing |old changes |old entries |the entries of a removed feed |changes |how often feeds have news |a backup of %|a record from gazetted: "
SUBJECTS="$SUBJECTS|a client |clients |another version than before: |ready, version %|stopping\"|no process for the helpers: |no memory to share with a helper: "
SUBJECTS="$SUBJECTS|what a helper was at |the limit of open files |%\" PRId64 \" entries have been removed|%s: |%s cannot be started: |%s started, pid |%s %s\"|%s %s; starting"
SUBJECTS="$SUBJECTS|%s starts anew: "

# Where the whole line is a message from elsewhere: file, and what makes it.
WHOLE='daemon/core/main\.c:(error|argument)|daemon/indexer/indexer\.c:(why|error|index_error)'

# calls: file:line: level: "FORMAT"..., each call on a line
calls()
{
	all_files | grep -E '^daemon/.*\.c$' | grep -v '^daemon/shared/log\.c$' | xargs awk '
		/log_(error|warn|info|debug)\(/ { call = ""; where = FILENAME ":" FNR; open = 1 }
		open {
			line = $0
			sub(/^[[:blank:]]+/, "", line)
			call = call " " line
			if (line ~ /;$/) {
				match(call, /log_(error|warn|info|debug)\(/)
				print where ": " substr(call, RSTART)
				open = 0
			}
		}'
}

nameless()
{
	calls | grep -vE "log_[a-z]+\\(\"($SUBJECTS)" | grep -vE "log_(error|warn)\\(\"%s(\"|;)" | grep -vE "log_debug\\(\"%s\", why\\)"
}

# A message alone: only where it is known to have its subject.
borrowed()
{
	calls | grep -E "log_(error|warn|info)\\(\"%s(\"|;)" | sed 's/:[0-9]*: log_[a-z]*("%s[^"]*", */:/' | grep -vE "^($WHOLE)"
}

verdict 'there are lines' "$([ "$(calls | wc -l)" -gt 50 ] || echo 'only so few were found')"
verdict 'each begins with what it is about' "$(nameless)"
verdict 'so do those that come from elsewhere' "$(borrowed)"
verdict 'none ends with a full stop or another line' "$(calls | grep -E '(\.|\\n)"[,)]')"
verdict 'none is given what is secret' "$(calls | grep -iE 'password|cookie|credential|secret|->header|userpwd')"
verdict 'nothing else writes to standard error' "$(all_files | grep -E '^daemon/(core|fetcher|indexer|shared)/.*\.c$' |
    grep -vE '/(main|log)\.c$' | xargs grep -nE 'stderr|STDERR_FILENO|perror\(' /dev/null)"
plan
