/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/lex.h"

struct lexer {
	str text;
	size_t at;
	uint32_t line;
	size_t line_start;	       /* byte where the line begins */
	size_t extra;		       /* bytes of the line that are no character of their own */
	struct arena *arena, *scratch; /* of texts; of the lists of tokens and comments */
	struct tokens *out;
	bool space;
};

static const str names[KEYWORD_COUNT] = {
	[KEYWORD_PACKAGE] = STR_INIT("package"), [KEYWORD_IMPORT] = STR_INIT("import"),
	[KEYWORD_DEFAULT] = STR_INIT("default"), [KEYWORD_NOT] = STR_INIT("not"),
	[KEYWORD_AS] = STR_INIT("as"),		 [KEYWORD_WITH] = STR_INIT("with"),
	[KEYWORD_ELSE] = STR_INIT("else"),	 [KEYWORD_SOME] = STR_INIT("some"),
	[KEYWORD_TRUE] = STR_INIT("true"),	 [KEYWORD_FALSE] = STR_INIT("false"),
	[KEYWORD_NULL] = STR_INIT("null"),	 [KEYWORD_IF] = STR_INIT("if"),
	[KEYWORD_IN] = STR_INIT("in"),		 [KEYWORD_CONTAINS] = STR_INIT("contains"),
	[KEYWORD_EVERY] = STR_INIT("every"),
};

str keyword_name(enum keyword keyword) { return names[keyword]; }

enum keyword keyword_of(str name)
{
	for (unsigned i = KEYWORD_NONE + 1; i < KEYWORD_COUNT; i++) {
		if (str_eq(name, names[i]))
			return (enum keyword)i;
	}
	return KEYWORD_NONE;
}

static char peek(const struct lexer *lexer, size_t ahead)
{
	size_t at = lexer->at + ahead;

	return at < lexer->text.n ? lexer->text.p[at] : '\0';
}

static bool at_end(const struct lexer *lexer) { return lexer->at >= lexer->text.n; }

/* Of a place in this line, when nothing behind it was counted as extra. */
static uint32_t column(const struct lexer *lexer, size_t at)
{
	return (uint32_t)(at - lexer->line_start - lexer->extra + 1);
}

static struct token *push(struct lexer *lexer, uint8_t kind, size_t start)
{
	struct tokens *out = lexer->out;
	struct token *token;

	out->items = arena_grow(lexer->scratch, out->items, out->n, &out->cap, sizeof(*out->items));
	token = &out->items[out->n++];
	*token = (struct token){
		.kind = kind,
		.space = lexer->space,
		.line = lexer->line,
		.col = column(lexer, start),
		.start = (uint32_t)start,
		.end = (uint32_t)lexer->at,
	};
	lexer->space = false;
	return token;
}

static void bad(struct lexer *lexer, size_t start, str why)
{
	push(lexer, TOKEN_BAD, start)->text = why;
	lexer->at = lexer->text.n;
}

/* The same for what began where the lexer was then. */
static bool bad_since(struct lexer *lexer, const struct lexer *begin, str why)
{
	*lexer = *begin;
	bad(lexer, begin->at, why);
	return false;
}

static void newline(struct lexer *lexer)
{
	lexer->line++;
	lexer->line_start = lexer->at;
	lexer->extra = 0;
}

static void comment(struct lexer *lexer)
{
	struct tokens *out = lexer->out;
	size_t start = lexer->at;

	while (!at_end(lexer) && peek(lexer, 0) != '\n')
		lexer->at++;
	out->comments = arena_grow(lexer->scratch, out->comments, out->comment_n, &out->comment_cap,
				   sizeof(*out->comments));
	out->comments[out->comment_n++] = (struct token){
		.kind = TOKEN_COMMENT,
		.line = lexer->line,
		.col = column(lexer, start),
		.start = (uint32_t)start,
		.end = (uint32_t)lexer->at,
		.text = str_rtrim(str_of(lexer->text.p + start + 1, lexer->at - start - 1)),
	};
}

static void skip_space(struct lexer *lexer)
{
	for (; !at_end(lexer); lexer->space = true) {
		char c = peek(lexer, 0);

		if (c == '#') {
			comment(lexer);
		} else if (c == '\n') {
			lexer->at++;
			newline(lexer);
		} else if (c == ' ' || c == '\t' || c == '\r') {
			lexer->at++;
		} else {
			break;
		}
	}
}

static bool is_name(char c) { return is_alnum(c) || c == '_'; }

