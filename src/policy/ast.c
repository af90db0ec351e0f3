/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/ast.h"

struct term *term_new(struct arena *arena, enum term_kind kind, uint32_t line, uint32_t col)
{
	struct term *term = ARENA_NEW(arena, struct term);

	term->kind = (uint8_t)kind;
	term->line = line;
	term->col = col;
	term->slot = -1;
	return term;
}

struct term *term_value(struct arena *arena, struct value value, const struct term *at)
{
	struct term *term = term_new(arena, TERM_VALUE, at->line, at->col);

	term->value = value;
	return term;
}

struct term *term_var(struct arena *arena, str name, const struct term *at)
{
	struct term *term = term_new(arena, TERM_VAR, at->line, at->col);

	term->name = name;
	return term;
}

struct term *term_list(struct arena *arena, enum term_kind kind, struct term *const *items,
		       size_t n, const struct term *at)
{
	struct term *term = term_new(arena, kind, at->line, at->col);

	term->items = ARENA_ARRAY(arena, struct term *, n ? n : 1);
	if (n > 0)
		memcpy(term->items, items, n * sizeof(struct term *));
	term->n = (uint32_t)n;
	return term;
}

bool term_measure(struct term *term)
{
	unsigned depth = 0;

	switch (term->kind) {
	case TERM_REF:
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
	case TERM_CALL:
	case TERM_TEMPLATE:
		for (size_t i = 0; i < term->n; i++) {
			if (term->items[i] && term->items[i]->depth > depth)
				depth = term->items[i]->depth;
		}
		break;
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
		depth = term->head->depth;
		if (term->key && term->key->depth > depth)
			depth = term->key->depth;
		if (term->body->depth > depth)
			depth = term->body->depth;
		break;
	default:
		break;
	}
	term->depth = (uint16_t)(depth + 1);
	return term->depth <= AST_MAX_DEPTH;
}

const char *term_kind_name(const struct term *term)
{
	static const char *const names[] = {
		[TERM_VAR] = "var",
		[TERM_REF] = "ref",
		[TERM_ARRAY] = "array",
		[TERM_SET] = "set",
		[TERM_OBJECT] = "object",
		[TERM_ARRAY_COMP] = "arraycomprehension",
		[TERM_SET_COMP] = "setcomprehension",
		[TERM_OBJECT_COMP] = "objectcomprehension",
		[TERM_CALL] = "call",
		[TERM_TEMPLATE] = "templatestring",
	};

	return term->kind == TERM_VALUE ? value_type_name((enum value_type)term->value.type)
					: names[term->kind];
}

static unsigned depth_of(const struct term *term) { return term ? term->depth : 0; }

static unsigned expr_depth(const struct expr *expr)
{
	unsigned depths[] = { depth_of(expr->a), depth_of(expr->b), depth_of(expr->c),
			      expr->body ? expr->body->depth : 0 };
	unsigned most = 0;

	for (size_t i = 0; i < ARRAY_LEN(depths); i++)
		most = depths[i] > most ? depths[i] : most;
	for (size_t i = 0; i < expr->with_n; i++) {
		unsigned depth = depth_of(expr->withs[i].value);

		most = depth > most ? depth : most;
	}
	return most + 1;
}

void body_add(struct arena *arena, struct body *body, struct expr *expr)
{
	unsigned depth = expr_depth(expr);

	if (depth > body->depth)
		body->depth = depth;
	body->items = arena_grow(arena, body->items, body->n, &body->cap, sizeof(*body->items));
	body->items[body->n++] = expr;
}

bool term_is_string(const struct term *term)
{
	return term->kind == TERM_VALUE && term->value.type == VALUE_STRING;
}

bool term_is_var(const struct term *term, str name)
{
	return term->kind == TERM_VAR && str_eq(term->name, name);
}
