/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/metrics.h"

#include <inttypes.h>

static const char *const endpoint_names[METRICS_ENDPOINTS] = { "admit", "mutate" };
/* Upper ends in microseconds. */
static const uint32_t bounds[METRICS_BUCKETS] = { 50,	  100,	  250,	   500,	   1000,
						  2500,	  5000,	  10000,   25000,  100000,
						  250000, 500000, 1000000, 2500000 };

void metrics_init(struct metrics *m)
{
	memset(m, 0, sizeof(*m));
	(void)pthread_mutex_init(&m->lock, NULL);
	m->arena = arena_new();
	map_init(&m->rules, m->arena);
}

void metrics_done(struct metrics *m)
{
	arena_free(m->arena);
	(void)pthread_mutex_destroy(&m->lock);
}

static void count_finding(struct metrics *m, const struct finding *f, struct arena *scratch)
{
	str key = str_fmt(scratch, "%.*s\n%s", STR_ARG(f->rule), f->action);
	uint64_t **slot;

	if (f->failed)
		atomic_fetch_add(&m->unjudged, 1);
	(void)pthread_mutex_lock(&m->lock);
	if (m->rules.n >= METRICS_MAX_RULES && !map_has(&m->rules, key)) {
		m->others++;
	} else {
		slot = (uint64_t **)map_slot(&m->rules, key);
		if (!*slot)
			*slot = ARENA_NEW(m->arena, uint64_t);
		++**slot;
	}
	(void)pthread_mutex_unlock(&m->lock);
}

void metrics_request(struct metrics *m, enum metrics_endpoint endpoint, const struct decision *d,
		     uint64_t us)
{
	size_t bucket = 0;

	while (bucket < METRICS_BUCKETS && us > bounds[bucket])
		bucket++;
	atomic_fetch_add(&m->buckets[endpoint][bucket], 1);
	atomic_fetch_add(&m->sum_us[endpoint], us);
	atomic_fetch_add(&m->requests[endpoint][d->verdict], 1);
	if (d->bypass.n > 0)
		atomic_fetch_add(&m->bypassed, 1);
	if (d->excluded)
		atomic_fetch_add(&m->excluded, 1);
	if (d->n > 0) {
		AUTO(arena_free)
		struct arena *scratch = arena_new();

		for (size_t i = 0; i < d->n; i++)
			count_finding(m, &d->items[i], scratch);
	}
}

/* ---- the text ------------------------------------------------------------------------------ */

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_fmt(b, "# HELP seawall_webhook_%s %s\n# TYPE seawall_webhook_%s %s\n", name, help, name,
		type);
}

static void one(struct buf *b, const char *name, const char *type, const char *help, int64_t value)
{
	head(b, name, type, help);
	buf_fmt(b, "seawall_webhook_%s %" PRId64 "\n", name, value);
}

static void counter(struct buf *b, const char *name, const char *help, uint64_t value)
{
	one(b, name, "counter", help, (int64_t)value);
}

static void put_requests(struct metrics *m, struct buf *b)
{
	head(b, "requests_total", "counter", "Reviews by what came of them.");
	for (size_t e = 0; e < METRICS_ENDPOINTS; e++) {
		for (size_t v = 0; v < VERDICT_COUNT; v++)
			buf_fmt(b,
				"seawall_webhook_requests_total{endpoint=\"%s\",result=\"%s\"} "
				"%" PRIu64 "\n",
				endpoint_names[e], verdict_name((enum verdict)v),
				atomic_load(&m->requests[e][v]));
	}
}

static void put_latency(struct metrics *m, struct buf *b)
{
	head(b, "duration_seconds", "histogram", "Time from the whole request to the answer.");
	for (size_t e = 0; e < METRICS_ENDPOINTS; e++) {
		uint64_t sum = 0, us = atomic_load(&m->sum_us[e]);

		for (size_t i = 0; i <= METRICS_BUCKETS; i++) {
			sum += atomic_load(&m->buckets[e][i]);
			buf_fmt(b, "seawall_webhook_duration_seconds_bucket{endpoint=\"%s\",le=\"",
				endpoint_names[e]);
			if (i < METRICS_BUCKETS)
				buf_fmt(b, "%u.%06u", bounds[i] / 1000000, bounds[i] % 1000000);
			else
				BUF_LIT(b, "+Inf");
			buf_fmt(b, "\"} %" PRIu64 "\n", sum);
		}
		buf_fmt(b,
			"seawall_webhook_duration_seconds_sum{endpoint=\"%s\"} %" PRIu64
			".%06" PRIu64 "\nseawall_webhook_duration_seconds_count{endpoint=\"%s\"} "
			"%" PRIu64 "\n",
			endpoint_names[e], us / 1000000, us % 1000000, endpoint_names[e], sum);
	}
}

