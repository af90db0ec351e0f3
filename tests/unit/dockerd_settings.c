/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/container/dockerd_settings.h"

#include "test.h"

/* Settings as one JSON text, in the order in which they were said. */
static str shown(const struct dockerd_settings *settings, struct arena *arena)
{
	struct json_writer w;
	struct buf out;
	str text;

	buf_init(&out, 1u << 20);
	json_writer_init(&w, &out, 0);
	json_open_object(&w);
	for (size_t i = 0; i < settings->n; i++) {
		json_key(&w, settings->items[i].key);
		json_put(&w, &settings->items[i].value);
	}
	json_close_object(&w);
	text = str_dup(arena, buf_str(&out));
	buf_done(&out);
	return text;
}

#define FLAGS(...)                                                   \
	({                                                           \
		static const char *const words_[] = { __VA_ARGS__ }; \
		flags_of(words_, ARRAY_LEN(words_), arena);          \
	})

static str flags_of(const char *const *words, size_t n, struct arena *arena)
{
	struct dockerd_settings settings;
	struct err err;
	str *list = ARENA_ARRAY(arena, str, n);

	for (size_t i = 0; i < n; i++)
		list[i] = str_c(words[i]);
	dockerd_settings_init(&settings, arena);
	CHECK_OK(dockerd_settings_flags(&settings, list, n, STR("cmdline"), &err));
	return shown(&settings, arena);
}

TEST(flags_have_all_forms_of_the_command_line)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(FLAGS("--icc=false"), "{\"icc\":false}");
	CHECK_STRV(FLAGS("--log-level=warn"), "{\"log-level\":\"warn\"}");
	CHECK_STRV(FLAGS("--log-level", "warn"), "{\"log-level\":\"warn\"}");
	CHECK_STRV(FLAGS("-l", "warn"), "{\"log-level\":\"warn\"}");
	CHECK_STRV(FLAGS("-lwarn"), "{\"log-level\":\"warn\"}");
	CHECK_STRV(FLAGS("-l=warn"), "{\"log-level\":\"warn\"}");
	CHECK_STRV(FLAGS("--tlsverify"), "{\"tlsverify\":true}");
	CHECK_STRV(FLAGS("--tlsverify", "--icc=f"), "{\"tlsverify\":true,\"icc\":false}");
	CHECK_STRV(FLAGS("-D"), "{\"debug\":true}");
	CHECK_STRV(FLAGS("-D=false"), "{\"debug\":false}");
	CHECK_STRV(FLAGS("--debug", "false"), "{\"debug\":true}"); /* a switch takes no word */
	CHECK_STRV(FLAGS("-DH", "unix:///a"), "{\"debug\":true,\"hosts\":[\"unix:///a\"]}");
	CHECK_STRV(FLAGS("-Hfd://", "-H=tcp://a:1", "--host", "b"),
		   "{\"hosts\":[\"fd://\",\"tcp://a:1\",\"b\"]}");
	CHECK_STRV(FLAGS("--", "--icc=false"), "{}");
	CHECK_STRV(FLAGS("--log-level="), "{\"log-level\":\"\"}");
	CHECK_STRV(FLAGS("-H"), "{\"hosts\":[\"\"]}");
}

TEST(flags_go_under_the_keys_of_the_file)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(FLAGS("-g", "/d", "-G", "g", "-s", "overlay2"),
		   "{\"data-root\":\"/d\",\"group\":\"g\",\"storage-driver\":\"overlay2\"}");
	CHECK_STRV(FLAGS("--graph=/d"), "{\"data-root\":\"/d\"}");
	CHECK_STRV(FLAGS("--insecure-registry", "a", "--insecure-registry=b"),
		   "{\"insecure-registries\":[\"a\",\"b\"]}");
	CHECK_STRV(FLAGS("--storage-opt", "dm.basesize=20G"),
		   "{\"storage-opts\":[\"dm.basesize=20G\"]}");
	CHECK_STRV(FLAGS("--authorization-plugin=gate"), "{\"authorization-plugins\":[\"gate\"]}");
	CHECK_STRV(FLAGS("--default-ulimit", "nofile=1024:2048", "--default-ulimit=nproc=9"),
		   "{\"default-ulimits\":{\"nofile\":{\"Name\":\"nofile\",\"Soft\":1024,"
		   "\"Hard\":2048},\"nproc\":{\"Name\":\"nproc\",\"Soft\":9,\"Hard\":9}}}");
	CHECK_STRV(FLAGS("--log-opt", "max-size=1m", "--log-opt=max-size=2m", "--log-opt=a=b"),
		   "{\"log-opts\":{\"max-size\":\"2m\",\"a\":\"b\"}}");
	CHECK_STRV(FLAGS("--network-diagnostic-port=9000"), "{\"network-diagnostic-port\":9000}");
	CHECK_STRV(FLAGS("--log-driver=a", "--log-driver", "b"), "{\"log-driver\":\"b\"}");
}

TEST(flags_that_nobody_knows_are_kept)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(FLAGS("--new-thing", "x", "--newer=y", "--newest", "--icc"),
		   "{\"new-thing\":\"x\",\"newer\":\"y\",\"newest\":true,\"icc\":true}");
	CHECK_STRV(FLAGS("--icc=maybe"), "{\"icc\":\"maybe\"}");
}

TEST(file_settings_have_their_line)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct dockerd_settings settings;
	struct err err;

	dockerd_settings_init(&settings, arena);
	CHECK_OK(dockerd_settings_file(&settings, STR("/e/d.json"),
				       STR("{\n  \"icc\": false,\n  \"graph\": \"/x\",\n"
					   "  \"hosts\": [\n \"fd://\"]\n}"),
				       &err));
	CHECK_STR_EQ(shown(&settings, arena),
		     STR("{\"icc\":false,\"data-root\":\"/x\",\"hosts\":[\"fd://\"]}"));
	CHECK_STRV(settings.items[0].where, "/e/d.json:2");
	CHECK_STRV(settings.items[1].where, "/e/d.json:3");
	CHECK_STRV(settings.items[2].where, "/e/d.json:4");
}

TEST(file_of_blanks_says_nothing_and_others_are_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct dockerd_settings settings;
	struct err err;

	dockerd_settings_init(&settings, arena);
	CHECK_OK(dockerd_settings_file(&settings, STR("f"), STR(" \n"), &err));
	CHECK_INT(settings.n, 0);
	CHECK_FAIL(dockerd_settings_file(&settings, STR("f"), STR("[]"), &err));
	CHECK_STR(err.msg, "no JSON object");
	CHECK_FAIL(dockerd_settings_file(&settings, STR("f"), STR("{\"icc\": false,}"), &err));
	CHECK_INT(err.kind, ERR_INPUT);
	dockerd_settings_init(&settings, arena);
	CHECK_OK(dockerd_settings_file(&settings, STR("f"), STR("{\"icc\":true,\n\"icc\":false}"),
				       &err));
	CHECK_STR_EQ(shown(&settings, arena), STR("{\"icc\":false}"));
	CHECK_STRV(settings.items[0].where, "f:2");
}
