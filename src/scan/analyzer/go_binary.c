/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/elf.h"
#include "fmt/language/golang.h"

#include "scan/analyzer.h"

#define SMALLEST (16u << 10) /* no program of Go is below 500 KiB */

static bool sniff(str path, uint64_t size, str head)
{
	(void)path;
	return size >= SMALLEST && elf_is(head);
}

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return go_binary_parse(file, sink, err);
}

const struct analyzer analyzer_go_binary = {
	.name = "go-binary",
	.kind = "golang",
	.version = 1,
	.sniff = sniff,
	.random_access = true,
	.max_size = 1u << 30,
	.run = run,
};
