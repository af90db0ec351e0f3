/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/test_case.h"

#include "policy/compile.h"
#include "policy/policy.h"

#define SUFFIX_MAX 24u

static str item_text(const struct term *item)
{
	if (item->kind == TERM_VAR)
		return item->name;
	return term_is_string(item) ? value_text(&item->value) : STR_EMPTY;
}

uint32_t test_name_items(const struct rule *rule, bool *skip)
{
	if (rule->is_function || rule->is_default)
		return 0;
	for (uint32_t i = 0; i < rule->ref->n; i++) {
		const struct term *item = rule->ref->items[i];
		str text;

		if (i > 0 && item->kind != TERM_VALUE)
			return 0;
		text = item_text(item);
		*skip = str_starts(text, STR("todo_test_"));
		if (*skip || str_starts(text, STR("test_")))
			return i + 1;
	}
	return 0;
}

/* ---- names that occur twice ----------------------------------------------------------------- */

static void put_path(const struct module *module, const struct rule *rule, uint32_t items,
		     struct buf *b)
{
	BUF_LIT(b, "data");
	for (size_t i = 1; i < module->package->n; i++)
		compile_path_add(b, &module->package->items[i]->value);
	for (uint32_t i = 0; i < items; i++) {
		struct value text = value_str(item_text(rule->ref->items[i]));

		compile_path_add(b, rule->ref->items[i]->kind == TERM_VALUE
					    ? &rule->ref->items[i]->value
					    : &text);
	}
}

static str path_text(const struct module *module, const struct rule *rule, uint32_t items,
		     struct arena *arena)
{
	struct buf b;
	str path;

	buf_init(&b, 1u << 20);
	put_path(module, rule, items, &b);
	path = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return path;
}

static void rename_rule(struct rule *rule, uint32_t items, unsigned count, struct arena *arena)
{
	struct term *old = rule->ref->items[items - 1], *name;
	str text = str_fmt(arena, "%.*s#%02u", STR_ARG(item_text(old)), count);

	name = old->kind == TERM_VAR ? term_var(arena, text, old)
				     : term_value(arena, value_str(text), old);
	rule->ref = term_list(arena, TERM_REF, rule->ref->items, rule->ref->n, rule->ref);
	rule->ref->items[items - 1] = name;
	for (struct rule *els = rule->els; els; els = els->els)
		els->ref = rule->ref;
}

/* ---- where the names of cases are known ------------------------------------------------------ */

struct names {
	struct map *of; /* variables of the case's name: name to itself */
	bool collect;	/* into `of`; else whether one of them occurs is looked for */
	str found;	/* the one that is looked for */
	bool seen;
};

static void names_in_expr(const struct expr *expr, struct names *names);

static void names_in_term(const struct term *term, struct names *names)
{
	if (!term)
		return;
	switch (term->kind) {
	case TERM_VALUE:
		return;
	case TERM_VAR:
		if (names->collect)
			map_put(names->of, term->name, names);
		else if (str_eq(term->name, names->found))
			names->seen = true;
		return;
	case TERM_ARRAY_COMP:
	case TERM_SET_COMP:
	case TERM_OBJECT_COMP:
		names_in_term(term->key, names);
		names_in_term(term->head, names);
		for (size_t i = 0; i < term->body->n; i++)
			names_in_expr(term->body->items[i], names);
		return;
	default:
		break;
	}
	for (uint32_t i = 0; i < term->n; i++) {
		names_in_term(term->items[i], names);
		if (term->kind == TERM_TEMPLATE && term->parts[i])
			names_in_expr(term->parts[i], names);
	}
}

/* `some x` alone says nothing of x. */
static void names_in_expr(const struct expr *expr, struct names *names)
{
	names_in_term(expr->a, names);
	names_in_term(expr->b, names);
	names_in_term(expr->c, names);
	for (size_t i = 0; expr->body && i < expr->body->n; i++)
		names_in_expr(expr->body->items[i], names);
	for (uint32_t i = 0; i < expr->with_n; i++)
		names_in_term(expr->withs[i].value, names);
}

