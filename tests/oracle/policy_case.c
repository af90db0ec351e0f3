/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_case.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/map.h"
#include "policy/builtin.h"
#include "policy/constraint/admission.h"

#define FILE_MAX (4u << 20)

struct policy_case {
	struct arena *arena;
	struct documents policies;
	struct builtin_cache *cache;
	struct map by_level; /* "level version" to struct admission */
};

static const char *const files[] = {
	"policies/kubernetes/pod-security-standards/template.yaml",
	"policies/kubernetes/expansion.yaml",
};

void policy_case_init(struct oracle *oracle)
{
	struct policy_case *p = mem_zalloc(sizeof(*p));
	struct err err;

	p->arena = p->policies.arena = arena_new();
	p->cache = builtin_cache_new();
	map_init(&p->by_level, p->arena);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct buf b;

		buf_init(&b, FILE_MAX);
		if (buf_read_file(&b, files[i], &err) < 0 ||
		    documents_add(&p->policies, str_c(files[i]), str_dup(p->arena, buf_str(&b)),
				  &err) < 0) {
			fprintf(stderr, "%s\n", err.msg);
			exit(3);
		}
		buf_done(&b);
	}
	oracle->context = p;
}

void policy_case_done(struct oracle *oracle)
{
	struct policy_case *p = oracle->context;

	MAP_EACH (&p->by_level, e)
		admission_done(e->value);
	builtin_cache_free(p->cache);
	arena_free(p->arena);
	free(p);
}

static int load(struct policy_case *p, struct admission *a, str level, str version, struct err *err)
{
	struct documents constraint = { .arena = p->arena };

	admission_init(a, p->arena);
	if (documents_add(&constraint, STR("constraint.yaml"),
			  str_fmt(p->arena,
				  "apiVersion: constraints.gatekeeper.sh/v1beta1\n"
				  "kind: SeawallPodSecurity\nmetadata: {name: level}\n"
				  "spec: {match: {kinds: [{kinds: [Pod]}]}, parameters: {level: "
				  "'%.*s', version: '%.*s'}}\n",
				  STR_ARG(level), STR_ARG(version)),
			  err) < 0 ||
	    admission_add(a, p->policies.items, p->policies.n, err) < 0 ||
	    admission_add(a, constraint.items, constraint.n, err) < 0)
		return -1;
	return admission_seal(a, err);
}

int policy_case_level(struct oracle *oracle, str level, str version, const struct json *object,
		      struct arena *arena)
{
	struct policy_case *p = oracle->context;
	void **slot = map_slot(&p->by_level,
			       str_fmt(p->arena, "%.*s %.*s", STR_ARG(level), STR_ARG(version)));
	struct review_run run = { .cache = p->cache };
	struct review_result result;
	struct review review;
	struct err err;

	if (!*slot) {
		*slot = ARENA_NEW(p->arena, struct admission);
		if (load(p, *slot, level, version, &err) < 0) {
			oracle_fail(oracle, "want a policy, got %s", err.msg);
			return -1;
		}
	}
	if (review_of_document(object, &review, &err) < 0 ||
	    admission_review(*slot, &review, &run, arena, &result, &err) < 0) {
		oracle_fail(oracle, "want a review, got %s", err.msg);
		return -1;
	}
	for (size_t i = 0; i < result.n; i++) {
		if (result.items[i].failed) {
			oracle_fail(oracle, "want a verdict, got %.*s",
				    STR_ARG(result.items[i].message));
			return -1;
		}
	}
	return (int)result.n;
}
