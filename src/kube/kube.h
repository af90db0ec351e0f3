/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kube: a client of the Kubernetes API: one question, lists in pages, watches, discovery.
 *
 *	const struct kube_opts opts = { .context = "prod" };
 *	AUTO(kube_close) struct kube *kube = kube_open(&opts, &err);
 *	struct kube_catalog catalog;
 *	const struct kube_resource *pods;
 *
 *	if (!kube || kube_discover(kube, arena, &catalog, &err) < 0)
 *		return -1;
 *	pods = kube_catalog_find(&catalog, STR(""), STR("pods"));
 *	if (pods && kube_list(kube, pods, NULL, take_pod, context, arena, &result, &err) < 0)
 *		return -1;
 *
 * Where the cluster is and who we are comes from kubeconfig files or the account of the pod we run
 * in (kube/kubeconfig.h says how). Tokens are read again when their file may have changed, a
 * credential plug-in is started again when its answer expires or the server says 401.
 *
 * A client keeps its connection and belongs to one thread at a time; kube_clone makes another.
 * A client with `watch_fd` ends what it does with ERR_INTERRUPTED once nobody reads that pipe.
 *
 * Errors are one line that says what was asked and what to do:
 *	ERR_DENIED (code 401, 403)  "no right to list pods in all namespaces (User "dev")"
 *	ERR_NOT_FOUND (404)         the object or the resource is not there
 *	ERR_NETWORK                 not reachable, certificate, 429 and 5xx tried in vain (code)
 *	ERR_LIMIT, ERR_INPUT        the answer is too large, or is not what a Kubernetes API says
 * Refused connections, 429, 502, 503 and 504 are tried again KUBE_RETRIES times, waiting longer
 * each time or as long as Retry-After says.
 */
#include "base/arena.h"
#include "base/json.h"

struct err;
struct kube;

#define KUBE_TIMEOUT_S	  60u /* of one answer */
#define KUBE_RETRIES	  4u
#define KUBE_ANSWER_MAX	  (64u << 20) /* of an answer that is held whole */
#define KUBE_OBJECT_MAX	  (16u << 20) /* of one object of a list or watch; etcd takes 1.5 MiB */
#define KUBE_OBJECT_DEPTH 100u
#define KUBE_LIST_MAX	  (16ull << 30) /* bytes of one list, all pages */
#define KUBE_PAGE	  500u		/* objects asked for at a time */
#define KUBE_LIST_OBJECTS 4000000u	/* of one list */
#define KUBE_WATCH_S	  300u		/* asked of the server, and up to twice that */
#define KUBE_GROUPS_MAX	  2000u
#define KUBE_NAME_MAX	  512u

struct kube_opts {
	const char *kubeconfig; /* this file alone; NULL: $KUBECONFIG, ~/.kube/config, the pod's */
	const char *context;	/* NULL: the current one */
	unsigned timeout_s;	/* 0: KUBE_TIMEOUT_S */
	int64_t deadline_ms;	/* of time_mono_ms, for whatever the client does; 0: none */
	int watch_fd;		/* the writing end of a pipe; 0 or -1: none */
	bool person; /* somebody reads standard error: plug-ins may speak there, and have longer */
};

/*
 * Reads the configuration; nothing is asked of the server yet. ERR_NOT_FOUND: there is no
 * configuration; ERR_INPUT, ERR_USAGE: it says which file, where in it, and what to do.
 */
struct kube *kube_open(const struct kube_opts *opts, struct err *err);
/* The same cluster and user with a connection of its own, for another thread. */
struct kube *kube_clone(const struct kube *kube);
void kube_close(struct kube *kube);
AUTO_PTR(kube_close, struct kube);

/* Of the configuration: names of context and cluster (may be empty), address as shown to people. */
str kube_context(const struct kube *kube);
str kube_cluster(const struct kube *kube);
str kube_server(const struct kube *kube);
/* Host and port of the address; does a proxy stand between? */
str kube_host(const struct kube *kube, unsigned *port);
bool kube_has_proxy(const struct kube *kube);
/* The namespace of the context, else "default". */
str kube_namespace(const struct kube *kube);
/* What a person must hear about the configuration: certificates not checked, keys that everybody
 * may read ... Texts of one line, they live as long as the client. */
const str *kube_warnings(const struct kube *kube, size_t *n);

/* ---- single questions ---------------------------------------------------------------------- */

/* GET of a path ("/api/v1/nodes/a?x=y"); the answer as JSON. */
int kube_get(struct kube *kube, str path, struct arena *arena, const struct json **out,
	     struct err *err) MUST_USE;
/* The same as text, whatever it is. */
int kube_get_text(struct kube *kube, str path, struct arena *arena, str *out,
		  struct err *err) MUST_USE;
enum kube_verb { KUBE_CREATE, KUBE_REPLACE, KUBE_PATCH, KUBE_DELETE };
/*
 * POST, PUT, PATCH, DELETE. `content_type`: of the body, empty: application/json; a patch is
 * "application/merge-patch+json", "application/json-patch+json" or
 * "application/apply-patch+yaml" (with ?fieldManager=). `out` may be NULL. A POST is not tried
 * again once it may have arrived. 409 is ERR_USAGE with that code.
 */
int kube_send(struct kube *kube, enum kube_verb verb, str path, str content_type, str body,
	      struct arena *arena, const struct json **out, struct err *err) MUST_USE;
/* The answer of /version. */
int kube_version(struct kube *kube, struct arena *arena, const struct json **out,
		 struct err *err) MUST_USE;
/*
 * Asks for `path` as nobody (no token, no certificate); *status is what comes: 401 when anonymous
 * requests are refused, 403 when they are known as system:anonymous without rights, 200 when
 * everybody may read.
 */
