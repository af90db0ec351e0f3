/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * share: results that several evaluations have in common. Policies that were compiled with the same
 * share_ids and are asked with inputs whose part `policy_options.common` is one and the same value
 * (at one place in memory) share what their rules make of it: a document or function is worked out
 * once for all of them when it is the same rule, or of shared modules that are the same text, when
 * all parts of the input that it looks at are equal, and all arguments. Answers are what they would
 * be without; only steps are fewer.
 *
 *	struct share_ids *ids = share_ids_new(arena);           // for policies, as they compile
 *	struct policy_share *share = policy_share_new(ids, arena);      // for evaluations
 *
 * Results live in the arenas of the evaluations they were worked out in: these must live as long as
 * the policy_share. For one thread at a time.
 */
#include "base/map.h"

struct policy_share;
struct policy_source;
struct share_ids;
struct term;

struct share_ids *share_ids_new(struct arena *arena);
/* Nobody else in this process gives out the same; false where there was no chance for that. */
bool share_ids_are_unique(const struct share_ids *ids);
/* The place that the names lead to, at most SHARE_PLACES of them; 0: it has no number. */
#define SHARE_PLACES 1024u
uint32_t share_place(struct share_ids *ids, struct term *const *names, size_t n);
/* The modules among `sources` that are `shared`: a number for their texts. */
uint64_t share_modules(struct share_ids *ids, const struct policy_source *sources, size_t n);
/* Of what stands at `path` in such modules; an id that nobody else has when `modules` is 0. */
uint64_t share_id(struct share_ids *ids, uint64_t modules, str path);

struct policy_share *policy_share_new(const struct share_ids *ids, struct arena *arena);
