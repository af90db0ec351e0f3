/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/container/trust_setting.h"

/* The word at the start of `text`, its quotes left away where they are around all of it. */
static str word_of(str text)
{
	size_t end = 0;

	if (text.n > 0 && (text.p[0] == '"' || text.p[0] == '\'')) {
		ptrdiff_t close = str_find_char(str_skip(text, 1), text.p[0]);

		return str_take(str_skip(text, 1), close < 0 ? text.n : (size_t)close);
	}
	while (end < text.n && !is_space(text.p[end]) && text.p[end] != ';' && text.p[end] != '&' &&
	       text.p[end] != '#')
		end++;
	return str_take(text, end);
}

static bool is_name_char(char c) { return is_alnum(c) || c == '_'; }

/* One command of a line: assignments, `export`, `unset`. */
static bool take_command(str command, str name, str *value)
{
	ptrdiff_t at = str_find(command, name);
	bool unset = str_starts(command, STR("unset ")) || str_starts(command, STR("export -n "));
	str rest;

	if (at < 0 || (at > 0 && is_name_char(command.p[at - 1])))
		return false;
	if (at > 0 && !is_space(command.p[at - 1]))
		return false;
	rest = str_skip(command, (size_t)at + name.n);
	if (unset && (str_empty(rest) || is_space(rest.p[0]))) {
		*value = STR("");
		return true;
	}
	if (!str_starts(rest, STR("=")))
		return false;
	*value = word_of(str_skip(rest, 1));
	if (!value->p)
		*value = STR("");
	return true;
}

bool trust_setting_next(str *rest, str name, uint32_t *line, str *value)
{
	str text, command;

	while (str_line(rest, &text)) {
		bool found = false;

		(*line)++;
		text = str_trim(text);
		if (str_starts(text, STR("#")))
			continue;
		while (str_split(&text, ';', &command)) {
			if (take_command(str_trim(command), name, value))
				found = true; /* the last one of a line counts */
		}
		if (found)
			return true;
	}
	return false;
}
