#!/bin/sh
# What can be said of the sources by looking at their lines.
set -u
. "${top_srcdir:-.}/tests/lint/lint.sh"

FUNCTION_LINES_MAX=80
FILE_LINES_MAX=1000

cd "$top_srcdir" || exit 99
top_srcdir=.

# lines WORDS-REGEX FILES-REGEX: where these words stand in these files, this one apart
lines()
{
	all_files | grep -E "$2" | grep -v '^tests/lint/test-[sl]' | xargs grep -nHE "$1" /dev/null
}

code='\.([ch]|sh|sql|inc|ac|am)$'
verdict 'there are sources' "$([ -n "$(c_files)" ] || echo 'no source was found')"
verdict 'nothing is put off' "$(lines '\b(TODO|FIXME|XXX)\b' "$code|\.[1-9]\$|^README|^HACKING")"
verdict 'no blanks at the end of lines' "$(lines '[[:blank:]]$' "$code")"
verdict 'indented with tabs' "$(lines '^ {8}' '\.[ch]$')"
verdict 'no function that cannot be told its limit' \
    "$(lines '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|atoi|atol|atoll)\(' '^(daemon|feeds|contrib)/.*\.[ch]$')"
verdict 'no typedefs but callbacks' "$(lines '^typedef [^(]*;$' '\.[ch]$')"

long_functions()
{
	c_files | xargs awk -v most=$FUNCTION_LINES_MAX '
		FNR == 1 { start = 0 }
		/^\{/ { start = FNR }
		/^\}/ && start {
			if (FNR - start - 1 > most)
				print FILENAME ":" start ": " FNR - start - 1 " lines"
			start = 0
		}'
}
verdict "no function over $FUNCTION_LINES_MAX lines" "$(long_functions)"

long_files()
{
	c_files | xargs awk -v most=$FILE_LINES_MAX 'FNR == most + 1 { print FILENAME ": more than " most " lines" }'
}
verdict "no file over $FILE_LINES_MAX lines" "$(long_files)"

# the guard of a header is its path
unguarded()
{
	c_files | grep '\.h$' | while read -r file; do
		# generated tables are no headers of their own
		head -n 1 "$file" | grep -q "^/\* Made by " && continue
		guard=$(printf '%s' "$file" | tr 'a-z/.-' 'A-Z___')
		grep -q "^#ifndef $guard\$" "$file" || echo "$file: no #ifndef $guard"
	done
}
verdict 'headers are guarded by their path' "$(unguarded)"

plan
