/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/path.h"
#include "base/temp_file.h"
#include "base/time.h"
#include "cmd/checks.h"
#include "cmd/config.h"
#include "cmd/judging.h"
#include "cmd/kubernetes_minor.h"
#include "cmd/manifest_containers.h"
#include "cmd/manifest_fix.h"
#include "cmd/manifest_objects.h"
#include "cmd/object_fix.h"
#include "cmd/progress.h"
#include "fmt/container/docker_run.h"
#include "fmt/container/dockerfile.h"
#include "report/misconfiguration.h"
#include "scan/scan.h"

enum manifest_option {
	MANIFEST_KIND,
	MANIFEST_FIX_DIFF,
	MANIFEST_VERSION,
	MANIFEST_SKIP_FILES,
	MANIFEST_SKIP_DIRS,
	MANIFEST_CHECKS,
	MANIFEST_RULES = MANIFEST_CHECKS + CHECKS_OPTION_COUNT,
	MANIFEST_CONTAINERS = MANIFEST_RULES + RULES_OPTION_COUNT,
	MANIFEST_JUDGING = MANIFEST_CONTAINERS + CONTAINERS_OPTION_COUNT,
	MANIFEST_CONFIG = MANIFEST_JUDGING + JUDGING_OPTION_COUNT,
	MANIFEST_OPTION_COUNT
};

static const char *const kind_words[] = { "dockerfile", "kubernetes", MANIFEST_COMPOSE,
					  MANIFEST_RUN, NULL };
static const char *const format_words[] = {
	"table",    "json",	     "sarif",	 "csv", "gitlab-codequality", "html", "junit",
	"markdown", "policy-report", "template", NULL,
};

static const struct option_spec options[MANIFEST_OPTION_COUNT] = {
	[MANIFEST_KIND] = {
		.name = "kind", .arg = "KIND", .words = kind_words,
		.help = { "What the files are, whatever they look like", "ファイルの種類（内容から判断しない）" },
	},
	[MANIFEST_FIX_DIFF] = {
		.name = "fix-diff",
		.help = { "Print, in place of the report, the change that repairs what a change of the text can repair, for patch(1)",
			  "レポートの代わりに、文面の変更で直せるものを直す差分を patch(1) の形式で出力" },
	},
	[MANIFEST_VERSION] = {
		.name = "kubernetes-version", .arg = "VERSION",
		.help = { "Of --fix-diff: the version of the cluster; fields that it does not have are not proposed",
			  "--fix-diff: クラスターのバージョン。そのバージョンにないフィールドは提案しない" },
	},
	[MANIFEST_SKIP_FILES] = {
		.name = "skip-files", .arg = "PATTERN", .list = true,
		.help = { "Files of a folder that are not read (*, ?, ** and [a-z])",
			  "読まないファイル（*、?、**、[a-z] が使える）" },
	},
	[MANIFEST_SKIP_DIRS] = {
		.name = "skip-dirs", .arg = "PATTERN", .list = true,
		.help = { "Folders that are not read", "読まないフォルダー" },
	},
	CHECKS_OPTION_ROWS(MANIFEST_CHECKS),
	[MANIFEST_CHECKS + CHECKS_POLICY] = RULES_OPTION_POLICY,
	RULES_OPTIONS(MANIFEST_RULES),
	CONTAINERS_OPTIONS(MANIFEST_CONTAINERS),
	JUDGING_OPTION_ROWS(MANIFEST_JUDGING, format_words, true),
	[MANIFEST_CONFIG] = CONFIG_OPTION,
};

struct run {
	struct invocation *in;
	struct scan_opts scan;
	struct judging judging;
	struct manifest_rules rules;
	struct container_rules container_rules;
	struct check_set *container_checks; /* loaded when the first container turns up */
	struct check_set *checks;	    /* loaded when the first Dockerfile turns up */
	bool own_checks;
	unsigned kubernetes_minor;
};

/* What one operand holds. */
struct target {
	str path;
	bool standard, folder;
	struct inventory inventory;
	struct manifest_files files;
	struct manifest_containers containers;
	struct check_results results;
	struct library *library; /* results point into it */
};

/* ---- which kind a file is of ---- */

#define HEAD_BYTES (64u << 10)

/* What Kubernetes and its relatives are written in. */
static bool looks_like_objects(str path, str text)
{
	str head = str_trim(text);

	if (manifest_is_object_name(path))
		return true;
	if (str_find(text, STR("apiVersion")) >= 0 && str_find(text, STR("kind")) >= 0)
		return true;
	return str_starts(head, STR("---")) || str_starts(head, STR("{"));
}

