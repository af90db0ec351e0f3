/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * text: every fixed text a person reads, in each language, from one catalog (data/text.def). A text
 * without its translation does not compile. Places of a text are written {0} to {9}, so that a
 * language may put them in its own order.
 */
#include "base/buf.h"
#include "base/str.h"

enum lang { LANG_EN, LANG_JA, LANG_COUNT };

enum text {
#define TEXT(id, en, ja) TEXT_##id,
#include "report/data/text.def"
#undef TEXT
	TEXT_COUNT
};

/* "en", "ja", and what locale variables hold ("ja_JP.UTF-8"); false for any other language. */
bool lang_from(str name, enum lang *out);
const char *lang_name(enum lang lang);

str text_of(enum lang lang, enum text id);
/* The name of the text in the catalog, for tests. */
const char *text_id_name(enum text id);

/* Appends the text with its places filled in. A place without an argument is an assertion. */
void text_fill(struct buf *b, enum lang lang, enum text id, const str *args, size_t n);
#define TEXT_FILL(b, lang, id, ...)                                 \
	text_fill(b, lang, TEXT_##id, (const str[]){ __VA_ARGS__ }, \
		  sizeof((const str[]){ __VA_ARGS__ }) / sizeof(str))
/* The same as a str in the arena. */
str text_make(struct arena *arena, enum lang lang, enum text id, const str *args, size_t n);
#define TEXT_MAKE(arena, lang, id, ...)                                 \
	text_make(arena, lang, TEXT_##id, (const str[]){ __VA_ARGS__ }, \
		  sizeof((const str[]){ __VA_ARGS__ }) / sizeof(str))
/* A text without places, appended. */
#define TEXT_ADD(b, lang, id) buf_add(b, text_of(lang, TEXT_##id))

/*
 * A phrase that a module without language wrote in English ("flaws without a fix are not known
 * here"), in the language: the texts of the catalog whose names begin with PHRASE_. What is not
 * among them stays as it is.
 */
str text_phrase(struct arena *arena, enum lang lang, str english);

/* Decimal digits. */
str text_number(struct arena *arena, uint64_t n);
/* The day of an RFC 3339 time, or the words for "unknown date". */
str text_date(enum lang lang, str time);
