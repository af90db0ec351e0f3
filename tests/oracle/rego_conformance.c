/* SPDX-License-Identifier: Apache-2.0 */
/* Rego evaluation cases, v1 (cases.jsonl) and v0 (cases-v0.jsonl). */
#include "base/err.h"
#include "oracle.h"
#include "policy/policy.h"

struct setup {
	bool v0;
	struct builtin_cache *cache;
};

static bool is_left_out(struct oracle *oracle, const struct json *test)
{
	str note = json_get_str(test, STR("note"));

	if (str_starts(note, STR("graphql_"))) {
		oracle_left_out(oracle, "graphql.*");
		return true;
	}
	if (str_starts(note, STR("providers-aws-sign_req"))) {
		oracle_left_out(oracle, "providers.aws.*");
		return true;
	}
	return false;
}

static int compile(const struct oracle *oracle, const struct json *test, struct arena *arena,
		   struct policy **out, struct err *err)
{
	const struct setup *setup = oracle->context;
	const struct json *modules = JSON_GET(test, "modules");
	struct policy_source *sources =
		ARENA_ARRAY(arena, struct policy_source, json_len(modules) + 1);
	struct problems problems = { .arena = arena };
	struct value data = value_from_json(JSON_GET(test, "data"), arena);

	for (size_t i = 0; i < json_len(modules); i++)
		sources[i] = (struct policy_source){ .file = str_fmt(arena, "module-%zu.rego", i),
						     .text = json_str(json_at(modules, i)),
						     .v0 = setup->v0 };
	*out = policy_compile(sources, json_len(modules), &data, NULL, &problems, err);
	return *out ? 0 : -1;
}

static struct value bindings_of(const struct policy_query *query,
				const struct policy_answers *answers, struct arena *arena)
{
	struct value_builder rows;

	value_builder_init(&rows, arena);
	for (size_t i = 0; i < answers->n; i++) {
		struct object_builder row;

		object_builder_init(&row, arena);
		for (size_t k = 0; k < policy_query_vars(query); k++)
			object_builder_add(&row, value_str(policy_query_var(query, k)),
					   answers->items[i].bindings[k]);
		value_builder_add(&rows, object_builder_take_last(&row));
	}
	return value_builder_array(&rows);
}

