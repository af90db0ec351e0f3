/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/check.h"
#include "policy/constraint/check_settings.h"
#include "policy/constraint/library_parameters.h"
#include "posture/cloud_facts.h"
#include "posture/recommendation.h"
#include "test.h"

#define ID  "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/"
#define KEY "dbd0cb49-b563-45e7-9724-889e799fa648"

static int facts_of(const char *text, struct arena *arena, struct cloud_facts *out, struct err *err)
{
	struct arm_set *set = ARENA_NEW(arena, struct arm_set);

	arm_set_init(set, arena);
	if (arm_set_add(set, STR("x.json"), str_dup(arena, str_c(text)), err) < 0)
		return -1;
	return cloud_facts_make(set, arena, out, err);
}

static const struct fact_document *document(const struct cloud_facts *facts, size_t i)
{
	if (!facts->documents || i >= facts->n)
		test_fail(__FILE__, __LINE__, "%zu documents", facts->n);
	return &facts->documents[i];
}

static uint64_t skipped(const struct cloud_facts *facts, const char *path)
{
	for (size_t i = 0; i < facts->not_examined_n; i++) {
		if (str_eq(facts->not_examined[i].path, str_c(path)))
			return facts->not_examined[i].count;
	}
	return 0;
}

TEST(resources_are_found_in_every_form)
{
	static const char *const forms[] = {
		"{\"type\": \"Microsoft.ContainerRegistry/registries\", \"name\": \"a\"}",
		"[{\"type\": \"microsoft.containerregistry/REGISTRIES\", \"name\": \"a\"}]",
		"{\"value\": [{\"Type\": \"Microsoft.ContainerRegistry/registries\", \"name\": "
		"\"a\"}]}",
		"[{\"value\": [{\"type\": \"Microsoft.ContainerRegistry/registries\", \"name\": "
		"\"a\"}]}, {\"value\": []}]",
		"{\"count\": 1, \"data\": [{\"type\": \"Microsoft.ContainerRegistry/registries\"}]}",
		"{\"data\": {\"columns\": [{\"name\": \"name\"}, {\"name\": \"type\"}], \"rows\": "
		"[[\"a\", \"microsoft.containerregistry/registries\"]]}}",
		"{\"resources\": [{\"type\": \"Microsoft.ContainerRegistry/registries\"}]}",
		"{\"resources\": {\"r\": {\"type\": \"Microsoft.ContainerRegistry/registries\"}}}",
		"{\"template\": {\"resources\": [{\"type\": "
		"\"Microsoft.ContainerRegistry/registries\"}]}}",
		"{\"responses\": [{\"httpStatusCode\": 200, \"content\": {\"value\": [{\"type\": "
		"\"Microsoft.ContainerRegistry/registries\"}]}}]}",
		"\xef\xbb\xbf{\"type\": \"Microsoft.ContainerRegistry/registries\"}",
		"{\"schema_version\": 1, \"kind\": \"registry\", \"name\": \"a\"}",
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct cloud_facts facts = { 0 };
		struct err err;

		CHECK_OK(facts_of(forms[i], arena, &facts, &err) == 0);
		if (facts.n != 1)
			test_fail(__FILE__, __LINE__, "%zu documents of %s", facts.n, forms[i]);
		CHECK_STRV(document(&facts, 0)->kind, "registry");
		CHECK_INT(facts.not_examined_n, 0);
	}
}

TEST(what_holds_no_resource_is_refused)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "{\"a\": 1}", "neither a resource" },
		{ "7", "neither a resource" },
		{ "{\"error\": {\"code\": \"AuthorizationFailed\", \"message\": \"no\"}}",
		  "the answer is an error: AuthorizationFailed: no" },
		{ "{", "x.json" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct cloud_facts facts = { 0 };
		struct err err;

		CHECK_FAIL(facts_of(bad[i].text, arena, &facts, &err));
		if (str_find(str_c(err.msg), str_c(bad[i].says)) < 0)
			test_fail(__FILE__, __LINE__, "%s: %s", bad[i].text, err.msg);
	}
}

