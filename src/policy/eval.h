/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What the files of the evaluator share. Functions that look for a value return 1 (there it is), 0
 * (undefined) or -1 (the evaluation failed, ev->err says why). Functions that run a body call a
 * sink for each answer and return 0 (went through), 1 (the sink has enough) or -1.
 */
#include "base/err.h"
#include "policy/plan.h"
#include "policy/policy.h"

#define EVAL_STACK_BYTES (4u << 20) /* of the thread's stack, for rules in rules */
#define EVAL_SLOT_FIRST	 256u	    /* on the stack of policy_eval: most evaluations need no more */
#define EVAL_SLOT_CHUNK	 4096u

struct eval;
struct sink;
typedef int sink_fn(struct eval *ev, struct sink *sink, struct value *slots);

struct sink {
	sink_fn *fn;
};

/* A result that is kept: of a document, a key of it, or a function applied to arguments. */
struct memo {
	const void *what;
	const struct value *args;
	uint32_t arg_n;
	uint32_t hash;
	int8_t status; /* 1, 0; -1: being worked out */
	uint32_t asked;
	struct value value;
	struct groups *groups; /* of a grouping */
};

struct memos {
	struct memo **slots;
	size_t n, slot_n;
};

struct mock {
	const void *what; /* tree of a function, or builtin */
	struct tree *by_function;
	const struct builtin *by_builtin;
	struct value value; /* when it is neither */
};

/* What `with` changes. */
struct context {
	bool has_input;
	bool shares; /* results of groups that others may use, in run->share */
	struct value input, data;
	struct tree **replaced; /* documents whose rules do not count */
	size_t replaced_n;
	struct mock *mocks;
	size_t mock_n;
	struct memos memos;
	struct memo **docs; /* of whole documents, by the id of their group; or NULL */
};

struct slot_chunk {
	struct slot_chunk *next;
	size_t n, cap;
	struct value *items;
};

struct eval {
	struct builtin_call call; /* first: builtins give it back */
	const struct policy *policy;
	struct policy_run *run;
	struct arena *arena;
	struct err *err;
	struct context *context;
	const struct clause *clause; /* being evaluated */
	uint64_t steps, max_steps, next_check;
	size_t max_bytes, base_bytes;
	uint64_t deadline; /* of the monotonic clock; 0: none */
	const char *stack_limit;
	struct slot_chunk *chunk;
	unsigned depth;
	bool prints; /* and somebody reads it */
};

