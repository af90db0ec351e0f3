/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/perl.h"

#include "fmt/lock_entries.h"
#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return perl_local_parse(file, sink, err);
}

const struct analyzer analyzer_perl_local = {
	.name = "perl-local",
	.kind = "cpan",
	.version = 1,
	.wants = perl_is_local,
	.max_size = LOCK_FILE_MAX,
	.run = run,
};
