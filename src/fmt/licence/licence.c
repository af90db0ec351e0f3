/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence/licence_internal.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/num.h"

#define REF_DOCUMENT STR("DocumentRef-")
#define REF_LICENCE  STR("LicenseRef-")

struct reader {
	struct arena *arena;
	str text, rest;
	unsigned depth;
	size_t parts;
	bool loose;   /* licence_read: nothing fails but limits */
	bool certain; /* nothing was supposed */
	struct err *err;
};

enum word { WORD_OTHER, WORD_AND, WORD_OR, WORD_WITH };

static int fail(struct reader *r, const char *what)
{
	return err_set(r->err, ERR_INPUT, "licence expression: at character %zu: %s",
		       (size_t)(r->rest.p - r->text.p) + 1, what);
}

/* ---- words ---- */

static void skip_space(struct reader *r)
{
	while (r->rest.n > 0 && is_space(r->rest.p[0]))
		r->rest = str_skip(r->rest, 1);
}

static bool is_comma(const struct reader *r, char c) { return r->loose && (c == ',' || c == ';'); }

static str next_word(const struct reader *r)
{
	str rest = r->rest;
	size_t n = 0;

	while (n < rest.n && !is_space(rest.p[n]) && rest.p[n] != '(' && rest.p[n] != ')' &&
	       !is_comma(r, rest.p[n]))
		n++;
	return str_take(rest, n);
}

static enum word word_of(str word)
{
	if (str_ieq(word, STR("and")) || str_eq(word, STR("&")) || str_eq(word, STR("&&")))
		return WORD_AND;
	if (str_ieq(word, STR("or")) || str_eq(word, STR("|")) || str_eq(word, STR("||")))
		return WORD_OR;
	return str_ieq(word, STR("with")) ? WORD_WITH : WORD_OTHER;
}

/* "or later": no operator. */
static bool or_later_follows(const struct reader *r, str word)
{
	static const char *const words[] = {
		"later", "newer", "above", "greater", "higher", "any"
	};
	struct reader ahead = *r;

	if (!r->loose || !str_ieq(word, STR("or")))
		return false;
	ahead.rest = str_skip(r->rest, word.n);
	skip_space(&ahead);
	word = next_word(&ahead);
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (str_ieq(word, str_c(words[i])))
			return true;
	}
	return false;
}

static bool take_word(struct reader *r, enum word which)
{
	skip_space(r);
	str word = next_word(r);

	if (word_of(word) != which || or_later_follows(r, word))
		return false;
	r->rest = str_skip(r->rest, word.n);
	return true;
}

/* "License, Version 2.0": the comma belongs to the name. */
static bool comma_in_name(const struct reader *r)
{
	struct reader ahead = *r;

	ahead.rest = str_skip(r->rest, 1);
	skip_space(&ahead);
	str word = next_word(&ahead);
	if (word.n > 1 && (word.p[0] == 'v' || word.p[0] == 'V') && is_digit(word.p[1]))
		return true;
	return str_ieq(word, STR("version")) || str_ieq(word, STR("v")) ||
	       str_ieq(word, STR("v.")) || str_ieq(word, STR("inc.")) || str_ieq(word, STR("inc"));
}

#define SHORT_NAME_MAX 24u

/* "... (GPLv2+)" behind a name is the same once more. */
static str short_name(const struct reader *r)
{
	str rest = r->rest;
	ptrdiff_t end;

	if (!r->loose || rest.n == 0 || rest.p[0] != '(')
		return STR_EMPTY;
	end = str_find_char(str_take(rest, SHORT_NAME_MAX), ')');
	return end > 1 && str_find_char(str_take(rest, (size_t)end), ' ') < 0
		       ? str_take(rest, (size_t)end + 1)
		       : STR_EMPTY;
}

/* The words up to an operator, a parenthesis or a comma, with one blank between. */
static str operand(struct reader *r)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, LICENCE_MAX_BYTES);
	for (;;) {
		skip_space(r);
		if (r->rest.n > 0 && is_comma(r, r->rest.p[0]) && comma_in_name(r))
			r->rest = str_skip(r->rest, 1);
		skip_space(r);
		str word = next_word(r);
		if (word.n == 0 && b.n > 0)
			word = short_name(r);
		if (word.n == 0 || (word_of(word) != WORD_OTHER && !or_later_follows(r, word)))
			break;
		if (b.n > 0)
			buf_byte(&b, ' ');
		buf_add(&b, word);
		r->rest = str_skip(r->rest, word.n);
	}
	return str_dup(r->arena, buf_str(&b));
}

