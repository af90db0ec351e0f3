/* SPDX-License-Identifier: Apache-2.0 */
/* What is accepted has the parts it needs, keeps no login, and reads back as itself. */
#include "net/url.h"

#include <assert.h>

#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct url *url, struct arena *arena)
{
	struct url again;
	struct err err;

	assert(str_eq(url->scheme, STR("http")) || str_eq(url->scheme, STR("https")));
	assert(url->host.n && url->port < 65536);
	assert(url_parse(url->text, arena, &again, &err) == 0);
	assert(str_empty(again.user) && str_empty(again.password));
	assert(url_same_origin(url, &again));
	(void)url_is_loopback(url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text = str_of((const char *)data, size);
	struct url base, url;
	struct err err;

	if (url_parse(STR("https://registry.example/v2/a/blobs/x?y=1"), arena, &base, &err) < 0)
		abort();
	if (url_parse(text, arena, &url, &err) == 0)
		check(&url, arena);
	if (url_resolve(&base, text, arena, &url, &err) == 0)
		check(&url, arena);
	(void)host_is_loopback(text);
	return 0;
}
