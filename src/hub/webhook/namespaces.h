/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * namespaces: the Namespace objects of the cluster, for namespaceSelector and bypass labels: from a
 * watch, or from a file. Shared by all threads; readers copy what they ask for.
 *
 *	struct namespaces *ns = namespaces_new();
 *
 *	namespaces_put(ns, &resource);          // the watch's thread
 *	found = namespaces_get(ns, STR("default"), arena);
 */
#include "policy/constraint/resource.h"

#define NAMESPACES_MAX 100000u

struct namespaces;

struct namespaces *namespaces_new(void);
void namespaces_free(struct namespaces *ns);
AUTO_PTR(namespaces_free, struct namespaces);
/* Adds or replaces; only its name and labels are kept. False: there are too many. */
bool namespaces_put(struct namespaces *ns, const struct resource *namespace);
void namespaces_remove(struct namespaces *ns, str name);
/* A list begins: what does not come until its end is gone. */
void namespaces_list_begins(struct namespaces *ns);
void namespaces_list_ends(struct namespaces *ns);
/* In `arena`; NULL: not known. */
const struct resource *namespaces_get(struct namespaces *ns, str name, struct arena *arena);
size_t namespaces_count(struct namespaces *ns);
/* A Namespace object of that name with these labels (may be NULL), in `arena`. */
const struct resource *namespace_make(str name, const struct json *labels, struct arena *arena);
