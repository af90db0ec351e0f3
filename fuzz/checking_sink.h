/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A sink for fuzz targets: what a reader hands on must be whole, whatever the bytes were. */
#include "base/err.h"
#include "base/path.h"
#include "fmt/package.h"
#include "must.h"

#include <stdlib.h>

/* Touches every byte. */
static inline void must_be_readable(str s)
{
	unsigned char sum = 0;

	for (size_t i = 0; i < s.n; i++)
		sum = (unsigned char)(sum + (unsigned char)s.p[i]);
	__asm__ volatile("" : : "r"(sum));
}

static inline void must_be_normal(str path)
{
	str rest = path, part;

	must(path.n > 0);
	while (str_split(&rest, '/', &part))
		must(part.n > 0 && !str_eq(part, STR(".")) && !str_eq(part, STR("..")));
}

static inline int checking_add(struct package_sink *sink, const struct package *p, struct err *err)
{
	const str texts[] = { p->version,	 p->arch,	p->source_name,
			      p->source_version, p->maintainer, p->vendor,
			      p->licence,	 p->module,	p->origin };

	(void)sink;
	(void)err;
	must(p->kind.n > 0 && p->name.n > 0);
	must_be_readable(p->name);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		must_be_readable(texts[i]);
	for (size_t i = 0; i < p->file_count; i++)
		must_be_normal(p->files[i]);
	return 0;
}

static inline void checking_skipped(struct package_sink *sink, const char *reason, str where)
{
	(void)sink;
	must(reason != NULL && where.n > 0);
	must_be_readable(where);
}

#define CHECKING_SINK ((struct package_sink){ .add = checking_add, .skipped = checking_skipped })
