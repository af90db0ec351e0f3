/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gatekeeper's objects. The first byte picks: whole documents as they are (templates, constraints,
 * mutators, objects, suites), or objects that are put together from the bytes: a schema, a match, a
 * template out of a small stock of rules, mutators and a pod. Whatever loads is asked twice and
 * answers the same; what was mutated stays as it is when it is mutated again; an image whose parts
 * were replaced has them.
 */
#include <stdlib.h>

#include "base/err.h"
#include "must.h"
#include "policy/constraint/admission.h"
#include "policy/constraint/image_part.h"
#include "policy/constraint/suite.h"
#include "policy/constraint/sync_store.h"
#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct source {
	const uint8_t *p;
	size_t n;
	struct buf *out;
};

static unsigned pick(struct source *s, unsigned n)
{
	unsigned byte;

	if (s->n == 0)
		return 0;
	byte = *s->p++;
	s->n--;
	return byte % n;
}

#define PICK(s, words) buf_fmt((s)->out, "%s", (words)[pick(s, ARRAY_LEN(words))])

static void put_json(struct source *s, unsigned depth)
{
	static const char *const scalars[] = { "1", "\"a\"", "null", "true", "\"x:1\"", "2.5" };
	static const char *const keys[] = { "a", "b", "name", "image", "containers" };
	unsigned what = depth > 3 ? 0 : pick(s, 4), n;

	if (what < 2) {
		PICK(s, scalars);
		return;
	}
	n = pick(s, 3);
	buf_byte(s->out, what == 2 ? '[' : '{');
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(s->out, ',');
		if (what == 3)
			buf_fmt(s->out, "\"%s%u\":", keys[pick(s, ARRAY_LEN(keys))], i);
		put_json(s, depth + 1);
	}
	buf_byte(s->out, what == 2 ? ']' : '}');
}

static void put_schema(struct source *s, unsigned depth)
{
	static const char *const types[] = { "object",	"array",  "string", "integer",
					     "boolean", "number", "text" };
	static const char *const extras[] = { "",
					      ", \"nullable\": true",
					      ", \"x-kubernetes-int-or-string\": true",
					      ", \"x-kubernetes-preserve-unknown-fields\": true",
					      ", \"minLength\": 1",
					      ", \"enum\": [1, \"a\"]",
					      ", \"pattern\": \"^a\"" };

	BUF_LIT(s->out, "{\"type\": \"");
	PICK(s, types);
	BUF_LIT(s->out, "\"");
	PICK(s, extras);
	if (depth < 4 && pick(s, 2)) {
		BUF_LIT(s->out, ", \"properties\": {\"a0\": ");
		put_schema(s, depth + 1);
		BUF_LIT(s->out, "}");
	}
	if (depth < 4 && pick(s, 3) == 0) {
		BUF_LIT(s->out, ", \"items\": ");
		put_schema(s, depth + 1);
	}
	if (depth < 4 && pick(s, 3) == 0) {
		BUF_LIT(s->out, ", \"additionalProperties\": ");
		put_schema(s, depth + 1);
	}
	if (pick(s, 3) == 0) {
		BUF_LIT(s->out, ", \"default\": ");
		put_json(s, depth + 1);
	}
	buf_byte(s->out, '}');
}

static void put_template(struct source *s)
{
	static const char *const rules[] = {
		"violation[{\"msg\": m}] { m := input.parameters.a0 }",
		"violation[{\"msg\": m}] { m := sprintf(\"%v\", [input.review]) }",
		"violation[{\"msg\": \"x\", \"details\": d}] { d := input.parameters }",
		"violation[{\"msg\": k}] { data.inventory.namespace[_][_][_][k] }",
		"violation[{\"msg\": \"l\"}] { walk(input, [p, v]); count(p) > 3; v == \"a\" }",
		"violation[{\"msg\": \"n\"}] { n := numbers.range(1, 90); n[_] + n[_] == 181 }",
		"violation[{\"msg\": m}] { m := data.lib.a.f(input.review.name) }",
		"violation[{\"msg\": \"y\"}] { data.other.x }",
		"violation[1] { true }",
		"other { true }",
	};

	BUF_LIT(s->out, "\n---\napiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\n"
			"metadata: {name: demo}\nspec:\n  crd: {spec: {names: {kind: Demo}, "
			"validation: {openAPIV3Schema: ");
	put_schema(s, 0);
	BUF_LIT(s->out, "}}}\n  targets:\n  - target: admission.k8s.gatekeeper.sh\n"
			"    libs: [\"package lib.a\\nf(x) = x\"]\n    rego: |\n"
			"      package demo\n");
	for (unsigned i = 0, n = 1 + pick(s, 3); i < n; i++) {
		BUF_LIT(s->out, "      ");
		PICK(s, rules);
		buf_byte(s->out, '\n');
	}
}

