/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/golang.h"

#include "test.h"

typedef int parse_fn(const struct file_view *file, struct package_sink *sink, struct err *err);

static int parse(parse_fn *fn, str text, const struct file_view *companion,
		 struct package_list *list, struct arena *arena, struct err *err)
{
	struct file_view view = file_view_text(STR("src/go.mod"), text);

	view.companion = companion;
	package_list_init(list, arena);
	return fn(&view, &list->sink, err);
}

TEST(go_mod_lists_requirements_and_the_language)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(parse(go_mod_parse,
		       STR("\xef\xbb\xbfmodule \"example.com/app\" // the app\r\n\r\ngo 1.22.0\r\n"
			   "toolchain go1.22.5-vendor\r\nrequire (\r\n\texample.com/a v1.2.3\r\n"
			   "\texample.com/b v0.0.0-20200101000000-abcdefabcdef // indirect; why\r\n"
			   ")\r\nrequire example.com/c v2.0.0+incompatible//indirect\r\n"
			   "exclude example.com/a v1.0.0\r\nretract [v1.0.0, v1.1.0]\r\n"),
		       NULL, &list, arena, &err));
	CHECK_INT(list.n, 4);
	CHECK_INT(list.skipped_n, 0);
	CHECK_STRV(list.items[0].name, "example.com/a");
	CHECK_STRV(list.items[0].version, "v1.2.3");
	CHECK_INT(list.items[0].line, 6);
	CHECK(!list.items[0].indirect);
	CHECK(list.items[1].indirect);
	CHECK_STRV(list.items[2].version, "v2.0.0+incompatible");
	CHECK(list.items[2].indirect);
	CHECK_STRV(list.items[3].name, "stdlib");
	CHECK_STRV(list.items[3].version, "1.22.5");
	CHECK_INT(list.items[3].form, PACKAGE_DECLARED);
	CHECK_INT(list.items[3].line, 4);
}

TEST(go_mod_replaces_one_version_before_all_versions)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(parse(go_mod_parse,
		       STR("require (\n a.b/x v1.0.0\n a.b/x v1.1.0\n a.b/y v1.0.0\n)\n"
			   "replace (\n a.b/x => c.d/x v9.0.0\n a.b/x v1.1.0 => c.d/x v9.1.0\n"
			   " a.b/y => ../y\n)\nreplace broken\n"),
		       NULL, &list, arena, &err));
	CHECK_INT(list.n, 3);
	CHECK_STRV(list.items[0].version, "v9.0.0");
	CHECK_STRV(list.items[1].version, "v9.1.0");
	CHECK_STRV(list.items[2].name, "../y");
	CHECK(str_empty(list.items[2].version));
	CHECK_STRV(list.skipped_first, "replace that is not 'module => other': line 11");
}

TEST(go_mod_takes_the_rest_from_go_sum_only_before_117)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct file_view sum = file_view_text(
		STR("src/go.sum"), STR("a.b/x v1.0.0 h1:aaaa=\na.b/x v1.0.0/go.mod h1:bbbb=\n"
				       "a.b/old v1.0.0 h1://cc=\na.b/old v1.1.0 h1:dddd=\n"
				       "a.b/unused v1.0.0/go.mod h1:eeee=\n"));
	struct package_list list;
	struct err err;

	CHECK_OK(parse(go_mod_parse, STR("module m\ngo 1.16\nrequire a.b/x v1.0.0\n"), &sum, &list,
		       arena, &err));
	CHECK_INT(list.n, 3);
	CHECK_STRV(list.items[1].name, "a.b/old");
	CHECK_STRV(list.items[1].version, "v1.1.0");
	CHECK(list.items[1].indirect);
	CHECK_OK(parse(go_mod_parse, STR("module m\ngo 1.17\nrequire a.b/x v1.0.0\n"), &sum, &list,
		       arena, &err));
	CHECK_INT(list.n, 2);
}

