/* SPDX-License-Identifier: Apache-2.0 */
/* Calls with the wrong number of arguments. */
#include "policy/compile.h"
#include "policy/type.h"

static void put_have(const struct term *call, struct buf *out)
{
	for (uint32_t i = 1; i < call->n; i++) {
		const struct term *arg = call->items[i];
		bool scalar = arg->kind == TERM_VALUE && arg->value.type < VALUE_ARRAY;

		if (i > 1)
			BUF_LIT(out, ", ");
		type_write(scalar ? type_scalar(arg->value.type) : NULL, out);
	}
}

static void report_arity(struct unit *unit, const struct term *call, uint32_t arity)
{
	struct buf details;

	buf_init(&details, 4096);
	BUF_LIT(&details, "have: (");
	put_have(call, &details);
	BUF_LIT(&details, ")\nwant: (");
	for (uint32_t i = 0; i < arity; i++) {
		if (i > 0)
			BUF_LIT(&details, ", ");
		type_write(type_of_argument(call->builtin->type, i, unit->arena), &details);
	}
	buf_byte(&details, ')');
	compile_error(unit, call->line, call->col, "rego_type_error", "%s: arity mismatch",
		      call->builtin->name);
	problem_details(unit->compiler->problems, buf_str(&details));
	buf_done(&details);
}

void check_call_arity(struct unit *unit, const struct term *call)
{
	uint32_t args = call->n - 1;
	struct builtin_signature signature;

	if (call->function) {
		if (args != call->function->group->arity)
			compile_error(unit, call->line, call->col, "rego_type_error",
				      "function %.*s has arity %u, got %u argument%s",
				      STR_ARG(call->function->group->path),
				      call->function->group->arity, args, args == 1 ? "" : "s");
		return;
	}
	builtin_signature(call->builtin, &signature);
	if (args != signature.arity)
		report_arity(unit, call, signature.arity);
}
