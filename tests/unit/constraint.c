/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/constraint_set.h"

#include "casefile.h"
#include "policy/constraint/admission.h"
#include "policy/constraint/bypass.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/parameter_schema.h"
#include "test.h"

static str compact(const struct json *v, struct arena *arena)
{
	struct json_writer w;
	struct buf b;
	str text;

	buf_init(&b, 100000);
	json_writer_init(&w, &b, 0);
	json_put(&w, v);
	text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

static str checked(str schema_text, str parameters_text, struct arena *arena)
{
	bool legacy = str_starts(schema_text, STR("legacy "));
	const struct json *schema_json, *parameters, *filled;
	AUTO(parameter_schema_free)
	struct parameter_schema *schema = NULL;
	struct err err;
	str unknown;

	if (json_parse(str_without_prefix(schema_text, STR("legacy ")), NULL, arena, &schema_json,
		       &err) < 0 ||
	    json_parse(parameters_text, NULL, arena, &parameters, &err) < 0)
		return str_fmt(arena, "bad case: %s", err.msg);
	schema = parameter_schema_new(schema_json, legacy, &err);
	if (!schema || parameter_schema_check(schema, parameters, arena, &filled, &err) < 0)
		return str_fmt(arena, "error: %s", err.msg);
	unknown = parameter_schema_unknown(schema, parameters, arena);
	return str_fmt(arena, "%.*s%s%.*s", STR_ARG(compact(filled, arena)),
		       unknown.n ? " note: " : "", STR_ARG(unknown));
}

TEST(parameters_are_checked_as_the_api_server_does)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("constraint/parameters.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		str rest = file.line, schema = casefile_part(&rest),
		    parameters = casefile_part(&rest);
		str got = checked(schema, parameters, arena);

		CASE_CHECK(&file, str_eq(got, rest), "got %.*s", STR_ARG(got));
	}
}

/* ---- templates ----------------------------------------------------------------------------- */

static const struct json *document(str text, struct arena *arena)
{
	struct documents docs = { .arena = arena };
	struct err err;

	CHECK_OK(documents_add(&docs, STR("t.yaml"), text, &err));
	CHECK_INT(docs.n, 1);
	return docs.items[0].resource.json;
}

/* A v1 template of kind Demo with that target. */
static const struct json *template_of(const char *target, struct arena *arena)
{
	return document(str_fmt(arena,
				"apiVersion: templates.gatekeeper.sh/v1\n"
				"kind: ConstraintTemplate\n"
				"metadata: {name: demo}\n"
				"spec:\n"
				"  crd: {spec: {names: {kind: Demo}}}\n"
				"  targets:\n"
				"    - target: admission.k8s.gatekeeper.sh\n%s",
				target),
			arena);
}

static const struct json *rego_template(const char *body, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	str rest = str_c(body), line;

	buf_init(&b, 100000);
	BUF_LIT(&b, "      rego: |\n");
	while (str_line(&rest, &line))
		buf_fmt(&b, "        %.*s\n", STR_ARG(line));
	return template_of(str_cstr(arena, buf_str(&b)), arena);
}

static void refused(const struct json *json, const char *why)
{
	struct err err = { 0 };
	struct constraint_template *t = constraint_template_new(json, NULL, &err);

	constraint_template_free(t);
	CHECK(t == NULL);
	CHECK_STR(err.msg, why);
}

