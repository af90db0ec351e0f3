/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * progress: what a person sees on standard error while a command works. A line that is overwritten,
 * only where standard error is a terminal; notes are lines of their own.
 */
#include "report/text.h"

struct confinement;

void progress_show(bool quiet, enum lang lang, enum text id, str what);
void progress_clear(bool quiet);
/* A line that stays: "seawall: note: ...". Not when quiet. */
void progress_note(bool quiet, str text);
/* Says what the confinement of the workers lacks on this machine, if it lacks something. */
void progress_confinement(bool quiet, enum lang lang, const struct confinement *confinement);
