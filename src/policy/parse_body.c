/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/parse_internal.h"

static struct expr *expr_new(struct parser *p, enum expr_kind kind)
{
	const struct token *at = parse_peek(p);
	struct expr *expr = ARENA_NEW(p->arena, struct expr);

	expr->kind = (uint8_t)kind;
	expr->line = at->line;
	expr->col = at->col;
	expr->start = at->start;
	return expr;
}

static bool parse_some_in(struct parser *p, struct expr *expr, struct term **terms, size_t n)
{
	if (n > 2)
		return parse_error_at(p, expr->line, expr->col,
				      "expected one or two names before \"in\"");
	expr->kind = EXPR_SOME_IN;
	expr->a = n == 2 ? terms[0] : NULL;
	expr->b = terms[n - 1];
	parse_next(p);
	expr->c = parse_relation(p);
	if (expr->c && parse_is_keyword(p, KEYWORD_IN))
		return parse_unexpected(p, NULL);
	return expr->c != NULL;
}

static bool parse_some(struct parser *p, struct expr *expr)
{
	struct term **terms = NULL;
	size_t n = 0, cap = 0;

	expr->kind = EXPR_SOME;
	parse_next(p);
	do {
		struct term *term = parse_relation(p);

		if (!term)
			return false;
		terms = arena_grow(p->arena, terms, n, &cap, sizeof(*terms));
		terms[n++] = term;
	} while (parse_take(p, ','));
	if (parse_is_keyword(p, KEYWORD_IN))
		return parse_some_in(p, expr, terms, n);
	for (size_t i = 0; i < n; i++) {
		if (terms[i]->kind != TERM_VAR)
			return parse_error_at(p, terms[i]->line, terms[i]->col,
					      "illegal \"some\": expected a name");
	}
	expr->vars = terms;
	expr->var_n = (uint32_t)n;
	return true;
}

static bool parse_every(struct parser *p, struct expr *expr)
{
	expr->kind = EXPR_EVERY;
	parse_next(p);
	expr->b = parse_term(p);
	if (!expr->b)
		return false;
	if (parse_take(p, ',')) {
		expr->a = expr->b;
		expr->b = parse_term(p);
		if (!expr->b)
			return false;
	}
	if ((expr->a && expr->a->kind != TERM_VAR) || expr->b->kind != TERM_VAR)
		return parse_error_at(p, expr->line, expr->col, "expected a name behind \"every\"");
	if (!parse_take_keyword(p, KEYWORD_IN))
		return parse_unexpected(p, "expected \"in\" of \"every\"");
	expr->c = parse_relation(p);
	if (!expr->c || !parse_expect(p, '{', "expected \"{\" of \"every\""))
		return false;
	expr->body = parse_body(p, '}');
	return expr->body != NULL;
}

static bool parse_withs(struct parser *p, struct expr *expr)
{
	size_t cap = 0;

	while (parse_is_keyword(p, KEYWORD_WITH)) {
		const struct token *at = parse_next(p);
		struct with with = { .line = at->line, .col = at->col };
		size_t n = expr->with_n;

		with.target = parse_term(p);
		if (!with.target)
			return false;
		if (with.target->kind != TERM_VAR && with.target->kind != TERM_REF)
			return parse_error_at(p, with.target->line, with.target->col,
					      "with target must be a reference");
		if (!parse_take_keyword(p, KEYWORD_AS))
			return parse_unexpected(p, "expected \"as\" of \"with\"");
		with.value = parse_infix(p, true);
		if (!with.value)
			return false;
		expr->withs = arena_grow(p->arena, expr->withs, n, &cap, sizeof(*expr->withs));
		expr->withs[expr->with_n++] = with;
	}
	return true;
}

static bool parse_plain(struct parser *p, struct expr *expr)
{
	expr->a = parse_infix(p, true);
	if (!expr->a)
		return false;
	if (parse_is(p, '='))
		expr->kind = EXPR_UNIFY;
	else if (parse_is(p, TOKEN_ASSIGN))
		expr->kind = EXPR_ASSIGN;
	else
		return true;
	parse_next(p);
	expr->b = parse_infix(p, true);
	return expr->b != NULL;
}

static bool parse_statement(struct parser *p, struct expr *expr)
{
	if (parse_is_keyword(p, KEYWORD_SOME))
		return parse_some(p, expr);
	if (parse_is_keyword(p, KEYWORD_EVERY))
		return parse_every(p, expr);
	if (parse_take_keyword(p, KEYWORD_NOT)) {
		expr->negated = true;
		if (parse_is_keyword(p, KEYWORD_NOT) || parse_is_keyword(p, KEYWORD_SOME) ||
		    parse_is_keyword(p, KEYWORD_EVERY))
			return parse_unexpected(p, "unexpected keyword behind \"not\"");
	}
	return parse_plain(p, expr);
}

struct expr *parse_literal(struct parser *p)
{
	struct expr *expr = expr_new(p, EXPR_TERM);
	bool ok;

	if (!parse_enter(p))
		return NULL;
	ok = parse_statement(p, expr) && parse_withs(p, expr);
	p->depth--;
	expr->end = parse_last(p)->end;
	if (ok && expr->kind == EXPR_ASSIGN && expr->negated)
		ok = parse_error_at(p, expr->line, expr->col,
				    "cannot assign vars inside negated expression");
	return ok ? expr : NULL;
}

/* A literal ends with its line, a semicolon, or the body. */
static bool parse_separator(struct parser *p, uint8_t end)
{
	if (parse_take(p, ';')) {
		while (parse_take(p, ';'))
			;
		return true;
	}
	if (parse_is(p, end) || parse_peek(p)->line > parse_last(p)->line)
		return true;
	if (parse_last(p)->kind == TOKEN_STRING) /* a raw string ends lines below where it begins */
		for (uint32_t i = parse_last(p)->end; i < parse_peek(p)->start; i++)
			if (p->module->text.p[i] == '\n')
				return true;
	return parse_unexpected(p, "expected \\n or ; or the end of the body");
}

struct body *parse_body(struct parser *p, uint8_t end)
{
	struct body *body = ARENA_NEW(p->arena, struct body);

	if (parse_is(p, end) && end != TOKEN_EOF) {
		parse_unexpected(p, "found empty body");
		return NULL;
	}
	while (!parse_is(p, end)) {
		struct expr *expr = parse_literal(p);

		if (!expr || !parse_separator(p, end))
			return NULL;
		body_add(p->arena, body, expr);
	}
	if (parse_take(p, end))
		body->end_line = parse_last(p)->line;
	return body;
}
