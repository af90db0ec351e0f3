/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * container_settings: what the parameter file of the library (library_parameters.h) says of the
 * recommendations about workloads, for one container of a machine: the form of them that holds for
 * Docker (policies/container/). Names, labels and images are those of the container, `clusters` of
 * a scope names machines, namespaces there are none: a scope that names some, or selects them, does
 * not hold.
 *
 *	struct container_view view = { .machine = STR("web1"), .labels = labels };
 *	struct value settings;
 *
 *	if (container_settings_make(&parameters, &view, arena, &settings, &err) < 0)
 *		return -1;
 *	struct check_run run = { .parameters = &settings };
 */
#include "policy/value.h"

struct err;
struct library_parameters;

struct container_view {
	str machine;		   /* empty: not known, then scopes with clusters do not hold */
	const struct json *labels; /* an object, or NULL */
};

/* Is it the id of a recommendation that holds for containers of machines? */
bool container_settings_knows(str id);

/* Their ids, and the parameters of one of them, with blanks between. */
str container_settings_ids(struct arena *arena);
str container_settings_words(str id, struct arena *arena);
/* Has it this parameter? */
bool container_settings_takes(str id, str parameter);

/*
 * Every rule that the file names, in every scope, whether it holds here or not: it is one of
 * containers or of `others` (ids of rules about other things), and has its parameters.
 * ERR_INPUT: file, line, key, what is allowed, what may have been meant.
 */
int container_settings_check(const struct library_parameters *parameters, const str *others,
			     size_t other_n, struct arena *arena, struct err *err) MUST_USE;

/* Is it a parameter that only the form for Docker has? Rules for objects pass over it. */
bool container_settings_is_own(str id, str parameter);

/*
 * {"ID": {"effect": "disabled" or "audit", parameter: value ...}}, with "left_out" true where a
 * labelSelector does not select the container; `parameters` may be NULL. Parameters that only pods
 * have are handed on.
 * ERR_INPUT: a parameter that its recommendation does not have.
 */
int container_settings_make(const struct library_parameters *parameters,
			    const struct container_view *view, struct arena *arena,
			    struct value *out, struct err *err) MUST_USE;
