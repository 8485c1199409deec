# Completion of gazette(1) for bash. gazette itself knows what may come.

_gazette()
{
	local word cur=${COMP_WORDS[COMP_CWORD]} rest=${COMP_LINE:0:COMP_POINT} candidate line cut=
	local -a words=() found=()

	# The shell cuts words at : and = where gazette does not.
	for word in "${COMP_WORDS[@]:0:COMP_CWORD + 1}"; do
		if [[ ${#words[@]} -eq 0 || $rest == [[:space:]]* ]]; then
			words+=("$word")
		else
			words[-1]+=$word
		fi
		rest=${rest#"${rest%%[![:space:]]*}"}
		rest=${rest#"$word"}
	done
	word=${words[-1]}
	[[ $word == [\"\']* ]] || word=${word//\\/}
	words[-1]=${word#[\"\']}
	# What stands before the last cut stays as it is.
	[[ $cur == [:=] ]] && cur=
	[[ ${#cur} -lt ${#word} ]] && cut=${word%"${cur//\\/}"}
	while IFS= read -r line; do
		candidate=${line%%$'\t'*}
		if [[ $candidate == :files ]]; then
			compopt -o filenames 2>/dev/null
			while IFS= read -r candidate; do
				found+=("$candidate")
			done < <(compgen -f -- "$cur")
		else
			[[ $candidate == *[=:] ]] && compopt -o nospace 2>/dev/null
			candidate=${candidate#"$cut"}
			[[ $cur == [\"\']* ]] || printf -v candidate %q "$candidate"
			found+=("$candidate")
		fi
	done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
	COMPREPLY=("${found[@]}")
}
complete -F _gazette gazette
