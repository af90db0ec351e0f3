/* SPDX-License-Identifier: Apache-2.0 */
/* First byte: go.mod, go.mod with go.sum (cut in the middle), go.sum, modules.txt, a program. */
#include "fmt/language/golang.h"
#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int (*const parsers[])(const struct file_view *, struct package_sink *,
				      struct err *) = { go_mod_parse, go_mod_parse, go_sum_parse,
							go_vendor_parse, go_binary_parse };
	struct package_sink sink = CHECKING_SINK;
	struct err err = { .kind = ERR_NONE };

	if (size < 1)
		return 0;
	size_t which = data[0] % ARRAY_LEN(parsers);
	str all = str_of((const char *)data + 1, size - 1);
	size_t cut = which == 1 ? all.n / 2 : all.n;
	struct file_view sum = file_view_text(STR("go.sum"), str_skip(all, cut));
	struct file_view file = file_view_text(STR("go.mod"), str_take(all, cut));

	file.companion = which == 1 ? &sum : NULL;
	if (parsers[which](&file, &sink, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	return 0;
}
