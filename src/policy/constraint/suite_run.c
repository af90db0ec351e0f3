/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "fmt/syntax/regex.h"
#include "policy/constraint/admission.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/suite.h"
#include "policy/policy.h"

#include <time.h>

#define GATOR_POINT    STR("gator.gatekeeper.sh")
#define MESSAGES_SHOWN 4096u /* bytes of a failure's messages */

struct runner {
	const struct suite *suite;
	const struct suite_files *files;
	const struct suite_filter *filter;
	struct arena *arena; /* of the results */
	struct builtin_cache *cache;
};

static int64_t clock_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool fits(struct regex *regex, str name, struct arena *arena)
{
	struct err err;

	return !regex || regex_match(regex, regex_text(name, arena), &err) > 0;
}

static bool wants_case(const struct runner *r, str test, str name)
{
	const struct suite_filter *f = r->filter;

	if (f->either)
		return fits(f->test, name, r->arena) || fits(f->test, test, r->arena);
	return fits(f->test, test, r->arena) && fits(f->case_, name, r->arena);
}

static bool wants_test(const struct runner *r, const struct suite_test *t)
{
	if (fits(r->filter->test, t->name, r->arena))
		return true;
	for (size_t i = 0; r->filter->either && i < t->n; i++) {
		if (wants_case(r, t->name, t->cases[i].name))
			return true;
	}
	return false;
}

static int read_documents(const struct runner *r, str name, struct documents *docs, struct err *err)
{
	str path = str_cat(docs->arena, r->suite->folder, name), text;

	if (str_starts(name, STR("/")))
		path = name;
	if (r->files->read(r->files->context, path, docs->arena, &text, err) < 0)
		return -1;
	return documents_add(docs, path, text, err);
}

/* A file with one object that the set takes; `what` names what it must be. */
static int add_file(const struct runner *r, struct admission *a, str name, str group,
		    const char *what, struct err *err)
{
	struct documents docs = { .arena = a->arena };

	if (str_empty(name))
		return err_set(err, ERR_INPUT, "invalid Suite: missing %s", what);
	if (read_documents(r, name, &docs, err) < 0)
		return -1;
	if (docs.n == 0)
		return err_set(err, ERR_INPUT,
			       "missing objects: path \"%.*s\" defines no YAML objects",
			       STR_ARG(name));
	for (size_t i = 0; i < docs.n; i++) {
		if (!str_eq(docs.items[i].resource.group, group))
			return err_set(err, ERR_INPUT, "%.*s: not a %s", STR_ARG(name), what);
	}
	return admission_add(a, docs.items, docs.n, err);
}

static int add_template(const struct runner *r, struct admission *a, const struct suite_test *t,
			struct err *err)
{
	const struct constraint_template *template;

	if (add_file(r, a, t->template, STR("templates.gatekeeper.sh"), "template", err) < 0)
		return err_wrap(err, "adding template");
	template = constraint_set_template(a->constraints, 0);
	if (template->unsupported.n > 0)
		return err_set(err, ERR_UNSUPPORTED, "adding template: error(%.*s)",
			       STR_ARG(template->unsupported));
	return 0;
}

static bool is_readable(const struct runner *r, str name, struct arena *arena)
{
	struct documents docs = { .arena = arena };
	struct err err;

	return name.n > 0 && read_documents(r, name, &docs, &err) == 0 && docs.n > 0 &&
	       str_eq(docs.items[0].resource.group, CONSTRAINT_GROUP);
}

static int add_policies(const struct runner *r, struct admission *a, const struct suite_test *t,
			bool *bad_constraint, struct err *err)
{
	*bad_constraint = false;
	if (add_template(r, a, t, err) < 0)
		return -1;
	if (add_file(r, a, t->constraint, CONSTRAINT_GROUP, "constraint", err) < 0) {
		*bad_constraint = err->kind == ERR_INPUT && is_readable(r, t->constraint, a->arena);
		return err_wrap(err, "adding constraint");
	}
	if (t->expansion.n > 0 &&
	    add_file(r, a, t->expansion, STR("expansion.gatekeeper.sh"), "expansion", err) < 0)
		return err_wrap(err, "adding expansion");
	return 0;
}

/* ---- one case ------------------------------------------------------------------------------ */

