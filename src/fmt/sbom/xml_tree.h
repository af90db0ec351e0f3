/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * xml_tree: a whole XML document as elements with their namespaces, for formats that cannot be read
 * in one pass (RDF refers back and forth). Limits are those of fmt/syntax/xml.h.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

struct xml_pair {
	str name; /* with prefix */
	str value;
};

struct xml_node {
	str name, space; /* without prefix; URI of the namespace, empty: none */
	str text;	 /* directly inside, as it stands */
	struct xml_pair *attributes;
	size_t attribute_n;
	struct xml_node *up, *first, *last, *next;
	uint32_t line;
};

/* All of it lives in `arena`. */
int xml_tree_read(str text, struct arena *arena, struct xml_node **root, struct err *err) MUST_USE;

/* First child of that name (any namespace), or NULL. All accept NULL. */
const struct xml_node *xml_child(const struct xml_node *node, str name);
/* Text of that child without white space around it, or empty. */
str xml_child_text(const struct xml_node *node, str name);
/* An attribute by its name with or without prefix; p NULL when absent. */
str xml_node_attribute(const struct xml_node *node, str name);

#define XML_CHILDREN(node, child)                                                 \
	for (const struct xml_node *child = (node) ? (node)->first : NULL; child; \
	     child = child->next)
