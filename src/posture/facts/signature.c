/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/signature.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/base64.h"
#include "base/err.h"

#define COSIGN_TYPE    "cosign container image signature"
#define STATEMENT_TYPE "application/vnd.in-toto+json"
#define SIGN_PREDICATE "https://sigstore.dev/cosign/sign/v1"
#define SIGNERS_MAX    16u /* signatures of one envelope */
#define SUBJECTS_MAX   64u

AUTO_PTR(BIO_free, BIO);
AUTO_PTR(EVP_MD_CTX_free, EVP_MD_CTX);
AUTO_PTR(GENERAL_NAMES_free, GENERAL_NAMES);

int signature_json(str text, struct arena *arena, const struct json **out, struct err *err)
{
	const struct json_opts opts = { .max_depth = 32, .max_values = 20000 };

	if (text.n > SIGNATURE_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "more than %u bytes", SIGNATURE_MAX_BYTES);
	return json_parse(text, &opts, arena, out, err);
}

/* ---- keys ---- */

static bool is_made_by(EVP_PKEY *key, str bytes, str signature)
{
	AUTO(EVP_MD_CTX_free)
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool pure = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
	bool ok = md && signature.n > 0 && bytes.n > 0 &&
		  EVP_DigestVerifyInit_ex(md, NULL, pure ? NULL : "SHA256", NULL, NULL, key,
					  NULL) == 1 &&
		  EVP_DigestVerify(md, (const unsigned char *)signature.p, signature.n,
				   (const unsigned char *)bytes.p, bytes.n) == 1;

	ERR_clear_error();
	return ok;
}

str signature_signer(const struct signature_question *q, str bytes, str signature)
{
	for (size_t i = 0; i < q->trust->n; i++) {
		const struct trust_entry *entry = &q->trust->entries[i];

		for (size_t k = 0; !entry->anchor && k < entry->keys.n; k++) {
			if (trust_entry_is_for(entry, q->image) &&
			    is_made_by(entry->keys.items[k].pkey, bytes, signature))
				return entry->name;
		}
	}
	return STR_EMPTY;
}

/* Why no key fits. */
static str no_key(const struct signature_question *q, bool certified)
{
	if (certified)
		return STR("made with a certificate; only keys of the policy are verified");
	for (size_t i = 0; i < q->trust->n; i++) {
		const struct trust_entry *entry = &q->trust->entries[i];

		if (!entry->anchor && trust_entry_is_for(entry, q->image))
			return STR("no key of the policy made it");
	}
	return STR("the policy names no key for this image");
}

/* ---- certificates ---- */

static str asn1_text(const ASN1_STRING *s, struct arena *arena)
{
	int n = s ? ASN1_STRING_length(s) : 0;

	return n > 0 ? str_dup(arena,
			       str_take(str_of((const char *)ASN1_STRING_get0_data(s), (size_t)n),
					SIGNATURE_TEXT_MAX))
		     : STR_EMPTY;
}

static str alternative_name(X509 *cert, struct arena *arena)
{
	AUTO(GENERAL_NAMES_free)
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; names && i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type == GEN_EMAIL)
			return asn1_text(name->d.rfc822Name, arena);
		if (name->type == GEN_URI)
			return asn1_text(name->d.uniformResourceIdentifier, arena);
	}
	return STR_EMPTY;
}

str signature_subject(X509 *cert, struct arena *arena)
{
	AUTO(BIO_free)
	BIO *bio = BIO_new(BIO_s_mem());
	char *p = NULL;

	if (!bio || X509_NAME_print_ex(bio, X509_get_subject_name(cert), 0, XN_FLAG_RFC2253) < 0)
		return STR_EMPTY;
	long n = BIO_get_mem_data(bio, &p);
	return n > 0 ? str_dup(arena, str_of(p, (size_t)n)) : STR_EMPTY;
}

/* Fulcio names people and workflows in an extension. */
static str signer_of(X509 *cert, struct arena *arena)
{
	str name = alternative_name(cert, arena);

	return name.n > 0 ? name : str_take(signature_subject(cert, arena), SIGNATURE_TEXT_MAX);
}

static str subject_of_pem(str text, struct arena *arena)
{
	struct certificates certs = { 0 };
	struct err ignored; /* then nobody is named */
	str subject = STR_EMPTY;

	if (certificates_read(text, arena, &certs, &ignored) == 0 && certs.n > 0)
		subject = signer_of(certs.items[0], arena);
	certificates_done(&certs);
	return subject;
}

/* ---- simple signing ---- */

/* Empty: the payload is about the image. */
static str payload_misfit(const struct signature_question *q, str payload, struct arena *arena)
{
	const struct json *doc;
	struct err why;

	if (signature_json(payload, arena, &doc, &why) < 0)
		return str_fmt(arena, "its payload cannot be read: %s", why.msg);
	const struct json *critical = JSON_GET(doc, "critical");
	if (!str_eq(json_get_str(critical, STR("type")), STR(COSIGN_TYPE)))
		return STR("its payload is no signature of an image");
	if (!str_eq(json_get_str(JSON_GET(critical, "image"), STR("docker-manifest-digest")),
		    q->digest))
		return STR("its payload is about another digest");
	return STR_EMPTY;
}

