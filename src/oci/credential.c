/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/credential.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/err.h"
#include "oci/image.h"

#define CONFIG_FILE_MAX (1u << 20)

/* Login writes the host, or an address such as "https://host/v1/". */
static str key_host(str key)
{
	str s = str_without_prefix(str_without_prefix(key, STR("https://")), STR("http://"));

	s = str_without_suffix(s, STR("/"));
	s = str_without_suffix(s, STR("/v1"));
	return str_without_suffix(s, STR("/v2"));
}

static str host_name(str registry)
{
	return str_eq(registry, STR("docker.io")) ? STR("index.docker.io") : registry;
}

/* What helpers and auths call Docker's own registry. */
static str server_name(str registry)
{
	return str_eq(registry, STR("docker.io")) ? STR("https://index.docker.io/v1/") : registry;
}

/* 0: another registry; else the longer the more exact. */
static size_t key_fits(str key, str registry, str repository, struct arena *arena)
{
	str k = key_host(key);
	str full = str_fmt(arena, "%.*s/%.*s", STR_ARG(registry), STR_ARG(repository));

	if (str_eq(k, registry) || str_eq(k, host_name(registry)))
		return 1;
	if (str_starts(full, k) && k.n > registry.n && k.p[registry.n] == '/' &&
	    (full.n == k.n || full.p[k.n] == '/'))
		return k.n;
	return 0;
}

static const struct json *best_entry(const struct json *map, str registry, str repository,
				     struct arena *arena)
{
	const struct json *best = NULL;
	size_t best_fit = 0;

	JSON_MEMBERS (map, m) {
		size_t fit = key_fits(m->key, registry, repository, arena);

		if (fit > best_fit) {
			best_fit = fit;
			best = &m->value;
		}
	}
	return best;
}

/* 1 when the entry of "auths" holds something. */
static int entry_read(const struct json *entry, struct arena *arena, struct credential *out,
		      struct err *err)
{
	struct credential c = { .username = json_get_str(entry, STR("username")),
				.password = json_get_str(entry, STR("password")),
				.identity_token = json_get_str(entry, STR("identitytoken")) };
	str auth = json_get_str(entry, STR("auth")), plain;

	if (!str_empty(auth)) {
		if (!base64_decode(arena, auth, &plain) ||
		    !str_cut(plain, ':', &c.username, &c.password))
			return err_set(err, ERR_INPUT,
				       "the entry's \"auth\" is not base64 of NAME:PASSWORD");
		/* Docker pads some with NUL bytes. */
		while (c.password.n && c.password.p[c.password.n - 1] == 0)
			c.password.n--;
	}
	if (credential_is_empty(&c))
		return 0;
	out->username = str_dup(arena, c.username);
	out->password = str_dup(arena, c.password);
	out->identity_token = str_dup(arena, c.identity_token);
	return 1;
}

int credential_from_config(str text, str registry, str repository, struct arena *arena,
			   struct credential *out, str *helper, str *server, struct err *err)
{
	const struct json_opts opts = { .max_depth = 32, .max_values = 100000 };
	const struct json *doc, *entry;
	int found;

	*helper = *server = STR_EMPTY;
	if (json_parse(text, &opts, arena, &doc, err) < 0)
		return -1;
	if (!json_is(doc, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "expected a JSON object");
	*server = server_name(registry);
	entry = best_entry(JSON_GET(doc, "credHelpers"), registry, repository, arena);
	if (!str_empty(json_str(entry))) {
		*helper = json_str(entry);
		return 0;
	}
	entry = best_entry(JSON_GET(doc, "auths"), registry, repository, arena);
	found = entry_read(entry, arena, out, err);
	if (found == 0)
		*helper = json_get_str(doc, STR("credsStore"));
	return found;
}

/* 1 known, 0 not (or no such file). */
static int from_file(const char *path, bool must_exist, str registry, str repository,
		     struct arena *arena, struct credential *out, struct err *err)
{
	AUTO(buf_done)
	struct buf text;
	str helper, server;
	int found;

	buf_init(&text, CONFIG_FILE_MAX);
	if (buf_read_file(&text, path, err) < 0)
		return err->kind == ERR_NOT_FOUND && !must_exist ? 0 : -1;
	found = credential_from_config(buf_str(&text), registry, repository, arena, out, &helper,
				       &server, err);
	if (found == 0 && !str_empty(helper))
		found = credential_from_helper(helper, server, arena, out, err);
	return found < 0 ? err_wrap(err, "%s", path) : found;
}

static const char *below(struct arena *arena, const char *dir, const char *name)
{
	return dir && dir[0] ? str_cstr(arena, str_fmt(arena, "%s/%s", dir, name)) : NULL;
}

int credential_find(const struct image_opts *opts, str registry, str repository,
		    struct arena *arena, struct credential *out, struct err *err)
{
	const char *named = opts->auth_file ? opts->auth_file : getenv("REGISTRY_AUTH_FILE");
	const char *home = getenv("HOME"), *docker = getenv("DOCKER_CONFIG");

	*out = (struct credential){ 0 };
	if (named && named[0])
		return from_file(named, true, registry, repository, arena, out, err) < 0 ? -1 : 0;
	const char *paths[] = {
		docker && docker[0] ? below(arena, docker, "config.json")
				    : below(arena, home, ".docker/config.json"),
		below(arena, getenv("XDG_RUNTIME_DIR"), "containers/auth.json"),
		below(arena, home, ".config/containers/auth.json"),
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		int found =
			paths[i] ? from_file(paths[i], false, registry, repository, arena, out, err)
				 : 0;

		if (found)
			return found < 0 ? -1 : 0;
	}
	return 0;
}
