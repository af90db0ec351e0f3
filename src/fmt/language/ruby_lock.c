/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/ruby.h"

#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

enum section { NO_SECTION, SOURCE, DIRECT, CHECKSUMS, OTHER };

struct parse {
	struct arena *arena;
	struct lock_entries entries;
	struct map by_label; /* "name version" -> entry number + 1 */
	struct map direct;   /* names */
	struct package_sink *sink;
	enum section section;
	bool any, has_direct;
	size_t current; /* entry number + 1, 0: none */
	uint64_t line;
};

static enum section section_of(str line)
{
	static const struct {
		const char *title;
		enum section section;
	} titles[] = {
		{ "GEM", SOURCE },	     { "GIT", SOURCE },		 { "PATH", SOURCE },
		{ "PLUGIN SOURCE", SOURCE }, { "DEPENDENCIES", DIRECT }, { "CHECKSUMS", CHECKSUMS },
		{ "PLATFORMS", OTHER },	     { "RUBY VERSION", OTHER },	 { "BUNDLED WITH", OTHER },
	};

	for (size_t i = 0; i < ARRAY_LEN(titles); i++) {
		if (str_eq(line, str_c(titles[i].title)))
			return titles[i].section;
	}
	return NO_SECTION;
}

/* "name (version-platform)": a version has no hyphen. */
static bool take_gem(str text, str *name, str *version)
{
	str rest, platform;

	if (!str_cut(text, ' ', name, &rest) || !str_starts(rest, STR("(")))
		return false;
	if (!str_cut(str_skip(rest, 1), ')', version, &rest))
		return false;
	if (str_cut(*version, '-', &rest, &platform))
		*version = rest;
	return lock_is_word(*name) && lock_is_word(*version);
}

static void broken(struct parse *p, const char *reason)
{
	p->sink->skipped(p->sink, reason,
			 str_fmt(p->arena, "line %llu", (unsigned long long)p->line));
}

static int take_spec(struct parse *p, str text, struct err *err)
{
	str name, version, label;
	struct lock_entry *entry;
	void **slot;

	p->current = 0;
	if (!take_gem(text, &name, &version)) {
		broken(p, "gem without name or version");
		return 0;
	}
	label = str_fmt(p->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(version));
	slot = map_slot(&p->by_label, label);
	if (!*slot) {
		entry = lock_entries_add(&p->entries, name, version, err);
		if (!entry)
			return -1;
		entry->package.line = (uint32_t)p->line;
		*slot = (void *)(uintptr_t)p->entries.n;
	}
	p->current = (size_t)(uintptr_t)*slot;
	return 0;
}

static int take_need(struct parse *p, str text, struct err *err)
{
	str name = text, rest;

	if (p->current == 0)
		return 0; /* below a gem that was broken */
	if (str_cut(text, ' ', &name, &rest))
		text = name;
	name = str_without_suffix(text, STR("!"));
	if (name.n == 0)
		return 0;
	return lock_entries_need(&p->entries, &p->entries.items[p->current - 1], name, err);
}

/* "name (version-platform) sha256=<hex>" */
static void take_checksum(struct parse *p, str text)
{
	str name, version, hex;
	ptrdiff_t at = str_find(text, STR(" sha256="));

	if (at < 0 || !take_gem(text, &name, &version))
		return;
	hex = str_skip(text, (size_t)at + 8);
	if (str_find_char(str_take(text, (size_t)at), '-') >= 0 &&
	    str_find_char(str_skip(str_take(text, (size_t)at), name.n), '-') >= 0)
		return; /* of a built gem: there may be several of one version */
	size_t number = (size_t)(uintptr_t)map_get(
		&p->by_label, str_fmt(p->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(version)));

	if (number > 0)
		lock_digest(p->arena, &p->entries.items[number - 1].package, "sha256", hex);
}

static int take_line(struct parse *p, str line, struct err *err)
{
	size_t indent = 0;
	str text;

	while (indent < line.n && line.p[indent] == ' ')
		indent++;
	text = str_trim(line);
	if (text.n == 0)
		return 0;
	if (indent == 0) {
		p->section = section_of(text);
		p->any = p->any || p->section != NO_SECTION;
		p->has_direct = p->has_direct || p->section == DIRECT;
		p->current = 0;
		if (str_starts(text, STR("<<<<<<<")) || str_starts(text, STR(">>>>>>>")) ||
		    str_starts(text, STR("=======")))
			return err_set(err, ERR_INPUT, "line %llu: mark of a merge conflict",
				       (unsigned long long)p->line);
		return 0;
	}
	if (p->section == SOURCE && indent == 4)
		return take_spec(p, text, err);
	if (p->section == SOURCE && indent == 6)
		return take_need(p, text, err);
	if (p->section == DIRECT) {
		str name = text, rest;

		if (str_cut(text, ' ', &name, &rest))
			text = name;
		map_put(&p->direct, str_without_suffix(text, STR("!")), p);
	}
	if (p->section == CHECKSUMS)
		take_checksum(p, text);
	return 0;
}

int ruby_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct parse p = { .arena = arena, .sink = sink };
	str text, line;

	if (text_file_load(file, LOCK_FILE_MAX, arena, &text, err) < 0)
		return -1;
	lock_entries_init(&p.entries, arena, "gem", PACKAGE_LOCKED, file->path);
	map_init(&p.by_label, arena);
	map_init(&p.direct, arena);
	for (str rest = text; str_line(&rest, &line);) {
		p.line++;
		if (take_line(&p, line, err) < 0)
			return -1;
	}
	if (!p.any && str_trim(text).n > 0)
		return err_set(err, ERR_INPUT, "no section of a Gemfile.lock in it");
	if (!p.has_direct)
		lock_told(sink, "DEPENDENCIES");
	for (size_t i = 0; p.has_direct && i < p.entries.n; i++) {
		struct package *package = &p.entries.items[i].package;

		package->indirect = !map_has(&p.direct, package->name);
	}
	return lock_entries_emit(&p.entries, sink, err);
}

/* "NAME-VERSION" */
static bool names_version(str folder)
{
	for (size_t i = 0; i + 1 < folder.n; i++) {
		if (folder.p[i] == '-' && is_digit(folder.p[i + 1]))
			return true;
	}
	return false;
}

/* Inside of an installed gem: .../gems/NAME-VERSION/... */
static bool in_gem(str path)
{
	str rest = path_dir(path), part, above = STR_EMPTY;

	while (str_split(&rest, '/', &part)) {
		if (str_eq(above, STR("gems")) && names_version(part))
			return true;
		above = part;
	}
	return false;
}

bool ruby_is_lock(str path)
{
	return (path_is_named(path, STR("Gemfile.lock")) ||
		path_is_named(path, STR("gems.locked"))) &&
	       !in_gem(path);
}
