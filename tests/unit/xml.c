/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/xml.h"

#include "base/buf.h"
#include "test.h"

static int on_start(void *context, const struct xml_element *e, struct err *err)
{
	str id = xml_attribute(e, STR("id"));

	(void)err;
	buf_fmt(context, "<%.*s:%u", STR_ARG(e->name), e->line);
	if (id.p)
		buf_fmt(context, " id=%.*s", STR_ARG(id));
	BUF_LIT(context, ">");
	return 0;
}

static int on_end(void *context, const struct xml_element *e, str text, struct err *err)
{
	if (str_eq(e->name, STR("stop")))
		return err_set(err, ERR_INPUT, "stopped by the reader");
	buf_fmt(context, "%.*s</%.*s>", STR_ARG(text), STR_ARG(e->name));
	return 0;
}

static str walk(str text, struct arena *arena)
{
	struct buf out;
	struct xml_handler handler = { .context = &out, .start = on_start, .end = on_end };
	struct err err;
	str result;

	buf_init(&out, 8u << 20);
	result = xml_read(text, &handler, &err) < 0 ? str_dup(arena, str_c(err.msg))
						    : str_dup(arena, buf_str(&out));
	buf_done(&out);
	return result;
}

#define CHECK_XML(text, want) CHECK_STRV(walk(STR(text), arena), want)

TEST(xml_gives_elements_with_their_own_text)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_XML("<?xml version=\"1.0\"?>\n<a id='1'>x<b/>y<!-- c -->z<![CDATA[<&]]></a>",
		  "<a:2 id=1><b:2></b>xyz<&</a>");
	CHECK_XML("<p:a xmlns:p='u' p:id='7'>&lt;&#65;&amp;</p:a>", "<a:1 id=7><A&</a>");
	CHECK_XML("\xef\xbb\xbf<a>\r\n<b>\xc3\xa9</b>\r\n</a>", "<a:1><b:2>\xc3\xa9</b>\n\n</a>");
	CHECK_XML("<q:a><q:b>unbound</q:b></q:a>", "<a:1><b:1>unbound</b></a>");
}

TEST(xml_reads_other_encodings)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_XML("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "<a:1>\xc3\xa9</a>");
	CHECK_XML("<?xml version='1.0' encoding='windows-1252'?><a>x\x80y</a>",
		  "<a:1>x\xef\xbf\xbdy</a>");
	CHECK_XML("\xff\xfe<\0a\0>\0x\0<\0/\0a\0>\0", "<a:1>x</a>");
	CHECK_XML("<?xml version='1.0' encoding='EBCDIC-US'?><a/>",
		  "XML line 1 column 31: unknown encoding");
}

TEST(xml_refuses_with_the_place)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_XML("<a>\n<b></a>", "XML line 2 column 6: mismatched tag");
	CHECK_XML("", "XML line 1 column 1: no element found");
	CHECK_XML("<a/><b/>", "XML line 1 column 5: junk after document element");
	CHECK_XML("<a><stop/></a>", "stopped by the reader");
	CHECK_XML("<a>\xff</a>", "XML line 1 column 4: not well-formed (invalid token)");
}

TEST(xml_reads_nothing_from_outside)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_XML("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>[&x;]</a>",
		  "<a:1>[]</a>");
	CHECK_XML("<!DOCTYPE a [<!ENTITY x \"in\">]><a>&x;side</a>", "<a:1>inside</a>");
}

TEST(xml_stops_entities_that_multiply)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct buf text;

	buf_init(&text, 1u << 20);
	BUF_LIT(&text, "<!DOCTYPE a [<!ENTITY e0 \"xxxxxxxxxx\">");
	for (int i = 1; i < 10; i++) {
		buf_fmt(&text, "<!ENTITY e%d \"", i);
		for (int k = 0; k < 10; k++)
			buf_fmt(&text, "&e%d;", i - 1);
		BUF_LIT(&text, "\">");
	}
	BUF_LIT(&text, "]><a>&e9;</a>");
	str got = walk(buf_str(&text), arena);

	CHECK(str_find(got, STR("entities expand too far")) >= 0 ||
	      str_find(got, STR("amplification")) >= 0);
	buf_done(&text);
}

TEST(xml_caps_depth_text_and_elements)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct xml_handler two = { .max_elements = 2 };
	struct buf text;
	struct err err;

	buf_init(&text, 4u << 20);
	for (unsigned i = 0; i <= XML_MAX_DEPTH; i++)
		BUF_LIT(&text, "<a>");
	CHECK_STRV(walk(buf_str(&text), arena), "XML line 1: nested too deeply");
	buf_reset(&text);
	BUF_LIT(&text, "<a>");
	memset(buf_room(&text, XML_MAX_TEXT + 1), 'x', XML_MAX_TEXT + 1);
	text.n += XML_MAX_TEXT + 1;
	BUF_LIT(&text, "</a>");
	CHECK_STRV(walk(buf_str(&text), arena), "XML line 1: too much text in an element");
	buf_done(&text);
	CHECK_FAIL(xml_read(STR("<a><b/><c/></a>"), &two, &err));
	CHECK_STR(err.msg, "XML line 1: too many elements");
	CHECK_INT(err.kind, ERR_LIMIT);
}
