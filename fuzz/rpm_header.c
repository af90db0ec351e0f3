/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/rpm_header.h"

#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_sink sink = CHECKING_SINK;
	struct err err = { .kind = ERR_NONE };
	int result = rpm_header_emit(str_of((const char *)data, size), STR("Packages"),
				     STR("header 1"), arena, &sink, &err);

	must(result >= 0 || (err.kind != ERR_NONE && err.msg[0]));
	return 0;
}
