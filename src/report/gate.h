/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * gate: conditions under which a target passes. Built in are "strict" (nothing
 * of low severity and above, and everything was looked at with data of this week) and "default"
 * (critical and high findings that can be repaired, critical and high secrets); a file has others
 * (doc/pipelines.md). What counts is every finding without an exception, whatever --severity and
 * --ignore-unfixed show. Every condition that is broken is a reason of its own.
 */
#include "fmt/licence/licence_judge.h"
#include "report/exception.h"
#include "report/text.h"

struct report;

#define GATE_MAX_BYTES	 (1u << 20)
#define GATE_MAX_REASONS 64u
#define GATE_MAX_IDS	 5u /* named in one reason */
#define GATE_NO_LIMIT	 UINT64_MAX
#define GATE_LEVELS	 (SEVERITY_CRITICAL + 1)

/* How many of each severity may be there; GATE_NO_LIMIT: any number. */
struct gate_limits {
	uint64_t by_severity[GATE_LEVELS];
	uint64_t total;
};

struct gate {
	str name;
	struct gate_limits findings, secrets, misconfigurations, licences;
	/* Likewise of each category, and of licences that a list of the user refuses. */
	uint64_t licence_categories[LICENCE_CATEGORIES];
	uint64_t licence_rules[LICENCE_DENIED + 1];
	bool wants_licences;	      /* the file says something of them: not to look is no pass */
	bool only_fixable;	      /* of findings: count those that an upgrade repairs */
	unsigned evidence;	      /* 1u << FINDING_X that count; 0: all */
	uint64_t exploited;	      /* known to be */
	double epss_above;	      /* negative: not looked at */
	uint64_t epss;		      /* so many may be above it */
	int64_t max_age[GATE_LEVELS]; /* seconds since a flaw was published; 0: any */
	int64_t max_database_age;     /* seconds; 0: any */
	bool refuse_end_of_life;      /* of the system */
	bool refuse_not_examined;     /* something could not be read, or was not looked for */
	bool refuse_not_looked_up;    /* packages of some kind could not be looked up */
	bool refuse_not_assessed;     /* nothing can be said at all */
	bool refuse_essentials;	      /* only the built-in records were there */
	bool refuse_expired;	      /* an exception that has expired */
};

struct gate_reason {
	const char *rule;	 /* "severity", "known_exploited", "database_age" ...: stable */
	str text;		 /* in the language of the report */
	uint64_t found, allowed; /* where it is a number */
	bool counted;
	const str *ids; /* the first of them */
	size_t id_count;
};

struct gate_result {
	bool judged; /* there was a gate */
	bool passed;
	str name;
	const struct gate_reason *reasons;
	size_t count;
};

/* "strict", "default", FILE or FILE#NAME. A file with one gate, or one named "default", needs no
 * name. ERR_INPUT names file and line. */
int gate_read(str source, struct arena *arena, struct gate *out, struct err *err) MUST_USE;
/* From memory; `name` may be empty. */
int gate_read_text(str source, str name, str text, struct arena *arena, struct gate *out,
		   struct err *err) MUST_USE;

/* Judges a report that is made but for this. `now`: for ages. */
void gate_judge(const struct gate *gate, const struct report *report, int64_t now,
		struct gate_result *out);
/* A line for people: the gate and whether it is passed; unescaped. */
str gate_line(const struct report *report);
