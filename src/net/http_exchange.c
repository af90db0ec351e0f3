/* SPDX-License-Identifier: Apache-2.0 */
#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "base/err.h"
#include "base/num.h"
#include "base/time.h"
#include "net/http_internal.h"

#define STALL_MIN_BYTES 1024u
#define CA_MAX_BYTES	(8u << 20) /* of all authorities together */
#define CA_DIR_FILES	64u

AUTO_PTR(curl_slist_free_all, struct curl_slist);

bool http_sends(enum http_method method) { return method != HTTP_GET && method != HTTP_HEAD; }

bool http_reader_gone(int watch_fd) { return !http_pause(watch_fd, 0); }

bool http_pause(int watch_fd, int64_t ms)
{
	/* The writing end of a pipe reports POLLERR once there is no reader. */
	struct pollfd p = { .fd = watch_fd > 0 ? watch_fd : -1 };
	int64_t end = time_mono_ms() + ms;

	for (;;) {
		int64_t left = end - time_mono_ms();
		int n = poll(&p, 1, left > 0 ? (int)left : 0);

		if (n > 0 && (p.revents & (POLLERR | POLLHUP | POLLNVAL)))
			return false;
		if (time_mono_ms() >= end)
			return true;
	}
}

static bool stop(struct exchange *x, enum exchange_end verdict)
{
	x->verdict = verdict;
	return false;
}

/* "HTTP/1.1 200 OK" */
static int status_of(str line)
{
	str version, rest;
	uint64_t status = 0;

	if (!str_cut(line, ' ', &version, &rest) || !str_u64(str_take(rest, 3), &status))
		return 0;
	return (int)status;
}

bool exchange_header(struct exchange *x, str line)
{
	x->window_bytes += line.n;
	if (str_starts(line, STR("HTTP/"))) {
		buf_reset(
			&x->headers); /* of the answer itself, not of a "100 Continue" before it */
		x->status = status_of(line);
	}
	buf_add(&x->headers, line);
	if (x->headers.overflow) {
		err_set(&x->transfer_err, ERR_LIMIT, "a header of more than %u bytes",
			HTTP_MAX_HEADER);
		return stop(x, EXCHANGE_FAILED);
	}
	return true;
}

static size_t on_header(char *p, size_t size, size_t count, void *context)
{
	return exchange_header(context, str_of(p, size * count)) ? size * count : 0;
}

/* "bytes FIRST-LAST/TOTAL" must begin where we asked it to. */
static bool range_begins(str headers, uint64_t from)
{
	str rest = headers, value, first, tail;
	uint64_t n;

	if (!http_header_next(&rest, STR("Content-Range"), &value))
		return false;
	value = str_trim(str_without_prefix(value, STR("bytes")));
	return str_cut(value, '-', &first, &tail) && str_u64(first, &n) && n == from;
}

/* First bytes of a body: is it the part we asked for? */
static int body_begin(struct exchange *x)
{
	str headers = buf_str(&x->headers);
	str etag = http_strong_etag(headers);
	bool same = x->request->immutable || (!str_empty(x->etag) && str_eq(x->etag, etag));

	x->body_started = true;
	if (!x->from || !x->request->sink || x->status / 100 != 2)
		return 0;
	if (x->status == 206 && range_begins(headers, x->from) &&
	    (same || (!str_empty(x->etag) && str_empty(etag))))
		return 0;
	if (x->status == 200 && same) {
		x->skip = x->from;
		return 0;
	}
	return err_set(&x->transfer_err, ERR_NETWORK, "the content changed while it was fetched");
}

static int body_to_sink(struct exchange *x, str bytes)
{
	size_t drop = x->skip < bytes.n ? (size_t)x->skip : bytes.n;
	int64_t begin = time_mono_ms();
	int rc = 0;

	x->skip -= drop;
	bytes = str_skip(bytes, drop);
	if (x->from + x->delivered + bytes.n > x->request->max_bytes)
		return err_set(&x->transfer_err, ERR_LIMIT, "more than %llu bytes",
			       (unsigned long long)x->request->max_bytes);
	if (bytes.n)
		rc = x->request->sink(x->request->context, bytes, &x->transfer_err);
	if (rc == 0)
		x->delivered += bytes.n;
	x->window_sink_ms += time_mono_ms() - begin;
	return rc;
}

