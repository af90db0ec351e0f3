/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/item.h"

void item_reader_init(struct item_reader *r, int (*pull)(void *data, str *chunk, struct err *err),
		      void *data, size_t max)
{
	*r = (struct item_reader){ .pull = pull, .data = data, .max = max };
	buf_init(&r->window, 2 * max + (8u << 20));
	buf_init(&r->key, 4096);
}

void item_reader_done(struct item_reader *r)
{
	buf_done(&r->window);
	buf_done(&r->key);
}

static str rest_of(const struct item_reader *r)
{
	return r->window.p ? str_of(r->window.p + r->pos, r->window.n - r->pos) : STR_EMPTY;
}

/* More text behind what is there: 1, 0 at the end, -1. What is before pos may go. */
static int fill(struct item_reader *r, struct err *err)
{
	str chunk;
	int got;

	if (r->ended)
		return 0;
	got = r->pull(r->data, &chunk, err);
	if (got < 0)
		return -1;
	if (got == 0) {
		r->ended = true;
		return 0;
	}
	if (r->pos > 0 && r->pos >= r->window.n / 2) {
		memmove(r->window.p, r->window.p + r->pos, r->window.n - r->pos);
		r->window.n -= r->pos;
		r->pos = 0;
	}
	buf_add(&r->window, chunk);
	if (r->window.overflow)
		return err_set(err, ERR_LIMIT, "a piece of %zu bytes", chunk.n);
	return 1;
}

int item_peek(struct item_reader *r, size_t want, str *head, struct err *err)
{
	int got = 1;

	while (got > 0 && r->window.n - r->pos < want)
		got = fill(r, err);
	if (got < 0)
		return -1;
	*head = rest_of(r);
	return 0;
}

/*
 * A border finder sees the text from the start of an item and continues where it stopped. 1: the
 * item is `*n` bytes; 0: more text is needed.
 */
struct finder {
	size_t at;
	unsigned depth;
	bool in_string;
	const str *name; /* of the XML element */
};

static int find_line(struct finder *f, str s, size_t *n)
{
	const char *end = s.n > f->at ? memchr(s.p + f->at, '\n', s.n - f->at) : NULL;

	f->at = s.n;
	if (!end)
		return 0;
	*n = (size_t)(end - s.p) + 1;
	return 1;
}

/* RFC 4180: a line break between quotes belongs to the field. */
static int find_csv(struct finder *f, str s, size_t *n)
{
	for (; f->at < s.n; f->at++) {
		char c = s.p[f->at];

		if (c == '"')
			f->in_string = !f->in_string;
		if (c == '\n' && !f->in_string) {
			*n = f->at + 1;
			return 1;
		}
	}
	return 0;
}

/* Behind the string that f->at is inside of; false when more text is needed. */
static bool pass_string(struct finder *f, str s)
{
	while (f->at < s.n) {
		char c = s.p[f->at];

		if (c == '\\') {
			if (f->at + 1 >= s.n)
				return false;
			f->at += 2;
			continue;
		}
		f->at++;
		if (c == '"') {
			f->in_string = false;
			return true;
		}
	}
	return false;
}

static bool ends_scalar(char c) { return is_space(c) || c == ',' || c == ']' || c == '}'; }

static int find_value(struct finder *f, str s, size_t *n)
{
	while (f->at < s.n) {
		char c = s.p[f->at];

		if (f->in_string) {
			if (!pass_string(f, s))
				return 0;
		} else if (c == '"') {
			f->in_string = true;
			f->at++;
			continue;
		} else if (c == '{' || c == '[') {
			f->depth++;
			f->at++;
			continue;
		} else if (c == '}' || c == ']') {
			if (f->depth == 0) {
				*n = f->at;
				return 1;
			}
			f->depth--;
			f->at++;
		} else if (f->depth == 0 && ends_scalar(c)) {
			*n = f->at;
			return 1;
		} else {
			f->at++;
			continue;
		}
		if (f->depth == 0) {
			*n = f->at;
			return 1;
		}
	}
	return 0;
}

