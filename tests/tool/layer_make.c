/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Archives that are hard to read, on standard output, and images of them.
 *   layer_make many N | head SIZE | pax | deep | long | names | nul
 *   layer_make image DIR MEDIA-TYPE BLOB...   an OCI layout "DIR:t" with these layers
 */
#include <stdio.h>

#include "base/err.h"
#include "fixture/image_case.h"
#include "fixture/tar_writer.h"

#define OUT_MAX (1u << 30)

static struct err err;

static void flush(struct buf *out)
{
	if (fd_write_all(1, buf_str(out), &err) < 0) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	buf_reset(out);
}

static void many(struct buf *out, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		char name[64];

		(void)snprintf(name, sizeof(name), "usr/%llu/%llu", (unsigned long long)(i % 1000),
			       (unsigned long long)i);
		tar_put_header(out, '0', str_c(name), STR_EMPTY, 0, false);
		if (out->n > 1u << 20)
			flush(out);
	}
	tar_put_end(out);
}

static void one(struct buf *out, const struct tar_put *entry)
{
	tar_put(out, entry);
	tar_put_end(out);
}

static void names(struct buf *out)
{
	static const char *const odd[] = { "\xff\xfe/x", "a\nb", "\x1b[31mred", "..", "../..", "/",
					   "//a//b",	 "./.",	 "a/../../b" };
	const struct tar_put status = {
		.type = '0',
		.path = STR("var/lib/dpkg/status"),
		.content = STR("Package: a\nStatus: install ok installed\nVersion: 1\n"
			       "Architecture: all\n\n"),
	};

	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		const struct tar_put file = { .type = '0',
					      .path = str_c(odd[i]),
					      .content = STR("x") };
		const struct tar_put link = { .type = '2',
					      .path = str_c(odd[i]),
					      .link = str_c(odd[i]) };
		const struct tar_put device = { .type = '4', .path = str_c(odd[i]) };

		tar_put(out, &file);
		tar_put(out, &link);
		tar_put(out, &device);
	}
	one(out, &status);
}

static void make(struct buf *out, const char *kind, const char *number)
{
	uint64_t n = 0;
	char text[8192];
	struct tar_put file = { .type = '0', .content = STR("x") };

	if (number && !str_u64(str_c(number), &n))
		exit(2);
	if (strcmp(kind, "many") == 0) {
		many(out, n);
	} else if (strcmp(kind, "head") == 0) {
		tar_put_header(out, '0', STR("zeros"), STR_EMPTY, n, false);
	} else if (strcmp(kind, "pax") == 0) {
		tar_put_header(out, 'x', STR("pax"), STR_EMPTY, 1ull << 33, false);
	} else if (strcmp(kind, "deep") == 0) {
		for (size_t i = 0; i < 4000; i++)
			text[i] = i % 2 ? '/' : 'a';
		file.path = str_of(text, 4000);
		one(out, &file);
	} else if (strcmp(kind, "long") == 0) {
		memset(text, 'a', sizeof(text));
		file.path = str_of(text, sizeof(text));
		one(out, &file);
	} else if (strcmp(kind, "names") == 0) {
		names(out);
	} else if (strcmp(kind, "nul") == 0) {
		const str record = STR("path=a\0b");

		tar_put_pax(out, &record, 1);
		file.path = STR("x");
		one(out, &file);
	} else {
		exit(2);
	}
	flush(out);
}

static int make_image(int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str layers[16];
	size_t n = 0;

	for (int i = 4; i < argc && n < ARRAY_LEN(layers); i++) {
		struct buf b;

		buf_init(&b, OUT_MAX);
		if (buf_read_file(&b, argv[i], &err) < 0) {
			fprintf(stderr, "%s\n", err.msg);
			return 1;
		}
		layers[n++] = str_dup(arena, buf_str(&b));
		buf_done(&b);
	}
	image_write(argv[2], layers, n, argv[3]);
	return 0;
}

int main(int argc, char **argv)
{
	struct buf out;

	if (argc >= 4 && strcmp(argv[1], "image") == 0)
		return make_image(argc, argv);
	if (argc < 2)
		return 2;
	buf_init(&out, OUT_MAX);
	make(&out, argv[1], argc > 2 ? argv[2] : NULL);
	buf_done(&out);
	return 0;
}
