/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/kept.h"
#include "policy/policy.h"
#include "policy/share.h"
#include "test.h"

#define LIB                                                   \
	"package lib.w\n"                                     \
	"names contains c.name if {\n"                        \
	"	some c in input.review.containers\n"                \
	"	not left_out(c)\n"                                  \
	"}\n"                                                 \
	"left_out(c) if c.name in input.parameters.without\n" \
	"half(n) := n / 2 if n > 0\n"                         \
	"nothing if input.review.nothing == null\n"

static const str lib = STR_INIT(LIB);
static const str other_lib = STR_INIT(LIB "# another\n");
static const str rule =
	STR_INIT("package t\n"
		 "import data.lib.w\n"
		 "answer := {\"names\": w.names, \"half\": w.half(8), \"nothing\": nothing}\n"
		 "nothing if w.nothing\n"
		 "default nothing := false\n");
static const str shared_input =
	STR_INIT("{\"containers\": [{\"name\": \"a\"}, {\"name\": \"b\"}]}");

struct fixture {
	struct arena *arena;
	struct share_ids *ids;
	struct builtin_cache *cache;
	struct value review;
	struct policy_share *share;
};

static struct value read_value(str text, struct arena *arena)
{
	const struct json *json;
	struct err err;

	CHECK_OK(json_parse(text, NULL, arena, &json, &err));
	return value_from_json(json, arena);
}

static void begin(struct fixture *f, str review)
{
	f->arena = arena_new();
	f->ids = share_ids_new(f->arena);
	f->cache = builtin_cache_new();
	f->review = read_value(review, f->arena);
}

static void end(struct fixture *f)
{
	builtin_cache_free(f->cache);
	arena_free(f->arena);
}

static struct policy_query *compile(struct fixture *f, str library)
{
	struct policy_source sources[] = {
		{ .file = STR("rule"), .text = rule },
		{ .file = STR("lib"), .text = library, .shared = true }
	};
	struct policy_options opts = { .shares = f->ids, .common = STR("review") };
	struct problems problems = { .arena = f->arena };
	struct policy_query *query = NULL;
	struct err err;
	AUTO(policy_unref)
	struct policy *policy = policy_compile(sources, 2, NULL, &opts, &problems, &err);

	CHECK(policy != NULL);
	if (policy)
		query = policy_query_new(policy, STR("data.t.answer"), false, &problems, &err);
	CHECK(query != NULL);
	return query;
}

/* The answer as text; its steps in *steps. */
static str ask(struct fixture *f, struct policy_query *query, str parameters, uint64_t *steps)
{
	struct value_member members[] = {
		{ VALUE_STR("parameters"), read_value(parameters, f->arena) },
		{ VALUE_STR("review"), f->review },
	};
	struct value *input = ARENA_NEW(f->arena, struct value);
	struct value_member *copy = ARENA_ARRAY(f->arena, struct value_member, 2);
	struct policy_run run = { .input = input, .cache = f->cache, .share = f->share };
	struct policy_answers answers;
	struct buf text;
	struct err err;
	str out;

	memcpy(copy, members, sizeof(members));
	*input = (struct value){ .type = VALUE_OBJECT, .n = 2, .members = copy };
	value_measure(input);
	CHECK_OK(policy_eval(query, &run, f->arena, &answers, &err));
	CHECK_INT(answers.n, 1);
	*steps = run.steps;
	buf_init(&text, 4096);
	value_write_rego(&answers.items[0].values[0], &text);
	out = str_dup(f->arena, buf_str(&text));
	buf_done(&text);
	return out;
}

TEST(policies_with_the_same_library_share_what_it_gives)
{
	struct fixture f = { 0 };
	AUTO(policy_query_free)
	struct policy_query *one = NULL;
	AUTO(policy_query_free)
	struct policy_query *two = NULL;
	AUTO(policy_query_free)
	struct policy_query *three = NULL;
	uint64_t first, again, other, alone;
	str text;

	begin(&f, shared_input);
	one = compile(&f, lib);
	two = compile(&f, lib);
	three = compile(&f, other_lib);
	text = ask(&f, one, STR("{}"), &alone);
	f.share = policy_share_new(f.ids, f.arena);
	CHECK_STR_EQ(ask(&f, one, STR("{}"), &first), text);
	CHECK_STR_EQ(ask(&f, two, STR("{}"), &again), text);
	CHECK_STR_EQ(ask(&f, three, STR("{}"), &other), text);
	CHECK_STRV(text, "{\"half\": 4, \"names\": {\"a\", \"b\"}, \"nothing\": false}");
	CHECK(first <= alone);
	CHECK(again < first);
	CHECK(other > again); /* its library is another text */
	end(&f);
}

