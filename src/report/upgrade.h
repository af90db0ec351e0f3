/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* upgrade: the commands that repair what can be repaired. */
#include "report/report.h"

/* Commands that differ in their last word only ("apt-get install NAME") are one. */
struct upgrade_command {
	str head;	  /* "apt-get install --only-upgrade" */
	const str *words; /* what follows, one for each package, the latest fix of each */
	size_t word_count;
};

/* In the order of the findings; views live in report->arena. */
const struct upgrade_command *upgrade_commands(const struct report *report, size_t *count);
