/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* markup: text from outside made harmless in the forms reports are written in. */
#include "base/buf.h"
#include "base/str.h"

/*
 * For element content and quoted attributes of HTML and XML 1.0: & < > " ' are escaped; bytes that
 * are not UTF-8, characters XML 1.0 does not have and the marks that reorder text become U+FFFD.
 */
void markup_put(struct buf *b, str s);
/* An attribute with the blank before it: name="value". */
void markup_put_attribute(struct buf *b, const char *name, str value);
/* For a cell of a Markdown table (GitHub, GitLab): one line, nothing acts as markup, link or
 * mention. */
void markup_put_markdown(struct buf *b, str s);
/* The same with the bar before it, and a blank on each side. */
void markup_put_markdown_cell(struct buf *b, str s);
/*
 * A cell of RFC 4180, always quoted. What a spreadsheet would take for a formula (= + - @, tab,
 * carriage return first) gets an apostrophe in front.
 */
void markup_put_csv(struct buf *b, str s);
