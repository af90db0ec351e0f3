/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "policy/number.h"
#include "policy/value.h"

struct value value_from_json(const struct json *v, struct arena *arena)
{
	struct value_builder items;
	struct object_builder members;

	switch (v ? v->type : JSON_NULL) {
	case JSON_FALSE:
	case JSON_TRUE:
		return value_bool(v->type == JSON_TRUE);
	case JSON_NUMBER:
		return number_from_text(str_of(v->text, v->n));
	case JSON_STRING:
		return value_str(str_of(v->text, v->n));
	case JSON_ARRAY:
		value_builder_init(&items, arena);
		items.items = ARENA_ARRAY(arena, struct value, v->n);
		items.cap = v->n;
		JSON_EACH (v, item)
			value_builder_add(&items, value_from_json(item, arena));
		return value_builder_array(&items);
	case JSON_OBJECT:
		object_builder_init(&members, arena);
		members.members = ARENA_ARRAY(arena, struct value_member, v->n);
		members.cap = v->n;
		JSON_MEMBERS (v, m)
			object_builder_add(&members, value_str(m->key),
					   value_from_json(&m->value, arena));
		return object_builder_take_last(&members);
	default:
		return value_null();
	}
}

#define KEY_MAX_BYTES (64u << 20)

/* The text that stands for a key in JSON; `b` is the storage of what is no string. */
static str key_text(const struct value *key, struct buf *b)
{
	struct json_writer w;

	if (key->type == VALUE_STRING)
		return value_text(key);
	buf_init(b, KEY_MAX_BYTES);
	json_writer_init(&w, b, 0);
	value_write_json(key, &w);
	return buf_str(b);
}

void value_write_json(const struct value *v, struct json_writer *w)
{
	if (w->out->overflow)
		return;
	switch (v->type) {
	case VALUE_NULL:
		json_put_null(w);
		break;
	case VALUE_BOOL:
		json_put_bool(w, v->flag);
		break;
	case VALUE_NUMBER:
		if (v->flag)
			json_put_i64(w, v->i);
		else
			json_put_raw(w, str_of(v->text, v->n));
		break;
	case VALUE_STRING:
		json_put_str(w, value_text(v));
		break;
	case VALUE_OBJECT:
		json_open_object(w);
		for (uint32_t i = 0; i < v->n; i++) {
			AUTO(buf_done)
			struct buf b = { 0 };

			json_key(w, key_text(&v->members[i].key, &b));
			value_write_json(&v->members[i].value, w);
		}
		json_close_object(w);
		break;
	default:
		json_open_array(w);
		for (uint32_t i = 0; i < v->n; i++)
			value_write_json(&v->items[i], w);
		json_close_array(w);
	}
}

static struct json to_json(const struct value *v, struct arena *arena);

static struct json object_to_json(const struct value *v, struct arena *arena)
{
	struct json_member *members = ARENA_ARRAY(arena, struct json_member, v->n);

	for (uint32_t i = 0; i < v->n; i++) {
		AUTO(buf_done)
		struct buf b = { 0 };
		str key = key_text(&v->members[i].key, &b);

		members[i].key = b.p ? str_dup(arena, key) : key;
		members[i].value = to_json(&v->members[i].value, arena);
	}
	return (struct json){ .type = JSON_OBJECT, .n = v->n, .members = members };
}

static struct json to_json(const struct value *v, struct arena *arena)
{
	struct json *items;
	str text;

	switch (v->type) {
	case VALUE_NULL:
		return (struct json){ .type = JSON_NULL };
	case VALUE_BOOL:
		return (struct json){ .type = v->flag ? JSON_TRUE : JSON_FALSE };
	case VALUE_NUMBER:
		text = number_text(v, arena);
		return (struct json){ .type = JSON_NUMBER, .n = (uint32_t)text.n, .text = text.p };
	case VALUE_STRING:
		return (struct json){ .type = JSON_STRING, .n = v->n, .text = v->text };
	case VALUE_OBJECT:
		return object_to_json(v, arena);
	default:
		items = ARENA_ARRAY(arena, struct json, v->n);
		for (uint32_t i = 0; i < v->n; i++)
			items[i] = to_json(&v->items[i], arena);
		return (struct json){ .type = JSON_ARRAY, .n = v->n, .items = items };
	}
}

const struct json *value_to_json(const struct value *v, struct arena *arena)
{
	struct json *out = ARENA_NEW(arena, struct json);

	*out = to_json(v, arena);
	return out;
}