TEST(templates_that_are_wrong_say_why)
{
	static const char *const regos[][2] = {
		{ "package a\nviolation[x] {",
		  "ConstraintTemplate demo: invalid rego: template:3:1: rego_parse_error: "
		  "unexpected eof token" },
		{ "package a\nallow { true }",
		  "ConstraintTemplate demo: invalid rego: template: missing required rules: "
		  "[violation]" },
		{ "package a\nimport data.b\nviolation[x] { x := b }",
		  "ConstraintTemplate demo: invalid rego: template: 2:8: bad import data.b" },
		{ "package a\nviolation[{\"msg\": x}] { x := data[_] }",
		  "ConstraintTemplate demo: invalid rego: template: 2:30: disallowed ref data[_]" },
		{ "package a\nviolation[{\"msg\": x}] { x := [y | y := data] }",
		  "ConstraintTemplate demo: invalid rego: template: 2:40: disallowed ref data" },
		{ "package a\nviolation[{\"msg\": y}] { x := 1 }",
		  "ConstraintTemplate demo: invalid rego: template:2:19: rego_unsafe_var_error: var y "
		  "is unsafe" },
		{ "package a\nviolation[{\"msg\": \"a\"}] { violation[_] }",
		  "ConstraintTemplate demo: invalid rego: template:2:1: rego_recursion_error: rule "
		  "data.template.violation is recursive: data.template.violation -> "
		  "data.template.violation" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	refused(document(STR("{apiVersion: v1, kind: Pod}"), arena),
		"ConstraintTemplate : not a ConstraintTemplate");
	refused(document(STR("{apiVersion: templates.gatekeeper.sh/v2, kind: ConstraintTemplate, "
			     "metadata: {name: a}}"),
			 arena),
		"ConstraintTemplate a: unsupported version v2");
	refused(document(STR("{apiVersion: templates.gatekeeper.sh/v1, kind: ConstraintTemplate, "
			     "metadata: {name: a}, spec: {crd: {spec: {names: {kind: B}}}}}"),
			 arena),
		"ConstraintTemplate a: its name a is not equal to the lowercase of its kind B");
	refused(template_of("", arena), "ConstraintTemplate demo: there is no Rego in it");
	refused(template_of("      libs: []\n      rego: ''\n", arena),
		"ConstraintTemplate demo: there is no Rego in it");
	refused(template_of("    - target: other\n", arena),
		"ConstraintTemplate demo: it has more than one target");
	for (size_t i = 0; i < ARRAY_LEN(regos); i++)
		refused(rego_template(regos[i][0], arena), regos[i][1]);
	refused(template_of("      rego: \"package a\\nviolation[x] { x := data.lib.b.c }\"\n"
			    "      libs: [\"package b\\nc = 1\"]\n",
			    arena),
		"ConstraintTemplate demo: invalid rego: libs[0]: 1:9: a library's package must be "
		"below lib, not data.b");
	refused(template_of("      rego: \"package a\\nviolation[x] { x := 1 }\"\n"
			    "      libs: {}\n",
			    arena),
		"ConstraintTemplate demo: libs must be a list");
}

TEST(an_engine_we_do_not_have_is_told_and_not_dropped)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(constraint_template_free)
	struct constraint_template *t = NULL;
	struct err err;

	t = constraint_template_new(
		template_of("      code: [{engine: K8sNativeValidation}]\n", arena), NULL, &err);
	CHECK(t != NULL);
	CHECK_STRV(t->unsupported, "unsupported engine K8sNativeValidation");
}

TEST(rego_beside_another_engine_is_used)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(constraint_template_free)
	struct constraint_template *t = NULL;
	struct err err;

	t = constraint_template_new(
		template_of("      code:\n"
			    "        - engine: K8sNativeValidation\n"
			    "        - engine: Rego\n"
			    "          source:\n"
			    "            version: v1\n"
			    "            rego: |\n"
			    "              package demo\n"
			    "              violation contains {\"msg\": \"x\"} if true\n",
			    arena),
		NULL, &err);
	CHECK_OK(t);
	CHECK_STRV(t->unsupported, "");
}

static void add(struct constraint_set *set, const struct json *json)
{
	struct err err;

	CHECK_OK(constraint_set_add(set, json, &err));
}

static const struct json *constraint_of(const char *name, const char *spec, struct arena *arena)
{
	return document(str_fmt(arena,
				"apiVersion: constraints.gatekeeper.sh/v1beta1\n"
				"kind: Demo\n"
				"metadata: {name: %s}\n"
				"spec: %s\n",
				name, spec),
			arena);
}

static struct review_result review(struct constraint_set *set, const char *object,
				   const struct review_run *run, struct arena *arena)
{
	struct review review;
	struct review_result result;
	struct err err;

	CHECK_OK(review_of_document(document(str_c(object), arena), &review, &err));
	CHECK_OK(constraint_set_review(set, &review, run, arena, &result, &err));
	return result;
}

static const char pod[] = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: ns}}";

TEST(of_rego_in_two_places_the_older_field_counts)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(constraint_set_unref)
	struct constraint_set *set = constraint_set_new();
	struct review_run run = { 0 };
	struct review_result result;

	add(set, template_of("      code:\n"
			     "        - engine: Rego\n"
			     "          source:\n"
			     "            rego: |\n"
			     "              package demo\n"
			     "              violation[{\"msg\": \"code\"}] { true }\n"
			     "      rego: |\n"
			     "        package demo\n"
			     "        violation[{\"msg\": \"rego\"}] { true }\n",
			     arena));
	add(set, constraint_of("c", "{}", arena));
	constraint_set_seal(set);
	result = review(set, pod, &run, arena);
	CHECK_INT(result.n, 1);
	CHECK_STRV(result.items[0].message, "rego");
}

