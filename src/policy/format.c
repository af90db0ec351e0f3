/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/format.h"

#include <inttypes.h>
#include <math.h>

#include "policy/format_internal.h"
#include "policy/number.h"

#define TEXT_MAX (64u << 20)

struct state {
	str format;
	size_t at;
	const struct value *args;
	uint32_t arg; /* the next one */
	bool reordered, good_index;
	struct buf *out;
};

static struct format_arg arg_of(const struct value *v, struct buf *storage)
{
	struct format_arg arg = { .type = FORMAT_STRING, .text = value_text(v) };

	if (v->type == VALUE_NUMBER) {
		arg.text = str_of(v->text, v->n);
		if (v->flag) {
			arg.type = FORMAT_INT;
			arg.i = v->i;
		} else if (number_is_int_text(v)) {
			arg.type = FORMAT_BIG;
		} else if (isfinite(arg.d = number_double(v))) {
			arg.type = FORMAT_FLOAT;
		}
	} else if (v->type != VALUE_STRING) {
		value_write_rego(v, storage);
		arg.text = buf_str(storage);
	}
	return arg;
}

static const char *type_name(enum format_type type)
{
	static const char *const names[] = { "int", "*big.Int", "float64", "string" };

	return names[type];
}

static bool print_arg(const struct format_flags *f, const struct format_arg *arg, uint32_t verb,
		      struct buf *out)
{
	switch (arg->type) {
	case FORMAT_FLOAT:
		return format_float(f, arg->d, verb, out);
	case FORMAT_STRING:
		return format_string(f, arg->text, verb, out);
	default:
		return format_whole(f, arg, verb, out);
	}
}

static void put_rune(struct buf *out, uint32_t cp)
{
	char bytes[4];

	buf_add(out, str_of(bytes, utf8_encode(cp, bytes)));
}

static void print_bad_verb(const struct format_flags *f, const struct format_arg *arg,
			   uint32_t verb, struct buf *out)
{
	/* A big number is named by the type it points to. */
	const char *type = arg->type == FORMAT_BIG ? "big.Int" : type_name(arg->type);

	BUF_LIT(out, "%!");
	put_rune(out, verb);
	buf_fmt(out, "(%s=", type);
	IGNORE(print_arg(f, arg, 'v', out)); /* every type has it */
	buf_byte(out, ')');
}

static void print_value(struct state *s, const struct format_flags *f, uint32_t verb)
{
	AUTO(buf_done)
	struct buf storage = { 0 };
	struct format_arg arg;

	buf_init(&storage, TEXT_MAX);
	arg = arg_of(&s->args->items[s->arg++], &storage);
	if (verb == 'T')
		format_pad(f, str_c(type_name(arg.type)), s->out);
	else if (!print_arg(f, &arg, verb, s->out))
		print_bad_verb(f, &arg, verb, s->out);
}

static char peek(const struct state *s) { return s->at < s->format.n ? s->format.p[s->at] : '\0'; }

/* Digits at the cursor; -1: none, -2: too large. */
static int take_number(struct state *s)
{
	size_t from = s->at;
	int n = 0;

	while (is_digit(peek(s))) {
		n = n > FORMAT_MAX_WIDTH ? n : n * 10 + (peek(s) - '0');
		s->at++;
	}
	if (s->at == from)
		return -1;
	return n > FORMAT_MAX_WIDTH ? -2 : n;
}

/* "[3]" at the cursor: the argument to be used next. */
static void take_index(struct state *s)
{
	ptrdiff_t close;
	uint64_t index;

	if (peek(s) != '[')
		return;
	s->reordered = true;
	close = str_find_char(str_skip(s->format, s->at), ']');
	if (close < 0) {
		s->good_index = false;
		s->at++;
		return;
	}
	if (!str_u64(str_of(s->format.p + s->at + 1, (size_t)close - 1), &index) || index < 1 ||
	    index > s->args->n)
		s->good_index = false;
	else
		s->arg = (uint32_t)index - 1;
	s->at += (size_t)close + 1;
}

