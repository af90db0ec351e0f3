/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/mountinfo.h"

#include "base/buf.h"
#include "test.h"

TEST(mountinfo_has_points_and_devices)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct mount_list list;
	struct err err;

	CHECK_OK(mountinfo_parse(
		STR("25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
		    "26 25 0:5 / /var/lib/my\\040data rw - tmpfs tmp\\134fs rw,size=1k\n"
		    "27 25 8:17 /sub /var/lib/docker rw,nodev master:3 shared:9 - xfs /dev/sdb1 rw\n"
		    "28 25 8:33 / /var/lib/docker rw - xfs /dev/sdc1 rw,quota\n"),
		arena, &list, &err));
	CHECK_INT(list.n, 4);
	CHECK(list.items[0].shared);
	CHECK_STRV(list.items[1].point, "/var/lib/my data");
	CHECK_STRV(list.items[1].source, "tmp\\fs");
	CHECK(!list.items[1].shared);
	CHECK_STRV(list.items[2].root, "/sub");
	CHECK(list.items[2].shared);
	CHECK_STRV(list.items[3].super_options, "rw,quota");
	CHECK_INT(mountinfo_of(&list, STR("/"))->id, 25);
	CHECK_INT(mountinfo_of(&list, STR("/var/lib/dockers"))->id, 25);
	CHECK_INT(mountinfo_of(&list, STR("/var/lib/docker/x"))->id, 28);
	CHECK_INT(mountinfo_at(&list, STR("/var/lib/docker"))->minor, 33);
	CHECK(!mountinfo_at(&list, STR("/var/lib/docker/x")));
	CHECK(mountinfo_at(&list, STR("/")));
}

TEST(mountinfo_that_is_none_is_refused)
{
	static const char *const lines[] = {
		"nonsense",	    "1 2 3 / / rw - a b c",	     "1 2 8:1 / / rw shared:1",
		"1 2 8:1 / / rw",   "1 2 8:1 / relative rw - a b c", "1 x 8:1 / / rw - a b c",
		"1 2 8:1 / / rw -",
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		AUTO(arena_free)
		struct arena *arena = arena_new();
		struct mount_list list;
		struct err err;

		CHECK_FAIL(mountinfo_parse(str_c(lines[i]), arena, &list, &err));
		CHECK_INT(err.kind, ERR_INPUT);
	}
}

TEST(mountinfo_of_this_process)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct mount_list list;
	struct buf text;
	struct err err;

	buf_init(&text, 16u << 20);
	CHECK_OK(buf_read_file(&text, "/proc/self/mountinfo", &err));
	CHECK_OK(mountinfo_parse(buf_str(&text), arena, &list, &err));
	CHECK(mountinfo_at(&list, STR("/")));
	CHECK(mountinfo_of(&list, STR("/proc/1")));
	buf_done(&text);
}
