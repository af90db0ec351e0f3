/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * secret_facts: what workers said of secrets, put together: the same value in the same file of
 * several layers is one finding, of the lowest layer with it, and deleted only when it is gone from
 * all of them.
 */
#include "base/json.h"
#include "base/map.h"
#include "fmt/inventory.h"
#include "scan/secret/kind.h"

#define SECRET_FACTS_MAX 10000u /* of one target; more are counted */

struct secret_facts {
	struct arena *arena; /* of the inventory */
	struct secret_kinds kinds;
	struct map by_id;
	struct secret_finding *items;
	size_t n, cap;
	struct secret_counts counts;
};

/* `rules` as secret_rules_apply. */
int secret_facts_init(struct secret_facts *facts, const struct json *rules, struct arena *arena,
		      struct err *err) MUST_USE;
/* ERR_INPUT for a kind that is not known. */
int secret_facts_add(struct secret_facts *facts, const struct secret_finding *secret, int layer,
		     int deleted_in, struct err *err) MUST_USE;
/* Texts of `counts` are copied. */
void secret_facts_count(struct secret_facts *facts, const struct secret_counts *counts);
void secret_facts_finish(struct secret_facts *facts, struct inventory *out);