/* Budget. */
int eval_check(struct eval *ev);
static inline int eval_step(struct eval *ev)
{
	return ++ev->steps >= ev->next_check ? eval_check(ev) : 0;
}
int eval_fail(struct eval *ev, enum policy_error code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* -1 when the thread's stack is used up. */
int eval_too_deep(struct eval *ev);
static inline int eval_enter(struct eval *ev)
{
	return (const char *)__builtin_frame_address(0) < ev->stack_limit ? eval_too_deep(ev) : 0;
}
struct slot_chunk *eval_next_chunk(struct eval *ev, size_t n);
/* Room for n values, given back with the mark. */
static inline struct value *eval_slots(struct eval *ev, size_t n, struct slot_chunk **mark,
				       size_t *mark_n)
{
	struct slot_chunk *chunk = ev->chunk;

	*mark = chunk;
	*mark_n = chunk->n;
	if (__builtin_expect(chunk->n + n > chunk->cap, 0))
		chunk = eval_next_chunk(ev, n);
	chunk->n += n;
	return chunk->items + chunk->n - n;
}
static inline void eval_slots_release(struct eval *ev, struct slot_chunk *mark, size_t mark_n)
{
	ev->chunk = mark;
	mark->n = mark_n;
}

int eval_run(struct eval *ev, const struct op *op, struct value *slots, struct sink *sink);
/* Are they equal; large ones cost steps. */
int eval_equal(struct eval *ev, const struct value *a, const struct value *b);
int eval_match_more(struct eval *ev, const struct pattern *pattern, const struct value *v,
		    struct value *slots);
static inline int eval_match(struct eval *ev, const struct pattern *pattern, const struct value *v,
			     struct value *slots)
{
	if (pattern->kind != PATTERN_ANY && pattern->kind != PATTERN_BIND)
		return eval_match_more(ev, pattern, v, slots);
	slots[pattern->slot] = *v;
	return 1;
}
int eval_ref(struct eval *ev, const struct node *node, struct value *slots, struct value *out);
int eval_call(struct eval *ev, const struct node *node, struct value *slots, struct value *out);
/* What is put together: collections, comprehensions, templates, what is kept. */
int eval_made(struct eval *ev, const struct node *node, struct value *slots, struct value *out);
/* Any of them; the frequent ones without a call in between. */
static inline int eval_node(struct eval *ev, const struct node *node, struct value *slots,
			    struct value *out)
{
	switch (node->kind) {
	case NODE_CONST:
		*out = node->value;
		return 1;
	case NODE_SLOT:
		*out = slots[node->slot];
		return 1;
	case NODE_REF:
		return eval_ref(ev, node, slots, out);
	case NODE_BUILTIN:
	case NODE_FUNCTION:
		return eval_call(ev, node, slots, out);
	default:
		return eval_made(ev, node, slots, out);
	}
}
/* Each answer of a ref whose brackets have choices, matched and handed to op->next. */
int eval_ref_each(struct eval *ev, const struct op *op, struct value *slots, struct sink *sink);
/* What does not depend on the loop around it. */
int eval_hoisted(struct eval *ev, const struct node *node, struct value *slots, struct value *out);
int eval_grouped(struct eval *ev, const struct node *node, struct value *slots, struct value *out);
/* The memo of a negation or an every; NULL when it keeps none. */
struct memo *eval_memo_of(struct eval *ev, const void *what, const struct captured *captured,
			  const struct value *slots);
int eval_with(struct eval *ev, const struct op *op, struct value *slots, struct sink *sink);
int eval_function(struct eval *ev, struct tree *function, const struct value *args, uint32_t n,
		  struct value *out);
int eval_builtin(struct eval *ev, const struct builtin *builtin,
		 const struct builtin_signature *signature, const struct value *args,
		 struct value *out);
/* True (a boolean) or not: does the body have an answer. */
int eval_exists(struct eval *ev, const struct op *body, struct value *slots);

/* Documents. */
int eval_group(struct eval *ev, struct group *group, struct value *out);
/* The part of a set or object that the key names. */
int eval_group_key(struct eval *ev, struct group *group, const struct value *base,
		   const struct value *key, struct value *out);
/* All that is at a place of the tree and below, with base documents. */
int eval_extent(struct eval *ev, struct tree *tree, const struct value *base, struct value *out);
const struct value *eval_base(struct eval *ev, const struct tree *tree);
bool eval_is_replaced(const struct eval *ev, const struct tree *tree);
bool eval_above_replaced(const struct eval *ev, const struct tree *tree);

/* A document that is being put together; values at the same place must agree. */
struct growth;
struct growth *growth_new(struct eval *ev);
int growth_put(struct eval *ev, struct growth *at, const struct value *path, size_t n,
	       const struct value *leaf, bool element);
int growth_merge(struct eval *ev, struct growth *at, const struct value *extent);
bool growth_is_empty(const struct growth *growth);
struct value growth_value(struct eval *ev, const struct growth *growth);

/* The memo of a key, added when it is not there; status -1 then. */
struct memo *memo_in(struct memos *memos, struct arena *arena, const void *what,
		     const struct value *args, uint32_t n);
static inline struct memo *memo_of(struct eval *ev, const void *what, const struct value *args,
				   uint32_t n)
{
	return memo_in(&ev->context->memos, ev->arena, what, args, n);
}
struct memo *memo_of_group(struct eval *ev, const struct group *group);
/* The memo of a document or function that evaluations share; NULL: it is not shared. */
struct memo *eval_shared(struct eval *ev, const struct group *group, const struct value *args,
			 uint32_t n);

/* Where the first names of a ref with a place lead; NULL: nowhere. Where results are shared. */
const struct value *eval_place(const struct eval *ev, const struct node *node);

/* Clauses that may apply: candidates of the index. */
struct candidates {
	struct clause *const *items;
	size_t n;
};
int index_lookup(struct eval *ev, const struct group *group, const struct value *args,
		 struct candidates *out);
