/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rules: the user's own rules on top of the built-in kinds, in the form of trivy-secret.yaml (as a
 * JSON value): rules, allow-rules, disable-rules, enable-builtin-rules. An id that no kind has in
 * disable-rules is passed over: other tools have other kinds. exclude-block and unknown members
 * are refused, as what they mean would be missing.
 */
#include "base/json.h"
#include "scan/secret/kind.h"

#define RULES_MAX_BYTES (256u << 10) /* of the file */

/* `config` NULL or null: nothing to do. ERR_USAGE names the rule. */
int secret_rules_apply(const struct json *config, struct arena *arena, struct secret_kinds *kinds,
		       struct err *err) MUST_USE;
