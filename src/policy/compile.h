/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of the compiler share. */
#include "base/map.h"
#include "policy/plan.h"
#include "policy/problem.h"

#define COMPILE_MAX_LITERALS 2000u /* of one body */
#define COMPILE_MAX_SLOTS    20000 /* variables of one rule, made ones included */
#define SLOT_NONE	     (-1)
#define SLOT_DATA	     (-2) /* the variables data and input, resolved */
#define SLOT_INPUT	     (-3)

struct err;
struct schema_at;

struct compiler {
	struct arena *arena;   /* of what is evaluated */
	struct arena *scratch; /* of what nobody needs once all is compiled */
	struct policy *policy;
	struct problems *problems;
	bool strict;
	bool external_data;
	bool prints;		  /* so far: print or trace is called */
	struct share_ids *shares; /* NULL: nothing is shared */
	str common;
	uint64_t shared;		      /* share_modules */
	const struct value *schemas;	      /* by their names; NULL: none are given */
	const struct schema_at *input_schema; /* of every rule; or NULL */
	bool has_schemas;		      /* a module names some */
	struct literal *literals;
	size_t expr_n, expr_cap; /* literals so far */
	struct map packages;	 /* path to struct map of the names of its rules */
};

/* The terms of a clause, resolved. */
struct parts {
	struct term **args, **keys, *key, *value;
	uint32_t key_n;
	struct body *body;
};

/* A set of slots. */
struct bits {
	uint64_t *words;
	size_t n; /* words */
};

struct scope {
	struct scope *up;
	struct map names; /* declared: name to struct local */
	bool is_args;
};

struct local {
	struct term *var; /* where it was declared */
	int32_t slot;
	bool used;
	bool assigned;
	const struct scope *scope; /* of an undeclared one: where it was named first */
};

/* The compiler at work on one clause or query. */
struct unit {
	struct compiler *compiler;
	struct arena *arena, *scratch; /* those of the compiler */
	struct module *module;
	const struct rule *rule; /* NULL for a query */
	struct scope *scope;
	struct map free;     /* undeclared variables: name to struct local */
	struct map imports;  /* name to struct import */
	struct map *names;   /* of the rules of the package */
	struct body *out;    /* where hoisted literals go */
	struct group *group; /* whose references are noted; NULL for a query */
	int32_t slot_n;
	str *slot_names;
	struct term **slot_vars;
	size_t slot_cap;
	uint64_t *loops; /* of slots: the loops that their values depend on */
	size_t loop_n, loop_cap;
	unsigned loop_count;
	bool failed;
	struct capture {
		uint32_t start; /* of the expression in the query */
		int32_t slot;
	} * captures; /* of a query: where the values of expressions are kept */
	size_t capture_n, capture_cap;
};

void compile_error(struct unit *unit, uint32_t line, uint32_t col, const char *code,
		   const char *fmt, ...) PRINTF_LIKE(5, 6);

/* resolve: names to slots and documents; nested refs and calls out of the way. */
void unit_init(struct unit *unit, struct compiler *compiler, struct module *module,
	       const struct rule *rule);
int32_t unit_slot(struct unit *unit, str name, struct term *var);
void scope_push(struct unit *unit, bool is_args);
/* Reports what was declared and never used. */
void scope_pop(struct unit *unit);
struct term *scope_declare(struct unit *unit, const struct term *var, bool assigned);
struct term *resolve_term(struct unit *unit, const struct term *term);
/* The id of one more literal of the text, or of the head of a rule, for counters. */
uint32_t literal_new(struct unit *unit, uint32_t line);
struct body *resolve_body(struct unit *unit, const struct body *body);
/* A term whose value is asked for once the body has an answer: refs with variables go to `body`. */
struct term *resolve_head(struct unit *unit, const struct term *term, struct body *body);
/* Names bound by a pattern on the left of :=, some, every and of arguments. */
struct term *resolve_pattern(struct unit *unit, const struct term *term, bool assigned);
/* The function that the operator names, in call->builtin or call->function. */
void resolve_call(struct unit *unit, struct term *call, const struct term *operator, bool infix);
void resolve_with(struct unit *unit, struct expr *to, const struct expr *from);
struct term *hoist(struct unit *unit, struct term *term);
struct term *hoist_refs(struct unit *unit, struct term *term);
bool term_has_vars(const struct term *term);

/* bits */
/* In the arena; from malloc. */
struct bits bits_fork(const struct bits *bits, size_t slots);
void bits_done(struct bits *bits); /* of bits_fork */
struct bits bits_copy(struct arena *arena, const struct bits *bits, size_t slots);
static inline bool bits_has(const struct bits *bits, int32_t slot)
{
	return slot >= 0 && (bits->words[slot / 64] >> (slot % 64) & 1);
}
static inline void bits_set(struct bits *bits, int32_t slot)
{
	bits->words[slot / 64] |= 1ull << (slot % 64);
}

