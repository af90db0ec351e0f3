/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * place: where the values of a document stand in its text. A tree beside the tree of values: the
 * children of the place of an array or object are the places of its elements or members, in the
 * same order. Lives in the arena of the document. NULL is a place nobody knows.
 */
#include "base/json.h"

struct place {
	uint32_t line;		      /* of the value, from 1; 0: not known */
	uint32_t key_line;	      /* of the key, for members of an object */
	uint16_t col, key_col;	      /* in characters, from 1; 0: not known, or far out */
	uint32_t n;		      /* children */
	const struct place *children; /* may be NULL */
};

static inline const struct place *place_at(const struct place *place, size_t i)
{
	return place && i < place->n ? &place->children[i] : NULL;
}

/* Line of the value, or of its key where it is a member; 0: not known. */
static inline uint32_t place_line(const struct place *place)
{
	if (!place)
		return 0;
	return place->key_line ? place->key_line : place->line;
}

/* The place of the member `value` points at; `value` comes from `object`. */
static inline const struct place *place_of_member(const struct json *object,
						  const struct place *place,
						  const struct json_member *member)
{
	return place_at(place, (size_t)(member - object->members));
}

/* The place of `value`, an element of `array`. */
static inline const struct place *place_of_item(const struct json *array, const struct place *place,
						const struct json *value)
{
	return place_at(place, (size_t)(value - array->items));
}

/* The place of the member named `key`, or NULL. */
const struct place *place_get(const struct json *object, const struct place *place, str key);

/*
 * The line of what a JSON pointer (RFC 6901, "/spec/containers/0/image") names in the document
 * `root`; of the deepest part that is there. 0 when nothing is known.
 */
uint32_t place_line_of_pointer(const struct json *root, const struct place *place, str pointer);
