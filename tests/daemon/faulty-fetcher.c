/*
 * The real fetcher with a parser that a document can bring to fall: linked with all of gazetted-fetcher, it stands between fetch.c and
 * feed_parser_push(). A document that holds "fault: WORD" makes it
 *
 *	crash	end by SIGSEGV
 *	exit	exit with status 3, as a library might
 *	grow	take memory until there is none
 *	sleep	neither answer nor read any more
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "feeds/parser.h"

enum { PIECE_BYTES = 64 << 20 };

int	__real_feed_parser_push(struct feed_parser *, const char *ptr, size_t len);
int	__wrap_feed_parser_push(struct feed_parser *, const char *ptr, size_t len);

static void
fault_crash(void)
{
	signal(SIGSEGV, SIG_DFL);	/* not what a sanitizer makes of it */
	raise(SIGSEGV);
}

static void
fault_exit(void)
{
	_exit(3);
}

static void
fault_grow(void)
{
	static void *last;

	do
		last = malloc(PIECE_BYTES);
	while (last != NULL);
	abort();
}

static void
fault_sleep(void)
{
	for (;;)
		sleep(1);
}

static const struct { const char *text; void (*act)(void); } faults[] = {
	{ "fault: crash", fault_crash }, { "fault: exit", fault_exit }, { "fault: grow", fault_grow }, { "fault: sleep", fault_sleep },
};

int
__wrap_feed_parser_push(struct feed_parser *parser, const char *ptr, size_t len)
{
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
		if (memmem(ptr, len, faults[i].text, strlen(faults[i].text)) != NULL)
			faults[i].act();
	return __real_feed_parser_push(parser, ptr, len);
}
