/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/arm.h"

#include "base/err.h"
#include "policy/constraint/resource.h"

/* One text being read. */
struct reading {
	struct arm_set *set;
	str file;
	struct err *err;
	unsigned depth;
};

void arm_set_init(struct arm_set *set, struct arena *arena)
{
	*set = (struct arm_set){ .arena = arena };
	map_init(&set->by_id, arena);
}

const struct json *arm_member(const struct json *object, str name)
{
	const struct json *exact = json_get(object, name);

	if (exact)
		return exact->type == JSON_NULL ? NULL : exact;
	JSON_MEMBERS (object, member) {
		if (str_ieq(member->key, name))
			return member->value.type == JSON_NULL ? NULL : &member->value;
	}
	return NULL;
}

static int add_resource(struct reading *r, const struct json *json, str type)
{
	struct arm_set *set = r->set;
	struct arm_resource made = { .json = json,
				     .type = str_lower(set->arena, type),
				     .name = json_str(arm_member(json, STR("name"))) };
	str id = str_lower(set->arena, json_str(arm_member(json, STR("id"))));
	size_t at;
	void **slot;

	while (str_ends(id, STR("/")))
		id = str_drop_end(id, 1);
	made.id = id;
	if (id.n > 0) {
		slot = map_slot(&set->by_id,
				str_fmt(set->arena, "%.*s %.*s", STR_ARG(made.type), STR_ARG(id)));
		at = (size_t)(uintptr_t)*slot;
		if (at > 0) {
			set->items[at - 1] = made;
			return 0;
		}
		*slot = (void *)(uintptr_t)(set->n + 1);
	}
	if (set->n == ARM_MAX_RESOURCES)
		return err_set(r->err, ERR_LIMIT, "%.*s: more than %u resources", STR_ARG(r->file),
			       ARM_MAX_RESOURCES);
	set->items = arena_grow(set->arena, set->items, set->n, &set->cap, sizeof(made));
	set->items[set->n++] = made;
	return 0;
}

static int add_own(struct reading *r, const struct json *json)
{
	struct arm_set *set = r->set;

	if (set->own_n == ARM_MAX_RESOURCES)
		return err_set(r->err, ERR_LIMIT, "%.*s: more than %u documents", STR_ARG(r->file),
			       ARM_MAX_RESOURCES);
	set->own = arena_grow(set->arena, set->own, set->own_n, &set->own_cap, sizeof(*set->own));
	set->own[set->own_n++] = json;
	return 0;
}

/* ---- templates ---- */

static int add_template(struct reading *r, const struct json *template, const struct json *given);

/* A deployment inside of a template: its own template, with values of this one. */
static int add_nested(struct reading *r, const struct arm_scope *scope, const struct json *resource)
{
	const struct json *properties = arm_member(resource, STR("properties"));
	const struct json *template = arm_member(properties, STR("template"));
	const struct json *given = arm_member(properties, STR("parameters"));

	if (!json_is(template, JSON_OBJECT))
		return 0;
	if (given) {
		given = arm_resolve(scope, given, r->err);
		if (!given)
			return -1;
	}
	return add_template(r, template, given);
}

/* The name of a child says its parent's too: "registry/connection". */
static const struct json *named(struct reading *r, const struct json *json, str type, str name)
{
	const struct json as_type = json_make_str(type), as_name = json_make_str(name);

	json = json_with(json, STR("type"), &as_type, r->set->arena);
	return json_with(json, STR("name"), &as_name, r->set->arena);
}

static int add_of_template(struct reading *r, const struct arm_scope *scope,
			   const struct json *resource, str parent_type, str parent_name)
{
	const struct json *children = arm_member(resource, STR("resources")), *worked_out;
	str type = json_str(arm_member(resource, STR("type"))), name;
	struct arena *arena = r->set->arena;

	if (r->depth > ARM_MAX_DEPTH)
		return err_set(r->err, ERR_LIMIT, "%.*s: more than %u levels", STR_ARG(r->file),
			       ARM_MAX_DEPTH);
	if (type.n == 0) {
		r->set->without_type++;
		return 0;
	}
	if (str_ieq(type, STR("Microsoft.Resources/deployments")))
		return add_nested(r, scope, resource);
	worked_out = arm_resolve(scope, resource, r->err);
	if (!worked_out)
		return err_wrap(r->err, "%.*s", STR_ARG(r->file));
	name = json_str(arm_member(worked_out, STR("name")));
	if (parent_type.n > 0 && str_find(type, STR("/")) < 0) {
		type = str_fmt(arena, "%.*s/%.*s", STR_ARG(parent_type), STR_ARG(type));
		name = str_fmt(arena, "%.*s/%.*s", STR_ARG(parent_name), STR_ARG(name));
		worked_out = named(r, worked_out, type, name);
	}
	if (add_resource(r, worked_out, type) < 0)
		return -1;
	r->depth++;
	JSON_EACH (children, child) {
		if (add_of_template(r, scope, child, type, name) < 0)
			return -1;
	}
	r->depth--;
	return 0;
}

static int add_template(struct reading *r, const struct json *template, const struct json *given)
{
	const struct json *resources = arm_member(template, STR("resources"));
	const struct arm_scope scope = { .parameters = arm_member(template, STR("parameters")),
					 .given = given,
					 .variables = arm_member(template, STR("variables")),
					 .arena = r->set->arena,
					 .nodes = &r->set->nodes };

	if (++r->depth > ARM_MAX_DEPTH)
		return err_set(r->err, ERR_LIMIT, "%.*s: more than %u levels", STR_ARG(r->file),
			       ARM_MAX_DEPTH);
	JSON_EACH (resources, resource) {
		if (add_of_template(r, &scope, resource, STR_EMPTY, STR_EMPTY) < 0)
			return -1;
	}
	/* With names of their own (languageVersion 2.0). */
	JSON_MEMBERS (resources, member) {
		if (add_of_template(r, &scope, &member->value, STR_EMPTY, STR_EMPTY) < 0)
			return -1;
	}
	r->depth--;
	return 0;
}

