/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands that a shell would start, as far as the text tells: lists, pipes, groups, loops,
 * substitutions. Words lose their quotes, variables with a known value are replaced and split as
 * the shell does it; all else stays as it stands there. One pass, no evaluation.
 */
#include "fmt/container/dockerfile_internal.h"

#include "base/words.h"

#define WORD_MAX (64u << 10) /* bytes; a longer one is cut */

struct scan {
	struct shell_script *script;
	str in;
	size_t at;
	const struct dockerfile_piece *pieces;
	size_t piece_n, piece;
	unsigned depth;
	struct shell_command now; /* being read */
	const char *op;		  /* in front of `now` */
	uint32_t pipeline;
	struct buf word;
	bool word_open; /* something was read, even "" */
	bool quoted;
	bool name_quoted;		 /* in front of the first '=' */
	enum shell_open open;		 /* of the word */
	bool header;			 /* behind for, select or case: no command */
	bool pattern;			 /* of a case, up to its ')' */
	unsigned cases;			 /* open ones */
	struct shell_redirect *redirect; /* waits for its word */
	str heredocs[8];
	size_t heredoc_n;
};

static uint32_t line_at(struct scan *s)
{
	while (s->piece + 1 < s->piece_n && s->pieces[s->piece + 1].at <= s->at)
		s->piece++;
	return s->pieces[s->piece].line;
}

static char peek(const struct scan *s, size_t n)
{
	return s->at + n < s->in.n ? s->in.p[s->at + n] : 0;
}

static void add_word(struct shell_script *script, str **items, size_t *n, size_t *cap, str word)
{
	*items = arena_grow(script->arena, *items, *n, cap, sizeof(**items));
	(*items)[(*n)++] = word;
}

static void add_argument(struct scan *s, str word)
{
	struct shell_command *now = &s->now;

	now->ends = arena_grow(s->script->arena, now->ends, now->word_n, &now->end_cap,
			       sizeof(*now->ends));
	now->ends[now->word_n] = size_min(s->at, s->in.n);
	now->open = arena_grow(s->script->arena, now->open, now->word_n, &now->open_cap,
			       sizeof(*now->open));
	now->open[now->word_n] = s->open;
	add_word(s->script, &now->words, &now->word_n, &now->word_cap, word);
}

/* ---- commands ---- */

static void end_command(struct scan *s, const char *op)
{
	struct shell_command *now = &s->now;
	struct shell_script *script = s->script;

	bool had = now->word_n > 0 || now->assignment_n > 0 || now->redirect_n > 0;

	s->redirect = NULL;
	s->header = false;
	if (had) {
		if (*script->left == 0) {
			script->incomplete = true;
		} else {
			(*script->left)--;
			now->op = s->op;
			now->depth = s->depth;
			now->end_line = line_at(s);
			now->pipeline = s->pipeline;
			script->commands = arena_grow(script->arena, script->commands, script->n,
						      &script->cap, sizeof(*script->commands));
			script->commands[script->n++] = *now;
		}
		s->op = op;
	} else if (s->op[0] == 0 || s->op[0] == '\n' || s->op[0] == ';') {
		s->op = op;
	}
	bool fed = !had && str_eq(str_c(s->op), STR("|")); /* "|" at the end of a line */
	*now = (struct shell_command){ 0 };
	if (!fed && !str_eq(str_c(op), STR("|")))
		s->pipeline = script->pipelines++;
}

static void add_assignment(struct scan *s, str word)
{
	struct shell_command *now = &s->now;

	now->assignment_open = arena_grow(s->script->arena, now->assignment_open, now->assignment_n,
					  &now->assignment_open_cap, sizeof(*now->assignment_open));
	now->assignment_open[now->assignment_n] = s->open;
	add_word(s->script, &now->assignments, &now->assignment_n, &now->assignment_cap, word);
}

static bool is_assignment(str word)
{
	size_t n = dockerfile_name_length(word);

	return n > 0 && (str_starts(str_skip(word, n), STR("=")) ||
			 str_starts(str_skip(word, n), STR("+=")));
}

/* Reserved words in front of a command. */
static bool take_reserved(struct scan *s, str word)
{
	static const char *const plain[] = { "if",    "then",  "elif", "else", "fi", "do",   "done",
					     "while", "until", "{",    "}",    "!",  "time", NULL };
	static const char *const headers[] = { "for", "select", "case", "function", NULL };

	if (s->now.word_n > 0 || s->now.assignment_n > 0 || s->quoted)
		return false;
	if (words_list_has(headers, word)) {
		bool is_case = str_eq(word, STR("case"));

		s->header = true;
		s->cases += is_case;
		s->pattern = s->pattern || is_case;
		return true;
	}
	if (str_eq(word, STR("esac"))) {
		s->cases -= s->cases > 0;
		s->pattern = false;
		return true;
	}
	return words_list_has(plain, word);
}