static int kind_of(const struct run *run, str path, int fd, str *kind, struct err *err)
{
	char head[HEAD_BYTES];
	ssize_t n = pread(fd, head, sizeof(head), 0);
	str text = str_of(head, n > 0 ? (size_t)n : 0);

	if (n < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(path));
	*kind = option_text(&run->in->options, MANIFEST_KIND);
	if (kind->n > 0)
		return 0;
	*kind = STR("dockerfile");
	if (dockerfile_is_name(path))
		return 0;
	*kind = STR(MANIFEST_COMPOSE);
	if (manifest_is_compose(path, text))
		return 0;
	*kind = STR(MANIFEST_RUN);
	if (docker_run_is_name(path))
		return 0;
	*kind = STR(LIBRARY_GROUP);
	if (looks_like_objects(path, text))
		return 0;
	*kind = STR("dockerfile");
	if (dockerfile_is_text(text))
		return 0;
	return err_set(err, ERR_UNSUPPORTED,
		       "%.*s: neither a Dockerfile, a Compose file, a shell script nor a "
		       "Kubernetes manifest by name or content; say what it is with --kind "
		       "(dockerfile, compose, docker-run, kubernetes)",
		       STR_ARG(path));
}

/* ---- one target ---- */

/* Standard input, held in a temporary file. */
static int open_stdin(struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	AUTO(fd_close)
	int fd = temp_file_open(NULL, err);

	buf_init(&text, OBJECT_FILE_MAX);
	if (fd < 0 || buf_read_fd(&text, STDIN_FILENO, err) < 0 ||
	    fd_write_all(fd, buf_str(&text), err) < 0)
		return err_wrap(err, "standard input");
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(err, errno, "standard input");
	return fd_take(&fd);
}

/* A file that is named may be reached through links, as a shell would. */
static int open_named(const struct run *run, str path, bool *folder, struct err *err)
{
	char *name = str_cstr(run->in->arena, path);
	struct stat st;
	AUTO(fd_close)
	int fd = -1;

	*folder = false;
	if (stat(name, &st) < 0)
		return err_sys(err, errno, "%s", name);
	*folder = S_ISDIR(st.st_mode);
	if (*folder)
		return 0;
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "%s: neither a file nor a folder", name);
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return err_sys(err, errno, "%s", name);
	return fd_take(&fd);
}

/* The first thing that could not be read, or that there was nothing. */
static int nothing_there(const struct target *t, struct err *err)
{
	const struct inventory *inventory = &t->inventory;
	str path = t->standard ? STR("standard input") : t->path;

	for (size_t i = 0; i < t->files.missed_n; i++) {
		const struct not_examined *missed = &t->files.missed[i];

		if (missed->kind != ERR_NONE)
			return err_set(
				err, missed->kind, "%.*s: no file of it could be read: %.*s: %.*s",
				STR_ARG(path), STR_ARG(missed->path), STR_ARG(missed->reason));
	}
	for (size_t i = 0; i < t->files.n; i++) {
		const struct object_file *file = t->files.items[i];

		for (size_t k = 0; k < file->rest_n; k++) {
			const struct object_rest *rest = &file->rest[k];

			/* Of a file that is named, whatever it is. */
			if (rest->kind != ERR_NONE || !t->folder)
				return err_set(err, rest->kind ? rest->kind : ERR_INPUT,
					       "%.*s: line %u: %.*s",
					       STR_ARG(t->folder ? file->path : path), rest->line,
					       STR_ARG(rest->reason));
		}
	}
	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		const struct not_examined *missed = &inventory->not_examined[i];

		if (missed->kind != ERR_NONE)
			return err_set(
				err, missed->kind, "%.*s: no file of it could be read: %.*s: %.*s",
				STR_ARG(path), STR_ARG(missed->path), STR_ARG(missed->reason));
	}
	if (t->folder)
		return err_set(err, ERR_NOT_FOUND,
			       "%.*s: there is no Dockerfile, no Compose file, no command line of "
			       "docker run and no Kubernetes object in this folder",
			       STR_ARG(path));
	return err_set(err, ERR_INPUT, "%.*s: there is no Kubernetes object in it", STR_ARG(path));
}

static int gather_folder(const struct run *run, struct target *t, struct arena *arena,
			 struct err *err)
{
	const struct manifest_skip skip = { .files = run->scan.skip_files,
					    .file_n = run->scan.skip_files_n,
					    .dirs = run->scan.skip_dirs,
					    .dir_n = run->scan.skip_dirs_n };
	str kind = option_text(&run->in->options, MANIFEST_KIND);

	bool dockerfiles = kind.n == 0 || str_eq(kind, STR("dockerfile"));

