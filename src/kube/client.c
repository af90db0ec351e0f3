/* SPDX-License-Identifier: Apache-2.0 */
#include <stdatomic.h>

#include "base/err.h"
#include "base/map.h"
#include "base/time.h"
#include "kube/kube_internal.h"
#include "net/url.h"

#define PAUSE_FIRST_MS 500
#define PAUSE_MAX_MS   8000
#define FOREVER_S      (365u * 24 * 3600) /* a watch may be silent; its own bound holds */
#define STATUS_MAX     (1u << 20)

/* What a client and its clones have in common; never changed once made. */
struct kube_shared {
	struct arena *arena;
	atomic_uint users;
};

static void shared_unref(struct kube_shared *shared)
{
	if (!shared || atomic_fetch_sub(&shared->users, 1) != 1)
		return;
	arena_free(shared->arena);
	free(shared);
}

void kube_close(struct kube *kube)
{
	if (!kube)
		return;
	http_client_free(kube->client);
	http_client_free(kube->watcher);
	credential_done(&kube->credential);
	shared_unref(kube->shared);
	free(kube);
}

static struct http_client *client_new(const struct kube *kube, bool stream)
{
	const struct http_opts opts = { .stall_s = stream ? FOREVER_S : kube->opts.timeout_s,
					.no_retry = stream,
					.busy_is_answer = true,
					.deadline_ms = kube->opts.deadline_ms,
					.proxy = kube->proxy,
					.keepalive = true };

	return http_client_new(&opts);
}

/* Headers of whom we act as. */
static void impersonation(struct kube *kube, struct arena *arena)
{
	const struct kubeconfig *c = &kube->config;
	str *h;

	kube->headers = h = ARENA_ARRAY(arena, str, c->as_groups_n + c->as_extra_n + 2);
	if (str_empty(c->as_user))
		return;
	*h++ = str_cat(arena, STR("Impersonate-User: "), c->as_user);
	if (!str_empty(c->as_uid))
		*h++ = str_cat(arena, STR("Impersonate-Uid: "), c->as_uid);
	for (size_t i = 0; i < c->as_groups_n; i++)
		*h++ = str_cat(arena, STR("Impersonate-Group: "), c->as_groups[i]);
	for (size_t i = 0; i < c->as_extra_n; i++)
		*h++ = str_fmt(arena, "Impersonate-Extra-%.*s: %.*s",
			       STR_ARG(url_escape(arena, c->as_extra[i].name)),
			       STR_ARG(c->as_extra[i].value));
	kube->headers_n = (size_t)(h - kube->headers);
}

static bool proxy_known(str proxy)
{
	return str_starts(proxy, STR("http://")) || str_starts(proxy, STR("https://")) ||
	       str_starts(proxy, STR("socks5://")) || str_starts(proxy, STR("socks5h://"));
}

/* The configuration as what a request needs. */
static int settle(struct kube *kube, struct arena *arena, struct err *err)
{
	const struct kubeconfig *c = &kube->config;
	const char *file = str_empty(c->file) ? "kubeconfig" : str_cstr(arena, c->file);
	struct url url;

	if (url_parse(c->server, arena, &url, err) < 0)
		return err_wrap(err, "%s: server of cluster '%.*s'", file,
				STR_ARG(str_take(c->cluster, 200)));
	if (!str_empty(c->proxy) && !proxy_known(c->proxy))
		return err_set(
			err, ERR_INPUT,
			"%s: proxy-url of cluster '%.*s': http, https and socks5 can be used", file,
			STR_ARG(str_take(c->cluster, 200)));
	if (!str_empty(c->cert_pem) &&
	    credential_check_pair(
		    c->cert_pem, c->key_pem,
		    str_fmt(arena, "%s: user '%.*s'", file, STR_ARG(str_take(c->user, 200))),
		    err) < 0)
		return -1;
	kube->base = str_without_suffix(url.text, STR("/"));
	kube->host =
		str_starts(url.host, STR("[")) ? str_drop_end(str_skip(url.host, 1), 1) : url.host;
	kube->port = url.port;
	kube->shown = url.shown;
	kube->proxy = str_empty(c->proxy) ? NULL : str_cstr(arena, c->proxy);
	kube->tls = (struct http_tls){ .ca_pem = c->ca_pem,
				       .server_name = c->server_name,
				       .insecure = c->insecure };
	impersonation(kube, arena);
	return 0;
}

