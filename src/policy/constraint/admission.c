/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/admission.h"

#include "base/err.h"

void admission_init(struct admission *a, struct arena *arena)
{
	*a = (struct admission){ .arena = arena };
	a->constraints = constraint_set_new();
	a->providers = provider_set_new(NULL, NULL, PROVIDER_TTL);
	mutation_set_init(&a->mutations, arena);
	expansion_set_init(&a->expansions, arena);
	gatekeeper_config_init(&a->config, arena);
	sync_data_init(&a->data, arena);
}

void admission_done(struct admission *a)
{
	constraint_set_unref(a->constraints);
	provider_set_free(a->providers);
	*a = (struct admission){ 0 };
}

bool admission_is_policy(const struct resource *r)
{
	static const char *const groups[] = {
		"templates.gatekeeper.sh", "constraints.gatekeeper.sh",	 "mutations.gatekeeper.sh",
		"expansion.gatekeeper.sh", "externaldata.gatekeeper.sh", "config.gatekeeper.sh",
		"syncset.gatekeeper.sh",   "test.gatekeeper.sh",
	};

	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		if (str_eq(r->group, str_c(groups[i])))
			return true;
	}
	return false;
}

static bool is_template(const struct resource *r)
{
	return str_eq(r->group, STR("templates.gatekeeper.sh"));
}

/* Whoever knows its kind takes it. */
static int add_one(struct admission *a, const struct resource *r, struct err *err)
{
	int rc;

	if (resource_is(r, STR("externaldata.gatekeeper.sh"), STR("Provider")))
		return provider_set_add(a->providers, r->json, err);
	rc = constraint_set_add(a->constraints, r->json, err);
	if (rc == 0)
		rc = mutation_set_add(&a->mutations, r->json, err);
	if (rc == 0)
		rc = expansion_set_add(&a->expansions, r->json, err);
	if (rc == 0)
		rc = gatekeeper_config_add(&a->config, r->json, err);
	return rc;
}

int admission_add(struct admission *a, const struct document *docs, size_t n, struct err *err)
{
	for (int templates = 1; templates >= 0; templates--) {
		for (size_t i = 0; i < n; i++) {
			const struct resource *r = &docs[i].resource;

			if (!admission_is_policy(r) || is_template(r) != (templates == 1))
				continue;
			if (add_one(a, r, err) < 0)
				return err_wrap(err, "%.*s", STR_ARG(docs[i].file));
		}
	}
	return 0;
}

/* The document, or what counts in its place. */
static void add_some(struct admission *a, const struct document *document,
		     void (*bad)(void *context, const struct document *document,
				 const struct err *err),
		     void *context)
{
	struct err err = { 0 }, first = { 0 };

	for (const struct document *d = document; d; d = d->instead) {
		if (add_one(a, &d->resource, &err) >= 0)
			return;
		if (d == document)
			first = err;
		bad(context, d, &err);
	}
	if (document->stands && is_template(&document->resource))
		constraint_set_add_broken(a->constraints, document->resource.json,
					  str_c(first.msg));
}

void admission_add_each(struct admission *a, const struct document *docs, size_t n,
			void (*bad)(void *context, const struct document *document,
				    const struct err *err),
			void *context)
{
	for (int templates = 1; templates >= 0; templates--) {
		for (size_t i = 0; i < n; i++) {
			const struct resource *r = &docs[i].resource;

			if (admission_is_policy(r) && is_template(r) == (templates == 1))
				add_some(a, &docs[i], bad, context);
		}
	}
}

int admission_add_data(struct admission *a, const struct resource *r, struct err *err)
{
	return sync_data_add(&a->data, r, err);
}

static void add_default_namespace(struct admission *a)
{
	static const struct json_member name = {
		STR_INIT("name"), { .type = JSON_STRING, .n = 7, .text = "default" }
	};
	static const struct json_member members[] = {
		{ STR_INIT("apiVersion"), { .type = JSON_STRING, .n = 2, .text = "v1" } },
		{ STR_INIT("kind"), { .type = JSON_STRING, .n = 9, .text = "Namespace" } },
		{ STR_INIT("metadata"), { .type = JSON_OBJECT, .n = 1, .members = &name } },
	};
	static const struct json object = { .type = JSON_OBJECT, .n = 3, .members = members };
	struct resource *r;
	struct err err;

	if (map_has(&a->data.namespaces, STR("default")))
		return;
	r = ARENA_NEW(a->arena, struct resource);
	if (resource_read(&object, r, &err) == 0)
		map_put(&a->data.namespaces, STR("default"), r);
}

