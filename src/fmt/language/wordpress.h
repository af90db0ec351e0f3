/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * WordPress: plug-ins (wp-content/plugins/SLUG/FILE.php, or FILE.php in "plugins" itself), themes
 * (wp-content/themes/SLUG/style.css) and WordPress itself (wp-includes/version.php). A plug-in or
 * theme says who it is in fields of a comment in the first WORDPRESS_HEAD_BYTES of the file, as
 * WordPress reads it. The name of a package is its slug, which is that of the public directory.
 * Installed.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

#define WORDPRESS_HEAD_BYTES 8192u

/* A file without the fields is none of a plug-in: nothing. One without a version is told. */
int wordpress_parse(const struct file_view *file, struct package_sink *sink,
		    struct err *err) MUST_USE;

bool wordpress_is_wanted(str path);
