/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/err.h"
#include "oci/digest.h"
#include "oci/layout.h"
#include "oci/spool.h"

static str blob_name(str digest, struct arena *arena)
{
	str name = digest_algorithm(digest), hex = digest_encoded(digest);

	return str_fmt(arena, "blobs/%.*s/%.*s", STR_ARG(name), STR_ARG(hex));
}

static int load(void *store, const struct descriptor *d, bool manifest, size_t max,
		struct arena *arena, str *out, struct err *err)
{
	const struct archive *archive = store;

	(void)manifest;
	return tar_index_load(&archive->index, blob_name(d->digest, arena), max, arena, out, err);
}

static int open_layer(void *store, const struct image_layer *layer, size_t index, struct blob *out,
		      struct err *err)
{
	const struct archive *archive = store;
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct tar_place *place;
	int fd;

	if (archive->layers)
		place = archive->layers[index];
	else if (tar_index_file(&archive->index, blob_name(layer->digest, scratch), scratch, &place,
				err) < 0)
		return -1;
	if (place->size != layer->size)
		return err_set(err, ERR_INPUT, "has %llu bytes in the archive instead of %llu",
			       (unsigned long long)place->size, (unsigned long long)layer->size);
	fd = fcntl(archive->fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return err_sys(err, errno, "archive");
	*out = (struct blob){
		.fd = fd, .offset = place->offset, .size = place->size, .seekable = true
	};
	return 0;
}

static void release(void *store)
{
	struct archive *archive = store;

	if (archive->fd >= 0)
		(void)close(archive->fd);
	free(archive);
}

static const struct blob_ops archive_ops = { .load = load, .open = open_layer, .free = release };

static int open_oci(struct image *image, const struct archive *archive, str reference,
		    struct err *err)
{
	struct arena *arena = image->arena;
	struct descriptor root;
	str text;

	if (tar_index_load(&archive->index, STR("oci-layout"), 65536, arena, &text, err) < 0)
		return -1;
	if (image_layout_parse(text, err) < 0)
		return err_wrap(err, "oci-layout");
	if (tar_index_load(&archive->index, STR("index.json"), MANIFEST_MAX_BYTES, arena, &text,
			   err) < 0 ||
	    layout_pick(image, text, reference, &root, err) < 0)
		return -1;
	return image_resolve(image, &root, err);
}

static int open_kind(struct image *image, struct archive *archive, enum archive_kind kind,
		     str reference, struct err *err)
{
	bool oci = tar_index_has(&archive->index, STR("oci-layout")) &&
		   tar_index_has(&archive->index, STR("index.json"));
	bool docker = tar_index_has(&archive->index, STR("manifest.json"));
	bool legacy = tar_index_has(&archive->index, STR("repositories"));

	if (oci && kind != ARCHIVE_DOCKER)
		return open_oci(image, archive, reference, err);
	if (docker && kind != ARCHIVE_OCI)
		return archive_open_docker(image, archive, reference, err);
	if (legacy && kind != ARCHIVE_OCI)
		return archive_open_legacy(image, archive, reference, err);
	if (oci)
		return err_set(err, ERR_USAGE, "is an OCI archive: write oci-archive:");
	if (docker || legacy)
		return err_set(err, ERR_USAGE, "is a Docker archive: write docker-archive:");
	return err_set(err, ERR_INPUT, "holds no image: neither manifest.json nor an OCI layout%s",
		       archive->index.by_path.n ? "" : " (it is empty)");
}

int archive_open(struct image *image, int fd, enum archive_kind kind, str reference,
		 struct err *err)
{
	struct archive *archive = mem_zalloc(sizeof(*archive));

	archive->fd = fd;
	image->store = archive;
	image->ops = &archive_ops;
	if (spool_is_compressed(fd)) {
		int plain = spool_fd(fd, image->opts->tmp_dir, image->opts->max_spool,
				     image->opts->deadline_ms, err);

		if (plain < 0)
			return -1;
		(void)close(fd);
		archive->fd = plain;
	}
	if (tar_index_read(archive->fd, image->arena, &archive->index, err) < 0)
		return -1;
	return open_kind(image, archive, kind, reference, err);
}

/* "@N" in front of what target_cut knows. */
static void cut(str rest, str *path, str *reference)
{
	ptrdiff_t at = str_rfind_char(rest, '@');
	uint64_t n;

	target_cut(rest, path, reference);
	if (at > 0 && str_u64(str_skip(rest, (size_t)at + 1), &n)) {
		*path = str_without_suffix(str_take(rest, (size_t)at), STR(":"));
		*reference = str_skip(rest, (size_t)at);
	}
}

int archive_open_file(struct image *image, enum archive_kind kind, str rest, struct err *err)
{
	AUTO(fd_close)
	int fd = -1;
	struct stat st;
	str path, reference;

	cut(rest, &path, &reference);
	const char *name = str_cstr(image->arena, path);

	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, errno, "%s", name);
	if (S_ISDIR(st.st_mode))
		return err_set(err, ERR_USAGE, "%s is a folder (oci:%s?)", name, name);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_USAGE, "%s is not a file (- reads standard input)", name);
	return archive_open(image, fd_take(&fd), kind, reference, err);
}
