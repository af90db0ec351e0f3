/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker-archive:FILE[:TAG|@N]: manifest.json lists the images of the archive, each with the names
 * of its configuration and layers. The layers are as they are in the image, so diff_id verifies.
 */
#include "base/err.h"
#include "base/path.h"
#include "oci/archive.h"
#include "oci/digest.h"
#include "oci/document.h"
#include "oci/reference.h"

#define IMAGES_MAX 4096u
#define TAGS_MAX   4096u
#define TAGS_TOLD  12u

/* Both written out, "debian" is "docker.io/library/debian:latest". */
static bool same_name(str a, str b, struct arena *arena)
{
	struct reference x, y;
	struct err ignored; /* what is no reference is compared as it is */

	if (str_eq(a, b))
		return true;
	return reference_parse(a, arena, &x, &ignored) == 0 &&
	       reference_parse(b, arena, &y, &ignored) == 0 &&
	       str_eq(reference_text(&x, arena), reference_text(&y, arena));
}

static str names_of(const struct json *list, struct arena *arena)
{
	str text = STR_EMPTY;
	size_t told = 0;

	JSON_EACH (list, item) {
		JSON_EACH (JSON_GET(item, "RepoTags"), tag) {
			if (told < TAGS_TOLD)
				text = str_fmt(arena, "%.*s%s%.*s", STR_ARG(text), told ? ", " : "",
					       STR_ARG(json_str(tag)));
			told++;
		}
	}
	return told ? text : STR("no tags");
}

static int pick(const struct json *list, str reference, struct arena *arena,
		const struct json **out, struct err *err)
{
	size_t n = json_len(list);
	uint64_t at;

	if (n == 0)
		return err_set(err, ERR_NOT_FOUND, "manifest.json names no image");
	if (str_starts(reference, STR("@"))) {
		if (!str_u64(str_skip(reference, 1), &at) || at >= n)
			return err_set(err, ERR_NOT_FOUND,
				       "no image %.*s in the archive, which has %zu (from @0)",
				       STR_ARG(reference), n);
		*out = json_at(list, (size_t)at);
		return 0;
	}
	if (str_empty(reference)) {
		if (n > 1)
			return err_set(
				err, ERR_USAGE,
				"there are %zu images, name one with :TAG or @0 to @%zu: %.*s", n,
				n - 1, STR_ARG(names_of(list, arena)));
		*out = json_at(list, 0);
		return 0;
	}
	JSON_EACH (list, item) {
		JSON_EACH (JSON_GET(item, "RepoTags"), tag) {
			if (same_name(json_str(tag), str_skip(reference, 1), arena)) {
				*out = item;
				return 0;
			}
		}
	}
	return err_set(err, ERR_NOT_FOUND, "no image tagged '%.*s'; there are: %.*s",
		       STR_ARG(str_skip(reference, 1)), STR_ARG(names_of(list, arena)));
}

/* The hex of "HEX.json" and "blobs/sha256/HEX" must be that of the content. */
static int config_verify(str path, str text, struct arena *arena, str *digest, struct err *err)
{
	str hex = str_without_suffix(path_base(path), STR(".json"));
	str named = str_cat(arena, STR("sha256:"), hex);

	*digest = digest_sha256(text, arena);
	if (digest_valid(named) && !str_eq(named, *digest))
		return err_set(err, ERR_INPUT, "wrong digest: the content has %.*s instead of %.*s",
			       STR_ARG(*digest), STR_ARG(named));
	return 0;
}

/* Newer archives name layers by the digest of what is stored. */
static str layer_digest(str path, struct arena *arena)
{
	str digest = str_cat(arena, STR("sha256:"), path_base(path));

	return str_starts(path, STR("blobs/sha256/")) && digest_valid(digest) ? digest : STR_EMPTY;
}

static int layers_find(struct image *image, struct archive *archive, const struct json *names,
		       struct image_layer **out, struct err *err)
{
	struct arena *arena = image->arena;
	size_t n = json_len(names), i = 0;
	struct image_layer *layers = ARENA_ARRAY(arena, struct image_layer, n);

	archive->layers = ARENA_ARRAY(arena, const struct tar_place *, n);
	JSON_EACH (names, name) {
		str path;

		if (path_normal(json_str(name), arena, &path, err) < 0 ||
		    tar_index_file(&archive->index, path, arena, &archive->layers[i], err) < 0)
			return err_wrap(err, "layer %zu", i + 1);
		layers[i].size = archive->layers[i]->size;
		layers[i].digest = layer_digest(path, arena);
		i++;
	}
	*out = layers;
	return 0;
}

static int tags_take(struct image *image, const struct json *item, struct err *err)
{
	const struct json *list = NULL;
	str *tags;

	if (document_strings(item, "", STR("RepoTags"), TAGS_MAX, &list, err) < 0)
		return -1;
	tags = ARENA_ARRAY(image->arena, str, json_len(list));
	JSON_EACH (list, tag)
		tags[image->manifest.repo_tags_n++] = json_str(tag);
	image->manifest.repo_tags = tags;
	if (image->manifest.repo_tags_n && str_empty(image->manifest.name))
		image->manifest.name = tags[0];
	return 0;
}

static int image_take(struct image *image, struct archive *archive, const struct json *item,
		      struct err *err)
{
	struct arena *arena = image->arena;
	const struct json *names = NULL;
	struct image_layer *layers;
	str path = STR_EMPTY, text;

	if (!json_is(item, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "expected objects");
	if (document_string(item, "", STR("Config"), REQUIRED, &path, err) < 0 ||
	    document_strings(item, "", STR("Layers"), LAYERS_MAX, &names, err) < 0 ||
	    tags_take(image, item, err) < 0 || path_normal(path, arena, &path, err) < 0)
		return -1;
	if (tar_index_load(&archive->index, path, CONFIG_MAX_BYTES, arena, &text, err) < 0 ||
	    config_verify(path, text, arena, &image->manifest.config_digest, err) < 0)
		return err_wrap(err, "configuration");
	if (layers_find(image, archive, names, &layers, err) < 0)
		return -1;
	return image_take_config(image, text, layers, json_len(names), err);
}

int archive_open_docker(struct image *image, struct archive *archive, str reference,
			struct err *err)
{
	const struct json_opts opts = { .max_depth = 16, .max_values = 1000000 };
	const struct json *list, *item = NULL;
	str text;

	if (tar_index_load(&archive->index, STR("manifest.json"), MANIFEST_MAX_BYTES, image->arena,
			   &text, err) < 0)
		return -1;
	if (json_parse(text, &opts, image->arena, &list, err) < 0)
		return err_wrap(err, "manifest.json");
	if (!json_is(list, JSON_ARRAY) || json_len(list) > IMAGES_MAX)
		return err_set(err, ERR_INPUT,
			       "manifest.json: expected a list of at most %u images", IMAGES_MAX);
	if (pick(list, reference, image->arena, &item, err) < 0)
		return -1;
	return image_take(image, archive, item, err) < 0 ? err_wrap(err, "manifest.json") : 0;
}

static int docker_archive_open(struct image *image, str rest, struct err *err)
{
	return archive_open_file(image, ARCHIVE_DOCKER, rest, err);
}

const struct transport transport_docker_archive = {
	.prefix = "docker-archive:",
	.form = "docker-archive:FILE[:TAG|@N]",
	.open = docker_archive_open,
};
