/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * manifest: the documents of an image: manifest, index (manifest list), configuration, layout file
 * and the descriptors inside, of the OCI image specification and of Docker's schema 2. What breaks
 * the specification's schema is refused (ERR_INPUT, names the member). Two leniencies, because
 * common tools write such documents: an optional member may be null, and Docker's media types may
 * go without rootfs or layers. A document that could be read both as manifest and as index is
 * refused. Schema 1 is ERR_UNSUPPORTED.
 *
 * Limits: MANIFEST_MAX_BYTES, CONFIG_MAX_BYTES, LAYERS_MAX, INDEX_MAX, ANNOTATIONS_MAX of one
 * descriptor, JSON nested 64 deep. Results refer to the arena only.
 */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "oci/platform.h"

struct err;

#define MANIFEST_MAX_BYTES (4u << 20)
#define CONFIG_MAX_BYTES   (16u << 20)
#define LAYERS_MAX	   2048u
#define INDEX_MAX	   4096u
#define ANNOTATIONS_MAX	   4096u
#define HISTORY_MAX	   65536u

#define MEDIA_OCI_MANIFEST    "application/vnd.oci.image.manifest.v1+json"
#define MEDIA_OCI_INDEX	      "application/vnd.oci.image.index.v1+json"
#define MEDIA_OCI_CONFIG      "application/vnd.oci.image.config.v1+json"
#define MEDIA_DOCKER_MANIFEST "application/vnd.docker.distribution.manifest.v2+json"
#define MEDIA_DOCKER_LIST     "application/vnd.docker.distribution.manifest.list.v2+json"
#define MEDIA_DOCKER_CONFIG   "application/vnd.docker.container.image.v1+json"
#define MEDIA_DOCKER_SCHEMA1  "application/vnd.docker.distribution.manifest.v1+json"
#define MEDIA_DOCKER_SIGNED1  "application/vnd.docker.distribution.manifest.v1+prettyjws"

struct descriptor {
	str tag; /* set by a transport instead of digest and size: whatever has this tag */
	str media_type;
	str digest;
	uint64_t size;
	str artifact_type;
	const struct json *annotations; /* object of strings, or NULL */
	bool has_urls;			/* content is kept elsewhere */
	bool has_platform;
	struct platform platform;
};

struct manifest {
	str media_type;	   /* as written inside; may be empty */
	str artifact_type; /* may be empty */
	struct descriptor config;
	struct descriptor *layers;
	size_t layers_n;
};

struct manifest_index {
	str media_type;
	struct descriptor *manifests;
	size_t manifests_n;
};

struct image_history {
	str created_by;
	bool empty_layer;
};

struct image_config {
	struct platform platform;
	str created;
	str *diff_ids;
	size_t diff_ids_n;
	struct image_history *history;
	size_t history_n;
	const struct json *document;
};

enum document_kind { DOCUMENT_MANIFEST, DOCUMENT_INDEX };

/* What a text is, by its mediaType or else its members; `declared` is the transport's word for it.
 */
int document_kind(str text, str declared, enum document_kind *out, struct err *err) MUST_USE;

int manifest_parse(str text, struct arena *arena, struct manifest *out, struct err *err) MUST_USE;
int manifest_index_parse(str text, struct arena *arena, struct manifest_index *out,
			 struct err *err) MUST_USE;
int image_config_parse(str text, struct arena *arena, struct image_config *out,
		       struct err *err) MUST_USE;
int descriptor_parse(str text, struct arena *arena, struct descriptor *out,
		     struct err *err) MUST_USE;
/* The file "oci-layout". */
int image_layout_parse(str text, struct err *err) MUST_USE;

/* Text of an annotation, or empty. */
str descriptor_annotation(const struct descriptor *d, str key);
/* An entry of an index that describes another one (provenance, SBOM) and is no image. */
bool descriptor_is_attestation(const struct descriptor *d);
bool media_type_is_index(str media_type);
bool media_type_is_manifest(str media_type);