static void put_match(struct source *s)
{
	static const char *const parts[] = {
		"\"kinds\": [{\"kinds\": [\"Pod\"]}]",
		"\"kinds\": [{\"apiGroups\": [\"*\"], \"kinds\": [\"*\"]}]",
		"\"namespaces\": [\"d*\"]",
		"\"excludedNamespaces\": [\"*t\"]",
		"\"scope\": \"Namespaced\"",
		"\"name\": \"*e*\"",
		"\"labelSelector\": {\"matchLabels\": {\"a\": \"b\"}}",
		"\"namespaceSelector\": {\"matchLabels\": {\"a\": \"b\"}}",
		"\"source\": \"Generated\"",
		"\"kinds\": 1",
	};

	buf_byte(s->out, '{');
	for (unsigned i = 0, n = pick(s, 3); i < n; i++) {
		if (i > 0)
			BUF_LIT(s->out, ", ");
		PICK(s, parts);
	}
	buf_byte(s->out, '}');
}

static void put_constraint(struct source *s, unsigned number)
{
	static const char *const actions[] = { "deny", "warn", "dryrun", "scoped", "stop" };

	buf_fmt(s->out,
		"\n---\napiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Demo\nmetadata: "
		"{name: c%u}\nspec:\n  enforcementAction: ",
		number);
	PICK(s, actions);
	BUF_LIT(s->out, "\n  match: ");
	put_match(s);
	BUF_LIT(s->out, "\n  parameters: ");
	put_json(s, 0);
}

static void put_mutator(struct source *s, unsigned number)
{
	static const char *const kinds[] = { "Assign", "AssignImage", "AssignMetadata",
					     "ModifySet" };
	static const char *const places[] = { "spec.a0",
					      "spec.a0.b0",
					      "spec.containers[name: *].image",
					      "spec.containers[name: c].image",
					      "spec.containers[name: c]",
					      "spec.list",
					      "metadata.labels.a",
					      "spec.\"x.y\"[k: 1].z" };
	static const char *const tests[] = { "",
					     ", pathTests: [{subPath: spec, condition: MustExist}]",
					     ", assignIf: {in: [1]}", ", assignIf: {notIn: [a]}" };

	buf_fmt(s->out,
		"\n---\napiVersion: mutations.gatekeeper.sh/v1\nmetadata: {name: m%u}\nkind: ",
		number);
	PICK(s, kinds);
	BUF_LIT(s->out, "\nspec:\n  applyTo: [{groups: [''], versions: [v1], kinds: [Pod]}]\n"
			"  location: '");
	PICK(s, places);
	BUF_LIT(s->out, "'\n  match: ");
	put_match(s);
	BUF_LIT(s->out, "\n  parameters: {assign: {value: ");
	put_json(s, 2);
	BUF_LIT(s->out, "}, assignTag: ':1', assignPath: p, values: {fromList: [");
	put_json(s, 3);
	BUF_LIT(s->out, "]}");
	PICK(s, tests);
	BUF_LIT(s->out, "}");
}

static void put_objects(struct source *s)
{
	static const char *const namespaces[] = { "default", "other", "dev" };

	for (unsigned i = 0, n = 1 + pick(s, 2); i < n; i++)
		put_template(s);
	for (unsigned i = 0, n = pick(s, 4); i < n; i++)
		put_constraint(s, i);
	for (unsigned i = 0, n = pick(s, 5); i < n; i++)
		put_mutator(s, i);
	BUF_LIT(s->out,
		"\n---\napiVersion: expansion.gatekeeper.sh/v1\nkind: ExpansionTemplate\n"
		"metadata: {name: e}\nspec: {applyTo: [{groups: [''], versions: [v1], kinds: "
		"[Pod]}], templateSource: spec, generatedGVK: {version: v2, kind: Pod}}\n"
		"---\napiVersion: v1\nkind: Pod\nmetadata: {name: pod, namespace: ");
	PICK(s, namespaces);
	BUF_LIT(s->out, ", labels: {a: b}}\nspec: ");
	put_json(s, 0);
	BUF_LIT(s->out, "\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: q}\nspec: {containers: "
			"[{name: c, image: 'h.x/y@z'}, ");
	put_json(s, 1);
	BUF_LIT(s->out, "]}\n");
}

