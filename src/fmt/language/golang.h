/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * golang: what Go writes about modules. Packages are of kind "golang", named by module path, with
 * versions as Go writes them ("v1.2.3"); the standard library is "stdlib" with the version of the
 * language without "go" ("1.22.3").
 *
 * A module that `replace` exchanges is what it is replaced with. Replaced by a folder, its name is
 * the path of that folder and it has no version: nobody publishes flaws of it.
 *
 * Limits: GOLANG_MAX_BYTES a text file (ERR_LIMIT), FILE_LINE_MAX a line. Lines that are not of the
 * format are told to sink->skipped; a file of nothing else is ERR_INPUT.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define GOLANG_MAX_BYTES   (64u << 20)
#define GOLANG_MAX_MODULES 200000u /* required and replaced in a go.mod, or listed in a go.sum */

/*
 * go.mod: requirements (form locked; "// indirect" sets indirect) and, by "toolchain" or else "go",
 * the standard library (form declared: a minimum, not what a build used). Up to Go 1.16 the file
 * does not list indirect modules: those that file->companion (go.sum) says were downloaded are
 * added as indirect.
 */
int go_mod_parse(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
/* go.sum alone: each module with the last of its versions. */
int go_sum_parse(const struct file_view *file, struct package_sink *sink, struct err *err) MUST_USE;
/* vendor/modules.txt: modules whose source lies in vendor/. */
int go_vendor_parse(const struct file_view *file, struct package_sink *sink,
		    struct err *err) MUST_USE;

/*
 * Build information inside a program (ELF, PE, Mach-O), of all versions of Go that write it, also
 * when symbols were stripped: form embedded. A main module that was built from a working folder has
 * the version that -ldflags -X gave a variable called "version", else none.
 * Libraries and programs of other languages have no packages and are no failure.
 */
int go_binary_parse(const struct file_view *file, struct package_sink *sink,
		    struct err *err) MUST_USE;

/* ---- between the files of this parser ---- */

/*
 * The next word of a line of go.mod or modules.txt: bare, "quoted" or `quoted`; parentheses and
 * "=>" stand for themselves. False at the end or at a comment, which *rest then holds.
 */
bool golang_word(str *rest, str *word);
/* True for a path on disk in place of a module path: "./x", "../x", "/x", "C:\x". */
bool golang_is_folder(str path);
/* `file` is at most GOLANG_MAX_BYTES long. */
int golang_check_size(const struct file_view *file, struct err *err) MUST_USE;
/* Adds of go.sum what `mod` does not have yet; only what has content, not just a go.mod. */
struct map;
int golang_add_sum(const struct file_view *sum, const struct map *mod, str path,
		   struct package_tally *tally, struct err *err) MUST_USE;
