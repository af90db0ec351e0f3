/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/image_packages.h"

#include "base/err.h"
#include "test.h"

static const str kinds[] = { STR_INIT("deb"), STR_INIT("pypi") };
static const str depends[] = { STR_INIT("libc6"), STR_INIT("zlib1g") };

static void write_two(struct buf *out)
{
	const struct package packages[] = {
		{ .kind = STR("deb"),
		  .name = STR("openssl"),
		  .version = STR("1:3.0.1-2"),
		  .arch = STR("amd64"),
		  .source_name = STR("openssl-src"),
		  .source_version = STR("3.0.1-2"),
		  .maintainer = STR("Somebody \"quoted\" <a@example.org>"),
		  .depends = depends,
		  .depend_count = ARRAY_LEN(depends),
		  .layer = 3 },
		{ .kind = STR("pypi"),
		  .name = STR("caf\xc3\xa9"),
		  .version = STR("2"),
		  .dev = true },
	};
	const struct inventory inventory = {
		.target_kind = STR("docker-daemon"),
		.os = { .family = STR("debian"), .version = STR("12"), .extended_support = true },
		.kinds_read = kinds,
		.kinds_read_count = ARRAY_LEN(kinds),
		.packages = packages,
		.package_count = ARRAY_LEN(packages),
	};

	buf_init(out, 1u << 20);
	image_packages_write(&inventory, out);
	CHECK(!out->overflow);
}

TEST(kept_packages_are_those_that_were_there)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf text = { 0 };
	struct inventory got;
	struct err err;

	write_two(&text);
	CHECK_OK(image_packages_read(buf_str(&text), arena, &got, &err));
	CHECK_STRV(got.target_kind, "docker-daemon");
	CHECK_STRV(got.os.family, "debian");
	CHECK_STRV(got.os.version, "12");
	CHECK(got.os.extended_support);
	CHECK_INT(got.kinds_read_count, 2);
	CHECK_STRV(got.kinds_read[1], "pypi");
	CHECK_INT(got.package_count, 2);
	CHECK_STRV(got.packages[0].name, "openssl");
	CHECK_STRV(got.packages[0].version, "1:3.0.1-2");
	CHECK_STRV(got.packages[0].arch, "amd64");
	CHECK_STRV(got.packages[0].source_name, "openssl-src");
	CHECK_STRV(got.packages[0].source_version, "3.0.1-2");
	CHECK_STRV(got.packages[0].maintainer, "Somebody \"quoted\" <a@example.org>");
	CHECK_INT(got.packages[0].depend_count, 2);
	CHECK_STRV(got.packages[0].depends[1], "zlib1g");
	CHECK(!got.packages[0].dev);
	CHECK_STRV(got.packages[1].kind, "pypi");
	CHECK_STRV(got.packages[1].name, "caf\xc3\xa9");
	CHECK_STRV(got.packages[1].arch, "");
	CHECK_INT(got.packages[1].depend_count, 0);
	CHECK(got.packages[1].dev);
}

TEST(kept_packages_that_are_cut_off_are_none)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf text = { 0 };
	struct inventory got;
	struct err err;

	write_two(&text);
	for (size_t n = 0; n < text.n; n++)
		CHECK_FAIL(image_packages_read(str_take(buf_str(&text), n), arena, &got, &err));
	CHECK_FAIL(image_packages_read(STR("{\"packages\":99999999}"), arena, &got, &err));
	CHECK_FAIL(image_packages_read(STR("{}"), arena, &got, &err));
}
