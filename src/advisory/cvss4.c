/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CVSS 4.0, section 8 of the specification: the vector belongs to one of 270 sets (six digits, one
 * for each group of metrics) whose most severe member has a published score; the distance to that
 * member, in steps of single metrics, lowers the score towards that of the next set.
 */
#include "advisory/cvss_internal.h"

#include <math.h>

/* The distance of two values of a metric is the difference of their weights, in steps. */
enum {
	AV,
	AC,
	AT,
	PR,
	UI,
	VC,
	VI,
	VA,
	SC,
	SI,
	SA,
	E,
	CR,
	IR,
	AR,
	MAV,
	MAC,
	MAT,
	MPR,
	MUI,
	MVC,
	MVI,
	MVA,
	MSC,
	MSI,
	MSA,
	S,
	AU,
	R,
	V,
	RE,
	U
};
#define MODIFIED (MAV - AV) /* from a base metric to the one that replaces it */

const struct cvss_metric cvss4_metrics[] = {
	[AV] = { "AV", false, { "N", "A", "L", "P" }, { 0, 1, 2, 3 } },
	[AC] = { "AC", false, { "L", "H" }, { 0, 1 } },
	[AT] = { "AT", false, { "N", "P" }, { 0, 1 } },
	[PR] = { "PR", false, { "N", "L", "H" }, { 0, 1, 2 } },
	[UI] = { "UI", false, { "N", "P", "A" }, { 0, 1, 2 } },
	[VC] = { "VC", false, { "H", "L", "N" }, { 0, 1, 2 } },
	[VI] = { "VI", false, { "H", "L", "N" }, { 0, 1, 2 } },
	[VA] = { "VA", false, { "H", "L", "N" }, { 0, 1, 2 } },
	[SC] = { "SC", false, { "H", "L", "N" }, { 1, 2, 3 } },
	[SI] = { "SI", false, { "H", "L", "N" }, { 1, 2, 3 } },
	[SA] = { "SA", false, { "H", "L", "N" }, { 1, 2, 3 } },
	[E] = { "E", true, { "X", "A", "P", "U" }, { 0, 0, 1, 2 } },
	[CR] = { "CR", true, { "X", "H", "M", "L" }, { 0, 0, 1, 2 } },
	[IR] = { "IR", true, { "X", "H", "M", "L" }, { 0, 0, 1, 2 } },
	[AR] = { "AR", true, { "X", "H", "M", "L" }, { 0, 0, 1, 2 } },
	[MAV] = { "MAV", true, { "X", "N", "A", "L", "P" }, { 0, 0, 1, 2, 3 } },
	[MAC] = { "MAC", true, { "X", "L", "H" }, { 0, 0, 1 } },
	[MAT] = { "MAT", true, { "X", "N", "P" }, { 0, 0, 1 } },
	[MPR] = { "MPR", true, { "X", "N", "L", "H" }, { 0, 0, 1, 2 } },
	[MUI] = { "MUI", true, { "X", "N", "P", "A" }, { 0, 0, 1, 2 } },
	[MVC] = { "MVC", true, { "X", "H", "L", "N" }, { 0, 0, 1, 2 } },
	[MVI] = { "MVI", true, { "X", "H", "L", "N" }, { 0, 0, 1, 2 } },
	[MVA] = { "MVA", true, { "X", "H", "L", "N" }, { 0, 0, 1, 2 } },
	[MSC] = { "MSC", true, { "X", "H", "L", "N" }, { 0, 1, 2, 3 } },
	[MSI] = { "MSI", true, { "X", "S", "H", "L", "N" }, { 0, 0, 1, 2, 3 } },
	[MSA] = { "MSA", true, { "X", "S", "H", "L", "N" }, { 0, 0, 1, 2, 3 } },
	/* Supplemental: no part in the score. */
	[S] = { "S", true, { "X", "N", "P" }, { 0 } },
	[AU] = { "AU", true, { "X", "N", "Y" }, { 0 } },
	[R] = { "R", true, { "X", "A", "U", "I" }, { 0 } },
	[V] = { "V", true, { "X", "D", "C" }, { 0 } },
	[RE] = { "RE", true, { "X", "L", "M", "H" }, { 0 } },
	[U] = { "U", true, { "X", "Clear", "Green", "Amber", "Red" }, { 0 } },
};
const size_t cvss4_metric_count = ARRAY_LEN(cvss4_metrics);

