/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* rego: the commands below `seawall rego`, and what they share. */
#include "base/buf.h"
#include "cmd/answer.h"
#include "policy/policy.h"

#define REGO_MAX_FILE  (256u << 20) /* bytes of one file */
#define REGO_MAX_FILES 20000u
#define REGO_MAX_DEPTH 64u /* folders in each other */

extern const struct command command_rego_check;
extern const struct command command_rego_eval;
extern const struct command command_rego_fmt;
extern const struct command command_rego_test;

/* Modules and data that were read; texts live in the arena. */
struct rego_files {
	struct arena *arena;
	struct policy_source *sources;
	size_t n, cap, files;
	struct value data; /* an object, or null while there is none */
	bool v0;	   /* of modules that say nothing */
	bool modules_only; /* data files are passed over */
};

void rego_files_init(struct rego_files *files, bool v0, struct arena *arena);
/*
 * A module, a data file (JSON, YAML), or a folder with all that is in it; "a.b:PATH" puts its data
 * under data.a.b.
 */
int rego_files_add(struct rego_files *files, str path, struct err *err) MUST_USE;
/* A bundle: a folder or a .tar.gz; of data files only those called data.* count. */
int rego_files_add_bundle(struct rego_files *files, str path, struct err *err) MUST_USE;
/* A JSON or YAML document of the host ("-": standard input) as a value. */
int rego_read_document(str path, struct arena *arena, struct value *out, struct err *err) MUST_USE;
/* One file of a folder or bundle: `folder` is where its data goes. */
int rego_files_add_text(struct rego_files *files, str name, str folder, str text, bool bundle,
			struct err *err) MUST_USE;

/* A folder or file whose data goes below `folder` ("a/b", empty: the root). */
int rego_files_add_path(struct rego_files *files, str path, str folder, bool bundle,
			struct err *err) MUST_USE;
/* By its name: a module, or unless modules only are looked for, a data file. */
bool rego_files_wanted(const struct rego_files *files, str name);
/* JSON, or YAML where the name says so. */
int rego_parse_document(str name, str text, struct arena *arena, struct value *out,
			struct err *err) MUST_USE;

/*
 * Compiles them. On failure the problems are printed to standard error, and err sums them up.
 */
#define REGO_COMPILE_STRICT 1u
#define REGO_COMPILE_TESTS  2u /* rules called test_* will be run */
struct policy *rego_compile(const struct rego_files *files, unsigned flags, struct err *err);
void rego_show_problems(const struct problems *problems);

/* Rows of the option tables. */
#define REGO_OPTION_DATA                                                                  \
	{                                                                                 \
		.name = "data", .letter = 'd', .arg = "FILE", .repeat = true,             \
		.complete = COMPLETE_FILE,                                                \
		.help = { "Modules and data: a file, or a folder with all that is in it", \
			  "モジュールとデータ（ファイルまたはフォルダー）" },             \
	}
#define REGO_OPTION_BUNDLE                                                      \
	{                                                                       \
		.name = "bundle", .letter = 'b', .arg = "FILE", .repeat = true, \
		.complete = COMPLETE_FILE,                                      \
		.help = { "A bundle: a folder or a .tar.gz",                    \
			  "バンドル（フォルダーまたは .tar.gz）" },             \
	}
#define REGO_OPTION_V0                                                      \
	{                                                                   \
		.name = "v0-compatible",                                    \
		.help = { "Read modules in the syntax from before Rego v1", \
			  "Rego v1 より前の文法で読む" },                   \
	}
#define REGO_OPTION_V1                                                     \
	{                                                                  \
		.name = "v1-compatible",                                   \
		.help = { "Read modules as Rego v1, which is the default", \
			  "Rego v1 の文法で読む（既定）" },                \
	}
