# Completion of gazette(1) for bash. gazette itself knows what may come.

_gazette()
{
	local cur words cword candidate line
	local -a found=()

	if declare -F _get_comp_words_by_ref >/dev/null; then
		_get_comp_words_by_ref -n =: cur words cword
	else
		cur=${COMP_WORDS[COMP_CWORD]} words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
	fi
	while IFS= read -r line; do
		candidate=${line%%$'\t'*}
		if [ "$candidate" = :files ]; then
			compopt -o filenames 2>/dev/null
			while IFS= read -r candidate; do
				found+=("$candidate")
			done < <(compgen -f -- "$cur")
		else
			[[ $candidate == *[=:] ]] && compopt -o nospace 2>/dev/null
			found+=("$(printf %q "$candidate")")
		fi
	done < <("${words[0]}" complete -- "${words[@]:1:cword}" 2>/dev/null)
	COMPREPLY=("${found[@]}")
	if declare -F __ltrim_colon_completions >/dev/null; then
		__ltrim_colon_completions "$cur"
	fi
}
complete -F _gazette gazette
