/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rust: what Cargo writes about crates; kind "cargo". Text files are at most TOML_MAX_BYTES. A
 * record without name or version is told to sink->skipped; a file that is not TOML fails.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define RUST_AUDIT_STORED_MAX (4u << 20)
#define RUST_AUDIT_MAX	      (32u << 20)

/*
 * Cargo.lock of all versions (1 to 4, and the older one with [root]): crates of the workspace too,
 * those have no checksum. What a crate of the workspace needs is direct, else indirect.
 */
int rust_lock_parse(const struct file_view *file, struct package_sink *sink,
		    struct err *err) MUST_USE;
/*
 * Cargo.toml: the crate itself and its dependencies (form declared) that name one version, or a
 * commit in a repository (then without version). "1.2" means what "^1.2" does; other ranges, paths,
 * tags and what a workspace decides are passed over.
 */
int rust_toml_parse(const struct file_view *file, struct package_sink *sink,
		    struct err *err) MUST_USE;
/*
 * The list of crates that `cargo auditable` puts into a program (section .dep-v0; form embedded);
 * crates that only the build needed are left out. No section, or no program: nothing, no failure.
 */
int rust_binary_parse(const struct file_view *file, struct package_sink *sink,
		      struct err *err) MUST_USE;
