/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_internal.h"

#include "base/num.h"
#include "base/words.h"

#define WORDS_MAX 40u
#define TEXT_MAX  300u

static const unsigned char families[] = {
#include "licence_families.txt.inc"
};

/* Words that never matter, not even inside a name. */
static const char *const dropped[] = {
	"the", "a",	  "license", "licence", "licensed", "licenses", "licences",
	"gnu", "version", "ver",     "v",	"clause",   "clauses",
};
/* Words that may stand beside a name. */
static const char *const noise[] = {
	"under",      "terms",	    "of",   "software",	 "osi",	     "approved", "public",
	"free",	      "style",	    "like", "only",	 "inc",	     "open",	 "source",
	"initiative", "general",    "and",  "available", "project",  "unported", "international",
	"universal",  "foundation", "is",   "this",	 "document",
};
static const char *const later[] = { "later", "newer", "above", "greater", "higher", "up", "+" };

struct words {
	str items[WORDS_MAX];
	bool used[WORDS_MAX];
	size_t n;
};

static bool is_version(str word) { return word.n > 0 && is_digit(word.p[0]); }

static bool add_word(struct words *w, str word)
{
	if (words_have(dropped, ARRAY_LEN(dropped), word))
		return true;
	if (w->n == WORDS_MAX)
		return false;
	w->used[w->n] = false;
	w->items[w->n++] = word;
	return true;
}

static size_t number_end(str text, size_t at)
{
	while (at < text.n &&
	       (is_digit(text.p[at]) || ((text.p[at] == '.' || text.p[at] == '_') &&
					 at + 1 < text.n && is_digit(text.p[at + 1]))))
		at++;
	return at;
}

/* Runs of letters, numbers with their points, "+"; `text` is in lower case. */
static bool split_words(str text, struct words *w)
{
	size_t at = 0;

	w->n = 0;
	while (at < text.n) {
		size_t from = at;
		char c = text.p[at];

		if (is_digit(c)) {
			at = number_end(text, at);
		} else if (is_alpha(c)) {
			while (at < text.n && is_alpha(text.p[at]))
				at++;
		} else if (c == '+' || (c == '>' && at + 1 < text.n && text.p[at + 1] == '=')) {
			at += c == '+' ? 1 : 2;
			if (!add_word(w, STR("+")))
				return false;
			continue;
		} else {
			/* A byte that is no ASCII may change everything. */
			if ((unsigned char)c >= 0x80 || c == '<' || c == '!')
				return false;
			at++;
			continue;
		}
		str word = str_of(text.p + from, at - from);
		/* "gplv2": the "v" belongs to the number. */
		if (word.n > 2 && at < text.n && is_digit(text.p[at]) && str_ends(word, STR("v")))
			word = str_drop_end(word, 1);
		if (!add_word(w, word))
			return false;
	}
	return w->n > 0;
}

/* Where the words of `phrase` stand in a row, none of them used; SIZE_MAX: nowhere. */
static size_t find_phrase(const struct words *w, const struct words *phrase)
{
	for (size_t i = 0; i + phrase->n <= w->n; i++) {
		size_t k = 0;

		while (k < phrase->n && !w->used[i + k] &&
		       str_eq(w->items[i + k], phrase->items[k]))
			k++;
		if (k == phrase->n)
			return i;
	}
	return SIZE_MAX;
}

struct family {
	str kind, name, version;
};

static bool same_family(const struct family *a, const struct family *b)
{
	return str_eq(a->kind, b->kind) && str_eq(a->name, b->name);
}

/* Marks the longest phrase that is there; false: none. */
static bool take_phrase(struct words *w, struct family *out)
{
	str rest = licence_list_body(families, sizeof(families)), line, key, value;
	size_t best_n = 0, best_at = 0;

	while (str_line(&rest, &line)) {
		struct words phrase;
		size_t at;

		if (!str_cut(line, '=', &key, &value) || !split_words(key, &phrase) ||
		    phrase.n <= best_n)
			continue;
		at = find_phrase(w, &phrase);
		if (at == SIZE_MAX)
			continue;
		best_n = phrase.n;
		best_at = at;
		value = str_trim(value);
		*out = (struct family){ .name = STR_EMPTY };
		if (!str_cut(value, ' ', &out->kind, &out->name))
			continue;
		if (str_eq(out->kind, STR("gnu")) || str_eq(out->kind, STR("version")))
			IGNORE(str_cut(out->name, ' ', &out->name, &out->version)); /* has it */
	}
	for (size_t i = 0; i < best_n; i++)
		w->used[best_at + i] = true;
	return best_n > 0;
}

/* What is left: a version, "or later", an exception, or words that say nothing. */
struct rest {
	str version;
	bool later, classpath;
};

