/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/parse_internal.h"

#include "base/err.h"

#define LIST_MAX 200000u /* items of one array, set, object or call */

struct list {
	struct term **items;
	size_t n, cap;
};

static void list_add(struct parser *p, struct list *list, struct term *term)
{
	list->items =
		arena_grow(p->scratch, list->items, list->n, &list->cap, sizeof(*list->items));
	list->items[list->n++] = term;
}

/* A term whose last token has just been taken. */
static struct term *finish(struct parser *p, struct term *term)
{
	term->end_line = parse_last(p)->line;
	if (!term_measure(term)) {
		parse_error_at(p, term->line, term->col, "expression too deep");
		return NULL;
	}
	return term;
}

static struct term *finish_list(struct parser *p, enum term_kind kind, struct list *list,
				const struct token *at)
{
	struct term *term = term_new(p->arena, kind, at->line, at->col);

	if (list->n > LIST_MAX) {
		parse_error_at(p, at->line, at->col, "more than %u items", LIST_MAX);
		return NULL;
	}
	term->items = ARENA_ARRAY(p->arena, struct term *, list->n + 1);
	if (list->n > 0)
		memcpy(term->items, list->items, list->n * sizeof(struct term *));
	term->n = (uint32_t)list->n;
	return finish(p, term);
}

struct term *parse_name_token(struct parser *p, const struct token *token)
{
	struct term *term = term_new(p->arena, TERM_VAR, token->line, token->col);

	term->name = token->text;
	if (str_eq(token->text, STR("_")))
		term->name = str_fmt(p->arena, "$%u", p->wildcards++);
	return term;
}

struct term *parse_string_token(struct parser *p, const struct token *token)
{
	struct term *term = term_new(p->arena, TERM_VALUE, token->line, token->col);

	term->value = value_str(token->text);
	if (token->kind == TOKEN_STRING) {
		term->spelling = ARENA_NEW(p->arena, str);
		*term->spelling =
			str_of(p->module->text.p + token->start, token->end - token->start);
	}
	return term;
}

static struct term *parse_number(struct parser *p, bool negative)
{
	const struct token *token = parse_next(p);
	struct term *term = term_new(p->arena, TERM_VALUE, token->line, token->col);
	const struct json *json;
	str text = token->text;
	struct err err;

	if (negative)
		text = str_cat(p->arena, STR("-"), text);
	if (json_parse(text, NULL, p->arena, &json, &err) < 0) {
		parse_error_at(p, token->line, token->col, "%s", err.msg);
		return NULL;
	}
	term->value = value_from_json(json, p->arena);
	return term;
}

/* [head |, {head |, {key: head |: at the bar. */
static struct term *parse_comprehension(struct parser *p, enum term_kind kind, struct term *key,
					struct term *head, const struct token *at, uint8_t end)
{
	struct term *term = term_new(p->arena, kind, at->line, at->col);

	parse_next(p);
	term->key = key;
	term->head = head;
	term->body = parse_body(p, end);
	if (!term->body)
		return NULL;
	return finish(p, term);
}

static struct term *parse_infix_from(struct parser *p, struct term *first, bool pairs);

/* The items behind the first, with the closing character. */
static bool parse_items(struct parser *p, struct list *list, uint8_t end)
{
	while (!parse_take(p, end)) {
		struct term *item;

		if (!parse_take(p, ','))
			return parse_unexpected(p, end == ')' ? "expected \",\" or \")\""
							      : "non-terminated collection");
		if (parse_take(p, end))
			return true;
		item = parse_infix(p, false);
		if (!item)
			return false;
		list_add(p, list, item);
	}
	return true;
}

static struct term *parse_array(struct parser *p)
{
	const struct token *at = parse_next(p);
	struct list list = { 0 };
	struct term *head;

	if (parse_take(p, ']'))
		return finish_list(p, TERM_ARRAY, &list, at);
	head = parse_term(p);
	if (!head)
		return NULL;
	if (parse_is(p, '|'))
		return parse_comprehension(p, TERM_ARRAY_COMP, NULL, head, at, ']');
	head = parse_infix_from(p, head, false);
	if (!head)
		return NULL;
	list_add(p, &list, head);
	if (!parse_items(p, &list, ']'))
		return NULL;
	return finish_list(p, TERM_ARRAY, &list, at);
}

static struct term *parse_object(struct parser *p, struct term *key, const struct token *at)
{
	struct list list = { 0 };

	for (;;) {
		struct term *value;

		if (!parse_expect(p, ':', "expected \":\" of an object"))
			return NULL;
		value = parse_term(p);
		if (!value)
			return NULL;
		if (list.n == 0 && parse_is(p, '|'))
			return parse_comprehension(p, TERM_OBJECT_COMP, key, value, at, '}');
		value = parse_infix_from(p, value, false);
		if (!value)
			return NULL;
		list_add(p, &list, key);
		list_add(p, &list, value);
		if (parse_take(p, ',') && !parse_is(p, '}')) {
			key = parse_infix(p, false);
			if (!key)
				return NULL;
			continue;
		}
		if (!parse_expect(p, '}', "non-terminated object"))
			return NULL;
		return finish_list(p, TERM_OBJECT, &list, at);
	}
}

