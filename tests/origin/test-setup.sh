#!/bin/sh
# contrib/setup.sh with each installer, played by a script that writes down what it was asked.
set -u

top_srcdir=${top_srcdir:-.}
dir=$(mktemp -d "${TMPDIR:-/tmp}/setup.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
count=0

# row NAME EXPECTED ACTUAL
row()
{
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf 'expected: %s\nbut got: %s\n' "$2" "$3" | sed 's/^/# /'
	fi
}

# A system of its own for an installer: only these commands.
system()
{
	rm -rf "${dir:?}/bin" "$dir/asked" "$dir/there"
	mkdir "$dir/bin" "$dir/there"
	for tool in sh cat cut env grep sed sort tail tr; do
		ln -s "$(command -v $tool)" "$dir/bin/$tool"
	done
	printf '#!/bin/sh\necho 0\n' >"$dir/bin/id"
	chmod +x "$dir/bin/id"
}

# installer NAME [SCRIPT]: records how it is called; SCRIPT decides what happens
installer()
{
	printf '#!/bin/sh\necho "%s $*" >>"%s"\n%s\n' "$1" "$dir/asked" "${2:-}" >"$dir/bin/$1"
	chmod +x "$dir/bin/$1"
}

# setup GROUP...: runs setup_packages with a table of four; a thing is there if its file is
setup()
{
	: >"$dir/log"
	PATH=$dir/bin top=$top_srcdir log=$dir/log there=$dir/there sh -c '
		. "$top/contrib/setup.sh"
		setup_table()
		{
			echo "build tool:one one-deb one-rpm one-arch one-alpine one-suse"
			echo "build tool:two new-deb|two-deb two-rpm,more-rpm two-arch two-alpine two-suse"
			echo "build tool:three three three three three three"
			echo "tests tool:four four four - four four"
		}
		setup_there()
		{
			[ -e "$there/${1#tool:}" ]
		}
		setup_packages "$@"' sh "$@" >"$dir/out" 2>&1
	rc=$?
}

asked()
{
	[ ! -e "$dir/asked" ] || tr '\n' ';' <"$dir/asked"
}

all="touch '$dir/there/one' '$dir/there/two' '$dir/there/three'"
all="PATH=$PATH; $all"

# --- the table itself
. "$top_srcdir/contrib/setup.sh"
row 'seven columns in each row' '' "$(setup_table | awk 'NF != 7')"
row 'four columns for each installer' '' "$(setup_installers | awk -F : 'NF != 4')"
row 'a way to see each' '' "$(setup_table | awk '$2 !~ /^(tool|header|pc|file):./')"
row 'each once' '' "$(setup_table | cut -d ' ' -f 2 | sort | uniq -d)"
row 'all of a build that works is there' '' "$(setup_missing 1 build | grep -v '^ca-certificates$')"

# --- each installer
while IFS='|' read -r name expected; do
	system
	installer "$name" "case \$* in *install*|add*|*-S\ *) $all ;; *) echo known ;; esac"
	touch "$dir/there/three"
	setup build
	row "$name" "0 $expected" "$rc $(asked)"
done <<'END'
apt-get|apt-get -q -y --no-install-recommends install two-deb one-deb;
dnf|dnf -y install more-rpm one-rpm two-rpm;
pacman|pacman -S --noconfirm --needed one-arch two-arch;
apk|apk add one-alpine two-alpine;
zypper|zypper -n install --no-recommends one-suse two-suse;
END

# --- what may happen
system
installer apt-get
touch "$dir/there/one" "$dir/there/two" "$dir/there/three"
setup build
row 'nothing is missing: nothing is asked' '0 ' "$rc $(asked)"
row 'nothing is missing: nothing is said' '' "$(cat "$dir/out")"

system
installer apt-get "case \$* in *install*) $all ;; esac"
installer apt-cache 'case $* in *new-deb) echo known ;; esac'
setup build
row 'of two names the one that it knows' '0 apt-cache show new-deb;apt-get -q -y --no-install-recommends install new-deb one-deb three;' "$rc $(asked)"

system
installer pacman "case \$* in -S\ *) $all ;; esac"
touch "$dir/there/one" "$dir/there/two" "$dir/there/three"
setup build tests
row 'what an installer does not have is left out' '0 ' "$rc $(asked)"

system
installer apt-get "case \$* in *update) touch $dir/updated ;; *) [ -e $dir/updated ] || exit 100; $all ;; esac"
touch "$dir/there/one" "$dir/there/two"
sed -i "s|^case|PATH=$PATH; case|" "$dir/bin/apt-get"
setup build
row 'stale lists are refreshed' '0 apt-get -q -y --no-install-recommends install three;apt-get -q update;apt-get -q -y --no-install-recommends install three;' "$rc $(asked)"

system
installer apt-get 'echo "no space left"; exit 100'
setup build
row 'it fails' 1 "$rc"
row 'it fails: who' yes "$(grep -q 'apt-get could not install what is missing; all of it is in' "$dir/out" && echo yes)"
row 'it fails: why' yes "$(grep -q 'no space left' "$dir/out" && echo yes)"

system
installer apt-get
setup build
row 'it claims to be done, but nothing is there' '1 yes' "$rc $(grep -q 'missing even after installing' "$dir/out" && echo yes)"

system
setup build
row 'no installer' '1 yes' "$rc $(grep -q 'none of apt-get.*one-deb' "$dir/out" && echo yes)"

system
installer apt-get "$all"
printf '#!/bin/sh\necho 1000\n' >"$dir/bin/id"
setup build
row 'not root, no sudo' '1 yes' "$rc $(grep -q 'this needs root' "$dir/out" && echo yes)"

system
installer apt-get "$all"
installer sudo 'shift; exec "$@"'
printf '#!/bin/sh\necho 1000\n' >"$dir/bin/id"
touch "$dir/there/one" "$dir/there/two"
setup build </dev/null
row 'not root, sudo without a terminal must not ask' \
    '0 sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install three;apt-get -q -y --no-install-recommends install three;' "$rc $(asked)"

echo "1..$count"
