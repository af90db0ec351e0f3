/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile.h"

static void resolve_parts(struct unit *unit, const struct rule *rule, struct parts *out)
{
	const struct term *yes = term_value(unit->scratch, value_bool(true), rule->ref);
	uint32_t constant = 1;

	scope_push(unit, true);
	out->args = ARENA_ARRAY(unit->scratch, struct term *, rule->arg_n + 1);
	for (uint32_t i = 0; i < rule->arg_n; i++)
		out->args[i] = resolve_pattern(unit, rule->args[i], true);
	scope_push(unit, false);
	out->body = resolve_body(unit, rule->body);
	while (constant < rule->ref->n && rule->ref->items[constant]->kind == TERM_VALUE)
		constant++;
	out->key_n = rule->ref->n - constant;
	out->keys = ARENA_ARRAY(unit->scratch, struct term *, out->key_n + 1);
	for (uint32_t i = 0; i < out->key_n; i++)
		out->keys[i] = resolve_head(unit, rule->ref->items[constant + i], out->body);
	if (rule->key)
		out->key = resolve_head(unit, rule->key, out->body);
	else
		out->value = resolve_head(unit, rule->value ? rule->value : yes, out->body);
	scope_pop(unit);
	scope_pop(unit);
}

static struct safety safety_of(struct unit *unit)
{
	return (struct safety){
		.unit = unit,
		.bound = bits_copy(unit->scratch, &(struct bits){ 0 }, (size_t)unit->slot_n),
		.outer = bits_copy(unit->scratch, &(struct bits){ 0 }, (size_t)unit->slot_n),
	};
}

static void head_vars(struct safety *safety, const struct parts *parts)
{
	if (parts->key)
		vars_of_term(parts->key, false, &safety->outer);
	if (parts->value)
		vars_of_term(parts->value, false, &safety->outer);
	for (uint32_t i = 0; i < parts->key_n; i++)
		vars_of_term(parts->keys[i], false, &safety->outer);
}

static void plan_args(struct safety *safety, const struct rule *rule, const struct parts *parts,
		      struct pattern *args)
{
	for (uint32_t i = 0; i < rule->arg_n; i++)
		plan_pattern(safety, parts->args[i], &args[i]);
}

/* The end of a body counts as the head of its rule. */
static struct op *head_op(struct unit *unit, uint32_t id)
{
	struct op *op = op_new(unit, OP_YIELD, NULL);

	op->id = id;
	return op;
}

/* The second plan: when the first key is known before the body is run. */
static void plan_known(struct unit *unit, const struct parts *parts, uint32_t head,
		       struct clause *clause)
{
	const struct term *first = parts->key_n > 0 ? parts->keys[0] : parts->key;
	struct safety safety = safety_of(unit);

	head_vars(&safety, parts);
	for (size_t i = 0; i < parts->body->n; i++) /* a comprehension in the head waits for them */
		vars_of_expr(parts->body->items[i], false, &safety.outer);
	if (!first || unit->failed || !ready_pattern(&safety, first))
		return;
	safety.loops = safety.binding = LOOP_CALLS;
	clause->known = ARENA_NEW(unit->arena, struct pattern);
	plan_pattern(&safety, first, clause->known);
	/* A value that nobody reads is still compared, so nothing may be left out. */
	clause->known_plan = plan_body(&safety, parts->body, head_op(unit, head));
}

void compile_clause(struct compiler *compiler, struct group *group, struct clause *clause)
{
	const struct rule *rule = clause->rule;
	struct parts parts = { 0 };
	struct safety safety;
	struct unit unit;
	uint32_t head;

	unit_init(&unit, compiler, rule->module, rule);
	unit.names = compile_names(compiler, rule->module);
	unit.group = group;
	resolve_parts(&unit, rule, &parts);
	if (unit.failed)
		return;
	safety = safety_of(&unit);
	safety.loops = safety.binding = rule->arg_n > 0 ? LOOP_CALLS : 0;
	head_vars(&safety, &parts);
	clause->arg_n = rule->arg_n;
	clause->args = ARENA_ARRAY(compiler->arena, struct pattern, rule->arg_n + 1);
	plan_args(&safety, rule, &parts, clause->args);
	head = literal_new(&unit, rule->line);
	clause->plan = plan_body(&safety, parts.body, head_op(&unit, head));
	if (unit.failed)
		return;
	clause->key_n = parts.key_n;
	clause->keys = ARENA_ARRAY(compiler->arena, struct node *, parts.key_n + 1);
	for (uint32_t i = 0; i < parts.key_n; i++)
		clause->keys[i] = plan_node(&safety, parts.keys[i]);
	if (parts.key)
		clause->key = plan_node(&safety, parts.key);
	if (parts.value)
		clause->value = plan_node(&safety, parts.value);
	clause->constant = clause->value && clause->value->kind == NODE_CONST;
	plan_known(&unit, &parts, head, clause);
	clause->slot_n = (uint32_t)unit.slot_n;
	clause->parts = ARENA_NEW(compiler->scratch, struct parts);
	*clause->parts = parts;
}