static struct term *parse_braces(struct parser *p)
{
	const struct token *at = parse_next(p);
	struct list list = { 0 };
	struct term *head;

	if (parse_take(p, '}'))
		return finish_list(p, TERM_OBJECT, &list, at);
	head = parse_term(p);
	if (!head)
		return NULL;
	if (parse_is(p, '|'))
		return parse_comprehension(p, TERM_SET_COMP, NULL, head, at, '}');
	head = parse_infix_from(p, head, false);
	if (!head)
		return NULL;
	if (parse_is(p, ':'))
		return parse_object(p, head, at);
	list_add(p, &list, head);
	if (!parse_items(p, &list, '}'))
		return NULL;
	return finish_list(p, TERM_SET, &list, at);
}

static struct term *parse_parens(struct parser *p)
{
	struct term *term;

	parse_next(p);
	term = parse_infix(p, true);
	if (!term || !parse_expect(p, ')', "expected \")\""))
		return NULL;
	return term;
}

static struct term *parse_call(struct parser *p, struct term *operator)
{
	const struct token at = { .line = operator->line, .col = operator->col };
	struct list list = { 0 };

	parse_next(p);
	list_add(p, &list, operator);
	if (!parse_take(p, ')')) {
		struct term *first = parse_infix(p, false);

		if (!first)
			return NULL;
		list_add(p, &list, first);
		if (!parse_items(p, &list, ')'))
			return NULL;
	}
	return finish_list(p, TERM_CALL, &list, &at);
}

/* What stands behind the dot. */
static struct term *parse_dotted(struct parser *p)
{
	const struct token *token = parse_peek(p);

	if (token->kind != TOKEN_IDENT || token->space) {
		parse_unexpected(p, "expected a name behind \".\"");
		return NULL;
	}
	return parse_string_token(p, parse_next(p));
}

static struct term *parse_bracket(struct parser *p)
{
	struct term *item = parse_infix(p, true);

	if (!item || !parse_expect(p, ']', "expected \"]\""))
		return NULL;
	return item;
}

struct term *parse_postfix(struct parser *p, struct term *head, bool calls)
{
	struct list list = { 0 };
	const struct token at = { .line = head->line, .col = head->col };
	bool called = false;

	list_add(p, &list, head);
	while (!parse_peek(p)->space) {
		struct term *item;

		if (parse_take(p, '.')) {
			item = parse_dotted(p);
		} else if (parse_take(p, '[')) {
			item = parse_bracket(p);
		} else if (calls && parse_is(p, '(') && !called) {
			if (list.n > 1)
				head = finish_list(p, TERM_REF, &list, &at);
			head = head ? parse_call(p, head) : NULL;
			list = (struct list){ 0 };
			called = true;
			item = head;
		} else {
			break;
		}
		if (!item)
			return NULL;
		list_add(p, &list, item);
	}
	if (list.n == 1)
		return list.items[0];
	if (head->kind == TERM_VALUE) {
		parse_error_at(p, at.line, at.col, "illegal ref (head cannot be a scalar)");
		return NULL;
	}
	return finish_list(p, TERM_REF, &list, &at);
}

static struct term *parse_word(struct parser *p)
{
	const struct token *token = parse_peek(p);
	const struct token *paren = parse_ahead(p, 1);
	struct value value;

	if (parse_is_keyword(p, KEYWORD_TRUE))
		value = value_bool(true);
	else if (parse_is_keyword(p, KEYWORD_FALSE))
		value = value_bool(false);
	else if (parse_is_keyword(p, KEYWORD_NULL))
		value = value_null();
	else if (str_eq(token->text, STR("set")) && paren->kind == '(' && !paren->space &&
		 parse_ahead(p, 2)->kind == ')') {
		p->at += 3;
		return term_new(p->arena, TERM_SET, token->line, token->col);
	} else if (parse_is_keyword(p, (enum keyword)token->keyword) &&
		   !(token->keyword == KEYWORD_CONTAINS && paren->kind == '(' && !paren->space)) {
		parse_unexpected(p, "a keyword cannot be a name here");
		return NULL;
	} else {
		return parse_name_token(p, parse_next(p));
	}
	parse_next(p);
	return term_value(p->arena, value,
			  &(struct term){ .line = token->line, .col = token->col });
}

static struct term *parse_primary(struct parser *p)
{
	const struct token *token = parse_peek(p);

	switch (token->kind) {
	case TOKEN_IDENT:
		return parse_word(p);
	case TOKEN_NUMBER:
		return parse_number(p, false);
	case '-':
		if (parse_ahead(p, 1)->kind != TOKEN_NUMBER)
			break;
		parse_next(p);
		return parse_number(p, true);
	case TOKEN_STRING:
		return parse_string_token(p, parse_next(p));
	case TOKEN_TEMPLATE:
		return parse_template(p);
	case '[':
		return parse_array(p);
	case '{':
		return parse_braces(p);
	case '(':
		return parse_parens(p);
	default:
		break;
	}
	parse_unexpected(p, NULL);
	return NULL;
}

