/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/mutator.h"

#include "base/err.h"
#include "policy/constraint/constraint.h"
#include "policy/constraint/image_part.h"

static const char *const kinds[] = {
	[MUTATOR_ASSIGN] = "Assign",
	[MUTATOR_IMAGE] = "AssignImage",
	[MUTATOR_METADATA] = "AssignMetadata",
	[MUTATOR_SET] = "ModifySet",
};

const char *mutator_kind_name(enum mutator_kind kind) { return kinds[kind]; }

static bool is_empty(const struct json *v) { return !v || json_is(v, JSON_NULL); }

static int read_apply_to(struct mutator *m, const struct json *spec, struct err *err)
{
	static const char *const fields[] = { "groups", "versions", "kinds" };

	if (m->kind == MUTATOR_METADATA)
		return 0;
	m->apply_to = JSON_GET(spec, "applyTo");
	if (!json_is(m->apply_to, JSON_ARRAY) || m->apply_to->n == 0)
		return err_set(err, ERR_INPUT, "spec.applyTo is missing");
	JSON_EACH (m->apply_to, row) {
		for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
			const struct json *list = json_get(row, str_c(fields[i]));

			if (!json_is(list, JSON_ARRAY) || list->n == 0 || !match_is_strings(list))
				return err_set(err, ERR_INPUT,
					       "spec.applyTo: %s must be a list of strings",
					       fields[i]);
			if (match_wildcards(list, STR("*")))
				return err_set(err, ERR_INPUT,
					       "spec.applyTo: * is not allowed in %s", fields[i]);
		}
	}
	return 0;
}

static int read_test(struct mutator *m, const struct json *test, struct arena *arena,
		     struct err *err)
{
	str condition = json_get_str(test, STR("condition"));
	struct location path;
	uint8_t want;

	if (str_eq(condition, STR("MustExist")))
		want = TEST_MUST_EXIST;
	else if (str_eq(condition, STR("MustNotExist")))
		want = TEST_MUST_NOT_EXIST;
	else
		return err_set(err, ERR_INPUT, "\"%.*s\" is neither MustExist nor MustNotExist",
			       STR_ARG(str_take(condition, 100)));
	if (location_parse(json_get_str(test, STR("subPath")), arena, &path, err) < 0)
		return err_wrap(err, "subPath");
	if (path.n == 0 || !location_is_prefix(&path, &m->location))
		return err_set(err, ERR_INPUT, "subPath \"%.*s\" is no beginning of the location",
			       STR_ARG(str_take(json_get_str(test, STR("subPath")), 200)));
	if (m->tests[path.n - 1] != TEST_NONE && m->tests[path.n - 1] != want)
		return err_set(err, ERR_INPUT, "conflicting path test conditions");
	m->tests[path.n - 1] = want;
	return 0;
}

static int read_location(struct mutator *m, const struct json *spec, const struct json *parameters,
			 struct arena *arena, struct err *err)
{
	str text = json_get_str(spec, STR("location"));
	const struct json *tests = JSON_GET(parameters, "pathTests");
	struct location *l = &m->location;

