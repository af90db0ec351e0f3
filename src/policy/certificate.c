/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/err.h"
#include "policy/encoding.h"

void certificates_done(struct certificates *certs)
{
	for (size_t i = 0; i < certs->n; i++)
		X509_free(certs->items[i]);
	*certs = (struct certificates){ 0 };
}

int certificate_bytes(str text, struct arena *arena, str *out, struct err *err)
{
	size_t bad;

	if (text.n > CERTIFICATE_MAX_BYTES)
		return err_set(err, ERR_INPUT, "x509: text of %zu bytes", text.n);
	*out = text;
	if (str_starts(str_trim(text), STR("-----BEGIN ")))
		return 0;
	if (!encoding_base64_read(text, false, true, arena, out, &bad))
		return err_set(err, ERR_INPUT, "illegal base64 data at input byte %zu", bad);
	return 0;
}

static int add(struct certificates *certs, struct arena *arena, size_t *cap, const char *der,
	       size_t n, struct err *err)
{
	const unsigned char *p = (const unsigned char *)der, *end = p + n;

	while (p < end) {
		X509 *cert = certs->n < CERTIFICATE_MAX_COUNT ? d2i_X509(NULL, &p, end - p) : NULL;

		ERR_clear_error();
		if (!cert)
			return err_set(err, ERR_INPUT, "x509: malformed certificate");
		certs->items =
			arena_grow(arena, certs->items, certs->n, cap, sizeof(*certs->items));
		certs->items[certs->n++] = cert;
	}
	return 0;
}

static int read_pem(str text, struct certificates *certs, struct arena *arena, struct err *err)
{
	BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
	size_t cap = 0;
	int rc = 0;

	while (bio && rc == 0) {
		char *type = NULL, *header = NULL;
		unsigned char *der = NULL;
		long n = 0;

		if (PEM_read_bio(bio, &type, &header, &der, &n) != 1)
			break;
		if (strcmp(type, "CERTIFICATE") == 0)
			rc = add(certs, arena, &cap, (const char *)der, (size_t)n, err);
		OPENSSL_free(type);
		OPENSSL_free(header);
		OPENSSL_free(der);
	}
	BIO_free(bio);
	ERR_clear_error();
	return rc;
}

int certificates_read(str text, struct arena *arena, struct certificates *out, struct err *err)
{
	AUTO(certificates_done)
	struct certificates certs = { 0 };
	str bytes = STR_EMPTY;
	size_t cap = 0;
	int rc;

	if (certificate_bytes(text, arena, &bytes, err) < 0)
		return -1;
	if (str_starts(str_trim(bytes), STR("-----BEGIN ")))
		rc = read_pem(bytes, &certs, arena, err);
	else
		rc = add(&certs, arena, &cap, bytes.p, bytes.n, err);
	if (rc == 0 && certs.n == 0)
		rc = err_set(err, ERR_INPUT, "x509: no certificate in the text");
	if (rc < 0)
		return -1;
	*out = certs;
	certs = (struct certificates){ 0 };
	return 0;
}

static bool allows(const EXTENDED_KEY_USAGE *list, int usage)
{
	for (int i = 0; i < sk_ASN1_OBJECT_num(list); i++) {
		int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(list, i));

		if (nid == usage || nid == NID_anyExtendedKeyUsage)
			return true;
	}
	return false;
}

/* Is there a usage that no certificate of the chain excludes? */
static bool usages_fit(STACK_OF(X509) * chain, const struct certificate_question *question)
{
	bool left[CERTIFICATE_MAX_USAGES] = { false };
	size_t n = question->usage_n;

	for (size_t k = 0; k < question->usage_n; k++) {
		if (question->usages[k] == NID_anyExtendedKeyUsage)
			return true;
		left[k] = true;
	}
	for (int i = 0; i < sk_X509_num(chain); i++) {
		EXTENDED_KEY_USAGE *list =
			X509_get_ext_d2i(sk_X509_value(chain, i), NID_ext_key_usage, NULL, NULL);

		for (size_t k = 0; list && k < question->usage_n; k++) {
			if (left[k] && !allows(list, question->usages[k])) {
				left[k] = false;
				n--;
			}
		}
		sk_ASN1_OBJECT_pop_free(list, ASN1_OBJECT_free);
	}
	return question->usage_n == 0 || n > 0;
}

static bool verify_chain(X509_STORE_CTX *ctx, const struct certificates *certs,
			 const struct certificate_question *question)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

	X509_VERIFY_PARAM_set_time(param, (time_t)question->now);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_depth(param, (int)certs->n);
	if (question->name && X509_VERIFY_PARAM_set1_host(param, question->name, 0) != 1)
		return false;
	return X509_verify_cert(ctx) == 1 && usages_fit(X509_STORE_CTX_get0_chain(ctx), question);
}

bool certificates_verify(const struct certificates *certs,
			 const struct certificate_question *question)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *between = sk_X509_new_null();
	bool ok = store && ctx && between && certs->n >= 2 &&
		  X509_STORE_add_cert(store, certs->items[0]) == 1;

	for (size_t i = 1; ok && i + 1 < certs->n; i++)
		ok = sk_X509_push(between, certs->items[i]) > 0;
	ok = ok && X509_STORE_CTX_init(ctx, store, certs->items[certs->n - 1], between) == 1 &&
	     verify_chain(ctx, certs, question);
	sk_X509_free(between);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	ERR_clear_error();
	return ok;
}
