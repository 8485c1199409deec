/*
 * Which encoding the bytes are read with, and what becomes of bytes that are not of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/feeds/feed-rows.h"

#define XML(encoding)	"<?xml version='1.0' encoding='" encoding "'?>"
#define DOC(title)	"<rss version='2.0'><channel><title>" title "</title></channel></rss>"

static const struct feed_row_bytes rows[] = {
	{ "nothing said", DOC("caf\xc3\xa9"), 0, NULL, NULL, { "\"title\":\"caf\xc3\xa9\"", "\"encoding\":\"utf-8\"", "!warnings" } },
	{ "said by XML", XML("iso-8859-1") DOC("caf\xe9 \x93"), 0, NULL, NULL, { "\"title\":\"caf\xc3\xa9 \xe2\x80\x9c\"", "windows-1252", "!warnings" } },
	{ "said in capitals and single quotes", XML("WINDOWS-1251") DOC("\xcf"), 0, NULL, NULL, { "\"title\":\"\xd0\x9f\"", "windows-1251", "!warnings" } },
	{ "said by HTTP", DOC("caf\xe9"), 0, NULL, "text/xml; charset=ISO-8859-1", { "caf\xc3\xa9", "windows-1252", "!warnings" } },
	{ "HTTP wins", XML("utf-8") DOC("\xcf"), 0, NULL, "text/xml; charset=\"windows-1251\"", { "\xd0\x9f", "encoding: HTTP says windows-1251, the XML declaration utf-8" } },
	{ "two names of one", XML("latin1") DOC("x"), 0, NULL, "text/xml; charset=us-ascii", { "!warnings" } },
	{ "a parameter that is no charset", DOC("x"), 0, NULL, "text/xml; charset:x; foo=bar", { "\"encoding\":\"utf-8\"", "!warnings" } },
	{ "plain text", DOC("x"), 0, NULL, "text/plain", { "encoding: text/plain without a charset" } },
	{ "a mark", "\xef\xbb\xbf" XML("utf-8") DOC("caf\xc3\xa9"), 0, NULL, NULL, { "caf\xc3\xa9", "\"encoding\":\"utf-8\"", "!warnings" } },
	{ "two marks", "\xef\xbb\xbf\xef\xbb\xbf" DOC("caf\xc3\xa9"), 0, NULL, NULL, { "caf\xc3\xa9", "encoding: more than one byte order mark" } },
	{ "a mark wins", "\xef\xbb\xbf" XML("koi8-r") DOC("caf\xc3\xa9"), 0, NULL, "text/xml; charset=big5",
	    { "caf\xc3\xa9", "the byte order mark says utf-8, the XML declaration koi8-r" } },
	{ "not UTF-8", DOC("caf\xe9 \x80"), 0, NULL, NULL, { "caf\xc3\xa9 \xe2\x82\xac", "windows-1252", "encoding: not valid UTF-8" } },
	{ "half UTF-8", DOC("caf\xe9 caf\xc3\xa9"), 0, NULL, NULL, { "caf\xc3\xa9 caf\xc3\xa9", "\"encoding\":\"utf-8\"", "encoding: not valid UTF-8" } },
	{ "an unfinished character", DOC("x") "<!-- \xe2\x82", 0, NULL, NULL, { "\"title\":\"x\"", "encoding: not valid UTF-8" } },
	{ "not UTF-8 despite a mark", "\xef\xbb\xbf" DOC("caf\xe9"), 0, NULL, NULL, { "caf\xc3\xa9", "encoding: not valid UTF-8" } },
	{ "not UTF-8, as HTTP says, but what XML says", XML("windows-1251") DOC("\xcf\xf0\xe8"), 0, NULL, "text/xml; charset=utf-8",
	    { "\"title\":\"\xd0\x9f\xd1\x80\xd0\xb8\"", "\"encoding\":\"windows-1251\"", "encoding: HTTP says utf-8, which the bytes are not" } },
	{ "not UTF-8, as the mark says, but what XML says", "\xef\xbb\xbf" XML("koi8-r") DOC("\xf0\xd2\xc9"), 0, NULL, NULL,
	    { "\xd0\x9f\xd1\x80\xd0\xb8\"", "\"encoding\":\"koi8-r\"", "encoding: byte order mark says utf-8, which the bytes are not", "!xml:" } },
	{ "UTF-8, as HTTP says, against XML", XML("windows-1251") DOC("\xd0\x9f"), 0, NULL, "text/xml; charset=utf-8",
	    { "\"title\":\"\xd0\x9f\"", "\"encoding\":\"utf-8\"", "encoding: HTTP says utf-8, the XML declaration windows-1251", "!bytes are not" } },
	{ "nothing that was said", XML("euc-jp") DOC("caf\xe9 \x80"), 0, NULL, "text/xml; charset=utf-8",
	    { "caf\xc3\xa9 \xe2\x82\xac", "\"encoding\":\"windows-1252\"", "HTTP says utf-8, which the bytes are not", "declaration says euc-jp, which the bytes are not" } },
	{ "said by XML without quotes", "<?xml version=1.0 encoding=windows-1251?>" DOC("\xcf"), 0, NULL, NULL, { "\"title\":\"\xd0\x9f\"", "\"encoding\":\"windows-1251\"" } },
	{ "a name that does not end", "<?xml version='1.0' encoding='koi8-r?>" DOC("\xc3\xa9"), 0, NULL, NULL, { "\xc3\xa9", "\"encoding\":\"utf-8\"" } },
	{ "nobody knows it", XML("x-nobody") DOC("caf\xc3\xa9"), 0, NULL, NULL, { "caf\xc3\xa9", "\"encoding\":\"utf-8\"", "encoding: x-nobody is unknown" } },
	{ "nobody knows what HTTP says", XML("koi8-r") DOC("\xcf"), 0, NULL, "text/xml; charset=nobody", { "\xd0\xbe", "\"encoding\":\"koi8-r\"", "encoding: nobody is unknown" } },
	{ "a name too long to be one", XML("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") DOC("caf\xc3\xa9"), 0, NULL, NULL, { "caf\xc3\xa9", "\"encoding\":\"utf-8\"" } },
	{ "evidently wrong", XML("big5") DOC("caf\xc3\xa9 \xe2\x9c\x93 na\xc3\xafve"), 0, NULL, NULL, { "caf\xc3\xa9 \xe2\x9c\x93", "XML declaration says big5-hkscs, which the bytes are not" } },
	{ "UTF-16 by mark", "\xff\xfe<\0r\0s\0s\0/\0>\0", 14, NULL, NULL, { "\"encoding\":\"utf-16le\"", "!warnings" } },
	{ "UTF-16BE by mark", "\xfe\xff\0<\0r\0s\0s\0/\0>", 14, NULL, NULL, { "\"encoding\":\"utf-16be\"", "!warnings" } },
	{ "UTF-16 without a mark", "<\0r\0s\0s\0/\0>\0", 12, NULL, NULL, { "\"encoding\":\"utf-16le\"" } },
	{ "UTF-16BE without a mark", "\0<\0r\0s\0s\0/\0>", 12, NULL, "text/xml; charset=utf-16", { "\"encoding\":\"utf-16be\"" } },
	{ "UTF-16 said of ASCII", XML("utf-16") DOC("caf\xc3\xa9"), 0, NULL, NULL, { "caf\xc3\xa9", "\"encoding\":\"utf-8\"", "says utf-16, which the bytes are not" } },
	{ "UTF-16 cut in a character", "\xff\xfe<\0r\0s\0s\0/\0>\0 ", 15, NULL, NULL, { "\"format\":\"rss\"" } },
	{ "UTF-32 by mark", "\xff\xfe\0\0<\0\0\0r\0\0\0s\0\0\0s\0\0\0/\0\0\0>\0\0\0", 28, NULL, NULL, { "\"encoding\":\"utf-32le\"" } },
	{ "UTF-32 without a mark", "<\0\0\0r\0\0\0s\0\0\0s\0\0\0/\0\0\0>\0\0\0", 24, NULL, NULL, { "\"encoding\":\"utf-32le\"" } },
	{ "UTF-32BE without a mark", "\0\0\0<\0\0\0r\0\0\0s\0\0\0s\0\0\0/\0\0\0>", 24, NULL, NULL, { "\"encoding\":\"utf-32be\"" } },
	{ "UTF-32BE by mark", "\0\0\xfe\xff\0\0\0<\0\0\0r\0\0\0s\0\0\0s\0\0\0/\0\0\0>", 28, NULL, NULL, { "\"encoding\":\"utf-32be\"" } },
	{ "Shift_JIS", XML("Shift_JIS") DOC("\x83j\x83\x85\x81[\x83X \x87\x40"), 0, NULL, NULL, { "\xe3\x83\x8b\xe3\x83\xa5", "\xe2\x91\xa0", "windows-31j", "!warnings" } },
	{ "EUC-JP", XML("euc-jp") DOC("\xa5\xcb"), 0, NULL, NULL, { "\xe3\x83\x8b", "euc-jp" } },
	{ "GB2312 is GB18030", XML("gb2312") DOC("\xc4\xe3\x81\x30\x84\x36"), 0, NULL, NULL, { "\xe4\xbd\xa0", "gb18030" } },
	{ "EUC-KR is CP949", XML("euc-kr") DOC("\xb0\xa1\x81\x41"), 0, NULL, NULL, { "\xea\xb0\x80", "cp949" } },
	{ "Big5", XML("Big5") DOC("\xa4\xa4"), 0, NULL, NULL, { "\xe4\xb8\xad", "big5" } },
	{ "one of GBK's other names", XML("csISO58GB231280") DOC("\xc4\xe3\xba\xc3"), 0, NULL, NULL, { "\xe4\xbd\xa0\xe5\xa5\xbd", "gb18030", "!warnings" } },
	{ "another one", XML("chinese") DOC("\xc4\xe3"), 0, NULL, NULL, { "\xe4\xbd\xa0", "gb18030" } },
	{ "Hebrew as it was typed", XML("logical") DOC("\xe0"), 0, NULL, NULL, { "\xd7\x90", "iso-8859-8" } },
	{ "UTF-8 by Python's name", DOC("\xc3\xa9"), 0, NULL, "text/xml; charset=utf-8-sig", { "\xc3\xa9", "\"encoding\":\"utf-8\"", "!warnings" } },
	{ "a part of a name is none", XML("iso") DOC("\xc3\xa9"), 0, NULL, NULL, { "\xc3\xa9", "iso is unknown" } },
	{ "a name with a blank is none", XML("iso-8859-1 latin1") DOC("\xc3\xa9"), 0, NULL, NULL, { "\xc3\xa9", "\"encoding\":\"utf-8\"" } },
	{ "iconv's orders are none", XML("shift_jis//IGNORE") DOC("\xc3\xa9"), 0, NULL, NULL, { "\xc3\xa9", "\"encoding\":\"utf-8\"" } },
	{ "nor are they for HTTP", DOC("\xc3\xa9"), 0, NULL, "text/xml; charset=koi8-r//TRANSLIT", { "\xc3\xa9", "\"encoding\":\"utf-8\"" } },
	{ "a name with a byte that is no letter", XML("s_hif\xeft_jis") DOC("\xc3\xa9"), 0, NULL, NULL, { "\xc3\xa9", "\"encoding\":\"utf-8\"" } },
	{ "an encoding without ASCII", XML("ibm037") DOC("caf\xc3\xa9"), 0, NULL, NULL, { "caf\xc3\xa9", "says ibm037, which the bytes are not" } },
	{ "KOI8-R", XML("koi8-r") DOC("\xf0"), 0, NULL, NULL, { "\xd0\x9f", "koi8-r" } },
	{ "ISO-8859-7", XML("iso-8859-7") DOC("\xe1"), 0, NULL, NULL, { "\xce\xb1", "iso-8859-7" } },
	{ "ISO-2022-JP", XML("iso-2022-jp") DOC("\x1b$B%K\x1b(B"), 0, NULL, NULL, { "\xe3\x83\x8b" } },
	{ "JSON with a mark", "\xef\xbb\xbf{\"items\":[],\"title\":\"caf\xc3\xa9\"}", 0, NULL, NULL, { "caf\xc3\xa9", "json-1.0" } },
	{ "JSON in UTF-16", "{\0\"\0i\0t\0e\0m\0s\0\"\0:\0[\0]\0}\0", 24, NULL, NULL, { "json-1.0", "utf-16le" } },
	{ "JSON in windows-1252", "{\"items\":[],\"title\":\"caf\xe9\"}", 0, NULL, NULL, { "caf\xc3\xa9", "windows-1252" } },
};

static void
test_rows(void **state)
{
	(void)state;
	FEED_ROWS_BYTES(rows);
}

/* One wrong character in many right ones does not make the encoding wrong. */
static void
test_one_error(void **state)
{
	static const char head[] = XML("euc-jp") "<rss version='2.0'><channel><title>", tail[] = "\xa5 </title></channel></rss>";
	char doc[512];
	size_t len = sizeof(head) - 1;
	struct feed_row_bytes row = { "one error", doc, 0, NULL, NULL, { "\xe3\x83\x8b\xef\xbf\xbd", "\"encoding\":\"euc-jp\"", "encoding: not valid euc-jp" } };

	(void)state;
	memcpy(doc, head, len);
	for (; len < 300; len += 2)
		memcpy(doc + len, "\xa5\xcb", 2);
	memcpy(doc + len, tail, sizeof(tail));
	feed_rows_check_bytes(&row, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows), cmocka_unit_test(test_one_error) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
