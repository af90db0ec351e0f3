/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * engine_host: where a Docker or Podman engine answers: a socket of this machine or an address.
 * Forms: unix://PATH, tcp://HOST:PORT, https://..., http://... (loopback only).
 */
#include "net/http.h"

struct engine_host {
	const char *socket; /* NULL: by address */
	str base;	    /* what paths are put behind: "http://engine" for a socket */
	str shown;	    /* for people: "unix:///var/run/docker.sock", "https://10.0.0.5:2376" */
	struct http_tls tls;
};

/*
 * `host` NULL or empty: $DOCKER_HOST; without it the context of the Docker command line
 * (net/engine_context.h); without one the first socket of the usual places that may be used: that
 * of the system's Docker, of this user's rootless one ($XDG_RUNTIME_DIR, else /run/user/UID;
 * ~/.docker/run), of this user's Podman, of the system's. Certificates for an address come from
 * `cert_dir`, else those of the context, $DOCKER_CERT_PATH, ~/.docker; tcp: means TLS where
 * $DOCKER_TLS_VERIFY is set, `cert_dir` is given or the context has certificates. ERR_NOT_FOUND:
 * there is no engine; ERR_DENIED: there is one that may not be used, or another machine without
 * TLS.
 */
int engine_host_find(const char *host, const char *cert_dir, struct arena *arena,
		     struct engine_host *out, struct err *err) MUST_USE;
