/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/signature.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>

#include "base/base64.h"
#include "oci/digest.h"
#include "policy/encoding.h"
#include "posture/facts/content_trust.h"
#include "posture/facts/registry.h"
#include "posture/facts/signature_search.h"
#include "server.h"
#include "test.h"

#define DIGEST "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define OTHER  "sha256:2222222222222222222222222222222222222222222222222222222222222222"
#define NOW    1800000000

/* A maker of signatures, and a policy that knows it. */
struct maker {
	struct arena *arena;
	EVP_PKEY *key;
	X509 *cert;
	struct key keys[1];
	X509 *certs[1];
	struct trust_entry entries[2];
	struct trust trust;
	struct signature_question q;
};

static X509 *certify(EVP_PKEY *key, const char *name, bool authority, const char *usages, X509 *by,
		     EVP_PKEY *by_key)
{
	X509 *cert = X509_new();
	X509_NAME *subject = X509_get_subject_name(cert);
	static const struct {
		int nid;
		const char *text;
	} plain[] = { { NID_key_usage, "critical,digitalSignature" },
		      { NID_key_usage, "critical,keyCertSign" } };
	X509V3_CTX ctx;

	X509_set_version(cert, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), authority ? 1 : 2);
	ASN1_TIME_set(X509_getm_notBefore(cert), NOW - 1000);
	ASN1_TIME_set(X509_getm_notAfter(cert), NOW + 1000);
	X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_ASC, (const unsigned char *)"Example", -1,
				   -1, 0);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1,
				   0);
	X509_set_issuer_name(cert, by ? X509_get_subject_name(by) : subject);
	X509_set_pubkey(cert, key);
	X509V3_set_ctx(&ctx, by ? by : cert, cert, NULL, NULL, 0);
	X509_EXTENSION *list[] = {
		X509V3_EXT_conf_nid(NULL, &ctx, NID_basic_constraints,
				    authority ? "critical,CA:TRUE" : "critical,CA:FALSE"),
		X509V3_EXT_conf_nid(NULL, &ctx, plain[authority].nid, plain[authority].text),
		usages ? X509V3_EXT_conf_nid(NULL, &ctx, NID_ext_key_usage, usages) : NULL,
	};
	for (size_t i = 0; i < ARRAY_LEN(list); i++) {
		if (list[i])
			X509_add_ext(cert, list[i], -1);
		X509_EXTENSION_free(list[i]);
	}
	CHECK(X509_sign(cert, by_key ? by_key : key, EVP_sha256()) > 0);
	return cert;
}

static void maker_init(struct maker *m, struct arena *arena)
{
	*m = (struct maker){ .arena = arena, .key = EVP_EC_gen("P-256") };
	m->cert = certify(m->key, "release", false, "codeSigning", NULL, NULL);
	m->keys[0].pkey = m->key;
	m->certs[0] = m->cert;
	m->entries[0] = (struct trust_entry){ .name = STR("release.pub"),
					      .keys = { .items = m->keys, .n = 1 } };
	m->entries[1] = (struct trust_entry){ .name = STR("ca.pem"),
					      .anchor = true,
					      .certificates = { .items = m->certs, .n = 1 } };
	m->trust = (struct trust){
		.configured = true, .entries = m->entries, .n = 2, .content_trust = true
	};
	m->q = (struct signature_question){ .trust = &m->trust,
					    .image = STR("registry.example.com/shop/app"),
					    .digest = STR(DIGEST),
					    .now = NOW };
}

static void maker_done(struct maker *m)
{
	EVP_PKEY_free(m->key);
	X509_free(m->cert);
}

/* As OpenSSL writes it. */
static str sign_der(struct maker *m, EVP_PKEY *key, str text)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	size_t n = 0;
	char *bytes;

	CHECK(EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) == 1);
	CHECK(EVP_DigestSign(md, NULL, &n, (const unsigned char *)text.p, text.n) == 1);
	bytes = arena_bytes(m->arena, n);
	CHECK(EVP_DigestSign(md, (unsigned char *)bytes, &n, (const unsigned char *)text.p,
			     text.n) == 1);
	EVP_MD_CTX_free(md);
	return base64_encode(m->arena, str_of(bytes, n));
}

/* As JWS has it. */
static str sign_raw(struct maker *m, EVP_PKEY *key, str text)
{
	const struct key with = { .pkey = key };
	struct err err;
	str out;

	CHECK_OK(key_sign(key_algorithm_find(STR("ES256")), &with, text, m->arena, &out, &err));
	return out;
}