static void end_word(struct scan *s)
{
	if (!s->word_open)
		return;
	str word = str_dup(s->script->arena, buf_str(&s->word));

	s->now.skips = s->now.skips || s->word.overflow;
	buf_reset(&s->word);
	s->word_open = false;
	if (s->redirect) {
		s->redirect->to = word;
		s->redirect = NULL;
	} else if (s->header) {
		/* the variable of a loop and what it runs through, the word of a case */
	} else if (!take_reserved(s, word)) {
		if (s->now.line == 0)
			s->now.line = line_at(s);
		if (s->now.word_n == 0 && !s->name_quoted && is_assignment(word))
			add_assignment(s, word);
		else
			add_argument(s, word);
	}
	s->quoted = s->name_quoted = false;
	s->open = SHELL_KNOWN;
}

static void leave_open(struct scan *s, enum shell_open open)
{
	if (s->open < open)
		s->open = open;
}

static void begin_quotes(struct scan *s)
{
	s->quoted = true;
	s->name_quoted |= str_find_char(buf_str(&s->word), '=') < 0;
}

static void put(struct scan *s, char c)
{
	buf_byte(&s->word, c);
	s->word_open = true;
}

/* ---- substitutions ---- */

static void list(struct scan *s, char end);

/* The commands inside of $( ) or ` `; the text itself stays in the word. */
static void substitution(struct scan *s, char end)
{
	size_t start = s->at;
	struct scan inner = *s;

	if (s->depth >= SHELL_MAX_DEPTH) {
		s->script->incomplete = true;
		s->at = s->in.n;
		return;
	}
	inner.depth++;
	inner.now = (struct shell_command){ 0 };
	inner.op = "(";
	inner.pipeline = s->script->pipelines++;
	inner.redirect = NULL;
	inner.header = inner.quoted = inner.name_quoted = inner.word_open = inner.pattern = false;
	inner.open = SHELL_KNOWN;
	inner.cases = 0;
	inner.heredoc_n = 0;
	buf_init(&inner.word, WORD_MAX);
	list(&inner, end);
	buf_done(&inner.word);
	s->at = inner.at;
	s->piece = inner.piece;
	buf_add(&s->word, str_take(str_skip(s->in, start), s->at - start));
	s->word_open = true;
}

/* $(( )) and ${ }: as they stand there. */
static void balanced(struct scan *s, char open, char close)
{
	size_t depth = 0;

	for (; s->at < s->in.n; s->at++) {
		char c = s->in.p[s->at];

		put(s, c);
		if (c == '\\' && s->at + 1 < s->in.n)
			put(s, s->in.p[++s->at]);
		else if (c == open)
			depth++;
		else if (c == close && --depth == 0) {
			s->at++;
			return;
		}
	}
}

static const struct dockerfile_variable *known_variable(struct scan *s, size_t *length)
{
	str rest = str_skip(s->in, s->at + 1);
	bool brace = str_starts(rest, STR("{"));
	size_t n = dockerfile_name_length(str_skip(rest, brace));

	if (n == 0 || !s->script->scope || (brace && (rest.n < n + 2 || rest.p[n + 1] != '}')))
		return NULL;
	const struct dockerfile_variable *v =
		dockerfile_scope_get(s->script->scope, str_take(str_skip(rest, brace), n));
	if (!v || !v->set || !v->known || *s->script->scope->budget < v->value.n)
		return NULL;
	*s->script->scope->budget -= v->value.n;
	*length = 1 + n + (brace ? 2 : 0);
	return v;
}

static void put_value(struct scan *s, str value, bool in_quotes)
{
	for (size_t i = 0; i < value.n; i++) {
		if (!in_quotes && is_space(value.p[i]))
			end_word(s);
		else
			put(s, value.p[i]);
	}
	s->word_open |= in_quotes;
}

