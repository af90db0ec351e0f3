/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/sbom.h"

#include <unistd.h>

#include "base/time.h"
#include "cmd/command.h"
#include "cmd/foreign.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "cmd/target.h"

#define DOCUMENT_MAX (1u << 30)

enum sbom_option {
	SBOM_FORMAT,
	SBOM_SPEC_VERSION,
	SBOM_OUTPUT,
	SBOM_FILES,
	SBOM_TARGET,
	SBOM_TIMESTAMP = SBOM_TARGET + TARGET_OPTION_COUNT,
	SBOM_OPTION_COUNT
};

static const char *const format_words[] = { "cyclonedx", "cyclonedx-json", "spdx",
					    "spdx-json", "spdx-tag-value", NULL };
static const char *const version_words[] = { "1.4", "1.5", "1.6", "1.7", "2.2", "2.3", NULL };

static const struct option_spec options[SBOM_OPTION_COUNT] = {
	[SBOM_FORMAT] = {
		.name = "format", .letter = 'f', .arg = "FORMAT", .preset = "cyclonedx",
		.words = format_words,
		.help = { "Form of the document (spdx is spdx-json)", "文書の形式（spdx は spdx-json と同じ）" },
	},
	[SBOM_SPEC_VERSION] = {
		.name = "spec-version", .arg = "VERSION", .words = version_words,
		.help = { "Version of the specification: CycloneDX 1.4 to 1.7 (1.6 when not given), SPDX 2.2 or 2.3",
			  "仕様の版: CycloneDX は 1.4～1.7（既定 1.6）、SPDX は 2.2 または 2.3" },
	},
	[SBOM_OUTPUT] = {
		.name = "output", .letter = 'o', .arg = "FILE", .complete = COMPLETE_FILE,
		.check = foreign_check_output,
		.help = { "Write the document there; the file appears when it is whole",
			  "文書の書き込み先（完成してから現れる）" },
	},
	[SBOM_FILES] = {
		.name = "files",
		.help = { "List the installed files of the packages too (CycloneDX)",
			  "パッケージのファイルも一覧に含める（CycloneDX）" },
	},
	TARGET_OPTIONS(SBOM_TARGET),
	[SBOM_TIMESTAMP] = {
		.name = "timestamp",
		.help = { "Put the time into the document ($SOURCE_DATE_EPOCH, else now)",
			  "日時を文書に含める（$SOURCE_DATE_EPOCH、なければ現在）" },
	},
};

static bool is_cyclonedx(str format) { return str_starts(format, STR("cyclonedx")); }

/* SOURCE_DATE_EPOCH counts without --timestamp too: whoever sets it wants it. */
static int take_time(const struct invocation *in, str *out, struct err *err)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;

	if (epoch && epoch[0]) {
		if (!str_u64(str_c(epoch), &seconds) || seconds > INT64_MAX)
			return err_set(err, ERR_USAGE,
				       "SOURCE_DATE_EPOCH: expected a number of seconds");
		*out = time_format(in->arena, (int64_t)seconds);
	} else if (option_on(&in->options, SBOM_TIMESTAMP)) {
		*out = time_format(in->arena, time_now());
	}
	return 0;
}

static int take_options(const struct invocation *in, struct sbom_write_opts *out, struct err *err)
{
	const struct options *o = &in->options;
	str format = option_text(o, SBOM_FORMAT), version = option_text(o, SBOM_SPEC_VERSION);

	out->spec_version = version;
	out->tool_version = STR(SEAWALL_VERSION);
	out->files = option_on(o, SBOM_FILES);
	if (version.n > 0 && str_starts(version, STR("1.")) != is_cyclonedx(format))
		return err_set(err, ERR_USAGE, "--spec-version %.*s is not one of %.*s",
			       STR_ARG(version), STR_ARG(format));
	if (out->files && !is_cyclonedx(format))
		return err_set(
			err, ERR_USAGE,
			"--files: SPDX wants a checksum of every file, which package databases "
			"do not hold; use -f cyclonedx");
	return take_time(in, &out->timestamp, err);
}

