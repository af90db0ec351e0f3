/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions in a file of objects. A comment holds for the value that begins in the next line (or
 * in its own, when it stands behind something) with all that is indented below it; in front of a
 * document for the whole of it. An annotation holds for its object.
 */
#include "fmt/syntax/ignore_comment.h"
#include "policy/constraint/object_file.h"

#define IGNORES_MAX 2000u    /* of one file; more are not heard, so findings count */
#define LOOK_MAX    4000000u /* lines looked at for all of them */

struct line {
	uint32_t start, n;
};

struct lines {
	str text;
	struct line *items;
	size_t n, cap;
	size_t looked;
};

static str line_at(const struct lines *l, size_t i)
{
	return str_of(l->text.p + l->items[i].start, l->items[i].n);
}

static size_t indent_of(str line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == ' ')
		n++;
	return n;
}

static bool is_comment(str line)
{
	line = str_trim(line);
	return line.n == 0 || line.p[0] == '#';
}

static bool is_marker(str line)
{
	return str_starts(line, STR("---")) && (line.n == 3 || is_space(line.p[3]));
}

static bool is_item(str line, size_t indent)
{
	return line.n > indent && line.p[indent] == '-' &&
	       (line.n == indent + 1 || is_space(line.p[indent + 1]));
}

static void add(struct object_file *file, const struct object_ignore *ignore)
{
	if (file->ignore_n >= IGNORES_MAX)
		return;
	file->ignores = arena_grow(file->arena, file->ignores, file->ignore_n, &file->ignore_cap,
				   sizeof(*file->ignores));
	file->ignores[file->ignore_n++] = *ignore;
}

/* The last line of the block that line `at` begins. */
static size_t block_end(struct lines *l, size_t at)
{
	str first = line_at(l, at);
	size_t indent = indent_of(first), end = at;
	bool item = is_item(first, indent);

	for (size_t i = at + 1; i < l->n && l->looked < LOOK_MAX; i++, l->looked++) {
		str line = line_at(l, i);
		size_t in = indent_of(line);

		if (is_marker(line))
			break;
		if (is_comment(line))
			continue;
		if (in < indent || (in == indent && (item || !is_item(line, in))))
			break;
		end = i;
	}
	return end;
}

static size_t document_end(struct lines *l, size_t at)
{
	size_t i = at;

	while (i + 1 < l->n && !is_marker(line_at(l, i + 1)) && l->looked++ < LOOK_MAX)
		i++;
	return i;
}

/* Nothing of the document stands in front of line `at`. */
static bool begins_document(struct lines *l, size_t at)
{
	while (at-- > 0 && l->looked++ < LOOK_MAX) {
		str line = line_at(l, at);

		if (is_marker(line))
			return true;
		if (!is_comment(line))
			return false;
	}
	return true;
}

/* From where to where a comment in line `at` holds; false: for nothing. */
static bool reach(struct lines *l, size_t at, bool alone, struct object_ignore *out)
{
	size_t next = at;

	while (alone && next < l->n &&
	       (is_comment(line_at(l, next)) || is_marker(line_at(l, next))) &&
	       l->looked++ < LOOK_MAX)
		next++;
	if (next >= l->n)
		return false;
	out->line = (uint32_t)next + 1;
	out->end_line = (uint32_t)(alone && begins_document(l, next) ? document_end(l, next)
								     : block_end(l, next)) +
			1;
	return true;
}

static void take_line(struct object_file *file, struct lines *l, size_t at)
{
	struct ignore_comment found[IGNORE_COMMENT_MAX];
	str line = line_at(l, at), text = str_trim(line);
	bool alone = str_starts(text, STR("#"));
	ptrdiff_t behind = str_find(text, STR(" #"));
	size_t n;

	if (!alone && behind < 0)
		return;
	n = ignore_comment_read(str_skip(text, alone ? 1 : (size_t)behind + 2), found);
	for (size_t i = 0; i < n; i++) {
		struct object_ignore one = {
			.ids = found[i].ids,
			.reason = found[i].reason,
			.until = found[i].until,
			.form = found[i].form,
			.comment = (uint32_t)at + 1,
		};

		if (found[i].whole || reach(l, at, alone, &one))
			add(file, &one);
	}
}

static void split(struct lines *l, struct arena *arena)
{
	str rest = l->text, line;

	while (str_line(&rest, &line)) {
		l->items = arena_grow(arena, l->items, l->n, &l->cap, sizeof(*l->items));
		l->items[l->n++] = (struct line){ .start = (uint32_t)(line.p - l->text.p),
						  .n = (uint32_t)line.n };
	}
}

static uint32_t lines_of(str text)
{
	uint32_t n = 0;
	str line;

	while (str_line(&text, &line))
		n++;
	return n;
}

/* The last line of an object: in front of the next one of its document, or the document's. */
static uint32_t object_end(const struct object_file *file, size_t i)
{
	const struct object_text *o = &file->items[i];

	if (i + 1 < file->n && file->items[i + 1].document == o->document)
		return object_line(&file->items[i + 1], file->items[i + 1].place) - 1;
	return o->line_base + lines_of(o->text);
}

static void take_annotations(struct object_file *file, size_t i)
{
	const struct object_text *o = &file->items[i];
	const struct json *meta = JSON_GET(o->resource.json, "metadata");
	const struct place *place = place_get(o->resource.json, o->place, STR("metadata"));
	const struct json *all = JSON_GET(meta, "annotations");
	const struct place *places = place_get(meta, place, STR("annotations"));
	uint32_t end = 0;

	JSON_MEMBERS (all, m) {
		struct object_ignore one = { .form = STR("seawall") };
		str text = json_str(&m->value), id, reason;

		if (str_starts(m->key, STR("checkov.io/skip")))
			one.form = STR("checkov");
		else if (!str_eq(m->key, STR("seawall/ignore")))
			continue;
		if (str_eq(one.form, STR("checkov")) && str_cut(text, '=', &id, &reason)) {
			one.ids = str_trim(id);
			one.reason = str_trim(reason);
		} else {
			ignore_comment_split(text, &one.ids, &one.reason);
		}
		end = end ? end : object_end(file, i);
		one.comment = object_line(o, place_of_member(all, places, m));
		one.line = object_line(o, o->place);
		one.end_line = end;
		add(file, &one);
	}
}

void object_file_ignores(struct object_file *file)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct lines l = { .text = file->text };

	for (size_t i = 0; i < file->n; i++)
		take_annotations(file, i);
	if (str_find(file->text, STR("ignore")) < 0 &&
	    str_find(file->text, STR("checkov:skip")) < 0)
		return;
	split(&l, scratch);
	for (size_t i = 0; i < l.n; i++)
		take_line(file, &l, i);
}
