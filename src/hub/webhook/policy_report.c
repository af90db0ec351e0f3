/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/policy_store.h"

#include <inttypes.h>

#include "hub/webhook/policy_store_internal.h"

#define NAMED_MAX 1000u /* in the status; the rest is counted */

static const char *const states[POLICY_KIND_STATES] = {
	[POLICY_KIND_WAITING] = "waiting",   [POLICY_KIND_READY] = "ready",
	[POLICY_KIND_FULL] = "full",	     [POLICY_KIND_BROKEN] = "broken",
	[POLICY_KIND_UNSERVED] = "unserved", [POLICY_KIND_FAILED] = "failed",
};
static const char *const verdicts[POLICY_VERDICTS] = {
	[POLICY_WAITING] = "waiting",	       [POLICY_IN_FORCE] = "in_force",
	[POLICY_OLDER] = "older_in_force",     [POLICY_NOT_LOADED] = "not_loaded",
	[POLICY_OF_FILE] = "replaced_by_file",
};

const char *policy_kind_state_name(enum policy_kind_state state) { return states[state]; }
const char *policy_verdict_name(enum policy_verdict verdict) { return verdicts[verdict]; }

static str reason_of(const char *reason) { return str_c(reason ? reason : ""); }

/* ---- what is new ----------------------------------------------------------------------------- */

static str object_text(const struct policy_object *o, struct arena *arena)
{
	return o->namespace[0] ? str_fmt(arena, "%s %s/%s", o->kind->name, o->namespace, o->name)
			       : str_fmt(arena, "%s %s", o->kind->name, o->name);
}

size_t policy_store_news(struct policy_store *s, struct arena *arena, struct policy_told **out)
{
	size_t n = 0;

	(void)pthread_mutex_lock(&s->lock);
	*out = ARENA_ARRAY(arena, struct policy_told, s->kinds_n + s->n + 1);
	for (size_t i = 0; i < s->kinds_n; i++) {
		struct policy_kind *k = s->kinds[i];

		if (k->told || k->state == POLICY_KIND_WAITING)
			continue;
		k->told = true;
		(*out)[n++] = (struct policy_told){
			.is_kind = true,
			.what = str_fmt(arena, "%s/%s", k->group, k->name),
			.reason = str_dup(arena, reason_of(k->reason)),
			.state = k->state,
			.objects = k->objects,
		};
	}
	MAP_EACH (&s->map, m) {
		struct policy_object *o = m->value;

		if (!o || o->told || o->verdict == POLICY_WAITING)
			continue;
		o->told = true;
		(*out)[n++] = (struct policy_told){
			.what = object_text(o, arena),
			.reason = str_dup(arena, reason_of(o->reason)),
			.verdict = o->verdict,
		};
	}
	(void)pthread_mutex_unlock(&s->lock);
	return n;
}

/* ---- metrics --------------------------------------------------------------------------------- */

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_fmt(b, "# HELP seawall_webhook_cluster_%s %s\n# TYPE seawall_webhook_cluster_%s %s\n",
		name, help, name, type);
}

static void count(const struct policy_store *s, size_t *by_verdict, size_t *by_state,
		  uint64_t *refused)
{
	for (size_t i = 0; i < s->kinds_n; i++) {
		by_state[s->kinds[i]->state]++;
		*refused += s->kinds[i]->refused;
	}
	MAP_EACH (&s->map, m) {
		const struct policy_object *o = m->value;

		if (o)
			by_verdict[o->verdict]++;
	}
}

