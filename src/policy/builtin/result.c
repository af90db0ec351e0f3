/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What checks written for Trivy call: result.new(message, cause) is the message with the place of
 * the instruction or resource that is at fault.
 */
#include "policy/builtin.h"

static struct value first_of(const struct value *cause, const char *const *names,
			     struct value otherwise)
{
	for (; *names; names++) {
		const struct value *v = value_get_str(cause, str_c(*names));

		if (v && v->type == otherwise.type)
			return *v;
	}
	return otherwise;
}

static int result_new(struct builtin_call *call, const struct value *args, struct value *out)
{
	static const char *const start[] = { "startline", "StartLine", NULL };
	static const char *const end[] = { "endline", "EndLine", NULL };
	static const char *const path[] = { "filepath", "Path", NULL };
	static const char *const resource[] = { "resource", "Original", NULL };
	const struct value *cause = &args[1];
	const struct value *inner = VALUE_GET(cause, "__defsec_metadata");
	struct object_builder b;

	cause = inner ? inner : cause;
	object_builder_init(&b, call->arena);
	OBJECT_ADD(&b, "msg", args[0]);
	OBJECT_ADD(&b, "startline", first_of(cause, start, value_int(0)));
	OBJECT_ADD(&b, "endline", first_of(cause, end, value_int(0)));
	OBJECT_ADD(&b, "filepath", first_of(cause, path, VALUE_STR("")));
	OBJECT_ADD(&b, "resource", first_of(cause, resource, VALUE_STR("")));
	*out = object_builder_take_last(&b);
	return BUILTIN_OK;
}

const struct builtin builtins_result[] = {
	{ "result.new", "string, any -> object[string: any]", result_new },
	{ .name = NULL },
};
