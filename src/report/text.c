/* SPDX-License-Identifier: Apache-2.0 */
#include "report/text.h"

#include <assert.h>

#define TEXT_MAX_BYTES (1u << 20) /* of one filled text; longer ones are cut */

static const struct {
	const char *name;
	const char *text[LANG_COUNT];
} catalog[] = {
#define TEXT(id, en, ja) { #id, { "" en, "" ja } },
#include "report/data/text.def"
#undef TEXT
};

/* An empty translation is a missing one. */
#define TEXT(id, en, ja) \
	_Static_assert(sizeof("" en) > 1 && sizeof("" ja) > 1, "text " #id " is not translated");
#include "report/data/text.def"
#undef TEXT

bool lang_from(str name, enum lang *out)
{
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		str code = str_c(lang_name((enum lang)lang));

		if (str_starts(name, code) && (name.n == code.n || name.p[code.n] == '_' ||
					       name.p[code.n] == '.' || name.p[code.n] == '-')) {
			*out = (enum lang)lang;
			return true;
		}
	}
	return false;
}

const char *lang_name(enum lang lang)
{
	static const char *const names[LANG_COUNT] = { [LANG_EN] = "en", [LANG_JA] = "ja" };

	return names[lang];
}

str text_of(enum lang lang, enum text id) { return str_c(catalog[id].text[lang]); }

const char *text_id_name(enum text id) { return catalog[id].name; }

void text_fill(struct buf *b, enum lang lang, enum text id, const str *args, size_t n)
{
	str rest = text_of(lang, id);

	while (rest.n > 0) {
		if (rest.n >= 3 && rest.p[0] == '{' && is_digit(rest.p[1]) && rest.p[2] == '}') {
			size_t place = (size_t)(rest.p[1] - '0');

			assert(place < n);
			buf_add(b, args[place]);
			rest = str_skip(rest, 3);
			continue;
		}
		size_t plain = 1;
		while (plain < rest.n && rest.p[plain] != '{')
			plain++;
		buf_add(b, str_take(rest, plain));
		rest = str_skip(rest, plain);
	}
}

str text_make(struct arena *arena, enum lang lang, enum text id, const str *args, size_t n)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, TEXT_MAX_BYTES);
	text_fill(&b, lang, id, args, n);
	return str_dup(arena, buf_str(&b));
}

str text_date(enum lang lang, str time)
{
	return time.n >= 10 ? str_take(time, 10) : text_of(lang, TEXT_DATE_UNKNOWN);
}

str text_number(struct arena *arena, uint64_t n)
{
	return str_fmt(arena, "%llu", (unsigned long long)n);
}

#define PHRASE_PLACES 2u

/*
 * Does `english` follow the pattern of the catalog? What stands at its places goes to `args`. A
 * place takes as little as it can, the last one the rest.
 */
static bool phrase_fits(str pattern, str english, str args[PHRASE_PLACES])
{
	while (pattern.n > 0) {
		ptrdiff_t place = str_find_char(pattern, '{');
		str plain = place < 0 ? pattern : str_take(pattern, (size_t)place);

		if (!str_starts(english, plain))
			return false;
		english = str_skip(english, plain.n);
		pattern = str_skip(pattern, plain.n);
		if (pattern.n == 0)
			break;
		size_t index = (size_t)(pattern.p[1] - '0');
		assert(index < PHRASE_PLACES);
		pattern = str_skip(pattern, 3);
		place = str_find_char(pattern, '{');
		str next = place < 0 ? pattern : str_take(pattern, (size_t)place);
		ptrdiff_t end = next.n == 0 ? (ptrdiff_t)english.n : str_find(english, next);
		if (end <= 0)
			return false;
		args[index] = str_take(english, (size_t)end);
		english = str_skip(english, (size_t)end);
	}
	return english.n == 0;
}

str text_phrase(struct arena *arena, enum lang lang, str english)
{
	if (lang == LANG_EN)
		return english;
	for (int id = 0; id < TEXT_COUNT; id++) {
		str args[PHRASE_PLACES] = { { 0 } };

		if (!str_starts(str_c(catalog[id].name), STR("PHRASE_")) ||
		    !phrase_fits(text_of(LANG_EN, (enum text)id), english, args))
			continue;
		for (size_t i = 0; i < PHRASE_PLACES; i++)
			args[i] =
				id == TEXT_PHRASE_TWO ? text_phrase(arena, lang, args[i]) : args[i];
		return text_make(arena, lang, (enum text)id, args, PHRASE_PLACES);
	}
	return english;
}
