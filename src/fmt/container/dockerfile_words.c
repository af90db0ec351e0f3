/* SPDX-License-Identifier: Apache-2.0 */
/* What one instruction says: keyword, flags, arguments, here-documents. */
#include "base/err.h"
#include "fmt/container/dockerfile_internal.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

static str trim_left(str s)
{
	while (s.n > 0 && is_space(s.p[0]))
		s = str_skip(s, 1);
	return s;
}

void dockerfile_words_add(struct dockerfile_words *words, str word)
{
	if (words->reader->words++ > DOCKERFILE_MAX_WORDS)
		return; /* the reader ends with ERR_LIMIT behind this instruction */
	words->items = arena_grow(words->reader->arena, words->items, words->n, &words->cap,
				  sizeof(*words->items));
	words->items[words->n++] = word;
}

static enum dockerfile_keyword keyword_from(str word)
{
	for (int i = DOCKERFILE_UNKNOWN + 1; i < DOCKERFILE_KEYWORDS; i++) {
		if (str_ieq(word, dockerfile_keyword_name((enum dockerfile_keyword)i)))
			return (enum dockerfile_keyword)i;
	}
	return DOCKERFILE_UNKNOWN;
}

/* ---- flags ---- */

/* Where the flag at the start of `s` ends. The builder's escape here is always a backslash. */
static size_t flag_end(str s)
{
	char quote = 0;
	size_t i = 0;

	for (; i < s.n; i++) {
		char c = s.p[i];

		if (!quote && is_space(c))
			break;
		if (c == '\\')
			i++;
		else if (quote ? c == quote : (c == '\'' || c == '"'))
			quote = quote ? 0 : c;
	}
	return i < s.n ? i : s.n;
}

static str flag_text(struct arena *arena, str raw)
{
	char *text = arena_bytes(arena, raw.n + 1), quote = 0;
	size_t n = 0;

	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];

		if (quote ? c == quote : (c == '\'' || c == '"'))
			quote = quote ? 0 : c;
		else if (c != '\\')
			text[n++] = c;
		else if (i + 1 < raw.n)
			text[n++] = raw.p[++i];
	}
	return str_of(text, n);
}

static void read_flags(struct dockerfile_reader *reader, str *rest, struct dockerfile_item *item)
{
	struct dockerfile_words flags = { .reader = reader };

	for (;;) {
		str at = trim_left(*rest);

		if (!str_starts(at, STR("--")))
			break;
		if (at.n == 2 || is_space(at.p[2])) {
			*rest = str_skip(at, 2);
			break;
		}
		size_t end = flag_end(at);
		dockerfile_words_add(&flags, flag_text(reader->arena, str_take(at, end)));
		*rest = str_skip(at, end);
	}
	item->flags = flags.items;
	item->flag_count = flags.n;
}

/* ---- arguments ---- */

/* Words at blanks outside of quotes; quotes and escapes stay in them. */
static void quoted_words(char escape, str s, struct dockerfile_words *words)
{
	size_t i = 0;

	for (;;) {
		while (i < s.n && is_space(s.p[i]))
			i++;
		if (i == s.n)
			return;
		size_t start = i;
		char quote = 0;

		for (; i < s.n; i++) {
			char c = s.p[i];

			if (!quote && is_space(c))
				break;
			if (c == escape && quote != '\'' && i + 1 < s.n)
				i++;
			else if (quote && c == quote)
				quote = 0;
			else if (!quote && (c == '\'' || c == '"'))
				quote = c;
		}
		dockerfile_words_add(words, str_of(s.p + start, i - start));
	}
}

static void plain_words(str s, struct dockerfile_words *words)
{
	size_t i = 0;

	for (;;) {
		while (i < s.n && is_space(s.p[i]))
			i++;
		size_t start = i;

		while (i < s.n && !is_space(s.p[i]))
			i++;
		if (i == start)
			return;
		dockerfile_words_add(words, str_of(s.p + start, i - start));
	}
}