/* ---- answers ---- */

static int add_any(struct reading *r, const struct json *json);

static int add_list(struct reading *r, const struct json *list)
{
	if (++r->depth > ARM_MAX_DEPTH)
		return err_set(r->err, ERR_LIMIT, "%.*s: more than %u levels", STR_ARG(r->file),
			       ARM_MAX_DEPTH);
	JSON_EACH (list, item) {
		if (add_any(r, item) < 0)
			return -1;
	}
	r->depth--;
	return 0;
}

/* {"columns": [{"name": ...}], "rows": [[...]]} */
static int add_rows(struct reading *r, const struct json *table)
{
	const struct json *columns = arm_member(table, STR("columns"));
	const struct json *rows = arm_member(table, STR("rows"));
	size_t n = json_len(columns);

	JSON_EACH (rows, row) {
		size_t width = json_len(row) < n ? json_len(row) : n;
		struct json_member *members = ARENA_ARRAY(r->set->arena, struct json_member, width);
		struct json *object = ARENA_NEW(r->set->arena, struct json);

		r->set->nodes += width + 1;
		if (r->set->nodes > ARM_MAX_NODES)
			return err_set(r->err, ERR_LIMIT, "%.*s: more than %u values",
				       STR_ARG(r->file), ARM_MAX_NODES);
		for (size_t i = 0; i < width; i++)
			members[i] = (struct json_member){
				.key = json_str(arm_member(json_at(columns, i), STR("name"))),
				.value = *json_at(row, i),
			};
		*object = json_make_object(members, width);
		if (add_any(r, object) < 0)
			return -1;
	}
	return 0;
}

/* The answer is one page of several. */
static bool has_more(const struct json *json)
{
	static const char *const marks[] = { "nextLink", "$skipToken", "skip_token", "skipToken" };
	const struct json *truncated = arm_member(json, STR("resultTruncated"));

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (json_str(arm_member(json, str_c(marks[i]))).n > 0)
			return true;
	}
	return json_bool(truncated) || str_ieq(json_str(truncated), STR("true"));
}

static int add_batch(struct reading *r, const struct json *responses)
{
	JSON_EACH (responses, response) {
		const struct json *content = arm_member(response, STR("content"));

		if (!content)
			content = arm_member(response, STR("body"));
		if (content && add_any(r, content) < 0)
			return -1;
	}
	return 0;
}

static int fail_answer(struct reading *r, const struct json *error)
{
	return err_set(r->err, ERR_INPUT, "%.*s: the answer is an error: %.*s: %.*s",
		       STR_ARG(r->file), STR_ARG(json_str(arm_member(error, STR("code")))),
		       STR_ARG(json_str(arm_member(error, STR("message")))));
}

/* Objects that hold resources. 1: it was one, 0: it was none. */
static int add_container(struct reading *r, const struct json *json)
{
	const struct json *value = arm_member(json, STR("value"));
	const struct json *data = arm_member(json, STR("data"));
	const struct json *responses = arm_member(json, STR("responses"));
	int rc = 0;

	if (json_is(arm_member(json, STR("error")), JSON_OBJECT))
		return fail_answer(r, arm_member(json, STR("error")));
	if (json_is(value, JSON_ARRAY))
		rc = add_list(r, value);
	else if (json_is(data, JSON_ARRAY))
		rc = add_list(r, data);
	else if (json_is(data, JSON_OBJECT) && arm_member(data, STR("rows")))
		rc = add_rows(r, data);
	else if (json_is(responses, JSON_ARRAY))
		rc = add_batch(r, responses);
	else if (json_is(arm_member(json, STR("template")), JSON_OBJECT))
		rc = add_template(r, arm_member(json, STR("template")), NULL);
	else if (arm_member(json, STR("resources")))
		rc = add_template(r, json, NULL);
	else
		return 0;
	r->set->cut += has_more(json);
	return rc < 0 ? -1 : 1;
}

static int add_any(struct reading *r, const struct json *json)
{
	str type = json_str(arm_member(json, STR("type")));
	int rc;

	if (json_is(json, JSON_ARRAY))
		return add_list(r, json);
	if (JSON_GET(json, "schema_version") && json_get_str(json, STR("kind")).n > 0)
		return add_own(r, json);
	if (str_find(type, STR("/")) > 0)
		return add_resource(r, json, type);
	rc = add_container(r, json);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (r->depth > 0) {
		r->set->without_type++;
		return 0;
	}
	return err_set(r->err, ERR_UNSUPPORTED,
		       "%.*s: neither a resource (with a type), a list or page of resources, an "
		       "exported template nor a facts document",
		       STR_ARG(r->file));
}

int arm_set_add(struct arm_set *set, str file, str text, struct err *err)
{
	const struct json_opts opts = { .keep_duplicates = true, .borrow = true };
	struct reading r = { .set = set, .file = file, .err = err };
	const struct json *json;

	text = str_without_prefix(text, STR("\xef\xbb\xbf"));
	if (text.n > ARM_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "%.*s: more than %u bytes", STR_ARG(file),
			       ARM_MAX_BYTES);
	if (json_parse(text, &opts, set->arena, &json, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(file));
	return add_any(&r, json);
}
