/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * CVSS vectors: reading and scoring of 2.0, 3.0, 3.1 and 4.0. Metrics may stand in any order; a
 * metric that is unknown, repeated or of an unknown value, or a missing base metric is ERR_INPUT.
 * A vector without prefix is 2.0 (in brackets or not); a slash at the end is passed over. Scores
 * have one decimal. The qualitative word is severity_from_score (advisory/finding.h).
 */
#include "base/str.h"

struct err;

#define CVSS_MAX_BYTES 512u /* the longest 4.0 vector has about 230 */

struct cvss {
	const char *version; /* "2.0", "3.0", "3.1", "4.0" */
	double base;	     /* 4.0: the score of the whole vector */
	double temporal, environmental;
	/* 2.0: when the vector has a metric of the group; 3.x: always; 4.0: never. */
	bool has_temporal, has_environmental;
};

int cvss_parse(str vector, struct cvss *out, struct err *err) MUST_USE;
