/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One CVSS version: its metrics as a table, its formula as a function. */
#include "advisory/cvss.h"

#define CVSS_METRICS_MAX 36
#define CVSS_VALUES_MAX	 7

/* Optional metrics have "not defined" as their first value. */
struct cvss_metric {
	const char *name;
	bool optional;
	const char *values[CVSS_VALUES_MAX];
	double weights[CVSS_VALUES_MAX];
};

/* A vector read: for each metric of the table the index of its value. */
struct cvss_vector {
	const char *version;
	const struct cvss_metric *metrics;
	uint8_t value[CVSS_METRICS_MAX];
	bool given[CVSS_METRICS_MAX];
};

static inline double cvss_weight(const struct cvss_vector *v, int metric)
{
	return v->metrics[metric].weights[v->value[metric]];
}

extern const struct cvss_metric cvss2_metrics[], cvss3_metrics[], cvss4_metrics[];
extern const size_t cvss2_metric_count, cvss3_metric_count, cvss4_metric_count;
void cvss2_score(const struct cvss_vector *v, struct cvss *out);
void cvss3_score(const struct cvss_vector *v, struct cvss *out);
void cvss4_score(const struct cvss_vector *v, struct cvss *out);
