/* SPDX-License-Identifier: Apache-2.0 */
/* `policy export` and `policy import`: the built-in rules in the forms of other programs, and back.
 */
#include <unistd.h>

#include "base/err.h"
#include "cmd/policy.h"
#include "cmd/progress.h"
#include "policy/constraint/azure_form.h"
#include "policy/constraint/constraint_template.h"
#include "policy/constraint/library.h"
#include "policy/constraint/library_parameters.h"
#include "policy/yaml_write.h"

enum { EXPORT_FORMAT, EXPORT_PARAMETERS, EXPORT_PROFILE, EXPORT_OUTPUT, EXPORT_OPTION_COUNT };
enum { IMPORT_TEMPLATES, IMPORT_OUTPUT, IMPORT_OPTION_COUNT };

static const char *const formats[] = { "gatekeeper", "k8sazure", NULL };

static const struct option_spec export_options[EXPORT_OPTION_COUNT] = {
	[EXPORT_FORMAT] = {
		.name = "format", .arg = "FORMAT", .preset = "gatekeeper", .words = formats,
		.help = { "Kinds of the constraints: ours, or those of Azure Policy",
			  "制約の種類（Seawall のもの、または Azure Policy のもの）" },
	},
	[EXPORT_PARAMETERS] = {
		.name = "parameters", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "Parameters of the rules (default: seawall-policies.yaml, if it is there)",
			  "ルールのパラメーター（既定は seawall-policies.yaml、あれば）" },
	},
	[EXPORT_PROFILE] = {
		.name = "profile", .arg = "LEVEL", .words = (const char *const[]){ "baseline", "restricted", NULL },
		.help = { "The Pod Security Standards of that level, too",
			  "その水準の Pod Security Standards も書き出す" },
	},
	[EXPORT_OUTPUT] = ANSWER_OPTION_OUTPUT,
};

static const struct option_spec import_options[IMPORT_OPTION_COUNT] = {
	[IMPORT_TEMPLATES] = {
		.name = "templates",
		.help = { "Write the templates of the constraints, too", "制約のテンプレートも書き出す" },
	},
	[IMPORT_OUTPUT] = ANSWER_OPTION_OUTPUT,
};

static void put_document(struct buf *b, const struct json *json, struct arena *arena)
{
	struct value v = value_from_json(json, arena);

	if (b->n > 0)
		BUF_LIT(b, "---\n");
	yaml_write(&v, b);
}

/* ---- export ---- */

static struct library *load(struct invocation *in, struct err *err)
{
	str file = option_text(&in->options, EXPORT_PARAMETERS), text;
	struct library_parameters *parameters = ARENA_NEW(in->arena, struct library_parameters);
	struct library_opts opts = { .pss_level = option_text(&in->options, EXPORT_PROFILE) };

	if (file.n == 0 && access(LIBRARY_PARAMETERS_FILE, F_OK) == 0)
		file = STR(LIBRARY_PARAMETERS_FILE);
	if (file.n > 0) {
		if (policy_read_file(file, in->arena, &text, err) < 0 ||
		    library_parameters_read(file, text, in->arena, parameters, err) < 0)
			return NULL;
		opts.parameters = parameters;
	}
	return library_load(&opts, err);
}

/* Ids of rules, of which all were found. */
static int check_ids(struct invocation *in, struct library *lib, struct err *err)
{
	for (size_t i = 0; i < in->options.operand_count; i++) {
		if (!library_rule_find(lib, in->options.operands[i]))
			return err_set(err, ERR_USAGE,
				       "%.*s: there is no rule of this name; see 'seawall policy "
				       "list'",
				       STR_ARG(in->options.operands[i]));
	}
	return 0;
}

static bool is_wanted(const struct invocation *in, struct library *lib,
		      const struct library_rule *rule)
{
	for (size_t i = 0; i < in->options.operand_count; i++) {
		if (library_rule_find(lib, in->options.operands[i]) == rule)
			return true;
	}
	return in->options.operand_count == 0;
}

/*
 * Seawall itself denies nothing in these namespaces and judges what is there; another program has
 * only the constraint to know it by.
 */
static const struct json *with_exclusions(const struct json *constraint, struct arena *arena)
{
	static const char *const names[] = { "azure-arc", "gatekeeper-system", "kube-system",
					     LIBRARY_OWN_NAMESPACE };
	const struct json *spec = JSON_GET(constraint, "spec"), *match = JSON_GET(spec, "match");
	const struct json *there = JSON_GET(match, "excludedNamespaces");
	size_t n = json_len(there), had = n;
	struct json *items = ARENA_ARRAY(arena, struct json, n + ARRAY_LEN(names)), list;

	for (size_t i = 0; i < n; i++)
		items[i] = *json_at(there, i);
	for (size_t k = 0; k < ARRAY_LEN(names); k++) {
		bool known = false;

		for (size_t i = 0; i < had && !known; i++)
			known = str_eq(json_str(&items[i]), str_c(names[k]));
		if (!known)
			items[n++] = json_make_str(str_c(names[k]));
	}
	list = json_make_array(items, n);
	match = json_with(match, STR("excludedNamespaces"), &list, arena);
	spec = json_with(spec, STR("match"), match, arena);
	return json_with(constraint, STR("spec"), spec, arena);
}

