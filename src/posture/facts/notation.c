/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of the Notary Project: a JWS envelope in the flattened JSON serialization with exactly
 * one signature. What the specification asks of algorithm, protected headers, expiry, certificates
 * and payload is asked here; of trust policies level "strict" but for revocation and time stamps:
 * certificates must be valid now.
 */
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/err.h"
#include "base/time.h"
#include "policy/encoding.h"
#include "posture/facts/signature.h"

#define ENVELOPE_JWS  "application/jose+json"
#define ENVELOPE_COSE "application/cose"
#define PAYLOAD_TYPE  "application/vnd.cncf.notary.payload.v1+json"
#define SCHEME	      "io.cncf.notary.signingScheme"
#define EXPIRY	      "io.cncf.notary.expiry"
#define CRITICAL_MAX  16u

/* One envelope on its way. */
struct envelope {
	const struct signature_question *q;
	struct arena *arena;
	const struct json *doc, *headers; /* protected */
	struct certificates chain;	  /* the leaf first */
	str payload, signature, text;	  /* text: what was signed */
};

static bool decode(const struct envelope *e, str text, str *out)
{
	struct err ignored; /* the caller says what it was */

	return text.n > 0 && encoding_base64url(text, e->arena, out, &ignored) == 0;
}

/* ---- headers ---- */

static bool is_understood(str name)
{
	return str_eq(name, STR(SCHEME)) || str_eq(name, STR(EXPIRY));
}

/* Empty: they can be obeyed. */
static str headers_misfit(const struct envelope *e)
{
	const struct json *critical = JSON_GET(e->headers, "crit");
	str expiry = json_get_str(e->headers, STR(EXPIRY));
	bool scheme = false;
	int64_t when;

	if (!str_eq(json_get_str(e->headers, STR("cty")), STR(PAYLOAD_TYPE)))
		return STR("its payload is of another type");
	if (!str_eq(json_get_str(e->headers, STR(SCHEME)), STR("notary.x509")))
		return STR("its signing scheme is not verified");
	if (json_len(critical) > CRITICAL_MAX)
		return STR("it has too many critical headers");
	JSON_EACH (critical, name) {
		scheme |= str_eq(json_str(name), STR(SCHEME));
		if (!is_understood(json_str(name)))
			return str_fmt(e->arena, "its critical header %.*s is not understood",
				       STR_ARG(str_take(json_str(name), SIGNATURE_TEXT_MAX)));
	}
	if (!scheme)
		return STR("its signing scheme is not marked as critical");
	if (!JSON_GET(e->headers, "io.cncf.notary.expiry"))
		return STR_EMPTY;
	if (!time_parse(expiry, &when))
		return STR("its expiry is no time");
	return e->q->now < when ? STR_EMPTY
				: str_fmt(e->arena, "it expired at %.*s", STR_ARG(expiry));
}

/* ---- certificates ---- */

static str read_chain(struct envelope *e)
{
	const struct json *list = JSON_GET(JSON_GET(e->doc, "header"), "x5c");

	if (json_len(list) == 0)
		return STR("it has no certificate");
	if (json_len(list) > SIGNATURE_CHAIN_MAX)
		return str_fmt(e->arena, "more than %u certificates", SIGNATURE_CHAIN_MAX);
	e->chain.items = ARENA_ARRAY(e->arena, X509 *, json_len(list));
	JSON_EACH (list, item) {
		struct certificates one = { 0 };
		struct err why;

		if (certificates_read(json_str(item), e->arena, &one, &why) < 0 || one.n != 1) {
			certificates_done(&one);
			return STR("a certificate of it cannot be read");
		}
		X509_up_ref(one.items[0]);
		e->chain.items[e->chain.n++] = one.items[0];
		certificates_done(&one);
	}
	return STR_EMPTY;
}

/* Of the certificate that signs: no authority, for signatures, and for code where it says so. */
static str leaf_misfit(X509 *leaf)
{
	uint32_t flags = X509_get_extension_flags(leaf), usage = X509_get_key_usage(leaf);
	uint32_t wrong = XKU_SSL_SERVER | XKU_SMIME | XKU_TIMESTAMP | XKU_OCSP_SIGN | XKU_ANYEKU;

	if (flags & EXFLAG_CA)
		return STR("its certificate is that of an authority");
	if (!(flags & EXFLAG_KUSAGE) || !(usage & KU_DIGITAL_SIGNATURE))
		return STR("its certificate is not for signatures");
	if (!(flags & EXFLAG_XKUSAGE))
		return STR_EMPTY;
	usage = X509_get_extended_key_usage(leaf);
	return (usage & XKU_CODE_SIGN) && !(usage & wrong)
		       ? STR_EMPTY
		       : STR("its certificate is not for signing code");
}

/* The chain, from one certificate of the policy. */
static bool leads_to(const struct envelope *e, X509 *anchor)
{
	X509 *items[SIGNATURE_CHAIN_MAX + 1];
	struct certificates chain = { .items = items };
	const struct certificate_question question = { .now = e->q->now,
						       .usages = { NID_code_sign },
						       .usage_n = 1 };

	items[chain.n++] = anchor;
	for (size_t i = e->chain.n; i > 0; i--)
		items[chain.n++] = e->chain.items[i - 1];
	return certificates_verify(&chain, &question);
}

