/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/eol.h"

#include "base/time.h"

#define DAY    86400
#define FIELDS 8u

static const unsigned char table_bytes[] = {
#include "eol.csv.inc"
};

str eol_table(void) { return str_of((const char *)table_bytes, sizeof(table_bytes)); }

static bool read_day(str text, int64_t *end)
{
	int64_t day;

	*end = 0;
	if (str_empty(text))
		return true;
	if (text.n != 10 || !time_parse(text, &day))
		return false;
	*end = day + DAY;
	return true;
}

static bool read_row(str line, struct eol *out)
{
	struct eol e = { .rolling = false };
	str *const fields[FIELDS] = { &e.family,   &e.version,	&e.codename, &e.released,
				      &e.standard, &e.extended, &e.kind,     &e.source };
	size_t n = 0;
	int64_t released;
	str field;

	while (str_split(&line, ',', &field)) {
		if (n >= FIELDS)
			return false;
		*fields[n++] = field;
	}
	if (n != FIELDS || str_empty(e.family) || str_empty(e.version))
		return false;
	e.rolling = str_eq(e.standard, STR("rolling"));
	if (e.rolling)
		e.standard = STR_EMPTY;
	if (!read_day(e.released, &released) || !read_day(e.standard, &e.standard_end) ||
	    !read_day(e.extended, &e.extended_end))
		return false;
	*out = e;
	return true;
}

int eol_next(str *table, struct eol *out)
{
	str line;

	while (str_line(table, &line)) {
		if (str_empty(line) || line.p[0] == '#' || str_starts(line, STR("family,")))
			continue;
		return read_row(line, out) ? 1 : -1;
	}
	return 0;
}

/* Is `longer` one level or more below `shorter`: "15.1" below "15"? */
static bool is_below(str longer, str shorter)
{
	return longer.n > shorter.n && str_starts(longer, shorter) && longer.p[shorter.n] == '.';
}

/* Does the publisher tell releases below `version` apart ("15.1" below "15")? */
static bool has_deeper(str table, str family, str version)
{
	struct eol row;
	int more;

	while ((more = eol_next(&table, &row)) != 0) {
		if (more > 0 && str_eq(row.family, family) && is_below(row.version, version))
			return true;
	}
	return false;
}

int eol_lookup_in(str table, str family, str version, struct eol *out)
{
	struct eol row, best = { .rolling = false };
	bool found = false;
	str rest = table;
	int more;

	while ((more = eol_next(&rest, &row)) != 0) {
		if (more < 0 || !str_eq(row.family, family))
			continue;
		if (str_eq(row.version, STR("*")) || str_eq(row.version, version)) {
			*out = row;
			return 1;
		}
		if (is_below(version, row.version) && (!found || row.version.n > best.version.n)) {
			best = row;
			found = true;
		}
	}
	if (!found || has_deeper(table, family, best.version))
		return 0;
	*out = best;
	return 1;
}

int eol_lookup(str family, str version, struct eol *out)
{
	return eol_lookup_in(eol_table(), family, version, out);
}
