/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/content_trust.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "oci/digest.h"
#include "policy/encoding.h"

#define KEYS_MAX 100u
#define KIND	 "content trust"

/* Who may sign a role: keys by id, how many of them. */
struct role {
	const struct json *keys; /* object by id */
	const struct json *ids;
	int64_t threshold;
};

struct reading {
	const struct signature_question *q;
	struct arena *arena;
	str pinned; /* name in the policy of a key that signed the last document; empty: none */
};

/* ---- canonical JSON ---- */

static int by_key(const void *a, const void *b)
{
	const struct json_member *const *x = a, *const *y = b;

	return str_cmp((*x)->key, (*y)->key);
}

static void put_canonical(struct buf *out, const struct json *v, struct arena *arena);

static void put_text(struct buf *out, str text)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_byte(out, '\\');
		buf_byte(out, text.p[i]);
	}
	buf_byte(out, '"');
}

static void put_members(struct buf *out, const struct json *v, struct arena *arena)
{
	const struct json_member **order = ARENA_ARRAY(arena, const struct json_member *, v->n);
	size_t n = 0;

	JSON_MEMBERS (v, m)
		order[n++] = m;
	if (n > 1)
		qsort(order, n, sizeof(const struct json_member *), by_key);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(out, ',');
		put_text(out, order[i]->key);
		buf_byte(out, ':');
		put_canonical(out, &order[i]->value, arena);
	}
}

/* The document is at most 32 deep (signature_json). */
static void put_canonical(struct buf *out, const struct json *v, struct arena *arena)
{
	bool first = true;

	switch (v->type) {
	case JSON_NULL:
		BUF_LIT(out, "null");
		break;
	case JSON_FALSE:
		BUF_LIT(out, "false");
		break;
	case JSON_TRUE:
		BUF_LIT(out, "true");
		break;
	case JSON_NUMBER:
		buf_add(out, json_number(v));
		break;
	case JSON_STRING:
		put_text(out, json_str(v));
		break;
	case JSON_ARRAY:
		buf_byte(out, '[');
		JSON_EACH (v, item) {
			if (!first)
				buf_byte(out, ',');
			first = false;
			put_canonical(out, item, arena);
		}
		buf_byte(out, ']');
		break;
	default:
		buf_byte(out, '{');
		put_members(out, v, arena);
		buf_byte(out, '}');
	}
}

/* ---- keys ---- */

/* Of "ecdsa", "rsa" the key in DER, of "...-x509" a certificate in PEM, both in base64. */
static EVP_PKEY *read_key(const struct reading *r, const struct json *key)
{
	str type = json_get_str(key, STR("keytype"));
	str text = json_get_str(JSON_GET(key, "keyval"), STR("public")), bytes;
	struct certificates certs = { 0 };
	EVP_PKEY *pkey = NULL;
	struct err ignored; /* a key that cannot be read signs nothing */

	if (str_ends(type, STR("-x509"))) {
		if (certificates_read(text, r->arena, &certs, &ignored) == 0 && certs.n > 0)
			pkey = X509_get_pubkey(certs.items[0]);
		certificates_done(&certs);
	} else if (base64_decode(r->arena, text, &bytes) && bytes.n > 0) {
		const unsigned char *p = (const unsigned char *)bytes.p;

		pkey = str_eq(type, STR("ed25519"))
			       ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, p, bytes.n)
			       : d2i_PUBKEY(NULL, &p, (long)bytes.n);
	}
	return pkey;
}

static const struct key_algorithm *algorithm_of(str method)
{
	static const struct {
		const char *method, *name;
	} known[] = { { "ecdsa", "ES256" },
		      { "eddsa", "EdDSA" },
		      { "rsapkcs1v15", "RS256" },
		      { "rsapss", "PS256" } };

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (str_eq(method, str_c(known[i].method)))
			return key_algorithm_find(str_c(known[i].name));
	}
	return NULL;
}

/* The name under which the policy has this key. */
static str name_of(const struct reading *r, EVP_PKEY *pkey)
{
	for (size_t i = 0; i < r->q->trust->n; i++) {
		const struct trust_entry *entry = &r->q->trust->entries[i];

		if (!trust_entry_is_for(entry, r->q->image))
			continue;
		for (size_t k = 0; k < entry->keys.n; k++) {
			if (EVP_PKEY_eq(entry->keys.items[k].pkey, pkey) == 1)
				return entry->name;
		}
		for (size_t k = 0; k < entry->certificates.n; k++) {
			if (EVP_PKEY_eq(X509_get0_pubkey(entry->certificates.items[k]), pkey) == 1)
				return entry->name;
		}
	}
	return STR_EMPTY;
}

