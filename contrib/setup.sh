# shellcheck shell=sh
# What contrib/quickstart and tests/run share: installing what is missing, configuring and building. Sourced, not run.
#
# The caller sets $top (the source tree) and $log (a file for the output of the tools, in DIR), then calls
#	setup_folder DIR
#	setup_packages build		or	setup_packages build tests
#	setup_build DIR [ARGUMENT-OF-CONFIGURE...]
# Each says in one line what it does; on failure it says what failed and where the output is, and exits.
#
# Lists of packages and commands are split into words on purpose; $top and $log are the caller's.
# shellcheck disable=SC2046,SC2086,SC2154

# Columns: for what; how to see that it is there; the package for each installer ("-": it has none, "a|b": the first
# that it knows).
#
#   tool:NAME	a command			pc:A,B		a module that pkg-config knows, either name
#   header:FILE	the compiler finds it		file:A,B	one of these files
setup_table()
{
	cat <<'END'
build tool:cc gcc,libc6-dev gcc,glibc-devel gcc gcc,musl-dev,linux-headers gcc,glibc-devel
build tool:make make make make make make
build tool:autoconf autoconf autoconf autoconf autoconf autoconf
build tool:automake automake automake automake automake automake
build tool:pkg-config pkg-config|pkgconf pkgconf-pkg-config pkgconf pkgconf pkg-config|pkgconf-pkg-config
build tool:awk mawk gawk gawk gawk gawk
build tool:cmp diffutils diffutils diffutils diffutils diffutils
build tool:find findutils findutils findutils findutils findutils
build header:ev.h libev-dev libev-devel libev libev-dev libev-devel
build pc:libcurl libcurl4-openssl-dev libcurl-devel curl curl-dev libcurl-devel
build pc:libxml-2.0 libxml2-dev libxml2-devel libxml2 libxml2-dev libxml2-devel
build pc:sqlite3 libsqlite3-dev sqlite-devel sqlite sqlite-dev sqlite3-devel
build pc:jansson libjansson-dev jansson-devel jansson jansson-dev libjansson-devel
build pc:msgpack-c,msgpack libmsgpack-c-dev|libmsgpack-dev msgpack-c-devel|msgpack-devel msgpack-c msgpack-c-dev msgpack-c-devel
build pc:libbrotlidec libbrotli-dev brotli-devel brotli brotli-dev libbrotli-devel
build pc:libzstd libzstd-dev libzstd-devel zstd zstd-dev libzstd-devel
build pc:zlib zlib1g-dev zlib-devel zlib zlib-dev zlib-devel
build pc:libxxhash libxxhash-dev xxhash-devel xxhash xxhash-dev xxhash-devel
build pc:ncursesw libncurses-dev ncurses-devel ncurses ncurses-dev ncurses-devel
build pc:libseccomp libseccomp-dev libseccomp-devel libseccomp libseccomp-dev libseccomp-devel
build pc:libmicrohttpd libmicrohttpd-dev libmicrohttpd-devel libmicrohttpd libmicrohttpd-dev libmicrohttpd-devel
build pc:openssl libssl-dev openssl-devel openssl openssl-dev libopenssl-devel
build pc:cmocka libcmocka-dev libcmocka-devel cmocka cmocka-dev libcmocka-devel
build file:/etc/ssl/certs/ca-certificates.crt,/etc/pki/tls/certs/ca-bundle.crt,/etc/ssl/ca-bundle.pem,/etc/ssl/cert.pem ca-certificates ca-certificates ca-certificates ca-certificates ca-certificates
tests tool:curl curl curl curl curl curl
tests tool:groff groff-base groff-base groff groff groff
tests tool:jq jq jq jq jq jq
tests tool:mandoc mandoc mandoc - mandoc -
tests tool:tmux tmux tmux tmux tmux tmux
tests tool:zsh zsh zsh zsh zsh zsh
valgrind tool:valgrind valgrind valgrind valgrind valgrind valgrind
dist tool:xz xz-utils xz xz xz xz
analysis tool:clang-tidy clang-tidy clang-tools-extra clang clang-extra-tools clang-tools
analysis tool:cppcheck cppcheck cppcheck cppcheck cppcheck cppcheck
analysis tool:shellcheck shellcheck ShellCheck shellcheck shellcheck ShellCheck
END
}

# The installers in the order of the table's columns: name, how to refresh its lists, how to ask whether it knows a
# package, how to install.
setup_installers()
{
	cat <<'END'
apt-get:apt-get -q update:apt-cache show:apt-get -q -y --no-install-recommends install
dnf:dnf -q makecache:dnf -q info:dnf -y install
pacman:pacman -Sy:pacman -Si:pacman -S --noconfirm --needed
apk:apk update:apk search -e:apk add
zypper:zypper -n refresh:zypper -n search -x:zypper -n install --no-recommends
END
}

setup_say()
{
	printf '%s\n' "$*"
}

