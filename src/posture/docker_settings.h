/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * docker_settings: what the operator of a container host says (doc/facts-docker.md, "What the
 * operator says"): a YAML file that becomes data.settings of the controls. What nobody knows, and
 * what has the wrong form, is refused with the line: a list that is misspelt would otherwise
 * silently not count.
 *
 *	trusted_docker_users: [alice, bob]
 *	attestations:
 *	  - control: 1.2.1
 *	    date: 2026-11-01
 *	    by: platform team
 *
 * A control of an attestation is our id, an alias, or the number in the chosen version.
 */
#include "policy/check.h"
#include "policy/value.h"

#define DOCKER_SETTINGS_MAX (1u << 20) /* bytes of the file */

/* ERR_INPUT: "settings.yaml line 3: ...". Texts of *out live in `arena`; `text` need not. */
int docker_settings_read(str name, str text, const struct check_set *checks, str version,
			 struct arena *arena, struct value *out, struct err *err) MUST_USE;
