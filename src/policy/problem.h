/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * problem: what is wrong with a module, in the words that OPA's users know. Problems are collected,
 * so that one run names several; at most PROBLEM_MAX are kept, the others counted.
 */
#include "base/arena.h"
#include "base/buf.h"

#define PROBLEM_MAX 10u

struct problem {
	str file;
	uint32_t line, col; /* 1-based, in characters */
	const char *code;   /* "rego_parse_error", "rego_unsafe_var_error" ... */
	str message;
	str details; /* lines that say more: what is there and what is wanted */
	str source;  /* the line; empty when there is none */
};

struct problems {
	struct arena *arena;
	struct problem items[PROBLEM_MAX];
	size_t n;	/* kept */
	size_t dropped; /* not kept */
};

/* `text` is the whole module. */
void problem_add(struct problems *problems, str file, str text, uint32_t line, uint32_t col,
		 const char *code, const char *fmt, ...) PRINTF_LIKE(7, 8);
/* More on the problem that was added last. */
void problem_details(struct problems *problems, str details);
/* By file, line and column. */
void problems_sort(struct problems *problems);
/* "file:3:7: rego_parse_error: message", below it the line and a mark; for all of them. */
void problems_print(const struct problems *problems, struct buf *out);
