/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Dockerfiles as BuildKit's Dockerfile reference defines them: parser directives (syntax, escape,
 * check), comments, continued lines with comments and empty lines inside, here-documents, flags,
 * exec and shell form, quoting, variables and stages. Keywords are taken in any case.
 *
 * Nothing that is wrong in one instruction loses the rest: it is told in `problems` with its line.
 * A text without a single instruction that is known is no Dockerfile: ERR_INPUT.
 *
 * Linear in the size of the text. Limits: DOCKERFILE_MAX_BYTES of text and DOCKERFILE_MAX_ITEMS
 * instructions (ERR_LIMIT). Everything lives in the arena or points into the text.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;
struct json_writer;

#define DOCKERFILE_MAX_BYTES (2u << 20)
#define DOCKERFILE_MAX_ITEMS 20000u
#define DOCKERFILE_MAX_WORDS 100000u /* of one file */

enum dockerfile_keyword {
	DOCKERFILE_UNKNOWN,
	DOCKERFILE_ADD,
	DOCKERFILE_ARG,
	DOCKERFILE_CMD,
	DOCKERFILE_COPY,
	DOCKERFILE_ENTRYPOINT,
	DOCKERFILE_ENV,
	DOCKERFILE_EXPOSE,
	DOCKERFILE_FROM,
	DOCKERFILE_HEALTHCHECK,
	DOCKERFILE_LABEL,
	DOCKERFILE_MAINTAINER,
	DOCKERFILE_ONBUILD,
	DOCKERFILE_RUN,
	DOCKERFILE_SHELL,
	DOCKERFILE_STOPSIGNAL,
	DOCKERFILE_USER,
	DOCKERFILE_VOLUME,
	DOCKERFILE_WORKDIR,
	DOCKERFILE_KEYWORDS
};

/* Where a part of a text that was put together stands in the file. */
struct dockerfile_piece {
	size_t at;     /* offset in the text */
	const char *p; /* the same place in the file; NULL: not known */
	uint32_t line; /* of the file, from 1 */
};

struct dockerfile_heredoc {
	str name;
	str body;      /* as it stands in the file, without its last line */
	bool verbatim; /* its name is quoted: no variables */
	bool chomp;    /* <<-: leading tabs do not count */
	uint32_t line; /* the first of the body */
};

struct dockerfile_item {
	enum dockerfile_keyword keyword;
	str written;  /* the keyword as it stands there */
	str original; /* the line, continued lines put together */
	str rest;     /* of `original`: what stands behind keyword and flags */
	const struct dockerfile_piece *pieces; /* of `original`, at least one */
	size_t piece_count;
	const str *flags; /* "--from=x" */
	size_t flag_count;
	/*
	 * The arguments. ENV and LABEL: three for each, name, value and "=" or "". HEALTHCHECK:
	 * NONE or CMD first. Shell form: all of it is one. ONBUILD: none, see `inner`.
	 */
	const str *values;
	size_t value_count;
	bool json; /* exec form */
	const struct dockerfile_heredoc *heredocs;
	size_t heredoc_count;
	const struct dockerfile_item *inner; /* ONBUILD: what it holds, else NULL */
	uint32_t line, end_line;
};

struct dockerfile_problem {
	uint32_t line, end_line;
	const char *reason; /* constant text */
	str subject;	    /* may be empty */
};

/* A comment that asks for exceptions, in whose form ever. */
struct dockerfile_ignore {
	str ids;		 /* separated by commas or blanks */
	str reason;		 /* may be empty */
	str form;		 /* "seawall", "trivy", "hadolint", "checkov" */
	str until;		 /* "2026-01-31", may be empty */
	uint32_t comment;	 /* line it stands in */
	uint32_t line, end_line; /* what it holds for; 0, 0: the whole file */
};

struct dockerfile {
	str text;    /* as UTF-8 */
	char escape; /* '\\' or '`' */
	str syntax, check;
	const struct dockerfile_item *items;
	size_t item_count;
	const struct dockerfile_problem *problems;
	size_t problem_count;
	const struct dockerfile_ignore *ignores;
	size_t ignore_count;
	uint32_t lines;
};

/* `bytes` in any encoding of text_file.h; must outlive the result. */
int dockerfile_parse(str bytes, struct arena *arena, struct dockerfile *out,
		     struct err *err) MUST_USE;

/* "run", in small letters; "" for DOCKERFILE_UNKNOWN. */
str dockerfile_keyword_name(enum dockerfile_keyword keyword);
/* By its file name alone: Dockerfile, Dockerfile.*, *.Dockerfile, *.dockerfile, Containerfile ...
 */
bool dockerfile_is_name(str path);
/* By its first instruction: FROM, or ARG in front of it. */
bool dockerfile_is_text(str text);
/* Value of the flag `name` ("from"), p NULL when it is not there. */
str dockerfile_flag(const struct dockerfile_item *item, str name);
/* Line of the file in which the byte at `offset` of item->original stands. */
uint32_t dockerfile_line(const struct dockerfile_item *item, size_t offset);

/*
 * The facts as one JSON object, for policies: "Stages" as other tools have it, and fields of our
 * own beside (doc/checks.md). What the buffer of the writer cannot hold is its overflow.
 */
void dockerfile_facts(const struct dockerfile *file, str path, struct json_writer *w);
