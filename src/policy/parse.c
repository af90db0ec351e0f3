/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/parse_internal.h"

#include "base/num.h"

#include <stdarg.h>

const struct token *parse_peek(const struct parser *p) { return &p->tokens.items[p->at]; }

const struct token *parse_ahead(const struct parser *p, size_t n)
{
	return &p->tokens.items[size_min(p->at + n, p->tokens.n - 1)];
}

const struct token *parse_last(const struct parser *p)
{
	return &p->tokens.items[p->at > 0 ? p->at - 1 : 0];
}

const struct token *parse_next(struct parser *p)
{
	const struct token *token = parse_peek(p);

	if (p->at + 1 < p->tokens.n)
		p->at++;
	return token;
}

bool parse_is(const struct parser *p, uint8_t kind) { return parse_peek(p)->kind == kind; }

bool parse_take(struct parser *p, uint8_t kind)
{
	if (!parse_is(p, kind))
		return false;
	parse_next(p);
	return true;
}

bool parse_is_keyword(const struct parser *p, enum keyword keyword)
{
	const struct token *token = parse_peek(p), *dot = parse_ahead(p, 1);

	return keyword != KEYWORD_NONE && token->kind == TOKEN_IDENT && token->keyword == keyword &&
	       p->enabled[keyword] && !(dot->kind == '.' && !dot->space);
}

bool parse_take_keyword(struct parser *p, enum keyword keyword)
{
	if (!parse_is_keyword(p, keyword))
		return false;
	parse_next(p);
	return true;
}

bool parse_error_at(struct parser *p, uint32_t line, uint32_t col, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	if (p->quiet || p->failed)
		return false;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	problem_add(p->problems, p->module->file, p->module->text, line, col, "rego_parse_error",
		    "%s", text);
	p->failed = true;
	return false;
}

bool parse_unexpected(struct parser *p, const char *why)
{
	const struct token *token = parse_peek(p);
	str text = str_of(p->module->text.p + token->start, token->end - token->start);

	if (token->kind == TOKEN_BAD)
		return parse_error_at(p, token->line, token->col, "%.*s", STR_ARG(token->text));
	if (token->kind == TOKEN_EOF)
		text = STR("eof");
	else if (token->kind == TOKEN_IDENT && token->keyword == KEYWORD_NONE)
		text = STR("identifier");
	return parse_error_at(p, token->line, token->col, "unexpected %.*s token%s%s",
			      STR_ARG(str_take(text, 60)), why ? ": " : "", why ? why : "");
}

bool parse_expect(struct parser *p, uint8_t kind, const char *what)
{
	return parse_take(p, kind) || parse_unexpected(p, what);
}

bool parse_enter(struct parser *p)
{
	if (p->depth < AST_MAX_DEPTH) {
		p->depth++;
		return true;
	}
	parse_error_at(p, parse_peek(p)->line, parse_peek(p)->col, "nested deeper than %u",
		       AST_MAX_DEPTH);
	return false;
}

static bool parse_package(struct parser *p)
{
	const struct token *at = parse_peek(p), *name;
	struct term *items[2], *first;

	if (!parse_is_keyword(p, KEYWORD_PACKAGE))
		return parse_unexpected(p, "package expected");
	parse_next(p);
	name = parse_peek(p);
	if (name->kind != TOKEN_IDENT || name->line != at->line)
		return parse_unexpected(p, "expected a package name");
	parse_next(p);
	first = parse_postfix(p, parse_name_token(p, name), false);
	if (!first)
		return false;
	items[0] = term_var(p->arena, STR("data"), first);
	items[1] = parse_string_token(p, name);
	p->module->package = term_list(p->arena, TERM_REF, items, 2, first);
	if (first->kind == TERM_VAR)
		return true;
	for (size_t i = 1; i < first->n; i++) {
		if (!term_is_string(first->items[i]))
			return parse_error_at(p, first->line, first->col,
					      "package name must be made of strings");
	}
	p->module->package->items = ARENA_ARRAY(p->arena, struct term *, first->n + 1);
	memcpy(p->module->package->items, items, sizeof(items));
	memcpy(p->module->package->items + 2, first->items + 1,
	       (first->n - 1) * sizeof(struct term *));
	p->module->package->n = first->n + 1;
	if (first->n > AST_MAX_DEPTH)
		return parse_error_at(p, first->line, first->col, "package name too long");
	return true;
}

/* import rego.v1, import future.keywords.in ... */
static bool enable(struct parser *p, const struct term *path)
{
	static const enum keyword future[] = { KEYWORD_IN, KEYWORD_EVERY, KEYWORD_CONTAINS,
					       KEYWORD_IF };
	bool is_rego = str_eq(path->items[0]->name, STR("rego"));
	bool all = is_rego || path->n == 2, known = all;

	if (path->n < 2 || path->n > 3 || !term_is_string(path->items[1]))
		return false;
	if (is_rego && (path->n != 2 || !str_eq(value_text(&path->items[1]->value), STR("v1"))))
		return false;
	if (!is_rego && !str_eq(value_text(&path->items[1]->value), STR("keywords")))
		return false;
	if (is_rego) {
		p->module->rego_v1 = true;
		p->module->v0 = false;
	}
	for (size_t i = 0; i < ARRAY_LEN(future); i++) {
		if (all || (term_is_string(path->items[2]) &&
			    str_eq(value_text(&path->items[2]->value), keyword_name(future[i])))) {
			p->enabled[future[i]] = true;
			p->enabled[KEYWORD_IN] |= future[i] == KEYWORD_EVERY;
			known = true;
		}
	}
	return known;
}

