/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/err.h"
#include "policy/encoding.h"

void key_done(struct key *key)
{
	if (key)
		EVP_PKEY_free(key->pkey);
}

void keys_done(struct keys *keys)
{
	for (size_t i = 0; i < keys->n; i++)
		key_done(&keys->items[i]);
	*keys = (struct keys){ 0 };
}

static str member_bytes(const struct value *jwk, const char *name, struct arena *arena)
{
	const struct value *v = value_get_str(jwk, str_c(name));
	str bytes = STR_EMPTY;
	struct err ignored;

	if (!v || v->type != VALUE_STRING || v->n > KEY_MAX_BITS ||
	    encoding_base64url(value_text(v), arena, &bytes, &ignored) < 0)
		return STR_EMPTY;
	return bytes;
}

static bool push_number(OSSL_PARAM_BLD *build, const char *param, str bytes, BIGNUM **keep)
{
	if (bytes.n == 0)
		return false;
	*keep = BN_bin2bn((const unsigned char *)bytes.p, (int)bytes.n, NULL);
	return *keep && OSSL_PARAM_BLD_push_BN(build, param, *keep);
}

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *build, bool private_)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (params && ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, &pkey, private_ ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
			      params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return pkey;
}

static EVP_PKEY *rsa_key(const struct value *jwk, struct arena *arena)
{
	static const char *const members[] = { "n", "e", "d", "p", "q", "dp", "dq", "qi" };
	static const char *const params[] = {
		OSSL_PKEY_PARAM_RSA_N,	       OSSL_PKEY_PARAM_RSA_E,
		OSSL_PKEY_PARAM_RSA_D,	       OSSL_PKEY_PARAM_RSA_FACTOR1,
		OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
		OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1,
	};
	BIGNUM *numbers[ARRAY_LEN(members)] = { 0 };
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *pkey = NULL;
	size_t given = 0;

	while (build && given < ARRAY_LEN(members) &&
	       push_number(build, params[given], member_bytes(jwk, members[given], arena),
			   &numbers[given]))
		given++;
	if (given >= 2 && BN_num_bits(numbers[0]) <= KEY_MAX_BITS)
		pkey = from_params("RSA", build, given > 2);
	OSSL_PARAM_BLD_free(build);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		BN_clear_free(numbers[i]);
	return pkey;
}

static const char *curve_group(str name, size_t *bytes)
{
	static const struct {
		const char *name, *group;
		size_t bytes;
	} curves[] = { { "P-256", "P-256", 32 },
		       { "P-384", "P-384", 48 },
		       { "P-521", "P-521", 66 },
		       { "secp256k1", "secp256k1", 32 } };

	for (size_t i = 0; i < ARRAY_LEN(curves); i++)
		if (str_eq(name, str_c(curves[i].name))) {
			*bytes = curves[i].bytes;
			return curves[i].group;
		}
	return NULL;
}

static EVP_PKEY *ec_key(const struct value *jwk, struct arena *arena)
{
	const struct value *curve = VALUE_GET(jwk, "crv");
	str x = member_bytes(jwk, "x", arena), y = member_bytes(jwk, "y", arena);
	str d = member_bytes(jwk, "d", arena);
	unsigned char point[1 + 2 * 66];
	const char *group;
	size_t bytes = 0;
	OSSL_PARAM_BLD *build;
	BIGNUM *private_ = NULL;
	EVP_PKEY *pkey = NULL;

	group = curve ? curve_group(value_text(curve), &bytes) : NULL;
	if (!group || x.n == 0 || y.n == 0 || x.n > bytes || y.n > bytes)
		return NULL;
	memset(point, 0, sizeof(point));
	point[0] = POINT_CONVERSION_UNCOMPRESSED;
	memcpy(point + 1 + bytes - x.n, x.p, x.n);
	memcpy(point + 1 + 2 * bytes - y.n, y.p, y.n);
	build = OSSL_PARAM_BLD_new();
	if (build && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point,
					     1 + 2 * bytes) &&
	    (d.n == 0 || push_number(build, OSSL_PKEY_PARAM_PRIV_KEY, d, &private_)))
		pkey = from_params("EC", build, d.n > 0);
	OSSL_PARAM_BLD_free(build);
	BN_clear_free(private_);
	return pkey;
}

