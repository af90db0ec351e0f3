/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "fmt/syntax/json_schema.h"
#include "policy/builtin.h"
#include "policy/builtin_cache.h"
#include "policy/encoding.h"

static void *make(str text, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct json_opts opts = { .max_depth = ENCODING_MAX_DEPTH, .keep_duplicates = true };
	const struct json *json;

	if (json_parse(text, &opts, scratch, &json, err) < 0)
		return NULL;
	return json_schema_new(json, err);
}

static void free_(void *schema) { json_schema_free(schema); }

static const struct builtin_compiled kind = { .make = make, .free = free_ };

/* A schema is a JSON text or an object; the text is the key of what was compiled. */
static int schema_of(struct builtin_call *call, const struct value *v, struct json_schema **out)
{
	static const struct encoding_layout compact = { .pretty = false };
	AUTO(buf_done)
	struct buf text = { 0 };

	buf_init(&text, 4u << 20);
	if (v->type != VALUE_STRING)
		encoding_json(v, &compact, &text);
	if (text.overflow)
		return builtin_fail(call, "jsonschema: schema too large");
	if (!builtin_charge_bytes(call, (text.n + v->n) * 4))
		return BUILTIN_HALT;
	*out = builtin_cached(call, &kind,
			      v->type == VALUE_STRING ? value_text(v) : buf_str(&text));
	if (*out)
		return BUILTIN_OK;
	IGNORE(err_wrap(call->err, "jsonschema")); /* -1 by contract */
	return BUILTIN_ERROR;
}

static struct value pair(struct builtin_call *call, struct value a, struct value b)
{
	struct value_builder items;

	value_builder_init(&items, call->arena);
	value_builder_add(&items, a);
	value_builder_add(&items, b);
	return value_builder_array(&items);
}

static struct value problem_list(struct builtin_call *call, const struct json_schema_result *r)
{
	struct value_builder items;

	value_builder_init(&items, call->arena);
	for (size_t i = 0; i < r->n; i++) {
		const struct json_schema_problem *p = &r->problems[i];
		struct object_builder b;

		object_builder_init(&b, call->arena);
		OBJECT_ADD(&b, "error",
			   value_str(str_fmt(call->arena, "%.*s: %.*s", STR_ARG(p->field),
					     STR_ARG(p->text))));
		OBJECT_ADD(&b, "type", value_str(str_c(p->type)));
		OBJECT_ADD(&b, "field", value_str(p->field));
		OBJECT_ADD(&b, "desc", value_str(p->text));
		value_builder_add(&items, object_builder_take_last(&b));
	}
	return value_builder_array(&items);
}

static int match_schema(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct json_schema_result result;
	struct json_schema *schema = NULL;
	struct value document = args[0];
	const struct json *json;
	int rc;

	if (document.type == VALUE_STRING &&
	    encoding_json_read(value_text(&args[0]), call->arena, &document, call->err) < 0)
		return BUILTIN_ERROR;
	rc = schema_of(call, &args[1], &schema);
	if (rc != BUILTIN_OK)
		return rc;
	json = value_to_json(&document, call->arena);
	rc = json_schema_check(schema, json, call->arena, &result, call->err);
	if (!builtin_charge(call, result.steps / 4))
		return BUILTIN_HALT;
	if (rc < 0)
		return BUILTIN_ERROR;
	*out = pair(call, value_bool(rc), problem_list(call, &result));
	return BUILTIN_OK;
}

static int verify_schema(struct builtin_call *call, const struct value *args, struct value *out)
{
	struct json_schema *schema;
	int rc = schema_of(call, &args[0], &schema);

	if (rc == BUILTIN_HALT)
		return rc;
	*out = rc == BUILTIN_OK ? pair(call, value_bool(true), value_null())
				: pair(call, value_bool(false),
				       value_str(str_dup(call->arena, str_c(call->err->msg))));
	return BUILTIN_OK;
}

#define DOCUMENT "string|object[any: any]"

const struct builtin builtins_schema[] = {
	{ "json.match_schema", DOCUMENT ", " DOCUMENT " -> array[any]", match_schema },
	{ "json.verify_schema", DOCUMENT " -> array[any]", verify_schema },
	{ .name = NULL },
};
