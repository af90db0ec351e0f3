/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A bill of materials that can be read is whole, and what is written of it keeps the rules, reads
 * as the same packages, and writes as the same bytes again.
 */
#include "base/err.h"
#include "fmt/sbom/sbom.h"
#include "must.h"

#include <stdlib.h>

#define SBOM_CHECK_MAX (64u << 20)

static inline void sbom_must_be_whole(const struct sbom *sbom)
{
	const struct inventory *inventory = &sbom->inventory;

	for (size_t i = 0; i < inventory->package_count; i++) {
		const struct package *p = &inventory->packages[i];

		must(p->kind.n > 0 && p->name.n > 0);
		must(p->layer >= -1 && p->layer < (int)inventory->layer_count);
	}
	for (size_t i = 0; i < inventory->not_examined_count; i++)
		must(inventory->not_examined[i].count > 0);
	for (size_t i = 1; i < sbom->relation_count; i++)
		must(str_cmp(sbom->relations[i - 1].from, sbom->relations[i].from) <= 0);
}

typedef void sbom_writer(const struct inventory *inventory, const struct sbom_write_opts *opts,
			 struct arena *arena, struct buf *out);

static inline void sbom_must_come_back(const struct sbom *sbom, sbom_writer *write)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf first = { 0 };
	AUTO(buf_done)
	struct buf second = { 0 };
	const struct sbom_write_opts opts = { .tool_version = STR("0") };
	struct sbom again;
	struct err err;

	buf_init(&first, SBOM_CHECK_MAX);
	buf_init(&second, SBOM_CHECK_MAX);
	write(&sbom->inventory, &opts, arena, &first);
	if (first.overflow)
		return;
	must(sbom_read(buf_str(&first), arena, &again, &err) == 0);
	must(again.breach.n == 0);
	must(again.inventory.package_count == sbom->inventory.package_count);
	write(&again.inventory, &opts, arena, &second);
	must(str_eq(buf_str(&first), buf_str(&second)));
}

static inline void sbom_check(const uint8_t *data, size_t size, sbom_writer *write)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sbom sbom;
	struct err err = { .kind = ERR_NONE };

	if (sbom_read(str_of((const char *)data, size), arena, &sbom, &err) < 0) {
		must(err.kind != ERR_NONE && err.msg[0]);
		return;
	}
	sbom_must_be_whole(&sbom);
	sbom_must_come_back(&sbom, write);
}
