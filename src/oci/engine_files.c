/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/engine_files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/path.h"
#include "oci/digest.h"
#include "oci/engine_layer.h"
#include "oci/spool.h"

#define CACHE_ID_MAX   128u
#define SPLIT_FILE_MAX (4ull << 30) /* records of one layer */
#define HEX_SHA256     64u

/* Where the files of a layer lie below the data folder, around its name there. */
static const struct driver {
	const char *name, *before, *behind;
} drivers[] = {
	{ "overlay2", "overlay2/", "/diff" },
	{ "fuse-overlayfs", "fuse-overlayfs/", "/diff" },
	{ "vfs", "vfs/dir/", "" },
	{ "btrfs", "btrfs/subvolumes/", "" },
};

struct engine_files {
	int root;
	const struct image_opts *opts;
	struct arena *arena; /* of the image */
	const struct driver *driver;
	/* By layer, lowest first. */
	str *chains;  /* hex */
	str *folders; /* below the root */
	size_t n;
};

static const struct driver *driver_of(str name)
{
	for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
		if (str_eq(name, str_c(drivers[i].name)))
			return &drivers[i];
	}
	return NULL;
}

bool engine_place_of(const struct json *graph_driver, struct engine_place *out)
{
	str name = json_get_str(graph_driver, STR("Name"));
	str upper = json_get_str(JSON_GET(graph_driver, "Data"), STR("UpperDir"));
	const struct driver *driver = driver_of(name);
	ptrdiff_t at;

	if (!driver)
		return false;
	out->driver = name;
	out->root = STR_EMPTY;
	/* ROOT/overlay2/NAME/diff */
	upper = str_without_suffix(upper, str_c(driver->behind));
	at = str_rfind_char(upper, '/');
	if (at <= 0)
		return true;
	upper = str_take(upper, (size_t)at + 1);
	if (str_ends(upper, str_c(driver->before)))
		out->root =
			str_without_suffix(str_drop_end(upper, strlen(driver->before)), STR("/"));
	return true;
}

/* ---- files of the engine ---- */

