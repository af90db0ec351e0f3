/* SPDX-License-Identifier: Apache-2.0 */
/*
 * docker-daemon:REF: the Docker or Podman engine of this machine, by its API: the image is
 * inspected for its ID, and read where the engine keeps it, or else exported into a temporary file.
 */
#include "base/err.h"
#include "net/engine_host.h"
#include "oci/archive.h"
#include "oci/digest.h"
#include "oci/engine_files.h"
#include "oci/spool.h"

#define INSPECT_MAX  (4u << 20)
#define TAGS_MAX     4096u
#define ENGINE_STALL 600u /* seconds: an engine writes the export to disk before it sends it */

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
	struct engine_place place; /* driver empty: not known */
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
	if (!engine_place_of(JSON_GET(doc, "GraphDriver"), &out->place))
		out->place.driver = STR_EMPTY;
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

static int inspect(const struct image *image, const struct engine_host *engine,
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

/* Some drivers do not say where they keep an image: the engine does. */
static bool find_place(const struct image *image, const struct engine_host *engine,
		       struct http_client *client, struct engine_place *place)
{
	struct arena *arena = image->arena;
	struct http_request r = { .tls = &engine->tls, .max_bytes = INSPECT_MAX, .total_s = 120 };
	struct http_response response;
	const struct json *doc;
	struct err ignored; /* then the image is exported */

	if (place->driver.n > 0 && place->root.n == 0) {
		r.url = str_cat(arena, engine->base, STR("/info"));
		if (http_do(client, &r, arena, &response, &ignored) == 0 &&
		    response.status == 200 &&
		    json_parse(response.body, NULL, arena, &doc, &ignored) == 0)
			place->root = json_get_str(doc, STR("DockerRootDir"));
	}
	return place->driver.n > 0 && str_starts(place->root, STR("/"));
}

/* Only an engine of this machine has its files here. */
static bool read_in_place(struct image *image, const struct engine_host *engine,
			  struct http_client *client, struct inspected *seen)
{
	struct err why; /* whatever it is, the engine can be asked for all of it */

	return engine->socket && !image->opts->engine_export &&
	       find_place(image, engine, client, &seen->place) &&
	       engine_files_open(image, &seen->place, seen->id, &why) == 0;
}

static int to_spool(void *context, str bytes, struct err *err)
{
	return spool_push(context, bytes, err);
}

/* The export of an image as a file. Returns its descriptor. */
static int export(const struct image *image, const struct engine_host *engine,
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

/* The caller knows where it lies. */
static bool read_known(struct image *image, str id)
{
	const struct engine_place place = { .root = image->opts->engine_root,
					    .driver = image->opts->engine_driver };
	struct err why; /* the engine is asked then */

	return place.root.n > 0 && !image->opts->engine_export && digest_valid(id) &&
	       engine_files_open(image, &place, id, &why) == 0;
}

static int docker_daemon_open(struct image *image, str rest, struct err *err)
{
	struct engine_host engine;
	struct inspected seen = { 0 };
	int fd;

	if (!ref_valid(rest))
		return err_set(err, ERR_USAGE, "'%.*s' is no image name", STR_ARG(rest));
	image->manifest.name = rest;
	if (read_known(image, rest))
		return 0;
	if (engine_host_find(image->opts->docker_host, image->opts->docker_cert_dir, image->arena,
			     &engine, err) < 0)
		return -1;
	const struct http_opts opts = { .unix_socket = engine.socket,
					.stall_s = ENGINE_STALL,
					.deadline_ms = image->opts->deadline_ms,
					.no_retry = true };
	AUTO(http_client_free)
	struct http_client *client = http_client_new(&opts);

	if (inspect(image, &engine, client, rest, &seen, err) < 0)
		return engine.socket ? err_wrap(err, "%s", engine.socket) : -1;
	image->manifest.name = seen.tags_n ? seen.tags[0] : rest;
	if (!read_in_place(image, &engine, client, &seen)) {
		fd = export(image, &engine, client, seen.id, err);
		if (fd < 0 || archive_open(image, fd, ARCHIVE_ANY, STR_EMPTY, err) < 0)
			return -1;
	}
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