static bool is_signed_by(struct reading *r, const struct json *key, const struct json *signature,
			 str text)
{
	const struct key_algorithm *algorithm =
		algorithm_of(json_get_str(signature, STR("method")));
	struct key with = { .pkey = NULL };
	str bytes;
	bool ok = false;

	if (!algorithm || !base64_decode(r->arena, json_get_str(signature, STR("sig")), &bytes) ||
	    bytes.n == 0)
		return false;
	with.pkey = read_key(r, key);
	if (with.pkey)
		ok = key_verify(algorithm, &with, text, bytes);
	if (ok && r->pinned.n == 0)
		r->pinned = name_of(r, with.pkey);
	key_done(&with);
	return ok;
}

/* ---- documents ---- */

static bool has_id(const struct json *ids, str id)
{
	size_t n = 0;

	JSON_EACH (ids, item) {
		if (n++ < KEYS_MAX && str_eq(json_str(item), id))
			return true;
	}
	return false;
}

/* Is this the first signature of its key? One key counts once. */
static bool is_first(const struct json *list, const struct json *signature)
{
	str id = json_get_str(signature, STR("keyid"));

	JSON_EACH (list, earlier) {
		if (earlier == signature)
			return true;
		if (str_eq(json_get_str(earlier, STR("keyid")), id))
			return false;
	}
	return true;
}

static bool is_signed(struct reading *r, const struct json *doc, const struct role *role)
{
	const struct json *list = JSON_GET(doc, "signatures"), *body = JSON_GET(doc, "signed");
	AUTO(buf_done)
	struct buf text = { 0 };
	int64_t good = 0;
	size_t n = 0;

	r->pinned = STR_EMPTY;
	if (!json_is(body, JSON_OBJECT) || role->threshold < 1)
		return false;
	buf_init(&text, CONTENT_TRUST_MAX * 2);
	put_canonical(&text, body, r->arena);
	JSON_EACH (list, signature) {
		str id = json_get_str(signature, STR("keyid"));
		const struct json *key = json_get(role->keys, id);

		if (n++ == KEYS_MAX || text.overflow)
			break;
		good += key && has_id(role->ids, id) && is_first(list, signature) &&
			is_signed_by(r, key, signature, buf_str(&text));
	}
	return good >= role->threshold;
}

static struct role role_of(const struct json *keys, const struct json *role)
{
	struct role out = { .keys = keys, .ids = JSON_GET(role, "keyids") };

	if (!json_i64(JSON_GET(role, "threshold"), &out.threshold))
		out.threshold = 0;
	return out;
}

static bool is_expired(const struct reading *r, const struct json *doc)
{
	int64_t until;

	return !time_parse(json_get_str(JSON_GET(doc, "signed"), STR("expires")), &until) ||
	       until <= r->q->now;
}

/* The name of a target with the digest of the image; empty: none. */
static str target_of(const struct reading *r, const struct json *doc)
{
	const struct json *targets = JSON_GET(JSON_GET(doc, "signed"), "targets");

	JSON_MEMBERS (targets, target) {
		str text = json_get_str(JSON_GET(&target->value, "hashes"), STR("sha256")), bytes;

		if (text.n < 100 && base64_decode(r->arena, text, &bytes) && bytes.n == 32 &&
		    str_eq(encoding_hex(bytes, r->arena), digest_encoded(r->q->digest)))
			return target->key;
	}
	return STR_EMPTY;
}

static str open_document(const struct reading *r, const char *name, str text,
			 const struct json **out)
{
	struct err why;

	if (signature_json(text, r->arena, out, &why) < 0)
		return str_fmt(r->arena, "%s cannot be read: %s", name, why.msg);
	return is_expired(r, *out) ? str_fmt(r->arena, "%s has expired", name) : STR_EMPTY;
}

/* Root: signed by itself, and by somebody of the policy. */
static str check_root(struct reading *r, str text, const struct json **body)
{
	const struct json *doc;
	str why = open_document(r, "root.json", text, &doc);

	if (why.n > 0)
		return why;
	*body = JSON_GET(doc, "signed");
	const struct role role =
		role_of(JSON_GET(*body, "keys"), JSON_GET(JSON_GET(*body, "roles"), "root"));
	if (!is_signed(r, doc, &role))
		return STR("root.json is not signed by its own keys");
	return r->pinned.n > 0 ? STR_EMPTY : STR("the policy names none of its root keys");
}

