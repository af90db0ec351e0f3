/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * report: the postures of clusters as somebody wants to read them. A form is a row of a table: one
 * file src/posture/writer/<name>.c with `const struct posture_writer posture_writer_<name>`, and
 * its name in meson.build there.
 *
 * Totals are exact; of long lists the first `limit` entries are shown, with "first N of M".
 * Same input, same bytes: nothing here asks a clock. Text from outside is escaped by the writer.
 */
#include "posture/posture.h"

#define POSTURE_SCHEMA	     "1.0"
#define POSTURE_LIMIT_PRESET 500u /* resources of one recommendation that are listed */
#define POSTURE_PODS_LISTED  20u  /* of one resource, in forms for people */

struct azure_form;

/* One cluster, or why there is none. */
struct posture_view {
	const struct posture *posture; /* NULL: failed */
	const struct assessment *assessment;
	str source; /* facts file or context */
	const struct err *failed;
};

struct posture_report {
	const struct posture_view *views;
	size_t n;
	enum lang lang;
	size_t columns;		    /* of the table; 0: as wide as it is */
	size_t limit;		    /* POSTURE_LIMIT_PRESET */
	recommendation_bits chosen; /* recommendations that are shown */
	bool details;		    /* table: each of them with its resources */
	unsigned severities;	    /* 1u << SEVERITY_X; 0: all */
	str time;		    /* RFC 3339, or empty */
	int64_t now;
	const struct exception_set *exceptions;
	const struct azure_form *azure; /* constraints under the kinds of that vendor; or NULL */
	struct arena *arena;
};

struct posture_writer {
	const char *name;
	void (*write)(struct buf *b, const struct posture_report *report);
};

/* NULL: there is no such form. */
const struct posture_writer *posture_writer_find(str name);
extern const char *const posture_writer_words[]; /* NULL-ended */

/* ---- what writers share --------------------------------------------------------------------- */

bool posture_shows(const struct posture_report *report, const struct assessment *a, size_t i);
str posture_state_text(enum lang lang, enum assessed_state state);
str posture_severity_text(enum severity severity);
/* Over all clusters that could be scored. */
bool posture_percent(const struct posture_report *report, double *percent);
/* "12.30": with two digits. */
str posture_points(struct arena *arena, double points);
/* A message in the reader's language, else in English. */
str posture_message(const struct assessed_finding *f, enum lang lang);
/* Is the recommendation off, by its effect or by the parameters? */
bool posture_is_off(const struct posture_view *view, size_t i);
/* Why nothing was looked at; empty: something was. */
str posture_not_assessed(const struct posture_report *report, const struct posture_view *view,
			 size_t i);

/*
 * Calls fn for each shown pair of recommendation and resource in a state of `states` (bits), by
 * recommendation, then by resource.
 */
struct posture_pair {
	const struct posture_view *view;
	const struct assessed_resource *resource;
	size_t recommendation;
	enum assessed_state state;
};
typedef void posture_pair_fn(void *context, const struct posture_pair *pair);
void posture_each(const struct posture_report *report, unsigned states, posture_pair_fn *fn,
		  void *context);
#define POSTURE_STATE(state) (1u << (state))
#define POSTURE_OPEN_STATES                                                     \
	(POSTURE_STATE(ASSESSED_UNHEALTHY) | POSTURE_STATE(ASSESSED_DECISION) | \
	 POSTURE_STATE(ASSESSED_ERROR))
/* Shown pairs that are unhealthy, or in error, of that severity or a higher one. */
size_t posture_count_from(const struct posture_report *report, enum assessed_state state,
			  enum severity level);
