/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence.h"

#include "test.h"

static void check_normal(const char *text, const char *want)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str got = STR("(no expression)");

	IGNORE(licence_normal(str_c(text), arena, &got)); /* then it stays as it is */
	CHECK_STR_EQ(got, str_c(want ? want : "(no expression)"));
}

TEST(licence_ids_are_found_without_regard_to_case)
{
	CHECK_STR_EQ(licence_id(STR("apache-2.0")), STR("Apache-2.0"));
	CHECK_STR_EQ(licence_id(STR("MIT")), STR("MIT"));
	CHECK_STR_EQ(licence_id(STR("0bsd")), STR("0BSD"));
	CHECK_STR_EQ(licence_id(STR("ZPL-2.1")), STR("ZPL-2.1"));
	CHECK(str_empty(licence_id(STR("Apache-2"))));
	CHECK(str_empty(licence_id(STR(""))));
	CHECK_STR_EQ(licence_exception(STR("classpath-EXCEPTION-2.0")),
		     STR("Classpath-exception-2.0"));
	CHECK(str_empty(licence_id(STR("Classpath-exception-2.0"))));
}

TEST(licence_expressions_are_written_as_the_specification_writes_them)
{
	check_normal("mit", "MIT");
	check_normal("(MIT or apache-2.0) and isc", "(MIT OR Apache-2.0) AND ISC");
	check_normal("((MIT) AND (ISC AND Zlib))", "MIT AND ISC AND Zlib");
	check_normal("MIT AND ISC OR Zlib", "MIT AND ISC OR Zlib");
	check_normal("GPL-2.0-only with classpath-exception-2.0",
		     "GPL-2.0-only WITH Classpath-exception-2.0");
	check_normal("Apache-2.0+", "Apache-2.0+");
	check_normal("LicenseRef-own OR MIT", "LicenseRef-own OR MIT");
	check_normal("DocumentRef-x:LicenseRef-y", "DocumentRef-x:LicenseRef-y");
}

TEST(licence_names_of_distributions_become_identifiers_where_that_is_certain)
{
	check_normal("GPLv2+", "GPL-2.0-or-later");
	check_normal("GPLv2+ and LGPLv2.1", "GPL-2.0-or-later AND LGPL-2.1-only");
	check_normal("ASL 2.0", "Apache-2.0");
	check_normal("Expat", "MIT");
	check_normal("GPL-2.0+", "GPL-2.0-or-later");
	check_normal("BSD", NULL);
	check_normal("GPLv2+ with exceptions", NULL);
	check_normal("Public Domain", NULL);
}

TEST(licence_expressions_that_are_broken_are_none)
{
	static const char *const bad[] = { "",	   "AND",      "MIT AND",     "MIT ISC",
					   "(MIT", "MIT)",     "MIT OR OR",   "LicenseRef-",
					   "()",   "MIT WITH", "MIT WITH MIT" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		check_normal(bad[i], NULL);
}

TEST(licence_expressions_nest_only_so_deep)
{
	char text[2 * LICENCE_MAX_DEPTH + 16];
	size_t n = 0;

	for (size_t i = 0; i < LICENCE_MAX_DEPTH + 1; i++)
		text[n++] = '(';
	memcpy(text + n, "MIT", 4);
	check_normal(text, NULL);
}

TEST(licence_refs_hold_only_what_spdx_allows)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(licence_ref(STR("Public Domain (sort of)"), arena),
		   "LicenseRef-Public-Domain-sort-of");
	CHECK(str_starts(licence_ref(STR("???"), arena), STR("LicenseRef-")));
	CHECK(!str_eq(licence_ref(STR("???"), arena), licence_ref(STR("!!!"), arena)));
}
