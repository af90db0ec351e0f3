/* SPDX-License-Identifier: Apache-2.0 */
/* oci:DIR[:TAG|@DIGEST]: an image layout. The folder is opened so that links cannot leave it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/err.h"
#include "oci/digest.h"
#include "oci/image_internal.h"
#include "oci/layout.h"

struct layout_dir {
	int fd;
};

int layout_file_open(int dir, const char *path, uint64_t *size, struct err *err)
{
	const struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	AUTO(fd_close)
	int fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
	struct stat st;

	if (fd < 0 && errno == EXDEV)
		return err_set(err, ERR_INPUT, "%s leads out of the layout's folder", path);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "%s is not a file", path);
	*size = (uint64_t)st.st_size;
	return fd_take(&fd);
}

int layout_file_load(int dir, const char *path, size_t max, struct arena *arena, str *out,
		     struct err *err)
{
	uint64_t size = 0;
	AUTO(fd_close)
	int fd = layout_file_open(dir, path, &size, err);
	AUTO(buf_done)
	struct buf text;

	buf_init(&text, max);
	if (fd < 0)
		return -1;
	if (buf_read_fd(&text, fd, err) < 0)
		return err_wrap(err, "%s", path);
	*out = str_dup(arena, buf_str(&text));
	return 0;
}

/* "blobs/sha256/..."; a valid digest holds no '/' and does not start with '.'. */
static const char *blob_path(char *out, size_t size, str digest)
{
	str name = digest_algorithm(digest), hex = digest_encoded(digest);

	(void)snprintf(out, size, "blobs/%.*s/%.*s", STR_ARG(name), STR_ARG(hex));
	return out;
}

static int dir_load(void *store, const struct descriptor *d, bool manifest, size_t max,
		    struct arena *arena, str *out, struct err *err)
{
	const struct layout_dir *dir = store;
	char path[DIGEST_MAX_BYTES + 16];

	(void)manifest;
	return layout_file_load(dir->fd, blob_path(path, sizeof(path), d->digest), max, arena, out,
				err);
}

static int dir_open(void *store, const struct image_layer *layer, size_t index, struct blob *out,
		    struct err *err)
{
	const struct layout_dir *dir = store;
	char path[DIGEST_MAX_BYTES + 16];
	uint64_t size = 0;

	(void)index;
	AUTO(fd_close)
	int fd =
		layout_file_open(dir->fd, blob_path(path, sizeof(path), layer->digest), &size, err);

	if (fd < 0)
		return -1;
	if (size != layer->size)
		return err_set(err, ERR_INPUT, "%s has %llu bytes instead of %llu", path,
			       (unsigned long long)size, (unsigned long long)layer->size);
	*out = (struct blob){ .fd = fd_take(&fd), .size = size, .seekable = true };
	return 0;
}

static void dir_free(void *store)
{
	struct layout_dir *dir = store;

	if (dir->fd >= 0)
		(void)close(dir->fd);
	free(dir);
}

const struct blob_ops layout_dir_ops = { .load = dir_load, .open = dir_open, .free = dir_free };

void layout_dir_attach(struct image *image, int fd)
{
	struct layout_dir *dir = mem_zalloc(sizeof(*dir));

	dir->fd = fd;
	image->store = dir;
	image->ops = &layout_dir_ops;
}

static int oci_open(struct image *image, str rest, struct err *err)
{
	str path, reference, text;
	struct descriptor root;

	target_cut(rest, &path, &reference);
	const char *name = str_cstr(image->arena, path);
	int fd = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 && errno == ENOTDIR)
		return err_set(err, ERR_USAGE, "%s is not a folder (oci-archive:%s?)", name, name);
	if (fd < 0)
		return err_sys(err, errno, "%s", name);
	layout_dir_attach(image, fd);
	if (layout_file_load(fd, "oci-layout", 65536, image->arena, &text, err) < 0)
		return err->kind == ERR_NOT_FOUND
			       ? err_set(err, ERR_INPUT,
					 "%s is no image layout: it has no file oci-layout", name)
			       : -1;
	if (image_layout_parse(text, err) < 0)
		return err_wrap(err, "oci-layout");
	if (layout_file_load(fd, "index.json", MANIFEST_MAX_BYTES, image->arena, &text, err) < 0 ||
	    layout_pick(image, text, reference, &root, err) < 0)
		return -1;
	return image_resolve(image, &root, err);
}

const struct transport transport_oci = {
	.prefix = "oci:",
	.form = "oci:DIR[:TAG|@DIGEST]",
	.open = oci_open,
};
