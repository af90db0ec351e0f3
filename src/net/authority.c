/* SPDX-License-Identifier: Apache-2.0 */
#include "net/authority.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/num.h"

#define SERIAL_BYTES 16
#define CHAIN_MAX    32u

AUTO_PTR(ASN1_TIME_free, ASN1_TIME);
AUTO_PTR(BIO_free, BIO);
AUTO_PTR(BN_free, BIGNUM);
AUTO_PTR(EVP_PKEY_free, EVP_PKEY);
AUTO_PTR(X509_free, X509);
AUTO_PTR(X509_EXTENSION_free, X509_EXTENSION);

static int failed(struct err *err, const char *what)
{
	unsigned long code = ERR_get_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	ERR_clear_error();
	return err_set(err, ERR_SYS, "%s: %s", what, reason ? reason : "failed");
}

static int no_passphrase(char *to, int size, int writing, void *context)
{
	(void)to, (void)size, (void)writing, (void)context;
	return 0;
}

static BIO *bio_of(str pem)
{
	return BIO_new_mem_buf(pem.p ? pem.p : "", (int)size_min(pem.n, TLS_IDENTITY_MAX_PEM));
}

static X509 *first_certificate(str pem)
{
	AUTO(BIO_free)
	BIO *bio = bio_of(pem);
	X509 *cert = bio ? PEM_read_bio_X509(bio, NULL, no_passphrase, NULL) : NULL;

	ERR_clear_error();
	return cert;
}

static str text_of(BIO *bio, struct arena *arena)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);

	return str_dup(arena, str_of(p, n > 0 ? (size_t)n : 0));
}

static int certificate_text(X509 *cert, struct arena *arena, str *out, struct err *err)
{
	AUTO(BIO_free)
	BIO *bio = BIO_new(BIO_s_mem());

	if (!bio || PEM_write_bio_X509(bio, cert) != 1)
		return failed(err, "writing a certificate");
	*out = text_of(bio, arena);
	return 0;
}

static int key_text(EVP_PKEY *key, struct arena *arena, str *out, struct err *err)
{
	AUTO(BIO_free)
	BIO *bio = BIO_new(BIO_s_secmem());

	if (!bio || PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
		return failed(err, "writing a private key");
	*out = text_of(bio, arena);
	return 0;
}

/* ---- making certificates ------------------------------------------------------------------- */

static int set_serial(X509 *cert, struct err *err)
{
	unsigned char bytes[SERIAL_BYTES];
	AUTO(BN_free)
	BIGNUM *number = NULL;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return failed(err, "random numbers");
	bytes[0] &= 0x7f; /* positive, and of full length */
	bytes[0] |= 0x40;
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	if (!number || !BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)))
		return failed(err, "serial number");
	return 0;
}

static int add_extension(X509 *cert, X509 *issuer, int nid, const char *value, struct err *err)
{
	X509V3_CTX context;
	AUTO(X509_EXTENSION_free)
	X509_EXTENSION *extension = NULL;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	if (!extension || X509_add_ext(cert, extension, -1) != 1)
		return failed(err, "certificate extension");
	return 0;
}

/* A certificate without extensions and signature. */
static X509 *begin(str name, EVP_PKEY *key, X509 *issuer, int64_t now, int64_t life,
		   struct err *err)
{
	AUTO(X509_free)
	X509 *cert = X509_new();
	X509_NAME *subject = cert ? X509_get_subject_name(cert) : NULL;

	if (!cert || set_serial(cert, err) < 0)
		return NULL;
	if (X509_set_version(cert, X509_VERSION_3) != 1 ||
	    !ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)(now - AUTHORITY_BACKDATE)) ||
	    !ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)(now + life)) ||
	    X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
				       (const unsigned char *)name.p, (int)size_min(name.n, 64), -1,
				       0) != 1 ||
	    X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer) : subject) != 1 ||
	    X509_set_pubkey(cert, key) != 1) {
		(void)failed(err, "making a certificate");
		return NULL;
	}
	return TAKE(cert);
}

int authority_new(str name, int64_t now, int64_t life, struct arena *arena, struct authority *out,
		  struct err *err)
{
	AUTO(EVP_PKEY_free)
	EVP_PKEY *key = EVP_EC_gen("P-256");
	AUTO(X509_free)
	X509 *cert = NULL;
	struct authority ca;

