/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/package.h"

#include "base/err.h"

void package_copy(struct package *to, const struct package *from, struct arena *arena)
{
	str *const views[] = { &to->kind,	 &to->name,	      &to->version,    &to->arch,
			       &to->source_name, &to->source_version, &to->maintainer, &to->vendor,
			       &to->licence,	 &to->module,	      &to->origin,     &to->path };
	str *files;

	*to = *from;
	for (size_t i = 0; i < ARRAY_LEN(views); i++)
		*views[i] = str_dup(arena, *views[i]);
	if (!from->file_count) {
		to->files = NULL;
		return;
	}
	files = ARENA_ARRAY(arena, str, from->file_count);
	for (size_t i = 0; i < from->file_count; i++)
		files[i] = str_dup(arena, from->files[i]);
	to->files = files;
}

static int list_add(struct package_sink *sink, const struct package *package, struct err *err)
{
	struct package_list *list = (struct package_list *)sink;

	if (list->n >= list->max)
		return err_set(err, ERR_LIMIT, "more than %zu packages", list->max);
	list->items =
		arena_grow(list->arena, list->items, list->n, &list->cap, sizeof(*list->items));
	package_copy(&list->items[list->n++], package, list->arena);
	return 0;
}

static void list_skipped(struct package_sink *sink, const char *reason, str where)
{
	struct package_list *list = (struct package_list *)sink;

	if (list->skipped_n++ == 0)
		list->skipped_first = str_fmt(list->arena, "%s: %.*s", reason, STR_ARG(where));
}

void package_list_init(struct package_list *list, struct arena *arena)
{
	*list = (struct package_list){
		.sink = { .add = list_add, .skipped = list_skipped },
		.arena = arena,
		.max = PACKAGE_LIST_MAX,
	};
}
