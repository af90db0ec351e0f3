/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/err.h"
#include "policy/builtin.h"
#include "policy/certificate.h"
#include "policy/encoding.h"
#include "policy/key.h"

#define NANOSECONDS INT64_C(1000000000)

/* A certificate costs as much as this many expressions, checking a signature included. */
#define CERTIFICATE_STEPS 200u

static struct value certificate_list(struct builtin_call *call, const struct certificates *certs,
				     bool leaf_first)
{
	struct value_builder items;

	value_builder_init(&items, call->arena);
	for (size_t i = 0; i < certs->n; i++)
		value_builder_add(&items,
				  certificate_value(certs->items[leaf_first ? certs->n - 1 - i : i],
						    call->arena));
	return value_builder_array(&items);
}

static int read_certificates(struct builtin_call *call, const struct value *v,
			     struct certificates *out)
{
	if (!builtin_charge_bytes(call, (uint64_t)v->n * 4))
		return BUILTIN_HALT;
	if (certificates_read(value_text(v), call->arena, out, call->err) < 0)
		return BUILTIN_ERROR;
	return builtin_charge(call, CERTIFICATE_STEPS * out->n) ? BUILTIN_OK : BUILTIN_HALT;
}

static int parse_certificates(struct builtin_call *call, const struct value *args,
			      struct value *out)
{
	AUTO(certificates_done)
	struct certificates certs = { 0 };
	int rc = read_certificates(call, &args[0], &certs);

	if (rc == BUILTIN_OK)
		*out = certificate_list(call, &certs, false);
	return rc;
}

static int verify(struct builtin_call *call, const struct value *text,
		  const struct certificate_question *question, struct value *out)
{
	AUTO(certificates_done)
	struct certificates certs = { 0 };
	struct value_builder pair;
	int rc = read_certificates(call, text, &certs);
	bool ok = rc == BUILTIN_OK && certificates_verify(&certs, question);

	if (rc == BUILTIN_HALT)
		return rc;
	value_builder_init(&pair, call->arena);
	value_builder_add(&pair, value_bool(ok));
	value_builder_add(&pair, ok ? certificate_list(call, &certs, true)
				    : (struct value){ .type = VALUE_ARRAY });
	*out = value_builder_array(&pair);
	return BUILTIN_OK;
}

static int parse_and_verify(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct certificate_question question = { .now = call->now_ns / NANOSECONDS,
						 .usages = { NID_server_auth },
						 .usage_n = 1 };

	return verify(call, &args[0], &question, out);
}

static int usage_named(str name)
{
	static const struct {
		const char *name;
		int nid;
	} usages[] = {
		{ "KeyUsageAny", NID_anyExtendedKeyUsage },
		{ "KeyUsageServerAuth", NID_server_auth },
		{ "KeyUsageClientAuth", NID_client_auth },
		{ "KeyUsageCodeSigning", NID_code_sign },
		{ "KeyUsageEmailProtection", NID_email_protect },
		{ "KeyUsageIPSECEndSystem", NID_ipsecEndSystem },
		{ "KeyUsageIPSECTunnel", NID_ipsecTunnel },
		{ "KeyUsageIPSECUser", NID_ipsecUser },
		{ "KeyUsageTimeStamping", NID_time_stamp },
		{ "KeyUsageOCSPSigning", NID_OCSP_sign },
		{ "KeyUsageMicrosoftServerGatedCrypto", NID_ms_sgc },
		{ "KeyUsageNetscapeServerGatedCrypto", NID_ns_sgc },
		{ "KeyUsageMicrosoftCommercialCodeSigning", NID_ms_code_com },
	};

	for (size_t i = 0; i < ARRAY_LEN(usages); i++) {
		if (str_eq(name, str_c(usages[i].name)))
			return usages[i].nid;
	}
	return NID_undef;
}

/* Nothing said: what a server needs. */
static int read_usages(struct builtin_call *call, const struct value *usages,
		       struct certificate_question *question)
{
	question->usages[0] = NID_server_auth;
	question->usage_n = 1;
	if (!usages)
		return BUILTIN_OK;
	if (usages->type != VALUE_ARRAY && usages->type != VALUE_SET)
		return builtin_fail(call, "'KeyUsages' should be an Array of strings");
	if (usages->n > CERTIFICATE_MAX_USAGES)
		return builtin_fail(call, "more than %u 'KeyUsages'", CERTIFICATE_MAX_USAGES);
	for (uint32_t i = 0; i < usages->n; i++) {
		str name = value_text(&usages->items[i]);

		question->usages[i] = usage_named(name);
		if (question->usages[i] == NID_undef)
			return builtin_fail(call, "invalid entries for 'KeyUsages' found: %.*s",
					    STR_ARG(str_take(name, 100)));
		question->usage_n = i + 1;
	}
	return BUILTIN_OK;
}

