/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fact_reason: why facts could not be had, and what to do, for a reader. Facts are English data
 * (doc/facts-docker.md); what is shown of them is put into the reader's language by one table of
 * phrases. What is not in it (the words of an engine, names, numbers) stays as it is.
 */
#include "base/arena.h"
#include "report/text.h"

/* Every phrase of the table that stands in the text; English texts are returned as they are. */
str fact_reason_text(struct arena *arena, enum lang lang, str text);
