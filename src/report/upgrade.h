/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* upgrade: the commands that repair what can be repaired. */
#include "report/report.h"

/*
 * Commands that differ in their last word (in front of " && ") only ("apt-get install NAME") are
 * one. Of one package in one place there is one version, the one that repairs most. A place is the
 * lock file, manifest or program that holds the package; what is installed has none. Commands that
 * are the same in several places are one.
 */
struct upgrade_command {
	str head;	  /* "apt-get install --only-upgrade" */
	const str *words; /* what follows, one for each package, sorted */
	size_t word_count;
	str tail;	   /* " && npm install", or empty */
	const str *places; /* paths of the image, sorted; may be none */
	size_t place_count;
};

/* Sorted by their text; views live in report->arena. */
const struct upgrade_command *upgrade_commands(const struct report *report, size_t *count);