/* Elements of which each is one advisory. */
static const str xml_names[] = { STR_INIT("definition"), STR_INIT("update") };

/* The name of such an element that starts here ("<update " or "<update>"), or NULL. */
static const str *xml_starts(str s)
{
	for (size_t i = 0; i < ARRAY_LEN(xml_names); i++) {
		str name = xml_names[i];

		if (s.n > name.n + 1 && *s.p == '<' &&
		    str_eq(str_take(str_skip(s, 1), name.n), name) &&
		    (is_space(s.p[name.n + 1]) || s.p[name.n + 1] == '>'))
			return &xml_names[i];
	}
	return NULL;
}

/* Up to the end of the element that starts at s. They do not stand inside each other. */
static int find_xml(struct finder *f, str s, size_t *n)
{
	char close[32];
	int length;
	ptrdiff_t at;

	if (!f->name)
		f->name = xml_starts(s);
	length = f->name ? snprintf(close, sizeof(close), "</%.*s>", STR_ARG(*f->name)) : 0;

	if (length <= 0)
		return 0;
	at = str_find(str_skip(s, f->at), str_of(close, (size_t)length));
	if (at >= 0) {
		*n = f->at + (size_t)at + (size_t)length;
		return 1;
	}
	/* The end may have begun. */
	f->at = s.n > (size_t)length ? s.n - (size_t)length : 0;
	return 0;
}

/* Length of the item at pos; 1, 0 when the stream ends inside it (*n is the rest), -1. */
static int measure(struct item_reader *r, int (*find)(struct finder *, str, size_t *), size_t *n,
		   bool *too_long, struct err *err)
{
	struct finder f = { 0 };
	int got;

	*too_long = false;
	for (;;) {
		if (find(&f, rest_of(r), n) > 0) {
			*too_long |= *n > r->max;
			return 1;
		}
		if (r->window.n - r->pos > r->max) {
			/* Only the border matters from here: drop what was seen. */
			*too_long = true;
			r->pos += f.at;
			f.at = 0;
		}
		got = fill(r, err);
		if (got < 0)
			return -1;
		if (got == 0) {
			*n = r->window.n - r->pos;
			return 0;
		}
	}
}

static void skip_space(struct item_reader *r, char also)
{
	while (r->pos < r->window.n &&
	       (is_space(r->window.p[r->pos]) || (also && r->window.p[r->pos] == also)))
		r->pos++;
}

/* At a byte that is neither white space nor `also`: 1, 0 at the end, -1. */
static int settle(struct item_reader *r, char also, struct err *err)
{
	for (;;) {
		int got;

		skip_space(r, also);
		if (r->pos < r->window.n)
			return 1;
		got = fill(r, err);
		if (got <= 0)
			return got;
	}
}

static int take(struct item_reader *r, int (*find)(struct finder *, str, size_t *),
		struct item *out, struct err *err)
{
	size_t n = 0;
	bool too_long;
	int whole = measure(r, find, &n, &too_long, err);

	if (whole < 0)
		return -1;
	if (n == 0 && r->pos < r->window.n)
		n = 1; /* a bracket that belongs nowhere: an item of its own, refused by its reader
			*/
	out->text = too_long ? STR_EMPTY : str_of(r->window.p + r->pos, n);
	out->too_long = too_long;
	out->cut = whole == 0;
	out->number = ++r->number;
	r->pos += n;
	return 1;
}

static int next_row(struct item_reader *r, struct item *out, struct err *err)
{
	bool csv = r->mode == ITEM_CSV;

	if (r->pos == r->window.n) {
		int got = fill(r, err);

		if (got <= 0)
			return got;
	}
	if (take(r, csv ? find_csv : find_line, out, err) < 0)
		return -1;
	out->text = str_rtrim(out->text);
	out->cut = false; /* a last line may lack its end */
	return 1;
}

/* The end of the element around all of them. */
static bool is_xml_end(str s)
{
	return str_starts(s, STR("</updates>")) || str_starts(s, STR("</oval_definitions>")) ||
	       str_starts(s, STR("</oval:oval_definitions>"));
}

