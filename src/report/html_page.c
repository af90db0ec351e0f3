/* SPDX-License-Identifier: Apache-2.0 */
#include "report/html_page.h"

#include "report/markup.h"

void html_page_begin(struct buf *b, enum lang lang, const char *style)
{
	buf_fmt(b,
		"<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width\"><title>Seawall</title><style>",
		lang_name(lang));
	buf_add(b, str_c(style));
	BUF_LIT(b, "</style></head><body>\n");
}

void html_page_end(struct buf *b) { BUF_LIT(b, "</body></html>\n"); }

void html_element(struct buf *b, const char *open, str text, const char *close)
{
	buf_add(b, str_c(open));
	markup_put(b, text);
	buf_add(b, str_c(close));
}

void html_heading(struct buf *b, str text) { html_element(b, "<h2>", text, "</h2>\n"); }

void html_paragraph(struct buf *b, const char *class_name, str text)
{
	if (*class_name)
		buf_fmt(b, "<p class=\"%s\">", class_name);
	else
		BUF_LIT(b, "<p>");
	html_element(b, "", text, "</p>\n");
}

void html_link(struct buf *b, const char *open, str link, const char *close)
{
	/* Nothing that a browser would run. */
	if (!str_starts(link, STR("https://")) && !str_starts(link, STR("http://")))
		return;
	buf_add(b, str_c(open));
	html_element(b, "<a rel=\"noreferrer noopener\" href=\"", link, "\">");
	html_element(b, "", link, "</a>");
	buf_add(b, str_c(close));
}

void html_table_begin(struct buf *b, enum lang lang, const enum text *columns, size_t n)
{
	BUF_LIT(b, "<table><thead><tr>");
	for (size_t i = 0; i < n; i++)
		html_element(b, "<th scope=\"col\">", text_of(lang, columns[i]), "</th>");
	BUF_LIT(b, "</tr></thead><tbody>\n");
}

void html_table_end(struct buf *b) { BUF_LIT(b, "</tbody></table>\n"); }

void html_cell(struct buf *b, str text) { html_element(b, "<td>", text, "</td>"); }
