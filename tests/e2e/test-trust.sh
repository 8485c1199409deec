#!/bin/sh
# A feed's own authority from the command line to the handshake, behind the sandbox.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

origin_up
feed news 3
mkdir "$work/certs"
"$top_builddir/tests/origin/certify" "$work/certs" || exit 99
front=$("$top_builddir/tests/origin/front" -c "$work/certs/good.pem" -p "${origin##*:}" -w $$ -t 600) || exit 99
url=https://127.0.0.1:$front/news.xml
why="127.0.0.1:$front: TLS: unable to get local issuer certificate"
daemon_up

row 'without it nobody vouches for the feed' "gazette: $url: $why" "$(gazette add "$url" 2>&1)"
row 'no certificates' "gazette: ca_file: must be certificates in PEM, at most 64 KiB of them" \
    "$(gazette add --set ca_file="$work/conf" "$url" 2>&1)"
row 'with it' '1  Feed news' "$(gazette add --set ca_file="$work/certs/ca.pem" "$url" 2>&1)"
rm -r "$work/certs"
row 'its entries are there' 3 "$(entries '*')"
row 'what clients see of it' true "$(of_feed 1 settings.ca_file)"
feed news 4
polled() { gazette refresh 1 >/dev/null 2>&1; entries '*'; }
becomes 'polled with it, though the file is gone' 4 polled
gazette set 1 ca_file=
failing() { gazette refresh 1 >/dev/null 2>&1; of_feed 1 error.message; }
becomes 'taken back: nobody vouches any more' "$why" failing
row 'the feed says so' failing "$(of_feed 1 health)"
daemon_down
row 'it ends well' 0 "$ended"
finish
