/* SPDX-License-Identifier: Apache-2.0 */
/* Lines become instructions. What an instruction means: dockerfile_words.c. */
#include "fmt/container/dockerfile.h"

#include "base/err.h"
#include "base/path.h"
#include "fmt/container/dockerfile_internal.h"
#include "fmt/syntax/text_file.h"

static const str keyword_names[DOCKERFILE_KEYWORDS] = {
	[DOCKERFILE_ADD] = STR_INIT("add"),
	[DOCKERFILE_ARG] = STR_INIT("arg"),
	[DOCKERFILE_CMD] = STR_INIT("cmd"),
	[DOCKERFILE_COPY] = STR_INIT("copy"),
	[DOCKERFILE_ENTRYPOINT] = STR_INIT("entrypoint"),
	[DOCKERFILE_ENV] = STR_INIT("env"),
	[DOCKERFILE_EXPOSE] = STR_INIT("expose"),
	[DOCKERFILE_FROM] = STR_INIT("from"),
	[DOCKERFILE_HEALTHCHECK] = STR_INIT("healthcheck"),
	[DOCKERFILE_LABEL] = STR_INIT("label"),
	[DOCKERFILE_MAINTAINER] = STR_INIT("maintainer"),
	[DOCKERFILE_ONBUILD] = STR_INIT("onbuild"),
	[DOCKERFILE_RUN] = STR_INIT("run"),
	[DOCKERFILE_SHELL] = STR_INIT("shell"),
	[DOCKERFILE_STOPSIGNAL] = STR_INIT("stopsignal"),
	[DOCKERFILE_USER] = STR_INIT("user"),
	[DOCKERFILE_VOLUME] = STR_INIT("volume"),
	[DOCKERFILE_WORKDIR] = STR_INIT("workdir"),
};

str dockerfile_keyword_name(enum dockerfile_keyword keyword) { return keyword_names[keyword]; }

void dockerfile_problem_add(struct dockerfile_reader *reader, const struct dockerfile_item *item,
			    const char *reason, str subject)
{
	reader->problems = arena_grow(reader->arena, reader->problems, reader->problem_n,
				      &reader->problem_cap, sizeof(*reader->problems));
	reader->problems[reader->problem_n++] = (struct dockerfile_problem){
		.line = item ? item->line : reader->line,
		.end_line = item ? item->end_line : reader->line,
		.reason = reason,
		.subject = str_take(subject, 200),
	};
}

/* ---- lines ---- */

static bool next_line(struct dockerfile_reader *reader, str *line)
{
	if (!str_line(&reader->rest, line))
		return false;
	reader->line++;
	return true;
}

static str trim_left(str s)
{
	while (s.n > 0 && is_space(s.p[0]))
		s = str_skip(s, 1);
	return s;
}

static bool is_comment(str line)
{
	line = trim_left(line);
	return line.n > 0 && line.p[0] == '#';
}

/* Takes the escape character at the end of the line off; false when the line ends here. */
static bool continues(char escape, str *line)
{
	str s = *line;

	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	if (s.n == 0 || s.p[s.n - 1] != escape || (s.n > 1 && s.p[s.n - 2] == escape))
		return false;
	*line = str_take(s, s.n - 1);
	return true;
}

/* ---- parser directives ---- */

static bool directive(str line, str *name, str *value)
{
	size_t n = 0;

	if (line.n == 0 || line.p[0] != '#')
		return false;
	line = trim_left(str_skip(line, 1));
	while (n < line.n && (n > 0 ? is_alnum(line.p[n]) : is_alpha(line.p[n])))
		n++;
	*name = str_take(line, n);
	line = trim_left(str_skip(line, n));
	if (n == 0 || line.n == 0 || line.p[0] != '=')
		return false;
	*value = str_trim(str_skip(line, 1));
	return value->n > 0;
}

static void take_check(struct dockerfile_reader *reader, str value)
{
	str part, key, list;

	reader->file->check = value;
	while (str_split(&value, ';', &part)) {
		if (!str_cut(part, '=', &key, &list) || !str_ieq(str_trim(key), STR("skip")))
			continue;
		reader->ignores = arena_grow(reader->arena, reader->ignores, reader->ignore_n,
					     &reader->ignore_cap, sizeof(*reader->ignores));
		reader->ignores[reader->ignore_n++] = (struct dockerfile_ignore){
			.ids = list, .form = STR("buildkit"), .comment = reader->line
		};
		reader->waiting = reader->ignore_n;
	}
}

