/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * signature_search: the signatures that lie beside an image in its repository: cosign's tag
 * "sha256-HEX.sig", and what the referrers API or its fallback tag "sha256-HEX" lists (OCI
 * distribution specification 1.1) of signatures of cosign (artifact types
 * application/vnd.dev.cosign.artifact.sig.v1+json, application/vnd.dev.sigstore.bundle*) and
 * Notation (application/vnd.cncf.notary.signature).
 *
 * Whoever may push there may add to it: SIGNATURES_MAX of them are read, each SIGNATURE_MAX_BYTES,
 * SIGNATURE_MANIFESTS_MAX manifests of SIGNATURE_MANIFEST_BYTES. What goes beyond, and what is
 * malformed, is told as a signature that is not valid. A question that the registry does not answer
 * fails the search unless something valid was found.
 */
#include "oci/image_internal.h"
#include "posture/facts/signature.h"

#define SIGNATURES_MAX		 32u
#define SIGNATURE_MANIFESTS_MAX	 16u
#define SIGNATURE_MANIFEST_BYTES (1u << 20)

struct signature_list {
	struct image_signature *items;
	size_t n, cap;
	bool valid; /* one of them is */
};

/* `ops` and `store` of a repository (oci/registry.h). Adds to `out`, which lives in `arena`. */
int signature_search(const struct blob_ops *ops, void *store, const struct signature_question *q,
		     struct arena *arena, struct signature_list *out, struct err *err) MUST_USE;
void signature_list_add(struct signature_list *list, const struct image_signature *signature,
			struct arena *arena);
