/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/digest.h"

#include "casefile.h"
#include "test.h"

TEST(digest_grammar)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("oci/digest.txt");

	while (casefile_next(&file)) {
		str want = casefile_field(&file), text = casefile_field(&file);

		CASE_CHECK(&file, digest_valid(text) == str_eq(want, STR("valid")), "want %.*s",
			   STR_ARG(want));
	}
}

TEST(digest_of_known_bytes)
{
	struct err err;

	CHECK_OK(digest_verify(
		STR("abc"),
		STR("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
		&err));
	CHECK_OK(digest_verify(
		STR("abc"),
		STR("sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55"
		    "d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca4"
		    "9f"),
		&err));
}

TEST(digest_mismatch_names_both)
{
	struct err err;

	CHECK_FAIL(digest_verify(
		STR("abd"),
		STR("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
		&err));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK_STR(
		err.msg,
		"wrong digest: the content has "
		"sha256:a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9 instead of "
		"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(digest_unknown_algorithm_is_unsupported)
{
	struct err err;

	CHECK(digest_valid(STR("md5:d41d8cd98f00b204e9800998ecf8427e")));
	CHECK_FAIL(digest_verify(STR(""), STR("md5:d41d8cd98f00b204e9800998ecf8427e"), &err));
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
}
