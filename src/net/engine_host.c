/* SPDX-License-Identifier: Apache-2.0 */
#include "net/engine_host.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "net/engine_context.h"
#include "net/url.h"

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

/* Where this user's run-time files are. */
static const char *run_dir(struct arena *arena)
{
	const char *given = getenv("XDG_RUNTIME_DIR");

	return given && given[0]
		       ? given
		       : str_cstr(arena, str_fmt(arena, "/run/user/%u", (unsigned)geteuid()));
}

/* The first of the usual places where there is a socket. */
static int find_usual(struct arena *arena, struct engine_host *engine, struct err *err)
{
	const char *run = run_dir(arena);
	const char *paths[] = { "/var/run/docker.sock", below(arena, run, "docker.sock"),
				below(arena, getenv("HOME"), ".docker/run/docker.sock"),
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
		       "no engine of Docker or Podman listens here (no /var/run/docker.sock, no "
		       "podman.sock; DOCKER_HOST is not set)");
}

static void find_certificates(const char *dir, struct arena *arena, struct engine_host *engine)
{
	if (!dir)
		dir = getenv("DOCKER_CERT_PATH");
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
static int find_named(str host, const char *cert_dir, struct arena *arena,
		      struct engine_host *engine, struct err *err)
{
	const char *verify = getenv("DOCKER_TLS_VERIFY");
	bool tls = cert_dir || (verify && verify[0]);

	if (str_starts(host, STR("unix://"))) {
		engine->socket = str_cstr(arena, str_skip(host, 7));
		return socket_check(engine->socket, err);
	}
	if (str_starts(host, STR("tcp://")))
		host = str_fmt(arena, "%s://%.*s", tls ? "https" : "http",
			       STR_ARG(str_skip(host, 6)));
	if (!str_starts(host, STR("http://")) && !str_starts(host, STR("https://")))
		return err_set(err, ERR_UNSUPPORTED,
			       str_starts(host, STR("ssh://"))
				       ? "engine host '%.*s': unix://, tcp:// and https:// can be "
					 "used; 'ssh -L PATH:/var/run/docker.sock HOST' makes a "
					 "socket for --host unix://PATH"
				       : "engine host '%.*s': unix://PATH, tcp://HOST:PORT and "
					 "https://HOST:PORT can be used",
			       STR_ARG(host));
	struct url url;

	if (url_parse(host, arena, &url, err) < 0)
		return err_wrap(err, "engine host");
	if (str_eq(url.scheme, STR("http")) && !url_is_loopback(&url))
		return err_set(
			err, ERR_DENIED,
			"engine host %.*s is another machine without TLS: set DOCKER_TLS_VERIFY",
			STR_ARG(url.shown));
	engine->base = str_without_suffix(url.text, STR("/"));
	engine->shown = str_without_suffix(url.shown, STR("/"));
	find_certificates(cert_dir, arena, engine);
	return 0;
}

/* Nobody named one: that of the user's context, else the usual places. */
static int find_own(const char *cert_dir, struct arena *arena, struct engine_host *engine,
		    struct err *err)
{
	struct engine_context context;
	int rc = engine_context_find(arena, &context, err);

	if (rc < 0)
		return -1;
	if (rc == 0)
		return find_usual(arena, engine, err);
	if (find_named(context.host, cert_dir ? cert_dir : context.cert_dir, arena, engine, err) <
	    0)
		return err_wrap(err, "Docker context %.*s", STR_ARG(context.name));
	return 0;
}

int engine_host_find(const char *host, const char *cert_dir, struct arena *arena,
		     struct engine_host *out, struct err *err)
{
	int rc;

	*out = (struct engine_host){ .base = STR("http://engine") };
	if (!host || !host[0])
		host = getenv("DOCKER_HOST");
	if (host && host[0])
		rc = find_named(str_c(host), cert_dir, arena, out, err);
	else
		rc = find_own(cert_dir, arena, out, err);
	if (rc < 0)
		return -1;
	if (out->socket)
		out->shown = str_fmt(arena, "unix://%s", out->socket);
	return 0;
}
