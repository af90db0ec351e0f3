/* SPDX-License-Identifier: Apache-2.0 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "scan/secret/search.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <pcre2.h>

#include "base/err.h"
#include "base/num.h"
#include "base/path.h"
#include "scan/secret/keyword.h"
#include "scan/secret/value.h"

#define WINDOW	     (96u << 10) /* text held at once */
#define BEHIND	     512u	 /* kept of what was searched: for `before` and looking back */
#define FREE_BEFORE  512u	 /* how far from a keyword a rule of the user may begin ... */
#define FREE_AFTER   2048u	 /* ... and end */
#define ALLOW_LOOK   160u	 /* bytes of a value that allow rules see */
#define STEPS_MAX    60000u	 /* of one try */
#define HEAP_MAX_KIB 2048u
#define TRIES_BASE   20000u
#define TRIES_SHARE  64u /* one more try for so many bytes */

/* What is compiled of a kind, when it is needed first. */
struct compiled {
	pcre2_code *code;
	pcre2_code **allow; /* beside kind->allow */
	pcre2_code *path;
	uint64_t done_to; /* in this text: what was matched, or need not be looked at again */
	uint64_t text;	  /* for which `done_to` holds */
	bool here;	  /* `path` or `paths` fit this text */
};

struct secret_search {
	const struct secret_kinds *kinds;
	struct arena *arena;
	struct compiled *compiled; /* beside kinds->items */
	pcre2_code **allow;	   /* beside kinds->allow */
	pcre2_code **allow_paths;
	pcre2_match_data *match;
	pcre2_match_context *context;
	struct keyword_table table;
	bool any_paths, any_free; /* kinds that are not in the table */
	/* This text: */
	uint64_t number;
	str path;
	struct utf16 utf16;
	enum text_form form;
	bool local;		/* a kind that is not in the table is wanted here */
	char *window;		/* WINDOW bytes */
	size_t n, scanned;	/* bytes in the window; of these searched */
	uint64_t base;		/* place of the window in the text */
	uint64_t lines;		/* in front of the window */
	uint64_t tries, passed; /* regular expressions tried; bytes passed over by others */
	bool gave_up;
	struct secret_found found[SEARCH_FOUND_MAX];
	size_t found_n;
	uint64_t dropped;
};

/* ---- setting up ---- */

static pcre2_code *compile(str regex, struct err *err)
{
	int code = 0;
	PCRE2_SIZE at = 0;
	unsigned char text[256] = "";
	pcre2_code *out = pcre2_compile((PCRE2_SPTR)regex.p, regex.n, 0, &code, &at, NULL);

	if (out)
		return out;
	IGNORE(pcre2_get_error_message(code, text, sizeof(text))); /* a cut message will do */
	return err_null(err, ERR_USAGE, "regular expression '%.*s': %s at %zu",
			STR_ARG(str_take(regex, 200)), (const char *)text, (size_t)at);
}

static int compile_list(struct arena *arena, const str *items, size_t n, pcre2_code ***out,
			struct err *err)
{
	*out = ARENA_ARRAY(arena, pcre2_code *, n);
	for (size_t i = 0; i < n; i++) {
		(*out)[i] = compile(items[i], err);
		if (!(*out)[i])
			return -1;
	}
	return 0;
}

static int compile_kind(struct secret_search *m, size_t i, struct err *err)
{
	const struct secret_kind *kind = &m->kinds->items[i];
	struct compiled *c = &m->compiled[i];

	if (c->code)
		return 0;
	c->code = compile(kind->regex, err);
	if (!c->code || compile_list(m->arena, kind->allow, kind->allow_n, &c->allow, err) < 0)
		return err_wrap(err, "kind %.*s", STR_ARG(kind->id));
	if (kind->path_regex.n > 0) {
		c->path = compile(kind->path_regex, err);
		if (!c->path)
			return err_wrap(err, "kind %.*s: path", STR_ARG(kind->id));
	}
	return 0;
}

