/* SPDX-License-Identifier: Apache-2.0 */
/* What is different from before, and why. */
#include <assert.h>

#include "base/time.h"
#include "posture/audit_internal.h"

#define SCORE_STEP 0.01

struct telling {
	struct audit_loop *loop;
	const struct assessment *now;
	struct arena *scratch;
	int64_t time;
	struct audit_change *changes;
	size_t n, cap;
	struct audit_score_change scores[CONTROL_MAX];
	size_t score_n;
};

static bool is_quiet(enum assessed_state state)
{
	return state == ASSESSED_HEALTHY || state == ASSESSED_NOT_APPLICABLE;
}

static struct audit_cause cause_of(const struct audit_loop *loop, str resource)
{
	const struct audit_cause *cause = map_get(&loop->causes, resource);

	return cause ? *cause : loop->common;
}

static str message_of(struct telling *t, const struct assessed_resource *r, size_t i)
{
	struct assessed_finding *findings;

	if (assessed_findings(r, i, t->scratch, &findings) > 0)
		return findings[0].message[LANG_EN];
	return assessed_reason(r, i, LANG_EN);
}

static void compare_one(struct telling *t, const struct assessed_resource *before,
			const struct assessed_resource *now, size_t i)
{
	struct audit_change c = { .time = t->time, .recommendation = i };

	assert(before || now);
	c.resource = before ? before->key : now->key;

	c.was = before && assessed_state_of(before, i, &c.from);
	c.is = now && assessed_state_of(now, i, &c.to);
	if (c.was == c.is && (!c.was || c.from == c.to))
		return;
	/* What comes or goes and is fine is no news. */
	if ((!c.was && is_quiet(c.to)) || (!c.is && is_quiet(c.from)))
		return;
	c.cause = cause_of(t->loop, c.resource);
	if (c.is && !is_quiet(c.to))
		c.message = message_of(t, now, i);
	t->changes = arena_grow(t->scratch, t->changes, t->n, &t->cap, sizeof(*t->changes));
	t->changes[t->n++] = c;
}

static void compare_resource(struct telling *t, const struct assessed_resource *before,
			     const struct assessed_resource *now)
{
	if (before && now && memcmp(before->state, now->state, sizeof(now->state)) == 0)
		return;
	for (size_t i = 0; i < t->now->recommendations->n; i++)
		compare_one(t, before, now, i);
}

/* Both are sorted by key. */
static void compare_resources(struct telling *t)
{
	const struct assessment *a = &t->loop->before, *b = t->now;
	size_t i = 0, k = 0;

	while (i < a->n || k < b->n) {
		int order = i == a->n	? 1
			    : k == b->n ? -1
					: str_cmp(a->resources[i].key, b->resources[k].key);
		const struct assessed_resource *before = order <= 0 ? &a->resources[i++] : NULL;
		const struct assessed_resource *now = order >= 0 ? &b->resources[k++] : NULL;

		compare_resource(t, before, now);
	}
}

static void compare_scores(struct telling *t)
{
	for (size_t i = 0; i < t->now->recommendations->control_n; i++) {
		struct audit_score_change c = {
			.time = t->time,
			.control = i,
			.from = t->loop->before.score.controls[i].current,
			.to = t->now->score.controls[i].current,
		};
		double step = c.to - c.from;

		if (step >= SCORE_STEP || step <= -SCORE_STEP)
			t->scores[t->score_n++] = c;
	}
}

/* What must not outlive the lock is copied. */
static void keep_texts(struct telling *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct audit_change *c = &t->changes[i];

		c->message = str_dup(t->scratch, c->message);
		c->resource = str_dup(t->scratch, c->resource);
		c->cause.object = str_dup(t->scratch, c->cause.object);
	}
}

static int tell_all(const struct telling *t, bool rendered, struct err *err)
{
	const struct audit_hooks *hooks = &t->loop->opts.hooks;

	for (size_t i = 0; i < t->n; i++) {
		if (hooks->change(hooks->context, &t->changes[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < t->score_n; i++) {
		if (hooks->score(hooks->context, &t->scores[i], err) < 0)
			return -1;
	}
	return rendered ? hooks->flush(hooks->context, err) : 0;
}

int audit_tell(struct audit_loop *loop, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct arena *arena = arena_new();
	struct assessment now;
	struct telling t = { .loop = loop, .now = &now, .scratch = scratch, .time = time_now() };
	bool first = !loop->has_before, rendered;

	pthread_mutex_lock(&loop->lock);
	posture_assess(loop->opts.posture, arena, &now);
	rendered =
		first || (loop->common.kind && str_eq(str_c(loop->common.kind), STR("full_pass")));
	if (!first) {
		compare_resources(&t);
		compare_scores(&t);
		keep_texts(&t);
	}
	rendered |= t.n + t.score_n > 0;
	if (rendered)
		loop->opts.hooks.render(loop->opts.hooks.context, &now, first);
	arena_free(loop->before_arena);
	loop->before_arena = arena;
	loop->before = now;
	loop->has_before = true;
	arena_reset(loop->batch);
	map_init(&loop->causes, loop->batch);
	map_init(&loop->dirty, loop->batch);
	loop->common = (struct audit_cause){ .kind = "object" };
	loop->changed = false;
	pthread_mutex_unlock(&loop->lock);
	return tell_all(&t, rendered, err);
}
