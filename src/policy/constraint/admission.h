/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * admission: everything of Gatekeeper that decides about an object: templates, constraints,
 * mutators, expansion, providers, configuration and inventory, from whatever documents they are in.
 *
 *	struct admission a;
 *
 *	admission_init(&a, arena);
 *	if (admission_add(&a, docs.items, docs.n, &err) < 0 || admission_seal(&a, &err) < 0)
 *		return -1;
 *	review_of_object(&review, &pod, MATCH_ORIGINAL);
 *	if (admission_review(&a, &review, &run, arena, &result, &err) < 0)
 *		return -1;
 *	admission_done(&a);
 *
 * A template or constraint that does not load fails the whole. After admission_seal nothing
 * changes.
 */
#include "policy/constraint/constraint_set.h"
#include "policy/constraint/documents.h"
#include "policy/constraint/expansion.h"
#include "policy/constraint/gatekeeper_config.h"
#include "policy/constraint/provider.h"
#include "policy/constraint/sync_data.h"

struct admission {
	struct arena *arena;
	struct constraint_set *constraints;
	struct mutation_set mutations;
	struct expansion_set expansions;
	struct provider_set *providers;
	struct gatekeeper_config config;
	struct sync_data data;
};

void admission_init(struct admission *a, struct arena *arena);
void admission_done(struct admission *a);
static inline void auto_admission_done(struct admission *a) { admission_done(a); }

/* True for templates, constraints, mutators and the other kinds that say what is decided. */
bool admission_is_policy(const struct resource *r);
/* Of the documents those that are policies; templates first, so their order does not matter. */
int admission_add(struct admission *a, const struct document *docs, size_t n,
		  struct err *err) MUST_USE;
/* The same, and each that does not load is told, not refused with all others; document.instead
 * counts in its place. */
void admission_add_each(struct admission *a, const struct document *docs, size_t n,
			void (*bad)(void *context, const struct document *document,
				    const struct err *err),
			void *context);
/* One object for the inventory. */
int admission_add_data(struct admission *a, const struct resource *r, struct err *err) MUST_USE;
int admission_seal(struct admission *a, struct err *err) MUST_USE;

/*
 * The namespace of an object: from the inventory; the namespace "default" is known without. NULL:
 * it has none, or it is not known.
 */
const struct resource *admission_namespace(const struct admission *a, const struct resource *r);
/*
 * The object's violations, and those of what it makes, with "[Implied by TEMPLATE]" in front of
 * their messages. run->data and the external provider are set by it (run->view counts before).
 */
int admission_review(struct admission *a, const struct review *review, const struct review_run *run,
		     struct arena *arena, struct review_result *out, struct err *err) MUST_USE;
/* What an object makes, after its own mutation. */
int admission_expand(const struct admission *a, const struct resource *object, struct arena *arena,
		     struct expanded *out, struct err *err) MUST_USE;