static int parse_and_verify_with_options(struct builtin_call *call, const struct value *args,
					 struct value *out)
{
	static const char *const known[] = { "DNSName", "CurrentTime", "MaxConstraintComparisons",
					     "KeyUsages" };
	struct certificate_question question = { .now = call->now_ns / NANOSECONDS };
	const struct value *name = VALUE_GET(&args[1], "DNSName");
	const struct value *time = VALUE_GET(&args[1], "CurrentTime");
	const struct value *most = VALUE_GET(&args[1], "MaxConstraintComparisons");
	int rc;

	for (uint32_t i = 0; i < args[1].n; i++) {
		str key = value_text(&args[1].members[i].key);
		size_t k = 0;

		while (k < ARRAY_LEN(known) && !str_eq(key, str_c(known[k])))
			k++;
		if (k == ARRAY_LEN(known))
			return builtin_fail(call, "invalid key option: %.*s",
					    STR_ARG(str_take(key, 100)));
	}
	if (name && name->type != VALUE_STRING)
		return builtin_fail(call, "'DNSName' should be a string");
	if (time && (time->type != VALUE_NUMBER || !time->flag))
		return builtin_fail(call, "'CurrentTime' should be a valid int64 number");
	if (most && (most->type != VALUE_NUMBER || !most->flag))
		return builtin_fail(call, "'MaxConstraintComparisons' should be a valid number");
	if (name && name->n)
		question.name = str_cstr(call->arena, value_text(name));
	if (time)
		question.now = time->i / NANOSECONDS;
	rc = read_usages(call, VALUE_GET(&args[1], "KeyUsages"), &question);
	return rc == BUILTIN_OK ? verify(call, &args[0], &question, out) : rc;
}

/* The DER of the first PEM block of a type that begins so, or of a text that is DER in base64. */
static int first_block(struct builtin_call *call, const struct value *v, const char *type_end,
		       str *out)
{
	char *type = NULL, *header = NULL;
	unsigned char *der = NULL;
	str bytes = STR_EMPTY;
	BIO *bio;
	long n = 0;
	int rc = BUILTIN_OK;

	if (!builtin_charge_bytes(call, (uint64_t)v->n * 4))
		return BUILTIN_HALT;
	if (certificate_bytes(value_text(v), call->arena, &bytes, call->err) < 0)
		return BUILTIN_ERROR;
	*out = bytes;
	if (!str_starts(str_trim(bytes), STR("-----BEGIN ")))
		return BUILTIN_OK;
	bio = BIO_new_mem_buf(bytes.p, (int)bytes.n);
	if (bio && PEM_read_bio(bio, &type, &header, &der, &n) == 1 &&
	    str_ends(str_c(type), str_c(type_end)))
		*out = str_dup(call->arena, str_of((const char *)der, (size_t)n));
	else
		rc = builtin_fail(call, "no PEM block of type %s", type_end);
	OPENSSL_free(type);
	OPENSSL_free(header);
	OPENSSL_clear_free(der, (size_t)n);
	BIO_free(bio);
	ERR_clear_error();
	return rc;
}

static int parse_certificate_request(struct builtin_call *call, const struct value *args,
				     struct value *out)
{
	const unsigned char *p;
	X509_REQ *request;
	str der = STR_EMPTY;
	int rc = first_block(call, &args[0], "CERTIFICATE REQUEST", &der);

	if (rc != BUILTIN_OK)
		return rc;
	p = (const unsigned char *)der.p;
	request = d2i_X509_REQ(NULL, &p, (long)der.n);
	ERR_clear_error();
	if (!request)
		return builtin_fail(call, "asn1: structure error: malformed certificate request");
	*out = certificate_request_value(request, call->arena);
	X509_REQ_free(request);
	return BUILTIN_OK;
}

static EVP_PKEY *private_key(str der)
{
	const unsigned char *p = (const unsigned char *)der.p;
	EVP_PKEY *pkey = d2i_AutoPrivateKey(NULL, &p, (long)der.n);

	ERR_clear_error();
	return pkey;
}

static int parse_rsa_private_key(struct builtin_call *call, const struct value *args,
				 struct value *out)
{
	str der = STR_EMPTY;
	int rc = first_block(call, &args[0], "PRIVATE KEY", &der);
	EVP_PKEY *pkey;

