/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/check.h"

#include <sys/stat.h>

#include "base/time.h"
#include "cmd/checks.h"
#include "cmd/config.h"
#include "cmd/judging.h"
#include "cmd/policy.h"
#include "policy/constraint/check_settings.h"
#include "policy/constraint/library_parameters.h"
#include "posture/cloud_facts.h"

enum cloud_option {
	CLOUD_FACTS,
	CLOUD_PARAMETERS,
	CLOUD_ENABLE,
	CLOUD_CHECKS,
	CLOUD_JUDGING = CLOUD_CHECKS + CHECKS_OPTION_COUNT,
	CLOUD_CONFIG = CLOUD_JUDGING + JUDGING_OPTION_COUNT,
	CLOUD_OPTION_COUNT
};

static const struct option_spec options[CLOUD_OPTION_COUNT] = {
	[CLOUD_FACTS] = {
		.name = "facts", .arg = "FILE", .repeat = true, .complete = COMPLETE_FILE,
		.help = { "Resources as JSON: a file, a folder (its .json files) or - (standard input)",
			  "リソースの JSON。ファイル、フォルダー（その .json）、または -（標準入力）" },
	},
	[CLOUD_PARAMETERS] = {
		.name = "parameters", .arg = "FILE", .complete = COMPLETE_FILE,
		.help = { "How the recommendations hold: the file that rules of Kubernetes have, too",
			  "推奨事項のパラメーター（Kubernetes のルールと同じファイル）" },
	},
	[CLOUD_ENABLE] = {
		.name = "enable", .arg = "LIST", .list = true,
		.help = { "Judge recommendations that are off unless asked for: registry-cmk-encryption",
			  "既定で無効な推奨事項を評価する（registry-cmk-encryption）" },
	},
	CHECKS_OPTIONS(CLOUD_CHECKS),
	JUDGING_OPTION_ROWS(CLOUD_JUDGING, judging_plain_format_words, true),
	[CLOUD_CONFIG] = CONFIG_OPTION,
};

struct run {
	struct invocation *in;
	struct judging judging;
	struct check_set *checks;
	struct value settings;
};

/* ---- reading ---- */

struct reading {
	struct arm_set set;
	bool folder; /* what is not understood there may be something else */
	struct not_examined *skipped;
	size_t skipped_n, skipped_cap;
};

static void skip_file(struct reading *r, str path, const struct err *why)
{
	struct arena *arena = r->set.arena;

	r->skipped =
		arena_grow(arena, r->skipped, r->skipped_n, &r->skipped_cap, sizeof(*r->skipped));
	r->skipped[r->skipped_n++] = (struct not_examined){
		.kind = why->kind == ERR_UNSUPPORTED ? ERR_NONE : why->kind,
		.what = STR("file"),
		.path = str_dup(arena, path),
		.reason = str_dup(arena, str_c(why->msg)),
		.count = 1,
	};
}

static int read_one(void *context, str path, struct err *err)
{
	struct reading *r = context;
	str text, name = str_eq(path, STR("-")) ? STR("standard input") : path;
	struct err why = { 0 };

	if (r->folder && !str_ends(path, STR(".json")))
		return 0;
	if (policy_read_file(path, r->set.arena, &text, &why) == 0 &&
	    arm_set_add(&r->set, name, text, &why) == 0)
		return 0;
	if (r->folder && why.kind != ERR_INTERRUPTED) {
		skip_file(r, path, &why);
		return 0;
	}
	*err = why;
	return -1;
}

