/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include "base/err.h"
#include "policy/key.h"

static const struct key_algorithm algorithms[] = {
	{ "HS256", KEY_HMAC, "SHA256" },  { "HS384", KEY_HMAC, "SHA384" },
	{ "HS512", KEY_HMAC, "SHA512" },  { "RS256", KEY_RSA, "SHA256" },
	{ "RS384", KEY_RSA, "SHA384" },	  { "RS512", KEY_RSA, "SHA512" },
	{ "PS256", KEY_PSS, "SHA256" },	  { "PS384", KEY_PSS, "SHA384" },
	{ "PS512", KEY_PSS, "SHA512" },	  { "ES256", KEY_ECDSA, "SHA256" },
	{ "ES384", KEY_ECDSA, "SHA384" }, { "ES512", KEY_ECDSA, "SHA512" },
	{ "EdDSA", KEY_EDDSA, NULL },
};

const struct key_algorithm *key_algorithm_find(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++)
		if (str_eq(name, str_c(algorithms[i].name)))
			return &algorithms[i];
	return NULL;
}

size_t key_hmac(const char *digest, str secret, str text, unsigned char out[EVP_MAX_MD_SIZE])
{
	unsigned n = 0;

	if (!HMAC(EVP_get_digestbyname(digest), secret.n ? secret.p : "", (int)secret.n,
		  (const unsigned char *)(text.n ? text.p : ""), text.n, out, &n))
		n = 0;
	return n;
}

static int type_of(enum key_scheme scheme)
{
	switch (scheme) {
	case KEY_RSA:
	case KEY_PSS:
		return EVP_PKEY_RSA;
	case KEY_ECDSA:
		return EVP_PKEY_EC;
	default:
		return EVP_PKEY_ED25519;
	}
}

static bool set_padding(const struct key_algorithm *a, EVP_PKEY_CTX *ctx, int salt)
{
	if (a->scheme != KEY_PSS)
		return true;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt) == 1;
}

/* r and s of equal length become the form OpenSSL reads; `out` is freed with OPENSSL_free. */
static str ecdsa_to_der(str signature, unsigned char **out)
{
	size_t half = signature.n / 2;
	const unsigned char *p = (const unsigned char *)signature.p;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r, *s;
	int n = 0;

	if (!sig || half == 0 || signature.n % 2 || half > 132) {
		ECDSA_SIG_free(sig);
		return STR_EMPTY;
	}
	r = BN_bin2bn(p, (int)half, NULL);
	s = BN_bin2bn(p + half, (int)half, NULL);
	if (r && s && ECDSA_SIG_set0(sig, r, s) == 1) {
		n = i2d_ECDSA_SIG(sig, out);
	} else {
		BN_free(r);
		BN_free(s);
	}
	ECDSA_SIG_free(sig);
	return n > 0 ? str_of((const char *)*out, (size_t)n) : STR_EMPTY;
}

static bool verify_pkey(const struct key_algorithm *a, EVP_PKEY *pkey, str text, str signature)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx = NULL;
	unsigned char *der = NULL;
	bool ok = false;

	if (a->scheme == KEY_ECDSA)
		signature = ecdsa_to_der(signature, &der);
	if (md && signature.n &&
	    EVP_DigestVerifyInit_ex(md, &ctx, a->digest, NULL, NULL, pkey, NULL) == 1 &&
	    set_padding(a, ctx, RSA_PSS_SALTLEN_AUTO))
		ok = EVP_DigestVerify(md, (const unsigned char *)signature.p, signature.n,
				      (const unsigned char *)text.p, text.n) == 1;
	EVP_MD_CTX_free(md);
	OPENSSL_free(der);
	ERR_clear_error();
	return ok;
}

bool key_verify(const struct key_algorithm *a, const struct key *key, str text, str signature)
{
	unsigned char mac[EVP_MAX_MD_SIZE];

	if (a->scheme == KEY_HMAC) {
		size_t n = key->pkey ? 0 : key_hmac(a->digest, key->secret, text, mac);

		return n && n == signature.n && CRYPTO_memcmp(mac, signature.p, n) == 0;
	}
	return key->pkey && EVP_PKEY_get_base_id(key->pkey) == type_of(a->scheme) &&
	       verify_pkey(a, key->pkey, text, signature);
}

static str ecdsa_from_der(str der, EVP_PKEY *pkey, struct arena *arena)
{
	const unsigned char *p = (const unsigned char *)der.p;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)der.n);
	int width = (EVP_PKEY_get_bits(pkey) + 7) / 8;
	unsigned char *bytes = (unsigned char *)arena_bytes(arena, 2 * (size_t)width);
	bool ok = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), bytes, width) == width &&
		  BN_bn2binpad(ECDSA_SIG_get0_s(sig), bytes + width, width) == width;

	ECDSA_SIG_free(sig);
	return ok ? str_of((const char *)bytes, 2 * (size_t)width) : STR_EMPTY;
}

static str sign_pkey(const struct key_algorithm *a, EVP_PKEY *pkey, str text, struct arena *arena)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx = NULL;
	const unsigned char *p = (const unsigned char *)text.p;
	str out = STR_EMPTY;
	size_t n = 0;

	if (md && EVP_DigestSignInit_ex(md, &ctx, a->digest, NULL, NULL, pkey, NULL) == 1 &&
	    set_padding(a, ctx, RSA_PSS_SALTLEN_DIGEST) &&
	    EVP_DigestSign(md, NULL, &n, p, text.n) == 1) {
		char *bytes = arena_bytes(arena, n);

		if (EVP_DigestSign(md, (unsigned char *)bytes, &n, p, text.n) == 1)
			out = str_of(bytes, n);
	}
	EVP_MD_CTX_free(md);
	if (out.n && a->scheme == KEY_ECDSA)
		out = ecdsa_from_der(out, pkey, arena);
	ERR_clear_error();
	return out;
}

int key_sign(const struct key_algorithm *a, const struct key *key, str text, struct arena *arena,
	     str *out, struct err *err)
{
	unsigned char mac[EVP_MAX_MD_SIZE];

	*out = STR_EMPTY;
	if (a->scheme == KEY_HMAC) {
		size_t n = key->pkey ? 0 : key_hmac(a->digest, key->secret, text, mac);

		*out = str_dup(arena, str_of((const char *)mac, n));
	} else if (key->pkey && EVP_PKEY_get_base_id(key->pkey) == type_of(a->scheme)) {
		*out = sign_pkey(a, key->pkey, text, arena);
	}
	if (out->n == 0)
		return err_set(err, ERR_INPUT, "the key cannot sign with %s", a->name);
	return 0;
}