struct kube *kube_open(const struct kube_opts *opts, struct err *err)
{
	AUTO(kube_close)
	struct kube *kube = mem_zalloc(sizeof(*kube));

	kube->shared = mem_zalloc(sizeof(*kube->shared));
	kube->shared->arena = arena_new();
	atomic_init(&kube->shared->users, 1);
	credential_init(&kube->credential);
	kube->opts = *opts;
	if (kube->opts.timeout_s == 0)
		kube->opts.timeout_s = KUBE_TIMEOUT_S;
	if (kubeconfig_load(opts->kubeconfig, opts->context, kube->shared->arena, &kube->config,
			    err) < 0 ||
	    settle(kube, kube->shared->arena, err) < 0)
		return NULL;
	kube->config.person = opts->person;
	kube->client = client_new(kube, false);
	return TAKE(kube);
}

struct kube *kube_clone(const struct kube *kube)
{
	struct kube *copy = mem_zalloc(sizeof(*copy));

	*copy = *kube;
	atomic_fetch_add(&copy->shared->users, 1);
	credential_init(&copy->credential);
	credential_copy(&copy->credential, &kube->credential);
	copy->watcher = NULL;
	copy->client = client_new(copy, false);
	return copy;
}

str kube_context(const struct kube *kube) { return kube->config.context; }
str kube_cluster(const struct kube *kube) { return kube->config.cluster; }
str kube_server(const struct kube *kube) { return kube->shown; }
bool kube_has_proxy(const struct kube *kube) { return kube->proxy != NULL; }

str kube_host(const struct kube *kube, unsigned *port)
{
	*port = kube->port;
	return kube->host;
}

str kube_namespace(const struct kube *kube)
{
	return str_empty(kube->config.ns) ? STR("default") : kube->config.ns;
}

const str *kube_warnings(const struct kube *kube, size_t *n)
{
	*n = kube->config.warnings_n;
	return kube->config.warnings;
}

/* The credential, and the certificate of it. */
static int log_in(struct kube *kube, bool refused, struct http_tls *tls, struct err *err)
{
	const struct kubeconfig *c = &kube->config;
	struct credential *own = &kube->credential;
	int changed = credential_ready(own, c, refused, err);

	if (changed < 0)
		return -1;
	*tls = kube->tls;
	tls->cert_pem = str_empty(own->cert_pem) ? c->cert_pem : own->cert_pem;
	tls->key_pem = str_empty(own->cert_pem) ? c->key_pem : own->key_pem;
	if (changed && !str_empty(own->cert_pem))
		return credential_check_pair(own->cert_pem, own->key_pem,
					     STR("answer of the credential plug-in"), err);
	return 0;
}

static bool is_busy(int status)
{
	return status == 429 || status == 502 || status == 503 || status == 504;
}

/* Waits before another try; false when there is none. */
static bool again(const struct kube *kube, const struct kube_ask *ask,
		  const struct http_response *response, unsigned tries, struct arena *arena)
{
	bool reads = ask->method == HTTP_GET;
	int64_t pause = http_retry_after(response, arena);

	if (tries >= KUBE_RETRIES || ask->one_try || (!reads && response->status != 429) ||
	    pause > (int64_t)HTTP_MAX_RETRY_AFTER)
		return false;
	pause = pause >= 0 ? pause * 1000 : PAUSE_FIRST_MS << tries;
	if (pause > PAUSE_MAX_MS && http_retry_after(response, arena) < 0)
		pause = PAUSE_MAX_MS;
	/* Clients that failed together shall not come back together. */
	pause += (int64_t)(siphash(ask->path, (uint64_t)time_mono_ms(), tries) % 250);
	if (kube->opts.deadline_ms && time_mono_ms() + pause > kube->opts.deadline_ms)
		return false;
	return http_pause(kube->opts.watch_fd, pause);
}

