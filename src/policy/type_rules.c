/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types of rules: each is checked behind those it needs, and has the types of all its values. What
 * METADATA says of documents (schemas) holds for the rule it stands at, for all rules of one name,
 * for a package, or for packages below.
 */
#include "base/err.h"
#include "policy/typer.h"

#define PATH_MAX_NAMES 64u

static void schema_error(struct unit *unit, const char *what, str text)
{
	compile_error(unit, unit->rule->line, unit->rule->col, "rego_type_error", "%s%.*s", what,
		      STR_ARG(str_take(text, 200)));
}

/* The names of a path, a.b["c"]; false when it is none. */
static bool split_path(struct arena *arena, str text, struct value *out, uint32_t *n)
{
	while (text.n > 0 && *n < PATH_MAX_NAMES) {
		size_t end = 0, skip = 0;

		if (text.p[0] == '[') {
			char quote = text.n > 2 ? text.p[1] : '"';
			ptrdiff_t close = text.n > 2 ? str_find_char(str_skip(text, 2), quote) : -1;

			if (close < 0 || (quote != '"' && quote != '`') ||
			    (size_t)close + 3 >= text.n || text.p[close + 3] != ']')
				return false;
			out[(*n)++] = value_str(
				str_dup(arena, str_take(str_skip(text, 2), (size_t)close)));
			text = str_skip(text, (size_t)close + 4);
			continue;
		}
		skip = text.p[0] == '.' && *n > 0;
		end = skip;
		while (end < text.n && text.p[end] != '.' && text.p[end] != '[')
			end++;
		if (end == skip)
			return false;
		out[(*n)++] = value_str(str_take(str_skip(text, skip), end - skip));
		text = str_skip(text, end);
	}
	return text.n == 0 && *n > 0;
}

static const struct value *find_schema(struct unit *unit, const struct value *what)
{
	const struct value *at = unit->compiler->schemas;
	struct value names[PATH_MAX_NAMES];
	uint32_t n = 0;

	if (what->type != VALUE_STRING)
		return what;
	if (!at)
		return NULL;
	if (!split_path(unit->arena, value_text(what), names, &n) ||
	    !str_eq(value_text(&names[0]), STR("schema"))) {
		schema_error(unit, "invalid schema reference: ", value_text(what));
		return NULL;
	}
	for (uint32_t i = 1; at && i < n; i++)
		at = value_get(at, &names[i]);
	if (!at)
		schema_error(unit, "undefined schema: ", value_text(what));
	return at;
}

static const struct schema_at *schema_push(struct unit *unit, const struct schema_at *list,
					   str path, const struct value *what)
{
	const struct value *schema = find_schema(unit, what);
	struct value names[PATH_MAX_NAMES];
	struct schema_at *at;
	struct err err;
	uint32_t n = 0;

	if (!schema)
		return list;
	if (!split_path(unit->arena, path, names, &n) ||
	    (!str_eq(value_text(&names[0]), STR("input")) &&
	     !str_eq(value_text(&names[0]), STR("data")))) {
		schema_error(unit, "schemas: a path begins with input or data, not ", path);
		return list;
	}
	at = ARENA_NEW(unit->arena, struct schema_at);
	at->next = list;
	at->input = value_text(&names[0]).p[0] == 'i';
	at->path = ARENA_ARRAY(unit->arena, struct value, n);
	at->path_n = n - 1;
	memcpy(at->path, names + 1, (n - 1) * sizeof(*names));
	at->type = type_of_schema(schema, unit->arena, &err);
	if (!at->type) {
		schema_error(unit, "", str_c(err.msg));
		return list;
	}
	return at;
}

/* What stands nearest comes first. */
static const struct schema_at *schemas_of(struct unit *unit, const struct schema_at *list)
{
	struct value chain;

	if (!unit->compiler->has_schemas || !unit->rule)
		return list;
	chain = metadata_chain(unit);
	for (uint32_t i = chain.n; i > 0; i--) {
		const struct value *annotations = VALUE_GET(&chain.items[i - 1], "annotations");
		const struct value *schemas =
			annotations ? VALUE_GET(annotations, "schemas") : NULL;

		for (uint32_t k = schemas && schemas->type == VALUE_ARRAY ? schemas->n : 0; k > 0;
		     k--) {
			const struct value *entry = &schemas->items[k - 1];

			for (uint32_t m = 0; entry->type == VALUE_OBJECT && m < entry->n; m++)
				list = schema_push(unit, list, value_text(&entry->members[m].key),
						   &entry->members[m].value);
		}
	}
	return list;
}

