/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/hex.h"

#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "base/words.h"
#include "fmt/language/hex_internal.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

#define REREAD_MAX (64u << 20) /* bytes of broken entries, with what was read behind them */

static str text_at(const struct json *tuple, size_t i) { return json_str(json_at(tuple, i)); }

static void broken(struct package_sink *sink, str key)
{
	sink->skipped(sink, "entry that is not of the form of a package",
		      key.n > 0 ? str_take(key, LOCK_WORD_MAX) : STR("unnamed"));
}

/* ---- mix.lock ---- */

/* {:mime, "~> 1.0", [hex: :mime, ...]}: by the name at Hex. */
static str need_name(const struct json *need)
{
	JSON_EACH (json_at(need, json_len(need) - 1), option) {
		if (str_eq(text_at(option, 0), STR("hex")))
			return text_at(option, 1);
	}
	return text_at(need, 0);
}

/* {:hex, :name, "version", "inner", [managers], [needs], "repository", "outer"} */
static int take_hex(struct lock_entries *entries, const struct json *tuple, uint32_t line,
		    struct err *err)
{
	struct lock_entry *entry =
		lock_entries_add(entries, text_at(tuple, 1), text_at(tuple, 2), err);

	if (!entry)
		return -1;
	entry->package.line = line;
	lock_digest(entries->arena, &entry->package, "sha256", text_at(tuple, 7));
	JSON_EACH (json_at(tuple, 5), need) {
		if (json_len(need) > 0 &&
		    lock_entries_need(entries, entry, need_name(need), err) < 0)
			return -1;
	}
	return 0;
}

static int take_entry(struct lock_entries *entries, str key, const struct json *tuple,
		      uint32_t line, struct package_sink *sink, struct err *err)
{
	str how = text_at(tuple, 0);
	struct lock_entry *entry;

	if (str_eq(how, STR("hex")) && lock_is_word(text_at(tuple, 1)) &&
	    lock_is_word(text_at(tuple, 2)))
		return take_hex(entries, tuple, line, err);
	if ((str_eq(how, STR("git")) || str_eq(how, STR("path"))) && json_len(tuple) > 1 &&
	    lock_is_word(key)) {
		entry = lock_entries_add(entries, key, STR_EMPTY, err);
		if (!entry)
			return -1;
		entry->package.line = line;
		return 0;
	}
	broken(sink, key);
	return 0;
}

/*
 * An entry that began at `start` is broken: on with the next line, where one may begin. What is
 * read again because of that is bounded, so that the whole stays linear.
 */
static int pass_over(struct hex_reader *r, size_t start, size_t *wasted, struct package_sink *sink,
		     uint32_t line, struct err *err)
{
	*wasted += r->pos - start;
	if (*wasted > REREAD_MAX)
		return err_set(err, ERR_LIMIT, "too many broken entries");
	broken(sink, str_fmt(r->arena, "line %u", line));
	r->pos = start;
	while (r->pos < r->text.n && r->text.p[r->pos] != '\n')
		r->pos++;
	return 1;
}

/* `"key": {...},` of a mapping whose "%{" was read. 0: at its end. */
static int take_member(struct hex_reader *r, struct text_lines *lines, struct lock_entries *entries,
		       size_t *wasted, struct package_sink *sink, struct err *err)
{
	struct json key, value;
	struct err why;
	size_t start;

	hex_space(r, '#');
	if (r->pos >= r->text.n)
		return err_set(err, ERR_INPUT, "the end is missing");
	if (r->text.p[r->pos] == '}')
		return 0;
	if (r->text.p[r->pos] == ',') {
		r->pos++;
		return 1;
	}
	start = r->pos;
	uint32_t line = text_line_of(lines, r->text.p + start);
	if (hex_term(r, '#', &key, &why) < 0 || r->pos >= r->text.n || r->text.p[r->pos] != ':')
		return pass_over(r, start, wasted, sink, line, err);
	r->pos++;
	if (hex_term(r, '#', &value, &why) < 0) {
		if (why.kind == ERR_LIMIT)
			return err_set(err, ERR_LIMIT, "%s", why.msg);
		return pass_over(r, start, wasted, sink, line, err);
	}
	return take_entry(entries, json_str(&key), &value, line, sink, err) < 0 ? -1 : 1;
}

int hex_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct hex_reader r = { .arena = arena };
	struct text_lines lines;
	struct lock_entries entries;
	size_t wasted = 0;
	int more;

	if (text_file_load(file, LOCK_FILE_MAX, arena, &r.text, err) < 0)
		return -1;
	lines = (struct text_lines){ .text = r.text };
	lock_entries_init(&entries, arena, "hex", PACKAGE_LOCKED, file->path);
	hex_space(&r, '#');
	if (r.pos >= r.text.n) {
		lock_told(sink, "%{}"); /* an empty map is written for no packages */
		return 0;
	}
	if (!str_starts(str_skip(r.text, r.pos), STR("%{")))
		return err_set(err, ERR_INPUT, "expected '%%{' at the start");
	r.pos += 2;
	while ((more = take_member(&r, &lines, &entries, &wasted, sink, err)) > 0)
		;
	if (more < 0)
		return -1;
	r.pos++; /* the brace */
	hex_space(&r, '#');
	if (r.pos < r.text.n)
		sink->skipped(sink, "text behind the end of the list",
			      str_fmt(arena, "line %u", text_line_of(&lines, r.text.p + r.pos)));
	return lock_entries_emit(&entries, sink, err);
}

