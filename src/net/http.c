/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http.h"

#include <curl/curl.h>
#include <pthread.h>

#include "base/err.h"
#include "base/map.h"
#include "base/num.h"
#include "base/time.h"
#include "net/http_internal.h"

#define RETRIES_DEFAULT	 4u
#define RESUMES_MAX	 64u	      /* of one body, with progress between them */
#define PROGRESS_MIN	 (256u << 10) /* so many bytes make a broken body a new start */
#define PAUSE_FIRST_MS	 250
#define PAUSE_MAX_MS	 8000
#define SILENCE_MS	 5000 /* without a single byte */
#define RETRY_AFTER_LONG (24 * 3600)

static void global_init(void) { (void)curl_global_init(CURL_GLOBAL_DEFAULT); }

struct http_client *http_client_new(const struct http_opts *opts)
{
	struct http_client *client = mem_zalloc(sizeof(*client));

	client->local_fd = -1;
	if (opts)
		client->opts = *opts;
	return client;
}

void *http_client_easy(struct http_client *client)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (client->easy)
		return client->easy;
	(void)pthread_once(&once, global_init);
	client->easy = curl_easy_init();
	if (!client->easy)
		abort(); /* out of memory */
	return client->easy;
}

void http_client_free(struct http_client *client)
{
	if (!client)
		return;
	if (client->easy)
		curl_easy_cleanup(client->easy);
	exchange_local_done(client);
	free(client);
}

bool http_header_next(str *rest, str name, str *value)
{
	for (str line, key, text; str_line(rest, &line);) {
		if (str_cut(line, ':', &key, &text) && str_ieq(str_trim(key), name)) {
			*value = str_trim(text);
			return true;
		}
	}
	return false;
}

str http_header(const struct http_response *response, str name)
{
	str rest = response->headers, value;

	return http_header_next(&rest, name, &value) ? value : STR_EMPTY;
}

str http_strong_etag(str headers)
{
	str value;

	if (!http_header_next(&headers, STR("ETag"), &value) || value.n > 512 ||
	    !str_starts(value, STR("\"")))
		return STR_EMPTY;
	return value;
}

int http_status_error(const struct http_response *r, struct err *err)
{
	enum err_kind kind = ERR_NETWORK;

	if (r->status == 401 || r->status == 403)
		kind = ERR_DENIED;
	if (r->status == 404 || r->status == 410)
		kind = ERR_NOT_FOUND;
	err_set(err, kind, "%.*s: the server answers %d", STR_ARG(r->url), r->status);
	err->code = r->status;
	return -1;
}

/* One call of http_do. */
struct call {
	struct http_client *client;
	const struct http_request *request;
	struct arena *arena;
	struct url first; /* as asked */
	struct url now;	  /* as redirected */
	str visited[HTTP_MAX_HOPS + 1];
	unsigned hops;
	unsigned failures, resumes; /* failures: since there was progress */
	uint64_t delivered, progress_mark;
	str etag;
	int64_t deadline_ms;
	int64_t began_ms; /* this exchange */
	struct exchange x;
};

static unsigned retries_of(const struct call *c)
{
	if (c->client->opts.no_retry)
		return 0;
	return c->client->opts.retries ? c->client->opts.retries : RETRIES_DEFAULT;
}

static void exchange_start(struct call *c)
{
	struct exchange *x = &c->x;
	uint64_t body = c->request->max_bytes;

	c->began_ms = time_mono_ms();
	buf_done(&x->headers);
	buf_done(&x->body);
	*x = (struct exchange){ .request = c->request,
				.url = &c->now,
				.origin = url_same_origin(&c->first, &c->now),
				.from = c->delivered,
				.etag = c->etag,
				.deadline_ms = c->deadline_ms };
	buf_init(&x->headers, HTTP_MAX_HEADER);
	buf_init(&x->body, body > HTTP_MAX_ERROR_BODY ? (size_t)body : HTTP_MAX_ERROR_BODY);
	/* The limit of the caller holds for what the caller gets; see exchange_check. */
}

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool is_busy(int status)
{
	return status == 429 || status == 502 || status == 503 || status == 504;
}

