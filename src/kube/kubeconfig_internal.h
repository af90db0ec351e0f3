/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the readers of a kubeconfig share: members by their type, errors that say where. */
#include "kube/kubeconfig.h"

/* One mapping of a file, and where it stands. */
struct kubeconfig_node {
	const char *path;	   /* the file */
	const struct json *object; /* NULL: absent */
	str at;			   /* "users[2].user" */
	kubeconfig_read_fn *read;
	struct arena *arena;
};

/* -1 with "FILE: AT.KEY: text". */
int kubeconfig_wrong(const struct kubeconfig_node *node, str key, const char *text,
		     struct err *err);
/* Absent and null are empty, NULL, false. */
int kubeconfig_text(const struct kubeconfig_node *node, str key, str *out, struct err *err);
int kubeconfig_bool(const struct kubeconfig_node *node, str key, bool *out, struct err *err);
int kubeconfig_list(const struct kubeconfig_node *node, str key, const struct json **out,
		    struct err *err);
int kubeconfig_strings(const struct kubeconfig_node *node, str key, str **out, size_t *n,
		       struct err *err);
/* A mapping inside of it. */
int kubeconfig_inside(const struct kubeconfig_node *node, str key, struct kubeconfig_node *out,
		      struct err *err);
/* A path, relative to the file. */
str kubeconfig_file(const struct kubeconfig_node *node, str path);
/* PEM of KEY-data or of the file that KEY names; `what`: "CERTIFICATE". */
int kubeconfig_pem(const struct kubeconfig_node *node, str key, str what, str *out,
		   struct err *err);
/* A warning, if there is room. */
void kubeconfig_warn(struct kubeconfig *config, str text);

int kubeconfig_read_cluster(const struct kubeconfig_node *node, struct kubeconfig *out,
			    const struct json **exec_config, struct err *err);
int kubeconfig_read_user(const struct kubeconfig_node *node, const struct json *exec_config,
			 struct kubeconfig *out, struct err *err);
/* The account of a pod whose files lie in `dir`. */
int kubeconfig_account(const char *dir, const char *host, const char *port, struct arena *arena,
		       struct kubeconfig *out, struct err *err);
