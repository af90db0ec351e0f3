/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the files of fix share. */
#include "base/buf.h"
#include "policy/builtin.h"
#include "policy/constraint/fix.h"
#include "policy/watch.h"

#define FIX_MAX_PATH  40u
#define FIX_MAX_GROUP 32u /* edits that are tried together */

/* ---- edits --------------------------------------------------------------------------------- */

/* A place of the object as it was given gets a value, or goes. An index behind the end of an
 * array adds an element there. */
struct fix_edit {
	const struct value *path;
	uint32_t n;
	bool remove, choose;
	unsigned cost;
	uint32_t decision; /* edits of one decision are made together */
	struct value value;
	const struct constraint *constraint;
};

struct fix_edits {
	struct fix_edit items[FIX_MAX_HUNKS];
	size_t n;
	uint32_t decisions;
};

/* With one more: what it goes through is changed with it. False: no room, or it changes nothing. */
bool fix_edits_put(struct fix_edits *edits, const struct fix_edit *edit, const struct value *object,
		   struct arena *arena);
struct value fix_edits_apply(const struct value *object, const struct fix_edits *edits,
			     struct arena *arena);
const struct value *fix_value_at(const struct value *v, const struct value *path, size_t n);
bool fix_same_path(const struct value *a, const struct value *b, size_t n);
const struct value *fix_path_copy(struct arena *arena, const struct value *path, size_t n,
				  const struct value *more, size_t more_n);
bool fix_is_index(const struct value *key);

/* ---- what was asked for -------------------------------------------------------------------- */

#define FIX_NO_NODE UINT32_MAX

/* A part of the object as it is now. */
struct fix_node {
	struct value value, key; /* the key in the object as it was given */
	uint32_t parent, first;	 /* children first ... first + value.n */
	bool seen, walked;	 /* its value was asked for; all of its elements */
};

/* A place that was asked for and is not there. */
struct fix_missing {
	uint32_t node; /* the deepest that is there */
	const struct value *keys;
	uint32_t n;
};

enum fix_relation {
	FIX_EQUAL, /* compared with, or looked up among */
	FIX_ORDER, /* <, <=, >, >= */
	FIX_PREFIX,
	FIX_SUFFIX,
	FIX_CONTAINS,
	FIX_PATTERN, /* a regular expression */
	FIX_GLOB,
	FIX_SURPLUS, /* it is in a set that was taken from others, and is left over */
};

/* What a part of the object was held against. */
struct fix_partner {
	uint32_t node;
	enum fix_relation relation;
	bool held; /* the answer was yes */
	struct value other;
};

#define FIX_MAX_MISSING	 1024u
#define FIX_MAX_PARTNERS 1024u
#define FIX_MAX_POOL	 96u

struct fix_trace {
	struct arena *arena;
	struct fix_node *nodes;
	size_t n, cap;
	bool full;		  /* the object is too large */
	struct fix_place *places; /* by address */
	size_t place_n, place_cap;
	struct fix_missing missing[FIX_MAX_MISSING];
	size_t missing_n;
	struct fix_partner partners[FIX_MAX_PARTNERS];
	size_t partner_n;
	struct value wanted[FIX_MAX_POOL]; /* of sets: lacking on the side of the object */
	size_t wanted_n;
	struct value pool[FIX_MAX_POOL]; /* constants that were seen */
	size_t pool_n;
	struct fix_derived {
		struct value value;
		uint32_t node;
	} derived[64]; /* numbers that were made of parts; a ring */
	size_t derived_n;
	struct fix_probed {
		const struct value *path;
		size_t n;
		struct fix_partner partner;
	} probed[FIX_MAX_POOL]; /* what missing places would be held against */
	size_t probed_n;
	uint32_t scalars[512]; /* numbers and booleans that were asked for */
	size_t scalar_n;
	const struct value *parameters; /* of the constraint */
	bool empty; /* a list of the parameters that was asked for has no elements */
	struct policy_watch watch;
};

/* The text that stands in missing places while they are probed. */
#define FIX_SENTINEL "choose"

/* The object with its edits as `out`, to be evaluated with trace->watch. */
void fix_trace_init(struct fix_trace *trace, const struct value *object,
		    const struct fix_edits *edits, const struct value *parameters,
		    struct arena *arena, struct value *out);
