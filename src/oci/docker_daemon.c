/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker-daemon:REF: the Docker or Podman engine of this machine, by its API: the image is
 * inspected for its ID, and that exported into a temporary file.
 */
#include <errno.h>
#include <sys/stat.h>

#include "base/err.h"
#include "net/http.h"
#include "net/url.h"
#include "oci/archive.h"
#include "oci/digest.h"
#include "oci/spool.h"

#define INSPECT_MAX  (4u << 20)
#define TAGS_MAX     4096u
#define ENGINE_STALL 600u /* seconds: an engine writes the export to disk before it sends it */

/* How to reach the engine. */
struct engine {
	const char *socket; /* NULL: by address */
	str base;	    /* "http://engine" for a socket */
	struct http_tls tls;
};

static const char *below(struct arena *arena, const char *dir, const char *name)
{
	return dir && dir[0] ? str_cstr(arena, str_fmt(arena, "%s/%s", dir, name)) : NULL;
}

static int socket_check(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == ENOENT ? err_set(err, ERR_NOT_FOUND,
						 "no engine listens at %s: is it running?", path)
				       : err_sys(err, errno, "%s", path);
	if (!S_ISSOCK(st.st_mode))
		return err_set(err, ERR_USAGE, "%s is not a socket", path);
	if (access(path, W_OK) < 0)
		return err_set(
			err, ERR_DENIED,
			"no right to use %s: run as root or as a member of the engine's group",
			path);
	return 0;
}

/* The first of the usual places where there is a socket. */
static int engine_usual(struct arena *arena, struct engine *engine, struct err *err)
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	const char *paths[] = { "/var/run/docker.sock", below(arena, run, "docker.sock"),
				below(arena, run, "podman/podman.sock"),
				"/run/podman/podman.sock" };
	struct err first = { .kind = ERR_NONE };

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		if (!paths[i])
			continue;
		if (socket_check(paths[i], err) == 0) {
			engine->socket = paths[i];
			return 0;
		}
		/* A socket one may not use says more than one that is not there. */
		if (first.kind == ERR_NONE && err->kind != ERR_NOT_FOUND)
			first = *err;
	}
	if (first.kind != ERR_NONE) {
		*err = first;
		return -1;
	}
	return err_set(err, ERR_NOT_FOUND,
		       "no Docker or Podman engine here (no /var/run/docker.sock, no "
		       "podman.sock; DOCKER_HOST is not set)");
}

/* The certificates of a remote engine: $DOCKER_CERT_PATH, else ~/.docker. */
static void tls_of_environment(struct arena *arena, struct engine *engine)
{
	const char *dir = getenv("DOCKER_CERT_PATH");

	if (!dir || !dir[0])
		dir = below(arena, getenv("HOME"), ".docker");
	const char *ca = below(arena, dir, "ca.pem"), *cert = below(arena, dir, "cert.pem");

	if (ca && access(ca, R_OK) == 0)
		engine->tls.ca_file = ca;
	if (cert && access(cert, R_OK) == 0) {
		engine->tls.client_cert = cert;
		engine->tls.client_key = below(arena, dir, "key.pem");
	}
}

/* unix://PATH, tcp://HOST:PORT, https://..., http://... */
static int engine_named(str host, struct arena *arena, struct engine *engine, struct err *err)
{
	const char *verify = getenv("DOCKER_TLS_VERIFY");
	bool tls = verify && verify[0];

	if (str_starts(host, STR("unix://"))) {
		engine->socket = str_cstr(arena, str_skip(host, 7));
		return socket_check(engine->socket, err);
	}
	if (str_starts(host, STR("tcp://")))
		host = str_fmt(arena, "%s://%.*s", tls ? "https" : "http",
			       STR_ARG(str_skip(host, 6)));
	if (!str_starts(host, STR("http://")) && !str_starts(host, STR("https://")))
		return err_set(err, ERR_UNSUPPORTED,
			       "DOCKER_HOST '%.*s': unix:, tcp: and https: can be read",
			       STR_ARG(host));
	struct url url;

	if (url_parse(host, arena, &url, err) < 0)
		return err_wrap(err, "DOCKER_HOST");
	if (str_eq(url.scheme, STR("http")) && !url_is_loopback(&url))
		return err_set(
			err, ERR_DENIED,
			"DOCKER_HOST %.*s is another machine without TLS: set DOCKER_TLS_VERIFY",
			STR_ARG(url.shown));
	engine->base = str_without_suffix(url.text, STR("/"));
	tls_of_environment(arena, engine);
	return 0;
}

static int engine_find(const struct image *image, struct engine *engine, struct err *err)
{
	const char *host = image->opts->docker_host;

	*engine = (struct engine){ .base = STR("http://engine") };
	if (!host || !host[0])
		host = getenv("DOCKER_HOST");
	if (!host || !host[0])
		return engine_usual(image->arena, engine, err);
	return engine_named(str_c(host), image->arena, engine, err);
}

static bool ref_valid(str ref)
{
	for (size_t i = 0; i < ref.n; i++) {
		if (!is_alnum(ref.p[i]) && !memchr("._:/@-", ref.p[i], 6))
			return false;
	}
	return ref.n > 0 && ref.n <= 512 && ref.p[0] != '/' && str_find(ref, STR("..")) < 0;
}