	if (rc != BUILTIN_OK)
		return rc;
	pkey = private_key(der);
	if (!pkey || EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA)
		rc = builtin_fail(call, "failed to parse an RSA private key");
	else
		*out = key_to_jwk(pkey, call->arena);
	EVP_PKEY_free(pkey);
	return rc;
}

/* Null for an empty text; no key is no error. */
static int parse_private_keys(struct builtin_call *call, const struct value *args,
			      struct value *out)
{
	struct value_builder keys;
	str text = value_text(&args[0]), bytes;
	size_t bad;
	BIO *bio;

	*out = value_null();
	if (text.n == 0)
		return BUILTIN_OK;
	if (!builtin_charge_bytes(call, (uint64_t)text.n * 4))
		return BUILTIN_HALT;
	if (text.n > CERTIFICATE_MAX_BYTES)
		return builtin_fail(call, "x509: text of %zu bytes", text.n);
	if (!str_starts(str_trim(text), STR("-----BEGIN ")) &&
	    encoding_base64_read(text, false, true, call->arena, &bytes, &bad))
		text = bytes;
	value_builder_init(&keys, call->arena);
	bio = BIO_new_mem_buf(text.p, (int)text.n);
	while (bio && builtin_charge(call, CERTIFICATE_STEPS)) {
		char *type = NULL, *header = NULL;
		unsigned char *der = NULL;
		EVP_PKEY *pkey = NULL;
		long n = 0;
		bool more = PEM_read_bio(bio, &type, &header, &der, &n) == 1;

		if (more && str_ends(str_c(type), STR("PRIVATE KEY")))
			pkey = private_key(str_of((const char *)der, (size_t)n));
		if (pkey)
			value_builder_add(&keys, key_to_jwk(pkey, call->arena));
		EVP_PKEY_free(pkey);
		OPENSSL_free(type);
		OPENSSL_free(header);
		OPENSSL_clear_free(der, (size_t)n);
		if (!more)
			break;
	}
	BIO_free(bio);
	ERR_clear_error();
	*out = value_builder_array(&keys);
	return BUILTIN_OK;
}

static int parse_keypair(struct builtin_call *call, const struct value *args, struct value *out)
{
	AUTO(certificates_done)
	struct certificates certs = { 0 };
	struct object_builder pair;
	struct value_builder ders;
	str der = STR_EMPTY;
	EVP_PKEY *pkey;
	int rc = read_certificates(call, &args[0], &certs);

	if (rc == BUILTIN_OK)
		rc = first_block(call, &args[1], "PRIVATE KEY", &der);
	if (rc != BUILTIN_OK)
		return rc;
	pkey = private_key(der);
	if (!pkey || X509_check_private_key(certs.items[0], pkey) != 1) {
		EVP_PKEY_free(pkey);
		ERR_clear_error();
		return builtin_fail(call, "tls: private key does not match public key");
	}
	value_builder_init(&ders, call->arena);
	for (size_t i = 0; i < certs.n; i++) {
		struct value cert = certificate_value(certs.items[i], call->arena);

		value_builder_add(&ders, *VALUE_GET(&cert, "Raw"));
	}
	object_builder_init(&pair, call->arena);
	OBJECT_ADD(&pair, "Certificate", value_builder_array(&ders));
	OBJECT_ADD(&pair, "PrivateKey", key_to_jwk(pkey, call->arena));
	OBJECT_ADD(&pair, "SupportedSignatureAlgorithms", value_null());
	OBJECT_ADD(&pair, "OCSPStaple", value_null());
	OBJECT_ADD(&pair, "SignedCertificateTimestamps", value_null());
	OBJECT_ADD(&pair, "Leaf", value_null());
	*out = object_builder_take_last(&pair);
	EVP_PKEY_free(pkey);
	return BUILTIN_OK;
}

#define CERTIFICATES "array[object[string: any]]"

const struct builtin builtins_x509[] = {
	{ "crypto.x509.parse_certificates", "string -> " CERTIFICATES, parse_certificates },
	{ "crypto.x509.parse_and_verify_certificates", "string -> array[any]", parse_and_verify,
	  .nondeterministic = true },
	{ "crypto.x509.parse_and_verify_certificates_with_options",
	  "string, object[string: any] -> array[any]", parse_and_verify_with_options,
	  .nondeterministic = true },
	{ "crypto.x509.parse_certificate_request", "string -> object[string: any]",
	  parse_certificate_request },
	{ "crypto.x509.parse_keypair", "string, string -> object[string: any]", parse_keypair },
	{ "crypto.x509.parse_rsa_private_key", "string -> object[string: any]",
	  parse_rsa_private_key },
	{ "crypto.parse_private_keys", "string -> null|array[object[string: any]]",
	  parse_private_keys },
	{ .name = NULL },
};
