/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An exchange over a socket of this machine, without libcurl: with the libraries that it loads, a
 * process takes nine megabytes more, and an engine is asked in plain HTTP/1.1.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/err.h"
#include "base/time.h"
#include "net/http_answer.h"
#include "net/http_internal.h"

#define READ_BYTES  65536u
#define PROGRESS_MS 1000 /* between two looks at the limits */
#define BUSY_MS	    20	 /* before another try at a socket whose queue is full */

bool exchange_is_local(const struct http_client *client, const struct exchange *x)
{
	const struct http_request *r = x->request;

	return client->opts.unix_socket && !client->opts.proxy && r->method == HTTP_GET &&
	       r->headers_n == 0 && str_empty(r->authorization) && x->from == 0 &&
	       str_empty(x->url->user) && str_eq(x->url->scheme, STR("http"));
}

static enum exchange_end failed(enum exchange_end verdict, int errnum, const char *socket,
				struct err *err)
{
	err_set(err, ERR_NETWORK, "%s: %s", socket, strerror(errnum));
	return verdict;
}

/* 0, or what ended it. */
static int connect_to(struct http_client *client, struct err *err)
{
	const char *path = client->opts.unix_socket;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	unsigned seconds = client->opts.connect_s ? client->opts.connect_s : HTTP_CONNECT_S;
	int64_t until = time_mono_ms() + 1000 * (int64_t)seconds;
	AUTO(fd_close)
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (strlen(path) >= sizeof(address.sun_path)) {
		err_set(err, ERR_NETWORK, "%s: the path of a socket is too long", path);
		return EXCHANGE_FAILED;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (fd < 0)
		return (int)failed(EXCHANGE_FAILED, errno, path, err);
	while (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return (int)failed(EXCHANGE_BROKEN, errno, path, err);
		if (time_mono_ms() >= until)
			return (int)failed(EXCHANGE_BROKEN, ETIMEDOUT, path, err);
		IGNORE(http_pause(-1, BUSY_MS)); /* nobody watches here */
	}
	client->local_fd = fd_take(&fd);
	return 0;
}

static void hang_up(struct http_client *client)
{
	if (client->local_fd >= 0)
		(void)close(client->local_fd);
	client->local_fd = -1;
}

/* Until the socket is ready; 0, or -1 when a limit ended the exchange. */
static int await(struct http_client *client, struct exchange *x, short events, int64_t *looked)
{
	for (;;) {
		struct pollfd polls[2] = {
			{ .fd = client->local_fd, .events = events },
			{ .fd = x->request->watch_fd > 0 ? x->request->watch_fd : -1 },
		};
		int n = poll(polls, 2, PROGRESS_MS);
		int64_t now = time_mono_ms();

		if (n <= 0 || polls[1].revents || now - *looked >= PROGRESS_MS) {
			*looked = now;
			if (exchange_progress(x) != 0)
				return -1;
		}
		if (n > 0 && polls[0].revents)
			return 0;
	}
}

static int ask(struct http_client *client, struct exchange *x, str text, int64_t *looked,
	       struct err *err)
{
	while (text.n > 0) {
		ssize_t n = send(client->local_fd, text.p, text.n, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN) {
			if (await(client, x, POLLOUT, looked) < 0)
				return -1;
		} else if (n < 0 && errno != EINTR) {
			return err_set(err, ERR_NETWORK, "%s", strerror(errno));
		}
		text = str_skip(text, n > 0 ? (size_t)n : 0);
	}
	return 0;
}

static int on_line(void *context, str line) { return exchange_header(context, line) ? 0 : 1; }
static int on_piece(void *context, str bytes) { return exchange_body(context, bytes) ? 0 : 1; }

/* 1: whole, 2: a taker ended it; 0: the connection ended; -1. */
static int hear(struct http_client *client, struct exchange *x, struct http_answer *answer,
		int64_t *looked, struct err *err)
{
	const struct http_answer_taker taker = { .context = x, .line = on_line, .body = on_piece };
	AUTO(free)
	char *bytes = mem_alloc(READ_BYTES);
	int rc = 0;

	while (rc == 0) {
		ssize_t n = recv(client->local_fd, bytes, READ_BYTES, 0);

		if (n == 0)
			return 0;
		if (n > 0)
			rc = http_answer_take(answer, str_of(bytes, (size_t)n), &taker, err);
		else if (errno == EAGAIN && await(client, x, POLLIN, looked) < 0)
			return 2;
		else if (errno != EAGAIN && errno != EINTR)
			return err_set(err, ERR_NETWORK, "%s", strerror(errno));
	}
	return rc;
}

static str request_text(const struct exchange *x, struct arena *arena)
{
	str path = str_skip(x->url->text, STR("http://").n);
	ptrdiff_t slash = str_find_char(path, '/');

	path = slash < 0 ? STR("/") : str_skip(path, (size_t)slash);
	return str_fmt(arena,
		       "GET %.*s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: seawall/" SEAWALL_VERSION
		       "\r\nAccept: */*\r\n\r\n",
		       STR_ARG(path), STR_ARG(x->url->host));
}

/* One try on the connection there is. *silent: it ended before a single byte came. */
static enum exchange_end try_once(struct http_client *client, struct exchange *x, str text,
				  bool *silent, struct err *err)
{
	enum exchange_end end = EXCHANGE_BROKEN;
	int64_t looked = time_mono_ms();
	struct http_answer answer;
	int rc;

	http_answer_init(&answer);
	rc = ask(client, x, text, &looked, err);
	if (rc == 0)
		rc = hear(client, x, &answer, &looked, err);
	*silent = rc <= 0 && answer.head.n == 0 && x->transfer_err.kind == ERR_NONE;
	if (x->transfer_err.kind != ERR_NONE) {
		*err = x->transfer_err;
		end = x->verdict;
	} else if (rc > 0 || (rc == 0 && http_answer_end(&answer, err) == 0)) {
		end = EXCHANGE_DONE;
	}
	if (rc != 1 || answer.closes)
		hang_up(client);
	http_answer_done(&answer);
	return end;
}

enum exchange_end exchange_run_local(struct http_client *client, struct exchange *x,
				     struct arena *arena, struct err *err)
{
	str text = request_text(x, arena);
	bool kept = client->local_fd >= 0, silent = false;
	enum exchange_end end = EXCHANGE_BROKEN;

	if (kept)
		end = try_once(client, x, text, &silent, err);
	/* The other side may close a connection that nobody uses: that says nothing. */
	if (kept && !silent)
		return end;
	int ended = connect_to(client, err);
	return ended != 0 ? (enum exchange_end)ended : try_once(client, x, text, &silent, err);
}

void exchange_local_done(struct http_client *client) { hang_up(client); }