/* Scores of the sets in tenths, by the digits of groups 1 to 6; 0: no vector is in that set. */
/* clang-format off */
static const uint8_t set_scores[3][2][3][3][3][2] = {
	{
		{
			{ { { 100, 99 }, { 98, 95 }, { 95, 92 } },
			  { { 100, 96 }, { 93, 87 }, { 91, 81 } },
			  { { 93, 90 }, { 89, 80 }, { 81, 68 } } },
			{ { { 98, 95 }, { 95, 92 }, { 90, 84 } },
			  { { 93, 92 }, { 89, 81 }, { 81, 65 } },
			  { { 88, 80 }, { 78, 70 }, { 69, 48 } } },
			{ { { 0, 92 }, { 0, 82 }, { 0, 72 } },
			  { { 0, 79 }, { 0, 69 }, { 0, 50 } },
			  { { 0, 69 }, { 0, 55 }, { 0, 27 } } },
		},
		{
			{ { { 99, 97 }, { 95, 92 }, { 92, 85 } },
			  { { 95, 91 }, { 90, 83 }, { 84, 71 } },
			  { { 92, 81 }, { 82, 71 }, { 72, 53 } } },
			{ { { 95, 93 }, { 92, 85 }, { 85, 73 } },
			  { { 92, 82 }, { 80, 72 }, { 70, 59 } },
			  { { 84, 70 }, { 71, 52 }, { 50, 30 } } },
			{ { { 0, 86 }, { 0, 75 }, { 0, 52 } },
			  { { 0, 71 }, { 0, 52 }, { 0, 29 } },
			  { { 0, 63 }, { 0, 29 }, { 0, 17 } } },
		},
	},
	{
		{
			{ { { 98, 95 }, { 94, 87 }, { 91, 81 } },
			  { { 94, 89 }, { 86, 74 }, { 77, 64 } },
			  { { 87, 75 }, { 74, 63 }, { 63, 49 } } },
			{ { { 94, 89 }, { 88, 77 }, { 76, 67 } },
			  { { 86, 76 }, { 74, 58 }, { 59, 50 } },
			  { { 72, 57 }, { 57, 52 }, { 52, 25 } } },
			{ { { 0, 83 }, { 0, 70 }, { 0, 54 } },
			  { { 0, 65 }, { 0, 58 }, { 0, 26 } },
			  { { 0, 53 }, { 0, 21 }, { 0, 13 } } },
		},
		{
			{ { { 95, 90 }, { 88, 76 }, { 76, 70 } },
			  { { 90, 77 }, { 75, 62 }, { 61, 53 } },
			  { { 77, 66 }, { 68, 59 }, { 52, 30 } } },
			{ { { 89, 78 }, { 76, 67 }, { 62, 58 } },
			  { { 74, 59 }, { 57, 57 }, { 47, 23 } },
			  { { 61, 52 }, { 57, 29 }, { 24, 16 } } },
			{ { { 0, 71 }, { 0, 59 }, { 0, 30 } },
			  { { 0, 58 }, { 0, 26 }, { 0, 15 } },
			  { { 0, 23 }, { 0, 13 }, { 0, 6 } } },
		},
	},
	{
		{
			{ { { 93, 87 }, { 86, 72 }, { 75, 58 } },
			  { { 86, 74 }, { 74, 61 }, { 56, 34 } },
			  { { 70, 54 }, { 52, 40 }, { 40, 22 } } },
			{ { { 85, 75 }, { 74, 55 }, { 62, 51 } },
			  { { 72, 57 }, { 55, 41 }, { 46, 19 } },
			  { { 53, 36 }, { 34, 19 }, { 19, 8 } } },
			{ { { 0, 64 }, { 0, 51 }, { 0, 20 } },
			  { { 0, 47 }, { 0, 21 }, { 0, 11 } },
			  { { 0, 24 }, { 0, 9 }, { 0, 4 } } },
		},
		{
			{ { { 88, 75 }, { 73, 53 }, { 60, 50 } },
			  { { 73, 55 }, { 59, 40 }, { 41, 20 } },
			  { { 54, 43 }, { 45, 22 }, { 20, 11 } } },
			{ { { 75, 55 }, { 58, 45 }, { 40, 21 } },
			  { { 61, 51 }, { 48, 18 }, { 20, 9 } },
			  { { 46, 18 }, { 17, 7 }, { 8, 2 } } },
			{ { { 0, 53 }, { 0, 24 }, { 0, 14 } },
			  { { 0, 24 }, { 0, 12 }, { 0, 5 } },
			  { { 0, 10 }, { 0, 3 }, { 0, 1 } } },
		},
	},
};
/* clang-format on */

