# gazetted as a peer of a feed reader benchmark: a file of functions for a driver that
# gives STATE (an empty folder), URLS (one a line) and asks for one reload at a time.
# GAZETTED_BUILD names the build directory; SLOTS how many transfers at once.
# Not at its defaults: the origin is on loopback and every host may be asked at once, as
# all programs under comparison do.
: "${GAZETTED_BUILD:=build}" "${SLOTS:=64}"
client() { "$GAZETTED_BUILD/contrib/gazette/gazette" -s "$STATE/socket" "$@"; }
version() { "$GAZETTED_BUILD/contrib/gazette/gazette" --version; }
setup() {
	mkdir -p "$STATE/data"
	cat >"$STATE/conf" <<-CONF
	min_interval = 1s
	max_interval = 1d
	parallel = $SLOTS
	host_spacing = 0s
	allow_private_networks = yes
	CONF
}
up() {
	"$GAZETTED_BUILD/daemon/gazetted" -f "$STATE/conf" -d "$STATE/data" -s "$STATE/socket" >"$STATE/log" 2>&1 &
	echo $! >"$STATE/pids"
	while ! client status >/dev/null 2>&1; do sleep 0.02; done
}
down() {
	pid=$(cat "$STATE/pids")
	kill "$pid"
	while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
}
# A manual refresh keeps min_interval; of themselves the feeds are not due again for a day.
prepare() { sleep 1.2; }
# The first reload subscribes, too: the others have done so in setup().
reload() {
	if [ ! -e "$STATE/subscribed" ]; then
		client import --set interval=1d "$URLS" >"$STATE/import"
		: >"$STATE/subscribed"
	fi
	client refresh >"$STATE/refresh"
}
count() { client count '*'; }
startup() { client list --limit 50; }
search() { client count "$1"; }
