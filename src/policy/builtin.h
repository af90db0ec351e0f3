/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * builtin: a function of Rego that is written in C. One row of a table `builtins_<namespace>` (file
 * src/policy/builtin/<namespace>.c, its name in meson.build); the table ends with an empty row.
 */
#include "policy/value.h"

struct err;
struct builtin_cache;

enum builtin_status {
	BUILTIN_OK = 1,
	BUILTIN_UNDEFINED = 0,
	BUILTIN_ERROR = -1, /* eval_builtin_error: undefined unless strict; call->err says why */
	BUILTIN_HALT = -2,  /* a limit or an internal failure: ends the evaluation */
	BUILTIN_TYPE = -3,  /* eval_type_error: as BUILTIN_ERROR, of another code */
};

/* What a builtin may ask of the evaluation it runs in. */
struct builtin_call {
	struct arena *arena; /* results live here */
	struct err *err;
	int64_t now_ns; /* one value during an evaluation */
	uint64_t seed;	/* of rand.intn and uuid: same arguments, same answer in one evaluation */
	/*
	 * Work done in proportion to input; one step is about the cost of evaluating one
	 * expression. False when the budget of the evaluation is used up, call->err says so. May be
	 * NULL: no budget.
	 */
	bool (*charge)(struct builtin_call *call, uint64_t steps);
	void (*print)(struct builtin_call *call, str text); /* print, trace; may be NULL */
	void (*test_case)(struct builtin_call *call, const struct value *name); /* may be NULL */
	bool v0; /* the calling module is of the syntax before v1 */
	bool allow_lookup, allow_http, allow_runtime; /* else "not permitted here" */
	bool refusal_halts;	     /* which then is no undefined value, but the end */
	struct value runtime;	     /* of opa.runtime */
	struct builtin_cache *cache; /* never NULL */
	/* Of external_data: enum builtin_status; NULL: not permitted here. */
	int (*external)(struct builtin_call *call, void *context, const struct value *request,
			struct value *out);
	void *external_context;
};

struct builtin {
	const char *name; /* "array.concat", "count", "plus" */
	/*
	 * Types, checked at compile time and before each call: "array[any], number -> number".
	 * Words: any null boolean number string array[T] set[T] object[K: V] T1|T2
	 * (alternatives, in the order in which errors name them); result after "->"; nothing before
	 * "->" for no arguments. Calls check the outermost types; of elements only what the builtin
	 * itself looks at.
	 */
	const char *type;
	int (*call)(struct builtin_call *call, const struct value *args,
		    struct value *out); /* enum builtin_status */
	bool nondeterministic; /* not kept across evaluations, not folded at compile time */
	bool relation;	       /* gives an array of results, each of which is one answer (walk) */
	const char *infix;     /* "+", "==" ...; NULL */
	bool v0_only;	       /* all, any, re_match, cast_*, set_diff, net.cidr_overlap */
	bool optional; /* unknown unless the options of the policy ask for it: external_data */
};

/* NULL for an unknown name. The rows of all tables, in the order of their names' tables. */
const struct builtin *builtin_find(str name);
const struct builtin *builtin_at(size_t i); /* NULL behind the last */

#define BUILTIN_MAX_ARGS 6

/* What a call checks: a bit 1 << enum value_type for each type an argument may have. */
struct builtin_signature {
	uint8_t arity;
	uint8_t allowed[BUILTIN_MAX_ARGS];
};

void builtin_signature(const struct builtin *b, struct builtin_signature *out);

/*
 * Checks types, calls, and puts "NAME: " before an error's text. Texts of *out may be shared with
 * args.
 */
int builtin_run(const struct builtin *b, const struct builtin_signature *sig,
		struct builtin_call *call, const struct value *args, struct value *out);

/*
 * Compiled regular expressions, globs and schemas, kept between calls and evaluations; bounded. For
 * one thread at a time.
 */
struct builtin_cache *builtin_cache_new(void);
void builtin_cache_free(struct builtin_cache *cache);
AUTO_PTR(builtin_cache_free, struct builtin_cache);

/* For builtins. */

/* BUILTIN_ERROR, BUILTIN_TYPE with the text given. */
int builtin_fail(struct builtin_call *call, const char *fmt, ...) PRINTF_LIKE(2, 3);
int builtin_type_fail(struct builtin_call *call, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* "operand POS must be WANT but got TYPE". */
int builtin_operand_fail(struct builtin_call *call, unsigned pos, const char *want,
			 const struct value *got);
/* "operand POS must be array of WANTs but got array containing TYPE". */
int builtin_element_fail(struct builtin_call *call, unsigned pos, const struct value *composite,
			 const char *want, const struct value *got);
/* What call->err says already: a limit ends the evaluation, anything else is a builtin error. */
int builtin_from_err(struct builtin_call *call);
/* False: return BUILTIN_HALT. */
bool builtin_charge(struct builtin_call *call, uint64_t steps);
/* Of bytes read or written: one step for 64. */
bool builtin_charge_bytes(struct builtin_call *call, uint64_t bytes);
/*
 * Results that are larger than their arguments: charged; more than BUILTIN_MAX_BYTES is a limit.
 * Then false: return BUILTIN_HALT.
 */
#define BUILTIN_MAX_BYTES (64u << 20)
#define BUILTIN_MAX_ITEMS (4u << 20)
bool builtin_charge_result(struct builtin_call *call, uint64_t bytes);
/* A text built in `b` becomes *out; an overflow of b is a limit. Frees b. */
int builtin_take_text(struct builtin_call *call, struct buf *b, struct value *out);
/* Whole number operand as OPA asks: written as one and in range; else BUILTIN_TYPE. */
int builtin_int(struct builtin_call *call, unsigned pos, const struct value *v, int64_t *out);
/* Every element is a string, else BUILTIN_TYPE. BUILTIN_OK. */
int builtin_strings(struct builtin_call *call, unsigned pos, const struct value *v);