TEST(go_mod_refuses_another_text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_FAIL(parse(go_mod_parse, STR("this is another text\n"), NULL, &list, arena, &err));
	CHECK_STR(err.msg, "line 1: directive that is not known");
	CHECK_OK(parse(go_mod_parse, STR("module m\nfuture x\n"), NULL, &list, arena, &err));
	CHECK_INT(list.skipped_n, 1);
	CHECK_OK(parse(go_mod_parse, STR(""), NULL, &list, arena, &err));
	CHECK_INT(list.n, 0);
}

TEST(go_vendor_lists_what_lies_there)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(parse(go_vendor_parse,
		       STR("# a.b/x v1.2.3\n## explicit; go 1.17\na.b/x\na.b/x/sub\n"
			   "# a.b/y/v2 v2.0.0 => c.d/y/v2 v2.0.1\na.b/y/v2\n"
			   "# a.b/unused v1.0.0\n# a.b/z v1.0.0 => ./z\n## explicit\na.b/z\n"
			   "# a.b/w/v3 v1.0.0\na.b/w/v3\n# a.b/z => ./z\n"),
		       NULL, &list, arena, &err));
	CHECK_INT(list.n, 3);
	CHECK_STRV(list.items[0].name, "a.b/x");
	CHECK(!list.items[0].indirect);
	CHECK_STRV(list.items[1].name, "c.d/y/v2");
	CHECK_STRV(list.items[1].version, "v2.0.1");
	CHECK(list.items[1].indirect);
	CHECK_STRV(list.items[2].name, "./z");
	CHECK_INT(list.skipped_n, 1);
}

/* ---- programs ---- */

struct image {
	char bytes[8192];
	size_t n;
};

static void put(struct image *image, size_t at, const void *p, size_t n)
{
	memcpy(image->bytes + at, p, n);
	if (at + n > image->n)
		image->n = at + n;
}

static void put_u(struct image *image, size_t at, uint64_t v, unsigned bytes, bool big)
{
	for (unsigned i = 0; i < bytes; i++)
		image->bytes[at + (big ? bytes - 1 - i : i)] = (char)(v >> (8 * i));
	if (at + bytes > image->n)
		image->n = at + bytes;
}

#define BASE 0x400000u /* address of the first byte */

/* One writable segment over all of it; the data begins at 0x200. */
static void put_header(struct image *image, bool wide, bool big)
{
	unsigned word = wide ? 8 : 4;
	size_t segment = wide ? 64 : 52;

	put(image, 0,
	    "\x7f"
	    "ELF",
	    4);
	image->bytes[4] = wide ? 2 : 1;
	image->bytes[5] = big ? 2 : 1;
	put_u(image, 24 + word, segment, word, big);		 /* program headers */
	put_u(image, 24 + 3 * word + 6, wide ? 56 : 32, 2, big); /* size of one */
	put_u(image, 24 + 3 * word + 8, 1, 2, big);		 /* how many */
	put_u(image, segment, 1, 4, big);
	if (wide)
		put_u(image, segment + 4, 6, 4, big);
	else
		put_u(image, segment + 24, 6, 4, big);
	put_u(image, segment + (wide ? 16 : 8), BASE, word, big);
	put_u(image, segment + (wide ? 32 : 16), sizeof(image->bytes), word, big);
	image->n = sizeof(image->bytes);
}

#define MODULES                                                                                     \
	"path\texample.com/app/cmd/x\nmod\texample.com/app\t(devel)\t\n"                            \
	"dep\texample.com/a\tv1.2.3\th1:x=\ndep\texample.com/b\tv1.0.0\n=>\tc.d/b\tv1.0.1\th1:y=\n" \
	"build\t-ldflags=\"-s -X example.com/a.version=9.9.9 -X 'main.Version=1.4.0'\"\n"
#define SENTINELS "0123456789abcdef"