# setup_fail WHAT: the end, with the last lines of the log
setup_fail()
{
	if [ -s "$log" ]; then
		tail -n 15 "$log" | sed 's/^/    /' >&2
		printf '%s: %s; all of it is in %s\n' "${0##*/}" "$*" "$log" >&2
	else
		printf '%s: %s\n' "${0##*/}" "$*" >&2
	fi
	exit 1
}

# setup_as_root COMMAND...: with sudo or doas if need be; without a terminal they must not ask
setup_as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null && [ -t 0 ]; then
		sudo "$@"
	elif command -v sudo >/dev/null; then
		sudo -n "$@"
	elif command -v doas >/dev/null && [ -t 0 ]; then
		doas "$@"
	elif command -v doas >/dev/null; then
		doas -n "$@"
	else
		echo "this needs root, and there is neither sudo nor doas: $*" >&2
		return 1
	fi
}

# setup_there TEST: whether it is installed
setup_there()
{
	want=${1#*:}
	case $1 in
	tool:*)
		command -v "$want" >/dev/null
		return
		;;
	header:*)
		command -v cc >/dev/null && printf '#include <%s>\n' "$want" | cc -E -x c - >/dev/null 2>&1
		return
		;;
	esac
	for one in $(printf '%s' "$want" | tr ',' ' '); do
		case $1 in
		pc:*)	pkg-config --exists "$one" 2>/dev/null && return 0 ;;
		file:*)	[ -e "$one" ] && return 0 ;;
		esac
	done
	return 1
}

# setup_missing COLUMN GROUP...: the packages of what is missing; "-" for what that installer does not have
setup_missing()
{
	column=$1
	shift
	setup_table | while read -r group what packages; do
		case " $* " in
		*" $group "*)	setup_there "$what" || echo "$packages" | cut -d ' ' -f "$column" ;;
		esac
	done
}

# setup_choose PACKAGE|PACKAGE...: the first that the installer knows, else the last
setup_choose()
{
	for candidate in $(printf '%s' "$1" | tr '|' ' '); do
		[ "$candidate" = "${1##*|}" ] && break
		known=$($query "$candidate" 2>/dev/null) && [ -n "$known" ] && break
	done
	echo "$candidate"
}

# Finds the installer: sets $column, $name, $refresh, $query and $install, or fails.
setup_find_installer()
{
	column=0
	while IFS=: read -r name refresh query install; do
		column=$((column + 1))
		command -v "$name" >/dev/null && return
	done <<END
$(setup_installers)
END
	return 1
}

# The lists may be absent or too old to find anything: they are refreshed before the second try.
setup_install()
{
	for try in first second; do
		if [ "$try" = second ]; then
			setup_as_root $refresh || return 1
		fi
		chosen=
		for package in $missing; do
			chosen="$chosen $(setup_choose "$package")"
		done
		setup_as_root env DEBIAN_FRONTEND=noninteractive $install $chosen && return
	done
	return 1
}

# setup_packages GROUP...: installs what is missing of these groups of the table
setup_packages()
{
	if [ -z "$(setup_missing 1 "$@")" ]; then
		return
	fi
	setup_find_installer ||
	    setup_fail 'none of apt-get, dnf, pacman, apk, zypper; install what Debian calls' \
		$(setup_missing 1 "$@" | sed 's/|.*//' | tr ',' ' ')
	missing=$(setup_missing "$column" "$@" | tr ',' '\n' | grep -v '^-$' | sort -u)
	if [ -z "$missing" ]; then
		return
	fi
	setup_say "installing with $name:" $(echo "$missing" | sed 's/|/ or /')
	setup_install >>"$log" 2>&1 </dev/null || setup_fail "$name could not install what is missing"
	missing=$(setup_missing "$column" "$@" | grep -v '^-$')
	if [ -n "$missing" ]; then
		setup_fail "missing even after installing:" $missing
	fi
}

# setup_folder DIR: the folder to build in. One that was made here is marked, so that it may be removed.
setup_folder()
{
	if [ ! -d "$1" ]; then
		mkdir -p "$1" || exit 1
		: >"$1/.setup"
	fi
}

# setup_build DIR [ARGUMENT...]: brings DIR up to date. It is configured only once.
setup_build()
{
	build=$1
	shift
	if [ ! -e "$top/configure" ] || [ ! -e "$top/build-aux/install-sh" ]; then
		setup_say 'preparing: autoreconf'
		(cd "$top" && autoreconf -fi) >>"$log" 2>&1 || setup_fail 'autoreconf failed'
		: >"$build/.autoreconf"
	fi
	if [ ! -e "$build/Makefile" ]; then
		setup_say "configuring in $build; the first build takes a minute or two"
		(cd "$build" && "$top/configure" "$@") >>"$log" 2>&1 || setup_fail 'configure failed'
	fi
	setup_say "building in $build"
	make -C "$build" -j "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)" >>"$log" 2>&1 || setup_fail 'make failed'
}
