/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "fmt/syntax/yaml.h"
#include "policy/builtin.h"
#include "policy/encoding.h"
#include "policy/yaml_write.h"

static int write_json(struct builtin_call *call, const struct value *v,
		      const struct encoding_layout *layout, struct value *out)
{
	struct buf b;

	buf_init(&b, BUILTIN_MAX_BYTES);
	encoding_json(v, layout, &b);
	return builtin_take_text(call, &b, out);
}

static int marshal(struct builtin_call *call, const struct value *args, struct value *out)
{
	static const struct encoding_layout compact = { .pretty = false };

	return write_json(call, &args[0], &compact, out);
}

static int option_fail(struct builtin_call *call, const char *key, const char *want,
		       const struct value *got)
{
	return builtin_type_fail(call, "operand 2 key %s must be %s but got %s", key, want,
				 value_type_name(got->type));
}

static int marshal_with_options(struct builtin_call *call, const struct value *args,
				struct value *out)
{
	struct encoding_layout layout = { .indent = STR("\t") };
	const struct value *pretty = VALUE_GET(&args[1], "pretty");

	layout.pretty = VALUE_GET(&args[1], "indent") || VALUE_GET(&args[1], "prefix");
	for (uint32_t i = 0; i < args[1].n; i++) {
		const struct value *v = &args[1].members[i].value;
		str key = value_text(&args[1].members[i].key);

		if (str_eq(key, STR("indent"))) {
			if (v->type != VALUE_STRING)
				return option_fail(call, "indent", "string", v);
			layout.indent = value_text(v);
		} else if (str_eq(key, STR("prefix"))) {
			if (v->type != VALUE_STRING)
				return option_fail(call, "prefix", "string", v);
			layout.prefix = value_text(v);
		} else if (str_eq(key, STR("pretty"))) {
			if (v->type != VALUE_BOOL)
				return option_fail(call, "pretty", "boolean", v);
		} else {
			return builtin_type_fail(call,
						 "operand 2 object contained unknown key \"%.*s\"",
						 STR_ARG(str_take(key, 200)));
		}
	}
	if (pretty)
		layout.pretty = pretty->flag;
	return write_json(call, &args[0], &layout, out);
}

static int unmarshal(struct builtin_call *call, const struct value *args, struct value *out)
{
	if (!builtin_charge(call, args[0].n / 16))
		return BUILTIN_HALT;
	if (encoding_json_read(value_text(&args[0]), call->arena, out, call->err) < 0)
		return BUILTIN_ERROR;
	return BUILTIN_OK;
}

static int is_valid(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value parsed;

	if (!builtin_charge(call, args[0].n / 16))
		return BUILTIN_HALT;
	*out = value_bool(
		args[0].type == VALUE_STRING &&
		encoding_json_read(value_text(&args[0]), call->arena, &parsed, call->err) == 0);
	return BUILTIN_OK;
}

static int yaml_read(struct builtin_call *call, const struct value *v, struct value *out)
{
	const struct yaml_opts opts = { .first = true };
	const struct json *json;

	if (yaml_parse(value_text(v), &opts, call->arena, &json, NULL, call->err) < 0)
		return err_wrap(call->err, "yaml");
	*out = value_from_json(json, call->arena);
	return 0;
}

static int yaml_marshal(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct buf b;

	buf_init(&b, BUILTIN_MAX_BYTES);
	yaml_write(&args[0], &b);
	return builtin_take_text(call, &b, out);
}

static int yaml_unmarshal(struct builtin_call *call, const struct value *args, struct value *out)
{
	if (!builtin_charge(call, args[0].n / 8))
		return BUILTIN_HALT;
	return yaml_read(call, &args[0], out) < 0 ? BUILTIN_ERROR : BUILTIN_OK;
}

static int yaml_is_valid(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct value parsed;

	if (!builtin_charge(call, args[0].n / 8))
		return BUILTIN_HALT;
	*out = value_bool(args[0].type == VALUE_STRING && yaml_read(call, &args[0], &parsed) == 0);
	return BUILTIN_OK;
}

const struct builtin builtins_json[] = {
	{ "json.marshal", "any -> string", marshal },
	{ "json.marshal_with_options", "any, object[string: string|boolean] -> string",
	  marshal_with_options },
	{ "json.unmarshal", "string -> any", unmarshal },
	{ "json.is_valid", "any -> boolean", is_valid },
	{ "yaml.marshal", "any -> string", yaml_marshal },
	{ "yaml.unmarshal", "string -> any", yaml_unmarshal },
	{ "yaml.is_valid", "any -> boolean", yaml_is_valid },
	{ .name = NULL },
};