static void check_modules(const struct package_list *list, const char *go)
{
	CHECK_INT(list->n, 4);
	CHECK_STRV(list->items[0].name, "example.com/a");
	CHECK_STRV(list->items[1].name, "c.d/b");
	CHECK_STRV(list->items[1].version, "v1.0.1");
	CHECK_STRV(list->items[2].name, "example.com/app");
	CHECK_STRV(list->items[2].version, "v1.4.0");
	CHECK_STRV(list->items[3].name, "stdlib");
	CHECK_STR_EQ(list->items[3].version, str_c(go));
	CHECK_INT(list->items[3].form, PACKAGE_EMBEDDED);
	CHECK_INT(list->skipped_n, 0);
}

TEST(go_binary_reads_the_inline_form)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const char go[] = "go1.22.3 X:boringcrypto", modules[] = SENTINELS MODULES SENTINELS;
	struct image image = { .n = 0 };
	struct package_list list;
	struct err err;

	put_header(&image, true, false);
	put(&image, 0x200, "\xff Go buildinf:\x08\x02", 16);
	put_u(&image, 0x220, sizeof(go) - 1, 1, false);
	put(&image, 0x221, go, sizeof(go) - 1);
	size_t at = 0x221 + sizeof(go) - 1;
	put_u(&image, at, ((sizeof(modules) - 1) & 0x7f) | 0x80, 1, false);
	put_u(&image, at + 1, (sizeof(modules) - 1) >> 7, 1, false);
	put(&image, at + 2, modules, sizeof(modules) - 1);
	CHECK_OK(parse(go_binary_parse, str_of(image.bytes, image.n), NULL, &list, arena, &err));
	check_modules(&list, "1.22.3");
	CHECK_FAIL(parse(go_binary_parse, str_of(image.bytes, 0x300), NULL, &list, arena, &err));
}

TEST(go_binary_follows_pointers_in_both_byte_orders)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const char modules[] = SENTINELS MODULES SENTINELS;
	struct package_list list;
	struct err err;

	for (unsigned i = 0; i < 4; i++) {
		bool wide = i & 1, big = i & 2;
		unsigned word = wide ? 8 : 4;
		struct image image = { .n = 0 };

		put_header(&image, wide, big);
		put(&image, 0x200, "\xff Go buildinf:", 14);
		image.bytes[0x20e] = (char)word;
		image.bytes[0x20f] = big;
		put_u(&image, 0x210, BASE + 0x300, word, big);
		put_u(&image, 0x210 + word, BASE + 0x310, word, big);
		put_u(&image, 0x300, BASE + 0x400, word, big);
		put_u(&image, 0x300 + word, 8, word, big);
		put_u(&image, 0x310, BASE + 0x500, word, big);
		put_u(&image, 0x310 + word, sizeof(modules) - 1, word, big);
		put(&image, 0x400, "go1.17.1", 8);
		put(&image, 0x500, modules, sizeof(modules) - 1);
		CHECK_OK(parse(go_binary_parse, str_of(image.bytes, image.n), NULL, &list, arena,
			       &err));
		check_modules(&list, "1.17.1");
		put_u(&image, 0x310, BASE + 0x10000, word, big);
		CHECK_FAIL(parse(go_binary_parse, str_of(image.bytes, image.n), NULL, &list, arena,
				 &err));
		CHECK_STR(err.msg, "build information points out of the file");
	}
}

TEST(go_binary_passes_over_other_files)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct image image = { .n = 0 };
	struct package_list list;
	struct err err;

	CHECK_OK(parse(go_binary_parse, STR("#!/bin/sh\nexit 0\n"), NULL, &list, arena, &err));
	CHECK_OK(parse(go_binary_parse, STR("MZ and no more than that, it is too short"), NULL,
		       &list, arena, &err));
	put_header(&image, true, false);
	CHECK_OK(parse(go_binary_parse, str_of(image.bytes, image.n), NULL, &list, arena, &err));
	CHECK_INT(list.n, 0);
	image.bytes[56] = 0x7f; /* thousands of program headers */
	image.bytes[57] = 0x7f;
	CHECK_FAIL(parse(go_binary_parse, str_of(image.bytes, image.n), NULL, &list, arena, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
}