int secret_search_check(struct secret_search *m, struct err *err)
{
	for (size_t i = 0; i < m->kinds->n; i++) {
		if (compile_kind(m, i, err) < 0)
			return -1;
	}
	return 0;
}

static bool in_table(const struct secret_kind *kind)
{
	return kind->path_n == 0 && kind->keyword_n > 0;
}

static int set_up(struct secret_search *m, struct err *err)
{
	const struct secret_kinds *kinds = m->kinds;

	for (size_t i = 0; i < kinds->n; i++) {
		const struct secret_kind *kind = &kinds->items[i];

		/* Built-in ones are compiled when they are needed; their tests compile them all. */
		if (kind->free && compile_kind(m, i, err) < 0)
			return -1;
		m->any_paths |= kind->path_n > 0;
		m->any_free |= kind->keyword_n == 0 && kind->free;
		for (size_t k = 0; k < kind->keyword_n && in_table(kind); k++)
			keyword_add(&m->table, m->arena, kind->keywords[k], (uint16_t)i);
	}
	keyword_seal(&m->table);
	return compile_list(m->arena, kinds->allow, kinds->allow_n, &m->allow, err) < 0 ||
			       compile_list(m->arena, kinds->allow_paths, kinds->allow_path_n,
					    &m->allow_paths, err) < 0
		       ? -1
		       : 0;
}

int secret_search_new(const struct secret_kinds *kinds, struct secret_search **out, struct err *err)
{
	struct secret_search *m = mem_zalloc(sizeof(*m));

	assert(kinds->n <= UINT16_MAX);
	m->kinds = kinds;
	m->arena = arena_new();
	m->compiled = ARENA_ARRAY(m->arena, struct compiled, kinds->n);
	m->match = pcre2_match_data_create(16, NULL);
	m->context = pcre2_match_context_create(NULL);
	m->window = mem_alloc(WINDOW);
	if (!m->match || !m->context) {
		secret_search_free(m);
		return err_set(err, ERR_SYS, "no memory for regular expressions");
	}
	IGNORE(pcre2_set_match_limit(m->context, STEPS_MAX));	/* always 0 */
	IGNORE(pcre2_set_heap_limit(m->context, HEAP_MAX_KIB)); /* always 0 */
	if (set_up(m, err) < 0) {
		secret_search_free(m);
		return -1;
	}
	*out = m;
	return 0;
}

static void free_list(pcre2_code **list, size_t n)
{
	for (size_t i = 0; list && i < n; i++)
		pcre2_code_free(list[i]);
}

void secret_search_free(struct secret_search *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->kinds->n; i++) {
		pcre2_code_free(m->compiled[i].code);
		pcre2_code_free(m->compiled[i].path);
		free_list(m->compiled[i].allow, m->kinds->items[i].allow_n);
	}
	free_list(m->allow, m->kinds->allow_n);
	free_list(m->allow_paths, m->kinds->allow_path_n);
	pcre2_match_data_free(m->match);
	pcre2_match_context_free(m->context);
	OPENSSL_cleanse(m->window, WINDOW);
	free(m->window);
	arena_free(m->arena);
	free(m);
}

/* ---- values ---- */

/* Whether the expression is found in the text: 1, 0; -1 over a limit. */
static int found_in(struct secret_search *m, const pcre2_code *code, str text)
{
	int got = pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, PCRE2_NO_UTF_CHECK, m->match,
			      m->context);

	if (got < 0 && got != PCRE2_ERROR_NOMATCH)
		m->gave_up = true;
	return got >= 0 ? 1 : got == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

static bool is_allowed(struct secret_search *m, size_t i, str value)
{
	const struct secret_kind *kind = &m->kinds->items[i];
	str look = str_take(value, ALLOW_LOOK);

	for (size_t k = 0; k < m->kinds->allow_n; k++) {
		if (found_in(m, m->allow[k], look) > 0)
			return true;
	}
	for (size_t k = 0; k < kind->allow_n; k++) {
		if (found_in(m, m->compiled[i].allow[k], look) > 0)
			return true;
	}
	return false;
}

