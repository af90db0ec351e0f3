/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/object_file.h"

#include "fmt/syntax/json_place.h"
#include "policy/constraint/fault_place.h"
#include "unit/test.h"

static struct object_file read_file(const char *name, const char *text, struct arena *arena)
{
	struct object_file file = { .arena = arena };
	struct err err = { 0 };

	CHECK_OK(object_file_read(&file, str_c(name), str_c(text), &err));
	return file;
}

/* Line and column of the fault that a message is about, as "line:col path". */
static str place_of(const struct object_file *file, size_t i, const char *message,
		    struct arena *arena)
{
	struct violation v = { .message = str_c(message), .details = value_null() };
	struct fault_place p;

	fault_place_find(&file->items[i], NULL, &v, arena, &p);
	return str_fmt(arena, "%u:%u %.*s", p.line, p.col, STR_ARG(p.path));
}

TEST(documents_are_read_one_by_one)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct object_file file =
		read_file("a.yaml",
			  "# head\n---\napiVersion: v1\nkind: Pod\n--- # next\nkind: [\n---\na: 1\n"
			  "...\n---\n---\napiVersion: v1\nkind: ServiceList\nitems:\n"
			  "- apiVersion: v1\n  kind: Service\n  metadata: {name: s}\n",
			  arena);

	CHECK_INT(file.n, 2);
	CHECK_STRV(file.items[0].resource.kind, "Pod");
	CHECK_INT(object_line(&file.items[0], file.items[0].place), 3);
	CHECK_STRV(file.items[1].resource.kind, "Service");
	CHECK_INT(object_line(&file.items[1], file.items[1].place), 15);
	CHECK_INT(file.rest_n, 2);
	/* No apiVersion stands in it: whatever it is, it is no object. */
	CHECK_INT(file.rest[0].kind, ERR_NONE);
	CHECK_INT(file.rest[1].line, 8);
}

TEST(elements_of_a_typed_list_are_of_its_kind)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct object_file file =
		read_file("a.yaml",
			  "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n"
			  "- metadata: {name: a}\n- {kind: Pod, metadata: {name: b}}\n"
			  "---\napiVersion: v1\nkind: List\nitems:\n- metadata: {name: c}\n",
			  arena);

	CHECK_INT(file.n, 1);
	CHECK_STRV(file.items[0].resource.kind, "Deployment");
	CHECK_STRV(file.items[0].resource.api_version, "apps/v1");
	CHECK_STRV(file.items[0].resource.name, "a");
	CHECK_INT(object_line(&file.items[0], file.items[0].place), 4);
	CHECK_INT(file.rest_n, 2); /* a List says nothing of its elements, nor half of a type */
}

TEST(broken_objects_are_told_with_their_line)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct object_file file = read_file(
		"a.yaml",
		"apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: Pod\nspec: {a: 1, a: 2}\n",
		arena);

	CHECK_INT(file.n, 1);
	CHECK_INT(file.rest_n, 1);
	CHECK_INT(file.rest[0].kind, ERR_INPUT);
	CHECK_INT(file.rest[0].line, 6);
	CHECK(str_starts(file.rest[0].reason, STR("YAML line 6")));
}

TEST(templates_of_helm_are_not_rendered)
{
	static const struct {
		const char *text;
		enum err_kind want;
	} cases[] = {
		{ "apiVersion: v1\nkind: Pod\nmetadata: {{ .Values.x }}\n", ERR_UNSUPPORTED },
		{ "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n{{ end }}\n", ERR_UNSUPPORTED },
		{ "apiVersion: v1\nkind: Pod\nmetadata: {name: '{{ .Release.Name }}'}\n",
		  ERR_UNSUPPORTED },
		{ "apiVersion: v1\nkind: Pod\nspec:\n{{ toYaml .x | indent 2 }}\n",
		  ERR_UNSUPPORTED },
	};
	static const char *const fine[] = {
		"apiVersion: v1\nkind: ConfigMap\ndata: {a: '{{ .Values.x }}'}\n",
		"apiVersion: a/v1\nkind: Rule\nspec: {expr: '{{ $labels.pod }} is down'}\n",
		"apiVersion: a/v1\nkind: Workflow\nspec: {args: ['{{inputs.parameters.a}}']}\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct object_file file = read_file("t.yaml", cases[i].text, arena);

		CHECK_INT(file.n, 0);
		CHECK_INT(file.rest_n, 1);
		CHECK_INT(file.rest[0].kind, cases[i].want);
	}
	for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();

		CHECK_INT(read_file("t.yaml", fine[i], arena).n, 1);
	}
}

