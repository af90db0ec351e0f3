/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/referrer.h"

#include "base/err.h"
#include "oci/digest.h"
#include "oci/image_internal.h"

/* A layer that may be a bill of materials. */
struct candidate {
	struct descriptor layer;
	unsigned rank; /* the lower the better; 0: none */
	bool attestation;
};

struct search {
	struct image *image;
	struct arena *arena;
	str subject;	 /* digest of what documents are attached to */
	bool statements; /* all documents with statements of suppliers, not the best bill of
			    materials */
	struct candidate best;
	struct candidate *found;
	size_t found_n, found_cap;
	unsigned looked;
};

static bool is_attestation(str type)
{
	return str_find(type, STR("in-toto")) >= 0 || str_find(type, STR("dsse")) >= 0 ||
	       str_find(type, STR("sigstore.bundle")) >= 0;
}

/* 1: CycloneDX, 2: SPDX, 3: Syft; 0: none of them. */
static unsigned kind_of(str text)
{
	if (str_find(text, STR("cyclonedx")) >= 0)
		return 1;
	if (str_find(text, STR("spdx")) >= 0)
		return 2;
	return str_find(text, STR("syft")) >= 0 ? 3 : 0;
}

/* What is inside of an attestation stands in an annotation, under one of three names. */
static str predicate_of(const struct descriptor *d)
{
	static const char *const names[] = { "in-toto.io/predicate-type", "predicateType",
					     "dev.sigstore.bundle.predicateType" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		str type = descriptor_annotation(d, str_c(names[i]));

		if (type.n > 0)
			return type;
	}
	return STR_EMPTY;
}

/* Does a media, artifact or predicate type say that there are statements on flaws? */
static bool is_statement(str type)
{
	static const char *const words[] = { "openvex", "csaf", "/vex", "vex+json", "cyclonedx" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_find(type, str_c(words[i])) >= 0)
			return true;
	}
	return false;
}

/* `artifact`: what the manifest says it is. */
static int consider_statement(struct search *s, const struct descriptor *layer, str artifact,
			      struct err *err)
{
	bool attestation = is_attestation(layer->media_type) || is_attestation(artifact);
	str predicate = predicate_of(layer);
	bool wanted = is_statement(layer->media_type) || is_statement(artifact) ||
		      (attestation && (predicate.n == 0 || is_statement(predicate)));

	if (!wanted || !digest_computable(layer->digest))
		return 0;
	for (size_t i = 0; i < s->found_n; i++) {
		if (str_eq(s->found[i].layer.digest, layer->digest))
			return 0;
	}
	if (s->found_n == STATEMENTS_MAX)
		return err_set(err, ERR_LIMIT,
			       "more than %u documents with statements are attached",
			       STATEMENTS_MAX);
	s->found = arena_grow(s->arena, s->found, s->found_n, &s->found_cap, sizeof(*s->found));
	s->found[s->found_n++] =
		(struct candidate){ .layer = *layer, .rank = 1, .attestation = attestation };
	return 0;
}

static void consider(struct search *s, const struct descriptor *layer)
{
	bool attestation = is_attestation(layer->media_type);
	unsigned rank = kind_of(attestation ? predicate_of(layer) : layer->media_type);

	if (rank == 0 || layer->size > ATTACHED_MAX_BYTES || !digest_computable(layer->digest))
		return;
	rank += attestation ? 10 : 0;
	if (s->best.rank > 0 &&
	    (s->best.rank < rank ||
	     (s->best.rank == rank && str_cmp(s->best.layer.digest, layer->digest) <= 0)))
		return;
	s->best = (struct candidate){ .layer = *layer, .rank = rank, .attestation = attestation };
}

static int load(struct search *s, const struct descriptor *d, bool manifest, size_t max, str *out,
		struct err *err)
{
	struct image *image = s->image;

	if (image->ops->load(image->store, d, manifest, max, s->arena, out, err) < 0)
		return -1;
	return str_empty(d->digest) ? 0 : digest_verify(*out, d->digest, err);
}

