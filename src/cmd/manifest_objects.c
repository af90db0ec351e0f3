/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/manifest_objects.h"

#include "base/json.h"

struct out {
	struct arena *arena;
	struct not_examined *missed;
	size_t n, cap;
};

static struct not_examined *miss(struct out *out, enum err_kind kind, const char *what, str path,
				 str reason)
{
	out->missed = arena_grow(out->arena, out->missed, out->n, &out->cap, sizeof(*out->missed));
	out->missed[out->n] = (struct not_examined){
		.kind = kind, .what = str_c(what), .path = path, .reason = reason, .count = 1
	};
	return &out->missed[out->n++];
}

/* Exceptions of the file, in the form that facts have (report/inline_exception.h). */
str manifest_ignores_json(const struct object_file *file, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { .p = NULL };
	struct json_writer w;

	buf_init(&b, FACT_MAX_BYTES);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	JSON_KEY(&w, "ignores");
	json_open_array(&w);
	for (size_t i = 0; i < file->ignore_n; i++) {
		const struct object_ignore *ignore = &file->ignores[i];

		json_open_object(&w);
		json_kv_str(&w, STR("form"), ignore->form);
		json_kv_str(&w, STR("ids"), ignore->ids);
		json_kv_str(&w, STR("reason"), ignore->reason);
		json_kv_str(&w, STR("until"), ignore->until);
		json_kv_u64(&w, STR("comment"), ignore->comment);
		json_kv_u64(&w, STR("line"), ignore->line);
		json_kv_u64(&w, STR("end_line"), ignore->end_line);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	/* Too many exceptions except nothing: findings count. */
	return b.overflow ? STR("{}") : str_dup(arena, buf_str(&b));
}

static void add_documents(const struct manifest_files *files, struct inventory *inventory)
{
	struct arena *arena = files->arena;
	size_t n = inventory->document_count;
	struct fact_document *all = ARENA_ARRAY(arena, struct fact_document, n + files->n + 1);

	for (size_t i = 0; i < n; i++)
		all[i] = inventory->documents[i];
	for (size_t i = 0; i < files->n; i++) {
		const struct object_file *file = files->items[i];

		if (file->n == 0)
			continue;
		all[n++] = (struct fact_document){ .kind = STR(LIBRARY_GROUP),
						   .path = file->path,
						   .layer = -1,
						   .json = manifest_ignores_json(file, arena) };
	}
	inventory->documents = all;
	inventory->document_count = n;
	inventory->facts_gathered = true;
}

/* What of the files is no object: each fault of its own, the rest counted. */
static void add_rest(const struct manifest_files *files, struct out *out)
{
	uint64_t none = 0;

	for (size_t i = 0; i < files->n; i++) {
		const struct object_file *file = files->items[i];

		for (size_t k = 0; k < file->rest_n; k++) {
			const struct object_rest *rest = &file->rest[k];

			if (rest->kind == ERR_NONE) {
				none++;
				continue;
			}
			miss(out, rest->kind, "document",
			     str_fmt(out->arena, "%.*s:%u", STR_ARG(file->path), rest->line),
			     rest->reason);
		}
	}
	if (none > 0)
		miss(out, ERR_NONE, "documents", STR_EMPTY, STR("no Kubernetes object"))->count =
			none;
	if (files->others > 0)
		miss(out, ERR_NONE, "files", STR_EMPTY, STR("neither YAML, JSON nor a Dockerfile"))
			->count = files->others;
}

static void add_unjudged(const struct object_check *check, struct out *out)
{
	MAP_EACH (&check->unjudged, e) {
		const struct object_tally *tally = e->value;

		miss(out, ERR_NONE, "objects", tally->kind, STR("no rule is for them"))->count =
			tally->n;
	}
}

int manifest_judge(const struct manifest_rules *rules, struct manifest_files *files,
		   struct inventory *inventory, struct check_results *results,
		   struct library **library, struct err *err)
{
	struct object_check check = { .arena = files->arena, .results = results };
	struct out out = { .arena = files->arena };

	for (size_t i = 0; i < inventory->not_examined_count; i++)
		*miss(&out, ERR_NONE, "", STR_EMPTY, STR_EMPTY) = inventory->not_examined[i];
	for (size_t i = 0; i < files->missed_n; i++)
		*miss(&out, ERR_NONE, "", STR_EMPTY, STR_EMPTY) = files->missed[i];
	if (manifest_files_objects(files) > 0) {
		*library = library_load(&rules->opts, err);
		if (!*library)
			return -1;
		check.library = *library;
		for (size_t i = 0; i < files->n; i++)
			object_check_prepare(&check, files->items[i], rules->namespace);
		if (object_check_seal(&check, err) < 0)
			return -1;
		for (size_t i = 0; i < files->n; i++)
			object_check_file(&check, files->items[i]);
		object_check_end(&check);
		add_unjudged(&check, &out);
	}
	add_rest(files, &out);
	add_documents(files, inventory);
	inventory->not_examined = out.missed;
	inventory->not_examined_count = out.n;
	inventory->files_seen += files->n;
	inventory->bytes_seen += files->bytes;
	inventory->objects_read = check.read;
	inventory->objects_judged = check.judged;
	return 0;
}

/* Findings of own checks point into the file, if they do not say where themselves. */
static void give_lines(struct check_results *results, size_t from, const struct object_text *o,
		       struct arena *arena)
{
	for (size_t i = from; i < results->n; i++) {
		struct check_result *r = &results->items[i];
		struct check_finding *all = ARENA_ARRAY(arena, struct check_finding, r->finding_n);

		for (size_t k = 0; k < r->finding_n; k++) {
			all[k] = r->findings[k];
			if (all[k].line == 0)
				all[k].line = all[k].end_line = object_line(o, o->place);
		}
		r->findings = all;
	}
}

void manifest_judge_own(const struct check_set *checks, const struct manifest_files *files,
			int64_t now, struct check_results *results)
{
	const struct check_run run = { .now = now };

	for (size_t i = 0; i < files->n; i++) {
		const struct object_file *file = files->items[i];

		for (size_t k = 0; k < file->n; k++) {
			const struct object_text *o = &file->items[k];
			AUTO(buf_done)
			struct buf b = { .p = NULL };
			struct json_writer w;
			size_t from = results->n;

			buf_init(&b, CHECK_MAX_FACTS);
			json_writer_init(&w, &b, 0);
			json_put(&w, o->resource.json);
			/* A text that was cut is an error of every check. */
			check_set_judge(checks, STR(LIBRARY_GROUP), file->path,
					str_dup(files->arena, buf_str(&b)), &run, files->arena,
					results);
			give_lines(results, from, o, files->arena);
		}
	}
}
