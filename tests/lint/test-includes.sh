#!/bin/sh
# Who may include whom: the layers of the house, and one place for each foreign library.
set -u
. "${top_srcdir:-.}/tests/lint/lint.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/lint.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
cd "$top_srcdir" || exit 99
top_srcdir=.

# lines "FILE HEADER": ours, but for config.h; and those of the system and of libraries
c_files | xargs awk '/^[ \t]*#[ \t]*include[ \t]*"/ { split($0, part, "\""); print FILENAME, part[2] }' |
    grep -v ' config\.h$' >"$work/ours"
c_files | xargs awk '/^[ \t]*#[ \t]*include[ \t]*</ { split($0, part, /[<>]/); print FILENAME, part[2] }' >"$work/foreign"

verdict 'there are sources' "$([ -s "$work/ours" ] && [ -s "$work/foreign" ] || echo 'no include was found')"
verdict 'includes are written from the top' \
    "$(awk '$2 !~ "/" { print $1 ": \"" $2 "\" is not written from the top" }' "$work/ours")"

# layer FOLDER PATTERN...: what the files of FOLDER include begins with one of these
layer()
{
	folder=$1
	shift
	grep "^$folder" "$work/ours" >"$work/layer"
	for pattern; do
		grep -v " $pattern" "$work/layer" >"$work/rest"
		mv "$work/rest" "$work/layer"
	done
	verdict "layer ${folder%/}" "$(sed 's/ /: may not include /' "$work/layer")"
}
layer feeds/base/	feeds/base/
layer feeds/		feeds/
layer daemon/shared/	feeds/ daemon/shared/
layer daemon/core/	feeds/ daemon/shared/ daemon/core/ schema/
layer daemon/fetcher/	feeds/ daemon/shared/ daemon/fetcher/
layer daemon/indexer/	feeds/ daemon/shared/ daemon/indexer/ schema/
layer contrib/		feeds/base/ feeds/html.h feeds/html-names.h feeds/opml.h feeds/date.h feeds/url.h daemon/shared/protocol.h contrib/
layer tests/origin/	feeds/base/ tests/origin/

verdict 'headers do not include each other in a circle' "$(grep '\.h ' "$work/ours" | tsort 2>&1 >/dev/null)"

# library NAME HEADER-REGEX MOST-FILES ALLOWED-FILES-REGEX; tests may use any
library()
{
	verdict "library $1" "$(awk -v header="$2" -v most="$3" -v allowed="$4" '
		$1 ~ "^tests/" || $2 !~ header { next }
		$1 !~ allowed { print $1 ": may not include <" $2 ">" }
		!seen[$1]++ { names = names " " $1; number++ }
		END { if (number > most) print "in more than " most " files:" names }' "$work/foreign")"
}
library sqlite	'^sqlite3' 99 \
    '^daemon/(core/store[^/]*[.][ch]|core/query-sql[.]c|indexer/index[^/]*[.][ch]|shared/sqlite[^/]*[.][ch])$|^contrib/gazette/sqlite[.]c$'
library curl	'^curl/' 2 '^daemon/fetcher/'
library libxml2	'^libxml' 2 '^feeds/[^/]*[.][ch]$'
library ncurses	'curses|^term[.]h|^panel[.]h' 1 '^contrib/gazette/term[.]c$'
library seccomp	'^seccomp[.]h$' 1 '^daemon/shared/sandbox-calls[.]c$'
library microhttpd	'^microhttpd[.]h$' 1 '^daemon/fetcher/websub[.]c$'
library openssl	'^openssl/' 1 '^daemon/fetcher/signature[.]c$'
library zstd	'^(zstd|zdict)[.]h$' 2 '^daemon/(shared/pack|fetcher/decode-zstd)[.]c$'
library libev	'^ev([+][+])?[.]h$' 1 '^daemon/shared/loop[.]c$'

plan
