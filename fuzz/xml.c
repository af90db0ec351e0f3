/* SPDX-License-Identifier: Apache-2.0 */
/* XML: starts and ends pair, depth is right, texts are UTF-8 and bounded. */
#include "fmt/syntax/xml.h"

#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
	unsigned depth;
	size_t size, texts;
};

static int on_start(void *context, const struct xml_element *e, struct err *err)
{
	struct walk *walk = context;

	(void)err;
	must(e->depth == ++walk->depth && walk->depth <= XML_MAX_DEPTH);
	must(str_is_utf8(e->name) && e->line > 0);
	for (const char *const *a = e->attributes; *a; a += 2)
		must(a[1] != NULL && str_is_utf8(str_c(a[1])));
	must_be_readable(xml_attribute(e, STR("id")));
	return 0;
}

static int on_end(void *context, const struct xml_element *e, str text, struct err *err)
{
	struct walk *walk = context;

	must(e->depth == walk->depth--);
	must(text.n <= XML_MAX_TEXT && str_is_utf8(text));
	walk->texts += text.n;
	must(walk->texts <= walk->size * XML_MAX_EXPANSION + XML_FREE_EXPANSION);
	if (str_eq(e->name, STR("stop")))
		return err_set(err, ERR_INPUT, "stopped");
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct walk walk = { .size = size };
	struct xml_handler handler = { .context = &walk, .start = on_start, .end = on_end };
	struct err err = { .kind = ERR_NONE };

	if (xml_read(str_of((const char *)data, size), &handler, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	else
		must(walk.depth == 0);
	return 0;
}
