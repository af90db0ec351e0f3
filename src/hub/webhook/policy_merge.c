/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/policy_store.h"

#include <stdlib.h>

#include "base/err.h"
#include "hub/webhook/policy_store_internal.h"
#include "policy/constraint/library.h"

/* An object of the cluster while it is loaded; the store may change meanwhile. */
struct policy_part {
	str key;
	struct policy_version *now, *good; /* counted */
	struct document *now_doc, *good_doc;
	bool of_file;	 /* a file has one, too */
	bool takes_turn; /* mutators and expansions: sealed together, or not at all */
	bool now_bad, good_bad;
	str reason; /* why not now */
};

/* ---- beginning ------------------------------------------------------------------------------ */

static str name_of(const struct resource *r, struct arena *arena)
{
	return str_fmt(arena, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(r->group), STR_ARG(r->kind),
		       STR_ARG(r->namespace), STR_ARG(r->name));
}

static str made_of(str kind, struct arena *arena)
{
	return str_fmt(arena, "makes\n%.*s", STR_ARG(kind));
}

/* What files have: names, and the kinds that their templates make. */
static void list_files(const struct documents *files, struct arena *arena, struct map *out)
{
	map_init(out, arena);
	for (size_t i = 0; i < files->n; i++) {
		const struct resource *r = &files->items[i].resource;
		str kind =
			json_str(json_path(r->json, "spec", "crd", "spec", "names", "kind", NULL));

		if (!admission_is_policy(r))
			continue;
		map_put(out, name_of(r, arena), NULL);
		if (str_eq(r->kind, STR("ConstraintTemplate")) && kind.n > 0)
			map_put(out, made_of(kind, arena), NULL);
	}
}

static struct policy_version *hold(struct policy_version *v)
{
	if (v)
		v->refs++;
	return v;
}

static struct document *document_of(struct policy_merge *m, size_t i,
				    const struct policy_version *v, struct err *err)
{
	struct document *d = ARENA_NEW(m->arena, struct document);
	const struct json_opts opts = { .max_depth = POLICY_STORE_DEPTH + 10 };
	const struct json *json;

	*d = (struct document){ .file = STR("the cluster"), .number = i + 1, .stands = true };
	if (json_parse(v->text, &opts, m->arena, &json, err) < 0 ||
	    resource_read(json, &d->resource, err) < 0)
		return NULL;
	return d;
}

static void read_part(struct policy_merge *m, size_t i, const struct map *files)
{
	struct policy_part *p = &m->parts[i];
	struct err err;
	str group, rest;

	p->of_file = map_has(files, p->key) ||
		     (p->now->makes.n > 0 && map_has(files, made_of(p->now->makes, m->arena)));
	p->takes_turn = str_cut(p->key, '\n', &group, &rest) &&
			(str_eq(group, STR("mutations.gatekeeper.sh")) ||
			 str_eq(group, STR("expansion.gatekeeper.sh")));
	p->now_doc = document_of(m, i, p->now, &err);
	if (!p->now_doc)
		p->reason = str_dup(m->arena, str_c(err.msg));
	if (p->good == p->now)
		p->good_doc = p->now_doc;
	else if (p->good)
		p->good_doc = document_of(m, i, p->good, &err);
	if (p->now_doc && p->good_doc && p->good != p->now)
		p->now_doc->instead = p->good_doc;
}

static int by_key(const void *a, const void *b)
{
	return str_cmp(((const struct policy_part *)a)->key, ((const struct policy_part *)b)->key);
}

void policy_merge_begin(struct policy_store *s, const struct documents *files, struct arena *arena,
			struct policy_merge *out)
{
	struct map names;

	*out = (struct policy_merge){ .store = s, .arena = arena, .files = files };
	(void)pthread_mutex_lock(&s->lock);
	out->parts = ARENA_ARRAY(arena, struct policy_part, s->n + 1);
	MAP_EACH (&s->map, m) {
		const struct policy_object *o = m->value;

		if (o)
			out->parts[out->n++] = (struct policy_part){ .key = str_dup(arena, m->key),
								     .now = hold(o->now),
								     .good = hold(o->good) };
	}
	s->changed = 0;
	s->loading = true;
	(void)pthread_mutex_unlock(&s->lock);
	/* Whatever the order in which they came. */
	if (out->n > 0)
		qsort(out->parts, out->n, sizeof(*out->parts), by_key);
	list_files(files, arena, &names);
	for (size_t i = 0; i < out->n; i++)
		read_part(out, i, &names);
	out->docs = ARENA_ARRAY(arena, struct document, out->n + files->n + 1);
}

/* ---- loading -------------------------------------------------------------------------------- */

