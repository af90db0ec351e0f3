/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/parameter_schema.h"

#include "base/err.h"
#include "base/words.h"
#include "fmt/syntax/json_schema.h"
#include "policy/constraint/resource.h"

#define PROBLEMS_SHOWN 5u

struct parameter_schema {
	struct arena *arena;
	const struct json *openapi; /* NULL: none */
	struct json_schema *schema;
	bool legacy;
	str untyped;
};

struct convert {
	struct arena *arena;
	struct err *err;
	size_t values;
	str untyped; /* the first place without a type */
};

/* Keywords that mean the same in both; sub-schemas have rows of their own below. */
static const char *const kept[] = {
	"type",	      "enum",	   "minimum",	    "maximum",	     "exclusiveMinimum",
	"minLength",  "maxLength", "minItems",	    "maxItems",	     "exclusiveMaximum",
	"multipleOf", "pattern",   "uniqueItems",   "minProperties", "required",
	"format",     "title",	   "maxProperties",
};

static bool is_kept(str name) { return words_have(kept, ARRAY_LEN(kept), name); }

static int convert(struct convert *c, const struct json *schema, str where, unsigned depth,
		   bool logic, struct json *out);

static int convert_properties(struct convert *c, const struct json *from, str where, unsigned depth,
			      bool logic, struct json *out)
{
	struct json_member *members;
	size_t n = 0;

	if (!json_is(from, JSON_OBJECT))
		return err_set(c->err, ERR_INPUT, "%.*s: properties must be an object",
			       STR_ARG(where));
	members = ARENA_ARRAY(c->arena, struct json_member, from->n);
	JSON_MEMBERS (from, m) {
		str below = str_fmt(c->arena, "%.*s.%.*s", STR_ARG(where), STR_ARG(m->key));

		members[n].key = m->key;
		if (convert(c, &m->value, below, depth + 1, logic, &members[n].value) < 0)
			return -1;
		n++;
	}
	*out = json_make_object(members, n);
	return 0;
}

static int convert_list(struct convert *c, const struct json *from, str where, unsigned depth,
			struct json *out)
{
	struct json *items = ARENA_ARRAY(c->arena, struct json, json_len(from) + 1);
	size_t n = 0;

	if (!json_is(from, JSON_ARRAY))
		return err_set(c->err, ERR_INPUT, "%.*s: allOf, anyOf and oneOf must be lists",
			       STR_ARG(where));
	JSON_EACH (from, item)
		if (convert(c, item, where, depth + 1, true, &items[n++]) < 0)
			return -1;
	*out = json_make_array(items, n);
	return 0;
}

/* 1: a member of the result; 0: it says nothing there. */
static int convert_member(struct convert *c, const struct json_member *m, str where, unsigned depth,
			  bool logic, struct json *out)
{
	bool list = str_eq(m->key, STR("allOf")) || str_eq(m->key, STR("anyOf")) ||
		    str_eq(m->key, STR("oneOf"));
	bool more = str_eq(m->key, STR("additionalProperties"));
	int rc;

	if (json_is(&m->value, JSON_NULL))
		return 0;
	if (str_eq(m->key, STR("$ref")) || str_eq(m->key, STR("definitions")))
		return err_set(c->err, ERR_INPUT, "%.*s: %.*s is not allowed", STR_ARG(where),
			       STR_ARG(m->key));
	if (str_eq(m->key, STR("properties"))) {
		rc = convert_properties(c, &m->value, where, depth, logic, out);
	} else if (list) {
		rc = convert_list(c, &m->value, where, depth, out);
	} else if (str_eq(m->key, STR("not"))) {
		rc = convert(c, &m->value, where, depth + 1, true, out);
	} else if (str_eq(m->key, STR("items")) || (more && json_is(&m->value, JSON_OBJECT))) {
		rc = convert(c, &m->value, str_cat(c->arena, where, more ? STR(".*") : STR("[*]")),
			     depth + 1, logic, out);
	} else {
		*out = m->value;
		return more || is_kept(m->key);
	}
	return rc < 0 ? -1 : 1;
}

/* "T" becomes ["T", "null"]. */
static struct json nullable_type(struct convert *c, struct json type)
{
	struct json *both = ARENA_ARRAY(c->arena, struct json, 2);

	both[0] = type;
	both[1] = json_make_str(STR("null"));
	return type.type == JSON_STRING ? json_make_array(both, 2) : type;
}

static struct json int_or_string(struct convert *c, bool nullable)
{
	struct json *types = ARENA_ARRAY(c->arena, struct json, 3);

