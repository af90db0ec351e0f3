/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kubeconfig: where a cluster is and who we are there, as kubectl reads it.
 *
 * - A file given by name is the only one. Else the files of $KUBECONFIG (colons between them; those
 *   that are not there are passed over), else ~/.kube/config, else the service account of the pod
 *   we run in. The first file that names a cluster, user or context, or sets current-context, wins;
 *   entries of one name are never mixed.
 * - Relative paths are relative to the file they stand in; "~" is not expanded. The command of a
 *   plug-in with a slash is such a path, without one it is looked up in PATH.
 * - `-data` members win over files. Certificates are checked against the given authorities alone.
 * - auth-provider is refused: that was replaced by credential plug-ins (exec).
 *
 * Every complaint is one line: the file, where in it, what to do.
 */
#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

#define KUBECONFIG_MAX_BYTES	(8u << 20)
#define KUBECONFIG_MAX_FILES	32u
#define KUBECONFIG_MAX_ENTRIES	10000u /* of each list in one file */
#define KUBECONFIG_MAX_PEM	(1u << 20)
#define KUBECONFIG_MAX_TOKEN	(64u << 10)
#define KUBECONFIG_MAX_ARGS	1000u
#define KUBECONFIG_MAX_WARNINGS 16u

struct kubeconfig_text {
	str name, value;
};

/* A credential plug-in (client.authentication.k8s.io). */
struct kube_exec {
	str api_version; /* client.authentication.k8s.io/v1 or v1beta1 */
	str command;	 /* a path, or a name for PATH */
	str hint;	 /* installHint */
	str *args;
	size_t args_n;
	struct kubeconfig_text *env;
	size_t env_n;
	bool provide_cluster;
	bool always_interactive;
	const struct json *cluster_config; /* what the cluster has for plug-ins, or NULL */
};

struct kubeconfig {
	str context, cluster, user, ns; /* names; ns empty: none set */
	str file;			/* the context stands there; empty: the pod's account */
	/* the cluster */
	str server;
	str ca_pem;	 /* empty: the system's authorities */
	str server_name; /* tls-server-name, or empty */
	str proxy;
	bool insecure;
	/* the user; at most one way */
	str cert_pem, key_pem;
	str token;
	const char *token_file; /* read for each use; wins over token */
	str username, password;
	const struct kube_exec *exec;
	bool person; /* kube_opts; not of the file */
	/* acting as somebody else */
	str as_user, as_uid;
	str *as_groups;
	size_t as_groups_n;
	struct kubeconfig_text *as_extra;
	size_t as_extra_n;
	str warnings[KUBECONFIG_MAX_WARNINGS];
	size_t warnings_n;
};

/* One file of a set, already read. */
struct kubeconfig_source {
	const char *path; /* for messages, and for its folder */
	str text;
};

/* All lives in `arena`. `path`, `context` may be NULL. */
int kubeconfig_load(const char *path, const char *context, struct arena *arena,
		    struct kubeconfig *out, struct err *err) MUST_USE;
/* Names of all contexts, each once, in the order of the files. `path` may be NULL. */
int kubeconfig_contexts(const char *path, struct arena *arena, str **out, size_t *out_n,
			struct err *err) MUST_USE;
/*
 * The same of texts. Files that they name are read unless `read` is NULL; then their members stay
 * empty (for tests and fuzzing).
 */
typedef int kubeconfig_read_fn(const char *path, size_t max, struct arena *arena, str *out,
			       struct err *err);
int kubeconfig_merge(const struct kubeconfig_source *sources, size_t n, const char *context,
		     kubeconfig_read_fn *read, struct arena *arena, struct kubeconfig *out,
		     struct err *err) MUST_USE;

/* A file of the host, at most max bytes; not a folder or device, and never one that blocks. */
int kubeconfig_read(const char *path, size_t max, struct arena *arena, str *out,
		    struct err *err) MUST_USE;
/* A token as it stands in a file: one line, no control bytes. */
int kubeconfig_token(const char *path, struct arena *arena, str *out, struct err *err) MUST_USE;
