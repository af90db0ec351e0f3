/* SPDX-License-Identifier: Apache-2.0 */
/* Files in which other tools keep logins. */
#include "oci/credential.h"

#include <assert.h>

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const str registries[] = { STR_INIT("docker.io"), STR_INIT("quay.io"),
					  STR_INIT("localhost:5000") };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = str_of((const char *)data, size);

	for (size_t i = 0; i < ARRAY_LEN(registries); i++) {
		struct credential c = { 0 };
		str helper, server;
		struct err err;
		int found = credential_from_config(text, registries[i], STR("team/app"), arena, &c,
						   &helper, &server, &err);

		assert(found != 1 || !credential_is_empty(&c));
		assert(found != 1 || str_empty(helper));
	}
	return 0;
}