TEST(what_is_not_judged_is_counted)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct cloud_facts facts = { 0 };
	struct err err;

	CHECK_OK(
		facts_of(
			"{\"value\": [{\"type\": \"Microsoft.Storage/storageAccounts\"}, "
			"{\"type\": \"microsoft.storage/storageaccounts\"}, {\"a\": 1}, "
			"{\"type\": \"Microsoft.Security/assessments\", \"id\": \"" ID
			"gone/providers/Microsoft.Security/assessments/" KEY "\"}, "
			"{\"type\": \"Microsoft.Security/pricings\", \"name\": \"VirtualMachines\","
			" \"id\": \"/subscriptions/s1/resourceGroups/g/providers/Microsoft.Compute/"
			"virtualMachines/m/providers/Microsoft.Security/pricings/VirtualMachines\"}],"
			" \"nextLink\": \"https://example.org/2\"}",
			arena, &facts, &err) == 0);
	CHECK_INT(facts.n, 0);
	CHECK_INT(skipped(&facts, "microsoft.storage/storageaccounts"), 2);
	CHECK_INT(skipped(&facts, "microsoft.security/assessments"), 1);
	CHECK_INT(skipped(&facts, "microsoft.security/pricings"), 1);
	CHECK_INT(facts.not_examined_n, 5); /* and one without type, and a further page */
}

TEST(a_resource_that_comes_twice_is_judged_once)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct cloud_facts facts = { 0 };
	struct err err;

	CHECK_OK(facts_of("[{\"type\": \"Microsoft.ContainerRegistry/registries\", \"id\": \"" ID
			  "A\", \"properties\": null}, {\"type\": "
			  "\"microsoft.containerregistry/registries\", \"id\": \"" ID
			  "a/\", \"properties\": {\"later\": true}}]",
			  arena, &facts, &err) == 0);
	CHECK_INT(facts.n, 1);
	CHECK(str_find(document(&facts, 0)->json, STR("later")) > 0);
}

TEST(what_belongs_to_a_registry_is_with_it)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct cloud_facts facts = { 0 };
	struct err err;

	CHECK_OK(
		facts_of(
			"[{\"type\": \"Microsoft.ContainerRegistry/registries\", \"id\": \"" ID
			"a\", \"name\": \"a\"}, {\"type\": "
			"\"Microsoft.ContainerRegistry/registries\", \"id\": \"" ID
			"b\", \"name\": \"b\"}, {\"type\": \"Microsoft.Security/assessments\", "
			"\"name\": \"" KEY "\", \"id\": \"" ID
			"A/providers/Microsoft.Security/assessments/" KEY
			"\", \"mark\": \"of-a\"}, {\"type\": \"Microsoft.Security/assessments\", "
			"\"name\": \"" KEY
			"\", \"id\": \"/other\", \"properties\": {\"resourceDetails\": {\"Id\": \"" ID
			"b\"}}, \"mark\": \"of-b\"}, {\"type\": "
			"\"Microsoft.ContainerRegistry/registries/privateEndpointConnections\", "
			"\"id\": \"" ID "b/privateEndpointConnections/c\", \"mark\": \"link-b\"}]",
			arena, &facts, &err) == 0);
	CHECK_INT(facts.n, 2);
	CHECK(str_find(document(&facts, 0)->json, STR("of-a")) > 0);
	CHECK(str_find(document(&facts, 0)->json, STR("of-b")) < 0);
	CHECK(str_find(document(&facts, 1)->json, STR("of-b")) > 0);
	CHECK(str_find(document(&facts, 1)->json, STR("link-b")) > 0);
	CHECK_INT(facts.not_examined_n, 0);
}