static void put_label(struct buf *b, str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_byte(b, '\\');
		buf_byte(b, text.p[i] == '\n' ? ' ' : text.p[i]);
	}
}

static void put_violations(struct metrics *m, struct buf *b)
{
	head(b, "violations_total", "counter", "Violations by rule and what was done.");
	(void)pthread_mutex_lock(&m->lock);
	MAP_EACH (&m->rules, entry) {
		str rule, action;

		if (!str_cut(entry->key, '\n', &rule, &action))
			continue;
		BUF_LIT(b, "seawall_webhook_violations_total{rule=\"");
		put_label(b, rule);
		buf_fmt(b, "\",action=\"%.*s\"} %" PRIu64 "\n", STR_ARG(action),
			*(const uint64_t *)entry->value);
	}
	if (m->others > 0)
		buf_fmt(b,
			"seawall_webhook_violations_total{rule=\"other\",action=\"any\"} %" PRIu64
			"\n",
			m->others);
	(void)pthread_mutex_unlock(&m->lock);
}

static void put_server(const struct http_server_counts *s, struct buf *b)
{
	counter(b, "connections_total", "Connections accepted.", s->accepted);
	one(b, "connections", "gauge", "Connections open now.", (int64_t)s->open);
	counter(b, "http_requests_total", "Requests of any kind.", s->requests);
	one(b, "queue", "gauge", "Requests that wait for a worker.", (int64_t)s->waiting);
	one(b, "running", "gauge", "Requests that are being handled.", (int64_t)s->running);
	one(b, "body_bytes", "gauge", "Bytes of bodies in memory.", (int64_t)s->body_bytes);
	head(b, "refused_total", "counter", "What was turned away before any review, by reason.");
	for (int i = 0; i < HTTP_REFUSED_COUNT; i++)
		buf_fmt(b, "seawall_webhook_refused_total{reason=\"%s\"} %" PRIu64 "\n",
			http_refusal_name((enum http_refusal)i), s->refused[i]);
}

void metrics_write(struct metrics *m, const struct metrics_more *more, struct buf *b)
{
	put_requests(m, b);
	put_latency(m, b);
	put_violations(m, b);
	counter(b, "malformed_total", "Bodies that are no AdmissionReview.",
		atomic_load(&m->malformed));
	counter(b, "late_total", "Reviews answered by the failure setting: time.",
		atomic_load(&m->late));
	counter(b, "busy_total", "Reviews answered by the failure setting: queue.",
		atomic_load(&m->busy));
	counter(b, "policy_errors_total", "Rules that could not be judged.",
		atomic_load(&m->unjudged));
	counter(b, "bypassed_total", "Reviews in namespaces with a bypass label that counts.",
		atomic_load(&m->bypassed));
	counter(b, "excluded_total", "Reviews in namespaces that Gatekeeper's Config leaves out.",
		atomic_load(&m->excluded));
	counter(b, "dry_run_total", "Reviews of requests that are not stored.",
		atomic_load(&m->dry_run));
	put_server(&more->server, b);
	counter(b, "policy_reloads_total", "Policies loaded again.", atomic_load(&m->reloads));
	counter(b, "policy_reload_failures_total", "Policies that did not load; the old ones stay.",
		atomic_load(&m->reload_failures));
	one(b, "policy_loaded_timestamp_seconds", "gauge",
	    "When the policies in force were loaded.", atomic_load(&m->policy_loaded));
	one(b, "policy_constraints", "gauge", "Constraints in force.",
	    (int64_t)atomic_load(&m->policy_rules));
	one(b, "templates_unsynced", "gauge",
	    "Templates that need objects which no Config or SyncSet syncs.",
	    (int64_t)atomic_load(&m->templates_unsynced));
	one(b, "certificate_expiry_timestamp_seconds", "gauge", "End of the serving certificate.",
	    atomic_load(&m->certificate_until));
	counter(b, "certificate_rotations_total", "Serving certificates taken into use.",
		atomic_load(&m->rotations));
	counter(b, "certificate_failures_total", "Certificates that could not be had.",
		atomic_load(&m->rotation_failures));
	counter(b, "decision_log_records_total", "Decisions written.", more->log_written);
	counter(b, "decision_log_dropped_total", "Decisions that the log had no room for.",
		more->log_dropped);
	one(b, "namespaces", "gauge", "Namespaces whose labels are known.",
	    (int64_t)more->namespaces);
}