void signature_cosign(const struct signature_question *q, str payload, str signature,
		      str certificate, struct arena *arena, struct image_signature *out)
{
	str bytes = STR_EMPTY;

	*out = (struct image_signature){ .kind = "cosign" };
	if (certificate.n > 0)
		out->identity = subject_of_pem(str_take(certificate, SIGNATURE_MAX_BYTES), arena);
	if (signature.n == 0 || signature.n > SIGNATURE_MAX_BYTES ||
	    !base64_decode(arena, signature, &bytes)) {
		out->error = STR("it has no signature in base64");
		return;
	}
	out->error = payload_misfit(q, payload, arena);
	if (out->error.n > 0)
		return;
	str signer = signature_signer(q, payload, bytes);
	out->valid = signer.n > 0;
	if (out->valid)
		out->identity = signer;
	else
		out->error = no_key(q, certificate.n > 0);
}

/* ---- bundles ---- */

/* DSSE, protocol.md: the bytes that are signed. */
static str authenticated(str type, str body, struct arena *arena)
{
	str head = str_fmt(arena, "DSSEv1 %zu %.*s %zu ", type.n, STR_ARG(type), body.n);

	return str_cat(arena, head, body);
}

static str statement_misfit(const struct signature_question *q, str body, struct arena *arena)
{
	const struct json *doc;
	struct err why;
	str algorithm, hex;
	size_t n = 0;

	if (signature_json(body, arena, &doc, &why) < 0)
		return str_fmt(arena, "its statement cannot be read: %s", why.msg);
	str predicate = json_get_str(doc, STR("predicateType"));
	if (!str_eq(predicate, STR(SIGN_PREDICATE)))
		return str_fmt(arena, "it is a statement of type %.*s, no signature",
			       STR_ARG(str_take(predicate, SIGNATURE_TEXT_MAX)));
	if (!str_cut(q->digest, ':', &algorithm, &hex))
		return STR("the digest of the image is malformed");
	JSON_EACH (JSON_GET(doc, "subject"), subject) {
		if (n++ < SUBJECTS_MAX &&
		    str_eq(json_get_str(JSON_GET(subject, "digest"), algorithm), hex))
			return STR_EMPTY;
	}
	return STR("its statement is about another digest");
}

static str bundle_certificate(const struct json *doc, struct arena *arena)
{
	const struct json *material = JSON_GET(doc, "verificationMaterial");
	const struct json *chain =
		JSON_GET(JSON_GET(material, "x509CertificateChain"), "certificates");
	str text = json_get_str(JSON_GET(material, "certificate"), STR("rawBytes"));

	if (text.n == 0)
		text = json_get_str(json_at(chain, 0), STR("rawBytes"));
	return text.n > 0 ? subject_of_pem(text, arena) : STR_EMPTY;
}

/* Empty: somebody of the policy signed it. */
static str envelope_misfit(const struct signature_question *q, const struct json *envelope,
			   str *signer, struct arena *arena)
{
	str type = json_get_str(envelope, STR("payloadType")), body, bytes;
	size_t n = 0;

	if (!str_eq(type, STR(STATEMENT_TYPE)))
		return STR("its payload is no in-toto statement");
	if (!base64_decode(arena, json_get_str(envelope, STR("payload")), &body))
		return STR("its payload is no base64");
	str why = statement_misfit(q, body, arena);
	if (why.n > 0)
		return why;
	str text = authenticated(type, body, arena);
	JSON_EACH (JSON_GET(envelope, "signatures"), item) {
		if (n++ == SIGNERS_MAX)
			return str_fmt(arena, "more than %u signatures", SIGNERS_MAX);
		if (!base64_decode(arena, json_get_str(item, STR("sig")), &bytes))
			continue;
		*signer = signature_signer(q, text, bytes);
		if (signer->n > 0)
			return STR_EMPTY;
	}
	return n == 0 ? STR("nobody signed it") : no_key(q, false);
}

void signature_bundle(const struct signature_question *q, str text, struct arena *arena,
		      struct image_signature *out)
{
	const struct json *doc, *envelope;
	struct err why;
	str signer = STR_EMPTY;

	*out = (struct image_signature){ .kind = "cosign" };
	if (signature_json(text, arena, &doc, &why) < 0) {
		out->error = str_fmt(arena, "its bundle cannot be read: %s", why.msg);
		return;
	}
	out->identity = bundle_certificate(doc, arena);
	envelope = JSON_GET(doc, "dsseEnvelope");
	if (!envelope) {
		out->error = STR("a bundle without an envelope is not verified");
		return;
	}
	out->error = envelope_misfit(q, envelope, &signer, arena);
	out->valid = signer.n > 0 && out->error.n == 0;
	if (out->valid)
		out->identity = signer;
	else if (out->identity.n > 0 && str_eq(out->error, no_key(q, false)))
		out->error = no_key(q, true);
}
