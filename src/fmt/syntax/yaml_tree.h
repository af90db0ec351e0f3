/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * yaml_tree: where the nodes of one document stand in the text, in bytes. For yaml_edit; what the
 * nodes mean is read by fmt/syntax/yaml.h. Lives in the arena.
 */
#include "base/str.h"

struct arena;
struct err;

enum yaml_kind { YAML_NODE_SCALAR, YAML_NODE_SEQUENCE, YAML_NODE_MAPPING, YAML_NODE_ALIAS };

struct yaml_node {
	enum yaml_kind kind;
	size_t start, end; /* of its own text; a block collection ends with its last value */
	size_t column;	   /* of the start, in characters */
	bool flow, quoted_single, quoted_double, block_scalar;
	bool anchored; /* an anchor, or a collection with a tag: its text begins in front of it */
	str key;       /* text of a scalar: views of the arena */
	struct yaml_node **items; /* a mapping: key, value, key ... */
	size_t n, cap;
};

/* *out NULL: the document is empty. Documents count from 0. */
int yaml_tree_read(str text, size_t document, struct arena *arena, struct yaml_node **out,
		   struct err *err) MUST_USE;