static str payload_of(struct maker *m, const char *digest)
{
	return str_fmt(m->arena,
		       "{\"critical\":{\"identity\":{\"docker-reference\":\"x\"},\"image\":{"
		       "\"docker-manifest-digest\":\"%s\"},\"type\":\"cosign container image "
		       "signature\"},\"optional\":null}",
		       digest);
}

/* ---- cosign ---- */

TEST(cosign_by_a_key_of_the_policy)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct image_signature s;
	struct maker m;

	maker_init(&m, arena);
	str payload = payload_of(&m, DIGEST), signature = sign_der(&m, m.key, payload);
	signature_cosign(&m.q, payload, signature, STR_EMPTY, arena, &s);
	CHECK_STRV(s.error, "");
	CHECK(s.valid);
	CHECK_STRV(s.identity, "release.pub");
	maker_done(&m);
}

TEST(cosign_that_is_not_valid)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct image_signature s;
	struct maker m;
	EVP_PKEY *stranger = EVP_EC_gen("P-256");
	static const str elsewhere[] = { STR_INIT("registry.example.com/other/*") };

	maker_init(&m, arena);
	str payload = payload_of(&m, DIGEST), signature = sign_der(&m, m.key, payload);
	str other = payload_of(&m, OTHER);

	signature_cosign(&m.q, other, sign_der(&m, m.key, other), STR_EMPTY, arena, &s);
	CHECK(!s.valid);
	CHECK_STRV(s.error, "its payload is about another digest");
	signature_cosign(&m.q, str_cat(arena, payload, STR(" ")), signature, STR_EMPTY, arena, &s);
	CHECK(!s.valid);
	CHECK_STRV(s.error, "no key of the policy made it");
	signature_cosign(&m.q, payload, sign_der(&m, stranger, payload), STR_EMPTY, arena, &s);
	CHECK(!s.valid);
	signature_cosign(&m.q, payload, STR("@@@@"), STR_EMPTY, arena, &s);
	CHECK_STRV(s.error, "it has no signature in base64");
	signature_cosign(&m.q, payload, STR_EMPTY, STR_EMPTY, arena, &s);
	CHECK(!s.valid);
	signature_cosign(&m.q, STR("{\"critical\":"), signature, STR_EMPTY, arena, &s);
	CHECK(!s.valid && s.error.n > 0);
	m.entries[0].images = elsewhere;
	m.entries[0].image_n = 1;
	signature_cosign(&m.q, payload, signature, STR_EMPTY, arena, &s);
	CHECK(!s.valid);
	CHECK_STRV(s.error, "the policy names no key for this image");
	EVP_PKEY_free(stranger);
	maker_done(&m);
}

static str bundle_of(struct maker *m, const char *predicate, const char *hex)
{
	str body =
		str_fmt(m->arena,
			"{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"%s\","
			"\"subject\":[{\"digest\":{\"sha256\":\"%s\"}}],\"predicate\":{}}",
			predicate, hex);
	str text = str_fmt(m->arena, "DSSEv1 28 application/vnd.in-toto+json %zu %.*s", body.n,
			   STR_ARG(body));

	return str_fmt(
		m->arena,
		"{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\","
		"\"verificationMaterial\":{\"publicKey\":{\"hint\":\"x\"}},\"dsseEnvelope\":{"
		"\"payload\":\"%.*s\",\"payloadType\":\"application/vnd.in-toto+json\","
		"\"signatures\":[{\"sig\":\"%.*s\"}]}}",
		STR_ARG(base64_encode(m->arena, body)), STR_ARG(sign_der(m, m->key, text)));
}

TEST(bundles_of_cosign)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct image_signature s;
	struct maker m;
	static const char sign[] = "https://sigstore.dev/cosign/sign/v1";

	maker_init(&m, arena);
	signature_bundle(&m.q, bundle_of(&m, sign, &DIGEST[7]), arena, &s);
	CHECK_STRV(s.error, "");
	CHECK(s.valid);
	signature_bundle(&m.q, bundle_of(&m, sign, &OTHER[7]), arena, &s);
	CHECK(!s.valid);
	CHECK_STRV(s.error, "its statement is about another digest");
	signature_bundle(&m.q, bundle_of(&m, "https://slsa.dev/provenance/v1", &DIGEST[7]), arena,
			 &s);
	CHECK(!s.valid);
	CHECK_STRV(s.error,
		   "it is a statement of type https://slsa.dev/provenance/v1, no signature");
	m.trust.n = 0;
	signature_bundle(&m.q, bundle_of(&m, sign, &DIGEST[7]), arena, &s);
	CHECK_STRV(s.error, "the policy names no key for this image");
	signature_bundle(&m.q, STR("{}"), arena, &s);
	CHECK(!s.valid);
	maker_done(&m);
}