/* NAME=value NAME="v w" ..., or of old NAME the rest of the line. */
static void name_values(struct dockerfile_reader *reader, struct dockerfile_item *item,
			struct dockerfile_words *out)
{
	struct dockerfile_words words = { .reader = reader };
	str name, value;

	quoted_words(reader->file->escape, item->rest, &words);
	if (words.n == 0)
		return;
	if (str_find_char(words.items[0], '=') < 0) {
		size_t n = 0;

		while (n < item->rest.n && !is_blank(item->rest.p[n]) && item->rest.p[n] != '\n')
			n++;
		dockerfile_words_add(out, str_take(item->rest, n));
		if (n == item->rest.n) {
			dockerfile_problem_add(reader, item, "a name without a value", item->rest);
			return;
		}
		dockerfile_words_add(out, str_trim(str_skip(item->rest, n)));
		dockerfile_words_add(out, STR(""));
		return;
	}
	for (size_t i = 0; i < words.n; i++) {
		if (!str_cut(words.items[i], '=', &name, &value)) {
			dockerfile_problem_add(reader, item, "a word without '='", words.items[i]);
			continue;
		}
		dockerfile_words_add(out, name);
		dockerfile_words_add(out, value);
		dockerfile_words_add(out, STR("="));
	}
}

/* True: exec form, its words are in `out`. A list of other things than strings is told. */
static bool exec_form(struct dockerfile_reader *reader, const struct dockerfile_item *item,
		      str text, struct dockerfile_words *out)
{
	const struct json_opts opts = { .max_depth = 16, .max_values = DOCKERFILE_MAX_WORDS };
	const struct json *list;
	struct err err;

	text = trim_left(text);
	if (text.n == 0 || text.p[0] != '[')
		return false;
	/* No JSON: the builder takes it as a command of the shell. */
	if (json_parse(text, &opts, reader->arena, &list, &err) < 0 || !json_is(list, JSON_ARRAY))
		return false;
	JSON_EACH (list, word) {
		if (!json_is(word, JSON_STRING)) {
			dockerfile_problem_add(reader, item, "exec form takes only strings", text);
			return false;
		}
	}
	JSON_EACH (list, word)
		dockerfile_words_add(out, json_str(word));
	return true;
}

static void health(struct dockerfile_reader *reader, struct dockerfile_item *item,
		   struct dockerfile_words *out)
{
	size_t n = 0;

	while (n < item->rest.n && !is_space(item->rest.p[n]))
		n++;
	if (n == 0)
		return;
	dockerfile_words_add(out, str_take(item->rest, n));
	str command = trim_left(str_skip(item->rest, n));
	if (str_ieq(str_take(item->rest, n), STR("CMD"))) {
		item->json = exec_form(reader, item, command, out);
		if (!item->json && command.n > 0)
			dockerfile_words_add(out, command);
	} else {
		plain_words(command, out);
	}
}

static void read_arguments(struct dockerfile_reader *reader, struct dockerfile_item *item)
{
	struct dockerfile_words words = { .reader = reader };
	char escape = reader->file->escape;

	switch (item->keyword) {
	case DOCKERFILE_ENV:
	case DOCKERFILE_LABEL:
		name_values(reader, item, &words);
		break;
	case DOCKERFILE_ARG:
		quoted_words(escape, item->rest, &words);
		break;
	case DOCKERFILE_FROM:
	case DOCKERFILE_EXPOSE:
		plain_words(item->rest, &words);
		break;
	case DOCKERFILE_HEALTHCHECK:
		health(reader, item, &words);
		break;
	case DOCKERFILE_ADD:
	case DOCKERFILE_COPY:
	case DOCKERFILE_VOLUME:
		item->json = exec_form(reader, item, item->rest, &words);
		if (!item->json)
			plain_words(item->rest, &words);
		break;
	case DOCKERFILE_CMD:
	case DOCKERFILE_ENTRYPOINT:
	case DOCKERFILE_RUN:
	case DOCKERFILE_SHELL:
		item->json = exec_form(reader, item, item->rest, &words);
		if (!item->json && item->rest.n > 0)
			dockerfile_words_add(&words, item->rest);
		break;
	default:
		if (item->rest.n > 0)
			dockerfile_words_add(&words, item->rest);
		break;
	}
	item->values = words.items;
	item->value_count = words.n;
}

