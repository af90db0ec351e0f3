/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/apk.h"

#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct file_view view =
		file_view_text(STR("lib/apk/db/installed"), str_of((const char *)data, size));
	struct package_sink sink = CHECKING_SINK;
	struct err err = { .kind = ERR_NONE };

	if (apk_installed(&view, &sink, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	return 0;
}