/* ---- sets ---------------------------------------------------------------------------------- */

TEST(violations_have_message_and_details_by_constraint)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(constraint_set_unref)
	struct constraint_set *set = constraint_set_new();
	struct review_run run = { 0 };
	struct review_result result;

	add(set, rego_template("package demo\n"
			       "violation[{\"msg\": msg, \"details\": {\"n\": i}}] {\n"
			       "  msg := input.parameters.texts[i]\n"
			       "}\n"
			       "violation[{\"details\": {}}] { true }\n"
			       "violation[\"text\"] { true }\n",
			       arena));
	add(set,
	    constraint_of("b", "{parameters: {texts: [yy, x]}, enforcementAction: warn}", arena));
	add(set, constraint_of("a", "{parameters: {texts: [z]}}", arena));
	add(set, constraint_of("none", "{match: {kinds: [{kinds: [Service]}]}}", arena));
	constraint_set_seal(set);
	result = review(set, pod, &run, arena);
	CHECK_INT(result.matched, 2);
	CHECK_INT(result.n, 3);
	CHECK_STRV(result.items[0].constraint->name, "a");
	CHECK_STRV(result.items[0].message, "z");
	CHECK_INT(result.items[0].actions, ACTION_DENY);
	CHECK_INT(result.items[1].actions, ACTION_WARN);
	CHECK_INT(VALUE_GET(&result.items[0].details, "n")->i, 0);
}

/* Equal matches are looked at once for all; each review anew, and an error is told by each. */
TEST(constraints_with_the_same_match_are_for_the_same_objects)
{
	static const char service[] =
		"{apiVersion: v1, kind: Service, metadata: {name: a, namespace: ns}}";
	static const char other[] =
		"{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: other}}";
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(constraint_set_unref)
	struct constraint_set *set = constraint_set_new();
	struct review_run run = { 0 };
	struct review_result result;

	add(set, rego_template("package demo\n"
			       "violation[{\"msg\": input.parameters.text}] { true }\n",
			       arena));
	add(set, constraint_of("a", "{match: {namespaces: [ns]}, parameters: {text: a}}", arena));
	add(set,
	    constraint_of("b", "{match: {namespaces: [other]}, parameters: {text: b}}", arena));
	add(set, constraint_of("c", "{parameters: {text: c}, match: {namespaces: [ns]}}", arena));
	add(set, constraint_of("d", "{match: {kinds: [{kinds: [Pod]}], namespaces: [ns]}}", arena));
	for (int i = 0; i < 2; i++)
		add(set,
		    constraint_of(i ? "needs-1" : "needs-2",
				  "{match: {namespaceSelector: {matchLabels: {a: b}}}}", arena));
	constraint_set_seal(set);
	for (int i = 0; i < 2; i++) {
		result = review(set, service, &run, arena);
		CHECK_INT(result.matched, 4);
		CHECK_STRV(result.items[0].message, "a");
		CHECK_STRV(result.items[1].message, "c");
		CHECK(result.items[2].failed && result.items[3].failed);
		result = review(set, other, &run, arena);
		CHECK_INT(result.matched, 3);
		CHECK_STRV(result.items[0].message, "b");
		result = review(set, pod, &run, arena);
		CHECK_INT(result.matched, 5);
	}
}

TEST(what_cannot_be_judged_is_a_violation_that_says_so)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(constraint_set_unref)
	struct constraint_set *set = constraint_set_new();
	struct review_run run = { .max_steps = 10000 };
	struct review_result result;

	add(set, rego_template("package demo\n"
			       "violation[{\"msg\": \"x\"}] {\n"
			       "  n := numbers.range(1, 1000)\n"
			       "  n[_] + n[_] + n[_] == 5000\n"
			       "}\n"
			       "violation[{\"msg\": 1}] { input.parameters.number }\n",
			       arena));
	add(set, constraint_of("loops", "{}", arena));
	add(set, constraint_of("needs-namespace",
			       "{match: {namespaceSelector: {matchLabels: {a: b}}}}", arena));
	constraint_set_seal(set);
	result = review(set, pod, &run, arena);
	CHECK_INT(result.n, 2);
	CHECK(result.items[0].failed && result.items[1].failed);
	CHECK(str_find(result.items[0].message, STR("data.template.violation")) >= 0);
	CHECK_STRV(result.items[1].message,
		   "failed to run Match criteria: namespace selector for namespace-scoped object "
		   "but missing Namespace");
}

