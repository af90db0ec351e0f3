/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compile.h"

#include <stdarg.h>

void compile_error(struct unit *unit, uint32_t line, uint32_t col, const char *code,
		   const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	problem_add(unit->compiler->problems, unit->module->file, unit->module->text, line, col,
		    code, "%s", text);
	unit->failed = true;
}

void unit_init(struct unit *unit, struct compiler *compiler, struct module *module,
	       const struct rule *rule)
{
	*unit = (struct unit){
		.compiler = compiler,
		.arena = compiler->arena,
		.scratch = compiler->scratch,
		.module = module,
		.rule = rule,
	};
	map_init(&unit->free, unit->scratch);
	map_init(&unit->imports, unit->scratch);
	for (size_t i = 0; i < module->import_n; i++) {
		struct import *import = &module->imports[i];

		if (import->alias.n > 0)
			map_put(&unit->imports, import->alias, import);
	}
}

int32_t unit_slot(struct unit *unit, str name, struct term *var)
{
	size_t n = (size_t)unit->slot_n, cap = unit->slot_cap;

	unit->slot_vars =
		arena_grow(unit->scratch, unit->slot_vars, n, &cap, sizeof(struct term *));
	unit->slot_names =
		arena_grow(unit->scratch, unit->slot_names, n, &unit->slot_cap, sizeof(str));
	unit->slot_names[n] = name;
	unit->slot_vars[n] = var;
	return unit->slot_n++;
}

void scope_push(struct unit *unit, bool is_args)
{
	struct scope *scope = ARENA_NEW(unit->scratch, struct scope);

	map_init(&scope->names, unit->scratch);
	scope->up = unit->scope;
	scope->is_args = is_args;
	unit->scope = scope;
}

void scope_pop(struct unit *unit)
{
	struct scope *scope = unit->scope;

	MAP_EACH (&scope->names, entry) {
		const struct local *local = entry->value;

		if (local->used || scope->is_args || name_is_wildcard(entry->key) ||
		    (local->assigned && !unit->compiler->strict) || !unit->rule)
			continue;
		compile_error(unit, local->var->line, local->var->col, "rego_compile_error",
			      "%s var %.*s unused", local->assigned ? "assigned" : "declared",
			      STR_ARG(entry->key));
	}
	unit->scope = scope->up;
}

struct term *scope_declare(struct unit *unit, const struct term *var, bool assigned)
{
	struct term *to = term_var(unit->scratch, var->name, var);
	struct local *local, *before = map_get(&unit->scope->names, var->name);
	const struct scope *up = unit->scope->up;
	const struct local *free = map_get(&unit->free, var->name);

	if (before && !name_is_wildcard(var->name) && !unit->scope->is_args) {
		compile_error(unit, var->line, var->col, "rego_compile_error", "var %.*s %s above",
			      STR_ARG(var->name), before->assigned ? "assigned" : "declared");
	} else if (up && up->is_args && map_get(&up->names, var->name) &&
		   !name_is_wildcard(var->name)) {
		compile_error(unit, var->line, var->col, "rego_compile_error",
			      "arg %.*s redeclared", STR_ARG(var->name));
	} else if (assigned && !unit->scope->is_args && free && free->scope == unit->scope) {
		compile_error(unit, var->line, var->col, "rego_compile_error",
			      "var %.*s referenced above", STR_ARG(var->name));
	}
	if (before && unit->scope->is_args) {
		to->slot = before->slot;
		return to;
	}
	local = ARENA_NEW(unit->scratch, struct local);
	*local = (struct local){ .var = to, .assigned = assigned };
	to->slot = local->slot = unit_slot(unit, var->name, to);
	map_put(&unit->scope->names, var->name, local);
	return to;
}
