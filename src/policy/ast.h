/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * ast: a module of Rego as it is written. Everything lives in the arena it was parsed into. Depth
 * of terms and bodies in each other is capped by AST_MAX_DEPTH, so that recursion over them is
 * safe.
 */
#include "policy/value.h"

#define AST_MAX_DEPTH 256u

enum term_kind {
	TERM_VALUE,
	TERM_VAR,
	TERM_REF, /* items[0] the head, then one for each bracket or dotted name */
	TERM_ARRAY,
	TERM_SET,
	TERM_OBJECT, /* items: key, value, key, value ... */
	TERM_ARRAY_COMP,
	TERM_SET_COMP,
	TERM_OBJECT_COMP,
	TERM_CALL,     /* items[0] the operator, then the arguments */
	TERM_TEMPLATE, /* items: text (value) or expression; withs beside them in `parts` */
};

struct body;
struct builtin;
struct expr;
struct tree;
struct type;

struct term {
	uint8_t kind;	/* enum term_kind */
	bool infix;	/* call: written with an operator */
	uint16_t depth; /* of what is below it */
	uint32_t line, col;
	uint32_t end_line; /* of what ends in a bracket: where that stands; else 0 */
	uint32_t n;	   /* items */
	int32_t slot;	   /* of a variable, once it is resolved; -1 before */
	union {
		struct value value;
		str name;	     /* variable; "_" is renamed "$N" */
		struct term **items; /* ref, array, set, object, call, template */
		struct {
			struct term *key; /* object comprehension; else NULL */
			struct term *head;
			struct body *body;
		};
	};
	union {
		struct expr **parts; /* template: n entries, NULL for text */
		str *spelling;	     /* of a quoted string: as it stands in the text; or NULL */
	};
	/* Of a call, once it is resolved: one of the two. */
	const struct builtin *builtin;
	struct tree *function;
	const struct type *type; /* of a checked ref, call or comprehension */
};

enum expr_kind {
	EXPR_TERM,    /* a */
	EXPR_UNIFY,   /* a = b */
	EXPR_ASSIGN,  /* a := b */
	EXPR_SOME,    /* vars */
	EXPR_SOME_IN, /* a (key or NULL), b (value), c (collection) */
	EXPR_EVERY,   /* a (key or NULL), b (value), c (domain), body */
	EXPR_GROUP,   /* made by the compiler: body under withs */
};

struct with {
	struct term *target, *value;
	uint32_t line, col;
};

struct expr {
	uint8_t kind; /* enum expr_kind */
	bool negated;
	bool made; /* by the compiler */
	uint32_t line, col;
	uint32_t start, end; /* bytes in the text of the module */
	uint32_t id;	     /* of a resolved literal that stands in the text, else 0 */
	struct term *a, *b, *c;
	struct term **vars;
	struct body *body;
	struct with *withs;
	uint32_t var_n, with_n;
};

struct body {
	struct expr **items;
	size_t n, cap;
	uint32_t end_line;     /* where its closing bracket stands; 0: it has none */
	unsigned depth;	       /* of the terms in it */
	struct expr **planned; /* in the order in which they are evaluated, once that is known */
};

struct module;

struct rule {
	struct module *module;
	struct term *ref;   /* TERM_REF, head a variable */
	struct term **args; /* function */
	uint32_t arg_n;
	bool is_function, is_default;
	bool is_else;
	bool assign;	       /* written with := */
	bool braces;	       /* the body stands in braces */
	bool has_if, contains; /* written with these keywords */
	struct term *key;      /* of a multi-value rule */
	struct term *value;    /* NULL: true */
	struct body *body;     /* NULL: none */
	struct rule *els;
	uint32_t line, col;
	uint32_t start, end; /* bytes in the text, else branches included */
};

struct import {
	struct term *path; /* TERM_REF */
	str alias;	   /* name it gets; empty for rego.v1 and future.keywords */
	bool renamed;	   /* alias was written */
	uint32_t line, col;
	bool used;
};

/* A comment block that begins with METADATA. */
struct annotation {
	uint32_t line, end_line, next_line; /* of the comment; of the statement behind it */
	struct value value;		    /* object with `scope` */
	str scope;
};

struct module {
	str file, text;
	bool v0;
	bool rego_v1;	      /* import rego.v1 */
	bool shared;	      /* policy_source */
	struct term *package; /* TERM_REF, head `data` */
	struct import *imports;
	struct rule **rules;
	struct annotation *annotations;
	struct token *comments;
	size_t import_n, import_cap, rule_n, rule_cap, annotation_n, annotation_cap, comment_n;
};

struct term *term_new(struct arena *arena, enum term_kind kind, uint32_t line, uint32_t col);
struct term *term_value(struct arena *arena, struct value value, const struct term *at);
struct term *term_var(struct arena *arena, str name, const struct term *at);
/* An operator or function by its dotted name, applied to two terms. */
struct term *term_list(struct arena *arena, enum term_kind kind, struct term *const *items,
		       size_t n, const struct term *at);
/* Sets depth from what is below; false when that is too deep. */
bool term_measure(struct term *term);
void body_add(struct arena *arena, struct body *body, struct expr *expr);
/* "var", "string", "arraycomprehension" ... */
const char *term_kind_name(const struct term *term);
bool term_is_string(const struct term *term);
bool term_is_var(const struct term *term, str name);
static inline bool name_is_wildcard(str name) { return name.n > 0 && name.p[0] == '$'; }