TEST(a_rule_that_may_not_ask_the_network_says_so)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(constraint_set_unref)
	struct constraint_set *set = constraint_set_new();
	struct review_run run = { 0 };
	struct review_result result;

	add(set,
	    rego_template("package demo\n"
			  "violation[{\"msg\": \"x\"}] {\n"
			  "  input.parameters.ask\n"
			  "  r := http.send({\"method\": \"get\", \"url\": input.parameters.ask})\n"
			  "  r.status_code != 200\n"
			  "}\n"
			  "violation[{\"msg\": m}] { m := sprintf(\"%v\", [opa.runtime()]) }\n",
			  arena));
	add(set, constraint_of("asks", "{parameters: {ask: 'http://example.com/'}}", arena));
	add(set, constraint_of("silent", "{}", arena));
	constraint_set_seal(set);
	result = review(set, pod, &run, arena);
	CHECK_INT(result.n, 2);
	CHECK(result.items[0].failed);
	CHECK(str_find(result.items[0].message, STR("http.send: not permitted here")) >= 0);
	CHECK(!result.items[1].failed);
	CHECK_STRV(result.items[1].message, "{}");
}

TEST(scoped_actions_hold_at_their_points)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(constraint_set_unref)
	struct constraint_set *set = constraint_set_new();
	struct review_run run = { .point = STR("audit.gatekeeper.sh") };
	struct review_result result;

	add(set, rego_template("package demo\nviolation[{\"msg\": \"x\"}] { true }", arena));
	add(set, constraint_of("s",
			       "{enforcementAction: scoped, scopedEnforcementActions: ["
			       "{action: deny, enforcementPoints: [{name: "
			       "validation.gatekeeper.sh}]}, {action: warn, enforcementPoints: "
			       "[{name: '*'}]}, {action: dryrun, enforcementPoints: [{name: "
			       "audit.gatekeeper.sh}]}]}",
			       arena));
	add(set, constraint_of("only",
			       "{enforcementAction: scoped, scopedEnforcementActions: [{action: "
			       "deny, enforcementPoints: [{name: validation.gatekeeper.sh}]}]}",
			       arena));
	constraint_set_seal(set);
	result = review(set, pod, &run, arena);
	CHECK_INT(result.n, 1);
	CHECK_INT(result.items[0].actions, ACTION_WARN | ACTION_DRYRUN);
	run.point = STR("validation.gatekeeper.sh");
	result = review(set, pod, &run, arena);
	CHECK_INT(result.n, 2);
	CHECK_INT(result.items[0].actions, ACTION_DENY);
	CHECK_INT(result.items[1].actions, ACTION_DENY | ACTION_WARN);
}

