/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/syntax/place.h"

const struct place *place_get(const struct json *object, const struct place *place, str key)
{
	if (!json_is(object, JSON_OBJECT))
		return NULL;
	for (size_t i = object->n; i-- > 0;)
		if (str_eq(object->members[i].key, key))
			return place_at(place, i);
	return NULL;
}

/* One token of a pointer with its escapes "~0" and "~1" against a key. */
static bool token_is(str token, str key)
{
	size_t k = 0;

	for (size_t i = 0; i < token.n; i++, k++) {
		char c = token.p[i];

		if (c == '~' && i + 1 < token.n) {
			c = token.p[i + 1] == '1' ? '/' : '~';
			i++;
		}
		if (k >= key.n || key.p[k] != c)
			return false;
	}
	return k == key.n;
}

uint32_t place_line_of_pointer(const struct json *root, const struct place *place, str pointer)
{
	uint32_t line = place_line(place);
	str token;

	if (!str_starts(pointer, STR("/")))
		return line;
	pointer = str_skip(pointer, 1);
	while (root && place && str_split(&pointer, '/', &token)) {
		const struct json *next = NULL;
		uint64_t index;

		if (json_is(root, JSON_ARRAY) && str_u64(token, &index)) {
			next = json_at(root, index);
			place = place_at(place, index);
		}
		JSON_MEMBERS (root, member) {
			if (token_is(token, member->key)) {
				next = &member->value;
				place = place_of_member(root, place, member);
				break;
			}
		}
		root = next;
		if (root && place)
			line = place_line(place);
	}
	return line;
}
