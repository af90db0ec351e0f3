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
#include "cmd/manifest_fix.h"
#include "cmd/progress.h"
#include "fmt/dockerfile.h"
#include "scan/scan.h"

enum manifest_option {
	MANIFEST_KIND,
	MANIFEST_FIX_DIFF,
	MANIFEST_SKIP_FILES,
	MANIFEST_SKIP_DIRS,
	MANIFEST_CHECKS,
	MANIFEST_JUDGING = MANIFEST_CHECKS + CHECKS_OPTION_COUNT,
	MANIFEST_CONFIG = MANIFEST_JUDGING + JUDGING_OPTION_COUNT,
	MANIFEST_OPTION_COUNT
};

static const char *const kind_words[] = { "dockerfile", NULL };

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
	[MANIFEST_SKIP_FILES] = {
		.name = "skip-files", .arg = "PATTERN", .list = true,
		.help = { "Files of a folder that are not read (*, ?, ** and [a-z])",
			  "読まないファイル（*、?、**、[a-z] が使える）" },
	},
	[MANIFEST_SKIP_DIRS] = {
		.name = "skip-dirs", .arg = "PATTERN", .list = true,
		.help = { "Folders that are not read", "読まないフォルダー" },
	},
	CHECKS_OPTIONS(MANIFEST_CHECKS),
	JUDGING_OPTIONS(MANIFEST_JUDGING),
	[MANIFEST_CONFIG] = {
		.name = "config", .arg = "FILE", .complete = COMPLETE_FILE, .no_config = true,
		.help = { "Read options from a file of lines 'name = value'; the command line wins",
			  "「name = value」形式のファイルからオプションを読む（コマンドライン優先）" },
	},
};

struct run {
	struct invocation *in;
	struct scan_opts scan;
	struct judging judging;
	struct check_set *checks;
};

/* ---- which kind a file is of ---- */

#define HEAD_BYTES (64u << 10)

