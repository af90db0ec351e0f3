/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>

#include "policy/builtin.h"
#include "policy/encoding.h"
#include "policy/key.h"

static int digest(struct builtin_call *call, const char *name, const struct value *v,
		  struct value *out)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (!builtin_charge_bytes(call, (uint64_t)v->n * 2))
		return BUILTIN_HALT;
	if (EVP_Digest(v->n ? v->text : "", v->n, bytes, &n, EVP_get_digestbyname(name), NULL) != 1)
		return builtin_fail(call, "%s is not available", name);
	*out = value_str(encoding_hex(str_of((const char *)bytes, n), call->arena));
	return BUILTIN_OK;
}

static int hmac(struct builtin_call *call, const char *name, const struct value *args,
		struct value *out)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	size_t n;

	if (!builtin_charge_bytes(call, (uint64_t)args[0].n * 2 + args[1].n))
		return BUILTIN_HALT;
	n = key_hmac(name, value_text(&args[1]), value_text(&args[0]), bytes);
	if (n == 0)
		return builtin_fail(call, "%s is not available", name);
	*out = value_str(encoding_hex(str_of((const char *)bytes, n), call->arena));
	return BUILTIN_OK;
}

#define DIGEST(function, name)                                                          \
	static int function(struct builtin_call *call, const struct value *args,        \
			    struct value *out)                                          \
	{                                                                               \
		return digest(call, name, &args[0], out);                               \
	}                                                                               \
	static int hmac_##function(struct builtin_call *call, const struct value *args, \
				   struct value *out)                                   \
	{                                                                               \
		return hmac(call, name, args, out);                                     \
	}                                                                               \
	struct digest_needs_semicolon

DIGEST(md5, "MD5");
DIGEST(sha1, "SHA1");
DIGEST(sha256, "SHA256");

static int hmac_sha512(struct builtin_call *call, const struct value *args, struct value *out)
{
	return hmac(call, "SHA512", args, out);
}

static int hmac_equal(struct builtin_call *call, const struct value *args, struct value *out)
{
	str a = value_text(&args[0]), b = value_text(&args[1]);

	if (!builtin_charge_bytes(call, a.n))
		return BUILTIN_HALT;
	*out = value_bool(a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0));
	return BUILTIN_OK;
}

#define DIGEST_TYPE "string -> string"
#define HMAC_TYPE   "string, string -> string"

const struct builtin builtins_crypto[] = {
	{ "crypto.md5", DIGEST_TYPE, md5 },
	{ "crypto.sha1", DIGEST_TYPE, sha1 },
	{ "crypto.sha256", DIGEST_TYPE, sha256 },
	{ "crypto.hmac.md5", HMAC_TYPE, hmac_md5 },
	{ "crypto.hmac.sha1", HMAC_TYPE, hmac_sha1 },
	{ "crypto.hmac.sha256", HMAC_TYPE, hmac_sha256 },
	{ "crypto.hmac.sha512", HMAC_TYPE, hmac_sha512 },
	{ "crypto.hmac.equal", "string, string -> boolean", hmac_equal },
	{ .name = NULL },
};
