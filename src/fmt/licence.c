/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/licence.h"

#include "base/buf.h"
#include "base/num.h"

static const unsigned char ids[] = {
#include "spdx_licences.txt.inc"
};
static const unsigned char exceptions[] = {
#include "spdx_exceptions.txt.inc"
};
static const unsigned char names[] = {
#include "licence_names.txt.inc"
};

/* ---- lists: sorted lines, compared without case ---- */

static int compare(str a, str b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		int order = (unsigned char)to_lower(a.p[i]) - (unsigned char)to_lower(b.p[i]);

		if (order)
			return order;
	}
	return a.n < b.n ? -1 : a.n > b.n;
}

static str line_at(str list, size_t *start)
{
	size_t from = *start, to = *start;

	while (from > 0 && list.p[from - 1] != '\n')
		from--;
	while (to < list.n && list.p[to] != '\n')
		to++;
	*start = from;
	return str_of(list.p + from, to - from);
}

/* Key of a line: what stands before " = ". */
static str key_of(str line)
{
	ptrdiff_t at = str_find(line, STR(" = "));

	return at < 0 ? line : str_take(line, (size_t)at);
}

static str list_body(const unsigned char *bytes, size_t n)
{
	str list = str_of((const char *)bytes, n), line, rest = list;

	while (str_line(&rest, &line) && str_starts(line, STR("#")))
		list = rest;
	return list;
}

/* The line whose key is `name`, or empty. */
static str find(str list, str name)
{
	size_t low = 0, high = list.n;

	while (low < high) {
		size_t at = low + (high - low) / 2;
		str line = line_at(list, &at);
		int order = compare(name, key_of(line));

		if (order == 0)
			return line;
		if (order < 0)
			high = at;
		else
			low = at + line.n + 1;
	}
	return STR_EMPTY;
}

str licence_id(str name)
{
	return str_empty(name) ? STR_EMPTY : find(list_body(ids, sizeof(ids)), name);
}

str licence_exception(str name)
{
	return str_empty(name) ? STR_EMPTY : find(list_body(exceptions, sizeof(exceptions)), name);
}

/* Only where the name stands for exactly this identifier. */
static str by_name(str name)
{
	str line = find(list_body(names, sizeof(names)), name), key, id;

	return line.n > 0 && str_cut(line, '=', &key, &id) ? str_trim(id) : STR_EMPTY;
}

/* ---- expressions ---- */

enum operator{ OP_NONE, OP_OR, OP_AND, OP_WITH };

struct reader {
	struct arena *arena;
	str rest;
	unsigned depth;
};

/* An expression that was read, and its loosest operator. */
struct part {
	str text;
	enum operator op;
};

static void skip_space(struct reader *r)
{
	while (r->rest.n > 0 && is_space(r->rest.p[0]))
		r->rest = str_skip(r->rest, 1);
}

static str next_word(str rest)
{
	size_t n = 0;

	while (n < rest.n && !is_space(rest.p[n]) && rest.p[n] != '(' && rest.p[n] != ')')
		n++;
	return str_take(rest, n);
}

static enum operator operator_of(str word)
{
	if (str_ieq(word, STR("and")) || str_eq(word, STR("&")))
		return OP_AND;
	if (str_ieq(word, STR("or")) || str_eq(word, STR("|")))
		return OP_OR;
	return str_ieq(word, STR("with")) ? OP_WITH : OP_NONE;
}

static bool is_ref(str word)
{
	str document, rest = word;

	if (str_starts(word, STR("DocumentRef-")) && str_cut(word, ':', &document, &rest)) {
		if (document.n <= 12)
			return false;
	}
	if (!str_starts(rest, STR("LicenseRef-")) || rest.n <= 11)
		return false;
	for (size_t i = 11; i < rest.n; i++) {
		if (!is_alnum(rest.p[i]) && rest.p[i] != '-' && rest.p[i] != '.')
			return false;
	}
	return true;
}

