# shellcheck shell=sh
# What the lints share: sourced, not run. The list of files is made from git where there is one, else (from a
# tarball) from what is there.
top_srcdir=${top_srcdir:-.}
top_builddir=${top_builddir:-.}
count=0

# verdict NAME WHY: ok if WHY is empty, else it says why not
verdict()
{
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

# skip NAME WHY
skip()
{
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

plan()
{
	echo "1..$count"
}

# all_files: every file of the source, relative to its top
all_files()
{
	if [ -e "$top_srcdir/.git" ] && git -C "$top_srcdir" rev-parse >/dev/null 2>&1; then
		(cd "$top_srcdir" && git ls-files --cached | while read -r file; do
			if [ -f "$file" ]; then
				printf '%s\n' "$file"
			fi
		done)
	else
		(cd "$top_srcdir" && find README HACKING configure.ac Makefile.am daemon feeds schema contrib tests -type f \
		    ! -name '*.o' ! -name '*.log' ! -name '*.trs' | sort)
	fi
}

# c_files: the C sources among them
c_files()
{
	all_files | grep '\.[ch]$'
}
