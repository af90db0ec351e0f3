/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/fix.h"

#include "policy/constraint/admission.h"
#include "policy/constraint/fix_file.h"
#include "policy/constraint/fix_internal.h"
#include "report/fix_text.h"
#include "test.h"

#define POD_HEAD "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n"

/* What objects are judged by. */
struct bench {
	struct arena *arena;
	struct admission admission;
	struct review_run run;
	struct review review;
	struct fix fix;
};

static void add_text(struct bench *b, str text)
{
	struct documents docs = { .arena = b->arena };
	struct err err;

	CHECK_OK(documents_add(&docs, STR("policy.yaml"), text, &err));
	CHECK_OK(admission_add(&b->admission, docs.items, docs.n, &err));
}

/* Each line of `rego` is indented into a template of one constraint. */
static void add_rego(struct bench *b, const char *rego, const char *parameters)
{
	struct buf text;
	str rest = str_c(rego), line;

	buf_init(&text, 1u << 20);
	BUF_LIT(&text, "apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\n"
		       "metadata: {name: rule}\nspec:\n  crd: {spec: {names: {kind: Rule}, "
		       "validation: {openAPIV3Schema: {type: object, "
		       "x-kubernetes-preserve-unknown-fields: true}}}}\n  targets:\n"
		       "  - target: admission.k8s.gatekeeper.sh\n    rego: |\n"
		       "      package rule\n");
	while (str_line(&rest, &line))
		buf_fmt(&text, "      %.*s\n", STR_ARG(line));
	buf_fmt(&text,
		"---\napiVersion: constraints.gatekeeper.sh/v1beta1\nkind: Rule\n"
		"metadata: {name: rule}\nspec: {parameters: %s}\n",
		parameters);
	add_text(b, str_dup(b->arena, buf_str(&text)));
	buf_done(&text);
}

static void bench_init(struct bench *b)
{
	*b = (struct bench){ .arena = arena_new() };
	admission_init(&b->admission, b->arena);
}

static void bench_done(struct bench *b)
{
	admission_done(&b->admission);
	arena_free(b->arena);
}

static size_t count(struct bench *b, const struct value *object)
{
	struct review review = b->review;
	struct review_result result;
	struct err err;

	CHECK_OK(resource_read(value_to_json(object, b->arena), &review.object, &err));
	CHECK_OK(admission_review(&b->admission, &review, &b->run, b->arena, &result, &err));
	return result.n;
}

/* Every selection of hunks is tried: only all of them together pass. */
static void check_minimal(struct bench *b)
{
	struct value object = value_from_json(b->review.object.json, b->arena);
	size_t n = b->fix.n;
	struct value whole = fix_apply(&object, &b->fix, UINT64_MAX, b->arena);

	CHECK(value_equal(&whole, &b->fix.object));
	if (b->fix.refusal_n > 0)
		return;
	CHECK_INT(count(b, &whole), 0);
	for (uint64_t keep = 0; n <= 6 && keep + 1 < 1ull << n; keep++) {
		struct value fewer = fix_apply(&object, &b->fix, keep, b->arena);

		CHECK(count(b, &fewer) > 0);
	}
	for (size_t i = 0; i < n; i++) {
		struct value fewer = fix_apply(&object, &b->fix, ~(1ull << i), b->arena);

		CHECK(count(b, &fewer) > 0);
	}
}

static void find(struct bench *b, const char *object, uint64_t max_steps)
{
	struct documents docs = { .arena = b->arena };
	struct fix_request request = { .set = b->admission.constraints,
				       .expansions = &b->admission.expansions,
				       .review = &b->review,
				       .run = &b->run,
				       .max_steps = max_steps };
	struct err err;

	CHECK_OK(documents_add(&docs, STR("object.yaml"), str_dup(b->arena, str_c(object)), &err));
	CHECK_INT(docs.n, 1);
	CHECK_OK(admission_seal(&b->admission, &err));
	b->run = (struct review_run){ .data = &b->admission.data };
	CHECK_OK(review_of_document(docs.items[0].resource.json, &b->review, &err));
	CHECK_OK(fix_find(&request, b->arena, &b->fix, &err));
	check_minimal(b);
}

