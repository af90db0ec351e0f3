/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest change of each object that violates its constraint, over the cases of three sets:
 * DIR holds gatekeeper-library, pod-security-standards and bad-pods. With the change the
 * constraints must pass, and without any one hunk of it they must not. A case that no change of
 * the object can mend is left out with its reason; objects that pass are no cases.
 */
#include "base/err.h"
#include "base/map.h"
#include "oracle.h"
#include "policy/builtin.h"
#include "policy/constraint/admission.h"
#include "policy/constraint/fix.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define FILE_MAX  (16u << 20)
#define CASES_MAX 20000u
#define LIMIT_MS  10.0

struct state {
	struct arena *arena;
	struct builtin_cache *cache;
	struct map files;    /* path to struct documents */
	struct map by_level; /* "level version" to struct admission */
	double *times;	     /* of each case, ms */
	size_t times_n, hunks, superfluous, fixed, slow;
};

/* What an object is judged by. */
struct judge {
	struct admission *admission;
	struct review review;
	struct review_run run;
};

/* Of the processor, so that other work on the machine does not count. */
static double now_ms(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0)
		return 0;
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A file's documents; the project's own have no set's folder in front. */
static const struct documents *documents_of(struct oracle *oracle, const char *path,
					    struct err *err)
{
	struct state *s = oracle->context;
	void **slot = map_slot(&s->files, str_c(path));
	struct documents *docs = *slot;
	AUTO(buf_done)
	struct buf b = { 0 };

	if (docs)
		return docs;
	docs = ARENA_NEW(s->arena, struct documents);
	docs->arena = s->arena;
	buf_init(&b, FILE_MAX);
	if (buf_read_file(&b, path, err) < 0 ||
	    documents_add(docs, str_c(path), str_dup(s->arena, buf_str(&b)), err) < 0)
		return NULL;
	*slot = docs;
	return docs;
}

/* ---- one case ------------------------------------------------------------------------------ */

static int violations(struct judge *j, const struct json *object, struct arena *arena,
		      struct err *err)
{
	struct review review = j->review;
	struct review_result result;

	if (resource_read(object, &review.object, err) < 0 ||
	    admission_review(j->admission, &review, &j->run, arena, &result, err) < 0)
		return -1;
	return (int)result.n;
}

/* -1: not everything passes; else how many hunks are not needed. */
static int check(struct judge *j, const struct fix *fix, struct arena *arena, struct err *err)
{
	struct value object = value_from_json(j->review.object.json, arena);
	struct value whole = fix_apply(&object, fix, UINT64_MAX, arena);
	int n = violations(j, value_to_json(&whole, arena), arena, err), superfluous = 0;

	if (n != 0)
		return n < 0 ? -1 : err_set(err, ERR_INPUT, "%d violations are left", n);
	for (size_t i = 0; i < fix->n; i++) {
		struct value fewer = fix_apply(&object, fix, ~(1ull << i), arena);

		n = violations(j, value_to_json(&fewer, arena), arena, err);
		if (n < 0)
			return -1;
		superfluous += n == 0;
	}
	return superfluous;
}

static str hunks_text(const struct fix *fix, struct arena *arena)
{
	struct buf b;
	str out;

	buf_init(&b, 1u << 16);
	for (size_t i = 0; i < fix->n; i++) {
		const struct fix_change *c = &fix->hunks[i].changes[0];

		buf_fmt(&b, "%s%s ", i ? "; " : "", c->op == FIX_REMOVE ? "remove" : "set");
		fix_path_put(&b, c->path, c->n);
		if (c->op != FIX_REMOVE) {
			BUF_LIT(&b, " = ");
			value_write_rego(&c->value, &b);
		}
	}
	out = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return out;
}

static bool is_honest(enum fix_reason reason)
{
	return reason != FIX_REASON_UNKNOWN && reason != FIX_REASON_LIMIT &&
	       reason != FIX_REASON_ERROR;
}

static void end_case(struct oracle *oracle, struct judge *j, const struct fix *fix,
		     struct arena *arena)
{
	struct state *s = oracle->context;
	struct err err;
	int superfluous;

