/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens and certificates. Keys are made here and used by OpenSSL itself, so that what the built-in
 * functions say is checked against another's work and not only against their own.
 */
#include "policy/builtin.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/base64.h"
#include "base/err.h"
#include "policy/encoding.h"
#include "test.h"

#define NOW_NS INT64_C(1700000000000000000) /* 2023-11-14 */
#define NOW    1700000000
#define DAY    86400

/* The answer of a function as Rego writes it, or "error: ...". */
static str ask(struct arena *arena, const char *name, const struct value *args, struct value *out)
{
	AUTO(builtin_cache_free)
	struct builtin_cache *cache = builtin_cache_new();
	struct err err;
	struct builtin_call call = {
		.arena = arena, .err = &err, .now_ns = NOW_NS, .cache = cache
	};
	const struct builtin *b = builtin_find(str_c(name));
	struct builtin_signature signature;
	struct value v = value_null();
	struct buf text;
	str result;
	int rc;

	builtin_signature(b, &signature);
	rc = builtin_run(b, &signature, &call, args, &v);
	if (out)
		*out = v;
	if (rc != BUILTIN_OK)
		return str_fmt(arena, "error: %s", rc < 0 ? err.msg : "undefined");
	buf_init(&text, 1u << 20);
	value_write_rego(&v, &text);
	result = str_dup(arena, buf_str(&text));
	buf_done(&text);
	return result;
}

static const char *ask2(struct arena *arena, const char *name, str a, str b)
{
	const struct value args[] = { value_str(a), value_str(b) };

	return str_cstr(arena, ask(arena, name, args, NULL));
}

static str take_bio(struct arena *arena, BIO *bio)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);
	str text = str_dup(arena, str_of(p, (size_t)n));

	BIO_free(bio);
	return text;
}

static str public_pem(struct arena *arena, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());

	CHECK_INT(PEM_write_bio_PUBKEY(bio, key), 1);
	return take_bio(arena, bio);
}

static str private_pem(struct arena *arena, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());

	CHECK_INT(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
	return take_bio(arena, bio);
}

static str certificate_pem(struct arena *arena, X509 *certificate)
{
	BIO *bio = BIO_new(BIO_s_mem());

	CHECK_INT(PEM_write_bio_X509(bio, certificate), 1);
	return take_bio(arena, bio);
}

static str url64(struct arena *arena, str bytes)
{
	return encoding_base64_write(bytes, true, false, arena);
}

/* ---- tokens ---------------------------------------------------------------------------------- */

struct algorithm {
	const char *name, *verify, *digest, *curve;
	int bits; /* of the curve's field */
	bool pss;
};

static const struct algorithm algorithms[] = {
	{ "RS256", "io.jwt.verify_rs256", "SHA256", NULL, 0, false },
	{ "RS384", "io.jwt.verify_rs384", "SHA384", NULL, 0, false },
	{ "RS512", "io.jwt.verify_rs512", "SHA512", NULL, 0, false },
	{ "PS256", "io.jwt.verify_ps256", "SHA256", NULL, 0, true },
	{ "PS384", "io.jwt.verify_ps384", "SHA384", NULL, 0, true },
	{ "PS512", "io.jwt.verify_ps512", "SHA512", NULL, 0, true },
	{ "ES256", "io.jwt.verify_es256", "SHA256", "P-256", 256, false },
	{ "ES384", "io.jwt.verify_es384", "SHA384", "P-384", 384, false },
	{ "ES512", "io.jwt.verify_es512", "SHA512", "P-521", 521, false },
};

/* r and s of an ECDSA signature, side by side (RFC 7518, 3.4). */
static str plain_signature(struct arena *arena, str der, int bits)
{
	const unsigned char *p = (const unsigned char *)der.p;
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &p, (long)der.n);
	int half = (bits + 7) / 8;
	char *bytes = arena_bytes(arena, (size_t)half * 2);

	CHECK(signature);
	CHECK_INT(BN_bn2binpad(ECDSA_SIG_get0_r(signature), (unsigned char *)bytes, half), half);
	CHECK_INT(BN_bn2binpad(ECDSA_SIG_get0_s(signature), (unsigned char *)bytes + half, half),
		  half);
	ECDSA_SIG_free(signature);
	return str_of(bytes, (size_t)half * 2);
}

