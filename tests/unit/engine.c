/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "server.h"
#include "test.h"

#define VERSION                                                                       \
	"{\"Version\":\"24.0.7\",\"ApiVersion\":\"1.43\",\"MinAPIVersion\":\"1.12\"," \
	"\"Components\":[{\"Name\":\"Engine\"}]}"

/* What the fake engine answers; the path that was asked last. */
struct fake {
	const char *version;
	const char *info;
	str events;
	char asked[200];
};

static void answer(void *context, const struct server_request *request)
{
	struct fake *fake = context;

	snprintf(fake->asked, sizeof(fake->asked), "%.*s", STR_ARG(request->path));
	if (str_eq(request->path, STR("/version")))
		server_answer(request, 200, "", str_c(fake->version));
	else if (str_ends(request->path, STR("/info")) && fake->info)
		server_answer(request, 200, "", str_c(fake->info));
	else if (str_find(request->path, STR("/events")) >= 0)
		server_answer(request, 200, "", fake->events);
	else if (str_ends(request->path, STR("/stall")))
		server_stall(request);
	else if (str_ends(request->path, STR("/swarm")))
		server_answer(request, 503, "", STR("{\"message\":\"no swarm here\"}"));
	else
		server_answer(request, 404, "", STR("<html>nothing</html>"));
}

static struct engine *open_fake(struct fake *fake, struct server **server, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct engine_opts opts = { .timeout_s = 2 };

	*server = server_start(answer, fake);
	opts.host = str_cstr(arena, server_url(*server, arena, ""));
	return engine_open(&opts, err);
}

TEST(engine_speaks_the_highest_version_both_know)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct fake fake = { .version = VERSION, .info = "{\"Containers\":3}" };
	AUTO(server_stop)
	struct server *server = NULL;
	const struct json *info;
	struct err err;
	int64_t n;
	AUTO(engine_close)
	struct engine *engine = open_fake(&fake, &server, &err);

	CHECK(engine);
	CHECK_STRV(engine_api(engine), "1.43");
	CHECK(!engine_is_podman(engine));
	CHECK_OK(engine_get(engine, STR("/info"), arena, &info, &err));
	CHECK_STR(fake.asked, "/v1.43/info");
	CHECK(json_i64(JSON_GET(info, "Containers"), &n));
	CHECK_INT(n, 3);
}

TEST(engine_newer_than_us_is_asked_in_our_version)
{
	struct fake fake = { .version = "{\"ApiVersion\":\"1.99\",\"MinAPIVersion\":\"1.24\","
					"\"Components\":[{\"Name\":\"Podman Engine\"}]}" };
	AUTO(server_stop)
	struct server *server = NULL;
	struct err err;
	AUTO(engine_close)
	struct engine *engine = open_fake(&fake, &server, &err);

	CHECK(engine);
	CHECK_STRV(engine_api(engine), "1.47");
	CHECK(engine_is_podman(engine));
}

TEST(engine_that_is_none_is_refused)
{
	static const struct {
		const char *version;
		enum err_kind kind;
	} cases[] = {
		{ "garbage", ERR_INPUT },
		{ "{}", ERR_INPUT },
		{ "[]", ERR_INPUT },
		{ "{\"ApiVersion\":\"2.0\"}", ERR_INPUT },
		{ "{\"ApiVersion\":\"1.x\"}", ERR_INPUT },
		{ "{\"ApiVersion\":\"1.99999999999999999999\"}", ERR_INPUT },
		{ "{\"ApiVersion\":\"1.12\"}", ERR_UNSUPPORTED },
		{ "{\"ApiVersion\":\"1.90\",\"MinAPIVersion\":\"1.60\"}", ERR_UNSUPPORTED },
		{ "{\"ApiVersion\":\"1.40\",\"MinAPIVersion\":\"old\"}", ERR_INPUT },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fake fake = { .version = cases[i].version };
		AUTO(server_stop)
		struct server *server = NULL;
		struct err err = { .kind = ERR_NONE };
		AUTO(engine_close)
		struct engine *engine = open_fake(&fake, &server, &err);

		CHECK(!engine);
		CHECK_INT(err.kind, cases[i].kind);
	}
}

