/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a text as `check cloud --facts` takes it. */
#include "base/err.h"
#include "must.h"
#include "posture/cloud_facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct cloud_facts facts;
	struct arm_set set;
	struct err err;
	uint64_t skipped = 0;

	if (size > (256u << 10))
		return 0;
	arm_set_init(&set, arena);
	if (arm_set_add(&set, STR("x"), str_of((const char *)data, size), &err) < 0) {
		must(err.msg[0]);
		return 0;
	}
	must(set.n <= ARM_MAX_RESOURCES && set.nodes <= ARM_MAX_NODES);
	if (cloud_facts_make(&set, arena, &facts, &err) < 0)
		return 0;
	/* Every document is one of a known kind, and JSON. */
	for (size_t i = 0; i < facts.n; i++) {
		const struct fact_document *d = &facts.documents[i];
		const struct json_opts opts = { .keep_duplicates = true,
						.max_depth = JSON_MAX_DEPTH };
		const struct json *json;

		must(str_eq(d->kind, STR("cluster")) || str_eq(d->kind, STR("registry")) ||
		     str_eq(d->kind, STR("tenant")));
		must(json_parse(d->json, &opts, arena, &json, &err) == 0);
		must(json_is(json, JSON_OBJECT));
	}
	/* What became no document was counted, or belongs to one. */
	for (size_t i = 0; i < facts.not_examined_n; i++)
		skipped += facts.not_examined[i].count;
	must(facts.n > 0 || skipped >= set.n + set.own_n);
	return 0;
}
