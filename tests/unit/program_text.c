/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/program_text.h"

#include "test.h"

#define ELF    \
	"\x7f" \
	"ELF"

static int parse(const char *path, str bytes, struct package_list *list, struct arena *arena,
		 struct err *err)
{
	struct file_view view = file_view_text(str_c(path), bytes);

	package_list_init(list, arena);
	return program_text_parse(&view, &list->sink, err);
}

TEST(program_text_finds_versions)
{
	static const struct {
		const char *path;
		str bytes;
		const char *name, *version; /* NULL: nothing */
	} cases[] = {
		{ "bin/busybox", STR_INIT(ELF "..BusyBox v1.36.1 (2024"), "busybox", "1.36.1" },
		{ "bin/other", STR_INIT(ELF "..BusyBox v1.36.1 (2024"), NULL, NULL },
		{ "bin/busybox", STR_INIT("#!BusyBox v1.36.1 (2024"), NULL, NULL },
		{ "x/nginx", STR_INIT(ELF "nginx version: nginx/1.25.3\n"), "nginx", "1.25.3" },
		{ "x/nginx", STR_INIT(ELF "nginx version: nginx/1.25.3"), "nginx", "1.25.3" },
		{ "x/python3.11",
		  STR_INIT(ELF "\0"
			       "3.9.1\0"
			       "3.11.2+\0"),
		  "python", "3.11.2+" },
		{ "x/python3.1",
		  STR_INIT(ELF "\0"
			       "3.11.2\0"),
		  NULL, NULL },
		{ "x/libpython3.12.so.1.0",
		  STR_INIT(ELF "\0"
			       "3.12.0rc1\0"),
		  "python", "3.12.0rc1" },
		{ "x/libperl.so.5.36", STR_INIT(ELF "\0v1\0v5.36.0\0"), "perl", "5.36.0" },
		{ "x/libnode.so.108", STR_INIT(ELF "/node-v18.20.4.tar.gz"), "node", "18.20.4" },
		{ "x/ruby3.3", STR_INIT(ELF "ruby 3.3.0 (2023-12"), "ruby", "3.3.0" },
		{ "x/sshd", STR_INIT(ELF "\0OpenSSH_9.2\0\0OpenSSH_9.2p1 Deb"), "openssh",
		  "9.2p1" },
		{ "x/mysqld",
		  STR_INIT(ELF "\0"
			       "10.11.19-MariaDB\0"),
		  "mariadb", "10.11.19" },
		{ "usr/local/go/VERSION", STR_INIT("go1.22.3\ntime 2024\n"), "go", "1.22.3" },
		{ "usr/local/gone/VERSION", STR_INIT("go1.22.3\n"), NULL, NULL },
		{ "opt/jdk/release", STR_INIT("A=\"b\"\nJAVA_VERSION=\"1.8.0_392\"\n"), "openjdk",
		  "1.8.0_392" },
		{ "opt/jdk/release", STR_INIT("JAVA_VERSION=\"17\"\n"), "openjdk", "17" },
		{ "lib/erlang/releases/25/OTP_VERSION", STR_INIT("25.2.3\n"), "erlang", "25.2.3" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		str path = str_c(cases[i].path);

		CHECK_OK(parse(cases[i].path, cases[i].bytes, &list, arena, &err));
		if (list.n != (cases[i].name != NULL))
			test_fail(__FILE__, __LINE__, "case %zu: %zu packages", i, list.n);
		if (list.n != 1 || !cases[i].name)
			continue;
		CHECK_STR_EQ(list.items[0].name, str_c(cases[i].name));
		CHECK_STR_EQ(list.items[0].version, str_c(cases[i].version));
		CHECK(list.items[0].cpe.n > 0);
		CHECK_INT(list.items[0].form, PACKAGE_GUESSED);
		CHECK(program_text_wants(path, 1000, cases[i].bytes));
	}
	CHECK(!program_text_wants(STR("opt/jdk/release"), 1 << 20, STR("JAVA")));
	CHECK(!program_text_wants(STR("etc/passwd"), 1000, STR("root")));
}

TEST(program_text_finds_what_lies_between_two_pieces)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	static const char text[] = "nginx version: nginx/1.25.3\n";
	size_t n = (256u << 10) + 1000;
	char *bytes = arena_bytes(arena, n);
	struct package_list list;
	struct err err;

	for (size_t at = (256u << 10) - 40; at < (256u << 10) + 5; at++) {
		memset(bytes, 'x', n);
		memcpy(bytes, ELF, 4);
		memcpy(bytes + at, text, sizeof(text));
		CHECK_OK(parse("sbin/nginx", str_of(bytes, n), &list, arena, &err));
		CHECK_INT(list.n, 1);
		if (list.n == 1)
			CHECK_STRV(list.items[0].version, "1.25.3");
	}
}
