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
 * `host` NULL or empty: $DOCKER_HOST; without it the first socket of the usual places: that of the
 * system's Docker, of a rootless one, of Podman. Certificates for an address come from
 * `cert_dir`, else $DOCKER_CERT_PATH, else ~/.docker; tcp: means TLS where $DOCKER_TLS_VERIFY is
 * set or `cert_dir` is given. ERR_NOT_FOUND: there is no engine; ERR_DENIED: there is one that may
 * not be used, or another machine without TLS.
 */
int engine_host_find(const char *host, const char *cert_dir, struct arena *arena,
		     struct engine_host *out, struct err *err) MUST_USE;
