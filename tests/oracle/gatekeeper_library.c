/* SPDX-License-Identifier: Apache-2.0 */
/* Templates, constraints and sample objects of a Gatekeeper library. */
#include "base/err.h"
#include "fmt/syntax/regex.h"
#include "oracle.h"
#include "policy/constraint/constraint_set.h"
#include "policy/constraint/documents.h"
#include "policy/constraint/sync_data.h"

#define FILE_MAX (16u << 20)

static int read_documents(const struct oracle *oracle, str path, struct documents *docs,
			  struct err *err)
{
	struct buf b;
	int rc;

	buf_init(&b, FILE_MAX);
	rc = buf_read_file(&b, oracle_path(oracle, docs->arena, path), err);
	if (rc >= 0)
		rc = documents_add(docs, path, str_dup(docs->arena, buf_str(&b)), err);
	buf_done(&b);
	return rc;
}

static int add(const struct oracle *oracle, struct constraint_set *set, str path,
	       struct arena *arena, struct err *err)
{
	struct documents docs = { .arena = arena };

	if (read_documents(oracle, path, &docs, err) < 0)
		return -1;
	for (size_t i = 0; i < docs.n; i++) {
		if (constraint_set_add(set, docs.items[i].resource.json, err) < 0)
			return -1;
	}
	return docs.n > 0 ? 0 : err_set(err, ERR_INPUT, "no object in it");
}

static int add_inventory(const struct oracle *oracle, const struct json *paths,
			 struct sync_data *data, struct err *err)
{
	struct documents docs = { .arena = data->arena };

	JSON_EACH (paths, path)
		if (read_documents(oracle, json_str(path), &docs, err) < 0)
			return -1;
	for (size_t i = 0; i < docs.n; i++) {
		if (sync_data_add(data, &docs.items[i].resource, err) < 0)
			return -1;
	}
	return 0;
}

static int review(const struct oracle *oracle, const struct json *test, struct arena *arena,
		  struct review_result *out, struct err *err)
{
	AUTO(constraint_set_unref)
	struct constraint_set *set = constraint_set_new();
	struct documents docs = { .arena = arena };
	struct sync_data data;
	struct review_run run = { .data = &data };
	struct review review;

	sync_data_init(&data, arena);
	if (add(oracle, set, json_get_str(test, STR("template")), arena, err) < 0 ||
	    add(oracle, set, json_get_str(test, STR("constraint")), arena, err) < 0 ||
	    add_inventory(oracle, JSON_GET(test, "inventory"), &data, err) < 0 ||
	    read_documents(oracle, json_get_str(test, STR("object")), &docs, err) < 0)
		return -1;
	if (docs.n != 1)
		return err_set(err, ERR_INPUT, "%zu objects to review", docs.n);
	if (review_of_document(docs.items[0].resource.json, &review, err) < 0)
		return -1;
	constraint_set_seal(set);
	if (constraint_set_review(set, &review, &run, arena, out, err) < 0)
		return -1;
	for (size_t i = 0; i < out->n; i++)
		out->items[i].message = str_dup(arena, out->items[i].message);
	return 0;
}

static bool count_fits(const struct json *want, size_t got)
{
	int64_t n;

	if (!want || json_is(want, JSON_TRUE) || str_eq(json_str(want), STR("yes")))
		return got > 0;
	if (json_is(want, JSON_FALSE) || str_eq(json_str(want), STR("no")))
		return got == 0;
	return json_i64(want, &n) && n == (int64_t)got;
}

static bool check(struct oracle *oracle, const struct json *assertion,
		  const struct review_result *result)
{
	const struct json *message = JSON_GET(assertion, "message");
	const struct json *want = JSON_GET(assertion, "violations");
	AUTO(regex_free)
	struct regex *regex = NULL;
	size_t got = 0;
	struct err err;

	if (message) {
		regex = regex_new(json_str(message), &err);
		if (!regex) {
			oracle_fail(oracle, "want a regular expression, got %s", err.msg);
			return false;
		}
	}
	for (size_t i = 0; i < result->n; i++)
		got += !regex || regex_match(regex, result->items[i].message, &err) > 0;
	if (count_fits(want, got))
		return true;
	oracle_fail(oracle, "want violations of \"%.*s\", got %zu of %zu; first: %.*s",
		    STR_ARG(json_str(message)), got, result->n,
		    STR_ARG(result->n ? result->items[0].message : STR_EMPTY));
	return false;
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *arena)
{
	struct review_result result;
	struct err err;

	if (review(oracle, test, arena, &result, &err) < 0) {
		oracle_fail(oracle, "want a review, got %s", err.msg);
		return;
	}
	JSON_EACH (JSON_GET(test, "assertions"), assertion)
		if (!check(oracle, assertion, &result))
			return;
	oracle_pass(oracle);
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle_each(&oracle, "cases.jsonl", judge);
	return oracle_finish(&oracle);
}
