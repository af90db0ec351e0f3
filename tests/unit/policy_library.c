/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/library.h"

#include "fmt/syntax/yaml.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/library_parameters.h"
#include "unit/test.h"

#define POD                                                                             \
	"apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: NAMESPACE, labels: " \
	"{team: a}}\n"                                                                  \
	"spec:\n  containers:\n  - name: web\n    image: example.com/web:1\n"           \
	"    ports: [{containerPort: 8080}]\n"

static bool has(str text, const char *what) { return str_find(text, str_c(what)) >= 0; }

/* Verdicts over one pod as "rule:actions[?]", sorted as the set has them. */
static str judge(struct library *lib, const char *namespace, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b, pod;
	str rest = STR(POD), head, tail;
	const struct json *json;
	struct resource object;
	struct review review;
	struct review_run run = { .exempt = library_exempt(lib) };
	struct review_result result;
	struct err err;

	buf_init(&b, 1u << 20);
	buf_init(&pod, 1u << 20);
	ptrdiff_t at = str_find(rest, STR("NAMESPACE"));
	head = str_take(rest, (size_t)at);
	tail = str_skip(rest, (size_t)at + 9);
	buf_fmt(&pod, "%.*s%s%.*s", STR_ARG(head), namespace, STR_ARG(tail));
	CHECK_OK(yaml_parse(str_dup(arena, buf_str(&pod)), NULL, arena, &json, NULL, &err));
	buf_done(&pod);
	CHECK_OK(resource_read(json, &object, &err));
	review_of_object(&review, &object, MATCH_ORIGINAL);
	CHECK_OK(admission_review(library_admission(lib), &review, &run, arena, &result, &err));
	for (size_t i = 0; i < result.n; i++) {
		const struct violation *v = &result.items[i];
		const struct library_rule *rule = library_rule_of(lib, v->constraint);

		CHECK(!v->failed);
		buf_fmt(&b, "%.*s:%s%s ", STR_ARG(rule->check.id),
			constraint_action_name(v->actions), v->undecided ? "?" : "");
	}
	return str_dup(arena, buf_str(&b));
}

static struct library *load(const char *text, const char *cluster, struct arena *arena,
			    struct err *err)
{
	struct library_parameters *parameters = ARENA_NEW(arena, struct library_parameters);
	struct library_opts opts = { .parameters = parameters, .cluster = str_c(cluster) };

	if (library_parameters_read(STR("p.yaml"), str_c(text), arena, parameters, err) < 0)
		return NULL;
	return library_load(&opts, err);
}

TEST(library_loads_as_it_comes)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err = { 0 };
	struct library_opts opts = { 0 };
	AUTO(library_unref)
	struct library *lib = library_load(&opts, &err);

	CHECK_OK(lib);
	CHECK_INT(library_rules(lib), 18);
	str got = judge(lib, "shop", arena);
	/* Nobody gave a list of registries or ports; nothing denies by itself. */
	CHECK(has(got, "trusted-registries-only:dryrun? "));
	CHECK(has(got, "container-allowed-ports:dryrun? "));
	CHECK(has(got, "no-root-user:dryrun "));
	CHECK(!has(got, "pod-security"));
	CHECK(!has(got, "deny"));
	CHECK_STR_EQ(library_rule_find(lib, STR("ksv017"))->check.id,
		     STR("no-privileged-containers"));
	for (size_t i = 0; i < library_rules(lib); i++) {
		const struct library_rule *rule = library_rule_at(lib, i);

		CHECK(rule->check.text[CHECK_JA].remediation.n > 0);
		CHECK(json_len(rule->kinds) > 0);
		CHECK(json_len(rule->at) > 0);
		CHECK((rule->decides != NULL) == (rule->used_path.n > 0));
	}
}

TEST(library_profile_is_the_pod_security_standards)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err = { 0 };
	struct library_opts opts = { .no_recommendations = true, .pss_level = STR("restricted") };
	AUTO(library_unref)
	struct library *lib = library_load(&opts, &err);

	CHECK_OK(lib);
	CHECK_STR_EQ(str_take(judge(lib, "shop", arena), 30),
		     STR("pod-security-standards:dryrun "));
	opts.pss_level = STR("none");
	CHECK(!library_load(&opts, &err));
}

TEST(library_parameters_hold_per_scope)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err = { 0 };
	static const char text[] = "rules:\n"
				   "  no-root-user: {enforcement: deny}\n"
				   "  container-allowed-ports: {parameters: "
				   "{allowedContainerPortsList: [80]}, enforcement: warn}\n"
				   "  trusted-registries-only: {parameters: "
				   "{allowedRegistries: [example.com]}}\n"
				   "  readonly-root-filesystem: {excludedNamespaces: "
				   "[shop, kube-system]}\n"
				   "scopes:\n"
				   "- name: team-a\n"
				   "  namespaces: [team-a-*]\n"
				   "  rules: {no-root-user: {enforcement: disabled}, "
				   "container-allowed-ports: {parameters: "
				   "{allowedContainerPortsList: ['8080']}}}\n"
				   "- name: prod\n"
				   "  clusters: [prod-*]\n"
				   "  labelSelector: {matchLabels: {team: a}}\n"
				   "  rules: {no-root-user: {enforcement: warn}}\n";
	AUTO(library_unref)
	struct library *lib = load(text, "test", arena, &err);
	AUTO(library_unref)
	struct library *prod = load(text, "prod-1", arena, &err);

	CHECK_OK(lib);
	CHECK_OK(prod);
	str got = judge(lib, "shop", arena);
	CHECK(has(got, "no-root-user:deny "));
	CHECK(has(got, "container-allowed-ports:warn "));
	CHECK(!has(got, "trusted-registries-only"));
	CHECK(!has(got, "readonly-root-filesystem"));
	got = judge(lib, "team-a-1", arena);
	CHECK(!has(got, "no-root-user"));
	CHECK(!has(got, "container-allowed-ports"));
	CHECK(has(got, "readonly-root-filesystem"));
	/* The later scope counts, where its cluster is this one. */
	CHECK(has(judge(prod, "team-a-1", arena), "no-root-user:warn "));
	/* Never denied there, always judged. */
	got = judge(lib, "kube-system", arena);
	CHECK(has(got, "no-root-user:dryrun "));
	CHECK(has(got, "readonly-root-filesystem:dryrun "));
	CHECK(has(judge(lib, "seawall-system", arena), "no-root-user:dryrun "));
	/* Left out unless somebody says otherwise. */
	CHECK(!has(judge(lib, "gatekeeper-system", arena), "no-root-user"));
}