/* ---- Notation ---- */

struct wish {
	const char *digest, *headers; /* members of the protected headers */
	EVP_PKEY *key;
	X509 *chain[3]; /* the leaf first */
};

#define HEADERS                                                                             \
	"\"alg\":\"ES256\",\"crit\":[\"io.cncf.notary.signingScheme\"],\"cty\":"            \
	"\"application/vnd.cncf.notary.payload.v1+json\",\"io.cncf.notary.signingScheme\":" \
	"\"notary.x509\",\"io.cncf.notary.signingTime\":\"2026-11-22T00:00:00Z\""

static str url64(struct maker *m, str bytes)
{
	return encoding_base64_write(bytes, true, false, m->arena);
}

static str envelope_of(struct maker *m, const struct wish *wish)
{
	str payload = url64(m, str_fmt(m->arena,
				       "{\"targetArtifact\":{\"mediaType\":\"x\",\"digest\":\"%s\","
				       "\"size\":7}}",
				       wish->digest ? wish->digest : DIGEST));
	str head = url64(m, str_fmt(m->arena, "{%s}", wish->headers ? wish->headers : HEADERS));
	str text = str_fmt(m->arena, "%.*s.%.*s", STR_ARG(head), STR_ARG(payload));
	str certs = STR_EMPTY;

	for (size_t i = 0; i < ARRAY_LEN(wish->chain) && wish->chain[i]; i++) {
		unsigned char *der = NULL;
		int n = i2d_X509(wish->chain[i], &der);

		certs = str_fmt(
			m->arena, "%.*s%s\"%.*s\"", STR_ARG(certs), i ? "," : "",
			STR_ARG(base64_encode(m->arena, str_of((const char *)der, (size_t)n))));
		OPENSSL_free(der);
	}
	return str_fmt(m->arena,
		       "{\"payload\":\"%.*s\",\"protected\":\"%.*s\",\"header\":{\"x5c\":[%.*s]},"
		       "\"signature\":\"%.*s\"}",
		       STR_ARG(payload), STR_ARG(head), STR_ARG(certs),
		       STR_ARG(url64(m, sign_raw(m, wish->key ? wish->key : m->key, text))));
}

static struct image_signature notation(struct maker *m, const struct wish *wish)
{
	struct image_signature s;

	signature_notation(&m->q, STR("application/jose+json"), envelope_of(m, wish), m->arena, &s);
	CHECK(s.valid == (s.error.n == 0));
	return s;
}

TEST(notation_by_a_certificate_of_the_policy)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct image_signature s;
	struct maker m;

	maker_init(&m, arena);
	s = notation(&m, &(struct wish){ .chain = { m.cert } });
	CHECK_STRV(s.error, "");
	CHECK_STRV(s.identity, "CN=release,O=Example");
	maker_done(&m);
}

TEST(notation_that_is_not_valid)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	EVP_PKEY *stranger = EVP_EC_gen("P-256"), *large = EVP_EC_gen("P-384");
	struct image_signature s;
	struct maker m;

	maker_init(&m, arena);
