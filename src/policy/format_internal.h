/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of format share. */
#include "policy/format.h"

struct format_flags {
	bool minus, plus, sharp, space, zero, has_width, has_precision;
	int width, precision;
};

enum format_type { FORMAT_INT, FORMAT_BIG, FORMAT_FLOAT, FORMAT_STRING };

/* An argument as Go sees it. */
struct format_arg {
	enum format_type type;
	int64_t i;
	double d;
	str text; /* string; digits of a big number with sign */
};

/* Pads to the width with blanks or zeros, counted in code points. */
void format_pad(const struct format_flags *f, str text, struct buf *out);
/* False: the type has no such verb, nothing was written. */
bool format_whole(const struct format_flags *f, const struct format_arg *arg, uint32_t verb,
		  struct buf *out);
bool format_float(const struct format_flags *f, double d, uint32_t verb, struct buf *out);
bool format_string(const struct format_flags *f, str s, uint32_t verb, struct buf *out);
