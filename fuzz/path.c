/* SPDX-License-Identifier: Apache-2.0 */
/* Normal paths are normal, stay normal, and a link never leaves the image. Globs end. */
#include "base/path.h"
#include "must.h"

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_normal(str path)
{
	str rest = path, part;

	must(path.n <= PATH_MAX_BYTES);
	if (path.n == 0)
		return;
	while (str_split(&rest, '/', &part))
		must(part.n && !str_eq(part, STR(".")) && !str_eq(part, STR("..")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = str_of((const char *)data, size), a = text, b = STR_EMPTY, first, second, target;
	struct err err;

	str_cut(text, '\n', &a, &b);
	if (path_normal(a, arena, &first, &err) < 0)
		return 0;
	must_be_normal(first);
	must(path_normal(first, arena, &second, &err) == 0 && str_eq(first, second));
	must(path_below(first, path_dir(first)));
	if (path_link_target(first, b, arena, &target, &err) == 0)
		must_be_normal(target);
	if (a.n < 512 && b.n < 64)
		path_glob(b, a);
	return 0;
}
