/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/reference.h"

#include "casefile.h"
#include "test.h"

TEST(references_in_full)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("oci/reference.txt");

	while (casefile_next(&file)) {
		str text = casefile_field(&file), want = casefile_field(&file), got = STR("bad");
		struct reference ref;
		struct err err = { 0 };

		if (reference_parse(text, arena, &ref, &err) == 0)
			got = reference_text(&ref, arena);
		CASE_CHECK(&file, str_eq(got, want), "got %.*s (%s)", STR_ARG(got), err.msg);
		CASE_CHECK(&file, err.kind == ERR_NONE || err.kind == ERR_USAGE, "kind %d",
			   err.kind);
	}
}

TEST(a_full_reference_reads_back_as_itself)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct reference a, b;
	struct err err;

	CHECK_OK(reference_parse(STR("localhost:5000/x/y:1"), arena, &a, &err));
	CHECK_OK(reference_parse(reference_text(&a, arena), arena, &b, &err));
	CHECK_STR_EQ(a.repository, b.repository);
	CHECK_STRV(b.registry, "localhost:5000");
	CHECK_STRV(reference_name(&b, arena), "localhost:5000/x/y:1");
}
