/* Who has signed as agreed, and who has not: the vectors of RFC 2202 and RFC 4231 among others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/fetcher/signature.h"

#define JEFE_SHA1	"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
#define JEFE_SHA256	"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
#define JEFE_SHA384	"af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"
#define JEFE_SHA512	"164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
#define WHAT		"what do ya want for nothing?"

static const struct { const char *field, *secret, *body; bool signed_so; } rows[] = {
	{ "sha1=" JEFE_SHA1, "Jefe", WHAT, true }, { "sha256=" JEFE_SHA256, "Jefe", WHAT, true },
	{ "sha384=" JEFE_SHA384, "Jefe", WHAT, true }, { "sha512=" JEFE_SHA512, "Jefe", WHAT, true },
	{ "SHA256=5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843", "Jefe", WHAT, true },
	{ "sha1=" JEFE_SHA1, "Jefe", WHAT " ", false }, { "sha1=" JEFE_SHA1, "Jefe", "", false },
	{ "sha1=" JEFE_SHA1, "jefe", WHAT, false }, { "sha256=" JEFE_SHA1, "Jefe", WHAT, false },
	{ "sha1=" JEFE_SHA256, "Jefe", WHAT, false }, { "sha1=" JEFE_SHA1 "00", "Jefe", WHAT, false },
	{ "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c7", "Jefe", WHAT, false },
	{ "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c78", "Jefe", WHAT, false },
	{ "sha1=xffcdf6ae5eb2fa2d27416d5f184df9c259a7c79", "Jefe", WHAT, false },
	{ "sha1= " JEFE_SHA1, "Jefe", WHAT, false }, { " sha1=" JEFE_SHA1, "Jefe", WHAT, false }, { JEFE_SHA1, "Jefe", WHAT, false },
	{ "sha=" JEFE_SHA1, "Jefe", WHAT, false }, { "sha11=" JEFE_SHA1, "Jefe", WHAT, false }, { "=" JEFE_SHA1, "Jefe", WHAT, false },
	{ "md5=750c783e6ab0b503eaa86e310a5db738", "Jefe", WHAT, false }, { "sha1=", "Jefe", WHAT, false }, { "sha1", "Jefe", WHAT, false },
	{ "", "Jefe", WHAT, false }, { NULL, "Jefe", WHAT, false },
};

/* step: bytes at a time. */
static bool
is_signed(const char *field, const char *secret, const char *body, size_t step)
{
	struct signature *signature = signature_new(field, SPAN(secret));
	size_t len = strlen(body);
	bool matches;

	for (size_t at = 0; at < len; at += step)
		signature_add(signature, body + at, len - at < step ? len - at : step);
	matches = signature_matches(signature);
	signature_free(signature);
	return matches;
}

static void
test_rows(void **state)
{
	(void)state;
	signature_prepare();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t step = 1; step <= 64; step *= 8)
			if (is_signed(rows[i].field, rows[i].secret, rows[i].body, step) != rows[i].signed_so)
				fail_msg("row %zu, %zu bytes at a time", i, step);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };

	return cmocka_run_group_tests_name("signature", tests, NULL, NULL);
}
