/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* policy: the commands below `seawall policy`, and what they share. */
#include "cmd/answer.h"
#include "policy/constraint/admission.h"

#define POLICY_MAX_FILE	 (64u << 20) /* bytes of one file */
#define POLICY_MAX_FILES 50000u
#define POLICY_MAX_DEPTH 64u /* folders in each other */

extern const struct command command_policy_eval;
extern const struct command command_policy_expand;
extern const struct command command_policy_export;
extern const struct command command_policy_import;
extern const struct command command_policy_list;
extern const struct command command_policy_verify;

/* The built-in rules, as `policy list` shows them; `format`: the option of answer.h. */
int policy_list_builtin(struct invocation *in, size_t format, str output, struct err *err) MUST_USE;
/* A file of the host; "-" is standard input. */
int policy_read_file(str path, struct arena *arena, str *out, struct err *err) MUST_USE;
/*
 * Calls fn for the file, or for each .yaml, .yml and .json file of the folder and those below it,
 * by name; "/..." at the end is passed over. Hidden ones are left out.
 */
typedef int policy_file_fn(void *context, str path, struct err *err);
int policy_each_file(str path, struct arena *arena, policy_file_fn *fn, void *context,
		     struct err *err) MUST_USE;
/* The objects of all paths ("-" too). */
int policy_read_objects(const str *paths, size_t n, struct documents *docs,
			struct err *err) MUST_USE;
/*
 * Constraints of the kinds of Azure Policy (K8sAzure...) whose template is not among the documents
 * (`all`: also of those) become ones of the built-in rules, whose templates are added. What has no
 * counterpart is told on standard error. The number of constraints, or -1.
 */
int policy_map_azure(struct invocation *in, struct documents *docs, bool all,
		     struct err *err) MUST_USE;
/* What an API server would object to, told on standard error unless quiet. */
void policy_tell_notes(const struct invocation *in, const struct admission *a);

/* Rows of the option tables. */
#define POLICY_OPTION_EXTERNAL                                                                                                    \
	{                                                                                                                         \
		.name = "external-data",                                                                                          \
		.help = {                                                                                                         \
			"Ask providers of external data over HTTPS; without it each such question is an error",                   \
			"外部データのプロバイダーに HTTPS で問い合わせる（指定しなければエラー）" \
		},                                                                                                                \
	}
#define POLICY_OPTION_FILENAME                                                             \
	{                                                                                  \
		.name = "filename", .letter = 'f', .arg = "FILE", .repeat = true,          \
		.complete = COMPLETE_FILE,                                                 \
		.help = { "Objects, and policies if there are any: a file, a folder or -", \
			  "オブジェクト（ポリシーも可）。ファイル、フォルダーまたは -" },  \
	}
