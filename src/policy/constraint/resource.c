/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/resource.h"

#include "base/err.h"

static int text_field(const struct json *object, str key, const char *where, str *out,
		      struct err *err)
{
	const struct json *v = json_get(object, key);

	*out = json_str(v);
	if (v && !json_is(v, JSON_STRING) && !json_is(v, JSON_NULL))
		return err_set(err, ERR_INPUT, "%s%.*s must be a string", where, STR_ARG(key));
	return 0;
}

int resource_read(const struct json *json, struct resource *out, struct err *err)
{
	struct resource r = { .json = json };
	const struct json *metadata = JSON_GET(json, "metadata");

	if (!json_is(json, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "not a Kubernetes object");
	if (metadata && !json_is(metadata, JSON_OBJECT) && !json_is(metadata, JSON_NULL))
		return err_set(err, ERR_INPUT, "metadata must be an object");
	if (text_field(json, STR("apiVersion"), "", &r.api_version, err) < 0 ||
	    text_field(json, STR("kind"), "", &r.kind, err) < 0 ||
	    text_field(metadata, STR("name"), "metadata.", &r.name, err) < 0 ||
	    text_field(metadata, STR("generateName"), "metadata.", &r.generate_name, err) < 0 ||
	    text_field(metadata, STR("namespace"), "metadata.", &r.namespace, err) < 0)
		return -1;
	r.labels = JSON_GET(metadata, "labels");
	if (json_is(r.labels, JSON_NULL))
		r.labels = NULL;
	if (r.labels && !json_is(r.labels, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "metadata.labels must be an object");
	if (!str_cut(r.api_version, '/', &r.group, &r.version))
		r.version = r.api_version;
	*out = r;
	return 0;
}

bool resource_is(const struct resource *resource, str group, str kind)
{
	return str_eq(resource->group, group) && str_eq(resource->kind, kind);
}

bool resource_is_namespace(const struct resource *resource)
{
	return resource_is(resource, STR_EMPTY, STR("Namespace"));
}

str resource_text(const struct resource *resource, struct arena *arena)
{
	return str_fmt(arena, "%.*s/%.*s %.*s%s%.*s", STR_ARG(resource->api_version),
		       STR_ARG(resource->kind), STR_ARG(resource->namespace),
		       resource->namespace.n ? "/" : "", STR_ARG(resource->name));
}

static bool number_stays(const struct json *v)
{
	for (uint32_t i = 0; i < v->n; i++) {
		if (v->text[i] == '.' || v->text[i] == 'e' || v->text[i] == 'E')
			return false;
	}
	return true;
}

static bool stays(const struct json *v)
{
	if (v->type == JSON_NUMBER)
		return number_stays(v);
	JSON_EACH (v, item)
		if (!stays(item))
			return false;
	JSON_MEMBERS (v, m)
		if (!stays(&m->value))
			return false;
	return true;
}

static struct json number_copy(const struct json *v, struct arena *arena)
{
	struct json_writer w;
	struct json out = *v;
	struct buf b;
	double d;
	str text;

	if (number_stays(v) || !json_double(v, &d))
		return out;
	buf_init(&b, 64);
	json_writer_init(&w, &b, 0);
	json_put_double(&w, d);
	text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	if (!str_eq(text, STR("null")))
		out = (struct json){ .type = JSON_NUMBER, .n = (uint32_t)text.n, .text = text.p };
	return out;
}

/* Depth is bounded: whoever read the value has capped it (JSON_MAX_DEPTH). */
static struct json numbers_copy(const struct json *v, struct arena *arena)
{
	size_t i = 0;

	if (v->type == JSON_NUMBER)
		return number_copy(v, arena);
	if (v->type == JSON_ARRAY) {
		struct json *items = ARENA_ARRAY(arena, struct json, v->n);

		JSON_EACH (v, item)
			items[i++] = numbers_copy(item, arena);
		return json_make_array(items, i);
	}
	if (v->type == JSON_OBJECT) {
		struct json_member *members = ARENA_ARRAY(arena, struct json_member, v->n);

		JSON_MEMBERS (v, m)
			members[i++] =
				(struct json_member){ .key = m->key,
						      .value = numbers_copy(&m->value, arena) };
		return json_make_object(members, i);
	}
	return *v;
}

const struct json *resource_numbers(const struct json *v, struct arena *arena)
{
	struct json *copy;

	if (stays(v))
		return v;
	copy = ARENA_NEW(arena, struct json);
	*copy = numbers_copy(v, arena);
	return copy;
}

struct json json_make_str(str s)
{
	return (struct json){ .type = JSON_STRING, .n = (uint32_t)s.n, .text = s.p };
}

struct json json_make_object(struct json_member *members, size_t n)
{
	return (struct json){ .type = JSON_OBJECT, .n = (uint32_t)n, .members = members };
}

struct json json_make_array(struct json *items, size_t n)
{
	return (struct json){ .type = JSON_ARRAY, .n = (uint32_t)n, .items = items };
}

const struct json *json_with(const struct json *object, str key, const struct json *value,
			     struct arena *arena)
{
	size_t n = json_is(object, JSON_OBJECT) ? object->n : 0, at = n;
	struct json_member *members = ARENA_ARRAY(arena, struct json_member, n + 1);
	struct json *out = ARENA_NEW(arena, struct json);

	for (size_t i = 0; i < n; i++) {
		members[i] = object->members[i];
		if (str_eq(members[i].key, key))
			at = i;
	}
	members[at] = (struct json_member){ .key = key, .value = *value };
	*out = json_make_object(members, at == n ? n + 1 : n);
	return out;
}

const struct json *resource_of_list(const struct json *list, const struct json *item,
				    struct arena *arena)
{
	str kind = str_without_suffix(json_get_str(list, STR("kind")), STR("List"));
	struct json *value;

	if (str_empty(kind) || !json_is(item, JSON_OBJECT) || JSON_GET(item, "kind") ||
	    JSON_GET(item, "apiVersion"))
		return item;
	value = ARENA_NEW(arena, struct json);
	*value = json_make_str(kind);
	item = json_with(item, STR("kind"), value, arena);
	value = ARENA_NEW(arena, struct json);
	*value = json_make_str(json_get_str(list, STR("apiVersion")));
	return json_with(item, STR("apiVersion"), value, arena);
}
