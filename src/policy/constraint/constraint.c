/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/constraint.h"

#include "base/err.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/parameter_schema.h"

#define NAME_MAX_BYTES 253u

unsigned constraint_action_from(str word)
{
	if (str_eq(word, STR("deny")))
		return ACTION_DENY;
	if (str_eq(word, STR("warn")))
		return ACTION_WARN;
	return str_eq(word, STR("dryrun")) ? ACTION_DRYRUN : 0;
}

const char *constraint_action_name(unsigned action)
{
	return action == ACTION_DENY ? "deny" : action == ACTION_WARN ? "warn" : "dryrun";
}

bool constraint_is_name(str name)
{
	for (size_t i = 0; i < name.n; i++) {
		bool edge =
			i == 0 || i + 1 == name.n || name.p[i - 1] == '.' || name.p[i + 1] == '.';
		char c = name.p[i];
		bool word = is_digit(c) || (c >= 'a' && c <= 'z');

		if (!word && (edge || (c != '-' && c != '.')))
			return false;
	}
	return name.n > 0 && name.n <= NAME_MAX_BYTES;
}

static int check_head(const struct resource *r, const struct constraint_template *t,
		      struct err *err)
{
	if (!str_eq(r->group, CONSTRAINT_GROUP))
		return err_set(err, ERR_INPUT, "not a constraint: its group is %.*s",
			       STR_ARG(str_take(r->group, 100)));
	if (!str_eq(r->version, STR("v1beta1")) && !str_eq(r->version, STR("v1alpha1")))
		return err_set(err, ERR_INPUT, "unsupported version %.*s",
			       STR_ARG(str_take(r->version, 100)));
	if (!str_eq(r->kind, t->kind))
		return err_set(err, ERR_INPUT, "its kind is not %.*s of the template",
			       STR_ARG(t->kind));
	if (!constraint_is_name(r->name))
		return err_set(err, ERR_INPUT, "metadata.name is no name of Kubernetes");
	return 0;
}

static int add_scope(struct constraint *c, const struct json *item, struct err *err)
{
	str action = json_get_str(item, STR("action"));
	struct constraint_scope *scope = &c->scopes[c->scopes_n];

	scope->action = constraint_action_from(action);
	scope->points = JSON_GET(item, "enforcementPoints");
	if (!scope->action)
		return err_set(err, ERR_INPUT,
			       "spec.scopedEnforcementActions: \"%.*s\" is none of deny, warn, "
			       "dryrun",
			       STR_ARG(str_take(action, 100)));
	if (!json_is(scope->points, JSON_ARRAY) || scope->points->n == 0)
		return err_set(err, ERR_INPUT,
			       "spec.scopedEnforcementActions: %.*s has no enforcementPoints",
			       STR_ARG(action));
	JSON_EACH (scope->points, point) {
		if (str_empty(json_get_str(point, STR("name"))))
			return err_set(err, ERR_INPUT,
				       "spec.scopedEnforcementActions: an enforcement point "
				       "without name");
	}
	c->scopes_n++;
	return 0;
}

static int read_action(struct constraint *c, const struct json *spec, struct arena *arena,
		       struct err *err)
{
	const struct json *action = JSON_GET(spec, "enforcementAction");
	const struct json *scoped = JSON_GET(spec, "scopedEnforcementActions");

	if (action && !json_is(action, JSON_STRING) && !json_is(action, JSON_NULL))
		return err_set(err, ERR_INPUT, "spec.enforcementAction must be a string");
	c->enforcement = str_empty(json_str(action)) ? STR("deny") : json_str(action);
	c->action = constraint_action_from(c->enforcement);
	if (c->action)
		return 0;
	if (!str_eq(c->enforcement, STR("scoped")))
		return err_set(err, ERR_INPUT,
			       "spec.enforcementAction \"%.*s\" is none of deny, warn, dryrun, "
			       "scoped",
			       STR_ARG(str_take(c->enforcement, 100)));
	if (!json_is(scoped, JSON_ARRAY) || scoped->n == 0)
		return err_set(err, ERR_INPUT, "spec.scopedEnforcementActions is missing");
	c->scopes = ARENA_ARRAY(arena, struct constraint_scope, scoped->n);
	JSON_EACH (scoped, item)
		if (add_scope(c, item, err) < 0)
			return -1;
	return 0;
}

static int read_parameters(struct constraint *c, const struct json *spec, struct arena *arena,
			   struct err *err)
{
	const struct json *v = JSON_GET(spec, "parameters");
	str unknown;

	if (!v || json_is(v, JSON_NULL)) {
		struct json *none = ARENA_NEW(arena, struct json);

		*none = json_make_object(NULL, 0);
		c->parameters = none;
	} else {
		struct parameter_schema *schema = c->template->schema;

		if (parameter_schema_check(schema, v, arena, &c->parameters, err) < 0)
			return -1;
		unknown = parameter_schema_unknown(schema, v, arena);
		if (unknown.n > 0)
			c->note = str_fmt(arena, "unknown field %.*s", STR_ARG(unknown));
	}
	c->input = value_from_json(c->parameters, arena);
	return 0;
}

static int read_spec(struct constraint *c, struct arena *arena, struct err *err)
{
	const struct json *spec = JSON_GET(c->json, "spec");

	if (spec && !json_is(spec, JSON_OBJECT) && !json_is(spec, JSON_NULL))
		return err_set(err, ERR_INPUT, "spec must be an object");
	if (match_read(JSON_GET(spec, "match"), arena, &c->match, err) < 0)
		return err_wrap(err, "spec.match");
	if (read_action(c, spec, arena, err) < 0)
		return -1;
	return read_parameters(c, spec, arena, err);
}

int constraint_read(const struct json *json, struct constraint_template *template,
		    struct arena *arena, struct constraint *out, struct err *err)
{
	struct constraint c = { .template = template, .json = json_copy(json, arena) };
	struct resource r;

	if (resource_read(c.json, &r, err) < 0)
		return err_wrap(err, "constraint");
	c.kind = r.kind;
	c.name = r.name;
	if (check_head(&r, template, err) < 0 || read_spec(&c, arena, err) < 0)
		return err_wrap(err, "constraint %.*s/%.*s", STR_ARG(str_take(c.kind, 200)),
				STR_ARG(str_take(c.name, 200)));
	*out = c;
	return 0;
}

unsigned constraint_actions(const struct constraint *c, str point)
{
	unsigned actions = c->action;

	for (size_t i = 0; i < c->scopes_n; i++) {
		JSON_EACH (c->scopes[i].points, p) {
			str name = json_get_str(p, STR("name"));

			if (str_empty(point) || str_eq(name, STR("*")) || str_ieq(name, point))
				actions |= c->scopes[i].action;
		}
	}
	return actions;
}
