/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* yaml_put: values as YAML or JSON text, in the manner of the text they are put into. */
#include "base/buf.h"
#include "base/json.h"

enum yaml_quote { YAML_QUOTE_NONE, YAML_QUOTE_SINGLE, YAML_QUOTE_DOUBLE };

/* How the text around is written. */
struct yaml_style {
	str newline;	 /* "\n" or "\r\n" */
	unsigned indent; /* of a mapping in a mapping */
	unsigned list;	 /* of a list in a mapping; 0: its dashes stand below the key */
	bool json;	 /* JSON: quotes everywhere */
	bool tabs;	 /* JSON that is indented with tabs */
};

/* In one line; `flow`: inside of brackets. Only texts are quoted. */
void yaml_put_inline(struct buf *b, const struct json *v, const struct yaml_style *style,
		     enum yaml_quote quote, bool flow);
void yaml_put_key(struct buf *b, str key, const struct yaml_style *style);
/*
 * A collection that is not empty as lines, each ended; `first`: the first line begins here already.
 */
void yaml_put_block(struct buf *b, const struct json *v, const struct yaml_style *style,
		    size_t column, bool first);
/* One member of a block mapping, as lines. */
void yaml_put_member(struct buf *b, str key, const struct json *v, const struct yaml_style *style,
		     size_t column, bool first);
/* JSON over several lines; the first stands here, `before` is what the line begins with. */
void yaml_put_lines(struct buf *b, const struct json *v, const struct yaml_style *style, str before,
		    str unit);