	types[0] = json_make_str(STR("integer"));
	types[1] = json_make_str(STR("string"));
	types[2] = json_make_str(STR("null"));
	return json_make_array(types, nullable ? 3 : 2);
}

static bool flag(const struct json *schema, str name) { return json_bool(json_get(schema, name)); }

#define INT_OR_STRING STR("x-kubernetes-int-or-string")
#define PRESERVE      STR("x-kubernetes-preserve-unknown-fields")

static int convert(struct convert *c, const struct json *schema, str where, unsigned depth,
		   bool logic, struct json *out)
{
	bool nullable = flag(schema, STR("nullable")), either = flag(schema, INT_OR_STRING);
	struct json_member *members;
	size_t n = 0;

	if (depth > PARAMETER_SCHEMA_MAX_DEPTH)
		return err_set(c->err, ERR_LIMIT, "more than %u levels of schemas",
			       PARAMETER_SCHEMA_MAX_DEPTH);
	if (++c->values > PARAMETER_SCHEMA_MAX_VALUES)
		return err_set(c->err, ERR_LIMIT, "more than %u schemas",
			       PARAMETER_SCHEMA_MAX_VALUES);
	if (json_is(schema, JSON_NULL)) {
		*out = json_make_object(NULL, 0);
		return 0;
	}
	if (!json_is(schema, JSON_OBJECT))
		return err_set(c->err, ERR_INPUT, "%.*s: a schema must be an object",
			       STR_ARG(where));
	if (!logic && !either && !flag(schema, PRESERVE) && c->untyped.n == 0 &&
	    str_empty(json_get_str(schema, STR("type"))))
		c->untyped = where;
	members = ARENA_ARRAY(c->arena, struct json_member, schema->n + 1);
	JSON_MEMBERS (schema, m) {
		int kept_it;

		if (either && str_eq(m->key, STR("type")))
			continue;
		kept_it = convert_member(c, m, where, depth, logic, &members[n].value);
		if (kept_it < 0)
			return -1;
		if (!kept_it)
			continue;
		if (nullable && str_eq(m->key, STR("type")))
			members[n].value = nullable_type(c, members[n].value);
		members[n++].key = m->key;
	}
	if (either)
		members[n++] = (struct json_member){ .key = STR("type"),
						     .value = int_or_string(c, nullable) };
	*out = json_make_object(members, n);
	return 0;
}

struct parameter_schema *parameter_schema_new(const struct json *openapi, bool legacy,
					      struct err *err)
{
	AUTO(parameter_schema_free)
	struct parameter_schema *s = mem_zalloc(sizeof(*s));
	struct convert c = { .err = err };
	struct json *draft;

	s->arena = c.arena = arena_new();
	s->legacy = legacy;
	s->openapi = json_is(openapi, JSON_NULL) ? NULL : openapi;
	if (!s->openapi)
		return TAKE(s);
	draft = ARENA_NEW(s->arena, struct json);
	if (convert(&c, openapi, STR("spec.parameters"), 0, false, draft) < 0) {
		err_wrap(err, "openAPIV3Schema");
		return NULL;
	}
	s->schema = json_schema_new(draft, err);
	if (!s->schema) {
		err_wrap(err, "openAPIV3Schema");
		return NULL;
	}
	s->untyped = legacy ? STR_EMPTY : c.untyped;
	return TAKE(s);
}

void parameter_schema_free(struct parameter_schema *schema)
{
	if (!schema)
		return;
	json_schema_free(schema->schema);
	arena_free(schema->arena);
	free(schema);
}

str parameter_schema_untyped(const struct parameter_schema *schema) { return schema->untyped; }

/* ---- defaults ------------------------------------------------------------------------------ */

static const struct json *fill(const struct json *schema, const struct json *v,
			       struct arena *arena);

static const struct json *fill_object(const struct json *schema, const struct json *v,
				      struct arena *arena)
{
	const struct json *properties = JSON_GET(schema, "properties");
	const struct json *more = JSON_GET(schema, "additionalProperties");

	JSON_MEMBERS (properties, p) {
		const struct json *member = json_get(v, p->key);
		const struct json *preset = JSON_GET(&p->value, "default"), *filled;

		if (member && json_is(member, JSON_NULL) && preset && !json_is(preset, JSON_NULL) &&
		    !flag(&p->value, STR("nullable")))
			member = NULL;
		if (!member && !preset)
			continue;
		filled = fill(&p->value, member ? member : preset, arena);
		if (filled != json_get(v, p->key))
			v = json_with(v, p->key, filled, arena);
	}
	if (!json_is(more, JSON_OBJECT))
		return v;
	JSON_MEMBERS (v, m) {
		const struct json *filled;

		if (json_get(properties, m->key))
			continue;
		filled = fill(more, &m->value, arena);
		if (filled != &m->value)
			return fill_object(schema, json_with(v, m->key, filled, arena), arena);
	}
	return v;
}

