/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/template.h"

#include "base/err.h"
#include "policy/template_internal.h"

enum kind {
	NODE_TEXT,
	NODE_OUTPUT,
	NODE_SET,
	NODE_IF,
	NODE_WITH,
	NODE_RANGE,
	NODE_BREAK,
	NODE_CONTINUE
};

struct node {
	enum kind kind;
	str text;     /* text; pipeline */
	str names[2]; /* variables that are set */
	bool declare; /* := and not = */
	struct node *body, *other, *next;
};

struct parser {
	struct template_run *run;
	str rest;
	size_t nodes;
	bool trim; /* the text that follows loses its blanks at the start */
};

enum ending { ENDING_EOF, ENDING_END, ENDING_ELSE, ENDING_FAILED };

static enum ending parse_list(struct parser *p, unsigned depth, struct node **out, str *rest);

int template_fail(struct template_run *run, const char *what, str near)
{
	return err_set(run->err, ERR_INPUT, "template: %s near \"%.*s\"", what,
		       STR_ARG(str_take(near, 60)));
}

static struct node *new_node(struct parser *p, enum kind kind, str text)
{
	struct node *n = ARENA_NEW(p->run->arena, struct node);

	p->nodes++;
	n->kind = kind;
	n->text = text;
	return n;
}

/* The inside of the next action; *before is the text ahead of it. 0: there is none. */
static int next_action(struct parser *p, str *before, str *action)
{
	ptrdiff_t open = str_find(p->rest, STR("{{")), close;

	*before = open < 0 ? p->rest : str_take(p->rest, (size_t)open);
	if (p->trim)
		while (before->n && is_space(before->p[0]))
			*before = str_skip(*before, 1);
	p->trim = false;
	if (open < 0) {
		p->rest = STR_EMPTY;
		return 0;
	}
	p->rest = str_skip(p->rest, (size_t)open + 2);
	if (p->rest.n > 1 && p->rest.p[0] == '-' && is_space(p->rest.p[1])) {
		p->rest = str_skip(p->rest, 1);
		*before = str_rtrim(*before);
	}
	close = str_find(p->rest, STR("}}"));
	if (close < 0)
		return template_fail(p->run, "unclosed action", p->rest);
	*action = str_take(p->rest, (size_t)close);
	p->rest = str_skip(p->rest, (size_t)close + 2);
	if (action->n > 1 && action->p[action->n - 1] == '-' &&
	    is_space(action->p[action->n - 2])) {
		*action = str_drop_end(*action, 1);
		p->trim = true;
	}
	*action = str_trim(*action);
	return 1;
}

static bool take_word(str *s, str word)
{
	if (!str_starts(*s, word) || (s->n > word.n && is_alnum(s->p[word.n])))
		return false;
	*s = str_trim(str_skip(*s, word.n));
	return true;
}

static str variable_name(str s)
{
	size_t n = 1;

	if (!str_starts(s, STR("$")))
		return STR_EMPTY;
	while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '_'))
		n++;
	return str_take(s, n);
}

/* "$i, $v := pipeline" or "$v = pipeline" at the start of the node's text. */
static void take_variables(struct node *n)
{
	str s = n->text, first = variable_name(s), second = STR_EMPTY, rest;

	if (first.n < 2)
		return;
	rest = str_trim(str_skip(s, first.n));
	if (str_starts(rest, STR(","))) {
		rest = str_trim(str_skip(rest, 1));
		second = variable_name(rest);
		rest = str_trim(str_skip(rest, second.n));
	}
	if (str_starts(rest, STR(":=")))
		n->declare = true;
	else if (!str_starts(rest, STR("=")))
		return;
	n->text = str_trim(str_skip(rest, 1u + n->declare));
	n->names[0] = str_skip(first, 1);
	n->names[1] = str_skip(second, 1);
}

/* if, with, range: what stands up to the end. */
static bool parse_block(struct parser *p, struct node *n, unsigned depth)
{
	str rest = STR_EMPTY;
	enum ending ending = parse_list(p, depth + 1, &n->body, &rest);

	if (ending == ENDING_ELSE && rest.n) {
		/* "else if" and "else with" are blocks within the else, closed by the same end. */
		enum kind kind = take_word(&rest, STR("if")) ? NODE_IF : NODE_WITH;

		if (kind == NODE_WITH && !take_word(&rest, STR("with")))
			return template_fail(p->run, "unexpected else", rest) == 0;
		n->other = new_node(p, kind, rest);
		take_variables(n->other);
		return parse_block(p, n->other, depth + 1);
	}
	if (ending == ENDING_ELSE)
		ending = parse_list(p, depth + 1, &n->other, &rest);
	if (ending == ENDING_END)
		return true;
	return ending != ENDING_FAILED && template_fail(p->run, "no end of a block", n->text) == 0;
}

static struct node *parse_action(struct parser *p, str action, unsigned depth)
{
	static const struct {
		const char *word;
		enum kind kind;
	} blocks[] = { { "if", NODE_IF }, { "with", NODE_WITH }, { "range", NODE_RANGE } };
	struct node *n;

	if (str_eq(action, STR("break")) || str_eq(action, STR("continue")))
		return new_node(p, action.p[0] == 'b' ? NODE_BREAK : NODE_CONTINUE, action);
	for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
		if (take_word(&action, str_c(blocks[i].word))) {
			n = new_node(p, blocks[i].kind, action);
			take_variables(n);
			return parse_block(p, n, depth) ? n : NULL;
		}
	n = new_node(p, NODE_OUTPUT, action);
	take_variables(n);
	if (n->names[0].n)
		n->kind = NODE_SET;
	return n;
}