static EVP_PKEY *okp_key(const struct value *jwk, struct arena *arena)
{
	const struct value *curve = VALUE_GET(jwk, "crv");
	str x = member_bytes(jwk, "x", arena), d = member_bytes(jwk, "d", arena);

	if (!curve || !str_eq(value_text(curve), STR("Ed25519")))
		return NULL;
	if (d.n == 32)
		return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
						    (const unsigned char *)d.p, d.n);
	if (x.n != 32)
		return NULL;
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)x.p, x.n);
}

static str text_member(const struct value *jwk, str name)
{
	const struct value *v = value_get_str(jwk, name);

	return v ? value_text(v) : STR_EMPTY;
}

int key_from_jwk(const struct value *jwk, struct arena *arena, struct key *out, struct err *err)
{
	str type = jwk->type == VALUE_OBJECT ? text_member(jwk, STR("kty")) : STR_EMPTY;
	struct key key = { .id = text_member(jwk, STR("kid")),
			   .algorithm = text_member(jwk, STR("alg")) };

	if (str_eq(type, STR("RSA")))
		key.pkey = rsa_key(jwk, arena);
	else if (str_eq(type, STR("EC")))
		key.pkey = ec_key(jwk, arena);
	else if (str_eq(type, STR("OKP")))
		key.pkey = okp_key(jwk, arena);
	else if (str_eq(type, STR("oct")))
		key.secret = member_bytes(jwk, "k", arena);
	ERR_clear_error();
	if (!key.pkey && key.secret.n == 0)
		return err_set(err, ERR_INPUT, "failed to parse a JWK key (set)");
	*out = key;
	return 0;
}

static int read_jwk_set(str text, struct arena *arena, struct keys *out, struct err *err)
{
	const struct value *list;
	struct value v;

	if (encoding_json_read(text, arena, &v, err) < 0)
		return err_wrap(err, "failed to parse a JWK key (set)");
	list = VALUE_GET(&v, "keys");
	if (!list || list->type != VALUE_ARRAY)
		list = NULL;
	if (list && list->n > KEY_MAX_KEYS)
		return err_set(err, ERR_INPUT, "failed to parse a JWK key (set): %u keys", list->n);
	out->items = ARENA_ARRAY(arena, struct key, list ? list->n : 1);
	for (uint32_t i = 0; i < (list ? list->n : 1); i++) {
		if (key_from_jwk(list ? &list->items[i] : &v, arena, &out->items[out->n], err) < 0)
			return -1;
		out->n++;
	}
	return 0;
}

static EVP_PKEY *key_of_block(const char *type, const unsigned char *der, long n)
{
	const unsigned char *p = der;
	EVP_PKEY *pkey = NULL;

	if (strcmp(type, "CERTIFICATE") == 0) {
		X509 *cert = d2i_X509(NULL, &p, n);

		pkey = cert ? X509_get_pubkey(cert) : NULL;
		X509_free(cert);
	} else if (strcmp(type, "PUBLIC KEY") == 0) {
		pkey = d2i_PUBKEY(NULL, &p, n);
	}
	return pkey;
}

static int read_pem(str text, struct arena *arena, struct keys *out, struct err *err)
{
	BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
	char *type = NULL, *header = NULL;
	unsigned char *der = NULL;
	long n = 0;
	int rc = 0;

	if (!bio || PEM_read_bio(bio, &type, &header, &der, &n) != 1) {
		rc = err_set(err, ERR_INPUT, "failed to extract a Key from the PEM certificate");
	} else {
		char *left;
		long count = BIO_get_mem_data(bio, &left);
		str rest = str_trim(str_of(left, (size_t)count));
		out->items = ARENA_NEW(arena, struct key);
		if (rest.n)
			rc = err_set(err, ERR_INPUT, "extra data after a PEM certificate block");
		else if (!(out->items->pkey = key_of_block(type, der, n)))
			rc = err_set(err, ERR_INPUT,
				     "failed to extract a Key from the PEM certificate");
		out->n = rc == 0;
	}
	OPENSSL_free(type);
	OPENSSL_free(header);
	OPENSSL_free(der);
	BIO_free(bio);
	ERR_clear_error();
	return rc;
}

