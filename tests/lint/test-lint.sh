#!/bin/sh
# The lints themselves: run over a small tree that breaks every rule once, each must find it.
set -u
here=$(cd "${top_srcdir:-.}" && pwd) || exit 99
. "$here/tests/lint/lint.sh"

tree=$(mktemp -d "${TMPDIR:-/tmp}/lint.XXXXXX") || exit 99
trap 'rm -rf "$tree"' EXIT

# file PATH: from standard input
file()
{
	mkdir -p "$tree/$(dirname "$1")"
	cat >"$tree/$1"
}

mkdir -p "$tree/schema" "$tree/tests/lint" "$tree/daemon"
cp "$here/tests/lint/lint.sh" "$tree/tests/lint/"
for name in README HACKING configure.ac Makefile.am; do
	: >"$tree/$name"
done
printf '#include "feeds/date.h"\n' | file feeds/base/low.c
printf '#include "daemon/shared/loop.h"\n#include <libxml/a.h>\n' | file feeds/up.c
printf '#include <libxml/a.h>\n' | file feeds/up2.c
printf '#include <libxml/a.h>\n' | file feeds/up3.c
printf '#include "daemon/core/core.h"\n#include <ev.h>\n' | file daemon/shared/up.c
printf '#include <seccomp.h>\n' | file daemon/shared/calls.c
printf '#include <zstd.h>\n' | file daemon/shared/squeeze.c
printf '#include <microhttpd.h>\n#include <openssl/evp.h>\n' | file daemon/core/hub.c
printf '#include "daemon/fetcher/x.h"\n#include <curl/curl.h>\n' | file daemon/core/side.c
printf '#include "daemon/core/x.h"\n#include <sqlite3.h>\n' | file daemon/fetcher/side.c
printf '#include "daemon/core/x.h"\n' | file daemon/indexer/side.c
printf '#include "feeds/parser.h"\n#include <ncurses.h>\n' | file contrib/gazette/main.c
printf '#include "daemon/shared/loop.h"\n' | file tests/origin/side.c
printf '#include "feeds/circle-b.h"\n' | file feeds/circle-a.h
printf '#include "feeds/circle-a.h"\n' | file feeds/circle-b.h
printf '#include "near.h"\n' | file feeds/near.c
printf '/* %s: all of it */\n' 'TO''DO' | file feeds/later.c
printf 'int x;\t\n' | file feeds/blank.c
printf '        int x;\n' | file feeds/spaces.c
printf '\tstrcpy(a, b);\n' | file feeds/limit.c
printf 'typedef struct x y;\n' | file feeds/typedef.c
{ echo '{'; yes '	x();' | head -n 81; echo '}'; } | file feeds/long.c
echo 'see nothing.c' | file HACKING
printf '\t{ "a.b", a_b, { { NULL } }, RPC_READS },\n' | file daemon/core/rpc-a.c
yes '/**/' | head -n 1001 | file feeds/longer.c
printf '.Dd November 1, 2026\n.Dt A 1\n.Os\n.Sh NAME\n.Nm a\n.Nd b\n.Xr gazette-nowhere 7\n.Xx\n.Bl -column a b\n.It Do not Ta b\n.It a Ta b\n.El\n' |
    file contrib/a.1

# every program seems to be linked with everything
file bin/readelf <<'END'
#!/bin/sh
for library in libc libcurl libxml2 libsqlite3 libncursesw libmicrohttpd libcrypto; do
	echo " (NEEDED) Shared library: [$library.so.6]"
done
END
chmod +x "$tree/bin/readelf"

# finds LINT: every row of the lint but those that only ask whether there is something must fail
finds()
{
	PATH=$tree/bin:$PATH top_srcdir=$tree top_builddir=$tree sh "$here/tests/lint/$1" >"$tree/out"
	verdict "$1 ran to its end" "$(grep -q '^1\.\.[1-9]' "$tree/out" || cat "$tree/out")"
	verdict "$1 finds all" "$(grep '^ok' "$tree/out" | grep -vE ' - there are| is there$|# SKIP')"
}
finds test-includes.sh
finds test-style.sh
finds test-manuals.sh
finds test-links.sh

plan