/*
 * The most severe members of a set, per group, as steps of the group's metrics. Groups 3 and 6 are
 * judged together: VC, VI, VA, CR, IR, AR.
 */
#define MEMBERS_MAX 5
#define GROUP_MAX   6
struct members {
	unsigned depth; /* steps from the most to the least severe vector of the set */
	unsigned n;
	uint8_t steps[MEMBERS_MAX][GROUP_MAX];
};

struct group {
	unsigned n;
	uint8_t metric[GROUP_MAX];
};

static const struct group group1 = { 3, { AV, PR, UI } };
static const struct members members1[3] = {
	{ 1, 1, { { 0, 0, 0 } } },
	{ 4, 3, { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } },
	{ 5, 2, { { 3, 0, 0 }, { 1, 1, 1 } } },
};
static const struct group group2 = { 2, { AC, AT } };
static const struct members members2[2] = {
	{ 1, 1, { { 0, 0 } } },
	{ 2, 2, { { 1, 0 }, { 0, 1 } } },
};
static const struct group group36 = { 6, { VC, VI, VA, CR, IR, AR } };
static const struct members members36[3][2] = {
	{ { 7, 1, { { 0, 0, 0, 0, 0, 0 } } },
	  { 6, 2, { { 0, 0, 1, 1, 1, 0 }, { 0, 0, 0, 1, 1, 1 } } } },
	{ { 8, 2, { { 1, 0, 0, 0, 0, 0 }, { 0, 1, 0, 0, 0, 0 } } },
	  { 8,
	    5,
	    { { 1, 0, 1, 0, 1, 0 },
	      { 1, 0, 0, 0, 1, 1 },
	      { 0, 1, 0, 1, 0, 1 },
	      { 0, 1, 1, 1, 0, 0 },
	      { 1, 1, 0, 0, 0, 1 } } } },
	{ { 0 }, { 10, 1, { { 1, 1, 1, 0, 0, 0 } } } },
};
static const struct group group4 = { 3, { SC, SI, SA } };
static const struct members members4[3] = {
	{ 6, 1, { { 1, 0, 0 } } },
	{ 5, 1, { { 1, 1, 1 } } },
	{ 4, 1, { { 2, 2, 2 } } },
};

struct set {
	unsigned g1, g2, g3, g4, g5, g6;
};

/* Score of a set in tenths; -1 when there is none. */
static int set_score(unsigned g1, unsigned g2, unsigned g3, unsigned g4, unsigned g5, unsigned g6)
{
	if (g1 > 2 || g2 > 1 || g3 > 2 || g4 > 2 || g5 > 2 || g6 > 1)
		return -1;
	int score = set_scores[g1][g2][g3][g4][g5][g6];
	return score > 0 ? score : -1;
}

/* Steps of a metric below its most severe value; the modified metric counts where it is defined. */
static int steps(const struct cvss_vector *v, int metric)
{
	bool modified = metric <= SA && v->value[metric + MODIFIED] != 0;

	return (int)cvss_weight(v, modified ? metric + MODIFIED : metric);
}

