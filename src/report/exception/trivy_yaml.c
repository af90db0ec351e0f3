/* SPDX-License-Identifier: Apache-2.0 */
/*
 * .trivyignore.yaml: lists of mappings with id, paths, purls, expired_at and statement below
 * vulnerabilities, secrets, misconfigurations and licenses.
 */
#include "report/exception/yaml_list.h"

#include "fmt/purl.h"

static const char *const fields[] = { "id", "paths", "purls", "expired_at", "statement", NULL };

static const struct {
	const char *name;
	unsigned subject;
} sections[] = {
	{ "vulnerabilities", EXCEPTION_VULNERABILITY },
	{ "misconfigurations", EXCEPTION_MISCONFIGURATION },
	{ "secrets", EXCEPTION_SECRET },
	{ "licenses", EXCEPTION_LICENCE },
};

static bool mine(str base, str text)
{
	(void)text;
	return str_ends(base, STR("trivyignore.yaml")) || str_ends(base, STR("trivyignore.yml"));
}

/* One exception for each package URL, as package and version are criteria that hold together. */
static int add_purls(struct exception_set *set, const struct exception *e, const str *purls,
		     size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct exception one = *e;
		struct package *package = ARENA_NEW(set->arena, struct package);
		struct purl purl;

		if (purl_parse(purls[i], set->arena, &purl, err) < 0)
			return -1;
		package_from_purl(&purl, set->arena, package, NULL);
		one.packages = &package->name;
		one.package_count = 1;
		one.package_kinds = &package->kind;
		one.package_kind_count = 1;
		one.package_versions = &package->version;
		one.package_version_count = package->version.n > 0;
		if (exception_add(set, &one, err) < 0)
			return -1;
	}
	return 0;
}

static int read_entry(struct exception_set *set, str source, const struct yaml_entry *entry,
		      unsigned subject, struct err *err)
{
	struct exception e = { .subject = subject,
			       .source = source,
			       .line = place_line(entry->place) };
	const str *purls;
	size_t purl_count;

	if (yaml_entry_check(entry, fields, err) < 0 ||
	    yaml_entry_texts(entry, "id", &e.ids, &e.id_count, err) < 0 ||
	    yaml_entry_texts(entry, "paths", &e.paths, &e.path_count, err) < 0 ||
	    yaml_entry_texts(entry, "purls", &purls, &purl_count, err) < 0 ||
	    yaml_entry_text(entry, "statement", &e.reason, err) < 0 ||
	    yaml_entry_expiry(entry, "expired_at", &e.expires, err) < 0)
		return -1;
	if (e.id_count != 1)
		return err_set(err, ERR_INPUT, "an entry needs one 'id'");
	return purl_count ? add_purls(set, &e, purls, purl_count, err)
			  : exception_add(set, &e, err);
}

static int read_section(struct exception_set *set, str source, const struct json *list,
			const struct place *places, unsigned subject, struct err *err)
{
	if (!json_is(list, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "line %u: expected a list", place_line(places));
	JSON_EACH (list, item) {
		struct yaml_entry entry = { .object = item,
					    .place = place_of_item(list, places, item),
					    .arena = set->arena };

		if (read_entry(set, source, &entry, subject, err) < 0)
			return yaml_entry_fail(&entry, err);
	}
	return 0;
}

static int read_file(struct exception_set *set, str source, str text, struct err *err)
{
	const struct json *root;
	const struct place *place;

	if (yaml_list_parse(text, set->arena, &root, &place, err) < 0)
		return -1;
	if (!json_is(root, JSON_NULL) && !json_is(root, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "line 1: expected lists by kind of finding");
	JSON_MEMBERS (root, member) {
		size_t i = 0;

		while (i < ARRAY_LEN(sections) && !str_eq(member->key, str_c(sections[i].name)))
			i++;
		if (i == ARRAY_LEN(sections))
			return err_set(err, ERR_INPUT, "line %u: unknown section '%.*s'",
				       place_line(place_of_member(root, place, member)),
				       STR_ARG(member->key));
		if (read_section(set, source, &member->value, place_of_member(root, place, member),
				 sections[i].subject, err) < 0)
			return -1;
	}
	return 0;
}

const struct exception_form exception_form_trivy_yaml = { .mine = mine, .read = read_file };