static int write_document(const struct invocation *in, const struct inventory *inventory,
			  const struct sbom_write_opts *opts, struct buf *out, struct err *err)
{
	str format = option_text(&in->options, SBOM_FORMAT);

	if (is_cyclonedx(format))
		sbom_write_cyclonedx(inventory, opts, in->arena, out);
	else if (!str_eq(format, STR("spdx-tag-value")))
		sbom_write_spdx_json(inventory, opts, in->arena, out);
	else if (sbom_write_spdx_tag(inventory, opts, in->arena, out, err) < 0)
		return -1;
	if (out->overflow)
		return err_set(err, ERR_LIMIT, "a document of more than %u bytes", DOCUMENT_MAX);
	return 0;
}

/* A list that lacks something says so where people see it; the document names all of it. */
static void tell_missed(const struct invocation *in, const struct inventory *inventory)
{
	const struct not_examined *first = NULL;
	uint64_t count = 0;

	for (size_t i = 0; i < inventory->not_examined_count; i++) {
		const struct not_examined *missed = &inventory->not_examined[i];

		if (missed->kind == ERR_NONE)
			continue;
		first = first ? first : missed;
		count += missed->count;
	}
	if (first)
		progress_note(in->quiet,
			      TEXT_MAKE(in->arena, in->lang, SBOM_INCOMPLETE,
					str_fmt(in->arena, "%llu", (unsigned long long)count),
					first->what, first->path, first->reason));
}

static int run_command(struct invocation *in, struct err *err)
{
	AUTO(output_done)
	struct output output = { .fd = -1 };
	AUTO(buf_done)
	struct buf document = { 0 };
	struct scan_opts scan = { 0 };
	struct scan_stats stats = { 0 };
	struct sbom_write_opts opts = { 0 };
	struct inventory inventory = { 0 };
	str target = in->options.operands[0];

	if (take_options(in, &opts, err) < 0 ||
	    target_take_options(in, SBOM_TARGET, &target, 1, &scan, err) < 0 ||
	    output_open(&output, option_text(&in->options, SBOM_OUTPUT), in->arena, err) < 0)
		return -1;
	scan.want_files = opts.files;
	scan.licences = true;
	scan.stats = &stats;
	progress_show(in->quiet, in->lang, TEXT_PROGRESS_SCAN, target);
	int rc = scan_inventory(target, &scan, in->arena, &inventory, err);
	progress_clear(in->quiet);
	if (stats.confinement_known)
		progress_confinement(in->quiet, in->lang, &stats.confinement);
	if (rc < 0)
		return -1;
	tell_missed(in, &inventory);
	buf_init(&document, DOCUMENT_MAX);
	if (write_document(in, &inventory, &opts, &document, err) < 0 ||
	    output_put(&output, buf_str(&document), err) < 0 || output_commit(&output, err) < 0)
		return -1;
	return EXIT_FINE;
}

static const struct command_example examples[] = {
	{ .what = { "CycloneDX of an image of a registry", "レジストリのイメージの CycloneDX" },
	  .line = "sbom -o app.cdx.json registry.example.com/app:1.4" },
	{ .what = { "SPDX as tags and values", "SPDX（タグ・値形式）" },
	  .line = "sbom -f spdx-tag-value oci:layout" },
	{ .what = { "The list again as input of a scan", "一覧をスキャンの入力にする" },
	  .line = "scan sbom:app.cdx.json" },
	{ .line = NULL },
};

const struct command command_sbom = {
	.name = "sbom",
	.operands = "TARGET",
	.min_operands = 1,
	.max_operands = 1,
	.summary = { "Write the bill of materials of an image or root folder",
		     "イメージやルートフォルダーの部品表（SBOM）を書き出す" },
	.about = { "TARGET is as for 'seawall scan'; sbom:FILE converts a document of another form. The same "
		   "target gives the same bytes: there is no time in the document unless you ask for it. What "
		   "could not be read is noted in the document, and a scan of the document says so again.",
		   "TARGET は 'seawall scan' と同じです。sbom:FILE は別の形式の文書を変換します。"
		   "同じ対象からは同じバイト列ができます（日時は指定したときだけ入ります）。"
		   "読めなかったものは文書に記録され、その文書をスキャンすると再び表示されます。" },
	.options = options,
	.option_count = SBOM_OPTION_COUNT,
	.examples = examples,
	.run = run_command,
};
