/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
#include "policy/check.h"
#include "policy/plan.h"

/* Rules of a check; the kind decides the verdict. */
enum check_rule {
	RULE_OUTSIDE,
	RULE_MISSING,
	RULE_DENY,
	RULE_MANUAL,
	RULE_NOT_APPLICABLE,
	RULE_SEEN,
	CHECK_RULES
};

struct check_query {
	enum check_rule rule;
	struct policy_query *query;
};

struct check_entry {
	struct check check;
	struct policy *policy; /* not owned */
	const struct value *data;
	struct check_query *queries; /* by rule */
	size_t query_n;
};

struct check_set {
	struct check_set *whole; /* of a part: whose checks these are; else NULL */
	struct arena *arena;
	unsigned refs;
	struct policy *builtin, *own;
	struct value own_data;
	struct check_entry *entries; /* by id */
	size_t n, cap;
};

/* ---- bundle: the built-in modules ---- */

/* Modules of the folders named (or named themselves), as sources: "image/root_user.rego". */
int check_bundle_read(const str *folders, size_t n, struct arena *arena, struct policy_source **out,
		      size_t *count, struct err *err) MUST_USE;

/* ---- metadata ---- */

/* Fills check and groups from the annotation of the package; `legacy` is __rego_metadata__ or NULL.
 */
void check_meta_read(const struct value *metadata, const struct value *legacy, struct arena *arena,
		     struct check_entry *out);
/* Numbers, level, mode and repair of a control (check_benchmark.c). */
void check_benchmark_read(const struct value *custom, struct arena *arena, struct check *out);
int check_benchmark_complete(const struct check *check, struct err *err) MUST_USE;
/* Text of a member, trimmed, in `arena`; and texts of a list, each once. */
str check_meta_text(const struct value *object, const char *key, struct arena *arena);
void check_meta_texts(const str **items, size_t *n, const struct value *list, struct arena *arena);
/* A built-in check lacks nothing. */
int check_meta_complete(const struct check *check, struct err *err) MUST_USE;
