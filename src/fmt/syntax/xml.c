/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/xml.h"

#define XML_DTD 1 /* the limits on entities are declared only then; Debian's library has them */
#include <expat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"

struct open_element {
	str name; /* with prefix */
	uint32_t line;
	size_t text; /* where its text begins in reader.text */
};

struct reader {
	XML_Parser parser;
	const struct xml_handler *handler;
	struct err *err;
	bool stopped; /* err is set */
	struct buf text;
	struct open_element open[XML_MAX_DEPTH];
	unsigned depth;
	size_t elements, max_elements;
	uint64_t expanded, expansion_max; /* bytes of text and attributes handed on */
};

static inline void auto_XML_ParserFree(XML_Parser *parser)
{
	if (*parser)
		XML_ParserFree(*parser);
}

static void stop(struct reader *r)
{
	r->stopped = true;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static uint32_t line_of(const struct reader *r)
{
	XML_Size line = XML_GetCurrentLineNumber(r->parser);

	return line < UINT32_MAX ? (uint32_t)line : 0;
}

static void limit(struct reader *r, const char *what)
{
	if (r->stopped)
		return;
	IGNORE(err_set(r->err, ERR_LIMIT, "XML line %u: %s", line_of(r), what)); /* -1 */
	stop(r);
}

static void spend(struct reader *r, size_t bytes)
{
	r->expanded += bytes;
	if (r->expanded > r->expansion_max)
		limit(r, "entities expand too far");
}

static struct xml_element element_of(const struct reader *r, const struct open_element *open)
{
	struct xml_element element = { .line = open->line, .depth = r->depth };
	str prefix, name;

	element.name = open->name;
	if (str_cut(open->name, ':', &prefix, &name)) {
		element.prefix = prefix;
		element.name = name;
	}
	return element;
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct reader *r = context;
	struct open_element *open;

	if (r->stopped)
		return;
	if (r->depth == XML_MAX_DEPTH) {
		limit(r, "nested too deeply");
		return;
	}
	if (++r->elements > r->max_elements) {
		limit(r, "too many elements");
		return;
	}
	for (const XML_Char **a = attributes; *a; a++)
		spend(r, strlen(*a));
	if (r->stopped)
		return;
	open = &r->open[r->depth++];
	*open = (struct open_element){ .name = str_c(name), .line = line_of(r), .text = r->text.n };
	struct xml_element element = element_of(r, open);

	element.attributes = (const char *const *)attributes;
	if (r->handler->start && r->handler->start(r->handler->context, &element, r->err) < 0)
		stop(r);
}

static void XMLCALL on_end(void *context, const XML_Char *name)
{
	struct reader *r = context;
	struct open_element *open;
	str text;

	if (r->stopped || r->depth == 0)
		return;
	open = &r->open[r->depth - 1];
	open->name = str_c(name);
	text = str_skip(buf_str(&r->text), open->text);
	struct xml_element element = element_of(r, open);

	if (r->handler->end && r->handler->end(r->handler->context, &element, text, r->err) < 0)
		stop(r);
	r->text.n = open->text;
	r->depth--;
}

static void XMLCALL on_text(void *context, const XML_Char *text, int n)
{
	struct reader *r = context;

	if (r->stopped || r->depth == 0 || n <= 0)
		return;
	spend(r, (size_t)n);
	if (r->stopped)
		return;
	if (r->text.n - r->open[r->depth - 1].text + (size_t)n > XML_MAX_TEXT) {
		limit(r, "too much text in an element");
		return;
	}
	buf_add(&r->text, str_of(text, (size_t)n));
	if (r->text.overflow)
		limit(r, "too much text in open elements");
}

/* Encodings whose bytes below 0x80 mean ASCII, as far as mark-up is concerned. */
static bool agrees_with_ascii(str name)
{
	static const char *const prefixes[] = { "iso-8859-", "iso8859-", "windows-125", "cp125",
						"koi8-",     "euc-",	 "gb",		"big5",
						"shift_jis", "sjis",	 "x-sjis",	"cp932",
						"macroman",  "latin",	 "x-mac-",	"tis-620" };

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (str_ieq(str_take(name, strlen(prefixes[i])), str_c(prefixes[i])))
			return true;
	return false;
}

static int XMLCALL on_encoding(void *context, const XML_Char *name, XML_Encoding *info)
{
	(void)context;
	if (!agrees_with_ascii(str_c(name)))
		return XML_STATUS_ERROR;
	for (int i = 0; i < 256; i++)
		info->map[i] = i < 0x80 ? i : 0xfffd;
	info->data = NULL;
	info->convert = NULL;
	info->release = NULL;
	return XML_STATUS_OK;
}

static int fail(const struct reader *r)
{
	enum XML_Error code = XML_GetErrorCode(r->parser);
	enum err_kind kind = ERR_INPUT;

	if (code == XML_ERROR_UNKNOWN_ENCODING)
		kind = ERR_UNSUPPORTED;
	else if (code == XML_ERROR_AMPLIFICATION_LIMIT_BREACH)
		kind = ERR_LIMIT;
	return err_set(r->err, kind, "XML line %lu column %lu: %s",
		       (unsigned long)XML_GetCurrentLineNumber(r->parser),
		       (unsigned long)XML_GetCurrentColumnNumber(r->parser) + 1,
		       XML_ErrorString(code));
}

int xml_read(str text, const struct xml_handler *handler, struct err *err)
{
	AUTO(XML_ParserFree)
	XML_Parser parser = NULL;
	AUTO(free)
	struct reader *r = NULL;
	int rc;

	if (text.n > XML_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "XML of %zu bytes, at most %u are read", text.n,
			       XML_MAX_BYTES);
	parser = XML_ParserCreate(NULL);
	if (!parser)
		abort(); /* fails only without memory */
	r = mem_zalloc(sizeof(*r));
	r->parser = parser;
	r->handler = handler;
	r->err = err;
	r->max_elements = handler->max_elements ? handler->max_elements : XML_MAX_ELEMENTS;
	/* UTF-16 and U+FFFD make up to three bytes of one. */
	r->expansion_max = (uint64_t)text.n * XML_MAX_EXPANSION;
	if (r->expansion_max < XML_FREE_EXPANSION)
		r->expansion_max = XML_FREE_EXPANSION;
	buf_init(&r->text, (size_t)XML_MAX_TEXT * 4);
	/* Expat would look for randomness itself, and fall back to the clock. */
	(void)XML_SetHashSalt(parser, (unsigned long)hash_keyed(STR("xml")) | 1);
	XML_SetUserData(parser, r);
	XML_SetElementHandler(parser, on_start, on_end);
	XML_SetCharacterDataHandler(parser, on_text);
	XML_SetUnknownEncodingHandler(parser, on_encoding, NULL);
	(void)XML_SetParamEntityParsing(parser, XML_PARAM_ENTITY_PARSING_NEVER);
	(void)XML_SetBillionLaughsAttackProtectionMaximumAmplification(parser, XML_MAX_EXPANSION);
	(void)XML_SetBillionLaughsAttackProtectionActivationThreshold(parser, XML_FREE_EXPANSION);
	/* In one piece: a token over several pieces would be scanned again with each. */
	rc = XML_Parse(parser, text.n ? text.p : "", (int)text.n, XML_TRUE) == XML_STATUS_OK ? 0
	     : r->stopped								     ? -1
			  : fail(r);
	buf_done(&r->text);
	return rc;
}

str xml_attribute(const struct xml_element *element, str name)
{
	for (const char *const *a = element->attributes; a && a[0] && a[1]; a += 2) {
		str full = str_c(a[0]), prefix, local;

		if (str_eq(full, name) ||
		    (str_cut(full, ':', &prefix, &local) && str_eq(local, name)))
			return str_c(a[1]);
	}
	return STR_EMPTY;
}

bool xml_is_true(str value)
{
	value = str_trim(value);
	return str_eq(value, STR("true")) || str_eq(value, STR("1"));
}