static void read_inner(struct dockerfile_reader *reader, struct dockerfile_item *item)
{
	struct dockerfile_item *inner = ARENA_NEW(reader->arena, struct dockerfile_item);

	inner->line = item->line;
	inner->end_line = item->end_line;
	inner->original = item->rest;
	/* The pieces are those of the whole: offsets count from the start of item->original. */
	inner->pieces = item->pieces;
	inner->piece_count = item->piece_count;
	dockerfile_read_item(reader, item->rest, inner);
	item->inner = inner;
}

void dockerfile_read_item(struct dockerfile_reader *reader, str line, struct dockerfile_item *item)
{
	size_t n = 0;

	line = str_trim(line);
	while (n < line.n && !is_blank(line.p[n]))
		n++;
	item->written = str_take(line, n);
	item->keyword = keyword_from(item->written);
	str rest = str_skip(line, n);
	read_flags(reader, &rest, item);
	item->rest = str_trim(rest);
	if (item->keyword == DOCKERFILE_ONBUILD) {
		/* One level: ONBUILD in ONBUILD is refused, and not gone into. */
		bool inside = item->rest.n >= 7 && str_ieq(str_take(item->rest, 7), STR("onbuild"));

		if (item->rest.n > 0 && !inside)
			read_inner(reader, item);
	} else {
		read_arguments(reader, item);
	}
}

/* ---- here-documents ---- */

/* "<<EOF", "0<<-'EOF'": the name without its quotes. False: no here-document. */
static bool heredoc_word(struct arena *arena, char escape, str word, struct dockerfile_heredoc *out)
{
	char quote = 0;
	size_t n = 0;

	*out = (struct dockerfile_heredoc){ 0 };
	while (word.n > 0 && is_digit(word.p[0]))
		word = str_skip(word, 1);
	if (!str_starts(word, STR("<<")))
		return false;
	word = str_skip(word, 2);
	out->chomp = str_starts(word, STR("-"));
	word = str_skip(word, out->chomp);
	if (word.n == 0 || str_find_char(word, '<') >= 0)
		return false;
	char *name = arena_bytes(arena, word.n);
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (quote ? c == quote : (c == '\'' || c == '"')) {
			quote = quote ? 0 : c;
			out->verbatim = true;
		} else if (c == escape && quote != '\'' && i + 1 < word.n) {
			out->verbatim = true;
			name[n++] = word.p[++i];
		} else {
			name[n++] = c;
		}
	}
	out->name = str_of(name, n);
	return n > 0;
}

void dockerfile_heredocs(struct dockerfile_reader *reader, struct dockerfile_item *item,
			 struct dockerfile_heredoc **out, size_t *n)
{
	struct dockerfile_words words = { .reader = reader };
	struct dockerfile_heredoc *docs = NULL, doc;
	size_t cap = 0;

	*out = NULL;
	*n = 0;
	if ((item->keyword != DOCKERFILE_RUN && item->keyword != DOCKERFILE_COPY &&
	     item->keyword != DOCKERFILE_ADD) ||
	    item->json || str_find(item->rest, STR("<<")) < 0)
		return;
	quoted_words(reader->file->escape, item->rest, &words);
	for (size_t i = 0; i < words.n; i++) {
		if (!heredoc_word(reader->arena, reader->file->escape, words.items[i], &doc))
			continue;
		docs = arena_grow(reader->arena, docs, *n, &cap, sizeof(*docs));
		docs[(*n)++] = doc;
	}
	*out = docs;
}
