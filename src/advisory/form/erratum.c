/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/form/erratum.h"

#include "advisory/publisher.h"

struct erratum *erratum_new(struct arena *arena)
{
	struct erratum *e = ARENA_NEW(arena, struct erratum);

	e->arena = arena;
	return e;
}

void erratum_add_cve(struct erratum *e, str cve)
{
	cve = str_trim(cve);
	if (!is_cve(cve))
		return;
	for (size_t i = 0; i < e->cve_count; i++) {
		if (str_eq(e->cves[i], cve))
			return;
	}
	if (e->cve_count == ERRATUM_MAX_FLAWS)
		e->too_many = true;
	else
		e->cves[e->cve_count++] = str_dup(e->arena, cve);
}

void erratum_add_package(struct erratum *e, const struct erratum_package *p)
{
	/* Equal ones stand close together: builds of one source. */
	for (size_t i = e->package_count, looked = 0; i > 0 && looked < 64; i--, looked++) {
		const struct erratum_package *q = &e->packages[i - 1];

		if (str_eq(p->name, q->name) && str_eq(p->version, q->version) &&
		    str_eq(p->arch, q->arch) && str_eq(p->ecosystem, q->ecosystem) &&
		    str_eq(p->module, q->module))
			return;
	}
	if (e->package_count == ERRATUM_MAX_PACKAGES) {
		e->too_many = true;
		return;
	}
	e->packages = arena_grow(e->arena, e->packages, e->package_count, &e->package_cap,
				 sizeof(*e->packages));
	e->packages[e->package_count++] = (struct erratum_package){
		.ecosystem = str_dup(e->arena, p->ecosystem),
		.name = str_dup(e->arena, p->name),
		.version = str_dup(e->arena, p->version),
		.arch = str_dup(e->arena, p->arch),
		.module = str_dup(e->arena, p->module),
	};
}

int erratum_put(struct erratum *e, struct form_run *run, struct err *err)
{
	unsigned traits = publisher_traits(e->record.id);
	struct affected base = { 0 };
	int kept;

	if (str_empty(e->record.id)) {
		form_skip(run, "record without an id", STR_EMPTY);
		return 0;
	}
	if (e->too_many)
		form_skip(run, "more packages or flaws than are kept", e->record.id);
	e->record.flags = RECORD_ERRATUM;
	if ((traits & PUBLISHER_NOT_SECURITY) || e->cve_count == 0)
		e->record.flags |= RECORD_NOT_SECURITY;
	e->record.upstream = e->cves;
	e->record.upstream_count = e->cve_count;
	kept = build_record(run->build, &e->record, 0, &base.record, err);
	if (kept <= 0)
		return kept;
	if (e->record.flags & RECORD_NOT_SECURITY) {
		form_skip_harmless(run, "bug fix or enhancement, no security advisory",
				   e->record.id);
		return 0;
	}
	if (e->package_count == 0)
		form_skip(run, "entry without any version", e->record.id);
	base.flags = (uint8_t)e->record.flags;
	base.flaws = record_flaws(&e->record, run->scratch, &base.flaw_count);
	for (size_t i = 0; i < e->package_count; i++) {
		const struct erratum_package *p = &e->packages[i];
		struct range_event events[] = {
			{ .kind = EVENT_INTRODUCED, .version = STR("0") },
			{ .kind = EVENT_FIXED, .version = p->version },
		};
		struct version_range range = { .events = events, .event_count = 2 };
		struct affected a = base;

		a.ranges = &range;
		a.range_count = 1;
		a.arch = p->arch;
		a.module = p->module;
		a.severity = e->record.word;
		if (build_affected(run->build, p->ecosystem, p->name, &a, err) < 0)
			return -1;
	}
	return 0;
}
