/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * object_table: what was found about each object of a cluster, and nothing else of the object: one
 * entry of some hundred bytes, texts shared. 10 000 pods that all fail take a few MiB. Objects are
 * put, replaced and removed one by one, in any order; who belongs to whom is found out when all are
 * there (object_table_root).
 *
 *	struct object_table *table = object_table_new();
 *	struct object_verdict verdict = { .kind = STR("Pod"), ... };
 *
 *	object_table_put(table, &verdict);
 *	object_table_free(table);
 *
 * Texts of a verdict are copied. Memory of what was replaced is given back when the table is freed:
 * a loop builds a new one with each full pass.
 */
#include "posture/recommendation.h"

struct object_table;

#define OBJECT_TABLE_MAX   500000u /* objects; more are not taken */
#define OBJECT_OWNER_DEPTH 8u	   /* pod, replica set, deployment, and room for others */

/* One thing that is wrong with an object: a violation of one of its containers. */
struct object_finding {
	unsigned recommendation;
	str subject; /* container; empty: the object itself */
	str message[LANG_COUNT];
};

/* Why a recommendation was not judged, or does not apply. */
struct object_reason {
	unsigned recommendation;
	str text[LANG_COUNT];
};

/* A value that an object uses of a list nobody has decided yet. */
struct object_use {
	unsigned recommendation;
	str value;
};

struct object_verdict {
	enum resource_kind resource;
	str kind, namespace, name;
	str api_version;	    /* "apps/v1" */
	str owner_kind, owner_name; /* the controller; empty: none */
	bool is_pod;
	/* Sets of recommendations: at most one of them holds each. */
	recommendation_bits healthy, unhealthy, not_applicable, error;
	recommendation_bits
		undecided; /* judged with a list that nobody has decided; beside the others */
	const struct object_finding *findings; /* of `unhealthy` */
	size_t finding_n;
	const struct object_reason *reasons; /* of `not_applicable` and `error` */
	size_t reason_n;
	const struct object_use *uses;
	size_t use_n;
	uint64_t dropped; /* findings over a limit: they are counted, not kept */
};

struct object_table *object_table_new(void);
void object_table_free(struct object_table *table);
AUTO_PTR(object_table_free, struct object_table);

/* The key of an object: "namespace/Kind/name", of a cluster's one "Kind/name". */
str object_key(struct arena *arena, str namespace, str kind, str name);
/* Adds or replaces. ERR_LIMIT when there are too many. */
int object_table_put(struct object_table *table, const struct object_verdict *verdict,
		     struct err *err) MUST_USE;
/* False: there is none of that key. */
bool object_table_remove(struct object_table *table, str key);
const struct object_verdict *object_table_get(const struct object_table *table, str key);
/* Those that are there; the order is that of their first arrival. */
size_t object_table_count(const struct object_table *table);
/* The i-th slot; NULL where an object was removed. Slots: object_table_slots. */
size_t object_table_slots(const struct object_table *table);
const struct object_verdict *object_table_at(const struct object_table *table, size_t i);
/*
 * The key of the workload that an object belongs to: the last of its owners, also when that one
 * itself was not read; its own key when it has none. A node that owns a static pod is no workload.
 */
str object_table_root(const struct object_table *table, const struct object_verdict *verdict,
		      struct arena *arena);
/* Bytes that the table takes. */
size_t object_table_bytes(const struct object_table *table);