static str sign_with(struct arena *arena, EVP_PKEY *key, const char *digest, bool pss, str text)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey = NULL;
	size_t n = 0;
	char *bytes;

	CHECK_INT(EVP_DigestSignInit_ex(context, &pkey, digest, NULL, NULL, key, NULL), 1);
	if (pss) {
		CHECK(EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PSS_PADDING) > 0);
		CHECK(EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey, RSA_PSS_SALTLEN_DIGEST) > 0);
	}
	CHECK_INT(EVP_DigestSign(context, NULL, &n, (const unsigned char *)text.p, text.n), 1);
	bytes = arena_bytes(arena, n);
	CHECK_INT(EVP_DigestSign(context, (unsigned char *)bytes, &n, (const unsigned char *)text.p,
				 text.n),
		  1);
	EVP_MD_CTX_free(context);
	return str_of(bytes, n);
}

static str token(struct arena *arena, EVP_PKEY *key, const struct algorithm *a, const char *payload)
{
	str header = str_fmt(arena, "{\"alg\":\"%s\",\"typ\":\"JWT\"}", a->name);
	str text = str_fmt(arena, "%.*s.%.*s", STR_ARG(url64(arena, header)),
			   STR_ARG(url64(arena, str_c(payload))));
	str signature = sign_with(arena, key, a->digest, a->pss, text);

	if (a->curve)
		signature = plain_signature(arena, signature, a->bits);
	return str_fmt(arena, "%.*s.%.*s", STR_ARG(text), STR_ARG(url64(arena, signature)));
}

static EVP_PKEY *new_key(const struct algorithm *a)
{
	EVP_PKEY *key = a->curve ? EVP_EC_gen(a->curve) : EVP_RSA_gen(2048);

	CHECK(key);
	return key;
}

/* The same text with another last but one letter in the payload. */
static str spoilt(struct arena *arena, str text)
{
	str copy = str_dup(arena, text);
	size_t at = (size_t)str_find_char(copy, '.') + 6;
	char *bytes = (char *)(uintptr_t)copy.p;

	bytes[at] = bytes[at] == 'A' ? 'B' : 'A';
	return copy;
}

TEST(tokens_of_openssl_are_verified)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	EVP_PKEY *rsa = EVP_RSA_gen(2048), *other = EVP_RSA_gen(2048);

	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
		const struct algorithm *a = &algorithms[i];
		EVP_PKEY *key = a->curve ? new_key(a) : rsa;
		str text = token(arena, key, a, "{\"iss\":\"me\"}");
		str pem = public_pem(arena, key), wrong = public_pem(arena, other);

		CHECK_STR(ask2(arena, a->verify, text, pem), "true");
		CHECK_STR(ask2(arena, a->verify, spoilt(arena, text), pem), "false");
		if (!a->curve)
			CHECK_STR(ask2(arena, a->verify, text, wrong), "false");
		if (a->curve)
			EVP_PKEY_free(key);
	}
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(other);
}

static str number64(struct arena *arena, EVP_PKEY *key, const char *name, int size)
{
	BIGNUM *n = NULL;
	char *bytes;

	CHECK_INT(EVP_PKEY_get_bn_param(key, name, &n), 1);
	size = size ? size : BN_num_bytes(n);
	bytes = arena_bytes(arena, (size_t)size);
	CHECK_INT(BN_bn2binpad(n, (unsigned char *)bytes, size), size);
	BN_clear_free(n);
	return url64(arena, str_of(bytes, (size_t)size));
}

static struct value json_value(struct arena *arena, str text)
{
	const struct json *json;
	struct err err;

	CHECK_OK(json_parse(text, NULL, arena, &json, &err));
	return value_from_json(json, arena);
}

