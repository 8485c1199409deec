#include "contrib/gazette/moment.h"

#include <string.h>
#include <time.h>

#include "feeds/date.h"

bool
moment_read(const char *text, int64_t *time_s)
{
	return text != NULL && date_parse(text, strlen(text), time_s) == 0;
}

bool
moment_of(const json_t *object, const char *name, int64_t *time_s)
{
	return moment_read(json_string_value(json_object_get(object, name)), time_s);
}

int64_t
moment_now_ms(void)
{
	struct timespec	 now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
