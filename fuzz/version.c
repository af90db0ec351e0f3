/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every scheme orders any three texts (the first three lines) without contradiction; a range (the
 * fourth line) is judged or refused; what parses as a whole version is valid.
 */
#include "advisory/version/version.h"
#include "must.h"

#include "base/arena.h"
#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int sign(int order) { return (order > 0) - (order < 0); }

static void order_check(const struct version_scheme *scheme, const str text[3])
{
	int order[3][3];

	for (int i = 0; i < 3; i++) {
		for (int k = 0; k < 3; k++)
			order[i][k] = sign(scheme->compare(text[i], text[k]));
	}
	for (int i = 0; i < 3; i++) {
		must(order[i][i] == 0);
		for (int k = 0; k < 3; k++) {
			must(order[i][k] == -order[k][i]);
			for (int j = 0; j < 3; j++) {
				int a = order[i][k], b = order[k][j];

				if (a < 0 && b < 0)
					must(order[i][j] < 0);
				if (!scheme->partial && a <= 0 && b <= 0)
					must(order[i][j] == (a < b ? a : b));
			}
		}
	}
}

static void scheme_check(const struct version_scheme *scheme, const str text[3], str range)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct version_parts parts;
	struct err err;
	str normal, text_again;
	bool in;

	order_check(scheme, text);
	for (unsigned flags = 0; flags < 4; flags++) {
		IGNORE(version_range_match(scheme, range, text[0], flags, arena, &in,
					   &err)); /* may be bad */
		if (scheme->range_normal &&
		    scheme->range_normal(range, flags, arena, &normal, &err) == 0)
			must(str_eq(normal, STR("*")) ||
			     scheme->range_match(normal, text[0], flags, arena, &in, &err) == 0);
		if (scheme->parse && scheme->parse(text[0], flags, &parts))
			must(scheme->valid(text[0], flags));
	}
	if (scheme->bare)
		must(str_starts(text[0], scheme->bare(text[0])));
	if (scheme->normal && scheme->normal(text[0], arena, &normal)) {
		must(scheme->valid(text[0], 0) && scheme->compare(text[0], normal) == 0);
		must(scheme->normal(normal, arena, &text_again) && str_eq(normal, text_again));
	}
	if (scheme->valid)
		must(!scheme->fuzzy_equal || !scheme->valid(text[0], 0) ||
		     scheme->fuzzy_equal(text[0], text[0]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str rest = str_of((const char *)data, size), text[3] = { STR_EMPTY }, range = STR_EMPTY;

	for (int i = 0; i < 3; i++)
		IGNORE(str_split(&rest, '\n', &text[i])); /* missing lines are empty */
	IGNORE(str_split(&rest, '\n', &range));		  /* the same */
	for (size_t i = 0; version_scheme_at(i); i++)
		scheme_check(version_scheme_at(i), text, range);
	return 0;
}
