/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/opam.h"

#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

enum kind { END, WORD, TEXT, SIGN };

struct token {
	enum kind kind;
	str text; /* of a text without its quotes, of a sign one byte */
};

struct reader {
	str text;
	size_t pos, tokens;
	struct text_lines lines;
};

static void pass_comment(struct reader *r)
{
	str rest = str_skip(r->text, r->pos);
	ptrdiff_t end = str_find(rest, rest.p[0] == '#' ? STR("\n") : STR("*)"));

	r->pos = end < 0 ? r->text.n : r->pos + (size_t)end + (rest.p[0] == '#' ? 1 : 2);
}

static void pass_space(struct reader *r)
{
	while (r->pos < r->text.n) {
		if (r->text.p[r->pos] == '#' || str_starts(str_skip(r->text, r->pos), STR("(*")))
			pass_comment(r);
		else if (is_space(r->text.p[r->pos]))
			r->pos++;
		else
			return;
	}
}

static int take_text(struct reader *r, struct token *out, struct err *err)
{
	str rest = str_skip(r->text, r->pos);
	size_t i = 1;

	if (str_starts(rest, STR("\"\"\""))) {
		ptrdiff_t end = str_find(str_skip(rest, 3), STR("\"\"\""));

		if (end < 0)
			return err_set(err, ERR_INPUT, "text without an end");
		*out = (struct token){ TEXT, str_take(str_skip(rest, 3), (size_t)end) };
		r->pos += (size_t)end + 6;
		return 1;
	}
	for (; i < rest.n && rest.p[i] != '"'; i++) {
		if (rest.p[i] == '\\')
			i++;
	}
	if (i >= rest.n)
		return err_set(err, ERR_INPUT, "text without an end");
	*out = (struct token){ TEXT, str_take(str_skip(rest, 1), i - 1) };
	r->pos += i + 1;
	return 1;
}

static bool is_word_byte(char c)
{
	return is_alnum(c) || c == '-' || c == '_' || c == '+' || c == '.' || c == '%' || c == '/';
}

/* 1: a token, 0: the end, -1: failed. */
static int next(struct reader *r, struct token *out, struct err *err)
{
	size_t start;

	pass_space(r);
	*out = (struct token){ .kind = END };
	if (r->pos >= r->text.n)
		return 0;
	if (r->tokens++ >= OPAM_MAX_TOKENS)
		return err_set(err, ERR_LIMIT, "more than %u words", OPAM_MAX_TOKENS);
	start = r->pos;
	if (r->text.p[start] == '"')
		return take_text(r, out, err);
	while (r->pos < r->text.n && is_word_byte(r->text.p[r->pos]))
		r->pos++;
	if (r->pos > start) {
		*out = (struct token){ WORD, str_of(r->text.p + start, r->pos - start) };
		return 1;
	}
	r->pos++;
	*out = (struct token){ SIGN, str_of(r->text.p + start, 1) };
	return 1;
}

static bool is_sign(const struct token *token, char c)
{
	return token->kind == SIGN && token->text.p[0] == c;
}

/* An item of a list: a text, and what stands in the braces behind it. */
struct item {
	str text, version;
	bool dev;
};

typedef int item_fn(void *context, const struct item *item, struct err *err);

/* What stands in braces: the version after the first "=" and words that say when it counts. */
static int take_braces(struct reader *r, struct item *item, struct err *err)
{
	unsigned depth = 1;
	struct token before = { .kind = END }, token;

	while (depth > 0) {
		if (next(r, &token, err) <= 0)
			return err->kind != ERR_NONE ? -1
						     : err_set(err, ERR_INPUT, "'}' is missing");
		depth += is_sign(&token, '{') || is_sign(&token, '(');
		depth -= is_sign(&token, '}') || is_sign(&token, ')');
		if (token.kind == TEXT && is_sign(&before, '=') && item->version.n == 0)
			item->version = token.text;
		if (token.kind == WORD &&
		    (str_eq(token.text, STR("with-test")) || str_eq(token.text, STR("with-doc")) ||
		     str_eq(token.text, STR("with-dev-setup")) || str_eq(token.text, STR("dev"))))
			item->dev = true;
		/* "!=", ">=" and "<=" are no "=". */
		if (!(is_sign(&token, '=') &&
		      (is_sign(&before, '!') || is_sign(&before, '>') || is_sign(&before, '<'))))
			before = token;
		else
			before = (struct token){ .kind = END };
	}
	return 0;
}

/* "[" was read: every text of the list with its braces, up to "]". */
static int each_item(struct reader *r, item_fn *fn, void *context, struct err *err)
{
	struct item item = { .dev = false };
	struct token token;
	unsigned depth = 1;
	bool any = false;

	while (depth > 0) {
		if (next(r, &token, err) <= 0)
			return err->kind != ERR_NONE ? -1
						     : err_set(err, ERR_INPUT, "']' is missing");
		if (is_sign(&token, '{')) {
			if (take_braces(r, &item, err) < 0)
				return -1;
			continue;
		}
		depth += is_sign(&token, '[') || is_sign(&token, '(');
		depth -= is_sign(&token, ']') || is_sign(&token, ')');
		if (token.kind != TEXT && depth > 0)
			continue;
		if (any && fn(context, &item, err) < 0)
			return -1;
		any = token.kind == TEXT;
		item = (struct item){ .text = token.text };
	}
	return 0;
}

struct field {
	const char *name;
	item_fn *fn;
};

/* Fields of the file: lists of those that are wanted go to their function. */
static int each_field(struct reader *r, const struct field *fields, size_t n, void *context,
		      struct err *err)
{
	struct token word, token = { .kind = END };
	bool value = false; /* `word` is what stood behind a colon */
	int more = next(r, &word, err);

