/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/php.h"
#include "fmt/lock_entries.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return php_installed_parse(file, sink, err);
}

const struct analyzer analyzer_php_installed = {
	.name = "php-installed",
	.kind = "composer",
	.version = 2,
	.wants = php_is_installed,
	.max_size = LOCK_FILE_MAX,
	.run = run,
};
