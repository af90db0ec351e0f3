/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The exceptions of a scan: which files they are read from, and what is said about them. */
#include "cmd/option.h"
#include "report/exception.h"
#include "report/text.h"

/*
 * Reads those of the current folder that are there: .seawallignore.yaml, .trivyignore,
 * .trivyignore.yaml, .grype.yaml. One that is malformed fails the command.
 */
int scan_exceptions_local(struct exception_set *set, struct err *err) MUST_USE;
/* Where a command's table has these options. */
struct exception_options {
	size_t ignorefile, local, scope;
};
/* Those that the command line names, then those of the current folder where they are wanted. */
int scan_exceptions_take(struct exception_set *set, const struct options *options,
			 const struct exception_options *which, struct err *err) MUST_USE;
/*
 * Takes the scopes over and reads what --ignorefile names: files, and addresses of exceptions that
 * are kept centrally: https, or http of this machine, none with --offline. They are fetched
 * for each run, so that a change holds at once; when one cannot be had, the command fails.
 */
int scan_exceptions_named(struct exception_set *set, const struct options *options,
			  const struct exception_options *which, struct err *err) MUST_USE;

/* clang-format off: rows of a table of options */
#define EXCEPTION_OPTION_IGNOREFILE                                                                                                       \
	{                                                                                                                                 \
		.name = "ignorefile", .arg = "FILE", .repeat = true, .complete = COMPLETE_FILE,                                           \
		.help = {                                                                                                                 \
			"Exceptions: .seawallignore.yaml or another form of doc/exceptions.md; a file or an https address",               \
			"例外のファイル（.seawallignore.yaml など、doc/exceptions.md の形式）または https アドレス" \
		},                                                                                                                        \
	}
#define EXCEPTION_OPTION_LOCAL                                                         \
	{                                                                              \
		.name = "local-exceptions", .on = true,                                \
		.help = { "Do not read the files of exceptions in the current folder", \
			  "現在のフォルダーにある例外ファイルを読まない" },            \
	}
/* clang-format on */

/* On standard error, when all targets are done: which have expired, which matched nothing. */
void scan_exceptions_tell(const struct exception_set *set, bool quiet, enum lang lang);
