/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

#include "base/arena.h"
#include "test.h"

TEST(base64_both_ways)
{
	static const struct {
		str plain, text;
	} cases[] = {
		{ STR_INIT(""), STR_INIT("") },
		{ STR_INIT("f"), STR_INIT("Zg==") },
		{ STR_INIT("fo"), STR_INIT("Zm8=") },
		{ STR_INIT("foo"), STR_INIT("Zm9v") },
		{ STR_INIT("foob"), STR_INIT("Zm9vYg==") },
		{ STR_INIT("fooba"), STR_INIT("Zm9vYmE=") },
		{ STR_INIT("\xff\xfe\xfd\x00\x01"), STR_INIT("//79AAE=") },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		str got;

		CHECK_STR_EQ(base64_encode(arena, cases[i].plain), cases[i].text);
		CHECK(base64_decode(arena, cases[i].text, &got));
		CHECK_STR_EQ(got, cases[i].plain);
	}
}

TEST(base64_refuses_what_is_malformed)
{
	static const str bad[] = { STR_INIT("Zg"),     STR_INIT("Zg="),	 STR_INIT("Z==="),
				   STR_INIT("Zg==\n"), STR_INIT("Zm9-"), STR_INIT("=Zg="),
				   STR_INIT("Zm9 ") };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK(!base64_valid(bad[i]));
}