static const struct json *fill_array(const struct json *items, const struct json *v,
				     struct arena *arena)
{
	struct json *copy = NULL;

	for (uint32_t i = 0; i < v->n; i++) {
		const struct json *filled = fill(items, &v->items[i], arena);

		if (filled == &v->items[i])
			continue;
		if (!copy) {
			copy = ARENA_ARRAY(arena, struct json, v->n);
			memcpy(copy, v->items, v->n * sizeof(*copy));
		}
		copy[i] = *filled;
	}
	if (copy) {
		struct json *out = ARENA_NEW(arena, struct json);

		*out = json_make_array(copy, v->n);
		return out;
	}
	return v;
}

/* The same value when nothing was missing. As deep as the schema, which is capped. */
static const struct json *fill(const struct json *schema, const struct json *v, struct arena *arena)
{
	const struct json *items = JSON_GET(schema, "items");

	if (json_is(v, JSON_OBJECT))
		return fill_object(schema, v, arena);
	if (json_is(v, JSON_ARRAY) && json_is(items, JSON_OBJECT))
		return fill_array(items, v, arena);
	return v;
}

/* ---- checking ------------------------------------------------------------------------------ */

static int tell(const struct json_schema_result *result, struct err *err)
{
	struct buf text;

	buf_init(&text, 4096);
	for (size_t i = 0; i < result->n && i < PROBLEMS_SHOWN; i++) {
		const struct json_schema_problem *p = &result->problems[i];

		buf_fmt(&text, "%sspec.parameters%s%.*s: %.*s", i ? "; " : "",
			str_eq(p->field, STR("(root)")) ? "" : ".",
			STR_ARG(str_eq(p->field, STR("(root)")) ? STR_EMPTY : p->field),
			STR_ARG(p->text));
	}
	if (result->n > PROBLEMS_SHOWN)
		buf_fmt(&text, "; and %zu more", result->n - PROBLEMS_SHOWN);
	err_set(err, ERR_INPUT, "%.*s", STR_ARG(buf_str(&text)));
	buf_done(&text);
	return -1;
}

int parameter_schema_check(struct parameter_schema *schema, const struct json *parameters,
			   struct arena *arena, const struct json **out, struct err *err)
{
	struct json_schema_result result = { 0 };
	int valid;

	if (!schema->openapi) {
		*out = parameters;
		return 0;
	}
	parameters = fill(schema->openapi, parameters, arena);
	valid = json_schema_check(schema->schema, parameters, arena, &result, err);
	if (valid < 0)
		return err_wrap(err, "spec.parameters");
	if (!valid)
		return tell(&result, err);
	*out = parameters;
	return 0;
}

static str unknown_in(const struct json *schema, const struct json *v, str where,
		      struct arena *arena)
{
	const struct json *properties = JSON_GET(schema, "properties");
	const struct json *more = JSON_GET(schema, "additionalProperties");
	const struct json *items = JSON_GET(schema, "items");

	if (json_is(v, JSON_ARRAY) && json_is(items, JSON_OBJECT)) {
		JSON_EACH (v, item) {
			str found =
				unknown_in(items, item, str_cat(arena, where, STR("[*]")), arena);

			if (found.n > 0)
				return found;
		}
	}
	JSON_MEMBERS (v, m) {
		const struct json *known = json_get(properties, m->key);
		str below = str_fmt(arena, "%.*s.%.*s", STR_ARG(where), STR_ARG(m->key)), found;

		if (!known && (json_is(more, JSON_TRUE) || flag(schema, PRESERVE)))
			continue;
		if (!known && !json_is(more, JSON_OBJECT))
			return below;
		found = unknown_in(known ? known : more, &m->value, below, arena);
		if (found.n > 0)
			return found;
	}
	return STR_EMPTY;
}

str parameter_schema_unknown(const struct parameter_schema *schema, const struct json *parameters,
			     struct arena *arena)
{
	if (!schema->openapi || schema->legacy || schema->untyped.n > 0)
		return STR_EMPTY;
	return unknown_in(schema->openapi, parameters, STR("spec.parameters"), arena);
}
