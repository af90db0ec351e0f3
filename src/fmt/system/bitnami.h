/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Bitnami: opt/bitnami/NAME/.spdx-NAME.spdx, an SPDX document in JSON for each component of an
 * image. Its packages with a package URL of type "bitnami" count. Installed.
 */
#include "fmt/file_view.h"
#include "fmt/package.h"

/* No SPDX document, or none of its packages has such a URL: ERR_INPUT. */
int bitnami_parse(const struct file_view *file, struct package_sink *sink,
		  struct err *err) MUST_USE;

bool bitnami_is_document(str path);