/* ---- what was found ---- */

typedef uint8_t lanes __attribute__((vector_size(16)));

/* Line feeds: many at once, since all text that goes by is counted. */
static uint64_t lines_in(const char *p, size_t n)
{
	uint64_t lines = 0;
	size_t i = 0;

	while (i + sizeof(lanes) <= n) {
		/* No lane can overflow in so many steps. */
		size_t end = size_min(n, i + UINT8_MAX * sizeof(lanes));
		lanes sum = { 0 };

		for (; i + sizeof(lanes) <= end; i += sizeof(lanes)) {
			lanes v;

			memcpy(&v, p + i, sizeof(v));
			sum -= (lanes)(v == '\n');
		}
		for (size_t k = 0; k < sizeof(lanes); k++)
			lines += sum[k];
	}
	for (; i < n; i++)
		lines += p[i] == '\n';
	return lines;
}

/* Of two kinds for the same text the earlier one counts. True: `found` has nothing to add. */
static bool is_known(struct secret_search *m, const struct secret_found *found)
{
	for (size_t i = m->found_n; i > 0; i--) {
		struct secret_found *other = &m->found[i - 1];

		if (found->from >= other->to || other->from >= found->to)
			continue;
		if (found->kind < other->kind)
			*other = *found;
		return true;
	}
	return false;
}

static void keep(struct secret_search *m, size_t kind, size_t from, size_t to)
{
	str value;
	struct secret_found found = { .kind = &m->kinds->items[kind],
				      .line = 1 + m->lines + lines_in(m->window, from),
				      .from = m->base + from,
				      .to = m->base + to };

	value = str_of(m->window + from, to - from);
	found.length = value.n;
	value_shown(value, found.shown);
	value_digest(value, found.digest);
	if (is_known(m, &found))
		return;
	if (m->found_n == SEARCH_FOUND_MAX)
		m->dropped++;
	else
		m->found[m->found_n++] = found;
}

/* ---- trying a kind ---- */

/* Which group is the secret. */
static size_t group_of(struct secret_search *m, size_t i, int groups)
{
	const struct secret_kind *kind = &m->kinds->items[i];
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(m->match);
	int number = groups > 1 ? 1 : 0;

	if (str_eq(kind->group, STR("last"))) {
		number = groups - 1;
	} else if (kind->group.n > 0) {
		char *name = str_cstr(m->arena, kind->group);
		int found = pcre2_substring_number_from_name(m->compiled[i].code, (PCRE2_SPTR)name);

		number = found > 0 && found < groups ? found : 0;
	} else if (kind->free) {
		number = 0;
	}
	return at[(size_t)number * 2] == PCRE2_UNSET ? 0 : (size_t)number;
}

/* The match in the window that starts at `start`; its group is the value. */
static void judge(struct secret_search *m, size_t i, size_t start, int groups)
{
	const struct secret_kind *kind = &m->kinds->items[i];
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(m->match);
	size_t group = group_of(m, i, groups);
	size_t from = start + at[group * 2], to = start + at[group * 2 + 1];
	size_t end = start + at[1];
	str value = str_of(m->window + from, to - from);

	if (kind->edge && end < m->n && is_alnum(m->window[end]))
		return;
	m->compiled[i].done_to = m->base + end;
	if (value.n == 0 || (kind->entropy > 0 && value_entropy(value) < kind->entropy) ||
	    (kind->weak && !value_looks_chosen(value)) || is_allowed(m, i, value))
		return;
	keep(m, i, from, to);
}

static bool may_try(struct secret_search *m)
{
	if (m->tries++ < TRIES_BASE + (m->base + m->n + m->passed) / TRIES_SHARE)
		return true;
	m->gave_up = true;
	return false;
}