/* At the start of the next XML element that is an item: 1, 0 at the end, -1. */
static int seek_xml(struct item_reader *r, struct err *err)
{
	for (;;) {
		str s = rest_of(r);
		ptrdiff_t at = str_find_char(s, '<');
		int got;

		if (at >= 0 && xml_starts(str_skip(s, (size_t)at))) {
			r->pos += (size_t)at;
			return 1;
		}
		r->closed = r->closed || (at >= 0 && is_xml_end(str_skip(s, (size_t)at)));
		if (at >= 0 && (s.n - (size_t)at > 32 || r->ended)) {
			r->pos += (size_t)at + 1;
			continue;
		}
		r->pos += at >= 0 ? (size_t)at : s.n;
		got = fill(r, err);
		if (got < 0 || (got == 0 && at < 0))
			return got;
	}
}

/* Up to the bracket of the first array that is a member of the object: 1, 0 at the end, -1. */
static int seek_list(struct item_reader *r, struct err *err)
{
	struct finder f = { 0 };
	int got = 1;

	while (got > 0) {
		str s = rest_of(r);

		while (f.at < s.n) {
			char c = s.p[f.at];

			if (f.in_string) {
				if (!pass_string(&f, s))
					break;
				continue;
			}
			if (c == '[' && f.depth == 1) {
				r->pos += f.at;
				return 1;
			}
			f.in_string = c == '"';
			f.depth += c == '{' || c == '[';
			if ((c == '}' || c == ']') && f.depth > 0)
				f.depth--;
			f.at++;
		}
		/* Only where we are matters from here. */
		r->pos += f.at;
		f.at = 0;
		got = fill(r, err);
	}
	return got;
}

/* The first byte opens the array or object; then what follows, up to its end. */
static int enter(struct item_reader *r, struct err *err)
{
	char close = r->mode == ITEM_MEMBERS ? '}' : ']';
	int got;

	if (r->closed)
		return 0;
	if (!r->started) {
		got = r->mode == ITEM_LIST ? seek_list(r, err) : settle(r, 0, err);
		if (got <= 0)
			return got;
		r->pos++;
		r->started = true;
	}
	got = settle(r, ',', err);
	if (got <= 0)
		return got;
	if (r->window.p[r->pos] == close) {
		r->pos++;
		r->closed = true;
		return 0;
	}
	return 1;
}

static int next_member(struct item_reader *r, struct item *out, struct err *err)
{
	struct item key;
	int got;

	if (take(r, find_value, &key, err) < 0)
		return -1;
	buf_reset(&r->key);
	buf_add(&r->key, key.text);
	got = settle(r, ':', err);
	if (got < 0)
		return -1;
	r->number--; /* key and value are one member */
	if (got == 0) {
		*out = (struct item){ .cut = true, .number = ++r->number };
		return 1;
	}
	if (take(r, find_value, out, err) < 0)
		return -1;
	out->key = buf_str(&r->key);
	out->too_long |= r->key.overflow;
	return 1;
}

bool item_breaks_off(const struct item_reader *r)
{
	bool bordered = r->mode == ITEM_ELEMENTS || r->mode == ITEM_LIST ||
			r->mode == ITEM_MEMBERS || r->mode == ITEM_XML;

	return bordered && r->number > 0 && !r->closed;
}

int item_next(struct item_reader *r, struct item *out, struct err *err)
{
	int got;

	*out = (struct item){ 0 };
	switch (r->mode) {
	case ITEM_LINES:
	case ITEM_CSV:
		return next_row(r, out, err);
	case ITEM_VALUES:
		got = settle(r, 0, err);
		return got <= 0 ? got : take(r, find_value, out, err);
	case ITEM_ELEMENTS:
	case ITEM_LIST:
		got = enter(r, err);
		return got <= 0 ? got : take(r, find_value, out, err);
	case ITEM_XML:
		got = seek_xml(r, err);
		return got <= 0 ? got : take(r, find_xml, out, err);
	case ITEM_MEMBERS:
		got = enter(r, err);
		return got <= 0 ? got : next_member(r, out, err);
	}
	return err_set(err, ERR_UNSUPPORTED, "unknown layout");
}
