/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of posture share. */
#include "base/err.h"
#include "base/map.h"
#include "posture/posture.h"

struct posture_judge;

struct posture {
	struct posture_opts opts;
	struct posture_judge *judge;
	struct object_table *table;
	struct assessment_input input;
	struct map namespaces; /* name to struct known_namespace, NULL once it is gone */
	struct arena *scratch; /* of one object */
	/* Of the head; texts in head_arena. */
	struct arena *head_arena;
	bool has_head;
	struct object_verdict head; /* of the cluster itself, by the checks */
	str name, server, version, collected_at;
	struct posture_unread *unread;
	size_t unread_n, unread_cap;
	size_t malformed; /* objects that are none */
	struct err malformed_why;
};

/* Names in the input of assessments follow what is known. */
void posture_input(struct posture *c);
/* The cluster's own entry of the table, with what could not be read. */
void posture_put_head(struct posture *c);
