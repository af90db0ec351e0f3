/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/documents.h"

#include "base/err.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"

static bool is_list(const struct json *v)
{
	return str_ends(json_get_str(v, STR("kind")), STR("List")) &&
	       json_is(JSON_GET(v, "items"), JSON_ARRAY);
}

static int add(struct documents *docs, str file, size_t number, const struct json *v,
	       unsigned depth, struct err *err)
{
	struct document d = { .file = file, .number = number };

	if (json_is(v, JSON_NULL) || (json_is(v, JSON_OBJECT) && v->n == 0))
		return 0;
	if (is_list(v)) {
		if (depth == DOCUMENTS_LISTS)
			return err_set(err, ERR_LIMIT, "lists in each other");
		JSON_EACH (JSON_GET(v, "items"), item)
			if (add(docs, file, number, resource_of_list(v, item, docs->arena),
				depth + 1, err) < 0)
				return -1;
		return 0;
	}
	if (docs->n >= DOCUMENTS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u objects", DOCUMENTS_MAX);
	if (resource_read(resource_numbers(v, docs->arena), &d.resource, err) < 0)
		return -1;
	docs->items =
		arena_grow(docs->arena, docs->items, docs->n, &docs->cap, sizeof(*docs->items));
	docs->items[docs->n++] = d;
	return 0;
}

static int add_json(struct documents *docs, str file, str text, struct err *err)
{
	struct json_opts opts = { .max_depth = DOCUMENTS_MAX_DEPTH };
	const struct json *json;

	if (json_parse(text, &opts, docs->arena, &json, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(file));
	if (add(docs, file, 1, json, 0, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(file));
	return 0;
}

int documents_add(struct documents *docs, str file, str text, struct err *err)
{
	struct yaml_opts opts = { .max_depth = DOCUMENTS_MAX_DEPTH };
	AUTO(yaml_reader_free)
	struct yaml_reader *reader = NULL;
	const struct json *json;
	size_t number = 0;
	int more;

	if (text_decode(text, docs->arena, &text, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(file));
	if (str_ends(file, STR(".json")))
		return add_json(docs, file, text, err);
	reader = yaml_reader_new(text, &opts, docs->arena);
	while ((more = yaml_next(reader, &json, NULL, err)) > 0) {
		number++;
		if (add(docs, file, number, json, 0, err) < 0)
			return err_wrap(err, "%.*s: document %zu", STR_ARG(file), number);
	}
	if (more < 0)
		return err_wrap(err, "%.*s", STR_ARG(file));
	return 0;
}