/* ---- rebar.lock ---- */

/* {<<"app">>,{pkg,<<"name">>,<<"version">>[,...]},LEVEL} or {<<"app">>,{git,...},LEVEL} */
static int take_rebar(struct lock_entries *entries, const struct json *tuple,
		      struct package_sink *sink, struct err *err)
{
	const struct json *source = json_at(tuple, 1);
	bool from_hex = str_eq(text_at(source, 0), STR("pkg"));
	str name = from_hex ? text_at(source, 1) : text_at(tuple, 0);
	str version = from_hex ? text_at(source, 2) : STR_EMPTY;
	struct lock_entry *entry;

	if (!lock_is_word(name) || (from_hex && !lock_is_word(version)) || json_len(source) < 2) {
		broken(sink, text_at(tuple, 0));
		return 0;
	}
	entry = lock_entries_add(entries, name, version, err);
	if (!entry)
		return -1;
	entry->package.indirect = !str_eq(text_at(tuple, 2), STR("0"));
	return 0;
}

int hex_rebar_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct hex_reader r = { .arena = arena };
	struct lock_entries entries;
	struct json root;
	const struct json *list;

	if (text_file_load(file, LOCK_FILE_MAX, arena, &r.text, err) < 0)
		return -1;
	lock_entries_init(&entries, arena, "hex", PACKAGE_LOCKED, file->path);
	hex_space(&r, '%');
	if (r.pos >= r.text.n) {
		lock_told(sink, "[]"); /* an empty list is written for no packages */
		return 0;
	}
	if (hex_term(&r, '%', &root, err) < 0)
		return -1;
	if (!json_is(&root, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "expected a list of packages");
	if (json_len(&root) == 0 && r.text.n > 0 && str_find_char(r.text, '{') >= 0)
		lock_told(sink, "[]");
	/* {"1.2.0", [packages]} since version 1.1 of the form, the list alone before. */
	list = json_is(json_at(&root, 0), JSON_STRING) ? json_at(&root, 1) : &root;
	if (!json_is(list, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "expected a list of packages");
	JSON_EACH (list, tuple) {
		if (take_rebar(&entries, tuple, sink, err) < 0)
			return -1;
	}
	return lock_entries_emit(&entries, sink, err);
}

/* ---- NAME.app ---- */

/* Applications of Erlang/OTP itself, which are no packages of Hex, wherever a release has them. */
static bool is_otp(str name)
{
	static const char *const names[] = {
		"asn1",		"common_test", "compiler",	"crypto",
		"debugger",	"dialyzer",    "diameter",	"edoc",
		"eldap",	"erl_docgen",  "erl_interface", "erts",
		"et",		"eunit",       "ftp",		"inets",
		"jinterface",	"kernel",      "megaco",	"mnesia",
		"observer",	"odbc",	       "os_mon",	"parsetools",
		"public_key",	"reltool",     "runtime_tools", "sasl",
		"snmp",		"ssh",	       "ssl",		"stdlib",
		"syntax_tools", "tftp",	       "tools",		"wx",
		"xmerl",
	};

	return words_have(names, ARRAY_LEN(names), name);
}

int hex_app_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct hex_reader r = { .arena = arena };
	struct package package = { .kind = STR("hex"), .path = file->path, .layer = -1 };
	struct json root;

	if (text_file_load(file, HEX_APP_MAX_BYTES, arena, &r.text, err) < 0 ||
	    hex_term(&r, '%', &root, err) < 0)
		return -1;
	if (!str_eq(text_at(&root, 0), STR("application")) || !lock_is_word(text_at(&root, 1)))
		return err_set(err, ERR_INPUT, "no application in it");
	package.name = text_at(&root, 1);
	if (is_otp(package.name))
		package.kind = STR("otp");
	JSON_EACH (json_at(&root, 2), item) {
		if (str_eq(text_at(item, 0), STR("vsn")))
			package.version = text_at(item, 1);
	}
	if (!lock_is_word(package.version)) {
		sink->skipped(sink, "application without a proper version", package.name);
		return 0;
	}
	return sink->add(sink, &package, err);
}

bool hex_is_lock(str path)
{
	return path_is_named(path, STR("mix.lock")) && !str_starts(path, STR("deps/")) &&
	       str_find(path, STR("/deps/")) < 0;
}

bool hex_is_rebar_lock(str path)
{
	return path_is_named(path, STR("rebar.lock")) && !str_starts(path, STR("deps/")) &&
	       str_find(path, STR("/deps/")) < 0;
}

bool hex_is_app(str path)
{
	return str_ends(path, STR(".app")) && str_eq(path_base(path_dir(path)), STR("ebin"));
}
