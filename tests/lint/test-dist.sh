#!/bin/sh
# Every file that git knows is in the tarball.
set -u
. "${top_srcdir:-.}/tests/lint/lint.sh"

if [ ! -e "$top_srcdir/.git" ] || ! git -C "$top_srcdir" rev-parse >/dev/null 2>&1; then
	skip 'all is distributed' 'no git, or this is not a clone'
	plan
	exit 0
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/lint.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
${MAKE:-make} -s --no-print-directory -C "$top_builddir" print-distributed | tr ' ' '\n' |
    sed -e "s|^$top_srcdir/||" -e 's|^\.\{1,2\}/||' | sort -u >"$work/distributed"
verdict 'the build names files' "$(grep -q '^README$' "$work/distributed" || cat "$work/distributed")"

# a name on the list stands for itself, or for all below it
left_out()
{
	all_files | while read -r file; do
		name=$file
		until grep -qxF -- "$name" "$work/distributed"; do
			case $name in
			*/*)	name=${name%/*} ;;
			*)	echo "$file"; break ;;
			esac
		done
	done
}
verdict 'all is distributed' "$(left_out)"

plan