static void name(struct lexer *lexer)
{
	size_t start = lexer->at;
	struct token *token;

	while (is_name(peek(lexer, 0)))
		lexer->at++;
	token = push(lexer, TOKEN_IDENT, start);
	token->text = str_of(lexer->text.p + start, lexer->at - start);
	token->keyword = (uint8_t)keyword_of(token->text);
}

static void digits(struct lexer *lexer)
{
	while (is_digit(peek(lexer, 0)))
		lexer->at++;
}

static void number(struct lexer *lexer)
{
	size_t start = lexer->at;
	struct token *token;
	bool leading_zero = peek(lexer, 0) == '0' && is_digit(peek(lexer, 1));

	digits(lexer);
	if (peek(lexer, 0) == '.' && is_digit(peek(lexer, 1))) {
		lexer->at++;
		digits(lexer);
	}
	if (to_lower(peek(lexer, 0)) == 'e') {
		size_t sign = peek(lexer, 1) == '+' || peek(lexer, 1) == '-';

		if (!is_digit(peek(lexer, 1 + sign))) {
			bad(lexer, start, STR("illegal number format"));
			return;
		}
		lexer->at += 1 + sign;
		digits(lexer);
	}
	if (leading_zero || is_name(peek(lexer, 0))) {
		bad(lexer, start, STR("illegal number format"));
		return;
	}
	token = push(lexer, TOKEN_NUMBER, start);
	token->text = str_of(lexer->text.p + start, lexer->at - start);
}

/* Copies one character as it stands; a byte that is no UTF-8 ends the reading. */
static bool copy_character(struct lexer *lexer, char *to, size_t *n)
{
	uint32_t cp;
	size_t size = utf8_decode(lexer->text.p + lexer->at, lexer->text.n - lexer->at, &cp);

	if (size == 0)
		return false;
	memcpy(to + *n, lexer->text.p + lexer->at, size);
	*n += size;
	lexer->at += size;
	lexer->extra += size - 1;
	if (size == 1 && cp == '\n')
		newline(lexer);
	return true;
}

static bool hex4(const struct lexer *lexer, size_t ahead, uint32_t *out)
{
	uint64_t value;

	if (lexer->at + ahead + 4 > lexer->text.n ||
	    !str_u64_base(str_of(lexer->text.p + lexer->at + ahead, 4), 16, &value))
		return false;
	*out = (uint32_t)value;
	return true;
}

/* \uXXXX, two of them for a character outside the first plane. At the 'u'. */
static bool unicode_escape(struct lexer *lexer, char *to, size_t *n)
{
	uint32_t cp, low;
	char bytes[4];
	size_t size;

	if (!hex4(lexer, 1, &cp))
		return false;
	lexer->at += 5;
	if (cp >= 0xd800 && cp < 0xdc00 && peek(lexer, 0) == '\\' && peek(lexer, 1) == 'u' &&
	    hex4(lexer, 2, &low) && low >= 0xdc00 && low < 0xe000) {
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
		lexer->at += 6;
	}
	if (cp >= 0xd800 && cp < 0xe000)
		cp = 0xfffd;
	size = utf8_encode(cp, bytes);
	memcpy(to + *n, bytes, size);
	*n += size;
	return true;
}

static bool escape(struct lexer *lexer, bool template, char *to, size_t *n)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	char c = peek(lexer, 1);
	const char *found = c ? strchr(from, c) : NULL;

	lexer->at++;
	if (c == 'u')
		return unicode_escape(lexer, to, n);
	if (template && (c == '{' || c == '}'))
		to[(*n)++] = c;
	else if (found)
		to[(*n)++] = into[found - from];
	else
		return false;
	lexer->at++;
	return true;
}

/*
 * The quoted text to its end; false after an error token, which stands where the text began.
 * `raw`: between backquotes.
 */
static bool piece(struct lexer *lexer, const struct lexer *begin, bool raw, bool template, str *out)
{
	size_t room = 0, n = 0;
	char quote = raw ? '`' : '"';
	char *to;

	for (size_t i = lexer->at; i < lexer->text.n && lexer->text.p[i] != quote; i++)
		if (lexer->text.p[i] == '\\')
			i++, room += 2;
		else if (template && lexer->text.p[i] == '{')
			break;
		else
			room++;
	to = arena_bytes(lexer->arena, room + 8);
	for (;;) {
		char c = peek(lexer, 0);

		if (at_end(lexer) || (!raw && c == '\n'))
			return bad_since(lexer, begin, STR("non-terminated string"));
		if (c == quote || (template && c == '{'))
			break;
		if (c == '\\' && raw && template && (peek(lexer, 1) == '{')) {
			to[n++] = '{';
			lexer->at += 2;
		} else if (c == '\\' && !raw) {
			if (!escape(lexer, template, to, &n))
				return bad_since(lexer, begin,
						 STR("illegal string escape sequence"));
		} else if (((unsigned char)c < 0x20 && !raw) || !copy_character(lexer, to, &n)) {
			return bad_since(lexer, begin, STR("illegal character in string"));
		}
	}
	*out = str_of(to, n);
	return true;
}

