/* SPDX-License-Identifier: Apache-2.0 */
/*
 * .grype.yaml: the list `ignore`; everything else in the file is that tool's own. Package names are
 * regular expressions over the whole name. Rules about other VEX results (vex-status) have no
 * subject here: what a statement says holds by itself.
 */
#include "fmt/syntax/regex.h"
#include "report/exception/yaml_list.h"

static const char *const fields[] = {
	"vulnerability", "include-aliases",   "reason",	    "namespace", "fix-state", "package",
	"vex-status",	 "vex-justification", "match-type", NULL
};
static const char *const package_fields[] = { "name",	  "version",	   "language", "type",
					      "location", "upstream-name", NULL };

/* Names of package types and languages there, and the kind here. */
static const char *const kinds[][2] = {
	{ "apk", "apk" },
	{ "conan", "conan" },
	{ "dart", "pub" },
	{ "dart-pub", "pub" },
	{ "deb", "deb" },
	{ "dotnet", "nuget" },
	{ "erlang-otp", "hex" },
	{ "gem", "gem" },
	{ "go", "golang" },
	{ "go-module", "golang" },
	{ "hex", "hex" },
	{ "java", "maven" },
	{ "java-archive", "maven" },
	{ "javascript", "npm" },
	{ "jenkins-plugin", "maven" },
	{ "npm", "npm" },
	{ "php", "composer" },
	{ "php-composer", "composer" },
	{ "python", "pypi" },
	{ "rpm", "rpm" },
	{ "ruby", "gem" },
	{ "rust", "cargo" },
	{ "rust-crate", "cargo" },
	{ "swift", "swift" },
};

static const struct {
	const char *name;
	unsigned statuses;
} states[] = {
	{ "fixed", 1u << FIX_AVAILABLE },
	{ "not-fixed", 1u << FIX_NONE_YET | 1u << FIX_UNDER_REVIEW },
	{ "unknown", 1u << FIX_NONE_YET | 1u << FIX_UNDER_REVIEW | 1u << FIX_END_OF_LIFE },
	{ "wont-fix", 1u << FIX_WILL_NOT },
};

static bool mine(str base, str text)
{
	(void)text;
	return str_ends(base, STR("grype.yaml")) || str_ends(base, STR("grype.yml"));
}

/* One text of the mapping as a list of one. */
static int one(const struct yaml_entry *entry, const char *key, const str **out, size_t *n,
	       struct err *err)
{
	str *text = ARENA_NEW(entry->arena, str);

	if (yaml_entry_text(entry, key, text, err) < 0)
		return -1;
	*out = text;
	*n = text->n > 0;
	return 0;
}

static int take_kind(const struct yaml_entry *entry, const char *key, struct exception *e,
		     struct err *err)
{
	str *kind = ARENA_NEW(entry->arena, str);
	str word;

	if (yaml_entry_text(entry, key, &word, err) < 0)
		return -1;
	if (word.n == 0)
		return 0;
	*kind = word; /* the others have the same name */
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (str_ieq(word, str_c(kinds[i][0])))
			*kind = str_c(kinds[i][1]);
	}
	e->package_kinds = kind;
	e->package_kind_count = 1;
	return 0;
}

/* A name that is a malformed expression would hide nothing, silently. */
static int take_name(const struct yaml_entry *entry, const char *key, str *out, struct err *err)
{
	str text;

	if (yaml_entry_text(entry, key, &text, err) < 0 || text.n == 0)
		return text.n == 0 ? 0 : -1;
	*out = str_fmt(entry->arena, "^(?:%.*s)$", STR_ARG(text));
	AUTO(regex_free)
	struct regex *regex = regex_new(*out, err);
	return regex ? 0 : err_wrap(err, "'%s'", key);
}

static int take_package(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	if (yaml_entry_check(entry, package_fields, err) < 0 ||
	    take_name(entry, "name", &e->name_regex, err) < 0 ||
	    take_name(entry, "upstream-name", &e->source_regex, err) < 0 ||
	    one(entry, "version", &e->package_versions, &e->package_version_count, err) < 0 ||
	    one(entry, "location", &e->paths, &e->path_count, err) < 0 ||
	    take_kind(entry, "language", e, err) < 0 || take_kind(entry, "type", e, err) < 0)
		return -1;
	for (size_t i = 0; i < e->path_count; i++) {
		str *path = ARENA_NEW(entry->arena, str);

		*path = str_without_prefix(e->paths[i], STR("/"));
		e->paths = path;
	}
	return 0;
}

static int take_state(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	str word;

	if (yaml_entry_text(entry, "fix-state", &word, err) < 0 || word.n == 0)
		return word.n == 0 ? 0 : -1;
	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		if (str_eq(word, str_c(states[i].name)))
			e->statuses = states[i].statuses;
	}
	if (!e->statuses)
		return err_set(err, ERR_INPUT, "'fix-state: %.*s' is unknown", STR_ARG(word));
	return 0;
}

/* "cpe-match" is what we call potential. */
static int take_match(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	str word;

	if (yaml_entry_text(entry, "match-type", &word, err) < 0)
		return -1;
	if (str_eq(word, STR("cpe-match")))
		e->evidence = 1u << FINDING_POTENTIAL;
	else if (word.n > 0)
		e->evidence = 1u << FINDING_CONFIRMED;
	return 0;
}

static int read_entry(struct exception_set *set, str source, const struct yaml_entry *entry,
		      struct err *err)
{
	struct exception e = { .subject = EXCEPTION_VULNERABILITY,
			       .source = source,
			       .line = place_line(entry->place) };
	str vex;

	if (yaml_entry_check(entry, fields, err) < 0 ||
	    one(entry, "vulnerability", &e.ids, &e.id_count, err) < 0 ||
	    yaml_entry_text(entry, "reason", &e.reason, err) < 0 ||
	    yaml_entry_text(entry, "vex-status", &vex, err) < 0 ||
	    yaml_entry_text(entry, "namespace", &e.namespace, err) < 0 ||
	    take_state(entry, &e, err) < 0 || take_match(entry, &e, err) < 0)
		return -1;
	const struct json *package = JSON_GET(entry->object, "package");
	struct yaml_entry inner = { .object = package,
				    .place = place_get(entry->object, entry->place, STR("package")),
				    .arena = entry->arena };
	if (package && take_package(&inner, &e, err) < 0)
		return -1;
	if (vex.n > 0)
		return 0;
	if (json_len(entry->object) == 0)
		return err_set(err, ERR_INPUT,
			       "a rule without any criterion would hide everything");
	return exception_add(set, &e, err);
}

static int read_file(struct exception_set *set, str source, str text, struct err *err)
{
	const struct json *root, *list;
	const struct place *place;

	if (yaml_list_parse(text, set->arena, &root, &place, err) < 0)
		return -1;
	list = JSON_GET(root, "ignore");
	if (!list || json_is(list, JSON_NULL) || json_str(list).p)
		return 0;
	if (!json_is(list, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "'ignore' is not a list");
	return yaml_list_each(set, source, list, place_get(root, place, STR("ignore")), read_entry,
			      err);
}

const struct exception_form exception_form_grype = { .mine = mine, .read = read_file };