TEST(templates_are_worked_out)
{
	static const struct {
		const char *expression, *value;
	} cases[] = {
		{ "[parameters('p')]", "\"Deny\"" },
		{ "[parameters('none')]", "\"[parameters('none')]\"" },
		{ "[variables('v').list[1]]", "\"two\"" },
		{ "[concat(parameters('p'), '-', 'it''s')]", "\"Deny-it's\"" },
		{ "[format('{0}/{1}', parameters('p'), 7)]", "\"Deny/7\"" },
		{ "[if(equals(parameters('p'), 'deny'), true(), false())]", "true" },
		{ "[not(false())]", "true" },
		{ "[toLower(parameters('p'))]", "\"deny\"" },
		{ "[createArray('a', 1)]", "[\"a\",1]" },
		{ "[uniqueString('x')]", "\"[uniqueString('x')]\"" },
		{ "[concat('a']", "\"[concat('a']\"" },
		{ "[[not an expression]", "\"[not an expression]\"" },
		{ "[", "\"[\"" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct cloud_facts facts = { 0 };
		struct err err;
		str want = str_fmt(arena, "\"x\":%s}", cases[i].value);
		str text = str_fmt(
			arena,
			"{\"parameters\": {\"p\": {\"type\": \"string\", \"defaultValue\": \"Deny\"}, "
			"\"none\": {\"type\": \"string\"}}, \"variables\": {\"v\": {\"list\": [1, "
			"\"two\"]}}, \"resources\": [{\"type\": "
			"\"Microsoft.ContainerRegistry/registries\", \"name\": \"a\", "
			"\"properties\": {\"x\": \"%s\"}}]}",
			cases[i].expression);

		CHECK_OK(facts_of(str_cstr(arena, text), arena, &facts, &err) == 0);
		if (str_find(document(&facts, 0)->json, want) < 0)
			test_fail(__FILE__, __LINE__, "%s is not %s: %.*s", cases[i].expression,
				  cases[i].value, STR_ARG(document(&facts, 0)->json));
	}
}

TEST(nested_templates_and_children_find_their_registry)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct cloud_facts facts = { 0 };
	struct err err;

	CHECK_OK(facts_of("{\"parameters\": {\"n\": {\"defaultValue\": \"outer\"}}, \"resources\": "
			  "[{\"type\": \"Microsoft.Resources/deployments\", \"name\": \"d\", "
			  "\"properties\": {\"parameters\": {\"n\": {\"value\": "
			  "\"[parameters('n')]\"}}, \"template\": {\"parameters\": {\"n\": "
			  "{\"defaultValue\": \"inner\"}}, \"resources\": [{\"type\": "
			  "\"Microsoft.ContainerRegistry/registries\", \"name\": "
			  "\"[parameters('n')]\", \"resources\": [{\"type\": "
			  "\"privateEndpointConnections\", \"name\": \"c\", \"properties\": "
			  "{\"mark\": \"child\"}}]}]}}}]}",
			  arena, &facts, &err) == 0);
	CHECK_INT(facts.n, 1);
	CHECK_STRV(document(&facts, 0)->path, "outer");
	CHECK(str_find(document(&facts, 0)->json, STR("\"name\":\"outer/c\"")) > 0);
}

