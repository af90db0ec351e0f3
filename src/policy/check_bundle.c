/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/bundle.h"
#include "policy/check_internal.h"

/* All modules (src/bundle.sh). */
static const unsigned char bundle[] = {
#include "policies.inc"
};

struct reading {
	const str *folders;
	size_t folder_n;
	struct arena *arena;
	struct policy_source *sources;
	size_t n, cap;
};

static bool is_wanted(const struct reading *r, str name)
{
	str folder, rest;

	if (!str_cut(name, '/', &folder, &rest))
		return false;
	for (size_t i = 0; i < r->folder_n; i++) {
		if (str_eq(folder, r->folders[i]) || str_eq(name, r->folders[i]))
			return true;
	}
	return false;
}

static int take(void *context, str name, str text, struct err *err)
{
	struct reading *r = context;

	(void)err;
	if (!is_wanted(r, name))
		return 0;
	r->sources = arena_grow(r->arena, r->sources, r->n, &r->cap, sizeof(*r->sources));
	r->sources[r->n++] = (struct policy_source){
		.file = str_dup(r->arena, name),
		.text = str_dup(r->arena, text),
	};
	return 0;
}

int check_bundle_read(const str *folders, size_t n, struct arena *arena, struct policy_source **out,
		      size_t *count, struct err *err)
{
	struct reading r = { .folders = folders, .folder_n = n, .arena = arena };

	if (bundle_each(bundle, sizeof(bundle), take, &r, err) < 0)
		return -1;
	*out = r.sources;
	*count = r.n;
	return 0;
}
