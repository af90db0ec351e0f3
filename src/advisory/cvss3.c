/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CVSS 3.0 and 3.1: sections 7.1 to 7.4 and appendix A of the specifications. They differ in how
 * they round up and in the impact of a changed scope in the environmental score.
 */
#include "advisory/cvss_internal.h"

#include <math.h>

enum { AV, AC, PR, UI, S, C, I, A, E, RL, RC, CR, IR, AR, MAV, MAC, MPR, MUI, MS, MC, MI, MA };
#define MODIFIED (MAV - AV) /* from a base metric to the one that replaces it */

/* The weights of PR are those of an unchanged scope. */
const struct cvss_metric cvss3_metrics[] = {
	[AV] = { "AV", false, { "N", "A", "L", "P" }, { 0.85, 0.62, 0.55, 0.2 } },
	[AC] = { "AC", false, { "L", "H" }, { 0.77, 0.44 } },
	[PR] = { "PR", false, { "N", "L", "H" }, { 0.85, 0.62, 0.27 } },
	[UI] = { "UI", false, { "N", "R" }, { 0.85, 0.62 } },
	[S] = { "S", false, { "U", "C" }, { 0.0, 1.0 } },
	[C] = { "C", false, { "H", "L", "N" }, { 0.56, 0.22, 0.0 } },
	[I] = { "I", false, { "H", "L", "N" }, { 0.56, 0.22, 0.0 } },
	[A] = { "A", false, { "H", "L", "N" }, { 0.56, 0.22, 0.0 } },
	[E] = { "E", true, { "X", "H", "F", "P", "U" }, { 1.0, 1.0, 0.97, 0.94, 0.91 } },
	[RL] = { "RL", true, { "X", "U", "W", "T", "O" }, { 1.0, 1.0, 0.97, 0.96, 0.95 } },
	[RC] = { "RC", true, { "X", "C", "R", "U" }, { 1.0, 1.0, 0.96, 0.92 } },
	[CR] = { "CR", true, { "X", "H", "M", "L" }, { 1.0, 1.5, 1.0, 0.5 } },
	[IR] = { "IR", true, { "X", "H", "M", "L" }, { 1.0, 1.5, 1.0, 0.5 } },
	[AR] = { "AR", true, { "X", "H", "M", "L" }, { 1.0, 1.5, 1.0, 0.5 } },
	[MAV] = { "MAV", true, { "X", "N", "A", "L", "P" }, { 0.0, 0.85, 0.62, 0.55, 0.2 } },
	[MAC] = { "MAC", true, { "X", "L", "H" }, { 0.0, 0.77, 0.44 } },
	[MPR] = { "MPR", true, { "X", "N", "L", "H" }, { 0.0, 0.85, 0.62, 0.27 } },
	[MUI] = { "MUI", true, { "X", "N", "R" }, { 0.0, 0.85, 0.62 } },
	[MS] = { "MS", true, { "X", "U", "C" }, { 0.0, 0.0, 1.0 } },
	[MC] = { "MC", true, { "X", "H", "L", "N" }, { 0.0, 0.56, 0.22, 0.0 } },
	[MI] = { "MI", true, { "X", "H", "L", "N" }, { 0.0, 0.56, 0.22, 0.0 } },
	[MA] = { "MA", true, { "X", "H", "L", "N" }, { 0.0, 0.56, 0.22, 0.0 } },
};
const size_t cvss3_metric_count = ARRAY_LEN(cvss3_metrics);

static bool is_31(const struct cvss_vector *v) { return strcmp(v->version, "3.1") == 0; }

/* Up to the next tenth. 3.1 first drops what is below 1/100000; 3.0 is exact, up to binary
 * noise. */
static double round_up(const struct cvss_vector *v, double x)
{
	if (!is_31(v))
		return ceil(x * 10.0 - 1e-9) / 10.0;
	long long units = llround(x * 100000.0);
	long long tenths = units / 10000 + (units % 10000 != 0);
	return (double)tenths / 10.0;
}

/* The metric that counts: the modified one where it is defined. */
static double weight(const struct cvss_vector *v, int metric, bool modified)
{
	int other = metric + MODIFIED;

	return cvss_weight(v, modified && v->value[other] != 0 ? other : metric);
}

static double privileges(const struct cvss_vector *v, bool modified, bool changed)
{
	double w = weight(v, PR, modified);

	if (!changed || w > 0.8)
		return w;
	return w > 0.5 ? 0.68 : 0.5;
}

static double impact_of(const struct cvss_vector *v, double sub, bool changed, bool modified)
{
	if (!changed)
		return 6.42 * sub;
	if (modified && is_31(v))
		return 7.52 * (sub - 0.029) - 3.25 * pow(sub * 0.9731 - 0.02, 13.0);
	return 7.52 * (sub - 0.029) - 3.25 * pow(sub - 0.02, 15.0);
}

static double score_of(const struct cvss_vector *v, bool modified)
{
	double cr = modified ? cvss_weight(v, CR) : 1.0, ir = modified ? cvss_weight(v, IR) : 1.0;
	double ar = modified ? cvss_weight(v, AR) : 1.0;
	bool changed = weight(v, S, modified) > 0.5;
	double sub = 1.0 - (1.0 - cr * weight(v, C, modified)) *
				   (1.0 - ir * weight(v, I, modified)) *
				   (1.0 - ar * weight(v, A, modified));

	if (modified)
		sub = fmin(sub, 0.915);
	double impact = impact_of(v, sub, changed, modified);
	double exploitability = 8.22 * weight(v, AV, modified) * weight(v, AC, modified) *
				privileges(v, modified, changed) * weight(v, UI, modified);
	if (impact <= 0.0)
		return 0.0;
	return round_up(v, fmin((changed ? 1.08 : 1.0) * (impact + exploitability), 10.0));
}

void cvss3_score(const struct cvss_vector *v, struct cvss *out)
{
	double temporal = cvss_weight(v, E) * cvss_weight(v, RL) * cvss_weight(v, RC);

	out->base = score_of(v, false);
	out->has_temporal = out->has_environmental = true;
	out->temporal = round_up(v, out->base * temporal);
	out->environmental = round_up(v, score_of(v, true) * temporal);
}