static enum ending parse_list(struct parser *p, unsigned depth, struct node **out, str *rest)
{
	str before, action = STR_EMPTY;
	int rc;

	*out = NULL;
	if (depth > TEMPLATE_MAX_DEPTH || p->nodes > TEMPLATE_MAX_NODES) {
		IGNORE(err_set(p->run->err, ERR_LIMIT, "template too deep or long")); /* -1 */
		return ENDING_FAILED;
	}
	while ((rc = next_action(p, &before, &action)) >= 0) {
		if (before.n) {
			*out = new_node(p, NODE_TEXT, before);
			out = &(*out)->next;
		}
		if (rc == 0)
			return ENDING_EOF;
		if (str_starts(action, STR("/*")))
			continue;
		if (str_eq(action, STR("end")))
			return ENDING_END;
		*rest = action;
		if (take_word(rest, STR("else")))
			return ENDING_ELSE;
		*out = parse_action(p, action, depth);
		if (!*out)
			return ENDING_FAILED;
		out = &(*out)->next;
		if (p->nodes > TEMPLATE_MAX_NODES)
			break;
	}
	if (rc >= 0)
		IGNORE(err_set(p->run->err, ERR_LIMIT, "template too long")); /* -1 */
	return ENDING_FAILED;
}

/* How a list of nodes was left. */
enum left { LEFT_END, LEFT_BREAK, LEFT_CONTINUE, LEFT_FAILED };

static enum left run_list(struct template_run *run, const struct node *n, struct buf *out);

static enum left run_range(struct template_run *run, const struct node *n, struct buf *out)
{
	struct value dot = run->dot;
	struct template_value v;
	enum left left = LEFT_END;

	if (template_eval(run, n->text, &v) < 0)
		return LEFT_FAILED;
	if (v.missing || v.value.type < VALUE_ARRAY || v.value.n == 0)
		return run_list(run, n->other, out);
	for (uint32_t i = 0; i < v.value.n && left != LEFT_BREAK && left != LEFT_FAILED; i++) {
		bool object = v.value.type == VALUE_OBJECT;
		struct value key = object ? v.value.members[i].key : value_int(i);
		size_t variables = run->variable_count;

		run->dot = object ? v.value.members[i].value : v.value.items[i];
		if (n->names[1].n && template_set(run, n->names[0], key, n->declare) < 0)
			return LEFT_FAILED;
		if (n->names[0].n &&
		    template_set(run, n->names[n->names[1].n > 0], run->dot, n->declare) < 0)
			return LEFT_FAILED;
		left = run_list(run, n->body, out);
		run->variable_count = variables;
	}
	run->dot = dot;
	return left == LEFT_FAILED ? LEFT_FAILED : LEFT_END;
}

static enum left run_condition(struct template_run *run, const struct node *n, struct buf *out)
{
	size_t variables = run->variable_count;
	struct value dot = run->dot;
	struct template_value v;
	enum left left;
	bool truth;

	if (template_eval(run, n->text, &v) < 0)
		return LEFT_FAILED;
	if (n->names[0].n && template_set(run, n->names[0], v.value, n->declare) < 0)
		return LEFT_FAILED;
	truth = template_truth(&v);
	if (truth && n->kind == NODE_WITH)
		run->dot = v.value;
	left = run_list(run, truth ? n->body : n->other, out);
	run->dot = dot;
	run->variable_count = variables;
	return left;
}

static enum left run_node(struct template_run *run, const struct node *n, struct buf *out)
{
	struct template_value v;

	switch (n->kind) {
	case NODE_TEXT:
		buf_add(out, n->text);
		return LEFT_END;
	case NODE_IF:
	case NODE_WITH:
		return run_condition(run, n, out);
	case NODE_RANGE:
		return run_range(run, n, out);
	case NODE_BREAK:
		return LEFT_BREAK;
	case NODE_CONTINUE:
		return LEFT_CONTINUE;
	default:
		if (template_eval(run, n->text, &v) < 0)
			return LEFT_FAILED;
		if (n->kind == NODE_OUTPUT)
			template_print(&v, out);
		else if (template_set(run, n->names[0], v.value, n->declare) < 0)
			return LEFT_FAILED;
		return LEFT_END;
	}
}

static enum left run_list(struct template_run *run, const struct node *n, struct buf *out)
{
	for (; n; n = n->next) {
		enum left left;

		if (++run->steps > TEMPLATE_MAX_STEPS || out->overflow) {
			IGNORE(err_set(run->err, ERR_LIMIT, "template: too much output")); /* -1 */
			return LEFT_FAILED;
		}
		left = run_node(run, n, out);
		if (left != LEFT_END)
			return left;
	}
	return LEFT_END;
}

int template_render(str text, const struct value *vars, struct arena *arena, struct buf *out,
		    struct err *err)
{
	struct template_run *run = ARENA_NEW(arena, struct template_run);
	struct parser p = { .run = run, .rest = text };
	struct node *nodes;
	enum ending ending;
	str rest = STR_EMPTY;

	run->arena = arena;
	run->err = err;
	run->root = run->dot = *vars;
	ending = parse_list(&p, 0, &nodes, &rest);
	if (ending == ENDING_FAILED)
		return -1;
	if (ending != ENDING_EOF)
		return template_fail(run, "end or else without a block", p.rest);
	return run_list(run, nodes, out) == LEFT_FAILED ? -1 : 0;
}