/* ---- what must hold ------------------------------------------------------------------------ */

static void put_result(struct buf *out, const struct review_result *result)
{
	for (size_t i = 0; i < result->n; i++) {
		must(result->items[i].constraint != NULL);
		buf_fmt(out, "%.*s %u %d\n", STR_ARG(result->items[i].message),
			result->items[i].actions, result->items[i].failed);
	}
}

static void check_review(struct admission *a, const struct resource *r, struct arena *arena)
{
	struct review_run run = { .now_ns = 1, .max_steps = 5000, .max_bytes = 8u << 20 };
	struct review_result first, second;
	struct review review;
	struct buf x, y;
	struct err err;

	if (review_of_document(r->json, &review, &err) < 0 ||
	    admission_review(a, &review, &run, arena, &first, &err) < 0)
		return;
	must(admission_review(a, &review, &run, arena, &second, &err) == 0);
	buf_init(&x, 8u << 20);
	buf_init(&y, 8u << 20);
	put_result(&x, &first);
	put_result(&y, &second);
	must(str_eq(buf_str(&x), buf_str(&y)));
	buf_done(&x);
	buf_done(&y);
}

static void check_mutation(const struct admission *a, const struct resource *r, struct arena *arena)
{
	struct mutation_run run = { .namespace = admission_namespace(a, r) };
	const struct json *once, *twice;
	struct err err;

	if (mutation_set_apply(&a->mutations, r->json, &run, arena, &once, &err) <= 0)
		return;
	must(!json_equal(r->json, once));
	must(mutation_set_apply(&a->mutations, once, &run, arena, &twice, &err) == 0);
	must(json_equal(once, twice));
}

static struct sync_kind kind_of(const struct resource *r)
{
	return (struct sync_kind){ r->group, r->version, r->kind };
}

/* Objects that come one by one make the same inventory as all at once; without them it is empty. */
static void check_store(const struct documents *docs, struct arena *arena)
{
	AUTO(sync_store_free)
	struct sync_store *store = sync_store_new(0);
	struct sync_kind *kinds = ARENA_ARRAY(arena, struct sync_kind, 50);
	struct gatekeeper_config none;
	struct sync_data data;
	struct sync_view *view;
	struct err err;
	size_t n = 0;

	gatekeeper_config_init(&none, arena);
	sync_data_init(&data, arena);
	for (size_t i = 0; i < docs->n && i < 50; i++) {
		const struct resource *r = &docs->items[i].resource;

		if (r->name.n == 0 || r->version.n == 0 || r->kind.n == 0 ||
		    json_path(r->json, "metadata", "managedFields", NULL))
			continue;
		kinds[n++] = kind_of(r);
		must(sync_data_add(&data, r, &err) == 0);
	}
	(void)sync_store_want(store, &none, kinds, n);
	for (size_t i = 0; i < n; i++)
		sync_store_begins(store, &kinds[i]);
	for (size_t i = 0; i < data.n; i++)
		must(sync_store_put(store, &kinds[i], data.items[i].resource.json));
	for (size_t i = 0; i < n; i++)
		sync_store_fail(store, &kinds[i], SYNC_BROKEN, STR("away")); /* it waits still */
	must(n == 0 || !sync_store_settled(store));
	must(sync_store_bytes(store) > 0 || n == 0);
	view = sync_store_view(store);
	must(sync_data_value(sync_view_data(view))->n == 1);
	sync_view_unref(view);
}