static int redirect(struct call *c, struct err *err)
{
	str rest = buf_str(&c->x.headers), location;
	struct url next;

	if (http_sends(c->request->method))
		return err_set(err, ERR_NETWORK, "redirected after a POST");
	if (!http_header_next(&rest, STR("Location"), &location))
		return err_set(err, ERR_NETWORK, "redirected without an address");
	if (url_resolve(&c->now, location, c->arena, &next, err) < 0)
		return err_wrap(err, "redirected to");
	if (str_eq(c->now.scheme, STR("https")) && !str_eq(next.scheme, STR("https")))
		return err_set(err, ERR_INPUT, "redirected from https to http (%.*s): refused",
			       STR_ARG(next.shown));
	c->visited[c->hops] = c->now.text;
	for (unsigned i = 0; i <= c->hops; i++) {
		if (str_eq(c->visited[i], next.text))
			return err_set(err, ERR_LIMIT, "redirected in a circle (%.*s)",
				       STR_ARG(next.shown));
	}
	if (++c->hops > HTTP_MAX_HOPS)
		return err_set(err, ERR_LIMIT, "redirected more than %u times", HTTP_MAX_HOPS);
	c->now = next;
	return 0;
}

int64_t http_retry_after(const struct http_response *response, struct arena *arena)
{
	str rest = response->headers, value;
	uint64_t seconds;
	int64_t wait;
	time_t date;

	if (!http_header_next(&rest, STR("Retry-After"), &value))
		return -1;
	if (str_u64(value, &seconds))
		return seconds > RETRY_AFTER_LONG ? RETRY_AFTER_LONG : (int64_t)seconds;
	date = curl_getdate(str_cstr(arena, value), NULL);
	if (date < 0)
		return -1;
	wait = date > time_now() ? (int64_t)date - time_now() : 0;
	return wait > RETRY_AFTER_LONG ? RETRY_AFTER_LONG : wait;
}

/* Waits before another try; false (err says why) when there is none. */
static bool again(struct call *c, int64_t asked_s, struct err *err)
{
	int64_t pause = PAUSE_FIRST_MS;

	/* Nothing at all for long: an address where nobody is. Once more, then enough. */
	if (!c->x.headers.n && time_mono_ms() - c->began_ms > SILENCE_MS)
		c->failures = size_max(c->failures, retries_of(c) > 1 ? retries_of(c) - 1 : 1);
	if (c->failures >= retries_of(c))
		return false;
	for (unsigned i = 0; i < c->failures && pause < PAUSE_MAX_MS; i++)
		pause *= 2;
	if (asked_s > HTTP_MAX_RETRY_AFTER) {
		err_wrap(err, "asks to wait %lld s", (long long)asked_s);
		return false;
	}
	if (asked_s >= 0)
		pause = asked_s * 1000;
	/* Clients that failed together shall not come back together. */
	pause += (int64_t)(siphash(c->now.text, (uint64_t)time_mono_ms(), c->failures) % 100);
	if (c->deadline_ms && time_mono_ms() + pause > c->deadline_ms)
		return false;
	c->failures++;
	if (http_pause(c->request->watch_fd, pause))
		return true;
	err_set(err, ERR_INTERRUPTED, "nobody reads the content any more");
	return false;
}

/* After a body that broke off: where to go on. */
static bool resume(struct call *c, struct err *err)
{
	if (http_sends(c->request->method))
		return false;
	c->delivered += c->x.delivered;
	if (c->delivered) {
		str etag = http_strong_etag(buf_str(&c->x.headers));

		if (c->x.delivered)
			c->etag = str_dup(c->arena, etag);
		if (str_empty(c->etag) && !c->request->immutable) {
			err_wrap(err, "broke off after %llu bytes and cannot be resumed",
				 (unsigned long long)c->delivered);
			return false;
		}
		if (c->x.delivered && ++c->resumes > RESUMES_MAX)
			return false;
	}
	if (c->delivered - c->progress_mark >= PROGRESS_MIN) {
		c->failures = 0;
		c->progress_mark = c->delivered;
	}
	return again(c, -1, err);
}

