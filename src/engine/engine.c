/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"

#include <inttypes.h>

#include "base/err.h"
#include "base/num.h"
#include "net/engine_host.h"

#define VERSION_MAX  (1u << 20)
#define FOREVER_S    (365u * 24 * 3600) /* a stream of events may be silent */
#define WORDS_MAX    200u
#define EVENT_DEPTH  32u
#define EVENT_VALUES 10000u

struct engine {
	struct arena *arena;
	struct engine_host host;
	struct http_client *client;
	struct engine_opts opts;
	const struct json *version;
	str api;
	bool podman;
};

str engine_shown(const struct engine *engine) { return engine->host.shown; }
const char *engine_socket(const struct engine *engine) { return engine->host.socket; }
str engine_api(const struct engine *engine) { return engine->api; }
const struct json *engine_version(const struct engine *engine) { return engine->version; }
bool engine_is_podman(const struct engine *engine) { return engine->podman; }

void engine_close(struct engine *engine)
{
	if (!engine)
		return;
	http_client_free(engine->client);
	arena_free(engine->arena);
}

/* What the engine says in an answer that is no success. */
static int refusal(const struct http_response *response, str path, struct arena *arena,
		   struct err *err)
{
	const struct json_opts opts = { .max_depth = EVENT_DEPTH, .max_values = EVENT_VALUES };
	const struct json *doc = NULL;
	struct err ignored; /* a page that is no JSON has no words for us */
	str words = STR_EMPTY;

	if (json_parse(response->body, &opts, arena, &doc, &ignored) == 0)
		words = json_get_str(doc, STR("message"));
	if (str_empty(words))
		words = STR("no reason given");
	err_set(err,
		response->status == 404				     ? ERR_NOT_FOUND
		: response->status == 401 || response->status == 403 ? ERR_DENIED
								     : ERR_NETWORK,
		"the engine answers %d to %.*s: %.*s", response->status, STR_ARG(path),
		STR_ARG(str_take(words, WORDS_MAX)));
	err->code = response->status;
	return -1;
}