int admission_seal(struct admission *a, struct err *err)
{
	constraint_set_seal(a->constraints);
	add_default_namespace(a);
	IGNORE(sync_data_value(&a->data)); /* made here, so that threads only read it */
	if (mutation_set_seal(&a->mutations, err) < 0)
		return -1;
	return expansion_set_seal(&a->expansions, err);
}

const struct resource *admission_namespace(const struct admission *a, const struct resource *r)
{
	return str_empty(r->namespace) ? NULL : sync_data_namespace(&a->data, r->namespace);
}

int admission_expand(const struct admission *a, const struct resource *object, struct arena *arena,
		     struct expanded *out, struct err *err)
{
	struct expansion_run run = { .namespace = admission_namespace(a, object),
				     .mutations = &a->mutations,
				     .providers = a->providers };
	struct mutation_run how = { .namespace = run.namespace,
				    .source = MATCH_ORIGINAL,
				    .inside = true,
				    .providers = a->providers };
	const struct json *mutated;
	struct resource base;

	*out = (struct expanded){ 0 };
	/* A mutator that fails is no matter of what makes nothing. */
	if (!expansion_set_is_for(&a->expansions, object))
		return 0;
	if (mutation_set_apply(&a->mutations, object->json, &how, arena, &mutated, err) < 0 ||
	    resource_read(mutated, &base, err) < 0)
		return err_wrap(err, "mutating %.*s", STR_ARG(resource_text(object, arena)));
	if (expansion_expand(&a->expansions, &base, &run, arena, out, err) < 0)
		return err_wrap(err, "expanding %.*s", STR_ARG(resource_text(object, arena)));
	return 0;
}

/* Violations of a made object join those of its maker. */
static void join(struct review_result *to, const struct review_result *from,
		 const struct expansion_template *t, struct arena *arena)
{
	for (size_t i = 0; i < from->n; i++) {
		struct violation v = from->items[i];

		v.message = str_fmt(arena, "[Implied by %.*s] %.*s", STR_ARG(t->name),
				    STR_ARG(v.message));
		v.template = t->name;
		if (t->enforcement.n > 0)
			v.actions = constraint_action_from(t->enforcement);
		to->items = arena_grow(arena, to->items, to->n, &to->cap, sizeof(*to->items));
		to->items[to->n++] = v;
	}
	for (size_t i = 0; i < from->judged_n; i++) {
		to->judged = arena_grow(arena, to->judged, to->judged_n, &to->judged_cap,
					sizeof(const struct constraint *));
		to->judged[to->judged_n++] = from->judged[i];
	}
	to->matched += from->matched;
	to->dropped += from->dropped;
	to->steps += from->steps;
}

int admission_review(struct admission *a, const struct review *review, const struct review_run *run,
		     struct arena *arena, struct review_result *out, struct err *err)
{
	struct review_run how = *run;
	struct review_result result;
	struct expanded made;

	how.data = &a->data;
	if (!how.external) {
		how.external = provider_external;
		how.external_context = a->providers;
	}
	if (constraint_set_review(a->constraints, review, &how, arena, &result, err) < 0)
		return -1;
	if (review->object.json && admission_expand(a, &review->object, arena, &made, err) < 0)
		return -1;
	for (size_t i = 0; review->object.json && i < made.n; i++) {
		struct review_result of_made;
		struct review next;

		review_of_object(&next, &made.items[i].resource, MATCH_GENERATED);
		next.namespace = review->namespace;
		if (constraint_set_review(a->constraints, &next, &how, arena, &of_made, err) < 0)
			return -1;
		join(&result, &of_made, made.items[i].template, arena);
	}
	*out = result;
	return 0;
}
