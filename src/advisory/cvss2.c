/* SPDX-License-Identifier: Apache-2.0 */
/* CVSS 2.0: sections 2 (metrics) and 3.2 (equations) of the guide. */
#include "advisory/cvss_internal.h"

#include <math.h>

enum { AV, AC, AU, C, I, A, E, RL, RC, CDP, TD, CR, IR, AR };

const struct cvss_metric cvss2_metrics[] = {
	[AV] = { "AV", false, { "L", "A", "N" }, { 0.395, 0.646, 1.0 } },
	[AC] = { "AC", false, { "H", "M", "L" }, { 0.35, 0.61, 0.71 } },
	[AU] = { "Au", false, { "M", "S", "N" }, { 0.45, 0.56, 0.704 } },
	[C] = { "C", false, { "N", "P", "C" }, { 0.0, 0.275, 0.660 } },
	[I] = { "I", false, { "N", "P", "C" }, { 0.0, 0.275, 0.660 } },
	[A] = { "A", false, { "N", "P", "C" }, { 0.0, 0.275, 0.660 } },
	[E] = { "E", true, { "ND", "U", "POC", "F", "H" }, { 1.0, 0.85, 0.9, 0.95, 1.0 } },
	[RL] = { "RL", true, { "ND", "OF", "TF", "W", "U" }, { 1.0, 0.87, 0.90, 0.95, 1.0 } },
	[RC] = { "RC", true, { "ND", "UC", "UR", "C" }, { 1.0, 0.90, 0.95, 1.0 } },
	[CDP] = { "CDP",
		  true,
		  { "ND", "N", "L", "LM", "MH", "H" },
		  { 0.0, 0.0, 0.1, 0.3, 0.4, 0.5 } },
	[TD] = { "TD", true, { "ND", "N", "L", "M", "H" }, { 1.0, 0.0, 0.25, 0.75, 1.0 } },
	[CR] = { "CR", true, { "ND", "L", "M", "H" }, { 1.0, 0.5, 1.0, 1.51 } },
	[IR] = { "IR", true, { "ND", "L", "M", "H" }, { 1.0, 0.5, 1.0, 1.51 } },
	[AR] = { "AR", true, { "ND", "L", "M", "H" }, { 1.0, 0.5, 1.0, 1.51 } },
};
const size_t cvss2_metric_count = ARRAY_LEN(cvss2_metrics);

/* Half up; the small term undoes what binary fractions lose. */
static double round_tenth(double x) { return floor(x * 10.0 + 0.5 + 1e-9) / 10.0; }

static double base_of(const struct cvss_vector *v, double impact)
{
	double exploitability = 20.0 * cvss_weight(v, AV) * cvss_weight(v, AC) * cvss_weight(v, AU);
	double f = impact > 0.0 ? 1.176 : 0.0;

	return round_tenth((0.6 * impact + 0.4 * exploitability - 1.5) * f);
}

static double temporal_of(const struct cvss_vector *v, double base)
{
	return round_tenth(base * cvss_weight(v, E) * cvss_weight(v, RL) * cvss_weight(v, RC));
}

static bool any_given(const struct cvss_vector *v, int from, int to)
{
	for (int i = from; i <= to; i++) {
		if (v->given[i])
			return true;
	}
	return false;
}

void cvss2_score(const struct cvss_vector *v, struct cvss *out)
{
	double c = cvss_weight(v, C), i = cvss_weight(v, I), a = cvss_weight(v, A);
	double impact = 10.41 * (1.0 - (1.0 - c) * (1.0 - i) * (1.0 - a));
	double adjusted =
		10.41 * (1.0 - (1.0 - c * cvss_weight(v, CR)) * (1.0 - i * cvss_weight(v, IR)) *
				       (1.0 - a * cvss_weight(v, AR)));

	out->base = base_of(v, impact);
	out->has_temporal = any_given(v, E, RC);
	out->temporal = temporal_of(v, out->base);
	out->has_environmental = any_given(v, CDP, AR);
	double temporal = temporal_of(v, base_of(v, fmin(10.0, adjusted)));
	out->environmental = round_tenth((temporal + (10.0 - temporal) * cvss_weight(v, CDP)) *
					 cvss_weight(v, TD));
}
