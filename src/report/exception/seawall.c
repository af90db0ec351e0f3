/* SPDX-License-Identifier: Apache-2.0 */
/*
 * .seawallignore.yaml, described in doc/exceptions.md:
 *
 *	exceptions:
 *	  - ids: [CVE-2024-1]
 *	    package: openssl
 *	    reason: the port is closed
 *	    author: platform team
 *	    expires: 2026-12-31
 */
#include "report/exception/yaml_list.h"

#define DAY_SECONDS INT64_C(86400)

static const char *const fields[] = {
	"ids",	 "id",	     "package", "package_version", "package_kind", "path",
	"image", "severity", "status",	"cvss_below",	   "text",	   "subject",
	"type",	 "reason",   "author",	"approver",	   "expires",	   NULL,
};

static bool mine(str base, str text)
{
	(void)text;
	return str_eq(base, STR(".seawallignore.yaml")) ||
	       str_ends(base, STR("seawallignore.yaml")) ||
	       str_ends(base, STR("seawallignore.yml"));
}

static int take_severities(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	const str *words;
	size_t n;

	if (yaml_entry_texts(entry, "severity", &words, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		enum severity severity;

		if (!severity_from(words[i], &severity))
			return err_set(err, ERR_INPUT, "'%.*s' is not a severity",
				       STR_ARG(words[i]));
		e->severities |= 1u << severity;
	}
	return 0;
}

static int take_statuses(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	static const enum fix_status all[] = { FIX_AVAILABLE, FIX_NONE_YET, FIX_WILL_NOT,
					       FIX_END_OF_LIFE, FIX_UNDER_REVIEW };
	const str *words;
	size_t n;

	if (yaml_entry_texts(entry, "status", &words, &n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < ARRAY_LEN(all) && !str_eq(words[i], str_c(fix_status_name(all[k]))))
			k++;
		if (k == ARRAY_LEN(all))
			return err_set(err, ERR_INPUT, "'%.*s' is not a state of a fix",
				       STR_ARG(words[i]));
		e->statuses |= 1u << all[k];
	}
	return 0;
}

static int take_score(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	str text, whole, tenth;
	uint64_t a, b = 0;

	if (yaml_entry_text(entry, "cvss_below", &text, err) < 0)
		return -1;
	if (text.n == 0)
		return 0;
	if (!str_cut(text, '.', &whole, &tenth)) {
		whole = text;
		tenth = STR("0");
	}
	if (!str_u64(whole, &a) || !str_u64(tenth, &b) || tenth.n != 1 || a > 10)
		return err_set(err, ERR_INPUT, "'cvss_below: %.*s' is not a score such as 6.5",
			       STR_ARG(text));
	e->cvss_below = (double)(a * 10 + b) / 10;
	return 0;
}

static int take_subject(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	static const struct {
		const char *name;
		unsigned subject;
	} subjects[] = {
		{ "vulnerability", EXCEPTION_VULNERABILITY },
		{ "secret", EXCEPTION_SECRET },
		{ "misconfiguration", EXCEPTION_MISCONFIGURATION },
		{ "licence", EXCEPTION_LICENCE },
	};
	const str *words;
	size_t n;

	if (yaml_entry_texts(entry, "subject", &words, &n, err) < 0)
		return -1;
	e->subject = n ? 0 : EXCEPTION_ANY;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < ARRAY_LEN(subjects) && !str_eq(words[i], str_c(subjects[k].name)))
			k++;
		if (k == ARRAY_LEN(subjects))
			return err_set(err, ERR_INPUT, "'%.*s' is not a subject",
				       STR_ARG(words[i]));
		e->subject |= subjects[k].subject;
	}
	return 0;
}

static int take_criteria(const struct yaml_entry *entry, struct exception *e, struct err *err)
{
	const struct {
		const char *key;
		const str **items;
		size_t *n;
	} lists[] = {
		{ "package", &e->packages, &e->package_count },
		{ "package_version", &e->package_versions, &e->package_version_count },
		{ "package_kind", &e->package_kinds, &e->package_kind_count },
		{ "path", &e->paths, &e->path_count },
		{ "image", &e->images, &e->image_count },
	};

	if (yaml_entry_texts(entry, "ids", &e->ids, &e->id_count, err) < 0 ||
	    (e->id_count == 0 && yaml_entry_texts(entry, "id", &e->ids, &e->id_count, err) < 0))
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (yaml_entry_texts(entry, lists[i].key, lists[i].items, lists[i].n, err) < 0)
			return -1;
	}
	if (yaml_entry_text(entry, "text", &e->text, err) < 0 ||
	    take_severities(entry, e, err) < 0 || take_statuses(entry, e, err) < 0 ||
	    take_score(entry, e, err) < 0)
		return -1;
	if (e->id_count + e->package_count + e->path_count + e->image_count + e->text.n +
			    e->severities + e->statuses ==
		    0 &&
	    e->cvss_below <= 0)
		return err_set(err, ERR_INPUT,
			       "an exception without any criterion would hide everything");
	return 0;
}

/* Why, who, until when: required, so that no exception is forgotten. */
static int take_statement(const struct yaml_entry *entry, struct exception *e, int64_t now,
			  struct err *err)
{
	str kind;

	if (yaml_entry_text(entry, "type", &kind, err) < 0 ||
	    yaml_entry_text(entry, "reason", &e->reason, err) < 0 ||
	    yaml_entry_text(entry, "author", &e->author, err) < 0 ||
	    yaml_entry_text(entry, "approver", &e->approver, err) < 0 ||
	    yaml_entry_expiry(entry, "expires", &e->expires, err) < 0)
		return -1;
	if (kind.n > 0 && !exception_kind_from(kind, &e->kind))
		return err_set(err, ERR_INPUT, "'%.*s' is not a type of exception", STR_ARG(kind));
	if (e->reason.n == 0 || e->author.n == 0 || e->expires == 0)
		return err_set(err, ERR_INPUT, "an exception needs reason, author and expires");
	if (e->approver.n == 0 && e->expires - now > EXCEPTION_MAX_DAYS * DAY_SECONDS)
		return err_set(err, ERR_INPUT,
			       "an exception of more than %d days needs an approver",
			       EXCEPTION_MAX_DAYS);
	return 0;
}

static int read_entry(struct exception_set *set, str source, const struct yaml_entry *entry,
		      struct err *err)
{
	struct exception e = { .source = source, .line = place_line(entry->place) };

	if (yaml_entry_check(entry, fields, err) < 0 || take_subject(entry, &e, err) < 0 ||
	    take_criteria(entry, &e, err) < 0 || take_statement(entry, &e, set->now, err) < 0)
		return -1;
	return exception_add(set, &e, err);
}

static int read_file(struct exception_set *set, str source, str text, struct err *err)
{
	const struct json *root, *list;
	const struct place *place;

	if (yaml_list_parse(text, set->arena, &root, &place, err) < 0)
		return -1;
	if (json_is(root, JSON_NULL))
		return 0;
	list = JSON_GET(root, "exceptions");
	if (!json_is(list, JSON_ARRAY) || json_len(root) != 1)
		return err_set(err, ERR_INPUT, "line 1: expected one list named 'exceptions'");
	const struct place *places = place_get(root, place, STR("exceptions"));
	JSON_EACH (list, item) {
		struct yaml_entry entry = { .object = item,
					    .place = place_of_item(list, places, item),
					    .arena = set->arena };

		if (read_entry(set, source, &entry, err) < 0)
			return yaml_entry_fail(&entry, err);
	}
	return 0;
}

const struct exception_form exception_form_seawall = { .mine = mine, .read = read_file };