/* safety: is a literal ready when these variables are bound, and what does it bind then. */
struct safety {
	struct unit *unit;
	struct bits bound;
	struct bits outer; /* variables of the bodies around */
	uint64_t loops;	   /* that the literal at hand is in; the first bit: of calls of the rule */
	uint64_t binding;  /* loops that what is bound now depends on */
	bool grouping;	   /* a body of a grouping is planned: no further one in it */
};
/* Marks the variables of a term; `closures` says whether those inside comprehensions count. */
void vars_of_term(const struct term *term, bool closures, struct bits *bits);
void vars_of_expr(const struct expr *expr, bool closures, struct bits *bits);
bool ready_term(const struct safety *safety, const struct term *term);
bool ready_pattern(const struct safety *safety, const struct term *term);
/* When ready and `keep`, adds to bound what the literal binds. */
bool ready_expr(struct safety *safety, const struct expr *expr, bool keep);

/* plan */
/* A body inside of this one; ends with done. */
struct safety safety_inner(const struct safety *safety);
void safety_inner_done(struct safety *inner);
struct op *plan_body(struct safety *safety, struct body *body, struct op *end);
struct node *plan_node(struct safety *safety, const struct term *term);
/* Binds what is not bound yet. */
void plan_pattern(struct safety *safety, const struct term *term, struct pattern *out);
struct op *plan_expr(struct safety *safety, const struct expr *expr, struct op ***tail);
struct op *op_new(struct unit *unit, enum op_kind kind, const struct expr *expr);
void plan_unify(struct safety *safety, const struct expr *expr, struct op ***tail);
struct node *plan_comprehension(struct safety *safety, const struct term *term);

/* hoist: what is in a loop and does not depend on it is worked out once. */
#define LOOP_CALLS 1u
/* What is bound next depends on the term, and on a loop of its own when that `chooses`. */
void loop_binds(struct safety *safety, const struct term *from, bool chooses);
/* What is planned from here on is inside of the loop. */
void loop_enter(struct safety *safety);
void loop_bind(struct safety *safety, int32_t slot);
/* The node, or one around it that keeps its value. */
struct node *hoist_node(struct safety *safety, const struct term *term, struct node *node);
struct node *hoist_grouping(struct safety *safety, const struct term *term, struct node *node);
/* Of a negation or an every; NULL when nothing is kept. */
struct captured *hoist_body(struct safety *safety, const struct expr *expr);

/* One equation of a unification: parts of both sides that face each other. */
struct equation {
	const struct term *a, *b;
	bool done;
};
struct equations {
	struct equation *items;
	size_t n, cap;
};
/* Adds them; the list is from malloc. */
void equations_of(const struct term *a, const struct term *b, struct equations *out);
/* True when b can be given a's value: a is ready as a term and b as a pattern. */
bool equation_ready(const struct safety *safety, const struct term *a, const struct term *b);

/* Notes that the group at work depends on what the ref may name below `tree`. */
void depend(struct unit *unit, struct tree *tree, const struct term *ref, uint32_t from);

/* refuse */
/* What a module says that is wrong by itself. */
void compile_refuse(struct compiler *compiler, const struct module *module);
/* `with`: a built-in function that cannot be replaced; a part of what rules make. */
void refuse_with_function(struct unit *unit, const struct term *at, const struct builtin *builtin);
void refuse_with_part(struct unit *unit, const struct term *target);

/* rule level */
void compile_rules(struct compiler *compiler);
/* Refuses it; `order`: groups behind those they need. */
void compile_recursion(struct compiler *compiler, struct group **order, size_t *n);
/* Types of the rules, in that order. */
void compile_types(struct compiler *compiler, struct group *const *order, size_t n);
void compile_query_types(struct unit *unit, const struct body *body);
void compile_clause(struct compiler *compiler, struct group *group, struct clause *clause);
/* ".name", or ["name"] where that is no name. */
void compile_path_add(struct buf *b, const struct value *key);
struct map *compile_names(struct compiler *compiler, const struct module *module);
void index_build(struct compiler *compiler, struct group *group);
/* The number of arguments. */
void check_call_arity(struct unit *unit, const struct term *call);
bool compile_input_schema(struct compiler *compiler, const struct value *schema, struct err *err);
/* Annotations that hold for the rule at work, nearest first: objects with `annotations`. */
struct value metadata_chain(struct unit *unit);
bool metadata_call(struct unit *unit, const struct term *call, struct value *out);
/* Base data and rules at one place, rules that contradict each other in kind or arity. */
void compile_conflicts(struct compiler *compiler);
/* "2 errors: " and the first. -1. */
int policy_problems_err(const struct problems *problems, struct err *err);
