/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/manifest.h"

#include "base/base64.h"
#include "base/err.h"
#include "oci/digest.h"
#include "oci/document.h"

#define URLS_MAX     256u
#define FEATURES_MAX 1024u
#define WHERE_MAX    64u

bool media_type_is_index(str s)
{
	return str_eq(s, STR(MEDIA_OCI_INDEX)) || str_eq(s, STR(MEDIA_DOCKER_LIST));
}

bool media_type_is_manifest(str s)
{
	return str_eq(s, STR(MEDIA_OCI_MANIFEST)) || str_eq(s, STR(MEDIA_DOCKER_MANIFEST));
}

static bool media_type_is_schema1(str s)
{
	return str_eq(s, STR(MEDIA_DOCKER_SCHEMA1)) || str_eq(s, STR(MEDIA_DOCKER_SIGNED1));
}

str descriptor_annotation(const struct descriptor *d, str key)
{
	return json_get_str(d->annotations, key);
}

bool descriptor_is_attestation(const struct descriptor *d)
{
	if (d->has_platform && str_eq(d->platform.os, STR("unknown")) &&
	    str_eq(d->platform.architecture, STR("unknown")))
		return true;
	return str_starts(descriptor_annotation(d, STR("vnd.docker.reference.type")),
			  STR("attestation"));
}

/* RFC 3986: a scheme, and no byte that must be escaped. */
static bool uri_valid(str s)
{
	str scheme, rest;

	if (!str_cut(s, ':', &scheme, &rest) || str_empty(scheme) || !is_alpha(scheme.p[0]))
		return false;
	for (size_t i = 1; i < scheme.n; i++) {
		if (!is_alnum(scheme.p[i]) && !memchr("+-.", scheme.p[i], 3))
			return false;
	}
	for (size_t i = 0; i < rest.n; i++) {
		uint64_t byte;
		bool escape = rest.p[i] == '%';

		if (escape &&
		    !(rest.n - i > 2 && str_u64_base(str_of(rest.p + i + 1, 2), 16, &byte)))
			return false;
		if (!escape && !is_alnum(rest.p[i]) &&
		    !memchr("-._~:/?#[]@!$&'()*+,;=", rest.p[i], 22))
			return false;
	}
	return true;
}

static int urls_check(const struct json *v, const char *where, struct descriptor *d,
		      struct err *err)
{
	const struct json *urls = NULL;

	if (document_strings(v, where, STR("urls"), URLS_MAX, &urls, err) < 0)
		return -1;
	JSON_EACH (urls, url) {
		if (!uri_valid(json_str(url)))
			return err_set(err, ERR_INPUT, "%surls: expected URIs", where);
	}
	d->has_urls = json_len(urls) > 0;
	return 0;
}

static int platform_read(const struct json *v, const char *where, struct descriptor *d,
			 struct err *err)
{
	const struct json *p = NULL;
	char inside[WHERE_MAX + 16];

	if (document_group(v, where, STR("platform"), JSON_OBJECT, OPTIONAL, 64, &p, err) < 0)
		return -1;
	if (!p)
		return 0;
	(void)snprintf(inside, sizeof(inside), "%splatform.", where);
	d->has_platform = true;
	if (document_string(p, inside, STR("architecture"), REQUIRED, &d->platform.architecture,
			    err) < 0 ||
	    document_string(p, inside, STR("os"), REQUIRED, &d->platform.os, err) < 0 ||
	    document_string(p, inside, STR("variant"), OPTIONAL, &d->platform.variant, err) < 0 ||
	    document_string(p, inside, STR("os.version"), OPTIONAL, &d->platform.os_version, err) <
		    0)
		return -1;
	return document_strings(p, inside, STR("os.features"), FEATURES_MAX, NULL, err);
}

static int size_read(const struct json *v, const char *where, uint64_t *out, struct err *err)
{
	const struct json *size = JSON_GET(v, "size");
	int64_t n;

	if (!size)
		return err_set(err, ERR_INPUT, "%ssize is missing", where);
	if (!json_i64(size, &n) || n < 0)
		return err_set(err, ERR_INPUT, "%ssize: expected an integer that is not negative",
			       where);
	*out = (uint64_t)n;
	return 0;
}