/* What Kubernetes and its relatives are written in. */
static bool looks_like_objects(str path, str text)
{
	static const char *const tails[] = { ".yaml", ".yml", ".json" };

	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		if (str_ends(path, str_c(tails[i])))
			return true;
	}
	return str_find(text, STR("apiVersion")) >= 0 && str_find(text, STR("kind")) >= 0;
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
	if (dockerfile_is_name(path) || dockerfile_is_text(text))
		return 0;
	if (looks_like_objects(path, text))
		return err_set(err, ERR_UNSUPPORTED,
			       "%.*s: Kubernetes manifests are not judged by this version; only "
			       "Dockerfiles are",
			       STR_ARG(path));
	return err_set(err, ERR_UNSUPPORTED,
		       "%.*s: no Dockerfile by name or content; say --kind dockerfile if it is one",
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

	buf_init(&text, DOCKERFILE_MAX_BYTES);
	if (fd < 0 || buf_read_fd(&text, STDIN_FILENO, err) < 0 ||
	    fd_write_all(fd, buf_str(&text), err) < 0)
		return err_wrap(err, "standard input");
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

static int gather_folder(const struct run *run, str path, struct arena *arena,
			 struct inventory *out, struct err *err)
{
	str target = str_cat(arena, STR("dir:"), path);

	if (scan_inventory(target, &run->scan, arena, out, err) < 0)
		return -1;
	out->target = str_dup(arena, path);
	if (out->document_count > 0)
		return 0;
	for (size_t i = 0; i < out->not_examined_count; i++) {
		const struct not_examined *missed = &out->not_examined[i];

		if (missed->kind != ERR_NONE)
			return err_set(
				err, missed->kind, "%.*s: no file of it could be read: %.*s: %.*s",
				STR_ARG(path), STR_ARG(missed->path), STR_ARG(missed->reason));
	}
	return err_set(err, ERR_NOT_FOUND, "%.*s: there is no Dockerfile in this folder",
		       STR_ARG(path));
}

static int gather(const struct run *run, str path, struct arena *arena, struct inventory *out,
		  struct err *err)
{
	bool standard = str_eq(path, STR("-")), folder = false;
	AUTO(fd_close)
	int fd = standard ? open_stdin(err) : open_named(run, path, &folder, err);
	str kind;

	if (fd < 0)
		return -1;
	if (folder) {
		fd = -1;
		return gather_folder(run, path, arena, out, err);
	}
	if (standard)
		path = STR("Dockerfile");
	if (kind_of(run, standard ? STR("-") : path, fd, &kind, err) < 0)
		return -1;
	return scan_manifest(fd, path, kind, &run->scan, arena, out, err);
}

static int one_target(void *context, str path, struct arena *arena, struct err *err)
{
	struct run *run = context;
	static const struct advisory_info no_database;
	struct inventory inventory = { 0 };
	struct match_result match = { 0 };

	if (gather(run, path, arena, &inventory, err) < 0)
		return -1;
	judging_show(&run->judging, &inventory, &match, &no_database, arena);
	/* One file that could not be read has not passed. */
	run->judging.any_unjudged |= run->judging.has_fail_on && report_has_unread(&inventory);
	return 0;
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

static int run_checks(struct run *run, struct err *err)
{
	static const str groups[] = { STR_INIT("dockerfile") };
	struct invocation *in = run->in;
	const struct options *o = &in->options;

	run->scan.facts = run->scan.only_facts = true;
	run->scan.skip_files = option_items(o, MANIFEST_SKIP_FILES, &run->scan.skip_files_n);
	run->scan.skip_dirs = option_items(o, MANIFEST_SKIP_DIRS, &run->scan.skip_dirs_n);
	run->judging.report.no_vulnerabilities = true;
	if (checks_load(in, MANIFEST_CHECKS, groups, ARRAY_LEN(groups), &run->checks, err) < 0)
		return -1;
	run->judging.checks = run->checks;
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
	str config = option_text(&in->options, MANIFEST_CONFIG);

	if (config.n > 0 && config_read(&in->options, str_cstr(in->arena, config), err) < 0)
		return -1;
	command_take_common(in);
	int code = run_checks(&run, err);
	check_set_unref(run.checks);
	return code;
}

static const struct command_example examples[] = {
	{ .what = { "The Dockerfiles of a folder; fail on what is high or critical",
		    "フォルダー内の Dockerfile。high 以上があれば失敗" },
	  .line = "check manifest --fail-on high ." },
	{ .what = { "One file from a pipe, as SARIF", "パイプから渡す一つのファイルを SARIF で" },
	  .line = "check manifest -f sarif - < Dockerfile" },
	{ .what = { "With checks of one's own", "独自の検査を加える" },
	  .line = "check manifest --config-check policy/ Dockerfile" },
	{ .what = { "Repair what a change of the text repairs", "文面の変更で直せるものを直す" },
	  .line = "check manifest --fix-diff Dockerfile | patch -p1" },
	{ .line = NULL },
};

const struct command command_check_manifest = {
	.name = "manifest",
	.operands = "PATH...",
	.min_operands = 1,
	.max_operands = COMMAND_ANY,
	.summary = { "Judge Dockerfiles", "Dockerfile を検査する" },
	.about = { "PATH is a file, a folder (in which files are found by their names: Dockerfile, Dockerfile.*, "
		   "*.Dockerfile, Containerfile ...) or - (standard input). Comments in a file except checks for the "
		   "instruction behind them: # seawall:ignore=ID[,ID] reason, and those of Trivy, hadolint and Checkov. "
		   "Kubernetes manifests are not judged yet: one that is named ends with exit status 3.",
		   "PATH はファイル、フォルダー（Dockerfile、Dockerfile.*、*.Dockerfile、Containerfile などの名前で探す）、"
		   "または -（標準入力）です。ファイル中のコメント # seawall:ignore=ID[,ID] 理由 は、次の命令に対する検査の"
		   "例外になります（Trivy、hadolint、Checkov のコメントも使えます）。"
		   "Kubernetes マニフェストはまだ検査しません（指定すると終了コード 3）。" },
	.options = options,
	.option_count = MANIFEST_OPTION_COUNT,
	.examples = examples,
	.run = run_command,
};