TEST(constraints_that_are_wrong_say_why)
{
	static const struct {
		const char *spec, *why;
	} cases[] = {
		{ "{enforcementAction: block}",
		  "spec.enforcementAction \"block\" is none of deny, warn, dryrun, scoped" },
		{ "{enforcementAction: scoped}", "spec.scopedEnforcementActions is missing" },
		{ "{enforcementAction: scoped, scopedEnforcementActions: [{action: stop}]}",
		  "spec.scopedEnforcementActions: \"stop\" is none of deny, warn, dryrun" },
		{ "{enforcementAction: scoped, scopedEnforcementActions: [{action: deny}]}",
		  "spec.scopedEnforcementActions: deny has no enforcementPoints" },
		{ "{match: {kinds: Pod}}", "spec.match: kinds must be a list" },
		{ "[]", "spec must be an object" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(constraint_set_unref)
	struct constraint_set *set = constraint_set_new();
	struct err err;

	CHECK_FAIL(constraint_set_add(set, constraint_of("c", "{}", arena), &err));
	CHECK_STR(err.msg, "constraint Demo/c: there is no template for this kind");
	add(set, rego_template("package demo\nviolation[{\"msg\": \"x\"}] { true }", arena));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		str why = str_fmt(arena, "constraint Demo/c: %s", cases[i].why);

		CHECK_FAIL(constraint_set_add(set, constraint_of("c", cases[i].spec, arena), &err));
		CHECK_STR_EQ(str_c(err.msg), why);
	}
	CHECK_FAIL(constraint_set_add(set, constraint_of("A_b", "{}", arena), &err));
	CHECK_STR(err.msg, "constraint Demo/A_b: metadata.name is no name of Kubernetes");
}

TEST(templates_see_the_request_and_the_inventory)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(constraint_set_unref)
	struct constraint_set *set = constraint_set_new();
	struct sync_data data;
	struct review_run run = { .data = &data };
	struct review_result result;
	struct resource r;
	struct err err;

	sync_data_init(&data, arena);
	CHECK_OK(
		resource_read(document(STR("{apiVersion: v1, kind: Namespace, metadata: {name: ns, "
					   "labels: {a: b}}}"),
				       arena),
			      &r, &err));
	CHECK_OK(sync_data_add(&data, &r, &err));
	CHECK_OK(resource_read(document(STR("{apiVersion: apps/v1, kind: Deployment, metadata: "
					    "{name: d, namespace: ns}}"),
					arena),
			       &r, &err));
	CHECK_OK(sync_data_add(&data, &r, &err));
	add(set,
	    rego_template(
		    "package demo\n"
		    "violation[{\"msg\": msg}] {\n"
		    "  r := input.review\n"
		    "  d := data.inventory.namespace[r.namespace][\"apps/v1\"].Deployment[_]\n"
		    "  n := data.inventory.cluster.v1.Namespace.ns\n"
		    "  r.namespaceObject.metadata.labels == r._unstable.namespace.metadata.labels\n"
		    "  msg := sprintf(\"%v %v %v %v %v %v %v %v\", [r.operation, r.kind.kind,\n"
		    "    r.name, r.oldObject, r.userInfo, d.metadata.name, n.metadata.name,\n"
		    "    r.namespaceObject.metadata.labels.a])\n"
		    "}\n",
		    arena));
	add(set, constraint_of("c", "{match: {namespaceSelector: {matchLabels: {a: b}}}}", arena));
	constraint_set_seal(set);
	result = review(set, pod, &run, arena);
	CHECK_INT(result.n, 1);
	CHECK_STRV(result.items[0].message, "CREATE Pod a null {} d ns b");
	result = review(
		set,
		"{apiVersion: admission.k8s.io/v1, kind: AdmissionReview, request: {uid: x, "
		"operation: DELETE, namespace: ns, name: z, userInfo: {username: u}, kind: "
		"{group: '', version: v1, kind: Pod}, oldObject: {apiVersion: v1, kind: Pod, "
		"metadata: {name: z, namespace: ns}}}}",
		&run, arena);
	CHECK_INT(result.n, 1);
	CHECK(str_starts(result.items[0].message, STR("DELETE Pod z {\"apiVersion\": \"v1\"")));
}

TEST(bypass_labels_count_only_in_exempt_namespaces)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(constraint_set_unref)
	struct constraint_set *set = constraint_set_new();
	const str names[] = { STR("*-tools") };
	struct bypass_list exempt = { names, 1 };
	struct sync_data data;
	struct review_run run = { .data = &data, .exempt = &exempt };
	struct review_result result;
	struct resource tools, other;
	struct err err;

	sync_data_init(&data, arena);
	CHECK_OK(resource_read(document(STR("{apiVersion: v1, kind: Namespace, metadata: {name: "
					    "dev-tools, labels: {admission.gatekeeper.sh/ignore: "
					    "x}}}"),
					arena),
			       &tools, &err));
	CHECK_OK(
		resource_read(document(STR("{apiVersion: v1, kind: Namespace, metadata: {name: ns, "
					   "labels: {admission.gatekeeper.sh/ignore: x}}}"),
				       arena),
			      &other, &err));
	CHECK_OK(sync_data_add(&data, &tools, &err));
	CHECK_OK(sync_data_add(&data, &other, &err));
	CHECK_STRV(bypass_refused(&exempt, &tools), "");
	CHECK_STRV(bypass_refused(&exempt, &other), "admission.gatekeeper.sh/ignore");
	add(set, rego_template("package demo\nviolation[{\"msg\": \"x\"}] { true }", arena));
	add(set, constraint_of("c", "{}", arena));
	constraint_set_seal(set);
	result = review(set, pod, &run, arena);
	CHECK_INT(result.items[0].actions, ACTION_DENY);
	CHECK_STRV(result.bypass, "");
	result = review(set,
			"{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: dev-tools}}",
			&run, arena);
	CHECK_INT(result.items[0].actions, ACTION_DRYRUN);
	CHECK_STRV(result.bypass, "admission.gatekeeper.sh/ignore");
}

