/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "net/authority.h"
#include "net/http.h"
#include "net/tls_identity.h"
#include "test.h"

/* ---- a server with routes that behave as a test wants --------------------------------------- */

struct world {
	struct http_server *server;
	int port;
	atomic_int release; /* a handler of /wait goes on */
	atomic_int waiting;
};

static void echo(void *context, const struct http_server_request *r, struct http_server_answer *a)
{
	(void)context;
	a->body = str_fmt(r->arena, "%.*s %.*s %zu %.*s", STR_ARG(r->head->method),
			  STR_ARG(r->query), r->body.n, STR_ARG(str_take(r->body, 100)));
}

static void wait_for(void *context, const struct http_server_request *r,
		     struct http_server_answer *a)
{
	struct world *w = context;

	(void)r;
	atomic_fetch_add(&w->waiting, 1);
	while (!atomic_load(&w->release))
		usleep(1000);
	a->body = STR("waited");
}

static void refuse(void *context, const struct http_server_request *r, enum http_refusal why,
		   struct http_server_answer *a)
{
	(void)context;
	a->body = str_fmt(r->arena, "refused %s", http_refusal_name(why));
}

static void stream(void *context, const struct http_server_request *r, struct http_server_answer *a)
{
	AUTO(http_stream_unref)
	struct http_stream *s = http_stream_new(r);
	struct err err;

	(void)context;
	a->stream = http_stream_ref(s);
	for (int i = 0; i < 3; i++) {
		if (http_stream_send(s, STR("piece "), &err) < 0)
			a->status = 500;
	}
	http_stream_end(s);
}

static void who(void *context, const struct http_server_request *r, struct http_server_answer *a)
{
	(void)context;
	a->body = r->client;
	a->headers[a->n++] =
		(struct http_field){ STR("X-Line"), STR("one\r\nSet-Cookie: stolen=1") };
}

static const struct http_route routes[] = {
	{ .method = "GET", .path = "/echo", .plain = true, .handle = echo },
	{ .method = "POST", .path = "/echo", .plain = true, .handle = echo, .max_body = 1000 },
	{ .method = "GET", .path = "/quick", .plain = true, .quick = true, .handle = echo },
	{ .method = "GET", .path = "/tree/", .plain = true, .prefix = true, .handle = echo },
	{ .method = "GET",
	  .path = "/wait",
	  .plain = true,
	  .handle = wait_for,
	  .time_ms = 20000,
	  .refuse = refuse },
	{ .method = "GET",
	  .path = "/late",
	  .plain = true,
	  .handle = wait_for,
	  .time_ms = 100,
	  .refuse = refuse },
	{ .method = "GET", .path = "/stream", .plain = true, .handle = stream },
	{ .method = "GET", .path = "/who", .handle = who, .client = true },
	{ .method = "GET", .path = "/secret", .handle = echo },
};

static void world_start(struct world *w, struct http_server_opts opts, bool tls)
{
	struct err err;

	*w = (struct world){ 0 };
	opts.routes = routes;
	opts.routes_n = ARRAY_LEN(routes);
	opts.context = w;
	w->server = http_server_new(&opts);
	w->port = http_server_listen(w->server, STR("127.0.0.1:0"), tls, &err);
	CHECK_OK(w->port);
	CHECK_OK(http_server_start(w->server, &err));
}

static void world_stop(struct world *w)
{
	atomic_store(&w->release, 1);
	http_server_stop(w->server, 2000);
	http_server_free(w->server);
}

static uint64_t refused(struct world *w, enum http_refusal why)
{
	struct http_server_counts counts;

	http_server_count(w->server, &counts);
	return counts.refused[why];
}

static bool await_count(struct world *w, enum http_refusal why, uint64_t n)
{
	for (int i = 0; i < 5000 && refused(w, why) < n; i++)
		usleep(1000);
	return refused(w, why) >= n;
}

/* ---- a client that says what it likes ---------------------------------------------------------
 */

