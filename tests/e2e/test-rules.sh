#!/bin/sh
# Rules and hooks with all that is real: the index, the porter, the shell.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

origin_up
configure min_interval 1h
configure on_new "cat >>$work/announced"
daemon_up

# rule QUERY ACTIONS: actions as JSON strings; the rule's number, or the word of the refusal
rule()
{
	ask rule.add '{"query":"'"$1"'","actions":['"$2"']}' rule | sed 's/^\([a-z-]*\): .*/\1/'
}

row 'a rule with words' 1 "$(rule spam '"drop"')"
row 'rules without' 2 "$(rule url:news '"+news","read"')"
row 'one that sees what another did' 3 "$(rule tag:news '"star"')"
row 'commands are refused' not-allowed "$(rule '*' '"exec:true"')"
row 'a mistake is named' bad-query "$(rule '(' '"read"')"
row 'so is an action' bad-value "$(rule '*' '"delete"')"

# --- before anyone is told ------------------------------------------------------------------------------------------

watch=$work/watched
"$top_builddir/contrib/gazette/gazette" -s "$sock" watch --since 0 >"$watch" 2>/dev/null &
watcher=$!
feed news 3 ham
feed other 2 spam
subscribe "$origin/news.xml" >/dev/null
becomes 'new entries are told of with what rules did' 3 grep -c \
    '"what":"item-new".*"tags":\["news","starred"\]' "$watch"
row 'and are never seen otherwise' 0 "$(grep '"what":"item-new"' "$watch" | grep -cv '"tags":\["news","starred"\]')"
subscribe "$origin/other.xml" >/dev/null
becomes 'what is dropped goes' 3 entries '*'
becomes 'those who could see it are told' 2 grep -c '"what":"item-removed"' "$watch"
row 'nobody was told that it came' 3 "$(grep -c '"what":"item-new"' "$watch")"
kill "$watcher"
wait "$watcher" 2>/dev/null
becomes 'on_new has had each once' 3 grep -c '"title":"news entry' "$work/announced"
row 'and nothing else' 3 "$(wc -l <"$work/announced" | tr -d ' ')"
row 'with its tags and its text' 3 "$(grep '"tags":\["news","starred"\]' "$work/announced" | grep -c 'ham of news')"

row 'which rules acted can be asked' 'rule 2 found it: +news read rule 3 found it: star' \
    "$(gazette why 1 | sed -n 's/.*  \(rule .*\)/\1/p' | tr '\n' ' ' | sed 's/ $//')"
row 'also of what is gone' 'rule 1 removed it' "$(gazette why 5 | sed -n 's/.*  \(rule .*\)/\1/p')"
row 'and that it stays away' 'it is gone; its feed may still serve it, but 3 aliases keep it from coming back' "$(gazette why 5 | tail -n 1)"

# --- history ---------------------------------------------------------------------------------------------------------

row 'a test shows what is there' 3 "$(ask rule.test '{"query":"ham"}' matched)"
row 'of all that changes nothing' 3 "$(entries tag:news)"
row 'rules are listed' 3 "$(gazette rule list | wc -l | tr -d ' ')"
row 'a rule for later' 4 "$(rule 'ham OR url:nowhere' '"+tasty"')"
row 'does not look back' 0 "$(entries tag:tasty)"
row 'until it is asked to' '3 entries found, 3 changed, 0 removed, 0 commands to be run' "$(gazette rule apply 4)"
row 'which can be taken back' 3 "$(gazette undo)"
row 'no such rule' 'no-such-rule: there is no rule 9' "$(ask rule.apply '{"rule":9}')"
row 'a rule is removed' '' "$(gazette rule remove 4)"
row 'once' 'no-such-rule: there is no rule 4' "$(ask rule.remove '{"rule":4}')"

# --- commands -----------------------------------------------------------------------------------------------------------

configure rule_exec yes
kill -HUP "$daemon_pid"
becomes 'commands are allowed' 5 rule url:more "\"exec:cat >>$work/executed\""
feed more 6 eggs
subscribe "$origin/more.xml" >/dev/null
becomes 'a command runs for each entry' 6 grep -c . "$work/executed"
row 'with the entry' 6 "$(grep -c '"content_text":"eggs of more' "$work/executed")"
row 'nothing waits' 0 "$(ask rule.apply '{"rule":3}' commands)"
cat >"$work/fails" <<END
#!/bin/sh
cat >>$work/tried
exit 1
END
chmod +x "$work/fails"
row 'a command that fails' 6 "$(rule url:late "\"exec:$work/fails\"")"
feed late 1 eggs
subscribe "$origin/late.xml" >/dev/null
becomes 'is tried' 1 grep -c . "$work/tried"
becomes 'and waits to be tried again' 1 grep -c 'rule=6: its command failed (exit status 1); it is run again in 10 s' "$log"

# --- restarts --------------------------------------------------------------------------------------------------------------

daemon_kill
printf '#!/bin/sh\ncat >>%s/tried\n' "$work" >"$work/fails"
daemon_up
becomes 'it is tried again after a restart, in its time' 2 grep -c . "$work/tried"
configure rule_exec no
kill -HUP "$daemon_pid"
becomes 'commands are no longer allowed' not-allowed rule '*' '"exec:true"'
feed forbidden 1 eggs
row 'which those that are there say' 2 "$(gazette rule list | grep -c 'does not say rule_exec = yes')"
before=$(wc -l <"$work/announced")
subscribe "$origin/forbidden.xml" >/dev/null
becomes 'on_new goes on' $((before + 1)) sh -c "wc -l <'$work/announced'"
configure on_new false
kill -HUP "$daemon_pid"
feed failing 1 eggs
subscribe "$origin/failing.xml" >/dev/null
becomes 'an on_new that fails is run again' yes sh -c "grep -q 'on_new: the command failed (exit status 1)' '$log' && echo yes"
configure on_new "cat >>$work/announced"
kill -HUP "$daemon_pid"
becomes 'until it is well' $((before + 2)) sh -c "wc -l <'$work/announced'"
daemon_down
row 'it ends cleanly' 0 "$ended"
finish
