/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * plan: what the compiler makes of modules and the evaluator runs. Immutable, shared between
 * threads. Which variables are bound where is known when the plan is made: a variable is a slot of
 * the frame of its rule, written by the one pattern that binds it and read only behind that, so
 * that nothing has to be undone when the evaluator tries the next answer.
 */
#include "policy/ast.h"
#include "policy/builtin.h"

struct group;
struct op;
struct pattern;
struct parts;
struct tree;
struct type;

enum node_kind {
	NODE_CONST,
	NODE_SLOT,
	NODE_REF,
	NODE_ARRAY,
	NODE_SET,
	NODE_OBJECT, /* items: key, value ... */
	NODE_COMP,
	NODE_BUILTIN,
	NODE_FUNCTION,
	NODE_TEMPLATE,
	NODE_PRINT,
	NODE_HOISTED, /* kept by the variables it depends on */
	NODE_GROUPED, /* a comprehension, worked out once for all keys it is asked for */
};

enum root_kind { ROOT_INPUT, ROOT_DATA, ROOT_NODE };

/* Built-in operators that the evaluator does itself when both operands are small. */
enum fast {
	FAST_NONE,
	FAST_EQ,
	FAST_NE,
	FAST_LT,
	FAST_LE,
	FAST_GT,
	FAST_GE,
	FAST_PLUS,
	FAST_MINUS,
	FAST_MUL,
	FAST_DIV,
	FAST_REM,
};

/* The variables of the frame that the value of a node or of a body depends on. */
struct captured {
	uint32_t *slots;
	uint32_t n;
};

/*
 * [y | some y in ys; y.k == x.k] asked for many x: the body without the comparison gives each y
 * with its key, and the elements are grouped by it.
 */
struct grouping {
	struct captured captured; /* by all of it but the keys */
	struct node **keys;	  /* as they are asked for */
	uint32_t *slots;	  /* where the body puts those it finds */
	uint32_t key_n;
	struct op *body;
	struct node *key, *element; /* of the comprehension */
};

struct node {
	uint8_t kind; /* enum node_kind */
	uint8_t root; /* of a ref: enum root_kind */
	uint8_t fast; /* of a builtin: enum fast */
	uint8_t comp; /* of a comprehension: enum term_kind */
	uint32_t n;   /* items; of a ref: args */
	uint32_t line, col;
	union {
		struct value value;
		uint32_t slot;
		struct node **items;
		struct {
			struct pattern *args; /* of a ref */
			struct node *head;    /* ROOT_NODE */
			struct tree *tree;    /* ROOT_DATA: where args begin */
		};
		struct {
			struct op *body; /* of a comprehension */
			struct node *key, *element;
		};
		struct {
			struct node *inner; /* of hoisted and grouped: as it is written */
			struct captured *captured;
			struct grouping *grouping;
		};
	};
	const struct builtin *builtin;
	struct builtin_signature signature;
	struct tree *function; /* its group may be replaced by `with` */
	struct value *folded;  /* of a ref into input or data: its args, all constant strings */
	/* Of a ref into what evaluations share: where its first constant names lead (share.h). */
	uint32_t place, place_n;
};

enum pattern_kind {
	PATTERN_ANY,
	PATTERN_TRUE, /* anything but false; n: 1 + slot that keeps it */
	PATTERN_BIND,
	PATTERN_EQUAL,
	PATTERN_ARRAY,
	PATTERN_OBJECT,
};

struct pattern {
	uint8_t kind; /* enum pattern_kind */
	uint32_t slot;
	uint32_t n;
	struct node *node;     /* equal */
	struct node **keys;    /* object */
	struct pattern *items; /* array, object */
};

enum op_kind {
	OP_TEST,     /* node is defined and not false */
	OP_MATCH,    /* node, once, against pattern */
	OP_SCAN,     /* each element of node: key, pattern */
	OP_REF,	     /* each answer of the ref node, against pattern */
	OP_RELATION, /* each answer of a builtin relation, against pattern */
	OP_NOT,
	OP_EVERY, /* scan of node; body must answer for each */
	OP_WITH,
	OP_YIELD, /* an answer of the body */
};

