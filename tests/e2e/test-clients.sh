#!/bin/sh
# Clients that misbehave: malformed requests, and one that never reads, while all is going on.
. "${top_srcdir:-.}/tests/e2e/lib.sh"

origin_up
feed news 300 "$(awk 'BEGIN { for (i = 0; i < 500; i++) printf "many words " }')"
configure min_interval 1h
daemon_up
subscribe "$origin/news.xml" >/dev/null

lines()
{
	"$top_builddir/tests/e2e/rpc" -r "$sock" | sed -n 's/.*"code":\(-[0-9]*\).*/\1/p; s/.*"id":7,"result".*/fine/p'
}
answers=$(printf '%s\n' 'nonsense' '{"jsonrpc":"2.0",' '[]' '{}' '"text"' '{"jsonrpc":"2.0","id":7,"method":"none"}' \
    '{"jsonrpc":"2.0","id":7,"method":"status","params":{"x":1}}' '{"jsonrpc":"2.0","id":7,"method":"feed.list"}' | lines | tr '\n' ' ')
row 'each mistake has its error, and the connection lives on' '-32700 -32700 -32600 -32600 -32600 -32601 -32602 fine ' "$answers"
answers=$(head -c 1500000 /dev/zero | tr '\0' x | lines)
row 'a line without end is refused' -32600 "$answers"
answers=$(head -c 100000 /dev/urandom | { tr -d '\n'; echo; } | lines)
row 'noise is no request' -32700 "$answers"

# Asks for everything, again and again, and reads nothing: it stops being able to write.
{ yes '{"jsonrpc":"2.0","id":7,"method":"item.list","params":{"query":"*","limit":1000,"fields":["*"]}}'; } |
    "$top_builddir/tests/e2e/rpc" -r "$sock" >/dev/null 2>&1 &
slow=$!
becomes 'it is connected' 2 ask status '{}' clients
row 'others are answered' 300 "$(entries '*')"
feed more 10
row 'and fetched for' "$origin/more.xml" "$(ask feed.add '{"url":"'"$origin"'/more.xml"}' feed.url)"
row 'memory is bounded' yes "$(kib=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$daemon_pid/status"); [ "$kib" -lt 100000 ] && echo yes || echo "$kib KiB")"
kill "$slow"
wait "$slow" 2>/dev/null
becomes 'when it goes it is forgotten' 1 ask status '{}' clients
daemon_down
row 'the daemon ends cleanly' 0 "$ended"
finish
