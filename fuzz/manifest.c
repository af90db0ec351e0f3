/* SPDX-License-Identifier: Apache-2.0 */
/* The first byte chooses the kind of the document. */
#include "oci/manifest.h"

#include <assert.h>

#include "base/err.h"
#include "oci/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct descriptor *d)
{
	assert(digest_valid(d->digest));
	assert(d->size <= INT64_MAX);
	assert(d->media_type.n > 2);
	(void)descriptor_is_attestation(d);
}

static void read_manifest(str text, struct arena *arena, struct err *err)
{
	struct manifest m;

	if (manifest_parse(text, arena, &m, err) < 0)
		return;
	check(&m.config);
	for (size_t i = 0; i < m.layers_n; i++)
		check(&m.layers[i]);
}

static void read_index(str text, struct arena *arena, struct err *err)
{
	const struct platform want = { .os = STR("linux"), .architecture = STR("arm") };
	struct manifest_index index;

	if (manifest_index_parse(text, arena, &index, err) < 0)
		return;
	for (size_t i = 0; i < index.manifests_n; i++) {
		check(&index.manifests[i]);
		(void)platform_fit(&want, &index.manifests[i].platform);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct image_config config;
	enum document_kind kind;
	struct descriptor d;
	struct err err;

	if (size == 0)
		return 0;
	str text = str_of((const char *)data + 1, size - 1);

	switch (data[0]) {
	case 'm':
		read_manifest(text, arena, &err);
		break;
	case 'i':
		read_index(text, arena, &err);
		break;
	case 'c':
		if (image_config_parse(text, arena, &config, &err) == 0)
			assert(config.document);
		break;
	case 'd':
		if (descriptor_parse(text, arena, &d, &err) == 0)
			check(&d);
		break;
	case 'l':
		IGNORE(image_layout_parse(text, &err)); /* any answer will do */
		break;
	default:
		IGNORE(document_kind(text, STR(MEDIA_OCI_INDEX), &kind,
				     &err)); /* any answer will do */
	}
	return 0;
}