/* The number of groups of a match in window[look, end), from `at` on; 0: none. */
static int match(struct secret_search *m, size_t i, size_t look, size_t at, size_t end,
		 uint32_t options)
{
	struct err unused;
	int got;

	if (!may_try(m))
		return 0;
	if (compile_kind(m, i, &unused) < 0) {
		m->gave_up = true;
		return 0;
	}
	got = pcre2_match(m->compiled[i].code, (PCRE2_SPTR)m->window + look, end - look, at - look,
			  options | PCRE2_NO_UTF_CHECK, m->match, m->context);
	if (got < 0 && got != PCRE2_ERROR_NOMATCH)
		m->gave_up = true;
	/* 0: more groups than are kept; the whole is there. */
	return got < 0 ? 0 : got == 0 ? 1 : got;
}

/* A kind of the data: its match begins at a fixed distance from the keyword. */
static void try_at(struct secret_search *m, size_t i, size_t at)
{
	const struct secret_kind *kind = &m->kinds->items[i];
	size_t begin, look, end;
	int groups;

	if (at < kind->before)
		return;
	begin = at - kind->before;
	if (kind->edge && begin > 0 && is_alnum(m->window[begin - 1]))
		return;
	look = begin > BEHIND / 4 ? begin - BEHIND / 4 : 0;
	end = size_min(m->n, at + SEARCH_AHEAD);
	groups = match(m, i, look, begin, end, PCRE2_ANCHORED);
	if (groups > 0)
		judge(m, i, look, groups);
}

/* A rule of the user: everything in window[from, to) that was not looked at yet. */
static void try_around(struct secret_search *m, size_t i, size_t from, size_t to)
{
	struct compiled *c = &m->compiled[i];

	while (from < to) {
		int groups;

		if (m->base + from < c->done_to)
			from = (size_t)(c->done_to - m->base);
		groups = from < to ? match(m, i, 0, from, to, 0) : 0;
		if (groups == 0)
			break;
		size_t end = pcre2_get_ovector_pointer(m->match)[1];
		judge(m, i, 0, groups);
		from = end > from ? end : from + 1;
	}
	if (m->base + to > c->done_to)
		c->done_to = m->base + to;
}

static bool fits_path(struct secret_search *m, size_t i)
{
	const struct secret_kind *kind = &m->kinds->items[i];
	const pcre2_code *regex = m->compiled[i].path;

	for (size_t k = 0; k < kind->except_n; k++) {
		if (path_glob(kind->except[k], m->path))
			return false;
	}
	for (size_t k = 0; k < kind->path_n; k++) {
		if (path_glob(kind->paths[k], m->path))
			return true;
	}
	return kind->path_n == 0 && (!regex || found_in(m, regex, m->path) > 0);
}

/* What is remembered of the kind for this text; NULL: it is not wanted in files of this name. */
static struct compiled *of_this_text(struct secret_search *m, size_t i)
{
	struct compiled *c = &m->compiled[i];

	if (c->text != m->number) {
		c->text = m->number;
		c->done_to = 0;
		c->here = fits_path(m, i);
	}
	return c->here ? c : NULL;
}

static void try_kind(struct secret_search *m, size_t i, size_t at)
{
	const struct compiled *c = of_this_text(m, i);

	if (!c || m->base + at < c->done_to)
		return;
	if (!m->kinds->items[i].free)
		try_at(m, i, at);
	else
		try_around(m, i, at > FREE_BEFORE ? at - FREE_BEFORE : 0,
			   size_min(m->n, at + FREE_AFTER));
}

static void hit(void *context, const struct keyword *keyword, size_t at)
{
	try_kind(context, keyword->owner, at);
}

/* ---- kinds that are not in the table ---- */

static bool has_keyword(const struct secret_search *m, const struct secret_kind *kind, size_t at)
{
	for (size_t k = 0; k < kind->keyword_n; k++) {
		if (m->n - at >= kind->keywords[k].n &&
		    str_ieq(str_of(m->window + at, kind->keywords[k].n), kind->keywords[k]))
			return true;
	}
	return false;
}