/* What a person can do about a server that cannot be known. */
static int transport_error(const struct kube *kube, struct err *err)
{
	str msg = str_c(err->msg);
	const char *hint = NULL;

	if (err->kind != ERR_NETWORK)
		return -1;
	if (str_find(msg, STR("certificate has expired")) >= 0)
		hint = "the certificate of the server has to be renewed";
	else if (str_find(msg, STR("issuer certificate")) >= 0 ||
		 str_find(msg, STR("self-signed")) >= 0 || str_find(msg, STR("self signed")) >= 0)
		hint = str_empty(kube->config.ca_pem)
			       ? "name its authority as certificate-authority in the kubeconfig"
			       : "the certificate-authority of the kubeconfig did not sign it";
	else if (str_find(msg, STR("subject name")) >= 0 ||
		 str_find(msg, STR("does not match")) >= 0)
		hint = "it is for another name; tls-server-name in the kubeconfig says which";
	if (hint) {
		struct err was = *err;

		err_set(err, was.kind, "%s: %s", was.msg, hint);
		err->code = was.code;
	}
	return -1;
}

static struct http_client *client_of(struct kube *kube, const struct kube_ask *ask)
{
	if (!ask->stream)
		return kube->client;
	if (!kube->watcher)
		kube->watcher = client_new(kube, true);
	return kube->watcher;
}

static void request_fill(const struct kube *kube, const struct kube_ask *ask, struct arena *arena,
			 struct http_request *out)
{
	str *headers = ARENA_ARRAY(arena, str, kube->headers_n + 1);

	for (size_t i = 0; i < kube->headers_n; i++)
		headers[i] = kube->headers[i];
	headers[kube->headers_n] =
		str_cat(arena, STR("Accept: "),
			str_empty(ask->accept) ? STR("application/json") : ask->accept);
	*out = (struct http_request){
		.method = ask->method,
		.url = str_cat(arena, kube->base, ask->path),
		.headers = headers,
		.headers_n = kube->headers_n + 1,
		.body = ask->body,
		.content_type = str_empty(ask->content_type) && !str_empty(ask->body)
					? STR("application/json")
					: ask->content_type,
		.max_bytes = ask->max_bytes ? ask->max_bytes : KUBE_ANSWER_MAX,
		.total_s = ask->total_s ? ask->total_s : kube->opts.timeout_s,
		.sink = ask->sink,
		.context = ask->context,
		.watch_fd = kube->opts.watch_fd,
	};
}

int kube_do(struct kube *kube, const struct kube_ask *ask, struct arena *arena,
	    struct http_response *out, const struct json **status, struct err *err)
{
	struct http_request request;
	struct http_tls tls;
	bool refused = false;

	if (status)
		*status = NULL;
	request_fill(kube, ask, arena, &request);
	for (unsigned tries = 0;; tries++) {
		if (log_in(kube, refused, &tls, err) < 0)
			return -1;
		request.tls = &tls;
		request.authorization = kube->credential.authorization;
		if (http_do(client_of(kube, ask), &request, arena, out, err) < 0)
			return transport_error(kube, err);
		if (out->status / 100 == 2)
			return 0;
		if (out->status == 401 && !refused && credential_renewable(&kube->config)) {
			refused = true;
			continue;
		}
		if (!is_busy(out->status) || !again(kube, ask, out, tries, arena))
			break;
	}
	kube_refusal(ask, out, kube->shown, arena, status, err);
	if (out->status == 401) {
		str note = credential_expiry_note(tls.cert_pem, arena);

		if (!str_empty(note))
			err_wrap(err, "%.*s", STR_ARG(note));
		err->code = 401;
	}
	return -1;
}

