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

plan
