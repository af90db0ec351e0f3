/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/object_file.h"

#include "fmt/syntax/json_place.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"

/* A document at hand. */
struct document_text {
	str text;
	uint32_t line_base;
	size_t number;
	bool json;
};

static void add_rest(struct object_file *file, const struct document_text *d, enum err_kind kind,
		     uint32_t line, str reason)
{
	file->rest = arena_grow(file->arena, file->rest, file->rest_n, &file->rest_cap,
				sizeof(*file->rest));
	file->rest[file->rest_n++] = (struct object_rest){ .kind = kind,
							   .line = d->line_base + (line ? line : 1),
							   .reason = reason };
}

/* ---- templates that nobody rendered ---- */

/*
 * An action of a template: what stands in Helm's and hardly anywhere else. In a text that is no
 * YAML, any.
 */
static bool is_action(str text, bool broken)
{
	static const char *const words[] = {
		".Values", ".Release", ".Chart",   ".Capabilities",
		".Files",  "$.Values", "include ", "tpl ",
	};

	text = str_skip(text, 2);
	if (broken)
		return str_find(text, STR("}}")) >= 0;
	if (str_starts(text, STR("-")))
		text = str_skip(text, 1);
	text = str_trim(text);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_starts(text, str_c(words[i])))
			return true;
	}
	return false;
}

static bool has_action(str text, bool broken)
{
	for (;;) {
		ptrdiff_t at = str_find(text, STR("{{"));

		if (at < 0)
			return false;
		text = str_skip(text, (size_t)at);
		if (is_action(str_take(text, 1024), broken))
			return true;
		text = str_skip(text, 2);
	}
}

/* An action in a value that says what the object is; data may hold templates of others. */
static bool is_unrendered(const struct json *v, unsigned depth)
{
	if (depth > OBJECT_FILE_MAX_DEPTH)
		return false;
	if (json_is(v, JSON_STRING))
		return str_find(json_str(v), STR("{{")) >= 0 && has_action(json_str(v), false);
	JSON_EACH (v, item)
		if (is_unrendered(item, depth + 1))
			return true;
	JSON_MEMBERS (v, m) {
		bool data = depth == 0 &&
			    (str_eq(m->key, STR("data")) || str_eq(m->key, STR("stringData")));

		if (!data && !str_eq(m->key, STR("annotations")) &&
		    is_unrendered(&m->value, depth + 1))
			return true;
	}
	return false;
}

#define NOT_RENDERED STR("a Helm template that is not rendered; check the output of helm template")

/* ---- objects ---- */

static bool is_list(const struct json *v)
{
	return str_ends(json_get_str(v, STR("kind")), STR("List")) &&
	       json_is(JSON_GET(v, "items"), JSON_ARRAY);
}

static void take_value(struct object_file *file, const struct document_text *d,
		       const struct json *v, const struct place *place, unsigned depth);

static void take_list(struct object_file *file, const struct document_text *d, const struct json *v,
		      const struct place *place, unsigned depth)
{
	const struct json *items = JSON_GET(v, "items");
	const struct place *places = place_get(v, place, STR("items"));

	if (depth >= OBJECT_FILE_LISTS) {
		add_rest(file, d, ERR_LIMIT, place_line(place), STR("lists in each other"));
		return;
	}
	JSON_EACH (items, item)
		take_value(file, d, resource_of_list(v, item, file->arena),
			   place_of_item(items, places, item), depth + 1);
}

static void take_object(struct object_file *file, const struct document_text *d,
			const struct json *v, const struct place *place)
{
	struct object_text o = { .place = place,
				 .text = d->text,
				 .line_base = d->line_base,
				 .document = d->number,
				 .json = d->json };
	struct err err;

	if (file->n >= OBJECT_FILE_MAX_OBJECTS) {
		add_rest(file, d, ERR_LIMIT, place_line(place), STR("too many objects"));
		return;
	}
	if (resource_read(resource_numbers(v, file->arena), &o.resource, &err) < 0) {
		add_rest(file, d, ERR_INPUT, place_line(place),
			 str_dup(file->arena, str_c(err.msg)));
		return;
	}
	file->items =
		arena_grow(file->arena, file->items, file->n, &file->cap, sizeof(*file->items));
	file->items[file->n++] = o;
}

static void take_value(struct object_file *file, const struct document_text *d,
		       const struct json *v, const struct place *place, unsigned depth)
{
	bool named = json_get_str(v, STR("kind")).n > 0 && json_get_str(v, STR("apiVersion")).n > 0;

	if (json_is(v, JSON_NULL) || (json_is(v, JSON_OBJECT) && v->n == 0))
		return; /* nothing */
	if (is_unrendered(v, 0))
		add_rest(file, d, ERR_UNSUPPORTED, place_line(place), NOT_RENDERED);
	else if (is_list(v))
		take_list(file, d, v, place, depth);
	else if (!named && JSON_GET(v, "kind") && JSON_GET(v, "spec"))
		add_rest(file, d, ERR_INPUT, place_line(place),
			 STR("an object without apiVersion or kind"));
	else if (!named)
		add_rest(file, d, ERR_NONE, place_line(place), STR("no Kubernetes object"));
	else
		take_object(file, d, v, place);
}

/* ---- texts ---- */

static bool looks_like_object(str text)
{
	return str_find(text, STR("apiVersion")) >= 0 && str_find(text, STR("kind")) >= 0;
}

