/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * yaml_edit: values of a YAML or JSON text get others, appear or go, and the rest of the text stays
 * as it is: comments, order, indentation, quotes, line ends, block and flow style, other documents.
 *
 *	struct yaml_step path[] = { YAML_KEY("spec"), YAML_KEY("hostNetwork") };
 *	struct yaml_change change = { .path = path, .n = 2, .value = json_false };
 *	struct text_edits edits = { .arena = arena, .text = text };
 *
 *	if (yaml_edit(&edits, 0, &change, 1, &err) < 0)         // the first document
 *		return -1;
 *	text_edits_settle(&edits);
 *	text_edits_diff(&edits, path, &out);
 *
 * Paths are of the document as it is in the text; an index at the length of a list, or behind it,
 * adds an element. What leads to a new value and is not there is made. New values are written in
 * the style of what they stand in: block or flow, JSON with its line breaks, strings in the quotes
 * of the string they replace.
 *
 * Nothing is guessed: the changed text is read again, and when it does not say what was asked for
 * the edits are not made: ERR_UNSUPPORTED. Places inside of an alias, or that have an anchor, are
 * ERR_UNSUPPORTED too: what they change stands elsewhere as well. ERR_INPUT: the text cannot be
 * read, or has no such document. Limits: those of fmt/syntax/yaml.h, YAML_EDIT_MAX_BYTES of text.
 */
#include "base/json.h"
#include "fmt/syntax/text_edit.h"

struct err;

#define YAML_EDIT_MAX_BYTES (16u << 20)
#define YAML_EDIT_MAX	    1000u /* changes in one call */

struct yaml_step {
	str key;
	bool is_index;
	size_t index;
};

#define YAML_KEY(lit) ((struct yaml_step){ .key = STR(lit) })

struct yaml_change {
	const struct yaml_step *path;
	size_t n;		  /* at least one */
	const struct json *value; /* NULL: what is there goes */
};

/* Adds the edits; edits->text is the text. Documents count from 0, empty ones too. */
int yaml_edit(struct text_edits *edits, size_t document, const struct yaml_change *changes,
	      size_t n, struct err *err) MUST_USE;