static str check_releases(struct reading *r, str text, const struct json *targets, str *tag)
{
	const struct json *delegations = JSON_GET(JSON_GET(targets, "signed"), "delegations");
	const struct json *doc;
	str why = open_document(r, "targets/releases.json", text, &doc);

	if (why.n > 0)
		return why;
	JSON_EACH (JSON_GET(delegations, "roles"), entry) {
		const struct role role = role_of(JSON_GET(delegations, "keys"), entry);

		if (!str_eq(json_get_str(entry, STR("name")), STR("targets/releases")))
			continue;
		if (!is_signed(r, doc, &role))
			return STR("targets/releases.json is not signed by its keys");
		*tag = target_of(r, doc);
		return STR_EMPTY;
	}
	return STR("targets/releases.json is not delegated to");
}

static str judge(struct reading *r, const struct content_trust_files *files, str *identity)
{
	const struct json *root, *targets;
	str tag = STR_EMPTY;
	str why = check_root(r, files->root, &root);

	if (why.n > 0)
		return why;
	*identity = r->pinned;
	const struct role role =
		role_of(JSON_GET(root, "keys"), JSON_GET(JSON_GET(root, "roles"), "targets"));
	why = open_document(r, "targets.json", files->targets, &targets);
	if (why.n > 0)
		return why;
	if (!is_signed(r, targets, &role))
		return STR("targets.json is not signed by its keys");
	tag = target_of(r, targets);
	if (tag.n > 0)
		return STR_EMPTY;
	if (files->releases.n > 0)
		why = check_releases(r, files->releases, targets, &tag);
	if (why.n > 0)
		return why;
	return tag.n > 0 ? STR_EMPTY : STR("the trust data do not name this digest");
}

void content_trust_verify(const struct signature_question *q,
			  const struct content_trust_files *files, struct arena *arena,
			  struct image_signature *out)
{
	struct reading r = { .q = q, .arena = arena };

	*out = (struct image_signature){ .kind = KIND };
	out->error = judge(&r, files, &out->identity);
	out->valid = out->error.n == 0;
}

/* ---- the folder ---- */

static str usual_dir(struct arena *arena)
{
	const char *config = getenv("DOCKER_CONFIG"), *home = getenv("HOME");

	if (config && config[0])
		return str_fmt(arena, "%s/trust", config);
	return home && home[0] ? str_fmt(arena, "%s/.docker/trust", home) : STR_EMPTY;
}

/* 1, 0: there is none, -1. */
static int read_file(str dir, const char *name, struct arena *arena, str *out, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };

	buf_init(&text, CONTENT_TRUST_MAX);
	if (buf_read_file(&text, str_cstr(arena, str_fmt(arena, "%.*s/%s", STR_ARG(dir), name)),
			  err) < 0)
		return err->kind == ERR_NOT_FOUND ? 0 : -1;
	*out = str_dup(arena, buf_str(&text));
	return 1;
}

void content_trust_search(const struct signature_question *q, struct arena *arena,
			  struct signature_list *out)
{
	struct content_trust_files files = { .releases = STR_EMPTY };
	struct image_signature found = { .kind = KIND };
	struct err err;
	str dir = q->trust->content_trust_dir;

	if (!q->trust->content_trust || !str_starts(q->digest, STR("sha256:")))
		return;
	if (dir.n == 0)
		dir = usual_dir(arena);
	if (dir.n == 0)
		return;
	/* The grammar of references has no "..". */
	dir = str_fmt(arena, "%.*s/tuf/%.*s/metadata", STR_ARG(dir), STR_ARG(q->image));
	int rc = read_file(dir, "root.json", arena, &files.root, &err);
	if (rc == 0)
		return;
	if (rc > 0)
		rc = read_file(dir, "targets.json", arena, &files.targets, &err);
	if (rc > 0 && read_file(dir, "targets/releases.json", arena, &files.releases, &err) < 0)
		rc = -1;
	if (rc > 0)
		content_trust_verify(q, &files, arena, &found);
	else
		found.error =
			rc < 0 ? str_dup(arena, str_c(err.msg)) : STR("targets.json is not there");
	signature_list_add(out, &found, arena);
}
