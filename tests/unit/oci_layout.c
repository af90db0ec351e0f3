/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/image.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "oci/digest.h"
#include "oci/manifest.h"
#include "test.h"
#include "tree.h"

/* An image layout made file by file in a temporary folder. */
struct layout {
	struct arena *arena;
	char dir[64];
	str target;
};

static void layout_remove(struct layout *l)
{
	if (l->dir[0])
		(void)tree_remove(l->dir);
	arena_free(l->arena);
}

static inline void auto_layout_remove(struct layout *l) { layout_remove(l); }

static void put(const struct layout *l, const char *name, str text)
{
	str path = str_fmt(l->arena, "%s/%s", l->dir, name);
	AUTO(fd_close)
	int fd = open(str_cstr(l->arena, path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct err err;

	CHECK(fd >= 0);
	CHECK_OK(fd_write_all(fd, text, &err));
}

static void layout_make(struct layout *l)
{
	*l = (struct layout){ .arena = arena_new(), .dir = "/tmp/seawall-test-XXXXXX" };
	CHECK(mkdtemp(l->dir));
	CHECK_INT(mkdir(str_cstr(l->arena, str_fmt(l->arena, "%s/blobs", l->dir)), 0700), 0);
	CHECK_INT(mkdir(str_cstr(l->arena, str_fmt(l->arena, "%s/blobs/sha256", l->dir)), 0700), 0);
	put(l, "oci-layout", STR("{\"imageLayoutVersion\":\"1.0.0\"}"));
	l->target = str_fmt(l->arena, "oci:%s", l->dir);
}

static str put_blob(const struct layout *l, str text)
{
	str digest = digest_sha256(text, l->arena);
	str name = str_fmt(l->arena, "blobs/sha256/%.*s", STR_ARG(digest_encoded(digest)));

	put(l, str_cstr(l->arena, name), text);
	return digest;
}

static str descriptor(const struct layout *l, const char *type, str text, const char *more)
{
	str digest = put_blob(l, text);

	return str_fmt(l->arena, "{\"mediaType\":\"%s\",\"size\":%zu,\"digest\":\"%.*s\"%s}", type,
		       text.n, STR_ARG(digest), more);
}

#define LAYER_TYPE "application/vnd.oci.image.layer.v1.tar"

/* An image of one layer; returns the descriptor of its manifest. */
static str put_image(const struct layout *l, str layer, const char *os, const char *arch,
		     const char *more)
{
	str diff_id = digest_sha256(layer, l->arena);
	str config =
		str_fmt(l->arena,
			"{\"os\":\"%s\",\"architecture\":\"%s\",\"rootfs\":{\"type\":\"layers\","
			"\"diff_ids\":[\"%.*s\"]},\"history\":[{\"created_by\":\"ADD x\"},"
			"{\"created_by\":\"ENV y\",\"empty_layer\":true}]}",
			os, arch, STR_ARG(diff_id));
	str c = descriptor(l, MEDIA_OCI_CONFIG, config, "");
	str d = descriptor(l, LAYER_TYPE, layer, "");
	str manifest = str_fmt(l->arena,
			       "{\"schemaVersion\":2,\"mediaType\":\"" MEDIA_OCI_MANIFEST "\","
			       "\"config\":%.*s,\"layers\":[%.*s]}",
			       STR_ARG(c), STR_ARG(d));

	return descriptor(l, MEDIA_OCI_MANIFEST, manifest, more);
}

static void put_index(const struct layout *l, str manifests)
{
	put(l, "index.json",
	    str_fmt(l->arena, "{\"schemaVersion\":2,\"manifests\":[%.*s]}", STR_ARG(manifests)));
}

static str platform_member(const struct layout *l, const char *os, const char *arch)
{
	return str_fmt(l->arena, ",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}", os, arch);
}

#define TAG(tag) ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" tag "\"}"

TEST(layout_is_opened_and_its_layer_read)
{
	AUTO(layout_remove)
	struct layout l;
	AUTO(image_close)
	struct image *image = NULL;
	AUTO(buf_done)
	struct buf text = { 0 };
	struct image_opts opts = { .platform = STR("linux/amd64") };
	struct blob blob;
	struct err err;

	layout_make(&l);
	put_index(&l, put_image(&l, STR("layer one"), "linux", "amd64", TAG("v1")));
	CHECK_OK(image_open(l.target, &opts, l.arena, &image, &err));
	const struct image_manifest *m = image_manifest(image);

	CHECK_STRV(m->name, "v1");
	CHECK_STRV(m->os, "linux");
	CHECK_INT(m->layers_n, 1);
	CHECK_STRV(m->layers[0].created_by, "ADD x");
	CHECK_STR_EQ(m->layers[0].diff_id, m->layers[0].digest);
	CHECK_OK(image_layer_open(image, 0, &blob, &err));
	CHECK(blob.seekable);
	CHECK_INT(blob.size, 9);
	buf_init(&text, 100);
	CHECK_OK(buf_read_fd(&text, blob.fd, &err));
	CHECK_STRV(buf_str(&text), "layer one");
	CHECK_OK(image_layer_close(image, 0, &blob, &err));
}

TEST(layout_tag_digest_and_ambiguity)
{
	AUTO(layout_remove)
	struct layout l;
	struct image_opts opts = { .platform = STR("linux/amd64") };
	struct err err;

	layout_make(&l);
	str one = put_image(&l, STR("1"), "linux", "amd64", TAG("v1"));
	str two = put_image(&l, STR("22"), "linux", "amd64", TAG("v2"));

	put_index(&l, str_fmt(l.arena, "%.*s,%.*s", STR_ARG(one), STR_ARG(two)));
	AUTO(image_close)
	struct image *a = NULL, *b = NULL, *c = NULL;

	CHECK_OK(image_open(str_fmt(l.arena, "%.*s:v2", STR_ARG(l.target)), &opts, l.arena, &a,
			    &err));
	CHECK_INT(image_manifest(a)->layers[0].size, 2);
	CHECK_OK(image_open(str_fmt(l.arena, "%.*s@%.*s", STR_ARG(l.target),
				    STR_ARG(image_manifest(a)->digest)),
			    &opts, l.arena, &b, &err));
	CHECK_STRV(image_manifest(b)->name, "v2");
	CHECK_FAIL(image_open(l.target, &opts, l.arena, &c, &err));
	CHECK_INT(err.kind, ERR_USAGE);
	CHECK(strstr(err.msg, "v1, v2"));
	CHECK_FAIL(image_open(str_fmt(l.arena, "%.*s:v3", STR_ARG(l.target)), &opts, l.arena, &c,
			      &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
}

TEST(platform_is_chosen_and_attestations_are_passed_over)
{
	AUTO(layout_remove)
	struct layout l;
	AUTO(image_close)
	struct image *image = NULL;
	struct image_opts opts = { .platform = STR("linux/arm64") };
	struct err err;

	layout_make(&l);
	str amd = put_image(&l, STR("1"), "linux", "amd64",
			    str_cstr(l.arena, platform_member(&l, "linux", "amd64")));
	str arm = put_image(&l, STR("22"), "linux", "arm64",
			    str_cstr(l.arena, platform_member(&l, "linux", "arm64")));
	str att = put_image(&l, STR("333"), "unknown", "unknown",
			    str_cstr(l.arena, platform_member(&l, "unknown", "unknown")));
	str index = str_fmt(l.arena, "{\"schemaVersion\":2,\"manifests\":[%.*s,%.*s,%.*s]}",
			    STR_ARG(att), STR_ARG(amd), STR_ARG(arm));

	put_index(&l, descriptor(&l, MEDIA_OCI_INDEX, index, ""));
	CHECK_OK(image_open(l.target, &opts, l.arena, &image, &err));
	CHECK_STRV(image_manifest(image)->architecture, "arm64");
	CHECK(!str_empty(image_manifest(image)->index_digest));
	opts.platform = STR("linux/s390x");
	AUTO(image_close)
	struct image *none = NULL;

	CHECK_FAIL(image_open(l.target, &opts, l.arena, &none, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	CHECK(strstr(err.msg, "there are: linux/amd64, linux/arm64 (choose with --platform)"));
}

TEST(windows_image_is_recognised)
{
	AUTO(layout_remove)
	struct layout l;
	AUTO(image_close)
	struct image *image = NULL;
	struct image_opts opts = { 0 };
	struct err err;

	layout_make(&l);
	put_index(&l, put_image(&l, STR("1"), "windows", "amd64", ""));
	CHECK_OK(image_open(l.target, &opts, l.arena, &image, &err));
	CHECK_STRV(image_manifest(image)->os, "windows");
	CHECK(image_manifest(image)->platform_differs);
}

TEST(layout_content_that_was_changed_is_refused)
{
	AUTO(layout_remove)
	struct layout l;
	AUTO(image_close)
	struct image *image = NULL;
	struct image_opts opts = { 0 };
	struct err err;

	layout_make(&l);
	str root = put_image(&l, STR("1"), "linux", "amd64", "");
	const char *digest = strstr(str_cstr(l.arena, root), "sha256:") + 7;
	str name = str_fmt(l.arena, "blobs/sha256/%.64s", digest);

	put_index(&l, root);
	put(&l, str_cstr(l.arena, name), STR("{}"));
	CHECK_FAIL(image_open(l.target, &opts, l.arena, &image, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK(strstr(err.msg, "has 2 bytes instead of the"));
	root = str_fmt(l.arena,
		       "{\"mediaType\":\"" MEDIA_OCI_MANIFEST "\",\"size\":2,\"digest\":"
		       "\"sha256:%.64s\"}",
		       digest);
	put_index(&l, root);
	CHECK_FAIL(image_open(l.target, &opts, l.arena, &image, &err));
	CHECK(strstr(err.msg, "wrong digest"));
}

TEST(layout_link_must_not_leave_the_folder)
{
	AUTO(layout_remove)
	struct layout l;
	AUTO(image_close)
	struct image *image = NULL;
	struct image_opts opts = { 0 };
	struct err err;

	layout_make(&l);
	CHECK_INT(
		symlink("/etc/passwd", str_cstr(l.arena, str_fmt(l.arena, "%s/index.json", l.dir))),
		0);
	CHECK_FAIL(image_open(l.target, &opts, l.arena, &image, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK(strstr(err.msg, "index.json leads out of the layout's folder"));
}

TEST(target_that_is_a_path_needs_a_transport)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(image_close)
	struct image *image = NULL;
	struct image_opts opts = { 0 };
	struct err err;

	CHECK_FAIL(image_open(STR("/tmp"), &opts, arena, &image, &err));
	CHECK_INT(err.kind, ERR_USAGE);
	CHECK_STR(err.msg,
		  "'/tmp' is a folder here: write dir:/tmp for a root file system, oci:/tmp "
		  "for an image layout, docker:///tmp for an image of that name");
	CHECK_FAIL(image_open(STR("oci:"), &opts, arena, &image, &err));
	CHECK_INT(err.kind, ERR_USAGE);
	CHECK_FAIL(image_open(STR("oci:/nowhere/at/all"), &opts, arena, &image, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
}
