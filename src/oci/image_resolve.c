/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "oci/digest.h"
#include "oci/image_internal.h"

#define INDEX_DEPTH    4u  /* an index inside an index inside ... */
#define PLATFORMS_TOLD 12u /* in the message that none fits */

static int none_fits(const struct image *image, const struct platform *want,
		     const struct descriptor *list, size_t n, struct err *err)
{
	str have = STR_EMPTY;
	size_t told = 0;

	for (size_t i = 0; i < n && told < PLATFORMS_TOLD; i++) {
		if (descriptor_is_attestation(&list[i]) || !list[i].has_platform)
			continue;
		str one = platform_text(image->arena, &list[i].platform);

		have = str_fmt(image->arena, "%.*s%s%.*s", STR_ARG(have), told++ ? ", " : "",
			       STR_ARG(one));
	}
	str wanted = platform_text(image->arena, want);

	if (str_empty(have))
		return err_set(err, ERR_NOT_FOUND, "the index names no image for %.*s",
			       STR_ARG(wanted));
	return err_set(err, ERR_NOT_FOUND,
		       "no image for %.*s; there are: %.*s (choose with --platform)",
		       STR_ARG(wanted), STR_ARG(have));
}

/* Without --platform: the only image there is, or the first one of an image for Windows alone. */
static bool choose_anyway(const struct descriptor *list, size_t n, size_t *out)
{
	size_t images = 0, windows = 0, first = 0;

	for (size_t i = n; i-- > 0;) {
		if (descriptor_is_attestation(&list[i]))
			continue;
		images++;
		windows += str_eq(list[i].platform.os, STR("windows"));
		first = i;
	}
	if (!images || (images > 1 && windows != images))
		return false;
	*out = first;
	return true;
}

int image_choose(const struct image *image, const struct descriptor *list, size_t n, size_t *out,
		 struct err *err)
{
	struct platform want = platform_host();
	bool asked = !str_empty(image->opts->platform);
	int best = 0;

	if (asked && platform_parse(image->opts->platform, image->arena, &want, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (descriptor_is_attestation(&list[i]) || !list[i].has_platform)
			continue;
		int fit = platform_fit(&want, &list[i].platform);

		if (fit > best) {
			best = fit;
			*out = i;
		}
	}
	if (best > 0)
		return 0;
	/* One without platform is told by its configuration, which is looked at later. */
	if (choose_anyway(list, n, out) && (!asked || !list[*out].has_platform))
		return 0;
	return none_fits(image, &want, list, n, err);
}

/* Loads and verifies; *digest is that of the text. */
static int load_verified(struct image *image, const struct descriptor *d, bool manifest, size_t max,
			 str *text, str *digest, struct err *err)
{
	if (d->size != SIZE_UNKNOWN && d->size > max)
		return err_set(err, ERR_LIMIT, "%llu bytes, more than the %zu allowed",
			       (unsigned long long)d->size, max);
	if (image->ops->load(image->store, d, manifest, max, image->arena, text, err) < 0)
		return -1;
	if (d->size != SIZE_UNKNOWN && d->size != text->n)
		return err_set(err, ERR_INPUT, "has %zu bytes instead of the %llu it should have",
			       text->n, (unsigned long long)d->size);
	if (str_empty(d->digest)) {
		*digest = digest_sha256(*text, image->arena);
		return 0;
	}
	*digest = d->digest;
	return digest_verify(*text, d->digest, err);
}

static void layers_from_history(const struct image_config *c, struct image_layer *layers, size_t n)
{
	size_t made = 0;

	for (size_t i = 0; i < c->history_n; i++)
		made += !c->history[i].empty_layer;
	if (made != n)
		return; /* does not describe these layers: better none than a wrong one */
	for (size_t i = 0, at = 0; i < c->history_n; i++) {
		if (!c->history[i].empty_layer)
			layers[at++].created_by = c->history[i].created_by;
	}
}

int image_take_config(struct image *image, str text, struct image_layer *layers, size_t layers_n,
		      struct err *err)
{
	struct image_manifest *m = &image->manifest;
	struct image_config c;
	struct platform want = platform_host();