static str jwk_of(struct arena *arena, EVP_PKEY *key, const struct algorithm *a)
{
	int half = (a->bits + 7) / 8;

	if (a->curve)
		return str_fmt(arena,
			       "{\"kty\":\"EC\",\"crv\":\"%s\",\"x\":\"%.*s\",\"y\":\"%.*s\","
			       "\"d\":\"%.*s\"}",
			       a->curve, STR_ARG(number64(arena, key, "qx", half)),
			       STR_ARG(number64(arena, key, "qy", half)),
			       STR_ARG(number64(arena, key, "priv", half)));
	return str_fmt(
		arena,
		"{\"kty\":\"RSA\",\"n\":\"%.*s\",\"e\":\"%.*s\",\"d\":\"%.*s\","
		"\"p\":\"%.*s\",\"q\":\"%.*s\",\"dp\":\"%.*s\",\"dq\":\"%.*s\",\"qi\":\"%.*s\"}",
		STR_ARG(number64(arena, key, "n", 0)), STR_ARG(number64(arena, key, "e", 0)),
		STR_ARG(number64(arena, key, "d", 0)),
		STR_ARG(number64(arena, key, "rsa-factor1", 0)),
		STR_ARG(number64(arena, key, "rsa-factor2", 0)),
		STR_ARG(number64(arena, key, "rsa-exponent1", 0)),
		STR_ARG(number64(arena, key, "rsa-exponent2", 0)),
		STR_ARG(number64(arena, key, "rsa-coefficient1", 0)));
}

TEST(tokens_that_are_signed_can_be_verified)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	EVP_PKEY *rsa = EVP_RSA_gen(2048);

	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++) {
		const struct algorithm *a = &algorithms[i];
		EVP_PKEY *key = a->curve ? new_key(a) : rsa;
		str jwk = jwk_of(arena, key, a);
		const struct value args[] = {
			json_value(arena,
				   str_fmt(arena, "{\"alg\":\"%s\",\"typ\":\"JWT\"}", a->name)),
			json_value(arena, STR("{\"aud\":[\"x\"],\"n\":1}")),
			json_value(arena, jwk),
		};
		struct value text;

		ask(arena, "io.jwt.encode_sign", args, &text);
		CHECK_INT(text.type, VALUE_STRING);
		CHECK_STR(ask2(arena, a->verify, value_text(&text), public_pem(arena, key)),
			  "true");
		CHECK_STR(ask2(arena, a->verify, value_text(&text), jwk), "true");
		CHECK_STR(ask2(arena, a->verify, value_text(&text),
			       str_fmt(arena, "{\"keys\":[%.*s]}", STR_ARG(jwk))),
			  "true");
		if (a->curve)
			EVP_PKEY_free(key);
	}
	EVP_PKEY_free(rsa);
}

TEST(tokens_with_a_secret_and_of_ed25519)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const struct {
		const char *alg, *verify;
	} hmacs[] = { { "HS256", "io.jwt.verify_hs256" },
		      { "HS384", "io.jwt.verify_hs384" },
		      { "HS512", "io.jwt.verify_hs512" } };
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	str text = str_fmt(arena, "%.*s.%.*s", STR_ARG(url64(arena, STR("{\"alg\":\"EdDSA\"}"))),
			   STR_ARG(url64(arena, STR("{\"a\":1}"))));
	str signature = sign_with(arena, key, NULL, false, text);

	for (size_t i = 0; i < ARRAY_LEN(hmacs); i++) {
		const struct value args[] = {
			value_str(str_fmt(arena, "{\"alg\":\"%s\"}", hmacs[i].alg)),
			value_str(STR("{\"a\":1}")),
			value_str(STR("{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}")),
		};
		struct value made;

		ask(arena, "io.jwt.encode_sign_raw", args, &made);
		CHECK_STR(ask2(arena, hmacs[i].verify, value_text(&made), STR("secret")), "true");
		CHECK_STR(ask2(arena, hmacs[i].verify, value_text(&made), STR("Secret")), "false");
	}
	text = str_fmt(arena, "%.*s.%.*s", STR_ARG(text), STR_ARG(url64(arena, signature)));
	CHECK_STR(ask2(arena, "io.jwt.verify_eddsa", text, public_pem(arena, key)), "true");
	CHECK_STR(ask2(arena, "io.jwt.verify_eddsa", spoilt(arena, text), public_pem(arena, key)),
		  "false");
	EVP_PKEY_free(key);
}

