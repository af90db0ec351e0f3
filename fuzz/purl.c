/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A package URL that is read can be written, and what was written reads as the same parts and is
 * its own canonical text. The package it stands for has a package URL again.
 */
#include "fmt/purl.h"
#include "must.h"

#include "base/err.h"
#include "fmt/inventory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct purl purl, again;
	struct package package, back;
	struct os_identity os;
	struct err err;
	str text, twice;

	if (purl_parse(str_of((const char *)data, size), arena, &purl, &err) < 0)
		return 0;
	must(purl_build(&purl, arena, &text, &err) == 0);
	if (text.n > PURL_MAX_BYTES)
		return 0;
	must(purl_parse(text, arena, &again, &err) == 0);
	must(str_eq(purl.type, again.type) && str_eq(purl.namespace, again.namespace) &&
	     str_eq(purl.name, again.name) && str_eq(purl.version, again.version) &&
	     str_eq(purl.subpath, again.subpath) && purl.qualifier_count == again.qualifier_count);
	must(purl_build(&again, arena, &twice, &err) == 0 && str_eq(text, twice));
	IGNORE(purl_check(&purl, &err)); /* either answer is right */
	package_from_purl(&purl, arena, &package, &os);
	if (package_purl(&package, &os, arena, &text, &err) < 0 || text.n > PURL_MAX_BYTES)
		return 0;
	must(purl_parse(text, arena, &again, &err) == 0);
	package_from_purl(&again, arena, &back, NULL);
	must(str_eq(package.kind, back.kind));
	return 0;
}
