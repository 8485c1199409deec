#include "feeds/base/utf8.h"

#include <string.h>

enum { REPLACEMENT = 0xfffd };

/* The first byte, in memory's order, whose top bit mask has. */
static size_t
first_high(uint64_t mask)
{
	return (size_t)(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_ctzll(mask) : __builtin_clzll(mask)) / 8;
}

/* How many bytes from ptr on are ASCII; eight at a time while they last. */
static size_t
ascii_span(const char *ptr, size_t len)
{
	size_t pos = 0;
	uint64_t word;

	for (; len - pos >= sizeof(word); pos += sizeof(word)) {
		memcpy(&word, ptr + pos, sizeof(word));
		word &= UINT64_C(0x8080808080808080);
		if (word != 0)
			return pos + first_high(word);
	}
	while (pos < len && (unsigned char)ptr[pos] < 0x80)
		pos++;
	return pos;
}

static bool
is_tail(const char *ptr)
{
	return ((unsigned char)*ptr & 0xc0) == 0x80;
}

/* The bytes of the valid sequence at ptr, 0 if there is none (RFC 3629 section 4). */
static size_t
sequence(const char *ptr, size_t len, uint32_t *code_point)
{
	unsigned char lead = (unsigned char)ptr[0];
	uint32_t code;

	if (lead < 0x80) {
		*code_point = lead;
		return 1;
	}
	if (lead < 0xc2 || lead > 0xf4 || len < 2 || !is_tail(ptr + 1))
		return 0;
	code = (unsigned char)ptr[1] & 0x3f;
	if (lead < 0xe0) {
		*code_point = (uint32_t)(lead & 0x1f) << 6 | code;
		return 2;
	}
	if (len < 3 || !is_tail(ptr + 2))
		return 0;
	code = code << 6 | ((unsigned char)ptr[2] & 0x3f);
	if (lead < 0xf0) {
		code |= (uint32_t)(lead & 0x0f) << 12;
		*code_point = code;
		return code >= 0x800 && (code < 0xd800 || code > 0xdfff) ? 3 : 0;
	}
	if (len < 4 || !is_tail(ptr + 3))
		return 0;
	code = (uint32_t)(lead & 0x07) << 18 | code << 6 | ((unsigned char)ptr[3] & 0x3f);
	*code_point = code;
	return code >= 0x10000 && code <= 0x10ffff ? 4 : 0;
}

size_t
utf8_prefix(const char *ptr, size_t len)
{
	size_t pos = 0, step;
	uint32_t code;

	while (pos < len) {
		if ((unsigned char)ptr[pos] < 0x80) {
			pos += ascii_span(ptr + pos, len - pos);
			continue;
		}
		/* two bytes are what most accents are */
		if (len - pos >= 2 && (unsigned char)(ptr[pos] - 0xc2) < 0xe0 - 0xc2 && is_tail(ptr + pos + 1)) {
			pos += 2;
			continue;
		}
		step = sequence(ptr + pos, len - pos, &code);
		if (step == 0)
			break;
		pos += step;
	}
	return pos;
}

bool
utf8_valid(const char *ptr, size_t len)
{
	return utf8_prefix(ptr, len) == len;
}

size_t
utf8_decode(const char *ptr, size_t len, uint32_t *code_point)
{
	size_t step = sequence(ptr, len, code_point);

	if (step != 0)
		return step;
	*code_point = REPLACEMENT;
	return 1;
}