	t->files.objects_only = str_eq(kind, STR(LIBRARY_GROUP));
	t->files.containers_only =
		str_eq(kind, STR(MANIFEST_COMPOSE)) || str_eq(kind, STR(MANIFEST_RUN));
	if (dockerfiles && scan_inventory(str_cat(arena, STR("dir:"), t->path), &run->scan, arena,
					  &t->inventory, err) < 0)
		return -1;
	if (!str_eq(kind, STR("dockerfile")) &&
	    manifest_files_folder(&t->files, t->path, &skip, err) < 0)
		return -1;
	if (manifest_containers_take(&t->containers, &t->files, t->path, true, err) < 0)
		return -1;
	if (t->inventory.document_count + manifest_files_objects(&t->files) + t->containers.n == 0)
		return nothing_there(t, err);
	return 0;
}

/* A file of containers that is named. */
static int gather_containers(struct target *t, int fd, str kind, struct err *err)
{
	str path = t->standard ? STR("stdin") : t->path;

	if (manifest_files_text(&t->files, path, fd, str_eq(kind, STR(MANIFEST_RUN)), err) < 0 ||
	    manifest_containers_take(&t->containers, &t->files, t->path, false, err) < 0)
		return -1;
	if (t->containers.n > 0 || t->containers.lost)
		return 0;
	return err_set(err, ERR_INPUT, "%.*s: there is no %s in it", STR_ARG(path),
		       str_eq(kind, STR(MANIFEST_RUN)) ? "docker run or podman run"
						       : "service of its own");
}

static int gather(const struct run *run, struct target *t, struct arena *arena, struct err *err)
{
	AUTO(fd_close)
	int fd = t->standard ? open_stdin(err) : open_named(run, t->path, &t->folder, err);
	str kind, path = t->path;

	if (fd < 0)
		return -1;
	if (t->folder) {
		fd = -1;
		return gather_folder(run, t, arena, err);
	}
	if (kind_of(run, path, fd, &kind, err) < 0)
		return -1;
	if (str_eq(kind, STR(MANIFEST_COMPOSE)) || str_eq(kind, STR(MANIFEST_RUN)))
		return gather_containers(t, fd, kind, err);
	t->files.objects_only = true;
	if (!str_eq(kind, STR(LIBRARY_GROUP)))
		return scan_manifest(fd, t->standard ? STR("Dockerfile") : path, kind, &run->scan,
				     arena, &t->inventory, err);
	if (manifest_files_add(&t->files, t->standard ? STR("stdin.yaml") : path, fd, err) < 0)
		return -1;
	return manifest_files_objects(&t->files) > 0 ? 0 : nothing_there(t, err);
}

/* What is wrong with files of containers. */
static void tell_containers(struct run *run, const struct target *t)
{
	const struct manifest_containers *c = &t->containers;

	if (t->folder)
		return;
	run->judging.any_failed |= c->lost;
	for (size_t i = 0; i < c->missed_n; i++) {
		if (c->missed[i].kind != ERR_NONE)
			progress_note(run->in->quiet && !c->lost,
				      str_fmt(run->in->arena, "%.*s: %.*s",
					      STR_ARG(c->missed[i].path),
					      STR_ARG(c->missed[i].reason)));
	}
}

/* Of a file that is named everything is meant: a part that cannot be read is a failure. */
static void tell_unread(struct run *run, const struct target *t)
{
	for (size_t i = 0; !t->folder && i < t->files.n; i++) {
		const struct object_file *file = t->files.items[i];

		for (size_t k = 0; k < file->rest_n; k++) {
			const struct object_rest *rest = &file->rest[k];

			if (rest->kind == ERR_NONE)
				continue;
			run->judging.any_failed = true;
			progress_note(false, str_fmt(run->in->arena, "%.*s: line %u: %.*s",
						     STR_ARG(file->path), rest->line,
						     STR_ARG(rest->reason)));
		}
	}
}

/* The checks of Dockerfiles take longer to load than those of objects to run. */
static int load_checks(struct run *run, struct err *err)
{
	static const str groups[] = { STR_INIT("dockerfile") };

	if (!run->checks && checks_load_some(run->in, MANIFEST_CHECKS, groups, ARRAY_LEN(groups),
					     manifest_rules_is_rego, &run->checks, err) < 0)
		return -1;
	run->judging.checks = run->checks;
	return 0;
}

