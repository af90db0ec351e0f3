/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/words.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/library_internal.h"

static str text_in(const struct json *spec, str key, str lang)
{
	return json_get_str(json_get(spec, key), lang);
}

static void read_texts(const struct json *spec, struct check *check)
{
	static const str langs[CHECK_LANGS] = { STR_INIT("en"), STR_INIT("ja") };

	for (size_t i = 0; i < CHECK_LANGS; i++) {
		struct check_text *t = &check->text[i];

		t->title = text_in(spec, STR("title"), langs[i]);
		t->description = text_in(spec, STR("description"), langs[i]);
		t->remediation = text_in(spec, STR("remediation"), langs[i]);
		t->message = t->title;
	}
}

static bool has_texts(const struct check *check)
{
	for (size_t i = 0; i < CHECK_LANGS; i++) {
		const struct check_text *t = &check->text[i];

		if (t->title.n == 0 || t->description.n == 0 || t->remediation.n == 0)
			return false;
	}
	return true;
}

/* Names in other tools and in the benchmark of Kubernetes. */
static void read_aliases(const struct json *spec, struct library_rule *rule, struct arena *arena)
{
	const struct json *names = JSON_GET(spec, "aliases");
	const struct json *controls = JSON_GET(spec, "cisKubernetes");
	str *all = ARENA_ARRAY(arena, str, json_len(names) + json_len(controls) + 2);
	size_t n = 0;

	all[n++] = rule->kind;
	JSON_EACH (names, name)
		all[n++] = json_str(name);
	JSON_EACH (controls, control)
		all[n++] = str_cat(arena, STR("CIS-K8S-"), json_str(control));
	if (rule->definition.n > 0)
		all[n++] = rule->definition;
	rule->check.aliases = all;
	rule->check.alias_n = n;
}

int library_rule_read(struct library_part *part, struct arena *arena, struct err *err)
{
	const struct json *spec = JSON_GET(part->document, "spec");
	const struct json *constraint = JSON_GET(part->constraint, "spec");
	const struct json *used = JSON_GET(spec, "used");
	struct library_rule *r = &part->rule;

	r->kind = json_get_str(part->constraint, STR("kind"));
	r->definition = json_get_str(spec, STR("definition"));
	r->decides = JSON_GET(spec, "decides");
	r->at = JSON_GET(spec, "at");
	r->kinds = json_path(constraint, "match", "kinds", NULL);
	r->presets = JSON_GET(constraint, "parameters");
	r->schema = json_path(part->template, "spec", "crd", "spec", "validation",
			      "openAPIV3Schema", "properties", NULL);
	r->used_path = json_get_str(used, STR("path"));
	r->used_form = json_get_str(used, STR("form"));
	r->used_more = JSON_GET(used, "more");
	r->used_parameter = json_get_str(used, STR("parameter"));
	if (!json_i64(JSON_GET(spec, "recommendation"), &r->recommendation))
		r->recommendation = 0;
	r->check.group = STR(LIBRARY_GROUP);
	r->check.severity = json_get_str(spec, STR("severity"));
	r->check.package = str_fmt(arena, "seawall.kubernetes.%.*s", STR_ARG(r->check.id));
	r->check.file = str_cat(arena, r->check.id, STR("/template.yaml"));
	read_texts(spec, &r->check);
	read_aliases(spec, r, arena);
	if (!part->template || r->kind.n == 0 || r->check.severity.n == 0 || !has_texts(&r->check))
		return err_set(err, ERR_INPUT, "built-in rule %.*s: not complete",
			       STR_ARG(r->check.id));
	return 0;
}

/* An annotation of the constraint, or of its template. */
static str annotation(const struct constraint *c, const char *const *keys, size_t n)
{
	const struct json *documents[] = { c->json, c->template->json };

	for (size_t i = 0; i < ARRAY_LEN(documents); i++) {
		const struct json *all = json_path(documents[i], "metadata", "annotations", NULL);

		for (size_t k = 0; k < n; k++) {
			str text = json_get_str(all, str_c(keys[k]));

			if (text.n > 0)
				return text;
		}
	}
	return STR_EMPTY;
}

static str own_severity(const struct constraint *c, struct arena *arena)
{
	static const char *const keys[] = { "seawall/severity", "policies.kyverno.io/severity",
					    "severity" };
	static const char *const words[] = { "critical", "high", "medium", "low", "negligible" };
	str said = str_lower(arena, annotation(c, keys, ARRAY_LEN(keys)));

	return words_have(words, ARRAY_LEN(words), said) ? said : STR("medium");
}

void library_rule_own(struct library_part *part, const struct constraint *c, struct arena *arena)
{
	static const char *const titles[] = { "seawall/title", "metadata.gatekeeper.sh/title",
					      "policies.kyverno.io/title" };
	static const char *const descriptions[] = { "seawall/description", "description",
						    "policies.kyverno.io/description" };
	static const char *const fixes[] = { "seawall/remediation" };
	struct library_rule *r = &part->rule;
	struct check_text text = {
		.title = annotation(c, titles, ARRAY_LEN(titles)),
		.description = annotation(c, descriptions, ARRAY_LEN(descriptions)),
		.remediation = annotation(c, fixes, ARRAY_LEN(fixes)),
	};
	str *alias = ARENA_ARRAY(arena, str, 2);

	r->kind = c->kind;
	r->check.id = str_fmt(arena, "%.*s/%.*s", STR_ARG(c->kind), STR_ARG(c->name));
	if (text.title.n == 0)
		text.title = r->check.id;
	text.message = text.title;
	r->check.text[CHECK_EN] = r->check.text[CHECK_JA] = text;
	alias[0] = c->kind;
	alias[1] = c->name;
	r->check.aliases = alias;
	r->check.alias_n = 2;
	r->check.group = STR(LIBRARY_GROUP);
	r->check.package = c->template->name;
	r->check.severity = own_severity(c, arena);
	r->check.own = true;
	r->kinds = json_path(c->json, "spec", "match", "kinds", NULL);
	r->presets = c->parameters;
	r->enforcement = c->enforcement;
}
