/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include "base/err.h"
#include "policy/compile.h"
#include "policy/parse.h"
#include "policy/share.h"
#include "policy/test_case.h"

static int parse_all(struct policy *policy, const struct policy_source *sources, size_t n,
		     struct problems *problems)
{
	policy->modules = ARENA_ARRAY(policy->arena, struct module *, n + 1);
	for (size_t i = 0; i < n; i++) {
		struct module *module = parse_module(sources[i].file, sources[i].text,
						     sources[i].v0, policy->arena, problems);

		if (!module)
			continue;
		module->shared = sources[i].shared;
		policy->modules[policy->module_n++] = module;
	}
	return problems->n > 0 ? -1 : 0;
}

int policy_problems_err(const struct problems *problems, struct err *err)
{
	const struct problem *first = &problems->items[0];

	if (problems->n == 0)
		return err_set(err, ERR_INPUT, "not compiled");
	return err_set(err, ERR_INPUT, "%zu error%s: %.*s:%u:%u: %s: %.*s",
		       problems->n + problems->dropped, problems->n > 1 ? "s" : "",
		       STR_ARG(first->file), first->line, first->col, first->code,
		       STR_ARG(first->message));
}

struct policy *policy_compile(const struct policy_source *sources, size_t n,
			      const struct value *data, const struct policy_options *opts,
			      struct problems *problems, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	AUTO(policy_unref)
	struct policy *policy = mem_zalloc(sizeof(*policy));
	struct compiler compiler = { .policy = policy, .scratch = scratch, .problems = problems };
	struct object_builder none;

	policy->refs = 1;
	policy->arena = compiler.arena = arena_new();
	policy->traced = opts && opts->traced;
	if (policy->traced)
		compiler.scratch = policy->arena;
	map_init(&compiler.packages, scratch);
	compiler.strict = opts && opts->strict;
	compiler.external_data = opts && opts->external_data;
	if (opts && opts->shares) {
		compiler.shares = opts->shares;
		compiler.common = opts->common;
		compiler.shared = share_modules(opts->shares, sources, n);
	}
	object_builder_init(&none, policy->arena);
	policy->data = data && data->type == VALUE_OBJECT ? *data : object_builder_take_last(&none);
	compiler.literals =
		arena_grow(scratch, NULL, 0, &compiler.expr_cap, sizeof(*compiler.literals));
	compiler.expr_n = 1;
	if (parse_all(policy, sources, n, problems) == 0) {
		if (opts && opts->tests)
			test_cases_mark(policy->modules, policy->module_n, policy->arena);
		if (opts && opts->input_schema &&
		    !compile_input_schema(&compiler, opts->input_schema, err))
			return NULL;
		compiler.schemas = opts ? opts->schemas : NULL;
		compile_rules(&compiler);
	}
	policy->prints = compiler.prints;
	policy->literals = ARENA_ARRAY(policy->arena, struct literal, compiler.expr_n);
	memcpy(policy->literals, compiler.literals, compiler.expr_n * sizeof(*policy->literals));
	policy->expr_n = (uint32_t)compiler.expr_n;
	if (problems->n > 0) {
		problems_sort(problems);
		IGNORE(policy_problems_err(problems, err)); /* -1 by contract */
		return NULL;
	}
	return TAKE(policy);
}

struct policy *policy_ref(struct policy *policy)
{
	if (policy)
		__atomic_add_fetch(&policy->refs, 1, __ATOMIC_RELAXED);
	return policy;
}

void policy_unref(struct policy *policy)
{
	if (!policy || __atomic_sub_fetch(&policy->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	arena_free(policy->arena);
	free(policy);
}

const char *policy_error_name(int code)
{
	switch (code) {
	case POLICY_ERROR_CONFLICT:
		return "eval_conflict_error";
	case POLICY_ERROR_BUILTIN:
		return "eval_builtin_error";
	case POLICY_ERROR_TYPE:
		return "eval_type_error";
	case POLICY_ERROR_WITH:
		return "eval_with_merge_error";
	case POLICY_ERROR_CANCEL:
		return "eval_cancel_error";
	default:
		return "eval_internal_error";
	}
}

size_t policy_literals(const struct policy *policy) { return policy->expr_n; }

str policy_literal(const struct policy *policy, size_t id, uint32_t *line)
{
	*line = policy->literals[id].line;
	return policy->literals[id].module ? policy->literals[id].module->file : STR_EMPTY;
}