#define SAYS(text, ...)                                  \
	s = notation(&m, &(struct wish){ __VA_ARGS__ }); \
	CHECK_STRV(s.error, text)
	SAYS("its payload is about another digest", .digest = OTHER, .chain = { m.cert });
	SAYS("its signature is wrong", .key = stranger, .chain = { m.cert });
	SAYS("it has no certificate", .chain = { NULL });
	SAYS("its algorithm is not that of its key",
	     .headers = "\"alg\":\"HS256\",\"cty\":\"application/vnd.cncf.notary.payload.v1+json\"",
	     .chain = { m.cert });
	SAYS("its critical header own.thing is not understood",
	     .headers =
		     "\"alg\":\"ES256\",\"crit\":[\"io.cncf.notary.signingScheme\",\"own.thing\"],"
		     "\"cty\":\"application/vnd.cncf.notary.payload.v1+json\","
		     "\"io.cncf.notary.signingScheme\":\"notary.x509\"",
	     .chain = { m.cert });
	SAYS("it expired at 2020-01-01T00:00:00Z",
	     .headers = HEADERS ",\"io.cncf.notary.expiry\":\"2020-01-01T00:00:00Z\"",
	     .chain = { m.cert });
	SAYS("its signing scheme is not verified",
	     .headers = "\"alg\":\"ES256\",\"cty\":\"application/vnd.cncf.notary.payload.v1+json\","
			"\"io.cncf.notary.signingScheme\":\"notary.x509.signingAuthority\"",
	     .chain = { m.cert });
	SAYS("its signing scheme is not marked as critical",
	     .headers = "\"alg\":\"ES256\",\"cty\":\"application/vnd.cncf.notary.payload.v1+json\","
			"\"io.cncf.notary.signingScheme\":\"notary.x509\"",
	     .chain = { m.cert });
	X509 *foreign = certify(stranger, "release", false, "codeSigning", NULL, NULL);
	SAYS("its certificate leads to none of the policy, or is not valid now", .key = stranger,
	     .chain = { foreign, m.cert });
	X509 *server = certify(stranger, "www", false, "serverAuth", NULL, NULL);
	SAYS("its certificate is not for signing code", .key = stranger, .chain = { server });
	X509 *authority = certify(stranger, "ca", true, NULL, NULL, NULL);
	SAYS("its certificate is that of an authority", .key = stranger, .chain = { authority });
	m.q.now = NOW + 5000;
	SAYS("its certificate leads to none of the policy, or is not valid now",
	     .chain = { m.cert });
	m.q.now = NOW;
	signature_notation(&m.q, STR("application/cose"), STR("x"), arena, &s);
	CHECK(!s.valid);
	CHECK_STRV(s.error, "COSE envelopes are not verified");
	X509_free(foreign);
	X509_free(server);
	X509_free(authority);
	EVP_PKEY_free(stranger);
	EVP_PKEY_free(large);
	maker_done(&m);
}

TEST(notation_by_a_chain_and_by_name)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	EVP_PKEY *root_key = EVP_EC_gen("P-256"), *between_key = EVP_EC_gen("P-256");
	X509 *root = certify(root_key, "root", true, NULL, NULL, NULL);
	X509 *between = certify(between_key, "between", true, NULL, root, root_key);
	static const str right[] = { STR_INIT("CN=nobody"),
				     STR_INIT("x509.subject: O=Example, CN=release") };
	static const str wrong[] = { STR_INIT("CN=release, O=Other") };
	struct image_signature s;
	struct maker m;

	maker_init(&m, arena);
	X509 *leaf = certify(m.key, "release", false, NULL, between, between_key);
	m.certs[0] = root;
	SAYS("", .chain = { leaf, between, root });
	SAYS("", .chain = { leaf, between });
	SAYS("its certificate leads to none of the policy, or is not valid now", .chain = { leaf });
	m.entries[1].identities = right;
	m.entries[1].identity_n = 2;
	SAYS("", .chain = { leaf, between });
	m.entries[1].identities = wrong;
	m.entries[1].identity_n = 1;
	SAYS("the policy does not name who signed it", .chain = { leaf, between });
	X509_free(leaf);
	X509_free(between);
	X509_free(root);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(between_key);
	maker_done(&m);
}

/* ---- Docker Content Trust ---- */

static str spki(struct maker *m, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);
	str text = base64_encode(m->arena, str_of((const char *)der, (size_t)n));

	OPENSSL_free(der);
	return text;
}

static str metadata(struct maker *m, EVP_PKEY *key, str body)
{
	return str_fmt(
		m->arena,
		"{\"signed\":%.*s,\"signatures\":[{\"keyid\":\"k\",\"method\":\"ecdsa\",\"sig\":"
		"\"%.*s\"},{\"keyid\":\"k\",\"method\":\"ecdsa\",\"sig\":\"%.*s\"}]}",
		STR_ARG(body), STR_ARG(base64_encode(m->arena, sign_raw(m, key, body))),
		STR_ARG(base64_encode(m->arena, sign_raw(m, key, body))));
}

static str root_of(struct maker *m, int threshold)
{
	return str_fmt(m->arena,
		       "{\"_type\":\"Root\",\"expires\":\"2030-01-01T00:00:00Z\",\"keys\":{\"k\":{"
		       "\"keytype\":\"ecdsa\",\"keyval\":{\"private\":null,\"public\":\"%.*s\"}}},"
		       "\"roles\":{\"root\":{\"keyids\":[\"k\"],\"threshold\":%d},\"targets\":{"
		       "\"keyids\":[\"k\"],\"threshold\":1}},\"version\":1}",
		       STR_ARG(spki(m, m->key)), threshold);
}

