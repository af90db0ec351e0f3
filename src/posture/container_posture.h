/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * container_posture: the recommendations about workloads that have a form for Docker (R-30d), on
 * every container of a host: judged by the checks of the group "container", assessed, exempted and
 * scored as those of a cluster are (assessment.h). A resource is "Container/NAME"; services of a
 * swarm are "Swarm/HOST", and what could not be had is an error of "Machine/HOST".
 *
 *	struct container_posture_opts opts = { .checks = set, .recommendations = &all };
 *	AUTO(container_posture_free) struct container_posture *p = container_posture_new(&opts);
 *	struct assessment a;
 *
 *	container_posture_put(p, STR("docker"), text, &err);    // first: the host gives its name
 *	container_posture_put(p, STR("container"), text, &err);
 *	container_posture_assess(p, arena, &a);
 *
 * A recommendation that needs a list which nobody has given needs a decision, and is not in the
 * score. Names of resources in exceptions are those above, their scope is the name of the machine.
 */
#include "posture/assessment.h"

struct check_set;
struct library_parameters;
struct value;

struct container_posture_opts {
	const struct check_set *checks; /* of the group "container" */
	const struct recommendation_set *recommendations;
	const struct library_parameters *parameters; /* may be NULL */
	const struct value *settings;		     /* of check_run; may be NULL */
	struct exception_set *exceptions;	     /* may be NULL */
	int64_t now;
	/* Patterns of path_glob over names of containers. */
	const str *included_names, *excluded_names;
	size_t included_name_n, excluded_name_n;
};

struct container_posture;
struct container_posture *container_posture_new(const struct container_posture_opts *opts);
void container_posture_free(struct container_posture *p);
AUTO_PTR(container_posture_free, struct container_posture);

/* Documents of other kinds are passed over. ERR_INPUT: it is none; or the parameters are wrong. */
int container_posture_put(struct container_posture *p, str kind, str text,
			  struct err *err) MUST_USE;
/* Containers that could not be had. */
void container_posture_unread(struct container_posture *p, str what, str reason);
/* A NULL posture is none: the following do nothing. */
/* Between the two all documents are put again: what is not put is gone. */
void container_posture_begin_pass(struct container_posture *p);
void container_posture_end_pass(struct container_posture *p);
/* Forgets the container of that id. */
void container_posture_drop(struct container_posture *p, str id);
void container_posture_set_now(struct container_posture *p, int64_t now,
			       struct exception_set *exceptions);

void container_posture_assess(struct container_posture *p, struct arena *arena,
			      struct assessment *out);
/* The check that judges a recommendation on containers, or NULL: its texts speak of Docker. */
const struct check *container_posture_check(const struct container_posture *p,
					    size_t recommendation);
/* Containers whose names were left out. */
size_t container_posture_filtered(const struct container_posture *p);
