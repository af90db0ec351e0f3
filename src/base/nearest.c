/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"

#define NEAREST_MAX_BYTES 64u

static int word_distance(str a, str b)
{
	int row[NEAREST_MAX_BYTES + 1];

	for (size_t j = 0; j <= b.n; j++)
		row[j] = (int)j;
	for (size_t i = 1; i <= a.n; i++) {
		int diagonal = row[0];

		row[0] = (int)i;
		for (size_t j = 1; j <= b.n; j++) {
			int above = row[j], best = diagonal + (a.p[i - 1] != b.p[j - 1]);

			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = above;
			row[j] = best;
		}
	}
	return row[b.n];
}

const char *nearest_word(str word, const char *const *words, size_t n)
{
	const char *best = NULL;
	int best_distance = 4; /* at most three slips, and less than half of the word */

	for (size_t i = 0; i < n; i++) {
		str candidate = str_c(words[i]);

		if (word.n > NEAREST_MAX_BYTES || candidate.n > NEAREST_MAX_BYTES)
			continue;
		int distance = word_distance(word, candidate);
		if (word.n >= 3 && str_starts(candidate, word))
			distance = 1;
		if (distance < best_distance && (size_t)distance * 2 <= candidate.n) {
			best = words[i];
			best_distance = distance;
		}
	}
	return best;
}

str nearest_hint(struct arena *arena, str word, str words)
{
	const char **list = ARENA_ARRAY(arena, const char *, words.n / 2 + 1), *near;
	size_t n = 0;
	str one;

	while (str_split(&words, ' ', &one)) {
		if (one.n > 0)
			list[n++] = str_cstr(arena, one);
	}
	near = nearest_word(word, list, n);
	return near ? str_fmt(arena, "; did you mean %s?", near) : STR_EMPTY;
}