/* Only at the top: the first line that is none ends them. */
static void read_directives(struct dockerfile_reader *reader)
{
	struct dockerfile *file = reader->file;
	str name, value, line;
	bool escape_seen = false;

	for (;;) {
		str before = reader->rest;

		if (!next_line(reader, &line))
			return;
		if (!directive(line, &name, &value)) {
			reader->rest = before;
			reader->line--;
			return;
		}
		if (str_ieq(name, STR("syntax"))) {
			if (file->syntax.n > 0)
				dockerfile_problem_add(reader, NULL, "parser directive given twice",
						       name);
			file->syntax = value;
		} else if (str_ieq(name, STR("check"))) {
			take_check(reader, value);
		} else if (str_ieq(name, STR("escape"))) {
			bool good = str_eq(value, STR("\\")) || str_eq(value, STR("`"));

			if (!good || escape_seen)
				dockerfile_problem_add(reader, NULL,
						       good ? "parser directive given twice"
							    : "escape must be a backslash or `",
						       value);
			if (good)
				file->escape = value.p[0];
			escape_seen = true;
		} else {
			dockerfile_comment(reader, str_skip(line, 1));
		}
	}
}

/* ---- instructions ---- */

struct joiner {
	struct arena *arena;
	struct dockerfile_piece *pieces;
	size_t n, cap;
	char *text; /* room for the rest of the file; NULL while one line is all */
	size_t used;
};

static void join(struct joiner *joiner, str line, uint32_t number)
{
	joiner->pieces = arena_grow(joiner->arena, joiner->pieces, joiner->n, &joiner->cap,
				    sizeof(*joiner->pieces));
	joiner->pieces[joiner->n++] =
		(struct dockerfile_piece){ .at = joiner->used, .p = line.p, .line = number };
	joiner->used += line.n;
}

/* Puts the pieces together; each is as long as the way to the next one. */
static str joined(const struct joiner *joiner)
{
	if (joiner->n == 1)
		return str_of(joiner->pieces[0].p, joiner->used);
	char *text = arena_bytes(joiner->arena, joiner->used + 1);
	for (size_t i = 0; i < joiner->n; i++) {
		size_t end = i + 1 < joiner->n ? joiner->pieces[i + 1].at : joiner->used;

		if (end > joiner->pieces[i].at)
			memcpy(text + joiner->pieces[i].at, joiner->pieces[i].p,
			       end - joiner->pieces[i].at);
	}
	return str_of(text, joiner->used);
}

static void read_heredocs(struct dockerfile_reader *reader, struct dockerfile_item *item)
{
	struct dockerfile_item *inner = item;
	struct dockerfile_heredoc *docs;
	size_t n = 0;
	str line;

	if (item->inner) {
		inner = ARENA_NEW(reader->arena, struct dockerfile_item);
		*inner = *item->inner;
	}
	dockerfile_heredocs(reader, inner, &docs, &n);
	for (size_t i = 0; i < n; i++) {
		const char *start = reader->rest.p;
		bool ended = false;

		docs[i].line = reader->line + 1;
		docs[i].body = STR_EMPTY;
		while (!ended && next_line(reader, &line)) {
			const char *line_start = line.p;

			while (docs[i].chomp && line.n > 0 && line.p[0] == '\t')
				line = str_skip(line, 1);
			ended = str_eq(line, docs[i].name);
			docs[i].body = ended ? str_of(start, (size_t)(line_start - start))
					     : str_of(start, (size_t)(line.p + line.n - start));
		}
		if (!ended)
			dockerfile_problem_add(reader, item, "here-document without end",
					       docs[i].name);
	}
	inner->heredocs = docs;
	inner->heredoc_count = n;
	item->end_line = reader->line;
	inner->end_line = reader->line;
	if (item->inner) {
		item->inner = inner;
		item->heredocs = docs;
		item->heredoc_count = n;
	}
}

/* What hangs together, from its first line on, which is neither empty nor a comment. */
static void read_item(struct dockerfile_reader *reader, str line, struct dockerfile_item *item)
{
	struct joiner joiner = { .arena = reader->arena };
	char escape = reader->file->escape;
	bool more, empty = false;

	*item = (struct dockerfile_item){ .line = reader->line };
	line = trim_left(line);
	more = continues(escape, &line);
	join(&joiner, line, reader->line);
	while (more && next_line(reader, &line)) {
		if (is_comment(line)) {
			dockerfile_comment(reader, str_skip(trim_left(line), 1));
			continue;
		}
		if (str_trim(line).n == 0) {
			empty = true;
			continue;
		}
		more = continues(escape, &line);
		join(&joiner, line, reader->line);
	}
	item->end_line = reader->line;
	item->original = str_rtrim(joined(&joiner));
	item->pieces = joiner.pieces;
	item->piece_count = joiner.n;
	if (empty)
		dockerfile_problem_add(reader, item, "empty line inside of an instruction",
				       STR_EMPTY);
	dockerfile_read_item(reader, item->original, item);
	read_heredocs(reader, item);
}

