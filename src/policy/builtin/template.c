/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/template.h"

#include "policy/builtin.h"

static int render(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct buf b;

	if (!builtin_charge_bytes(call, (uint64_t)args[0].n * 8))
		return BUILTIN_HALT;
	buf_init(&b, BUILTIN_MAX_BYTES);
	if (template_render(value_text(&args[0]), &args[1], call->arena, &b, call->err) < 0) {
		buf_done(&b);
		return builtin_from_err(call);
	}
	return builtin_take_text(call, &b, out);
}

const struct builtin builtins_template[] = {
	{ "strings.render_template", "string, object[string: any] -> string", render },
	{ .name = NULL },
};
