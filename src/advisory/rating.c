/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/cvss.h"
#include "advisory/match_internal.h"
#include "advisory/publisher.h"

#define MAX_SCORES 16u

struct scores {
	struct cvss_score items[MAX_SCORES];
	size_t n;
};

static void add_scores(const struct record_rating *ratings, size_t n, str source,
		       struct scores *out)
{
	for (size_t i = 0; i < n && out->n < MAX_SCORES; i++) {
		struct cvss cvss;
		struct err err;
		bool known = !str_starts(ratings[i].type, STR("CVSS"));

		for (size_t k = 0; k < out->n; k++)
			known |= str_eq(out->items[k].vector, ratings[i].score);
		/* A vector that does not parse says nothing; others may. */
		if (known || cvss_parse(ratings[i].score, &cvss, &err) < 0)
			continue;
		out->items[out->n++] = (struct cvss_score){ .version = str_c(cvss.version),
							    .vector = ratings[i].score,
							    .source = source,
							    .base = cvss.base };
	}
}

/* Newest version first, then the highest score. */
static int score_cmp(const void *a, const void *b)
{
	const struct cvss_score *x = a, *y = b;
	int by_version = str_cmp(y->version, x->version);

	if (by_version)
		return by_version;
	if (x->base != y->base)
		return x->base > y->base ? -1 : 1;
	return str_cmp(x->vector, y->vector);
}

/* Scores of one flaw: of entries and of records about it alone; of an advisory about several flaws
 * (the score of the worst of them) only where there is nothing else. */
static void gather_scores(const struct rated *rated, size_t n, struct scores *out)
{
	for (int pass = 0; pass < 2 && out->n == 0; pass++) {
		for (size_t i = 0; i < n; i++) {
			if (rated[i].single != (pass == 0))
				continue;
			if (rated[i].entry)
				add_scores(rated[i].entry->ratings, rated[i].entry->rating_count,
					   rated[i].source, out);
			add_scores(rated[i].record->ratings, rated[i].record->rating_count,
				   rated[i].source, out);
		}
	}
	if (out->n)
		qsort(out->items, out->n, sizeof(out->items[0]), score_cmp);
}

static str rater_of(const struct rated *rated)
{
	return str_empty(rated->record->rater) ? rated->family : rated->record->rater;
}

/* The publisher's word: for this package, else for the flaw. */
static enum severity word_of(const struct rated *rated)
{
	enum severity severity = SEVERITY_UNKNOWN;

	if (rated->entry && !str_empty(rated->entry->severity))
		severity = publisher_severity(rated->entry->severity);
	if (severity == SEVERITY_UNKNOWN && !str_empty(rated->record->word))
		severity = publisher_severity(rated->record->word);
	return severity;
}

/* The first of the distribution's own words (own) or of any (not own) that says something. */
static bool by_word(const struct rated *rated, size_t n, bool own, struct arena *arena,
		    struct finding *finding)
{
	for (size_t i = 0; i < n; i++) {
		enum severity severity = word_of(&rated[i]);

		if (rated[i].own != own || severity == SEVERITY_UNKNOWN)
			continue;
		/* Another system's word for a whole update is not one for this flaw. */
		if (!own && (!rated[i].single || (rated[i].record->flags & RECORD_ERRATUM)))
			continue;
		finding->severity = severity;
		finding->severity_source = str_cat(arena, STR("vendor:"), rater_of(&rated[i]));
		return true;
	}
	return false;
}

void rating_finding(const struct rated *rated, size_t n, struct arena *arena,
		    struct finding *finding)
{
	struct scores scores = { .n = 0 };
	struct cvss_score *kept;

	gather_scores(rated, n, &scores);
	kept = ARENA_ARRAY(arena, struct cvss_score, scores.n);
	for (size_t i = 0; i < scores.n; i++) {
		kept[i] = scores.items[i];
		kept[i].vector = str_dup(arena, kept[i].vector);
		kept[i].source = str_dup(arena, kept[i].source);
	}
	finding->cvss = kept;
	finding->cvss_count = scores.n;
	if (by_word(rated, n, true, arena, finding))
		return;
	if (scores.n) {
		finding->severity = severity_from_score(kept[0].base);
		finding->severity_source = str_cat(arena, STR("cvss:"), kept[0].version);
		return;
	}
	(void)by_word(rated, n, false, arena, finding);
}
