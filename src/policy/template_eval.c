/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "policy/encoding.h"
#include "policy/format.h"
#include "policy/number.h"
#include "policy/template_internal.h"

#define MAX_ARGS 16u

static int eval_pipeline(struct template_run *run, str *s, struct template_value *out);

int template_set(struct template_run *run, str name, struct value v, bool declare)
{
	size_t i = run->variable_count;

	while (!declare && i-- > 0)
		if (str_eq(run->variables[i].name, name)) {
			run->variables[i].value = v;
			return 0;
		}
	if (!declare)
		return template_fail(run, "undefined variable", name);
	if (run->variable_count == TEMPLATE_MAX_VARIABLES)
		return err_set(run->err, ERR_LIMIT, "template: too many variables");
	run->variables[run->variable_count++] =
		(struct template_variable){ .name = name, .value = v };
	return 0;
}

bool template_truth(const struct template_value *v)
{
	if (v->missing || v->value.type == VALUE_NULL)
		return false;
	if (v->value.type == VALUE_BOOL)
		return v->value.flag;
	return v->value.type == VALUE_NUMBER ? number_sign(&v->value) != 0 : v->value.n > 0;
}

static void print_value(const struct value *v, struct buf *out)
{
	bool object = v->type == VALUE_OBJECT;

	if (v->type == VALUE_STRING) {
		buf_add(out, value_text(v));
		return;
	}
	if (v->type == VALUE_NULL) {
		BUF_LIT(out, "<nil>");
		return;
	}
	if (v->type < VALUE_ARRAY) {
		value_write_rego(v, out);
		return;
	}
	buf_add(out, object ? STR("map[") : STR("["));
	for (uint32_t i = 0; i < v->n && !out->overflow; i++) {
		if (i)
			buf_byte(out, ' ');
		if (object) {
			print_value(&v->members[i].key, out);
			buf_byte(out, ':');
		}
		print_value(object ? &v->members[i].value : &v->items[i], out);
	}
	buf_byte(out, ']');
}

void template_print(const struct template_value *v, struct buf *out)
{
	if (v->missing || v->value.type == VALUE_NULL)
		BUF_LIT(out, "<undefined>");
	else
		print_value(&v->value, out);
}

static void skip_blanks(str *s)
{
	while (s->n && is_space(s->p[0]))
		*s = str_skip(*s, 1);
}

static size_t word_length(str s)
{
	size_t n = 0;

	while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '_' || (unsigned char)s.p[n] >= 0x80))
		n++;
	return n;
}

/* ".a.b" behind a value. */
static void take_fields(const struct template_run *run, str *s, struct template_value *v)
{
	while (s->n > 1 && s->p[0] == '.' && word_length(str_skip(*s, 1))) {
		size_t n = word_length(str_skip(*s, 1));
		const struct value *member =
			v->missing ? NULL : value_get_str(&v->value, str_of(s->p + 1, n));

		v->missing = !member;
		v->value = member ? *member : value_null();
		if (!member && run->opts) {
			v->missing = false;
			v->value = run->opts->zero(str_of(s->p + 1, n));
		}
		*s = str_skip(*s, n + 1);
	}
}

static int take_variable(struct template_run *run, str *s, struct template_value *out)
{
	size_t n = word_length(str_skip(*s, 1));
	str name = str_of(s->p + 1, n);

	*s = str_skip(*s, n + 1);
	*out = (struct template_value){ .value = run->root };
	if (n == 0)
		return 0;
	for (size_t i = run->variable_count; i-- > 0;)
		if (str_eq(run->variables[i].name, name)) {
			out->value = run->variables[i].value;
			return 0;
		}
	return template_fail(run, "undefined variable", name);
}

int template_take_text(struct template_run *run, str *s, struct template_value *out)
{
	char quote = s->p[0];
	size_t n = 1;

	while (n < s->n && s->p[n] != quote)
		n += quote == '"' && s->p[n] == '\\' ? 2 : 1;
	if (n >= s->n)
		return template_fail(run, "unterminated string", *s);
	*out = (struct template_value){ .value = value_str(str_of(s->p + 1, n - 1)) };
	if (quote == '"' &&
	    encoding_json_read(str_take(*s, n + 1), run->arena, &out->value, run->err) < 0)
		return -1;
	*s = str_skip(*s, n + 1);
	return 0;
}

