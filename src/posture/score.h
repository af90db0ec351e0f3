/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * score: the secure score. A control gives max / (healthy + unhealthy) * healthy of
 * its points; a control without any resource is left out. The score of a scope is the sum of what
 * its controls give over the sum of what they could give; over several scopes both sums are
 * weighted with the number of resources, so it is not the average of percentages.
 *
 *	struct control_tally tallies[CONTROL_MAX] = { [2] = { .healthy = 5, .unhealthy = 30 } };
 *	struct score score;
 *	double percent;
 *
 *	score_make(&score, &set, tallies, 35);
 *	score_percent(&score, 1, &percent);     // false: there is nothing to score
 */
#include "posture/recommendation.h"

/* Resources of a control: healthy for all of its recommendations that apply, or not. */
struct control_tally {
	size_t healthy, unhealthy;
	size_t undecided; /* an error or an open decision, and nothing unhealthy: counted nowhere */
};

struct control_score {
	struct control_tally tally;
	bool counted;	  /* there is a resource */
	double current;	  /* points that it gives */
	double potential; /* points that repairing everything in it would add */
};

struct score {
	struct control_score controls[CONTROL_MAX];
	double current, max; /* sums over the counted controls */
	size_t resources;    /* the weight of the scope */
};

/* max / (healthy + unhealthy) * part; 0 without any resource. */
double score_share(double max, size_t healthy, size_t unhealthy, size_t part);
void score_make(struct score *score, const struct recommendation_set *set,
		const struct control_tally tallies[CONTROL_MAX], size_t resources);
/* Of one scope, or of several by their weights, from 0 to 100. False: there is nothing to score. */
bool score_percent(const struct score *scores, size_t n, double *percent);
/* The whole number that is shown: 28 of 60 points are 47. */
unsigned score_round(double percent);