TEST(json_places_are_of_the_text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = STR("{\"a\\\"\": [1, {\"é\": true,\n \"c\" : null}], \"d\":\"x\"}");
	const struct json *v;
	const struct place *p, *inner;
	struct err err;

	CHECK_OK(json_parse(text, NULL, arena, &v, &err));
	p = json_place_make(text, v, arena);
	CHECK_INT(p->n, 2);
	CHECK_INT(p->children[0].key_col, 2);
	CHECK_INT(p->children[0].col, 9);
	inner = &p->children[0].children[1];
	CHECK_INT(inner->children[0].key_col, 14);
	CHECK_INT(inner->children[0].col, 19);
	CHECK_INT(inner->children[1].key_line, 2);
	CHECK_INT(inner->children[1].key_col, 2);
	CHECK_INT(p->children[1].key_line, 2);
}

TEST(streams_are_cut_where_values_end)
{
	str rest = STR(" {\"a\": \"}\"} [1]\n2 \"x y\"{}"), one;
	static const char *const want[] = { "{\"a\": \"}\"}", "[1]", "2", "\"x y\"", "{}" };

	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		CHECK(json_stream_next(&rest, &one));
		CHECK_STR_EQ(one, str_c(want[i]));
	}
	CHECK(!json_stream_next(&rest, &one));
}

TEST(messages_of_others_find_their_place)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct object_file file = read_file("a.yaml",
					    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n"
					    "  name: a\nspec:\n  replicas: 1\n  template:\n"
					    "    spec:\n      hostNetwork: true\n"
					    "      containers:\n      - name: web\n"
					    "        image: a/b:latest\n      - name: web-2\n"
					    "        image: c/d:1\n        securityContext: {}\n",
					    arena);

	CHECK_STRV(
		place_of(&file, 0, "container <web> has an invalid image repo <a/b:latest>", arena),
		"12:9 spec.template.spec.containers[0].image");
	CHECK_STRV(place_of(&file, 0, "container <web-2>: securityContext lacks something", arena),
		   "15:9 spec.template.spec.containers[1].securityContext");
	CHECK_STRV(place_of(&file, 0, "container web-2 is not nice", arena),
		   "13:9 spec.template.spec.containers[1]");
	CHECK_STRV(place_of(&file, 0, "spec.hostNetwork is true", arena),
		   "9:7 spec.template.spec.hostNetwork");
	CHECK_STRV(place_of(&file, 0, "spec.replicas must be 3", arena), "6:3 spec.replicas");
	CHECK_STRV(place_of(&file, 0, "it is wrong", arena), "1:1 ");
}

/* As "ids line-end_line", one a line. */
static str ignores(const struct object_file *file, struct arena *arena)
{
	str all = STR_EMPTY;

	for (size_t i = 0; i < file->ignore_n; i++)
		all = str_fmt(arena, "%.*s%.*s %u-%u\n", STR_ARG(all),
			      STR_ARG(file->ignores[i].ids), file->ignores[i].line,
			      file->ignores[i].end_line);
	return all;
}

TEST(comments_hold_for_the_value_behind_them)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct object_file file =
		read_file("a.yaml",
			  "apiVersion: v1\nkind: Pod\nspec:\n"
			  "  # seawall:ignore=A reason\n  containers:\n"
			  "  - name: a\n    # trivy:ignore:B\n    x:\n      y: 1\n\n"
			  "    z: 2 # seawall:ignore=C\n"
			  "  # checkov:skip=D:why\n  other: 1\n---\n"
			  "# seawall:ignore=E all of it\napiVersion: v1\nkind: Pod\n"
			  "metadata: {annotations: {seawall/ignore: F why}}\n",
			  arena);

	CHECK_STRV(ignores(&file, arena), "F 16-18\nA 5-11\nB 8-9\nC 11-11\nD 0-0\nE 16-18\n");
}