/* A manifest of an artifact: its layers. One that is no such manifest has nothing for us. */
static int look_at(struct search *s, str text, struct err *err)
{
	struct manifest m;
	struct err unused;

	if (manifest_parse(text, s->arena, &m, &unused) < 0)
		return 0;
	str artifact = str_empty(m.artifact_type) ? m.config.media_type : m.artifact_type;

	for (size_t i = 0; i < m.layers_n; i++) {
		if (!s->statements)
			consider(s, &m.layers[i]);
		else if (consider_statement(s, &m.layers[i], artifact, err) < 0)
			return -1;
	}
	return 0;
}

/* A manifest that is named; one that cannot be had fails the search: it may be the one. */
static int follow(struct search *s, const struct descriptor *d, struct err *err)
{
	str text;

	if (s->looked++ >= REFERRERS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u documents are attached",
			       REFERRERS_MAX);
	if (load(s, d, true, MANIFEST_MAX_BYTES, &text, err) < 0)
		return err_wrap(err, "attached %.*s", STR_ARG(d->digest));
	return look_at(s, text, err);
}

/* An artifact type that says it is something else is not fetched. */
static bool may_be_wanted(const struct search *s, const struct descriptor *d)
{
	return str_empty(d->artifact_type) || (s->statements && is_statement(d->artifact_type)) ||
	       kind_of(d->artifact_type) > 0 || is_attestation(d->artifact_type) ||
	       str_starts(d->artifact_type, STR("application/vnd.oci.")) ||
	       str_starts(d->artifact_type, STR("application/vnd.dev.cosign"));
}

static int follow_index(struct search *s, str text, struct err *err)
{
	struct manifest_index index;

	if (manifest_index_parse(text, s->arena, &index, err) < 0)
		return err_wrap(err, "referrers");
	for (size_t i = 0; i < index.manifests_n; i++) {
		if (may_be_wanted(s, &index.manifests[i]) &&
		    follow(s, &index.manifests[i], err) < 0)
			return -1;
	}
	return 0;
}

