/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML: every schema ends, what is read can be written as JSON and reads back equal (as JSON, and
 * as YAML where nothing but the schema decides), places match the values.
 */
#include "fmt/syntax/yaml.h"

#include "checking_sink.h"

#define VALUES 20000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void places_match(const struct json *value, const struct place *place)
{
	must(place != NULL);
	must(place->n == json_len(value));
	for (uint32_t i = 0; i < place->n; i++)
		places_match(value->type == JSON_ARRAY ? &value->items[i]
						       : &value->members[i].value,
			     &place->children[i]);
}

static void reads_back(const struct json *value, struct arena *arena)
{
	AUTO(buf_done)
	struct buf out;
	const struct json_opts opts = { .max_depth = JSON_MAX_DEPTH };
	const struct yaml_opts core = { .schema = YAML_CORE, .max_depth = YAML_MAX_DEPTH };
	const struct json *back;
	struct json_writer w;
	struct err err;

	buf_init(&out, 64u << 20);
	json_writer_init(&w, &out, 0);
	json_put(&w, value);
	must(!out.overflow);
	must(json_parse(buf_str(&out), &opts, arena, &back, &err) == 0);
	must(json_equal(value, back));
	/* JSON is YAML, but for keys of more than 1024 bytes, and DEL and its like in the raw. */
	if (yaml_parse(buf_str(&out), &core, arena, &back, NULL, &err) == 0)
		must(json_equal(value, back));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct yaml_opts opts = { .max_values = VALUES };
	const struct place *place;
	const struct json *value;
	struct err err = { .kind = ERR_NONE };
	int rc;

	if (size == 0)
		return 0;
	opts.schema = data[0] % 3;
	opts.last_wins = data[0] & 4;
	AUTO(yaml_reader_free)
	struct yaml_reader *reader =
		yaml_reader_new(str_of((const char *)data + 1, size - 1), &opts, arena);

	for (int documents = 0; documents < 8; documents++) {
		rc = yaml_next(reader, &value, &place, &err);
		if (rc <= 0)
			break;
		places_match(value, place);
		reads_back(value, arena);
	}
	if (rc < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	return 0;
}