static int descriptor_read(const struct json *v, const char *where, struct descriptor *out,
			   struct err *err)
{
	struct descriptor d = { 0 };
	str data = STR_EMPTY;

	if (!json_is(v, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "%.*s: expected an object",
			       STR_ARG(str_drop_end(str_c(where), 1)));
	if (document_media_type(v, where, STR("mediaType"), REQUIRED, &d.media_type, err) < 0 ||
	    size_read(v, where, &d.size, err) < 0 ||
	    document_string(v, where, STR("digest"), REQUIRED, &d.digest, err) < 0)
		return -1;
	if (!digest_valid(d.digest))
		return err_set(err, ERR_INPUT, "%sdigest: '%.*s' is no digest", where,
			       STR_ARG(str_take(d.digest, 100)));
	if (urls_check(v, where, &d, err) < 0 || platform_read(v, where, &d, err) < 0 ||
	    document_string(v, where, STR("data"), OPTIONAL, &data, err) < 0)
		return -1;
	if (!base64_valid(data))
		return err_set(err, ERR_INPUT, "%sdata: expected padded base64", where);
	if (document_media_type(v, where, STR("artifactType"), OPTIONAL, &d.artifact_type, err) <
		    0 ||
	    document_map(v, where, STR("annotations"), JSON_STRING, ANNOTATIONS_MAX, &d.annotations,
			 err) < 0)
		return -1;
	*out = d;
	return 0;
}

/* A descriptor as a member of an object. Absent and optional: 0, else 1. */
static int descriptor_member(const struct json *doc, str key, enum need need,
			     struct descriptor *out, struct err *err)
{
	const struct json *v = NULL;
	char where[WHERE_MAX];

	if (document_group(doc, "", key, JSON_OBJECT, need, 256, &v, err) < 0)
		return -1;
	if (!v)
		return 0;
	(void)snprintf(where, sizeof(where), "%.*s.", STR_ARG(key));
	return descriptor_read(v, where, out, err) < 0 ? -1 : 1;
}

static int descriptor_list(const struct json *list, const char *name, struct arena *arena,
			   struct descriptor **out, struct err *err)
{
	size_t n = json_len(list);
	struct descriptor *items = ARENA_ARRAY(arena, struct descriptor, n);

	for (size_t i = 0; i < n; i++) {
		char where[WHERE_MAX];

		(void)snprintf(where, sizeof(where), "%s[%zu].", name, i);
		if (descriptor_read(json_at(list, i), where, &items[i], err) < 0)
			return -1;
	}
	*out = items;
	return 0;
}

int descriptor_parse(str text, struct arena *arena, struct descriptor *out, struct err *err)
{
	const struct json *doc;

	if (document_parse(text, MANIFEST_MAX_BYTES, arena, &doc, err) < 0)
		return -1;
	return descriptor_read(doc, "", out, err);
}

static int schema_check(const struct json *doc, struct err *err)
{
	int64_t version = 0;
	const struct json *v = JSON_GET(doc, "schemaVersion");

	if (!v)
		return err_set(err, ERR_INPUT, "schemaVersion is missing");
	if (!json_i64(v, &version))
		return err_set(err, ERR_INPUT, "schemaVersion: expected 2");
	if (version == 1)
		return err_set(
			err, ERR_UNSUPPORTED,
			"the image has a manifest of schema 1, which no tool writes any more and "
			"which cannot be verified: build and push the image again");
	if (version != 2)
		return err_set(err, ERR_INPUT, "schemaVersion: expected 2");
	return 0;
}

/* What manifest and index have in common. */
static int header_check(const struct json *doc, str *media_type, str *artifact_type,
			struct err *err)
{
	struct descriptor subject;

