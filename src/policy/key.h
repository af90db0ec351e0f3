/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * key: keys of JSON Web Tokens (RFC 7517) and of PEM texts, and what is done with them: signatures
 * of RFC 7518 and RFC 8037 by OpenSSL.
 */
#include <openssl/evp.h>

#include "policy/value.h"

struct err;

#define KEY_MAX_KEYS 1000u
#define KEY_MAX_BITS 16384 /* of RSA: larger ones cost more than they should */

struct key {
	EVP_PKEY *pkey; /* or NULL: a secret */
	str secret;
	str id, algorithm; /* empty: none */
};

struct keys {
	struct key *items;
	size_t n;
};

void keys_done(struct keys *keys);
static inline void auto_keys_done(struct keys *keys) { keys_done(keys); }

/* A PEM certificate or public key, a JWK, or a set of them. Texts live in `arena`. */
int keys_read(str text, struct arena *arena, struct keys *out, struct err *err) MUST_USE;
/* One JWK, with its private part when it is there. */
int key_from_jwk(const struct value *jwk, struct arena *arena, struct key *out,
		 struct err *err) MUST_USE;
void key_done(struct key *key);
static inline void auto_key_done(struct key *key) { key_done(key); }

enum key_scheme { KEY_HMAC, KEY_RSA, KEY_PSS, KEY_ECDSA, KEY_EDDSA };

struct key_algorithm {
	const char *name; /* "HS256" */
	enum key_scheme scheme;
	const char *digest; /* of OpenSSL; NULL: none */
};

const struct key_algorithm *key_algorithm_find(str name);
/* True when the signature of `text` holds; a key of another type is no match. */
bool key_verify(const struct key_algorithm *a, const struct key *key, str text, str signature);
int key_sign(const struct key_algorithm *a, const struct key *key, str text, struct arena *arena,
	     str *out, struct err *err) MUST_USE;
/* HMAC of any digest; at most EVP_MAX_MD_SIZE bytes. */
size_t key_hmac(const char *digest, str secret, str text, unsigned char out[EVP_MAX_MD_SIZE]);

/* A JWK of a public or private key; null when it is of a kind that has none. */
struct value key_to_jwk(EVP_PKEY *pkey, struct arena *arena);
