/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * used_value: what an object uses now of a list that its rule asks for (library_rule.used_path and
 * used_more), one text a value: ports, images, paths; profiles of AppArmor as annotations say them,
 * also where a field does: {"type": "Localhost", "localhostProfile": "x"} is "localhost/x".
 *
 *	used_value_each(rule, json, arena, take, context);
 */
#include "base/json.h"

struct library_rule;

typedef void used_value_fn(void *context, str value);

/* Texts live in `arena` or are the object's; a value may come several times. */
void used_value_each(const struct library_rule *rule, const struct json *object,
		     struct arena *arena, used_value_fn *fn, void *context);
