/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits of YAML and JSON texts. The first bytes choose changes (which of the places of the
 * document, and what with), the rest is the text. What is edited reads as it was asked for, in that
 * document; the other documents say what they said; the difference, made of the same edits, has
 * lines.
 */
#include "fmt/syntax/yaml_edit.h"
#include "base/err.h"
#include "fmt/syntax/yaml.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHANGES 3u
#define DEPTH	12u

static const char *const values[] = { "true", "\"x: y\"", "{\"a\": [1, {}]}", "[\"b\"]", "null" };

/* Walks down by the bytes, and perhaps one step beside what is there. */
static size_t choose(const struct json *v, uint8_t seed, struct yaml_step *path)
{
	size_t n = 0;

	while (n < DEPTH) {
		bool array = json_is(v, JSON_ARRAY);
		uint32_t at;

		if (!array && !json_is(v, JSON_OBJECT))
			break;
		at = (seed + (uint32_t)n * 7u) % (v->n + 1);
		if (array)
			path[n++] = (struct yaml_step){ .is_index = true, .index = at };
		else
			path[n++] = (struct yaml_step){ .key = at < v->n ? v->members[at].key
									 : STR("new key") };
		if (at == v->n || seed % 5 == n)
			break;
		v = array ? &v->items[at] : &v->members[at].value;
	}
	return n;
}

static const struct json *documents(str text, struct arena *arena, size_t *n)
{
	struct yaml_opts opts = { .last_wins = true };
	str plain = str_without_prefix(text, STR("\xef\xbb\xbf")); /* readers do not know it */
	AUTO(yaml_reader_free)
	struct yaml_reader *reader = yaml_reader_new(plain, &opts, arena);
	struct json *all = ARENA_ARRAY(arena, struct json, 16);
	const struct json *v;
	struct err err;
	int rc = 1;

	for (*n = 0; *n < 16 && (rc = yaml_next(reader, &v, NULL, &err)) > 0;)
		all[(*n)++] = *v;
	return rc == 0 ? all : NULL;
}

static void check(const struct text_edits *edits, const struct json *before, size_t n,
		  size_t document, struct arena *arena)
{
	struct buf out, diff;
	const struct json *after;
	size_t after_n;

	buf_init(&out, 1u << 22);
	buf_init(&diff, 1u << 22);
	text_edits_apply(edits, &out);
	text_edits_diff(edits, STR("a.yaml"), &diff);
	must(edits->n == 0 || diff.n > 0);
	after = documents(buf_str(&out), arena, &after_n);
	must(after && after_n == n);
	for (size_t i = 0; i < n; i++)
		must(i == document || json_equal(&before[i], &after[i]));
	buf_done(&out);
	buf_done(&diff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct yaml_step paths[CHANGES][DEPTH];
	struct yaml_change changes[CHANGES];
	struct text_edits edits = { .arena = arena };
	const struct json *before;
	size_t n = 0, change_n, document;
	struct err err;

	if (size < CHANGES * 2 + 2 || size > (1u << 16))
		return 0;
	edits.text = str_of((const char *)data + CHANGES * 2 + 2, size - CHANGES * 2 - 2);
	before = documents(edits.text, arena, &n);
	if (!before || n == 0)
		return 0;
	document = data[0] % n;
	change_n = 1 + data[1] % CHANGES;
	for (size_t i = 0; i < change_n; i++) {
		uint8_t value = data[2 + 2 * i + 1] % (ARRAY_LEN(values) + 1);

		changes[i] = (struct yaml_change){ .path = paths[i] };
		changes[i].n = choose(&before[document], data[2 + 2 * i], paths[i]);
		if (changes[i].n == 0)
			return 0;
		if (value < ARRAY_LEN(values))
			must(json_parse(str_c(values[value]), NULL, arena, &changes[i].value,
					&err) == 0);
	}
	if (yaml_edit(&edits, document, changes, change_n, &err) < 0)
		return 0;
	text_edits_settle(&edits);
	must(edits.dropped == 0);
	check(&edits, before, n, document, arena);
	return 0;
}
