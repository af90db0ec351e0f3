/* SPDX-License-Identifier: Apache-2.0 */
/* First byte: `desc` or `files`. */
#include "fmt/system/pacman.h"

#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct package_sink sink = CHECKING_SINK;
	struct err err = { .kind = ERR_NONE };

	if (size == 0)
		return 0;
	bool desc = data[0] % 2 == 0;
	struct file_view view = file_view_text(desc ? STR("var/lib/pacman/local/a-1-1/desc")
						    : STR("var/lib/pacman/local/a-1-1/files"),
					       str_of((const char *)data + 1, size - 1));
	int result = desc ? pacman_desc(&view, &sink, &err) : pacman_files(&view, &sink, &err);

	if (result < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	return 0;
}