static bool take_constant(str *s, struct template_value *out)
{
	size_t n = 0;

	if (word_length(*s) && !is_digit(s->p[0])) {
		str word = str_take(*s, word_length(*s));
		bool yes = str_eq(word, STR("true"));

		if (!yes && !str_eq(word, STR("false")) && !str_eq(word, STR("nil")))
			return false;
		*out = (struct template_value){ .value = word.n == 3 ? value_null()
								     : value_bool(yes) };
		*s = str_skip(*s, word.n);
		return true;
	}
	while (n < s->n && (is_alnum(s->p[n]) || s->p[n] == '.' || s->p[n] == '-'))
		n++;
	out->missing = false;
	if (!number_parse(str_take(*s, n), &out->value))
		return false;
	*s = str_skip(*s, n);
	return true;
}

/* 1: a value was there; 0: not; -1. */
static int take_operand(struct template_run *run, str *s, struct template_value *out)
{
	skip_blanks(s);
	if (s->n == 0 || s->p[0] == '|' || s->p[0] == ')')
		return 0;
	if (s->p[0] == '(') {
		*s = str_skip(*s, 1);
		if (eval_pipeline(run, s, out) < 0)
			return -1;
		if (s->n == 0 || s->p[0] != ')')
			return template_fail(run, "missing )", *s);
		*s = str_skip(*s, 1);
	} else if (s->p[0] == '$') {
		if (take_variable(run, s, out) < 0)
			return -1;
	} else if (s->p[0] == '.') {
		*out = (struct template_value){ .value = run->dot };
		if (word_length(str_skip(*s, 1)) == 0)
			*s = str_skip(*s, 1);
	} else if (s->p[0] == '"' || s->p[0] == '`') {
		return template_take_text(run, s, out) < 0 ? -1 : 1;
	} else if (take_constant(s, out)) {
		return 1;
	} else {
		return template_fail(run, "unexpected text", *s);
	}
	take_fields(run, s, out);
	return 1;
}

static struct template_value truth_value(bool b)
{
	return (struct template_value){ .value = value_bool(b) };
}

/* eq a b c: is a one of the others? The others compare two. */
static bool call_compare(str name, const struct template_value *args, size_t n,
			 struct template_value *out)
{
	int c = n >= 2 ? value_compare(&args[0].value, &args[1].value) : 0;
	bool found = false;

	if (n < 2)
		return false;
	for (size_t i = 1; i < n; i++)
		found |= value_equal(&args[0].value, &args[i].value);
	if (str_eq(name, STR("eq")))
		*out = truth_value(found);
	else if (str_eq(name, STR("ne")))
		*out = truth_value(c != 0);
	else if (str_eq(name, STR("lt")))
		*out = truth_value(c < 0);
	else if (str_eq(name, STR("le")))
		*out = truth_value(c <= 0);
	else if (str_eq(name, STR("gt")))
		*out = truth_value(c > 0);
	else if (str_eq(name, STR("ge")))
		*out = truth_value(c >= 0);
	else
		return false;
	return true;
}

static void call_print(struct template_run *run, str name, const struct template_value *args,
		       size_t n, struct template_value *out)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct value_builder rest;

	buf_init(&b, 1u << 20);
	value_builder_init(&rest, run->arena);
	for (size_t i = 0; i < n; i++) {
		bool line = name.n > 5 && name.p[5] == 'l';

		if (i)
			value_builder_add(&rest, args[i].value);
		if (i && (line || (args[i].value.type != VALUE_STRING &&
				   args[i - 1].value.type != VALUE_STRING)))
			buf_byte(&b, ' ');
		template_print(&args[i], &b);
	}
	if (str_eq(name, STR("println")))
		buf_byte(&b, '\n');
	if (str_eq(name, STR("printf"))) {
		struct value list = value_builder_array(&rest);

		buf_reset(&b);
		format_values(value_text(&args[0].value), &list, &b);
	}
	*out = (struct template_value){ .value = value_str(str_dup(run->arena, buf_str(&b))) };
}

