/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http.h"

#include <fcntl.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "base/time.h"
#include "server.h"
#include "test.h"

/* What a test tells its handler and gets back from it. */
struct script {
	unsigned step;
	atomic_uint with_credentials; /* requests that carried an Authorization header */
	unsigned other_port;
};

#define BODY_BYTES 300000u

static str body_of(struct arena *arena)
{
	char *p = arena_bytes(arena, BODY_BYTES);

	for (size_t i = 0; i < BODY_BYTES; i++)
		p[i] = (char)('a' + i % 23);
	return str_of(p, BODY_BYTES);
}

static int collect(void *context, str bytes, struct err *err)
{
	(void)err;
	buf_add(context, bytes);
	return 0;
}

/* Sends a part of the body as the Range header asks for, and breaks off after `n` bytes. */
static void send_part(const struct server_request *r, const char *etag, size_t n)
{
	str body = body_of(r->arena);
	str range = server_header(r, "Range"), first = STR_EMPTY, rest;
	uint64_t from = 0;

	range = str_without_prefix(range, STR("bytes="));
	if (str_cut(range, '-', &first, &rest))
		(void)str_u64(first, &from);
	if (from)
		(void)server_print(r,
				   "HTTP/1.1 206 X\r\nContent-Range: bytes %llu-%u/%u\r\n"
				   "Content-Length: %llu\r\n%s\r\n",
				   (unsigned long long)from, BODY_BYTES - 1, BODY_BYTES,
				   (unsigned long long)(BODY_BYTES - from), etag);
	else
		(void)server_print(r, "HTTP/1.1 200 X\r\nContent-Length: %u\r\n%s\r\n", BODY_BYTES,
				   etag);
	IGNORE(server_send(r, str_take(str_skip(body, (size_t)from), n))); /* told by the client */
}

static void handle(void *context, const struct server_request *r)
{
	struct script *script = context;

	if (!str_empty(server_header(r, "Authorization")))
		atomic_fetch_add(&script->with_credentials, 1);
	if (str_eq(r->path, STR("/ok")))
		server_answer(r, 200, "ETag: \"x\"\r\n", STR("fine"));
	else if (str_eq(r->path, STR("/busy")))
		server_answer(r, r->number < 3 ? 429 : 200, "Retry-After: 0\r\n", STR("there"));
	else if (str_eq(r->path, STR("/wait-long")))
		server_answer(r, 503, "Retry-After: 4000\r\n", STR(""));
	else if (str_eq(r->path, STR("/circle")))
		server_answer(r, 302, "Location: /circle2\r\n", STR(""));
	else if (str_eq(r->path, STR("/circle2")))
		server_answer(r, 302, "Location: /circle\r\n", STR(""));
	else if (str_starts(r->path, STR("/deeper")))
		(void)server_print(r,
				   "HTTP/1.1 307 X\r\nContent-Length: 0\r\nLocation: %.*sx\r\n\r\n",
				   STR_ARG(r->path));
	else if (str_eq(r->path, STR("/to-file")))
		server_answer(r, 302, "Location: file:///etc/passwd\r\n", STR(""));
	else if (str_eq(r->path, STR("/other")))
		(void)server_print(r,
				   "HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: "
				   "http://u:p@127.0.0.1:%u/ok\r\n\r\n",
				   script->other_port);
	else if (str_eq(r->path, STR("/resume")))
		send_part(r, "ETag: \"one\"\r\n", 100000);
	else if (str_eq(r->path, STR("/no-etag")))
		send_part(r, "", 100000);
	else if (str_eq(r->path, STR("/changes")))
		send_part(r, script->step++ == 0 ? "ETag: \"one\"\r\n" : "ETag: \"two\"\r\n",
			  100000);
	else if (str_eq(r->path, STR("/lies")))
		(void)server_print(r, "HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nonly this");
	else if (str_eq(r->path, STR("/stall"))) {
		(void)server_print(r, "HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\nonly this");
		server_stall(r);
	} else if (str_eq(r->path, STR("/header"))) {
		(void)server_print(r, "HTTP/1.1 200 X\r\n");
		while (server_print(r, "X-A: %01000d\r\n", 0))
			;
	} else
		server_answer(r, 404, "", STR("no such page"));
}

static int get(struct server *server, const char *path, struct http_request *request,
	       struct arena *arena, struct http_response *out, struct err *err)
{
	const struct http_opts opts = { .stall_s = 1, .retries = 3 };
	AUTO(http_client_free)
	struct http_client *client = http_client_new(&opts);

	request->url = server_url(server, arena, path);
	if (!request->max_bytes)
		request->max_bytes = 1u << 20;
	return http_do(client, request, arena, out, err);
}

#define FIXTURE                                                \
	AUTO(arena_free)                                       \
	struct arena *arena = arena_new();                     \
	struct script script = { 0 };                          \
	AUTO(server_stop)                                      \
	struct server *server = server_start(handle, &script); \
	struct http_request request = { 0 };                   \
	struct http_response response = { 0 };                 \
	struct err err = { 0 }

