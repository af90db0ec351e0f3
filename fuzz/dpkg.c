/* SPDX-License-Identifier: Apache-2.0 */
/* First byte: which of the files of dpkg the rest is. */
#include "fmt/system/dpkg.h"

#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		const char *path;
		int (*read)(const struct file_view *file, struct package_sink *sink,
			    struct err *err);
	} files[] = {
		{ "var/lib/dpkg/status", dpkg_status },
		{ "var/lib/dpkg/info/a:b.list", dpkg_files },
		{ "var/lib/dpkg/status.d/a.md5sums", dpkg_files },
		{ "usr/share/doc/a/copyright", dpkg_copyright },
	};
	struct package_sink sink = CHECKING_SINK;
	struct err err = { .kind = ERR_NONE };

	if (size == 0)
		return 0;
	size_t i = data[0] % ARRAY_LEN(files);
	struct file_view view =
		file_view_text(str_c(files[i].path), str_of((const char *)data + 1, size - 1));

	if (files[i].read(&view, &sink, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	return 0;
}
