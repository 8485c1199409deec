#!/bin/sh
# What shells offer: candidates for what has been typed so far, from the command table and from the daemon; and that the shells'
# scripts pass them on.
set -u
top_srcdir=$(cd "${top_srcdir:-.}" && pwd) || exit 99
top_builddir=$(cd "${top_builddir:-.}" && pwd) || exit 99
work=$(mktemp -d "${TMPDIR:-/tmp}/completion.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
fake=$top_builddir/tests/gazette/fake-daemon
PATH=$top_builddir/contrib/gazette:$PATH
unset GAZETTE_SOCKET XDG_RUNTIME_DIR
cd "$work" || exit 99
count=0
failed=0

# row NAME EXPECTED ACTUAL
row()
{
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
		return
	fi
	failed=1
	echo "not ok $count - $1"
	printf 'expected: %s\nbut got:  %s\n' "$2" "$3" | sed 's/^/# /'
}

cat >script <<'END'
on feed.list
result {"feeds":[{"feed":1,"title":"Kernel news","url":"https://a/","tags":["linux","World news"]},{"feed":2,"title":"Kiosk","url":"https://b/","tags":["linux"]},{"feed":3,"title":"Bad\u001b[31m","url":"https://c/","tags":[]}]}
on search.list
result {"searches":[{"name":"long","query":"tag:essay"},{"name":"mine","query":"is:starred"}]}
END

# offers WORD...: the candidates, separated by |
offers()
{
	"$fake" script gazette complete -- "$@" 2>&1 | cut -f 1 | paste -sd '|' -
}

row 'commands' 'star|status' "$(offers sta)"
row 'commands behind an option' 'star|status' "$(offers -s x sta)"
row 'no such command' '' "$(offers nonsense x)"
row 'options' '--sort|--snippets|--socket' "$(offers list --s)"
row 'options behind operands' '--revision' "$(offers show 12 --r)"
row 'a choice' 'newest|oldest|relevance' "$(offers list --sort '')"
row 'a choice, begun' 'json|jsonl' "$(offers list --format j)"
row 'a path' ':files' "$(offers export --output '')"
row 'a file' ':files' "$(offers import '')"
row 'a flag has no value' 'is:unread|is:updated' "$(offers list --json is:u)"
row 'feeds' 'Kernel news|Kiosk' "$(offers refresh K)"
row 'hostile titles are left out' 'Kernel news|Kiosk' "$(offers remove '')"
row 'a setting is of a feed' 'Kernel news' "$(offers set Ker)"
row 'settings' 'user_agent=|username=' "$(offers set 1 user)"
row 'a query' 'search:|since:' "$(offers list is:unread s)"
row 'tags in a query' 'tag:linux' "$(offers count tag:l)"
row 'saved searches in a query' 'search:long|search:mine' "$(offers read search:)"
row 'tags to add' '+starred|+linux|+World news' "$(offers tag + | sed 's/+unread|//')"
row 'tags to take away' '-linux' "$(offers tag +a -l)"
row 'the query of tag' 'title:|text:|tag:' "$(offers tag +a t)"
row 'tags of a new feed' 'linux|World news' "$(offers add --tag '')"
row 'search' 'remove' "$(offers search r)"
row 'the one to remove' 'mine' "$(offers search remove m)"
row 'a name is free' '' "$(offers search add '')"
row 'the query to save' 'has:attachment' "$(offers search add x h)"
row 'rule' 'remove' "$(offers rule r)"
row 'the query of a rule' 'tag:linux' "$(offers rule add tag:l)"
row 'what a rule does' 'star' "$(offers rule add is:unread s)"
row 'tags of a rule' '+starred' "$(offers rule add is:unread +s)"
row 'without a daemon' 'is:unread|is:updated' "$(gazette complete -- list is:u | cut -f 1 | paste -sd '|' -)"
row 'feeds without a daemon' '' "$(gazette -s "$work/none" complete -- refresh '' 2>&1)"
row 'what it is' 'star entries' "$(gazette complete -- star | cut -f 2)"

# Each kind of operand that the table has is known.
for command in $(gazette --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
	case $(gazette "$command" --help | head -n 1) in
	*FEED* | *QUERY* | *FILE*) row "$command: operands are offered" yes "$([ -n "$(offers "$command" '')" ] && echo yes)" ;;
	esac
done

# --- the shells -------------------------------------------------------------------------------------

# in_bash WORD...: what its script makes of it
in_bash()
{
	"$fake" script bash -c '. "$1"; shift; COMP_WORDS=(gazette "$@"); COMP_CWORD=$#; _gazette; printf "%s|" "${COMPREPLY[@]}"' x \
	    "$top_srcdir/contrib/completions/gazette.bash" "$@" 2>&1
}
: >afile
row 'bash' 'star|status|' "$(in_bash sta)"
row 'bash quotes' 'Kernel\ news|' "$(in_bash refresh Ker)"
row 'bash knows files' 'afile|' "$(in_bash import af)"
for shell in zsh fish; do
	case $shell in
	zsh) file=_gazette ;;
	fish) file=gazette.fish ;;
	esac
	if command -v "$shell" >/dev/null; then
		row "$shell reads its script" '' "$("$shell" -n "$top_srcdir/contrib/completions/$file" 2>&1)"
	else
		count=$((count + 1))
		echo "ok $count - $shell reads its script # SKIP $shell is not installed"
	fi
done
echo "1..$count"
exit "$failed"
