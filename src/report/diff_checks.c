/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "report/diff_internal.h"

/* The misconfigurations of one report. */
struct side {
	const struct json *report;
	bool asked;	       /* checks were made */
	struct map shown;      /* fingerprint -> struct json */
	struct map suppressed; /* likewise */
	struct map checks;     /* id and file -> status, as struct json of the verdict */
	struct map ids;	       /* of checks that were made */
};

static void *shared(const void *p) { return (void *)(uintptr_t)p; } /* maps only hand it back */

static str check_key(struct arena *arena, str id, str file)
{
	return str_fmt(arena, "%.*s\n%.*s", STR_ARG(id), STR_ARG(file));
}

static void side_init(struct side *side, const struct json *report, struct arena *arena)
{
	*side = (struct side){ .report = report,
			       .asked = json_is(JSON_GET(report, "checks"), JSON_ARRAY) };
	map_init(&side->shown, arena);
	map_init(&side->suppressed, arena);
	map_init(&side->checks, arena);
	map_init(&side->ids, arena);
	JSON_EACH (JSON_GET(report, "misconfigurations"), m) {
		/* That a check could not be judged is no finding. */
		if (!str_eq(json_get_str(m, STR("status")), STR("error")))
			map_put(&side->shown, json_get_str(m, STR("fingerprint")), shared(m));
	}
	JSON_EACH (JSON_GET(report, "suppressed_misconfigurations"), m)
		map_put(&side->suppressed, json_get_str(m, STR("fingerprint")), shared(m));
	JSON_EACH (JSON_GET(report, "checks"), c) {
		str id = json_get_str(c, STR("id"));

		map_put(&side->ids, id, shared(c));
		map_put(&side->checks, check_key(arena, id, json_get_str(c, STR("file"))),
			shared(c));
	}
}

/* Why `other` says nothing of a finding that `mine` has. */
static enum diff_cause absent_cause(struct arena *arena, const struct side *mine,
				    const struct side *other, const struct json *m)
{
	str id = json_get_str(m, STR("id"));
	str key = check_key(arena, id, json_get_str(m, STR("file")));
	const struct json *verdict = map_get(&other->checks, key);
	str digest = diff_digest(mine->report);

	if (!other->asked)
		return CAUSE_OPTION;
	if (!map_has(&other->ids, id))
		return diff_same_engine(mine->report, other->report) ? CAUSE_OPTION : CAUSE_ENGINE;
	/* A check of the whole image names the file at fault only in its finding. */
	if (!verdict)
		verdict = map_get(&other->checks, check_key(arena, id, STR_EMPTY));
	if (verdict && str_eq(json_get_str(verdict, STR("status")), STR("error")))
		return CAUSE_NOT_READ;
	if (digest.n == 0 || !str_eq(digest, diff_digest(other->report)))
		return CAUSE_IMAGE;
	return diff_same_engine(mine->report, other->report) ? CAUSE_UNDECIDED : CAUSE_ENGINE;
}

static void add(struct diff_list *list, enum diff_change change, const struct side *mine,
		const struct side *other, const struct map_entry *entry)
{
	const struct json *m = entry->value, *hidden = map_get(&other->suppressed, entry->key);
	struct diff_entry *e;

	list->items =
		arena_grow(list->arena, list->items, list->n, &list->cap, sizeof(*list->items));
	e = &list->items[list->n++];
	*e = (struct diff_entry){ .change = change,
				  .id = json_get_str(m, STR("id")),
				  .kind = STR("misconfiguration"),
				  .package = json_get_str(m, STR("subject")),
				  .path = json_get_str(m, STR("file")) };
	IGNORE(severity_from(json_get_str(m, STR("severity")), &e->severity)); /* else unknown */
	if (!hidden) {
		e->cause = absent_cause(list->arena, mine, other, m);
	} else if (str_eq(json_get_str(hidden, STR("reason")), STR("exception"))) {
		e->cause = CAUSE_EXCEPTION;
		e->why = json_str(json_path(hidden, "exception", "reason", NULL));
	} else {
		e->cause = CAUSE_OPTION;
	}
}

void diff_checks(const struct json *before, const struct json *after, struct diff_list *list)
{
	struct side old, new;

	side_init(&old, before, list->arena);
	side_init(&new, after, list->arena);
	MAP_EACH (&old.shown, entry) {
		if (map_has(&new.shown, entry->key))
			list->same++;
		else
			add(list, DIFF_GONE, &old, &new, entry);
	}
	MAP_EACH (&new.shown, entry) {
		if (!map_has(&old.shown, entry->key))
			add(list, DIFF_NEW, &new, &old, entry);
	}
}