static struct set set_of(const struct cvss_vector *v)
{
	bool av = steps(v, AV) == 0, pr = steps(v, PR) == 0, ui = steps(v, UI) == 0;
	bool vc = steps(v, VC) == 0, vi = steps(v, VI) == 0, va = steps(v, VA) == 0;
	bool demanded =
		(vc && steps(v, CR) == 0) || (vi && steps(v, IR) == 0) || (va && steps(v, AR) == 0);
	bool safety = steps(v, SI) == 0 || steps(v, SA) == 0;
	bool beyond = steps(v, SC) == 1 || steps(v, SI) == 1 || steps(v, SA) == 1;

	return (struct set){
		.g1 = av && pr && ui			      ? 0
		      : (av || pr || ui) && steps(v, AV) != 3 ? 1
							      : 2,
		.g2 = steps(v, AC) == 0 && steps(v, AT) == 0 ? 0 : 1,
		.g3 = vc && vi	       ? 0
		      : vc || vi || va ? 1
				       : 2,
		.g4 = safety   ? 0
		      : beyond ? 1
			       : 2,
		.g5 = (unsigned)steps(v, E),
		.g6 = demanded ? 0 : 1,
	};
}

/* Share of a set's depth that lies between its most severe member and the vector. */
static double distance(const struct cvss_vector *v, const struct group *group,
		       const struct members *members)
{
	for (unsigned i = 0; i < members->n; i++) {
		int sum = 0;
		bool below = true;

		for (unsigned k = 0; k < group->n; k++) {
			int d = steps(v, group->metric[k]) - members->steps[i][k];

			below = below && d >= 0;
			sum += d;
		}
		if (below)
			return (double)sum / members->depth;
	}
	return 0.0;
}

/* Groups 3 and 6 have two next sets when both are at their most severe: the higher one counts. */
static int next_score_36(const struct set *s)
{
	int down_3 = set_score(s->g1, s->g2, s->g3 + 1, s->g4, s->g5, s->g6);
	int down_6 = set_score(s->g1, s->g2, s->g3, s->g4, s->g5, s->g6 + 1);

	if (s->g6 == 1)
		return down_3;
	if (s->g3 == 1)
		return down_6;
	return down_3 > down_6 ? down_3 : down_6;
}

static bool no_impact(const struct cvss_vector *v)
{
	return steps(v, VC) == 2 && steps(v, VI) == 2 && steps(v, VA) == 2 && steps(v, SC) == 3 &&
	       steps(v, SI) == 3 && steps(v, SA) == 3;
}

void cvss4_score(const struct cvss_vector *v, struct cvss *out)
{
	struct set s = set_of(v);
	int value = set_score(s.g1, s.g2, s.g3, s.g4, s.g5, s.g6);
	const struct {
		int next;
		double distance;
	} groups[] = {
		{ set_score(s.g1 + 1, s.g2, s.g3, s.g4, s.g5, s.g6),
		  distance(v, &group1, &members1[s.g1]) },
		{ set_score(s.g1, s.g2 + 1, s.g3, s.g4, s.g5, s.g6),
		  distance(v, &group2, &members2[s.g2]) },
		{ next_score_36(&s), distance(v, &group36, &members36[s.g3][s.g6]) },
		{ set_score(s.g1, s.g2, s.g3, s.g4 + 1, s.g5, s.g6),
		  distance(v, &group4, &members4[s.g4]) },
		{ set_score(s.g1, s.g2, s.g3, s.g4, s.g5 + 1, s.g6), 0.0 },
	};
	double sum = 0.0;
	int n = 0;

	if (no_impact(v))
		return;
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		if (groups[i].next < 0)
			continue;
		sum += (value - groups[i].next) * groups[i].distance;
		n++;
	}
	double tenths = value - (n > 0 ? sum / n : 0.0);
	out->base = floor(fmin(fmax(tenths, 0.0), 100.0) + 0.5 + 1e-5) / 10.0;
}
