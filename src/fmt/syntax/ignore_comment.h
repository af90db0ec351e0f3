/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * ignore_comment: exceptions in the comments of a configuration file, in the forms of several
 * tools:
 *   seawall:ignore=ID[,ID][ reason]      what follows
 *   seawall:ignore-file=ID[,ID][ reason] the whole file
 *   trivy:ignore:ID[:exp:YYYY-MM-DD]     what follows; several in one line
 *   hadolint ignore=ID[,ID]              what follows
 *   hadolint global ignore=ID[,ID]       the whole file
 *   checkov:skip=ID[:reason]             the whole file, wherever it stands
 */
#include "base/str.h"

#define IGNORE_COMMENT_MAX 64u /* exceptions of one comment */

struct ignore_comment {
	str ids, reason, until; /* ids: with commas between; until: empty, or a day */
	str form;		/* "seawall", "trivy", "hadolint", "checkov" */
	bool whole;
};

/* `text`: the comment without its sign. How many exceptions are in it; texts are views. */
size_t ignore_comment_read(str text, struct ignore_comment out[IGNORE_COMMENT_MAX]);
/* Splits "ID,ID reason" at the first blank that follows no comma. */
void ignore_comment_split(str text, str *ids, str *reason);
