/* SPDX-License-Identifier: Apache-2.0 */
#include "report/diff.h"

#include "report/diff_internal.h"

#include "base/err.h"
#include "base/map.h"

/* One report, prepared to be asked. */
struct side {
	const struct json *report;
	struct map findings;   /* key -> struct json: shown */
	struct map suppressed; /* key -> struct json */
	struct map packages;   /* place -> version, as a str */
	bool all_packages;     /* the list is whole */
	bool read_all;	       /* nothing was missed */
	str digest, database, engine;
};

struct work {
	struct arena *arena;
	struct side before, after;
	bool loose; /* one of them is made of other tools' reports */
	struct diff_list list;
};

const char *diff_change_name(enum diff_change change)
{
	static const char *const names[] = {
		[DIFF_NEW] = "new", [DIFF_GONE] = "gone", [DIFF_CHANGED] = "changed"
	};

	return names[change];
}

const char *diff_cause_name(enum diff_cause cause)
{
	static const char *const names[] = {
		[CAUSE_IMAGE] = "image",	 [CAUSE_ADVISORY] = "advisory",
		[CAUSE_EXCEPTION] = "exception", [CAUSE_OPTION] = "option",
		[CAUSE_ENGINE] = "engine",	 [CAUSE_NOT_READ] = "not_read",
		[CAUSE_UNDECIDED] = "undecided",
	};

	return names[cause];
}

/*
 * Where a package stands, without its version. Other tools do not all tell architecture and path:
 * where a report is made of theirs (`loose`), kind and name have to do.
 */
static str place_of(struct arena *arena, bool loose, str kind, str name, str arch, str path)
{
	if (loose)
		return str_fmt(arena, "%.*s\n%.*s", STR_ARG(kind), STR_ARG(name));
	return str_fmt(arena, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(kind), STR_ARG(name), STR_ARG(arch),
		       STR_ARG(path));
}

static str place_of_finding(struct arena *arena, bool loose, const struct json *finding)
{
	return place_of(arena, loose, json_get_str(finding, STR("package_kind")),
			json_get_str(finding, STR("package")), json_get_str(finding, STR("arch")),
			json_get_str(finding, STR("path")));
}

static str key_of(struct arena *arena, bool loose, const struct json *finding)
{
	str place = place_of_finding(arena, loose, finding), id = json_get_str(finding, STR("id"));

	return str_fmt(arena, "%.*s\n%.*s", STR_ARG(id), STR_ARG(place));
}

static void *shared(const void *p) { return (void *)(uintptr_t)p; } /* maps only hand it back */

static int side_init(struct side *side, const struct json *report, bool loose, struct arena *arena,
		     struct err *err)
{
	const struct json *image = JSON_GET(report, "image"),
			  *database = JSON_GET(report, "database");
	const struct json *packages = JSON_GET(report, "packages");
	int64_t read = -1;

	*side = (struct side){ .report = report };
	if (str_eq(json_get_str(report, STR("status")), STR("failed")))
		return err_set(err, ERR_INPUT, "it is the report of a scan that failed: %.*s",
			       STR_ARG(json_get_str(report, STR("reason"))));
	if (!json_is(packages, JSON_ARRAY) || !json_is(JSON_GET(report, "findings"), JSON_ARRAY) ||
	    !json_i64(json_path(report, "summary", "packages_read", NULL), &read))
		return err_set(err, ERR_INPUT, "it is not a report of 'seawall scan -f json'");
	map_init(&side->findings, arena);
	map_init(&side->suppressed, arena);
	map_init(&side->packages, arena);
	JSON_EACH (JSON_GET(report, "findings"), finding)
		map_put(&side->findings, key_of(arena, loose, finding), shared(finding));
	JSON_EACH (JSON_GET(report, "suppressed"), finding)
		map_put(&side->suppressed, key_of(arena, loose, finding), shared(finding));
	JSON_EACH (packages, package) {
		str place = place_of(arena, loose, json_get_str(package, STR("kind")),
				     json_get_str(package, STR("name")),
				     json_get_str(package, STR("arch")),
				     json_get_str(package, STR("path")));
		str *version = ARENA_NEW(arena, str);

		*version = json_get_str(package, STR("version"));
		map_put(&side->packages, place, version);
	}
	side->all_packages = (int64_t)json_len(packages) == read;
	side->read_all = str_eq(json_get_str(report, STR("status")), STR("assessed"));
	side->digest = json_get_str(image, STR("digest"));
	side->database = json_get_str(database, STR("digest"));
	side->engine = json_get_str(report, STR("seawall_version"));
	return 0;
}

/* The package is the same on both sides: who judges it otherwise? */
static enum diff_cause judged_otherwise(const struct work *work)
{
	if (!str_eq(work->before.database, work->after.database))
		return CAUSE_ADVISORY;
	if (!str_eq(work->before.engine, work->after.engine))
		return CAUSE_ENGINE;
	return CAUSE_UNDECIDED;
}

/* Why `side` says nothing of a finding that the other side has. */
static enum diff_cause absent_cause(const struct work *work, const struct side *side,
				    const struct json *finding)
{
	const str *version =
		map_get(&side->packages, place_of_finding(work->arena, work->loose, finding));
	bool same_data = str_eq(work->before.database, work->after.database) &&
			 str_eq(work->before.engine, work->after.engine);

	if (version)
		return str_eq(*version, json_get_str(finding, STR("installed")))
			       ? judged_otherwise(work)
			       : CAUSE_IMAGE;
	if (side == &work->after && !side->read_all)
		return CAUSE_NOT_READ;
	if (side->all_packages)
		return CAUSE_IMAGE;
	if (work->before.digest.n > 0 && str_eq(work->before.digest, work->after.digest))
		return judged_otherwise(work);
	return same_data ? CAUSE_IMAGE : CAUSE_UNDECIDED;
}