static void expect(const char *rego, const char *parameters, const char *object, const char *want)
{
	struct bench b;

	bench_init(&b);
	add_rego(&b, rego, parameters);
	find(&b, object, 0);
	if (b.fix.refusal_n > 0)
		CHECK_STR(fix_reason_name(b.fix.refusals[0].reason), want);
	else
		CHECK_STR_EQ(fix_text(&b.fix, LANG_EN, 4096, b.arena), str_c(want));
	bench_done(&b);
}

TEST(a_field_that_is_forbidden_gets_its_safe_value)
{
	expect("violation[{\"msg\": \"no\"}] {\n"
	       "  input.review.object.spec.containers[_].securityContext.privileged\n}",
	       "{}",
	       POD_HEAD "spec: {containers: [{name: a, image: x, securityContext: {privileged: "
			"true}}]}\n",
	       "set spec.containers[0].securityContext.privileged to false");
	expect("violation[{\"msg\": \"no\"}] { input.review.object.spec.hostNetwork == true }",
	       "{}", POD_HEAD "spec: {hostNetwork: true, containers: [{name: a, image: x}]}\n",
	       "set spec.hostNetwork to false");
}

TEST(what_passes_needs_no_change)
{
	expect("violation[{\"msg\": \"no\"}] { input.review.object.spec.hostNetwork }", "{}",
	       POD_HEAD "spec: {containers: [{name: a, image: x}]}\n", "");
}

TEST(a_field_that_is_missing_is_added_to_each_container)
{
	expect("violation[{\"msg\": c.name}] {\n"
	       "  c := input.review.object.spec.containers[_]\n"
	       "  not c.securityContext.readOnlyRootFilesystem == true\n}",
	       "{}", POD_HEAD "spec: {containers: [{name: a, image: x}, {name: b, image: y}]}\n",
	       "set spec.containers[0].securityContext.readOnlyRootFilesystem to true\n"
	       "set spec.containers[1].securityContext.readOnlyRootFilesystem to true");
}

TEST(one_field_of_the_pod_is_preferred_to_one_of_each_container)
{
	expect("violation[{\"msg\": c.name}] {\n"
	       "  c := input.review.object.spec.containers[_]\n"
	       "  not c.securityContext.runAsNonRoot\n"
	       "  not input.review.object.spec.securityContext.runAsNonRoot\n}",
	       "{}", POD_HEAD "spec: {containers: [{name: a, image: x}, {name: b, image: y}]}\n",
	       "set spec.securityContext.runAsNonRoot to true");
}

TEST(values_come_from_the_parameters)
{
	expect("violation[{\"msg\": \"no\"}] {\n"
	       "  c := input.review.object.spec.containers[_]\n"
	       "  not startswith(c.image, input.parameters.registry)\n}",
	       "{registry: reg.example.com/}",
	       POD_HEAD "spec: {containers: [{name: a, image: 'docker.io/library/nginx:1.2'}]}\n",
	       "set spec.containers[0].image to \"reg.example.com/nginx:1.2\" (a proposal: choose "
	       "the value)");
	expect("violation[{\"msg\": \"no\"}] {\n"
	       "  input.review.object.spec.replicas > input.parameters.max\n}",
	       "{max: 5}",
	       "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: 9}\n",
	       "set spec.replicas to 5");
	expect("violation[{\"msg\": \"no\"}] {\n"
	       "  not permitted[input.review.object.spec.priorityClassName]\n}\n"
	       "permitted[x] { x := input.parameters.classes[_] }",
	       "{classes: [low, middle]}",
	       POD_HEAD "spec: {priorityClassName: high, containers: [{name: a, image: x}]}\n",
	       "set spec.priorityClassName to \"low\"");
}

