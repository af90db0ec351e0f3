/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/score.h"

double score_share(double max, size_t healthy, size_t unhealthy, size_t part)
{
	size_t all = healthy + unhealthy;

	return all ? max / (double)all * (double)part : 0;
}

void score_make(struct score *score, const struct recommendation_set *set,
		const struct control_tally tallies[CONTROL_MAX], size_t resources)
{
	*score = (struct score){ .resources = resources };
	for (size_t i = 0; i < set->control_n; i++) {
		const struct control_tally *t = &tallies[i];
		struct control_score *c = &score->controls[i];
		double max = set->controls[i].max;

		c->tally = *t;
		c->counted = t->healthy + t->unhealthy > 0;
		if (!c->counted)
			continue;
		c->current = score_share(max, t->healthy, t->unhealthy, t->healthy);
		c->potential = score_share(max, t->healthy, t->unhealthy, t->unhealthy);
		score->current += c->current;
		score->max += max;
	}
}

bool score_percent(const struct score *scores, size_t n, double *percent)
{
	double current = 0, max = 0;

	for (size_t i = 0; i < n; i++) {
		current += (double)scores[i].resources * scores[i].current;
		max += (double)scores[i].resources * scores[i].max;
	}
	if (max <= 0)
		return false;
	*percent = current / max * 100;
	return true;
}

unsigned score_round(double percent)
{
	if (percent <= 0)
		return 0;
	return percent >= 100 ? 100 : (unsigned)(percent + 0.5);
}
