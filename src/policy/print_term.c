/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "policy/format_module.h"
#include "policy/lex.h"

static const struct {
	str name, symbol;
	unsigned strength;
} operators[] = {
	{ STR_INIT("equal"), STR_INIT("=="), 1 }, { STR_INIT("neq"), STR_INIT("!="), 1 },
	{ STR_INIT("lt"), STR_INIT("<"), 1 },	  { STR_INIT("gt"), STR_INIT(">"), 1 },
	{ STR_INIT("lte"), STR_INIT("<="), 1 },	  { STR_INIT("gte"), STR_INIT(">="), 1 },
	{ STR_INIT("or"), STR_INIT("|"), 2 },	  { STR_INIT("and"), STR_INIT("&"), 3 },
	{ STR_INIT("plus"), STR_INIT("+"), 4 },	  { STR_INIT("minus"), STR_INIT("-"), 4 },
	{ STR_INIT("mul"), STR_INIT("*"), 5 },	  { STR_INIT("div"), STR_INIT("/"), 5 },
	{ STR_INIT("rem"), STR_INIT("%"), 5 },
};

/* Of an operator; 0 for "in". */
static unsigned strength_of(const struct term *call, str *symbol)
{
	*symbol = STR("in");
	for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
		if (str_eq(call->items[0]->name, operators[i].name)) {
			*symbol = operators[i].symbol;
			return operators[i].strength;
		}
	}
	return 0;
}

static bool is_infix(const struct term *term) { return term->kind == TERM_CALL && term->infix; }

static void parens(struct printer *p, const struct term *term)
{
	buf_byte(p->out, '(');
	print_term(p, term);
	buf_byte(p->out, ')');
}

/* Where only a term may stand: operators go in parentheses. */
static void plain(struct printer *p, const struct term *term)
{
	if (is_infix(term))
		parens(p, term);
	else
		print_term(p, term);
}

static void operand(struct printer *p, const struct term *term, unsigned least)
{
	str symbol;

	if (is_infix(term) && strength_of(term, &symbol) < least)
		parens(p, term);
	else
		print_term(p, term);
}

static void print_infix(struct printer *p, const struct term *call)
{
	str symbol;
	unsigned strength = strength_of(call, &symbol);
	uint32_t last = call->n - 1;

	if (strength == 0) {
		for (uint32_t i = 1; i < last; i++) {
			operand(p, call->items[i], 1);
			if (i + 1 < last)
				BUF_LIT(p->out, ", ");
		}
	} else {
		operand(p, call->items[1], strength);
	}
	buf_byte(p->out, ' ');
	buf_add(p->out, symbol);
	buf_byte(p->out, ' ');
	operand(p, call->items[last], strength + 1);
}

/* An item of a collection or call: a bar or "in" would mean something else. */
static void item(struct printer *p, const struct term *term)
{
	str symbol;
	unsigned strength = is_infix(term) ? strength_of(term, &symbol) : 9;

	if (strength == 0 || strength == 2)
		parens(p, term);
	else
		print_term(p, term);
}

static bool is_name(str s)
{
	if (s.n == 0 || is_digit(s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '_')
			return false;
	}
	return true;
}

void print_step(struct printer *p, const struct term *key)
{
	if (term_is_string(key) && is_name(value_text(&key->value))) {
		buf_byte(p->out, '.');
		buf_add(p->out, value_text(&key->value));
		return;
	}
	buf_byte(p->out, '[');
	print_term(p, key);
	buf_byte(p->out, ']');
}

static void print_ref(struct printer *p, const struct term *ref)
{
	plain(p, ref->items[0]);
	for (size_t i = 1; i < ref->n; i++)
		print_step(p, ref->items[i]);
}

/* A comment stands between two items: one inside an item is that item's. */
static bool has_comment(const struct printer *p, const struct term *term, size_t from)
{
	const struct module *module = p->module;
	size_t item = from;

	if (!comment_between(p, term->line, term->end_line))
		return false;
	for (size_t i = p->comment; i < module->comment_n; i++) {
		uint32_t line = module->comments[i].line;

		if (line >= term->end_line)
			return false;
		while (item < term->n && term->items[item]->end_line <= line)
			item++;
		if (item == term->n || term->items[item]->line > line)
			return true;
	}
	return false;
}

