/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/history_mask.h"

#include "oci/digest.h"
#include "test.h"

TEST(commands_are_shown_without_what_looks_like_a_credential)
{
	static const char *const cases[][2] = {
		{ "RUN make install", "RUN make install" },
		{ "|2 TOKEN=abc VERSION=1 /bin/sh -c make",
		  "|2 TOKEN=*** VERSION=1 /bin/sh -c make" },
		{ "ENV DB_PASSWORD=\"a b c\" X=1", "ENV DB_PASSWORD=*** X=1" },
		{ "mysql --password s3cret -u root", "mysql --password *** -u root" },
		{ "mysql --password=s3cret;x", "mysql --password=***;x" },
		{ "git clone https://user:pw@example.org/x",
		  "git clone https://***@example.org/x" },
		{ "curl https://example.org/a@b", "curl https://example.org/a@b" },
		{ "curl -H \"Authorization: Bearer abc.def\"",
		  "curl -H \"Authorization: Bearer ***" },
		{ "echo tokenizer is installed", "echo tokenizer is installed" },
		{ "API_KEY:abc", "API_KEY:***" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		CHECK_STR_EQ(history_mask(str_c(cases[i][0]), NULL, 0, 0, arena),
			     str_c(cases[i][1]));
}

TEST(secrets_that_were_found_are_masked_exactly)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str digest = digest_encoded(digest_sha256(STR("zq81kkP0"), arena));
	struct secret_finding found = { .place = SECRET_HISTORY,
					.path = STR("2"),
					.length = 8,
					.shown = STR("zq81"),
					.digest = str_take(digest, 6) };
	str text = STR("RUN login zq81kkP1 zq81kkP0 now");

	CHECK_STRV(history_mask(text, &found, 1, 2, arena), "RUN login zq81kkP1 *** now");
	CHECK_STR_EQ(history_mask(text, &found, 1, 3, arena), text); /* of another step */
	/* It is there, and cannot be told: nothing is shown. */
	CHECK_STRV(history_mask(STR("RUN login"), &found, 1, 2, arena), "***");
}
