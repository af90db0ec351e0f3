/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of Kubernetes objects: places lie beside the values, lines are of the file, every fault of
 * every message has a place, exceptions hold for lines that are there. A first byte of '#' reads
 * the rest as a parameter file.
 */
#include "policy/constraint/fault_place.h"
#include "policy/constraint/library_parameters.h"

#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void places_match(const struct json *v, const struct place *place, unsigned depth)
{
	/* Numbers may have become others, nothing else; the tree is the same. */
	must(place != NULL && place->n == json_len(v));
	must(depth <= OBJECT_FILE_MAX_DEPTH + OBJECT_FILE_LISTS);
	for (uint32_t i = 0; i < place->n; i++)
		places_match(v->type == JSON_ARRAY ? &v->items[i] : &v->members[i].value,
			     &place->children[i], depth + 1);
}

static uint32_t lines_of(str text)
{
	uint32_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n' || text.p[i] == '\r';
	return n;
}

static void faults(const struct object_text *o, uint32_t lines, struct arena *arena)
{
	static const char *const messages[] = {
		"container web: securityContext.privileged is true",
		"init container a: port 80 is not on the list",
		"spec.template is missing",
		"",
	};
	struct object_container c;
	struct object_root root;

	object_root_of(&root, o->resource.json, o->place);
	for (size_t i = 0; i < 100 && object_container_at(&root, i, &c); i++)
		must(c.json && c.place);
	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		struct violation v = { .message = str_c(messages[i]), .details = value_null() };
		struct fault_place p;

		fault_place_find(o, NULL, &v, arena, &p);
		must(p.line <= lines + 1);
		must(!p.present || p.line > 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct object_file file = { .arena = arena };
	struct library_parameters parameters;
	struct err err = { .kind = ERR_NONE };
	str text = str_of((const char *)data, size);

	if (size > 0 && data[0] == '#') {
		if (library_parameters_read(STR("p.yaml"), str_skip(text, 1), arena, &parameters,
					    &err) < 0)
			must(str_starts(str_c(err.msg), STR("p.yaml")));
		return 0;
	}
	if (object_file_read(&file, STR("a.yaml"), text, &err) < 0) {
		must(err.kind != ERR_NONE);
		return 0;
	}
	uint32_t lines = lines_of(file.text);
	for (size_t i = 0; i < file.n; i++) {
		const struct object_text *o = &file.items[i];

		must(o->resource.kind.n > 0 && o->resource.api_version.n > 0);
		must(o->line_base <= lines);
		places_match(o->resource.json, o->place, 0);
		if (i < 4)
			faults(o, lines, arena);
	}
	for (size_t i = 0; i < file.rest_n; i++)
		must(file.rest[i].reason.n > 0 && file.rest[i].line <= lines + 1);
	for (size_t i = 0; i < file.ignore_n; i++)
		must(file.ignores[i].end_line <= lines + 1);
	return 0;
}
