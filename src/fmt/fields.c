/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/fields.h"

size_t fields_of(str line, str *out, size_t max)
{
	size_t n = 0;

	while (n < max) {
		size_t end = 0;

		line = str_trim(line);
		if (str_empty(line))
			break;
		while (end < line.n && !is_space(line.p[end]))
			end++;
		out[n++] = str_take(line, end);
		line = str_skip(line, end);
	}
	return n;
}