/* Items that began on lines of their own stay there, and comments between items need them. */
static bool is_tall(const struct printer *p, const struct term *term, size_t from)
{
	return (term->n > from && term->items[from]->line > term->line) ||
	       has_comment(p, term, from);
}

/* A comment on the line `line` or below it, with code in front of it, above line `end`. */
static void comment_of_item(struct printer *p, uint32_t line, uint32_t end)
{
	str text = p->module->text;
	uint32_t at;

	if (!comment_between(p, line, end))
		return;
	at = p->module->comments[p->comment].start;
	while (at > 0 && (text.p[at - 1] == ' ' || text.p[at - 1] == '\t'))
		at--;
	if (at > 0 && text.p[at - 1] != '\n')
		print_comment_behind(p, p->module->comments[p->comment].line);
}

static void print_items(struct printer *p, const struct term *term, size_t from, bool object)
{
	bool tall = is_tall(p, term, from);
	size_t step = object ? 2 : 1;
	uint32_t last = 0;

	if (tall)
		comment_of_item(p, term->line,
				term->n > from ? term->items[from]->line : term->end_line);
	p->indent += tall;
	for (size_t i = from; i < term->n; i += step) {
		if (tall) {
			buf_byte(p->out, '\n');
			print_comments(p, term->items[i]->line, &last);
			print_indent(p);
		}
		item(p, term->items[i]);
		if (object) {
			BUF_LIT(p->out, ": ");
			item(p, term->items[i + 1]);
		}
		if (tall) {
			buf_byte(p->out, ',');
			comment_of_item(p, term->items[i]->line,
					i + step < term->n ? term->items[i + step]->line
							   : term->end_line);
			last = 0;
		} else if (i + step < term->n)
			BUF_LIT(p->out, ", ");
	}
	if (tall) {
		buf_byte(p->out, '\n');
		print_comments(p, term->end_line, &last);
	}
	p->indent -= tall;
	if (tall)
		print_indent(p);
}

static void print_comprehension(struct printer *p, const struct term *term)
{
	const struct body *body = term->body;
	bool tall = body->n > 1 || (body->n > 0 && body->items[0]->line > term->line) ||
		    comment_between(p, term->line, term->end_line);

	buf_byte(p->out, term->kind == TERM_ARRAY_COMP ? '[' : '{');
	if (term->key) {
		item(p, term->key);
		BUF_LIT(p->out, ": ");
	}
	plain(p, term->head);
	BUF_LIT(p->out, " |");
	if (tall) {
		comment_of_item(p, term->line, body->items[0]->line);
		p->indent++;
		buf_byte(p->out, '\n');
		print_body(p, body);
		p->indent--;
		print_indent(p);
	} else {
		buf_byte(p->out, ' ');
		print_expr(p, body->items[0]);
	}
	buf_byte(p->out, term->kind == TERM_ARRAY_COMP ? ']' : '}');
}

/* With the escapes that Rego has; those of value_quote are Go's. */
static void quote_text(struct buf *out, str text)
{
	struct json_writer w;

	json_writer_init(&w, out, 0);
	json_put_str(&w, text);
}

static void print_text(struct printer *p, str text)
{
	struct buf quoted;

	buf_init(&quoted, 1u << 30);
	quote_text(&quoted, text);
	for (size_t i = 1; i + 1 < quoted.n; i++) {
		if (quoted.p[i] == '{')
			buf_byte(p->out, '\\');
		buf_byte(p->out, quoted.p[i]);
	}
	buf_done(&quoted);
}