	if (!key)
		return failed(err, "making a key");
	cert = begin(name, key, NULL, now, life, err);
	if (!cert)
		return -1;
	if (add_extension(cert, cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0", err) <
		    0 ||
	    add_extension(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign", err) < 0 ||
	    add_extension(cert, cert, NID_subject_key_identifier, "hash", err) < 0)
		return -1;
	if (X509_sign(cert, key, EVP_sha256()) == 0)
		return failed(err, "signing a certificate");
	if (certificate_text(cert, arena, &ca.certificate, err) < 0 ||
	    key_text(key, arena, &ca.key, err) < 0)
		return -1;
	*out = ca;
	return 0;
}

/* The names go into an extension's text: nothing in them may end one. */
static int names_text(const str *names, size_t n, struct buf *out, struct err *err)
{
	if (n == 0 || n > AUTHORITY_MAX_NAMES)
		return err_set(err, ERR_USAGE, "a certificate has 1 to %u names",
			       AUTHORITY_MAX_NAMES);
	for (size_t i = 0; i < n; i++) {
		bool address = str_find_char(names[i], ':') >= 0;

		for (size_t k = 0; k < names[i].n; k++) {
			char c = names[i].p[k];

			if (!is_alnum(c) && c != '.' && c != '-' && c != '*' && c != ':')
				return err_set(err, ERR_USAGE, "%.*s is no name of a server",
					       STR_ARG(str_take(names[i], 100)));
		}
		if (!address) {
			char text[64];
			struct in_addr in;

			(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(str_take(names[i], 63)));
			address = inet_pton(AF_INET, text, &in) == 1;
		}
		buf_fmt(out, "%s%s:%.*s", i ? "," : "", address ? "IP" : "DNS", STR_ARG(names[i]));
	}
	return 0;
}

static int add_server_extensions(X509 *cert, X509 *issuer, const char *names, struct err *err)
{
	if (add_extension(cert, issuer, NID_basic_constraints, "critical,CA:FALSE", err) < 0 ||
	    add_extension(cert, issuer, NID_key_usage, "critical,digitalSignature", err) < 0 ||
	    add_extension(cert, issuer, NID_ext_key_usage, "serverAuth", err) < 0 ||
	    add_extension(cert, issuer, NID_subject_key_identifier, "hash", err) < 0 ||
	    add_extension(cert, issuer, NID_authority_key_identifier, "keyid:always", err) < 0)
		return -1;
	return add_extension(cert, issuer, NID_subject_alt_name, names, err);
}

int authority_issue(const struct authority *ca, const str *names, size_t n, int64_t now,
		    int64_t life, struct arena *arena, struct tls_pem *out, struct err *err)
{
	AUTO(BIO_free)
	BIO *bio = bio_of(ca->key);
	AUTO(EVP_PKEY_free)
	EVP_PKEY *signer = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
	AUTO(X509_free)
	X509 *issuer = first_certificate(ca->certificate);
	AUTO(EVP_PKEY_free)
	EVP_PKEY *key = EVP_EC_gen("P-256");
	AUTO(X509_free)
	X509 *cert = NULL;
	AUTO(buf_done)
	struct buf list = { 0 };
	struct tls_pem pem = { 0 };

	if (!signer || !issuer || X509_check_private_key(issuer, signer) != 1)
		return failed(err, "authority");
	if (!key)
		return failed(err, "making a key");
	buf_init(&list, 16u << 10);
	if (names_text(names, n, &list, err) < 0)
		return -1;
	cert = begin(names[0], key, issuer, now, life, err);
	if (!cert || add_server_extensions(cert, issuer, list.p, err) < 0)
		return -1;
	if (X509_sign(cert, signer, EVP_sha256()) == 0)
		return failed(err, "signing a certificate");
	if (certificate_text(cert, arena, &pem.certificates, err) < 0 ||
	    key_text(key, arena, &pem.key, err) < 0)
		return -1;
	*out = pem;
	return 0;
}

/* ---- looking at them ----------------------------------------------------------------------- */

static bool seconds(const ASN1_TIME *t, int64_t *out)
{
	AUTO(ASN1_TIME_free)
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days, rest;

	if (!epoch || !ASN1_TIME_diff(&days, &rest, epoch, t))
		return false;
	*out = (int64_t)days * 86400 + rest;
	return true;
}

int authority_times(str pem, int64_t *from, int64_t *until, struct err *err)
{
	AUTO(X509_free)
	X509 *cert = first_certificate(pem);

	if (!cert || !seconds(X509_get0_notBefore(cert), from) ||
	    !seconds(X509_get0_notAfter(cert), until))
		return err_set(err, ERR_INPUT, "no certificate");
	return 0;
}

static bool has_name(X509 *cert, str name)
{
	char text[256];

	if (name.n == 0 || name.n >= sizeof(text))
		return false;
	memcpy(text, name.p, name.n);
	text[name.n] = '\0';
	return X509_check_ip_asc(cert, text, 0) == 1 ||
	       X509_check_host(cert, text, name.n, 0, NULL) == 1;
}

bool authority_covers(str authorities, str server, const str *names, size_t n)
{
	AUTO(X509_free)
	X509 *cert = first_certificate(server);
	AUTO(BIO_free)
	BIO *bio = bio_of(authorities);
	bool known = false;

	for (size_t i = 0; cert && bio && i < CHAIN_MAX && !known; i++) {
		AUTO(X509_free)
		X509 *ca = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
		EVP_PKEY *key = ca ? X509_get0_pubkey(ca) : NULL;

		if (!ca)
			break;
		known = key && X509_verify(cert, key) == 1;
	}
	for (size_t i = 0; known && i < n; i++)
		known = has_name(cert, names[i]);
	ERR_clear_error();
	return known;
}
