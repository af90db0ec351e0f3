/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/cpe.h"

#define FIELDS 13u /* "cpe", "2.3" and eleven attributes */

static const unsigned char table[] = {
#include "cpe.csv.inc"
};

/* An attribute ends at a colon that is not escaped. */
static bool field_take(str *rest, str *out)
{
	size_t n = 0;

	if (!rest->p)
		return false;
	while (n < rest->n && rest->p[n] != ':')
		n += rest->p[n] == '\\' ? 2 : 1;
	n = n > rest->n ? rest->n : n;
	*out = str_take(*rest, n);
	*rest = n < rest->n ? str_of(rest->p + n + 1, rest->n - n - 1) : STR_EMPTY;
	return true;
}

str cpe_unescaped(str text, struct arena *arena)
{
	char *out;
	size_t n = 0;

	if (str_find_char(text, '\\') < 0)
		return text;
	out = arena_bytes(arena, text.n);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\\' && i + 1 < text.n)
			i++;
		out[n++] = text.p[i];
	}
	return str_of(out, n);
}

bool cpe_parse(str text, struct arena *arena, struct cpe *out)
{
	str fields[FIELDS], rest = text;

	for (size_t i = 0; i < FIELDS; i++) {
		if (!field_take(&rest, &fields[i]) || str_empty(fields[i]))
			return false;
	}
	if (rest.p || !str_eq(fields[0], STR("cpe")) || !str_eq(fields[1], STR("2.3")) ||
	    fields[2].n != 1)
		return false;
	*out = (struct cpe){
		.part = *fields[2].p,
		.vendor = cpe_unescaped(fields[3], arena),
		.product = cpe_unescaped(fields[4], arena),
		.version = cpe_unescaped(fields[5], arena),
		.update = cpe_unescaped(fields[6], arena),
		.target_software = cpe_unescaped(fields[10], arena),
	};
	return true;
}

/* The next line of the table: program and product. */
static bool row_next(str *rest, str *program, str *product)
{
	str line;

	while (str_line(rest, &line)) {
		if (str_empty(line) || *line.p == '#' || !str_cut(line, ',', program, product) ||
		    str_eq(*product, STR("product")))
			continue;
		return true;
	}
	return false;
}

size_t cpe_products(str program, str *out, size_t max)
{
	str rest = str_of((const char *)table, sizeof(table)), name, product;
	size_t n = 0;

	while (n < max && row_next(&rest, &name, &product)) {
		if (str_ieq(name, program))
			out[n++] = product;
	}
	return n;
}

bool cpe_is_known(str product)
{
	str rest = str_of((const char *)table, sizeof(table)), name, one;

	while (row_next(&rest, &name, &one)) {
		if (str_eq(one, product))
			return true;
	}
	return false;
}