/* "sha256-HEX" and what cosign puts behind it; a tag that is not there is nothing. */
static int follow_tag(struct search *s, const char *suffix, struct err *err)
{
	str digest = s->subject;
	struct descriptor d = { .size = SIZE_UNKNOWN };
	enum document_kind kind;
	str text;

	d.tag = str_fmt(s->arena, "%.*s-%.*s%s", STR_ARG(digest_algorithm(digest)),
			STR_ARG(digest_encoded(digest)), suffix);
	if (load(s, &d, true, MANIFEST_MAX_BYTES, &text, err) < 0)
		return err->kind == ERR_NOT_FOUND || err->kind == ERR_DENIED ? 0 : -1;
	if (document_kind(text, STR_EMPTY, &kind, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(d.tag));
	if (kind == DOCUMENT_INDEX)
		return follow_index(s, text, err);
	return look_at(s, text, err);
}

static int search_registry(struct search *s, struct err *err)
{
	struct image *image = s->image;
	str text;
	int got = image->ops->referrers(image->store, s->subject, s->arena, &text, err);

	if (got < 0)
		return -1;
	if (got > 0 ? follow_index(s, text, err) < 0 : follow_tag(s, "", err) < 0)
		return -1;
	if (s->best.rank == 0 && !s->statements && follow_tag(s, ".sbom", err) < 0)
		return -1;
	return s->best.rank == 0 ? follow_tag(s, ".att", err) : 0;
}

/* Does the manifest name the image as its subject, or is it kept under the fallback name? */
static bool is_about(const struct search *s, const struct descriptor *d, str text)
{
	const struct json *document;
	struct err unused;
	str digest = s->subject;
	str name = descriptor_annotation(d, STR("org.opencontainers.image.ref.name"));
	str tag = str_fmt(s->arena, "%.*s-%.*s", STR_ARG(digest_algorithm(digest)),
			  STR_ARG(digest_encoded(digest)));

	if (str_starts(name, tag))
		return true;
	return json_parse(text, NULL, s->arena, &document, &unused) == 0 &&
	       str_eq(json_get_str(JSON_GET(document, "subject"), STR("digest")), digest);
}

static int search_layout(struct search *s, struct err *err)
{
	struct manifest_index index;
	str text;

	if (manifest_index_parse(s->image->index_json, s->arena, &index, err) < 0)
		return err_wrap(err, "index.json");
	for (size_t i = 0; i < index.manifests_n; i++) {
		const struct descriptor *d = &index.manifests[i];

		if (str_eq(d->digest, s->image->manifest.digest) ||
		    media_type_is_index(d->media_type))
			continue;
		if (s->looked++ >= REFERRERS_MAX)
			return err_set(err, ERR_LIMIT, "more than %u manifests beside the image",
				       REFERRERS_MAX);
		if (load(s, d, true, MANIFEST_MAX_BYTES, &text, err) < 0)
			return err_wrap(err, "manifest %.*s", STR_ARG(d->digest));
		if (is_about(s, d, text) && look_at(s, text, err) < 0)
			return -1;
	}
	return 0;
}

/* BuildKit: an entry of the same index that says which image it describes. */
static int search_index(struct search *s, struct err *err)
{
	const struct image_manifest *m = &s->image->manifest;
	struct descriptor own = { .digest = m->index_digest, .size = SIZE_UNKNOWN };
	struct manifest_index index;
	str text;

	if (str_empty(m->index_digest))
		return 0;
	if (load(s, &own, true, MANIFEST_MAX_BYTES, &text, err) < 0 ||
	    manifest_index_parse(text, s->arena, &index, err) < 0)
		return err_wrap(err, "index");
	for (size_t i = 0; i < index.manifests_n; i++) {
		const struct descriptor *d = &index.manifests[i];

		if (str_eq(descriptor_annotation(d, STR("vnd.docker.reference.digest")),
			   m->digest) &&
		    follow(s, d, err) < 0)
			return -1;
	}
	return 0;
}

/* All places, one after the other; for a bill of materials until there is one. */
static int search_all(struct search *s, struct err *err)
{
	const struct image *image = s->image;

	s->subject = image->manifest.digest;
	if (!digest_valid(s->subject))
		return 0;
	if (image->ops->referrers ? search_registry(s, err) < 0
				  : image->index_json.n > 0 && search_layout(s, err) < 0)
		return -1;
	return s->best.rank == 0 ? search_index(s, err) : 0;
}

int image_attached_statements(struct image *image, struct arena *arena, const struct attached **out,
			      struct err *err)
{
	struct search s = { .image = image, .arena = arena, .statements = true };
	struct attached *all;

	if (search_all(&s, err) < 0)
		return -1;
	/* Of an image for several platforms, what is said about all of them. */
	s.subject = image->manifest.index_digest;
	if (digest_valid(s.subject) &&
	    (image->ops->referrers ? search_registry(&s, err) < 0
				   : image->index_json.n > 0 && search_layout(&s, err) < 0))
		return -1;
	all = ARENA_ARRAY(arena, struct attached, s.found_n);
	for (size_t i = 0; i < s.found_n; i++) {
		const struct descriptor *layer = &s.found[i].layer;

		if (load(&s, layer, false, STATEMENT_MAX_BYTES, &all[i].text, err) < 0)
			return err_wrap(err, "attached document %.*s", STR_ARG(layer->digest));
		all[i].media_type = layer->media_type;
		all[i].digest = layer->digest;
		all[i].attestation = s.found[i].attestation;
	}
	*out = all;
	return (int)s.found_n;
}

int image_attached_sbom(struct image *image, struct arena *arena, struct attached *out,
			struct err *err)
{
	struct search s = { .image = image, .arena = arena };
	const struct descriptor *layer = &s.best.layer;

	if (search_all(&s, err) < 0)
		return -1;
	if (s.best.rank == 0)
		return 0;
	if (load(&s, layer, false, ATTACHED_MAX_BYTES, &out->text, err) < 0)
		return err_wrap(err, "attached document %.*s", STR_ARG(layer->digest));
	out->media_type = layer->media_type;
	out->digest = layer->digest;
	out->attestation = s.best.attestation;
	return 1;
}
