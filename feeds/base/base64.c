#include "feeds/base/base64.h"

#include <stdint.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_encode(const void *ptr, size_t len, struct buf *out)
{
	const unsigned char *bytes = ptr;

	for (size_t i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		uint32_t bits = (uint32_t)bytes[i] << 16 | (n > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (n > 2 ? bytes[i + 2] : 0);
		const char quartet[4] = {
			digits[bits >> 18], digits[bits >> 12 & 63], n > 1 ? digits[bits >> 6 & 63] : '=', n > 2 ? digits[bits & 63] : '='
		};

		buf_put(out, quartet, sizeof quartet);
	}
}

static int
digit_of(char chr)
{
	if (chr >= 'A' && chr <= 'Z')
		return chr - 'A';
	if (chr >= 'a' && chr <= 'z')
		return chr - 'a' + 26;
	if (chr >= '0' && chr <= '9')
		return chr - '0' + 52;
	return chr == '+' || chr == '-' ? 62 : chr == '/' || chr == '_' ? 63 : -1;
}

static int
is_space(char chr)
{
	return chr == ' ' || (chr >= '\t' && chr <= '\r');
}

int
base64_decode(const char *str, size_t len, struct buf *out)
{
	uint32_t bits = 0;
	int n_bits = 0;

	for (size_t i = 0; i < len && str[i] != '='; i++) {
		int digit = digit_of(str[i]);

		if (is_space(str[i]))
			continue;
		if (digit < 0)
			return -1;
		bits = bits << 6 | (uint32_t)digit;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			buf_putc(out, (int)(bits >> n_bits & 0xff));
		}
	}
	return 0;
}
