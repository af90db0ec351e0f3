/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/map.h"
#include "cmd/policy.h"
#include "cmd/progress.h"
#include "policy/constraint/azure_form.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/library.h"

/* Mapping the constraints of a set of documents. */
struct mapping {
	struct invocation *in;
	struct documents *docs;
	bool all; /* those whose template is given, too */
	struct azure_form form;
	struct library *lib;
	struct azure_notes notes;
	struct map kinds; /* of templates that are there */
	int mapped;
};

static bool is_template(const struct resource *r)
{
	return str_eq(r->kind, STR("ConstraintTemplate"));
}

static str template_kind(const struct resource *r)
{
	return json_str(json_path(r->json, "spec", "crd", "spec", "names", "kind", NULL));
}

static const struct constraint_template *template_of(const struct mapping *m, str rule)
{
	const struct library_rule *found = library_rule_find(m->lib, rule);
	struct constraint_set *set = library_admission(m->lib)->constraints;

	for (size_t i = 0; found && i < constraint_set_templates(set); i++) {
		if (str_eq(constraint_set_template(set, i)->kind, found->kind))
			return constraint_set_template(set, i);
	}
	return NULL;
}

static int add_template(struct mapping *m, const struct constraint_template *t, struct err *err)
{
	struct documents *docs = m->docs;
	struct document made = { .file = STR("built-in"), .number = 1 };

	if (!map_put(&m->kinds, t->kind, docs))
		return 0;
	if (resource_read(json_copy(t->json, docs->arena), &made.resource, err) < 0)
		return -1;
	docs->items = arena_grow(docs->arena, docs->items, docs->n, &docs->cap, sizeof(made));
	docs->items[docs->n++] = made;
	return 0;
}

static int map_one(struct mapping *m, struct document *d, struct err *err)
{
	const struct azure_rule *rule = azure_form_of_kind(&m->form, d->resource.kind);
	const struct constraint_template *t;
	const struct json *out;

	if (!rule) {
		progress_note(false,
			      str_fmt(m->in->arena,
				      "%.*s/%.*s has no counterpart among the built-in rules",
				      STR_ARG(d->resource.kind), STR_ARG(d->resource.name)));
		return 0;
	}
	if (!m->lib) {
		const struct library_opts opts = { 0 };

		m->lib = library_load(&opts, err);
		if (!m->lib)
			return -1;
	}
	t = template_of(m, rule->rule);
	if (!t)
		return err_set(err, ERR_NOT_FOUND, "there is no built-in rule %.*s",
			       STR_ARG(rule->rule));
	if (azure_form_import(rule, d->resource.json, t->json, m->docs->arena, &out, &m->notes,
			      err) < 0 ||
	    resource_read(json_copy(out, m->docs->arena), &d->resource, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(d->file));
	m->mapped++;
	return 0;
}

/* Without the documents that fn says of. */
static void drop(struct mapping *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->docs->n; i++) {
		const struct resource *r = &m->docs->items[i].resource;
		bool azure =
			is_template(r) ? azure_form_is(template_kind(r)) : azure_form_is(r->kind);

		if (!azure)
			m->docs->items[n++] = m->docs->items[i];
	}
	m->docs->n = n;
}

static int map_all(struct mapping *m, struct err *err)
{
	size_t n = m->docs->n;

	for (size_t i = 0; i < n; i++) {
		const struct resource *r = &m->docs->items[i].resource;

		if (is_template(r))
			map_put(&m->kinds, template_kind(r), m->docs);
	}
	for (size_t i = 0; i < n; i++) {
		struct document *d = &m->docs->items[i];

		if (!str_eq(d->resource.group, CONSTRAINT_GROUP) ||
		    !azure_form_is(d->resource.kind) ||
		    (!m->all && map_has(&m->kinds, d->resource.kind)))
			continue;
		if (map_one(m, d, err) < 0)
			return -1;
	}
	if (m->all)
		drop(m);
	for (size_t i = 0; m->mapped > 0 && i < m->docs->n; i++) {
		struct constraint_set *set = library_admission(m->lib)->constraints;

		for (size_t k = 0; k < constraint_set_templates(set); k++) {
			const struct constraint_template *t = constraint_set_template(set, k);

			if (str_eq(t->kind, m->docs->items[i].resource.kind) &&
			    add_template(m, t, err) < 0)
				return -1;
		}
	}
	return 0;
}

int policy_map_azure(struct invocation *in, struct documents *docs, bool all, struct err *err)
{
	struct mapping m = { .in = in, .docs = docs, .all = all };
	int rc = azure_form_load(in->arena, &m.form, err);

	map_init(&m.kinds, in->arena);
	if (rc == 0)
		rc = map_all(&m, err);
	for (size_t i = 0; i < m.notes.n; i++)
		progress_note(false, m.notes.items[i]);
	library_unref(m.lib);
	return rc < 0 ? -1 : m.mapped;
}
