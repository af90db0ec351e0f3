/* SPDX-License-Identifier: Apache-2.0 */
/* FIRST's EPSS scores: a comment line with model and date, column names, then
 * "CVE,score,percentile". */
#include "advisory/csv.h"
#include "advisory/form/form.h"

static bool is(const struct head *head)
{
	str rest = head->text, line;

	while (str_line(&rest, &line)) {
		if (!str_starts(line, STR("#")))
			return str_starts(line, STR("cve,epss,percentile"));
	}
	return false;
}

/* "0.03351" in millionths, at most one million; digits after the sixth are cut. */
static bool millionths(str s, uint32_t *out)
{
	uint64_t whole = 0;
	str before = s, after = STR_EMPTY;
	uint32_t value = 0;

	(void)str_cut(s, '.', &before, &after);
	if (!str_u64(before, &whole) || whole > 1)
		return false;
	for (size_t i = 0; i < after.n; i++) {
		if (!is_digit(after.p[i]))
			return false;
	}
	for (size_t i = 0; i < 6; i++)
		value = value * 10 + (i < after.n ? (uint32_t)(after.p[i] - '0') : 0);
	value += (uint32_t)whole * 1000000;
	if (value > 1000000)
		return false;
	*out = value;
	return true;
}

/* "#model_version:v2025.03.14,score_date:2026-08-16T00:00:00+0000" */
static void read_comment(struct form_run *run, str line)
{
	ptrdiff_t at = str_find(line, STR("score_date:"));

	if (at >= 0)
		build_source_dated(run->build, str_take(str_skip(line, (size_t)at + 11), 10));
}

static int run(struct form_run *run, struct err *err)
{
	str line = run->item->text, fields[3];
	uint32_t score, percentile;

	if (str_starts(line, STR("#"))) {
		read_comment(run, line);
		return 0;
	}
	if (str_empty(line) || str_starts(line, STR("cve,")))
		return 0;
	if (csv_fields(line, run->scratch, fields, 3) < 3 || !is_cve(fields[0]) ||
	    !millionths(fields[1], &score) || !millionths(fields[2], &percentile)) {
		form_skip(run, "malformed score", str_take(line, 60));
		return 0;
	}
	return build_epss(run->build, fields[0], score, percentile, err);
}

const struct form form_epss = {
	.name = "epss", .is = is, .has_mode = true, .mode = ITEM_LINES, .run = run
};
