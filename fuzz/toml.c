/* SPDX-License-Identifier: Apache-2.0 */
/* TOML: what is read can be written as JSON and reads back equal; places match the values. */
#include "fmt/syntax/toml.h"

#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void places_match(const struct json *value, const struct place *place)
{
	must(place != NULL && place->line > 0);
	must(place->n == json_len(value));
	for (uint32_t i = 0; i < place->n; i++)
		places_match(value->type == JSON_ARRAY ? &value->items[i]
						       : &value->members[i].value,
			     &place->children[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out;
	const struct json_opts opts = { .max_depth = JSON_MAX_DEPTH };
	const struct json *value, *back;
	const struct place *place;
	struct json_writer w;
	struct err err = { .kind = ERR_NONE };

	buf_init(&out, 64u << 20);
	if (toml_parse(str_of((const char *)data, size), 20000, arena, &value, &place, &err) < 0) {
		must(err.kind != ERR_NONE && err.msg[0]);
		return 0;
	}
	places_match(value, place);
	json_writer_init(&w, &out, 0);
	json_put(&w, value);
	must(!out.overflow);
	must(json_parse(buf_str(&out), &opts, arena, &back, &err) == 0);
	must(json_equal(value, back));
	return 0;
}
