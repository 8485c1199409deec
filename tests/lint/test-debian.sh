#!/bin/sh
# The Debian package follows the source: its version, what is installed, what the build needs.
set -u
. "${top_srcdir:-.}/tests/lint/lint.sh"

debian=$top_srcdir/contrib/debian
work=$(mktemp -d "${TMPDIR:-/tmp}/lint.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT

version=$(sed -n 's/^AC_INIT(\[gazetted\], \[\(.*\)\])$/\1/p' "$top_srcdir/configure.ac")
packaged=$(sed -n '1s/^gazetted (\(.*\)-[0-9]*) .*/\1/p' "$debian/changelog")
verdict 'the version is that of the source' "$([ "$packaged" = "$version" ] || echo "$packaged, not $version")"

# Each file that is installed goes into one of the packages.
env -u MAKEFLAGS -u MFLAGS "${MAKE:-make}" -s -C "$top_builddir" install DESTDIR="$work/root" prefix=/usr exec_prefix=/usr \
    libexecdir=/usr/libexec mandir=/usr/share/man systemunitdir=/lib/systemd/system >"$work/install" 2>&1 || cat "$work/install"
packages_of()
{
	grep -h . "$debian"/*.install | while read -r pattern; do
		# shellcheck disable=SC2254
		case $1 in
		$pattern | $pattern/*) echo "$pattern" ;;
		esac
	done | wc -l
}
(cd "$work/root" && find . -type f) | sed 's|^\./||' >"$work/files"
verdict 'files are installed' "$(grep -q '^usr/sbin/gazetted$' "$work/files" || cat "$work/install")"
verdict 'each goes into one package' "$(while read -r file; do
	[ "$(packages_of "$file")" = 1 ] || echo "$file"; done <"$work/files")"
verdict 'nothing else is packaged' "$(grep -h . "$debian"/*.install | while read -r pattern; do
	(cd "$work/root" && ls -d $pattern) >/dev/null 2>&1 || echo "$pattern"; done)"

# debhelper takes the mode to be run from what is documentation.
excluded=$(sed -n 's/.*dh_fixperms -X//p' "$debian/rules" | sed 's/ -X/\n/g')
verdict 'what can be run stays so' "$(cd "$work/root" && find usr/share/doc -type f -perm -u+x | grep -vF "${excluded:-nothing}")"

# A daemon for each user that logs in would be one more for each server to answer.
verdict 'units of users are not enabled for all' "$(grep -q '^	dh_installsystemduser --no-enable$' "$debian/rules" || echo rules)"

# What set-up installs on Debian is what the package says it needs, but for what every Debian build has.
verdict 'it needs what contrib/setup.sh installs' "$(top=$top_srcdir log=/dev/null && export top log && . "$top_srcdir/contrib/setup.sh" &&
    setup_table | awk '$1 == "build" || $1 == "tests" { print $3 }' | tr ',' '\n' | grep -v -x -E \
    'gcc|libc6-dev|make|mawk|diffutils|findutils|ca-certificates' | while read -r names; do
	found=
	for name in $(echo "$names" | tr '|' ' '); do
		grep -q "^ $name\\b" "$debian/control" && found=yes
	done
	[ -n "$found" ] || echo "$names"; done)"

plan