static int read_all(struct reading *r, const str *paths, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct stat st;

		r->folder = !str_eq(paths[i], STR("-")) &&
			    stat(str_cstr(r->set.arena, paths[i]), &st) == 0 && S_ISDIR(st.st_mode);
		if (policy_each_file(paths[i], r->set.arena, read_one, r, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- judging ---- */

static str target_name(const str *paths, size_t n, struct arena *arena)
{
	str name = STR_EMPTY;

	for (size_t i = 0; i < n; i++) {
		str one = str_eq(paths[i], STR("-")) ? STR("standard input") : paths[i];

		name = str_fmt(arena, "%.*s%s%.*s", STR_ARG(name), i > 0 ? ", " : "", STR_ARG(one));
	}
	return name;
}

static int nothing_there(const struct reading *r, const struct cloud_facts *facts, struct err *err)
{
	uint64_t others = 0;

	for (size_t i = 0; i < r->skipped_n; i++) {
		if (r->skipped[i].kind != ERR_NONE)
			return err_set(err, r->skipped[i].kind, "no file could be read: %.*s",
				       STR_ARG(r->skipped[i].reason));
	}
	for (size_t i = 0; i < facts->not_examined_n; i++)
		others += facts->not_examined[i].count;
	return err_set(err, ERR_NOT_FOUND,
		       "there is no managed cluster, registry or pricing record among them "
		       "(%llu other resources)",
		       (unsigned long long)others);
}

static int judge_all(struct run *run, const str *paths, size_t n, struct arena *arena,
		     struct err *err)
{
	static const struct advisory_info no_database;
	struct match_result match = { 0 };
	struct inventory inventory = { .target_kind = STR("manifest"), .facts_gathered = true };
	struct reading reading = { 0 };
	struct cloud_facts facts;

	arm_set_init(&reading.set, arena);
	if (read_all(&reading, paths, n, err) < 0 ||
	    cloud_facts_make(&reading.set, arena, &facts, err) < 0)
		return -1;
	if (facts.n == 0)
		return nothing_there(&reading, &facts, err);
	for (size_t i = 0; i < facts.not_examined_n; i++) {
		reading.skipped = arena_grow(arena, reading.skipped, reading.skipped_n,
					     &reading.skipped_cap, sizeof(*reading.skipped));
		reading.skipped[reading.skipped_n++] = facts.not_examined[i];
	}
	inventory.target = target_name(paths, n, arena);
	inventory.documents = facts.documents;
	inventory.document_count = facts.n;
	inventory.not_examined = reading.skipped;
	inventory.not_examined_count = reading.skipped_n;
	judging_show(&run->judging, &inventory, &match, &no_database, arena);
	run->judging.any_unjudged |= run->judging.has_fail_on && report_has_unread(&inventory);
	return 0;
}

static int take_settings(struct run *run, struct err *err)
{
	const struct options *o = &run->in->options;
	struct arena *arena = run->in->arena;
	str file = option_text(o, CLOUD_PARAMETERS), text;
	struct library_parameters parameters;
	struct check_settings_opts opts = { 0 };

	opts.enabled = option_items(o, CLOUD_ENABLE, &opts.enabled_n);
	if (file.n > 0 && (policy_read_file(file, arena, &text, err) < 0 ||
			   library_parameters_read(file, text, arena, &parameters, err) < 0)) {
		err->kind = ERR_USAGE;
		return -1;
	}
	if (check_settings_make(file.n > 0 ? &parameters : NULL, &opts, arena, &run->settings,
				err) < 0) {
		err->kind = ERR_USAGE;
		return -1;
	}
	run->judging.parameters = &run->settings;
	return 0;
}

static int run_checks(struct run *run, struct err *err)
{
	static const str groups[] = { STR_INIT("cluster"), STR_INIT("registry"),
				      STR_INIT("tenant") };
	struct invocation *in = run->in;
	size_t n;
	const str *paths = option_items(&in->options, CLOUD_FACTS, &n);
	AUTO(arena_free)
	struct arena *arena = arena_new();

	if (n == 0)
		return err_set(
			err, ERR_USAGE,
			"check cloud judges resources that were saved as JSON: name them with "
			"--facts FILE");
	run->judging.report.no_vulnerabilities = true;
	if (take_settings(run, err) < 0 ||
	    checks_load(in, CLOUD_CHECKS, groups, ARRAY_LEN(groups), &run->checks, err) < 0)
		return -1;
	run->judging.checks = run->checks;
	if (judging_take(&run->judging, in, CLOUD_JUDGING, 1, err) < 0 ||
	    judging_begin(&run->judging, err) < 0)
		return -1;
	if (judge_all(run, paths, n, arena, err) < 0)
		return -1;
	return judging_end(&run->judging, err);
}

static int run_command(struct invocation *in, struct err *err)
{
	struct run run = { .in = in, .judging = { .now = time_now() } };

	if (config_take(in, CLOUD_CONFIG, err) < 0)
		return -1;
	int code = run_checks(&run, err);
	judging_done(&run.judging);
	check_set_unref(run.checks);
	return code;
}

static const struct command_example examples[] = {
	{ .what = { "Saved resources of a subscription; fail on what is high or critical",
		    "保存したサブスクリプションのリソース。high 以上があれば失敗" },
	  .line = "check cloud --facts resources.json --fail-on high" },
	{ .what = { "A registry, from a pipe, with the recommendation about keys",
		    "パイプから渡すレジストリを、鍵の推奨事項も含めて評価" },
	  .line = "check cloud --facts - --enable registry-cmk-encryption < registry.json" },
	{ .line = NULL },
};

const struct command command_check_cloud = {
	.name = "cloud",
	.summary = { "Judge resources of a cloud, and facts about clusters, registries and tenants",
		     "クラウドのリソース、クラスター、レジストリ、テナントの事実を検査する" },
	.about = { "The JSON is a resource of Azure Resource Manager, a list, pages with value, an answer of "
		   "Resource Graph, or an exported template; files are put together, so that a registry finds its "
		   "assessments. Documents of 'seawall facts' are judged as well. Resources of other types are counted. "
		   "doc/recommendations.md says what is judged.",
		   "JSON は Azure Resource Manager のリソース、その配列、value を持つページ、Resource Graph の応答、"
		   "またはエクスポートしたテンプレートです。ファイルは合わせて読み、レジストリとその評価を結び付けます。"
		   "seawall facts の文書も評価します。ほかの種類のリソースは数だけを示します。"
		   "評価の内容は doc/recommendations.md にあります。" },
	.options = options,
	.option_count = CLOUD_OPTION_COUNT,
	.examples = examples,
	.run = run_command,
};
