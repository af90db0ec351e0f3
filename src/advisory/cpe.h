/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cpe: names of products (CPE 2.3, NISTIR 7695), and the table of programs that we know as such a
 * product (data/cpe.csv).
 */
#include "base/arena.h"
#include "base/str.h"

#define CPE_MAX_PRODUCTS 8u /* of one program */

/* The parts of "cpe:2.3:a:vendor:product:version:update:..." that are used; unescaped. */
struct cpe {
	char part; /* 'a', 'o', 'h' */
	str vendor, product, version, update, target_software;
};

/* False when the text is no such name; views or copies in the arena. */
bool cpe_parse(str text, struct arena *arena, struct cpe *out);

/* Without the backslashes of CPE 2.3. */
str cpe_unescaped(str text, struct arena *arena);

/* The products ("vendor:product") of a program, any case; returns how many, at most `max`. */
size_t cpe_products(str program, str *out, size_t max);
/* Does any program stand for that product? */
bool cpe_is_known(str product);