bool exchange_body(struct exchange *x, str bytes)
{
	x->window_bytes += bytes.n;
	if (!x->body_started && body_begin(x) < 0)
		return stop(x, EXCHANGE_FAILED);
	if (x->status / 100 == 2 && x->request->sink)
		return body_to_sink(x, bytes) == 0 || stop(x, EXCHANGE_FAILED);
	if (x->status / 100 != 2) {
		size_t room = x->body.n < HTTP_MAX_ERROR_BODY ? HTTP_MAX_ERROR_BODY - x->body.n : 0;

		buf_add(&x->body, str_take(bytes, room));
		/* Enough to tell why; the rest of an endless page is not waited for. */
		return room > 0 || stop(x, EXCHANGE_DONE);
	}
	buf_add(&x->body, bytes);
	if (!x->body.overflow)
		return true;
	err_set(&x->transfer_err, ERR_LIMIT, "more than %llu bytes",
		(unsigned long long)x->request->max_bytes);
	return stop(x, EXCHANGE_FAILED);
}

static size_t on_body(char *p, size_t size, size_t count, void *context)
{
	return exchange_body(context, str_of(p, size * count)) ? size * count : 0;
}

static bool stalled(struct exchange *x, int64_t now)
{
	if (now - x->window_ms - x->window_sink_ms < x->stall_ms)
		return false;
	if (x->window_bytes < STALL_MIN_BYTES)
		return true;
	x->window_ms = now;
	x->window_bytes = 0;
	x->window_sink_ms = 0;
	return false;
}

static int give_up(struct exchange *x, enum exchange_end verdict)
{
	x->verdict = verdict;
	return 1;
}

/* Called about once a second whatever happens. */
int exchange_progress(struct exchange *x)
{
	int64_t now = time_mono_ms();

	if (http_reader_gone(x->request->watch_fd)) {
		err_set(&x->transfer_err, ERR_INTERRUPTED, "nobody reads the content any more");
		return give_up(x, EXCHANGE_FAILED);
	}
	if (x->deadline_ms && now > x->deadline_ms) {
		err_set(&x->transfer_err, ERR_NETWORK, "not done in the time allowed");
		return give_up(x, EXCHANGE_FAILED);
	}
	if (stalled(x, now)) {
		err_set(&x->transfer_err, ERR_NETWORK, "no progress in %lld s",
			(long long)(x->stall_ms / 1000));
		return give_up(x, EXCHANGE_BROKEN);
	}
	return 0;
}

static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	return exchange_progress(context);
}

/* More authorities, as one text of PEM blocks behind the system's own. */
static int ca_add_file(struct buf *pem, int dir, const char *name, struct err *err)
{
	AUTO(fd_close)
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return err_sys(err, errno, "certificate authorities %s", name);
	if (buf_read_fd(pem, fd, err) < 0)
		return err_wrap(err, "certificate authorities %s", name);
	buf_byte(pem, '\n');
	return 0;
}

static int ca_add_dir(struct buf *pem, const char *path, struct err *err)
{
	AUTO(closedir)
	DIR *dir = opendir(path);
	unsigned files = 0;

	if (!dir)
		return err_sys(err, errno, "certificate folder %s", path);
	for (const struct dirent *e; (e = readdir(dir));) {
		if (!str_ends(str_c(e->d_name), STR(".crt")))
			continue;
		if (++files > CA_DIR_FILES)
			return err_set(err, ERR_LIMIT, "certificate folder %s: more than %u files",
				       path, CA_DIR_FILES);
		if (ca_add_file(pem, dirfd(dir), e->d_name, err) < 0)
			return err_wrap(err, "%s", path);
	}
	return 0;
}

static void pem_setup(CURL *easy, CURLoption option, str pem)
{
	struct curl_blob blob = { .data = (void *)(uintptr_t)pem.p,
				  .len = pem.n,
				  .flags = CURL_BLOB_COPY };

	curl_easy_setopt(easy, option, &blob);
}

