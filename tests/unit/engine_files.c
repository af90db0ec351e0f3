/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/engine_files.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "oci/digest.h"
#include "test.h"
#include "tree.h"

#define LARGE 100000u

/* The data folder of an engine with one image of one layer. */
struct store {
	char root[64];
	struct arena *arena;
	str id, layer; /* the archive its records make, which is none: nobody here looks */
	const char *folder;
	struct image_opts opts;
	struct image *image;
};

static void put(const struct store *s, const char *path, str text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char *full = str_cstr(arena, str_fmt(arena, "%s/%s", s->root, path));
	struct err err;

	for (char *p = full + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = 0;
		IGNORE(mkdir(full, 0755)); /* it may be there */
		*p = '/';
	}
	AUTO(fd_close)
	int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	CHECK(fd >= 0);
	CHECK_OK(fd_write_all(fd, text, &err));
}

static const char *below(const struct store *s, const char *name)
{
	return str_cstr(s->arena, str_fmt(s->arena, "%s/%s/%s", s->root, s->folder, name));
}

static str large(struct arena *arena)
{
	char *p = arena_bytes(arena, LARGE);

	for (size_t i = 0; i < LARGE; i++)
		p[i] = (char)('a' + i * i % 23);
	return str_of(p, LARGE);
}

/* "head", etc/small, a large file, "tail". */
static void store_init(struct store *s, const char *driver, const char *folder)
{
	static const char records[] =
		"{\"type\":2,\"payload\":\"aGVhZA==\",\"position\":0}\n"
		"{\"type\":1,\"name\":\"./etc/small\",\"size\":6,\"payload\":null,\"position\":1}\n"
		"{\"type\":1,\"name\":\"/large\",\"size\":100000,\"payload\":null,\"position\":2}\n"
		"{\"type\":1,\"name\":\"empty\",\"payload\":null,\"position\":3}\n"
		"{\"type\":2,\"payload\":\"dGFpbA==\",\"position\":4}\n";
	str config, chain;

	*s = (struct store){ .root = "/tmp/engine-files-XXXXXX", .arena = arena_new() };
	CHECK(mkdtemp(s->root));
	s->folder = folder;
	s->layer = str_cat(s->arena, str_cat(s->arena, STR("headsmall\n"), large(s->arena)),
			   STR("tail"));
	chain = digest_sha256(s->layer, s->arena);
	config = str_fmt(
		s->arena,
		"{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
		"\"diff_ids\":[\"%.*s\"]}}",
		STR_ARG(chain));
	s->id = digest_sha256(config, s->arena);
#define PATH(...) str_cstr(s->arena, str_fmt(s->arena, __VA_ARGS__))
	put(s, PATH("image/%s/imagedb/content/sha256/%.*s", driver, STR_ARG(digest_encoded(s->id))),
	    config);
	put(s,
	    PATH("image/%s/layerdb/sha256/%.*s/cache-id", driver, STR_ARG(digest_encoded(chain))),
	    STR("0123abc"));
	put(s,
	    PATH("image/%s/layerdb/sha256/%.*s/tar-split.json.gz", driver,
		 STR_ARG(digest_encoded(chain))),
	    str_c(records));
	put(s, PATH("%s/etc/small", folder), STR("small\n"));
	put(s, PATH("%s/large", folder), large(s->arena));
#undef PATH
	s->image = mem_zalloc(sizeof(*s->image));
	s->image->arena = s->arena;
	s->image->opts = &s->opts;
}

static void store_done(struct store *s)
{
	image_close(s->image);
	arena_free(s->arena);
	CHECK_INT(tree_remove(s->root), 0);
}

static int open_store(struct store *s, const char *driver, struct err *err)
{
	const struct engine_place place = { .root = str_c(s->root), .driver = str_c(driver) };

	return engine_files_open(s->image, &place, s->id, err);
}

/* Reads the layer to its end; how its transfer ended. */
static int read_layer(struct store *s, struct buf *out, uint64_t *size, struct err *err)
{
	struct blob blob;

	buf_reset(out);
	if (image_layer_open(s->image, 0, &blob, err) < 0)
		return -1;
	*size = blob.size;
	CHECK_INT(buf_read_fd(out, blob.fd, err), 0);
	return image_layer_close(s->image, 0, &blob, err);
}

static void check_whole(const char *driver, const char *folder)
{
	AUTO(buf_done)
	struct buf got = { 0 };
	struct store s;
	struct err err;
	uint64_t size = 0;

	buf_init(&got, 1u << 20);
	store_init(&s, driver, folder);
	CHECK_OK(open_store(&s, driver, &err));
	CHECK_INT(image_manifest(s.image)->layers_n, 1);
	CHECK(image_manifest(s.image)->in_place);
	CHECK_STR_EQ(image_manifest(s.image)->config_digest, s.id);
	CHECK_STR_EQ(image_manifest(s.image)->layers[0].diff_id, digest_sha256(s.layer, s.arena));
	for (int round = 0; round < 2; round++) {
		CHECK_OK(read_layer(&s, &got, &size, &err));
		CHECK_INT(size, s.layer.n);
		CHECK(str_eq(buf_str(&got), s.layer));
	}
	store_done(&s);
}

TEST(engine_files_make_the_archive_again)
{
	check_whole("overlay2", "overlay2/0123abc/diff");
	check_whole("vfs", "vfs/dir/0123abc");
}