static str targets_of(struct maker *m, const char *expires, char fill)
{
	char hash[32];

	memset(hash, fill, sizeof(hash));
	return str_fmt(
		m->arena,
		"{\"_type\":\"Targets\",\"delegations\":{\"keys\":{},\"roles\":[]},\"expires\":"
		"\"%s\",\"targets\":{\"1.0\":{\"hashes\":{\"sha256\":\"%.*s\"},\"length\":7}},"
		"\"version\":1}",
		expires, STR_ARG(base64_encode(m->arena, str_of(hash, sizeof(hash)))));
}

TEST(content_trust_of_the_client)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const char later[] = "2030-01-01T00:00:00Z";
	EVP_PKEY *stranger = EVP_EC_gen("P-256");
	struct content_trust_files files = { .releases = STR_EMPTY };
	struct image_signature s;
	struct maker m;

	maker_init(&m, arena);
#define TRUST(text)                                    \
	content_trust_verify(&m.q, &files, arena, &s); \
	CHECK_STRV(s.error, text);                     \
	CHECK(s.valid == (s.error.n == 0))
	files.root = metadata(&m, m.key, root_of(&m, 1));
	files.targets = metadata(&m, m.key, targets_of(&m, later, 0x11));
	TRUST("");
	CHECK_STRV(s.identity, "release.pub");
	files.targets = metadata(&m, m.key, targets_of(&m, later, 0x22));
	TRUST("the trust data do not name this digest");
	files.targets = metadata(&m, m.key, targets_of(&m, "2020-01-01T00:00:00Z", 0x11));
	TRUST("targets.json has expired");
	files.targets = metadata(&m, stranger, targets_of(&m, later, 0x11));
	TRUST("targets.json is not signed by its keys");
	files.targets = metadata(&m, m.key, targets_of(&m, later, 0x11));
	/* One key counts once. */
	files.root = metadata(&m, m.key, root_of(&m, 2));
	TRUST("root.json is not signed by its own keys");
	files.root = metadata(&m, m.key, root_of(&m, 0));
	TRUST("root.json is not signed by its own keys");
	files.root = metadata(&m, m.key, root_of(&m, 1));
	m.trust.n = 0;
	TRUST("the policy names none of its root keys");
	files.root = STR("[]");
	TRUST("root.json has expired");
	EVP_PKEY_free(stranger);
	maker_done(&m);
}

/* ---- the search ---- */

/* A repository with few documents by name, and as many referrers as one likes. */
struct repository {
	struct arena *arena;
	str names[8], texts[8];
	size_t n;
	str referrers;
	unsigned questions;
	bool broken;
};

static void put(struct repository *r, str name, str text)
{
	r->names[r->n] = name;
	r->texts[r->n++] = text;
}

static int load(void *store, const struct descriptor *d, bool manifest, size_t max,
		struct arena *arena, str *out, struct err *err)
{
	struct repository *r = store;
	str name = str_empty(d->digest) ? d->tag : d->digest;

	(void)manifest, (void)arena;
	r->questions++;
	if (r->broken)
		return err_set(err, ERR_NETWORK, "nobody answers");
	for (size_t i = 0; i < r->n; i++) {
		if (!str_eq(r->names[i], name))
			continue;
		if (r->texts[i].n > max)
			return err_set(err, ERR_LIMIT, "larger than %zu bytes", max);
		*out = r->texts[i];
		return 0;
	}
	return err_set(err, ERR_NOT_FOUND, "no %.*s", STR_ARG(name));
}

static int referrers(void *store, str digest, struct arena *arena, str *out, struct err *err)
{
	struct repository *r = store;

	(void)digest, (void)arena, (void)err;
	r->questions++;
	*out = r->referrers;
	return r->referrers.n > 0;
}

static const struct blob_ops fake_ops = { .load = load, .referrers = referrers };

static str manifest_of(struct maker *m, const char *artifact, const char *type, str blob,
		       const char *annotations)
{
	return str_fmt(
		m->arena,
		"{\"schemaVersion\":2,\"mediaType\":\"" MEDIA_OCI_MANIFEST "\",\"config\":{"
		"\"mediaType\":\"%s\",\"digest\":\"%.*s\",\"size\":2},\"layers\":[{\"mediaType\":"
		"\"%s\",\"digest\":\"%.*s\",\"size\":%zu,\"annotations\":{%s}}]}",
		artifact, STR_ARG(digest_sha256(STR("{}"), m->arena)), type,
		STR_ARG(digest_sha256(blob, m->arena)), blob.n, annotations);
}