int keys_read(str text, struct arena *arena, struct keys *out, struct err *err)
{
	AUTO(keys_done)
	struct keys keys = { 0 };
	int rc;

	if (text.n > (1u << 20))
		return err_set(err, ERR_INPUT, "key of %zu bytes", text.n);
	rc = str_find(text, STR("-----BEGIN ")) >= 0 ? read_pem(text, arena, &keys, err)
						     : read_jwk_set(text, arena, &keys, err);
	if (rc < 0)
		return -1;
	*out = keys;
	keys = (struct keys){ 0 };
	return 0;
}

static void add_number(struct object_builder *b, const char *name, EVP_PKEY *pkey,
		       const char *param, int width)
{
	unsigned char bytes[KEY_MAX_BITS / 8];
	BIGNUM *number = NULL;
	int n;

	if (EVP_PKEY_get_bn_param(pkey, param, &number) == 1 &&
	    BN_num_bytes(number) <= (int)sizeof(bytes) && width <= (int)sizeof(bytes)) {
		n = width ? BN_bn2binpad(number, bytes, width) : BN_bn2bin(number, bytes);
		if (n > 0)
			object_builder_add(b, value_str(str_c(name)),
					   value_str(encoding_base64_write(
						   str_of((const char *)bytes, (size_t)n), true,
						   false, b->arena)));
	}
	BN_clear_free(number);
}

static void add_ec(struct object_builder *b, EVP_PKEY *pkey)
{
	int bits = EVP_PKEY_get_bits(pkey), width = (bits + 7) / 8;

	OBJECT_ADD(b, "kty", VALUE_STR("EC"));
	OBJECT_ADD(b, "crv", value_str(str_fmt(b->arena, "P-%d", bits)));
	add_number(b, "x", pkey, OSSL_PKEY_PARAM_EC_PUB_X, width);
	add_number(b, "y", pkey, OSSL_PKEY_PARAM_EC_PUB_Y, width);
	add_number(b, "d", pkey, OSSL_PKEY_PARAM_PRIV_KEY, width);
}

static void add_rsa(struct object_builder *b, EVP_PKEY *pkey)
{
	OBJECT_ADD(b, "kty", VALUE_STR("RSA"));
	add_number(b, "n", pkey, OSSL_PKEY_PARAM_RSA_N, 0);
	add_number(b, "e", pkey, OSSL_PKEY_PARAM_RSA_E, 0);
	add_number(b, "d", pkey, OSSL_PKEY_PARAM_RSA_D, 0);
	add_number(b, "p", pkey, OSSL_PKEY_PARAM_RSA_FACTOR1, 0);
	add_number(b, "q", pkey, OSSL_PKEY_PARAM_RSA_FACTOR2, 0);
	add_number(b, "dp", pkey, OSSL_PKEY_PARAM_RSA_EXPONENT1, 0);
	add_number(b, "dq", pkey, OSSL_PKEY_PARAM_RSA_EXPONENT2, 0);
	add_number(b, "qi", pkey, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, 0);
}

static void add_okp(struct object_builder *b, EVP_PKEY *pkey)
{
	unsigned char bytes[32];
	size_t n = sizeof(bytes);

	OBJECT_ADD(b, "kty", VALUE_STR("OKP"));
	OBJECT_ADD(b, "crv", VALUE_STR("Ed25519"));
	if (EVP_PKEY_get_raw_public_key(pkey, bytes, &n) == 1)
		OBJECT_ADD(b, "x",
			   value_str(encoding_base64_write(str_of((const char *)bytes, n), true,
							   false, b->arena)));
	n = sizeof(bytes);
	if (EVP_PKEY_get_raw_private_key(pkey, bytes, &n) == 1)
		OBJECT_ADD(b, "d",
			   value_str(encoding_base64_write(str_of((const char *)bytes, n), true,
							   false, b->arena)));
}

struct value key_to_jwk(EVP_PKEY *pkey, struct arena *arena)
{
	struct object_builder b;

	object_builder_init(&b, arena);
	switch (EVP_PKEY_get_base_id(pkey)) {
	case EVP_PKEY_RSA:
		add_rsa(&b, pkey);
		break;
	case EVP_PKEY_EC:
		add_ec(&b, pkey);
		break;
	case EVP_PKEY_ED25519:
		add_okp(&b, pkey);
		break;
	default:
		return value_null();
	}
	ERR_clear_error();
	return object_builder_take_last(&b);
}