/* All words up to an operator or parenthesis, one space between: names may have several. */
static str operand(struct reader *r)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, LICENCE_MAX_BYTES);
	for (;;) {
		skip_space(r);
		str word = next_word(r->rest);

		if (str_empty(word) || operator_of(word) != OP_NONE)
			break;
		if (b.n > 0)
			buf_byte(&b, ' ');
		buf_add(&b, word);
		r->rest = str_skip(r->rest, word.n);
	}
	return str_dup(r->arena, buf_str(&b));
}

static bool read_id(struct reader *r, str *out)
{
	str word = operand(r), id;

	if (is_ref(word)) {
		*out = word;
		return true;
	}
	/* "GPL-2.0+" is an identifier of its own that was given up; names know its successor. */
	id = by_name(word);
	if (str_empty(id))
		id = licence_id(word);
	if (str_empty(id) && str_ends(word, STR("+"))) {
		id = licence_id(str_drop_end(word, 1));
		if (id.n > 0)
			id = str_cat(r->arena, id, STR("+"));
	}
	*out = id;
	return id.n > 0;
}

static bool read_all(struct reader *r, struct part *out);

static bool read_simple(struct reader *r, struct part *out)
{
	skip_space(r);
	if (r->rest.n > 0 && r->rest.p[0] == '(') {
		if (r->depth >= LICENCE_MAX_DEPTH)
			return false;
		r->depth++;
		r->rest = str_skip(r->rest, 1);
		bool ok = read_all(r, out);
		r->depth--;
		skip_space(r);
		if (!ok || r->rest.n == 0 || r->rest.p[0] != ')')
			return false;
		r->rest = str_skip(r->rest, 1);
		return true;
	}
	out->op = OP_NONE;
	return read_id(r, &out->text);
}

static bool take_operator(struct reader *r, enum operator op)
{
	skip_space(r);
	str word = next_word(r->rest);

	if (operator_of(word) != op)
		return false;
	r->rest = str_skip(r->rest, word.n);
	return true;
}

static bool read_with(struct reader *r, struct part *out)
{
	str exception;

	if (!read_simple(r, out))
		return false;
	if (!take_operator(r, OP_WITH))
		return true;
	exception = licence_exception(operand(r));
	if (str_empty(exception) || out->op != OP_NONE)
		return false;
	out->text = str_fmt(r->arena, "%.*s WITH %.*s", STR_ARG(out->text), STR_ARG(exception));
	out->op = OP_WITH;
	return true;
}

static void put_part(struct buf *b, const struct part *part, enum operator in)
{
	bool wrap = part->op == OP_OR && in == OP_AND;

	if (wrap)
		buf_byte(b, '(');
	buf_add(b, part->text);
	if (wrap)
		buf_byte(b, ')');
}

/* Operands of one operator; each is read by `read`. */
static bool read_list(struct reader *r, enum operator op,
		      bool (*read)(struct reader *, struct part *), struct part *out)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct part part;

	if (!read(r, &part))
		return false;
	buf_init(&b, LICENCE_MAX_BYTES * 2);
	if (!take_operator(r, op)) {
		*out = part;
		return true;
	}
	put_part(&b, &part, op);
	do {
		if (!read(r, &part))
			return false;
		buf_add(&b, op == OP_AND ? STR(" AND ") : STR(" OR "));
		put_part(&b, &part, op);
	} while (take_operator(r, op));
	*out = (struct part){ .text = str_dup(r->arena, buf_str(&b)), .op = op };
	return !b.overflow;
}

static bool read_and(struct reader *r, struct part *out)
{
	return read_list(r, OP_AND, read_with, out);
}

static bool read_all(struct reader *r, struct part *out)
{
	return read_list(r, OP_OR, read_and, out);
}

bool licence_normal(str text, struct arena *arena, str *out)
{
	struct reader r = { .arena = arena, .rest = str_trim(text) };
	struct part whole;

	if (str_empty(r.rest) || r.rest.n > LICENCE_MAX_BYTES || !read_all(&r, &whole))
		return false;
	skip_space(&r);
	if (r.rest.n > 0)
		return false;
	*out = whole.text;
	return true;
}

str licence_ref(str text, struct arena *arena)
{
	str head = STR("LicenseRef-");
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
