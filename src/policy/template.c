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
	NODE_TEMPLATE,
	NODE_BREAK,
	NODE_CONTINUE
};

struct template_node {
	enum kind kind;
	str text;     /* text; pipeline */
	str names[2]; /* variables that are set */
	bool declare; /* := and not = */
	struct template_node *body, *other, *next;
};

struct parser {
	struct template_run *run;
	str rest;
	size_t nodes;
	bool trim; /* the text that follows loses its blanks at the start */
};

enum ending { ENDING_EOF, ENDING_END, ENDING_ELSE, ENDING_FAILED };

static enum ending parse_list(struct parser *p, unsigned depth, struct template_node **out,
			      str *rest);

int template_fail(struct template_run *run, const char *what, str near)
{
	return err_set(run->err, ERR_INPUT, "template: %s near \"%.*s\"", what,
		       STR_ARG(str_take(near, 60)));
}

static struct template_node *new_node(struct parser *p, enum kind kind, str text)
{
	struct template_node *n = ARENA_NEW(p->run->arena, struct template_node);

	p->nodes++;
	n->kind = kind;
	n->text = text;
	return n;
}

/* Where "}}" stands that is not within a quoted text or a comment; or -1. */
static ptrdiff_t action_end(str s)
{
	str start = str_trim(s.n && s.p[0] == '-' ? str_skip(s, 1) : s);
	char quote = 0;

	if (str_starts(start, STR("/*"))) {
		ptrdiff_t comment = str_find(s, STR("*/"));
		ptrdiff_t close =
			comment < 0 ? -1 : str_find(str_skip(s, (size_t)comment), STR("}}"));

		return close < 0 ? -1 : comment + close;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (quote && s.p[i] == '\\' && quote != '`')
			i++;
		else if (quote)
			quote = s.p[i] == quote ? 0 : quote;
		else if (s.p[i] == '"' || s.p[i] == '`')
			quote = s.p[i];
		else if (s.p[i] == '}' && i + 1 < s.n && s.p[i + 1] == '}')
			return (ptrdiff_t)i;
	}
	return -1;
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
	close = action_end(p->rest);
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
static void take_variables(struct template_node *n)
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
static bool parse_block(struct parser *p, struct template_node *n, unsigned depth)
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

/* define and block: the body becomes a template of its own. */
static bool define(struct parser *p, str name, const struct template_node *body)
{
	struct template_run *run = p->run;

	if (run->named_count >= TEMPLATE_MAX_NAMED) {
		IGNORE(err_set(run->err, ERR_LIMIT, "too many named templates")); /* -1 */
		return false;
	}
	run->named = arena_grow(run->arena, run->named, run->named_count, &run->named_cap,
				sizeof(*run->named));
	run->named[run->named_count++] = (struct template_named){ name, body };
	return true;
}

/* template NAME PIPELINE, define NAME, block NAME PIPELINE; NULL with an error. */
static struct template_node *parse_named(struct parser *p, str action, bool has_body, bool shown,
					 unsigned depth)
{
	struct template_node *n = new_node(p, NODE_TEMPLATE, STR_EMPTY), *body = NULL;
	struct template_value name;
	str rest = STR_EMPTY;

	if (action.n == 0 || (action.p[0] != '"' && action.p[0] != '`')) {
		IGNORE(template_fail(p->run, "a template needs a quoted name", action)); /* -1 */
		return NULL;
	}
	if (template_take_text(p->run, &action, &name) < 0)
		return NULL;
	n->names[0] = value_text(&name.value);
	n->text = str_trim(action);
	if (has_body) {
		if (parse_list(p, depth + 1, &body, &rest) != ENDING_END) {
			if (p->run->err->kind == ERR_NONE)
				IGNORE(template_fail(p->run, "no end of a template",
						     n->names[0])); /* -1 */
			return NULL;
		}
		if (!define(p, n->names[0], body))
			return NULL;
	}
	if (!shown)
		n->kind = NODE_TEXT; /* of nothing */
	return n;
}

static struct template_node *parse_action(struct parser *p, str action, unsigned depth)
{
	static const struct {
		const char *word;
		enum kind kind;
	} blocks[] = { { "if", NODE_IF }, { "with", NODE_WITH }, { "range", NODE_RANGE } };
	struct template_node *n;

	if (str_eq(action, STR("break")) || str_eq(action, STR("continue")))
		return new_node(p, action.p[0] == 'b' ? NODE_BREAK : NODE_CONTINUE, action);
	if (p->run->opts && take_word(&action, STR("define")))
		return parse_named(p, action, true, false, depth);
	if (p->run->opts && take_word(&action, STR("block")))
		return parse_named(p, action, true, true, depth);
	if (p->run->opts && take_word(&action, STR("template")))
		return parse_named(p, action, false, true, depth);
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

static enum ending parse_list(struct parser *p, unsigned depth, struct template_node **out,
			      str *rest)
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

static enum left run_list(struct template_run *run, const struct template_node *n, struct buf *out);

static enum left run_range(struct template_run *run, const struct template_node *n, struct buf *out)
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

static enum left run_condition(struct template_run *run, const struct template_node *n,
			       struct buf *out)
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

/* A named template sees its argument as "." and "$", and no variable of ours. */
static enum left run_named(struct template_run *run, const struct template_node *n, struct buf *out)
{
	struct template_variable kept[TEMPLATE_MAX_VARIABLES];
	struct value root = run->root, dot = run->dot;
	struct template_value v = { .value = value_null() };
	const struct template_node *body = NULL;
	size_t variables = run->variable_count;

	for (size_t i = run->named_count; i-- > 0 && !body;) {
		if (str_eq(run->named[i].name, n->names[0]))
			body = run->named[i].body;
	}
	if (!body) {
		for (size_t i = 0; i < run->named_count; i++) {
			if (str_eq(run->named[i].name, n->names[0]))
				return LEFT_END; /* defined and empty */
		}
		IGNORE(template_fail(run, "no such template", n->names[0])); /* -1 */
		return LEFT_FAILED;
	}
	if (++run->calls > TEMPLATE_MAX_DEPTH) {
		IGNORE(err_set(run->err, ERR_LIMIT, "templates nest too deeply")); /* -1 */
		return LEFT_FAILED;
	}
	if (n->text.n > 0 && template_eval(run, n->text, &v) < 0)
		return LEFT_FAILED;
	memcpy(kept, run->variables, variables * sizeof(*kept));
	run->variable_count = 0;
	run->root = run->dot = v.value;
	enum left left = run_list(run, body, out);
	run->root = root;
	run->dot = dot;
	memcpy(run->variables, kept, variables * sizeof(*kept));
	run->variable_count = variables;
	run->calls--;
	return left == LEFT_FAILED ? LEFT_FAILED : LEFT_END;
}

static enum left run_node(struct template_run *run, const struct template_node *n, struct buf *out)
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
	case NODE_TEMPLATE:
		return run_named(run, n, out);
	case NODE_BREAK:
		return LEFT_BREAK;
	case NODE_CONTINUE:
		return LEFT_CONTINUE;
	default:
		if (template_eval(run, n->text, &v) < 0)
			return LEFT_FAILED;
		if (n->kind == NODE_OUTPUT && v.missing && run->opts)
			return LEFT_END;
		if (n->kind == NODE_OUTPUT)
			template_print(&v, out);
		else if (template_set(run, n->names[0], v.value, n->declare) < 0)
			return LEFT_FAILED;
		return LEFT_END;
	}
}