void policy_store_metrics(struct policy_store *s, struct buf *b)
{
	size_t by_verdict[POLICY_VERDICTS] = { 0 }, by_state[POLICY_KIND_STATES] = { 0 };
	uint64_t refused = 0;

	(void)pthread_mutex_lock(&s->lock);
	count(s, by_verdict, by_state, &refused);
	head(b, "policies", "gauge", "Policies of the cluster by what became of them.");
	for (size_t i = 0; i < POLICY_VERDICTS; i++)
		buf_fmt(b, "seawall_webhook_cluster_policies{state=\"%s\"} %zu\n", verdicts[i],
			by_verdict[i]);
	head(b, "policy_kinds", "gauge", "Kinds of policies that are watched, by state.");
	for (size_t i = 0; i < POLICY_KIND_STATES; i++)
		buf_fmt(b, "seawall_webhook_cluster_policy_kinds{state=\"%s\"} %zu\n", states[i],
			by_state[i]);
	head(b, "policy_bytes", "gauge", "Memory of these policies.");
	buf_fmt(b, "seawall_webhook_cluster_policy_bytes %zu\n", s->bytes);
	head(b, "policies_refused", "gauge", "Policies over the limits, that are not in force.");
	buf_fmt(b, "seawall_webhook_cluster_policies_refused %" PRIu64 "\n", refused);
	head(b, "policy_kinds_refused", "gauge", "Kinds over the limit, that are not watched.");
	buf_fmt(b, "seawall_webhook_cluster_policy_kinds_refused %" PRIu64 "\n", s->kinds_refused);
	head(b, "policy_loads_total", "counter", "How often they were loaded.");
	buf_fmt(b, "seawall_webhook_cluster_policy_loads_total %" PRIu64 "\n", s->loads);
	(void)pthread_mutex_unlock(&s->lock);
}

/* ---- status ---------------------------------------------------------------------------------- */

static void put_kinds(const struct policy_store *s, struct json_writer *w)
{
	JSON_KEY(w, "kinds");
	json_open_array(w);
	for (size_t i = 0; i < s->kinds_n; i++) {
		const struct policy_kind *k = s->kinds[i];

		json_open_object(w);
		json_kv_str(w, STR("group"), str_c(k->group));
		json_kv_str(w, STR("kind"), str_c(k->name));
		json_kv_str(w, STR("state"), str_c(states[k->state]));
		json_kv_opt(w, STR("reason"), reason_of(k->reason));
		json_kv_u64(w, STR("objects"), k->objects);
		json_kv_u64(w, STR("lists"), k->lists);
		json_kv_u64(w, STR("events"), k->events);
		json_kv_u64(w, STR("refused"), k->refused);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_object(const struct policy_object *o, struct json_writer *w)
{
	json_open_object(w);
	json_kv_str(w, STR("kind"), str_c(o->kind->name));
	json_kv_opt(w, STR("namespace"), str_c(o->namespace));
	json_kv_str(w, STR("name"), str_c(o->name));
	json_kv_str(w, STR("state"), str_c(verdicts[o->verdict]));
	json_kv_opt(w, STR("reason"), reason_of(o->reason));
	json_close_object(w);
}

static void put_others(const struct policy_store *s, struct json_writer *w)
{
	size_t n = 0;

	JSON_KEY(w, "not_in_force");
	json_open_array(w);
	MAP_EACH (&s->map, m) {
		const struct policy_object *o = m->value;

		if (o && o->verdict != POLICY_IN_FORCE && n++ < NAMED_MAX)
			put_object(o, w);
	}
	json_close_array(w);
	json_kv_u64(w, STR("not_named"), n > NAMED_MAX ? n - NAMED_MAX : 0);
}

void policy_store_status(struct policy_store *s, struct json_writer *w)
{
	size_t by_verdict[POLICY_VERDICTS] = { 0 }, by_state[POLICY_KIND_STATES] = { 0 };
	uint64_t refused = 0;

	(void)pthread_mutex_lock(&s->lock);
	count(s, by_verdict, by_state, &refused);
	json_open_object(w);
	for (size_t i = 0; i < POLICY_VERDICTS; i++)
		json_kv_u64(w, str_c(verdicts[i]), by_verdict[i]);
	json_kv_opt(w, STR("error"), reason_of(s->error));
	json_kv_u64(w, STR("bytes"), s->bytes);
	json_kv_u64(w, STR("max_bytes"), s->max_bytes);
	json_kv_u64(w, STR("refused"), refused);
	json_kv_u64(w, STR("refused_kinds"), s->kinds_refused);
	put_kinds(s, w);
	put_others(s, w);
	json_close_object(w);
	(void)pthread_mutex_unlock(&s->lock);
}