static bool read_rest(struct words *w, struct rest *out)
{
	*out = (struct rest){ .later = false };
	for (size_t i = 0; i < w->n; i++) {
		str word = w->items[i];

		if (w->used[i] || words_have(noise, ARRAY_LEN(noise), word))
			continue;
		if (is_version(word)) {
			if (out->version.n > 0 && !str_starts(out->version, word) &&
			    !str_starts(word, out->version))
				return false;
			if (word.n > out->version.n)
				out->version = word;
		} else if (words_have(later, ARRAY_LEN(later), word)) {
			out->later = true;
		} else if ((str_eq(word, STR("or")) || str_eq(word, STR("any")) ||
			    str_eq(word, STR("at")) || str_eq(word, STR("your")) ||
			    str_eq(word, STR("option"))) &&
			   i + 1 < w->n) {
			continue; /* "or later", "or any later version", "(at your option)" */
		} else if (str_eq(word, STR("classpath")) || str_eq(word, STR("cpe")) ||
			   str_eq(word, STR("ce"))) {
			out->classpath = true;
		} else if (!(str_eq(word, STR("with")) || str_eq(word, STR("w")) ||
			     str_eq(word, STR("exception")))) {
			return false;
		}
	}
	for (size_t i = 0; i < w->n; i++) {
		bool with = str_eq(w->items[i], STR("with")) || str_eq(w->items[i], STR("w")) ||
			    str_eq(w->items[i], STR("exception"));

		if (with && !w->used[i] && !out->classpath)
			return false; /* some other exception */
		if (!w->used[i] && str_eq(w->items[i], STR("or")) && !out->later)
			return false;
	}
	return true;
}

/* "NAME-2" or "NAME-2.0", with what follows, if that is an identifier. */
static str versioned(const struct family *f, str version, const char *tail, struct arena *arena)
{
	str id =
		licence_id(str_fmt(arena, "%.*s-%.*s%s", STR_ARG(f->name), STR_ARG(version), tail));

	if (id.n == 0)
		id = licence_id(
			str_fmt(arena, "%.*s-%.*s.0%s", STR_ARG(f->name), STR_ARG(version), tail));
	return id;
}

static str normal_version(str version, struct arena *arena)
{
	char *copy = str_cstr(arena, version);

	for (size_t i = 0; i < version.n; i++) {
		if (copy[i] == '_')
			copy[i] = '.';
	}
	return str_of(copy, version.n);
}

static str compose(const struct family *f, const struct rest *rest, struct arena *arena,
		   bool *certain)
{
	str version = normal_version(rest->version, arena), id;

	if (str_eq(f->kind, STR("is")) || str_eq(f->kind, STR("likely"))) {
		if (version.n > 0 || rest->classpath || rest->later)
			return STR_EMPTY;
		*certain = str_eq(f->kind, STR("is"));
		return f->name;
	}
	if (str_eq(f->kind, STR("gnu"))) {
		/* Their texts say what no version means: any of them. */
		bool all = version.n == 0;

		*certain = !all;
		id = versioned(f, all ? f->version : version,
			       all || rest->later ? "-or-later" : "-only", arena);
	} else {
		if (version.n == 0 && (str_eq(f->version, STR("-")) || rest->later))
			return STR_EMPTY;
		*certain = version.n > 0;
		id = versioned(f, version.n > 0 ? version : f->version, "", arena);
		if (id.n > 0 && rest->later)
			id = str_cat(arena, id, STR("+"));
	}
	if (id.n > 0 && rest->classpath)
		id = str_fmt(arena, "%.*s WITH Classpath-exception-2.0", STR_ARG(id));
	return id;
}

str licence_family(str text, struct arena *arena, bool *certain)
{
	struct family family = { .name = STR_EMPTY }, other;
	struct words words;
	struct rest rest;

	if (text.n > TEXT_MAX || !split_words(str_lower(arena, text), &words) ||
	    !take_phrase(&words, &family))
		return STR_EMPTY;
	/* The name again, as its letters: "... (GPLv2)". */
	while (take_phrase(&words, &other)) {
		if (!same_family(&family, &other))
			return STR_EMPTY;
	}
	return read_rest(&words, &rest) ? compose(&family, &rest, arena, certain) : STR_EMPTY;
}

str licence_url(str text, struct arena *arena)
{
	static const char *const tails[] = { "/", ".txt", ".html", ".htm", ".php", ".md" };
	bool apache = str_find(text, STR("apache.org/")) >= 0, certain = true;
	str last, found;

	if (!str_starts(text, STR("http://")) && !str_starts(text, STR("https://")))
		return STR_EMPTY;
	for (size_t i = 0; i < ARRAY_LEN(tails); i++)
		text = str_without_suffix(text, str_c(tails[i]));
	last = str_skip(text, (size_t)(str_rfind_char(text, '/') + 1));
	if (apache && str_ieq(str_take(last, 8), STR("LICENSE-")))
		last = str_fmt(arena, "Apache-%.*s", STR_ARG(str_skip(last, 8)));
	found = licence_id(last);
	if (found.n == 0)
		found = licence_list_name(last);
	if (found.n == 0)
		found = licence_family(last, arena, &certain);
	return certain ? found : STR_EMPTY;
}