int kube_anonymous(struct kube *kube, str path, int *status, struct err *err) MUST_USE;

/* ---- discovery ----------------------------------------------------------------------------- */

struct kube_resource {
	str group;   /* "" is the core */
	str version; /* "v1" */
	str name;    /* "pods" */
	str kind;    /* "Pod" */
	bool namespaced;
	bool can_list, can_watch;
	bool preferred; /* the version that its group prefers for this resource */
};

struct kube_unread { /* a group that the server knows but that does not answer */
	str group_version, reason;
};

struct kube_catalog {
	struct kube_resource *items; /* by group, preferred versions first */
	size_t n;
	struct kube_unread *unread;
	size_t unread_n;
};

/* What the server serves: /api, /apis and each version of each group. */
int kube_discover(struct kube *kube, struct arena *arena, struct kube_catalog *out,
		  struct err *err) MUST_USE;
/* By group and name in the preferred version; NULL: not served (which is no error). */
const struct kube_resource *kube_catalog_find(const struct kube_catalog *catalog, str group,
					      str name);
/* By apiVersion ("apps/v1") and kind; NULL: not served. */
const struct kube_resource *kube_catalog_kind(const struct kube_catalog *catalog, str api_version,
					      str kind);
/*
 * One kind of one version ("apps/v1", "Deployment"), without asking for all others. ERR_NOT_FOUND:
 * it is not served.
 */
int kube_find_kind(struct kube *kube, str api_version, str kind, struct arena *arena,
		   struct kube_resource *out, struct err *err) MUST_USE;
/* "v1", "apps/v1". */
str kube_api_version(const struct kube_resource *resource, struct arena *arena);
/* "/apis/apps/v1/namespaces/a/deployments"; ns empty: all; name empty: the list. */
str kube_path(const struct kube_resource *resource, str ns, str name, struct arena *arena);

/* ---- lists --------------------------------------------------------------------------------- */

/*
 * Gets one object; it has apiVersion and kind, also where the server leaves them out. `arena` holds
 * the object and is emptied after the call: what is to stay is copied. -1 ends the list with err.
 */
typedef int kube_object_fn(void *context, const struct json *object, struct arena *arena,
			   struct err *err);

struct kube_list_opts {
	str ns; /* empty: all */
	str label_selector, field_selector;
	unsigned page;	    /* 0: KUBE_PAGE */
	bool metadata_only; /* objects without spec, status and data (PartialObjectMetadata) */
};

struct kube_list_result {
	str resource_version; /* to watch from; of the last page */
	uint64_t objects, bytes;
	unsigned pages;
	/*
	 * How often a list expired before its end (410) and went on with a newer version, and how
	 * often a page broke off and was asked again. Objects that came before are not handed on
	 * again. When `expired` is not 0 the list is no snapshot of one moment.
	 */
	unsigned expired, broken;
};

/*
 * Lists in pages, each read as it streams: memory is one object, and eight bytes for each handed
 * on. `opts` may be NULL. Texts of the result live in `arena`.
 */
int kube_list(struct kube *kube, const struct kube_resource *resource,
	      const struct kube_list_opts *opts, kube_object_fn *fn, void *context,
	      struct arena *arena, struct kube_list_result *out, struct err *err) MUST_USE;

/* ---- watches ------------------------------------------------------------------------------- */

enum kube_event_kind {
	KUBE_LIST_BEGINS, /* of all there is; no object. One that fails begins again */
	KUBE_LISTED,	  /* one of them */
	KUBE_LIST_ENDS,	  /* what was known and did not come is gone; no object */
	KUBE_ADDED,
	KUBE_MODIFIED,
	KUBE_DELETED, /* the object as it was last */
	KUBE_BROKEN,  /* the server does not answer (`reason`); it is tried on. No object */
};

struct kube_event {
	enum kube_event_kind kind;
	const struct json *object; /* with apiVersion and kind */
	str reason;
	struct arena *arena; /* holds the object; emptied after the call */
};

/* Other than 0 ends the watch and is returned by it: positive, or -1 with err. */
typedef int kube_event_fn(void *context, const struct kube_event *event, struct err *err);

struct kube_watch_opts {
	struct kube_list_opts list;
	str since;	       /* a resource version: no list first; empty: list, then watch */
	unsigned timeout_s;    /* asked of the server; 0: KUBE_WATCH_S */
	unsigned failures_max; /* in a row, then it is an error; 0: never */
	unsigned pause_ms;     /* first pause after a failure, doubled up to 30 s; 0: 500 */
	/* After KUBE_BROKEN: the server has said something again, if only where it stands; NULL:
	 * nobody asks. Gets the context of the events. */
	void (*connected)(void *context);
};

struct kube_watch_stats { /* filled as it goes on, for others to read on the same thread */
	uint64_t events, bookmarks, connects, lists, expired, failures;
};

/*
 * Lists, then watches on from there until fn returns other than 0, the deadline is reached, nobody
 * reads watch_fd any more (ERR_INTERRUPTED), or the server says no for good (no right, not served:
 * ERR_DENIED, ERR_NOT_FOUND). A connection that ends is taken up at the last version seen,
 * bookmarks included; a version that the server no longer has (410) begins with a list again; each
 * failure waits longer, with jitter, and is told as KUBE_BROKEN. `stats` may be NULL.
 */
int kube_watch(struct kube *kube, const struct kube_resource *resource,
	       const struct kube_watch_opts *opts, kube_event_fn *fn, void *context,
	       struct kube_watch_stats *stats, struct err *err) MUST_USE;