static int send_fixed(void *context, const struct provider *provider, str body, struct arena *arena,
		      str *response, int *status, struct err *err)
{
	(void)context;
	(void)provider;
	(void)body;
	(void)arena;
	(void)err;
	*status = 200;
	*response = STR("{\"response\": {\"items\": [{\"key\": \"a\", \"value\": \"v\"}, {\"key\": "
			"\"b\", \"error\": \"e\"}]}}");
	return 0;
}

TEST(external_data_asks_the_provider)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(provider_set_free)
	struct provider_set *providers = provider_set_new(send_fixed, NULL, 60);
	AUTO(constraint_set_unref)
	struct constraint_set *set = constraint_set_new();
	struct review_run run = { 0 };
	struct review_result result;
	struct err err;

	CHECK_OK(provider_set_add(
		providers,
		document(STR("{apiVersion: externaldata.gatekeeper.sh/v1beta1, kind: Provider, "
			     "metadata: {name: p}, spec: {url: 'https://p.example.com', caBundle: "
			     "AAAA}}"),
			 arena),
		&err));
	add(set,
	    rego_template("package demo\n"
			  "violation[{\"msg\": msg}] {\n"
			  "  r := external_data({\"provider\": \"p\", \"keys\": [\"a\", \"b\"]})\n"
			  "  msg := sprintf(\"%v\", [r])\n"
			  "}",
			  arena));
	add(set, constraint_of("c", "{}", arena));
	constraint_set_seal(set);
	result = review(set, pod, &run, arena);
	CHECK_INT(result.n, 1);
	CHECK(result.items[0].failed); /* nobody to ask */
	run.external = provider_external;
	run.external_context = providers;
	result = review(set, pod, &run, arena);
	CHECK_INT(result.n, 1);
	CHECK_STRV(result.items[0].message,
		   "{\"errors\": [[\"b\", \"e\"]], \"responses\": [[\"a\", \"v\"]], "
		   "\"status_code\": 200, \"system_error\": \"\"}");
}

TEST(configuration_says_what_is_synced_and_left_out)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct gatekeeper_config config;
	struct resource r;
	struct err err;

	gatekeeper_config_init(&config, arena);
	CHECK(gatekeeper_config_is_empty(&config));
	CHECK_INT(
		gatekeeper_config_add(
			&config,
			document(STR("{apiVersion: config.gatekeeper.sh/v1alpha1, kind: Config, "
				     "metadata: {name: config}, spec: {sync: {syncOnly: [{group: "
				     "'', version: v1, kind: Pod}]}, match: [{excludedNamespaces: "
				     "[kube-*], processes: ['*']}, {excludedNamespaces: [dev], "
				     "processes: [audit]}]}}"),
				 arena),
			&err),
		1);
	CHECK_INT(
		gatekeeper_config_add(
			&config,
			document(STR("{apiVersion: syncset.gatekeeper.sh/v1alpha1, kind: SyncSet, "
				     "metadata: {name: s}, spec: {gvks: [{group: apps, version: "
				     "v1, kind: Deployment}]}}"),
				 arena),
			&err),
		1);
	CHECK_INT(gatekeeper_config_add(&config, document(str_c(pod), arena), &err), 0);
	CHECK_OK(resource_read(document(str_c(pod), arena), &r, &err));
	CHECK(gatekeeper_config_syncs(&config, &r));
	r.namespace = STR("kube-system");
	CHECK(!gatekeeper_config_syncs(&config, &r));
	r = (struct resource){ .group = STR("apps"),
			       .version = STR("v1"),
			       .kind = STR("Deployment") };
	CHECK(gatekeeper_config_syncs(&config, &r));
	r.version = STR("v1beta1");
	CHECK(!gatekeeper_config_syncs(&config, &r));
	CHECK(gatekeeper_config_excludes(&config, STR("audit"), STR("dev")));
	CHECK(!gatekeeper_config_excludes(&config, STR("webhook"), STR("dev")));
	CHECK(gatekeeper_config_excludes(&config, STR("webhook"), STR("kube-public")));
}
