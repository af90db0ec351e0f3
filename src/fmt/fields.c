/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/fields.h"

str fields_take(str *rest)
{
	size_t end = 0;
	str field;

	*rest = str_trim(*rest);
	while (end < rest->n && !is_space(rest->p[end]))
		end++;
	field = str_take(*rest, end);
	*rest = str_skip(*rest, end);
	return field;
}

size_t fields_of(str line, str *out, size_t max)
{
	size_t n = 0;

	while (n < max) {
		str field = fields_take(&line);

		if (str_empty(field))
			break;
		out[n++] = field;
	}
	return n;
}