TEST(engine_refusals_keep_their_words_and_status)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct fake fake = { .version = VERSION, .info = "{\"a\":" };
	AUTO(server_stop)
	struct server *server = NULL;
	const struct json *out;
	struct err err;
	AUTO(engine_close)
	struct engine *engine = open_fake(&fake, &server, &err);

	CHECK(engine);
	CHECK_FAIL(engine_get(engine, STR("/swarm"), arena, &out, &err));
	CHECK_INT(err.code, 503);
	CHECK(strstr(err.msg, "no swarm here"));
	CHECK_FAIL(engine_get(engine, STR("/containers/gone/json"), arena, &out, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	CHECK_FAIL(engine_get(engine, STR("/info"), arena, &out, &err));
	CHECK_INT(err.kind, ERR_INPUT);
}

TEST(engine_that_never_answers_ends_in_time)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct fake fake = { .version = VERSION };
	AUTO(server_stop)
	struct server *server = NULL;
	const struct json *out;
	struct err err;
	AUTO(engine_close)
	struct engine *engine = open_fake(&fake, &server, &err);
	int64_t start = time_mono_ms();

	CHECK(engine);
	CHECK_FAIL(engine_get(engine, STR("/stall"), arena, &out, &err));
	CHECK_INT(err.kind, ERR_NETWORK);
	CHECK(time_mono_ms() - start < 15000);
}

struct seen {
	int n;
	char last[40];
};

static int count_event(void *context, const struct json *event)
{
	struct seen *seen = context;

	seen->n++;
	snprintf(seen->last, sizeof(seen->last), "%.*s",
		 STR_ARG(json_get_str(event, STR("Action"))));
	return str_eq(json_get_str(event, STR("Action")), STR("stop")) ? 7 : 0;
}

TEST(engine_events_come_one_by_one)
{
	struct fake fake = { .version = VERSION,
			     .events = STR("{\"Action\":\"create\"}\n\r\n{\"Action\":\"start\"}\r\n"
					   "{\"Action\":\"die\"}\n") };
	AUTO(server_stop)
	struct server *server = NULL;
	struct seen seen = { 0 };
	struct err err;
	AUTO(engine_close)
	struct engine *engine = open_fake(&fake, &server, &err);

	CHECK(engine);
	CHECK_INT(engine_events(engine, 5, -1, count_event, &seen, &err), 0);
	CHECK_STR(fake.asked, "/v1.43/events?since=5");
	CHECK_INT(seen.n, 3);
	CHECK_STR(seen.last, "die");
	fake.events = STR("{\"Action\":\"stop\"}\n{\"Action\":\"late\"}\n");
	CHECK_INT(engine_events(engine, 0, -1, count_event, &seen, &err), 7);
	CHECK_STR(seen.last, "stop");
	fake.events = STR("{\"Action\":\"a\"}\n{\"Action\n");
	CHECK_FAIL(engine_events(engine, 0, -1, count_event, &seen, &err));
	CHECK_INT(err.kind, ERR_INPUT);
}

TEST(engine_events_have_a_longest)
{
	struct fake fake = { .version = VERSION };
	AUTO(server_stop)
	struct server *server = NULL;
	struct seen seen = { 0 };
	struct err err;
	AUTO(engine_close)
	struct engine *engine = open_fake(&fake, &server, &err);
	char *text = mem_alloc(2 * ENGINE_EVENT_MAX);

	CHECK(engine);
	memset(text, ' ', 2 * ENGINE_EVENT_MAX);
	fake.events = str_of(text, 2 * ENGINE_EVENT_MAX);
	CHECK_FAIL(engine_events(engine, 0, -1, count_event, &seen, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_INT(seen.n, 0);
	free(text);
}

TEST(engine_elsewhere_needs_tls)
{
	struct engine_opts opts = { .host = "tcp://192.0.2.7:2375" };
	struct err err;

	CHECK(!engine_open(&opts, &err));
	CHECK_INT(err.kind, ERR_DENIED);
	opts.host = "ssh://example.com";
	CHECK(!engine_open(&opts, &err));
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
	opts.host = "unix:///nowhere/docker.sock";
	CHECK(!engine_open(&opts, &err));
	CHECK_INT(err.kind, ERR_NOT_FOUND);
}
