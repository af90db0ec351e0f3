/* SPDX-License-Identifier: Apache-2.0 */
/* What changed among the secrets and the licences of two reports. */
#include "base/map.h"
#include "report/diff_internal.h"

/* A list of a report, and how its items are told apart. */
struct list_form {
	str kind;	      /* of a difference */
	str shown, hidden;    /* members of the report */
	const char *exact[6]; /* members of an item that make it the same one */
	const char *about[6]; /* those that hidden items have, too */
	const char *id;	      /* member that is the id of a difference */
	bool packages;	      /* items may be about a package */
};

static const struct list_form secrets = {
	.kind = STR_INIT("secret"),
	.shown = STR_INIT("secrets"),
	.hidden = STR_INIT("suppressed_secrets"),
	/* An id stands for kind, place, path and value. */
	.exact = { "id", "sha256_begins", NULL },
	.about = { "id", NULL },
	.id = "kind",
};
static const struct list_form licences = {
	.kind = STR_INIT("license"),
	.shown = STR_INIT("licenses"),
	.hidden = STR_INIT("suppressed_licenses"),
	.exact = { "license", "package_kind", "package", "arch", "path", NULL },
	.about = { "license", "package_kind", "package", "arch", "path", NULL },
	.id = "license",
	.packages = true,
};

struct side {
	const struct json *report;
	bool asked;	     /* the report has such a list */
	struct map shown;    /* exact -> struct json */
	struct map hidden;   /* about -> struct json */
	struct map packages; /* place -> struct json */
	bool all_packages;
};

static void *shared(const void *p) { return (void *)(uintptr_t)p; } /* maps only hand it back */

/* The members' texts and numbers, one after the other. */
static str key_of(struct arena *arena, const struct json *item, const char *const *members)
{
	str key = STR_EMPTY;

	for (; *members; members++) {
		const struct json *v = json_get(item, str_c(*members));
		str text = json_is(v, JSON_NUMBER) ? json_number(v) : json_str(v);

		key = str_fmt(arena, "%.*s%.*s\n", STR_ARG(key), STR_ARG(text));
	}
	return key;
}

static const char *const package_members[] = { "kind", "name", "arch", "path", NULL };
static const char *const subject_members[] = { "package_kind", "package", "arch", "path", NULL };

static void side_init(struct side *side, const struct json *report, const struct list_form *form,
		      struct arena *arena)
{
	const struct json *packages = JSON_GET(report, "packages");
	int64_t read = -1;

	*side = (struct side){ .report = report,
			       .asked = json_is(json_get(report, form->shown), JSON_ARRAY) };
	map_init(&side->shown, arena);
	map_init(&side->hidden, arena);
	map_init(&side->packages, arena);
	JSON_EACH (json_get(report, form->shown), item)
		map_put(&side->shown, key_of(arena, item, form->exact), shared(item));
	JSON_EACH (json_get(report, form->hidden), item)
		map_put(&side->hidden, key_of(arena, item, form->about), shared(item));
	if (!form->packages || !side->asked)
		return;
	JSON_EACH (packages, package)
		map_put(&side->packages, key_of(arena, package, package_members), shared(package));
	side->all_packages = json_i64(json_path(report, "summary", "packages_read", NULL), &read) &&
			     (int64_t)json_len(packages) == read;
}

/* Something that could not be looked at is, or holds, what the item is about. */
static bool was_missed(const struct side *side, const struct json *item)
{
	static const char *const counts[] = { "in_part", "not_shown" };
	const struct json *search = JSON_GET(side->report, "secret_search");
	bool package = JSON_GET(item, "package") != NULL;
	int64_t n;

	for (size_t i = 0; i < ARRAY_LEN(counts) && JSON_GET(item, "place"); i++) {
		if (json_i64(json_get(search, str_c(counts[i])), &n) && n > 0)
			return true;
	}
	if (package && !str_eq(json_get_str(side->report, STR("status")), STR("assessed")))
		return true;
	JSON_EACH (JSON_GET(side->report, "not_examined"), missed) {
		str path = json_get_str(missed, STR("path"));

		if (path.n > 0 && str_eq(path, json_get_str(item, STR("path"))))
			return true;
	}
	return false;
}