static void call_index(const struct template_value *args, size_t n, struct template_value *out)
{
	*out = args[0];
	for (size_t i = 1; i < n; i++) {
		const struct value *v =
			out->missing ? NULL : value_step(&out->value, &args[i].value);

		out->missing = !v;
		out->value = v ? *v : value_null();
	}
}

static int call(struct template_run *run, str name, const struct template_value *args, size_t n,
		struct template_value *out)
{
	bool all = str_eq(name, STR("and"));

	if (n && (all || str_eq(name, STR("or")))) {
		*out = args[0];
		for (size_t i = 1; i < n && template_truth(out) == all; i++)
			*out = args[i];
		return 0;
	}
	if (n == 1 && str_eq(name, STR("not"))) {
		*out = truth_value(!template_truth(&args[0]));
		return 0;
	}
	if (n == 1 && str_eq(name, STR("len"))) {
		const struct value *v = &args[0].value;

		if (run->opts && v->type == VALUE_NULL) {
			*out = (struct template_value){ .value = value_int(0) };
			return 0;
		}
		if (v->type < VALUE_STRING)
			return template_fail(run, "len of what has none", name);
		*out = (struct template_value){ .value = value_int(v->n) };
		return 0;
	}
	if (n && str_eq(name, STR("index"))) {
		call_index(args, n, out);
		return 0;
	}
	if (str_eq(name, STR("print")) || str_eq(name, STR("println")) ||
	    (n && str_eq(name, STR("printf")) && args[0].value.type == VALUE_STRING)) {
		call_print(run, name, args, n, out);
		return 0;
	}
	if (call_compare(name, args, n, out))
		return 0;
	out->missing = false;
	int rc = run->opts ? template_function(run, name, args, n, &out->value) : 0;
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return template_fail(run, "function not defined, or wrong arguments", name);
}

/* One command of a pipeline; `last` is what the one before gave. */
static int eval_command(struct template_run *run, str *s, const struct template_value *last,
			struct template_value *out)
{
	struct template_value args[MAX_ARGS], constant;
	str start, name = STR_EMPTY;
	size_t n = 0;
	int rc = 1;

	skip_blanks(s);
	start = *s;
	if (s->n && is_alpha(s->p[0]) && !take_constant(s, &constant)) {
		name = str_take(*s, word_length(*s));
		*s = str_skip(*s, name.n);
	} else {
		*s = start;
	}
	while (n < MAX_ARGS - 1 && (rc = take_operand(run, s, &args[n])) == 1)
		n++;
	if (rc < 0)
		return -1;
	if (n == MAX_ARGS - 1)
		return template_fail(run, "too many arguments", start);
	if (name.n == 0) {
		if (n != 1 || last)
			return template_fail(run, "cannot be called", start);
		*out = args[0];
		return 0;
	}
	if (last)
		args[n++] = *last;
	return call(run, name, args, n, out);
}

static int eval_pipeline(struct template_run *run, str *s, struct template_value *out)
{
	struct template_value last;
	bool has_last = false;
	int rc = 0;

	if (++run->depth > TEMPLATE_MAX_DEPTH)
		return err_set(run->err, ERR_LIMIT, "template: pipeline nests too deeply");
	for (;;) {
		if (++run->steps > run->max_steps)
			return err_set(run->err, ERR_LIMIT, "template takes too many steps");
		if (run->opts && arena_used(run->arena) > TEMPLATE_MAX_MEMORY)
			return err_set(run->err, ERR_LIMIT, "template takes too much memory");
		rc = eval_command(run, s, has_last ? &last : NULL, out);
		skip_blanks(s);
		if (rc < 0 || s->n == 0 || s->p[0] != '|')
			break;
		*s = str_skip(*s, 1);
		last = *out;
		has_last = true;
	}
	run->depth--;
	return rc;
}

int template_eval(struct template_run *run, str pipeline, struct template_value *out)
{
	str s = pipeline;

	if (eval_pipeline(run, &s, out) < 0)
		return -1;
	if (s.n)
		return template_fail(run, "unexpected text", s);
	return 0;
}