	if (schema_check(doc, err) < 0 ||
	    document_media_type(doc, "", STR("mediaType"), OPTIONAL, media_type, err) < 0 ||
	    document_media_type(doc, "", STR("artifactType"), OPTIONAL, artifact_type, err) < 0 ||
	    descriptor_member(doc, STR("subject"), OPTIONAL, &subject, err) < 0)
		return -1;
	return document_map(doc, "", STR("annotations"), JSON_STRING, ANNOTATIONS_MAX, NULL, err);
}

static bool present(const struct json *doc, str key)
{
	const struct json *v = json_get(doc, key);

	return v && !json_is(v, JSON_NULL);
}

static int kind_of(const struct json *doc, str declared, enum document_kind *out, struct err *err)
{
	str inside = json_get_str(doc, STR("mediaType"));
	bool index = present(doc, STR("manifests"));
	bool manifest = present(doc, STR("layers")) || present(doc, STR("config"));

	if (media_type_is_schema1(inside) || media_type_is_schema1(declared) ||
	    present(doc, STR("fsLayers")))
		return err_set(
			err, ERR_UNSUPPORTED,
			"the image has a manifest of schema 1, which no tool writes any more and "
			"which cannot be verified: build and push the image again");
	if (index && manifest)
		return err_set(err, ERR_INPUT,
			       "has the members of a manifest and of an index at once");
	if (!index &&
	    !manifest) /* neither says so: by media type, and the reader names what lacks */
		index = media_type_is_index(str_empty(inside) ? declared : inside);
	if (index ? media_type_is_manifest(inside) || media_type_is_manifest(declared)
		  : media_type_is_index(inside) || media_type_is_index(declared))
		return err_set(err, ERR_INPUT, "is %s, but its media type says otherwise",
			       index ? "an index" : "a manifest");
	*out = index ? DOCUMENT_INDEX : DOCUMENT_MANIFEST;
	return 0;
}

int document_kind(str text, str declared, enum document_kind *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct json *doc;

	if (document_parse(text, MANIFEST_MAX_BYTES, scratch, &doc, err) < 0)
		return -1;
	return kind_of(doc, declared, out, err);
}

static int kind_must_be(const struct json *doc, enum document_kind want, struct err *err)
{
	enum document_kind kind;

	if (kind_of(doc, STR_EMPTY, &kind, err) < 0)
		return -1;
	if (kind != want && (present(doc, STR("manifests")) || present(doc, STR("layers"))))
		return err_set(err, ERR_INPUT, "expected %s",
			       want == DOCUMENT_INDEX ? "an index" : "a manifest");
	return 0;
}

int manifest_parse(str text, struct arena *arena, struct manifest *out, struct err *err)
{
	const struct json *doc, *layers = NULL;
	struct manifest m = { 0 };

	if (document_parse(text, MANIFEST_MAX_BYTES, arena, &doc, err) < 0 ||
	    kind_must_be(doc, DOCUMENT_MANIFEST, err) < 0 ||
	    header_check(doc, &m.media_type, &m.artifact_type, err) < 0 ||
	    descriptor_member(doc, STR("config"), REQUIRED, &m.config, err) < 0)
		return -1;
	/* Docker writes an image FROM scratch without any file like this. */
	bool may_be_empty = str_eq(m.media_type, STR(MEDIA_DOCKER_MANIFEST));

	if (document_group(doc, "", STR("layers"), JSON_ARRAY, may_be_empty ? OPTIONAL : REQUIRED,
			   LAYERS_MAX, &layers, err) < 0)
		return -1;
	if (json_len(layers) == 0 && !may_be_empty)
		return err_set(err, ERR_INPUT, "layers: expected at least one");
	if (descriptor_list(layers, "layers", arena, &m.layers, err) < 0)
		return -1;
	m.layers_n = json_len(layers);
	*out = m;
	return 0;
}

int manifest_index_parse(str text, struct arena *arena, struct manifest_index *out, struct err *err)
{
	const struct json *doc, *list = NULL;
	struct manifest_index index = { 0 };
	str artifact_type;

	if (document_parse(text, MANIFEST_MAX_BYTES, arena, &doc, err) < 0 ||
	    kind_must_be(doc, DOCUMENT_INDEX, err) < 0 ||
	    header_check(doc, &index.media_type, &artifact_type, err) < 0 ||
	    document_group(doc, "", STR("manifests"), JSON_ARRAY, REQUIRED, INDEX_MAX, &list, err) <
		    0 ||
	    descriptor_list(list, "manifests", arena, &index.manifests, err) < 0)
		return -1;
	index.manifests_n = json_len(list);
	*out = index;
	return 0;
}
