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
XDG_STATE_HOME=$work/state
export XDG_STATE_HOME
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
result {"feeds":[{"feed":1,"title":"Kernel news","url":"https://a/","tags":["linux","World news"]},{"feed":2,"title":"Kiosk","url":"https://b/","tags":["linux"]},{"feed":3,"title":"Bad\u001b[31m","url":"https://c/","tags":[]},{"feed":4,"title":"Zig\\Zag: $(x)","url":"https://d/","tags":[]}]}
on tag.list
result {"tags":[{"tag":"World news","items":0,"feeds":1},{"tag":"bad\u202e","items":1,"feeds":0},{"tag":"essay","items":7,"feeds":0},{"tag":"linux","items":0,"feeds":2},{"tag":"starred","items":2,"feeds":0}]}
on rule.list
result {"rules":[{"rule":3,"query":"tag:x","actions":["star"]},{"rule":12,"query":"tag:y","actions":["drop"]}]}
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
row 'a choice behind =' '--format=json|--format=jsonl' "$(offers list --format=j)"
row 'behind a value in the same word' 'is:unread|is:updated' "$(offers list --format=json is:u)"
row 'no value of what is no option' '' "$(offers list --nonsense=)"
row 'a flag has no value' 'is:unread|is:updated' "$(offers list --json is:u)"
row 'feeds' 'Kernel news|Kiosk' "$(offers refresh K)"
row 'titles as they are shown' 'Kernel news|Kiosk|Bad[31m|Zig\Zag: $(x)' "$(offers remove '')"
row 'a setting is of a feed' 'Kernel news' "$(offers set Ker)"
row 'settings' 'user_agent=|username=' "$(offers set 1 user)"
row 'these are what the daemon knows' \
    "$(grep -oh '{ "[a-z_]*", set_' "$top_srcdir/daemon/core/settings.c" "$top_srcdir/daemon/core/rpc-set.c" | sed 's/.*"\(.*\)".*/\1=/' | sort)" "$(offers set 1 '' | tr '|' '\n' | sort)"
row 'a query' 'search:|since:' "$(offers list is:unread s)"
row 'tags in a query' 'tag:linux' "$(offers count tag:l)"
row 'saved searches in a query' 'search:long|search:mine' "$(offers read search:)"
row 'tags in a query that need quotes' 'tag:"World news"' "$(offers count 'tag:"W')"
row 'begun without' 'tag:"World news"' "$(offers count tag:W)"
row 'states in a query' 'tag:unread' "$(offers count tag:u)"
row 'tags to add' '+starred|+World news|+essay|+linux' "$(offers tag + | sed 's/+unread|//')"
row 'tags to take away' '-linux' "$(offers tag +a -l)"
row 'the query of tag' 'title:|text:|tag:' "$(offers tag +a t)"
row 'tags of a new feed' 'World news|essay|linux' "$(offers add --tag '')"
row 'search' 'remove' "$(offers search r)"
row 'the one to remove' 'mine' "$(offers search remove m)"
row 'a name is free' '' "$(offers search add '')"
row 'the query to save' 'has:attachment' "$(offers search add x h)"
row 'rule' 'remove' "$(offers rule r)"
row 'the query of a rule' 'tag:linux' "$(offers rule add tag:l)"
row 'what a rule does' 'star' "$(offers rule add is:unread s)"
row 'tags of a rule' '+starred' "$(offers rule add is:unread +s)"
row 'the rule to remove' '3|12' "$(offers rule remove '')"
row 'the rule to apply' '12' "$(offers rule apply 1)"
row 'a setting of a new feed' 'interval=' "$(offers add --set int)"
row 'no cursor yet' '' "$(offers export --cursor '')"
mkdir -p state/gazette/cursors
for name in mail mail.lock~ planet planet~ mail-tags .hidden 'two words'; do
	: >"state/gazette/cursors/$name"
done
row 'cursors' 'mail|mail-tags|planet' "$(offers export --cursor '')"
row 'cursors, begun' 'mail|mail-tags' "$(offers export -c m)"
row 'a cursor behind =' '--cursor=planet' "$(offers export --cursor=p)"
mkdir -p home/.local/state/gazette/cursors
: >home/.local/state/gazette/cursors/other
row 'cursors where HOME tells' 'other' "$(unset XDG_STATE_HOME; HOME=$work/home; export HOME; offers export -c '')"
row 'tags of a new feed are no setting' '' "$(offers add --set t)"
row 'but may be set' 'title=|tags=' "$(offers set 1 t)"
row 'without a daemon' 'is:unread|is:updated' "$(gazette complete -- list is:u | cut -f 1 | paste -sd '|' -)"
row 'feeds without a daemon' '' "$(gazette -s "$work/none" complete -- refresh '' 2>&1)"
row 'what it is' 'star entries' "$(gazette complete -- star | cut -f 2)"

cat >script.pages <<'END'
on feed.list
result {"feeds":[{"feed":1,"title":"Alpha","url":"https://a/"}],"after":1}
on feed.list
result {"feeds":[{"feed":2,"title":"Alphorn","url":"https://b/"}]}
on tag.list
result {"tags":[{"tag":"one","items":1,"feeds":1}],"after":"one"}
on tag.list
result {"tags":[{"tag":"other","items":0,"feeds":1}]}
END
row 'feeds by pages' 'Alpha|Alphorn' "$("$fake" script.pages gazette complete -- refresh Al | cut -f 1 | paste -sd '|' -)"
row 'tags by pages' 'one|other' "$("$fake" script.pages gazette complete -- add --tag o | cut -f 1 | paste -sd '|' -)"

