/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha.h"

#include "base/num.h"

#include "test.h"

static const struct {
	enum sha_kind kind;
	const char *empty, *abc; /* examples of FIPS 180-4 */
} known[] = {
	{ SHA_KIND_1, "da39a3ee5e6b4b0d3255bfef95601890afd80709",
	  "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ SHA_KIND_256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ SHA_KIND_384,
	  "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
	  "274edebfe76f65fbd51ad2f14898b95b",
	  "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	  "8086072ba1e7cc2358baeca134c825a7" },
	{ SHA_KIND_512,
	  "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
	  "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
	  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
};

TEST(sha_of_known_bytes)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct sha sha;
		char hex[SHA_HEX_MAX];

		sha_init(&sha, known[i].kind);
		CHECK_INT(sha_end_hex(&sha, hex), strlen(known[i].empty));
		CHECK_STR(hex, known[i].empty);
		sha_init(&sha, known[i].kind);
		sha_add(&sha, "a", 1);
		sha_add(&sha, "", 0);
		sha_add(&sha, "bc", 2);
		(void)sha_end_hex(&sha, hex);
		CHECK_STR(hex, known[i].abc);
	}
}

/* Pieces of any length give what all of it at once gives: blocks are 64 and 128 bytes. */
TEST(sha_of_pieces)
{
	char bytes[1000];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	for (int kind = 0; kind < SHA_KINDS; kind++) {
		unsigned char whole[SHA_BYTES_MAX], pieces[SHA_BYTES_MAX];
		size_t n = sha_of((enum sha_kind)kind, str_of(bytes, sizeof(bytes)), whole);
		struct sha sha;

		sha_init(&sha, (enum sha_kind)kind);
		for (size_t at = 0, step = 1; at < sizeof(bytes); at += step, step++)
			sha_add(&sha, bytes + at, size_min(step, sizeof(bytes) - at));
		CHECK_INT(sha_end(&sha, pieces), n);
		CHECK(memcmp(whole, pieces, n) == 0);
	}
}