/* The same when the list has ended. */
static void check_inventory(const struct documents *docs, struct arena *arena)
{
	AUTO(sync_store_free)
	struct sync_store *store = sync_store_new(0);
	struct sync_data data;
	struct sync_view *view;
	struct gatekeeper_config none;
	struct err err;

	gatekeeper_config_init(&none, arena);
	sync_data_init(&data, arena);
	for (size_t i = 0; i < docs->n && i < 50; i++) {
		const struct resource *r = &docs->items[i].resource;
		struct sync_kind kind = kind_of(r);

		if (r->name.n == 0 || r->version.n == 0 || r->kind.n == 0 ||
		    json_path(r->json, "metadata", "managedFields", NULL))
			continue;
		/* The kind is forgotten, and new: a view of it is made at once. */
		(void)sync_store_want(store, &none, NULL, 0);
		(void)sync_store_want(store, &none, &kind, 1);
		sync_data_init(&data, arena);
		must(sync_data_add(&data, r, &err) == 0);
		sync_store_begins(store, &kind);
		must(sync_store_put(store, &kind, r->json));
		sync_store_ends(store, &kind);
		view = sync_store_view(store);
		must(value_equal(sync_data_value(sync_view_data(view)), sync_data_value(&data)));
		sync_store_remove(store, &kind, r->namespace, r->name);
		must(sync_store_bytes(store) == 0);
		must(value_equal(sync_data_value(sync_view_data(view)), sync_data_value(&data)));
		sync_view_unref(view);
	}
}

static void check_annotation(str text, struct arena *arena)
{
	struct sync_needs needs;

	sync_needs_init(&needs, arena);
	sync_needs_annotation(&needs, text);
	must(needs.n <= SYNC_NEEDS_MAX && (needs.note.n == 0 || needs.n == 0));
	for (size_t i = 0; i < needs.n; i++) {
		must(needs.items[i].n > 0);
		must(sync_need_takes(&needs.items[i], &needs.items[i].items[0]));
		must(sync_need_text(&needs.items[i], arena).n > 0);
	}
}

static void check_documents(str text, struct arena *arena)
{
	struct documents docs = { .arena = arena };
	struct admission a;
	struct err err;

	if (documents_add(&docs, STR("a.yaml"), text, &err) < 0)
		return;
	admission_init(&a, arena);
	for (int templates = 1; templates >= 0; templates--) {
		for (size_t i = 0; i < docs.n && i < 50; i++) {
			const struct resource *r = &docs.items[i].resource;
			bool is_template = str_eq(r->kind, STR("ConstraintTemplate"));

			if (is_template != (templates == 1))
				continue;
			IGNORE(admission_add(&a, &docs.items[i], 1,
					     &err)); /* or it does not load */
			IGNORE(admission_is_policy(r)
				       ? 0
				       : admission_add_data(&a, r, &err)); /* or so */
		}
	}
	IGNORE(admission_seal(&a, &err)); /* conflicts leave a usable set */
	for (size_t i = 0; i < docs.n && i < 50; i++) {
		if (admission_is_policy(&docs.items[i].resource))
			continue;
		check_review(&a, &docs.items[i].resource, arena);
		check_mutation(&a, &docs.items[i].resource, arena);
	}
	admission_done(&a);
	check_store(&docs, arena);
	check_inventory(&docs, arena);
}

static void check_texts(str text, struct arena *arena)
{
	str domain = STR_EMPTY, path = STR_EMPTY, tag = STR_EMPTY, image = STR_EMPTY;
	struct suite_filter filter;
	struct location where;
	struct suite suite;
	struct err err;
	str once;

	check_annotation(text, arena);
	if (location_parse(text, arena, &where, &err) == 0)
		must(where.n <= LOCATION_MAX_NODES && location_is_prefix(&where, &where));
	if (suite_filter_read(text, &filter, &err) == 0)
		suite_filter_done(&filter);
	IGNORE(suite_read(STR("a/s.yaml"), text, arena, &suite, &err)); /* it may be no suite */
	str_line(&text, &image);
	str_line(&text, &domain);
	str_line(&text, &path);
	str_line(&text, &tag);
	if (image_part_check(domain, path, tag, &err) < 0)
		return;
	once = image_part_replace(image, domain, path, tag, arena);
	must(str_eq(image_part_replace(once, domain, path, tag, arena), once));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct source s = { .p = data + 1, .n = size ? size - 1 : 0 };
	str text = str_of((const char *)data + 1, s.n);
	struct buf b;

	if (size == 0 || size > 20000)
		return 0;
	if (data[0] % 3 == 0) {
		check_documents(text, arena);
	} else if (data[0] % 3 == 1) {
		buf_init(&b, 1u << 20);
		s.out = &b;
		put_objects(&s);
		check_documents(buf_str(&b), arena);
		buf_done(&b);
	} else {
		check_texts(text, arena);
	}
	return 0;
}
