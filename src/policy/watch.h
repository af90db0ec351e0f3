/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * watch: somebody who looks on while a policy is evaluated: which parts of values are asked for,
 * and what is compared with what. For one evaluation at a time; it is slower then (rules are not
 * found by index, nothing is kept out of loops), and its answers are the same.
 *
 * Values are the evaluator's own: a text or collection that was not changed on its way is still
 * where it was in the input, so that its place tells which part it is.
 */
#include "policy/value.h"

struct builtin;

struct policy_watch {
	void *context;
	/*
	 * keys[0] of `from`, and then the rest of the keys; found NULL: keys[0] is not there. n 0:
	 * all of `from` is gone through, each element follows.
	 */
	void (*step)(void *context, const struct value *from, const struct value *keys, size_t n,
		     const struct value *found);
	void (*compare)(void *context, const struct value *a, const struct value *b);
	/* `out` NULL: undefined. */
	void (*call)(void *context, const struct builtin *builtin, const struct value *args,
		     size_t n, const struct value *out);
};

static inline void watch_step(const struct policy_watch *watch, const struct value *from,
			      const struct value *keys, size_t n, const struct value *found)
{
	if (__builtin_expect(watch != NULL, 0))
		watch->step(watch->context, from, keys, n, found);
}

static inline void watch_compare(const struct policy_watch *watch, const struct value *a,
				 const struct value *b)
{
	if (__builtin_expect(watch != NULL, 0))
		watch->compare(watch->context, a, b);
}

static inline void watch_call(const struct policy_watch *watch, const struct builtin *builtin,
			      const struct value *args, size_t n, const struct value *out)
{
	if (__builtin_expect(watch != NULL, 0))
		watch->call(watch->context, builtin, args, n, out);
}
