/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * json_place: where the values of a JSON text stand (place.h), and texts of several values behind
 * each other: a stream, or one value a line.
 *
 *	while (json_stream_next(&rest, &one)) {
 *		if (json_parse(one, &opts, arena, &value, &err) < 0)
 *			return -1;
 *		place = json_place_make(one, value, arena);
 *	}
 */
#include "fmt/syntax/place.h"

/*
 * The places of a value that json_parse read from `text` (it is not NULL and no deeper than
 * JSON_MAX_DEPTH). Lines and columns begin with the text.
 */
const struct place *json_place_make(str text, const struct json *value, struct arena *arena);

/*
 * Cuts the next value from `*rest`, without white space around it; false at the end. Finds where it
 * ends and no more: whether it is JSON is for json_parse to say. Linear.
 */
bool json_stream_next(str *rest, str *one);
