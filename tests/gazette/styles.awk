# Escape sequences for colours and attributes as words in braces, "{bold cyan}text{}", at each change and anew on each line.
BEGIN {
	split("black red green yellow blue magenta cyan white", names, " ")
	split("bold dim italic underline blink x reverse", words, " ")
}

function colour(code, at) {
	if (codes[at + 1] == 5)
		return codes[at + 2]
	return sprintf("#%02x%02x%02x", codes[at + 2], codes[at + 3], codes[at + 4])
}

# Takes one code; how many it was with what belongs to it.
function take(at,    code) {
	code = codes[at] + 0
	if (code == 0) {
		delete has
		fore = back = ""
	} else if (code < 8)
		has[code] = 1
	else if (code == 22)
		delete has[1]
	else if (code == 23 || code == 24 || code == 27)
		delete has[code - 20]
	else if (code == 38 || code == 48) {
		if (code == 38)
			fore = colour(code, at)
		else
			back = colour(code, at)
		return codes[at + 1] == 5 ? 3 : 5
	} else if (code >= 30 && code <= 39)
		fore = code == 39 ? "" : names[code - 29]
	else if (code >= 40 && code <= 49)
		back = code == 49 ? "" : names[code - 39]
	else if (code >= 90 && code <= 97)
		fore = "bright-" names[code - 89]
	else if (code >= 100 && code <= 107)
		back = "bright-" names[code - 99]
	if (code == 22)
		delete has[2]
	return 1
}

function state(    text, at) {
	text = ""
	for (at = 1; at <= 7; at++)
		if (at in has)
			text = text " " words[at]
	if (fore != "")
		text = text " " fore
	if (back != "")
		text = text " on " back
	return substr(text, 2)
}

{
	out = shown = ""
	rest = $0
	while (match(rest, /\033\[[0-9;:]*m/)) {
		text = substr(rest, 1, RSTART - 1)
		if (text != "" && state() != shown) {
			shown = state()
			out = out "{" shown "}"
		}
		out = out text
		count = split(substr(rest, RSTART + 2, RLENGTH - 3), codes, /[;:]/)
		if (count == 0)
			codes[count = 1] = 0
		for (at = 1; at <= count; at += take(at))
			;
		rest = substr(rest, RSTART + RLENGTH)
	}
	if (rest != "" && state() != shown)
		out = out "{" state() "}"
	print out rest
}
