/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/perl.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

/* "NAME-VERSION", also "NAME-vVERSION" and "NAME-VERSION-TRIAL". */
static bool split_distribution(str text, str *name, str *version)
{
	for (size_t i = text.n; i-- > 1;) {
		str rest = str_skip(text, i + 1);

		if (text.p[i] != '-' || rest.n == 0)
			continue;
		if (!is_digit(rest.p[0]) &&
		    !(rest.p[0] == 'v' && rest.n > 1 && is_digit(rest.p[1])))
			continue;
		*name = str_take(text, i);
		*version = rest;
		return lock_is_word(*name) && lock_is_word(*version);
	}
	return false;
}

int perl_snapshot_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct lock_entries entries;
	bool inside = false;
	uint32_t number = 0;
	str text, line, name, version;

	if (text_file_load(file, LOCK_FILE_MAX, arena, &text, err) < 0)
		return -1;
	if (text_check(text, err) < 0)
		return -1;
	if (str_trim(text).n == 0)
		lock_told(sink, "DISTRIBUTIONS");
	else if (str_find(text, STR("DISTRIBUTIONS")) < 0)
		return err_set(err, ERR_INPUT, "no snapshot of distributions");
	lock_entries_init(&entries, arena, "cpan", PACKAGE_LOCKED, file->path);
	while (str_line(&text, &line)) {
		struct lock_entry *entry;

		number++;
		if (line.n > 0 && !is_space(line.p[0]))
			inside = str_eq(str_trim(line), STR("DISTRIBUTIONS"));
		if (!inside || !str_starts(line, STR("  ")) || str_starts(line, STR("   ")))
			continue;
		if (!split_distribution(str_trim(line), &name, &version)) {
			sink->skipped(sink, "distribution without a version",
				      str_fmt(arena, "line %u", number));
			continue;
		}
		entry = lock_entries_add(&entries, name, version, err);
		if (!entry)
			return -1;
		entry->package.line = number;
	}
	return lock_entries_emit(&entries, sink, err);
}

/* "Foo::Bar" is in the distribution "Foo-Bar" unless somebody says otherwise. */
static str distribution_of(struct arena *arena, str module)
{
	AUTO(buf_done)
	struct buf name;

	buf_init(&name, LOCK_WORD_MAX);
	for (size_t i = 0; i < module.n; i++) {
		if (module.p[i] == ':' && i + 1 < module.n && module.p[i + 1] == ':') {
			buf_byte(&name, '-');
			i++;
		} else {
			buf_byte(&name, module.p[i]);
		}
	}
	return str_dup(arena, buf_str(&name));
}

int perl_install_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package package = { .kind = STR("cpan"), .path = file->path, .layer = -1 };
	const struct json *root;
	str text;

	if (lock_json(file, arena, &text, &root, err) < 0)
		return -1;
	if (!split_distribution(json_get_str(root, STR("dist")), &package.name, &package.version)) {
		const struct json *version = JSON_GET(root, "version");

		package.name = distribution_of(arena, json_get_str(root, STR("name")));
		package.version =
			json_is(version, JSON_NUMBER) ? json_number(version) : json_str(version);
	}
	if (!lock_is_word(package.name) || !lock_is_word(package.version))
		return err_set(err, ERR_INPUT, "no proper %s in it",
			       lock_is_word(package.name) ? "version" : "name");
	return sink->add(sink, &package, err);
}

/* The link "L<Module|Module>" of a heading, or empty. */
static str linked_module(str line)
{
	ptrdiff_t at = str_find(line, STR("L<"));
	str rest, module;

	if (!str_starts(line, STR("=head2")) || at < 0)
		return STR_EMPTY;
	rest = str_skip(line, (size_t)at + 2);
	return str_cut(rest, '|', &module, &rest) ? module : STR_EMPTY;
}

int perl_local_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct lock_entries entries;
	struct map last; /* name -> number of its entry + 1 */
	uint32_t number = 0;
	str text, line, module = STR_EMPTY;

	if (text_file_load(file, LOCK_FILE_MAX, arena, &text, err) < 0)
		return -1;
	if (text_check(text, err) < 0)
		return -1;
	if (str_find(text, STR("=head2")) < 0 && str_trim(text).n > 0)
		return err_set(err, ERR_INPUT, "no entry of a diary of installations");
	lock_entries_init(&entries, arena, "cpan", PACKAGE_INSTALLED, file->path);
	map_init(&last, arena);
	while (str_line(&text, &line)) {
		ptrdiff_t at = str_find(line, STR("C<VERSION: "));
		str heading = linked_module(line), version, rest;
		struct lock_entry *entry;
		void **slot;

		number++;
		if (heading.n > 0)
			module = distribution_of(arena, heading);
		if (at < 0 || !lock_is_word(module) ||
		    !str_cut(str_skip(line, (size_t)at + 11), '>', &version, &rest) ||
		    !lock_is_word(version))
			continue;
		entry = lock_entries_add(&entries, module, version, err);
		if (!entry)
			return -1;
		entry->package.line = number;
		slot = map_slot(&last, module);
		if (*slot)
			entries.items[(size_t)(uintptr_t)*slot - 1].dropped = true;
		*slot = (void *)(uintptr_t)entries.n;
	}
	return lock_entries_emit(&entries, sink, err);
}

bool perl_is_snapshot(str path) { return path_is_named(path, STR("cpanfile.snapshot")); }

bool perl_is_install(str path)
{
	return path_is_named(path, STR("install.json")) &&
	       str_eq(path_base(path_dir(path_dir(path))), STR(".meta"));
}

bool perl_is_local(str path) { return path_is_named(path, STR("perllocal.pod")); }
