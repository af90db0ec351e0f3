/* SPDX-License-Identifier: Apache-2.0 */
#include "base/num.h"
#include "fmt/licence/licence.h"
#include "fmt/licence/licence_text_internal.h"

#define BEFORE	    12u /* words in which "under" must stand */
#define AHEAD	    40u /* words in which the version may stand */
#define LATER_AHEAD 16u /* words behind the version in which "or later" may stand */

static bool is_licence_word(const struct licence_words *w, size_t i)
{
	return licence_word_is(w, i, STR("license")) || licence_word_is(w, i, STR("licence"));
}

/* "[GNU] [Lesser] General Public License", "LGPL", "GPLv2" ... at `i`: how many words; 0: no. */
static size_t name_at(const struct licence_words *w, size_t i, const char **family)
{
	static const char *const short_names[][2] = { { "agpl", "AGPL" },
						      { "lgpl", "LGPL" },
						      { "gpl", "GPL" } };

	if (licence_word_is(w, i, STR("general")) && licence_word_is(w, i + 1, STR("public")) &&
	    is_licence_word(w, i + 2)) {
		bool lesser = i > 0 && (licence_word_is(w, i - 1, STR("lesser")) ||
					licence_word_is(w, i - 1, STR("library")));
		bool affero = i > 0 && licence_word_is(w, i - 1, STR("affero"));

		*family = lesser ? "LGPL" : affero ? "AGPL" : "GPL";
		return 3;
	}
	for (size_t k = 0; k < ARRAY_LEN(short_names); k++) {
		if (!licence_word_is(w, i, str_c(short_names[k][0])))
			continue;
		*family = short_names[k][1];
		return 1;
	}
	return 0;
}

/* Words that may stand between "under" and the name. */
static bool is_between(str word)
{
	static const char *const words[] = { "the",    "terms",	  "conditions", "condition",
					     "and",    "or",	  "of",		"gnu",
					     "either", "lesser",  "library",	"affero",
					     "a",      "version", "v",		"same",
					     "as",     "at" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_ieq(word, str_c(words[i])))
			return true;
	}
	return word.n > 0 && (is_digit(word.p[0]) || (word.n == 2 && is_digit(word.p[1])));
}

/* "under" stands in front of it, and no negation before that. */
static bool is_granted(const struct licence_words *w, size_t i)
{
	size_t from = i > BEFORE ? i - BEFORE : 0;

	for (size_t k = i; k-- > from;) {
		if (!licence_word_is(w, k, STR("under"))) {
			if (!is_between(licence_word(w, k)))
				return false;
			continue;
		}
		for (size_t m = k; m-- > 0 && m + 4 > k;) {
			if (licence_word_is(w, m, STR("not")) ||
			    licence_word_is(w, m, STR("never")) ||
			    licence_word_is(w, m, STR("cannot")))
				return false;
		}
		return true;
	}
	return false;
}

static bool number_of(const struct licence_words *w, size_t i, unsigned *out)
{
	uint64_t n;

	if (i >= w->n || w->items[i].n > 2 || !str_u64(licence_word(w, i), &n))
		return false;
	*out = (unsigned)n;
	return true;
}

/* "version 2", "version 2.1", "v3", "2": at `i`. */
static bool version_at(const struct licence_words *w, size_t i, struct licence_notice *out)
{
	str word = i < w->n ? licence_word(w, i) : STR_EMPTY;
	uint64_t n;

	if (word.n == 2 && (word.p[0] == 'v' || word.p[0] == 'V') && is_digit(word.p[1]) &&
	    str_u64(str_skip(word, 1), &n))
		out->major = (unsigned)n;
	else if (!number_of(w, i, &out->major))
		return false;
	out->minor = 0;
	if (i + 1 < w->n && w->items[i].at + w->items[i].n + 1 == w->items[i + 1].at &&
	    w->text.p[w->items[i + 1].at - 1] == '.' && !number_of(w, i + 1, &out->minor))
		out->minor = 0;
	return true;
}

/* What there is of it: "version 2.2" of something else is none of theirs. */
static bool is_version(const struct licence_notice *n)
{
	char id[32];
	int used = snprintf(id, sizeof(id), "%s-%u.%u-only", n->family, n->major, n->minor);

	return n->major > 0 && used > 0 && licence_id(str_of(id, (size_t)used)).n > 0;
}

/* Where the version stands behind `i`; SIZE_MAX: nowhere. */
static size_t find_version(const struct licence_words *w, size_t i, struct licence_notice *out)
{
	const char *family;

	for (size_t k = i; k < w->n && k < i + AHEAD; k++) {
		bool next =
			licence_word_is(w, k, STR("version")) || licence_word_is(w, k, STR("v"));

		if (next && version_at(w, k + 1, out) && is_version(out))
			return k + 1;
		if (k <= i + 1 && version_at(w, k, out) && is_version(out))
			return k; /* "GPL 2", "License v3" */
		if (name_at(w, k, &family) > 0)
			break;
	}
	return SIZE_MAX;
}

/* "version 2 of the GNU General Public License": in front of `i`. */
static size_t find_version_before(const struct licence_words *w, size_t i,
				  struct licence_notice *out)
{
	size_t from = i > BEFORE ? i - BEFORE : 0;

	for (size_t k = i; k-- > from;) {
		if (licence_word_is(w, k, STR("version")) && version_at(w, k + 1, out) &&
		    is_version(out))
			return k + 1;
	}
	return SIZE_MAX;
}

static bool is_later(const struct licence_words *w, size_t version)
{
	for (size_t k = version + 1; k < w->n && k < version + LATER_AHEAD; k++) {
		bool later = licence_word_is(w, k, STR("later")) ||
			     licence_word_is(w, k, STR("newer")) ||
			     licence_word_is(w, k, STR("higher"));

		if (later &&
		    (licence_word_is(w, k - 1, STR("any")) || licence_word_is(w, k - 1, STR("or"))))
			return true;
	}
	/* "GPL-2+", "GPLv2+" */
	size_t end = w->items[version].at + w->items[version].n;
	return end < w->text.n && w->text.p[end] == '+';
}

bool licence_notice_next(const struct licence_words *w, const bool *claimed,
			 struct licence_notice *notice)
{
	for (size_t i = notice->next; i < w->n; i++) {
		size_t n = name_at(w, i, &notice->family), at;

		if (n == 0 || claimed[i] || !is_granted(w, i))
			continue;
		notice->major = notice->minor = 0;
		at = find_version(w, i + n, notice);
		if (at == SIZE_MAX)
			at = find_version_before(w, i, notice);
		if (at == SIZE_MAX)
			notice->major = 0;
		/* Which version it is, or that any will do, must be told. */
		if (at == SIZE_MAX && n == 1)
			continue;
		notice->later = at == SIZE_MAX || is_later(w, at);
		notice->word = i;
		notice->next = i + n;
		return true;
	}
	return false;
}

str licence_notice_name(const struct licence_notice *n, struct arena *arena)
{
	const char *tail = n->later ? "or-later" : "only";
	str id;

	if (n->major == 0) /* their texts say so: any version */
		return str_fmt(arena, "%s-%s-or-later", n->family,
			       str_eq(str_c(n->family), STR("GPL"))    ? "1.0"
			       : str_eq(str_c(n->family), STR("LGPL")) ? "2.0"
								       : "3.0");
	id = licence_id(str_fmt(arena, "%s-%u.%u-%s", n->family, n->major, n->minor, tail));
	return id.n > 0 ? id : str_fmt(arena, "%s-%u.%u-%s", n->family, n->major, n->minor, tail);
}