static enum left run_list(struct template_run *run, const struct template_node *n, struct buf *out)
{
	for (; n; n = n->next) {
		enum left left;

		if (++run->steps > run->max_steps || out->overflow) {
			IGNORE(err_set(run->err, ERR_LIMIT, "template: too much output")); /* -1 */
			return LEFT_FAILED;
		}
		left = run_node(run, n, out);
		if (left != LEFT_END)
			return left;
	}
	return LEFT_END;
}

static int render(str text, const struct value *vars, const struct template_opts *opts,
		  struct arena *arena, struct buf *out, struct err *err)
{
	struct template_run *run = ARENA_NEW(arena, struct template_run);
	struct parser p = { .run = run, .rest = text };
	struct template_node *nodes;
	enum ending ending;
	str rest = STR_EMPTY;

	err->kind = ERR_NONE;
	run->arena = arena;
	run->err = err;
	run->opts = opts;
	run->max_steps = opts && opts->max_steps ? opts->max_steps : TEMPLATE_MAX_STEPS;
	run->root = run->dot = *vars;
	ending = parse_list(&p, 0, &nodes, &rest);
	if (ending == ENDING_FAILED)
		return -1;
	if (ending != ENDING_EOF)
		return template_fail(run, "end or else without a block", p.rest);
	return run_list(run, nodes, out) == LEFT_FAILED ? -1 : 0;
}

int template_render(str text, const struct value *vars, struct arena *arena, struct buf *out,
		    struct err *err)
{
	return render(text, vars, NULL, arena, out, err);
}

int template_report(str text, const struct value *vars, const struct template_opts *opts,
		    struct arena *arena, struct buf *out, struct err *err)
{
	return render(text, vars, opts, arena, out, err);
}
