/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/ruby.h"

#include "scan/analyzer.h"

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return ruby_gemspec_parse(file, sink, err);
}

const struct analyzer analyzer_ruby_gemspec = {
	.name = "ruby-gemspec",
	.kind = "gem",
	.version = 2,
	.wants = ruby_is_gemspec,
	.max_size = RUBY_GEMSPEC_MAX_BYTES,
	.run = run,
};
