/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/mutation_set.h"

#include "casefile.h"
#include "policy/constraint/expansion.h"
#include "policy/constraint/provider.h"
#include "test.h"

static str part(str *rest, str separator)
{
	ptrdiff_t at = str_find(*rest, separator);
	str head = at < 0 ? *rest : str_take(*rest, (size_t)at);

	*rest = at < 0 ? STR_EMPTY : str_skip(*rest, (size_t)at + separator.n);
	return head;
}

/* Answers each key with "p:KEY", but "bad" with an error. */
static int answer(void *context, const struct provider *provider, str body, struct arena *arena,
		  str *response, int *status, struct err *err)
{
	const struct json *json;
	unsigned *asked = context;
	str key;

	if (json_parse(body, NULL, arena, &json, err) < 0)
		return -1;
	key = json_str(json_at(json_path(json, "request", "keys", NULL), 0));
	(*asked)++;
	*status = 200;
	*response = str_fmt(arena,
			    "{\"response\": {\"idempotent\": true, \"items\": [{\"key\": \"%.*s\", "
			    "\"%s\": \"%s%.*s\"}]}}",
			    STR_ARG(key), str_eq(key, STR("bad")) ? "error" : "value",
			    str_eq(key, STR("bad")) ? "no such key" : "p:",
			    STR_ARG(str_eq(key, STR("bad")) ? STR_EMPTY : key));
	return str_eq(provider->name, STR("p")) ? 0 : err_set(err, ERR_NETWORK, "unknown");
}

static const char provider_text[] =
	"{\"apiVersion\": \"externaldata.gatekeeper.sh/v1beta1\", \"kind\": \"Provider\", "
	"\"metadata\": {\"name\": \"p\"}, \"spec\": {\"url\": \"https://p.example.com\", "
	"\"caBundle\": \"AAAA\"}}";

static const struct json *parse(str text, struct arena *arena, struct err *err)
{
	const struct json *json;

	return json_parse(text, NULL, arena, &json, err) < 0 ? NULL : json;
}

static int add_mutators(struct mutation_set *set, str text, struct arena *arena, struct err *err)
{
	unsigned number = 0;

	while (text.n > 0) {
		str one = part(&text, STR(" ; ")), kind = part(&one, STR(" "));
		str location = part(&one, STR(" {"));
		struct buf b;
		const struct json *json;
		str quoted;

		buf_init(&b, 1000);
		json_quote(&b, location);
		quoted = str_dup(arena, buf_str(&b));
		buf_done(&b);
		json = parse(str_fmt(arena,
				     "{\"apiVersion\": \"mutations.gatekeeper.sh/v1\", \"kind\": "
				     "\"%.*s\", \"metadata\": {\"name\": \"m%u\"}, \"spec\": "
				     "{\"applyTo\": [{\"groups\": [\"\"], \"versions\": [\"v1\"], "
				     "\"kinds\": [\"Pod\"]}], \"location\": %.*s, \"parameters\": "
				     "{%.*s}}",
				     STR_ARG(kind), number++, STR_ARG(quoted), STR_ARG(one)),
			     arena, err);
		if (!json || mutation_set_add(set, json, err) < 0)
			return -1;
	}
	return mutation_set_seal(set, err);
}

static str outcome(str mutators, str spec, struct arena *arena)
{
	unsigned asked = 0;
	AUTO(provider_set_free)
	struct provider_set *providers = provider_set_new(answer, &asked, 60);
	struct mutation_run run = { .source = MATCH_ORIGINAL,
				    .username = STR("ann"),
				    .providers = providers };
	struct mutation_set set;
	const struct json *object, *out;
	struct json_writer w;
	struct buf b;
	struct err err;
	str text;
	int rc;

	mutation_set_init(&set, arena);
	object = parse(str_fmt(arena,
			       "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": "
			       "{\"name\": \"web\", \"namespace\": \"default\"}, \"spec\": %.*s}",
			       STR_ARG(spec)),
		       arena, &err);
	if (!object ||
	    provider_set_add(providers, parse(str_c(provider_text), arena, &err), &err) < 0 ||
	    add_mutators(&set, mutators, arena, &err) < 0)
		return str_fmt(arena, "error: %s", err.msg);
	rc = mutation_set_apply(&set, object, &run, arena, &out, &err);
	if (rc < 0)
		return str_fmt(arena, "error: %s", err.msg);
	if (rc == 0)
		return STR("same");
	buf_init(&b, 10000);
	json_writer_init(&w, &b, 0);
	json_put(&w, JSON_GET(out, "spec"));
	text = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return text;
}

TEST(objects_are_mutated_until_they_settle)
{
	AUTO(casefile_close)
	struct casefile file = casefile_open("constraint/mutation.txt");

	while (casefile_next(&file)) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		str rest = file.line, mutators = part(&rest, STR(" => "));
		str spec = part(&rest, STR(" => ")), got = outcome(mutators, spec, arena);
		const struct json *want;
		const struct json *json;
		struct err err;
		bool fits = str_eq(got, rest);

		if (!fits && str_starts(rest, STR("{")) && str_starts(got, STR("{"))) {
			want = parse(rest, arena, &err);
			json = parse(got, arena, &err);
			fits = want && json && json_equal(want, json);
		}
		CASE_CHECK(&file, fits, "got %.*s", STR_ARG(got));
	}
}

