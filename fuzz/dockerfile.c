/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dockerfiles: instructions stand in the order of their lines and inside of the file, facts are
 * JSON, and the lines in them exist.
 */
#include "fmt/container/dockerfile_fix.h"

#include "base/json.h"
#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_items(const struct dockerfile *file)
{
	uint32_t last = 0;

	for (size_t i = 0; i < file->item_count; i++) {
		const struct dockerfile_item *item = &file->items[i];

		must(item->line > last && item->end_line >= item->line);
		must(item->end_line <= file->lines && item->piece_count > 0);
		last = item->end_line;
		for (size_t k = 0; k < item->value_count; k++)
			must_be_readable(item->values[k]);
		for (size_t k = 0; k < item->flag_count; k++)
			must(str_starts(item->flags[k], STR("--")));
		for (size_t k = 0; k < item->piece_count; k++) {
			const struct dockerfile_piece *piece = &item->pieces[k];

			must(piece->at == 0 || piece->at >= item->pieces[k - 1].at);
			must(piece->p >= file->text.p && piece->p <= file->text.p + file->text.n);
		}
	}
	for (size_t i = 0; i < file->problem_count; i++)
		must(file->problems[i].line <= file->lines && file->problems[i].reason[0]);
	for (size_t i = 0; i < file->ignore_count; i++)
		must(file->ignores[i].end_line <= file->lines);
}

static void check_commands(const struct json *item, uint32_t lines)
{
	int64_t line;

	JSON_EACH (JSON_GET(item, "commands"), command) {
		must(json_i64(JSON_GET(command, "line"), &line));
		must(line >= 1 && line <= lines);
	}
}

/* Every repair at every line: what comes out is a Dockerfile still. */
static void check_repairs(const struct dockerfile *file, struct arena *arena)
{
	static const char *const kinds[] = {
		"add_local", "apk_cache",	   "apt_command", "apt_lists",	"apt_recommends",
		"copy_many", "empty_continuation", "legacy_env",  "maintainer", "no_assume_yes",
		"pip_cache", "relative_workdir",   "rpm_cache",	  "shell_form",
	};
	struct text_edits edits = { .arena = arena, .text = file->text };
	struct dockerfile again;
	struct buf out;
	struct err err;

	for (uint32_t line = 1; line <= file->lines && line <= 40; line++) {
		for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
			const struct dockerfile_fault fault = { .kind = str_c(kinds[i]),
								.line = line };

			IGNORE(dockerfile_fix(file, &fault, &edits)); /* may have none */
		}
	}
	text_edits_settle(&edits);
	buf_init(&out, 16u << 20);
	text_edits_apply(&edits, &out);
	must(!out.overflow);
	if (out.n <= DOCKERFILE_MAX_BYTES && str_is_utf8(buf_str(&out)) &&
	    dockerfile_parse(str_dup(arena, buf_str(&out)), arena, &again, &err) == 0)
		must(again.item_count > 0);
	buf_reset(&out);
	text_edits_diff(&edits, STR("Dockerfile"), &out);
	must(edits.n == 0 || str_starts(buf_str(&out), STR("--- a/Dockerfile\n")));
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out;
	struct dockerfile file;
	const struct json *facts;
	struct json_writer w;
	struct err err = { .kind = ERR_NONE };

	buf_init(&out, 32u << 20);
	if (dockerfile_parse(str_of((const char *)data, size), arena, &file, &err) < 0) {
		must(err.kind != ERR_NONE && err.msg[0]);
		return 0;
	}
	check_items(&file);
	check_repairs(&file, arena);
	json_writer_init(&w, &out, 0);
	dockerfile_facts(&file, STR("Dockerfile"), &w);
	if (out.overflow)
		return 0;
	must(json_parse(buf_str(&out), NULL, arena, &facts, &err) == 0);
	JSON_EACH (JSON_GET(facts, "Stages"), stage) {
		JSON_EACH (JSON_GET(stage, "Commands"), item)
			check_commands(item, file.lines);
	}
	return 0;
}