/* '*': the argument is the number. False when it is no small int. */
static bool take_star(struct state *s, int *out)
{
	const struct value *v = s->arg < s->args->n ? &s->args->items[s->arg++] : NULL;

	if (!v || v->type != VALUE_NUMBER || !v->flag || v->i > FORMAT_MAX_WIDTH ||
	    v->i < -FORMAT_MAX_WIDTH)
		return false;
	*out = (int)v->i;
	return true;
}

static void take_flags(struct state *s, struct format_flags *f)
{
	for (;; s->at++) {
		switch (peek(s)) {
		case '#':
			f->sharp = true;
			break;
		case '0':
			f->zero = true;
			break;
		case '+':
			f->plus = true;
			break;
		case '-':
			f->minus = true;
			break;
		case ' ':
			f->space = true;
			break;
		default:
			f->zero &= !f->minus;
			return;
		}
	}
}

static void take_width(struct state *s, struct format_flags *f)
{
	take_index(s);
	if (peek(s) == '*') {
		s->at++;
		f->has_width = take_star(s, &f->width);
		if (!f->has_width)
			BUF_LIT(s->out, "%!(BADWIDTH)");
		if (f->width < 0) {
			f->width = -f->width;
			f->minus = true;
			f->zero = false;
		}
		return;
	}
	f->width = take_number(s);
	f->has_width = f->width >= 0;
	if (f->width == -2)
		BUF_LIT(s->out, "%!(BADWIDTH)");
}

static void take_precision(struct state *s, struct format_flags *f)
{
	if (peek(s) != '.')
		return;
	s->at++;
	take_index(s);
	if (peek(s) == '*') {
		s->at++;
		f->has_precision = take_star(s, &f->precision) && f->precision >= 0;
		if (!f->has_precision)
			BUF_LIT(s->out, "%!(BADPREC)");
		return;
	}
	f->precision = take_number(s);
	if (f->precision == -2)
		BUF_LIT(s->out, "%!(BADPREC)");
	f->has_precision = f->precision != -2;
	if (f->precision < 0)
		f->precision = 0;
}

/* The cursor is behind a '%'. */
static void print_verb(struct state *s)
{
	struct format_flags f = { 0 };
	uint32_t verb = 0xfffd;
	size_t len;

	s->good_index = true;
	take_flags(s, &f);
	take_width(s, &f);
	take_precision(s, &f);
	take_index(s);
	if (s->at >= s->format.n) {
		BUF_LIT(s->out, "%!(NOVERB)");
		return;
	}
	len = utf8_decode(s->format.p + s->at, s->format.n - s->at, &verb);
	s->at += len ? len : 1;
	if (verb == '%') {
		buf_byte(s->out, '%');
	} else if (!s->good_index) {
		BUF_LIT(s->out, "%!");
		put_rune(s->out, verb);
		BUF_LIT(s->out, "(BADINDEX)");
	} else if (s->arg >= s->args->n) {
		BUF_LIT(s->out, "%!");
		put_rune(s->out, verb);
		BUF_LIT(s->out, "(MISSING)");
	} else {
		print_value(s, &f, verb);
	}
}

static void print_extra(struct state *s)
{
	struct format_flags f = { 0 };

	BUF_LIT(s->out, "%!(EXTRA ");
	for (uint32_t first = s->arg; s->arg < s->args->n;) {
		AUTO(buf_done)
		struct buf storage = { 0 };
		struct format_arg arg;

		if (s->arg > first)
			BUF_LIT(s->out, ", ");
		buf_init(&storage, TEXT_MAX);
		arg = arg_of(&s->args->items[s->arg++], &storage);
		buf_fmt(s->out, "%s=", type_name(arg.type));
		IGNORE(print_arg(&f, &arg, 'v', s->out)); /* every type has it */
	}
	buf_byte(s->out, ')');
}

void format_values(str format, const struct value *args, struct buf *out)
{
	struct state s = { .format = format, .args = args, .out = out };

	while (s.at < format.n && !out->overflow) {
		str rest = str_skip(format, s.at);
		ptrdiff_t percent = str_find_char(rest, '%');

		buf_add(out, percent < 0 ? rest : str_take(rest, (size_t)percent));
		if (percent < 0)
			break;
		s.at += (size_t)percent + 1;
		print_verb(&s);
	}
	if (!s.reordered && s.arg < args->n && !out->overflow)
		print_extra(&s);
}
