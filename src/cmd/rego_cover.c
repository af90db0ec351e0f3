/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/rego_cover.h"

#include "base/json.h"
#include "base/map.h"

/* The lines of a file that have literals, sorted. */
struct cover_line {
	uint32_t line;
	bool reached;
};

struct cover_file {
	struct cover_line *lines;
	size_t n, cap;
};

static int by_line(const void *a, const void *b)
{
	const struct cover_line *x = a, *y = b;

	return x->line < y->line ? -1 : x->line > y->line;
}

/* A line with several literals is reached when one of them is. */
static void tidy(struct cover_file *file)
{
	size_t kept = 0;

	qsort(file->lines, file->n, sizeof(*file->lines), by_line);
	for (size_t i = 0; i < file->n; i++) {
		if (kept > 0 && file->lines[kept - 1].line == file->lines[i].line)
			file->lines[kept - 1].reached |= file->lines[i].reached;
		else
			file->lines[kept++] = file->lines[i];
	}
	file->n = kept;
}

static void put_place(struct json_writer *w, str name, uint32_t line)
{
	json_key(w, name);
	json_open_object(w);
	json_kv_u64(w, STR("row"), line);
	json_close_object(w);
}

/* Runs of lines. */
static size_t put_ranges(struct json_writer *w, const struct cover_file *file, bool reached)
{
	size_t count = 0;

	json_open_array(w);
	for (size_t i = 0; i < file->n; i++) {
		size_t end = i;

		if (file->lines[i].reached != reached)
			continue;
		while (end + 1 < file->n && file->lines[end + 1].reached == reached &&
		       file->lines[end + 1].line == file->lines[end].line + 1)
			end++;
		json_open_object(w);
		put_place(w, STR("start"), file->lines[i].line);
		put_place(w, STR("end"), file->lines[end].line);
		json_close_object(w);
		count += end - i + 1;
		i = end;
	}
	json_close_array(w);
	return count;
}

static size_t put_percent(struct json_writer *w, size_t part, size_t all)
{
	size_t hundredths = all ? (part * 20000 / all + 1) / 2 : 10000;

	JSON_KEY(w, "coverage");
	json_put_double(w, (double)hundredths / 100);
	return hundredths;
}

static void put_file(struct json_writer *w, str name, struct cover_file *file, size_t *reached,
		     size_t *all)
{
	size_t lines;

	tidy(file);
	json_key(w, name);
	json_open_object(w);
	JSON_KEY(w, "covered");
	lines = put_ranges(w, file, true);
	JSON_KEY(w, "not_covered");
	put_ranges(w, file, false);
	json_kv_u64(w, STR("covered_lines"), lines);
	json_kv_u64(w, STR("not_covered_lines"), file->n - lines);
	put_percent(w, lines, file->n);
	json_close_object(w);
	*reached += lines;
	*all += file->n;
}

uint64_t rego_put_coverage(struct buf *out, const struct policy *policy,
			   const struct policy_counters *counters, struct arena *arena)
{
	size_t reached = 0, all = 0, hundredths;
	struct json_writer w;
	struct map files;

	map_init(&files, arena);
	for (size_t id = 0; id < policy_literals(policy); id++) {
		struct cover_file **file;
		uint32_t line;
		str name = policy_literal(policy, id, &line);

		if (name.n == 0)
			continue;
		file = (struct cover_file **)map_slot(&files, name);
		if (!*file)
			*file = ARENA_NEW(arena, struct cover_file);
		(*file)->lines = arena_grow(arena, (*file)->lines, (*file)->n, &(*file)->cap,
					    sizeof(*(*file)->lines));
		(*file)->lines[(*file)->n++] =
			(struct cover_line){ .line = line, .reached = counters->tried[id] > 0 };
	}
	json_writer_init(&w, out, 2);
	json_open_object(&w);
	JSON_KEY(&w, "files");
	json_open_object(&w);
	MAP_EACH (&files, entry)
		put_file(&w, entry->key, entry->value, &reached, &all);
	json_close_object(&w);
	json_kv_u64(&w, STR("covered_lines"), reached);
	json_kv_u64(&w, STR("not_covered_lines"), all - reached);
	hundredths = put_percent(&w, reached, all);
	json_close_object(&w);
	buf_byte(out, '\n');
	return hundredths;
}
