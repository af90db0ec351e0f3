/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * metrics: what the webhook counts, as Prometheus reads it. Counting is free of locks but for
 * violations, which are rare.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/map.h"
#include "hub/webhook/decide.h"
#include "net/http_server.h"

#define METRICS_MAX_RULES 5000u /* told apart; the rest counts as "other" */
#define METRICS_BUCKETS	  14u

enum metrics_endpoint { METRICS_ADMIT, METRICS_MUTATE, METRICS_ENDPOINTS };

struct metrics {
	_Atomic uint64_t requests[METRICS_ENDPOINTS][VERDICT_COUNT];
	_Atomic uint64_t buckets[METRICS_ENDPOINTS][METRICS_BUCKETS + 1]; /* the last: above all */
	_Atomic uint64_t sum_us[METRICS_ENDPOINTS];
	_Atomic uint64_t malformed, late, busy, bypassed, excluded, dry_run, unjudged;
	_Atomic uint64_t reloads, reload_failures, rotations, rotation_failures;
	_Atomic int64_t certificate_until, policy_loaded;
	_Atomic uint64_t policy_rules, templates_unsynced;
	pthread_mutex_t lock; /* of what follows */
	struct arena *arena;
	struct map rules; /* "rule\naction" to its count */
	uint64_t others;
};

void metrics_init(struct metrics *m);
void metrics_done(struct metrics *m);
void metrics_request(struct metrics *m, enum metrics_endpoint endpoint, const struct decision *d,
		     uint64_t us);

/* What is counted elsewhere. */
struct metrics_more {
	struct http_server_counts server;
	uint64_t log_written, log_dropped;
	uint64_t namespaces;
};
void metrics_write(struct metrics *m, const struct metrics_more *more, struct buf *out);
