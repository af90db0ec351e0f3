/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_internal.h"

static const unsigned char ids[] = {
#include "spdx_licences.txt.inc"
};
static const unsigned char exceptions[] = {
#include "spdx_exceptions.txt.inc"
};
static const unsigned char names[] = {
#include "licence_names.txt.inc"
};

static int compare(str a, str b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		int order = (unsigned char)to_lower(a.p[i]) - (unsigned char)to_lower(b.p[i]);

		if (order)
			return order;
	}
	return a.n < b.n ? -1 : a.n > b.n;
}

static str line_at(str list, size_t *start)
{
	size_t from = *start, to = *start;

	while (from > 0 && list.p[from - 1] != '\n')
		from--;
	while (to < list.n && list.p[to] != '\n')
		to++;
	*start = from;
	return str_of(list.p + from, to - from);
}

/* Key of a line: what stands before " = ". */
static str key_of(str line)
{
	ptrdiff_t at = str_find(line, STR(" = "));

	return at < 0 ? line : str_take(line, (size_t)at);
}

str licence_list_body(const unsigned char *bytes, size_t n)
{
	str list = str_of((const char *)bytes, n), line, rest = list;

	while (str_line(&rest, &line) && str_starts(line, STR("#")))
		list = rest;
	return list;
}

/* The line whose key is `name`, or empty. The lines are sorted without regard to case. */
static str find(str list, str name)
{
	size_t low = 0, high = list.n;

	while (low < high) {
		size_t at = low + (high - low) / 2;
		str line = line_at(list, &at);
		int order = compare(name, key_of(line));

		if (order == 0)
			return line;
		if (order < 0)
			high = at;
		else
			low = at + line.n + 1;
	}
	return STR_EMPTY;
}

str licence_id(str name)
{
	return str_empty(name) ? STR_EMPTY : find(licence_list_body(ids, sizeof(ids)), name);
}

str licence_exception(str name)
{
	return str_empty(name) ? STR_EMPTY
			       : find(licence_list_body(exceptions, sizeof(exceptions)), name);
}

str licence_list_name(str name)
{
	str line, value = STR_EMPTY;
	ptrdiff_t at;

	if (str_empty(name))
		return STR_EMPTY;
	line = find(licence_list_body(names, sizeof(names)), name);
	at = str_find(line, STR(" = "));
	if (at >= 0)
		value = str_trim(str_skip(line, (size_t)at + 3));
	return value;
}
