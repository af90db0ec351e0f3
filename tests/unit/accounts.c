/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/accounts.h"

#include "test.h"

static str describe(struct arena *arena, const char *path, str text, size_t *skipped)
{
	struct file_view view = file_view_text(str_c(path), text);
	struct package_list list;
	struct json_writer w;
	struct buf b;
	struct err err;

	package_list_init(&list, arena);
	buf_init(&b, 1u << 20);
	json_writer_init(&w, &b, 0);
	CHECK_OK(accounts_describe(&view, arena, &list.sink, &w, &err));
	str made = str_dup(arena, buf_str(&b));
	buf_done(&b);
	*skipped = list.skipped_n;
	return made;
}

TEST(accounts_tell_the_state_of_a_password_and_never_the_password)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	size_t skipped;
	str made = describe(arena, "etc/shadow",
			    STR("root:$6$salt$hash:1::::::\napp:!:1::::::\nweb:*:1::::::\n"
				"guest::1::::::\nold:x:1::::::\n"),
			    &skipped);

	CHECK_STRV(made, "{\"shadow\":[{\"name\":\"root\",\"password\":\"set\"},"
			 "{\"name\":\"app\",\"password\":\"locked\"},"
			 "{\"name\":\"web\",\"password\":\"locked\"},"
			 "{\"name\":\"guest\",\"password\":\"empty\"},"
			 "{\"name\":\"old\",\"password\":\"shadow\"}],\"dropped\":0}");
	CHECK_INT(skipped, 0);
}

TEST(accounts_of_passwd_and_group)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	size_t skipped;

	CHECK_STRV(describe(arena, "etc/passwd",
			    STR("# comment\r\n\r\nroot:x:0:0:root:/root:/bin/sh\r\n+nis\nbroken\n"
				"a:x:-1:0::/:\nb:x:1:4294967296::/:\n"),
			    &skipped),
		   "{\"passwd\":[{\"name\":\"root\",\"uid\":0,\"gid\":0,\"home\":\"/root\","
		   "\"shell\":\"/bin/sh\",\"password\":\"shadow\"}],\"dropped\":0}");
	CHECK_INT(skipped, 3);
	CHECK_STRV(describe(arena, "etc/group", STR("wheel:x:10:a,,b\n"), &skipped),
		   "{\"group\":[{\"name\":\"wheel\",\"gid\":10,\"members\":[\"a\",\"b\"]}],"
		   "\"dropped\":0}");
}

TEST(accounts_over_the_limit_are_counted)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct buf text;
	size_t skipped;

	buf_init(&text, 1u << 20);
	for (unsigned i = 0; i < ACCOUNTS_MAX + 3; i++)
		buf_fmt(&text, "u%u:*:1::::::\n", i);
	str made = describe(arena, "etc/shadow", buf_str(&text), &skipped);
	buf_done(&text);
	CHECK(str_ends(made, STR("\"dropped\":3}")));
}
