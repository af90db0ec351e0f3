/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/php.h"

#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

struct parse {
	struct arena *arena;
	struct lock_entries entries;
	struct text_lines lines;
	struct package_sink *sink;
};

static int take_package(struct parse *p, const struct json *item, bool dev, struct err *err)
{
	str name = json_get_str(item, STR("name")), version = json_get_str(item, STR("version"));
	struct lock_entry *entry;

	if (!lock_is_word(name) || !lock_is_word(version)) {
		p->sink->skipped(p->sink, "package without a proper name or version",
				 name.n > 0 ? name : STR("unnamed"));
		return 0;
	}
	entry = lock_entries_add(&p->entries, name, version, err);
	if (!entry)
		return -1;
	entry->package.dev = dev;
	entry->package.line = text_line_of(&p->lines, name.p);
	entry->package.licence = lock_join(p->arena, JSON_GET(item, "license"), STR(" OR "));
	lock_digest(p->arena, &entry->package, "sha1",
		    json_str(json_path(item, "dist", "shasum", NULL)));
	JSON_MEMBERS (JSON_GET(item, "require"), need) {
		if (lock_entries_need(&p->entries, entry, need->key, err) < 0)
			return -1;
	}
	return 0;
}

static int take_packages(struct parse *p, const struct json *packages, bool dev, struct err *err)
{
	JSON_EACH (packages, item) {
		if (take_package(p, item, dev, err) < 0)
			return -1;
	}
	return 0;
}

static int load(struct parse *p, const struct file_view *file, enum package_form form,
		struct package_sink *sink, const struct json **root, struct err *err)
{
	str text;

	p->sink = sink;
	if (lock_json(file, p->arena, &text, root, err) < 0)
		return -1;
	p->lines = (struct text_lines){ .text = text };
	lock_entries_init(&p->entries, p->arena, "composer", form, file->path);
	return 0;
}

int php_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct parse p = { .arena = arena };
	const struct json *root, *packages, *dev;

	if (load(&p, file, PACKAGE_LOCKED, sink, &root, err) < 0)
		return -1;
	packages = JSON_GET(root, "packages");
	dev = JSON_GET(root, "packages-dev");
	if (!json_is(root, JSON_OBJECT) || (!json_is(packages, JSON_ARRAY) && packages) ||
	    (!packages && !dev && root->n > 0 && !JSON_GET(root, "content-hash")))
		return err_set(err, ERR_INPUT, "no list of packages in it");
	lock_expect(root, "packages", JSON_ARRAY, sink); /* the rest is read as well */
	lock_expect_type(root, "packages-dev", JSON_ARRAY, sink);
	if (take_packages(&p, packages, false, err) < 0 || take_packages(&p, dev, true, err) < 0)
		return -1;
	return lock_entries_emit(&p.entries, sink, err);
}

static bool is_in_composers_folder(str path)
{
	return str_eq(path_base(path_dir(path)), STR("composer"));
}

int php_installed_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct parse p = { .arena = arena };
	const struct json *root, *packages;
	struct map dev;
	str text;

	if (!is_in_composers_folder(file->path)) {
		if (file_view_load(file, LOCK_FILE_MAX, arena, &text, err) < 0)
			return -1;
		if (str_find(text, STR("\"version_normalized\"")) < 0)
			return 0; /* somebody else's */
	}
	if (load(&p, file, PACKAGE_INSTALLED, sink, &root, err) < 0)
		return -1;
	packages = json_is(root, JSON_ARRAY) ? root : JSON_GET(root, "packages");
	if (!json_is(packages, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "no list of packages in it");
	if (take_packages(&p, packages, false, err) < 0)
		return -1;
	map_init(&dev, arena);
	JSON_EACH (JSON_GET(root, "dev-package-names"), name)
		map_put(&dev, json_str(name), &p);
	for (size_t i = 0; i < p.entries.n; i++)
		p.entries.items[i].package.dev = map_has(&dev, p.entries.items[i].package.name);
	return lock_entries_emit(&p.entries, sink, err);
}

bool php_is_lock(str path)
{
	return path_is_named(path, STR("composer.lock")) && !str_starts(path, STR("vendor/")) &&
	       str_find(path, STR("/vendor/")) < 0;
}

bool php_is_installed(str path) { return path_is_named(path, STR("installed.json")); }
