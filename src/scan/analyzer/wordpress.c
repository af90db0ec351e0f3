/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/wordpress.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return wordpress_parse(file, sink, err);
}

const struct analyzer analyzer_wordpress = {
	.name = "wordpress",
	.kind = "wordpress-plugin",
	.version = 2,
	.wants = wordpress_is_wanted,
	.max_size = 0,
	.run = run,
};