static int tls_setup(CURL *easy, const struct exchange *x, struct err *err)
{
	const struct http_tls *tls = x->request->tls;
	const char *dir = tls && x->origin ? tls->ca_dir : NULL;

	if (!tls)
		return 0;
	if (!str_empty(tls->ca_pem)) {
		pem_setup(easy, CURLOPT_CAINFO_BLOB, tls->ca_pem);
	} else if (tls->ca_file || dir) {
		AUTO(buf_done)
		struct buf pem;
		const char *system = curl_version_info(CURLVERSION_NOW)->cainfo;

		buf_init(&pem, CA_MAX_BYTES);
		if (system && access(system, R_OK) == 0 &&
		    ca_add_file(&pem, AT_FDCWD, system, err) < 0)
			return -1;
		if (tls->ca_file && ca_add_file(&pem, AT_FDCWD, tls->ca_file, err) < 0)
			return -1;
		if (dir && ca_add_dir(&pem, dir, err) < 0)
			return -1;
		struct curl_blob blob = { .data = pem.p, .len = pem.n, .flags = CURL_BLOB_COPY };

		curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
	}
	if (!x->origin)
		return 0;
	if (tls->client_cert)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, tls->client_cert);
	if (tls->client_key)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, tls->client_key);
	if (!str_empty(tls->cert_pem))
		pem_setup(easy, CURLOPT_SSLCERT_BLOB, tls->cert_pem);
	if (!str_empty(tls->key_pem))
		pem_setup(easy, CURLOPT_SSLKEY_BLOB, tls->key_pem);
	if (tls->insecure) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	return 0;
}

static void header_add(struct curl_slist **list, str line, struct arena *arena)
{
	struct curl_slist *longer = curl_slist_append(*list, str_cstr(arena, line));

	if (!longer)
		abort(); /* out of memory */
	*list = longer;
}

static bool has_server_name(const struct exchange *x);

static struct curl_slist *headers_of(const struct exchange *x, struct arena *arena)
{
	const struct http_request *r = x->request;
	struct curl_slist *list = NULL;

	for (size_t i = 0; i < r->headers_n; i++)
		header_add(&list, r->headers[i], arena);
	if (x->origin && !str_empty(r->authorization))
		header_add(&list, str_fmt(arena, "Authorization: %.*s", STR_ARG(r->authorization)),
			   arena);
	if (http_sends(r->method) && str_empty(r->content_type) && str_empty(r->body))
		header_add(&list, STR("Content-Type:"),
			   arena); /* none: curl would call it a form */
	if (http_sends(r->method) && !str_empty(r->content_type))
		header_add(&list, str_fmt(arena, "Content-Type: %.*s", STR_ARG(r->content_type)),
			   arena);
	if (x->from) {
		header_add(&list, str_fmt(arena, "Range: bytes=%llu-", (unsigned long long)x->from),
			   arena);
		if (!str_empty(x->etag))
			header_add(&list, str_fmt(arena, "If-Range: %.*s", STR_ARG(x->etag)),
				   arena);
	}
	if (has_server_name(x))
		header_add(&list,
			   str_fmt(arena, "Host: %.*s:%u", STR_ARG(x->url->host), x->url->port),
			   arena);
	header_add(&list, STR("Expect:"), arena); /* no waiting for "100 Continue" */
	return list;
}

static void method_setup(CURL *easy, const struct exchange *x)
{
	static const char *const words[] = {
		[HTTP_PUT] = "PUT", [HTTP_PATCH] = "PATCH", [HTTP_DELETE] = "DELETE"
	};
	const struct http_request *r = x->request;

	if (r->method == HTTP_HEAD)
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	if (!http_sends(r->method))
		return;
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	if (r->method != HTTP_POST)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, words[r->method]);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r->body.p ? r->body.p : "");
}

static bool has_server_name(const struct exchange *x)
{
	return x->origin && x->request->tls && !str_empty(x->request->tls->server_name) &&
	       str_eq(x->url->scheme, STR("https"));
}

/* With a name of its own for the certificate: asked under that name, connected as the address says.
 */