static str chain_misfit(const struct envelope *e, str subject)
{
	str why = STR("the policy names no certificate for this image");

	for (size_t i = 0; i < e->q->trust->n; i++) {
		const struct trust_entry *entry = &e->q->trust->entries[i];
		bool leads = false;

		if (!entry->anchor || !trust_entry_is_for(entry, e->q->image))
			continue;
		for (size_t k = 0; k < entry->certificates.n && !leads; k++)
			leads = leads_to(e, entry->certificates.items[k]);
		if (leads && trust_entry_knows(entry, subject))
			return STR_EMPTY;
		why = leads ? STR("the policy does not name who signed it")
			    : STR("its certificate leads to none of the policy, or is not valid now");
	}
	return why;
}

/* ---- signature and payload ---- */

/* The key decides on the algorithm. */
static const char *algorithm_of(EVP_PKEY *key)
{
	static const struct {
		int type, bits;
		const char *name;
	} known[] = {
		{ EVP_PKEY_RSA, 2048, "PS256" }, { EVP_PKEY_RSA, 3072, "PS384" },
		{ EVP_PKEY_RSA, 4096, "PS512" }, { EVP_PKEY_EC, 256, "ES256" },
		{ EVP_PKEY_EC, 384, "ES384" },	 { EVP_PKEY_EC, 521, "ES512" },
	};

	for (size_t i = 0; key && i < ARRAY_LEN(known); i++) {
		if (EVP_PKEY_get_base_id(key) == known[i].type &&
		    EVP_PKEY_get_bits(key) == known[i].bits)
			return known[i].name;
	}
	return NULL;
}

static str signature_misfit(const struct envelope *e)
{
	EVP_PKEY *pkey = X509_get0_pubkey(e->chain.items[0]);
	const char *name = algorithm_of(pkey);
	const struct key key = { .pkey = pkey };

	if (!name || !str_eq(json_get_str(e->headers, STR("alg")), str_c(name)))
		return STR("its algorithm is not that of its key");
	bool ok = key_verify(key_algorithm_find(str_c(name)), &key, e->text, e->signature);
	ERR_clear_error();
	return ok ? STR_EMPTY : STR("its signature is wrong");
}

static str payload_misfit(const struct envelope *e)
{
	const struct json *doc;
	struct err why;

	if (signature_json(e->payload, e->arena, &doc, &why) < 0)
		return str_fmt(e->arena, "its payload cannot be read: %s", why.msg);
	return str_eq(json_get_str(JSON_GET(doc, "targetArtifact"), STR("digest")), e->q->digest)
		       ? STR_EMPTY
		       : STR("its payload is about another digest");
}

/* ---- the envelope ---- */

static str read_envelope(struct envelope *e, str text)
{
	str body, head, sign, headers;
	struct err why;

	if (signature_json(text, e->arena, &e->doc, &why) < 0)
		return str_fmt(e->arena, "its envelope cannot be read: %s", why.msg);
	body = json_get_str(e->doc, STR("payload"));
	head = json_get_str(e->doc, STR("protected"));
	sign = json_get_str(e->doc, STR("signature"));
	if (!decode(e, body, &e->payload) || !decode(e, head, &headers) ||
	    !decode(e, sign, &e->signature))
		return STR("its envelope is no JWS with one signature");
	if (signature_json(headers, e->arena, &e->headers, &why) < 0)
		return str_fmt(e->arena, "its protected headers cannot be read: %s", why.msg);
	e->text = str_fmt(e->arena, "%.*s.", STR_ARG(head));
	e->text = str_cat(e->arena, e->text, body);
	return STR_EMPTY;
}

static str judge(struct envelope *e, str text, str *identity)
{
	str why = read_envelope(e, text);

	if (why.n == 0)
		why = read_chain(e);
	if (why.n > 0)
		return why;
	str subject = signature_subject(e->chain.items[0], e->arena);
	*identity = str_take(subject, SIGNATURE_TEXT_MAX);
	why = signature_misfit(e);
	if (why.n == 0)
		why = payload_misfit(e);
	if (why.n == 0)
		why = headers_misfit(e);
	if (why.n == 0)
		why = leaf_misfit(e->chain.items[0]);
	return why.n == 0 ? chain_misfit(e, subject) : why;
}

void signature_notation(const struct signature_question *q, str media_type, str text,
			struct arena *arena, struct image_signature *out)
{
	struct envelope e = { .q = q, .arena = arena };

	*out = (struct image_signature){ .kind = "notation" };
	if (str_eq(media_type, STR(ENVELOPE_COSE))) {
		out->error = STR("COSE envelopes are not verified");
		return;
	}
	if (!str_eq(media_type, STR(ENVELOPE_JWS))) {
		out->error = STR("its envelope is of a type that is not verified");
		return;
	}
	out->error = judge(&e, text, &out->identity);
	out->valid = out->error.n == 0;
	for (size_t i = 0; i < e.chain.n; i++)
		X509_free(e.chain.items[i]);
	ERR_clear_error();
}
