/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest change of an object: a template whose rule is put together from a small stock by the
 * first bytes, the rest is the object (JSON). With all hunks each constraint that is said to be
 * mended passes; without any one of them it, or another one, does not; the same question has the
 * same answer; what is not mended has a reason. A second form (first byte odd): the rest is a
 * pattern, and a text that is made for it is a text.
 */
#include "base/err.h"
#include "must.h"
#include "policy/constraint/admission.h"
#include "policy/constraint/fix_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const rules[] = {
	"o.spec.hostNetwork",
	"not o.spec.a == true",
	"o.spec.containers[_].securityContext.privileged",
	"not o.metadata.labels.x",
	"count({k | k := [\"a\", \"b\"][_]} - {k | o.metadata.labels[k]}) > 0",
	"not startswith(o.spec.containers[_].image, \"r/\")",
	"o.spec.n > 3",
	"not regex.match(\"^[a-c]{2}$\", o.spec.s)",
	"o.kind == \"Pod\"",
	"not object.get(o, [\"spec\", \"securityContext\", \"runAsNonRoot\"], false)",
	"o.spec.volumes[_][k]; k != \"name\"; k != \"emptyDir\"",
	"some v in o.spec.list; v in {\"x\", \"y\"}",
};

static void add(struct admission *a, str text, struct arena *arena)
{
	struct documents docs = { .arena = arena };
	struct err err;

	must(documents_add(&docs, STR("a.yaml"), text, &err) == 0 &&
	     admission_add(a, docs.items, docs.n, &err) == 0);
}

static void add_rules(struct admission *a, const uint8_t *data, struct arena *arena)
{
	for (unsigned i = 0; i < 2; i++) {
		const char *first = rules[data[2 * i] % ARRAY_LEN(rules)];
		const char *second = rules[data[2 * i + 1] % ARRAY_LEN(rules)];

		add(a,
		    str_fmt(arena,
			    "apiVersion: templates.gatekeeper.sh/v1beta1\n"
			    "kind: ConstraintTemplate\nmetadata: {name: rule%u}\nspec:\n"
			    "  crd: {spec: {names: {kind: Rule%u}}}\n  targets:\n"
			    "  - target: admission.k8s.gatekeeper.sh\n    rego: |\n"
			    "      package rule%u\n      import future.keywords\n"
			    "      o := input.review.object\n"
			    "      violation[{\"msg\": \"first\"}] { %s }\n"
			    "      violation[{\"msg\": \"second\"}] { %s }\n---\n"
			    "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Rule%u\n"
			    "metadata: {name: r}\n",
			    i, i, i, first, second, i),
		    arena);
	}
}

static size_t count(struct admission *a, const struct review *review, const struct review_run *run,
		    const struct value *object, struct arena *arena)
{
	struct review next = *review;
	struct review_result result;
	struct err err;

	if (resource_read(value_to_json(object, arena), &next.object, &err) < 0)
		return SIZE_MAX;
	must(admission_review(a, &next, run, arena, &result, &err) == 0);
	return result.n;
}

static void check(struct admission *a, const struct review *review, const struct review_run *run,
		  const struct fix *fix, struct arena *arena)
{
	struct value object = value_from_json(review->object.json, arena);
	struct value whole = fix_apply(&object, fix, UINT64_MAX, arena);

	must(value_equal(&whole, &fix->object));
	if (fix->refusal_n > 0)
		return;
	must(count(a, review, run, &whole, arena) == 0);
	for (size_t i = 0; i < fix->n; i++) {
		struct value fewer = fix_apply(&object, fix, ~(1ull << i), arena);

		must(count(a, review, run, &fewer, arena) > 0);
	}
}

static void judge(const uint8_t *data, str text, struct arena *arena)
{
	struct admission a;
	struct review_run run = { .now_ns = 1 };
	struct review review;
	const struct json *json;
	struct fix fix, again;
	struct err err;

	if (json_parse(text, NULL, arena, &json, &err) < 0 ||
	    review_of_document(json, &review, &err) < 0)
		return;
	admission_init(&a, arena);
	add_rules(&a, data, arena);
	must(admission_seal(&a, &err) == 0);
	run.data = &a.data;
	struct fix_request request = {
		.set = a.constraints, .review = &review, .run = &run, .max_steps = 60000
	};

	if (fix_find(&request, arena, &fix, &err) == 0) {
		must(fix_find(&request, arena, &again, &err) == 0);
		must(again.n == fix.n && value_equal(&again.object, &fix.object));
		if (!review.request)
			check(&a, &review, &run, &fix, arena);
	}
	admission_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str made;

	if (size < 6 || size > (1u << 14))
		return 0;
	if (data[0] & 1) {
		if (fix_pattern_text(str_of((const char *)data + 1, size - 1), arena, &made))
			must(made.n <= 1024);
		return 0;
	}
	judge(data + 1, str_of((const char *)data + 5, size - 5), arena);
	return 0;
}
