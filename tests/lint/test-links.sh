#!/bin/sh
# What each program is linked with: no process can do what is not its business.
set -u
. "${top_srcdir:-.}/tests/lint/lint.sh"

# links PROGRAM LIBRARY...: PROGRAM needs none of these
links()
{
	program=$1
	shift
	needed=$(readelf -d "$top_builddir/$program" 2>&1)
	case $needed in
	*'Shared library: [libc.so'*)	verdict "$program is there" '' ;;
	*)				verdict "$program is there" "no dynamic program: $needed" ;;
	esac
	for library; do
		case $needed in
		*"[$library.so"*)	verdict "$program: not $library" "it is linked with $library" ;;
		*)			verdict "$program: not $library" '' ;;
		esac
	done
}
links daemon/gazetted		libcurl libxml2 libncursesw libmicrohttpd libcrypto
links daemon/gazetted-fetcher	libsqlite3 libncursesw
links daemon/gazetted-indexer	libcurl libxml2 libncursesw libmicrohttpd libcrypto
links contrib/gazette/gazette	libcurl libxml2 libsqlite3
links contrib/gazette/gazette-sqlite	libcurl libxml2 libncursesw
links feeds/feed2json		libcurl libsqlite3

plan