static int add_inventory(const struct runner *r, struct admission *a, const struct suite_case *c,
			 struct err *err)
{
	JSON_EACH (c->inventory, name) {
		struct documents docs = { .arena = a->arena };

		if (read_documents(r, json_str(name), &docs, err) < 0)
			return -1;
		if (docs.n == 0)
			return err_set(err, ERR_INPUT,
				       "missing objects: path \"%.*s\" defines no YAML objects",
				       STR_ARG(json_str(name)));
		for (size_t i = 0; i < docs.n; i++) {
			if (admission_add_data(a, &docs.items[i].resource, err) < 0)
				return err_wrap(err, "unable to add object to data.inventory");
		}
	}
	return 0;
}

/* A request with a field that no AdmissionRequest has is a mistake of the test. */
static int check_request(const struct json *request, struct err *err)
{
	static const char *const known[] = {
		"uid",
		"kind",
		"resource",
		"subResource",
		"requestKind",
		"requestResource",
		"requestSubResource",
		"name",
		"namespace",
		"operation",
		"userInfo",
		"object",
		"oldObject",
		"dryRun",
		"options",
	};

	JSON_MEMBERS (request, m) {
		bool found = false;

		for (size_t i = 0; i < ARRAY_LEN(known); i++)
			found = found || str_eq(m->key, str_c(known[i]));
		if (!found)
			return err_set(err, ERR_INPUT,
				       "not a valid AdmissionReview object: unknown field "
				       "\"request.%.*s\"",
				       STR_ARG(str_take(m->key, 100)));
	}
	return 0;
}

static int review_case(const struct runner *r, struct admission *a, const struct suite_case *c,
		       struct review_result *out, struct err *err)
{
	struct review_run run = { .point = GATOR_POINT, .cache = r->cache };
	struct documents docs = { .arena = a->arena };
	struct review review;

	if (read_documents(r, c->object, &docs, err) < 0)
		return -1;
	if (docs.n != 1)
		return err_set(err, ERR_INPUT,
			       "object file must contain exactly one object: \"%.*s\" defines %zu "
			       "objects",
			       STR_ARG(c->object), docs.n);
	if (add_inventory(r, a, c, err) < 0 || admission_seal(a, err) < 0 ||
	    review_of_document(docs.items[0].resource.json, &review, err) < 0 ||
	    check_request(review.request, err) < 0)
		return -1;
	return admission_review(a, &review, &run, a->arena, out, err);
}

/* ---- assertions ---------------------------------------------------------------------------- */

static int fail_count(const struct review_result *result, const struct json *message, size_t got,
		      const char *want, struct err *err)
{
	struct buf b;

	buf_init(&b, MESSAGES_SHOWN);
	for (size_t i = 0; i < result->n; i++)
		buf_fmt(&b, "%s%.*s", i ? " " : "", STR_ARG(result->items[i].message));
	if (message)
		err_set(err, ERR_INPUT,
			"unexpected number of violations: got %zu violations containing \"%.*s\" "
			"but want %s: got messages [%.*s]",
			got, STR_ARG(json_str(message)), want, STR_ARG(buf_str(&b)));
	else
		err_set(err, ERR_INPUT,
			"unexpected number of violations: got %zu violations but want %s: got "
			"messages [%.*s]",
			got, want, STR_ARG(buf_str(&b)));
	buf_done(&b);
	return -1;
}

static int check_count(const struct review_result *result, const struct json *assertion, size_t got,
		       struct err *err)
{
	const struct json *want = JSON_GET(assertion, "violations");
	const struct json *message = JSON_GET(assertion, "message");
	int64_t n;

	if (!want || json_is(want, JSON_NULL) || json_is(want, JSON_TRUE) ||
	    str_eq(json_str(want), STR("yes")))
		return got > 0 ? 0 : fail_count(result, message, got, "at least 1", err);
	if (json_is(want, JSON_FALSE) || str_eq(json_str(want), STR("no")))
		return got == 0 ? 0 : fail_count(result, message, got, "none", err);
	if (json_i64(want, &n) && n >= 0) {
		char text[64];

		(void)snprintf(text, sizeof(text), "exactly %lld", (long long)n);
		return got == (uint64_t)n ? 0 : fail_count(result, message, got, text, err);
	}
	return err_set(err, ERR_INPUT,
		       "invalid yaml: assertion.violation, if set, must be a nonnegative integer, "
		       "\"yes\", or \"no\"");
}

