/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * lex: the text of a module as tokens. All of them are read ahead, so that the parser can look
 * forward and step back. A character that starts nothing is a token of its own kind with a text
 * that says what is wrong; the parser reports it where it meets it.
 */
#include "base/arena.h"
#include "base/str.h"

#define LEX_MAX_BYTES	 (16u << 20) /* of one module */
#define LEX_MAX_TEMPLATE 32u	     /* template strings inside each other */

enum token_kind {
	TOKEN_EOF,
	TOKEN_IDENT,
	TOKEN_NUMBER,
	TOKEN_STRING,
	TOKEN_TEMPLATE,	      /* a template string begins */
	TOKEN_TEMPLATE_TEXT,  /* a piece of it */
	TOKEN_TEMPLATE_OPEN,  /* { of an expression inside it */
	TOKEN_TEMPLATE_CLOSE, /* its } */
	TOKEN_TEMPLATE_END,
	TOKEN_COMMENT, /* only in the list of comments */
	TOKEN_BAD,     /* text: what is wrong */
	/* Other tokens are their character, or one of these. */
	TOKEN_ASSIGN = 0x80, /* := */
	TOKEN_EQUAL,	     /* == */
	TOKEN_NOT_EQUAL,
	TOKEN_LESS_EQUAL,
	TOKEN_GREATER_EQUAL,
};

enum keyword {
	KEYWORD_NONE,
	KEYWORD_PACKAGE,
	KEYWORD_IMPORT,
	KEYWORD_DEFAULT,
	KEYWORD_NOT,
	KEYWORD_AS,
	KEYWORD_WITH,
	KEYWORD_ELSE,
	KEYWORD_SOME,
	KEYWORD_TRUE,
	KEYWORD_FALSE,
	KEYWORD_NULL,
	KEYWORD_IF,	  /* these four are names in v0 modules */
	KEYWORD_IN,	  /* that do not import them */
	KEYWORD_CONTAINS, /* from future.keywords */
	KEYWORD_EVERY,
	KEYWORD_COUNT
};

struct token {
	uint8_t kind;
	uint8_t keyword; /* of an identifier */
	bool space;	 /* white space or a comment before it */
	uint32_t line, col;
	uint32_t start, end; /* bytes in the text */
	str text;	     /* name, number, decoded string, comment without '#' */
};

struct tokens {
	struct token *items; /* ends with TOKEN_EOF */
	size_t n, cap;
	struct token *comments;
	size_t comment_n, comment_cap;
};

/* `text` must outlive the tokens. Texts live in `arena`, the lists of tokens and comments in
 * `scratch`: they are several times as large as the module, and nobody needs them once that is
 * parsed.
 */
void lex(str text, struct arena *arena, struct arena *scratch, struct tokens *out);
str keyword_name(enum keyword keyword);
/* The inverse; KEYWORD_NONE for any other name. */
enum keyword keyword_of(str name);
