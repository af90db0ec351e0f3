/* SPDX-License-Identifier: Apache-2.0 */
/* Input: an array of a schema and documents. */
#include "fmt/syntax/json_schema.h"

#include <assert.h>

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json_opts opts = { .keep_duplicates = true };
	const struct json *input;
	struct err err;

	if (json_parse(str_of((const char *)data, size), &opts, arena, &input, &err) < 0 ||
	    json_len(input) < 2 || !json_is(input, JSON_ARRAY))
		return 0;
	AUTO(json_schema_free)
	struct json_schema *schema = json_schema_new(json_at(input, 0), &err);

	for (size_t i = 1; schema && i < json_len(input) && i < 4; i++) {
		struct json_schema_result first, second;
		int rc = json_schema_check(schema, json_at(input, i), arena, &first, &err);

		assert(rc < 0 || (rc == 1) == (first.n == 0));
		assert(json_schema_check(schema, json_at(input, i), arena, &second, &err) == rc);
		assert(first.n == second.n);
	}
	return 0;
}