TEST(labels_that_are_required_are_proposed)
{
	expect("violation[{\"msg\": \"no\"}] {\n"
	       "  have := {k | input.review.object.metadata.labels[k]}\n"
	       "  want := {k | k := input.parameters.labels[_]}\n"
	       "  count(want - have) > 0\n}",
	       "{labels: [team, cost]}", POD_HEAD "spec: {containers: [{name: a, image: x}]}\n",
	       "set metadata.labels.cost to \"choose\" (a proposal: choose the value)\n"
	       "set metadata.labels.team to \"choose\" (a proposal: choose the value)");
	expect("violation[{\"msg\": \"no\"}] {\n"
	       "  not fits(input.review.object.metadata)\n}\n"
	       "fits(m) { regex.match(\"^[a-z]{3}-[0-9]+$\", m.labels.unit) }",
	       "{}", POD_HEAD "spec: {containers: [{name: a, image: x}]}\n",
	       "set metadata.labels.unit to \"aaa-0\" (a proposal: choose the value)");
}

TEST(what_is_only_seen_behind_the_first_change_is_found)
{
	expect("violation[{\"msg\": \"no\"}] { not complete }\n"
	       "complete {\n  count(input.review.object.spec.tls) > 0\n"
	       "  input.review.object.metadata.annotations[\"a.b/https\"] == \"only\"\n}",
	       "{}",
	       "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\n"
	       "spec: {rules: [{host: shop.example.com}]}\n",
	       "set metadata.annotations[\"a.b/https\"] to \"only\"\n"
	       "set spec.tls to [{\"hosts\":[\"shop.example.com\"],\"secretName\":\"i-tls\"}] "
	       "(a proposal: choose the value)");
}

TEST(elements_that_are_too_much_go)
{
	expect("violation[{\"msg\": \"no\"}] {\n"
	       "  bad := {x | x := input.review.object.spec.externalIPs[_]} - "
	       "{x | x := input.parameters.ips[_]}\n  count(bad) > 0\n}",
	       "{ips: [192.0.2.1]}",
	       "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
	       "spec: {externalIPs: [192.0.2.1, 192.0.2.7], ports: [{port: 1}]}\n",
	       "remove spec.externalIPs[1]");
}

TEST(a_volume_keeps_its_mounts)
{
	expect("violation[{\"msg\": \"no\"}] { input.review.object.spec.volumes[_].hostPath }",
	       "{}",
	       POD_HEAD "spec: {volumes: [{name: v, hostPath: {path: /}}], containers: [{name: a, "
			"image: x, volumeMounts: [{name: v, mountPath: /m}]}]}\n",
	       "set spec.volumes[0] to {\"emptyDir\":{},\"name\":\"v\"}");
	expect("violation[{\"msg\": \"no\"}] { count(input.review.object.spec.volumes) > 0 }", "{}",
	       POD_HEAD "spec: {volumes: [{name: v, emptyDir: {}}], containers: [{name: a, "
			"image: x, volumeMounts: [{name: v, mountPath: /m}]}]}\n",
	       "remove spec.volumes[0] (and 1 places that belong to it)");
}

TEST(a_service_stays_valid)
{
	expect("violation[{\"msg\": \"no\"}] { input.review.object.spec.type == \"NodePort\" }",
	       "{}",
	       "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"
	       "spec: {type: NodePort, ports: [{port: 80, nodePort: 30000}]}\n",
	       "set spec.type to \"ClusterIP\" (and 1 places that belong to it)");
}

