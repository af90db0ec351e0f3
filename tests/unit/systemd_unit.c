/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/systemd_unit.h"

#include "test.h"

TEST(unit_with_drop_ins)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct systemd_setting *found[4];
	struct systemd_unit unit;
	struct err err;

	systemd_unit_init(&unit, arena);
	CHECK_OK(
		systemd_unit_add(&unit, STR("docker.service"),
				 STR("# comment\n[Unit]\nDescription = Docker\n; other\n[Service]\n"
				     "Type=notify\nExecStart=/usr/bin/dockerd \\\n# between\n"
				     "  -H fd:// \\\n  --icc=false\nEnvironment=A=1\nno setting\n"),
				 &err));
	CHECK_INT(unit.malformed, 1);
	CHECK_INT(systemd_unit_get(&unit, STR("Service"), STR("ExecStart"), found, 4), 1);
	CHECK_STRV(found[0]->value, "/usr/bin/dockerd  -H fd://  --icc=false");
	CHECK_INT(found[0]->line, 7);
	CHECK_OK(systemd_unit_add(&unit, STR("10.conf"),
				  STR("[Service]\r\nExecStart=\r\nExecStart=/opt/dockerd\r\n"
				      "Environment=B=2"),
				  &err));
	CHECK_INT(systemd_unit_get(&unit, STR("Service"), STR("ExecStart"), found, 4), 1);
	CHECK_STRV(found[0]->value, "/opt/dockerd");
	CHECK_STRV(found[0]->source, "10.conf");
	CHECK_INT(systemd_unit_get(&unit, STR("Service"), STR("Environment"), found, 4), 2);
	CHECK_STRV(found[1]->value, "B=2");
	CHECK_INT(systemd_unit_get(&unit, STR("Unit"), STR("Type"), found, 4), 0);
}

TEST(unit_words_lose_their_quotes)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	size_t n;
	const str *words = systemd_words(STR(" -/bin/a 'b c'd \"e\\\"f\" g\\ h \"\" i"), arena, &n);

	CHECK_INT(n, 6);
	CHECK_STRV(words[0], "-/bin/a");
	CHECK_STRV(words[1], "b cd");
	CHECK_STRV(words[2], "e\"f");
	CHECK_STRV(words[3], "g h");
	CHECK_STRV(words[4], "");
	CHECK_STRV(words[5], "i");
	CHECK(!systemd_words(STR("  "), arena, &n));
	CHECK_INT(n, 0);
}

TEST(unit_that_is_too_large_is_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct systemd_unit unit;
	struct err err;

	systemd_unit_init(&unit, arena);
	CHECK_FAIL(systemd_unit_add(
		&unit, STR("x"),
		str_of(arena_alloc(arena, SYSTEMD_UNIT_MAX_BYTES + 1), SYSTEMD_UNIT_MAX_BYTES + 1),
		&err));
	CHECK_INT(err.kind, ERR_LIMIT);
}
