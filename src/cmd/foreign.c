/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/foreign.h"

#include "base/err.h"
#include "base/words.h"

str foreign_option(const struct options *options, str name)
{
	static const struct {
		const char *name, *ours;
		const char *advice[LANG_COUNT];
	} rows[] = {
#define FOREIGN(name, ours, english, japanese) { name, ours, { english, japanese } },
#include "cmd/data/foreign_option.def"
#undef FOREIGN
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_eq(name, str_c(rows[i].name)) &&
		    options_find(options, str_c(rows[i].ours)) >= 0)
			return str_c(rows[i].advice[options->lang]);
	}
	return STR_EMPTY;
}

const char *foreign_command(str group, str name)
{
	static const struct {
		const char *group, *name, *here;
	} rows[] = {
#define FOREIGN(group, name, here) { group, name, here },
#include "cmd/data/foreign_command.def"
#undef FOREIGN
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_eq(group, str_c(rows[i].group)) && str_eq(name, str_c(rows[i].name)))
			return rows[i].here;
	}
	return NULL;
}

int foreign_check_output(str value, struct err *err)
{
	static const char *const forms[] = { "json",
					     "table",
					     "sarif",
					     "template",
					     "cyclonedx",
					     "cyclonedx-json",
					     "cyclonedx-xml",
					     "spdx",
					     "spdx-json",
					     "spdx-tag-value",
					     "github-json",
					     "syft-json",
					     "syft-table",
					     "syft-text",
					     "text",
					     "purls",
					     "embedded-cve-vex-json" };

	if (!words_have(forms, ARRAY_LEN(forms), value))
		return 0;
	return err_set(err, ERR_USAGE,
		       "%.*s would be a file: the form is -f %.*s; for a file of that name write "
		       "./%.*s",
		       STR_ARG(value), STR_ARG(value), STR_ARG(value));
}

int foreign_check_scope(str value, struct err *err)
{
	static const char *const scopes[] = { "all-layers", "squashed", "deep-squashed" };

	if (!words_have(scopes, ARRAY_LEN(scopes), value))
		return 0;
	return err_set(
		err, ERR_USAGE,
		"%.*s: here --scope names a tenant or group of exceptions; what the finished "
		"image has counts, each package with the layer that brought it",
		STR_ARG(value));
}
