/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * mutate: one mutator applied to one object. Values are immutable: the result is a new object that
 * shares what did not change.
 *
 *	struct mutate_context context = { .name = pod.name, .namespace = pod.namespace };
 *
 *	rc = mutate(&m, object, &context, arena, &changed, &err);
 */
#include "policy/constraint/mutator.h"

/* The member of an object that stands for an answer of a provider that is still to be asked. */
#define MUTATE_PENDING STR("\x01pending")

struct mutate_context {
	str name, namespace, username;
};

/* 1: applied (*out may be equal to what it was); 0: its tests did not hold; -1: types differ. */
int mutate(const struct mutator *m, const struct json *object, const struct mutate_context *context,
	   struct arena *arena, const struct json **out, struct err *err) MUST_USE;
