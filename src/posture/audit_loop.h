/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * audit_loop: a cluster is followed: what changes is judged again, and only the differences are
 * told. It begins with a full pass, then watches each kind of object that a recommendation asks
 * about. Again comes
 *
 *	an object that changed, alone
 *	what lies in a namespace whose labels changed, when a rule looks at them
 *	the kinds that changed rules ask about, when the parameters change
 *	what looks at other objects (data.inventory), when one of these changed
 *	nothing but the states, when exceptions change or one expires
 *	everything, each `interval` (15 minutes), and what was read of the cluster itself with it
 *
 * and after at most AUDIT_SETTLE_MS the differences are told. A watch that breaks off goes on where
 * it was; one whose version is too old begins with a list (kube_watch). What is kept: the object
 * table and a version for each object.
 *
 *	struct audit_loop_opts opts = { .posture = posture, .kube = kube, .hooks = hooks, ... };
 *
 *	rc = audit_loop_run(&opts, &err);       // 0: told to stop
 *
 * Watches run on threads of their own, each with a client of its own; hooks are called on the
 * caller's thread. It ends when stop_fd is readable.
 */
#include "posture/posture.h"

struct json;
struct kube;
struct sync_store;

#define AUDIT_SETTLE_MS	     200u
#define AUDIT_INTERVAL_S     900
#define AUDIT_NAMESPACES_MAX 16u /* with --namespace; each has its own watches */

/* What made a difference. */
struct audit_cause {
	const char *
		kind; /* "object", "namespace", "parameters", "exceptions", "expiry", "full_pass" */
	const char *event; /* of objects: "added", "modified", "deleted"; else NULL */
	str object;	   /* its key, or the namespace */
};

struct audit_change {
	int64_t time;
	size_t recommendation;
	str resource;
	bool was, is; /* the resource was there before, is there now */
	enum assessed_state from, to;
	str message; /* the first finding or the reason; may be empty */
	struct audit_cause cause;
};

struct audit_score_change { /* of a control, by 0.01 or more */
	int64_t time;
	size_t control;
	double from, to;
};

struct audit_hooks {
	void *context;
	int (*change)(void *context, const struct audit_change *change, struct err *err);
	int (*score)(void *context, const struct audit_score_change *change, struct err *err);
	/* All differences of a moment were told; also after each full pass. The first call makes
	 * texts of the assessment while the watches wait, the second one writes them. */
	void (*render)(void *context, const struct assessment *a, bool first);
	int (*flush)(void *context, struct err *err);
	/* The head of the facts with what else is known of the cluster, in `arena`; or NULL. */
	const struct json *(*head)(void *context, const struct json *head, struct arena *arena);
	/* Something a person should know: a watch is broken, or goes on. */
	void (*note)(void *context, str text);
	/* Ends the clients: from here on calls of them fail with ERR_INTERRUPTED. */
	void (*stop)(void *context);
	/* A file that was named in opts.files changed: the library or exceptions to go on with,
	 * NULL where they stay. -1: they are malformed; the old ones stay, err is told as a note.
	 */
	int (*reload)(void *context, struct library **library, struct exception_set **exceptions,
		      struct err *err);
};

struct audit_loop_opts {
	struct posture *posture;
	struct kube *kube; /* with a watch_fd */
	const str *namespaces;
	size_t namespace_n;
	int64_t interval; /* seconds; 0: AUDIT_INTERVAL_S */
	int stop_fd;	  /* readable: stop */
	const str *files; /* whose change reloads */
	size_t file_n;
	struct exception_set *exceptions; /* for their expiry */
	/* Filled before, and kept up to date: what looks at it is judged again; NULL: nobody does.
	 */
	struct sync_store *inventory;
	struct audit_hooks hooks;
};

int audit_loop_run(const struct audit_loop_opts *opts, struct err *err) MUST_USE;