static void response_fill(struct call *c, struct http_response *out)
{
	*out = (struct http_response){
		.status = c->x.status,
		.headers = str_dup(c->arena, buf_str(&c->x.headers)),
		.body = str_dup(c->arena, buf_str(&c->x.body)),
		.url = c->now.shown,
		.bytes = c->delivered + c->x.delivered,
		.resumed = c->resumes,
	};
}

/* 1: another exchange, 0: there is an answer, -1: failed. */
static int answered(struct call *c, struct err *err)
{
	int status = c->x.status;

	if (is_redirect(status))
		return redirect(c, err) < 0 ? -1 : 1;
	if (is_busy(status) && !c->client->opts.no_retry && !c->client->opts.busy_is_answer) {
		const struct http_response now = { .headers = buf_str(&c->x.headers) };

		err_set(err, ERR_NETWORK, "the server answers %d", status);
		err->code = status;
		if (!again(c, http_retry_after(&now, c->arena), err))
			return -1;
		c->now = c->first;
		c->hops = 0;
		return 1;
	}
	if (status == 416 && c->delivered)
		return err_set(err, ERR_NETWORK, "the content changed while it was fetched");
	if (status / 100 == 2 && !c->request->sink && c->x.body.n > c->request->max_bytes)
		return err_set(err, ERR_LIMIT, "more than %llu bytes",
			       (unsigned long long)c->request->max_bytes);
	return 0;
}

static int call_run(struct call *c, struct err *err)
{
	for (;;) {
		int rc;

		exchange_start(c);
		switch (exchange_run(c->client, &c->x, c->arena, err)) {
		case EXCHANGE_DONE:
			rc = answered(c, err);
			if (rc <= 0)
				return rc;
			break;
		case EXCHANGE_BROKEN:
			if (!resume(c, err))
				return -1;
			c->now = c->first; /* addresses of redirects are often short-lived */
			c->hops = 0;
			break;
		case EXCHANGE_FAILED:
			return -1;
		}
	}
}

/* A line break would make two headers of one. */
static int headers_check(const struct http_request *r, struct err *err)
{
	bool bad = str_find_char(r->authorization, '\n') >= 0 ||
		   str_find_char(r->authorization, '\r') >= 0;

	for (size_t i = 0; i < r->headers_n; i++)
		bad = bad || str_find_char(r->headers[i], '\n') >= 0 ||
		      str_find_char(r->headers[i], '\r') >= 0;
	return bad ? err_set(err, ERR_INPUT, "a header with a line break") : 0;
}

int http_do(struct http_client *client, const struct http_request *request, struct arena *arena,
	    struct http_response *out, struct err *err)
{
	struct call c = { .client = client,
			  .request = request,
			  .arena = arena,
			  .delivered = request->immutable ? request->from : 0 };
	int rc;

	if (headers_check(request, err) < 0 || url_parse(request->url, arena, &c.first, err) < 0)
		return -1;
	c.now = c.first;
	c.deadline_ms = client->opts.deadline_ms;
	if (request->total_s) {
		int64_t own = time_mono_ms() + 1000 * (int64_t)request->total_s;

		c.deadline_ms = c.deadline_ms && c.deadline_ms < own ? c.deadline_ms : own;
	}
	rc = call_run(&c, err);
	if (rc == 0)
		response_fill(&c, out);
	buf_done(&c.x.headers);
	buf_done(&c.x.body);
	if (rc < 0 && err->kind != ERR_INTERRUPTED) {
		int code = err->code;

		err_wrap(err, "%.*s", STR_ARG(str_take(c.first.shown, 400)));
		err->code = code;
	}
	return rc;
}