static str json_text(const struct value *v, struct arena *arena)
{
	struct json_writer w;
	struct buf b;
	str text;

	buf_init(&b, 64u << 20);
	json_writer_init(&w, &b, 0);
	value_write_json(v, &w);
	text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

/* Bindings that are lists in the order of their elements, and these in theirs. */
static struct value sorted(const struct value *rows, struct arena *arena)
{
	struct value_builder all;

	value_builder_init(&all, arena);
	for (uint32_t i = 0; rows->type == VALUE_ARRAY && i < rows->n; i++) {
		struct object_builder row;

		object_builder_init(&row, arena);
		for (uint32_t k = 0; k < rows->items[i].n; k++) {
			struct value_member m = rows->items[i].members[k];

			if (m.value.type == VALUE_ARRAY)
				m.value.type = VALUE_SET;
			if (m.value.type == VALUE_SET) {
				struct value_builder items;

				value_builder_init(&items, arena);
				for (uint32_t n = 0; n < m.value.n; n++)
					value_builder_add(&items, m.value.items[n]);
				m.value = value_builder_set(&items);
			}
			object_builder_add(&row, m.key, m.value);
		}
		value_builder_add(&all, object_builder_take_last(&row));
	}
	return value_builder_set(&all);
}

static bool same_result(const struct value *got, const struct json *want, bool sort,
			struct arena *arena)
{
	struct json_opts opts = { .max_depth = JSON_MAX_DEPTH };
	const struct json *json;
	struct value a, b;
	struct err err;

	if (json_parse(json_text(got, arena), &opts, arena, &json, &err) < 0)
		return false;
	if (json_equal(json, want) || !sort)
		return json_equal(json, want);
	a = value_from_json(json, arena);
	b = value_from_json(want, arena);
	a = sorted(&a, arena);
	b = sorted(&b, arena);
	return value_equal(&a, &b);
}

/* "eval_type_error" of what failed; cases name the kind, or only the text. */
static void check_failure(struct oracle *oracle, const struct json *test, const struct err *err)
{
	str code = json_get_str(test, STR("want_error_code"));
	str got = str_c(policy_error_name(err->code));

	if (code.n > 0 && !str_eq(got, code))
		oracle_fail(oracle, "want %.*s, got %s", STR_ARG(code), err->msg);
	else if (code.n == 0 && !JSON_GET(test, "want_error"))
		oracle_fail(oracle, "want an answer, got %s", err->msg);
	else
		oracle_pass(oracle);
}

static int input_of(const struct json *test, struct arena *arena, struct value *input,
		    struct policy_run *run, struct err *err)
{
	const struct json *json = JSON_GET(test, "input");
	str term = json_get_str(test, STR("input_term"));

	if (!json && term.n == 0)
		return 0;
	run->input = input;
	if (term.n > 0)
		return policy_term(term, arena, input, err);
	*input = value_from_json(json, arena);
	return 0;
}

static void evaluate(struct oracle *oracle, const struct json *test, struct policy *policy,
		     struct arena *arena)
{
	const struct setup *setup = oracle->context;
	struct problems problems = { .arena = arena };
	struct err err;
	AUTO(policy_query_free)
	struct policy_query *query = policy_query_new(policy, json_get_str(test, STR("query")),
						      setup->v0, &problems, &err);
	struct policy_run run = { .strict_builtin_errors =
					  json_bool(JSON_GET(test, "strict_error")),
				  .allow_lookup = true,
				  .allow_http = true,
				  .allow_runtime = true,
				  .cache = setup->cache };
	struct object_builder none;
	const struct json *want = JSON_GET(test, "want_result");
	struct policy_answers answers;
	struct value input;
	struct value got;
	str text;

	if (!query) {
		oracle_fail(oracle, "query: %s", err.msg);
		return;
	}
	object_builder_init(&none, arena);
	run.runtime = object_builder_take_last(&none);
	if (input_of(test, arena, &input, &run, &err) < 0) {
		oracle_fail(oracle, "input: %s", err.msg);
		return;
	}
	if (policy_eval(query, &run, arena, &answers, &err) < 0) {
		check_failure(oracle, test, &err);
		return;
	}
	got = bindings_of(query, &answers, arena);
	text = json_text(&got, arena);
	if (JSON_GET(test, "want_error_code"))
		oracle_fail(oracle, "want %.*s, got %.*s",
			    STR_ARG(json_get_str(test, STR("want_error_code"))), STR_ARG(text));
	else if (!want ||
		 same_result(&got, want, json_bool(JSON_GET(test, "sort_bindings")), arena))
		oracle_pass(oracle);
	else
		oracle_fail(oracle, "want another result, got %.*s", STR_ARG(text));
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *arena)
{
	AUTO(policy_unref)
	struct policy *policy = NULL;
	struct err err;

	if (is_left_out(oracle, test))
		return;
	(void)snprintf(oracle->id + strlen(oracle->id), sizeof(oracle->id) - strlen(oracle->id),
		       " (%.*s)", STR_ARG(json_get_str(test, STR("note"))));
	if (compile(oracle, test, arena, &policy, &err) < 0) {
		oracle_fail(oracle, "%s", err.msg);
		return;
	}
	evaluate(oracle, test, policy, arena);
}

int main(int argc, char **argv)
{
	AUTO(builtin_cache_free)
	struct builtin_cache *cache = builtin_cache_new();
	struct setup setup = { .cache = cache };
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle.context = &setup;
	oracle_each(&oracle, "cases.jsonl", judge);
	setup.v0 = true;
	oracle_each(&oracle, "cases-v0.jsonl", judge);
	return oracle_finish(&oracle);
}