TEST(rego_of_v1_is_watched_too)
{
	expect("import rego.v1\n"
	       "violation contains {\"msg\": c.name} if {\n"
	       "  some c in input.review.object.spec.containers\n"
	       "  not c.imagePullPolicy in {\"Always\"}\n}",
	       "{}", POD_HEAD "spec: {containers: [{name: a, image: x, imagePullPolicy: Never}]}\n",
	       "set spec.containers[0].imagePullPolicy to \"Always\"");
	expect("import rego.v1\n"
	       "violation contains {\"msg\": \"no\"} if {\n"
	       "  not every_drops\n}\n"
	       "every_drops if {\n  every c in input.review.object.spec.containers {\n"
	       "    \"ALL\" in object.get(c, [\"securityContext\", \"capabilities\", \"drop\"], [])\n"
	       "  }\n}",
	       "{}", POD_HEAD "spec: {containers: [{name: a, image: x}, {name: b, image: y}]}\n",
	       "set spec.containers[0].securityContext.capabilities.drop to [\"ALL\"]\n"
	       "set spec.containers[1].securityContext.capabilities.drop to [\"ALL\"]");
}

TEST(what_no_change_mends_is_said_with_its_reason)
{
	const char *pod = POD_HEAD "spec: {containers: [{name: a, image: 'x:1'}]}\n";

	expect("violation[{\"msg\": \"no\"}] { input.review.kind.kind == \"Pod\" }", "{}", pod,
	       "refused");
	expect("violation[{\"msg\": \"no\"}] {\n"
	       "  not startswith(input.review.object.metadata.name, \"app-\")\n}",
	       "{}", pod, "identity");
	expect("violation[{\"msg\": \"no\"}] {\n"
	       "  input.review.object.metadata.namespace == \"shop\"\n}",
	       "{}", pod, "identity");
	expect("violation[{\"msg\": \"no\"}] {\n"
	       "  not contains(input.review.object.spec.containers[_].image, \"@sha256:\")\n}",
	       "{}", pod, "digest");
	expect("violation[{\"msg\": \"no\"}] { x := 1 / 0; x > 0 }\n"
	       "violation[{\"msg\": 1}] { true }",
	       "{}", pod, "error");
}

TEST(a_deletion_is_not_a_change)
{
	expect("violation[{\"msg\": \"no\"}] { input.review.operation == \"DELETE\" }", "{}",
	       "apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\n"
	       "request: {uid: u, operation: DELETE, oldObject: {apiVersion: v1, kind: Pod, "
	       "metadata: {name: a}}}\n",
	       "request");
}

TEST(the_search_ends_at_its_limit)
{
	struct bench b;

	bench_init(&b);
	add_rego(&b,
		 "violation[{\"msg\": \"no\"}] {\n"
		 "  c := input.review.object.spec.containers[_]\n"
		 "  not c.securityContext.readOnlyRootFilesystem\n}",
		 "{}");
	find(&b, POD_HEAD "spec: {containers: [{name: a, image: x}]}\n", 1);
	CHECK_INT(b.fix.refusal_n, 1);
	CHECK_STR(fix_reason_name(b.fix.refusals[0].reason), "limit");
	bench_done(&b);
}

TEST(the_template_of_a_workload_is_changed_at_its_own_place)
{
	struct bench b;

	bench_init(&b);
	add_rego(&b,
		 "violation[{\"msg\": \"no\"}] {\n  input.review.kind.kind == \"Pod\"\n"
		 "  input.review.object.spec.hostPID\n}",
		 "{}");
	add_text(&b, STR("apiVersion: expansion.gatekeeper.sh/v1beta1\nkind: ExpansionTemplate\n"
			 "metadata: {name: cron}\nspec:\n  applyTo: [{groups: [batch], versions: "
			 "[v1], kinds: [CronJob]}]\n  templateSource: "
			 "spec.jobTemplate.spec.template\n  generatedGVK: {group: '', version: v1, "
			 "kind: Pod}\n"));
	find(&b,
	     "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {jobTemplate: "
	     "{spec: {template: {spec: {hostPID: true}}}}}\n",
	     0);
	CHECK_STRV(fix_text(&b.fix, LANG_EN, 400, b.arena),
		   "set spec.jobTemplate.spec.template.spec.hostPID to false");
	CHECK_STRV(fix_text(&b.fix, LANG_JA, 400, b.arena),
		   "spec.jobTemplate.spec.template.spec.hostPID を false にする");
	bench_done(&b);
}