/* The literal behind the first one of each variable; 0 for a name without variables. */
static size_t known_at(const struct body *body, struct map *of)
{
	size_t at = 0;

	MAP_EACH (of, entry) {
		struct names names = { .found = entry->key };

		for (size_t i = 0; i < body->n && !names.seen; i++) {
			names_in_expr(body->items[i], &names);
			if (names.seen && i + 1 > at)
				at = i + 1;
		}
	}
	return at;
}

static struct expr *report_call(const struct rule *rule, uint32_t items, struct arena *arena)
{
	struct term *at = rule->ref, *list, *operator, * call;
	struct expr *expr = ARENA_NEW(arena, struct expr);

	list = term_list(arena, TERM_ARRAY, at->items + items, at->n - items, at);
	operator= term_list(arena, TERM_REF,
			    (struct term *[]){ term_var(arena, STR("internal"), at),
					       term_value(arena, value_str(STR("test_case")), at) },
			    2, at);
	call = term_list(arena, TERM_CALL, (struct term *[]){ operator, list }, 2, at);
	IGNORE(term_measure(list)); /* as deep as the head, which was measured */
	IGNORE(term_measure(call));
	expr->kind = EXPR_TERM;
	expr->made = true;
	expr->line = rule->line;
	expr->col = rule->col;
	expr->a = call;
	return expr;
}

static void report_cases(struct rule *rule, uint32_t items, struct arena *arena)
{
	struct body *body = ARENA_NEW(arena, struct body);
	struct names names = { .collect = true };
	struct map of;
	size_t at;

	map_init(&of, arena);
	names.of = &of;
	for (uint32_t i = items; i < rule->ref->n; i++)
		names_in_term(rule->ref->items[i], &names);
	at = known_at(rule->body, &of);
	for (size_t i = 0; i <= rule->body->n; i++) {
		if (i == at)
			body_add(arena, body, report_call(rule, items, arena));
		if (i < rule->body->n)
			body_add(arena, body, rule->body->items[i]);
	}
	rule->body = body;
}

void test_cases_mark(struct module *const *modules, size_t n, struct arena *arena)
{
	struct map count; /* path to a number */

	map_init(&count, arena);
	for (size_t m = 0; m < n; m++) {
		for (size_t i = 0; i < modules[m]->rule_n; i++) {
			struct rule *rule = modules[m]->rules[i];
			bool skip;
			uint32_t items = test_name_items(rule, &skip);
			unsigned **times;

			if (items == 0 || skip)
				continue;
			times = (unsigned **)map_slot(&count,
						      path_text(modules[m], rule, items, arena));
			if (!*times)
				*times = ARENA_NEW(arena, unsigned);
			else
				rename_rule(rule, items, **times, arena);
			++**times;
			if (items < rule->ref->n && rule->body)
				report_cases(rule, items, arena);
		}
	}
}

/* test_a, or with a path in front a.b.test_c, a.b["test_c#01"]. */
static str name_text(const struct rule *rule, uint32_t items, struct arena *arena)
{
	struct buf b;
	str name;

	buf_init(&b, 1u << 20);
	buf_add(&b, item_text(rule->ref->items[0]));
	for (uint32_t i = 1; i < items; i++)
		compile_path_add(&b, &rule->ref->items[i]->value);
	name = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return name;
}

/* ---- for those who run them ------------------------------------------------------------------ */

int policy_each_test(const struct policy *policy, policy_test_fn *fn, void *context,
		     struct arena *arena)
{
	for (size_t m = 0; m < policy->module_n; m++) {
		const struct module *module = policy->modules[m];

		for (size_t i = 0; i < module->rule_n; i++) {
			const struct rule *rule = module->rules[i];
			struct policy_test test = { .file = module->file,
						    .line = rule->line,
						    .col = rule->col };
			uint32_t items = test_name_items(rule, &test.skip);
			int rc;

			if (items == 0)
				continue;
			test.package = path_text(module, rule, 0, arena);
			test.path = path_text(module, rule, items, arena);
			test.name = name_text(rule, items, arena);
			test.cases = !rule->key && items < rule->ref->n;
			rc = fn(context, &test);
			if (rc != 0)
				return rc;
		}
	}
	return 0;
}
