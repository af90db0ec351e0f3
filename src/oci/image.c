/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/image.h"

#include <assert.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"
#include "oci/digest.h"
#include "oci/image_internal.h"

#define X(row) extern const struct transport transport_##row;
#include "transport_table.h"
#undef X

static const struct transport *const transports[] = {
#define X(row) &transport_##row,
#include "transport_table.h"
#undef X
};

static const struct transport *transport_of(str target, str *rest)
{
	for (size_t i = 0; i < ARRAY_LEN(transports); i++) {
		str prefix = str_c(transports[i]->prefix);

		if (transports[i]->whole ? str_eq(target, prefix) : str_starts(target, prefix)) {
			*rest = str_skip(target, prefix.n);
			return transports[i];
		}
	}
	return NULL;
}

bool image_target_has_transport(str target)
{
	str rest;

	return transport_of(target, &rest) != NULL;
}

str image_target_forms(struct arena *arena)
{
	str text = STR_EMPTY;

	for (size_t i = 0; i < ARRAY_LEN(transports); i++)
		text = str_fmt(arena, "%.*s%s\n", STR_ARG(text), transports[i]->form);
	return text;
}

/*
 * A bare word is a reference. One that is also a file or folder here could be either: nobody is
 * served by a guess, least of all a script.
 */
static int path_refuse(str target, struct arena *arena, struct err *err)
{
	struct stat st;
	const char *path = str_cstr(arena, target);

	if (memchr(target.p, 0, target.n) || stat(path, &st) < 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return err_set(
			err, ERR_USAGE,
			"'%s' is a folder here: write dir:%s for a root file system, oci:%s for an "
			"image layout, docker://%s for an image of that name",
			path, path, path, path);
	return err_set(
		err, ERR_USAGE,
		"'%s' is a file here: write docker-archive:%s or oci-archive:%s for an archive, "
		"docker://%s for an image of that name",
		path, path, path, path);
}

int image_open(str target, const struct image_opts *opts, struct arena *arena, struct image **out,
	       struct err *err)
{
	AUTO(image_close)
	struct image *image = mem_zalloc(sizeof(*image));
	str rest = target;
	const struct transport *transport = transport_of(target, &rest);

	image->arena = arena;
	image->opts = opts;
	if (str_empty(target) || (transport && !transport->whole && str_empty(rest)))
		return err_set(err, ERR_USAGE, "'%.*s': no image is named", STR_ARG(target));
	if (!transport) {
		if (path_refuse(target, arena, err) < 0)
			return -1;
		transport = &transport_docker;
	}
	image->manifest.target = str_dup(arena, target);
	if (transport->open(image, str_dup(arena, rest), err) < 0)
		return err_wrap(err, "image %.*s", STR_ARG(str_take(target, 300)));
	*out = TAKE(image);
	return 0;
}

void image_close(struct image *image)
{
	if (!image)
		return;
	if (image->ops && image->ops->free)
		image->ops->free(image->store);
	free(image);
}

const struct image_manifest *image_manifest(const struct image *image) { return &image->manifest; }

/* Those of the specifications, compressed in any way; the reader looks at the bytes. */
static bool is_file_layer(str type)
{
	if (str_ends(type, STR("+encrypted")))
		return false;
	return str_empty(type) || str_starts(type, STR("application/vnd.oci.image.layer.")) ||
	       str_starts(type, STR("application/vnd.docker.image.rootfs.")) ||
	       str_starts(type, STR("application/vnd.docker.container.image.rootfs.")) ||
	       str_starts(type, STR("application/x-tar")) ||
	       str_eq(type, STR("application/octet-stream"));
}

int image_layer_open(struct image *image, size_t index, struct blob *out, struct err *err)
{
	assert(index < image->manifest.layers_n);
	const struct image_layer *layer = &image->manifest.layers[index];
	struct blob blob = { .fd = -1 };

	if (!is_file_layer(layer->media_type))
		return err_set(err, ERR_UNSUPPORTED, "has media type %.*s, which is not read",
			       STR_ARG(layer->media_type));
	if (image->ops->open(image->store, layer, index, &blob, err) < 0) {
		if (layer->foreign && err->kind == ERR_NOT_FOUND)
			return err_set(err, ERR_UNSUPPORTED,
				       "is kept at other addresses, which are not followed");
		return -1;
	}
	*out = blob;
	return 0;
}

int image_layer_close(struct image *image, size_t index, struct blob *blob, struct err *err)
{
	struct blob b = *blob;

	(void)index; /* the caller names the layer */

	*blob = (struct blob){ .fd = -1 };
	if (b.fd < 0 || (b.fd == 0 && !b.transfer && !b.size))
		return 0;
	/* The reading end goes first: a sender that waits for a reader then sees that there is
	 * none. */
	(void)close(b.fd);
	if (b.transfer && image->ops->finish)
		return image->ops->finish(image->store, &b, err);
	return 0;
}
