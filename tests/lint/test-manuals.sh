#!/bin/sh
# The manual pages: neither mandoc nor groff, which most people's man(1) uses, finds anything wrong, and those of ours that they refer to exist.
set -u
. "${top_srcdir:-.}/tests/lint/lint.sh"

cd "$top_srcdir" || exit 99
top_srcdir=.
pages=$(all_files | grep '\.[1-9]$')

verdict 'there are manual pages' "$([ -n "$pages" ] || echo 'no page was found')"

for page in $pages; do
	if command -v mandoc >/dev/null; then
		verdict "$page" "$(mandoc -T lint -W warning "$page" 2>&1)"
	else
		skip "$page" 'mandoc is not installed'
	fi
	if command -v groff >/dev/null; then
		verdict "$page for groff" "$(groff -man -mdoc -Tascii "$page" 2>&1 >/dev/null | grep 'mdoc ')"
	else
		skip "$page for groff" 'groff is not installed'
	fi
done

# lines "PAGE NAME.SECTION", of mdoc's .Xr and man's .BR
references()
{
	for page in $pages; do
		sed -n -e "s|^\.Xr \([^ ]*\) \([0-9]\).*|$page \1.\2|p" \
		    -e "s|^\.BR \([^ ]*\) (\([0-9]\)).*|$page \1.\2|p" "$page"
	done
}

missing()
{
	references | grep -E ' (gazette|feed2json)' | while read -r page name; do
		printf '%s\n' "$pages" | grep -qE "(^|/)$name\$" || echo "$page refers to $name, which is not there"
	done
}
verdict 'pages referred to exist' "$(missing)"

# x.c stands for any, NAME for one that is to be written
verdict 'files that HACKING names exist' "$(grep -oE '[a-zA-Z0-9_/-]+\.(c|h|sh|inc|sql)\>' HACKING | grep -vE '^x\.c$|NAME|NNNN' | sort -u |
    while read -r name; do all_files | grep -qE "(^|/)$name\$" || echo "$name"; done)"

# --- what the tables have is described ------------------------------------------------------------------------------------------

# undescribed PAGE PATTERN: those of the names on standard input for which the page has no line that fits; NAME in the pattern is the name
undescribed()
{
	found=0
	while read -r name; do
		found=$((found + 1))
		grep -qE -e "$(printf '%s\n' "$2" | sed "s/NAME/$(printf '%s' "$name" | sed 's/[.]/[.]/g')/g")" "$1" || echo "$1: $name"
	done
	[ "$found" -gt 0 ] || echo 'there are no names'
}

client=contrib/gazette/gazette.1
verdict 'keys of the configuration' "$(sed -n 's/^	\(TEXT_\)\{0,1\}ROW("\([a-z_]*\)",.*/\2/p' daemon/shared/conf.c |
    undescribed daemon/gazetted.conf.5 '^\.It Ic NAME No = ')"
verdict 'commands' "$(sed -n 's/^	{ "\([a-z]*\)", ".*/\1/p' contrib/gazette/cmd-table.c | undescribed $client '^\.It ((Xo )?Ic )?.*\<NAME\>')"
verdict 'their options' "$(sed -n 's/^\(	\|#define ROW_[A-Z]* \){ "\([a-z-]*\)", \(0\|.[a-zA-Z].\), .*ARG_.*/\2/p' contrib/gazette/cmd-table.c |
    sort -u | undescribed $client '(Fl|,|\|) -NAME\>')"
verdict 'settings of the reader' "$(sed -n 's/^	[A-Z]*_ROW(\([a-z_]*\),.*/\1/p' contrib/gazette/settings.c | undescribed $client '^\.It .*\<NAME\>')"
verdict 'styles' "$(sed -n 's/^	[A-Z]*_ROW("\([a-z_]*\)",.*/\1/p' contrib/gazette/settings.c | undescribed $client '^\.Cm .*\<NAME\>')"
verdict 'actions with an argument' "$(sed -n 's/^	{ ACTION_[A-Z_]*,[[:blank:]]*"\([a-z-]*\)",.*/\1/p' contrib/gazette/action.c |
    undescribed $client '^\.It Ic (.*[, ])?NAME\>')"
verdict 'settings of a feed' "$(sed -n 's/^	{ "\([a-z_]*\)", set_[a-z]*, .*/\1/p' daemon/core/settings.c |
    undescribed $client '^\.It Cm (.*[, ])?NAME\>')"

# methods [WORD]: those of the protocol, or those whose rows have this word
methods()
{
	cat daemon/core/rpc-*.c | awk -v word="${1:-}" '
		/^	\{ (\.name = )?"[a-z.]*", (\.run = )?[a-z_]*,/ { row = ""; open = 1 }
		open {
			row = row $0
			if (row ~ /RPC_(READS|CHANGES)/) {
				split(row, part, "\"")
				if (row ~ word)
					print part[2]
				open = 0
			}
		}'
}
protocol=daemon/gazette-protocol.7
verdict 'methods' "$(methods | undescribed $protocol '^\.It Cm NAME\>')"
verdict 'methods for reading only' "$(sed -n '/^\.Ss Sockets for reading only/,/^Every other/p' $protocol | tr ' ' '\n' | sed 's/,$//' |
    grep -xE "$(methods | sed 's/[.]/[.]/g' | paste -sd '|' -)" | sort -u | paste -sd ' ' - | diff - /dev/fd/3 3<<END
$(methods RPC_READS | sort | paste -sd ' ' -)
END
)"

plan