static bool import_path(struct parser *p, struct import *import)
{
	const struct term *path = import->path;
	str root = path->items[0]->kind == TERM_VAR ? path->items[0]->name : STR_EMPTY;
	const struct term *last = path->items[path->n - 1];

	for (size_t i = 1; i < path->n; i++) {
		if (!term_is_string(path->items[i]))
			return parse_error_at(p, import->line, import->col,
					      "unexpected import path: must be made of strings");
	}
	if (str_eq(root, STR("rego")) || str_eq(root, STR("future"))) {
		if (!enable(p, path))
			return parse_error_at(
				p, import->line, import->col,
				"invalid import: must be `rego.v1` or `future.keywords`");
		import->used = true;
		return true;
	}
	if (!str_eq(root, STR("data")) && !str_eq(root, STR("input")))
		return parse_error_at(p, import->line, import->col,
				      "unexpected import path, must begin with one of: "
				      "{data, future, input, rego}, got: %.*s",
				      STR_ARG(root));
	if (!import->renamed)
		import->alias = path->n == 1 ? root : value_text(&last->value);
	return true;
}

static bool parse_import(struct parser *p)
{
	const struct token *at = parse_next(p);
	struct module *module = p->module;
	struct import import = { .line = at->line, .col = at->col };
	struct term *path;

	if (!parse_is(p, TOKEN_IDENT))
		return parse_unexpected(p, "expected an import path");
	path = parse_postfix(p, parse_name_token(p, parse_next(p)), false);
	if (!path)
		return false;
	import.path = path->kind == TERM_VAR ? term_list(p->arena, TERM_REF, &path, 1, path) : path;
	if (parse_take_keyword(p, KEYWORD_AS)) {
		if (!parse_is(p, TOKEN_IDENT))
			return parse_unexpected(p, "expected a name behind \"as\"");
		import.alias = str_dup(p->arena, parse_next(p)->text);
		import.renamed = true;
	}
	if (!import_path(p, &import))
		return false;
	module->imports = arena_grow(p->arena, module->imports, module->import_n,
				     &module->import_cap, sizeof(*module->imports));
	module->imports[module->import_n++] = import;
	return true;
}

/* To the next line that begins a statement at the margin, to report more than one error. */
static void recover(struct parser *p)
{
	p->failed = false;
	p->depth = 0;
	do
		parse_next(p);
	while (!parse_is(p, TOKEN_EOF) && !(parse_is(p, TOKEN_IDENT) && parse_peek(p)->col == 1));
}

static void parse_statements(struct parser *p)
{
	if (!parse_package(p))
		return;
	while (!parse_is(p, TOKEN_EOF)) {
		const struct token *before = parse_last(p), *at = parse_peek(p);
		bool ok = true;

		p->wildcards = 0;
		if (parse_take(p, ';'))
			continue;
		if (at->line == before->line && before->kind != ';' && p->at > 0 &&
		    !parse_is_keyword(p, KEYWORD_IMPORT))
			ok = parse_unexpected(p, "expected a line of its own");
		else if (parse_is_keyword(p, KEYWORD_IMPORT))
			ok = parse_import(p);
		else
			ok = parse_rules(p);
		if (!ok && p->problems->n == PROBLEM_MAX)
			return;
		if (!ok)
			recover(p);
	}
}

static void parser_init(struct parser *p, str file, str text, bool v0, struct arena *arena,
			struct arena *scratch, struct problems *problems)
{
	struct module *module = ARENA_NEW(arena, struct module);

	*module = (struct module){ .file = file, .text = text, .v0 = v0 };
	*p = (struct parser){
		.module = module, .arena = arena, .scratch = scratch, .problems = problems
	};
	for (size_t i = 1; i < KEYWORD_COUNT; i++)
		p->enabled[i] = !v0 || i < KEYWORD_IF;
	lex(text, arena, scratch, &p->tokens);
	module->comment_n = p->tokens.comment_n;
	module->comments = ARENA_ARRAY(arena, struct token, module->comment_n);
	if (module->comment_n > 0)
		memcpy(module->comments, p->tokens.comments,
		       module->comment_n * sizeof(*module->comments));
}

struct module *parse_module(str file, str text, bool v0, struct arena *arena,
			    struct problems *problems)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	size_t before = problems->n + problems->dropped;
	struct parser p;

	parser_init(&p, file, text, v0, arena, scratch, problems);
	parse_statements(&p);
	if (problems->n + problems->dropped > before)
		return NULL;
	parse_annotations(&p);
	return problems->n + problems->dropped > before ? NULL : p.module;
}

struct body *parse_query(str text, bool v0, struct arena *arena, struct module **module,
			 struct problems *problems)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct body *body;
	struct parser p;

	parser_init(&p, STR("query"), text, v0, arena, scratch, problems);
	*module = p.module;
	for (size_t i = KEYWORD_IF; i < KEYWORD_COUNT; i++)
		p.enabled[i] = true;
	body = parse_body(&p, TOKEN_EOF);
	return body;
}
