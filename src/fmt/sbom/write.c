/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/write.h"

#include "base/map.h"
#include "base/sha.h"
#include "fmt/sbom/internal.h"

void sbom_uuid_of(str text, char out[SBOM_UUID_TEXT])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char digest[SHA_BYTES_MAX];
	size_t at = 0;

	(void)sha_of(SHA_KIND_256, text, digest);
	digest[6] = (unsigned char)((digest[6] & 0x0f) | 0x80);
	digest[8] = (unsigned char)((digest[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		out[at++] = hex[digest[i] >> 4];
		out[at++] = hex[digest[i] & 15];
	}
	out[at] = 0;
}

str *sbom_package_refs(const struct inventory *inventory, struct arena *arena)
{
	str *refs = ARENA_ARRAY(arena, str, inventory->package_count);
	struct map seen;

	map_init(&seen, arena);
	for (size_t i = 0; i < inventory->package_count; i++) {
		const struct package *p = &inventory->packages[i];
		str ref = sbom_purl_of_package(p, &inventory->os, arena);

		if (str_empty(ref))
			ref = str_fmt(arena, "%.*s:%.*s@%.*s", STR_ARG(p->kind), STR_ARG(p->name),
				      STR_ARG(p->version));
		if (map_has(&seen, ref))
			ref = str_fmt(arena, "%.*s|%.*s", STR_ARG(ref), STR_ARG(p->path));
		if (map_has(&seen, ref))
			ref = str_fmt(arena, "%.*s|%zu", STR_ARG(ref), i);
		map_put(&seen, ref, NULL);
		refs[i] = ref;
	}
	return refs;
}

static str edge_key(struct arena *arena, str kind, str path, str name_version)
{
	return str_fmt(arena, "%.*s\n%.*s\n%.*s", STR_ARG(kind), STR_ARG(path),
		       STR_ARG(name_version));
}

/* Index + 1 of the package meant, or 0. */
static size_t resolve(const struct map *names, const struct package *p, str wanted,
		      struct arena *arena)
{
	void *found = map_get(names, edge_key(arena, p->kind, p->path, wanted));

	if (!found)
		found = map_get(names, edge_key(arena, p->kind, STR_EMPTY, wanted));
	return (size_t)(uintptr_t)found;
}

void sbom_edges_find(const struct inventory *inventory, struct arena *arena, struct sbom_edges *out)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	size_t n = inventory->package_count;
	struct map names;

	*out = (struct sbom_edges){ .to = ARENA_ARRAY(arena, const size_t *, n),
				    .count = ARENA_ARRAY(arena, size_t, n),
				    .needed = ARENA_ARRAY(arena, bool, n) };
	map_init(&names, scratch);
	for (size_t i = n; i-- > 0;) {
		const struct package *p = &inventory->packages[i];
		str name = str_fmt(scratch, "%.*s@%.*s", STR_ARG(p->name), STR_ARG(p->version));

		map_put(&names, edge_key(scratch, p->kind, p->path, name),
			(void *)(uintptr_t)(i + 1));
		map_put(&names, edge_key(scratch, p->kind, STR_EMPTY, name),
			(void *)(uintptr_t)(i + 1));
	}
	for (size_t i = 0; i < n; i++) {
		const struct package *p = &inventory->packages[i];
		size_t *to = ARENA_ARRAY(arena, size_t, p->depend_count), count = 0;

		for (size_t k = 0; k < p->depend_count; k++) {
			size_t target = resolve(&names, p, p->depends[k], scratch);

			if (target == 0 || target - 1 == i ||
			    (count > 0 && to[count - 1] == target - 1))
				continue;
			to[count++] = target - 1;
			out->needed[target - 1] = true;
		}
		out->to[i] = to;
		out->count[i] = count;
	}
}

str sbom_hash_name(str digest, bool cyclonedx)
{
	static const struct {
		const char *name, *cyclonedx, *spdx;
		size_t digits;
	} hashes[] = {
		{ "md5", "MD5", "MD5", 32 },
		{ "sha1", "SHA-1", "SHA1", 40 },
		{ "sha256", "SHA-256", "SHA256", 64 },
		{ "sha384", "SHA-384", "SHA384", 96 },
		{ "sha512", "SHA-512", "SHA512", 128 },
		{ "sha3-256", "SHA3-256", "SHA3-256", 64 },
		{ "sha3-384", "SHA3-384", "SHA3-384", 96 },
		{ "sha3-512", "SHA3-512", "SHA3-512", 128 },
		{ "blake2b-256", "BLAKE2b-256", "BLAKE2b-256", 64 },
		{ "blake2b-384", "BLAKE2b-384", "BLAKE2b-384", 96 },
		{ "blake2b-512", "BLAKE2b-512", "BLAKE2b-512", 128 },
		{ "sha224", NULL, "SHA224", 56 },
	};
	str name, hex;

	if (!str_cut(digest, ':', &name, &hex))
		return STR_EMPTY;
	for (size_t i = 0; i < hex.n; i++) {
		if (!is_digit(hex.p[i]) &&
		    !(to_lower(hex.p[i]) >= 'a' && to_lower(hex.p[i]) <= 'f'))
			return STR_EMPTY;
	}
	for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
		if (str_eq(name, str_c(hashes[i].name)) && hex.n == hashes[i].digits)
			return str_c(cyclonedx ? hashes[i].cyclonedx : hashes[i].spdx);
	}
	return STR_EMPTY;
}
