/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * PHP's Composer: composer.lock, and vendor/composer/installed.json, which lists what is installed
 * (Composer 1: an array; Composer 2: an object with "packages"). Versions stay as they are written,
 * with or without "v". Several licences are a choice (composer.json's schema): joined by " OR ".
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

/* "packages", and "packages-dev" for development, with what each needs of them. Locked. */
int php_lock_parse(const struct file_view *file, struct package_sink *sink,
		   struct err *err) MUST_USE;
/*
 * Installed. What "dev-package-names" lists is for development. Outside of a folder "composer" such
 * a file counts when it has what Composer alone writes ("version_normalized"), else it is empty.
 */
int php_installed_parse(const struct file_view *file, struct package_sink *sink,
			struct err *err) MUST_USE;

/* Not the lock files of packages below a folder "vendor", which nobody installs from. */
bool php_is_lock(str path);
bool php_is_installed(str path);
