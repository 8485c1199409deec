#include "contrib/gazette/browser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "contrib/gazette/term.h"

bool
browser_takes(const char *url)
{
	if (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0)
		return false;
	for (const unsigned char *pos = (const unsigned char *)url; *pos != '\0'; pos++)
		if (*pos <= ' ' || *pos == 0x7f)
			return false;
	return true;
}

int
browser_argv(char *command, const char *url, const char *argv[BROWSER_ARGS_MAX + 1])
{
	size_t count = 0;
	char *rest = NULL;
	bool placed = false;

	for (char *word = strtok_r(command, " \t", &rest); word != NULL; word = strtok_r(NULL, " \t", &rest)) {
		if (count + 1 >= BROWSER_ARGS_MAX)
			return -1;
		if (strcmp(word, "%s") == 0) {
			word = NULL;
			placed = true;
		}
		argv[count++] = word != NULL ? word : url;
	}
	if (count == 0 || (count == 1 && placed))
		return -1;
	if (!placed)
		argv[count++] = url;
	argv[count] = NULL;
	return 0;
}

int
browser_open(const char *url, char *why, size_t why_bytes)
{
	const char *command = getenv("BROWSER"), *argv[BROWSER_ARGS_MAX + 1];
	bool own = command != NULL && *command != '\0';
	char *words;
	int failed;

	if (!browser_takes(url)) {
		snprintf(why, why_bytes, "only http and https links are opened, not %s", url);
		return -1;
	}
	words = strdup(own ? command : "xdg-open");
	if (words == NULL)
		abort();
	if (browser_argv(words, url, argv) == -1) {
		snprintf(why, why_bytes, "BROWSER names no program, or too many arguments");
		free(words);
		return -1;
	}
	failed = term_run((char *const *)argv, own);
	if (failed != 0)
		snprintf(why, why_bytes, "%s: %s", argv[0], strerror(failed));
	free(words);
	return failed == 0 ? 0 : -1;
}
