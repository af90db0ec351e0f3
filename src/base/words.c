/* SPDX-License-Identifier: Apache-2.0 */
#include "base/words.h"

#include <stdlib.h>

ptrdiff_t words_find(const char *const *words, size_t n, str text)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(text, str_c(words[i])))
			return (ptrdiff_t)i;
	}
	return -1;
}

bool words_list_has(const char *const *words, str text)
{
	for (; *words; words++) {
		if (str_eq(text, str_c(*words)))
			return true;
	}
	return false;
}

bool words_line_has(const char *words, str text)
{
	str rest = str_c(words), word;

	while (str_split(&rest, ' ', &word)) {
		if (str_eq(word, text))
			return true;
	}
	return false;
}

bool words_strs_have(const str *words, size_t n, str text)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(words[i], text))
			return true;
	}
	return false;
}

size_t words_sort(str *words, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(words, n, sizeof(*words), str_qsort_cmp);
	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || !str_eq(words[kept - 1], words[i]))
			words[kept++] = words[i];
	}
	return kept;
}