static void typer_init(struct typer *typer, struct compiler *compiler, struct module *module,
		       int32_t slot_n)
{
	*typer = (struct typer){ .compiler = compiler,
				 .arena = compiler->arena,
				 .module = module,
				 .slot_n = slot_n,
				 .schemas = compiler->input_schema };
	typer->slots = ARENA_ARRAY(compiler->scratch, const struct type *, (size_t)slot_n + 1);
}

static const struct type *known(const struct type *type) { return type ? type : &type_any; }

/* The document of p[x].y := v: an object in an object. */
static const struct type *nested(struct typer *typer, const struct parts *parts,
				 const struct type *leaf)
{
	for (uint32_t i = parts->key_n; i > 0; i--)
		leaf = type_object(typer->arena, NULL, 0,
				   known(type_of_term(typer, parts->keys[i - 1])), leaf);
	return leaf;
}

static void infer(struct typer *typer, struct group *group, const struct parts *parts)
{
	const struct term *value = parts->key ? parts->key : parts->value;
	const struct type *type = known(type_of_term(typer, value));

	if (parts->key)
		type = type_set(typer->arena, type);
	if (group->kind == GROUP_OBJECT)
		type = nested(typer, parts, type);
	group->type = type_or(typer->arena, group->type, typer->failed ? &type_any : type);
	for (uint32_t i = 0; group->kind == GROUP_FUNCTION && i < group->arity; i++) {
		type = typer->failed ? &type_any : known(type_of_term(typer, parts->args[i]));
		group->args[i] = type_or(typer->arena, group->args[i], type);
	}
}

static void check_clause(struct compiler *compiler, struct group *group, struct clause *clause)
{
	struct parts *parts = clause->parts;
	struct typer typer;
	struct unit unit;

	unit_init(&unit, compiler, clause->rule->module, clause->rule);
	typer_init(&typer, compiler, clause->rule->module, (int32_t)clause->slot_n);
	typer.schemas = schemas_of(&unit, typer.schemas);
	typer.failed = unit.failed;
	for (uint32_t i = 0; i < group->arity; i++)
		(void)check_term(&typer, parts->args[i]);
	(void)check_body(&typer, parts->body);
	for (uint32_t i = 0; i < parts->key_n; i++)
		(void)check_term(&typer, parts->keys[i]);
	(void)check_term(&typer, parts->key ? parts->key : parts->value);
	infer(&typer, group, parts);
}

static void check_group(struct compiler *compiler, struct group *group)
{
	if (group->kind == GROUP_FUNCTION)
		group->args = ARENA_ARRAY(compiler->arena, const struct type *, group->arity + 1u);
	for (size_t i = 0; i < group->n; i++) {
		for (struct clause *c = group->clauses[i]; c; c = c->els)
			check_clause(compiler, group, c);
	}
	if (group->preset)
		check_clause(compiler, group, group->preset);
}

static bool has_schemas(const struct policy *policy)
{
	for (size_t m = 0; m < policy->module_n; m++) {
		const struct module *module = policy->modules[m];

		for (size_t i = 0; i < module->annotation_n; i++) {
			if (VALUE_GET(&module->annotations[i].value, "schemas"))
				return true;
		}
	}
	return false;
}

void compile_types(struct compiler *compiler, struct group *const *order, size_t n)
{
	compiler->has_schemas = has_schemas(compiler->policy);
	for (size_t i = 0; i < n; i++)
		check_group(compiler, order[i]);
}

void compile_query_types(struct unit *unit, const struct body *body)
{
	struct typer typer;

	typer_init(&typer, unit->compiler, unit->module, unit->slot_n);
	(void)check_body(&typer, body);
	unit->failed |= typer.failed;
}

bool compile_input_schema(struct compiler *compiler, const struct value *schema, struct err *err)
{
	struct schema_at *at = ARENA_NEW(compiler->arena, struct schema_at);

	at->input = true;
	at->type = type_of_schema(schema, compiler->arena, err);
	compiler->input_schema = at;
	return at->type != NULL;
}
