/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/item.h"

#include "test.h"

/* A stream that gives a few bytes at a time. */
struct drip {
	str rest;
	size_t step;
};

static int pull(void *data, str *chunk, struct err *err)
{
	struct drip *drip = data;

	(void)err;
	*chunk = str_take(drip->rest, drip->step);
	drip->rest = str_skip(drip->rest, drip->step);
	return chunk->n > 0;
}

/* All items joined by '|', whatever the pieces of the stream are. */
static void check_items(enum item_mode mode, str text, const char *want)
{
	for (size_t step = 1; step <= text.n; step++) {
		struct drip drip = { .rest = text, .step = step };
		struct item_reader reader;
		struct item item;
		struct buf got;
		struct err err;
		int more;

		buf_init(&got, 4096);
		item_reader_init(&reader, pull, &drip, 1024);
		reader.mode = mode;
		while ((more = item_next(&reader, &item, &err)) > 0)
			buf_fmt(&got, "%s%.*s%s", got.n ? "|" : "", STR_ARG(item.text),
				item.cut ? "(cut)" : "");
		CHECK_INT(more, 0);
		if (!str_eq(buf_str(&got), str_c(want)))
			test_fail(__FILE__, __LINE__, "step %zu: want %s, got %.*s", step, want,
				  STR_ARG(buf_str(&got)));
		buf_done(&got);
		item_reader_done(&reader);
	}
}

TEST(items_are_the_elements_of_the_first_list_of_an_object)
{
	check_items(ITEM_LIST,
		    STR(" {\"a\":\"x[\\\"[\",\"b\":{\"c\":[1]},\"list\": [ {\"d\":[2]}, 3,\"]\" ],"
			"\"more\":[4]}"),
		    "{\"d\":[2]}|3|\"]\"");
	check_items(ITEM_LIST, STR("{\"a\":1,\"b\":{}}"), "");
	check_items(ITEM_LIST, STR("{\"list\":[{\"a\":1},{\"b\""), "{\"a\":1}|{\"b\"(cut)");
	check_items(ITEM_LIST, STR("{\"list\":[]}"), "");
	check_items(ITEM_LIST, STR("{\"list"), "");
}

/* Does the text end before its end, whatever the pieces of the stream are? */
static void check_end(enum item_mode mode, str text, bool breaks_off)
{
	for (size_t step = 1; step <= text.n; step++) {
		struct drip drip = { .rest = text, .step = step };
		struct item_reader reader;
		struct item item;
		struct err err;
		bool cut = false;

		item_reader_init(&reader, pull, &drip, 1024);
		reader.mode = mode;
		while (item_next(&reader, &item, &err) > 0)
			cut = item.cut;
		CHECK_INT(cut || item_breaks_off(&reader), breaks_off);
		item_reader_done(&reader);
	}
}

TEST(a_list_that_ends_between_two_items_breaks_off)
{
	check_end(ITEM_ELEMENTS, STR("[{\"a\":1},{\"b\":2}]"), false);
	check_end(ITEM_ELEMENTS, STR("[{\"a\":1},{\"b\":2}"), true);
	check_end(ITEM_ELEMENTS, STR("[{\"a\":1},"), true);
	check_end(ITEM_ELEMENTS, STR("[]"), false);
	check_end(ITEM_MEMBERS, STR("{\"a\":1}"), false);
	check_end(ITEM_MEMBERS, STR("{\"a\":{},"), true);
	check_end(ITEM_LIST, STR("{\"list\":[{\"a\":1}"), true);
	check_end(ITEM_LIST, STR("{\"list\":[{\"a\":1}],\"n\":"), false);
	check_end(ITEM_XML, STR("<updates><update>1</update></updates>"), false);
	check_end(ITEM_XML, STR("<updates><update>1</update>\n"), true);
	check_end(ITEM_VALUES, STR("{} {}"), false);
}

TEST(items_are_the_xml_elements_that_hold_an_advisory)
{
	check_items(ITEM_XML,
		    STR("<?xml?><x><definitions><definition id='1'><a/></definition>\n<b>"
			"</b><definition>2</definition></definitions><update"),
		    "<definition id='1'><a/></definition>|<definition>2</definition>");
	check_items(ITEM_XML, STR("<updates><update a='<'>1"), "<update a='<'>1(cut)");
	check_items(ITEM_XML, STR("<updates></updates>"), "");
}

TEST(items_are_elements_members_and_values)
{
	check_items(ITEM_ELEMENTS, STR("[1, {\"a\":2} ,[3]]"), "1|{\"a\":2}|[3]");
	check_items(ITEM_MEMBERS, STR("{\"a\" : 1, \"b\":[2]}"), "1|[2]");
	check_items(ITEM_VALUES, STR("{\"a\":1}\n{\"b\":2}"), "{\"a\":1}|{\"b\":2}");
	check_items(ITEM_LINES, STR("a\r\nb\n\nc"), "a|b||c");
}
