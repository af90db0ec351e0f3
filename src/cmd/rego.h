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
	const str *ignore; /* patterns of names that are passed over */
	size_t ignore_n;
	str (*name_of)(str name); /* each data file goes below its name; NULL: it does not */
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

/* A text of the host ("-": standard input). */
int rego_read_text(str path, struct arena *arena, str *out, struct err *err) MUST_USE;

/* JSON schemas: one file is that of the input; a folder has those that METADATA names. */
struct rego_schemas {
	bool given, folder;
	struct value value; /* the schema; or an object of them by name, folders nested */
};
int rego_schemas_read(str path, struct arena *arena, struct rego_schemas *out,
		      struct err *err) MUST_USE;
/* "500ms", or what value_duration knows; empty: 0. */
int rego_timeout(str text, uint64_t *ns, struct err *err) MUST_USE;

/*
 * Compiles them; schemas may be NULL. On failure the problems are printed to standard error, and
 * err sums them up.
 */
#define REGO_COMPILE_STRICT 1u
#define REGO_COMPILE_TESTS  2u /* rules called test_* will be run */
struct policy *rego_compile(const struct rego_files *files, unsigned flags,
			    const struct rego_schemas *schemas, struct err *err);
struct policy *rego_compile_quietly(const struct rego_files *files, unsigned flags,
				    const struct rego_schemas *schemas, struct problems *problems,
				    struct err *err);
void rego_show_problems(const struct problems *problems);

/* Nanoseconds of a clock that only goes forward; 0 where there is none. */
uint64_t rego_clock_ns(void);

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
#define REGO_OPTION_SCHEMA                                                                      \
	{                                                                                       \
		.name = "schema", .letter = 's', .arg = "PATH", .complete = COMPLETE_FILE,      \
		.help = { "JSON schema of the input, or a folder of schemas that "              \
			  "METADATA names",                                                     \
			  "入力の JSON スキーマ、または METADATA が指すスキーマのフォルダー" }, \
	}
#define REGO_OPTION_IGNORE                                                         \
	{                                                                          \
		.name = "ignore", .arg = "PATTERN", .repeat = true,                \
		.help = { "Names of files and folders that are passed over: *.md", \
			  "読み飛ばすファイルとフォルダーの名前（*.md など）" },   \
	}
#define REGO_OPTION_TIMEOUT                                                      \
	{                                                                        \
		.name = "timeout", .arg = "TIME",                                \
		.help = { "End an evaluation that takes longer: 500ms, 10s, 1m", \
			  "評価をこの時間で打ち切る（500ms、10s、1m）" },        \
	}
#define REGO_OPTION_PROFILE_SORT                                                                  \
	{                                                                                         \
		.name = "profile-sort", .arg = "BY", .repeat = true, .words = rego_profile_sorts, \
		.help = { "Order of the profile; may be given several times",                     \
			  "プロファイルの並び順（複数指定可）" },                                 \
	}