	for (size_t i = 0; i < fix->refusal_n; i++) {
		if (is_honest(fix->refusals[i].reason))
			continue;
		oracle_fail(oracle, "want a change, got none (%s) for: %.*s",
			    fix_reason_name(fix->refusals[i].reason),
			    STR_ARG(fix->refusals[i].message));
		return;
	}
	if (fix->refusal_n > 0) {
		if (getenv("FIX_SHOW"))
			printf("CANNOT %s: %s: %.*s\n", oracle->id,
			       fix_reason_name(fix->refusals[0].reason),
			       STR_ARG(fix->refusals[0].message));
		oracle_left_out(oracle, "no change of the object can mend it: %s",
				fix_reason_name(fix->refusals[0].reason));
		return;
	}
	superfluous = check(j, fix, arena, &err);
	if (getenv("FIX_SHOW"))
		printf("FIX %s: %.*s\n", oracle->id, STR_ARG(hunks_text(fix, arena)));
	if (superfluous < 0) {
		oracle_fail(oracle, "want all to pass, got %s; %.*s", err.msg,
			    STR_ARG(hunks_text(fix, arena)));
		return;
	}
	s->fixed++;
	s->hunks += fix->n;
	s->superfluous += (size_t)superfluous;
	if (superfluous > 0)
		oracle_fail(oracle, "want every hunk to be needed, got %d superfluous: %.*s",
			    superfluous, STR_ARG(hunks_text(fix, arena)));
	else
		oracle_pass(oracle);
}

static void judge_object(struct oracle *oracle, struct admission *a, const struct json *object,
			 struct arena *arena)
{
	struct state *s = oracle->context;
	struct judge j = { .admission = a };
	struct fix fix;
	struct err err;
	double start;

	j.run = (struct review_run){ .cache = s->cache, .data = &a->data };
	if (review_of_document(object, &j.review, &err) < 0) {
		oracle_fail(oracle, "want a review, got %s", err.msg);
		return;
	}
	struct fix_request request = { .set = a->constraints,
				       .expansions = &a->expansions,
				       .review = &j.review,
				       .run = &j.run };

	start = now_ms();
	if (fix_find(&request, arena, &fix, &err) < 0) {
		oracle_fail(oracle, "want an answer, got %s", err.msg);
		return;
	}
	if (fix.n == 0 && fix.refusal_n == 0) {
		if (!oracle->judged)
			oracle_left_out(oracle, "passes as it is");
		return;
	}
	if (s->times_n < CASES_MAX) {
		s->times[s->times_n++] = now_ms() - start;
		s->slow += s->times[s->times_n - 1] > LIMIT_MS;
		if (getenv("FIX_SHOW"))
			printf("TIME %s: %.2f ms, %u tries\n", oracle->id, s->times[s->times_n - 1],
			       fix.tries);
	}
	end_case(oracle, &j, &fix, arena);
}

/* ---- sets ---------------------------------------------------------------------------------- */

static int add_file(struct oracle *oracle, struct admission *a, const char *path, struct err *err)
{
	const struct documents *docs = documents_of(oracle, path, err);

	return docs ? admission_add(a, docs->items, docs->n, err) : -1;
}

static int add_inventory(struct oracle *oracle, struct admission *a, const struct json *paths,
			 struct arena *arena, struct err *err)
{
	JSON_EACH (paths, path) {
		const struct documents *docs = documents_of(
			oracle,
			oracle_path(oracle, arena,
				    str_cat(arena, STR("gatekeeper-library/"), json_str(path))),
			err);

		for (size_t i = 0; docs && i < docs->n; i++) {
			if (admission_add_data(a, &docs->items[i].resource, err) < 0)
				return -1;
		}
		if (!docs)
			return -1;
	}
	return 0;
}

static const char *library_path(struct oracle *oracle, const struct json *test, str key,
				struct arena *arena)
{
	return oracle_path(oracle, arena,
			   str_cat(arena, STR("gatekeeper-library/"), json_get_str(test, key)));
}

static void judge_library(struct oracle *oracle, const struct json *test, struct arena *arena)
{
	const struct documents *docs;
	struct admission a;
	struct err err;

	admission_init(&a, arena);
	docs = documents_of(oracle, library_path(oracle, test, STR("object"), arena), &err);
	if (!docs || docs->n != 1 ||
	    add_file(oracle, &a, library_path(oracle, test, STR("template"), arena), &err) < 0 ||
	    add_file(oracle, &a, library_path(oracle, test, STR("constraint"), arena), &err) < 0 ||
	    add_inventory(oracle, &a, JSON_GET(test, "inventory"), arena, &err) < 0 ||
	    admission_seal(&a, &err) < 0)
		oracle_fail(oracle, "want a case, got %s", docs ? err.msg : "no object");
	else
		judge_object(oracle, &a, docs->items[0].resource.json, arena);
	admission_done(&a);
}