static void print_template(struct printer *p, const struct term *term)
{
	BUF_LIT(p->out, "$\"");
	for (size_t i = 0; i < term->n; i++) {
		if (!term->parts[i]) {
			print_text(p, value_text(&term->items[i]->value));
			continue;
		}
		buf_byte(p->out, '{');
		print_expr(p, term->parts[i]);
		buf_byte(p->out, '}');
	}
	buf_byte(p->out, '"');
}

static void print_collection(struct printer *p, const struct term *term)
{
	bool array = term->kind == TERM_ARRAY;

	if (term->kind == TERM_SET && term->n == 0) {
		BUF_LIT(p->out, "set()");
		return;
	}
	buf_byte(p->out, array ? '[' : '{');
	print_items(p, term, 0, term->kind == TERM_OBJECT);
	buf_byte(p->out, array ? ']' : '}');
}

/* A sign at the start of a line would be a minus behind the line above. */
static void print_plain(struct printer *p, const struct term *term)
{
	AUTO(buf_done)
	struct buf digits;
	bool guard;

	buf_init(&digits, 1u << 30);
	value_write_rego(&term->value, &digits);
	guard = digits.n > 0 && digits.p[0] == '-' && p->line > 0 && p->line == p->out->n;
	if (guard)
		buf_byte(p->out, '(');
	buf_add(p->out, buf_str(&digits));
	if (guard)
		buf_byte(p->out, ')');
}

static void print_value(struct printer *p, const struct term *term)
{
	if (!term_is_string(term))
		print_plain(p, term);
	else if (term->spelling)
		buf_add(p->out, *term->spelling);
	else
		quote_text(p->out, value_text(&term->value));
}

void print_term(struct printer *p, const struct term *term)
{
	switch (term->kind) {
	case TERM_VALUE:
		print_value(p, term);
		break;
	case TERM_VAR:
		buf_add(p->out, name_is_wildcard(term->name) ? STR("_") : term->name);
		break;
	case TERM_REF:
		print_ref(p, term);
		break;
	case TERM_ARRAY:
	case TERM_SET:
	case TERM_OBJECT:
		print_collection(p, term);
		break;
	case TERM_CALL:
		if (term->infix) {
			print_infix(p, term);
			break;
		}
		print_term(p, term->items[0]);
		buf_byte(p->out, '(');
		print_items(p, term, 1, false);
		buf_byte(p->out, ')');
		break;
	case TERM_TEMPLATE:
		print_template(p, term);
		break;
	default:
		print_comprehension(p, term);
		break;
	}
}

static void print_statement(struct printer *p, const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_SOME:
		BUF_LIT(p->out, "some ");
		for (size_t i = 0; i < expr->var_n; i++) {
			if (i > 0)
				BUF_LIT(p->out, ", ");
			print_term(p, expr->vars[i]);
		}
		break;
	case EXPR_SOME_IN:
	case EXPR_EVERY:
		buf_add(p->out, expr->kind == EXPR_EVERY ? STR("every ") : STR("some "));
		if (expr->a) {
			operand(p, expr->a, 1);
			BUF_LIT(p->out, ", ");
		}
		operand(p, expr->b, 1);
		BUF_LIT(p->out, " in ");
		operand(p, expr->c, 1);
		if (expr->kind == EXPR_SOME_IN)
			break;
		BUF_LIT(p->out, " {\n");
		p->indent++;
		print_body(p, expr->body);
		p->indent--;
		print_indent(p);
		buf_byte(p->out, '}');
		break;
	default:
		print_term(p, expr->a);
		if (expr->kind == EXPR_TERM)
			break;
		buf_add(p->out, expr->kind == EXPR_UNIFY ? STR(" = ") : STR(" := "));
		print_term(p, expr->b);
		break;
	}
}

void print_expr(struct printer *p, const struct expr *expr)
{
	if (expr->negated)
		BUF_LIT(p->out, "not ");
	print_statement(p, expr);
	for (size_t i = 0; i < expr->with_n; i++) {
		BUF_LIT(p->out, " with ");
		print_term(p, expr->withs[i].target);
		BUF_LIT(p->out, " as ");
		print_term(p, expr->withs[i].value);
	}
}
