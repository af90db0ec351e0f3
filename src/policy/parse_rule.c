/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/parse_internal.h"

static struct rule *rule_new(struct parser *p)
{
	const struct token *at = parse_peek(p);
	struct rule *rule = ARENA_NEW(p->arena, struct rule);

	rule->module = p->module;
	rule->line = at->line;
	rule->col = at->col;
	rule->start = at->start;
	return rule;
}

static bool add_rule(struct parser *p, struct rule *rule)
{
	struct module *module = p->module;

	if (module->rule_n == PARSE_MAX_RULES)
		return parse_error_at(p, rule->line, rule->col, "more than %u rules",
				      PARSE_MAX_RULES);
	rule->end = parse_last(p)->end;
	module->rules = arena_grow(p->arena, module->rules, module->rule_n, &module->rule_cap,
				   sizeof(*module->rules));
	module->rules[module->rule_n++] = rule;
	return true;
}

static bool parse_args(struct parser *p, struct rule *rule)
{
	size_t cap = 0;

	rule->is_function = true;
	parse_next(p);
	while (!parse_take(p, ')')) {
		struct term *arg = parse_infix(p, false);

		if (!arg)
			return false;
		rule->args =
			arena_grow(p->arena, rule->args, rule->arg_n, &cap, sizeof(*rule->args));
		rule->args[rule->arg_n++] = arg;
		if (!parse_take(p, ',') && !parse_is(p, ')'))
			return parse_unexpected(p, "expected \",\" or \")\"");
	}
	return true;
}

/* The name with what hangs on it; in v0 `p[x]` is told apart later. */
static bool parse_head_ref(struct parser *p, struct rule *rule)
{
	const struct token *token = parse_peek(p);
	struct term *head;

	if (token->kind != TOKEN_IDENT || parse_is_keyword(p, (enum keyword)token->keyword))
		return parse_unexpected(p, "expected a rule name");
	if (str_eq(token->text, STR("_")))
		return parse_error_at(p, token->line, token->col, "rule name cannot be _");
	head = parse_postfix(p, parse_name_token(p, parse_next(p)), false);
	if (!head)
		return false;
	if (head->kind == TERM_VAR)
		head = term_list(p->arena, TERM_REF, &head, 1, head);
	rule->ref = head;
	if (head->n > AST_MAX_DEPTH)
		return parse_error_at(p, token->line, token->col, "rule name too long");
	return true;
}

/* "contains key", "= value", ":= value" of a head. */
static bool parse_head_value(struct parser *p, struct rule *rule)
{
	if (parse_take_keyword(p, KEYWORD_CONTAINS)) {
		rule->contains = true;
		if (rule->is_function)
			return parse_error_at(p, rule->line, rule->col,
					      "a function cannot have \"contains\"");
		rule->key = parse_infix(p, true);
		return rule->key != NULL;
	}
	if (parse_is(p, '=') || parse_is(p, TOKEN_ASSIGN)) {
		rule->assign = parse_next(p)->kind == TOKEN_ASSIGN;
		rule->value = parse_infix(p, true);
		return rule->value != NULL;
	}
	return true;
}

static bool parse_head(struct parser *p, struct rule *rule)
{
	if (!parse_head_ref(p, rule))
		return false;
	if (parse_is(p, '(') && !parse_peek(p)->space && !parse_args(p, rule))
		return false;
	return parse_head_value(p, rule);
}

static struct body *single(struct parser *p, struct expr *expr)
{
	struct body *body = ARENA_NEW(p->arena, struct body);

	body_add(p->arena, body, expr);
	return body;
}

/* Behind `if`: a literal, or a body in braces. Braces may also begin a set or an object. */
static bool parse_if_body(struct parser *p, struct rule *rule)
{
	size_t saved = p->at;
	bool brace = parse_is(p, '{'), quiet = p->quiet;
	struct expr *expr;

	rule->has_if = true;
	p->quiet = quiet || brace;
	expr = parse_literal(p);
	p->quiet = quiet;
	if (expr && !(brace && expr->kind == EXPR_TERM && !expr->negated && expr->with_n == 0 &&
		      expr->a->kind == TERM_SET && expr->a->n > 0)) {
		rule->body = single(p, expr);
		return true;
	}
	if (!brace)
		return false;
	p->at = saved;
	parse_next(p);
	rule->braces = true;
	rule->body = parse_body(p, '}');
	return rule->body != NULL;
}

static bool parse_braces_body(struct parser *p, struct rule *rule)
{
	if (!p->module->v0)
		return parse_error_at(p, rule->line, rule->col,
				      "`if` keyword is required before rule body");
	parse_next(p);
	rule->braces = true;
	rule->body = parse_body(p, '}');
	return rule->body != NULL;
}

