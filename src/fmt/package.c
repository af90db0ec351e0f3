/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/package.h"

#include "base/words.h"

static const char *const forms[] = {
	[PACKAGE_INSTALLED] = "installed", [PACKAGE_LOCKED] = "locked",
	[PACKAGE_DECLARED] = "declared",   [PACKAGE_EMBEDDED] = "embedded",
	[PACKAGE_GUESSED] = "guessed",
};

const char *package_form_name(enum package_form form) { return forms[form]; }

bool package_form_from(str name, enum package_form *out)
{
	ptrdiff_t at = words_find(forms, ARRAY_LEN(forms), name);

	if (at < 0)
		return false;
	*out = (enum package_form)at;
	return true;
}

static const str *copy_texts(struct arena *arena, const str *items, size_t n)
{
	str *copies;

	if (n == 0)
		return NULL;
	copies = ARENA_ARRAY(arena, str, n);
	for (size_t i = 0; i < n; i++)
		copies[i] = str_dup(arena, items[i]);
	return copies;
}

void package_copy(struct package *to, const struct package *from, struct arena *arena)
{
	str *const views[] = { &to->kind,	 &to->name,	      &to->version,    &to->arch,
			       &to->source_name, &to->source_version, &to->maintainer, &to->vendor,
			       &to->licence,	 &to->module,	      &to->origin,     &to->cpe,
			       &to->path,	 &to->project };

	*to = *from;
	for (size_t i = 0; i < ARRAY_LEN(views); i++)
		*views[i] = str_dup(arena, *views[i]);
	to->files = copy_texts(arena, from->files, from->file_count);
	to->depends = copy_texts(arena, from->depends, from->depend_count);
	to->digests = copy_texts(arena, from->digests, from->digest_count);
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

int package_tally_add(struct package_tally *tally, const struct package *package, struct err *err)
{
	struct package owned = *package;

	tally->emitted++;
	if (str_empty(owned.project))
		owned.project = tally->project;
	return tally->sink->add(tally->sink, &owned, err);
}

void package_tally_broken(struct package_tally *tally, const char *reason, uint64_t line)
{
	char where[48];
	int n = snprintf(where, sizeof(where), "line %llu", (unsigned long long)line);

	if (tally->broken++ == 0)
		err_set(&tally->first, ERR_INPUT, "%s: %s", where, reason);
	tally->sink->skipped(tally->sink, reason, str_of(where, n > 0 ? (size_t)n : 0));
}

int package_tally_result(const struct package_tally *tally, struct err *err)
{
	if (tally->emitted > 0 || tally->broken == 0)
		return 0;
	*err = tally->first;
	return -1;
}
