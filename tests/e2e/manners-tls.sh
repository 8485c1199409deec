# shellcheck shell=sh
# Part of test-manners.sh: TLS, against openssl's own little server.
# shellcheck disable=SC2154

tls=$work/tls
mkdir "$tls"
{ printf 'HTTP/1.0 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n'; cat "$site/coded.xml"; } >"$tls/feed.xml"
printf 'HTTP/1.0 302 Found\r\nLocation: %s/by-fall.xml\r\n\r\n' "$origin" >"$tls/fall.xml"
plain by-fall.xml

# certificate NAME SUBJECT-ALTERNATIVE FROM TO: signed by our authority, or (no dates) by itself
certificate()
{
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$tls/$1.key" -out "$tls/$1.csr" -subj "/CN=$1" -addext "subjectAltName=$2" \
	    2>/dev/null
	if [ -z "${3:-}" ]; then
		openssl x509 -req -in "$tls/$1.csr" -signkey "$tls/$1.key" -days 2 -out "$tls/$1.pem" 2>/dev/null
	else
		openssl ca -batch -config "$tls/ca.conf" -startdate "$3" -enddate "$4" -in "$tls/$1.csr" -out "$tls/$1.pem" -notext 2>/dev/null
	fi
}
authority()
{
	cat >"$tls/ca.conf" <<-END
	[ca]
	default_ca = own
	[own]
	database = $tls/index
	serial = $tls/serial
	new_certs_dir = $tls
	certificate = $tls/ca.pem
	private_key = $tls/ca.key
	default_md = sha256
	policy = any
	copy_extensions = copy
	unique_subject = no
	[any]
	commonName = supplied
	END
	: >"$tls/index"
	echo 01 >"$tls/serial"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$tls/ca.key" -out "$tls/ca.pem" -days 2 -subj '/CN=Our own authority' 2>/dev/null
}
# serve NAME: with this certificate, until the end; its port is in tls/NAME.port. It says "ACCEPT ADDRESS:PORT".
serve()
{
	mkfifo "$tls/$1.fifo"
	# shellcheck disable=SC2094	# two ends of a pipe
	(cd "$tls" && exec timeout 120 openssl s_server -HTTP -accept 127.0.0.1:0 -key "$1.key" -cert "$1.pem") >"$tls/$1.fifo" 2>/dev/null &
	servers="$servers $!"
	exec 4<"$tls/$1.fifo"
	while read -r word address <&4; do
		if [ "$word" = ACCEPT ]; then
			echo "${address#*:}" >"$tls/$1.port"
			break
		fi
	done
}
# secure NAME FILE: what becomes of it
secure()
{
	ask feed.add '{"url":"https://127.0.0.1:'"$(cat "$tls/$1.port")/$2"'"}' new | sed 's,https://127.0.0.1:[0-9]*/[a-z.]*: ,,; s,127.0.0.1:[0-9]*: ,,'
}
servers=
trap 'for each in $servers; do kill "$each" 2>/dev/null; done; cleanup' EXIT

rule 'who speaks TLS is checked'
if command -v openssl >/dev/null && command -v timeout >/dev/null && authority; then
	certificate good IP:127.0.0.1 20200101000000Z 20600101000000Z
	certificate other DNS:other.example 20200101000000Z 20600101000000Z
	certificate over IP:127.0.0.1 20200101000000Z 20200201000000Z
	certificate early IP:127.0.0.1 20580101000000Z 20600101000000Z
	certificate stranger IP:127.0.0.1
	for each in good other over early stranger; do
		serve $each
	done
	state=$work/secure
	configure ca_file "$tls/ca.pem"
	daemon_up
	keeps 'whom our authority vouches for is trusted' 2 "$(secure good feed.xml)"
	keeps 'a stranger is not, and that is said' 'tls-failure self-signed certificate' "$(secure stranger feed.xml | tr -d : |
	    sed 's/TLS //; s/self signed/self-signed/')"
	keeps 'nor one with another name' 'tls-failure yes' "$(secure other feed.xml | sed 's/: .*127\.0\.0\.1.*/ yes/')"
	keeps 'nor one whose time is over' 'tls-failure certificate has expired' "$(secure over feed.xml | tr -d : | sed 's/TLS //')"
	keeps 'nor one whose time has not come' 'tls-failure certificate is not yet valid' "$(secure early feed.xml | tr -d : | sed 's/TLS //')"
	keeps 'from there is no way down to plain HTTP' redirect-error "$(secure good fall.xml | cut -d: -f1)"
	keeps 'which was not gone' 0 "$(came /by-fall.xml)"
	daemon_down
	sed -i '/^ca_file/d' "$work/conf"
	state=$work/secure-2
	daemon_up
	keeps 'without it there is no trust in it' tls-failure "$(secure good feed.xml | cut -d: -f1)"
	daemon_down
else
	skip "$rule" 'there is no openssl to serve it'
fi
