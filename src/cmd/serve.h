/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* serve: what the parts of the command share. */
#include "base/map.h"
#include "cmd/command.h"
#include "hub/webhook/cluster.h"
#include "hub/webhook/policy_store.h"
#include "hub/webhook/policy_sync.h"
#include "hub/webhook/sync.h"
#include "hub/webhook/webhook.h"
#include "policy/constraint/documents.h"

enum serve_option {
	SERVE_WEBHOOK,
	SERVE_LISTEN,
	SERVE_PLAIN,
	SERVE_TLS_CERT,
	SERVE_TLS_KEY,
	SERVE_TLS_DIR,
	SERVE_TLS_SECRET,
	SERVE_TLS_NAMES,
	SERVE_TLS_LIFE,
	SERVE_CLIENT_CA,
	SERVE_PARAMETERS,
	SERVE_POLICY,
	SERVE_PSS,
	SERVE_FAIL_CLOSED,
	SERVE_FIX,
	SERVE_EXPANSION,
	SERVE_AUDIT_ONLY,
	SERVE_NAMESPACE,
	SERVE_NAMESPACES,
	SERVE_CLUSTER,
	SERVE_CLUSTER_POLICIES,
	SERVE_KUBECONFIG,
	SERVE_CONTEXT,
	SERVE_CONFIGURATION,
	SERVE_CLUSTER_NAME,
	SERVE_EXTERNAL,
	SERVE_TIME_LIMIT,
	SERVE_MAX_BODY,
	SERVE_WORKERS,
	SERVE_QUEUE,
	SERVE_CONNECTIONS,
	SERVE_LOG,
	SERVE_LOG_SIZE,
	SERVE_LOG_FILES,
	SERVE_LOG_ALLOWED,
	SERVE_SYNC_MEMORY,
	SERVE_OPTION_COUNT
};
extern const struct option_spec serve_options[SERVE_OPTION_COUNT];

struct serve {
	struct invocation *in;
	struct webhook *webhook;
	struct decision_log *log; /* or NULL */
	struct cluster *cluster;  /* NULL: no API server is asked */
	struct certificate_store
		store;		      /* of our own certificates; read NULL: they come from files */
	uint64_t identity;	      /* hash of what is in use */
	uint64_t fingerprint;	      /* of all files that are read again */
	int64_t look_again;	      /* at the certificates, wall clock */
	struct sync_store *inventory; /* data.inventory */
	struct sync *sync;	      /* fills it; NULL: no API server is asked */
	size_t sync_memory;
	struct policy_store *policies; /* of the cluster; NULL: of files alone */
	struct policy_sync *policy_sync;
	struct map told;   /* kind to the state that was logged last */
	size_t unsynced;   /* templates that need what nobody syncs */
	int64_t settle_by; /* of time_mono_ms: ready then, whatever is there */
	bool ready;
};

/* For the webhook: a namespace that it does not know. */
const struct resource *serve_look_up(void *context, str name, int64_t deadline_ms,
				     struct arena *arena);
/* Policies from the files that the options name. */
int serve_load(void *context, struct webhook_policy *out, struct err *err);
/* New policies are in force: which kinds they want to see. */
void serve_loaded(void *context, struct library *library);
/* Begins to fill data.inventory, where there is a cluster. */
int serve_sync_start(struct serve *s, const char *kubeconfig, const char *context,
		     struct err *err) MUST_USE;
/* The same for policies that live in the cluster, where they are wanted. */
void serve_policies_start(struct serve *s, const char *kubeconfig, const char *context);
/* Watches the kinds that there are now, logs what has changed; true: policies are to be loaded. */
bool serve_policies_tell(struct serve *s);
/* Logs what has changed; ready once everything wanted was read, or cannot be. */
void serve_sync_tell(struct serve *s);
void serve_be_ready(struct serve *s);
/* Namespaces of a file into the webhook's table. */
int serve_load_namespaces(struct serve *s, struct err *err) MUST_USE;
/* The certificate as the options say, into use; sets look_again. */
int serve_identity(struct serve *s, struct err *err) MUST_USE;
/* Runs until it is told to end (SIGTERM, SIGINT); `signals` comes from signalfd. */
int serve_run(struct serve *s, int signals, struct err *err) MUST_USE;