static int dial(const struct world *w)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)w->port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	CHECK_INT(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void say(int fd, str text) { CHECK_INT(send(fd, text.p, text.n, MSG_NOSIGNAL), text.n); }

/* All until the end, or until `until` stands in it. */
static str hear(int fd, const char *until, struct arena *arena)
{
	struct buf b;
	str all;

	buf_init(&b, 1u << 20);
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		char *room = buf_room(&b, 4096);
		ssize_t n = room && poll(&p, 1, 10000) > 0 ? recv(fd, room, 4096, 0) : -1;

		if (n <= 0)
			break;
		b.n += (size_t)n;
		if (until && str_find(buf_str(&b), str_c(until)) >= 0)
			break;
	}
	all = str_dup(arena, buf_str(&b));
	buf_done(&b);
	return all;
}

static str ask(const struct world *w, str text, struct arena *arena)
{
	AUTO(fd_close)
	int fd = dial(w);

	say(fd, text);
	return hear(fd, NULL, arena);
}

#define CHECK_HAS(text, literal) CHECK(str_find(text, STR(literal)) >= 0)

TEST(requests_follow_each_other_on_one_connection)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct world w;
	str all;

	world_start(&w, (struct http_server_opts){ 0 }, false);
	all = ask(
		&w,
		STR("GET /echo?a=1 HTTP/1.1\r\nHost: x\r\n\r\n"
		    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
		    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n"
		    "GET /quick HTTP/1.1\r\nHost: x\r\n\r\nGET /tree/leaf HTTP/1.1\r\nHost: x\r\n\r\n"
		    "HEAD /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
		arena);
	CHECK_HAS(all, "\r\n\r\nGET a=1 0 HTTP/1.1 200 OK");
	CHECK_HAS(all, "\r\n\r\nPOST  5 helloHTTP/1.1 200 OK");
	CHECK_HAS(all, "\r\n\r\nPOST  5 abcdeHTTP/1.1 200 OK");
	CHECK(str_ends(all, STR("Connection: close\r\n\r\n")));
	world_stop(&w);
}

TEST(older_clients_keep_a_connection_when_they_say_so)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct world w;
	str all;

	world_start(&w, (struct http_server_opts){ 0 }, false);
	all = ask(&w,
		  STR("GET /quick HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"
		      "GET /quick HTTP/1.0\r\n\r\nGET /quick HTTP/1.0\r\n\r\n"),
		  arena);
	CHECK_HAS(all, "Connection: keep-alive\r\n\r\nGET  0 HTTP/1.1 200 OK");
	CHECK(str_ends(all, STR("Connection: close\r\n\r\nGET  0 ")));
	world_stop(&w);
}

