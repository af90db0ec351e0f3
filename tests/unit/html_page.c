/* SPDX-License-Identifier: Apache-2.0 */
#include "report/html_page.h"

#include "test.h"

TEST(html_pieces_escape_texts_and_keep_markup)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, 4096);
	html_element(&b, "<i>", STR("a<b"), "</i>");
	CHECK_STRV(buf_str(&b), "<i>a&lt;b</i>");
	buf_reset(&b);
	html_heading(&b, STR("a&b"));
	html_cell(&b, STR("\"c\""));
	CHECK_STRV(buf_str(&b), "<h2>a&amp;b</h2>\n<td>&quot;c&quot;</td>");
	buf_reset(&b);
	html_paragraph(&b, "", STR("one"));
	html_paragraph(&b, "dim", STR(">"));
	CHECK_STRV(buf_str(&b), "<p>one</p>\n<p class=\"dim\">&gt;</p>\n");
}

TEST(html_links_are_to_the_web_or_nothing)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, 4096);
	html_link(&b, "<li>", STR("javascript:alert(1)"), "</li>");
	html_link(&b, "<li>", STR("data:text/html,x"), "</li>");
	html_link(&b, "<li>", STR(" https://example.com"), "</li>");
	html_link(&b, "<li>", STR_EMPTY, "</li>");
	CHECK_STRV(buf_str(&b), "");
	html_link(&b, "<li>", STR("https://example.com/?a=\"&b"), "</li>");
	CHECK_STRV(
		buf_str(&b),
		"<li><a rel=\"noreferrer noopener\" href=\"https://example.com/?a=&quot;&amp;b\">"
		"https://example.com/?a=&quot;&amp;b</a></li>");
}

TEST(html_tables_begin_with_their_columns)
{
	static const enum text columns[] = { TEXT_COLUMN_ID, TEXT_COLUMN_SEVERITY };
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, 4096);
	html_table_begin(&b, LANG_EN, columns, 2);
	html_table_end(&b);
	CHECK(str_starts(buf_str(&b), STR("<table><thead><tr><th scope=\"col\">")));
	CHECK(str_ends(buf_str(&b), STR("</th></tr></thead><tbody>\n</tbody></table>\n")));
}
