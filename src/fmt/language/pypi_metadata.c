/* SPDX-License-Identifier: Apache-2.0 */
/* Core metadata: fields as in a mail, up to the first empty line. */
#include "base/buf.h"
#include "base/err.h"
#include "fmt/binary/zip.h"
#include "fmt/language/pypi_internal.h"
#include "fmt/licence/licence.h"
#include "fmt/syntax/text_file.h"

struct fields {
	str name, version, licence, expression, classifiers;
	uint32_t name_line;
	struct arena *arena;
};

#define CLASSIFIERS_MAX 2048u /* bytes of those about licences */

static void take_field(struct fields *f, str key, str value, uint32_t line)
{
	if (str_ieq(key, STR("Name")) && str_empty(f->name)) {
		f->name = value;
		f->name_line = line;
	} else if (str_ieq(key, STR("Version")) && str_empty(f->version)) {
		f->version = value;
	} else if (str_ieq(key, STR("License")) && str_empty(f->licence)) {
		f->licence = value;
	} else if (str_ieq(key, STR("License-Expression")) && str_empty(f->expression)) {
		f->expression = value;
	} else if (str_ieq(key, STR("Classifier")) && str_starts(value, STR("License ::")) &&
		   f->classifiers.n < CLASSIFIERS_MAX) {
		str last = str_trim(str_skip(value, (size_t)str_rfind_char(value, ':') + 1));

		if (str_eq(last, STR("OSI Approved")))
			return; /* it says nothing more */
		f->classifiers = f->classifiers.n == 0
					 ? last
					 : str_fmt(f->arena, "%.*s AND %.*s",
						   STR_ARG(f->classifiers), STR_ARG(last));
	}
}

static str licence_of(const struct fields *f)
{
	str unused;

	if (!str_empty(f->expression))
		return f->expression;
	if (str_empty(f->licence) || str_eq(f->licence, STR("UNKNOWN")))
		return f->classifiers;
	/* Some put a sentence or the begin of the text there. */
	if (f->classifiers.n > 0 && !licence_sure(f->licence, f->arena, &unused))
		return f->classifiers;
	return f->licence;
}

static int emit(const struct file_view *file, str text, struct arena *arena,
		struct package_sink *sink, struct err *err)
{
	struct package package = pypi_package_of(file, PACKAGE_INSTALLED);
	struct fields f = { .arena = arena };
	uint32_t number = 0;
	str line, key, value;

	while (str_line(&text, &line) && !str_empty(str_trim(line))) {
		number++;
		if (!is_space(line.p[0]) && str_cut(line, ':', &key, &value))
			take_field(&f, key, str_trim(value), number);
	}
	if (!pypi_is_name(f.name) || str_empty(f.version))
		return err_set(err, ERR_INPUT, "metadata without a proper name and version");
	package.name = f.name;
	package.version = f.version;
	package.licence = licence_of(&f);
	package.line = f.name_line;
	return sink->add(sink, &package, err);
}

int pypi_metadata(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str text;

	if (text_file_load(file, PYPI_METADATA_MAX, arena, &text, err) < 0)
		return -1;
	return emit(file, text, arena, sink, err);
}

int pypi_egg(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(zip_done)
	struct zip zip = { .left = 0 };
	struct zip_source source = { .view = file, .size = file->size };
	struct zip_budget budget;
	struct zip_entry entry;
	int got;

	zip_budget_init(&budget);
	if (zip_open(&zip, source, &budget, err) < 0)
		return -1;
	while ((got = zip_next(&zip, &entry, err)) > 0) {
		str bytes, text;

		if (!str_eq(entry.name, STR("EGG-INFO/PKG-INFO")))
			continue;
		if (zip_read(&zip, &entry, PYPI_METADATA_MAX, arena, &bytes, err) < 0 ||
		    text_decode(bytes, arena, &text, err) < 0)
			return -1;
		return emit(file, text, arena, sink, err);
	}
	return got < 0 ? -1 : err_set(err, ERR_INPUT, "an egg without EGG-INFO/PKG-INFO");
}