# Each kind of operand that the table has is known.
for command in $(gazette --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
	case $(gazette "$command" --help | head -n 1) in
	*FEED* | *QUERY* | *FILE*) row "$command: operands are offered" yes "$([ -n "$(offers "$command" '')" ] && echo yes)" ;;
	esac
done

# --- the shells -------------------------------------------------------------------------------------

: >afile
scripts=$top_srcdir/contrib/completions

# in_bash LINE WORD...: what its script makes of it; the words as bash cuts them
in_bash()
{
	"$fake" script bash -c '. "$1"; COMP_LINE=$2 COMP_POINT=${#2}; shift 2; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gazette
	    printf "%s|" "${COMPREPLY[@]}"' x "$scripts/gazette.bash" "$@" 2>&1
}

# in_fish LINE: what fish offers
in_fish()
{
	# shellcheck disable=SC2016 # it is for fish
	HOME=$work XDG_CONFIG_HOME=$work "$fake" script fish -N -c 'source $argv[1]; complete -C $argv[2]' "$scripts/gazette.fish" "$1" 2>&1 |
	    cut -f 1 | paste -sd '|' -
}

# in_zsh LINE: the words, each in <>, that its line editor makes of it with a tab
cat >typed.zsh <<'END'
zmodload zsh/zpty
zpty shell "TERM=dumb zsh -f -i"
zpty -w shell "PS1=; fpath=(${1:h} \$fpath); autoload -Uz compinit; compinit -u -D; bindkey '^I' complete-word; echo RE''ADY"
zpty -r shell out '*READY*'
zpty -w -n shell "$2"$'\t\x01'"printf '<%s>' THE LINE "$'\x05; echo\n'
zpty -w shell 'echo; echo TH""E END'
zpty -r shell out '*THE END*'
print -r -- ${${out##*<LINE>}%%$'\r'*}
zpty -d shell
END
in_zsh()
{
	HOME=$work ZDOTDIR=$work "$fake" script zsh -f typed.zsh "$scripts/_gazette" "$1" 2>&1
}

# asks SHELL: whether it is there; else its rows are skipped, named
asks()
{
	command -v "$1" >/dev/null && return 0
	count=$((count + 1))
	echo "ok $count - $1 # SKIP it is not installed"
	return 1
}

row 'bash' 'star|status|' "$(in_bash 'gazette sta' gazette sta)"
row 'bash quotes' 'Kernel\ news|' "$(in_bash 'gazette refresh Ker' gazette refresh Ker)"
row 'bash goes on with what is quoted' 'Kernel\ news|' "$(in_bash 'gazette refresh Kernel\ n' gazette refresh 'Kernel\ n')"
row 'bash goes on in quotes' 'Kernel news|' "$(in_bash 'gazette refresh "Kernel n' gazette refresh '"Kernel n')"
row 'bash knows files' 'afile|' "$(in_bash 'gazette import af' gazette import af)"
row 'bash: behind a colon' 'linux|' "$(in_bash 'gazette list tag:l' gazette list tag : l)"
row 'bash: a tag with a blank' '\"World\ news\"|' "$(in_bash 'gazette list tag:W' gazette list tag : W)"
row 'bash: right behind it' 'long|mine|' "$(in_bash 'gazette list search:' gazette list search :)"
row 'bash: the second of two' 'linux|' "$(in_bash 'gazette list is:unread tag:l' gazette list is : unread tag : l)"
row 'bash: behind =' 'json|jsonl|' "$(in_bash 'gazette list --format=j' gazette list --format = j)"
row 'bash: a cursor' 'mail|mail-tags|' "$(in_bash 'gazette export --cursor m' gazette export --cursor m)"
row 'bash: nothing yet' 'add|' "$(in_bash 'gazette ' gazette '' | cut -d '|' -f 1)|"
if asks fish; then
	row 'fish' 'star|status' "$(in_fish 'gazette sta')"
	row 'fish: a title' 'Kernel news|Kiosk' "$(in_fish 'gazette refresh K')"
	row 'fish goes on with what is quoted' 'Kernel news' "$(in_fish 'gazette refresh Kernel\ n')"
	row 'fish: a tag' 'tag:linux' "$(in_fish 'gazette list tag:l')"
	row 'fish: a cursor' 'mail|mail-tags' "$(in_fish 'gazette export --cursor m')"
	row 'fish knows files' 'afile' "$(in_fish 'gazette import af')"
	row 'fish: nothing yet' 'add|list|remove' "$(in_fish 'gazette search ')"
fi
if asks zsh; then
	row 'zsh' '<gazette><status>' "$(in_zsh 'gazette stat')"
	row 'zsh: a title' '<gazette><refresh><Kernel news>' "$(in_zsh 'gazette refresh Ker')"
	row 'zsh: a title of signs' '<gazette><refresh><Zig\Zag: $(x)>' "$(in_zsh 'gazette refresh Zi')"
	row 'zsh: a tag' '<gazette><list><tag:linux>' "$(in_zsh 'gazette list tag:l')"
	row 'zsh: a tag with a blank' '<gazette><list><tag:"World news">' "$(in_zsh 'gazette list tag:W')"
	row 'zsh: a cursor' '<gazette><export><--cursor><planet>' "$(in_zsh 'gazette export --cursor p')"
	row 'zsh knows files' '<gazette><import><afile>' "$(in_zsh 'gazette import af')"
	row 'zsh: behind =' '<gazette><list><--format=ids>' "$(in_zsh 'gazette list --format=i')"
fi
echo "1..$count"
exit "$failed"