/* Why `side` hides it, with the exception's words. */
static enum diff_cause hidden_cause(const struct work *work, const struct json *hidden,
				    const struct json *finding, str *why)
{
	if (str_eq(json_get_str(hidden, STR("reason")), STR("exception"))) {
		*why = json_str(json_path(hidden, "exception", "reason", NULL));
		return CAUSE_EXCEPTION;
	}
	/* Another rating or fix took it across the line of the option. */
	if (!str_eq(json_get_str(hidden, STR("installed")),
		    json_get_str(finding, STR("installed"))))
		return CAUSE_IMAGE;
	if (!str_eq(json_get_str(hidden, STR("severity")),
		    json_get_str(finding, STR("severity"))) ||
	    !str_eq(json_get_str(hidden, STR("fixed")), json_get_str(finding, STR("fixed"))))
		return judged_otherwise(work);
	return CAUSE_OPTION;
}

static struct diff_entry *add(struct work *work, enum diff_change change,
			      const struct json *finding)
{
	struct diff_list *list = &work->list;

	list->items =
		arena_grow(list->arena, list->items, list->n, &list->cap, sizeof(*list->items));
	struct diff_entry *e = &list->items[list->n++];
	*e = (struct diff_entry){
		.change = change,
		.id = json_get_str(finding, STR("id")),
		.kind = json_get_str(finding, STR("package_kind")),
		.package = json_get_str(finding, STR("package")),
		.arch = json_get_str(finding, STR("arch")),
		.path = json_get_str(finding, STR("path")),
	};
	IGNORE(severity_from(json_get_str(finding, STR("severity")),
			     &e->severity)); /* else unknown */
	return e;
}

/* A finding of one side that the other does not show. */
static void one_sided(struct work *work, enum diff_change change, const struct side *other,
		      const struct map_entry *entry)
{
	const struct json *finding = entry->value,
			  *hidden = map_get(&other->suppressed, entry->key);
	struct diff_entry *e = add(work, change, finding);
	const str *version =
		map_get(&other->packages, place_of_finding(work->arena, work->loose, finding));
	str *mine = change == DIFF_NEW ? &e->new_version : &e->old_version;
	str *theirs = change == DIFF_NEW ? &e->old_version : &e->new_version;

	*mine = json_get_str(finding, STR("installed"));
	if (hidden)
		*theirs = json_get_str(hidden, STR("installed"));
	else if (version)
		*theirs = *version;
	*(change == DIFF_NEW ? &e->new_fixed : &e->old_fixed) = json_get_str(finding, STR("fixed"));
	e->cause = hidden ? hidden_cause(work, hidden, finding, &e->why)
			  : absent_cause(work, other, finding);
}

static void both_sides(struct work *work, const struct json *old, const struct json *new)
{
	bool version =
		str_eq(json_get_str(old, STR("installed")), json_get_str(new, STR("installed")));
	bool rating =
		str_eq(json_get_str(old, STR("severity")), json_get_str(new, STR("severity")));
	bool fixed = str_eq(json_get_str(old, STR("fixed")), json_get_str(new, STR("fixed")));

	if (version && rating && fixed) {
		work->list.same++;
		return;
	}
	struct diff_entry *e = add(work, DIFF_CHANGED, new);
	e->old_version = json_get_str(old, STR("installed"));
	e->new_version = json_get_str(new, STR("installed"));
	e->old_fixed = json_get_str(old, STR("fixed"));
	e->new_fixed = json_get_str(new, STR("fixed"));
	e->old_severity = json_get_str(old, STR("severity"));
	e->new_severity = json_get_str(new, STR("severity"));
	e->cause = version ? judged_otherwise(work) : CAUSE_IMAGE;
}

static int compare(const void *a, const void *b)
{
	const struct diff_entry *x = a, *y = b;
	int order = (int)x->change - (int)y->change;

	if (!order)
		order = (int)y->severity - (int)x->severity;
	if (!order)
		order = str_cmp(x->id, y->id);
	if (!order)
		order = str_cmp(x->package, y->package);
	if (!order)
		order = str_cmp(x->arch, y->arch);
	return order ? order : str_cmp(x->path, y->path);
}

int diff_reports(const struct json *before, const struct json *after, struct arena *arena,
		 struct diff *out, struct err *err)
{
	struct work work = { .arena = arena, .list = { .arena = arena } };
	const struct diff_list *list = &work.list;

	work.loose = JSON_GET(before, "imports") || JSON_GET(after, "imports");
	if (side_init(&work.before, before, work.loose, arena, err) < 0)
		return err_wrap(err, "earlier report");
	if (side_init(&work.after, after, work.loose, arena, err) < 0)
		return err_wrap(err, "later report");
	MAP_EACH (&work.before.findings, entry) {
		const struct json *new = map_get(&work.after.findings, entry->key);

		if (new)
			both_sides(&work, entry->value, new);
		else
			one_sided(&work, DIFF_GONE, &work.after, entry);
	}
	MAP_EACH (&work.after.findings, entry) {
		if (!map_has(&work.before.findings, entry->key))
			one_sided(&work, DIFF_NEW, &work.before, entry);
	}
	diff_checks(before, after, &work.list);
	diff_lists(before, after, &work.list);
	if (list->n > 0)
		qsort(list->items, list->n, sizeof(*list->items), compare);
	*out = (struct diff){ .entries = list->items, .count = list->n, .same = list->same };
	for (size_t i = 0; i < list->n; i++) {
		out->by_change[list->items[i].change]++;
		out->by_cause[list->items[i].cause]++;
	}
	return 0;
}