TEST(what_grows_without_end_is_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf b = { 0 };
	struct cloud_facts facts = { 0 };
	struct err err;

	/* A short expression that makes a long text, many times. */
	buf_init(&b, 16u << 20);
	BUF_LIT(&b, "{\"variables\": {\"v\": \"");
	for (size_t i = 0; i < 30000; i++)
		buf_byte(&b, 'v');
	BUF_LIT(&b, "\"}, \"resources\": [{\"type\": \"a/b\", \"x\": [0");
	for (size_t i = 0; i < 20000; i++)
		BUF_LIT(&b, ",\"[concat(variables('v'),variables('v'))]\"");
	BUF_LIT(&b, "]}]}");
	CHECK_FAIL(facts_of(str_cstr(arena, buf_str(&b)), arena, &facts, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	buf_reset(&b);
	for (size_t i = 0; i < 20; i++)
		BUF_LIT(&b, "{\"value\": [");
	for (size_t i = 0; i < 20; i++)
		BUF_LIT(&b, "]}");
	CHECK_FAIL(facts_of(str_cstr(arena, buf_str(&b)), arena, &facts, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
}

/* ---- parameters ---- */

static struct check_set *load_all(struct arena *arena)
{
	const str groups[] = { STR("cluster"), STR("registry"), STR("tenant") };
	const struct check_load load = { .groups = groups, .group_n = ARRAY_LEN(groups) };
	struct problems problems = { .arena = arena };
	struct err err;
	struct check_set *set = check_set_load(&load, &problems, &err);

	CHECK_OK(set);
	return set;
}

TEST(every_recommendation_with_settings_has_a_check)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load_all(arena);
	size_t found = 0;

	for (size_t i = 0; i < check_settings_count(); i++)
		found += check_set_find(set, check_settings_id(i)) != NULL;
	CHECK_INT(found + 1, check_settings_count()); /* managed_by belongs to several */
	for (size_t i = 0; i < check_set_count(set); i++) {
		const struct check *c = check_set_at(set, i);
		bool known = false;

		for (size_t k = 0; k < c->alias_n; k++)
			known |= check_settings_knows(c->aliases[k]);
		CHECK(known == str_starts(c->id, STR("SW-REC-")));
	}
}

static enum check_verdict verdict_of(const struct check_set *set, const char *id,
				     const struct value *settings, struct arena *arena)
{
	const struct check_run run = { .parameters = settings };
	struct check_results results = { 0 };

	check_set_judge(set, STR("registry"), STR("a"),
			STR("{\"form\":\"arm\",\"resource\":{\"name\":\"a\",\"properties\":{"
			    "\"publicNetworkAccess\":\"Disabled\"}}}"),
			&run, arena, &results);
	for (size_t i = 0; i < results.n; i++) {
		if (str_eq(results.items[i].check->id, str_c(id)))
			return results.items[i].verdict;
	}
	test_fail(__FILE__, __LINE__, "no result of %s", id);
}

TEST(a_file_sets_what_recommendations_ask)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load_all(arena);
	const str on[] = { STR("registry-cmk-encryption") }, wrong[] = { STR("no-such") };
	struct check_settings_opts opts = { 0 };
	struct library_parameters parameters;
	struct value settings;
	struct err err;

	CHECK_OK(library_parameters_read(STR("p.yaml"),
					 STR("rules:\n"
					     "  registry-network-restricted:\n"
					     "    parameters: {mode: v2}\n"
					     "  registry-private-link:\n"
					     "    enforcement: disabled\n"),
					 arena, &parameters, &err) == 0);
	CHECK_OK(check_settings_make(NULL, &opts, arena, &settings, &err) == 0);
	CHECK_INT(verdict_of(set, "SW-REC-006", &settings, arena), CHECK_NOT_APPLICABLE);
	CHECK_INT(verdict_of(set, "SW-REC-007", &settings, arena), CHECK_FAIL);
	CHECK_INT(verdict_of(set, "SW-REC-008", &settings, arena), CHECK_FAIL);
	opts.enabled = on;
	opts.enabled_n = 1;
	CHECK_OK(check_settings_make(&parameters, &opts, arena, &settings, &err) == 0);
	CHECK_INT(verdict_of(set, "SW-REC-006", &settings, arena), CHECK_FAIL);
	CHECK_INT(verdict_of(set, "SW-REC-007", &settings, arena), CHECK_PASS);
	CHECK_INT(verdict_of(set, "SW-REC-008", &settings, arena), CHECK_NOT_APPLICABLE);
	opts.enabled = wrong;
	CHECK_FAIL(check_settings_make(NULL, &opts, arena, &settings, &err));
	opts.enabled_n = 0;
	CHECK_OK(library_parameters_read(STR("p.yaml"),
					 STR("rules:\n"
					     "  rbac-enabled:\n"
					     "    parameters: {modes: v2}\n"),
					 arena, &parameters, &err) == 0);
	CHECK_FAIL(check_settings_make(&parameters, &opts, arena, &settings, &err));
	CHECK_STR(
		err.msg,
		"p.yaml line 2: rules.rbac-enabled.parameters.modes: unknown parameter; allowed: mode");
}

/* The same recommendation says the same, whatever judges it. */
TEST(checks_are_called_as_their_recommendations)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(check_set_unref)
	struct check_set *set = load_all(arena);
	struct recommendation_set recommendations;
	size_t found = 0;
	struct err err;

	CHECK_OK(recommendation_set_load(&recommendations, arena, &err) == 0);
	for (size_t i = 0; i < recommendations.n; i++) {
		const struct recommendation *r = &recommendations.items[i];
		const struct check *c = r->check.n > 0 ? check_set_find(set, r->check) : NULL;
		enum severity severity;

		if (r->check.n == 0)
			continue;
		CHECK_OK(c);
		CHECK_STR_EQ(c->id, r->code);
		CHECK_STR_EQ(check_set_find(set, r->id)->id, c->id);
		CHECK_STR_EQ(check_set_find(set, r->policies[0])->id, c->id);
		CHECK_STR_EQ(c->text[CHECK_EN].title, r->text[LANG_EN].title);
		CHECK_STR_EQ(c->text[CHECK_JA].title, r->text[LANG_JA].title);
		CHECK(severity_from(c->severity, &severity) && severity == r->severity);
		found++;
	}
	CHECK_INT(found, 10);
}
