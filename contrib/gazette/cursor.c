#include "contrib/gazette/cursor.h"

#include <ctype.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "contrib/gazette/moment.h"

enum { ANSWER_BYTES = 4096 };

static const char question[] = "\033[6n";

/* A number of at least one digit; *at is behind it then. */
static bool
take_number(const char *ptr, size_t len, size_t *at, int *number)
{
	size_t from = *at;

	*number = 0;
	while (*at < len && isdigit((unsigned char)ptr[*at]) && *number <= CURSOR_PLACE_MAX)
		*number = 10 * *number + (ptr[(*at)++] - '0');
	return *at != from && *number >= 1 && *number <= CURSOR_PLACE_MAX;
}

static bool
take(const char *ptr, size_t len, size_t *at, char chr)
{
	return *at < len && ptr[(*at)++] == chr;
}

bool
cursor_find(const char *ptr, size_t len, int *row, int *col)
{
	for (size_t from = 0; from < len; from++) {
		size_t at = from;
		int line, column;

		if (!take(ptr, len, &at, '\033') || !take(ptr, len, &at, '[') || !take_number(ptr, len, &at, &line) ||
		    !take(ptr, len, &at, ';') || !take_number(ptr, len, &at, &column) || !take(ptr, len, &at, 'R'))
			continue;
		*row = line - 1;
		*col = column - 1;
		return true;
	}
	return false;
}

static int
read_answer(int in, int *row, int *col)
{
	char answer[ANSWER_BYTES];
	size_t len = 0;
	int64_t until_ms = moment_now_ms() + CURSOR_WAIT_MS, left_ms;

	for (left_ms = CURSOR_WAIT_MS; left_ms > 0 && len < sizeof(answer); left_ms = until_ms - moment_now_ms()) {
		struct pollfd ready = { .fd = in, .events = POLLIN };
		ssize_t got;

		if (poll(&ready, 1, (int)left_ms) <= 0)
			continue;
		got = read(in, answer + len, sizeof(answer) - len);
		if (got <= 0)
			return -1;
		len += (size_t)got;
		if (cursor_find(answer, len, row, col))
			return 0;
	}
	return -1;
}

int
cursor_ask(int in, int out, int *row, int *col)
{
	struct termios before, quiet;
	int result = -1;

	if (tcgetattr(in, &before) == -1)
		return -1;
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	if (tcsetattr(in, TCSANOW, &quiet) == -1)
		return -1;
	if (write(out, question, sizeof(question) - 1) == (ssize_t)(sizeof(question) - 1))
		result = read_answer(in, row, col);
	tcsetattr(in, TCSANOW, &before);
	return result;
}
