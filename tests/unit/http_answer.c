/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_answer.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/err.h"
#include "net/http.h"
#include "net/url.h"
#include "test.h"

struct heard {
	struct buf head, body;
	size_t most; /* of the body that is wanted */
};

static int on_line(void *context, str line)
{
	struct heard *heard = context;

	buf_add(&heard->head, line);
	return 0;
}

static int on_body(void *context, str bytes)
{
	struct heard *heard = context;

	buf_add(&heard->body, bytes);
	return heard->body.n > heard->most;
}

/* In pieces of `step` bytes; what taking the last one said, or what the end of the connection did:
 * 10 whole, -10 not. */
static int take(str text, size_t step, struct heard *heard, bool *closes, struct err *err)
{
	const struct http_answer_taker taker = { .context = heard,
						 .line = on_line,
						 .body = on_body };
	struct http_answer answer;
	int rc = 0;

	buf_reset(&heard->head);
	buf_reset(&heard->body);
	http_answer_init(&answer);
	for (; text.n > 0 && rc == 0; text = str_skip(text, step))
		rc = http_answer_take(&answer, str_take(text, step), &taker, err);
	if (rc == 0)
		rc = http_answer_end(&answer, err) == 0 ? 10 : -10;
	*closes = answer.closes;
	http_answer_done(&answer);
	return rc;
}

static void check(const char *text, int want, const char *body, bool want_closes)
{
	struct heard heard = { .most = 1000 };
	struct err err;
	bool closes;

	buf_init(&heard.head, 4096);
	buf_init(&heard.body, 4096);
	for (size_t step = 1; step <= strlen(text); step++) {
		CHECK_INT(take(str_c(text), step, &heard, &closes, &err), want);
		if (want > 0)
			CHECK_STR_EQ(buf_str(&heard.body), str_c(body));
		/* With more than its share in one piece it is known that something is wrong. */
		if (want > 0 && step == strlen(text))
			CHECK_INT(closes, want_closes);
	}
	buf_done(&heard.head);
	buf_done(&heard.body);
}

TEST(answers_end_where_they_say)
{
	check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 1, "hello", false);
	check("HTTP/1.1 200 OK\r\ncontent-length:5\r\nConnection: Close\r\n\r\nhello", 1, "hello",
	      true);
	check("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", 1, "hello", false);
	check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n",
	      1, "hello", false);
	check("HTTP/1.1 204 No Content\r\n\r\n", 1, "", false);
	check("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 1, "", false);
	check("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1,
	      "ok", false);
	check("HTTP/1.0 200 OK\r\n\r\nhello", 10, "hello", true);
	check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n1\r\na\r\n0\r\n\r\n",
	      1, "a", true);
}

TEST(answers_that_are_cut_off_or_malformed)
{
	check("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", -10, "", false);
	check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n", -10, "", false);
	check("HTTP/1.1 200 OK\r\nContent-Le", -10, "", false);
	check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhel\r\n", -1, "", false);
	check("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\nabc", -1, "", false);
	check("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", -1, "", false);
	check("SSH-2.0-OpenSSH_9.2\r\n\r\n", -1, "", false);
	check("HTTP/1.1 2x0 OK\r\n\r\n", -1, "", false);
}

TEST(a_taker_ends_an_answer)
{
	struct heard heard = { .most = 3 };
	struct err err;
	bool closes;

	buf_init(&heard.head, 4096);
	buf_init(&heard.body, 4096);
	CHECK_INT(take(STR("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"), 100, &heard,
		       &closes, &err),
		  2);
	buf_done(&heard.head);
	buf_done(&heard.body);
}

/* What is told without libcurl is what it would tell. */
TEST(plain_addresses_are_those_of_libcurl)
{
	static const char *const texts[] = {
		"http://engine/v1.41/images/json?all=1",
		"http://d/a%2Fb/c~d?x=%7B%22type%22%3A1%7D&y=@:!$'()*+,;",
		"http://engine/",
		"http://Engine/a",
		"http://engine/a/../b",
		"http://engine:81/a",
		"http://127.1/a",
		"http://user:word@engine/a",
		"http://engine/a#b",
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct url base, got, want;
	struct err err;

	CHECK_OK(url_parse(STR("https://other:1/"), arena, &base, &err));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		CHECK_OK(url_parse(str_c(texts[i]), arena, &got, &err));
		CHECK_OK(url_resolve(&base, str_c(texts[i]), arena, &want, &err));
		CHECK_STR_EQ(got.text, want.text);
		CHECK_STR_EQ(got.host, want.host);
		CHECK_STR_EQ(got.shown, want.shown);
		CHECK_INT(got.port, want.port);
	}
}

/* ---- over a socket ---- */

struct peer {
	int listener;
	const char *const *steps; /* an answer to the next request; NULL: hangs up */
	size_t n, connections;
};

static void *serve(void *context)
{
	struct peer *peer = context;
	char text[4096];
	int fd = -1;

	for (size_t i = 0; i < peer->n; i++) {
		const char *step = peer->steps[i];

		if (step && fd < 0) {
			fd = accept(peer->listener, NULL, NULL);
			peer->connections++;
		}
		if (step && recv(fd, text, sizeof(text), 0) > 0 &&
		    send(fd, step, strlen(step), MSG_NOSIGNAL) > 0)
			continue;
		(void)close(fd);
		fd = -1;
	}
	if (fd >= 0)
		(void)close(fd);
	return NULL;
}

TEST(questions_over_a_socket)
{
	static const char *const steps[] = {
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none",
		"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngone\r\n0\r\n\r\n",
		NULL,
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nagain",
		"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
		NULL,
		"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nfar too lon",
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct peer peer = { .steps = steps, .n = ARRAY_LEN(steps) };
	struct http_response r;
	struct err err;
	pthread_t thread;

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/http-answer-%d.sock",
		       (int)getpid());
	peer.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK_INT(bind(peer.listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	CHECK_INT(listen(peer.listener, 8), 0);
	CHECK_INT(pthread_create(&thread, NULL, serve, &peer), 0);
	const struct http_opts opts = { .unix_socket = address.sun_path, .no_retry = true };
	const struct http_request ask = { .url = STR("http://engine/x?y=1"), .max_bytes = 10 };
	struct http_client *client = http_client_new(&opts);
	CHECK_OK(http_do(client, &ask, arena, &r, &err));
	CHECK_INT(r.status, 200);
	CHECK_STRV(r.body, "one");
	CHECK_OK(http_do(client, &ask, arena, &r, &err));
	CHECK_INT(r.status, 404);
	CHECK_STRV(r.body, "gone");
	CHECK_OK(http_do(client, &ask, arena, &r, &err)); /* on a new connection */
	CHECK_STRV(r.body, "again");
	CHECK_FAIL(http_do(client, &ask, arena, &r, &err));
	CHECK_INT(err.kind, ERR_NETWORK);
	CHECK(str_ends(str_c(err.msg), STR("the connection ended in the middle of the answer")));
	CHECK_FAIL(http_do(client, &ask, arena, &r, &err));
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK_INT(pthread_join(thread, NULL), 0);
	CHECK_INT(peer.connections, 3);
	CHECK_INT(unlink(address.sun_path), 0);
	(void)close(peer.listener);
	CHECK_FAIL(http_do(client, &ask, arena, &r, &err));
	CHECK(str_find(str_c(err.msg), STR("No such file or directory")) >= 0);
	http_client_free(client);
}
