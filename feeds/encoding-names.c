#include "feeds/encoding-names.h"

#include <stdio.h>
#include <string.h>

/* A superset takes the place of what is declared: windows-1252 that of ISO 8859-1, gb18030 that of GB 2312. */
static const struct { const char *name, *aliases; } names[] = {
	{ "windows-1252", " iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 iso-ir-100 csisolatin1 latin1 latin-1 latin l1 8859 cp1252"
	    " x-cp1252 us-ascii ascii iso646-us ansi_x3.4-1968 ansi_x3.4-1986 iso_646.irv:1991 iso-ir-6 csascii 646 ibm367 cp367 cp819 ibm819 " },
	{ "windows-1254", " iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 iso-ir-148 csisolatin5 latin5 l5 cp1254 x-cp1254 " },
	{ "gb18030", " gb2312 gb_2312 gb2312-80 gb_2312-80 gb2312-1980 csgb2312 csiso58gb231280 iso-ir-58 chinese gbk x-gbk euc-cn euccn"
	    " eucgb2312-cn cp936 ms936 windows-936 936 gb18030-2000 " },
	{ "windows-31j", " shift_jis shift-jis shiftjis sjis s_jis s-jis x-sjis csshiftjis cswindows31j ms_kanji ms-kanji mskanji cp932 ms932"
	    " windows-932 932 " },
	{ "cp949", " euc-kr euc_kr euckr cseuckr korean iso-ir-149 ks_c_5601-1987 ks_c_5601-1989 ks_c-5601-1987 ks_c-5601 csksc56011987 ksc5601"
	    " ksc_5601 ksx1001 ks_x-1001 windows-949 ms949 uhc 949 " },
	{ "big5-hkscs", " big5 big5-tw big5hkscs hkscs cn-big5 csbig5 x-x-big5 " },
	{ "windows-874", " tis-620 tis620 iso-8859-11 iso8859-11 iso885911 iso8859_11 dos-874 cp874 " },
	{ "iso-8859-6", " csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i " },
	{ "iso-8859-8", " csiso88598e csiso88598i iso-8859-8-e iso-8859-8-i visual logical " },
	{ "koi8-r", " koi koi8 cskoi8r koi8_r " },
	{ "x-mac-cyrillic", " x-mac-ukrainian " },
	{ "hz-gb-2312", " hz hzgb hz-gb " },
	{ "utf-8", " utf8 utf_8 u8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf-8-sig utf_8_sig " },
	{ "utf-16", " utf16 utf_16 u16 ucs-2 unicode csunicode iso-10646-ucs-2 " },
	{ "utf-16le", " utf_16_le unicodefeff " },
	{ "utf-16be", " utf_16_be unicodefffe " },
	{ "utf-32", " utf32 utf_32 u32 ucs-4 " },
};

/* Whether the word is in the list, between blanks. */
static int
listed(const char *list, const char *word, size_t len)
{
	const char *at;

	for (at = list; (at = strstr(at, word)) != NULL; at++)
		if (at[-1] == ' ' && at[len] == ' ')
			return 1;
	return 0;
}

/* What is in a name (XML 1.0 section 4.3.3, and what registered ones hold besides); iconv makes orders of other characters. */
static int
is_name(const char *ptr, size_t len)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+()";

	for (size_t i = 0; i < len; i++)
		if (memchr(chars, ptr[i], sizeof(chars) - 1) == NULL)
			return 0;
	return 1;
}

void
encoding_names_canonical(const char *name, size_t len, char out[ENCODING_NAME_BYTES])
{
	size_t i;

	out[0] = '\0';
	if (len == 0 || len >= ENCODING_NAME_BYTES || !is_name(name, len))
		return;
	for (i = 0; i < len; i++)
		out[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
	out[len] = '\0';
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (listed(names[i].aliases, out, len)) {
			snprintf(out, ENCODING_NAME_BYTES, "%s", names[i].name);
			return;
		}
}