TEST(thousands_of_quick_requests_in_one_piece_are_answered)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct world w;
	struct buf b;
	str rest;
	size_t n = 0;

	world_start(&w, (struct http_server_opts){ 0 }, false);
	buf_init(&b, 1u << 20);
	for (int i = 0; i < 3000; i++)
		BUF_LIT(&b, "GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
	BUF_LIT(&b, "GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	rest = ask(&w, buf_str(&b), arena);
	for (ptrdiff_t at; (at = str_find(rest, STR("HTTP/1.1 200 OK"))) >= 0; n++)
		rest = str_skip(rest, (size_t)at + 15);
	CHECK_INT(n, 3001);
	buf_done(&b);
	world_stop(&w);
}

TEST(what_is_malformed_is_refused_and_counted)
{
	static const struct {
		const char *text, *answer;
		enum http_refusal why;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n\r\n", "400", HTTP_REFUSED_HEAD },
		{ "GET /echo HTTP/2.0\r\nHost: x\r\n\r\n", "505", HTTP_REFUSED_HEAD },
		{ "GET echo HTTP/1.1\r\nHost: x\r\n\r\n", "400", HTTP_REFUSED_HEAD },
		{ "GET /echo HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400", HTTP_REFUSED_HEAD },
		{ "GET /echo HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", "400", HTTP_REFUSED_HEAD },
		{ "GET /echo HTTP/1.1\r\nHost : x\r\n\r\n", "400", HTTP_REFUSED_HEAD },
		{ "GET /echo HTTP/1.1\nHost: x\r\n\r\n", "400", HTTP_REFUSED_HEAD },
		{ "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n", "400",
		  HTTP_REFUSED_HEAD },
		{ "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
		  "400", HTTP_REFUSED_HEAD },
		{ "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
		  "400", HTTP_REFUSED_HEAD },
		{ "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
		  "501", HTTP_REFUSED_HEAD },
		{ "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
		  "400", HTTP_REFUSED_CHUNK },
		{ "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
		  "400", HTTP_REFUSED_CHUNK },
		{ "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", "413",
		  HTTP_REFUSED_BODY },
		{ "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",
		  NULL, HTTP_REFUSED_BODY },
		{ "GET /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", "413",
		  HTTP_REFUSED_BODY },
		{ "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", "404", HTTP_REFUSED_PATH },
		{ "GET /secret HTTP/1.1\r\nHost: x\r\n\r\n", "404", HTTP_REFUSED_PATH },
		{ "PUT /echo HTTP/1.1\r\nHost: x\r\n\r\n", "405", HTTP_REFUSED_METHOD },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct world w;

	world_start(&w, (struct http_server_opts){ 0 }, false);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		uint64_t before = refused(&w, cases[i].why);
		str text = str_c(cases[i].text), answer;

		if (!cases[i].answer) /* more than is taken, which the size does not tell */
			text = str_fmt(arena, "%s%01001d\r\n", cases[i].text, 0);
		answer = ask(&w, text, arena);
		CHECK_STR_EQ(str_take(str_skip(answer, 9), 3),
			     str_c(cases[i].answer ? cases[i].answer : "413"));
		CHECK_INT(refused(&w, cases[i].why), before + 1);
	}
	world_stop(&w);
}

TEST(a_head_that_is_too_large_is_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct world w;
	str text = str_fmt(arena, "GET /echo HTTP/1.1\r\nHost: x\r\nA: %040000d", 0), answer;

	world_start(&w, (struct http_server_opts){ 0 }, false);
	answer = ask(&w, text, arena);
	CHECK(str_starts(answer, STR("HTTP/1.1 431 ")));
	answer = ask(&w, str_fmt(arena, "GET /%09000d HTTP/1.1\r\nHost: x\r\n\r\n", 0), arena);
	CHECK(str_starts(answer, STR("HTTP/1.1 414 ")));
	world_stop(&w);
}

TEST(slow_peers_are_ended_by_the_whole_time_not_by_each_byte)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(fd_close)
	int head = -1;
	AUTO(fd_close)
	int body = -1;
	struct world w;

	world_start(&w, (struct http_server_opts){ .head_ms = 300, .body_ms = 300 }, false);
	head = dial(&w);
	body = dial(&w);
	say(body, STR("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"));
	for (int i = 0; i < 1000 && refused(&w, HTTP_REFUSED_SLOW) < 2; i++) {
		(void)send(head, "A", 1, MSG_NOSIGNAL);
		(void)send(body, "A", 1, MSG_NOSIGNAL);
		usleep(10000);
	}
	CHECK(await_count(&w, HTTP_REFUSED_SLOW, 2));
	CHECK(str_starts(hear(head, "\r\n\r\n", arena), STR("HTTP/1.1 408 ")));
	CHECK(str_starts(hear(body, "\r\n\r\n", arena), STR("HTTP/1.1 408 ")));
	world_stop(&w);
}

