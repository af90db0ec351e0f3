/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/log.h"
#include "base/time.h"
#include "cmd/serve.h"
#include "policy/constraint/constraint_template.h"

#define SETTLE_MS 30000 /* so long nothing is served, so that the first requests find data */

/* ---- which kinds ---------------------------------------------------------------------------- */

static size_t warn_template(const struct constraint_template *t, const struct sync_view *view,
			    struct arena *arena)
{
	str why = sync_view_missing(view, &t->needs, arena);

	if (t->needs.note.n > 0)
		log_warn("a template does not say which objects it needs", KV("template", t->name),
			 KV("reason", t->needs.note));
	if (why.n > 0)
		log_warn("a template needs other objects: its constraints cannot be judged",
			 KV("template", t->name), KV("reason", why));
	return why.n > 0;
}

/* What a template looks at and nobody syncs, whatever the API serves. */
static size_t warn_unsynced(struct library *library)
{
	const struct constraint_set *set = library_admission(library)->constraints;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(sync_store_free)
	struct sync_store *ideal = sync_store_new(0);
	AUTO(sync_view_unref)
	struct sync_view *view = NULL;
	struct sync_kind *kinds;
	struct map looked_at;
	size_t n, unsynced = 0;

	map_init(&looked_at, arena);
	(void)sync_store_want(ideal, &library_admission(library)->config, NULL, 0);
	n = sync_store_kinds(ideal, arena, &kinds);
	for (size_t i = 0; i < n; i++) {
		sync_store_begins(ideal, &kinds[i]);
		sync_store_ends(ideal, &kinds[i]);
	}
	view = sync_store_view(ideal);
	for (size_t i = 0; i < constraint_set_constraints(set); i++) {
		const struct constraint *c = constraint_set_constraint(set, i);

		/* The built-in rules do without. */
		if (c->extra || !map_put(&looked_at, c->kind, NULL))
			continue;
		unsynced += warn_template(c->template, view, arena);
	}
	return unsynced;
}

void serve_loaded(void *context, struct library *library)
{
	struct serve *s = context;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sync_kind *kinds;
	size_t n, unsynced = warn_unsynced(library);
	bool changed = sync_store_want(s->inventory, &library_admission(library)->config, NULL, 0);

	s->unsynced = unsynced;
	if (s->webhook)
		atomic_store(&webhook_metrics(s->webhook)->templates_unsynced, unsynced);
	if (sync_store_too_many(s->inventory) > 0)
		log_error("more kinds are to be synced than are kept",
			  KV_U("left_out", sync_store_too_many(s->inventory)));
	if (s->sync && changed)
		sync_follow(s->sync);
	if (option_on(&s->in->options, SERVE_CLUSTER))
		return;
	n = sync_store_kinds(s->inventory, arena, &kinds);
	for (size_t i = 0; i < n; i++)
		sync_store_fail(s->inventory, &kinds[i], SYNC_FAILED,
				STR("no API server is asked: --cluster"));
}

/* ---- life ----------------------------------------------------------------------------------- */

int serve_sync_start(struct serve *s, const char *kubeconfig, const char *context, struct err *err)
{
	atomic_store(&webhook_metrics(s->webhook)->templates_unsynced, s->unsynced);
	s->settle_by = time_mono_ms() + SETTLE_MS;
	if (!s->cluster)
		return 0;
	s->sync = sync_new(s->inventory, kubeconfig, context, err);
	if (!s->sync)
		return -1;
	sync_follow(s->sync);
	return 0;
}

/* Each change of a state, once. */
void serve_sync_tell(struct serve *s)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sync_status *kinds;
	size_t n;

	if (!s->sync)
		return;
	sync_seen(s->sync);
	n = sync_store_status(s->inventory, arena, &kinds);
	for (size_t i = 0; i < n; i++) {
		const struct sync_status *k = &kinds[i];
		str kind = sync_kind_text(&k->kind, arena);
		str now = str_fmt(arena, "%s\n%.*s", sync_state_name(k->state), STR_ARG(k->reason));
		void **slot = map_slot(&s->told, kind);
		str before = *slot ? *(str *)*slot : STR_EMPTY;

		if (str_eq(now, before) || (k->state == SYNC_WAITING && str_empty(k->reason)))
			continue;
		*slot = ARENA_NEW(s->told.arena, str);
		*(str *)*slot = str_dup(s->told.arena, now);
		if (k->state == SYNC_READY)
			log_info("synced for data.inventory", KV("kind", kind),
				 KV_U("objects", k->objects));
		else if (k->state == SYNC_BROKEN || k->state == SYNC_WAITING)
			log_warn("data.inventory is not kept up", KV("kind", kind),
				 KV("reason", k->reason));
		else
			log_error("not synced: constraints that need it cannot be judged",
				  KV("kind", kind), KV("state", str_c(sync_state_name(k->state))),
				  KV("reason", k->reason));
	}
	serve_be_ready(s);
}

void serve_be_ready(struct serve *s)
{
	bool settled = sync_store_settled(s->inventory) &&
		       (!s->policies || policy_store_settled(s->policies));

	if (s->ready || (!settled && time_mono_ms() < s->settle_by && s->sync))
		return;
	s->ready = true;
	webhook_set_ready(s->webhook, true);
	log_info("ready");
}
