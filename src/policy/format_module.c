/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/format_module.h"

#include "policy/lex.h"

void print_indent(struct printer *p)
{
	for (unsigned i = 0; i < p->indent; i++)
		buf_byte(p->out, '\t');
}

/* The line on which byte `end` lies, known that `start` lies on `line`. */
static uint32_t line_at(const struct printer *p, uint32_t start, uint32_t end, uint32_t line)
{
	str text = p->module->text;

	for (uint32_t i = start; i < end && i < text.n; i++)
		line += text.p[i] == '\n';
	return line;
}

bool comment_between(const struct printer *p, uint32_t from, uint32_t to)
{
	const struct module *module = p->module;

	return p->comment < module->comment_n && module->comments[p->comment].line >= from &&
	       module->comments[p->comment].line < to;
}

static void put_comment(struct printer *p, const struct token *comment)
{
	buf_byte(p->out, '#');
	buf_add(p->out, comment->text);
}

/*
 * Comments on lines before `line`, each on its own; `last` is the line written before them. One
 * that stood in another column was no part of the annotation above, and must not become one.
 */
void print_comments(struct printer *p, uint32_t line, uint32_t *last)
{
	uint32_t column = 0; /* of the annotation, 0: there is none */

	for (; p->comment < p->module->comment_n; p->comment++) {
		const struct token *comment = &p->module->comments[p->comment];

		if (comment->line >= line)
			return;
		if (*last > 0 &&
		    (comment->line > *last + 1 || (column && comment->col != column))) {
			buf_byte(p->out, '\n');
			column = 0;
		}
		if (str_eq(str_trim(comment->text), STR("METADATA")))
			column = comment->col;
		print_indent(p);
		put_comment(p, comment);
		buf_byte(p->out, '\n');
		*last = comment->line;
	}
}

/* A comment at the end of what was just written. */
void print_comment_behind(struct printer *p, uint32_t line)
{
	const struct module *module = p->module;

	if (p->comment < module->comment_n && module->comments[p->comment].line == line) {
		buf_byte(p->out, ' ');
		put_comment(p, &module->comments[p->comment++]);
	}
}

void print_body(struct printer *p, const struct body *body)
{
	uint32_t last = 0;

	for (size_t i = 0; i < body->n; i++) {
		const struct expr *expr = body->items[i];
		uint32_t end_line = line_at(p, expr->start, expr->end, expr->line);

		print_comments(p, expr->line, &last);
		if (last > 0 && expr->line > last + 1)
			buf_byte(p->out, '\n');
		print_indent(p);
		if (i > 0)
			p->line = p->out->n;
		print_expr(p, expr);
		/* Comments behind operators find no place there: below the literal. */
		if (p->comment < p->module->comment_n &&
		    p->module->comments[p->comment].line == end_line &&
		    (i + 1 == body->n || body->items[i + 1]->line > end_line))
			print_comment_behind(p, end_line);
		buf_byte(p->out, '\n');
		last = end_line;
	}
	if (body->end_line > 0)
		print_comments(p, body->end_line, &last);
}

static void print_head(struct printer *p, const struct rule *rule)
{
	print_term(p, rule->ref);
	if (rule->is_function) {
		buf_byte(p->out, '(');
		for (uint32_t i = 0; i < rule->arg_n; i++) {
			if (i > 0)
				BUF_LIT(p->out, ", ");
			print_term(p, rule->args[i]);
		}
		buf_byte(p->out, ')');
	}
	if (rule->key && rule->contains) {
		BUF_LIT(p->out, " contains ");
		print_term(p, rule->key);
	} else if (rule->key && keyword_of(rule->ref->items[0]->name) != KEYWORD_NONE) {
		print_step(p, rule->key); /* a keyword is a name only in front of a dot */
	} else if (rule->key) {
		buf_byte(p->out, '[');
		print_term(p, rule->key);
		buf_byte(p->out, ']');
	}
}

static void print_value(struct printer *p, const struct rule *rule)
{
	if (!rule->value)
		return;
	buf_add(p->out, rule->assign ? STR(" := ") : STR(" = "));
	print_term(p, rule->value);
}

static void print_rule_body(struct printer *p, const struct rule *rule)
{
	if (!rule->body)
		return;
	if (rule->has_if)
		BUF_LIT(p->out, " if");
	if (!rule->braces) {
		buf_byte(p->out, ' ');
		print_expr(p, rule->body->items[0]);
		return;
	}
	BUF_LIT(p->out, " {");
	if (p->comment < p->module->comment_n &&
	    p->module->comments[p->comment].line == rule->line &&
	    rule->body->items[0]->line > rule->line)
		print_comment_behind(p, rule->line);
	buf_byte(p->out, '\n');
	p->indent++;
	print_body(p, rule->body);
	p->indent--;
	print_indent(p);
	buf_byte(p->out, '}');
}

static void print_rule(struct printer *p, const struct rule *rule)
{
	if (rule->is_default)
		BUF_LIT(p->out, "default ");
	print_head(p, rule);
	print_value(p, rule);
	print_rule_body(p, rule);
	for (const struct rule *els = rule->els; els; els = els->els) {
		BUF_LIT(p->out, " else");
		print_value(p, els);
		print_rule_body(p, els);
	}
}

static void print_import(struct printer *p, const struct import *import)
{
	BUF_LIT(p->out, "import ");
	print_term(p, import->path);
	if (import->renamed) {
		BUF_LIT(p->out, " as ");
		buf_add(p->out, import->alias);
	}
	print_comment_behind(p, import->line);
	buf_byte(p->out, '\n');
}

/* The package's ref without `data`. */
static void print_package(struct printer *p)
{
	const struct term *package = p->module->package;
	struct term head = { .kind = TERM_VAR, .name = value_text(&package->items[1]->value) };
	struct term ref = *package;
	struct term *saved = package->items[1];

	BUF_LIT(p->out, "package ");
	ref.items = package->items + 1;
	ref.n = package->n - 1;
	ref.items[0] = &head;
	print_term(p, &ref);
	ref.items[0] = saved;
	print_comment_behind(p, package->line);
	buf_byte(p->out, '\n');
}

void print_module(const struct module *module, struct buf *out)
{
	struct printer p = { .out = out, .module = module };
	uint32_t last = 0;
	size_t import = 0;

	print_comments(&p, module->package->line, &last);
	print_package(&p);
	last = module->package->line;
	for (size_t i = 0; i <= module->rule_n; i++) {
		const struct rule *rule = i < module->rule_n ? module->rules[i] : NULL;

		for (; import < module->import_n &&
		       (!rule || module->imports[import].line <= rule->line);
		     import++) {
			uint32_t line = module->imports[import].line;

			buf_add(out, import == 0 || line > last + 1 ? STR("\n") : STR_EMPTY);
			last = 0;
			print_comments(&p, line, &last);
			print_import(&p, &module->imports[import]);
			last = line;
		}
		if (!rule)
			break;
		buf_byte(out, '\n');
		last = 0;
		print_comments(&p, rule->line, &last);
		print_rule(&p, rule);
		last = line_at(&p, rule->start, rule->end, rule->line);
		print_comment_behind(&p, last);
		buf_byte(out, '\n');
	}
	print_comments(&p, UINT32_MAX, &last);
}
