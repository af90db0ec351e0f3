/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/feed/table.h"

#include "advisory/version/version.h"
#include "base/err.h"

static const unsigned char builtin[] = {
#include "feeds.csv.inc"
};

str feed_table_builtin(void) { return str_of((const char *)builtin, sizeof(builtin)); }

static int row_parse(str line, size_t number, struct feed_row *out, struct err *err)
{
	str *fields[] = { &out->name, &out->kind, &out->url, &out->ecosystem, &out->note };
	str rest = line, field;
	size_t n = 0;

	while (str_split(&rest, ',', &field)) {
		if (n < ARRAY_LEN(fields))
			*fields[n] = str_trim(field);
		n++;
	}
	if (n != ARRAY_LEN(fields) || str_empty(out->name) || str_empty(out->kind))
		return err_set(err, ERR_INPUT, "table of sources: line %zu: five fields expected",
			       number);
	if (!str_starts(out->url, STR("https://")) &&
	    !str_starts(out->url, STR("http://127.0.0.1:")) &&
	    !str_starts(out->url, STR("http://localhost:")))
		return err_set(err, ERR_INPUT, "table of sources: line %zu: no https address",
			       number);
	return 0;
}

int feed_table_parse(str text, struct arena *arena, const struct feed_row **rows, size_t *count,
		     struct err *err)
{
	struct feed_row *list = NULL;
	size_t n = 0, cap = 0, number = 0;
	str rest = text, line;
	bool head = true;

	while (str_line(&rest, &line)) {
		struct feed_row row;

		number++;
		line = str_trim(line);
		if (str_empty(line) || *line.p == '#')
			continue;
		if (head) { /* the names of the columns */
			head = false;
			if (str_starts(line, STR("name,")))
				continue;
		}
		if (row_parse(line, number, &row, err) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			if (str_eq(list[i].name, row.name))
				return err_set(err, ERR_INPUT,
					       "table of sources: line %zu: '%.*s' is there twice",
					       number, STR_ARG(row.name));
		}
		if (n == FEED_TABLE_MAX_ROWS)
			return err_set(err, ERR_LIMIT, "table of sources: too many lines");
		list = arena_grow(arena, list, n, &cap, sizeof(*list));
		list[n++] = row;
	}
	*rows = list;
	*count = n;
	return 0;
}

bool feed_row_judged(const struct feed_row *row)
{
	if (!str_eq(row->kind, STR("osv-zip")))
		return true;
	return version_scheme_for_ecosystem(row->ecosystem) != NULL;
}
