/* SPDX-License-Identifier: Apache-2.0 */
/* An index yields named packages and ends; a Release file has digests or is refused. */
#include "advisory/feed/package_index.h"

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct index_reader reader = { .rest = str_of((const char *)data, size) };
	struct index_package package;
	struct release_file release;
	struct err err;
	uint64_t bytes;
	str digest;

	while (index_next(&reader, &package, &err) > 0) {
		if (str_empty(package.name) || str_empty(package.source) ||
		    str_empty(package.source_version))
			abort();
	}
	if (release_parse(str_of((const char *)data, size), &release, &err) == 0 &&
	    release_digest(&release, STR("main/Packages"), &digest, &bytes) && digest.n != 64)
		abort();
	return 0;
}
