/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/ruby.h"

#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

#define LICENCES_MAX 64u

struct parse {
	struct arena *arena;
	str variable;	      /* of the block "Gem::Specification.new do |VARIABLE|" */
	struct map constants; /* NAME -> str *, literals that the file sets */
	str name, version, licence;
	str first_name, first_version; /* arguments in front of the block, which it may change */
	bool inside;
	uint32_t line, name_line, first_line;
};

/*
 * The literal at the start of `text`: "...", '...', %q<...>, %q(...). What follows it goes to
 * *rest. Interpolation makes it no literal; escapes do not occur in names and versions.
 */
static bool take_literal(str text, str *out, str *rest)
{
	char close;

	text = str_trim(text);
	if (text.n > 1 && (text.p[0] == '"' || text.p[0] == '\'')) {
		close = text.p[0];
		text = str_skip(text, 1);
	} else if (str_starts(text, STR("%q")) || str_starts(text, STR("%Q"))) {
		static const char shut[] = ">)]}";
		ptrdiff_t at = text.n > 2 ? str_find_char(STR("<([{"), text.p[2]) : -1;

		if (at < 0)
			return false;
		close = shut[at];
		text = str_skip(text, 3);
	} else {
		return false;
	}
	ptrdiff_t end = str_find_char(text, close);
	if (end < 0)
		return false;
	*out = str_take(text, (size_t)end);
	*rest = str_skip(text, (size_t)end + 1);
	return str_find(*out, STR("#{")) < 0 && str_find_char(*out, '\\') < 0;
}

static bool is_constant(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '_')
			return false;
	}
	return s.n > 0 && s.p[0] >= 'A' && s.p[0] <= 'Z';
}

/* A literal, Gem::Version.new(literal), or a constant of this file ("VERSION", "A::VERSION"). */
static bool take_value(const struct parse *p, str text, str *out)
{
	str rest, word = str_trim(text);
	const str *constant;

	if (str_starts(word, STR("Gem::Version.new")))
		word = str_trim(str_without_prefix(str_trim(str_skip(word, 16)), STR("(")));
	if (take_literal(word, out, &rest))
		return true;
	for (size_t i = 0; i < word.n; i++) {
		if (is_space(word.p[i]) || word.p[i] == '.' || word.p[i] == '#')
			word = str_take(word, i);
	}
	ptrdiff_t colon = str_rfind_char(word, ':');
	if (colon >= 0)
		word = str_skip(word, (size_t)colon + 1);
	constant = map_get(&p->constants, word);
	if (constant)
		*out = *constant;
	return constant != NULL;
}

/* ["MIT".freeze, "Ruby".freeze] or one literal */
static str take_licences(struct parse *p, str text)
{
	str out = STR_EMPTY, one;

	text = str_trim(text);
	if (!str_starts(text, STR("[")))
		return take_literal(text, &one, &text) ? one : out;
	text = str_skip(text, 1);
	for (size_t n = 0; n < LICENCES_MAX && take_literal(text, &one, &text); n++) {
		ptrdiff_t comma = str_find_char(text, ',');

		if (one.n > 0)
			out = out.n == 0 ? one
					 : str_fmt(p->arena, "%.*s AND %.*s", STR_ARG(out),
						   STR_ARG(one));
		if (comma < 0)
			break;
		text = str_skip(text, (size_t)comma + 1);
	}
	return out;
}

/* "NAME = literal", also with spaces before it. */
static void take_constant(struct parse *p, str line)
{
	str name, value, rest, literal;
	str *copy;

	if (!str_cut(line, '=', &name, &value) || !is_constant(str_trim(name)) ||
	    !take_literal(value, &literal, &rest))
		return;
	copy = ARENA_NEW(p->arena, str);
	*copy = literal;
	map_put(&p->constants, str_trim(name), copy);
}

/* "VARIABLE.FIELD = VALUE" */
static void take_field(struct parse *p, str line)
{
	str field, value, got;

	if (!str_starts(line, p->variable) || line.n <= p->variable.n ||
	    line.p[p->variable.n] != '.')
		return;
	line = str_skip(line, p->variable.n + 1);
	if (!str_cut(line, '=', &field, &value) || str_starts(value, STR("=")))
		return;
	field = str_trim(field);
	if (str_eq(field, STR("name")) && p->name.n == 0 && take_value(p, value, &got)) {
		p->name = got;
		p->name_line = p->line;
	} else if (str_eq(field, STR("version")) && p->version.n == 0 &&
		   take_value(p, value, &got)) {
		p->version = got;
	} else if (str_eq(field, STR("licenses")) || str_eq(field, STR("license"))) {
		p->licence = take_licences(p, value);
	}
}

/* "("name", "version")", also without parentheses and version. */
static void take_arguments(struct parse *p, str text)
{
	str rest;

	text = str_without_prefix(str_trim(text), STR("("));
	if (!take_literal(text, &p->first_name, &rest))
		return;
	p->first_line = p->line;
	rest = str_without_prefix(str_trim(rest), STR(".freeze"));
	if (str_starts(rest, STR(",")) && !take_value(p, str_skip(rest, 1), &p->first_version))
		p->first_version = STR_EMPTY;
}

/* "Gem::Specification.new do |s|", also with arguments and braces. */
static void take_start(struct parse *p, str line)
{
	ptrdiff_t at = str_find(line, STR("Gem::Specification.new"));
	str rest, between;

	if (at < 0)
		return;
	p->inside = true;
	take_arguments(p, str_skip(line, (size_t)at + strlen("Gem::Specification.new")));
	if (str_cut(str_skip(line, (size_t)at), '|', &between, &rest) &&
	    str_cut(rest, '|', &between, &rest))
		p->variable = str_trim(between);
}

static void read_lines(struct parse *p, str text)
{
	str line;

	while (str_line(&text, &line)) {
		p->line++;
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!p->inside)
			take_start(p, line);
		if (p->inside && p->variable.n > 0)
			take_field(p, line);
		take_constant(p, line);
	}
}

int ruby_gemspec_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct parse p = { .arena = arena };
	struct package package = { .kind = STR("gem"), .path = file->path, .layer = -1 };
	str text;

	if (text_file_load(file, RUBY_GEMSPEC_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	map_init(&p.constants, arena);
	read_lines(&p, text);
	if (!p.inside) {
		sink->skipped(sink, "no gem specification in it", path_base(file->path));
		return 0;
	}
	if (p.name.n == 0) {
		p.name = p.first_name;
		p.name_line = p.first_line;
	}
	if (p.version.n == 0)
		p.version = p.first_version;
	if (!lock_is_word(p.name) || !lock_is_word(p.version))
		return err_set(err, ERR_INPUT, "%s of the gem is not written as a text",
			       lock_is_word(p.name) ? "version" : "name");
	package.name = p.name;
	package.version = p.version;
	package.licence = p.licence;
	package.line = p.name_line;
	return sink->add(sink, &package, err);
}

bool ruby_is_gemspec(str path)
{
	str dir;

	if (!str_ends(path, STR(".gemspec")))
		return false;
	dir = path_dir(path);
	if (str_eq(path_base(dir), STR("default")))
		dir = path_dir(dir);
	if (str_eq(path_base(dir), STR("specifications")))
		return true;
	/* bundler/gems/NAME-REVISION/NAME.gemspec: installed from git */
	dir = path_dir(path_dir(path));
	return str_eq(path_base(dir), STR("gems")) &&
	       str_eq(path_base(path_dir(dir)), STR("bundler"));
}
