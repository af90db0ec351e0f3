/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * html_page: pieces that the pages of all reports are made of. Texts are escaped here; `open`,
 * `close` and `style` are markup of ours and stand as they are.
 */
#include "base/buf.h"
#include "report/text.h"

/* From the document type to the begin of the body. */
void html_page_begin(struct buf *b, enum lang lang, const char *style);
void html_page_end(struct buf *b);
void html_element(struct buf *b, const char *open, str text, const char *close);
void html_heading(struct buf *b, str text);
/* `class_name` may be empty. */
void html_paragraph(struct buf *b, const char *class_name, str text);
/* A link with itself as the text; nothing at all when it is neither http nor https. */
void html_link(struct buf *b, const char *open, str link, const char *close);
/* A table up to its first row. */
void html_table_begin(struct buf *b, enum lang lang, const enum text *columns, size_t n);
void html_table_end(struct buf *b);
void html_cell(struct buf *b, str text);