TEST(a_body_and_its_headers)
{
	FIXTURE;

	CHECK_OK(get(server, "/ok", &request, arena, &response, &err));
	CHECK_INT(response.status, 200);
	CHECK_STRV(response.body, "fine");
	CHECK_STRV(http_header(&response, STR("etag")), "\"x\"");
	CHECK_OK(get(server, "/nowhere?secret=1", &request, arena, &response, &err));
	CHECK_INT(response.status, 404);
	CHECK_STRV(response.body, "no such page");
	CHECK_INT(http_status_error(&response, &err), -1);
	CHECK_INT(err.kind, ERR_NOT_FOUND);
	CHECK(!strstr(err.msg, "secret"));
}

TEST(busy_server_is_asked_again)
{
	FIXTURE;

	CHECK_OK(get(server, "/busy", &request, arena, &response, &err));
	CHECK_STRV(response.body, "there");
	CHECK_INT(server_requests(server), 3);
}

TEST(long_retry_after_is_not_waited_for)
{
	FIXTURE;
	int64_t begin = time_mono_ms();

	CHECK_FAIL(get(server, "/wait-long", &request, arena, &response, &err));
	CHECK_INT(err.kind, ERR_NETWORK);
	CHECK(strstr(err.msg, "asks to wait 4000 s: the server answers 503"));
	CHECK(time_mono_ms() - begin < 5000);
}

TEST(redirects_end)
{
	FIXTURE;

	CHECK_FAIL(get(server, "/circle", &request, arena, &response, &err));
	CHECK(strstr(err.msg, "redirected in a circle"));
	CHECK_FAIL(get(server, "/deeper", &request, arena, &response, &err));
	CHECK(strstr(err.msg, "redirected more than 5 times"));
	CHECK_FAIL(get(server, "/to-file", &request, arena, &response, &err));
	CHECK(strstr(err.msg, "neither http nor https"));
}

TEST(credentials_stay_with_their_origin)
{
	FIXTURE;
	struct script other_script = { 0 };
	AUTO(server_stop)
	struct server *other = server_start(handle, &other_script);

	script.other_port = server_port(other);
	request.authorization = STR("Basic dTpw");
	CHECK_OK(get(server, "/other", &request, arena, &response, &err));
	CHECK_STRV(response.body, "fine");
	CHECK_INT(script.with_credentials, 1);
	CHECK_INT(server_requests(other), 1);
	CHECK_INT(other_script.with_credentials, 0);
}

TEST(broken_body_is_resumed)
{
	FIXTURE;
	AUTO(buf_done)
	struct buf got;

	buf_init(&got, 1u << 20);
	request.sink = collect;
	request.context = &got;
	CHECK_OK(get(server, "/resume", &request, arena, &response, &err));
	CHECK_INT(response.resumed, 2);
	CHECK_STR_EQ(buf_str(&got), body_of(arena));
	buf_reset(&got);
	request.immutable = true;
	CHECK_OK(get(server, "/no-etag", &request, arena, &response, &err));
	CHECK_STR_EQ(buf_str(&got), body_of(arena));
}

TEST(body_that_cannot_be_resumed_is_an_error)
{
	FIXTURE;
	AUTO(buf_done)
	struct buf got;

	buf_init(&got, 1u << 20);
	request.sink = collect;
	request.context = &got;
	CHECK_FAIL(get(server, "/no-etag", &request, arena, &response, &err));
	CHECK_INT(err.kind, ERR_NETWORK);
	CHECK(strstr(err.msg, "broke off after 100000 bytes and cannot be resumed"));
	CHECK_FAIL(get(server, "/changes", &request, arena, &response, &err));
	CHECK(strstr(err.msg, "the content changed while it was fetched"));
}

TEST(limits_of_size_and_time)
{
	FIXTURE;
	AUTO(buf_done)
	struct buf got;

	buf_init(&got, 1u << 20);
	request.max_bytes = 3;
	CHECK_FAIL(get(server, "/ok", &request, arena, &response, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	request.sink = collect;
	request.context = &got;
	CHECK_FAIL(get(server, "/ok", &request, arena, &response, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_FAIL(get(server, "/header", &request, arena, &response, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	request.max_bytes = 100;
	request.total_s = 3;
	CHECK_FAIL(get(server, "/stall", &request, arena, &response, &err));
	CHECK_INT(err.kind, ERR_NETWORK);
	CHECK_FAIL(get(server, "/lies", &request, arena, &response, &err));
	CHECK_INT(err.kind, ERR_NETWORK);
}

TEST(request_ends_when_nobody_reads)
{
	FIXTURE;
	int ends[2];

	CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
	(void)close(ends[0]);
	request.watch_fd = ends[1];
	CHECK_FAIL(get(server, "/stall", &request, arena, &response, &err));
	CHECK_INT(err.kind, ERR_INTERRUPTED);
	(void)close(ends[1]);
}

TEST(refused_connection_names_the_address_without_secrets)
{
	FIXTURE;
	const struct http_opts opts = { .no_retry = true };
	AUTO(http_client_free)
	struct http_client *client = http_client_new(&opts);

	request.url = STR("http://user:geheim@127.0.0.1:1/x?token=geheim");
	CHECK_FAIL(http_do(client, &request, arena, &response, &err));
	CHECK_INT(err.kind, ERR_NETWORK);
	CHECK(strstr(err.msg, "http://127.0.0.1:1/x: "));
	CHECK(!strstr(err.msg, "geheim"));
	request.url = STR("http://127.0.0.1:1/");
	request.authorization = STR("Basic x\r\nX-Evil: 1");
	CHECK_FAIL(http_do(client, &request, arena, &response, &err));
	CHECK_INT(err.kind, ERR_INPUT);
}
