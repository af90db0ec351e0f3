/* SPDX-License-Identifier: Apache-2.0 */
/* What workers said of secrets, put together; the user's rules; texts of a configuration. */
#include "scan/secret_facts.h"

#include "base/buf.h"
#include "scan/record.h"
#include "scan/secret/rules.h"
#include "scan/secret_texts.h"
#include "test.h"

static struct secret_finding token_at(const char *path, uint64_t line, const char *digest)
{
	return (struct secret_finding){ .kind = STR("github-pat"),
					.path = str_c(path),
					.line = line,
					.length = 40,
					.shown = STR("ghp_"),
					.digest = str_c(digest) };
}

static void add(struct secret_facts *facts, struct secret_finding secret, int layer, int gone)
{
	struct err err;

	CHECK_OK(secret_facts_add(facts, &secret, layer, gone, &err));
}

TEST(one_value_of_several_layers_is_one_finding)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_facts facts;
	struct inventory found = { .secrets_searched = false };
	struct err err;

	CHECK_OK(secret_facts_init(&facts, NULL, arena, &err));
	add(&facts, token_at("b/.env", 3, "aaaaaa"), 1, 2);  /* replaced ... */
	add(&facts, token_at("b/.env", 9, "aaaaaa"), 2, -1); /* ... by itself, further down */
	add(&facts, token_at("a/.env", 1, "aaaaaa"), 0, 4);
	add(&facts, token_at("a/.env", 1, "aaaaaa"), 4, 5); /* twice, and gone in the end */
	add(&facts, token_at("b/.env", 4, "bbbbbb"), 2, -1);
	secret_facts_finish(&facts, &found);
	CHECK(found.secrets_searched);
	CHECK_INT(found.secret_count, 3);
	CHECK_STRV(found.secrets[0].path, "a/.env");
	CHECK_INT(found.secrets[0].layer, 0);
	CHECK_INT(found.secrets[0].deleted_in, 5);
	CHECK_STRV(found.secrets[0].severity, "critical");
	CHECK_INT(found.secrets[1].line, 4);
	CHECK_INT(found.secrets[2].line, 9);
	CHECK_INT(found.secrets[2].layer, 1);
	CHECK_INT(found.secrets[2].deleted_in, -1);
	CHECK(!str_eq(found.secrets[1].id, found.secrets[2].id));
}

TEST(the_id_stays_when_line_and_layer_move)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_facts a, b;
	struct err err;

	CHECK_OK(secret_facts_init(&a, NULL, arena, &err));
	CHECK_OK(secret_facts_init(&b, NULL, arena, &err));
	add(&a, token_at("x", 1, "abcdef"), 0, -1);
	add(&b, token_at("x", 70, "abcdef"), 3, 4);
	CHECK_STR_EQ(a.items[0].id, b.items[0].id);
	CHECK_INT(a.items[0].id.n, 16);
}

TEST(a_kind_that_is_not_known_is_an_error)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_facts facts;
	struct secret_finding secret = token_at("x", 1, "abcdef");
	struct err err;

	CHECK_OK(secret_facts_init(&facts, NULL, arena, &err));
	secret.kind = STR("made-up");
	CHECK_FAIL(secret_facts_add(&facts, &secret, 0, -1, &err));
}

TEST(a_worker_cannot_tell_more_of_a_value_than_it_may)
{
	static const char *const records[] = {
		"{\"kind\":\"k\",\"place\":\"file\",\"path\":\"a\",\"line\":1,\"length\":9,"
		"\"shown\":\"abcde\",\"digest\":\"abcdef\"}",
		"{\"kind\":\"k\",\"place\":\"file\",\"path\":\"a\",\"line\":1,\"length\":9,"
		"\"shown\":\"ab\",\"digest\":\"abcdef0\"}",
		"{\"kind\":\"k\",\"place\":\"file\",\"path\":\"../a\",\"line\":1,\"length\":9,"
		"\"shown\":\"ab\",\"digest\":\"abcdef\"}",
		"{\"kind\":\"k\",\"place\":\"here\",\"path\":\"a\",\"line\":1,\"length\":9,"
		"\"shown\":\"ab\",\"digest\":\"abcdef\"}",
		"{\"kind\":\"k\",\"place\":\"file\",\"path\":\"a\",\"line\":-1,\"length\":9,"
		"\"shown\":\"ab\",\"digest\":\"abcdef\"}",
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_finding secret;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(records); i++)
		CHECK_FAIL(secret_read(str_c(records[i]), arena, &secret, &err));
}

