#include "contrib/gazette/browser.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "contrib/gazette/run.h"

enum { TYPE_BYTES = 256 };

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

static int
start(struct runs *runs, const struct run *run, char *why, size_t why_bytes)
{
	struct run_end end = { 0 };
	int failed = run_start(runs, run, &end);

	if (failed != 0)
		snprintf(why, why_bytes, "%s: %s: %s", run->name, run->argv[0], strerror(failed));
	else if (end.status != 0)
		snprintf(why, why_bytes, "%s: %s: exit status %d", run->name, run->argv[0], end.status);
	return failed == 0 && end.status == 0 ? 0 : -1;
}

int
browser_run(struct runs *runs, const char *name, const char *command, bool terminal, const char *url, const char *type, char *why,
    size_t why_bytes)
{
	const char *argv[RUN_ARGS_MAX + 1], *args[] = { url, NULL };
	char variable[TYPE_BYTES];
	const char *env[] = { type != NULL ? variable : NULL, NULL };
	struct run run = { .name = name, .argv = (char *const *)argv, .env = env, .terminal = terminal };
	char *words;
	int failed = -1;

	if (!browser_takes(url)) {
		snprintf(why, why_bytes, "only http and https links are opened, not %s", url);
		return -1;
	}
	snprintf(variable, sizeof(variable), "GAZETTE_TYPE=%s", type != NULL ? type : "");
	words = strdup(command);
	if (words == NULL)
		abort();
	if (run_split(words, args, argv) == -1)
		snprintf(why, why_bytes, "%s: the command names no program, or too many arguments", name);
	else
		failed = start(runs, &run, why, why_bytes);
	free(words);
	return failed;
}

bool
browser_is_players(const char *players)
{
	const char *part = players, *pattern, *command;

	for (;; part += strcspn(part, ";") + 1) {
		pattern = part + strspn(part, " \t");
		command = pattern + strcspn(pattern, " \t;");
		command += strspn(command, " \t");
		if (*pattern != ';' && *pattern != '\0' && (*command == ';' || *command == '\0'))
			return false;
		if (part[strcspn(part, ";")] == '\0')
			return true;
	}
}

/* Whether a list's part "PATTERN COMMAND" is for the type; *command is what follows the pattern then. */
static bool
is_for(char *part, const char *type, char **command)
{
	char *pattern = part + strspn(part, " \t"), *end = pattern + strcspn(pattern, " \t");

	if (*end == '\0')
		return false;
	*end = '\0';
	*command = end + 1;
	return fnmatch(pattern, type, FNM_CASEFOLD) == 0;
}

char *
browser_player(const char *players, const char *type)
{
	char *list = strdup(players), *rest = NULL, *command = NULL, *found = NULL;

	if (list == NULL)
		abort();
	for (char *part = strtok_r(list, ";", &rest); part != NULL && found == NULL; part = strtok_r(NULL, ";", &rest))
		if (is_for(part, type, &command))
			found = strdup(command);
	free(list);
	return found;
}