int kube_check_type(const struct http_response *response, struct err *err)
{
	str type = str_trim(http_header(response, STR("Content-Type"))), rest;

	IGNORE(str_cut(type, ';', &type, &rest)); /* without parameters it stands alone */
	type = str_trim(type);
	if (str_empty(type) || str_ieq(type, STR("application/json")))
		return 0;
	return err_set(err, ERR_INPUT,
		       "%.*s: answers with %.*s, not with JSON: is it a Kubernetes API?",
		       STR_ARG(response->url), STR_ARG(str_take(type, 80)));
}

static int take_json(const struct http_response *response, struct arena *arena,
		     const struct json **out, struct err *err)
{
	const struct json_opts opts = { .max_depth = KUBE_OBJECT_DEPTH };

	if (kube_check_type(response, err) < 0)
		return -1;
	if (json_parse(response->body, &opts, arena, out, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(response->url));
	return 0;
}

int kube_get_text(struct kube *kube, str path, struct arena *arena, str *out, struct err *err)
{
	const struct kube_ask ask = { .verb = "get", .path = path, .accept = STR("*/*") };
	struct http_response response;

	if (kube_do(kube, &ask, arena, &response, NULL, err) < 0)
		return -1;
	*out = response.body;
	return 0;
}

int kube_get(struct kube *kube, str path, struct arena *arena, const struct json **out,
	     struct err *err)
{
	const struct kube_ask ask = { .verb = "get", .path = path };
	struct http_response response;

	if (kube_do(kube, &ask, arena, &response, NULL, err) < 0)
		return -1;
	return take_json(&response, arena, out, err);
}

int kube_send(struct kube *kube, enum kube_verb verb, str path, str content_type, str body,
	      struct arena *arena, const struct json **out, struct err *err)
{
	static const enum http_method methods[] = { [KUBE_CREATE] = HTTP_POST,
						    [KUBE_REPLACE] = HTTP_PUT,
						    [KUBE_PATCH] = HTTP_PATCH,
						    [KUBE_DELETE] = HTTP_DELETE };
	static const char *const words[] = { [KUBE_CREATE] = "create",
					     [KUBE_REPLACE] = "update",
					     [KUBE_PATCH] = "patch",
					     [KUBE_DELETE] = "delete" };
	const struct kube_ask ask = { .method = methods[verb],
				      .verb = words[verb],
				      .path = path,
				      .content_type = content_type,
				      .body = body };
	struct http_response response;

	if (kube_do(kube, &ask, arena, &response, NULL, err) < 0)
		return -1;
	return out ? take_json(&response, arena, out, err) : 0;
}

int kube_version(struct kube *kube, struct arena *arena, const struct json **out, struct err *err)
{
	const struct json *version;

	if (kube_get(kube, STR("/version"), arena, &version, err) < 0)
		return -1;
	if (str_empty(json_get_str(version, STR("gitVersion"))))
		return err_set(err, ERR_INPUT,
			       "%.*s: /version names no gitVersion: is it a Kubernetes API?",
			       STR_ARG(kube->shown));
	*out = version;
	return 0;
}

int kube_anonymous(struct kube *kube, str path, int *status, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(http_client_free)
	struct http_client *client = client_new(kube, false); /* connections know certificates */
	struct http_request request = { .url = str_cat(arena, kube->base, path),
					.tls = &kube->tls,
					.max_bytes = STATUS_MAX,
					.total_s = kube->opts.timeout_s,
					.watch_fd = kube->opts.watch_fd };
	struct http_response response;

	if (http_do(client, &request, arena, &response, err) < 0)
		return transport_error(kube, err);
	*status = response.status;
	return 0;
}