/* ---- nodes ---- */

static struct licence *new_one(struct reader *r, str id, bool known)
{
	struct licence *one = ARENA_NEW(r->arena, struct licence);

	r->parts++;
	*one = (struct licence){ .id = id, .known = known };
	return one;
}

/* Puts `part` behind the others of a list; a list of the same operator is taken apart. */
static void list_add(struct reader *r, struct licence *list, size_t *cap,
		     const struct licence *part)
{
	const struct licence *const *of = part->op == list->op ? part->of : &part;
	size_t n = part->op == list->op ? part->n : 1;

	for (size_t i = 0; i < n; i++) {
		list->of = arena_grow(r->arena, list->of, list->n, cap, sizeof(struct licence *));
		list->of[list->n++] = of[i];
	}
}

static bool is_ref(str word)
{
	str document, rest = word;

	if (str_starts(word, REF_DOCUMENT) && str_cut(word, ':', &document, &rest)) {
		if (document.n <= REF_DOCUMENT.n)
			return false;
	}
	if (!str_starts(rest, REF_LICENCE) || rest.n <= REF_LICENCE.n)
		return false;
	for (size_t i = REF_LICENCE.n; i < rest.n; i++) {
		if (!is_alnum(rest.p[i]) && rest.p[i] != '-' && rest.p[i] != '.')
			return false;
	}
	return true;
}

static int parse_all(str text, struct arena *arena, bool loose, bool *certain,
		     const struct licence **out, struct err *err);

/* Lists are ours: what they name can be read. */
static const struct licence *of_list(struct reader *r, str expression)
{
	const struct licence *found = NULL;
	bool certain = true;
	struct err unused;

	if (parse_all(expression, r->arena, false, &certain, &found, &unused) < 0)
		return NULL;
	r->parts += found->op == LICENCE_ONE ? 1 : found->n;
	return found;
}

/* An identifier, a reference or a name that stands for one; NULL: none. */
static const struct licence *strict_one(struct reader *r, str word)
{
	struct licence *one;
	str id, names = licence_list_name(word);

	if (is_ref(word))
		return new_one(r, word, false);
	/* "GPL-2.0+" is an identifier of its own that was given up; names know its successor. */
	if (names.n > 0)
		return str_ieq(names, word) ? new_one(r, names, true) : of_list(r, names);
	id = licence_id(word);
	if (id.n > 0)
		return new_one(r, id, true);
	if (!str_ends(word, STR("+")))
		return NULL;
	id = licence_id(str_drop_end(word, 1));
	if (id.n == 0)
		return NULL;
	one = new_one(r, id, true);
	one->or_later = true;
	return one;
}

static const struct licence *loose_one(struct reader *r, str word);

/* "MIT/Apache-2.0": a choice, if every piece of it is known. */
static const struct licence *choice_of(struct reader *r, str word)
{
	struct licence *list = ARENA_NEW(r->arena, struct licence);
	str rest = word, piece;
	size_t cap = 0;

	if (str_find_char(word, '/') < 0 || str_find(word, STR("://")) >= 0)
		return NULL;
	list->op = LICENCE_OR;
	while (str_split(&rest, '/', &piece)) {
		const struct licence *one;

		piece = str_trim(piece);
		one = piece.n > 0 ? loose_one(r, piece) : NULL;
		if (!one || (one->op == LICENCE_ONE && !one->known))
			return NULL;
		list_add(r, list, &cap, one);
	}
	return list;
}

/* NULL: not understood. */
static const struct licence *loose_one(struct reader *r, str word)
{
	const struct licence *found = strict_one(r, word);
	bool certain = true;
	str family;

	if (found)
		return found;
	family = licence_url(word, r->arena);
	if (family.n == 0)
		family = licence_family(word, r->arena, &certain);
	if (family.n > 0 && (found = of_list(r, family))) {
		r->certain = r->certain && certain;
		return found;
	}
	return choice_of(r, word);
}

/* ---- grammar ---- */

static int read_all(struct reader *r, const struct licence **out);

