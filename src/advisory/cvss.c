/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/cvss.h"

#include "advisory/cvss_internal.h"
#include "base/err.h"

#include <assert.h>

static const struct {
	const char *prefix, *version;
	const struct cvss_metric *metrics;
	const size_t *metric_count;
	void (*score)(const struct cvss_vector *v, struct cvss *out);
} systems[] = {
	{ "CVSS:4.0/", "4.0", cvss4_metrics, &cvss4_metric_count, cvss4_score },
	{ "CVSS:3.1/", "3.1", cvss3_metrics, &cvss3_metric_count, cvss3_score },
	{ "CVSS:3.0/", "3.0", cvss3_metrics, &cvss3_metric_count, cvss3_score },
	{ "CVSS:2.0/", "2.0", cvss2_metrics, &cvss2_metric_count, cvss2_score },
	{ "", "2.0", cvss2_metrics, &cvss2_metric_count, cvss2_score },
};

static int metric_set(struct cvss_vector *v, size_t count, str name, str value, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const struct cvss_metric *metric = &v->metrics[i];

		if (!str_eq(name, str_c(metric->name)))
			continue;
		if (v->given[i])
			return err_set(err, ERR_INPUT, "CVSS vector: %s given twice", metric->name);
		for (uint8_t k = 0; k < CVSS_VALUES_MAX && metric->values[k]; k++) {
			if (str_eq(value, str_c(metric->values[k]))) {
				v->value[i] = k;
				v->given[i] = true;
				return 0;
			}
		}
		return err_set(err, ERR_INPUT, "CVSS vector: %s cannot be '%.*s'", metric->name,
			       STR_ARG(value));
	}
	return err_set(err, ERR_INPUT, "CVSS vector: unknown metric '%.*s'", STR_ARG(name));
}

static int metrics_read(struct cvss_vector *v, size_t count, str text, struct err *err)
{
	str rest = str_without_suffix(text, STR("/")), part, name, value;

	assert(count <= CVSS_METRICS_MAX);
	while (str_split(&rest, '/', &part)) {
		if (!str_cut(part, ':', &name, &value))
			return err_set(err, ERR_INPUT, "CVSS vector: '%.*s' is no metric",
				       STR_ARG(part));
		if (metric_set(v, count, name, value, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < count; i++) {
		if (!v->given[i] && !v->metrics[i].optional)
			return err_set(err, ERR_INPUT, "CVSS vector: %s is missing",
				       v->metrics[i].name);
	}
	return 0;
}

int cvss_parse(str vector, struct cvss *out, struct err *err)
{
	str text = str_trim(vector);
	size_t i = 0;

	if (text.n > CVSS_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "CVSS vector: %zu bytes", text.n);
	if (text.n > 1 && *text.p == '(' && text.p[text.n - 1] == ')')
		text = str_of(text.p + 1, text.n - 2);
	while (!str_starts(text, str_c(systems[i].prefix)))
		i++; /* the last prefix is empty */
	struct cvss_vector v = { .version = systems[i].version, .metrics = systems[i].metrics };
	text = str_skip(text, strlen(systems[i].prefix));
	if (metrics_read(&v, *systems[i].metric_count, text, err) < 0)
		return -1;
	*out = (struct cvss){ .version = v.version };
	systems[i].score(&v, out);
	return 0;
}
