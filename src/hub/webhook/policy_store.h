/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * policy_store: Gatekeeper's policies that live in the cluster, as a watch tells them, and what
 * became of each: in force, not loaded and why.
 *
 *	struct policy_store *store = policy_store_new(0, &err);
 *	struct policy_kind *kind = policy_store_kind(store, group, STR("ConstraintTemplate"));
 *
 *	policy_store_begins(store, kind);               // a list; then changes
 *	policy_store_put(store, kind, object);
 *	policy_store_ends(store, kind);
 *
 *	if (policy_store_due_ms(store) == 0) {          // quiet again: time to load
 *		policy_merge_begin(store, &files, arena, &merge);
 *		do
 *			policy_merge_opts(&merge, &library_opts);
 *		while (!(library = library_load(&library_opts, &err)) &&
 *		       policy_merge_again(&merge, &err))
 *			;
 *		policy_merge_end(&merge, library != NULL, &err);
 *	}
 *
 * Of an object apiVersion, kind, name, labels, annotations and spec are kept, so that a controller
 * that writes its status changes nothing. What does not load leaves the rest in force: its last
 * version that did stays (as policies from files do); a template that never did stands for its
 * kind, so that its constraints cannot be judged, which --fail-closed denies. Mutators and
 * expansions that cannot be sealed together give way to the versions that were in force.
 *
 * Bounded in kinds, objects and bytes; what is refused is counted and named in the kind's state.
 * Any thread; nothing is loaded under its lock. Loading belongs to one thread.
 */
#include "base/buf.h"
#include "policy/constraint/documents.h"

struct err;
struct json_writer;
struct library_opts;
struct policy_kind;
struct policy_store;

#define POLICY_STORE_KINDS   264u
#define POLICY_STORE_OBJECTS 20000u
#define POLICY_STORE_BYTES   (64u << 20)
#define POLICY_STORE_DEPTH   100u
#define POLICY_QUIET_MS	     200   /* without a change, then it is loaded */
#define POLICY_LATEST_MS     1000  /* after the first of many changes */
#define POLICY_UNSERVED_MS   30000 /* a kind that is gone so long has no objects any more */

enum policy_kind_state {
	POLICY_KIND_WAITING, /* not read whole yet */
	POLICY_KIND_READY,
	POLICY_KIND_FULL,     /* objects over the limits were left out */
	POLICY_KIND_BROKEN,   /* the API server is away: what was known stays */
	POLICY_KIND_UNSERVED, /* no CustomResourceDefinition yet; tried again */
	POLICY_KIND_FAILED,   /* no right ... ; tried again */
	POLICY_KIND_STATES
};
const char *policy_kind_state_name(enum policy_kind_state state);

enum policy_verdict {
	POLICY_WAITING, /* its newest version was not loaded yet */
	POLICY_IN_FORCE,
	POLICY_OLDER,	   /* the newest version does not load, the one before is in force */
	POLICY_NOT_LOADED, /* nothing of it is in force */
	POLICY_OF_FILE,	   /* a file has one of that kind and name, which counts */
	POLICY_VERDICTS
};
const char *policy_verdict_name(enum policy_verdict verdict);

/* max_bytes 0: POLICY_STORE_BYTES. */
struct policy_store *policy_store_new(size_t max_bytes, struct err *err);
void policy_store_free(struct policy_store *store);
AUTO_PTR(policy_store_free, struct policy_store);

/* ---- what the cluster has ------------------------------------------------------------------ */

/* The kind, waiting when it is new. NULL: too many kinds, which is counted. */
struct policy_kind *policy_store_kind(struct policy_store *store, str group, str kind);
/* Forgets the kind and its objects. */
void policy_store_drop(struct policy_store *store, struct policy_kind *kind);
str policy_kind_group(const struct policy_kind *kind);
str policy_kind_name(const struct policy_kind *kind);

/* A list of all there is; what does not come in it is gone at its end. */
void policy_store_begins(struct policy_store *store, struct policy_kind *kind);
void policy_store_ends(struct policy_store *store, struct policy_kind *kind);
/* False: it does not fit; what was known of it stays. */
bool policy_store_put(struct policy_store *store, struct policy_kind *kind,
		      const struct json *object);
/* True: others of the kind were refused, and a new list may find room for them now. */
bool policy_store_remove(struct policy_store *store, struct policy_kind *kind, str namespace,
			 str name);
void policy_store_state(struct policy_store *store, struct policy_kind *kind,
			enum policy_kind_state state, str reason);
/* After POLICY_KIND_BROKEN: the server answers. */
void policy_store_goes_on(struct policy_store *store, struct policy_kind *kind);
/* The kinds of constraints that the templates make. */
size_t policy_store_made(struct policy_store *store, struct arena *arena, str **out);
/* Has every kind been read, or can it not be, and is everything loaded? */
bool policy_store_settled(struct policy_store *store);

/* Readable when something has changed; policy_store_seen makes it unreadable again. */
int policy_store_fd(const struct policy_store *store);
void policy_store_seen(struct policy_store *store);
/* How long until policies are to be loaded; -1: nothing has changed. */
int policy_store_due_ms(struct policy_store *store);

/* ---- together with those from files --------------------------------------------------------- */

struct policy_merge {
	struct policy_store *store;
	struct arena *arena;
	struct policy_part *parts; /* of the cluster */
	size_t n;
	const struct documents *files;
	struct document *docs; /* what is loaded: the cluster's, then those of files */
	size_t docs_n, of_cluster;
	unsigned attempt;
	struct err *failed; /* a file that does not load: nothing does */
	str conflict;	    /* why mutators and expansions did not load together; empty: they did */
};

/* What is loaded now; changes from here on are for the next time. All lives in `arena`. */
void policy_merge_begin(struct policy_store *store, const struct documents *files,
			struct arena *arena, struct policy_merge *out);
/* For library_load. */
void policy_merge_opts(struct policy_merge *merge, struct library_opts *opts);
/* It did not load: is there another way, without what may be the cause? */
bool policy_merge_again(struct policy_merge *merge, const struct err *err);
/* Notes what became of each, and frees what the merge holds of the store. */
void policy_merge_end(struct policy_merge *merge, bool loaded, const struct err *err);

/* ---- telling -------------------------------------------------------------------------------- */

struct policy_told {
	bool is_kind;
	str what; /* "ConstraintTemplate uniqueselector", "constraints.gatekeeper.sh/UniqueSelector"
		   */
	str reason;
	enum policy_verdict verdict;
	enum policy_kind_state state;
	size_t objects;
};

/* What changed since the last call, in `arena`. */
size_t policy_store_news(struct policy_store *store, struct arena *arena, struct policy_told **out);
void policy_store_metrics(struct policy_store *store, struct buf *out);
void policy_store_status(struct policy_store *store, struct json_writer *w);