	if (image_config_parse(text, image->arena, &c, err) < 0)
		return err_wrap(err, "configuration");
	if (c.diff_ids_n != layers_n)
		return err_set(err, ERR_INPUT,
			       "the configuration names %zu layers, the manifest %zu", c.diff_ids_n,
			       layers_n);
	for (size_t i = 0; i < layers_n; i++) {
		if (!digest_valid(c.diff_ids[i]) || !digest_computable(c.diff_ids[i]))
			return err_set(err, ERR_INPUT,
				       "configuration: rootfs.diff_ids[%zu] is no sha256 digest",
				       i);
		layers[i].diff_id = c.diff_ids[i];
	}
	layers_from_history(&c, layers, layers_n);
	if (!str_empty(image->opts->platform)) {
		if (platform_parse(image->opts->platform, image->arena, &want, err) < 0)
			return -1;
		if (!platform_fit(&want, &c.platform))
			return err_set(err, ERR_NOT_FOUND, "the image is for %.*s, not for %.*s",
				       STR_ARG(platform_text(image->arena, &c.platform)),
				       STR_ARG(platform_text(image->arena, &want)));
	}
	m->platform_differs = !platform_fit(&want, &c.platform);
	m->os = c.platform.os;
	m->architecture = c.platform.architecture;
	m->variant = c.platform.variant;
	m->os_version = c.platform.os_version;
	m->created = c.created;
	m->config = c.document;
	m->layers = layers;
	m->layers_n = layers_n;
	return 0;
}

static bool is_image_config(str type)
{
	return str_eq(type, STR(MEDIA_OCI_CONFIG)) || str_eq(type, STR(MEDIA_DOCKER_CONFIG)) ||
	       str_eq(type, STR("application/octet-stream"));
}

static bool is_foreign(const struct descriptor *d)
{
	return d->has_urls && (str_find(d->media_type, STR("foreign")) >= 0 ||
			       str_find(d->media_type, STR("nondistributable")) >= 0);
}

static int take_manifest(struct image *image, str text, str media_type, struct err *err)
{
	struct manifest m;
	str config, digest;

	if (manifest_parse(text, image->arena, &m, err) < 0)
		return err_wrap(err, "manifest");
	if (!is_image_config(m.config.media_type))
		return err_set(err, ERR_UNSUPPORTED,
			       "is not a container image but an artifact (%.*s)",
			       STR_ARG(str_empty(m.artifact_type) ? m.config.media_type
								  : m.artifact_type));
	if (load_verified(image, &m.config, false, CONFIG_MAX_BYTES, &config, &digest, err) < 0)
		return err_wrap(err, "configuration %.*s", STR_ARG(m.config.digest));
	image->manifest.config_digest = digest;
	image->manifest.media_type = str_empty(m.media_type) ? media_type : m.media_type;
	struct image_layer *layers = ARENA_ARRAY(image->arena, struct image_layer, m.layers_n);

	for (size_t i = 0; i < m.layers_n; i++) {
		const struct descriptor *d = &m.layers[i];

		if (!digest_computable(d->digest))
			return err_set(err, ERR_UNSUPPORTED,
				       "layer %zu: digest %.*s cannot be verified", i + 1,
				       STR_ARG(str_take(d->digest, 100)));
		layers[i] = (struct image_layer){ .digest = d->digest,
						  .media_type = d->media_type,
						  .size = d->size,
						  .foreign = is_foreign(d) };
	}
	return image_take_config(image, config, layers, m.layers_n, err);
}

int image_resolve(struct image *image, const struct descriptor *root, struct err *err)
{
	struct descriptor d = *root;

	for (unsigned depth = 0; depth < INDEX_DEPTH; depth++) {
		struct manifest_index index;
		enum document_kind kind;
		str text, digest;
		size_t pick = 0;

		if (load_verified(image, &d, true, MANIFEST_MAX_BYTES, &text, &digest, err) < 0 ||
		    document_kind(text, d.media_type, &kind, err) < 0)
			return str_empty(d.digest)
				       ? err_wrap(err, "manifest")
				       : err_wrap(err, "manifest %.*s", STR_ARG(d.digest));
		if (kind == DOCUMENT_MANIFEST) {
			image->manifest.digest = digest;
			return take_manifest(image, text, d.media_type, err);
		}
		if (depth == 0)
			image->manifest.index_digest = digest;
		if (manifest_index_parse(text, image->arena, &index, err) < 0)
			return err_wrap(err, "index");
		if (image_choose(image, index.manifests, index.manifests_n, &pick, err) < 0)
			return -1;
		d = index.manifests[pick];
	}
	return err_set(err, ERR_LIMIT, "indexes nested more than %u deep", INDEX_DEPTH);
}
