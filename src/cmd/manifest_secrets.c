/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/manifest_secrets.h"

#include "base/err.h"
#include "scan/secret/search.h"

/* Variables, labels and arguments with their names, as they stand: many kinds look at both. */
static str searched_text(const struct plan_text *text, struct arena *arena)
{
	if (text->kind == PLAN_COMMAND)
		return text->value;
	return str_fmt(arena, "%.*s=%.*s", STR_ARG(text->name), STR_ARG(text->value));
}

static void search_text(struct secret_search *search, struct container_plan *plan, size_t i)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	str text = searched_text(&plan->texts[i], scratch);
	const struct secret_found *found;
	size_t n;

	secret_search_begin(search, STR_EMPTY, TEXT_BYTES);
	secret_search_take(search, text);
	secret_search_end(search);
	found = secret_search_found(search, &n);
	for (size_t k = 0; k < n; k++) {
		const struct plan_secret secret = {
			.kind = found[k].kind->id,
			.title = found[k].kind->title,
			.title_ja = found[k].kind->title_ja,
			.shown = str_dup(plan->arena, str_c(found[k].shown)),
		};

		plan_add_secret(plan, i, &secret);
	}
	if ((secret_search_gave_up(search) || secret_search_dropped(search) > 0) &&
	    plan->texts_unknown.n == 0)
		plan->texts_unknown =
			str_fmt(plan->arena, "line %u: a text was not searched in full for secrets",
				plan->texts[i].place.line);
}

int manifest_secrets_search(struct container_plan *const *plans, size_t n, struct arena *arena,
			    struct err *err)
{
	AUTO(secret_search_free)
	struct secret_search *search = NULL;
	struct secret_kinds *kinds = NULL;

	for (size_t i = 0; i < n; i++) {
		if (plans[i]->text_n > 0 && !search) {
			kinds = ARENA_NEW(arena, struct secret_kinds);
			if (secret_kinds_builtin(arena, kinds, err) < 0 ||
			    secret_search_new(kinds, &search, err) < 0)
				return -1;
		}
		/* An argument stands in its command line, too. */
		for (size_t k = 0; k < plans[i]->text_n; k++) {
			if (plans[i]->texts[k].kind != PLAN_ARGUMENT)
				search_text(search, plans[i], k);
		}
	}
	return 0;
}
