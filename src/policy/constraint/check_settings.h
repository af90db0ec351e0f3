/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * check_settings: what the parameter file of the library (library_parameters.h) says of
 * recommendations that a configuration check judges: about clusters, registries, tenants. Their ids
 * stand in the same file, under `rules`, beside those of the rules for objects.
 *
 *	struct value settings;
 *
 *	if (check_settings_make(&parameters, &opts, arena, &settings, &err) < 0)
 *		return -1;
 *	struct check_run run = { .parameters = &settings };
 */
#include "policy/value.h"

struct err;
struct library_parameters;

struct check_settings_opts {
	str cluster;	    /* name, for scopes; empty: scopes with clusters do not hold */
	const str *enabled; /* ids that are judged though they are off unless asked for */
	size_t enabled_n;
};

/* Is it the id of such a recommendation? */
bool check_settings_knows(str id);
size_t check_settings_count(void);
str check_settings_id(size_t i);

/*
 * {"ID": {"effect": "disabled" or "audit", parameter: value ...}}; `parameters` may be NULL.
 * ERR_INPUT: a parameter that its recommendation does not have; ERR_USAGE: `enabled` names none.
 */
int check_settings_make(const struct library_parameters *parameters,
			const struct check_settings_opts *opts, struct arena *arena,
			struct value *out, struct err *err) MUST_USE;