	if (location_parse(text, arena, l, err) < 0)
		return err_wrap(err, "spec.location");
	if (l->n == 0)
		return err_set(err, ERR_INPUT, "spec.location is missing");
	m->tests = arena_alloc(arena, l->n);
	if (!is_empty(tests) && !json_is(tests, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "spec.parameters.pathTests must be a list");
	JSON_EACH (tests, test)
		if (read_test(m, test, arena, err) < 0)
			return err_wrap(err, "spec.parameters.pathTests");
	return 0;
}

/* metadata.labels.x and metadata.annotations.x are AssignMetadata's, and nothing else is. */
static int check_metadata(const struct mutator *m, struct err *err)
{
	const struct location *l = &m->location;
	bool root = str_eq(l->nodes[0].name, STR("metadata"));
	bool fits = l->n == 3 && root && !l->nodes[1].list && !l->nodes[2].list &&
		    (str_eq(l->nodes[1].name, STR("labels")) ||
		     str_eq(l->nodes[1].name, STR("annotations")));

	if (m->kind == MUTATOR_METADATA && !fits)
		return err_set(err, ERR_INPUT,
			       "spec.location must be metadata.labels or metadata.annotations and "
			       "one name");
	if (m->kind != MUTATOR_METADATA && root)
		return err_set(err, ERR_INPUT, "%s can't change metadata",
			       mutator_kind_name(m->kind));
	return 0;
}

static int check_location(const struct mutator *m, struct err *err)
{
	const struct location *l = &m->location;
	const struct location_node *last = &l->nodes[l->n - 1], *before = last - 1;

	if (check_metadata(m, err) < 0)
		return -1;
	if (last->list && m->kind != MUTATOR_ASSIGN)
		return err_set(err, ERR_INPUT, "the last name of spec.location cannot be a list");
	if (last->list && last->glob)
		return err_set(err, ERR_INPUT, "the last name of spec.location cannot be a glob");
	if (l->n > 1 && before->list && !last->list && str_eq(before->name, last->name) &&
	    m->kind != MUTATOR_SET)
		return err_set(err, ERR_INPUT, "the key %.*s of a list must not be changed",
			       STR_ARG(last->name));
	return 0;
}

static int read_external(struct mutator *m, const struct json *v, struct err *err)
{
	struct mutator_external *e = &m->external;
	str source = json_get_str(v, STR("dataSource"));
	str failure = json_get_str(v, STR("failurePolicy"));

	e->provider = json_get_str(v, STR("provider"));
	e->username = str_eq(source, STR("Username"));
	e->preset = JSON_GET(v, "default");
	if (str_empty(e->provider))
		return err_set(err, ERR_INPUT, "provider is missing");
	if (!str_empty(source) && !e->username && !str_eq(source, STR("ValueAtLocation")))
		return err_set(err, ERR_INPUT,
			       "dataSource is neither ValueAtLocation nor Username");
	if (m->kind == MUTATOR_METADATA && !e->username)
		return err_set(err, ERR_INPUT, "only dataSource Username is for metadata");
	if (str_eq(failure, STR("UseDefault")))
		e->failure = FAILURE_DEFAULT;
	else if (str_eq(failure, STR("Ignore")))
		e->failure = FAILURE_IGNORE;
	else if (!str_empty(failure) && !str_eq(failure, STR("Fail")))
		return err_set(err, ERR_INPUT, "failurePolicy is none of Fail, Ignore, UseDefault");
	if (e->failure == FAILURE_DEFAULT && is_empty(e->preset))
		return err_set(err, ERR_INPUT, "default is missing for failurePolicy UseDefault");
	return 0;
}

static int read_from(struct mutator *m, const struct json *v, struct err *err)
{
	str field = json_get_str(v, STR("field"));

	if (str_eq(field, STR("name")))
		m->from = FIELD_NAME;
	else if (str_eq(field, STR("namespace")))
		m->from = FIELD_NAMESPACE;
	else
		return err_set(err, ERR_INPUT, "fromMetadata: field is neither name nor namespace");
	return 0;
}

/* A list's element is replaced by an object that has the same key. */
static int check_element(const struct mutator *m, struct err *err)
{
	const struct location_node *last = &m->location.nodes[m->location.n - 1];
	const struct json *key = json_get(m->value, last->name);

	if (!last->list)
		return 0;
	if (!m->value)
		return err_set(err, ERR_INPUT, "only a value can be assigned to a list");
	if (!json_is(m->value, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "only objects can be added to keyed lists");
	if (!key || !json_equal(key, &last->value))
		return err_set(err, ERR_INPUT,
			       "the value's %.*s is another one than the location's",
			       STR_ARG(last->name));
	return 0;
}

static int read_assign(struct mutator *m, const struct json *parameters, struct err *err)
{
	const struct json *assign = JSON_GET(parameters, "assign");
	const struct json *test = JSON_GET(parameters, "assignIf");
	const struct json *from = JSON_GET(assign, "fromMetadata");
	const struct json *external = JSON_GET(assign, "externalData");

	m->value = JSON_GET(assign, "value");
	if ((m->value != NULL) + !is_empty(from) + !is_empty(external) != 1)
		return err_set(err, ERR_INPUT,
			       "spec.parameters.assign must have one of value, fromMetadata, "
			       "externalData");
	if (!is_empty(from) && read_from(m, from, err) < 0)
		return err_wrap(err, "spec.parameters.assign");
	if (!is_empty(external) && read_external(m, external, err) < 0)
		return err_wrap(err, "spec.parameters.assign.externalData");
	if (m->kind == MUTATOR_METADATA && m->value && !json_is(m->value, JSON_STRING))
		return err_set(err, ERR_INPUT, "spec.parameters.assign.value must be a string");
	m->in = JSON_GET(test, "in");
	m->not_in = JSON_GET(test, "notIn");
	if ((m->in && !json_is(m->in, JSON_ARRAY)) ||
	    (m->not_in && !json_is(m->not_in, JSON_ARRAY)))
		return err_set(err, ERR_INPUT, "spec.parameters.assignIf: in and notIn are lists");
	return check_element(m, err);
}

static int read_image(struct mutator *m, const struct json *parameters, struct err *err)
{
	m->domain = json_get_str(parameters, STR("assignDomain"));
	m->path = json_get_str(parameters, STR("assignPath"));
	m->tag = json_get_str(parameters, STR("assignTag"));
	if (image_part_check(m->domain, m->path, m->tag, err) < 0)
		return err_wrap(err, "spec.parameters");
	return 0;
}

static int read_set(struct mutator *m, const struct json *parameters, struct err *err)
{
	str operation = json_get_str(parameters, STR("operation"));

	m->prune = str_eq(operation, STR("prune"));
	m->values = json_path(parameters, "values", "fromList", NULL);
	if (!str_empty(operation) && !m->prune && !str_eq(operation, STR("merge")))
		return err_set(err, ERR_INPUT,
			       "spec.parameters.operation is neither merge nor prune");
	if (!json_is(m->values, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "spec.parameters.values.fromList is missing");
	return 0;
}

static int read_spec(struct mutator *m, const struct json *spec, struct arena *arena,
		     struct err *err)
{
	const struct json *parameters = JSON_GET(spec, "parameters");

	if (read_apply_to(m, spec, err) < 0)
		return -1;
	if (match_read(JSON_GET(spec, "match"), arena, &m->match, err) < 0)
		return err_wrap(err, "spec.match");
	if (read_location(m, spec, parameters, arena, err) < 0 || check_location(m, err) < 0)
		return -1;
	if (m->kind == MUTATOR_IMAGE)
		return read_image(m, parameters, err);
	if (m->kind == MUTATOR_SET)
		return read_set(m, parameters, err);
	if (m->kind == MUTATOR_METADATA)
		m->tests[m->location.n - 1] = TEST_MUST_NOT_EXIST;
	return read_assign(m, parameters, err);
}

int mutator_read(const struct json *json, struct arena *arena, struct mutator *out, struct err *err)
{
	struct mutator m = { 0 };
	struct resource r;
	size_t kind = 0;

	if (resource_read(json, &r, err) < 0)
		return -1;
	while (kind < ARRAY_LEN(kinds) && !str_eq(r.kind, str_c(kinds[kind])))
		kind++;
	if (!str_eq(r.group, MUTATOR_GROUP) || kind == ARRAY_LEN(kinds))
		return 0;
	json = json_copy(json, arena);
	if (resource_read(json, &r, err) < 0)
		return -1;
	m.kind = (enum mutator_kind)kind;
	m.name = r.name;
	m.namespace = r.namespace;
	if (!constraint_is_name(r.name) || r.name.n > MUTATOR_MAX_NAME)
		return err_set(err, ERR_INPUT, "%s: metadata.name is no name of a mutator",
			       kinds[kind]);
	if (read_spec(&m, JSON_GET(json, "spec"), arena, err) < 0)
		return err_wrap(err, "%s %.*s", kinds[kind], STR_ARG(m.name));
	*out = m;
	return 1;
}

static bool list_has(const struct json *list, str word)
{
	JSON_EACH (list, item)
		if (str_eq(json_str(item), word))
			return true;
	return false;
}

int mutator_applies(const struct mutator *m, const struct match_target *target, struct err *err)
{
	const struct resource *r = target->object;
	bool fits = m->kind == MUTATOR_METADATA;

	JSON_EACH (m->apply_to, row)
		fits = fits || (list_has(JSON_GET(row, "groups"), r->group) &&
				list_has(JSON_GET(row, "versions"), r->version) &&
				list_has(JSON_GET(row, "kinds"), r->kind));
	return fits ? match_test(&m->match, target, err) : 0;
}