static int apply(struct arena *arena, const char *text, struct secret_kinds *kinds, struct err *err)
{
	const struct json *config;

	if (secret_kinds_builtin(arena, kinds, err) < 0 ||
	    json_parse(str_c(text), NULL, arena, &config, err) < 0)
		return -1;
	return secret_rules_apply(config, arena, kinds, err);
}

TEST(rules_switch_kinds_on_and_off_and_replace_them)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_kinds kinds;
	struct err err;

	CHECK_OK(apply(arena, "{\"disable-rules\":[\"jwt\",\"of-another-tool\"]}", &kinds, &err));
	CHECK(!secret_kind_find(&kinds, STR("jwt")));
	CHECK(secret_kind_find(&kinds, STR("npm-token")) != NULL);
	CHECK_OK(apply(arena, "{\"enable-builtin-rules\":[\"jwt\"]}", &kinds, &err));
	CHECK_INT(kinds.n, 1);
	CHECK_OK(apply(arena, "{\"rules\":[{\"id\":\"jwt\",\"regex\":\"x\",\"severity\":\"LOW\"}]}",
		       &kinds, &err));
	CHECK_STRV(secret_kind_find(&kinds, STR("jwt"))->severity, "low");
	CHECK(secret_kind_find(&kinds, STR("jwt"))->free);
}

TEST(rules_that_cannot_be_meant_so_are_refused)
{
	static const char *const configs[] = {
		"[]",
		"{\"exclude-block\":{}}",
		"{\"rules\":[{\"regex\":\"x\"}]}",
		"{\"rules\":[{\"id\":\"x\"}]}",
		"{\"rules\":[{\"id\":\"x\",\"regex\":\"x\",\"keywords\":[\"ab\"]}]}",
		"{\"rules\":[{\"id\":\"x\",\"regex\":\"x\",\"allow-rules\":[{\"path\":\"a\"}]}]}",
		"{\"allow-rules\":[{\"id\":\"x\"}]}",
		"{\"allow-rules\":[{\"regex\":\"x\",\"path\":\"y\"}]}",
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct secret_kinds kinds;

	for (size_t i = 0; i < ARRAY_LEN(configs); i++) {
		struct err err = { .kind = ERR_NONE };

		CHECK_FAIL(apply(arena, configs[i], &kinds, &err));
		CHECK_INT(err.kind, ERR_USAGE);
	}
}

TEST(steps_of_the_build_belong_to_their_layers)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	const struct json *config;
	struct err err;

	CHECK_OK(json_parse(STR("{\"history\":[{\"created_by\":\"a\"},{\"empty_layer\":true},"
				"{\"created_by\":\"b\"},{\"created_by\":\"c\"}]}"),
			    NULL, arena, &config, &err));
	CHECK_INT(texts_layer_of_step(config, STR("1"), 2), 0);
	CHECK_INT(texts_layer_of_step(config, STR("2"), 2), -1);
	CHECK_INT(texts_layer_of_step(config, STR("3"), 2), 1);
	CHECK_INT(texts_layer_of_step(config, STR("4"), 2), -1); /* more steps than layers */
	CHECK_INT(texts_layer_of_step(config, STR("9"), 2), -1);
	CHECK_INT(texts_layer_of_step(config, STR("x"), 2), -1);
}

TEST(all_texts_of_a_configuration_are_taken)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf texts = { .p = NULL };
	const struct json *config;
	struct err err;

	buf_init(&texts, TEXTS_MAX_BYTES);
	CHECK_OK(json_parse(
		STR("{\"config\":{\"Env\":[\"A=envtext\"],\"Labels\":{\"l\":\"labeltext\"},"
		    "\"Entrypoint\":[\"entry\",\"text\"],\"Cmd\":[\"cmdtext\"],"
		    "\"Healthcheck\":{\"Test\":[\"CMD\",\"healthtext\"]},"
		    "\"OnBuild\":[\"RUN onbuildtext\"]},"
		    "\"container_config\":{\"Env\":[\"B=oldtext\"]},"
		    "\"history\":[{\"created_by\":\"steptext\",\"comment\":\"notetext\"}]}"),
		NULL, arena, &config, &err));
	texts_of_config(config, &texts);
	static const char *const parts[] = { "A=envtext", "l=labeltext", "entry text",
					     "cmdtext",	  "healthtext",	 "RUN onbuildtext",
					     "B=oldtext", "steptext",	 "notetext" };
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		CHECK(str_find(buf_str(&texts), str_c(parts[i])) >= 0);
}