struct term *parse_term(struct parser *p)
{
	struct term *term;

	if (!parse_enter(p))
		return NULL;
	term = parse_primary(p);
	if (term)
		term = parse_postfix(p, term, true);
	p->depth--;
	return term;
}

static const struct {
	uint8_t token;
	uint8_t strength;
	str name;
} operators[] = {
	{ TOKEN_EQUAL, 1, STR_INIT("equal") },
	{ TOKEN_NOT_EQUAL, 1, STR_INIT("neq") },
	{ '<', 1, STR_INIT("lt") },
	{ '>', 1, STR_INIT("gt") },
	{ TOKEN_LESS_EQUAL, 1, STR_INIT("lte") },
	{ TOKEN_GREATER_EQUAL, 1, STR_INIT("gte") },
	{ '|', 2, STR_INIT("or") },
	{ '&', 3, STR_INIT("and") },
	{ '+', 4, STR_INIT("plus") },
	{ '-', 4, STR_INIT("minus") },
	{ '*', 5, STR_INIT("mul") },
	{ '/', 5, STR_INIT("div") },
	{ '%', 5, STR_INIT("rem") },
};

static struct term *parse_operator_call(struct parser *p, str name, const struct token *at,
					struct term *const *args, size_t n)
{
	struct list list = { 0 };
	const struct token begin = { .line = args[0]->line, .col = args[0]->col };
	struct term *operator= term_new(p->arena, TERM_VAR, at->line, at->col);
	struct term *call;

	operator->name = name;
	list_add(p, &list, operator);
	for (size_t i = 0; i < n; i++)
		list_add(p, &list, args[i]);
	call = finish_list(p, TERM_CALL, &list, &begin);
	if (call)
		call->infix = true;
	return call;
}

/* `left` is the first operand, already read. */
static struct term *parse_strength(struct parser *p, struct term *left, unsigned least)
{
	while (left) {
		const struct token *token = parse_peek(p);
		struct term *args[2] = { left };
		size_t i = 0;

		while (i < ARRAY_LEN(operators) && operators[i].token != token->kind)
			i++;
		if (i == ARRAY_LEN(operators) || operators[i].strength < least)
			return left;
		parse_next(p);
		args[1] = parse_term(p);
		args[1] = parse_strength(p, args[1], operators[i].strength + 1u);
		if (!args[1])
			return NULL;
		left = parse_operator_call(p, operators[i].name, token, args, 2);
	}
	return NULL;
}

struct term *parse_relation(struct parser *p) { return parse_strength(p, parse_term(p), 1); }

static struct term *parse_in(struct parser *p, struct term **args, size_t n)
{
	while (parse_is_keyword(p, KEYWORD_IN)) {
		const struct token *at = parse_next(p);

		args[n] = parse_relation(p);
		if (!args[n])
			return NULL;
		args[0] = parse_operator_call(
			p, n == 1 ? STR("internal.member_2") : STR("internal.member_3"), at, args,
			n + 1);
		if (!args[0])
			return NULL;
		n = 1;
	}
	return args[0];
}

static struct term *parse_infix_from(struct parser *p, struct term *first, bool pairs)
{
	struct term *args[3] = { parse_strength(p, first, 1) };
	size_t saved = p->at;

	if (!args[0])
		return NULL;
	if (pairs && parse_is(p, ',')) {
		bool quiet = p->quiet;

		parse_next(p);
		p->quiet = true;
		args[1] = parse_relation(p);
		p->quiet = quiet;
		if (args[1] && parse_is_keyword(p, KEYWORD_IN))
			return parse_in(p, args, 2);
		p->at = saved;
		return args[0];
	}
	return parse_in(p, args, 1);
}

struct term *parse_infix(struct parser *p, bool pairs)
{
	struct term *first = parse_term(p);

	return first ? parse_infix_from(p, first, pairs) : NULL;
}

struct term *parse_template(struct parser *p)
{
	const struct token *at = parse_next(p);
	struct list list = { 0 };
	struct expr **parts = NULL;
	size_t part_n = 0, part_cap = 0;
	struct term *term;

	while (!parse_take(p, TOKEN_TEMPLATE_END)) {
		struct expr *part = NULL;

		if (parse_is(p, TOKEN_TEMPLATE_TEXT)) {
			list_add(p, &list, parse_string_token(p, parse_next(p)));
		} else {
			if (!parse_expect(p, TOKEN_TEMPLATE_OPEN, "expected an expression"))
				return NULL;
			part = parse_literal(p);
			if (!part)
				return NULL;
			if (part->kind != EXPR_TERM || part->negated) {
				parse_error_at(p, part->line, part->col,
					       "unexpected statement in a template string");
				return NULL;
			}
			if (!parse_expect(p, TOKEN_TEMPLATE_CLOSE,
					  "expected \"}\" of the template"))
				return NULL;
			list_add(p, &list, part->a);
		}
		parts = arena_grow(p->arena, parts, part_n, &part_cap, sizeof(*parts));
		parts[part_n++] = part;
	}
	term = finish_list(p, TERM_TEMPLATE, &list, at);
	if (term)
		term->parts = parts;
	return term;
}
