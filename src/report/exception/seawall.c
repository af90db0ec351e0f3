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
#include "report/exception/criteria.h"

#define DAY_SECONDS INT64_C(86400)

static const char *const fields[] = {
	CRITERIA_FIELDS, "type", "reason", "author", "approver", "expires", NULL,
};

static bool mine(str base, str text)
{
	(void)text;
	return str_eq(base, STR(".seawallignore.yaml")) ||
	       str_ends(base, STR("seawallignore.yaml")) ||
	       str_ends(base, STR("seawallignore.yml"));
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

	bool any;

	if (yaml_entry_check(entry, fields, err) < 0 || criteria_take(entry, &e, &any, err) < 0 ||
	    take_statement(entry, &e, set->now, err) < 0)
		return -1;
	if (!any)
		return err_set(err, ERR_INPUT,
			       "an exception without any criterion would hide everything");
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
	return yaml_list_each(set, source, list, place_get(root, place, STR("exceptions")),
			      read_entry, err);
}

const struct exception_form exception_form_seawall = { .mine = mine, .read = read_file };
