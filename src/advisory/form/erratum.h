/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What publishers of rpm packages write as XML, one erratum an item (updateinfo, OVAL). */
#include "advisory/form/form.h"

#define ERRATUM_MAX_PACKAGES 16384u
#define ERRATUM_MAX_FLAWS    4096u

struct erratum_package {
	str ecosystem, name, version, arch, module; /* arch and module may be empty */
};

struct erratum {
	struct arena *arena;
	struct record record;
	str cves[ERRATUM_MAX_FLAWS];
	size_t cve_count;
	struct erratum_package *packages;
	size_t package_count, package_cap;
	bool too_many;
};

struct erratum *erratum_new(struct arena *arena);
/* Each once; texts are copied. */
void erratum_add_cve(struct erratum *erratum, str cve);
void erratum_add_package(struct erratum *erratum, const struct erratum_package *package);
/* Keeps it, or says why not. */
int erratum_put(struct erratum *erratum, struct form_run *run, struct err *err) MUST_USE;
