/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * sha: running hashes of the SHA family, OpenSSL's own functions for each of them. Its EVP
 * interface would load providers and tables of all algorithms first: 2 MiB in each process, and
 * each worker hashes. None of this fails. For HMAC, signatures and hashes by name it is EVP still.
 */
#include <openssl/sha.h>
#include <stddef.h>

#include "base/str.h"

enum sha_kind { SHA_KIND_1, SHA_KIND_256, SHA_KIND_384, SHA_KIND_512, SHA_KINDS };

#define SHA_BYTES_MAX 64u		      /* of the longest */
#define SHA_HEX_MAX   (2 * SHA_BYTES_MAX + 1) /* with NUL */

/* Nothing to be freed. */
struct sha {
	enum sha_kind kind;
	union {
		SHA_CTX sha1;
		SHA256_CTX sha256;
		SHA512_CTX sha512;
	} state;
};

void sha_init(struct sha *sha, enum sha_kind kind);
void sha_add(struct sha *sha, const void *bytes, size_t n);
/* The hash; its length. Nothing of it stays; no more adding after it. */
size_t sha_end(struct sha *sha, unsigned char out[SHA_BYTES_MAX]);
/* The same in lower-case hex with NUL; the digits. */
size_t sha_end_hex(struct sha *sha, char out[SHA_HEX_MAX]);
/* All at once. */
size_t sha_of(enum sha_kind kind, str bytes, unsigned char out[SHA_BYTES_MAX]);
