/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/registry.h"

#include <sys/stat.h>

#include "base/err.h"
#include "net/url.h"
#include "oci/digest.h"
#include "oci/registry_internal.h"

#define SERVER_WORDS_MAX 200u /* of the registry's own message */

struct http_client *registry_client(const struct registry *registry)
{
	const struct http_opts opts = { .stall_s = registry->opts->timeout_s,
					.deadline_ms = registry->opts->deadline_ms };

	return http_client_new(&opts);
}

/* errors[0].message of the distribution protocol. */
static str server_words(str body, struct arena *arena)
{
	const struct json_opts opts = { .max_depth = 16, .max_values = 1000 };
	const struct json *doc;
	struct err ignored; /* a page that is no JSON has no words for us */

	if (json_parse(body, &opts, arena, &doc, &ignored) < 0)
		return STR_EMPTY;
	const struct json *first = json_at(JSON_GET(doc, "errors"), 0);
	str words = json_get_str(first, STR("message"));

	return str_take(str_empty(words) ? json_get_str(first, STR("code")) : words,
			SERVER_WORDS_MAX);
}

int registry_refused(const struct registry *registry, const struct http_response *response,
		     const char *what, struct arena *arena, struct err *err)
{
	str words = server_words(response->body, arena);
	str host = registry->place.host;
	const char *colon = str_empty(words) ? "" : ": ";

	switch (response->status) {
	case 401:
	case 403:
		err_set(err, ERR_DENIED,
			"registry %.*s denies access to %s, or there is no such image%s%.*s "
			"(log in with `docker login %.*s`, or --username and --password-stdin)",
			STR_ARG(host), what, colon, STR_ARG(words), STR_ARG(registry->place.login));
		break;
	case 404:
		err_set(err, ERR_NOT_FOUND, "registry %.*s has no %s%s%.*s", STR_ARG(host), what,
			colon, STR_ARG(words));
		break;
	default:
		err_set(err, ERR_NETWORK, "registry %.*s answers %d for %s%s%.*s", STR_ARG(host),
			response->status, what, colon, STR_ARG(words));
	}
	err->code = response->status;
	return -1;
}

static bool host_in(const str *list, size_t n, str host)
{
	str name, port;

	for (size_t i = 0; i < n; i++) {
		if (str_ieq(list[i], host))
			return true;
		/* Without a port it names them all. */
		if (!str_starts(host, STR("[")) && str_cut(host, ':', &name, &port) &&
		    str_ieq(list[i], name))
			return true;
	}
	return false;
}

static const char *certs_dir(str host, struct arena *arena)
{
	static const char *const roots[] = { "/etc/containers/certs.d", "/etc/docker/certs.d" };
	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		const char *path =
			str_cstr(arena, str_fmt(arena, "%s/%.*s", roots[i], STR_ARG(host)));

		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			return path;
	}
	return NULL;
}

/* The pair NAME.cert and NAME.key in the host's folder. */
static void client_pair(struct registry *registry, const char *dir)
{
	AUTO(closedir)
	DIR *d = opendir(dir);

	for (const struct dirent *e; d && (e = readdir(d));) {
		str name = str_c(e->d_name);

		if (!str_ends(name, STR(".cert")))
			continue;
		str stem = str_drop_end(name, 5);

		registry->tls.client_cert = str_cstr(
			registry->arena, str_fmt(registry->arena, "%s/%s", dir, e->d_name));
		registry->tls.client_key =
			str_cstr(registry->arena,
				 str_fmt(registry->arena, "%s/%.*s.key", dir, STR_ARG(stem)));
	}
}

static void tls_setup(struct registry *registry)
{
	const struct image_opts *opts = registry->opts;
	const char *dir = certs_dir(registry->place.host, registry->arena);

	registry->tls = (struct http_tls){ .ca_file = opts->ca_file,
					   .ca_dir = dir,
					   .client_cert = opts->client_cert,
					   .client_key = opts->client_key,
					   .insecure = registry->insecure };
	if (dir && !opts->client_cert)
		client_pair(registry, dir);
}

/* One try of GET /v2/. The status says whether a registry is there; 401 is fine too. */
static int ping(struct registry *registry, struct http_client *client, const char *scheme,
		int *status, struct err *err)
{
	struct http_request r = { .max_bytes = 65536, .total_s = REGISTRY_TOKEN_S };
	struct http_response response;

	registry->base =
		str_fmt(registry->arena, "%s://%.*s", scheme, STR_ARG(registry->place.host));
	registry->plain = strcmp(scheme, "http") == 0;
	r.url = str_cat(registry->arena, registry->base, STR("/v2/"));
	r.tls = &registry->tls;
	if (http_do(client, &r, registry->arena, &response, err) < 0)
		return -1;
	*status = response.status;
	return 0;
}

static bool is_registry(int status) { return status == 200 || status == 401 || status == 403; }

static int connect_to(struct registry *registry, struct err *err)
{
	bool loopback = host_is_loopback(registry->place.host);
	bool may_be_plain = loopback || registry->insecure;
	const struct http_opts once = { .no_retry = true,
					.stall_s = registry->opts->timeout_s,
					.deadline_ms = registry->opts->deadline_ms };
	AUTO(http_client_free)
	struct http_client *quick = http_client_new(&once);
	struct err ignored; /* the first failure is the one to tell */
	int status = 0;
	int rc = ping(registry, may_be_plain ? quick : registry->client, "https", &status, err);

	if (rc == 0 && is_registry(status))
		return 0;
	if (may_be_plain && ping(registry, quick, "http", &status, &ignored) == 0 &&
	    is_registry(status))
		return 0;
	if (rc < 0)
		return err_wrap(err, "registry %.*s", STR_ARG(registry->place.host));
	return err_set(err, status >= 500 ? ERR_NETWORK : ERR_UNSUPPORTED,
		       "%.*s is no registry that can be read: /v2/ answers %d",
		       STR_ARG(registry->place.host), status);
}

int registry_open(const struct registry_place *place, const struct image_opts *opts,
		  struct arena *arena, struct registry **out, struct err *err)
{
	struct registry *registry = mem_zalloc(sizeof(*registry));

	registry->opts = opts;
	registry->arena = arena;
	registry->place = *place;
	registry->insecure = host_in(opts->insecure, opts->insecure_n, place->host);
	pthread_mutex_init(&registry->lock, NULL);
	registry->client = registry_client(registry);
	tls_setup(registry);
	if (connect_to(registry, err) < 0) {
		registry_free(registry);
		return -1;
	}
	*out = registry;
	return 0;
}

void registry_free(struct registry *registry)
{
	if (!registry)
		return;
	http_client_free(registry->client);
	free(registry->authorization);
	pthread_mutex_destroy(&registry->lock);
	free(registry);
}