static int read_group(struct reader *r, const struct licence **out)
{
	if (r->depth >= LICENCE_MAX_DEPTH)
		return fail(r, "parentheses are nested too deep");
	r->depth++;
	r->rest = str_skip(r->rest, 1);
	if (read_all(r, out) < 0)
		return -1;
	r->depth--;
	skip_space(r);
	if (r->rest.n == 0 || r->rest.p[0] != ')')
		return fail(r, "')' is missing");
	r->rest = str_skip(r->rest, 1);
	return 0;
}

static int read_simple(struct reader *r, const struct licence **out)
{
	str word;

	skip_space(r);
	if (r->parts >= LICENCE_MAX_PARTS)
		return fail(r, "too many licences");
	if (r->rest.n > 0 && r->rest.p[0] == '(')
		return read_group(r, out);
	word = operand(r);
	if (word.n == 0)
		return fail(r, "a licence is missing");
	*out = r->loose ? loose_one(r, word) : strict_one(r, word);
	if (!*out && r->loose)
		*out = new_one(r, word, false);
	return *out ? 0 : fail(r, "what stands before is no identifier of SPDX's list");
}

static int read_with(struct reader *r, const struct licence **out)
{
	str word, exception;
	struct licence *one;

	if (read_simple(r, out) < 0)
		return -1;
	if (!take_word(r, WORD_WITH))
		return 0;
	word = operand(r);
	exception = is_ref(word) || str_starts(word, STR("AdditionRef-")) ? word
									  : licence_exception(word);
	if ((*out)->op != LICENCE_ONE || (*out)->exception.n > 0)
		return fail(r, "WITH belongs behind one licence");
	if (exception.n == 0 && !r->loose)
		return fail(r, "what stands before is no exception of SPDX's list");
	one = ARENA_NEW(r->arena, struct licence);
	*one = **out;
	one->exception = exception;
	if (exception.n == 0) { /* not understood: as it was told */
		one->id = str_fmt(r->arena, "%.*s with %.*s", STR_ARG((*out)->id), STR_ARG(word));
		one->known = false;
	}
	*out = one;
	return 0;
}

/* Operands of one operator; each is read by `read`. */
static int read_list(struct reader *r, enum word word,
		     int (*read)(struct reader *, const struct licence **),
		     const struct licence **out)
{
	struct licence *list;
	size_t cap = 0;

	if (read(r, out) < 0)
		return -1;
	if (!take_word(r, word))
		return 0;
	list = ARENA_NEW(r->arena, struct licence);
	list->op = word == WORD_AND ? LICENCE_AND : LICENCE_OR;
	list_add(r, list, &cap, *out);
	do {
		if (read(r, out) < 0)
			return -1;
		list_add(r, list, &cap, *out);
	} while (take_word(r, word));
	*out = list;
	return 0;
}

static int read_and(struct reader *r, const struct licence **out)
{
	return read_list(r, WORD_AND, read_with, out);
}

static int read_or(struct reader *r, const struct licence **out)
{
	return read_list(r, WORD_OR, read_and, out);
}

static bool take_comma(struct reader *r)
{
	bool any = false;

	skip_space(r);
	while (r->rest.n > 0 && is_comma(r, r->rest.p[0])) {
		r->rest = str_skip(r->rest, 1);
		skip_space(r);
		any = true;
	}
	return any && r->rest.n > 0 && r->rest.p[0] != ')';
}

/*
 * A comma binds loosest (Debian's machine-readable form): "A or B, and C". One without an operator
 * behind it means what stands between the last ones, "A, B or C", else all of them.
 */
static int read_all(struct reader *r, const struct licence **out)
{
	const struct licence *parts[64];
	struct licence *list;
	enum licence_op op = LICENCE_ONE;
	size_t n = 0, cap = 0;

	if (read_or(r, out) < 0)
		return -1;
	while (n < ARRAY_LEN(parts)) {
		parts[n++] = *out;
		if (!take_comma(r))
			break;
		if (take_word(r, WORD_AND))
			op = LICENCE_AND;
		else if (take_word(r, WORD_OR))
			op = LICENCE_OR;
		if (read_or(r, out) < 0)
			return -1;
	}
	if (n == 1)
		return 0;
	if (op == LICENCE_ONE)
		op = parts[n - 1]->op == LICENCE_OR ? LICENCE_OR : LICENCE_AND;
	list = ARENA_NEW(r->arena, struct licence);
	list->op = op;
	for (size_t i = 0; i < n; i++)
		list_add(r, list, &cap, parts[i]);
	*out = list;
	return 0;
}