static int check_assertion(const struct review_result *result, const struct json *assertion,
			   struct arena *arena, struct err *err)
{
	const struct json *message = JSON_GET(assertion, "message");
	AUTO(regex_free)
	struct regex *regex = NULL;
	size_t got = 0;

	if (message && !json_is(message, JSON_NULL)) {
		regex = regex_new(json_str(message), err);
		if (!regex)
			return err_wrap(err, "message contains invalid regular expression");
	}
	for (size_t i = 0; i < result->n; i++) {
		int rc = 1;

		if (regex)
			rc = regex_match(regex, regex_text(result->items[i].message, arena), err);
		if (rc < 0)
			return err_wrap(err, "message");
		got += rc > 0;
	}
	return check_count(result, assertion, got, err);
}

static int check_case(const struct runner *r, const struct suite_test *t,
		      const struct suite_case *c, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(admission_done)
	struct admission a;
	struct review_result result;
	bool bad_constraint;

	admission_init(&a, arena);
	if (str_empty(c->object))
		return err_set(err, ERR_INPUT, "invalid Case: must define object");
	if (json_len(c->assertions) == 0)
		return err_set(err, ERR_INPUT, "invalid Case: assertions must be non-empty");
	if (add_policies(r, &a, t, &bad_constraint, err) < 0 ||
	    review_case(r, &a, c, &result, err) < 0)
		return -1;
	JSON_EACH (c->assertions, assertion)
		if (check_assertion(&result, assertion, arena, err) < 0)
			return -1;
	return 0;
}

/* ---- tests --------------------------------------------------------------------------------- */

/* That the constraint does not fit its template is what an `invalid` test wants. */
static int check_policies(const struct runner *r, const struct suite_test *t, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(admission_done)
	struct admission a;
	bool bad_constraint;
	int rc;

	admission_init(&a, arena);
	rc = add_policies(r, &a, t, &bad_constraint, err);
	if (!t->invalid)
		return rc;
	if (rc == 0)
		return err_set(err, ERR_INPUT,
			       "constraint should have failed schema validation: got no error");
	return bad_constraint ? 0 : -1;
}

static void run_cases(const struct runner *r, const struct suite_test *t,
		      struct suite_test_result *out)
{
	out->cases = ARENA_ARRAY(r->arena, struct suite_case_result, t->n + 1);
	for (size_t i = 0; i < t->n; i++) {
		const struct suite_case *c = &t->cases[i];
		struct suite_case_result *to = &out->cases[out->n++];
		int64_t start = clock_ns();
		struct err err;

		to->name = c->name;
		to->skipped = c->skip || !wants_case(r, t->name, c->name);
		if (to->skipped)
			continue;
		if (check_case(r, t, c, &err) < 0) {
			to->error = str_dup(r->arena, str_c(err.msg));
			out->failed = true;
		}
		to->ns = clock_ns() - start;
	}
}

static void run_test(const struct runner *r, const struct suite_test *t,
		     struct suite_test_result *out)
{
	int64_t start = clock_ns();
	struct err err;

	out->name = t->name;
	out->skipped = t->skip || !wants_test(r, t);
	if (out->skipped)
		return;
	if (check_policies(r, t, &err) < 0) {
		out->error = str_dup(r->arena, str_c(err.msg));
		out->failed = true;
	} else if (!t->invalid) {
		run_cases(r, t, out);
	}
	out->ns = clock_ns() - start;
}

void suite_run(const struct suite *suite, const struct suite_files *files,
	       const struct suite_filter *filter, struct arena *arena, struct suite_result *out)
{
	struct runner r = { .suite = suite, .files = files, .filter = filter, .arena = arena };
	struct suite_result result = { .path = suite->path, .skipped = suite->skip };
	int64_t start = clock_ns();

	r.cache = builtin_cache_new();
	result.tests = ARENA_ARRAY(arena, struct suite_test_result, suite->n + 1);
	for (size_t i = 0; !suite->skip && i < suite->n; i++) {
		struct suite_test_result *t = &result.tests[result.n++];

		run_test(&r, &suite->tests[i], t);
		result.failed = result.failed || t->failed;
		for (size_t k = 0; k < t->n; k++)
			result.cases_run += !t->cases[k].skipped;
	}
	builtin_cache_free(r.cache);
	result.ns = clock_ns() - start;
	*out = result;
}
