/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * referrer: documents that are attached to an image: manifests that name it as their subject. Found
 * by the referrers API of the registry, by the fallback tags ("sha256-HEX", cosign's
 * "sha256-HEX.sbom" and ".att"), by the index.json of a layout, and as the attestation that
 * BuildKit puts into the index beside the image.
 *
 * Documents are verified against their digests. Signatures are not: whoever may push to the
 * repository may have attached them.
 *
 * Limits: indexes and manifests MANIFEST_MAX_BYTES, REFERRERS_MAX manifests looked at,
 * ATTACHED_MAX_BYTES of a document.
 */
#include "oci/image.h"

#define STATEMENTS_MAX	    32u /* documents with statements of suppliers, of one image */
#define STATEMENT_MAX_BYTES (8u << 20)
#define REFERRERS_MAX	    64u
#define ATTACHED_MAX_BYTES  (64u << 20)

struct attached {
	str text;	  /* the document as it is stored */
	str media_type;	  /* of it */
	str digest;	  /* of it */
	bool attestation; /* wrapped in a statement that somebody signed, or should have */
};

/*
 * The bill of materials attached to the image: a bare document rather than an attestation,
 * CycloneDX rather than SPDX rather than another; of equals the first by digest. 1: found; 0: none.
 */
int image_attached_sbom(struct image *image, struct arena *arena, struct attached *out,
			struct err *err) MUST_USE;

/*
 * All documents attached to the image that may hold statements of suppliers on flaws (VEX): OpenVEX
 * or CSAF by their media or artifact type, and attestations (DSSE, in-toto, Sigstore bundles; of
 * cosign, of BuildKit, as referrers) whose predicate says so or whose predicate is not told. What
 * is inside decides whoever reads them. Order: as they were found. More than STATEMENTS_MAX, or one
 * larger than STATEMENT_MAX_BYTES: ERR_LIMIT. The number of them.
 */
int image_attached_statements(struct image *image, struct arena *arena, const struct attached **out,
			      struct err *err) MUST_USE;