static str index_of(struct maker *m, const char *artifact, str manifest, size_t times)
{
	struct buf b;

	buf_init(&b, 8u << 20);
	BUF_LIT(&b, "{\"schemaVersion\":2,\"mediaType\":\"" MEDIA_OCI_INDEX "\",\"manifests\":[");
	for (size_t i = 0; i < times; i++) {
		str digest = i == 0 ? digest_sha256(manifest, m->arena)
				    : str_fmt(m->arena, "sha256:%064zx", i);

		buf_fmt(&b,
			"%s{\"mediaType\":\"" MEDIA_OCI_MANIFEST
			"\",\"digest\":\"%.*s\",\"size\":%zu,"
			"\"artifactType\":\"%s\"}",
			i ? "," : "", STR_ARG(digest), manifest.n, artifact);
	}
	BUF_LIT(&b, "]}");
	str text = str_dup(m->arena, buf_str(&b));
	buf_done(&b);
	return text;
}

static int search(struct maker *m, struct repository *r, struct signature_list *list)
{
	struct err err = { .kind = ERR_NONE };
	int rc;

	*list = (struct signature_list){ .n = 0 };
	r->questions = 0;
	rc = signature_search(&fake_ops, r, &m->q, m->arena, list, &err);
	CHECK(rc == 0 || err.kind == ERR_NETWORK);
	return rc;
}

TEST(search_finds_the_tag_and_the_referrers)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct repository r = { .arena = arena };
	struct signature_list list;
	struct maker m;

	maker_init(&m, arena);
	CHECK_INT(search(&m, &r, &list), 0);
	CHECK_INT(list.n, 0);
	str payload = payload_of(&m, DIGEST);
	str note = str_fmt(arena, "\"dev.cosignproject.cosign/signature\":\"%.*s\"",
			   STR_ARG(sign_der(&m, m.key, payload)));
	put(&r, STR("sha256-1111111111111111111111111111111111111111111111111111111111111111.sig"),
	    manifest_of(&m, MEDIA_OCI_CONFIG, "application/vnd.dev.cosign.simplesigning.v1+json",
			payload, str_cstr(arena, note)));
	put(&r, digest_sha256(payload, arena), payload);
	CHECK_INT(search(&m, &r, &list), 0);
	CHECK_INT(list.n, 1);
	CHECK(list.valid);
	/* Notation, beside a signature that nobody made. */
	str envelope = envelope_of(&m, &(struct wish){ .chain = { m.cert } });
	str manifest = manifest_of(&m, "application/vnd.cncf.notary.signature",
				   "application/jose+json", envelope, "");
	put(&r, digest_sha256(manifest, arena), manifest);
	put(&r, digest_sha256(envelope, arena), envelope);
	r.referrers = index_of(&m, "application/vnd.cncf.notary.signature", manifest, 2);
	CHECK_INT(search(&m, &r, &list), 0);
	CHECK_INT(list.n, 3);
	CHECK_STR(list.items[1].kind, "notation");
	CHECK(list.items[1].valid && !list.items[2].valid);
	/* What says that it is something else is not fetched. */
	r.referrers = index_of(&m, "application/vnd.cyclonedx+json", manifest, 2);
	CHECK_INT(search(&m, &r, &list), 0);
	CHECK_INT(list.n, 1);
	maker_done(&m);
}

TEST(search_is_bounded)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct repository r = { .arena = arena };
	struct signature_list list;
	struct maker m;

	maker_init(&m, arena);
	r.referrers = index_of(&m, "application/vnd.cncf.notary.signature", STR("{}"), 1000);
	CHECK_INT(search(&m, &r, &list), 0);
	CHECK(!list.valid);
	CHECK_INT(list.n, SIGNATURE_MANIFESTS_MAX + 1);
	CHECK_STRV(list.items[list.n - 1].error, "there are more signatures than are looked at");
	CHECK(r.questions <= SIGNATURE_MANIFESTS_MAX + 2);
	/* One that is endless, and garbage. */
	char *large = arena_alloc(arena, SIGNATURE_MANIFEST_BYTES + 1);
	put(&r, STR("sha256-1111111111111111111111111111111111111111111111111111111111111111.sig"),
	    str_of(large, SIGNATURE_MANIFEST_BYTES + 1));
	r.referrers = STR("\"garbage");
	CHECK_INT(search(&m, &r, &list), 0);
	CHECK_INT(list.n, 2);
	CHECK(!list.valid && list.items[0].error.n > 0 && list.items[1].error.n > 0);
	r.broken = true;
	CHECK_INT(search(&m, &r, &list), -1);
	maker_done(&m);
}

/* ---- the policy ---- */

