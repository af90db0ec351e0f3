/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/webhook.h"

#include <errno.h>
#include <time.h>

#include "base/err.h"
#include "base/time.h"
#include "hub/webhook/admission_request.h"
#include "hub/webhook/policy_store.h"
#include "hub/webhook/sync.h"
#include "net/tls_identity.h"
#include "policy/builtin.h"

#define ANSWER_MAX  (24u << 20)
#define METRICS_MAX (4u << 20)
#define WORKERS_MAX 64u
#define RETIRED_MAX 64u

struct webhook {
	struct webhook_opts opts;
	struct http_server *server;
	struct http_route routes[6];
	struct metrics metrics;
	struct namespaces *namespaces;
	_Atomic(struct webhook_policy *) policy;
	/* What each worker uses right now, so that it is not freed under it. */
	_Atomic(struct webhook_policy *) in_use[WORKERS_MAX];
	struct builtin_cache *caches[WORKERS_MAX];
	/* Of the thread that reloads: no longer in force, perhaps still in use. */
	struct webhook_policy *retired[RETIRED_MAX];
	size_t retired_n;
	atomic_bool ready;
};

/* ---- policies in force --------------------------------------------------------------------- */

static void policy_free(struct webhook_policy *policy)
{
	if (!policy)
		return;
	library_unref(policy->library);
	arena_free(policy->arena);
	free(policy);
}

static struct webhook_policy *policy_use(struct webhook *w, unsigned worker)
{
	struct webhook_policy *policy;

	do {
		policy = atomic_load(&w->policy);
		atomic_store(&w->in_use[worker], policy);
	} while (policy != atomic_load(&w->policy));
	return policy;
}

static void policy_leave(struct webhook *w, unsigned worker)
{
	atomic_store(&w->in_use[worker], NULL);
}

static bool is_used(struct webhook *w, const struct webhook_policy *policy)
{
	for (unsigned i = 0; i < WORKERS_MAX; i++) {
		if (atomic_load(&w->in_use[i]) == policy)
			return true;
	}
	return false;
}

void webhook_tidy(struct webhook *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->retired_n; i++) {
		if (is_used(w, w->retired[i]))
			w->retired[kept++] = w->retired[i];
		else
			policy_free(w->retired[i]);
	}
	w->retired_n = kept;
}

int webhook_reload(struct webhook *w, struct err *err)
{
	struct webhook_policy *policy = mem_zalloc(sizeof(*policy)), *old;

	webhook_tidy(w);
	if (w->retired_n == RETIRED_MAX) {
		free(policy);
		return err_set(err, ERR_LIMIT, "too many policies are still in use");
	}
	if (w->opts.load(w->opts.context, policy, err) < 0) {
		free(policy);
		atomic_fetch_add(&w->metrics.reload_failures, 1);
		return -1;
	}
	atomic_store(&w->metrics.policy_loaded, time_now());
	atomic_store(&w->metrics.policy_rules,
		     constraint_set_constraints(library_admission(policy->library)->constraints));
	old = atomic_exchange(&w->policy, policy);
	if (old) {
		atomic_fetch_add(&w->metrics.reloads, 1);
		w->retired[w->retired_n++] = old;
	}
	webhook_tidy(w);
	if (w->opts.loaded)
		w->opts.loaded(w->opts.context, policy->library);
	return 0;
}

/* ---- reviews ------------------------------------------------------------------------------- */

static uint64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static bool worth_a_line(const struct webhook *w, const struct decision *d)
{
	return w->opts.log_allowed || d->n + d->dropped > 0 || d->bypass.n > 0 ||
	       d->verdict != VERDICT_ALLOWED;
}

/* Counts and logs; the answer's text. */
static str conclude(struct webhook *w, enum metrics_endpoint endpoint,
		    const struct admission_request *request, const struct decision *d,
		    uint64_t began, struct arena *arena)
{
	struct decision_record record = { .request = request,
					  .decision = d,
					  .endpoint =
						  endpoint == METRICS_ADMIT ? "admit" : "mutate",
					  .now = time_now() };
	struct buf b;
	str text;

	buf_init(&b, ANSWER_MAX);
	admission_answer_write(request, &d->answer, &b);
	text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	record.us = now_us() - began;
	metrics_request(&w->metrics, endpoint, d, record.us);
	if (request->dry_run)
		atomic_fetch_add(&w->metrics.dry_run, 1);
	if (w->opts.log && worth_a_line(w, d))
		decision_log_put(w->opts.log, decision_record_line(&record, arena));
	return text;
}

static const struct resource *namespace_of(struct webhook *w,
					   const struct admission_request *request,
					   int64_t deadline_ms, struct arena *arena)
{
	const struct resource *found;

	if (str_empty(request->namespace) || request->nothing.n > 0 ||
	    resource_is_namespace(review_object(&request->review)))
		return NULL;
	found = namespaces_get(w->namespaces, request->namespace, arena);
	if (!found && w->opts.look_up)
		found = w->opts.look_up(w->opts.context, request->namespace, deadline_ms, arena);
	return found;
}