enum with_kind { WITH_INPUT, WITH_DATA, WITH_FUNCTION, WITH_BUILTIN };

struct with_plan {
	uint8_t kind;
	struct value *path; /* below input or data */
	uint32_t path_n;
	struct tree *target;	       /* data: node at the path, if any; function */
	const struct builtin *builtin; /* that is replaced */
	struct node *value;	       /* or one of these two: */
	struct tree *by_function;
	const struct builtin *by_builtin;
};

struct op {
	uint8_t kind; /* enum op_kind */
	struct op *next;
	struct node *node;
	struct pattern *key, *pattern;
	struct op *body;
	struct with_plan *withs;
	uint32_t with_n;
	struct captured *captured; /* not, every: when the answer is kept */
	const struct expr *expr;   /* of a policy that is traced; else NULL */
	const struct module *module;
	uint32_t id; /* of the literal, for coverage; 0 for what the compiler made */
};

/* One rule, or one branch of its else chain. */
struct clause {
	const struct rule *rule;
	struct group *group;
	uint32_t slot_n;
	struct pattern *args;
	uint32_t arg_n, key_n;
	struct op *plan;
	struct node **keys; /* what follows the constant part of the ref */
	struct node *key;   /* of a set rule */
	struct node *value; /* NULL for a set rule */
	/* The same when the first key (of a set without keys: the element) is known. */
	struct pattern *known;
	struct op *known_plan;
	struct clause *els;
	bool constant; /* value is a constant: one answer is enough */
	uint32_t id;
	struct parts *parts; /* as resolved; used by the compiler only */
};

enum group_kind { GROUP_COMPLETE, GROUP_SET, GROUP_OBJECT, GROUP_FUNCTION };

struct index;

/* The rules that define one document. */
struct group {
	uint8_t kind; /* enum group_kind */
	struct tree *tree;
	struct clause **clauses;
	size_t n, cap;
	struct clause *preset; /* default rule */
	uint32_t arity, id;
	str path; /* "data.a.b" */
	struct index *index;
	bool same_constant;		   /* all clauses give the same constant */
	const struct footprint *footprint; /* where results are shared; else NULL */
	uint64_t share;			   /* its id, 0: its results are not shared */
	bool keeps;			   /* a function of its arguments alone: kept.h */
	const struct type *type, **args; /* of the value and of arguments, once they are checked */
};

/* A node of data: packages, rules, and the constant parts of rule names. */
struct tree {
	struct value key;
	struct tree *parent;
	struct tree **children; /* in order of insertion */
	struct tree **slots;	/* hash table of the children */
	size_t n, cap, slot_n;
	struct group *group;
	bool is_package, has_rules; /* has_rules: rules or a package here or below */
	uint32_t depth;
	struct edge *edges; /* what the group refers to; used by the compiler only */
	uint32_t edge_n, edge_cap;
	uint8_t color[2];
};

struct edge {
	struct tree *tree;
	bool whole; /* all that is below it, else its own rules */
};

struct tree *rule_tree_child(const struct tree *tree, const struct value *key);
struct tree *rule_tree_add(struct arena *arena, struct tree *tree, struct value key);

struct policy {
	struct arena *arena;
	unsigned refs;
	struct value data;
	struct tree root;
	struct module **modules;
	size_t module_n;
	struct literal *literals;
	uint32_t expr_n; /* of them, the first is empty */
	uint32_t group_n, clause_n;
	bool prints; /* print or trace is called somewhere */
	bool traced; /* what its ops are made of is kept */
};

struct query_var {
	str name;
	uint32_t slot;
};

struct query_expr {
	const struct expr *expr;
	uint32_t slot; /* 1 + slot of its value; 0: true */
};

/* Where a literal stands, by its id. */
struct literal {
	const struct module *module;
	uint32_t line, end_line;
};

struct policy_query {
	struct policy *policy;
	struct arena *arena, *own; /* own: the same, or NULL where it is somebody else's */
	struct op *plan;
	struct module *module;
	struct clause clause; /* frame */
	struct query_var *vars;
	struct query_expr *exprs;
	size_t var_n, expr_n;
	bool prints;
};
