# shellcheck shell=sh
# Part of test-manners.sh: TLS.
# shellcheck disable=SC2154

certs=$work/certs
mkdir "$certs"
"$top_builddir/tests/origin/certify" "$certs" || exit 99
plain safe.xml
plain by-fall.xml
says fall.xml "redirect=$origin/by-fall.xml"

# front CERTIFICATE: TLS in front of the origin; its URL
front()
{
	echo "https://127.0.0.1:$("$top_builddir/tests/origin/front" -c "$certs/$1.pem" -p "$port" -w $$ -t 600)"
}
# secure CERTIFICATE NAME: what becomes of it, without the URL
secure()
{
	at=$(front "$1")
	ask feed.add '{"url":"'"$at/$2"'"}' new | sed "s,$at/$2: ,,; s,${at#https://}: ,,"
}
configure ca_file "$certs/ca.pem"
state=$work/secure
daemon_up

rule 'who speaks TLS is checked'
keeps 'whom our authority vouches for is trusted' 2 "$(secure good safe.xml)"
keeps 'who vouches for himself is not, and that is said' 'tls-failure: TLS: self-signed certificate' "$(secure alone safe.xml |
    sed 's/self signed/self-signed/')"
keeps 'nor one with another name' 'tls-failure: TLS: name 127.0.0.1' "$(secure name safe.xml | sed "s/TLS: .*name.*'\(127.0.0.1\)'.*/TLS: name \1/")"
keeps 'nor one whose time is over' 'tls-failure: TLS: certificate has expired' "$(secure expired safe.xml)"
keeps 'nor one whose time has not come' 'tls-failure: TLS: certificate is not yet valid' "$(secure future safe.xml)"
keeps 'nobody else was asked' 1 "$(came /safe.xml)"
keeps 'from there is no way down to plain HTTP' redirect-error "$(secure good fall.xml | cut -d: -f1)"
keeps 'which was not gone' 0 "$(came /by-fall.xml)"
daemon_down
configure ca_file "$certs/other-ca.pem"
state=$work/secure-2
daemon_up
keeps 'another authority does not vouch for it' 'tls-failure: TLS: unable to get local issuer certificate' "$(secure good safe.xml)"
daemon_down
sed -i '/^ca_file/d' "$work/conf"