int webhook_review(struct webhook *w, enum metrics_endpoint endpoint, str body, unsigned worker,
		   int64_t deadline_ms, struct arena *arena, str *answer, struct err *err)
{
	uint64_t began = now_us();
	struct admission_request request;
	struct decide_opts opts = w->opts.decide;
	struct webhook_policy *policy;
	AUTO(sync_view_unref)
	struct sync_view *view = NULL; /* texts of the decision may be its own */
	struct decision d;

	if (admission_request_read(body, arena, &request, err) < 0) {
		atomic_fetch_add(&w->metrics.malformed, 1);
		return -1;
	}
	opts.deadline_ms = deadline_ms;
	opts.cache = w->caches[worker];
	opts.namespace = namespace_of(w, &request, deadline_ms, arena);
	if (w->opts.store && endpoint == METRICS_ADMIT)
		opts.view = view = sync_store_view(w->opts.store);
	policy = policy_use(w, worker);
	if (endpoint == METRICS_ADMIT)
		decide_validate(policy->library, &request, &opts, arena, &d);
	else
		decide_mutate(policy->library, &request, &opts, arena, &d);
	*answer = conclude(w, endpoint, &request, &d, began, arena);
	policy_leave(w, worker); /* texts of the decision may be the policy's */
	return 0;
}

static void handle(struct webhook *w, enum metrics_endpoint endpoint,
		   const struct http_server_request *request, struct http_server_answer *answer)
{
	/* A little less than the server gives, so that this answer is the one that is sent. */
	int64_t deadline = request->deadline_ms - 50;
	struct err err;

	answer->content_type = STR("application/json");
	if (webhook_review(w, endpoint, request->body, request->worker, deadline, request->arena,
			   &answer->body, &err) == 0)
		return;
	answer->status = 400;
	answer->content_type = STR_EMPTY;
	answer->body = str_fmt(request->arena, "%s\n", err.msg);
}

static void admit(void *context, const struct http_server_request *request,
		  struct http_server_answer *answer)
{
	handle(context, METRICS_ADMIT, request, answer);
}

static void mutate_object(void *context, const struct http_server_request *request,
			  struct http_server_answer *answer)
{
	handle(context, METRICS_MUTATE, request, answer);
}

/* Nobody judged it in time: the answer that the failure setting gives. */
static void refuse(void *context, const struct http_server_request *request, enum http_refusal why,
		   struct http_server_answer *answer)
{
	struct webhook *w = context;
	enum metrics_endpoint endpoint =
		str_eq(request->path, STR("/v1/mutate")) ? METRICS_MUTATE : METRICS_ADMIT;
	uint64_t began = now_us();
	struct admission_request admission;
	struct decision d;
	struct err err;

	if (admission_request_read(request->body, request->arena, &admission, &err) < 0) {
		atomic_fetch_add(&w->metrics.malformed, 1);
		answer->status = 400;
		answer->body = str_fmt(request->arena, "%s\n", err.msg);
		return;
	}
	atomic_fetch_add(why == HTTP_REFUSED_LATE ? &w->metrics.late : &w->metrics.busy, 1);
	decide_not(&w->opts.decide,
		   why == HTTP_REFUSED_LATE ? STR("seawall: not judged within its time")
					    : STR("seawall: not judged: too many requests"),
		   &d);
	answer->content_type = STR("application/json");
	answer->body = conclude(w, endpoint, &admission, &d, began, request->arena);
}

/* ---- health and metrics -------------------------------------------------------------------- */

static void healthz(void *context, const struct http_server_request *request,
		    struct http_server_answer *answer)
{
	(void)context, (void)request;
	answer->body = STR("ok\n");
}

static void readyz(void *context, const struct http_server_request *request,
		   struct http_server_answer *answer)
{
	struct webhook *w = context;

	(void)request;
	answer->body = atomic_load(&w->ready) ? STR("ok\n") : STR("not ready\n");
	answer->status = atomic_load(&w->ready) ? 200 : 503;
}

void webhook_metrics_text(struct webhook *w, struct buf *out)
{
	struct metrics_more more = { .namespaces = namespaces_count(w->namespaces) };

	http_server_count(w->server, &more.server);
	decision_log_count(w->opts.log, &more.log_written, &more.log_dropped);
	metrics_write(&w->metrics, &more, out);
	if (w->opts.store)
		sync_metrics(w->opts.store, out);
	if (w->opts.policies)
		policy_store_metrics(w->opts.policies, out);
}

static void put_policies(struct webhook *w, struct json_writer *j)
{
	JSON_KEY(j, "policies");
	json_open_object(j);
	json_kv_u64(j, STR("constraints"), atomic_load(&w->metrics.policy_rules));
	json_kv_i64(j, STR("loaded"), atomic_load(&w->metrics.policy_loaded));
	json_kv_u64(j, STR("reload_failures"), atomic_load(&w->metrics.reload_failures));
	json_close_object(j);
}