TEST(an_idle_connection_makes_room_and_a_busy_one_does_not)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct world w;
	int fds[4];

	world_start(&w, (struct http_server_opts){ .max_connections = 2, .loops = 1, .workers = 2 },
		    false);
	for (size_t i = 0; i < 3; i++)
		fds[i] = dial(&w);
	CHECK(await_count(&w, HTTP_REFUSED_IDLE, 1)); /* the first one */
	CHECK_INT(hear(fds[0], NULL, arena).n, 0);
	say(fds[1], STR("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
	say(fds[2], STR("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
	for (int i = 0; i < 5000 && atomic_load(&w.waiting) < 2; i++)
		usleep(1000);
	fds[3] = dial(&w);
	CHECK(await_count(&w, HTTP_REFUSED_CONNECTION, 1));
	CHECK_INT(hear(fds[3], NULL, arena).n, 0);
	atomic_store(&w.release, 1);
	CHECK_HAS(hear(fds[1], "waited", arena), "200 OK");
	CHECK_HAS(hear(fds[2], "waited", arena), "200 OK");
	for (size_t i = 0; i < 4; i++)
		(void)close(fds[i]);
	world_stop(&w);
}

TEST(a_full_queue_and_a_late_handler_are_answered_by_the_route)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct world w;
	int fds[3];
	str answer;

	world_start(&w, (struct http_server_opts){ .workers = 1, .queue = 1 }, false);
	fds[0] = dial(&w);
	say(fds[0], STR("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
	for (int i = 0; i < 5000 && atomic_load(&w.waiting) < 1; i++)
		usleep(1000);
	fds[1] = dial(&w); /* waits in the queue until its time is over */
	say(fds[1], STR("GET /late HTTP/1.1\r\nHost: x\r\n\r\n"));
	CHECK_HAS(hear(fds[1], "refused", arena), "refused late");
	say(fds[1], STR("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n")); /* the connection goes on */
	CHECK_HAS(hear(fds[1], "GET  0", arena), "200 OK");
	fds[2] = dial(&w);
	say(fds[2], STR("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
	answer = hear(fds[2], "refused", arena); /* the late one still holds its place */
	CHECK_HAS(answer, "refused busy");
	CHECK_INT(refused(&w, HTTP_REFUSED_LATE), 1);
	CHECK_INT(refused(&w, HTTP_REFUSED_BUSY), 1);
	atomic_store(&w.release, 1);
	CHECK_HAS(hear(fds[0], "waited", arena), "200 OK");
	for (size_t i = 0; i < 3; i++)
		(void)close(fds[i]);
	world_stop(&w);
}

TEST(a_stream_comes_in_chunks)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct world w;
	str all;

	world_start(&w, (struct http_server_opts){ 0 }, false);
	all = ask(&w, STR("GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), arena);
	CHECK_HAS(all, "Transfer-Encoding: chunked\r\n");
	CHECK_HAS(all, "12\r\npiece piece piece \r\n0\r\n\r\n");
	world_stop(&w);
}

TEST(stopping_answers_what_is_under_way)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(fd_close)
	int fd = -1;
	struct world w;

	world_start(&w, (struct http_server_opts){ 0 }, false);
	fd = dial(&w);
	say(fd, STR("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n"));
	for (int i = 0; i < 5000 && atomic_load(&w.waiting) < 1; i++)
		usleep(1000);
	world_stop(&w);
	CHECK_HAS(hear(fd, NULL, arena), "waited");
}

TEST(without_tls_only_loopback)
{
	struct http_server_opts opts = { .routes = routes, .routes_n = 1 };
	AUTO(http_server_free)
	struct http_server *server = http_server_new(&opts);
	struct err err;

	CHECK_FAIL(http_server_listen(server, STR("0.0.0.0:0"), false, &err));
	CHECK_FAIL(http_server_listen(server, STR("127.0.0.1"), true, &err));
	CHECK_FAIL(http_server_listen(server, STR("127.0.0.1:99999"), true, &err));
	CHECK_FAIL(http_server_listen(server, STR("example.com:1"), true, &err));
}

/* ---- TLS ---------------------------------------------------------------------------------------
 */

static struct tls_identity *identity_of(struct arena *arena, struct authority *ca)
{
	static const str names[] = { STR_INIT("127.0.0.1"), STR_INIT("localhost") };
	struct tls_pem pem;
	struct tls_identity *identity;
	struct err err;

	CHECK_OK(authority_new(STR("test"), time_now(), 86400, arena, ca, &err));
	CHECK_OK(authority_issue(ca, names, 2, time_now(), 3600, arena, &pem, &err));
	identity = tls_identity_new(&pem, &err);
	CHECK_OK(identity);
	CHECK(authority_covers(ca->certificate, pem.certificates, names, 2));
	CHECK(!authority_covers(ca->certificate, pem.certificates, &STR("other"), 1));
	return identity;
}

static str fetch(const struct world *w, struct http_client *client, const char *path,
		 const char *ca_file, struct arena *arena)
{
	struct http_tls tls = { .ca_file = ca_file };
	struct http_request request = {
		.url = str_fmt(arena, "https://localhost:%d%s", w->port, path),
		.tls = &tls,
		.max_bytes = 1000,
		.watch_fd = -1,
	};
	struct http_response response;
	struct err err = { .msg = "" };

	if (http_do(client, &request, arena, &response, &err) < 0)
		return str_fmt(arena, "failed: %s", err.msg);
	return str_fmt(arena, "%d %.*s", response.status, STR_ARG(response.body));
}

static void write_file(const char *path, str text)
{
	FILE *f = fopen(path, "w");

	CHECK(f != NULL);
	CHECK_INT(fwrite(text.p, 1, text.n, f), text.n);
	CHECK_INT(fclose(f), 0);
}

TEST(a_new_certificate_counts_for_new_connections)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct http_opts opts = { .no_retry = true };
	AUTO(http_client_free)
	struct http_client *old = http_client_new(&opts);
	AUTO(http_client_free)
	struct http_client *new = http_client_new(&opts);
	char first[] = "/tmp/authority.XXXXXX", second[] = "/tmp/authority.XXXXXX";
	struct authority ca;
	struct tls_identity *identity;
	struct world w;
	int a = mkstemp(first), b = mkstemp(second);

	CHECK(a >= 0 && b >= 0);
	(void)close(a);
	(void)close(b);
	world_start(&w, (struct http_server_opts){ 0 }, true);
	identity = identity_of(arena, &ca);
	write_file(first, ca.certificate);
	http_server_set_identity(w.server, identity);
	tls_identity_unref(identity);
	CHECK_STRV(fetch(&w, old, "/secret", first, arena), "200 GET  0 ");
	identity = identity_of(arena, &ca);
	write_file(second, ca.certificate);
	http_server_set_identity(w.server, identity);
	tls_identity_unref(identity);
	/* The connection that is there goes on; a new one sees the new certificate. */
	CHECK_STRV(fetch(&w, old, "/secret", first, arena), "200 GET  0 ");
	CHECK_STRV(fetch(&w, new, "/secret", second, arena), "200 GET  0 ");
	CHECK(str_starts(fetch(&w, new, "/secret", first, arena), STR("failed: ")));
	CHECK(await_count(&w, HTTP_REFUSED_HANDSHAKE, 1));
	CHECK_STRV(fetch(&w, new, "/who", second, arena), "200 ");
	world_stop(&w);
	(void)unlink(first);
	(void)unlink(second);
}

TEST(what_is_no_tls_is_refused)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct authority ca;
	struct tls_identity *identity = identity_of(arena, &ca);
	struct world w;
	AUTO(fd_close)
	int fd = -1;

	world_start(&w, (struct http_server_opts){ .shake_ms = 200 }, true);
	http_server_set_identity(w.server, identity);
	tls_identity_unref(identity);
	(void)ask(&w, STR("GET /secret HTTP/1.1\r\nHost: x\r\n\r\n"), arena);
	CHECK(await_count(&w, HTTP_REFUSED_HANDSHAKE, 1));
	fd = dial(&w); /* says nothing at all */
	CHECK(await_count(&w, HTTP_REFUSED_SLOW, 1));
	world_stop(&w);
}
