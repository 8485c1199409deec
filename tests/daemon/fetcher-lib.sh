# shellcheck shell=sh
# What the tests of the fetcher share: it is driven as core drives it, against the origin. Sourced, not run.
set -u

top=${top_builddir:-.}
fetcher=$top/daemon/gazetted-fetcher
origin=$top/tests/origin/origin
driver=$top/tests/daemon/drive-fetcher
dir=$(mktemp -d "${TMPDIR:-/tmp}/fetcher.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
count=0

# verdict NAME WHY: ok if WHY is empty
verdict()
{
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '%s\n' "$2" | cut -c 1-2000 | sed 's/^/# /'
	fi
}

# drive ARGUMENT...: the driver's, with a small configuration; the answer is in $dir/out. Options come in $opts.
opts=
drive()
{
	: >"$dir/log"
	# shellcheck disable=SC2086	# options are words
	"$driver" $opts "$fetcher" timeout=2s max_body=1M allow_private=yes "$@" >"$dir/out" 2>"$dir/err"
	status=$?
	cat "$dir/err" >>"$dir/out"
	return $status
}

# says TEXT: the answer has this text; says_not the opposite
says()
{
	grep -qF -- "$1" "$dir/out" || { echo "no $1 in"; cat "$dir/out"; }
}

says_not()
{
	! grep -qF -- "$1" "$dir/out" || { echo "$1 in"; cat "$dir/out"; }
}

# row NAME WORD MESSAGE DRIVER-ARGUMENT...: the last outcome's word and message, a pattern ("-": none)
row()
{
	name=$1 word=$2 message=$3
	shift 3
	why=
	drive "$@" || why="exit status $?"
	outcome=$(grep '"record":"done"' "$dir/out" | tail -n 1)
	case $outcome in *"\"word\":\"$word\""*) ;; *) why="$why no word $word" ;; esac
	# shellcheck disable=SC2254	# the message is a pattern
	case $message,$outcome in
	-,*'"message":'*)	why="$why a message" ;;
	-,*)			;;
	*'"message":"'$message'"'*) ;;
	*)			why="$why no message $message" ;;
	esac
	verdict "$name" "$why${why:+: $(cat "$dir/out")}"
}

# logged COLUMN: of the origin's last answer (tests/origin/origin.h); it is written when the answer is over
logged()
{
	tail -n 1 "$dir/log" | cut -f "$1"
}

same()
{
	[ "$1" = "$2" ] || echo "'$2' instead of '$1'"
}

# --- the sites --------------------------------------------------------------------------------
site=$dir/site
mkdir "$site"
cat >"$site/feed.xml" <<'END'
<?xml version="1.0"?>
<rss version="2.0"><channel><title>News</title><link>http://example.org/</link>
<item><title>One</title><link>http://example.org/1</link><guid>1</guid><author>Ann</author>
<description>&lt;p&gt;The first.&lt;/p&gt;</description></item>
<item><title>Two</title><link>http://example.org/2</link><guid>2</guid></item>
</channel></rss>
END
start_origin()
{
	"$origin" -b -w $$ -t 300 -d "$site" "$@"
}
port=$(start_origin -l "$dir/log") || exit 99
other_port=$(start_origin -a 127.0.0.2 -l "$dir/other.log") || exit 99
base=http://127.0.0.1:$port
escaped_base=http:%2f%2f127.0.0.1:$port
escaped_other=http:%2f%2f127.0.0.2:$other_port

