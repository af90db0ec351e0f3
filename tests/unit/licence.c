/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_judge.h"

#include "base/err.h"
#include "casefile.h"
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

/* "text -> what it means"; `arrow` is what stood between. */
static bool cut_case(str line, str arrow, str *text, str *want)
{
	ptrdiff_t at = str_find(line, arrow);

	if (at < 0)
		return false;
	*text = str_take(line, (size_t)at);
	*want = str_skip(line, (size_t)at + arrow.n);
	return true;
}

TEST(licence_expressions_of_the_table)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("licence/expression.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		bool broken = str_starts(file.line, STR("! "));
		const struct licence *licence;
		struct err err;
		str text, want;

		CASE_CHECK(&file,
			   cut_case(str_skip(file.line, broken ? 2 : 0), STR(" -> "), &text, &want),
			   "no arrow");
		bool read = licence_parse(text, arena, &licence, &err) == 0;
		CASE_CHECK(&file, read != broken, "%s", read ? "it was read" : err.msg);
		str got = read ? licence_print(licence, arena)
			       : str_without_prefix(str_c(err.msg), STR("licence expression: "));
		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
		if (!read)
			continue;
		/* What was written is read as the same. */
		CASE_CHECK(&file, licence_parse(got, arena, &licence, &err) == 0, "%s", err.msg);
		CASE_CHECK(&file, str_eq(licence_print(licence, arena), got), "it changes");
	}
}

TEST(licence_names_people_write)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("licence/read.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		bool sure = true, certain;
		str text, want;

		if (!cut_case(file.line, STR(" -> "), &text, &want)) {
			sure = false;
			CASE_CHECK(&file, cut_case(file.line, STR(" ~> "), &text, &want),
				   "no arrow");
		}
		const struct licence *licence = licence_read(text, arena, &certain);
		CASE_CHECK(&file, licence, "nothing was read");
		str got = licence_print(licence, arena);
		CASE_CHECK(&file, str_eq(got, want), "got %.*s", STR_ARG(got));
		CASE_CHECK(&file, certain == sure, "certain is %d", certain);
	}
}

static size_t read_list(str text, str *list, size_t max)
{
	size_t n = 0;
	str rest = text, item;

	while (!str_eq(text, STR("-")) && n < max && str_split(&rest, ',', &item))
		list[n++] = item;
	return n;
}

TEST(licences_are_judged_by_category_and_lists)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("licence/judge.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		str fields[5], rest = file.line, allow[8], deny[8];
		bool certain;

		for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
			CASE_CHECK(&file, str_split(&rest, '|', &fields[i]), "five fields");
			fields[i] = str_trim(fields[i]);
		}
		const struct licence_policy policy = {
			.allow = allow,
			.allow_count = read_list(fields[0], allow, ARRAY_LEN(allow)),
			.deny = deny,
			.deny_count = read_list(fields[1], deny, ARRAY_LEN(deny)),
		};
		struct licence_verdict v =
			licence_judge(&policy, licence_read(fields[2], arena, &certain));
		CASE_CHECK(&file, str_eq(fields[3], str_c(licence_rule_name(v.rule))), "rule is %s",
			   licence_rule_name(v.rule));
		CASE_CHECK(&file, str_eq(fields[4], str_c(licence_category_name(v.category))),
			   "category is %s", licence_category_name(v.category));
	}
}

TEST(no_licence_is_unknown_and_on_no_list_of_allowed_ones)
{
	static const str mit[] = { STR_INIT("MIT") };
	const struct licence_policy allow = { .allow = mit, .allow_count = 1 };

	CHECK_INT(licence_judge(NULL, NULL).category, LICENCE_UNKNOWN);
	CHECK_INT(licence_judge(NULL, NULL).rule, LICENCE_NO_RULE);
	CHECK_INT(licence_judge(&allow, NULL).rule, LICENCE_NOT_ALLOWED);
}
