/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of Kubernetes by where they stand, and values that they may have. */
#include "base/err.h"
#include "policy/constraint/fix_internal.h"

static const struct fix_field fields[] = {
#define FIELD(path, value, flags) { path, value, flags },
#include "policy/constraint/data/fix_field.def"
#undef FIELD
};

#define PORT_PRESET 8080

/* ---- names --------------------------------------------------------------------------------- */

static bool is_key(const struct value *v, const char *text)
{
	return v->type == VALUE_STRING && str_eq(value_text(v), str_c(text));
}

static bool is_containers(const struct value *v)
{
	return is_key(v, "containers") || is_key(v, "initContainers") ||
	       is_key(v, "ephemeralContainers");
}

/* How many keys lead to the pod's specification, or metadata; 0: the path is not below one. */
static size_t pod_at(str kind, const struct value *path, size_t n, bool *metadata)
{
	size_t at = 0;

	*metadata = n > 0 && is_key(&path[0], "metadata");
	if (*metadata)
		return 1;
	if (n > 0 && str_eq(kind, STR("Pod")) && is_key(&path[0], "spec"))
		return 1;
	for (size_t i = 0; i + 1 < n; i++) {
		if (!is_key(&path[i], "template"))
			continue;
		if (is_key(&path[i + 1], "spec") || is_key(&path[i + 1], "metadata")) {
			at = i + 2;
			*metadata = is_key(&path[i + 1], "metadata");
		}
	}
	return at;
}

static str part_of(const struct value *key)
{
	str text = value_text(key);

	return fix_is_index(key) ? STR("[]") : text.p ? text : STR("");
}

bool fix_name_make(str kind, const struct value *path, size_t n, struct fix_name *out)
{
	bool metadata;
	size_t at = pod_at(kind, path, n, &metadata);

	out->n = 0;
	if (n + 2 > FIX_MAX_PATH)
		return false;
	if (metadata) {
		out->parts[out->n++] = STR("metadata");
	} else if (at > 0 && at + 2 < n && is_containers(&path[at]) &&
		   fix_is_index(&path[at + 1])) {
		out->parts[out->n++] = STR("container");
		at += 2;
	} else {
		out->parts[out->n++] = at > 0 ? STR("pod") : kind.p ? kind : STR("");
	}
	for (size_t i = at; i < n; i++)
		out->parts[out->n++] = part_of(&path[i]);
	return true;
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* True: all of the row's parts that the name has are its. */
static bool row_fits(const char *path, const struct fix_name *name, str *rest)
{
	const char *at = path;

	for (size_t i = 0; i < name->n; i++) {
		str part = name->parts[i];
		bool any = at[0] == '*' && (at[1] == '.' || at[1] == '\0');

		if (!any &&
		    (strncmp(at, part.p, part.n) != 0 || (at[part.n] != '.' && at[part.n] != '\0')))
			return false;
		if (any && i == 0 && (str_eq(part, STR("pod")) || str_eq(part, STR("container"))))
			return false;
		at += any ? 1 : part.n;
		if (*at == '\0') {
			*rest = STR_EMPTY;
			return i + 1 == name->n;
		}
		at++;
	}
	*rest = str_c(at);
	return true;
}

const struct fix_field *fix_field_next(const struct fix_name *name, size_t *at)
{
	str rest;

	for (; *at < ARRAY_LEN(fields); ++*at) {
		if (row_fits(fields[*at].path, name, &rest) && !rest.p)
			return &fields[(*at)++];
	}
	return NULL;
}

const struct fix_field *fix_field_below(const struct fix_name *name, size_t *at, str *rest)
{
	for (; *at < ARRAY_LEN(fields); ++*at) {
		if (row_fits(fields[*at].path, name, rest) && rest->p)
			return &fields[(*at)++];
	}
	return NULL;
}

unsigned fix_field_flags(const struct fix_name *name)
{
	const struct fix_field *field;
	unsigned flags = 0;
	size_t at = 0;

	while ((field = fix_field_next(name, &at)))
		flags |= field->flags & ~(unsigned)FIELD_CHOOSE;
	return flags;
}

/* ---- values -------------------------------------------------------------------------------- */

struct filling {
	const struct value *object, *path;
	size_t n;
	struct arena *arena;
};

/* The first port of the container that the path leads through. */
static struct value port_of(const struct filling *f)
{
	for (size_t i = f->n; i > 1; i--) {
		const struct value *v = fix_value_at(f->object, f->path, i);
		const struct value *ports =
			v && v->type == VALUE_OBJECT ? VALUE_GET(v, "ports") : NULL;
		const struct value *port;

		if (!is_containers(&f->path[i - 2]) || !ports || ports->type != VALUE_ARRAY ||
		    ports->n == 0 || ports->items[0].type != VALUE_OBJECT)
			continue;
		port = VALUE_GET(&ports->items[0], "containerPort");
		if (port && port->type == VALUE_NUMBER)
			return *port;
	}
	return value_int(PORT_PRESET);
}

static struct value hosts_of(const struct filling *f)
{
	const struct value path[] = { VALUE_STR("spec"), VALUE_STR("rules") };
	const struct value *rules = fix_value_at(f->object, path, 2);
	struct value_builder b;

	value_builder_init(&b, f->arena);
	for (uint32_t i = 0; rules && rules->type == VALUE_ARRAY && i < rules->n; i++) {
		const struct value *host = rules->items[i].type == VALUE_OBJECT
						   ? VALUE_GET(&rules->items[i], "host")
						   : NULL;

		if (host && host->type == VALUE_STRING && host->n > 0)
			value_builder_add(&b, *host);
	}
	return value_builder_array(&b);
}

static struct value text_of(const struct filling *f, str text)
{
	const struct value path[] = { VALUE_STR("metadata"), VALUE_STR("name") };
	const struct value *name = fix_value_at(f->object, path, 2);

	if (str_eq(text, STR("$port")))
		return port_of(f);
	if (str_eq(text, STR("$hosts")))
		return hosts_of(f);
	if (!str_starts(text, STR("$name")))
		return value_str(text);
	return value_str(str_cat(f->arena,
				 name && value_text(name).n > 0 ? value_text(name) : STR("choose"),
				 str_skip(text, 5)));
}

/* Lists that turn out empty are left out of objects. */
static struct value fill(const struct filling *f, const struct json *v)
{
	struct object_builder members;
	struct value_builder items;

	switch (v->type) {
	case JSON_STRING:
		return text_of(f, json_str(v));
	case JSON_ARRAY:
		value_builder_init(&items, f->arena);
		JSON_EACH (v, item)
			value_builder_add(&items, fill(f, item));
		return value_builder_array(&items);
	case JSON_OBJECT:
		object_builder_init(&members, f->arena);
		JSON_MEMBERS (v, m) {
			struct value inner = fill(f, &m->value);

			if (inner.type != VALUE_ARRAY || inner.n > 0)
				object_builder_add(&members, value_str(m->key), inner);
		}
		return object_builder_take_last(&members);
	default:
		return value_from_json(v, f->arena);
	}
}

bool fix_field_value(const struct fix_field *field, const struct value *object,
		     const struct value *path, size_t n, struct arena *arena, struct value *out)
{
	struct filling f = { .object = object, .path = path, .n = n, .arena = arena };
	const struct json *json;
	struct err err;

	if (field->value[0] == '\0' || field->value[0] == '-' ||
	    json_parse(str_c(field->value), NULL, arena, &json, &err) < 0)
		return false;
	*out = fill(&f, json);
	return true;
}