/* In files of a few names: byte by byte, or at the begin of each line. */
static void try_local(struct secret_search *m, size_t i, size_t from, size_t to)
{
	const struct secret_kind *kind = &m->kinds->items[i];

	if (!of_this_text(m, i))
		return;
	if (kind->free) {
		try_around(m, i, from > FREE_BEFORE ? from - FREE_BEFORE : 0,
			   size_min(m->n, to + FREE_AFTER));
		return;
	}
	for (size_t at = from; at < to && !m->gave_up; at++) {
		bool line = at > 0 ? m->window[at - 1] == '\n' : m->base == 0;

		if (kind->keyword_n > 0 ? has_keyword(m, kind, at) : line)
			try_kind(m, i, at);
	}
}

/* ---- the text ---- */

static void search_to(struct secret_search *m, size_t to)
{
	keyword_find(&m->table, m->window, m->n, m->scanned, to, m, hit);
	for (size_t i = 0; i < m->kinds->n && m->local; i++) {
		if (!in_table(&m->kinds->items[i]))
			try_local(m, i, m->scanned, to);
	}
	m->scanned = to;
}

/* Makes room: what was searched goes, but for the last of it. */
static void slide(struct secret_search *m)
{
	size_t gone = m->scanned > BEHIND ? m->scanned - BEHIND : 0;

	m->lines += lines_in(m->window, gone);
	memmove(m->window, m->window + gone, m->n - gone);
	m->base += gone;
	m->n -= gone;
	m->scanned -= gone;
}

static bool any_local(struct secret_search *m)
{
	for (size_t i = 0; i < m->kinds->n && (m->any_paths || m->any_free); i++) {
		if (!in_table(&m->kinds->items[i]) && of_this_text(m, i))
			return true;
	}
	return false;
}

bool secret_search_wants(struct secret_search *m, str path)
{
	for (size_t i = 0; i < m->kinds->allow_path_n; i++) {
		if (found_in(m, m->allow_paths[i], path) > 0)
			return false;
	}
	return true;
}

void secret_search_begin(struct secret_search *m, str path, enum text_form form)
{
	m->number++;
	m->path = path;
	m->form = form;
	m->utf16 = (struct utf16){ .big = form == TEXT_UTF16_BE };
	m->n = m->scanned = 0;
	m->base = m->lines = m->tries = m->passed = m->dropped = 0;
	m->gave_up = false;
	m->found_n = 0;
	m->local = any_local(m);
}

void secret_search_take(struct secret_search *m, str piece)
{
	while (piece.n > 0) {
		size_t room = WINDOW - m->n, taken = size_min(room, piece.n);

		if (m->form == TEXT_BYTES) {
			memcpy(m->window + m->n, piece.p, taken);
			m->n += taken;
		} else if (room > 1) {
			taken = size_min(2 * (room - 1), piece.n);
			m->n += utf16_narrow(&m->utf16, str_take(piece, taken), m->window + m->n);
		} else {
			taken = 0;
		}
		piece = str_skip(piece, taken);
		if (m->n + 1 >= WINDOW) {
			search_to(m, m->n - SEARCH_AHEAD);
			slide(m);
		}
	}
}

void secret_search_pass(struct secret_search *m, uint64_t n) { m->passed += n; }

const struct keyword_table *secret_search_table(const struct secret_search *m) { return &m->table; }

static int by_place(const void *a, const void *b)
{
	const struct secret_found *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

void secret_search_end(struct secret_search *m)
{
	search_to(m, m->n);
	OPENSSL_cleanse(m->window, m->base > 0 ? WINDOW : m->n);
	if (m->found_n > 1)
		qsort(m->found, m->found_n, sizeof(*m->found), by_place);
}

const struct secret_found *secret_search_found(const struct secret_search *m, size_t *n)
{
	*n = m->found_n;
	return m->found;
}

uint64_t secret_search_dropped(const struct secret_search *m) { return m->dropped; }
bool secret_search_gave_up(const struct secret_search *m) { return m->gave_up; }
