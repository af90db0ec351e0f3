/* SPDX-License-Identifier: Apache-2.0 */
#include "report/inline_exception.h"

#include "base/json.h"
#include "base/map.h"
#include "policy/check.h"

#define INLINE_MAX 20000u /* of one file */

struct inline_one {
	struct exception exception;
	int64_t line, end_line; /* 0: the whole file */
};

struct inline_file {
	struct inline_one *items;
	size_t n, cap;
};

/* Ids stand behind each other, with commas or blanks between. */
static void split_ids(struct arena *arena, str text, struct exception *out)
{
	str *ids = NULL;
	size_t n = 0, cap = 0, i = 0;

	while (i < text.n) {
		size_t start = i;

		while (i < text.n && text.p[i] != ',' && !is_space(text.p[i]))
			i++;
		if (i > start) {
			ids = arena_grow(arena, ids, n, &cap, sizeof(*ids));
			ids[n++] = str_dup(arena, str_of(text.p + start, i - start));
		}
		i++;
	}
	out->ids = ids;
	out->id_count = n;
}

static void add(struct arena *arena, struct inline_file *file, const struct fact_document *document,
		const struct json *v)
{
	struct inline_one one = { .exception = { .subject = EXCEPTION_MISCONFIGURATION,
						 .kind = EXCEPTION_ACCEPTED } };
	struct exception *e = &one.exception;
	str until = json_get_str(v, STR("until"));
	int64_t comment = 0;

	if (!json_i64(JSON_GET(v, "comment"), &comment) ||
	    !json_i64(JSON_GET(v, "line"), &one.line) ||
	    !json_i64(JSON_GET(v, "end_line"), &one.end_line) || file->n >= INLINE_MAX)
		return;
	split_ids(arena, json_get_str(v, STR("ids")), e);
	e->source = document->path;
	e->line = comment > 0 && comment < UINT32_MAX ? (uint32_t)comment : 0;
	e->reason = str_dup(arena, json_get_str(v, STR("reason")));
	if (e->reason.n == 0)
		e->reason = str_fmt(arena, "comment for %.*s in line %u",
				    STR_ARG(json_get_str(v, STR("form"))), e->line);
	/* An end that nobody understands is over: the finding counts. */
	if (until.n > 0 && !exception_expiry(until, &e->expires))
		e->expires = 1;
	file->items = arena_grow(arena, file->items, file->n, &file->cap, sizeof(*file->items));
	file->items[file->n++] = one;
}

void inline_exceptions_init(struct inline_exceptions *all, const struct inventory *inventory,
			    int64_t now, struct arena *arena)
{
	*all = (struct inline_exceptions){ .arena = arena,
					   .files = ARENA_NEW(arena, struct map),
					   .now = now };
	map_init(all->files, arena);
	for (size_t i = 0; inventory->documents && i < inventory->document_count; i++) {
		const struct fact_document *document = &inventory->documents[i];
		AUTO(arena_free)
		struct arena *scratch = arena_new();
		const struct json *facts;
		struct inline_file *file;
		struct err err;

		/* Facts that cannot be read are an error of every check. */
		if (str_find(document->json, STR("\"ignores\":[{")) < 0 ||
		    json_parse(document->json, NULL, scratch, &facts, &err) < 0)
			continue;
		file = ARENA_NEW(arena, struct inline_file);
		JSON_EACH (JSON_GET(facts, "ignores"), v)
			add(arena, file, document, v);
		IGNORE(map_put(all->files, document->path, file)); /* paths occur once */
	}
}

static bool names(const struct exception *exception, const struct check *check)
{
	for (size_t i = 0; i < exception->id_count; i++) {
		str id = exception->ids[i];
		bool same = str_ieq(id, check->id) || str_eq(id, STR("*"));

		for (size_t k = 0; k < check->alias_n && !same; k++)
			same = str_ieq(id, check->aliases[k]);
		if (same)
			return true;
	}
	return false;
}

const struct exception *inline_exception_for(const struct inline_exceptions *all,
					     const struct check_result *result,
					     const struct check_finding *finding)
{
	const struct inline_file *file = map_get(all->files, result->path);

	for (size_t i = 0; file && finding && i < file->n; i++) {
		const struct inline_one *one = &file->items[i];
		bool here = one->line == 0 || finding->line == 0 ||
			    (finding->line >= one->line && finding->line <= one->end_line);

		if (here && names(&one->exception, result->check) &&
		    !exception_is_expired(&one->exception, all->now))
			return &one->exception;
	}
	return NULL;
}
