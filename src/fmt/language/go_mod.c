/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/golang.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

#include "base/map.h"
#include "base/words.h"

#define REPLACES_MAX 65536u
#define WORDS_MAX    8u

struct replacement {
	str path, version; /* what is replaced; empty version: any */
	str new_path, new_version;
	uint32_t line;
};

struct requirement {
	str path, version;
	bool indirect;
	uint32_t line;
};

struct mod {
	struct arena *arena;
	struct package_tally tally;
	struct map replaced;	 /* path, or path@version -> struct replacement */
	struct map requirements; /* path@version -> struct requirement */
	str language, toolchain; /* "1.22", "1.22.3" */
	uint32_t language_line, toolchain_line;
	bool known; /* a directive of the format was there */
};

int golang_check_size(const struct file_view *file, struct err *err)
{
	if (file->size <= GOLANG_MAX_BYTES)
		return 0;
	return err_set(err, ERR_LIMIT, "%llu bytes, at most %u are read",
		       (unsigned long long)file->size, GOLANG_MAX_BYTES);
}

bool golang_word(str *rest, str *word)
{
	str s = *rest;
	size_t n = 0;

	while (s.n > 0 && is_space(s.p[0]))
		s = str_skip(s, 1);
	*rest = s;
	if (s.n == 0 || str_starts(s, STR("//")))
		return false;
	if (s.p[0] == '"' || s.p[0] == '`') {
		ptrdiff_t end = str_find_char(str_skip(s, 1), s.p[0]);

		if (end >= 0) {
			*word = str_take(str_skip(s, 1), (size_t)end);
			*rest = str_skip(s, (size_t)end + 2);
			return true;
		}
	}
	if (s.p[0] == '(' || s.p[0] == ')')
		n = 1;
	while (n != 1 || (s.p[0] != '(' && s.p[0] != ')')) {
		if (n == s.n || is_space(s.p[n]) || s.p[n] == '(' || s.p[n] == ')' ||
		    str_starts(str_skip(s, n), STR("//")))
			break;
		n++;
	}
	*word = str_take(s, n);
	*rest = str_skip(s, n);
	return true;
}

bool golang_is_folder(str path)
{
	return str_starts(path, STR("./")) || str_starts(path, STR("../")) ||
	       str_eq(path, STR(".")) || str_eq(path, STR("..")) || str_starts(path, STR("/")) ||
	       str_starts(path, STR(".\\")) || str_starts(path, STR("..\\")) ||
	       (path.n > 2 && is_alpha(path.p[0]) && path.p[1] == ':');
}

static str with_version(struct arena *arena, str path, str version)
{
	return str_fmt(arena, "%.*s@%.*s", STR_ARG(path), STR_ARG(version));
}

static str kept(const struct mod *mod, str s) { return str_dup(mod->arena, s); }

static void require(struct mod *mod, const str *words, size_t n, str comment, uint64_t line)
{
	struct requirement *r;

	if (n != 2 || words[0].n == 0 || words[1].n == 0) {
		package_tally_broken(&mod->tally, "require that is not 'module version'", line);
		return;
	}
	void **slot = map_slot(&mod->requirements, with_version(mod->arena, words[0], words[1]));
	if (*slot)
		return;
	r = ARENA_NEW(mod->arena, struct requirement);
	/* "// indirect", also with more text behind "indirect;". */
	str text = str_trim(str_without_prefix(comment, STR("//")));
	*r = (struct requirement){ .path = kept(mod, words[0]),
				   .version = kept(mod, words[1]),
				   .indirect = str_eq(text, STR("indirect")) ||
					       str_starts(text, STR("indirect;")),
				   .line = (uint32_t)line };
	*slot = r;
}

