/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * credential: who we are for a registry, from the files that Docker and the containers tools write
 * at login: opts->auth_file, else $REGISTRY_AUTH_FILE, else the first of these that knows the
 * registry: $DOCKER_CONFIG/config.json (or ~/.docker/config.json),
 * $XDG_RUNTIME_DIR/containers/auth.json, ~/.config/containers/auth.json.
 * In a file, credHelpers goes before auths, and that before credsStore. A helper is the program
 * docker-credential-NAME of the search path, run without a shell, for at most 30 s.
 *
 * Limits: files 1 MiB, a helper's answer 64 KiB. A file that is there but cannot be read, and a
 * helper that fails otherwise than by not knowing the registry, are errors: going on without the
 * credentials somebody set up would only give a puzzling "denied".
 */
#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"

struct err;
struct image_opts;

struct credential {
	str username, password;
	str identity_token; /* OAuth2 refresh token instead of the two */
};

#define CREDENTIAL_HELPER_S 30

/* Empty when nothing is known. `repository` narrows keys such as "quay.io/team". */
int credential_find(const struct image_opts *opts, str registry, str repository,
		    struct arena *arena, struct credential *out, struct err *err) MUST_USE;

/*
 * The same from the text of one such file; *helper is set to the name of the helper to ask (and
 * *server to what to ask it for) when the file does not have the answer itself. 1 when known.
 */
int credential_from_config(str text, str registry, str repository, struct arena *arena,
			   struct credential *out, str *helper, str *server,
			   struct err *err) MUST_USE;

/* Runs docker-credential-NAME get. 1: known, 0: not known. */
int credential_from_helper(str name, str server, struct arena *arena, struct credential *out,
			   struct err *err) MUST_USE;

static inline bool credential_is_empty(const struct credential *c)
{
	return str_empty(c->username) && str_empty(c->identity_token);
}