TEST(engine_files_are_below_the_root_of_the_host)
{
	struct store s;
	struct err err;
	const struct engine_place place = { .root = STR("/data"), .driver = STR("overlay2") };
	char inside[80];

	store_init(&s, "overlay2", "data/overlay2/0123abc/diff");
	(void)snprintf(inside, sizeof(inside), "%s/data/image", s.root);
	CHECK_INT(rename(below(&s, "../../../../image"), inside), 0);
	CHECK_FAIL(engine_files_open(s.image, &place, s.id, &err));
	s.opts.host_root = s.root;
	CHECK_OK(engine_files_open(s.image, &place, s.id, &err));
	store_done(&s);
}

/* What is no longer as it was, or leads somewhere else, ends the transfer: no reader may believe
 * it. */
TEST(engine_files_refuse_other_files)
{
	static const struct {
		const char *what, *message;
	} cases[] = {
		{ "gone", "./etc/small: No such file or directory" },
		{ "longer", "./etc/small is not as the engine left it" },
		{ "fifo", "./etc/small is not as the engine left it" },
		{ "link", "./etc/small is not as the engine left it" },
		{ "outside", "./etc/small: No such file or directory" },
	};
	AUTO(buf_done)
	struct buf got = { 0 };
	uint64_t size = 0;
	struct err err;

	buf_init(&got, 1u << 20);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		str what = str_c(cases[i].what);
		struct store s;

		store_init(&s, "overlay2", "overlay2/0123abc/diff");
		const char *path = below(&s, "etc/small");
		CHECK_INT(unlink(path), 0);
		if (str_eq(what, STR("longer")))
			put(&s, "overlay2/0123abc/diff/etc/small", STR("small\n\n"));
		if (str_eq(what, STR("fifo")))
			CHECK_INT(mkfifo(path, 0644), 0);
		if (str_eq(what, STR("link")))
			CHECK_INT(symlink("../large", path), 0);
		if (str_eq(what, STR("outside"))) {
			/* A folder that is a link to one of the host with such a file. */
			put(&s, "etc/small", STR("small\n"));
			CHECK_INT(rmdir(below(&s, "etc")), 0);
			CHECK_INT(symlink(str_cstr(s.arena, str_fmt(s.arena, "%s/etc", s.root)),
					  below(&s, "etc")),
				  0);
		}
		CHECK_OK(open_store(&s, "overlay2", &err));
		CHECK_FAIL(read_layer(&s, &got, &size, &err));
		CHECK_STR(err.msg, cases[i].message);
		store_done(&s);
	}
}

TEST(engine_files_refuse_another_configuration)
{
	struct store s;
	struct err err;

	store_init(&s, "overlay2", "overlay2/0123abc/diff");
	put(&s,
	    str_cstr(s.arena, str_fmt(s.arena, "image/overlay2/imagedb/content/sha256/%.*s",
				      STR_ARG(digest_encoded(s.id)))),
	    STR("{\"architecture\":\"amd64\",\"os\":\"linux\"}"));
	CHECK_FAIL(open_store(&s, "overlay2", &err));
	CHECK(str_find(str_c(err.msg), STR("configuration: wrong digest")) >= 0);
	CHECK_FAIL(open_store(&s, "vfs", &err));
	CHECK_FAIL(open_store(&s, "devicemapper", &err));
	CHECK_STR(err.msg, "storage of an unknown kind");
	store_done(&s);
}

/* A reader that goes away is no failure of the engine's files. */
TEST(engine_files_may_be_read_in_part)
{
	struct store s;
	struct blob blob;
	struct err err;

	store_init(&s, "overlay2", "overlay2/0123abc/diff");
	CHECK_OK(open_store(&s, "overlay2", &err));
	CHECK_OK(image_layer_open(s.image, 0, &blob, &err));
	CHECK_OK(image_layer_close(s.image, 0, &blob, &err));
	store_done(&s);
}

TEST(engine_place_is_told_by_the_inspection)
{
	static const struct {
		const char *graph, *root;
	} cases[] = {
		{ "{\"Name\":\"overlay2\",\"Data\":{\"UpperDir\":\"/d/overlay2/ab/diff\"}}", "/d" },
		{ "{\"Name\":\"overlay2\",\"Data\":{\"UpperDir\":\"/d/1.1/overlay2/ab/diff\"}}",
		  "/d/1.1" },
		{ "{\"Name\":\"overlay2\",\"Data\":{\"UpperDir\":\"/d/overlay/ab/diff\"}}", "" },
		{ "{\"Name\":\"overlay2\",\"Data\":{\"UpperDir\":\"diff\"}}", "" },
		{ "{\"Name\":\"vfs\",\"Data\":null}", "" },
		{ "{\"Name\":\"btrfs\"}", "" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *doc;
	struct engine_place place;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CHECK_OK(json_parse(str_c(cases[i].graph), NULL, arena, &doc, &err));
		CHECK(engine_place_of(doc, &place));
		CHECK_STR_EQ(place.root, str_c(cases[i].root));
	}
	CHECK_OK(
		json_parse(STR("{\"Name\":\"overlayfs\",\"Data\":null}"), NULL, arena, &doc, &err));
	CHECK(!engine_place_of(doc, &place));
	CHECK(!engine_place_of(NULL, &place));
}
