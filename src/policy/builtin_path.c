/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/builtin_path.h"

#include "policy/builtin.h"

/* ~1 stands for '/', ~0 for '~'. */
static str unescaped(struct arena *arena, str s)
{
	char *text, *to;

	if (str_find_char(s, '~') < 0)
		return s;
	text = to = arena_bytes(arena, s.n);
	for (size_t i = 0; i < s.n; i++) {
		bool pair = s.p[i] == '~' && i + 1 < s.n;

		*to++ = s.p[i];
		if (pair && (s.p[i + 1] == '0' || s.p[i + 1] == '1'))
			to[-1] = s.p[++i] == '1' ? '/' : '~';
	}
	return str_of(text, (size_t)(to - text));
}

bool builtin_path_of(struct builtin_call *call, const struct value *v, struct builtin_path *out)
{
	struct value_builder segments;
	struct value array;
	str rest = value_text(v), part;

	if (v->type == VALUE_ARRAY) {
		*out = (struct builtin_path){ .segments = v->items, .n = v->n };
		return true;
	}
	if (v->type != VALUE_STRING)
		return false;
	value_builder_init(&segments, call->arena);
	if (rest.n) {
		while (str_starts(rest, STR("/")))
			rest = str_skip(rest, 1);
		while (str_split(&rest, '/', &part))
			value_builder_add(&segments, value_str(unescaped(call->arena, part)));
	}
	array = value_builder_array(&segments);
	*out = (struct builtin_path){ .segments = array.items, .n = array.n };
	return true;
}
