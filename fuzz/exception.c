/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte picks the form: ours, Trivy's two, a document of a supplier. What is read without
 * an error has a source and a kind. */
#include "report/exception.h"

#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { ".seawallignore.yaml", ".trivyignore",
					     ".trivyignore.yaml", "statements.json",
					     ".grype.yaml" };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct exception_set set;
	struct err err = { .kind = ERR_NONE };

	if (size == 0)
		return 0;
	exception_set_init(&set, arena, 1000000000);
	str text = str_of((const char *)data + 1, size - 1);
	if (exception_read_text(&set, str_c(names[data[0] % ARRAY_LEN(names)]), text, &err) < 0) {
		must(err.kind != ERR_NONE && err.msg[0]);
		return 0;
	}
	for (size_t i = 0; i < set.n; i++) {
		must(set.items[i].source.n > 0 && set.items[i].subject != 0);
		must(exception_kind_name(set.items[i].kind) != NULL);
	}
	return 0;
}