static int ask(struct engine *engine, str path, uint64_t max_bytes, struct arena *arena,
	       const struct json **out, struct err *err)
{
	const struct json_opts opts = { .max_values = ENGINE_ANSWER_VALUES, .borrow = true };
	struct http_request request = {
		.tls = &engine->host.tls,
		.url = str_cat(arena, engine->host.base, path),
		.max_bytes = max_bytes,
		.total_s = engine->opts.timeout_s,
	};
	struct http_response response;

	if (http_do(engine->client, &request, arena, &response, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(engine->host.shown));
	if (response.status != 200)
		return refusal(&response, path, arena, err);
	if (json_parse(response.body, &opts, arena, out, err) < 0)
		return err_wrap(err, "answer of the engine to %.*s", STR_ARG(path));
	return 0;
}

/* "1.41" -> 41; false for another major version or no version at all. */
static bool minor_of(str version, unsigned *out)
{
	uint64_t minor;

	if (!str_starts(version, STR("1.")) || !str_u64(str_skip(version, 2), &minor) ||
	    minor > 10000)
		return false;
	*out = (unsigned)minor;
	return true;
}

static int agree(struct engine *engine, struct err *err)
{
	str newest = json_get_str(engine->version, STR("ApiVersion"));
	str oldest = json_get_str(engine->version, STR("MinAPIVersion"));
	unsigned high, low = 0;

	if (!minor_of(newest, &high))
		return err_set(err, ERR_INPUT, "%.*s: what answers is no engine: no ApiVersion",
			       STR_ARG(engine->host.shown));
	if (!str_empty(oldest) && !minor_of(oldest, &low))
		return err_set(err, ERR_INPUT, "%.*s: MinAPIVersion cannot be understood",
			       STR_ARG(engine->host.shown));
	if (high < ENGINE_API_OLDEST || low > ENGINE_API_NEWEST)
		return err_set(err, ERR_UNSUPPORTED,
			       "%.*s: the engine speaks API 1.%u to 1.%u, this program 1.%u to "
			       "1.%u",
			       STR_ARG(engine->host.shown), low, high, ENGINE_API_OLDEST,
			       ENGINE_API_NEWEST);
	engine->api =
		str_fmt(engine->arena, "1.%u", high < ENGINE_API_NEWEST ? high : ENGINE_API_NEWEST);
	JSON_EACH (JSON_GET(engine->version, "Components"), component) {
		if (str_starts(json_get_str(component, STR("Name")), STR("Podman")))
			engine->podman = true;
	}
	return 0;
}

struct engine *engine_open(const struct engine_opts *opts, struct err *err)
{
	struct arena *arena = arena_new();
	AUTO(engine_close)
	struct engine *engine = ARENA_NEW(arena, struct engine);
	struct engine *opened = engine;

	engine->arena = arena;
	engine->opts = *opts;
	if (engine->opts.timeout_s == 0)
		engine->opts.timeout_s = ENGINE_TIMEOUT_S;
	if (engine_host_find(opts->host, opts->cert_dir, arena, &engine->host, err) < 0)
		return NULL;
	const struct http_opts http = { .unix_socket = engine->host.socket,
					.stall_s = engine->opts.timeout_s,
					.deadline_ms = opts->deadline_ms,
					.no_retry = true };

	engine->client = http_client_new(&http);
	if (ask(engine, STR("/version"), VERSION_MAX, arena, &engine->version, err) < 0 ||
	    agree(engine, err) < 0)
		return NULL;
	engine = NULL;
	return opened;
}

static str versioned(const struct engine *engine, str path, struct arena *arena)
{
	return str_fmt(arena, "/v%.*s%.*s", STR_ARG(engine->api), STR_ARG(path));
}

int engine_get(struct engine *engine, str path, struct arena *arena, const struct json **out,
	       struct err *err)
{
	return ask(engine, versioned(engine, path, arena), ENGINE_ANSWER_MAX, arena, out, err);
}

/* Events come one a line, in pieces of any size. */
struct event_stream {
	struct buf line;
	struct arena *arena; /* of one event */
	engine_event_fn *fn;
	void *context;
	int answer; /* of fn, when it ended the stream */
};

static int event_take(struct event_stream *stream, str line, struct err *err)
{
	const struct json_opts opts = { .max_depth = EVENT_DEPTH,
					.max_values = EVENT_VALUES,
					.borrow = true };
	const struct json *event;

	line = str_trim(line);
	if (str_empty(line))
		return 0;
	arena_reset(stream->arena);
	if (json_parse(line, &opts, stream->arena, &event, err) < 0)
		return err_wrap(err, "event of the engine");
	stream->answer = stream->fn(stream->context, event);
	if (stream->answer != 0)
		return err_set(err, ERR_INTERRUPTED, "the reader of events has seen enough");
	return 0;
}

static int event_sink(void *context, str bytes, struct err *err)
{
	struct event_stream *stream = context;
	str line;

	while (!str_empty(bytes)) {
		bool whole = str_cut(bytes, '\n', &line, &bytes);

		if (!whole) {
			line = bytes;
			bytes = STR_EMPTY;
		}
		if (line.n > ENGINE_EVENT_MAX - stream->line.n)
			return err_set(err, ERR_LIMIT, "an event of the engine is over %u bytes",
				       ENGINE_EVENT_MAX);
		buf_add(&stream->line, line);
		if (!whole)
			break;
		if (event_take(stream, buf_str(&stream->line), err) < 0)
			return -1;
		buf_reset(&stream->line);
	}
	return 0;
}

int engine_events(struct engine *engine, int64_t since, int watch_fd, engine_event_fn *fn,
		  void *context, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct event_stream stream = { .arena = scratch, .fn = fn, .context = context };
	const struct http_opts http = { .unix_socket = engine->host.socket,
					.stall_s = FOREVER_S,
					.deadline_ms = engine->opts.deadline_ms,
					.no_retry = true };
	AUTO(http_client_free)
	struct http_client *client = http_client_new(&http);
	str path = since > 0 ? str_fmt(arena, "/events?since=%" PRId64, since) : STR("/events");
	struct http_request request = { .tls = &engine->host.tls,
					.max_bytes = UINT64_MAX,
					.sink = event_sink,
					.context = &stream,
					.watch_fd = watch_fd };
	struct http_response response;
	int rc;

	path = versioned(engine, path, arena);
	request.url = str_cat(arena, engine->host.base, path);
	buf_init(&stream.line, ENGINE_EVENT_MAX + 1);
	rc = http_do(client, &request, arena, &response, err);
	buf_done(&stream.line);
	if (stream.answer != 0)
		return stream.answer;
	if (rc < 0)
		return err_wrap(err, "%.*s", STR_ARG(engine->host.shown));
	return response.status == 200 ? 0 : refusal(&response, path, arena, err);
}