/* The changes of Kubernetes objects; those of Dockerfiles are written with their report. */
static int put_objects_fix(struct run *run, const struct target *t, struct arena *arena,
			   struct err *err)
{
	struct report report = { .opts = &run->judging.report,
				 .inventory = &t->inventory,
				 .arena = arena };
	struct object_fix fix = { .library = t->library,
				  .report = &report,
				  .files = &t->files,
				  .target = t->path,
				  .folder = t->folder,
				  .namespace = run->rules.namespace,
				  .kubernetes_minor = run->kubernetes_minor,
				  .lang = run->judging.report.lang,
				  .arena = arena };

	report_checks_select(&report, &t->results);
	return object_fix_put(&fix, &run->judging.out.buf, err);
}

static int judge_containers(struct run *run, struct target *t, struct err *err)
{
	static const str groups[] = { STR_INIT("container"), STR_INIT("docker"), STR_INIT("run") };
	const struct check_load load = { .groups = groups, .group_n = ARRAY_LEN(groups) };
	struct problems problems = { .arena = run->in->arena };

	if (!run->container_checks)
		run->container_checks = check_set_load(&load, &problems, err);
	if (!run->container_checks)
		return -1;
	return manifest_containers_judge(&t->containers, run->container_checks, &t->inventory,
					 &t->results, err);
}

static int judge_target(struct run *run, struct target *t, struct arena *arena, struct err *err)
{
	static const str judged[] = { STR_INIT(LIBRARY_GROUP), STR_INIT("container") };
	static const struct advisory_info no_database;
	struct match_result match = { 0 };

	if (t->inventory.document_count > 0 && load_checks(run, err) < 0)
		return -1;
	if (t->files.n + t->files.missed_n > 0 &&
	    manifest_judge(&run->rules, &t->files, &t->inventory, &t->results, &t->library, err) <
		    0)
		return -1;
	if (t->containers.n + t->containers.missed_n > 0 && judge_containers(run, t, err) < 0)
		return -1;
	if (run->own_checks)
		manifest_judge_own(run->checks, &t->files, run->judging.now, &t->results);
	t->inventory.target = str_dup(arena, t->path);
	t->inventory.target_kind = STR("manifest");
	if (option_on(&run->in->options, MANIFEST_FIX_DIFF) && t->library &&
	    put_objects_fix(run, t, arena, err) < 0)
		return -1;
	run->judging.judged = &t->results;
	run->judging.judged_kinds = judged;
	run->judging.judged_kind_n = ARRAY_LEN(judged);
	judging_show(&run->judging, &t->inventory, &match, &no_database, arena);
	/* One file that could not be read has not passed. */
	run->judging.any_unjudged |= run->judging.has_fail_on && report_has_unread(&t->inventory);
	tell_unread(run, t);
	tell_containers(run, t);
	return 0;
}

static int one_target(void *context, str path, struct arena *arena, struct err *err)
{
	struct run *run = context;
	struct target t = { .path = path, .standard = str_eq(path, STR("-")) };
	int rc;

	manifest_files_init(&t.files, arena);
	manifest_containers_init(&t.containers, &run->container_rules, arena);
	if (gather(run, &t, arena, err) < 0)
		return -1;
	rc = judge_target(run, &t, arena, err);
	library_unref(t.library);
	return rc;
}

/* The difference in place of a report; of files that are there. */
static int take_fix(struct run *run, struct err *err)
{
	const struct options *o = &run->in->options;

	if (option_given(o, MANIFEST_JUDGING + JUDGING_FORMAT))
		return err_set(err, ERR_USAGE, "--fix-diff is a form of its own: without --format");
	for (size_t i = 0; i < o->operand_count; i++) {
		if (str_eq(o->operands[i], STR("-")))
			return err_set(err, ERR_USAGE, "--fix-diff needs a file, not a pipe");
	}
	run->judging.writer = &manifest_fix_writer;
	return 0;
}

static bool has_own_checks(const struct invocation *in)
{
	size_t n;
	const str *paths = option_items(&in->options, MANIFEST_CHECKS + CHECKS_POLICY, &n);

	for (size_t i = 0; i < n; i++) {
		if (manifest_rules_is_rego(paths[i]))
			return true;
	}
	return option_given(&in->options, MANIFEST_CHECKS + CHECKS_CONFIG_CHECK);
}