/* else := value if body, else if body, else := value. */
static bool parse_else(struct parser *p, struct rule *rule)
{
	unsigned chain = 0;

	while (parse_is_keyword(p, KEYWORD_ELSE)) {
		struct rule *next;

		if (rule->key)
			return parse_unexpected(p,
						"else keyword cannot be used on multi-value rules");
		if (++chain > AST_MAX_DEPTH)
			return parse_unexpected(p, "too many else branches");
		parse_next(p);
		next = rule_new(p);
		next->ref = rule->ref;
		next->args = rule->args;
		next->arg_n = rule->arg_n;
		next->is_function = rule->is_function;
		next->is_else = true;
		if (parse_is(p, '=') || parse_is(p, TOKEN_ASSIGN)) {
			next->assign = parse_next(p)->kind == TOKEN_ASSIGN;
			next->value = parse_infix(p, true);
			if (!next->value)
				return false;
		}
		if (parse_take_keyword(p, KEYWORD_IF)) {
			if (!parse_if_body(p, next))
				return false;
		} else if (parse_is(p, '{')) {
			if (!parse_braces_body(p, next))
				return false;
		} else if (!next->value) {
			return parse_unexpected(p, "expected a value or a body behind \"else\"");
		}
		next->end = parse_last(p)->end;
		rule->els = next;
		rule = next;
	}
	return true;
}

/* p { ... } { ... } of v0: a further rule with the same head. */
static bool parse_chained(struct parser *p, const struct rule *first)
{
	while (p->module->v0 && parse_is(p, '{') && first->braces) {
		struct rule *rule = rule_new(p);

		if (first->els)
			return parse_unexpected(p, "expected else keyword");
		rule->ref = first->ref;
		rule->args = first->args;
		rule->arg_n = first->arg_n;
		rule->is_function = first->is_function;
		rule->key = first->key;
		rule->value = first->value;
		rule->assign = first->assign;
		rule->contains = first->contains;
		if (!parse_braces_body(p, rule) || !add_rule(p, rule))
			return false;
	}
	return true;
}

/* `p[x] { ... }` and `p[x]` of v0 are sets; in v1 that takes `contains`. */
static bool judge_head(struct parser *p, struct rule *rule, bool has_if)
{
	bool bare = !rule->key && !rule->value && !rule->is_function;

	if (bare && !has_if && rule->ref->n == 2 && !p->module->v0)
		return parse_error_at(p, rule->line, rule->col,
				      "`contains` keyword is required for partial set rules");
	if (bare && !has_if && rule->ref->n == 2) {
		rule->key = rule->ref->items[1];
		rule->ref = term_list(p->arena, TERM_REF, rule->ref->items, 1, rule->ref);
	} else if (bare && !has_if && !rule->body) {
		return parse_error_at(p, rule->line, rule->col, "var cannot be used for rule name");
	}
	return true;
}

/* Values of default rules hold without asking: no names outside of comprehensions. */
static const struct term *not_constant(const struct term *term)
{
	const struct term *found = NULL;

	switch (term->kind) {
	case TERM_VAR:
	case TERM_REF:
	case TERM_CALL:
		return term;
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
		for (uint32_t i = 0; i < term->n && !found; i++)
			found = not_constant(term->items[i]);
		return found;
	default:
		return NULL;
	}
}

static bool judge_default(struct parser *p, const struct rule *rule)
{
	const struct term *wrong;

	if (!rule->value)
		return parse_error_at(p, rule->line, rule->col,
				      "unexpected token: default rules must have a value");
	wrong = not_constant(rule->value);
	if (wrong)
		return parse_error_at(p, rule->line, rule->col,
				      "illegal default rule (value cannot contain %s)",
				      term_kind_name(wrong));
	for (uint32_t i = 0; i < rule->arg_n; i++) {
		const struct term *arg = rule->args[i];

		if (arg->kind != TERM_VAR)
			return parse_error_at(p, rule->line, rule->col,
					      "illegal default rule (arguments cannot contain %s)",
					      term_kind_name(arg));
		for (uint32_t k = 0; k < i; k++) {
			if (str_eq(arg->name, rule->args[k]->name))
				return parse_error_at(p, rule->line, rule->col,
						      "illegal default rule (arguments cannot be "
						      "repeated %.*s)",
						      STR_ARG(arg->name));
		}
	}
	return true;
}

static bool parse_default(struct parser *p)
{
	struct rule *rule = rule_new(p);

	parse_next(p);
	rule->is_default = true;
	if (!parse_head(p, rule))
		return false;
	return judge_default(p, rule) && add_rule(p, rule);
}

static bool parse_rule(struct parser *p)
{
	struct rule *rule = rule_new(p);
	bool has_if;

	if (!parse_head(p, rule))
		return false;
	has_if = parse_take_keyword(p, KEYWORD_IF);
	if (has_if) {
		if (!parse_if_body(p, rule))
			return false;
	} else if (parse_is(p, '{')) {
		if (!parse_braces_body(p, rule))
			return false;
	}
	if (!judge_head(p, rule, has_if) || !parse_else(p, rule))
		return false;
	if (!rule->body && !rule->key && !rule->value && !(rule->is_function && p->module->v0))
		return parse_error_at(p, rule->line, rule->col,
				      "rule must have value assignment and/or body declaration");
	return add_rule(p, rule) && parse_chained(p, rule);
}

bool parse_rules(struct parser *p)
{
	if (parse_is_keyword(p, KEYWORD_DEFAULT))
		return parse_default(p);
	return parse_rule(p);
}
