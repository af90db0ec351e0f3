/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * webhook: the admission webhook: AdmissionReviews over HTTPS, judged by the policies in force.
 *
 *	struct webhook *w = webhook_new(&opts, &err);           // loads the policies
 *
 *	webhook_set_identity(w, identity);
 *	if (webhook_listen(w, STR("0.0.0.0:8443"), true, &err) < 0 || webhook_start(w, &err) < 0)
 *		...
 *	webhook_reload(w, &err);        // new policies; when they do not load, the old ones stay
 *	webhook_stop(w, 5000);
 *	webhook_free(w);
 *
 * POST /v1/admit and /v1/mutate; GET /healthz, /readyz, /metrics, /status, also without TLS on
 * loopback.
 *
 * An answer is there within `time_ms`: when it is not, or when too many wait, it is what
 * `decide.fail_closed` says, counted as late or busy. Bodies larger than `max_body` get 413, what
 * is no AdmissionReview 400: an API server takes both for a failed call, and does what its
 * failurePolicy says. Policies in force are immutable and swapped as a whole; nobody waits for a
 * lock to use them.
 */
#include "hub/webhook/decide.h"
#include "hub/webhook/decision_log.h"
#include "hub/webhook/metrics.h"
#include "hub/webhook/namespaces.h"
#include "policy/constraint/sync_store.h"

struct err;
struct policy_store;
struct tls_identity;
struct webhook;

#define WEBHOOK_TIME_MS 2500u
/*
 * What an API server takes for an object (3 MiB), twice (the object that was), with each byte as
 * long as it gets in JSON ("\\u003c"): a smaller bound would be a way around rules that fail open.
 */
#define WEBHOOK_MAX_BODY (32u << 20)

/* Policies and all that they refer to; the webhook frees both. */
struct webhook_policy {
	struct library *library;
	struct arena *arena;
};

struct webhook_opts {
	/* Makes the policies; at the start and for each reload, in the thread that asks. */
	int (*load)(void *context, struct webhook_policy *out, struct err *err);
	/*
	 * A namespace that `namespaces` does not know; called by a worker, ends by `deadline_ms`.
	 * NULL: there is nobody to ask.
	 */
	const struct resource *(*look_up)(void *context, str name, int64_t deadline_ms,
					  struct arena *arena);
	void *context;
	struct decide_opts decide;		  /* what is the same for all requests */
	unsigned time_ms;			  /* 0: WEBHOOK_TIME_MS */
	size_t max_body;			  /* 0: WEBHOOK_MAX_BODY */
	unsigned workers, queue, max_connections; /* 0: as net/http_server.h says */
	bool wants_client;			  /* certificates of clients on /v1 */
	bool log_allowed;			  /* decisions without violation, too */
	struct decision_log *log;		  /* not owned; NULL: none */
	/* data.inventory; not owned. NULL: what the library has, and nobody asks what is missing.
	 */
	struct sync_store *store;
	/* For status and metrics; not owned. NULL: policies come from files alone. */
	struct policy_store *policies;
	/* After each change of the policies in force: what the store wants may be something else.
	 */
	void (*loaded)(void *context, struct library *library);
};

struct webhook *webhook_new(const struct webhook_opts *opts, struct err *err);
void webhook_free(struct webhook *w);
AUTO_PTR(webhook_free, struct webhook);

void webhook_set_identity(struct webhook *w, struct tls_identity *identity);
/* The port. */
int webhook_listen(struct webhook *w, str address, bool tls, struct err *err) MUST_USE;
int webhook_start(struct webhook *w, struct err *err) MUST_USE;
void webhook_stop(struct webhook *w, unsigned drain_ms);
int webhook_reload(struct webhook *w, struct err *err) MUST_USE;
/* Frees policies that nobody uses any more; now and then, by the thread that reloads. */
void webhook_tidy(struct webhook *w);
/* Whether /readyz says so: until then API servers should ask another replica. */
/* Before it is started: the version of the cluster, for the changes that are proposed. */
void webhook_set_kubernetes(struct webhook *w, unsigned minor);
void webhook_set_ready(struct webhook *w, bool ready);

struct metrics *webhook_metrics(struct webhook *w);
struct namespaces *webhook_namespaces(struct webhook *w);
void webhook_metrics_text(struct webhook *w, struct buf *out);

/*
 * One review without HTTP: for tests and benches. `worker` below the number of workers, used by one
 * thread at a time. -1: the body is no AdmissionReview.
 */
int webhook_review(struct webhook *w, enum metrics_endpoint endpoint, str body, unsigned worker,
		   int64_t deadline_ms, struct arena *arena, str *answer, struct err *err) MUST_USE;
