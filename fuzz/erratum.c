/* SPDX-License-Identifier: Apache-2.0 */
/* updateinfo.xml, OVAL and the list of Photon OS: import_check.h says what must hold. And
 * repomd.xml. */
#include "advisory/feed/rpm_repository.h"
#include "base/err.h"
#include "import_check.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str location, sha256;
	struct err err = { .kind = ERR_NONE };

	if (repomd_parse(str_of((const char *)data, size), arena, &location, &sha256, &err) == 0) {
		must(location.n > 0 && location.p[0] != '/');
		must(str_find(location, STR("..")) < 0);
		must(sha256.n == 0 || sha256.n == 64);
	} else {
		must(err.kind != ERR_NONE && err.msg[0]);
	}
	return import_check(data, size);
}
