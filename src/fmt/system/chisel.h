/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * chisel: the manifest that Ubuntu's tool of this name leaves in an image that it cut out of Debian
 * packages: zstd data of one JSON object a line, by default at var/lib/chisel/manifest.wall. The
 * first line says that it is one ("jsonwall") and how many lines there are; of the others "package"
 * names a package, and "path" a file with the slices (PACKAGE_SLICE) it is of.
 *
 * Packages are of kind "deb", with their files and the digest of their archive, and without a
 * source: the manifest does not tell it. That is told to sink->skipped once, since advisories name
 * sources. So are lines that are broken or missing; text that is no manifest is ERR_INPUT.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define CHISEL_MAX_BYTES (16u << 20)  /* as it lies there */
#define CHISEL_TEXT_MAX	 (256u << 20) /* expanded */
#define CHISEL_LINE_MAX	 (1u << 20)
#define CHISEL_PACKAGES	 65536u
#define CHISEL_FILES	 2000000u /* of all packages together */

int chisel_manifest(const struct file_view *file, struct package_sink *sink,
		    struct err *err) MUST_USE;