static void address_setup(CURL *easy, const struct exchange *x, struct arena *arena)
{
	const struct url *url = x->url;
	str path = str_skip(url->text, STR("https://").n);
	ptrdiff_t slash = str_find_char(path, '/');

	path = slash < 0 ? STR("/") : str_skip(path, (size_t)slash);
	curl_easy_setopt(easy, CURLOPT_URL,
			 str_cstr(arena, !has_server_name(x)
						 ? url->text
						 : str_fmt(arena, "https://%.*s:%u%.*s",
							   STR_ARG(x->request->tls->server_name),
							   url->port, STR_ARG(path))));
}

static void easy_setup(CURL *easy, const struct http_client *client, struct exchange *x,
		       struct arena *arena)
{
	unsigned connect = client->opts.connect_s ? client->opts.connect_s : HTTP_CONNECT_S;

	address_setup(easy, x, arena);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "seawall/" SEAWALL_VERSION);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)connect);
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, x);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256L << 10);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (client->opts.unix_socket)
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, client->opts.unix_socket);
	if (client->opts.proxy)
		curl_easy_setopt(easy, CURLOPT_PROXY, client->opts.proxy);
	else if (client->opts.unix_socket || url_is_loopback(x->url))
		curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* not even one of the environment */
	if (client->opts.proxy)
		curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	if (client->opts.keepalive) {
		curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
		curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
		curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 10L);
	}
	if (x->origin && !str_empty(x->url->user)) {
		curl_easy_setopt(easy, CURLOPT_USERNAME, str_cstr(arena, x->url->user));
		curl_easy_setopt(easy, CURLOPT_PASSWORD, str_cstr(arena, x->url->password));
	}
}

static enum exchange_end broken(CURLcode rc, const char *detail, struct err *err)
{
	const char *why = detail[0] ? detail : curl_easy_strerror(rc);

	switch (rc) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
	case CURLE_OUT_OF_MEMORY:
		err_set(err, ERR_NETWORK, "%s", why);
		return EXCHANGE_FAILED;
	default:
		err_set(err, ERR_NETWORK, "%s", why);
		return EXCHANGE_BROKEN;
	}
}

static enum exchange_end run_curl(struct http_client *client, struct exchange *x,
				  struct arena *arena, struct err *err)
{
	AUTO(curl_slist_free_all)
	struct curl_slist *list = headers_of(x, arena);
	char detail[CURL_ERROR_SIZE] = "";
	AUTO(curl_slist_free_all)
	struct curl_slist *connect = NULL;
	CURL *easy = http_client_easy(client);

	curl_easy_reset(easy); /* connections stay */
	easy_setup(easy, client, x, arena);
	method_setup(easy, x);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
	if (has_server_name(x)) {
		header_add(&connect,
			   str_fmt(arena, "::%.*s:%u", STR_ARG(x->url->host), x->url->port), arena);
		curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect);
	}
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, detail);
	if (tls_setup(easy, x, err) < 0)
		return EXCHANGE_FAILED;
	CURLcode rc = curl_easy_perform(easy);

	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
	if (x->transfer_err.kind != ERR_NONE) {
		*err = x->transfer_err;
		return x->verdict;
	}
	if (rc == CURLE_OK && !x->body_started && x->from && x->status == 206)
		return broken(CURLE_PARTIAL_FILE, "", err);
	if (rc == CURLE_OK ||
	    (rc == CURLE_WRITE_ERROR && x->body.n >= HTTP_MAX_ERROR_BODY && x->status / 100 != 2))
		return EXCHANGE_DONE;
	return broken(rc, detail, err);
}

enum exchange_end exchange_run(struct http_client *client, struct exchange *x, struct arena *arena,
			       struct err *err)
{
	x->stall_ms = 1000 * (int64_t)(client->opts.stall_s ? client->opts.stall_s : 30);
	x->window_ms = time_mono_ms();
	x->verdict = EXCHANGE_DONE;
	return exchange_is_local(client, x) ? exchange_run_local(client, x, arena, err)
					    : run_curl(client, x, arena, err);
}