static int open_below(int root, const char *path, uint64_t flags)
{
	const struct open_how how = { .flags = flags | O_CLOEXEC,
				      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
						 RESOLVE_NO_MAGICLINKS };

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

static int open_file(const struct engine_files *files, const char *path, struct err *err)
{
	struct stat st;
	AUTO(fd_close)
	int fd = open_below(files->root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INPUT, "%s is not a file", path);
	return fd_take(&fd);
}

static int read_file(const struct engine_files *files, const char *path, size_t max, str *out,
		     struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	AUTO(fd_close)
	int fd = open_file(files, path, err);

	if (fd < 0)
		return -1;
	buf_init(&text, max);
	if (buf_read_fd(&text, fd, err) < 0)
		return err_wrap(err, "%s", path);
	*out = str_dup(files->arena, buf_str(&text));
	return 0;
}

/* ---- opening ---- */

static int open_root(struct engine_files *files, const struct engine_place *place, struct err *err)
{
	const char *host = files->opts->host_root ? files->opts->host_root : "/";
	const char *path = str_cstr(files->arena, place->root);
	const struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
				      .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	AUTO(fd_close)
	int top = open(host, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (top < 0)
		return err_sys(err, errno, "%s", host);
	files->root = (int)syscall(SYS_openat2, top, path, &how, sizeof(how));
	return files->root < 0 ? err_sys(err, errno, "%s", path) : 0;
}

static bool is_cache_id(str id)
{
	for (size_t i = 0; i < id.n; i++) {
		if (!is_alnum(id.p[i]) && id.p[i] != '-')
			return false;
	}
	return id.n > 0 && id.n <= CACHE_ID_MAX;
}

static const char *layer_path(const struct engine_files *files, size_t index, const char *name)
{
	return str_cstr(files->arena,
			str_fmt(files->arena, "image/%s/layerdb/sha256/%.*s/%s",
				files->driver->name, STR_ARG(files->chains[index]), name));
}

static bool is_sha256(str digest)
{
	return digest_valid(digest) && str_eq(digest_algorithm(digest), STR("sha256")) &&
	       digest_encoded(digest).n == HEX_SHA256;
}

/*
 * A layer is known by its chain: the digest of the chain below it and its own diff_id.
 */
static int find_layer(struct engine_files *files, size_t index, str *chain, str diff_id,
		      struct err *err)
{
	struct stat st;
	str id;

	if (!is_sha256(diff_id))
		return err_set(err, ERR_UNSUPPORTED, "layer %zu has no sha256 digest", index + 1);
	if (index > 0)
		diff_id = digest_sha256(
			str_fmt(files->arena, "%.*s %.*s", STR_ARG(*chain), STR_ARG(diff_id)),
			files->arena);
	*chain = diff_id;
	files->chains[index] = digest_encoded(*chain);
	if (read_file(files, layer_path(files, index, "cache-id"), CACHE_ID_MAX, &id, err) < 0)
		return -1;
	if (!is_cache_id(id))
		return err_set(err, ERR_INPUT, "layer %zu: malformed name of its folder",
			       index + 1);
	files->folders[index] = str_fmt(files->arena, "%s%.*s%s", files->driver->before,
					STR_ARG(id), files->driver->behind);
	const char *path = str_cstr(files->arena, files->folders[index]);
	AUTO(fd_close)
	int fd = open_below(files->root, path, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	path = layer_path(files, index, "tar-split.json.gz");
	AUTO(fd_close)
	int records = open_below(files->root, path, O_PATH);
	if (records < 0 || fstat(records, &st) < 0 || !S_ISREG(st.st_mode))
		return err_sys(err, errno, "%s", path);
	return 0;
}

static int take_config(struct image *image, struct engine_files *files, str id, struct err *err)
{
	struct image_config config;
	struct image_layer *layers;
	str text, chain = STR_EMPTY;
	const char *path =
		str_cstr(files->arena, str_fmt(files->arena, "image/%s/imagedb/content/sha256/%.*s",
					       files->driver->name, STR_ARG(digest_encoded(id))));

	if (read_file(files, path, CONFIG_MAX_BYTES, &text, err) < 0)
		return -1;
	if (digest_verify(text, id, err) < 0 ||
	    image_config_parse(text, files->arena, &config, err) < 0)
		return err_wrap(err, "configuration");
	if (config.diff_ids_n > LAYERS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u layers", LAYERS_MAX);
	files->n = config.diff_ids_n;
	files->chains = ARENA_ARRAY(files->arena, str, files->n);
	files->folders = ARENA_ARRAY(files->arena, str, files->n);
	layers = ARENA_ARRAY(files->arena, struct image_layer, files->n);
	for (size_t i = 0; i < files->n; i++) {
		layers[i].size = SIZE_LATER;
		if (find_layer(files, i, &chain, config.diff_ids[i], err) < 0)
			return -1;
	}
	if (image_take_config(image, text, layers, files->n, err) < 0)
		return -1;
	image->manifest.config_digest = id;
	return 0;
}

/* ---- layers ---- */

static int open_layer(void *store, const struct image_layer *layer, size_t index, struct blob *out,
		      struct err *err)
{
	const struct engine_files *files = store;
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const char *records =
		str_cstr(scratch, str_fmt(scratch, "image/%s/layerdb/sha256/%.*s/tar-split.json.gz",
					  files->driver->name, STR_ARG(files->chains[index])));
	AUTO(fd_close)
	int stored = open_file(files, records, err);
	AUTO(fd_close)
	int folder = -1;
	AUTO(fd_close)
	int split = -1;

	(void)layer;
	if (stored < 0)
		return -1;
	folder = open_below(files->root, str_cstr(scratch, files->folders[index]),
			    O_PATH | O_DIRECTORY);
	if (folder < 0)
		return err_sys(err, errno, "%.*s", STR_ARG(files->folders[index]));
	split = spool_fd(stored, files->opts->tmp_dir, SPLIT_FILE_MAX, files->opts->deadline_ms,
			 err);
	if (split < 0)
		return err_wrap(err, "%s", records);
	return engine_layer_start(&split, &folder, out, err);
}

static int finish(void *store, struct blob *blob, struct err *err)
{
	(void)store;
	return engine_layer_end(blob, err);
}

static void release(void *store)
{
	struct engine_files *files = store;

	if (files->root >= 0)
		(void)close(files->root);
	free(files);
}

static const struct blob_ops engine_files_ops = {
	.open = open_layer,
	.finish = finish,
	.free = release,
};

int engine_files_open(struct image *image, const struct engine_place *place, str id,
		      struct err *err)
{
	struct engine_files *files = mem_zalloc(sizeof(*files));

	files->root = -1;
	files->opts = image->opts;
	files->arena = image->arena;
	files->driver = driver_of(place->driver);
	if (!files->driver || !is_sha256(id))
		err_set(err, ERR_UNSUPPORTED, "storage of an unknown kind");
	else if (open_root(files, place, err) == 0 && take_config(image, files, id, err) == 0) {
		image->store = files;
		image->ops = &engine_files_ops;
		image->manifest.in_place = true;
		return 0;
	}
	release(files);
	return -1;
}
