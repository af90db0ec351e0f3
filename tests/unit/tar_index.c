/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/binary/tar_index.h"

#include <stdio.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "test.h"

/* An archive written block by block. */
struct writer {
	int fd;
};

static void block(const struct writer *w, const void *p, size_t n)
{
	char bytes[512] = { 0 };
	struct err err;

	memcpy(bytes, p, n);
	CHECK_OK(fd_write_all(w->fd, str_of(bytes, sizeof(bytes)), &err));
}

static void header(const struct writer *w, const char *name, char type, const char *link,
		   uint64_t size)
{
	char h[512] = { 0 };
	unsigned sum = 0;

	(void)snprintf(h, 100, "%s", name);
	(void)snprintf(h + 100, 8, "0000644");
	(void)snprintf(h + 124, 12, "%011o", (unsigned)size);
	memset(h + 148, ' ', 8);
	h[156] = type;
	(void)snprintf(h + 157, 100, "%s", link);
	memcpy(h + 257, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(h); i++)
		sum += (unsigned char)h[i];
	(void)snprintf(h + 148, 8, "%06o", sum);
	block(w, h, sizeof(h));
}

static void file(const struct writer *w, const char *name, const char *text)
{
	header(w, name, '0', "", strlen(text));
	block(w, text, strlen(text));
}

static struct writer writer_new(void)
{
	struct writer w = { .fd = memfd_create("tar", MFD_CLOEXEC) };

	CHECK(w.fd >= 0);
	return w;
}

static void end(const struct writer *w)
{
	block(w, "", 0);
	block(w, "", 0);
}

static inline void auto_writer_done(const struct writer *w) { (void)close(w->fd); }

#define FIXTURE                            \
	AUTO(arena_free)                   \
	struct arena *arena = arena_new(); \
	AUTO(writer_done)                  \
	struct writer w = writer_new();    \
	struct tar_index index;            \
	struct err err

TEST(files_are_found_under_their_normal_names)
{
	FIXTURE;
	str text;

	file(&w, "./a/b", "one");
	file(&w, "/c", "two");
	file(&w, "a/../d", "three");
	file(&w, "c", "last wins");
	end(&w);
	CHECK_OK(tar_index_read(w.fd, arena, &index, &err));
	CHECK_OK(tar_index_load(&index, STR("a/b"), 100, arena, &text, &err));
	CHECK_STRV(text, "one");
	CHECK_OK(tar_index_load(&index, STR("c"), 100, arena, &text, &err));
	CHECK_STRV(text, "last wins");
	CHECK_OK(tar_index_load(&index, STR("d"), 100, arena, &text, &err));
	CHECK_STRV(text, "three");
	CHECK_FAIL(tar_index_load(&index, STR("d"), 4, arena, &text, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_FAIL(tar_index_load(&index, STR("e"), 4, arena, &text, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
}

TEST(links_are_followed_inside_and_circles_end)
{
	FIXTURE;
	str text;

	file(&w, "x/layer.tar", "content");
	header(&w, "y/layer.tar", '2', "../x/layer.tar", 0);
	header(&w, "z/layer.tar", '1', "y/layer.tar", 0);
	header(&w, "out", '2', "../../../../etc/passwd", 0);
	header(&w, "c1", '2', "c2", 0);
	header(&w, "c2", '2', "c1", 0);
	header(&w, "dir", '5', "", 0);
	end(&w);
	CHECK_OK(tar_index_read(w.fd, arena, &index, &err));
	CHECK_OK(tar_index_load(&index, STR("z/layer.tar"), 100, arena, &text, &err));
	CHECK_STRV(text, "content");
	CHECK_FAIL(tar_index_load(&index, STR("out"), 100, arena, &text, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	CHECK_FAIL(tar_index_load(&index, STR("c1"), 100, arena, &text, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_FAIL(tar_index_load(&index, STR("dir"), 100, arena, &text, &err));
	CHECK_INT(err.kind, ERR_INPUT);
}

TEST(content_beyond_the_end_is_refused)
{
	FIXTURE;

	header(&w, "big", '0', "", 1u << 20);
	block(&w, "x", 1);
	CHECK_FAIL(tar_index_read(w.fd, arena, &index, &err));
	CHECK_INT(err.kind, ERR_INPUT);
	CHECK_STR(err.msg, "archive is cut off in big");
}

TEST(large_content_is_not_read)
{
	FIXTURE;
	const struct tar_place *place;

	header(&w, "big", '0', "", 1u << 30);
	CHECK_INT(ftruncate(w.fd, 512 + (1 << 30)), 0);
	CHECK(lseek(w.fd, 0, SEEK_END) > 0);
	file(&w, "behind", "it");
	end(&w);
	CHECK_OK(tar_index_read(w.fd, arena, &index, &err));
	CHECK_OK(tar_index_file(&index, STR("behind"), arena, &place, &err));
	CHECK_INT(place->offset, 512 + (1 << 30) + 512);
	CHECK_INT(place->size, 2);
}