	while (more > 0) {
		const struct field *wanted = NULL;

		more = next(r, &token, err);
		if (more < 0)
			return -1;
		if (word.kind != WORD || !is_sign(&token, ':')) {
			if (r->tokens <= 2)
				return err_set(err, ERR_INPUT, "expected 'field: value'");
			if (more == 0 && word.kind == WORD && !value)
				return err_set(err, ERR_INPUT, "ends in the middle of a field");
			word = token;
			value = false;
			continue;
		}
		for (size_t i = 0; i < n; i++) {
			if (str_eq(word.text, str_c(fields[i].name)))
				wanted = &fields[i];
		}
		more = next(r, &word, err);
		value = true;
		if (more <= 0 || !wanted || !is_sign(&word, '['))
			continue;
		if (each_item(r, wanted->fn, context, err) < 0)
			return -1;
		more = next(r, &word, err);
		value = false;
	}
	return more;
}

struct parse {
	struct lock_entries entries;
	struct map roots;
	bool has_roots;
	struct package_sink *sink;
	struct text_lines lines;
};

static int add(struct parse *p, str name, str version, str where, bool dev, struct err *err)
{
	struct lock_entry *entry = lock_entries_add(&p->entries, name, version, err);

	if (!entry)
		return -1;
	entry->package.dev = dev;
	entry->package.line = text_line_of(&p->lines, where.p);
	return 0;
}

static int take_installed(void *context, const struct item *item, struct err *err)
{
	struct parse *p = context;
	str name, version;

	/* Names have no dot. */
	if (!str_cut(item->text, '.', &name, &version) || !lock_is_word(name) ||
	    !lock_is_word(version)) {
		p->sink->skipped(p->sink, "package without a proper name or version",
				 item->text.n > 0 ? str_take(item->text, LOCK_WORD_MAX)
						  : STR("empty"));
		return 0;
	}
	return add(p, name, version, item->text, false, err);
}

static int take_root(void *context, const struct item *item, struct err *err)
{
	struct parse *p = context;
	str name = item->text, version;

	(void)err;
	if (str_cut(item->text, '.', &name, &version))
		map_put(&p->roots, name, p);
	else
		map_put(&p->roots, item->text, p);
	p->has_roots = true;
	return 0;
}

static int take_depend(void *context, const struct item *item, struct err *err)
{
	struct parse *p = context;

	if (!lock_is_word(item->text) || !lock_is_word(item->version))
		return 0; /* not fixed to one version */
	return add(p, item->text, item->version, item->text, item->dev, err);
}

static int parse(const struct file_view *file, enum package_form form, const struct field *fields,
		 size_t n, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct parse p = { .sink = sink };
	struct reader r = { .pos = 0 };

	err->kind = ERR_NONE;
	if (text_file_load(file, LOCK_FILE_MAX, arena, &r.text, err) < 0 ||
	    text_check(r.text, err) < 0)
		return -1;
	p.lines = (struct text_lines){ .text = r.text };
	lock_entries_init(&p.entries, arena, "opam", form, file->path);
	map_init(&p.roots, arena);
	if (each_field(&r, fields, n, &p, err) < 0)
		return -1;
	if (r.tokens == 0)
		lock_told(sink, "opam-version");
	for (size_t i = 0; p.has_roots && i < p.entries.n; i++) {
		struct package *package = &p.entries.items[i].package;

		package->indirect = !map_has(&p.roots, package->name);
	}
	return lock_entries_emit(&p.entries, sink, err);
}

/* opam 1: a line a package, "NAME VERSION" or "NAME.VERSION". */
static int parse_list(const struct file_view *file, str text, struct arena *arena,
		      struct package_sink *sink, struct err *err)
{
	struct lock_entries entries;
	uint32_t number = 0;
	str line, name, version;

	lock_entries_init(&entries, arena, "opam", PACKAGE_INSTALLED, file->path);
	while (str_line(&text, &line)) {
		struct lock_entry *entry;

		number++;
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!str_cut(line, ' ', &name, &version) && !str_cut(line, '.', &name, &version))
			return err_set(err, ERR_INPUT, "line %u: expected a name and a version",
				       number);
		version = str_trim(version);
		if (!lock_is_word(name) || !lock_is_word(version))
			return err_set(err, ERR_INPUT, "line %u: no proper version", number);
		entry = lock_entries_add(&entries, name, version, err);
		if (!entry)
			return -1;
		entry->package.line = number;
	}
	return lock_entries_emit(&entries, sink, err);
}

int opam_installed_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text;

	if (text_file_load(file, LOCK_FILE_MAX, arena, &text, err) < 0)
		return -1;
	return parse_list(file, text, arena, sink, err);
}

int opam_state_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	static const struct field fields[] = { { "installed", take_installed },
					       { "roots", take_root } };

	return parse(file, PACKAGE_INSTALLED, fields, ARRAY_LEN(fields), sink, err);
}

int opam_locked_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	static const struct field fields[] = { { "depends", take_depend } };

	return parse(file, PACKAGE_LOCKED, fields, ARRAY_LEN(fields), sink, err);
}

bool opam_is_state(str path)
{
	return path_is_named(path, STR("switch-state")) &&
	       str_eq(path_base(path_dir(path)), STR(".opam-switch"));
}

/* .opam/SWITCH/installed */
bool opam_is_installed(str path)
{
	return path_is_named(path, STR("installed")) &&
	       path_is_named(path_dir(path_dir(path)), STR(".opam"));
}

bool opam_is_locked(str path)
{
	return str_ends(path, STR(".opam.locked")) || path_is_named(path, STR("opam.locked"));
}
