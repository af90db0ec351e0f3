/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the writers share. */
#include "fmt/sbom/sbom.h"

#define SBOM_UUID_BLANK "00000000-0000-0000-0000-000000000000"
#define SBOM_UUID_TEXT	37u

/* A UUID (version 8: of our own making) from the digest of a text. */
void sbom_uuid_of(str text, char out[SBOM_UUID_TEXT]);

/*
 * Names of the packages in the document, each once: the package URL, with the path where several
 * packages have the same one.
 */
str *sbom_package_refs(const struct inventory *inventory, struct arena *arena);

/* Who needs whom: "name@version" resolved within the file, else within the kind. */
struct sbom_edges {
	const size_t **to; /* beside inventory.packages */
	size_t *count;
	bool *needed; /* by another one */
};
void sbom_edges_find(const struct inventory *inventory, struct arena *arena,
		     struct sbom_edges *out);

/*
 * "sha256:<hex>" -> "SHA-256" (CycloneDX) or "SHA256" (SPDX); empty when the format does not know
 * it or the digest has another length.
 */
str sbom_hash_name(str digest, bool cyclonedx);
