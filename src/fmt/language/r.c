/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/r.h"

#include "base/err.h"
#include "base/path.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/text_file.h"

/* ---- renv.lock ---- */

static str kind_of(str source, str repository)
{
	if (str_eq(source, STR("Bioconductor")) || str_starts(repository, STR("Bioconductor")) ||
	    str_starts(repository, STR("BioC")))
		return STR("bioconductor");
	if (!str_empty(repository) || str_eq(source, STR("CRAN")))
		return STR("cran");
	return STR("generic");
}

/* renv writes "Requirements", newer ones the fields of DESCRIPTION: "name (>= 1.0)". */
static int take_needs(struct lock_entries *entries, struct lock_entry *entry,
		      const struct json *record, struct err *err)
{
	static const char *const fields[] = { "Requirements", "Depends", "Imports", "LinkingTo" };

	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		JSON_EACH (json_get(record, str_c(fields[i])), item) {
			str name = json_str(item), rest;

			for (size_t k = 0; k < name.n; k++) {
				if (is_space(name.p[k]) || name.p[k] == '(')
					name = str_take(name, k);
			}
			rest = name;
			if (rest.n > 0 && lock_entries_need(entries, entry, name, err) < 0)
				return -1;
		}
	}
	return 0;
}

int r_lock_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct lock_entries entries;
	struct text_lines lines = { .line = 0 };
	const struct json *root;

	if (lock_json(file, arena, &lines.text, &root, err) < 0)
		return -1;
	if (!json_is(root, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "no object with packages in it");
	if (lock_check(root, "Packages", JSON_OBJECT, err) < 0)
		return -1;
	lock_expect(root, "Packages", JSON_OBJECT, sink); /* then there are none */
	lock_entries_init(&entries, arena, "cran", PACKAGE_LOCKED, file->path);
	JSON_MEMBERS (JSON_GET(root, "Packages"), member) {
		const struct json *record = &member->value;
		str name = json_get_str(record, STR("Package"));
		str version = json_get_str(record, STR("Version"));
		struct lock_entry *entry;

		if (!lock_is_word(name) || !lock_is_word(version)) {
			sink->skipped(sink, "package without a proper name or version",
				      member->key.n > 0 ? member->key : STR("unnamed"));
			continue;
		}
		entry = lock_entries_add(&entries, name, version, err);
		if (!entry)
			return -1;
		entry->package.kind = kind_of(json_get_str(record, STR("Source")),
					      json_get_str(record, STR("Repository")));
		entry->package.line = text_line_of(&lines, member->key.p);
		if (take_needs(&entries, entry, record, err) < 0)
			return -1;
	}
	return lock_entries_emit(&entries, sink, err);
}

/* ---- DESCRIPTION ---- */

struct description {
	str name, version, licence, repository, built, bioc, remote;
};

/* "Field: value"; a line that begins with a blank continues the one before. */
static void read_fields(str text, struct arena *arena, struct description *d)
{
	const struct {
		const char *field;
		str *to;
	} fields[] = {
		{ "Package", &d->name },      { "Version", &d->version },
		{ "License", &d->licence },   { "Repository", &d->repository },
		{ "Built", &d->built },	      { "biocViews", &d->bioc },
		{ "RemoteType", &d->remote },
	};
	str line, field, value, *open = NULL;

	while (str_line(&text, &line)) {
		if (line.n > 0 && is_space(line.p[0])) {
			line = str_trim(line);
			if (open && line.n > 0 && open->n + line.n < LOCK_WORD_MAX)
				*open = str_fmt(arena, "%.*s%s%.*s", STR_ARG(*open),
						open->n > 0 ? " " : "", STR_ARG(line));
			continue;
		}
		open = NULL;
		if (!str_cut(line, ':', &field, &value))
			continue;
		for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
			if (!str_eq(field, str_c(fields[i].field)) || fields[i].to->n > 0)
				continue;
			open = fields[i].to;
			*open = str_trim(value);
		}
	}
}

static str installed_kind(const struct description *d)
{
	bool foreign = !str_empty(d->remote) && !str_eq(d->remote, STR("standard"));

	if (str_empty(d->repository) && foreign)
		return STR("generic");
	return str_empty(d->repository) && !str_empty(d->bioc) ? STR("bioconductor") : STR("cran");
}

int r_installed_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct description d = { .name = STR_EMPTY };
	str text;

	if (text_file_load(file, R_DESCRIPTION_MAX_BYTES, arena, &text, err) < 0)
		return -1;
	read_fields(text, arena, &d);
	if (str_empty(d.built) && lock_is_word(d.name)) {
		/* A source tree, or the end is missing: R loads neither. */
		sink->skipped(sink, "package that was not installed (no field Built)", d.name);
		return 0;
	}
	if (!lock_is_word(d.name) || !lock_is_word(d.version))
		return err_set(err, ERR_INPUT, "no proper %s in it",
			       lock_is_word(d.name) ? "Version" : "Package");
	const struct package package = {
		.kind = installed_kind(&d),
		.name = d.name,
		.version = d.version,
		.licence = str_take(d.licence, LOCK_WORD_MAX),
		.path = file->path,
		.layer = -1,
	};
	return sink->add(sink, &package, err);
}

bool r_is_lock(str path) { return path_is_named(path, STR("renv.lock")); }

/* .../library/NAME/DESCRIPTION, .../site-library/NAME/DESCRIPTION */
bool r_is_installed(str path)
{
	return path_is_named(path, STR("DESCRIPTION")) &&
	       str_ends(path_base(path_dir(path_dir(path))), STR("library"));
}
