/* SPDX-License-Identifier: Apache-2.0 */
#include "net/engine_context.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

#define DEPTH_MAX  32u
#define VALUES_MAX 50000u

/* Empty: this user has none. */
static str folder_of(struct arena *arena)
{
	const char *config = getenv("DOCKER_CONFIG"), *home = getenv("HOME");

	if (config && config[0])
		return str_c(config);
	return home && home[0] ? str_fmt(arena, "%s/.docker", home) : STR_EMPTY;
}

static int read_json(str path, struct arena *arena, const struct json **out, struct err *err)
{
	const struct json_opts opts = { .max_depth = DEPTH_MAX, .max_values = VALUES_MAX };
	AUTO(buf_done)
	struct buf text = { 0 };

	buf_init(&text, ENGINE_CONTEXT_MAX);
	if (buf_read_file(&text, str_cstr(arena, path), err) < 0)
		return -1;
	if (json_parse(buf_str(&text), &opts, arena, out, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 0;
}

static str name_of(str folder, struct arena *arena)
{
	const char *named = getenv("DOCKER_CONTEXT");
	const struct json *config;
	struct err ignored; /* as the command line does, which warns and goes on without it */

	if (named && named[0])
		return str_c(named);
	if (read_json(str_fmt(arena, "%.*s/config.json", STR_ARG(folder)), arena, &config,
		      &ignored) < 0)
		return STR_EMPTY;
	return json_get_str(config, STR("currentContext"));
}

/* Folders of a context are called by the hash of its name. */
static str hash_of(str name, struct arena *arena)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	char *hex = arena_alloc(arena, 2 * sizeof(digest));

	SHA256((const unsigned char *)name.p, name.n, digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
	}
	return str_of(hex, 2 * sizeof(digest));
}

int engine_context_find(struct arena *arena, struct engine_context *out, struct err *err)
{
	str folder = folder_of(arena), name, hash;
	struct engine_context found = { .cert_dir = NULL };
	const struct json *meta;

	if (str_empty(folder))
		return 0;
	name = name_of(folder, arena);
	if (str_empty(name) || str_eq(name, STR("default")))
		return 0;
	if (name.n > ENGINE_CONTEXT_NAME)
		return err_set(err, ERR_INPUT, "a Docker context with a name of %zu bytes", name.n);
	hash = hash_of(name, arena);
	if (read_json(str_fmt(arena, "%.*s/contexts/meta/%.*s/meta.json", STR_ARG(folder),
			      STR_ARG(hash)),
		      arena, &meta, err) < 0) {
		/* It is named: that is another thing than that there is no engine. */
		if (err->kind == ERR_NOT_FOUND)
			err->kind = ERR_USAGE;
		return err_wrap(err, "Docker context %.*s", STR_ARG(name));
	}
	found.name = name;
	found.host = json_str(json_path(meta, "Endpoints", "docker", "Host", NULL));
	if (!str_eq(json_get_str(meta, STR("Name")), name) || str_empty(found.host))
		return err_set(err, ERR_INPUT, "Docker context %.*s: it names no engine",
			       STR_ARG(name));
	const char *certificates = str_cstr(arena, str_fmt(arena, "%.*s/contexts/tls/%.*s/docker",
							   STR_ARG(folder), STR_ARG(hash)));
	if (access(certificates, F_OK) == 0)
		found.cert_dir = certificates;
	*out = found;
	return 1;
}
