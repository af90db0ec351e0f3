/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of the parser share. Functions give NULL (or false) once an error is recorded. */
#include "policy/lex.h"
#include "policy/parse.h"

struct parser {
	struct module *module;
	struct arena *arena, *scratch; /* scratch: gone when the module is parsed */
	struct problems *problems;
	struct tokens tokens;
	size_t at;
	unsigned depth, wildcards;
	bool failed; /* an error was recorded since the last statement began */
	bool quiet;  /* trying: no problem is recorded */
	bool enabled[KEYWORD_COUNT];
};

const struct token *parse_peek(const struct parser *p);
const struct token *parse_ahead(const struct parser *p, size_t n);
const struct token *parse_next(struct parser *p);
/* The token before the current one. */
const struct token *parse_last(const struct parser *p);
bool parse_is(const struct parser *p, uint8_t kind);
bool parse_take(struct parser *p, uint8_t kind);
/* An identifier that is a keyword here: enabled and no head of a ref ("as.foo"). */
bool parse_is_keyword(const struct parser *p, enum keyword keyword);
bool parse_take_keyword(struct parser *p, enum keyword keyword);
/* As take, but else an error "expected ...". */
bool parse_expect(struct parser *p, uint8_t kind, const char *what);
bool parse_error_at(struct parser *p, uint32_t line, uint32_t col, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* "unexpected X token: why" at the current token. */
bool parse_unexpected(struct parser *p, const char *why);
bool parse_enter(struct parser *p);

struct term *parse_term(struct parser *p);
/* With operators, but not =, :=; `pairs`: "k, v in xs" is allowed. */
struct term *parse_infix(struct parser *p, bool pairs);
/* Operators down to comparison; no "in". */
struct term *parse_relation(struct parser *p);
struct expr *parse_literal(struct parser *p);
/* Literals up to `end`, which is taken. */
struct body *parse_body(struct parser *p, uint8_t end);
struct term *parse_string_token(struct parser *p, const struct token *token);
struct term *parse_name_token(struct parser *p, const struct token *token);
/* Dotted names, brackets and calls behind `head`; `calls` false: stops before "(". */
struct term *parse_postfix(struct parser *p, struct term *head, bool calls);
bool parse_rules(struct parser *p);
struct term *parse_template(struct parser *p);
void parse_annotations(struct parser *p);
