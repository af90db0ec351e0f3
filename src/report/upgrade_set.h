/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * upgrade_set: the smallest set of upgrades that repairs every finding an upgrade can repair
 * . Binary packages of one source move together, so they are one step; a step goes to the
 * lowest version that repairs all of its findings that can be repaired. No step can be left out, no
 * step to a lower version repairs as much; the first k steps repair as many findings as any k steps
 * can.
 */
#include "report/report.h"

struct upgrade_step {
	const struct package *package; /* the first of those that move together */
	str name;		       /* source package, or the package itself */
	str from, to;
	str command;	       /* empty where no command is known */
	const size_t *repairs; /* findings, indexes into report->match.findings */
	size_t repair_count;
	size_t left; /* findings of these packages that no upgrade repairs */
};

/* Over the findings that are shown: most repaired first, then the worse ones, then by name. */
const struct upgrade_step *upgrade_set(const struct report *report, size_t *count);
