/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/named_rule.h"

#include "base/map.h"
#include "scan/analyzer.h"

static bool is_named_kind(str kind)
{
	for (size_t i = 0; i < analyzer_count; i++) {
		if (analyzers[i]->names && str_eq(kind, str_c(analyzers[i]->kind)))
			return true;
	}
	return false;
}

/* Kinds with a package that something else than a name speaks for. */
static void known_kinds(const struct assemble *a, struct map *known)
{
	for (size_t i = 0; i < a->package_n; i++) {
		const struct package *p = &a->packages[i];

		if (p->form != PACKAGE_GUESSED && is_named_kind(p->kind))
			map_put(known, p->kind, known);
	}
}

void named_rule_apply(struct assemble *a)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct map known, seen;
	size_t kept = 0;

	map_init(&known, scratch);
	map_init(&seen, scratch);
	known_kinds(a, &known);
	for (size_t i = 0; i < a->package_n; i++) {
		const struct package *p = &a->packages[i];

		if (p->form == PACKAGE_GUESSED && is_named_kind(p->kind) &&
		    (map_has(&known, p->kind) ||
		     !map_put(&seen,
			      str_fmt(scratch, "%.*s %.*s %.*s", STR_ARG(p->kind), STR_ARG(p->name),
				      STR_ARG(p->version)),
			      a)))
			continue;
		a->packages[kept] = *p;
		a->keys[kept++] = a->keys[i];
	}
	a->package_n = kept;
}