static int parse_all(str text, struct arena *arena, bool loose, bool *certain,
		     const struct licence **out, struct err *err)
{
	struct reader r = { .arena = arena,
			    .text = text,
			    .rest = text,
			    .loose = loose,
			    .certain = true,
			    .err = err };
	const struct licence *whole = NULL;

	if (text.n > LICENCE_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "licence expression: more than %u bytes",
			       LICENCE_MAX_BYTES);
	if (read_all(&r, &whole) < 0)
		return -1;
	skip_space(&r);
	if (r.rest.n > 0)
		return fail(&r, "AND, OR or the end is expected");
	*certain = r.certain;
	*out = whole;
	return 0;
}

int licence_parse(str text, struct arena *arena, const struct licence **out, struct err *err)
{
	bool certain;

	return parse_all(str_trim(text), arena, false, &certain, out, err);
}

const struct licence *licence_read(str text, struct arena *arena, bool *certain)
{
	struct reader r = { .arena = arena, .certain = true };
	const struct licence *found = NULL;
	struct err unused;

	text = str_trim(text);
	*certain = true;
	if (text.n == 0 || text.n > LICENCE_MAX_BYTES)
		return NULL;
	if (parse_all(text, arena, false, certain, &found, &unused) == 0)
		return found;
	/* A name may hold "and" or "or" itself. */
	found = loose_one(&r, text);
	*certain = r.certain;
	if (found || parse_all(text, arena, true, certain, &found, &unused) == 0)
		return found;
	*certain = true;
	return new_one(&r, text, false);
}

/* ---- writing ---- */

static void put(struct buf *b, const struct licence *l, enum licence_op in)
{
	if (l->op == LICENCE_ONE) {
		buf_add(b, l->id);
		if (l->or_later)
			buf_byte(b, '+');
		if (l->exception.n > 0) {
			BUF_LIT(b, " WITH ");
			buf_add(b, l->exception);
		}
		return;
	}
	bool wrap = l->op == LICENCE_OR && in == LICENCE_AND;
	if (wrap)
		buf_byte(b, '(');
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			buf_add(b, l->op == LICENCE_AND ? STR(" AND ") : STR(" OR "));
		put(b, l->of[i], l->op);
	}
	if (wrap)
		buf_byte(b, ')');
}

str licence_print(const struct licence *licence, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	/* Names of lists are at most so much longer than what stood for them. */
	buf_init(&b, 64u * LICENCE_MAX_BYTES);
	put(&b, licence, LICENCE_ONE);
	return str_dup(arena, buf_str(&b));
}

bool licence_normal(str text, struct arena *arena, str *out)
{
	const struct licence *licence;
	struct err unused;

	if (licence_parse(text, arena, &licence, &unused) < 0)
		return false;
	*out = licence_print(licence, arena);
	return true;
}

static bool all_known(const struct licence *l)
{
	if (l->op == LICENCE_ONE)
		return l->known || is_ref(l->id);
	for (size_t i = 0; i < l->n; i++) {
		if (!all_known(l->of[i]))
			return false;
	}
	return true;
}

bool licence_sure(str text, struct arena *arena, str *out)
{
	bool certain;
	const struct licence *licence = licence_read(text, arena, &certain);

	if (!licence || !certain || !all_known(licence))
		return false;
	*out = licence_print(licence, arena);
	return true;
}

str licence_ref(str text, struct arena *arena)
{
	str head = REF_LICENCE;
	size_t n = size_min(text.n, 512), used = 0;
	char *p = arena_bytes(arena, head.n + n + 1);

	memcpy(p, head.p, head.n);
	for (size_t i = 0; i < n; i++) {
		char c = text.p[i];

		if (is_alnum(c) || c == '.')
			p[head.n + used++] = c;
		else if (used > 0 && p[head.n + used - 1] != '-')
			p[head.n + used++] = '-';
	}
	while (used > 0 && p[head.n + used - 1] == '-')
		used--;
	if (used == 0) /* nothing of it may stand there: tell texts apart nonetheless */
		return str_fmt(arena, "LicenseRef-%016llx", (unsigned long long)str_hash(text, 0));
	return str_of(p, head.n + used);
}