TEST(answers_of_providers_are_kept)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	unsigned asked = 0;
	AUTO(provider_set_free)
	struct provider_set *providers = provider_set_new(answer, &asked, 60);
	str keys[] = { STR("k") };
	struct provider_answer out;
	struct err err;

	CHECK_OK(provider_set_add(providers, parse(str_c(provider_text), arena, &err), &err));
	CHECK_OK(provider_ask(providers, STR("p"), keys, 1, arena, &out, &err));
	CHECK_INT(out.status, 200);
	CHECK_STRV(json_str(out.items[0].value), "p:k");
	CHECK_OK(provider_ask(providers, STR("p"), keys, 1, arena, &out, &err));
	CHECK_INT(out.n, 1);
	CHECK_INT(out.status, 0);
	CHECK_STRV(json_str(out.items[0].value), "p:k");
	CHECK_INT(asked, 1);
}

TEST(a_provider_without_https_is_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(provider_set_free)
	struct provider_set *providers = provider_set_new(NULL, NULL, 0);
	str text = STR("{\"apiVersion\": \"externaldata.gatekeeper.sh/v1beta1\", \"kind\": "
		       "\"Provider\", \"metadata\": {\"name\": \"p\"}, \"spec\": {\"url\": "
		       "\"http://p.example.com\", \"caBundle\": \"AAAA\"}}");
	struct err err;

	CHECK_FAIL(provider_set_add(providers, parse(text, arena, &err), &err));
	CHECK_STR(err.msg, "Provider p: spec.url must begin with https://");
	CHECK_INT(provider_set_count(providers), 0);
}

/* ---- expansion ----------------------------------------------------------------------------- */

static str template_text(const char *name, const char *from, const char *to, struct arena *arena)
{
	return str_fmt(arena,
		       "{\"apiVersion\": \"expansion.gatekeeper.sh/v1beta1\", \"kind\": "
		       "\"ExpansionTemplate\", \"metadata\": {\"name\": \"%s\"}, \"spec\": "
		       "{\"applyTo\": [{\"groups\": [\"apps\", \"batch\"], \"versions\": [\"v1\"], "
		       "\"kinds\": [\"%s\"]}], \"templateSource\": \"spec.template\", "
		       "\"generatedGVK\": {\"group\": \"%s\", \"version\": \"v1\", \"kind\": "
		       "\"%s\"}}}",
		       name, from, strcmp(to, "Pod") == 0 ? "" : "batch", to);
}

static int add_template(struct expansion_set *set, str text, struct arena *arena, struct err *err)
{
	const struct json *json = parse(text, arena, err);

	return json ? expansion_set_add(set, json, err) : -1;
}

TEST(what_is_made_is_expanded_in_its_turn)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct expansion_set set;
	struct expansion_run run = { 0 };
	struct expanded out;
	struct resource cron;
	struct err err;

	expansion_set_init(&set, arena);
	CHECK_OK(add_template(&set, template_text("jobs", "CronJob", "Job", arena), arena, &err));
	CHECK_OK(add_template(&set, template_text("pods", "Job", "Pod", arena), arena, &err));
	CHECK_OK(expansion_set_seal(&set, &err));
	CHECK_OK(resource_read(
		parse(STR("{\"apiVersion\": \"batch/v1\", \"kind\": \"CronJob\", \"metadata\": "
			  "{\"name\": \"Tick\", \"namespace\": \"n\", \"uid\": \"7\"}, \"spec\": "
			  "{\"template\": {\"spec\": {\"template\": {\"metadata\": {\"labels\": "
			  "{\"a\": \"b\"}}, \"spec\": {}}}}}}"),
		      arena, &err),
		&cron, &err));
	CHECK_OK(expansion_expand(&set, &cron, &run, arena, &out, &err));
	CHECK_INT(out.n, 2);
	CHECK_STRV(out.items[0].resource.kind, "Job");
	CHECK_STRV(out.items[0].resource.name, "tick-job");
	CHECK_STRV(out.items[1].resource.api_version, "v1");
	CHECK_STRV(out.items[1].resource.name, "tick-job-pod");
	CHECK_STRV(out.items[1].resource.namespace, "n");
	CHECK_STRV(json_get_str(out.items[1].resource.labels, STR("a")), "b");
	CHECK_STRV(out.items[1].template->name, "pods");
	CHECK_STRV(json_get_str(json_at(json_path(out.items[0].resource.json, "metadata",
						  "ownerReferences", NULL),
					0),
				STR("uid")),
		   "7");
}

TEST(templates_that_go_round_are_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct expansion_set set;
	struct err err;

	expansion_set_init(&set, arena);
	CHECK_OK(add_template(&set, template_text("a", "CronJob", "Job", arena), arena, &err));
	CHECK_OK(add_template(&set, template_text("b", "Job", "CronJob", arena), arena, &err));
	CHECK_FAIL(expansion_set_seal(&set, &err));
	CHECK_STR(err.msg, "ExpansionTemplate a forms expansion cycle");
}

TEST(a_source_that_is_not_there_is_an_error)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct expansion_set set;
	struct expansion_run run = { 0 };
	struct expanded out;
	struct resource job;
	struct err err;

	expansion_set_init(&set, arena);
	CHECK_OK(add_template(&set, template_text("pods", "Job", "Pod", arena), arena, &err));
	CHECK_OK(expansion_set_seal(&set, &err));
	CHECK_OK(resource_read(parse(STR("{\"apiVersion\": \"batch/v1\", \"kind\": \"Job\", "
					 "\"metadata\": {\"name\": \"j\"}}"),
				     arena, &err),
			       &job, &err));
	CHECK_FAIL(expansion_expand(&set, &job, &run, arena, &out, &err));
	CHECK_STR(err.msg, "ExpansionTemplate pods: could not find source field \"spec.template\" "
			   "in resource j");
}
