/* SPDX-License-Identifier: Apache-2.0 */
/* First byte: deps.json, packages.lock.json, project.assets.json, packages.config, a props file. */
#include "fmt/language/dotnet.h"
#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int (*const parsers[])(const struct file_view *, struct package_sink *,
				      struct err *) = { dotnet_deps_parse, dotnet_lock_parse,
							dotnet_assets_parse, dotnet_config_parse,
							dotnet_props_parse };
	struct package_sink sink = CHECKING_SINK;
	struct err err = { .kind = ERR_NONE };

	if (size < 1)
		return 0;
	struct file_view file = file_view_text(STR("a"), str_of((const char *)data + 1, size - 1));

	if (parsers[data[0] % ARRAY_LEN(parsers)](&file, &sink, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	return 0;
}
