/* SPDX-License-Identifier: Apache-2.0 */
/* What is accepted reads back, written out in full, as itself. */
#include "oci/reference.h"

#include <assert.h>

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct reference ref, again;
	struct err err;

	if (reference_parse(str_of((const char *)data, size), arena, &ref, &err) < 0)
		return 0;
	str full = reference_text(&ref, arena);

	assert(reference_parse(full, arena, &again, &err) == 0);
	assert(str_eq(reference_text(&again, arena), full));
	return 0;
}