/* Why `other` says nothing of an item that `mine` has. */
static enum diff_cause absent_cause(struct arena *arena, const struct side *mine,
				    const struct side *other, bool later, const struct json *item)
{
	const struct json *package =
		map_get(&other->packages, key_of(arena, item, subject_members));
	bool same_engine = diff_same_engine(mine->report, other->report);
	str digest = diff_digest(mine->report);

	if (!other->asked)
		return CAUSE_OPTION;
	if (package &&
	    !str_eq(json_get_str(package, STR("version")), json_get_str(item, STR("installed"))))
		return CAUSE_IMAGE;
	if (!package && later && was_missed(other, item))
		return CAUSE_NOT_READ;
	if (digest.n > 0 && str_eq(digest, diff_digest(other->report)))
		return same_engine ? CAUSE_OPTION : CAUSE_ENGINE;
	if (!package && JSON_GET(item, "package") && !other->all_packages && !same_engine)
		return CAUSE_UNDECIDED;
	return CAUSE_IMAGE;
}

static struct diff_entry *add(struct diff_list *list, const struct list_form *form,
			      enum diff_change change, const struct json *item)
{
	str package = json_get_str(item, STR("package"));
	struct diff_entry *e;

	list->items =
		arena_grow(list->arena, list->items, list->n, &list->cap, sizeof(*list->items));
	e = &list->items[list->n++];
	*e = (struct diff_entry){ .change = change,
				  .id = json_get_str(item, str_c(form->id)),
				  .kind = form->kind,
				  .arch = json_get_str(item, STR("arch")),
				  .path = json_get_str(item, STR("path")) };
	e->package = package.n > 0 ? package : e->path;
	IGNORE(severity_from(json_get_str(item, STR("severity")), &e->severity)); /* else unknown */
	return e;
}

static void one_sided(struct diff_list *list, const struct list_form *form, enum diff_change change,
		      const struct side *mine, const struct side *other, const struct json *item)
{
	struct diff_entry *e = add(list, form, change, item);
	const struct json *hidden = map_get(&other->hidden, key_of(list->arena, item, form->about));
	str *version = change == DIFF_NEW ? &e->new_version : &e->old_version;

	*version = json_get_str(item, STR("installed"));
	if (!hidden) {
		e->cause = absent_cause(list->arena, mine, other, change == DIFF_GONE, item);
	} else if (str_eq(json_get_str(hidden, STR("reason")), STR("exception"))) {
		e->cause = CAUSE_EXCEPTION;
		e->why = json_str(json_path(hidden, "exception", "reason", NULL));
	} else {
		e->cause = CAUSE_OPTION;
	}
}

/* The same licence may weigh something else: lists, or a map of severities. */
static void both_sides(struct diff_list *list, const struct list_form *form,
		       const struct side *before, const struct side *after, const struct json *old,
		       const struct json *new)
{
	str was = json_get_str(old, STR("severity")), is = json_get_str(new, STR("severity"));
	struct diff_entry *e;

	if (str_eq(was, is)) {
		list->same++;
		return;
	}
	e = add(list, form, DIFF_CHANGED, new);
	e->old_severity = was;
	e->new_severity = is;
	e->old_version = json_get_str(old, STR("installed"));
	e->new_version = json_get_str(new, STR("installed"));
	e->cause = diff_same_engine(before->report, after->report) ? CAUSE_OPTION : CAUSE_ENGINE;
}

static void compare(const struct list_form *form, const struct json *before,
		    const struct json *after, struct diff_list *list)
{
	struct side old, new;

	side_init(&old, before, form, list->arena);
	side_init(&new, after, form, list->arena);
	MAP_EACH (&old.shown, entry) {
		const struct json *other = map_get(&new.shown, entry->key);

		if (other)
			both_sides(list, form, &old, &new, entry->value, other);
		else
			one_sided(list, form, DIFF_GONE, &old, &new, entry->value);
	}
	MAP_EACH (&new.shown, entry) {
		if (!map_has(&old.shown, entry->key))
			one_sided(list, form, DIFF_NEW, &new, &old, entry->value);
	}
}

void diff_lists(const struct json *before, const struct json *after, struct diff_list *list)
{
	compare(&secrets, before, after, list);
	compare(&licences, before, after, list);
}
