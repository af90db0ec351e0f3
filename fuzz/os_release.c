/* SPDX-License-Identifier: Apache-2.0 */
/* First line: number of the path; the rest its content, as each of the answers of one image. */
#include "fmt/system/os_release.h"

#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = str_of((const char *)data, size), first = STR_EMPTY;
	struct os_identity answers[32];
	size_t n = 0;

	str_line(&text, &first);
	for (size_t i = 0; os_identity_paths[i]; i++) {
		struct os_identity id;
		struct err err;
		uint64_t number;

		if (str_u64(first, &number) && number != i)
			continue;
		int answer = os_identity_parse(str_c(os_identity_paths[i]), text, arena, &id, &err);
		if (answer < 0)
			continue;
		must(answer == 0 || id.family.n > 0);
		must_be_readable(id.version);
		must_be_readable(id.pretty);
		must_be_readable(id.codename);
		must(n < ARRAY_LEN(answers));
		answers[n++] = id;
	}
	struct os_identity best = os_identity_choose(answers, n);

	must_be_readable(best.version);
	return 0;
}