/* "YAML line 3 column 5: what" of a document in the middle of the file. */
static str moved_message(const struct object_file *file, const struct document_text *d,
			 const char *message, uint32_t *line)
{
	str rest = str_c(message), digits;
	uint64_t n;
	size_t k = 0;

	*line = 0;
	if (!str_starts(rest, STR("YAML line ")))
		return str_dup(file->arena, rest);
	rest = str_skip(rest, STR("YAML line ").n);
	while (k < rest.n && is_digit(rest.p[k]))
		k++;
	digits = str_take(rest, k);
	if (!str_u64(digits, &n) || n > UINT32_MAX - d->line_base)
		return str_dup(file->arena, str_c(message));
	*line = (uint32_t)n;
	return str_fmt(file->arena, "YAML line %llu%.*s", (unsigned long long)n + d->line_base,
		       STR_ARG(str_skip(rest, k)));
}

static void take_failure(struct object_file *file, const struct document_text *d,
			 const struct err *why)
{
	uint32_t line;
	str message = moved_message(file, d, why->msg, &line);

	if (has_action(d->text, true))
		add_rest(file, d, ERR_UNSUPPORTED, 0, NOT_RENDERED);
	else if (looks_like_object(d->text) || why->kind == ERR_LIMIT)
		add_rest(file, d, why->kind, line, message);
	else
		add_rest(file, d, ERR_NONE, line,
			 str_cat(file->arena, STR("no Kubernetes object: "), message));
}

static bool has_memory(struct object_file *file, const struct document_text *d)
{
	if (arena_used(file->arena) < OBJECT_FILE_MAX_MEMORY)
		return true;
	add_rest(file, d, ERR_LIMIT, 0, STR("too many values in one file"));
	return false;
}

static void take_yaml(struct object_file *file, const struct document_text *d)
{
	struct yaml_opts opts = { .max_depth = OBJECT_FILE_MAX_DEPTH };
	AUTO(yaml_reader_free)
	struct yaml_reader *reader = yaml_reader_new(d->text, &opts, file->arena);
	const struct json *v;
	const struct place *place;
	struct err err;
	int more;

	while ((more = yaml_next(reader, &v, &place, &err)) > 0)
		take_value(file, d, v, place, 0);
	if (more < 0)
		take_failure(file, d, &err);
}

static bool is_marker(str line)
{
	return str_starts(line, STR("---")) && (line.n == 3 || is_space(line.p[3]));
}

static bool has_content(str text)
{
	str line;

	while (str_line(&text, &line)) {
		line = str_trim(line);
		if (line.n > 0 && line.p[0] != '#' && line.p[0] != '%' &&
		    !str_eq(line, STR("---")) && !str_eq(line, STR("...")))
			return true;
	}
	return false;
}

/*
 * "---" at the beginning of a line always ends a document, whatever stands around it, so each is
 * read on its own.
 */
static int read_yaml(struct object_file *file)
{
	struct document_text d = { .text = STR_EMPTY };
	str rest = file->text, line;
	const char *start = rest.p;
	uint32_t lines = 0;

	while (rest.p) {
		const char *at = rest.p;
		bool more = str_line(&rest, &line);

		if (more && !is_marker(line)) {
			lines++;
			continue;
		}
		d.text = str_of(start, (size_t)((more ? at : file->text.p + file->text.n) - start));
		if (has_content(d.text)) {
			d.number++;
			if (!has_memory(file, &d))
				return 0;
			take_yaml(file, &d);
		}
		start = at;
		d.line_base = lines++;
		if (!more)
			break;
	}
	return 0;
}

/* True: it was JSON, as far as the end or a fault. */
static bool read_json(struct object_file *file, bool sure)
{
	struct json_opts opts = { .max_depth = OBJECT_FILE_MAX_DEPTH };
	struct document_text d = { .json = true };
	struct text_lines lines = { .text = file->text };
	str rest = file->text;

	while (json_stream_next(&rest, &d.text)) {
		const struct json *v;
		struct err err;
		uint32_t line = text_line_of(&lines, d.text.p);

		d.line_base = line > 0 ? line - 1 : 0;
		d.number++;
		if (!has_memory(file, &d))
			return true;
		if (json_parse(d.text, &opts, file->arena, &v, &err) < 0) {
			if (!sure && d.number == 1)
				return false;
			take_failure(file, &d, &err);
			return true;
		}
		take_value(file, &d, v, json_place_make(d.text, v, file->arena), 0);
	}
	return true;
}

int object_file_read(struct object_file *file, str path, str bytes, struct err *err)
{
	str head;

	file->path = path;
	if (bytes.n > OBJECT_FILE_MAX)
		return err_set(err, ERR_LIMIT, "%.*s: %zu bytes, at most %u are read",
			       STR_ARG(path), bytes.n, OBJECT_FILE_MAX);
	if (text_decode(bytes, file->arena, &file->text, err) < 0 ||
	    text_check(file->text, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	if (file->text.n == 0)
		return 0;
	head = str_trim(str_take(file->text, 4096));
	bool sure = str_ends(path, STR(".json"));
	bool json = str_starts(head, STR("{")) || str_starts(head, STR("["));

	if ((sure || (json && !str_starts(head, STR("{{")))) && read_json(file, sure)) {
		object_file_ignores(file);
		return 0;
	}
	if (read_yaml(file) < 0)
		return -1;
	object_file_ignores(file);
	return 0;
}
