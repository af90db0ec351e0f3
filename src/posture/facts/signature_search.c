/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/facts/signature_search.h"

#include "base/err.h"
#include "oci/digest.h"

#define TYPE_SIMPLE   "application/vnd.dev.cosign.simplesigning.v1+json"
#define TYPE_COSIGN   "application/vnd.dev.cosign.artifact.sig."
#define TYPE_BUNDLE   "application/vnd.dev.sigstore.bundle"
#define TYPE_NOTATION "application/vnd.cncf.notary.signature"

enum family { FAMILY_OTHER, FAMILY_COSIGN, FAMILY_BUNDLE, FAMILY_NOTATION };

static const char *const kinds[] = { "unknown", "cosign", "cosign", "notation" };

struct search {
	const struct blob_ops *ops;
	void *store;
	const struct signature_question *q;
	struct arena *arena;
	struct signature_list *out;
	str seen[SIGNATURE_MANIFESTS_MAX];
	unsigned manifests, signatures;
	bool told; /* that there are more */
};

void signature_list_add(struct signature_list *list, const struct image_signature *signature,
			struct arena *arena)
{
	list->items = arena_grow(arena, list->items, list->n, &list->cap, sizeof(*list->items));
	list->items[list->n++] = *signature;
	list->valid |= signature->valid;
}

static void add_wrong(struct search *s, enum family family, str error)
{
	const struct image_signature wrong = { .kind = kinds[family], .error = error };

	signature_list_add(s->out, &wrong, s->arena);
}

static void add_more(struct search *s, enum family family)
{
	if (!s->told)
		add_wrong(s, family, STR("there are more signatures than are looked at"));
	s->told = true;
}

static enum family family_of(str type)
{
	if (str_starts(type, STR(TYPE_COSIGN)) || str_eq(type, STR(TYPE_SIMPLE)))
		return FAMILY_COSIGN;
	if (str_starts(type, STR(TYPE_BUNDLE)))
		return FAMILY_BUNDLE;
	return str_eq(type, STR(TYPE_NOTATION)) ? FAMILY_NOTATION : FAMILY_OTHER;
}

/* 1; 0: it is foreign and wrong, and *why says how; -1: the registry cannot be asked. */
static int load(struct search *s, const struct descriptor *d, bool manifest, str *out, str *why,
		struct err *err)
{
	size_t max = manifest ? SIGNATURE_MANIFEST_BYTES : SIGNATURE_MAX_BYTES;
	bool known = !str_empty(d->digest);

	if (known && !digest_computable(d->digest)) {
		*why = STR("its digest is of a kind that cannot be checked");
		return 0;
	}
	if (known && d->size > max) {
		*why = str_fmt(s->arena, "it is larger than %zu bytes", max);
		return 0;
	}
	if (s->ops->load(s->store, d, manifest, max, s->arena, out, err) == 0 &&
	    (!known || digest_verify(*out, d->digest, err) == 0))
		return 1;
	if (err->kind != ERR_LIMIT && err->kind != ERR_INPUT && err->kind != ERR_NOT_FOUND)
		return -1;
	*why = str_dup(s->arena, str_c(err->msg));
	return 0;
}

/* One layer of a manifest that holds signatures. */
static int take_layer(struct search *s, enum family family, const struct descriptor *layer,
		      struct err *err)
{
	struct image_signature found;
	str text, why;

	if (s->signatures++ >= SIGNATURES_MAX) {
		add_more(s, family);
		return 0;
	}
	int rc = load(s, layer, false, &text, &why, err);
	if (rc < 0)
		return -1;
	if (rc == 0) {
		add_wrong(s, family, why);
		return 0;
	}
	if (family == FAMILY_NOTATION)
		signature_notation(s->q, layer->media_type, text, s->arena, &found);
	else if (family == FAMILY_BUNDLE)
		signature_bundle(s->q, text, s->arena, &found);
	else
		signature_cosign(
			s->q, text,
			descriptor_annotation(layer, STR("dev.cosignproject.cosign/signature")),
			descriptor_annotation(layer, STR("dev.sigstore.cosign/certificate")),
			s->arena, &found);
	signature_list_add(s->out, &found, s->arena);
	return 0;
}