TEST(lines_that_do_not_fit_are_counted)
{
	struct bench b;

	bench_init(&b);
	add_rego(&b,
		 "violation[{\"msg\": f}] {\n  f := [\"hostPID\", \"hostIPC\", "
		 "\"hostNetwork\"][_]\n  input.review.object.spec[f]\n}",
		 "{}");
	find(&b, POD_HEAD "spec: {hostPID: true, hostIPC: true, hostNetwork: true}\n", 0);
	CHECK_STRV(fix_text(&b.fix, LANG_EN, 60, b.arena),
		   "set spec.hostIPC to false\nand 2 more changes");
	CHECK_STRV(fix_text(&b.fix, LANG_EN, 1000, b.arena),
		   "set spec.hostIPC to false\nset spec.hostNetwork to false\n"
		   "set spec.hostPID to false");
	bench_done(&b);
}

TEST(a_patch_of_json_makes_its_parents_first)
{
	struct bench b;
	AUTO(buf_done)
	struct buf out = { 0 };
	struct json_writer w;
	struct value object;

	bench_init(&b);
	add_rego(&b,
		 "violation[{\"msg\": \"a\"}] {\n"
		 "  not input.review.object.spec.securityContext.runAsNonRoot\n}\n"
		 "violation[{\"msg\": \"b\"}] { input.review.object.spec.hostname }",
		 "{}");
	find(&b, POD_HEAD "spec: {hostname: x}\n", 0);
	buf_init(&out, 1u << 16);
	json_writer_init(&w, &out, 0);
	object = value_from_json(b.review.object.json, b.arena);
	fix_put_patch(&object, &b.fix, &w);
	CHECK_STRV(
		buf_str(&out),
		"[{\"op\":\"add\",\"path\":\"/spec/securityContext\",\"value\":{}},"
		"{\"op\":\"add\",\"path\":\"/spec/securityContext/runAsNonRoot\",\"value\":true},"
		"{\"op\":\"remove\",\"path\":\"/spec/hostname\"}]");
	bench_done(&b);
}

TEST(texts_are_made_that_patterns_match)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const struct {
		const char *pattern, *text;
	} cases[] = {
		{ "^[a-z]+$", "a" },
		{ "^(dev|prod)-[0-9]{2,}$", "dev-00" },
		{ "^\\d\\w[^a]x?y*\\.z$", "0a0.z" },
		{ "^(?:a|b)(?i)c+$", "ac" },
		{ "^[[:upper:]_-]{3}$", "AAA" },
	};
	str text;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CHECK(fix_pattern_text(str_c(cases[i].pattern), arena, &text));
		CHECK_STR_EQ(text, str_c(cases[i].text));
	}
	CHECK(!fix_pattern_text(STR("(a"), arena, &text));
	CHECK(!fix_pattern_text(STR("a{100}"), arena, &text));
}

