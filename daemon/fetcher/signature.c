#include "daemon/fetcher/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct signature {
	EVP_MD_CTX	*context;
	EVP_PKEY	*key;
	unsigned char	 digest[EVP_MAX_MD_SIZE];	/* as claimed */
	size_t		 digest_bytes;
};

/* WebSub section 7.1. */
static const struct { const char *name; const EVP_MD *(*method)(void); } methods[] = {
	{ "sha1", EVP_sha1 }, { "sha256", EVP_sha256 }, { "sha384", EVP_sha384 }, { "sha512", EVP_sha512 },
};

static const EVP_MD *
method_of(const char *field, size_t len)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strlen(methods[i].name) == len && strncasecmp(field, methods[i].name, len) == 0)
			return methods[i].method();
	return NULL;
}

static int
hex_digit(char chr)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = chr != '\0' ? strchr(digits, chr | 0x20) : NULL;

	return found != NULL ? (int)(found - digits) : -1;
}

static bool
read_hex(const char *hex, unsigned char *out, size_t size)
{
	if (strlen(hex) != 2 * size)
		return false;
	for (size_t i = 0; i < size; i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high * 16 + low);
	}
	return true;
}

struct signature *
signature_new(const char *field, struct span secret)
{
	const char *equals = field != NULL ? strchr(field, '=') : NULL;
	const EVP_MD *method = equals != NULL ? method_of(field, (size_t)(equals - field)) : NULL;
	struct signature *signature;

	if (method == NULL)
		return NULL;
	signature = calloc(1, sizeof(*signature));
	if (signature == NULL)
		abort();
	signature->digest_bytes = (size_t)EVP_MD_size(method);
	signature->context = EVP_MD_CTX_new();
	signature->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, (const unsigned char *)secret.ptr, secret.len);
	if (signature->context == NULL || signature->key == NULL ||
	    EVP_DigestSignInit(signature->context, NULL, method, NULL, signature->key) != 1)
		abort();
	if (read_hex(equals + 1, signature->digest, signature->digest_bytes))
		return signature;
	signature_free(signature);
	return NULL;
}

void
signature_free(struct signature *signature)
{
	if (signature == NULL)
		return;
	EVP_MD_CTX_free(signature->context);
	EVP_PKEY_free(signature->key);
	free(signature);
}

void
signature_add(struct signature *signature, const char *ptr, size_t len)
{
	if (signature != NULL && EVP_DigestSignUpdate(signature->context, ptr, len) != 1)
		abort();
}

bool
signature_matches(struct signature *signature)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	size_t len = sizeof(digest);

	if (signature == NULL)
		return false;
	if (EVP_DigestSignFinal(signature->context, digest, &len) != 1)
		abort();
	return len == signature->digest_bytes && CRYPTO_memcmp(digest, signature->digest, len) == 0;
}

void
signature_prepare(void)
{
	struct signature *signature = signature_new("sha1=0000000000000000000000000000000000000000", SPAN("k"));

	signature_add(signature, "", 0);
	signature_matches(signature);
	signature_free(signature);
}