TEST(parameters_that_a_library_looks_at_are_part_of_what_is_shared)
{
	struct fixture f = { 0 };
	AUTO(policy_query_free)
	struct policy_query *query = NULL;
	uint64_t steps;

	begin(&f, shared_input);
	query = compile(&f, lib);
	f.share = policy_share_new(f.ids, f.arena);
	CHECK_STRV(ask(&f, query, STR("{}"), &steps),
		   "{\"half\": 4, \"names\": {\"a\", \"b\"}, \"nothing\": false}");
	CHECK_STRV(ask(&f, query, STR("{\"without\": [\"a\"]}"), &steps),
		   "{\"half\": 4, \"names\": {\"b\"}, \"nothing\": false}");
	CHECK_STRV(ask(&f, query, STR("{\"without\": [\"b\"]}"), &steps),
		   "{\"half\": 4, \"names\": {\"a\"}, \"nothing\": false}");
	CHECK_STRV(ask(&f, query, STR("{\"without\": []}"), &steps),
		   "{\"half\": 4, \"names\": {\"a\", \"b\"}, \"nothing\": false}");
	CHECK_STRV(ask(&f, query, STR("{\"without\": null}"), &steps),
		   "{\"half\": 4, \"names\": {\"a\", \"b\"}, \"nothing\": false}");
	end(&f);
}

TEST(another_review_shares_nothing_with_the_one_before)
{
	struct fixture f = { 0 };
	AUTO(policy_query_free)
	struct policy_query *query = NULL;
	uint64_t steps;

	begin(&f, shared_input);
	query = compile(&f, lib);
	f.share = policy_share_new(f.ids, f.arena);
	CHECK_STRV(ask(&f, query, STR("{}"), &steps),
		   "{\"half\": 4, \"names\": {\"a\", \"b\"}, \"nothing\": false}");
	f.review = read_value(STR("{\"containers\": [{\"name\": \"c\"}], \"nothing\": null}"),
			      f.arena);
	f.share = policy_share_new(f.ids, f.arena);
	CHECK_STRV(ask(&f, query, STR("{}"), &steps),
		   "{\"half\": 4, \"names\": {\"c\"}, \"nothing\": true}");
	end(&f);
}

TEST(results_of_functions_are_kept_by_their_arguments_as_they_were_written)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct kept *kept = kept_new();
	struct value one = value_int(1), decimal = read_value(STR("1.0"), arena),
		     text = VALUE_STR("64Mi"), out = value_null();
	struct kept_call call = { .function = 7, .args = &text, .n = 1 };

	CHECK_INT(kept_get(kept, &call, arena, &out), -1);
	kept_put(kept, &call, 1, &one);
	CHECK_INT(kept_get(kept, &call, arena, &out), 1);
	CHECK_INT(out.i, 1);
	call.function = 8;
	CHECK_INT(kept_get(kept, &call, arena, &out), -1);
	call.function = 7;
	call.args = &one;
	kept_put(kept, &call, 0, NULL);
	CHECK_INT(kept_get(kept, &call, arena, &out), 0);
	call.args = &decimal;
	CHECK_INT(kept_get(kept, &call, arena, &out), -1);
	kept_put(kept, &call, 1, &decimal);
	CHECK_INT(kept_get(kept, &call, arena, &out), 1);
	CHECK(!out.flag);
	CHECK_STRV(str_of(out.text, out.n), "1.0");
	kept_free(kept);
}

TEST(what_is_no_scalar_or_too_long_is_not_kept)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct kept *kept = kept_new();
	struct value list = read_value(STR("[1]"), arena), yes = value_bool(true), out;
	struct value text =
		VALUE_STR("0123456789012345678901234567890123456789012345678901234567890123x");
	struct kept_call call = { .function = 7, .args = &list, .n = 1 };

	kept_put(kept, &call, 1, &yes);
	CHECK_INT(kept_get(kept, &call, arena, &out), -1);
	call.args = &text;
	kept_put(kept, &call, 1, &yes);
	CHECK_INT(kept_get(kept, &call, arena, &out), -1);
	call.args = &yes;
	kept_put(kept, &call, 1, &list);
	CHECK_INT(kept_get(kept, &call, arena, &out), -1);
	kept_free(kept);
}
