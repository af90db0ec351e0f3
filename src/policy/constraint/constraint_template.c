/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/constraint_template.h"

#include "base/err.h"
#include "policy/constraint/parameter_schema.h"
#include "policy/constraint/resource.h"
#include "policy/constraint/template_rego.h"
#include "policy/policy.h"

static int check_head(const struct resource *r, str kind, struct err *err)
{
	bool known = str_eq(r->version, STR("v1")) || str_eq(r->version, STR("v1beta1")) ||
		     str_eq(r->version, STR("v1alpha1"));

	if (!resource_is(r, STR("templates.gatekeeper.sh"), STR("ConstraintTemplate")))
		return err_set(err, ERR_INPUT, "not a ConstraintTemplate");
	if (!known)
		return err_set(err, ERR_UNSUPPORTED, "unsupported version %.*s",
			       STR_ARG(str_take(r->version, 100)));
	if (str_empty(r->name))
		return err_set(err, ERR_INPUT, "it has no metadata.name");
	if (str_empty(kind))
		return err_set(err, ERR_INPUT, "it has no spec.crd.spec.names.kind");
	if (!str_ieq(r->name, kind) || str_eq(r->name, kind))
		return err_set(err, ERR_INPUT,
			       "its name %.*s is not equal to the lowercase of its kind %.*s",
			       STR_ARG(str_take(r->name, 100)), STR_ARG(str_take(kind, 100)));
	return 0;
}

/* The only target. */
static const struct json *target_of(const struct json *json, struct err *err)
{
	const struct json *targets = json_path(json, "spec", "targets", NULL);
	const struct json *target = json_at(targets, 0);
	str name;

	if (!json_is(targets, JSON_ARRAY) || targets->n == 0)
		return err_null(err, ERR_INPUT, "it has no spec.targets");
	if (targets->n > 1)
		return err_null(err, ERR_UNSUPPORTED, "it has more than one target");
	name = json_get_str(target, STR("target"));
	if (!str_eq(name, GATEKEEPER_TARGET))
		return err_null(err, ERR_UNSUPPORTED, "unsupported target \"%.*s\"",
				STR_ARG(str_take(name, 100)));
	return target;
}

static int read_schema(struct constraint_template *t, const struct resource *r, struct err *err)
{
	const struct json *validation =
		json_path(t->json, "spec", "crd", "spec", "validation", NULL);
	const struct json *legacy = JSON_GET(validation, "legacySchema");
	bool is_legacy = legacy ? json_bool(legacy) : !str_eq(r->version, STR("v1"));
	str untyped;

	t->schema = parameter_schema_new(JSON_GET(validation, "openAPIV3Schema"), is_legacy, err);
	if (!t->schema)
		return -1;
	untyped = parameter_schema_untyped(t->schema);
	if (untyped.n > 0)
		t->note = str_fmt(t->arena, "its schema is not structural: no type at %.*s",
				  STR_ARG(untyped));
	return 0;
}

static str annotation_of(const struct json *json)
{
	return json_get_str(json_path(json, "metadata", "annotations", NULL), SYNC_ANNOTATION);
}

static int read_rego(struct constraint_template *t, struct share_ids *shares, struct err *err)
{
	const struct json *target = target_of(t->json, err);
	struct template_rego rego;

	if (!target)
		return -1;
	if (template_rego_read(target, &rego, err) < 0) {
		if (err->kind != ERR_UNSUPPORTED)
			return -1;
		t->unsupported = str_dup(t->arena, str_c(err->msg));
		return 0;
	}
	t->query = template_rego_compile(&rego, &t->needs, shares, err);
	if (!t->query)
		return -1;
	sync_needs_annotation(&t->needs, annotation_of(t->json));
	if (t->needs.note.n > 0 && str_empty(t->note))
		t->note = t->needs.note;
	return 0;
}

struct constraint_template *constraint_template_new(const struct json *json,
						    struct share_ids *shares, struct err *err)
{
	AUTO(constraint_template_free)
	struct constraint_template *t = mem_zalloc(sizeof(*t));
	struct resource r;

	t->arena = arena_new();
	sync_needs_init(&t->needs, t->arena);
	t->json = json_copy(json, t->arena);
	if (resource_read(t->json, &r, err) < 0) {
		err_wrap(err, "ConstraintTemplate");
		return NULL;
	}
	t->name = r.name;
	t->kind = json_str(json_path(t->json, "spec", "crd", "spec", "names", "kind", NULL));
	if (check_head(&r, t->kind, err) < 0 || read_schema(t, &r, err) < 0 ||
	    read_rego(t, shares, err) < 0) {
		err_wrap(err, "ConstraintTemplate %.*s", STR_ARG(str_take(t->name, 200)));
		return NULL;
	}
	return TAKE(t);
}

struct constraint_template *constraint_template_broken(const struct json *json, str why)
{
	AUTO(constraint_template_free)
	struct constraint_template *t = mem_zalloc(sizeof(*t));
	struct resource r;
	struct err err;

	t->arena = arena_new();
	sync_needs_init(&t->needs, t->arena);
	t->json = json_copy(json, t->arena);
	t->kind = json_str(json_path(t->json, "spec", "crd", "spec", "names", "kind", NULL));
	if (resource_read(t->json, &r, &err) < 0 || check_head(&r, t->kind, &err) < 0)
		return NULL; /* why it does not load was told before */
	t->name = r.name;
	t->unsupported = str_dup(t->arena, why);
	t->schema = parameter_schema_new(NULL, true, &err);
	return t->schema ? TAKE(t) : NULL;
}

void constraint_template_free(struct constraint_template *t)
{
	if (!t)
		return;
	policy_query_free(t->query);
	parameter_schema_free(t->schema);
	arena_free(t->arena);
	free(t);
}
