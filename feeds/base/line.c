#include "feeds/base/line.h"

#include <ctype.h>
#include <string.h>

char *
line_trim(char *str)
{
	size_t len;

	while (isspace((unsigned char)*str))
		str++;
	len = strlen(str);
	while (len > 0 && isspace((unsigned char)str[len - 1]))
		len--;
	str[len] = '\0';
	return str;
}

void
line_cut_comment(char *line)
{
	for (char *chr = strchr(line, '#'); chr != NULL; chr = strchr(chr + 1, '#'))
		if (chr == line || isspace((unsigned char)chr[-1])) {
			*chr = '\0';
			return;
		}
}
