/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/essentials.h"

#include "advisory/import.h"

static const unsigned char essentials[] = {
#include "essentials.jsonl.inc"
};

/* Which of them CISA knows to be exploited, in the form of its catalogue. */
static const unsigned char exploited[] = {
#include "essentials_kev.csv.inc"
};

str essentials_text(void) { return str_of((const char *)essentials, sizeof(essentials)); }

/* The text between two marks of a line; our own file, so its form is known (tests hold it). */
static str between(str line, str before, str after)
{
	ptrdiff_t at = str_find(line, before);
	str rest = at < 0 ? STR_EMPTY : str_skip(line, (size_t)at + before.n);
	ptrdiff_t end = str_find(rest, after);

	return end < 0 ? STR_EMPTY : str_take(rest, (size_t)end);
}

str essentials_title_ja(str id)
{
	str text = essentials_text();
	size_t low = 0, high = text.n; /* where lines begin; they are in the order of their ids */

	while (low < high) {
		size_t start = low + (high - low) / 2;

		while (start > low && text.p[start - 1] != '\n')
			start--;
		str rest = str_skip(text, start), line;

		if (!str_line(&rest, &line))
			return STR_EMPTY;
		int order = str_cmp(between(line, STR("\"id\":\""), STR("\"")), id);

		if (order == 0)
			return between(line, STR("\"ja\":\""), STR("\""));
		if (order < 0)
			low = start + line.n + 1;
		else
			high = start;
	}
	return STR_EMPTY;
}

int essentials_add(struct advisory_build *build, struct err *err)
{
	str kev = str_of((const char *)exploited, sizeof(exploited));

	if (advisory_build_add_text(build, essentials_text(), STR("built-in"), STR("essentials"),
				    STR_EMPTY, err) < 0)
		return -1;
	return advisory_build_add_text(build, kev, STR("built-in"), STR("essentials-kev"),
				       STR_EMPTY, err);
}
