/*
 * certify - certificates for tests, good and bad ones, made anew each time.
 *
 *	certify DIR
 *
 * Writes into DIR, in PEM: ca.pem and other-ca.pem, two authorities; NAME.pem, a key and its certificate, for the rows below;
 * all but "alone" are signed by ca.pem. They are valid for NAMES and for now, if the row says nothing else.
 */
#include <err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

enum { DAY_S = 86400, PATH_BYTES = 4096 };

#define NAMES "DNS:localhost,DNS:*.many.localhost,DNS:*.news.test,IP:127.0.0.1"

static const struct row { const char *name, *alt_names; long from_s, until_s; int self_signed; } rows[] = {
	{ "good", NAMES, -DAY_S, DAY_S, 0 },
	{ "expired", NAMES, -2 * DAY_S, -DAY_S, 0 },
	{ "future", NAMES, DAY_S, 2 * DAY_S, 0 },
	{ "name", "DNS:elsewhere.test", -DAY_S, DAY_S, 0 },
	{ "alone", NAMES, -DAY_S, DAY_S, 1 },
};

struct pair { X509 *cert; EVP_PKEY *key; };

static void
extend(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	if (extension == NULL || X509_add_ext(cert, extension, -1) != 1)
		errx(1, "an extension: %s", value);
	X509_EXTENSION_free(extension);
}

/* issuer NULL: signed by itself. */
static struct pair
make(const char *name, const struct pair *issuer, long from_s, long until_s)
{
	static long serial;
	struct pair pair = { X509_new(), EVP_EC_gen("P-256") };
	X509_NAME *subject = X509_get_subject_name(pair.cert);

	if (pair.key == NULL)
		errx(1, "a key");
	X509_set_version(pair.cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(pair.cert), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(pair.cert), from_s);
	X509_gmtime_adj(X509_getm_notAfter(pair.cert), until_s);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(pair.cert, issuer != NULL ? X509_get_subject_name(issuer->cert) : subject);
	X509_set_pubkey(pair.cert, pair.key);
	return pair;
}

static void
sign(struct pair *pair, const struct pair *issuer)
{
	if (X509_sign(pair->cert, issuer->key, EVP_sha256()) == 0)
		errx(1, "a signature");
}

static void
save(const char *dir, const char *name, const struct pair *pair, int with_key)
{
	char path[PATH_BYTES];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s.pem", dir, name);
	file = fopen(path, "w");
	if (file == NULL)
		err(1, "%s", path);
	if ((with_key && PEM_write_PrivateKey(file, pair->key, NULL, NULL, 0, NULL, NULL) != 1) ||
	    PEM_write_X509(file, pair->cert) != 1 || fclose(file) != 0)
		err(1, "%s", path);
}

static struct pair
authority(const char *dir, const char *name)
{
	struct pair pair = make(name, NULL, -DAY_S, DAY_S);

	extend(pair.cert, NID_basic_constraints, "critical,CA:TRUE");
	extend(pair.cert, NID_key_usage, "critical,keyCertSign");
	sign(&pair, &pair);
	save(dir, name, &pair, 0);
	return pair;
}

int
main(int argc, char **argv)
{
	struct pair ca, other;

	if (argc != 2)
		errx(2, "usage: certify DIR");
	ca = authority(argv[1], "ca");
	other = authority(argv[1], "other-ca");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		struct pair pair = make(row->name, row->self_signed ? NULL : &ca, row->from_s, row->until_s);

		extend(pair.cert, NID_subject_alt_name, row->alt_names);
		sign(&pair, row->self_signed ? &pair : &ca);
		save(argv[1], row->name, &pair, 1);
		X509_free(pair.cert);
		EVP_PKEY_free(pair.key);
	}
	X509_free(ca.cert);
	EVP_PKEY_free(ca.key);
	X509_free(other.cert);
	EVP_PKEY_free(other.key);
	return 0;
}
