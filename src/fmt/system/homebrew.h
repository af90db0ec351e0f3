/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Homebrew: formulas (Cellar/NAME/VERSION/INSTALL_RECEIPT.json, a JSON object) and casks (files of
 * Caskroom/NAME/VERSION/). Name and version are those of the folders, as for Homebrew itself; what
 * came only as a dependency is indirect. Installed.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define HOMEBREW_RECEIPT_MAX_BYTES (4u << 20)

int homebrew_receipt_parse(const struct file_view *file, struct package_sink *sink,
			   struct err *err) MUST_USE;
/* A wrapper script or source.properties of a cask; its content does not matter. */
int homebrew_cask_parse(const struct file_view *file, struct package_sink *sink,
			struct err *err) MUST_USE;

bool homebrew_is_receipt(str path);
bool homebrew_is_cask(str path);
