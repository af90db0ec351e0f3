/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/perl.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return perl_install_parse(file, sink, err);
}

const struct analyzer analyzer_perl_install = {
	.name = "perl-install",
	.kind = "cpan",
	.version = 1,
	.wants = perl_is_install,
	.max_size = PERL_INSTALL_MAX_BYTES,
	.run = run,
};