/* Layers of cosign say themselves what they are; others are what their manifest is. */
static int take_manifest(struct search *s, enum family family, str text, struct err *err)
{
	struct manifest m;
	struct err why;

	if (manifest_parse(text, s->arena, &m, &why) < 0) {
		add_wrong(s, family, str_fmt(s->arena, "its manifest cannot be read: %s", why.msg));
		return 0;
	}
	str artifact = str_empty(m.artifact_type) ? m.config.media_type : m.artifact_type;

	for (size_t i = 0; i < m.layers_n; i++) {
		enum family own = family_of(m.layers[i].media_type);

		if (own == FAMILY_OTHER)
			own = family_of(artifact);
		if (own == FAMILY_OTHER)
			continue;
		if (s->told)
			break;
		if (take_layer(s, own, &m.layers[i], err) < 0)
			return -1;
	}
	return 0;
}

static bool is_seen(const struct search *s, str digest)
{
	for (unsigned i = 0; i < s->manifests; i++) {
		if (str_eq(s->seen[i], digest))
			return true;
	}
	return false;
}

static int follow(struct search *s, const struct descriptor *d, struct err *err)
{
	enum family family = family_of(d->artifact_type);
	str text, why;
	int rc;

	/* What says that it is something else is not fetched. */
	if (family == FAMILY_OTHER && !str_empty(d->artifact_type) &&
	    !str_starts(d->artifact_type, STR("application/vnd.oci.")))
		return 0;
	if (is_seen(s, d->digest))
		return 0;
	if (s->manifests == SIGNATURE_MANIFESTS_MAX) {
		add_more(s, family);
		return 0;
	}
	s->seen[s->manifests++] = d->digest;
	rc = load(s, d, true, &text, &why, err);
	if (rc == 0)
		add_wrong(s, family, why);
	return rc > 0 ? take_manifest(s, family, text, err) : rc;
}

static int follow_index(struct search *s, str text, struct err *err)
{
	struct manifest_index index;
	struct err why;

	if (manifest_index_parse(text, s->arena, &index, &why) < 0) {
		add_wrong(s, FAMILY_OTHER,
			  str_fmt(s->arena, "the list of referrers cannot be read: %s", why.msg));
		return 0;
	}
	for (size_t i = 0; i < index.manifests_n && !s->told; i++) {
		if (follow(s, &index.manifests[i], err) < 0)
			return -1;
	}
	return 0;
}

/* A tag that is not there is nothing. */
static int follow_tag(struct search *s, const char *suffix, struct err *err)
{
	struct descriptor d = { .size = SIZE_UNKNOWN };
	enum document_kind kind;
	str text;

	d.tag = str_fmt(s->arena, "%.*s-%.*s%s", STR_ARG(digest_algorithm(s->q->digest)),
			STR_ARG(digest_encoded(s->q->digest)), suffix);
	if (s->ops->load(s->store, &d, true, SIGNATURE_MANIFEST_BYTES, s->arena, &text, err) < 0) {
		if (err->kind == ERR_NOT_FOUND)
			return 0;
		if (err->kind != ERR_LIMIT)
			return -1;
		add_wrong(s, FAMILY_COSIGN, str_dup(s->arena, str_c(err->msg)));
		return 0;
	}
	if (document_kind(text, STR_EMPTY, &kind, err) < 0) {
		add_wrong(s, FAMILY_COSIGN,
			  str_fmt(s->arena, "its manifest cannot be read: %s", err->msg));
		return 0;
	}
	return kind == DOCUMENT_INDEX ? follow_index(s, text, err)
				      : take_manifest(s, FAMILY_COSIGN, text, err);
}

static int search(struct search *s, struct err *err)
{
	str text;
	int got;

	if (follow_tag(s, ".sig", err) < 0)
		return -1;
	got = s->ops->referrers ? s->ops->referrers(s->store, s->q->digest, s->arena, &text, err)
				: 0;
	if (got < 0)
		return -1;
	return got > 0 ? follow_index(s, text, err) : follow_tag(s, "", err);
}

int signature_search(const struct blob_ops *ops, void *store, const struct signature_question *q,
		     struct arena *arena, struct signature_list *out, struct err *err)
{
	struct search s = { .ops = ops, .store = store, .q = q, .arena = arena, .out = out };

	return search(&s, err) < 0 && !out->valid ? -1 : 0;
}