TEST(library_unconfigured_rules_can_count)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct err err = { 0 };
	AUTO(library_unref)
	struct library *lib =
		load("unconfigured: unhealthy\ndefaults: {enforcement: deny}\n", "", arena, &err);

	CHECK_OK(lib);
	str got = judge(lib, "shop", arena);
	CHECK(has(got, "trusted-registries-only:deny "));
	CHECK(!has(got, "?"));
	/* Not without a decision. */
	AUTO(library_unref)
	struct library *other = load("defaults: {enforcement: deny}\n", "", arena, &err);
	CHECK(has(judge(other, "shop", arena), "trusted-registries-only:dryrun? "));
}

TEST(library_parameters_are_refused_with_place_and_choice)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "a: 1\n", "p.yaml line 1: a: unknown key; allowed: apiVersion kind" },
		{ "rules:\n  no-root-user:\n    enforcment: deny\n",
		  "p.yaml line 3: rules.no-root-user.enforcment: unknown key; allowed: enf" },
		{ "rules:\n  no-root-user:\n    enforcement: block\n",
		  "p.yaml line 3: rules.no-root-user.enforcement: unknown; allowed: disabled" },
		{ "rules:\n  no-such: {}\n",
		  "p.yaml line 2: rules.no-such: there is no rule of this name" },
		{ "rules:\n  container-allowed-ports:\n    parameters:\n      ports: [80]\n",
		  "p.yaml line 4: rules.container-allowed-ports.parameters.ports: unknown "
		  "parameter; allowed: allowedContainerPortsList" },
		{ "rules:\n  container-allowed-ports:\n    parameters: "
		  "{allowedContainerPortsList: 80}\n",
		  "p.yaml line 2: constraint SeawallContainerAllowedPorts/" },
		{ "rules:\n  trusted-registries-only:\n    parameters:\n"
		  "      allowedContainerImagesRegex: 'a('\n",
		  "p.yaml line 4: rules.trusted-registries-only.parameters.allowedContainerImages" },
		{ "unconfigured: maybe\n", "p.yaml line 1: unconfigured: unknown; allowed: dec" },
		{ "scopes:\n- rules: {}\n", "p.yaml line 2: scopes[0].name: each scope needs" },
		{ "scopes:\n- name: a\n", "p.yaml line 2: scopes[0]: says nothing of where" },
		{ "scopes:\n- {name: a, clusters: [b]}\n- {name: a, clusters: [b]}\n",
		  "p.yaml line 3: scopes[1].name: there is a scope of this name already" },
		{ "rules: [a]\n", "p.yaml line 1: rules: must be a mapping" },
		{ "- a\n", "p.yaml line 1: : must be a mapping" },
		{ "rules:\n  no-root-user: {labelSelector: {a: b}}\n",
		  "p.yaml line 2: rules.no-root-user.labelSelector: " },
		{ "a: [", "p.yaml: YAML line" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct err err = { 0 };

		CHECK(!load(cases[i].text, "", arena, &err));
		str want = str_c(cases[i].want);
		CHECK_STR_EQ(str_take(str_c(err.msg), want.n), want);
	}
}

TEST(library_takes_policies_of_the_user)
{
	static const char text[] =
		"apiVersion: templates.gatekeeper.sh/v1\nkind: ConstraintTemplate\n"
		"metadata: {name: noports, annotations: {description: No ports.}}\n"
		"spec:\n  crd: {spec: {names: {kind: NoPorts}}}\n  targets:\n"
		"  - target: admission.k8s.gatekeeper.sh\n    rego: |\n      package a\n"
		"      violation[{\"msg\": \"a port\"}] { "
		"input.review.object.spec.containers[_].ports }\n"
		"---\napiVersion: constraints.gatekeeper.sh/v1beta1\nkind: NoPorts\n"
		"metadata: {name: none}\nspec: {match: {kinds: [{apiGroups: [''], kinds: "
		"[Pod]}]}}\n";
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct documents docs = { .arena = arena };
	struct err err = { 0 };

	CHECK_OK(documents_add(&docs, STR("own.yaml"), str_c(text), &err));
	struct library_opts opts = { .own = docs.items, .own_n = docs.n };
	AUTO(library_unref)
	struct library *lib = library_load(&opts, &err);
	CHECK_OK(lib);
	CHECK(has(judge(lib, "shop", arena), "NoPorts/none:deny "));
	const struct library_rule *rule = library_rule_find(lib, STR("NoPorts/none"));
	CHECK_STR_EQ(rule->check.text[CHECK_EN].description, STR("No ports."));
	CHECK(rule->check.own);
}
