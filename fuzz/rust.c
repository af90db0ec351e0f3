/* SPDX-License-Identifier: Apache-2.0 */
/* First byte: Cargo.lock, Cargo.toml, a program with a list of crates, one with a known text. */
#include "fmt/language/rust.h"
#include "checking_sink.h"
#include "fmt/system/program_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		int (*parse)(const struct file_view *, struct package_sink *, struct err *);
		const char *path;
	} parsers[] = {
		{ rust_lock_parse, "Cargo.lock" },     { rust_toml_parse, "Cargo.toml" },
		{ rust_binary_parse, "bin/app" },      { program_text_parse, "bin/python3.11" },
		{ program_text_parse, "jdk/release" }, { program_text_parse, "bin/redis-server" },
	};
	struct package_sink sink = CHECKING_SINK;
	struct err err = { .kind = ERR_NONE };

	if (size < 1)
		return 0;
	size_t which = data[0] % ARRAY_LEN(parsers);
	struct file_view file = file_view_text(str_c(parsers[which].path),
					       str_of((const char *)data + 1, size - 1));

	if (parsers[which].parse(&file, &sink, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	return 0;
}