/* What decode_verify says first. */
static const char *verdict(struct arena *arena, str text, const char *constraints, str pem)
{
	struct value args[2] = { value_str(text), json_value(arena, str_c(constraints)) }, answer;
	struct object_builder all;
	str said;

	object_builder_init(&all, arena);
	for (uint32_t i = 0; i < args[1].n; i++)
		object_builder_add(&all, args[1].members[i].key, args[1].members[i].value);
	if (pem.n > 0)
		OBJECT_ADD(&all, "cert", value_str(pem));
	args[1] = object_builder_take_last(&all);
	said = ask(arena, "io.jwt.decode_verify", args, &answer);
	if (str_starts(said, STR("error")))
		return str_cstr(arena, said);
	CHECK_INT(answer.n, 3);
	CHECK_INT(answer.items[1].n > 0, value_is_true(&answer.items[0]));
	return value_is_true(&answer.items[0]) ? "true" : "false";
}

TEST(tokens_are_held_to_constraints)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct algorithm *es256 = &algorithms[6];
	EVP_PKEY *key = new_key(es256);
	str pem = public_pem(arena, key);
	str plain = token(arena, key, es256, "{\"iss\":\"me\",\"aud\":[\"a\",\"b\"]}");
	str timed = token(arena, key, es256, "{\"nbf\":1000,\"exp\":2000}");
	str odd = token(arena, key, es256, "{\"exp\":\"never\"}");

	CHECK_STR(verdict(arena, plain, "{\"aud\":\"b\"}", pem), "true");
	CHECK_STR(verdict(arena, plain, "{\"aud\":\"c\"}", pem), "false");
	CHECK_STR(verdict(arena, plain, "{}", pem), "false"); /* an audience that nobody expects */
	CHECK_STR(verdict(arena, plain, "{\"aud\":\"a\",\"iss\":\"me\",\"alg\":\"ES256\"}", pem),
		  "true");
	CHECK_STR(verdict(arena, plain, "{\"aud\":\"a\",\"iss\":\"you\"}", pem), "false");
	CHECK_STR(verdict(arena, plain, "{\"aud\":\"a\",\"alg\":\"RS256\"}", pem), "false");
	CHECK_STR(verdict(arena, timed, "{}", pem), "false");
	CHECK_STR(verdict(arena, timed, "{\"time\":1500000000000}", pem), "true");
	CHECK_STR(verdict(arena, timed, "{\"time\":2000000000000}", pem), "false");
	CHECK_STR(verdict(arena, timed, "{\"time\":999000000000}", pem), "false");
	CHECK_STR(verdict(arena, spoilt(arena, timed), "{\"time\":1500000000000}", pem), "false");
	CHECK_STR(verdict(arena, odd, "{}", pem),
		  "error: io.jwt.decode_verify: exp value must be a number");
	CHECK_STR(verdict(arena, plain, "{\"secret\":\"s\"}", pem),
		  "error: io.jwt.decode_verify: duplicate key constraints");
	EVP_PKEY_free(key);
}

/* ---- certificates ---------------------------------------------------------------------------- */

static void extend(X509 *certificate, X509 *issuer, int nid, const char *text)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, text);
	CHECK(extension);
	CHECK_INT(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

/* Valid for `days` from ten days before NOW on; signed by `issuer`, or by itself. */
static X509 *certify(EVP_PKEY *key, const char *name, int serial, bool authority, int days,
		     X509 *issuer, EVP_PKEY *issuer_key)
{
	X509 *certificate = X509_new();
	X509_NAME *subject = X509_NAME_new();

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
	CHECK(ASN1_TIME_set(X509_getm_notBefore(certificate), NOW - 10 * DAY));
	CHECK(ASN1_TIME_set(X509_getm_notAfter(certificate), NOW + (days - 10) * DAY));
	CHECK_INT(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
					     (const unsigned char *)name, -1, -1, 0),
		  1);
	X509_set_subject_name(certificate, subject);
	X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : subject);
	X509_set_pubkey(certificate, key);
	extend(certificate, issuer ? issuer : certificate, NID_basic_constraints,
	       authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
	extend(certificate, issuer ? issuer : certificate, NID_key_usage,
	       authority ? "critical,keyCertSign" : "critical,digitalSignature");
	if (!authority) {
		extend(certificate, issuer, NID_subject_alt_name,
		       "DNS:www.example.com,DNS:*.example.org,IP:192.0.2.7");
		extend(certificate, issuer, NID_ext_key_usage, "serverAuth");
	}
	CHECK(X509_sign(certificate, issuer_key ? issuer_key : key, EVP_sha256()) > 0);
	X509_NAME_free(subject);
	return certificate;
}

