/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * documents: the Kubernetes objects of a text: YAML with any number of documents, or JSON. Lists
 * (kind List, or a kind that ends in List with items) are taken apart; empty documents are passed
 * over.
 *
 *	struct documents docs = { .arena = arena };
 *
 *	if (documents_add(&docs, STR("pod.yaml"), text, &err) < 0)
 *		return -1;
 *	for (size_t i = 0; i < docs.n; i++)
 *		use(&docs.items[i].resource);
 */
#include "policy/constraint/resource.h"

#define DOCUMENTS_MAX	    200000u /* objects */
#define DOCUMENTS_MAX_DEPTH 100u    /* of one of them */
#define DOCUMENTS_LISTS	    8u	    /* lists in lists */

struct document {
	struct resource resource;
	str file;
	size_t number; /* of the document in the file, from 1 */
	/* For admission_add_each. What counts where it does not load, or NULL. */
	const struct document *instead;
	bool stands; /* a template: where it does not load, its constraints cannot be judged */
};

struct documents {
	struct arena *arena;
	struct document *items;
	size_t n, cap;
};

/* `text` must outlive the documents. */
int documents_add(struct documents *docs, str file, str text, struct err *err) MUST_USE;
