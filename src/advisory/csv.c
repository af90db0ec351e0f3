/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/csv.h"

/* A field that begins with a quote: its text, and where it ends. */
static bool quoted(str row, size_t *at, struct arena *arena, str *out)
{
	char *text = arena_bytes(arena, row.n - *at);
	size_t n = 0;

	for (size_t i = *at + 1; i < row.n; i++) {
		if (row.p[i] != '"') {
			text[n++] = row.p[i];
		} else if (i + 1 < row.n && row.p[i + 1] == '"') {
			text[n++] = row.p[i++];
		} else {
			*at = i + 1;
			*out = str_of(text, n);
			return true;
		}
	}
	return false;
}

int csv_fields(str row, struct arena *arena, str *out, size_t max)
{
	size_t n = 0, at = 0;

	for (;;) {
		str field = STR_EMPTY;
		size_t start = at;

		if (at < row.n && row.p[at] == '"') {
			if (!quoted(row, &at, arena, &field))
				return -1;
		}
		while (at < row.n && row.p[at] != ',')
			at++;
		if (start >= row.n || row.p[start] != '"')
			field = str_of(row.p + start, at - start);
		if (n < max)
			out[n] = field;
		n++;
		if (at >= row.n)
			return (int)n;
		at++;
	}
}

int csv_column(const str *names, size_t n, str name)
{
	for (size_t i = 0; i < n; i++) {
		if (str_ieq(str_trim(names[i]), name))
			return (int)i;
	}
	return -1;
}