/* "${NAME:-word}" with a plain word: all of it is *length. */
static bool default_of(const struct scan *s, str *word, size_t *length)
{
	str rest = str_skip(s->in, s->at + 1);
	size_t n = str_starts(rest, STR("{")) ? dockerfile_name_length(str_skip(rest, 1)) : 0, i;

	if (!s->script->defaults || n == 0)
		return false;
	rest = str_skip(rest, 1 + n);
	i = rest.n > 0 && rest.p[0] == ':';
	if (i >= rest.n || rest.p[i++] != '-')
		return false;
	size_t from = i;
	while (i < rest.n && !memchr("}$`\"'\\{", rest.p[i], 7))
		i++;
	if (i >= rest.n || rest.p[i] != '}')
		return false;
	*word = str_take(str_skip(rest, from), i - from);
	*length = 2 + n + i + 1;
	return true;
}

/* What a variable that is not known may become. */
static void open_variable(struct scan *s, bool in_quotes)
{
	str rest = str_take(str_skip(s->in, s->at + 1), 80);
	char next = rest.n > 0 ? rest.p[0] : 0;
	ptrdiff_t close = str_find_char(rest, '}');
	bool all = next == '@' || next == '*';

	if (!is_alnum(next) && !(next && strchr("_{(@*#?-$!", next)))
		return; /* a dollar */
	if (next == '{' && close > 0) {
		rest = str_take(rest, (size_t)close);
		all = str_starts(rest, STR("{@")) || str_find(rest, STR("[@]")) >= 0;
	}
	leave_open(s, in_quotes && !all ? SHELL_ONE : SHELL_MANY);
}

static void dollar(struct scan *s, bool in_quotes)
{
	size_t length = 0;
	str word;
	const struct dockerfile_variable *v = known_variable(s, &length);

	if (v) {
		s->at += length;
		put_value(s, v->value, in_quotes);
		return;
	}
	if (default_of(s, &word, &length)) {
		s->at += length;
		put_value(s, word, in_quotes);
		return;
	}
	open_variable(s, in_quotes);
	if (peek(s, 1) == '(' && peek(s, 2) == '(') {
		put(s, '$');
		s->at++;
		balanced(s, '(', ')');
	} else if (peek(s, 1) == '(') {
		buf_add(&s->word, STR("$("));
		s->at += 2;
		substitution(s, ')');
	} else if (peek(s, 1) == '{') {
		put(s, '$');
		s->at++;
		balanced(s, '{', '}');
	} else {
		put(s, '$');
		s->at++;
	}
}

static void double_quotes(struct scan *s)
{
	s->at++;
	while (s->at < s->in.n && s->in.p[s->at] != '"') {
		char c = s->in.p[s->at], next = peek(s, 1);

		if (c == '\\' && next &&
		    (next == '"' || next == '\\' || next == '$' || next == '`')) {
			put(s, next);
			s->at += 2;
		} else if (c == '$') {
			dollar(s, true);
		} else if (c == '`') {
			leave_open(s, SHELL_ONE);
			put(s, c);
			s->at++;
			substitution(s, '`');
		} else {
			put(s, c);
			s->at++;
		}
	}
	s->at++;
}

/* ---- the list ---- */

/* Behind a newline: the bodies of here-documents are no commands. */
static void skip_heredocs(struct scan *s)
{
	for (size_t i = 0; i < s->heredoc_n; i++) {
		str rest = str_skip(s->in, s->at), line;
		bool found = false;

		while (!found && str_line(&rest, &line)) {
			while (line.n > 0 && line.p[0] == '\t')
				line = str_skip(line, 1);
			found = str_eq(line, s->heredocs[i]);
		}
		s->at = rest.p ? (size_t)(rest.p - s->in.p) : s->in.n;
	}
	s->heredoc_n = 0;
}

static void redirection(struct scan *s)
{
	size_t start = s->at, n = 1;
	char c = s->in.p[s->at];
	bool number = s->word_open && !s->quoted && s->word.n == 1 && is_digit(s->word.p[0]);
	char digit = number ? s->word.p[0] : 0;

	if (number) {
		buf_reset(&s->word);
		s->word_open = false;
	}
	end_word(s);
	while (n < 3 && (peek(s, n) == c || peek(s, n) == '&' || peek(s, n) == '|' ||
			 (c == '<' && n == 2 && peek(s, n) == '-')))
		n++;
	s->at += n;
	str op = str_of(s->in.p + start, n);
	if (digit)
		op = str_fmt(s->script->arena, "%c%.*s", digit, STR_ARG(op));
	if (s->now.line == 0)
		s->now.line = line_at(s);
	s->now.redirects = arena_grow(s->script->arena, s->now.redirects, s->now.redirect_n,
				      &s->now.redirect_cap, sizeof(*s->now.redirects));
	s->redirect = &s->now.redirects[s->now.redirect_n++];
	*s->redirect = (struct shell_redirect){ .op = op };
	if (c == '<' && n >= 2 && s->in.p[start + 1] == '<' &&
	    (n == 2 || s->in.p[start + 2] == '-')) {
		str rest = str_skip(s->in, s->at);
		size_t end = 0;

		while (rest.n > 0 && (rest.p[0] == ' ' || rest.p[0] == '\t'))
			rest = str_skip(rest, 1);
		while (end < rest.n && !is_space(rest.p[end]) &&
		       memchr(";|&()<>", rest.p[end], 7) == NULL)
			end++;
		rest = str_take(rest, end);
		if (rest.n >= 2 && (rest.p[0] == '"' || rest.p[0] == '\''))
			rest = str_drop_end(str_skip(rest, 1), 1);
		if (s->heredoc_n < ARRAY_LEN(s->heredocs))
			s->heredocs[s->heredoc_n++] = rest;
	}
}

