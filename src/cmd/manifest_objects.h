/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * manifest_objects: the part of `seawall check manifest` that is about Kubernetes objects: which
 * rules hold, which files of a folder are read, and what is said of what could not be judged.
 *
 *	manifest_rules_take(&rules, in, base, policy, &err);    // options, parameters, policies
 *
 *	manifest_files_init(&files, arena);
 *	manifest_files_folder(&files, path, ...);       // or manifest_files_add for one text
 *	if (manifest_judge(&rules, &files, &inventory, &results, &library, &err) < 0)
 *		return -1;
 */
#include "cmd/command.h"
#include "fmt/inventory.h"
#include "policy/constraint/library_parameters.h"
#include "policy/constraint/object_check.h"

enum manifest_rules_option {
	RULES_PARAMETERS,
	RULES_LOCAL_PARAMETERS,
	RULES_PROFILE,
	RULES_CLUSTER,
	RULES_NAMESPACE,
	RULES_OPTION_COUNT
};

/* clang-format off */
#define RULES_OPTION_POLICY \
	{ \
		.name = "policy", .arg = "PATH", .repeat = true, .complete = COMPLETE_FILE, \
		.help = { "Own policies: Gatekeeper's templates and constraints, or Rego checks; a file or a folder", \
			  "独自のポリシー（Gatekeeper のテンプレートと制約、または Rego の検査）。ファイルまたはフォルダー" }, \
	}
#define RULES_OPTIONS(base) \
	[(base) + RULES_PARAMETERS] = { \
		.name = "parameters", .arg = "FILE", .complete = COMPLETE_FILE, \
		.help = { "Parameters of the rules for Kubernetes objects; seawall-policies.yaml of the current folder when not given", \
			  "Kubernetes オブジェクトの規則のパラメーター。指定しなければ現在のフォルダーの seawall-policies.yaml" }, \
	}, \
	[(base) + RULES_LOCAL_PARAMETERS] = { \
		.name = "local-parameters", .on = true, \
		.help = { "Do not read the parameters in the current folder", \
			  "現在のフォルダーにあるパラメーターを読まない" }, \
	}, \
	[(base) + RULES_PROFILE] = { \
		.name = "profile", .arg = "LIST", .preset = "recommendations", .list = true, \
		.help = { "Rules for Kubernetes objects: recommendations, pss-baseline[:v1.29], pss-restricted[:v1.29]", \
			  "Kubernetes オブジェクトの規則: recommendations、pss-baseline[:v1.29]、pss-restricted[:v1.29]" }, \
	}, \
	[(base) + RULES_CLUSTER] = { \
		.name = "cluster", .arg = "NAME", \
		.help = { "Cluster that the objects are for, for the scopes of the parameters", \
			  "オブジェクトの適用先クラスター（パラメーターの範囲に使う）" }, \
	}, \
	[(base) + RULES_NAMESPACE] = { \
		.name = "namespace", .arg = "NAME", .preset = "default", \
		.help = { "Namespace of objects that name none", "名前空間の書かれていないオブジェクトの名前空間" }, \
	}
/* clang-format on */

/* What holds for all targets of one call. */
struct manifest_rules {
	struct arena *arena;
	struct library_parameters parameters;
	struct documents own;
	struct library_opts opts;
	str namespace;
};
/* The option --profile alone. ERR_USAGE. */
int manifest_profiles_take(struct library_opts *opts, const struct invocation *in, size_t option,
			   struct err *err) MUST_USE;
/* Reads options and the files that they name, and tries whether all of it loads. ERR_USAGE.
 * `policy`: the option of RULES_OPTION_POLICY. */
int manifest_rules_take(struct manifest_rules *rules, struct invocation *in, size_t base,
			size_t policy, struct err *err) MUST_USE;
/* True for a path of that option that holds Rego and no YAML. */
bool manifest_rules_is_rego(str path);

/* A file with containers: Compose, or a script. */
struct manifest_text {
	str path, text;
	bool script;
};

/* Texts of one target. */
struct manifest_files {
	struct arena *arena;
	bool objects_only; /* nothing is taken for a file with containers */
	bool containers_only;
	struct manifest_text *texts; /* files with containers, not read yet */
	size_t text_n, text_cap;
	struct object_file **items;
	size_t n, cap;
	struct not_examined *missed;
	size_t missed_n, missed_cap;
	size_t others; /* files that are neither YAML nor JSON */
	uint64_t bytes;
};
void manifest_files_init(struct manifest_files *files, struct arena *arena);
/* A file that is a Compose file by name or content goes to `texts`. `path`: how findings name it.
 * ERR_LIMIT, ERR_INPUT: nothing of it can be read. */
int manifest_files_add(struct manifest_files *files, str path, int fd, struct err *err) MUST_USE;
/* Which files of a folder are not read: patterns as of path_glob. */
struct manifest_skip {
	const str *files, *dirs;
	size_t file_n, dir_n;
};
/* All YAML and JSON below a folder. What cannot be read is in `missed`. */
int manifest_files_folder(struct manifest_files *files, str path, const struct manifest_skip *skip,
			  struct err *err) MUST_USE;
/* A file with containers, whatever it looks like. */
int manifest_files_text(struct manifest_files *files, str path, int fd, bool script,
			struct err *err) MUST_USE;
/* A Compose file by name or content. */
bool manifest_is_compose(str path, str text);
/* True for what a folder is searched for. */
bool manifest_is_object_name(str path);
size_t manifest_files_objects(const struct manifest_files *files);

/* The exceptions of a file as its facts (report/inline_exception.h). */
str manifest_ignores_json(const struct object_file *file, struct arena *arena);

/*
 * Judges all of them; adds documents, what was not examined and the counts to the inventory. The
 * library must outlive the results; the caller gives it back.
 */
int manifest_judge(const struct manifest_rules *rules, struct manifest_files *files,
		   struct inventory *inventory, struct check_results *results,
		   struct library **library, struct err *err) MUST_USE;
/*
 * Judges each object with the user's Rego checks for documents of the kind "kubernetes", or of
 * every kind; a finding without a place stands where its object begins.
 */
void manifest_judge_own(const struct check_set *checks, const struct manifest_files *files,
			int64_t now, struct check_results *results);