static void on_bad(void *context, const struct document *document, const struct err *err)
{
	struct policy_merge *m = context;
	const uintptr_t at = (uintptr_t)document;
	struct policy_part *p;

	/* It may be one of ours behind another, which is in no list. */
	if (at >= (uintptr_t)(m->docs + m->of_cluster) && at < (uintptr_t)(m->docs + m->docs_n)) {
		if (!m->failed) {
			m->failed = ARENA_NEW(m->arena, struct err);
			*m->failed = *err;
			IGNORE(err_wrap(m->failed, "%.*s", STR_ARG(document->file))); /* -1 */
		}
		return;
	}
	p = &m->parts[document->number - 1];
	if (p->good_doc && p->good != p->now &&
	    document->resource.json == p->good_doc->resource.json) {
		p->good_bad = true;
		return;
	}
	p->now_bad = true;
	p->reason = str_dup(m->arena, str_c(err->msg));
}

/* Which version of an object is tried first. */
static const struct document *choice(const struct policy_merge *m, const struct policy_part *p)
{
	if (p->of_file || (p->takes_turn && m->attempt > 1))
		return NULL;
	if (p->takes_turn && m->attempt == 1)
		return p->good_doc;
	return p->now_doc ? p->now_doc : p->good_doc;
}

void policy_merge_opts(struct policy_merge *m, struct library_opts *opts)
{
	m->docs_n = 0;
	m->failed = NULL;
	for (size_t i = 0; i < m->n; i++) {
		const struct document *d = choice(m, &m->parts[i]);

		m->parts[i].now_bad = m->parts[i].good_bad = false;
		if (d)
			m->docs[m->docs_n++] = *d;
	}
	m->of_cluster = m->docs_n;
	for (size_t i = 0; i < m->files->n; i++)
		m->docs[m->docs_n++] = m->files->items[i];
	opts->own = m->docs;
	opts->own_n = m->docs_n;
	opts->bad = on_bad;
	opts->bad_context = m;
}

bool policy_merge_again(struct policy_merge *m, const struct err *err)
{
	bool any = false;

	if (m->failed || m->attempt >= 2)
		return false;
	for (size_t i = 0; i < m->n; i++)
		any = any || (m->parts[i].takes_turn && !m->parts[i].of_file);
	if (!any)
		return false;
	if (m->attempt++ == 0)
		m->conflict = str_dup(m->arena, str_c(err->msg));
	return true;
}

/* ---- what became of them -------------------------------------------------------------------- */

static enum policy_verdict verdict_of(const struct policy_merge *m, struct policy_part *p)
{
	if (p->of_file) {
		p->reason = STR("a file has one of that kind and name");
		return POLICY_OF_FILE;
	}
	if (p->takes_turn && m->attempt > 0) {
		bool older = m->attempt == 1 && p->good_doc && !p->good_bad && !p->now_bad;

		if (older && p->good == p->now)
			return POLICY_IN_FORCE;
		p->reason = m->conflict;
		return older ? POLICY_OLDER : POLICY_NOT_LOADED;
	}
	if (p->now_doc && !p->now_bad)
		return POLICY_IN_FORCE;
	return p->good_doc && p->good != p->now && !p->good_bad ? POLICY_OLDER : POLICY_NOT_LOADED;
}

static void set_good(struct policy_store *s, struct policy_object *o, struct policy_version *v)
{
	struct policy_version *before = o->good;

	o->good = hold(v);
	policy_version_unref(s, before);
}

static void note(struct policy_store *s, const struct policy_merge *m, struct policy_part *p)
{
	struct policy_object *o = map_get(&s->map, p->key);
	enum policy_verdict verdict = verdict_of(m, p);
	str reason =
		verdict == POLICY_IN_FORCE ? STR_EMPTY : str_take(p->reason, POLICY_REASON_MAX);

	if (!o)
		return;
	set_good(s, o,
		 verdict == POLICY_IN_FORCE ? p->now
		 : verdict == POLICY_OLDER  ? p->good
					    : NULL);
	if (o->now != p->now)
		return; /* it has changed since: of the next load */
	if (o->verdict != verdict || !str_eq(str_c(o->reason ? o->reason : ""), reason))
		o->told = false;
	o->verdict = verdict;
	free(o->reason);
	o->reason = reason.n > 0 ? policy_text(reason) : NULL;
}

void policy_merge_end(struct policy_merge *m, bool loaded, const struct err *err)
{
	struct policy_store *s = m->store;

	(void)pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < m->n; i++) {
		struct policy_part *p = &m->parts[i];

		if (loaded)
			note(s, m, p);
		policy_version_unref(s, p->now);
		policy_version_unref(s, p->good);
	}
	free(s->error);
	s->error = loaded ? NULL : policy_text(str_take(str_c(err->msg), POLICY_REASON_MAX));
	s->loading = false;
	s->loads += loaded;
	(void)pthread_mutex_unlock(&s->lock);
}