struct chain {
	EVP_PKEY *root_key, *middle_key, *leaf_key;
	X509 *root, *middle, *leaf;
};

static struct chain chain_new(int leaf_days)
{
	struct chain c = {
		.root_key = EVP_EC_gen("P-256"),
		.middle_key = EVP_EC_gen("P-256"),
		.leaf_key = EVP_EC_gen("P-256"),
	};

	c.root = certify(c.root_key, "root", 1, true, 3650, NULL, NULL);
	c.middle = certify(c.middle_key, "middle", 2, true, 1000, c.root, c.root_key);
	c.leaf = certify(c.leaf_key, "leaf", 3, false, leaf_days, c.middle, c.middle_key);
	return c;
}

static void chain_done(struct chain *c)
{
	X509_free(c->root);
	X509_free(c->middle);
	X509_free(c->leaf);
	EVP_PKEY_free(c->root_key);
	EVP_PKEY_free(c->middle_key);
	EVP_PKEY_free(c->leaf_key);
}

static str chain_pem(struct arena *arena, const struct chain *c, bool middle)
{
	return str_fmt(arena, "%.*s%.*s%.*s", STR_ARG(certificate_pem(arena, c->root)),
		       STR_ARG(middle ? certificate_pem(arena, c->middle) : STR_EMPTY),
		       STR_ARG(certificate_pem(arena, c->leaf)));
}

