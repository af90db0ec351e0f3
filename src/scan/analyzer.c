/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/analyzer.h"

#include "base/map.h"
#include "base/path.h"

#define X(row) extern const struct analyzer analyzer_##row;
#include "analyzer_table.h"
#undef X

const struct analyzer *const analyzers[] = {
#define X(row) &analyzer_##row,
#include "analyzer_table.h"
#undef X
};
const size_t analyzer_count = ARRAY_LEN(analyzers);

static bool in_list(const char *const *list, str path)
{
	for (; list && *list; list++) {
		/* Most paths differ in their last letter already. */
		if (path.n > 0 && strnlen(*list, path.n + 1) == path.n &&
		    (*list)[path.n - 1] == path.p[path.n - 1] && memcmp(*list, path.p, path.n) == 0)
			return true;
	}
	return false;
}

static bool offered(const struct analyzer *a, str path)
{
	if (!a->dirs)
		return true;
	for (const char *const *dir = a->dirs; *dir; dir++) {
		str d = str_c(*dir);

		if (path.n > d.n && path_below(path, d))
			return true;
	}
	return false;
}

const struct analyzer *analyzer_for(str path)
{
	for (size_t i = 0; i < analyzer_count; i++) {
		const struct analyzer *a = analyzers[i];

		if (in_list(a->paths, path) || (a->wants && offered(a, path) && a->wants(path)))
			return a;
	}
	return NULL;
}

str analyzer_companion_path(const struct analyzer *analyzer, str path, struct arena *arena)
{
	if (analyzer->companion_for)
		path = str_without_suffix(path, str_c(analyzer->companion_for));
	return str_cat(arena, path, str_c(analyzer->companion));
}

size_t analyzer_sniff(str path, uint64_t size, str head, enum analyzer_licences licences,
		      const struct analyzer **out, size_t max)
{
	size_t n = 0;

	head = str_take(head, ANALYZER_HEAD_BYTES);
	for (size_t i = 0; i < analyzer_count && n < max; i++) {
		if (analyzers[i]->sniff && analyzers[i]->licences <= licences &&
		    analyzers[i]->sniff(path, size, head))
			out[n++] = analyzers[i];
	}
	return n;
}

const struct analyzer *analyzer_naming(str path, str *thing)
{
	for (size_t i = 0; i < analyzer_count; i++) {
		if (analyzers[i]->names && analyzers[i]->names(path, thing))
			return analyzers[i];
	}
	return NULL;
}

const struct analyzer *analyzer_companion_of(str path, struct arena *arena, str *main)
{
	for (size_t i = 0; i < analyzer_count; i++) {
		const struct analyzer *a = analyzers[i];

		if (!a->companion || !str_ends(path, str_c(a->companion)))
			continue;
		str first = str_without_suffix(path, str_c(a->companion));
		if (a->companion_for)
			first = str_cat(arena, first, str_c(a->companion_for));
		if (analyzer_for(first) == a) {
			*main = first;
			return a;
		}
	}
	return NULL;
}

bool analyzer_passes_over(const struct analyzer *analyzer, str live, str path)
{
	return analyzer->one_per_folder && live.n > 0 && str_eq(path_dir(live), path_dir(path));
}

uint64_t analyzer_set_version(void)
{
	uint64_t v = 2; /* raised with the form of records */

	for (size_t i = 0; i < analyzer_count; i++)
		v = siphash(str_c(analyzers[i]->name), analyzers[i]->version, v);
	return v;
}
