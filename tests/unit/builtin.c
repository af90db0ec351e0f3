/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each line of tests/data/policy/builtin_*.txt is a call: NAME, the arguments as a JSON array, and
 * "=> RESULT" as Rego writes it (or "undefined"), or "=! TEXT" that the error begins with. A set is
 * {"$set": [...]}.
 */
#include "policy/builtin.h"
#include "test.h"

#include "casefile.h"

#define NOW_NS INT64_C(1700000000000000000)

static struct value with_sets(struct value v, struct arena *arena)
{
	const struct value *set = VALUE_GET(&v, "$set");
	struct value_builder items;
	struct object_builder members;

	if (v.type != VALUE_ARRAY && v.type != VALUE_OBJECT)
		return v;
	value_builder_init(&items, arena);
	object_builder_init(&members, arena);
	if (set || v.type == VALUE_ARRAY) {
		const struct value *from = set ? set : &v;

		for (uint32_t i = 0; i < from->n; i++)
			value_builder_add(&items, with_sets(from->items[i], arena));
		return set ? value_builder_set(&items) : value_builder_array(&items);
	}
	for (uint32_t i = 0; i < v.n; i++)
		object_builder_add(&members, v.members[i].key,
				   with_sets(v.members[i].value, arena));
	return object_builder_take_last(&members);
}

static void run_line(struct casefile *file, struct builtin_call *call)
{
	str name = casefile_field(file);
	ptrdiff_t right = str_find(file->rest, STR(" => ")),
		  wrong = str_find(file->rest, STR(" =! "));
	ptrdiff_t at = right >= 0 ? right : wrong;
	const struct builtin *b = builtin_find(name);
	struct builtin_signature sig;
	const struct json *json;
	AUTO(buf_done)
	struct buf got = { 0 };
	struct value args, out = value_null();
	str want;
	int rc;

	buf_init(&got, 1u << 20);
	CASE_CHECK(file, at >= 0, "no => or =!");
	CASE_CHECK(file, b, "no such builtin");
	want = str_skip(file->rest, (size_t)at + 4);
	CASE_CHECK(file,
		   json_parse(str_take(file->rest, (size_t)at), NULL, call->arena, &json,
			      call->err) == 0,
		   "%s", call->err->msg);
	args = with_sets(value_from_json(json, call->arena), call->arena);
	builtin_signature(b, &sig);
	CASE_CHECK(file, args.type == VALUE_ARRAY && args.n == sig.arity, "%u arguments expected",
		   sig.arity);
	rc = builtin_run(b, &sig, call, args.items, &out);
	if (rc == BUILTIN_OK)
		value_write_rego(&out, &got);
	else
		buf_add(&got, rc == BUILTIN_UNDEFINED ? STR("undefined") : str_c(call->err->msg));
	CASE_CHECK(file, (rc >= 0) == (right >= 0), "got %.*s", STR_ARG(buf_str(&got)));
	CASE_CHECK(file, right >= 0 ? str_eq(buf_str(&got), want) : str_starts(buf_str(&got), want),
		   "got  %.*s\n     want %.*s", STR_ARG(buf_str(&got)), STR_ARG(want));
}

static void run_file(const char *name)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(builtin_cache_free)
	struct builtin_cache *cache = builtin_cache_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open(name);

	while (casefile_next(&file)) {
		struct err err;
		struct builtin_call call = {
			.arena = arena, .err = &err, .now_ns = NOW_NS, .cache = cache
		};

		run_line(&file, &call);
	}
}

TEST(builtin_operators_and_aggregates) { run_file("policy/builtin_core.txt"); }
TEST(builtin_strings) { run_file("policy/builtin_string.txt"); }

TEST(builtin_types_are_well_formed)
{
	const struct builtin *b;
	size_t n = 0;

	for (; (b = builtin_at(n)); n++) {
		struct builtin_signature sig;

		CHECK(strstr(b->type, "->"));
		builtin_signature(b, &sig);
		CHECK(builtin_find(str_c(b->name)) == b);
	}
	CHECK(n > 60);
}
TEST(builtin_patterns) { run_file("policy/builtin_regex.txt"); }
TEST(builtin_encodings_and_documents) { run_file("policy/builtin_encoding.txt"); }
TEST(builtin_networks_units_and_graphs) { run_file("policy/builtin_misc.txt"); }
TEST(builtin_times_and_tokens) { run_file("policy/builtin_time.txt"); }
TEST(builtin_schemas_and_certificates) { run_file("policy/builtin_schema.txt"); }