struct inspected {
	str id;
	str *tags;
	size_t tags_n;
};

static int inspect_take(str text, struct arena *arena, struct inspected *out, struct err *err)
{
	const struct json_opts opts = { .max_depth = 32, .max_values = 200000 };
	const struct json *doc;

	if (json_parse(text, &opts, arena, &doc, err) < 0)
		return err_wrap(err, "answer of the engine");
	const struct json *tags = JSON_GET(doc, "RepoTags");

	out->id = json_get_str(doc, STR("Id"));
	/* Podman gives the bare hex. */
	if (!digest_valid(out->id))
		out->id = str_cat(arena, STR("sha256:"), out->id);
	if (!digest_valid(out->id) || json_len(tags) > TAGS_MAX)
		return err_set(err, ERR_INPUT, "the engine's answer holds no ID of an image");
	out->tags = ARENA_ARRAY(arena, str, json_len(tags));
	JSON_EACH (tags, tag)
		out->tags[out->tags_n++] = json_str(tag);
	return 0;
}

static str words_of(const struct http_response *response, struct arena *arena)
{
	const struct json *doc;
	struct err ignored; /* a page that is no JSON has no words for us */

	if (json_parse(response->body, NULL, arena, &doc, &ignored) < 0)
		return STR_EMPTY;
	return str_take(json_get_str(doc, STR("message")), 200);
}

static int answer_check(const struct http_response *response, str ref, struct arena *arena,
			struct err *err)
{
	str words = words_of(response, arena);

	if (response->status == 200)
		return 0;
	if (response->status == 404)
		return err_set(err, ERR_NOT_FOUND, "the engine has no image %.*s", STR_ARG(ref));
	err_set(err, response->status == 403 ? ERR_DENIED : ERR_NETWORK,
		"the engine answers %d: %.*s", response->status, STR_ARG(words));
	err->code = response->status;
	return -1;
}

static int inspect(const struct image *image, const struct engine *engine,
		   struct http_client *client, str ref, struct inspected *out, struct err *err)
{
	struct arena *arena = image->arena;
	struct http_request r = { .tls = &engine->tls, .max_bytes = INSPECT_MAX, .total_s = 120 };
	struct http_response response;

	r.url = str_fmt(arena, "%.*s/images/%.*s/json", STR_ARG(engine->base), STR_ARG(ref));
	if (http_do(client, &r, arena, &response, err) < 0 ||
	    answer_check(&response, ref, arena, err) < 0)
		return -1;
	return inspect_take(response.body, arena, out, err);
}

static int to_spool(void *context, str bytes, struct err *err)
{
	return spool_push(context, bytes, err);
}

/* The export of an image as a file. Returns its descriptor. */
static int export(const struct image *image, const struct engine *engine,
		  struct http_client *client, str id, struct err *err)
{
	struct arena *arena = image->arena;
	AUTO(spool_free)
	struct spool *spool = NULL;
	struct http_request r = { .tls = &engine->tls,
				  .max_bytes = UINT64_MAX, /* the spool has the limit */
				  .sink = to_spool };
	struct http_response response;

	if (spool_new(image->opts->tmp_dir, image->opts->max_spool, &spool, err) < 0)
		return -1;
	r.context = spool;
	r.url = str_fmt(arena, "%.*s/images/%.*s/get", STR_ARG(engine->base), STR_ARG(id));
	if (http_do(client, &r, arena, &response, err) < 0 ||
	    answer_check(&response, id, arena, err) < 0)
		return -1;
	return spool_finish(spool, err);
}

static int docker_daemon_open(struct image *image, str rest, struct err *err)
{
	struct engine engine;
	struct inspected seen = { 0 };
	int fd;

	if (!ref_valid(rest))
		return err_set(err, ERR_USAGE, "'%.*s' is no image name", STR_ARG(rest));
	if (engine_find(image, &engine, err) < 0)
		return -1;
	const struct http_opts opts = { .unix_socket = engine.socket,
					.stall_s = ENGINE_STALL,
					.deadline_ms = image->opts->deadline_ms,
					.no_retry = true };
	AUTO(http_client_free)
	struct http_client *client = http_client_new(&opts);

	if (inspect(image, &engine, client, rest, &seen, err) < 0)
		return engine.socket ? err_wrap(err, "%s", engine.socket) : -1;
	fd = export(image, &engine, client, seen.id, err);
	if (fd < 0)
		return -1;
	image->manifest.name = seen.tags_n ? seen.tags[0] : rest;
	if (archive_open(image, fd, ARCHIVE_ANY, STR_EMPTY, err) < 0)
		return -1;
	if (seen.tags_n) {
		image->manifest.name = seen.tags[0];
		image->manifest.repo_tags = seen.tags;
		image->manifest.repo_tags_n = seen.tags_n;
	}
	return 0;
}

const struct transport transport_docker_daemon = {
	.prefix = "docker-daemon:",
	.form = "docker-daemon:REF",
	.open = docker_daemon_open,
};