TEST(trust_of_a_policy)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct trust trust;
	struct err err;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "signature_policy: 7\n",
		  "s.yaml: signature_policy: expected true, false, or keys, certificates, content_trust" },
		{ "signature_policy: {key: [a]}\n",
		  "s.yaml: signature_policy: unknown key; a policy has keys, certificates, "
		  "content_trust" },
		{ "signature_policy: {keys: [{file: a, identities: [b]}]}\n",
		  "s.yaml: signature_policy: keys: expected file, images" },
		{ "signature_policy: {keys: a}\n",
		  "s.yaml: signature_policy: keys, certificates: expected a list of at most 100 files" },
	};

	CHECK_OK(trust_read(STR("s.yaml"), STR("base_images: []\n"), arena, &trust, &err));
	CHECK(!trust.configured);
	CHECK_OK(trust_read(STR("s.yaml"), STR("signature_policy: true\n"), arena, &trust, &err));
	CHECK(trust.configured);
	CHECK_OK(trust_read(STR("d/s.yaml"), STR("signature_policy: {content_trust: data}\n"),
			    arena, &trust, &err));
	CHECK_STRV(trust.content_trust_dir, "d/data");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CHECK_FAIL(trust_read(STR("s.yaml"), str_c(rows[i].text), arena, &trust, &err));
		CHECK_STR(err.msg, rows[i].want);
	}
	CHECK_FAIL(trust_read(STR("/none/s.yaml"), STR("signature_policy: {keys: [a.pub]}\n"),
			      arena, &trust, &err));
	trust_done(&trust);
	CHECK(strstr(err.msg, "/none/a.pub"));
}

TEST(trust_knows_subjects)
{
	static const str one[] = { STR_INIT("O=Example,CN=a\\, b") };
	static const str empty[] = { STR_INIT(" , ") };
	struct trust_entry entry = { .identities = one, .identity_n = 1 };

	CHECK(trust_entry_knows(&entry, STR("CN=a\\, b,O=Example,C=JP")));
	CHECK(!trust_entry_knows(&entry, STR("CN=a,O=Example")));
	CHECK(!trust_entry_knows(&entry, STR("CN=x\\,O=Example\\,CN=a\\, b")));
	entry.identities = empty;
	CHECK(!trust_entry_knows(&entry, STR("CN=a")));
	entry.identity_n = 0;
	CHECK(trust_entry_knows(&entry, STR("CN=a")));
}

/* ---- registries ---- */

/* A registry that answers one name, or misbehaves. */
struct hub {
	bool login, no_header, broken, gone;
	atomic_uint asked;
};

static void answer(void *context, const struct server_request *r)
{
	struct hub *h = context;

	if (h->login && !str_eq(server_header(r, "Authorization"), STR("Basic dTpw"))) {
		server_answer(r, 401, "WWW-Authenticate: Basic realm=\"x\"\r\n", STR("{}"));
	} else if (str_eq(r->path, STR("/v2/"))) {
		server_answer(r, 200, "", STR("{}"));
	} else if (h->broken) {
		atomic_fetch_add(&h->asked, 1);
		server_answer(r, 500, "", STR_EMPTY);
	} else if (h->gone || !str_ends(r->path, STR("/manifests/1"))) {
		atomic_fetch_add(&h->asked, 1);
		server_answer(r, 404, "", STR("{}"));
	} else {
		atomic_fetch_add(&h->asked, 1);
		bool head = str_eq(r->method, STR("HEAD"));

		server_answer(r, 200, h->no_header ? "" : "Docker-Content-Digest: " DIGEST "\r\n",
			      head ? STR_EMPTY : STR("{\"schemaVersion\":2}"));
	}
}

static struct registry_facts *asker(struct server **server, struct hub *h)
{
	const struct registry_facts_opts opts = { .ask = true };
	struct registry_facts *r = registry_facts_new(&opts);

	*server = server_start(answer, h);
	registry_facts_begin(r, 0);
	return r;
}

static str name_at(struct arena *arena, const struct server *server, const char *rest)
{
	return str_fmt(arena, "127.0.0.1:%u/shop/%s", server_port(server), rest);
}