static void check_place(struct dockerfile_reader *reader, const struct dockerfile_item *item)
{
	if (item->keyword == DOCKERFILE_FROM)
		reader->in_stage = true;
	else if (!reader->in_stage && item->keyword != DOCKERFILE_ARG &&
		 item->keyword != DOCKERFILE_UNKNOWN)
		dockerfile_problem_add(reader, item, "instruction in front of the first FROM",
				       item->written);
}

static int read_items(struct dockerfile_reader *reader, struct err *err)
{
	str line;

	while (next_line(reader, &line)) {
		struct dockerfile_item item;

		if (str_trim(line).n == 0)
			continue;
		if (is_comment(line)) {
			dockerfile_comment(reader, str_skip(trim_left(line), 1));
			continue;
		}
		if (reader->item_n >= DOCKERFILE_MAX_ITEMS)
			return err_set(err, ERR_LIMIT, "line %u: more than %u instructions",
				       reader->line, DOCKERFILE_MAX_ITEMS);
		read_item(reader, line, &item);
		if (str_trim(item.original).n == 0)
			continue;
		if (reader->words > DOCKERFILE_MAX_WORDS)
			return err_set(err, ERR_LIMIT, "line %u: more than %u words", item.line,
				       DOCKERFILE_MAX_WORDS);
		dockerfile_ignores_settle(reader, &item);
		dockerfile_validate(reader, &item);
		check_place(reader, &item);
		reader->known += item.keyword != DOCKERFILE_UNKNOWN;
		reader->items = arena_grow(reader->arena, reader->items, reader->item_n,
					   &reader->item_cap, sizeof(*reader->items));
		reader->items[reader->item_n++] = item;
	}
	return 0;
}

int dockerfile_parse(str bytes, struct arena *arena, struct dockerfile *out, struct err *err)
{
	struct dockerfile file = { .escape = '\\' };
	struct dockerfile_reader reader = { .arena = arena, .file = &file };

	if (bytes.n > DOCKERFILE_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "%zu bytes, more than %u", bytes.n,
			       DOCKERFILE_MAX_BYTES);
	if (text_decode(bytes, arena, &file.text, err) < 0)
		return -1;
	reader.rest = file.text;
	read_directives(&reader);
	if (read_items(&reader, err) < 0)
		return -1;
	if (reader.known == 0)
		return err_set(err, ERR_INPUT, "there is no instruction of a Dockerfile in it");
	if (!reader.in_stage)
		dockerfile_problem_add(&reader, NULL, "there is no FROM", STR_EMPTY);
	/* A comment behind the last instruction holds for nothing but itself. */
	dockerfile_ignores_settle(
		&reader, &(struct dockerfile_item){ .line = reader.line, .end_line = reader.line });
	file.items = reader.items;
	file.item_count = reader.item_n;
	file.problems = reader.problems;
	file.problem_count = reader.problem_n;
	file.ignores = reader.ignores;
	file.ignore_count = reader.ignore_n;
	file.lines = reader.line;
	*out = file;
	return 0;
}

/* ---- what others ask ---- */

bool dockerfile_is_name(str path)
{
	static const str stems[] = { STR_INIT("dockerfile"), STR_INIT("containerfile") };
	str base = path_base(path);

	for (size_t i = 0; i < ARRAY_LEN(stems); i++) {
		str stem = stems[i];

		if (str_ieq(base, stem))
			return true;
		if (base.n <= stem.n)
			continue;
		str tail = str_skip(base, base.n - stem.n);
		if (base.p[base.n - stem.n - 1] == '.' && str_ieq(tail, stem))
			return true;
		if (str_ieq(str_take(base, stem.n), stem) && base.p[stem.n] == '.')
			return base.n > stem.n + 1 && !str_ends(base, STR(".dockerignore")) &&
			       !str_ends(base, STR(".containerignore"));
	}
	return false;
}

bool dockerfile_is_text(str text)
{
	str line;

	text = str_without_prefix(text, STR("\xef\xbb\xbf"));
	while (str_line(&text, &line)) {
		size_t n = 0;

		line = trim_left(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		while (n < line.n && is_alpha(line.p[n]))
			n++;
		if (n == line.n || !is_space(line.p[n]))
			return false;
		str word = str_take(line, n);
		return str_ieq(word, STR("FROM")) || str_ieq(word, STR("ARG"));
	}
	return false;
}

str dockerfile_flag(const struct dockerfile_item *item, str name)
{
	for (size_t i = 0; i < item->flag_count; i++) {
		str flag = str_skip(item->flags[i], 2), key = flag, value = STR("");

		if (!str_cut(flag, '=', &key, &value))
			key = flag;
		if (str_eq(key, name))
			return value.p ? value : STR("");
	}
	return STR_EMPTY;
}

uint32_t dockerfile_line(const struct dockerfile_item *item, size_t offset)
{
	size_t low = 0, high = item->piece_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (item->pieces[middle].at <= offset)
			low = middle;
		else
			high = middle;
	}
	return item->pieces[low].line;
}
