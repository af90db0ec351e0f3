/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The archive of Docker before 1.10: "repositories" names the top layer of each tag, a folder per
 * layer holds "json" (with its parent) and "layer.tar". There are no digests: nothing in it can be
 * verified, and the layers say so.
 */
#include "base/err.h"
#include "oci/archive.h"
#include "oci/document.h"

#define ID_HEX 64u

static bool id_valid(str id)
{
	uint64_t ignored;

	for (size_t i = 0; i + 16 <= id.n; i += 16) {
		if (!str_u64_base(str_of(id.p + i, 16), 16, &ignored))
			return false;
	}
	return id.n == ID_HEX;
}

/* The layer that `reference` (":NAME[:TAG]" or empty) stands for. */
static int top_layer(struct image *image, const struct json *repositories, str reference, str *out,
		     struct err *err)
{
	str wanted = str_skip(reference, 1);
	size_t fits = 0;

	JSON_MEMBERS (repositories, repository) {
		JSON_MEMBERS (&repository->value, tag) {
			str name = str_fmt(image->arena, "%.*s:%.*s", STR_ARG(repository->key),
					   STR_ARG(tag->key));

			if (!str_empty(wanted) && !str_eq(wanted, name) &&
			    !str_eq(wanted, repository->key))
				continue;
			*out = json_str(&tag->value);
			image->manifest.name = name;
			fits++;
		}
	}
	if (fits == 1 && id_valid(*out))
		return 0;
	if (fits > 1)
		return err_set(err, ERR_USAGE, "there are several images, name one with :NAME:TAG");
	return err_set(err, fits ? ERR_INPUT : ERR_NOT_FOUND,
		       fits ? "repositories: expected the ID of a layer" : "no image of that name");
}

struct chain {
	str ids[LAYERS_MAX]; /* top first */
	size_t n;
	const struct json *top;
};

static int chain_read(const struct image *image, const struct archive *archive, str id,
		      struct chain *chain, struct err *err)
{
	while (!str_empty(id)) {
		const struct json *doc;
		str text;

		if (!id_valid(id))
			return err_set(err, ERR_INPUT, "the ID of a layer is malformed");
		/* A layer that is its own ancestor ends here as well. */
		if (chain->n == LAYERS_MAX)
			return err_set(err, ERR_LIMIT, "more than %u layers", LAYERS_MAX);
		str path = str_fmt(image->arena, "%.*s/json", STR_ARG(id));

		if (tar_index_load(&archive->index, path, CONFIG_MAX_BYTES / 16, image->arena,
				   &text, err) < 0)
			return -1;
		if (document_parse(text, CONFIG_MAX_BYTES / 16, image->arena, &doc, err) < 0)
			return err_wrap(err, "%.*s", STR_ARG(path));
		if (!chain->n)
			chain->top = doc;
		chain->ids[chain->n++] = id;
		id = json_get_str(doc, STR("parent"));
	}
	return 0;
}

static int layers_take(struct image *image, struct archive *archive, const struct chain *chain,
		       struct err *err)
{
	struct arena *arena = image->arena;
	struct image_layer *layers = ARENA_ARRAY(arena, struct image_layer, chain->n);

	archive->layers = ARENA_ARRAY(arena, const struct tar_place *, chain->n);
	for (size_t i = 0; i < chain->n; i++) {
		str id = chain->ids[chain->n - 1 - i];
		str path = str_fmt(arena, "%.*s/layer.tar", STR_ARG(id));

		if (tar_index_file(&archive->index, path, arena, &archive->layers[i], err) < 0)
			return -1;
		layers[i] = (struct image_layer){ .size = archive->layers[i]->size,
						  .unverifiable = true };
	}
	image->manifest.layers = layers;
	image->manifest.layers_n = chain->n;
	return 0;
}

int archive_open_legacy(struct image *image, struct archive *archive, str reference,
			struct err *err)
{
	struct chain *chain = ARENA_NEW(image->arena, struct chain);
	struct image_manifest *m = &image->manifest;
	const struct json *doc;
	str text, id = STR_EMPTY;

	if (tar_index_load(&archive->index, STR("repositories"), MANIFEST_MAX_BYTES, image->arena,
			   &text, err) < 0)
		return -1;
	if (document_parse(text, MANIFEST_MAX_BYTES, image->arena, &doc, err) < 0)
		return err_wrap(err, "repositories");
	if (top_layer(image, doc, reference, &id, err) < 0 ||
	    chain_read(image, archive, id, chain, err) < 0 ||
	    layers_take(image, archive, chain, err) < 0)
		return -1;
	m->config = chain->top;
	m->os = json_get_str(chain->top, STR("os"));
	m->architecture = json_get_str(chain->top, STR("architecture"));
	m->created = json_get_str(chain->top, STR("created"));
	return 0;
}