TEST(registry_is_asked_once_for_a_name)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct hub h = { .login = false };
	AUTO(server_stop)
	struct server *server = NULL;
	AUTO(registry_facts_free)
	struct registry_facts *r = asker(&server, &h);
	const struct registry_answer *a;

	for (int i = 0; i < 3; i++) {
		a = registry_facts_digest(r, name_at(arena, server, "app:1"), NULL, 0);
		CHECK_STRV(a->error, "");
		CHECK_STRV(a->digest, DIGEST);
	}
	CHECK_INT(atomic_load(&h.asked), 1);
	a = registry_facts_digest(r, name_at(arena, server, "app:2"), NULL, 0);
	CHECK_STRV(a->error, "");
	CHECK_STRV(a->digest, "");
	h.no_header = true;
	a = registry_facts_digest(r, name_at(arena, server, "other:1"), NULL, 0);
	CHECK_STR_EQ(a->digest, digest_sha256(STR("{\"schemaVersion\":2}"), arena));
	a = registry_facts_digest(r, STR("app:1"), NULL, 0);
	CHECK_STRV(a->error, "the image was not pulled from a registry, and its name names none");
	/* What was asked for one image is known of the name. */
	str pulled = name_at(arena, server, "app@" DIGEST);
	a = registry_facts_digest(r, STR("app:1"), &pulled, 1);
	CHECK(a->error.n > 0);
	a = registry_facts_digest(r, STR("NO NAME"), NULL, 0);
	CHECK(a->error.n > 0 && a->digest.n == 0);
}

TEST(registry_that_cannot_be_asked_is_left_alone)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct hub h = { .broken = true };
	AUTO(server_stop)
	struct server *server = NULL;
	AUTO(registry_facts_free)
	struct registry_facts *r = asker(&server, &h);
	const struct registry_answer *a;
	unsigned asked;

	a = registry_facts_digest(r, name_at(arena, server, "app:1"), NULL, 0);
	CHECK(a->error.n > 0 && a->digest.n == 0);
	asked = atomic_load(&h.asked);
	a = registry_facts_digest(r, name_at(arena, server, "other:1"), NULL, 0);
	CHECK(a->error.n > 0 && a->digest.n == 0);
	CHECK_INT(atomic_load(&h.asked), asked);
}

TEST(registry_gets_the_login_of_the_docker_configuration)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct hub h = { .login = true };
	AUTO(server_stop)
	struct server *server = NULL;
	AUTO(registry_facts_free)
	struct registry_facts *r = asker(&server, &h);
	char dir[] = "/tmp/signature-test-XXXXXX";
	const struct registry_answer *a;

	CHECK(mkdtemp(dir) != NULL);
	setenv("DOCKER_CONFIG", dir, 1);
	a = registry_facts_digest(r, name_at(arena, server, "denied:1"), NULL, 0);
	CHECK(a->digest.n == 0 && str_find(a->error, STR("login needed")) >= 0);
	char *path = str_cstr(arena, str_fmt(arena, "%s/config.json", dir));
	FILE *file = fopen(path, "we");
	CHECK(file != NULL);
	fprintf(file, "{\"auths\":{\"127.0.0.1:%u\":{\"auth\":\"dTpw\"}}}", server_port(server));
	CHECK(fclose(file) == 0);
	a = registry_facts_digest(r, name_at(arena, server, "app:1"), NULL, 0);
	CHECK_STRV(a->error, "");
	CHECK_STRV(a->digest, DIGEST);
	CHECK(unlink(path) == 0 && rmdir(dir) == 0);
	unsetenv("DOCKER_CONFIG");
}

TEST(signatures_are_not_known_where_nobody_asks)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const str digests[] = { STR_INIT("127.0.0.1:1/app@" DIGEST) };
	const struct trust trust = { .configured = true };
	struct registry_facts_opts opts = { .trust = &trust };
	struct image_asked image = { .digests = digests, .digest_n = 1, .containers = 1 };
	struct image_look look = { .whole = true };
	AUTO(registry_facts_free)
	struct registry_facts *r = registry_facts_new(&opts);

	registry_facts_begin(r, 0);
	registry_facts_signatures(NULL, &image, NOW, arena, &look);
	CHECK(!look.signatures_known);
	CHECK_STRV(look.signatures_why, "nobody was told to ask registries");
	registry_facts_signatures(r, &image, NOW, arena, &look);
	CHECK(!look.signatures_known);
	CHECK_STRV(look.signatures_why, "nobody was told to ask registries");
	/* Nobody answers there. */
	opts.ask = true;
	registry_facts_free(r);
	r = registry_facts_new(&opts);
	registry_facts_begin(r, 0);
	registry_facts_signatures(r, &image, NOW, arena, &look);
	CHECK(!look.signatures_known && look.signatures_why.n > 0);
	/* What was never in a registry has no signature there. */
	image.digest_n = 0;
	registry_facts_signatures(r, &image, NOW, arena, &look);
	CHECK(look.signatures_known);
	CHECK_INT(look.signature_n, 0);
	image.containers = 0;
	registry_facts_signatures(r, &image, NOW, arena, &look);
	CHECK_STRV(look.signatures_why, "no container uses the image");
}
