/* Any bytes as a date: what is read and written comes back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/date.h"

int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[DATE_RFC3339_BYTES];
	int64_t when, back;

	if (date_parse((const char *)data, size, &when) != 0)
		return 0;
	date_format(when, text);
	if (date_parse(text, strlen(text), &back) != 0)
		abort();
	if (back != when && strncmp(text, "9999", 4) != 0 && strncmp(text, "0000", 4) != 0)
		abort();
	return 0;
}