/* What the second one, of an evaluation with sentinels, says about places missing in the first. */
void fix_trace_merge(struct fix_trace *trace, const struct fix_trace *second);
size_t fix_node_path(const struct fix_trace *trace, uint32_t node, struct value *path, size_t max);

/* ---- judging ------------------------------------------------------------------------------- */

/* A constraint that is asked about the object, or about a part of it that becomes a pod. */
struct fix_target {
	const struct constraint *constraint;
	const struct value *source; /* where its object stands in the whole; n 0: the whole */
	size_t source_n;
	struct value made;   /* the object that it was when it is made: for its head */
	struct value review; /* input.review, object and all */
	bool from_object;    /* the review's name and namespace are the object's */
	size_t before;	     /* violations of the object as it was given */
	bool refused;
	enum fix_reason reason;
	str message;
	bool failed;
};

struct fix_verdict {
	uint64_t *messages; /* hashes, sorted */
	size_t n;
	bool failed;
	str first;
};

struct fix_search {
	const struct fix_request *request;
	struct arena *arena;   /* of the answer */
	struct arena *scratch; /* of one try; emptied by it */
	struct value object;
	str kind;
	struct fix_target *targets;
	size_t n, cap;
	struct builtin_cache *cache;
	uint64_t steps, max_steps;
	unsigned tries, max_tries;
	bool stopped; /* no more steps, tries or time */
};

/* The object of the target in the whole `object`. */
struct value fix_target_object(const struct fix_target *target, const struct value *object,
			       struct arena *arena);
/* Judges; the verdict lives in `arena`. trace NULL: nobody looks on. */
void fix_judge(struct fix_search *search, const struct fix_target *target,
	       const struct value *object, struct fix_trace *trace, struct arena *arena,
	       struct fix_verdict *out);
/* All that are asked about the object, violated or not. */
int fix_targets_find(struct fix_search *search, struct err *err) MUST_USE;
/* Is the target still asked about the object, as it is now? */
bool fix_target_matches(const struct fix_search *search, const struct fix_target *target,
			const struct value *object, struct arena *arena);

/* ---- candidates ---------------------------------------------------------------------------- */

/* Edits that are tried together. */
struct fix_candidate {
	const struct fix_edit *edits;
	size_t n, order;
	unsigned cost;
	uint64_t hash, shape; /* of all; of one edit, whatever the indices */
	bool grouped;
};

struct fix_candidates {
	struct fix_candidate **items; /* cheap ones first */
	size_t n, cap;
	bool digest;   /* one would need a digest */
	bool identity; /* what the object is was held against something */
};

/* `pool`: constants that were seen anywhere, and nothing else: the last resort. */
void fix_candidates_make(struct fix_search *search, const struct fix_trace *trace,
			 const struct fix_target *target, const struct fix_edits *edits, bool pool,
			 struct arena *arena, struct fix_candidates *out);

/* ---- fields of Kubernetes ------------------------------------------------------------------ */

enum fix_field_flag {
	FIELD_CHOOSE = 1,   /* a person must choose */
	FIELD_REQUIRED = 2, /* never removed */
	FIELD_IDENTITY = 4, /* what the object is: not changed */
	FIELD_KEEP = 8,	    /* an element of a list: the list never loses it */
	FIELD_MAP = 16,	    /* keys are free texts */
	FIELD_LIST = 32,
	FIELD_IMAGE = 64,
};

struct fix_field {
	const char *path, *value; /* value "": to be removed; NULL: only the flags count */
	unsigned flags;
};

/* "container.securityContext.privileged": where a path stands, whatever the kind; in `arena`. */
struct fix_name {
	str parts[FIX_MAX_PATH];
	size_t n;
};
bool fix_name_make(str kind, const struct value *path, size_t n, struct fix_name *out);
/* Rows for the place, in the order of the table; *at: where to begin, then where to go on. */
const struct fix_field *fix_field_next(const struct fix_name *name, size_t *at);
/* Rows for places below it; the rest of the path in *rest. */
const struct fix_field *fix_field_below(const struct fix_name *name, size_t *at, str *rest);
unsigned fix_field_flags(const struct fix_name *name);
/* The value of a row for this object; false: there is none for it. */
bool fix_field_value(const struct fix_field *field, const struct value *object,
		     const struct value *path, size_t n, struct arena *arena, struct value *out);

/* A short text that the regular expression matches, in `arena`; false: none was found. */
bool fix_pattern_text(str pattern, struct arena *arena, str *out);