/* The template once, then each constraint of it. */
static void put_rule(struct buf *b, struct library *lib, const struct constraint_template *t,
		     const struct azure_rule *azure, struct arena *arena)
{
	struct constraint_set *set = library_admission(lib)->constraints;

	put_document(b, azure ? azure_form_template(azure, t->json, arena) : t->json, arena);
	for (size_t i = 0; i < constraint_set_constraints(set); i++) {
		const struct constraint *c = constraint_set_constraint(set, i);
		const struct json *json = with_exclusions(c->json, arena);

		if (str_eq(c->kind, t->kind))
			put_document(b, azure ? azure_form_constraint(azure, json, arena) : json,
				     arena);
	}
}

static int put_all(struct invocation *in, struct library *lib, struct buf *b, struct err *err)
{
	bool azure = str_eq(option_text(&in->options, EXPORT_FORMAT), STR("k8sazure"));
	struct constraint_set *set = library_admission(lib)->constraints;
	struct azure_form form;

	if (azure_form_load(in->arena, &form, err) < 0 || check_ids(in, lib, err) < 0)
		return -1;
	for (size_t i = 0; i < constraint_set_templates(set); i++) {
		const struct constraint_template *t = constraint_set_template(set, i);
		const struct azure_rule *to = NULL;
		const struct library_rule *rule = NULL;

		for (size_t k = 0; k < library_rules(lib) && !rule; k++) {
			if (str_eq(library_rule_at(lib, k)->kind, t->kind))
				rule = library_rule_at(lib, k);
		}
		if (!rule || !is_wanted(in, lib, rule))
			continue;
		if (azure)
			to = azure_form_of_rule(&form, rule->check.id);
		if (azure && !to)
			progress_note(in->quiet,
				      str_fmt(in->arena,
					      "%.*s has no counterpart there: it is written under "
					      "its own kind",
					      STR_ARG(rule->check.id)));
		put_rule(b, lib, t, to, in->arena);
	}
	return 0;
}

static int run_export(struct invocation *in, struct err *err)
{
	AUTO(library_unref)
	struct library *lib = load(in, err);
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, ANSWER_MAX);
	if (!lib || put_all(in, lib, &b, err) < 0 ||
	    answer_write(in, option_text(&in->options, EXPORT_OUTPUT), &b, err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example export_examples[] = {
	{ .what = { "All rules as Gatekeeper takes them", "すべてのルールを Gatekeeper の形式で" },
	  .line = "policy export > policies.yaml" },
	{ .what = { "One rule under the kind that Azure Policy has for it",
		    "一つのルールを Azure Policy の種類で" },
	  .line = "policy export --format k8sazure no-privileged-containers" },
	{ .line = NULL },
};

const struct command command_policy_export = {
	.name = "export",
	.operands = "[ID]...",
	.max_operands = COMMAND_ANY,
	.summary = { "Write the built-in rules as templates and constraints",
		     "組み込みのルールをテンプレートと制約として書き出す" },
	.about = { "Constraints have the parameters and actions that the parameter file gives them. In the form "
		   "k8sazure kinds and parameters have the names that Azure Policy for Kubernetes gives them.",
		   "制約には、パラメーター ファイルで設定した値と動作が入ります。形式 k8sazure では、種類とパラメーターに "
		   "Azure Policy for Kubernetes の名前を使います。" },
	.options = export_options,
	.option_count = EXPORT_OPTION_COUNT,
	.examples = export_examples,
	.run = run_export,
};

/* ---- import ---- */

static int run_import(struct invocation *in, struct err *err)
{
	struct documents docs = { .arena = in->arena };
	AUTO(buf_done)
	struct buf b = { 0 };

	if (policy_read_objects(in->options.operands, in->options.operand_count, &docs, err) < 0)
		return -1;
	int n = policy_map_azure(in, &docs, true, err);
	if (n < 0)
		return -1;
	if (n == 0)
		return err_set(err, ERR_INPUT, "there is no constraint of a kind K8sAzure...");
	buf_init(&b, ANSWER_MAX);
	for (size_t i = 0; i < docs.n; i++) {
		bool is_template = str_eq(docs.items[i].resource.kind, STR("ConstraintTemplate"));

		if (!is_template || option_on(&in->options, IMPORT_TEMPLATES))
			put_document(&b, docs.items[i].resource.json, in->arena);
	}
	if (answer_write(in, option_text(&in->options, IMPORT_OUTPUT), &b, err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example import_examples[] = {
	{ .what = { "Constraints of a cluster with Azure Policy, as ours",
		    "Azure Policy を使うクラスターの制約を Seawall のものに" },
	  .line = "policy import constraints.yaml > ours.yaml" },
	{ .line = NULL },
};

const struct command command_policy_import = {
	.name = "import",
	.operands = "FILE...",
	.min_operands = 1,
	.max_operands = COMMAND_ANY,
	.summary = { "Make constraints of Azure Policy ones of the built-in rules",
		     "Azure Policy の制約を組み込みのルールの制約に変換する" },
	.about = { "FILE may be a folder or -; templates of the kinds K8sAzure... in it are left out. What has no "
		   "counterpart is named on standard error.",
		   "FILE はフォルダーまたは - でもよい。その中の K8sAzure... のテンプレートは使わない。対応するものが"
		   "ない項目は標準エラーに示す。" },
	.options = import_options,
	.option_count = IMPORT_OPTION_COUNT,
	.examples = import_examples,
	.run = run_import,
};
