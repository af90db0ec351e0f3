/* SPDX-License-Identifier: Apache-2.0 */
#include "report/upgrade_set.h"

#include "base/map.h"
#include "report/advice.h"

struct step {
	struct upgrade_step made;
	const struct finding *latest; /* the one whose fix is the latest */
	size_t *repairs;
	size_t cap;
	size_t by_severity[REPORT_SEVERITIES];
};

/* What moves together: packages of one source in one version and place. */
static str step_key(struct arena *arena, const struct package *p)
{
	str name = package_source_name(p), version = package_source_version(p);

	return str_fmt(arena, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(p->kind), STR_ARG(name),
		       STR_ARG(version), STR_ARG(p->path));
}

static struct step *step_of(struct map *steps, struct arena *arena, const struct package *p)
{
	void **slot = map_slot(steps, step_key(arena, p));

	if (!*slot) {
		struct step *step = ARENA_NEW(arena, struct step);

		step->made.package = p;
		step->made.name = package_source_name(p);
		step->made.from = p->version;
		*slot = step;
	}
	return *slot;
}

static void take(struct step *step, struct arena *arena, const struct package *p,
		 const struct finding *finding, size_t index)
{
	if (finding->status != FIX_AVAILABLE || finding->fixed.n == 0) {
		step->made.left++;
		return;
	}
	step->repairs = arena_grow(arena, step->repairs, step->made.repair_count, &step->cap,
				   sizeof(*step->repairs));
	step->repairs[step->made.repair_count++] = index;
	step->by_severity[finding->severity]++;
	if (step->latest && !advice_fix_is_later(finding, step->latest))
		return;
	step->latest = finding;
	step->made.package = p;
	step->made.from = p->version;
	step->made.to = finding->fixed;
	step->made.command = advice_upgrade(p, finding);
}

static int compare(const void *a, const void *b)
{
	const struct step *x = *(const struct step *const *)a, *y = *(const struct step *const *)b;

	if (x->made.repair_count != y->made.repair_count)
		return x->made.repair_count > y->made.repair_count ? -1 : 1;
	for (size_t s = REPORT_SEVERITIES; s-- > 0;) {
		if (x->by_severity[s] != y->by_severity[s])
			return x->by_severity[s] > y->by_severity[s] ? -1 : 1;
	}
	int order = str_cmp(x->made.name, y->made.name);
	if (!order)
		order = str_cmp(x->made.from, y->made.from);
	return order ? order : str_cmp(x->made.package->path, y->made.package->path);
}

const struct upgrade_step *upgrade_set(const struct report *report, size_t *count)
{
	struct arena *arena = report->arena;
	struct upgrade_step *made;
	const struct step **order;
	struct map steps;
	size_t n = 0;

	map_init(&steps, arena);
	for (size_t i = 0; i < report->shown_count; i++) {
		const struct finding *finding = report_finding(report, report->shown[i]);
		const struct package *package = report_package(report, finding);

		take(step_of(&steps, arena, package), arena, package, finding, report->shown[i]);
	}
	order = ARENA_ARRAY(arena, const struct step *, steps.n);
	made = ARENA_ARRAY(arena, struct upgrade_step, steps.n);
	MAP_EACH (&steps, entry) {
		const struct step *step = entry->value;

		if (step->made.repair_count > 0)
			order[n++] = step;
	}
	if (n > 0)
		qsort(order, n, sizeof(*order), compare);
	for (size_t i = 0; i < n; i++) {
		made[i] = order[i]->made;
		made[i].repairs = order[i]->repairs;
	}
	*count = n;
	return made;
}
