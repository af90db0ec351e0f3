/* SPDX-License-Identifier: Apache-2.0 */
/* Debian 12 has OpenSSL 3.0: there these functions are all there, and only called old. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/sha.h"

#include <assert.h>
#include <openssl/crypto.h>

void sha_init(struct sha *sha, enum sha_kind kind)
{
	int ok = 0;

	sha->kind = kind;
	switch (kind) {
	case SHA_KIND_1:
		ok = SHA1_Init(&sha->state.sha1);
		break;
	case SHA_KIND_256:
		ok = SHA256_Init(&sha->state.sha256);
		break;
	case SHA_KIND_384:
		ok = SHA384_Init(&sha->state.sha512);
		break;
	case SHA_KIND_512:
		ok = SHA512_Init(&sha->state.sha512);
		break;
	case SHA_KINDS:
		break;
	}
	assert(ok == 1);
}

void sha_add(struct sha *sha, const void *bytes, size_t n)
{
	int ok;

	if (sha->kind == SHA_KIND_1)
		ok = SHA1_Update(&sha->state.sha1, bytes, n);
	else if (sha->kind == SHA_KIND_256)
		ok = SHA256_Update(&sha->state.sha256, bytes, n);
	else
		ok = SHA512_Update(&sha->state.sha512, bytes, n); /* and SHA-384 */
	assert(ok == 1);
}

size_t sha_end(struct sha *sha, unsigned char out[SHA_BYTES_MAX])
{
	static const size_t lengths[SHA_KINDS] = { SHA_DIGEST_LENGTH, SHA256_DIGEST_LENGTH,
						   SHA384_DIGEST_LENGTH, SHA512_DIGEST_LENGTH };
	size_t n;
	int ok;

	/* The length of SHA-384 stands in its state. */
	if (sha->kind == SHA_KIND_1)
		ok = SHA1_Final(out, &sha->state.sha1);
	else if (sha->kind == SHA_KIND_256)
		ok = SHA256_Final(out, &sha->state.sha256);
	else
		ok = SHA512_Final(out, &sha->state.sha512);
	assert(ok == 1);
	n = lengths[sha->kind];
	OPENSSL_cleanse(sha, sizeof(*sha));
	return n;
}

size_t sha_end_hex(struct sha *sha, char out[SHA_HEX_MAX])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char raw[SHA_BYTES_MAX];
	size_t n = sha_end(sha, raw);

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = hex[raw[i] >> 4];
		out[2 * i + 1] = hex[raw[i] & 15];
	}
	out[2 * n] = 0;
	return 2 * n;
}

size_t sha_of(enum sha_kind kind, str bytes, unsigned char out[SHA_BYTES_MAX])
{
	struct sha sha;

	sha_init(&sha, kind);
	sha_add(&sha, bytes.p, bytes.n);
	return sha_end(&sha, out);
}