static int replace(struct mod *mod, const str *words, size_t n, uint64_t line, struct err *err)
{
	size_t arrow = 0;
	struct replacement *r;

	while (arrow < n && !str_eq(words[arrow], STR("=>")))
		arrow++;
	if (arrow < 1 || arrow > 2 || n < arrow + 2 || n > arrow + 3) {
		package_tally_broken(&mod->tally, "replace that is not 'module => other'", line);
		return 0;
	}
	if (mod->replaced.n >= REPLACES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u replaced modules", REPLACES_MAX);
	r = ARENA_NEW(mod->arena, struct replacement);
	*r = (struct replacement){ .line = (uint32_t)line,
				   .path = kept(mod, words[0]),
				   .version = arrow == 2 ? kept(mod, words[1]) : STR_EMPTY,
				   .new_path = kept(mod, words[arrow + 1]),
				   .new_version = n == arrow + 3 ? kept(mod, words[arrow + 2])
								 : STR_EMPTY };
	map_put(&mod->replaced,
		arrow == 2 ? with_version(mod->arena, r->path, r->version) : r->path, r);
	return 0;
}

/* "go1.22.3-vendor" and "go1.22.3 X:..." are 1.22.3 as far as flaws are concerned. */
static void language(struct mod *mod, const str *words, size_t n, bool toolchain, uint64_t line)
{
	str version = n == 1 ? str_without_prefix(words[0], STR("go")) : STR_EMPTY;
	str before, after;

	if (n == 1 && toolchain && str_eq(words[0], STR("default")))
		return;
	if (toolchain && str_cut(version, '-', &before, &after))
		version = before;
	if (version.n == 0 || !is_digit(version.p[0])) {
		package_tally_broken(&mod->tally, "version of Go that is none", line);
		return;
	}
	*(toolchain ? &mod->toolchain : &mod->language) = kept(mod, version);
	*(toolchain ? &mod->toolchain_line : &mod->language_line) = (uint32_t)line;
}

static int directive(struct mod *mod, str verb, const str *words, size_t n, str comment,
		     uint64_t line, struct err *err)
{
	static const char *const others[] = { "module",	 "exclude", "retract",
					      "godebug", "tool",    "ignore" };
	bool known = str_eq(verb, STR("require")) || str_eq(verb, STR("replace")) ||
		     str_eq(verb, STR("go")) || str_eq(verb, STR("toolchain")) ||
		     words_have(others, ARRAY_LEN(others), verb);

	mod->known |= known;
	if (mod->requirements.n + mod->replaced.n > GOLANG_MAX_MODULES)
		return err_set(err, ERR_LIMIT, "more than %u modules", GOLANG_MAX_MODULES);
	if (str_eq(verb, STR("require")))
		require(mod, words, n, comment, line);
	else if (str_eq(verb, STR("replace")))
		return replace(mod, words, n, line, err);
	else if (str_eq(verb, STR("go")))
		language(mod, words, n, false, line);
	else if (str_eq(verb, STR("toolchain")))
		language(mod, words, n, true, line);
	else if (str_eq(verb, STR("module")) && n == 1)
		mod->tally.project = kept(mod, words[0]);
	else if (!known)
		package_tally_broken(&mod->tally, "directive that is not known", line);
	return 0;
}

/* `block` is the verb of an open "verb (", else empty. */
static int take_line(struct mod *mod, str text, str *block, uint64_t line, struct err *err)
{
	str words[WORDS_MAX], verb = *block;
	size_t n = 0;

	while (n < WORDS_MAX && golang_word(&text, &words[n]))
		n++;
	if (n == 0)
		return 0;
	if (block->n > 0) {
		if (n == 1 && str_eq(words[0], STR(")"))) {
			*block = STR_EMPTY;
			return 0;
		}
		return directive(mod, verb, words, n, text, line, err);
	}
	verb = words[0];
	if (n == 2 && str_eq(words[1], STR("("))) {
		*block = kept(mod, verb);
		return 0;
	}
	return directive(mod, verb, words + 1, n - 1, text, line, err);
}

static int emit(struct mod *mod, const struct requirement *r, const struct file_view *file,
		struct err *err)
{
	struct package p = { .kind = STR("golang"),
			     .name = r->path,
			     .version = r->version,
			     .path = file->path,
			     .form = PACKAGE_LOCKED,
			     .indirect = r->indirect,
			     .line = r->line,
			     .layer = -1 };
	const struct replacement *by =
		map_get(&mod->replaced, with_version(mod->arena, r->path, r->version));

	if (!by)
		by = map_get(&mod->replaced, r->path);
	if (by) {
		p.name = by->new_path;
		p.version = by->new_version;
		p.line = by->line;
	}
	return package_tally_add(&mod->tally, &p, err);
}

/* Several requirements can end at the same replacement: it counts once. */
static int emit_requirements(struct mod *mod, const struct file_view *file, struct err *err)
{
	struct map seen;

	map_init(&seen, mod->arena);
	MAP_EACH (&mod->requirements, entry) {
		const struct requirement *r = entry->value;
		const struct replacement *by = map_get(&mod->replaced, entry->key);
		str key = entry->key;

		if (!by)
			by = map_get(&mod->replaced, r->path);
		if (by)
			key = with_version(mod->arena, by->new_path, by->new_version);
		if (map_put(&seen, key, NULL) && emit(mod, r, file, err) < 0)
			return -1;
	}
	return 0;
}

/* Go 1.17 and later write all modules into go.mod. */
static bool needs_sum(str language)
{
	uint64_t major, minor;
	str before = language, after = STR("0"), rest;

	if (language.n == 0)
		return true;
	(void)str_cut(language, '.', &before, &after);
	(void)str_cut(after, '.', &after, &rest);
	while (after.n > 0 && !is_digit(after.p[after.n - 1]))
		after.n--;
	return str_u64(before, &major) && str_u64(after, &minor) && major <= 1 && minor < 17;
}

static int add_sum(struct mod *mod, const struct file_view *file, struct err *err)
{
	struct map paths;

	map_init(&paths, mod->arena);
	MAP_EACH (&mod->requirements, entry) {
		const struct requirement *r = entry->value;

		map_put(&paths, r->path, NULL);
	}
	MAP_EACH (&mod->replaced, other) {
		const struct replacement *r = other->value;

		map_put(&paths, r->new_path, NULL);
	}
	return golang_add_sum(file->companion, &paths, file->path, &mod->tally, err);
}

static int add_library(struct mod *mod, const struct file_view *file, struct err *err)
{
	bool exact = mod->toolchain.n > 0;
	struct package p = { .kind = STR("golang"),
			     .name = STR("stdlib"),
			     .version = exact ? mod->toolchain : mod->language,
			     .path = file->path,
			     .form = PACKAGE_DECLARED,
			     .line = exact ? mod->toolchain_line : mod->language_line,
			     .layer = -1 };

	return p.version.n == 0 ? 0 : package_tally_add(&mod->tally, &p, err);
}

int go_mod_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(line_reader_done)
	struct line_reader reader = { 0 };
	struct mod mod = { .arena = arena, .tally = { .sink = sink } };
	struct file_view text;
	str line, block = STR_EMPTY;
	int more;

	if (golang_check_size(file, err) < 0 ||
	    text_file_view(file, GOLANG_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	map_init(&mod.replaced, arena);
	map_init(&mod.requirements, arena);
	line_reader_init(&reader, &text);
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		if (take_line(&mod, line, &block, reader.number, err) < 0)
			return err_wrap(err, "line %llu", (unsigned long long)reader.number);
	}
	if (more < 0)
		return -1;
	if (block.n > 0)
		package_tally_broken(&mod.tally, "a block has no ')': is the file cut off?",
				     reader.number);
	if (emit_requirements(&mod, file, err) < 0)
		return -1;
	if (file->companion && needs_sum(mod.language) && add_sum(&mod, file, err) < 0)
		return err_wrap(err, "go.sum");
	if (add_library(&mod, file, err) < 0)
		return -1;
	if (!mod.known && mod.tally.emitted == 0 && mod.tally.broken == 0)
		lock_told(sink, "module");
	/* A module without requirements is proper; a file of other text is none. */
	return mod.known ? 0 : package_tally_result(&mod.tally, err);
}
