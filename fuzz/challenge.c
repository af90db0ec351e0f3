/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/challenge.h"

#include <assert.h>

#include "base/err.h"
#include "net/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = str_of((const char *)data, size);
	struct challenge c = { 0 };
	struct url url;
	struct err err;

	if (challenge_parse(text, arena, &c, &err) == 0 && c.realm.n)
		IGNORE(url_parse(c.realm, arena, &url, &err)); /* any answer will do */
	IGNORE(challenge_read(text, arena, &c, &err));	       /* any answer will do */
	return 0;
}
