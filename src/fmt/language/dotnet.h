/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * dotnet: what .NET writes about NuGet packages; kind "nuget", names as written. The hash of a
 * package becomes a digest "sha512:<hex>". Files are text of all encodings that text_file.h reads,
 * at most DOTNET_MAX_BYTES. A record without name or version is told to sink->skipped; a file that
 * is not of the form at all is ERR_INPUT.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define DOTNET_MAX_BYTES (64u << 20)

/*
 * NAME.deps.json beside a built program (form installed): packages, projects and run-time packs
 * under "libraries". Where the target of the program is listed, packages of which it uses no file
 * are left out: they only stand there for what they depend on.
 */
int dotnet_deps_parse(const struct file_view *file, struct package_sink *sink,
		      struct err *err) MUST_USE;
/* packages.lock.json; one package for all frameworks that want the same version. */
int dotnet_lock_parse(const struct file_view *file, struct package_sink *sink,
		      struct err *err) MUST_USE;
/* obj/project.assets.json: its libraries of type package (form locked). */
int dotnet_assets_parse(const struct file_view *file, struct package_sink *sink,
			struct err *err) MUST_USE;
/* packages.config; a development dependency is dev. */
int dotnet_config_parse(const struct file_view *file, struct package_sink *sink,
			struct err *err) MUST_USE;
/*
 * Directory.Packages.props, Packages.props (form declared): packages with a version of their own;
 * what is set by variables is passed over.
 */
int dotnet_props_parse(const struct file_view *file, struct package_sink *sink,
		       struct err *err) MUST_USE;
