/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/elf.h"
#include "fmt/language/rust.h"

#include "scan/analyzer.h"

#define SMALLEST (16u << 10) /* with a list of crates */

static bool sniff(str path, uint64_t size, str head)
{
	(void)path;
	return size >= SMALLEST && elf_is(head);
}

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return rust_binary_parse(file, sink, err);
}

const struct analyzer analyzer_rust_binary = {
	.name = "rust-binary",
	.kind = "cargo",
	.version = 1,
	.sniff = sniff,
	.random_access = true,
	.max_size = 1u << 30,
	.run = run,
};