static void string(struct lexer *lexer)
{
	const struct lexer begin = *lexer;
	bool raw = peek(lexer, 0) == '`';
	struct token *token;
	str text;

	lexer->at++;
	if (!piece(lexer, &begin, raw, false, &text))
		return;
	lexer->at++;
	token = push(lexer, TOKEN_STRING, begin.at);
	token->text = text;
	token->line = begin.line;
	token->col = column(&begin, begin.at);
}

static void tokens(struct lexer *lexer, unsigned depth);

static void template_string(struct lexer *lexer, unsigned depth)
{
	const struct lexer begin = *lexer;
	bool raw = peek(lexer, 1) == '`';
	str text;

	if (depth > LEX_MAX_TEMPLATE) {
		bad(lexer, begin.at, STR("template strings nested too deep"));
		return;
	}
	lexer->at += 2;
	push(lexer, TOKEN_TEMPLATE, begin.at);
	for (;;) {
		size_t from = lexer->at;
		uint32_t line = lexer->line, col = column(lexer, from);

		if (!piece(lexer, &begin, raw, true, &text))
			return;
		if (text.n > 0) {
			struct token *token = push(lexer, TOKEN_TEMPLATE_TEXT, from);

			token->text = text;
			token->line = line;
			token->col = col;
		}
		from = lexer->at++;
		if (lexer->text.p[from] != '{') {
			push(lexer, TOKEN_TEMPLATE_END, from);
			return;
		}
		push(lexer, TOKEN_TEMPLATE_OPEN, from);
		tokens(lexer, depth + 1);
		if (at_end(lexer)) {
			(void)bad_since(lexer, &begin, STR("non-terminated string"));
			return;
		}
		lexer->at++;
		push(lexer, TOKEN_TEMPLATE_CLOSE, lexer->at - 1);
	}
}

static void symbol(struct lexer *lexer)
{
	static const struct {
		char text[3];
		uint8_t kind;
	} pairs[] = { { ":=", TOKEN_ASSIGN },
		      { "==", TOKEN_EQUAL },
		      { "!=", TOKEN_NOT_EQUAL },
		      { "<=", TOKEN_LESS_EQUAL },
		      { ">=", TOKEN_GREATER_EQUAL } };
	size_t start = lexer->at;
	char c = peek(lexer, 0);

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		if (c == pairs[i].text[0] && peek(lexer, 1) == pairs[i].text[1]) {
			lexer->at += 2;
			push(lexer, pairs[i].kind, start);
			return;
		}
	}
	if (c == '\0' || !strchr("{}[]().,:;=<>+-*/%&|", c)) {
		bad(lexer, start, c == '!' ? STR("illegal ! character") : STR("illegal token"));
		return;
	}
	lexer->at++;
	push(lexer, (uint8_t)c, start);
}

/* Up to the end, or the } that closes the expression of a template string. */
static void tokens(struct lexer *lexer, unsigned depth)
{
	size_t braces = 0;

	for (;;) {
		char c;

		skip_space(lexer);
		if (at_end(lexer))
			return;
		c = peek(lexer, 0);
		if (c == '}' && depth > 0 && braces == 0)
			return;
		if (c == '{')
			braces++;
		else if (c == '}' && braces > 0)
			braces--;
		if (is_digit(c))
			number(lexer);
		else if (is_alpha(c) || c == '_')
			name(lexer);
		else if (c == '"' || c == '`')
			string(lexer);
		else if (c == '$' && (peek(lexer, 1) == '"' || peek(lexer, 1) == '`'))
			template_string(lexer, depth);
		else
			symbol(lexer);
	}
}

void lex(str text, struct arena *arena, struct arena *scratch, struct tokens *out)
{
	struct lexer lexer = {
		.text = text, .line = 1, .arena = arena, .scratch = scratch, .out = out
	};

	*out = (struct tokens){ 0 };
	if (str_starts(text, STR("\xef\xbb\xbf"))) /* a byte order mark */
		lexer.at = lexer.extra = 3;
	if (text.n > LEX_MAX_BYTES)
		bad(&lexer, 0, STR("module too large"));
	else
		tokens(&lexer, 0);
	push(&lexer, TOKEN_EOF, lexer.at);
}
