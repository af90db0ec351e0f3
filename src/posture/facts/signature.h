/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * signature: signatures of an image, read and verified under the policy of the operator:
 *
 *	cosign    simple signing (Sigstore's SIGNATURE_SPEC.md; containers/image,
 *	          docs/containers-signature.5.md) by a key: ECDSA, RSA (PKCS #1 1.5), Ed25519
 *	cosign    Sigstore bundle (protobuf-specs, sigstore_bundle.proto), by a key: a DSSE
 *	          envelope, an in-toto statement of type https://sigstore.dev/cosign/sign/v1
 *	notation  JWS envelope (Notary Project, signature-specification.md and
 *	          signature-envelope-jws.md) by a certificate
 *
 * Everything is foreign text. What is not read, or cannot be verified (COSE envelopes, certificates
 * of Fulcio), is never valid and says why. Revocation is not asked for. The caller has checked the
 * texts against the digests they were named by.
 *
 * Limits: SIGNATURE_MAX_BYTES of one text; JSON 32 deep, 20000 values; SIGNATURE_CHAIN_MAX
 * certificates.
 */
#include "posture/facts/trust.h"

#define SIGNATURE_MAX_BYTES (1u << 20)
#define SIGNATURE_CHAIN_MAX 10u
#define SIGNATURE_TEXT_MAX  300u /* bytes of an identity */

struct image_signature {
	const char *kind; /* "cosign", "notation", "content trust" */
	str identity;	  /* who signed, as far as it is told; empty: not known */
	bool valid;
	str error; /* why not */
};

struct signature_question {
	const struct trust *trust;
	str image;  /* "registry/repository" */
	str digest; /* that must have been signed */
	int64_t now;
};

/* The payload, and the annotations of its layer: the signature in base64, a certificate in PEM. */
void signature_cosign(const struct signature_question *q, str payload, str signature,
		      str certificate, struct arena *arena, struct image_signature *out);
void signature_bundle(const struct signature_question *q, str text, struct arena *arena,
		      struct image_signature *out);
/* `media_type` of the envelope. */
void signature_notation(const struct signature_question *q, str media_type, str text,
			struct arena *arena, struct image_signature *out);

/* ---- what the readers share ---- */

/* A document, bounded as said above. */
int signature_json(str text, struct arena *arena, const struct json **out,
		   struct err *err) MUST_USE;
/* "CN=release,O=Example" (RFC 2253); empty where there is none. */
str signature_subject(X509 *cert, struct arena *arena);
/* Name of the key of the policy that made the signature; empty: none. */
str signature_signer(const struct signature_question *q, str bytes, str signature);
