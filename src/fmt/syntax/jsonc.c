/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/jsonc.h"

/* Index behind the string that begins at i. */
static size_t string_end(str text, size_t i)
{
	for (i++; i < text.n && text.p[i] != '"'; i++)
		i += text.p[i] == '\\';
	return i < text.n ? i + 1 : text.n;
}

/* Index behind the comment that begins at i; i when there is none. */
static size_t comment_end(str text, size_t i)
{
	if (i + 1 >= text.n || text.p[i] != '/')
		return i;
	if (text.p[i + 1] == '/') {
		while (i < text.n && text.p[i] != '\n')
			i++;
		return i;
	}
	if (text.p[i + 1] != '*')
		return i;
	for (i += 2; i + 1 < text.n; i++)
		if (text.p[i] == '*' && text.p[i + 1] == '/')
			return i + 2;
	return text.n;
}

static void blank(char *p, size_t from, size_t to)
{
	for (; from < to; from++)
		if (p[from] != '\n' && p[from] != '\r')
			p[from] = ' ';
}

void jsonc_plain(str text, struct arena *arena, str *out)
{
	char *p = arena_bytes(arena, text.n + 1);
	size_t comma = 0; /* index + 1 of a comma that nothing followed yet */

	if (text.n)
		memcpy(p, text.p, text.n);
	for (size_t i = 0; i < text.n;) {
		size_t behind = comment_end(text, i);

		if (behind > i) {
			blank(p, i, behind);
			i = behind;
			continue;
		}
		if (text.p[i] == ',') {
			comma = i + 1;
		} else if (comma && (text.p[i] == ']' || text.p[i] == '}')) {
			p[comma - 1] = ' ';
			comma = 0;
		} else if (!is_space(text.p[i])) {
			comma = 0;
		}
		i = text.p[i] == '"' ? string_end(text, i) : i + 1;
	}
	*out = str_of(p, text.n);
}