static int run_checks(struct run *run, struct err *err)
{
	struct invocation *in = run->in;
	const struct options *o = &in->options;

	run->scan.facts = run->scan.only_facts = true;
	run->scan.skip_files = option_items(o, MANIFEST_SKIP_FILES, &run->scan.skip_files_n);
	run->scan.skip_dirs = option_items(o, MANIFEST_SKIP_DIRS, &run->scan.skip_dirs_n);
	run->judging.report.no_vulnerabilities = true;
	if (option_given(o, MANIFEST_VERSION) &&
	    kubernetes_minor("kubernetes-version", option_text(o, MANIFEST_VERSION), 1,
			     &run->kubernetes_minor, err) < 0)
		return -1;
	run->own_checks = has_own_checks(in);
	if (run->own_checks && load_checks(run, err) < 0)
		return -1;
	if (manifest_rules_take(&run->rules, in, MANIFEST_RULES, MANIFEST_CHECKS + CHECKS_POLICY,
				err) < 0)
		return -1;
	if (container_rules_take(&run->container_rules, in, MANIFEST_CONTAINERS, err) < 0)
		return -1;
	run->container_rules.parameters = run->rules.opts.parameters;
	run->container_rules.own = run->own_checks ? run->checks : NULL;
	run->container_rules.now = run->judging.now;
	if (judging_take(&run->judging, in, MANIFEST_JUDGING, o->operand_count, err) < 0)
		return -1;
	if (option_on(o, MANIFEST_FIX_DIFF) && take_fix(run, err) < 0)
		return -1;
	int code = judging_each(&run->judging, one_target, run, err);
	judging_done(&run->judging);
	return code;
}

static int run_command(struct invocation *in, struct err *err)
{
	struct run run = { .in = in, .judging = { .now = time_now() } };

	if (config_take(in, MANIFEST_CONFIG, err) < 0)
		return -1;
	int code = run_checks(&run, err);
	check_set_unref(run.checks);
	check_set_unref(run.container_checks);
	return code;
}

static const struct command_example examples[] = {
	{ .what = { "Dockerfiles and Kubernetes manifests of a folder; fail on what is high or critical",
		    "フォルダー内の Dockerfile と Kubernetes マニフェスト。high 以上があれば失敗" },
	  .line = "check manifest --fail-on high ." },
	{ .what = { "What Helm renders, as SARIF", "Helm の出力を SARIF で" },
	  .line = "check manifest -f sarif - < rendered.yaml" },
	{ .what = { "By the Pod Security Standards of a version",
		    "特定の版の Pod セキュリティ標準で" },
	  .line = "check manifest --profile pss-restricted:v1.29 deploy/" },
	{ .what = { "With parameters and policies of one's own", "独自のパラメーターとポリシーで" },
	  .line = "check manifest --parameters seawall-policies.yaml --policy policies/ deploy/" },
	{ .what = { "A Compose file with what production lays over it",
		    "本番用の上書きを重ねた Compose ファイル" },
	  .line = "check manifest --override compose.prod.yaml --env TAG=1.2 compose.yaml" },
	{ .what = { "Repair what a change of the text repairs", "文面の変更で直せるものを直す" },
	  .line = "check manifest --fix-diff deploy/ | patch -p1" },
	{ .line = NULL },
};

const struct command command_check_manifest = {
	.name = "manifest",
	.operands = "PATH...",
	.min_operands = 1,
	.max_operands = COMMAND_ANY,
	.summary = { "Judge Kubernetes manifests, Dockerfiles, Compose files and docker run",
		     "Kubernetes マニフェスト、Dockerfile、Compose ファイル、docker run を検査する" },
	.about = { "PATH is a file, a folder or - (standard input). In a folder YAML and JSON files are looked through for "
		   "Kubernetes objects, and Dockerfiles are found by their names (Dockerfile, Dockerfile.*, "
		   "*.Dockerfile, Containerfile ...), Compose files by name or content, shell scripts by what they start (docker run, "
		   "podman run). Workloads are judged with the pods they make. Comments in a file except "
		   "findings for what follows: # seawall:ignore=ID[,ID] reason, and those of Trivy, hadolint and Checkov. "
		   "'seawall policy list' shows the rules; a Helm template that is not rendered is not examined.",
		   "PATH はファイル、フォルダー、または -（標準入力）です。フォルダーでは YAML と JSON のファイルから Kubernetes "
		   "オブジェクトを、名前（Dockerfile、Dockerfile.*、*.Dockerfile、Containerfile など）から Dockerfile を、名前と内容から Compose ファイルと、docker run や podman run を含む"
		   "シェル スクリプトを探します。"
		   "ワークロードは、作られるポッドとともに検査します。ファイル中のコメント # seawall:ignore=ID[,ID] 理由 は、"
		   "その次のものに対する検査の例外になります（Trivy、hadolint、Checkov のコメントも使えます）。"
		   "規則は seawall policy list で見られます。レンダリングされていない Helm テンプレートは検査されません。" },
	.options = options,
	.option_count = MANIFEST_OPTION_COUNT,
	.examples = examples,
	.run = run_command,
};