static void status(void *context, const struct http_server_request *request,
		   struct http_server_answer *answer)
{
	struct webhook *w = context;
	struct json_writer j;
	struct buf b;

	buf_init(&b, METRICS_MAX);
	json_writer_init(&j, &b, 2);
	json_open_object(&j);
	json_kv_bool(&j, STR("ready"), atomic_load(&w->ready));
	put_policies(w, &j);
	if (w->opts.store) {
		JSON_KEY(&j, "inventory");
		sync_status_write(w->opts.store, &j);
	}
	if (w->opts.policies) {
		JSON_KEY(&j, "cluster_policies");
		policy_store_status(w->opts.policies, &j);
	}
	json_close_object(&j);
	buf_byte(&b, '\n');
	answer->content_type = STR("application/json");
	answer->body = str_dup(request->arena, buf_str(&b));
	buf_done(&b);
}

static void metrics(void *context, const struct http_server_request *request,
		    struct http_server_answer *answer)
{
	struct buf b;

	buf_init(&b, METRICS_MAX);
	webhook_metrics_text(context, &b);
	answer->content_type = STR("text/plain; version=0.0.4; charset=utf-8");
	answer->body = str_dup(request->arena, buf_str(&b));
	buf_done(&b);
}

/* ---- life ---------------------------------------------------------------------------------- */

static void make_routes(struct webhook *w)
{
	struct http_route review = { .method = "POST",
				     .max_body = w->opts.max_body,
				     .time_ms = w->opts.time_ms,
				     .client = w->opts.wants_client,
				     .refuse = refuse };

	w->routes[0] = w->routes[1] = review;
	w->routes[0].path = "/v1/admit";
	w->routes[0].handle = admit;
	w->routes[1].path = "/v1/mutate";
	w->routes[1].handle = mutate_object;
	w->routes[2] = (struct http_route){
		.method = "GET", .path = "/healthz", .quick = true, .plain = true, .handle = healthz
	};
	w->routes[3] = (struct http_route){
		.method = "GET", .path = "/readyz", .quick = true, .plain = true, .handle = readyz
	};
	w->routes[4] = (struct http_route){
		.method = "GET", .path = "/metrics", .quick = true, .plain = true, .handle = metrics
	};
	w->routes[5] = (struct http_route){
		.method = "GET", .path = "/status", .quick = true, .plain = true, .handle = status
	};
}

struct webhook *webhook_new(const struct webhook_opts *opts, struct err *err)
{
	struct webhook *w = mem_zalloc(sizeof(*w));
	struct http_server_opts server = { .routes = w->routes,
					   .routes_n = ARRAY_LEN(w->routes),
					   .context = w,
					   .workers = opts->workers,
					   .queue = opts->queue,
					   .max_connections = opts->max_connections };

	w->opts = *opts;
	w->opts.time_ms = opts->time_ms ? opts->time_ms : WEBHOOK_TIME_MS;
	w->opts.max_body = opts->max_body ? opts->max_body : WEBHOOK_MAX_BODY;
	metrics_init(&w->metrics);
	w->namespaces = namespaces_new();
	make_routes(w);
	w->server = http_server_new(&server);
	for (unsigned i = 0; i < http_server_workers(w->server); i++)
		w->caches[i] = builtin_cache_new();
	if (webhook_reload(w, err) < 0) {
		webhook_free(w);
		return NULL;
	}
	return w;
}

void webhook_free(struct webhook *w)
{
	if (!w)
		return;
	http_server_stop(w->server, 0);
	http_server_free(w->server);
	webhook_tidy(w);
	policy_free(atomic_load(&w->policy));
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		builtin_cache_free(w->caches[i]);
	namespaces_free(w->namespaces);
	metrics_done(&w->metrics);
	free(w);
}

void webhook_set_identity(struct webhook *w, struct tls_identity *identity)
{
	http_server_set_identity(w->server, identity);
	atomic_store(&w->metrics.certificate_until, tls_identity_until(identity));
	atomic_fetch_add(&w->metrics.rotations, 1);
}

int webhook_listen(struct webhook *w, str address, bool tls, struct err *err)
{
	return http_server_listen(w->server, address, tls, err);
}

int webhook_start(struct webhook *w, struct err *err) { return http_server_start(w->server, err); }

void webhook_stop(struct webhook *w, unsigned drain_ms)
{
	webhook_set_ready(w, false);
	http_server_stop(w->server, drain_ms);
}

void webhook_set_kubernetes(struct webhook *w, unsigned minor)
{
	w->opts.decide.kubernetes_minor = minor;
}

void webhook_set_ready(struct webhook *w, bool ready) { atomic_store(&w->ready, ready); }

struct metrics *webhook_metrics(struct webhook *w) { return &w->metrics; }
struct namespaces *webhook_namespaces(struct webhook *w) { return w->namespaces; }