TEST(a_file_is_changed_in_its_own_style)
{
	struct bench b;
	struct fix_file_result result;
	struct fix_file file = { .path = STR("web.yaml") };
	AUTO(buf_done)
	struct buf diff = { 0 };
	struct err err;

	bench_init(&b);
	add_rego(&b,
		 "violation[{\"msg\": \"no\"}] { input.review.object.spec.hostNetwork }\n"
		 "violation[{\"msg\": \"name\"}] { input.review.object.metadata.namespace == "
		 "\"bad\" }",
		 "{}");
	CHECK_OK(admission_seal(&b.admission, &err));
	buf_init(&diff, 1u << 16);
	file.admission = &b.admission;
	file.run = &b.run;
	file.text = STR("# first\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n"
			"  hostNetwork: true # needed\n---\napiVersion: v1\nkind: List\nitems:\n"
			"- {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {hostNetwork: "
			"yes}}\n");
	CHECK_OK(fix_file_diff(&file, b.arena, &diff, &result, &err));
	CHECK_INT(result.objects, 2);
	CHECK_INT(result.hunks, 2);
	CHECK_INT(result.left_n, 0);
	CHECK_STRV(
		buf_str(&diff),
		"--- a/web.yaml\n+++ b/web.yaml\n@@ -4,9 +4,9 @@\n metadata:\n   name: a\n spec:\n"
		"-  hostNetwork: true # needed\n+  hostNetwork: false # needed\n ---\n"
		" apiVersion: v1\n kind: List\n items:\n"
		"-- {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {hostNetwork: yes}}\n"
		"+- {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {hostNetwork: false}}"
		"\n");
	buf_reset(&diff);
	file.text = STR("apiVersion: v1\nkind: Pod\nmetadata: {name: c, namespace: bad}\n");
	CHECK_OK(fix_file_diff(&file, b.arena, &diff, &result, &err));
	CHECK_INT(diff.n, 0);
	CHECK_INT(result.left_n, 1);
	CHECK_STR(fix_reason_name(result.left[0].refusal->reason), "identity");
	bench_done(&b);
}

/* ---- random pods --------------------------------------------------------------------------- */

static uint32_t roll(uint64_t *state, uint32_t n)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(*state >> 33) % n;
}

static const char *pick(uint64_t *state, const char *a, const char *b, const char *c)
{
	uint32_t which = roll(state, 3);

	return which == 0 ? a : which == 1 ? b : c;
}

static str random_pod(uint64_t *s, struct arena *arena)
{
	struct buf b;
	uint32_t n = 1 + roll(s, 3);
	str out;

	buf_init(&b, 1u << 16);
	buf_fmt(&b, POD_HEAD "spec:\n  hostPID: %s\n  securityContext: %s\n",
		pick(s, "true", "false", "false"),
		pick(s, "{}", "{runAsNonRoot: true}", "{seccompProfile: {type: Unconfined}}"));
	buf_fmt(&b, "  volumes: %s\n  containers:\n",
		pick(s, "[]", "[{name: v, hostPath: {path: /}}]", "[{name: v, emptyDir: {}}]"));
	for (uint32_t i = 0; i < n; i++) {
		buf_fmt(&b, "  - {name: c%u, image: x, %s, ", i,
			pick(s, "tty: true", "ports: [{containerPort: 1, hostPort: 1}]",
			     "stdin: false"));
		buf_fmt(&b, "securityContext: {privileged: %s, %s}}\n",
			pick(s, "true", "false", "false"),
			pick(s, "capabilities: {add: [SYS_ADMIN, CHOWN]}", "runAsUser: 0",
			     "allowPrivilegeEscalation: false"));
	}
	out = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return out;
}

static void add_file(struct bench *b, const char *path)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	struct err err;

	buf_init(&text, 1u << 20);
	CHECK_OK(buf_read_file(&text, path, &err));
	add_text(b, str_dup(b->arena, buf_str(&text)));
}

TEST(random_pods_pass_with_their_changes_and_with_nothing_less)
{
	uint64_t state = 7;

	for (unsigned i = 0; i < 25; i++) {
		struct bench b;

		bench_init(&b);
		add_file(&b, "policies/kubernetes/pod-security-standards/template.yaml");
		add_text(&b, STR("apiVersion: constraints.gatekeeper.sh/v1beta1\n"
				 "kind: SeawallPodSecurity\nmetadata: {name: level}\n"
				 "spec: {parameters: {level: restricted}}\n"));
		find(&b, str_cstr(b.arena, random_pod(&state, b.arena)), 0);
		CHECK_INT(b.fix.refusal_n, 0);
		CHECK(b.fix.n > 0);
		bench_done(&b);
	}
}
