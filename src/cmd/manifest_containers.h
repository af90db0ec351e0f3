/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * manifest_containers: the part of `seawall check manifest` that is about containers of Compose
 * files and of `docker run` command lines: documents of kind "container" (doc/facts-docker.md),
 * judged by the controls of Docker hosts that are about containers, and by the recommendations for
 * workloads in their form for Docker.
 *
 *	manifest_containers_init(&containers, arena);
 *	manifest_containers_compose(&containers, texts, n, &opts, &err);   // or _run
 *	if (manifest_containers_judge(&containers, &opts, &inventory, &results, &err) < 0)
 *		return -1;
 */
#include "cmd/command.h"
#include "fmt/container/compose.h"
#include "fmt/inventory.h"
#include "policy/check.h"
#include "policy/constraint/library_parameters.h"
#include "policy/constraint/object_file.h"

#define MANIFEST_COMPOSE "compose"
#define MANIFEST_RUN	 "docker-run"

/* What holds for all targets of one call. */
struct container_rules {
	struct compose_file *overrides; /* laid over each Compose file, in this order */
	size_t override_n;
	struct compose_file *env_files;
	size_t env_file_n;
	struct compose_variable *variables;
	size_t variable_n;
	const struct library_parameters *parameters; /* may be NULL */
	const struct check_set *own;		     /* of the user; may be NULL */
	int64_t now;
};
enum container_rules_option {
	CONTAINERS_OVERRIDE,
	CONTAINERS_ENV_FILE,
	CONTAINERS_ENV,
	CONTAINERS_OPTION_COUNT
};

/* clang-format off */
#define CONTAINERS_OPTIONS(base) \
	[(base) + CONTAINERS_OVERRIDE] = { \
		.name = "override", .arg = "FILE", .repeat = true, .complete = COMPLETE_FILE, \
		.help = { "Lay this Compose file over each one that is judged, in the order given", \
			  "検査する Compose ファイルにこのファイルを指定順に重ねる" }, \
	}, \
	[(base) + CONTAINERS_ENV_FILE] = { \
		.name = "env-file", .arg = "FILE", .repeat = true, .complete = COMPLETE_FILE, \
		.help = { "Values of variables in Compose files, in place of the .env beside them", \
			  "Compose ファイルの変数の値（隣の .env の代わり）" }, \
	}, \
	[(base) + CONTAINERS_ENV] = { \
		.name = "env", .arg = "NAME=VALUE", .repeat = true, \
		.help = { "A variable in Compose files; comes before files. This process's environment is not used", \
			  "Compose ファイルの変数（ファイルより優先。実行環境の変数は使わない）" }, \
	}
/* clang-format on */

/* Reads the options and the files they name. */
int container_rules_take(struct container_rules *rules, const struct invocation *in, size_t base,
			 struct err *err) MUST_USE;

struct manifest_containers {
	struct arena *arena;
	const struct container_rules *rules;
	struct container_plan **plans;
	size_t n, cap;
	struct not_examined *missed;
	size_t missed_n, missed_cap;
	struct object_file **texts; /* with their exceptions in comments, by path */
	size_t text_n, text_cap;
	str *included; /* files that were judged as part of another */
	size_t included_n, included_cap;
	size_t files;
	bool lost; /* something of a file could not be read */
};
void manifest_containers_init(struct manifest_containers *c, const struct container_rules *rules,
			      struct arena *arena);

/*
 * `texts`: the file, and what is laid over it before the rules' own. `root`: an open folder that
 * other files are read from, and nowhere else; `prefix` stands in front of their paths in texts.
 * `folder`: of the file, absolute.
 */
struct container_place {
	int root;
	str prefix, folder;
};
int manifest_containers_compose(struct manifest_containers *c, const struct compose_file *texts,
				size_t n, const struct container_place *place,
				struct err *err) MUST_USE;
int manifest_containers_run(struct manifest_containers *c, str path, str text, str folder,
			    struct err *err) MUST_USE;

/*
 * All files with containers of a target (manifest_files.texts): a Compose file of a folder with the
 * override that lies beside it. One that cannot be read goes to `missed`, or fails when it is
 * named.
 */
struct manifest_files;
int manifest_containers_take(struct manifest_containers *c, struct manifest_files *files, str path,
			     bool folder, struct err *err) MUST_USE;
void manifest_containers_miss(struct manifest_containers *c, enum err_kind kind, str path,
			      str reason);

/* Judges all of them; adds documents and what was not examined to the inventory. `set`: of the
 * groups docker and container. */
int manifest_containers_judge(struct manifest_containers *c, const struct check_set *set,
			      struct inventory *inventory, struct check_results *results,
			      struct err *err) MUST_USE;
