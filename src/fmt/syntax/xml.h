/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * XML 1.0, streamed over expat: a call at the start of each element and one at its end, with the
 * text in between. The document must be well-formed; namespaces are not checked (many project
 * files use prefixes that they never declare), a name is given without its prefix.
 *
 * Encodings: UTF-8, UTF-16, ISO-8859-1, US-ASCII as declared; of other encodings that agree with
 * ASCII (windows-125x, ISO-8859-n, KOI8, EUC, GB, Big5, Shift JIS) the ASCII part is read and the
 * rest becomes U+FFFD; any other is ERR_UNSUPPORTED. Texts are UTF-8.
 *
 * Nothing outside of the text is ever read: external entities and DTDs are passed over. Internal
 * entities are expanded, at most to XML_MAX_EXPANSION times the size of the text once that is more
 * than XML_FREE_EXPANSION bytes. Limits (ERR_LIMIT): XML_MAX_BYTES of text, XML_MAX_DEPTH elements
 * inside each other, XML_MAX_TEXT bytes of text in one element, `max_elements`.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define XML_MAX_BYTES	   (256u << 20)
#define XML_MAX_DEPTH	   200u
#define XML_MAX_TEXT	   (1u << 20)
#define XML_MAX_ELEMENTS   2000000u
#define XML_MAX_EXPANSION  20u
#define XML_FREE_EXPANSION (256u << 10)

struct xml_element {
	str name, prefix;	       /* "licence", "cdx" */
	uint32_t line;		       /* of its start, from 1 */
	unsigned depth;		       /* 1 for the root */
	const char *const *attributes; /* name, value ... NULL; names with prefix */
};

/* The value of an attribute; p NULL when it is not there. `name` with or without prefix. */
str xml_attribute(const struct xml_element *element, str name);

/* Views hold only during the call. A negative return ends the reading with that error. */
struct xml_handler {
	void *context;
	size_t max_elements; /* 0: XML_MAX_ELEMENTS */
	/* May be NULL. */
	int (*start)(void *context, const struct xml_element *element, struct err *err);
	/*
	 * `text`: all text directly inside of the element, without that of its children, as it
	 * stands (not trimmed). `element` is as at its start, but without attributes. May be NULL.
	 */
	int (*end)(void *context, const struct xml_element *element, str text, struct err *err);
};

int xml_read(str text, const struct xml_handler *handler, struct err *err) MUST_USE;

/* True when the element or attribute value is "true" or "1" (XML Schema boolean). */
bool xml_is_true(str value);
