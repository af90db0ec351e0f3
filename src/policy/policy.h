/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * policy: Rego compiled once and asked often.
 *
 *	struct policy_source source = { .file = STR("allow.rego"), .text = text };
 *	struct problems problems = { .arena = arena };
 *	struct policy *policy = policy_compile(&source, 1, NULL, NULL, &problems, &err);
 *	struct policy_query *query =
 *		policy_query_new(policy, STR("data.app.deny"), &problems, &err);
 *	struct policy_run run = { .input = &input };
 *	struct policy_answers answers;
 *
 *	if (policy_eval(query, &run, arena, &answers, &err) < 0)
 *		return -1;                      // err->code: enum policy_error
 *	if (answers.n > 0)
 *		use(&answers.items[0].values[0]);
 *	policy_query_free(query);
 *	policy_unref(policy);
 *
 * A policy and a query are immutable and may be used by any number of threads at once; each thread
 * brings its own arena. Answers live in the arena given to policy_eval and share texts with input,
 * data and policy, which must outlive them.
 *
 * Nothing that is evaluated runs longer than run->max_steps or takes more than run->max_bytes: such
 * an evaluation fails with ERR_LIMIT, and the message names the rule.
 */
#include "policy/builtin.h"
#include "policy/problem.h"

#define POLICY_MAX_STEPS 50000000ull  /* about five seconds */
#define POLICY_MAX_BYTES (512u << 20) /* of the arena */

struct policy;
struct policy_query;
struct policy_share;
struct policy_trace;
struct policy_watch;
struct share_ids;

struct policy_source {
	str file, text;
	bool v0;     /* the syntax from before v1, unless the module imports rego.v1 */
	bool shared; /* its text counts, not where it stands, for who shares its results (share.h)
		      */
};

struct policy_options {
	/* JSON schemas: of the input of all rules, and by the names that METADATA calls them. */
	const struct value *input_schema, *schemas;
	bool strict; /* refuses unused imports and variables */
	bool tests;  /* rules called test_* are to be run: each is kept apart, cases report */
	bool traced; /* policy_run.trace is told of its literals, which costs memory */
	bool external_data; /* knows the builtin of that name, as Gatekeeper's templates do */
	/* Evaluations are to share results: ids for them, and which part of the input is one and
	 * the same for those that do (share.h). */
	struct share_ids *shares;
	str common;
};

/*
 * `data`: base documents (an object) or NULL; shared, must outlive the policy, as must the texts.
 * Returns NULL with what is wrong in `problems`, and a summary in err.
 */
struct policy *policy_compile(const struct policy_source *sources, size_t n,
			      const struct value *data, const struct policy_options *opts,
			      struct problems *problems, struct err *err);
struct policy *policy_ref(struct policy *policy);
void policy_unref(struct policy *policy);
AUTO_PTR(policy_unref, struct policy);

/*
 * Each test of a policy that was compiled with `tests`, in the order of the modules: a query of
 * `path` runs it. It passes when the answer is true, or with `cases`, when each case that reported
 * is true in the answer. Texts live in the arena.
 */
struct policy_test {
	str path, package, name; /* "data.a.test_b", "data.a", "test_b" */
	str file;
	uint32_t line, col;
	bool skip;  /* called todo_test_* */
	bool cases; /* the answer is an object of cases */
};
typedef int policy_test_fn(void *context, const struct policy_test *test);
int policy_each_test(const struct policy *policy, policy_test_fn *fn, void *context,
		     struct arena *arena);
/* Literals of bodies, by the id that counters have; the file is empty for an id that is none. */
size_t policy_literals(const struct policy *policy);
str policy_literal(const struct policy *policy, size_t id, uint32_t *line);

/* A query holds a reference to its policy. */
struct policy_query *policy_query_new(struct policy *policy, str text, bool v0,
				      struct problems *problems, struct err *err);
/* A query as it would stand in a module. */
struct policy_query_options {
	str package;	    /* "a.b": names of its rules are known; empty: of none */
	const str *imports; /* "data.a.b", "input.x as y" */
	size_t import_n;
	bool v0;
	/* Where it lives, instead of an arena of its own: must outlive it. Many queries take less
	 * memory that way. */
	struct arena *arena;
};
struct policy_query *policy_query_new_in(struct policy *policy, str text,
					 const struct policy_query_options *opts,
					 struct problems *problems, struct err *err);
void policy_query_free(struct policy_query *query);
AUTO_PTR(policy_query_free, struct policy_query);

/* What err->code says when an evaluation fails. */
enum policy_error {
	POLICY_ERROR_INTERNAL = 1, /* "eval_internal_error": limits too */
	POLICY_ERROR_CONFLICT,
	POLICY_ERROR_BUILTIN,
	POLICY_ERROR_TYPE,
	POLICY_ERROR_WITH,
	POLICY_ERROR_CANCEL,
};
/* "eval_conflict_error" ... */
const char *policy_error_name(int code);

/* How often each literal of the policy was tried and answered. */
struct policy_counters {
	uint32_t *tried, *answered;
	size_t n; /* policy_literals(policy) */
};

struct policy_run {
	const struct value *input; /* NULL: undefined */
	const struct value *data;  /* instead of the policy's; NULL: that */
	bool strict_builtin_errors;
	bool plain;	     /* nothing is hoisted out of loops: to compare */
	int64_t now_ns;	     /* 0: the clock's */
	uint64_t timeout_ns; /* 0: none but the steps */
	uint64_t seed;
	uint64_t max_steps; /* 0: POLICY_MAX_STEPS */
	size_t max_bytes;   /* 0: POLICY_MAX_BYTES */
	bool allow_lookup, allow_http, allow_runtime;
	/* A function that is not permitted ends the evaluation, with or without
	 * strict_builtin_errors: a rule that could not look has found nothing out. */
	bool refusal_halts;
	int (*external)(struct builtin_call *call, void *context, const struct value *request,
			struct value *out); /* of external_data; NULL: not permitted */
	void *external_context;
	struct value runtime;
	struct builtin_cache *cache; /* of this thread; NULL: one for this evaluation */
	void (*print)(void *context, str file, uint32_t line, str text);
	/* A case of a test begins; `name`: an array of the brackets behind the test's name. */
	void (*test_case)(void *context, const struct value *name);
	void *context; /* of print, test_case */
	struct policy_counters *counters;
	struct policy_trace *trace; /* silent unless the policy was compiled with `traced` */
	const struct policy_watch *watch;
	struct policy_share *share; /* with others of the same input; NULL: with nobody */
	uint64_t steps;		    /* out: what was used */
};

struct policy_answer {
	const struct value *bindings; /* as many as query vars */
	const struct value *values;   /* as many as query expressions */
};

struct policy_answers {
	struct policy_answer *items;
	size_t n;
};

size_t policy_query_vars(const struct policy_query *query);
str policy_query_var(const struct policy_query *query, size_t i);
size_t policy_query_exprs(const struct policy_query *query);
str policy_query_expr(const struct policy_query *query, size_t i, uint32_t *line, uint32_t *col);

/* An undefined query has no answers: that is no failure. */
int policy_eval(const struct policy_query *query, struct policy_run *run, struct arena *arena,
		struct policy_answers *out, struct err *err) MUST_USE;

/* A term without variables, as Rego text. */
int policy_term(str text, struct arena *arena, struct value *out, struct err *err) MUST_USE;