static struct admission *level_of(struct oracle *oracle, const char *level, str version,
				  struct err *err)
{
	struct state *s = oracle->context;
	void **slot = map_slot(&s->by_level, str_fmt(s->arena, "%s %.*s", level, STR_ARG(version)));
	struct documents constraint = { .arena = s->arena };
	struct admission *a = *slot;

	if (a)
		return a;
	a = ARENA_NEW(s->arena, struct admission);
	admission_init(a, s->arena);
	if (documents_add(&constraint, STR("constraint.yaml"),
			  str_fmt(s->arena,
				  "apiVersion: constraints.gatekeeper.sh/v1beta1\n"
				  "kind: SeawallPodSecurity\nmetadata: {name: level}\n"
				  "spec: {match: {kinds: [{kinds: [Pod]}]}, parameters: {level: "
				  "'%s', version: '%.*s'}}\n",
				  level, STR_ARG(version)),
			  err) < 0 ||
	    add_file(oracle, a, "policies/kubernetes/pod-security-standards/template.yaml", err) <
		    0 ||
	    add_file(oracle, a, "policies/kubernetes/expansion.yaml", err) < 0 ||
	    admission_add(a, constraint.items, constraint.n, err) < 0 || admission_seal(a, err) < 0)
		return NULL;
	*slot = a;
	return a;
}

static void judge_level(struct oracle *oracle, const char *level, str version,
			const struct json *object, struct arena *arena)
{
	struct err err;
	struct admission *a = level_of(oracle, level, version, &err);

	if (a)
		judge_object(oracle, a, object, arena);
	else
		oracle_fail(oracle, "want a policy, got %s", err.msg);
}

static void judge_standard(struct oracle *oracle, const struct json *test, struct arena *arena)
{
	bool high = str_eq(json_get_str(test, STR("level")), STR("restricted"));

	judge_level(oracle, high ? "restricted" : "baseline", json_get_str(test, STR("version")),
		    JSON_GET(test, "pod"), arena);
}

/* Of several objects all are mended; the last one that fails ends the case. */
static void judge_bad_pods(struct oracle *oracle, const struct json *test, struct arena *arena)
{
	const struct json *objects = JSON_GET(test, "objects");

	for (size_t i = 0; i < json_len(objects) && !oracle->judged; i++)
		judge_level(oracle, "restricted", STR("latest"), json_at(objects, i), arena);
	if (!oracle->judged)
		oracle_left_out(oracle, "passes as it is");
}

/* ---- figures ------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_figures(struct state *s)
{
	if (s->times_n == 0)
		return;
	qsort(s->times, s->times_n, sizeof(*s->times), by_time);
	printf("%zu objects mended with %zu hunks, %zu superfluous; median %.2f ms, p99 %.2f ms, "
	       "longest %.2f ms, %zu above %.0f ms of processor time\n",
	       s->fixed, s->hunks, s->superfluous, s->times[s->times_n / 2],
	       s->times[s->times_n * 99 / 100], s->times[s->times_n - 1], s->slow, LIMIT_MS);
}

static void run_set(struct oracle *oracle, const char *name, oracle_judge *judge)
{
	struct state *s = oracle->context;
	struct stat st;

	if (stat(oracle_path(oracle, s->arena, str_c(name)), &st) != 0) {
		printf("skip %s: it is not there\n", name);
		return;
	}
	oracle_each(oracle, name, judge);
}

int main(int argc, char **argv)
{
	struct oracle oracle;
	struct state s = { .arena = arena_new(), .cache = builtin_cache_new() };
	int rc;

	s.times = ARENA_ARRAY(s.arena, double, CASES_MAX);
	map_init(&s.files, s.arena);
	map_init(&s.by_level, s.arena);
	oracle_init(&oracle, argc, argv);
	oracle.context = &s;
	run_set(&oracle, "gatekeeper-library/cases.jsonl", judge_library);
	run_set(&oracle, "pod-security-standards/cases.jsonl", judge_standard);
	run_set(&oracle, "bad-pods/cases.jsonl", judge_bad_pods);
	print_figures(&s);
	rc = oracle_finish(&oracle);
	MAP_EACH (&s.by_level, e)
		admission_done(e->value);
	builtin_cache_free(s.cache);
	arena_free(s.arena);
	return rc;
}
