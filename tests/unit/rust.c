/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/rust.h"

#include <zlib.h>

#include "base/buf.h"
#include "packages.h"
#include "test.h"

TEST(rust_lock_reads_all_versions)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(packages_read(
		rust_lock_parse, "app/file",
		STR("version = 3\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n"
		    "dependencies = [\n \"a\",\n \"b 2.0.0\",\n \"gone\",\n]\n\n"
		    "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n"
		    "source = \"registry+x\"\nchecksum = "
		    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"\n"
		    "dependencies = [\"b 1.0.0 (registry+x)\"]\n\n"
		    "[[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n"
		    "[[package]]\nname = \"b\"\nversion = \"2.0.0\"\nsource = \"registry+x\"\n"
		    "[[package]]\nname = \"broken\"\n"),
		&list, arena, &err));
	CHECK_INT(list.n, 4);
	CHECK_INT(list.skipped_n, 2); /* "gone" is not there, "broken" has no version */
	if (list.n != 4)
		return;
	CHECK_STRV(list.items[0].name, "app");
	CHECK_INT(list.items[0].line, 3);
	CHECK_INT(list.items[0].depend_count, 2);
	CHECK_STRV(list.items[0].depends[0], "a@1.0.0");
	CHECK_STRV(list.items[0].depends[1], "b@2.0.0");
	CHECK(!list.items[1].indirect);
	CHECK_STRV(list.items[1].digests[0], "sha256:0123456789abcdef0123456789abcdef"
					     "0123456789abcdef0123456789abcdef");
	CHECK_STRV(list.items[1].depends[0], "b@1.0.0");
	CHECK(list.items[2].indirect);
	CHECK(!list.items[3].indirect);

	CHECK_OK(packages_read(
		rust_lock_parse, "app/file",
		STR("[root]\nname = \"old\"\nversion = \"0.1.0\"\n"
		    "dependencies = [\"a 1.0.0 (registry+x)\"]\n"
		    "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n"
		    "[metadata]\n\"checksum a 1.0.0 (registry+x)\" = "
		    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"\n"),
		&list, arena, &err));
	CHECK_INT(list.n, 2);
	if (list.n == 2) {
		CHECK_STRV(list.items[0].depends[0], "a@1.0.0");
		CHECK_INT(list.items[1].digest_count, 1);
	}
	CHECK_OK(packages_read(rust_lock_parse, "app/file", STR("version = 4\n"), &list, arena,
			       &err));
	CHECK_INT(list.n, 0);
	CHECK_FAIL(packages_read(rust_lock_parse, "app/file", STR("no toml"), &list, arena, &err));
}

TEST(rust_toml_lists_what_names_one_version)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	CHECK_OK(packages_read(
		rust_toml_parse, "app/file",
		STR("[package]\nname = \"app\"\nversion = \"0.1.0\"\nlicense = \"MIT OR "
		    "Apache-2.0\"\n[dependencies]\na = \"1.2\"\nb = { version = \"=2.0\", package = \"real\" }\n"
		    "c = \"*\"\nd = \">=1, <2\"\ne = { path = \"../e\" }\n"
		    "f = { git = \"https://example.com/f\", rev = \"0123456789abcdef\" }\n"
		    "g = { git = \"https://example.com/g\", branch = \"main\" }\n"
		    "h = { workspace = true }\n[dev-dependencies]\ni = \"1.0\"\n"
		    "[target.'cfg(unix)'.dependencies]\nj = \"^3.1\"\n"),
		&list, arena, &err));
	CHECK_STRV(list.items[0].licence, "MIT OR Apache-2.0");
	static const char *const want[] = { "app 0.1.0", "a 1.2", "real 2.0", "f ", "j 3.1" };
	CHECK_INT(list.n, ARRAY_LEN(want));
	for (size_t i = 0; i < list.n && i < ARRAY_LEN(want); i++)
		CHECK_STR_EQ(str_fmt(arena, "%.*s %.*s", STR_ARG(list.items[i].name),
				     STR_ARG(list.items[i].version)),
			     str_c(want[i]));
}

static void put_u(char *to, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		to[i] = (char)(v >> (8 * i));
}

/* A 64-bit ELF file with one section. */
static str program_with(const char *name, str data, struct arena *arena)
{
	static const char names[] = "\0.shstrtab\0";
	size_t name_n = strlen(name) + 1, names_n = sizeof(names) - 1 + name_n;
	size_t names_at = 64 + data.n, sections_at = names_at + names_n;
	char *p = arena_alloc(arena, sections_at + (size_t)3 * 64);

	memcpy(p,
	       "\x7f"
	       "ELF\2\1\1",
	       7);
	put_u(p + 40, sections_at, 8);
	put_u(p + 58, 64, 2);
	put_u(p + 60, 3, 2);
	put_u(p + 62, 1, 2);
	memcpy(p + 64, data.p, data.n);
	memcpy(p + names_at, names, sizeof(names) - 1);
	memcpy(p + names_at + sizeof(names) - 1, name, name_n);
	char *section = p + sections_at + 64;
	put_u(section, 1, 4);
	put_u(section + 4, 3, 4);
	put_u(section + 24, names_at, 8);
	put_u(section + 32, names_n, 8);
	section += 64;
	put_u(section, sizeof(names) - 1, 4);
	put_u(section + 4, 1, 4);
	put_u(section + 24, 64, 8);
	put_u(section + 32, data.n, 8);
	return str_of(p, sections_at + (size_t)3 * 64);
}

TEST(rust_binary_reads_the_list_of_crates)
{
	static const char json[] =
		"{\"packages\":[{\"name\":\"app\",\"version\":\"0.1.0\",\"source\":\"local\","
		"\"root\":true,\"dependencies\":[1,2,9]},"
		"{\"name\":\"a\",\"version\":\"1.0.0\",\"source\":\"crates.io\"},"
		"{\"name\":\"tool\",\"version\":\"2.0.0\",\"source\":\"crates.io\",\"kind\":\"build\"}]}";
	AUTO(arena_free)
	struct arena *arena = arena_new();
	unsigned char packed[1024];
	uLongf n = sizeof(packed);
	struct package_list list;
	struct err err;

	CHECK(compress(packed, &n, (const unsigned char *)json, sizeof(json) - 1) == Z_OK);
	str data = str_of((const char *)packed, n);
	CHECK_OK(packages_read(rust_binary_parse, "app/file", program_with(".dep-v0", data, arena),
			       &list, arena, &err));
	CHECK_INT(list.n, 2);
	if (list.n == 2) {
		CHECK_STRV(list.items[0].name, "app");
		CHECK_INT(list.items[0].depend_count, 1);
		CHECK_STRV(list.items[0].depends[0], "a@1.0.0");
		CHECK_STRV(list.items[1].version, "1.0.0");
		CHECK_INT(list.items[1].form, PACKAGE_EMBEDDED);
	}
	CHECK_OK(packages_read(rust_binary_parse, "app/file", program_with(".other", data, arena),
			       &list, arena, &err));
	CHECK_INT(list.n, 0);
	CHECK_FAIL(packages_read(rust_binary_parse, "app/file",
				 program_with(".dep-v0", str_drop_end(data, 9), arena), &list,
				 arena, &err));
	CHECK_STR(err.msg, "list of crates is cut off");
	CHECK_FAIL(packages_read(rust_binary_parse, "app/file",
				 program_with(".dep-v0", STR("no data"), arena), &list, arena,
				 &err));
	CHECK_STR(err.msg, "list of crates is broken");
	CHECK_OK(packages_read(rust_binary_parse, "app/file", STR("#!/bin/sh\n"), &list, arena,
			       &err));
}