static void separator(struct scan *s)
{
	char c = s->in.p[s->at], next = peek(s, 1);
	const char *op = ";";
	size_t n = 1;

	end_word(s);
	if (c == '&') {
		if (next == '>') { /* &> file: both outputs */
			s->at++;
			redirection(s);
			return;
		}
		n = next == '&' ? 2 : 1;
		op = n == 2 ? "&&" : "&";
	} else if (c == '|') {
		n = next == '|' || next == '&' ? 2 : 1;
		op = next == '|' ? "||" : "|";
	} else if (c == '\n') {
		op = "\n";
	} else if (c == ';') {
		n = next == ';' ? 2 : 1;
	} else if (c == '(') {
		op = "(";
	}
	if (c == ')' || (s->pattern && c != '\n')) /* or the end of a function's name */
		s->now = (struct shell_command){ 0 };
	if (c == ')' || (c == ';' && n == 2))
		s->pattern = c == ';' && s->cases > 0;
	end_command(s, op);
	s->at += n;
	if (c == '\n')
		skip_heredocs(s);
}

static void plain(struct scan *s, char c)
{
	if (c == '\\') {
		if (peek(s, 1) == '\n')
			s->at += 2;
		else if (s->at + 1 < s->in.n) {
			begin_quotes(s);
			put(s, peek(s, 1));
			s->at += 2;
		} else {
			s->at++;
		}
	} else if (c == '\'') {
		begin_quotes(s);
		s->word_open = true;
		for (s->at++; s->at < s->in.n && s->in.p[s->at] != '\''; s->at++)
			put(s, s->in.p[s->at]);
		s->at++;
	} else if (c == '"') {
		begin_quotes(s);
		s->word_open = true;
		double_quotes(s);
	} else if (c == '$') {
		dollar(s, false);
	} else if (c == '`') {
		leave_open(s, SHELL_MANY);
		put(s, c);
		s->at++;
		substitution(s, '`');
	} else {
		/* A home folder, or names of files. */
		if (c == '*' || c == '?' || c == '[' || c == '{' || (c == '~' && !s->word_open))
			leave_open(s, SHELL_ONE);
		put(s, c);
		s->at++;
	}
}

/* Up to `end` (taken), or to the end of the text. */
static void list(struct scan *s, char end)
{
	unsigned open = 0;

	while (s->at < s->in.n) {
		char c = s->in.p[s->at];

		if (c == end && end && open == 0) {
			s->at++;
			break;
		}
		if (c == ' ' || c == '\t' || c == '\r') {
			end_word(s);
			s->at++;
		} else if (c == '#' && !s->word_open) {
			while (s->at < s->in.n && s->in.p[s->at] != '\n')
				s->at++;
		} else if (c == '<' || c == '>') {
			redirection(s);
		} else if (c == ')' && open > 0) {
			open--;
			end_word(s);
			end_command(s, ";");
			s->at++;
		} else if (c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' || c == ')') {
			open += c == '(';
			separator(s);
		} else {
			plain(s, c);
		}
	}
	end_word(s);
	end_command(s, ";");
}

void shell_parse(struct shell_script *script, str text, const struct dockerfile_piece *pieces,
		 size_t piece_count)
{
	struct scan s = { .script = script,
			  .in = text,
			  .pieces = pieces,
			  .piece_n = piece_count,
			  .op = "",
			  .depth = script->depth,
			  .pipeline = script->pipelines++ };
	size_t from = script->n;

	buf_init(&s.word, WORD_MAX);
	list(&s, 0);
	buf_done(&s.word);
	shell_finish(script, from);
}
