/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/ast_json.h"
#include "policy/builtin.h"
#include "policy/parse.h"

#include "base/err.h"

static int parse(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct problems problems = { .arena = call->arena };
	const struct module *module;

	if (!builtin_charge_bytes(call, args[1].n))
		return BUILTIN_HALT;
	module = parse_module(value_text(&args[0]), value_text(&args[1]), call->v0, call->arena,
			      &problems);
	if (!module)
		return builtin_fail(call, "%u:%u: %s: %.*s", problems.items[0].line,
				    problems.items[0].col, problems.items[0].code,
				    STR_ARG(problems.items[0].message));
	*out = module_value(module, call->arena);
	return out->depth > VALUE_MAX_DEPTH ? builtin_fail(call, "module nested too deep")
					    : BUILTIN_OK;
}

/* The compiler puts the annotations in place of these two; outside of a rule there are none. */
static int metadata(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value_builder none;

	(void)args;
	value_builder_init(&none, call->arena);
	*out = value_builder_array(&none);
	return BUILTIN_OK;
}

/* The evaluator prints calls by itself, since arguments may be undefined; this is for `with`. */
static int print(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct buf text;

	buf_init(&text, BUILTIN_MAX_BYTES);
	value_write_rego(&args[0], &text);
	if (call->print)
		call->print(call, buf_str(&text));
	buf_done(&text);
	*out = value_bool(true);
	return BUILTIN_OK;
}

/* Put into tests by the compiler; says which case is looked at. */
static int test_case(struct builtin_call *call, const struct value *args, struct value *out)
{
	if (call->test_case)
		call->test_case(call, &args[0]);
	*out = value_bool(true);
	return BUILTIN_OK;
}

const struct builtin builtins_rego[] = {
	{ "internal.test_case", "array[any] -> boolean", test_case, .nondeterministic = true },
	{ "print", "any -> boolean", print, .nondeterministic = true },
	{ "rego.metadata.chain", "-> array[any]", metadata },
	{ "rego.metadata.rule", "-> any", metadata },
	{ "rego.parse_module", "string, string -> object[string: any]", parse },
	{ .name = NULL },
};