/* "true: leaf middle root" of an answer that is [valid, certificates]. */
static const char *told(struct arena *arena, const struct value *answer)
{
	struct buf b;
	const char *text;

	if (answer->type != VALUE_ARRAY || answer->n != 2)
		return "no answer";
	buf_init(&b, 1000);
	buf_add(&b, value_is_true(&answer->items[0]) ? STR("true:") : STR("false:"));
	for (uint32_t i = 0; i < answer->items[1].n; i++) {
		const struct value *subject = VALUE_GET(&answer->items[1].items[i], "Subject");

		buf_fmt(&b, " %.*s", STR_ARG(value_text(VALUE_GET(subject, "CommonName"))));
	}
	text = str_cstr(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

static const char *verify(struct arena *arena, str pem)
{
	const struct value args[] = { value_str(pem) };
	struct value answer = value_null();

	ask(arena, "crypto.x509.parse_and_verify_certificates", args, &answer);
	return told(arena, &answer);
}

static const char *verify_with(struct arena *arena, str pem, const char *options)
{
	const struct value args[] = { value_str(pem), json_value(arena, str_c(options)) };
	struct value answer = value_null();
	str said =
		ask(arena, "crypto.x509.parse_and_verify_certificates_with_options", args, &answer);

	return str_starts(said, STR("error")) ? str_cstr(arena, said) : told(arena, &answer);
}

TEST(chains_of_certificates_are_verified)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct chain good = chain_new(100), old = chain_new(5);
	str pem = chain_pem(arena, &good, true);

	CHECK_STR(verify(arena, pem), "true: leaf middle root");
	CHECK_STR(verify(arena, base64_encode(arena, pem)), "true: leaf middle root");
	CHECK_STR(verify(arena, chain_pem(arena, &good, false)), "false:");
	CHECK_STR(verify(arena, chain_pem(arena, &old, true)), "false:");
	CHECK_STR(verify(arena, certificate_pem(arena, good.leaf)), "false:");
	CHECK_STR(verify_with(arena, pem, "{\"DNSName\":\"www.example.com\"}"),
		  "true: leaf middle root");
	CHECK_STR(verify_with(arena, pem, "{\"DNSName\":\"a.example.org\"}"),
		  "true: leaf middle root");
	CHECK_STR(verify_with(arena, pem, "{\"DNSName\":\"a.b.example.org\"}"), "false:");
	CHECK_STR(verify_with(arena, pem, "{\"KeyUsages\":[\"KeyUsageClientAuth\"]}"), "false:");
	CHECK_STR(verify_with(arena, pem,
			      "{\"KeyUsages\":[\"KeyUsageClientAuth\",\"KeyUsageServerAuth\"]}"),
		  "true: leaf middle root");
	CHECK_STR(verify_with(arena, pem, "{\"KeyUsages\":[\"KeyUsageAny\"]}"),
		  "true: leaf middle root");
	CHECK_STR(verify_with(arena, pem, "{\"KeyUsages\":[\"nope\"]}"),
		  "error: crypto.x509.parse_and_verify_certificates_with_options: invalid entries "
		  "for 'KeyUsages' found: nope");
	CHECK_STR(verify_with(arena, pem, "{\"CurrentTime\":1900000000000000000}"), "false:");
	CHECK_STR(verify_with(arena, chain_pem(arena, &old, true),
			      "{\"CurrentTime\":1699400000000000000}"),
		  "true: leaf middle root");
	CHECK(str_starts(str_c(verify_with(arena, pem, "{\"Nope\":1}")), STR("error")));
	chain_done(&good);
	chain_done(&old);
}

TEST(certificates_requests_and_keys_are_parsed)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct chain c = chain_new(100);
	EVP_PKEY *rsa = EVP_RSA_gen(2048);
	X509_REQ *request = X509_REQ_new();
	X509_NAME *name = X509_NAME_new();
	struct value args[] = { value_str(certificate_pem(arena, c.leaf)), value_null() }, v;
	str pem = private_pem(arena, c.leaf_key);
	const struct value *first;

	ask(arena, "crypto.x509.parse_certificates", args, &v);
	CHECK_INT(v.n, 1);
	first = &v.items[0];
	CHECK_INT(VALUE_GET(first, "SerialNumber")->i, 3);
	CHECK(!value_is_true(VALUE_GET(first, "IsCA")));
	CHECK_INT(VALUE_GET(first, "DNSNames")->n, 2);
	CHECK_INT(VALUE_GET(first, "IPAddresses")->n, 1);
	CHECK_STR(str_cstr(arena, value_text(VALUE_GET(first, "NotBefore"))),
		  "2023-11-04T22:13:20Z");

	args[1] = value_str(pem);
	ask(arena, "crypto.x509.parse_keypair", args, &v);
	CHECK_INT(VALUE_GET(&v, "Certificate")->n, 1);
	args[1] = value_str(private_pem(arena, c.root_key));
	CHECK_STR(str_cstr(arena, ask(arena, "crypto.x509.parse_keypair", args, NULL)),
		  "error: crypto.x509.parse_keypair: tls: private key does not match public key");

	args[0] = value_str(private_pem(arena, rsa));
	ask(arena, "crypto.x509.parse_rsa_private_key", args, &v);
	CHECK_STR(str_cstr(arena, value_text(VALUE_GET(&v, "kty"))), "RSA");
	CHECK(str_eq(value_text(VALUE_GET(&v, "n")), number64(arena, rsa, "n", 0)));
	CHECK(str_eq(value_text(VALUE_GET(&v, "d")), number64(arena, rsa, "d", 0)));
	args[0] = value_str(pem);
	CHECK(str_starts(ask(arena, "crypto.x509.parse_rsa_private_key", args, NULL),
			 STR("error")));
	args[0] = value_str(
		str_fmt(arena, "%.*s%.*s", STR_ARG(pem), STR_ARG(private_pem(arena, rsa))));
	ask(arena, "crypto.parse_private_keys", args, &v);
	CHECK_INT(v.n, 2);
	CHECK_STR(str_cstr(arena, value_text(VALUE_GET(&v.items[0], "kty"))), "EC");
	CHECK_STR(str_cstr(arena, value_text(VALUE_GET(&v.items[1], "kty"))), "RSA");

	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)"asked", -1,
				   -1, 0);
	X509_REQ_set_subject_name(request, name);
	X509_REQ_set_pubkey(request, rsa);
	CHECK(X509_REQ_sign(request, rsa, EVP_sha256()) > 0);
	BIO *bio = BIO_new(BIO_s_mem());
	CHECK_INT(PEM_write_bio_X509_REQ(bio, request), 1);
	args[0] = value_str(take_bio(arena, bio));
	ask(arena, "crypto.x509.parse_certificate_request", args, &v);
	CHECK_STR(str_cstr(arena, value_text(VALUE_GET(VALUE_GET(&v, "Subject"), "CommonName"))),
		  "asked");
	X509_REQ_free(request);
	X509_NAME_free(name);
	EVP_PKEY_free(rsa);
	chain_done(&c);
}
