/* SPDX-License-Identifier: Apache-2.0 */
#include "hub/webhook/json_patch.h"

#include <assert.h>

struct differ {
	struct json_writer w;
	struct buf path;
};

static void put_op(struct differ *d, const char *op, const struct json *value)
{
	json_open_object(&d->w);
	json_kv_str(&d->w, STR("op"), str_c(op));
	json_kv_str(&d->w, STR("path"), buf_str(&d->path));
	if (value) {
		JSON_KEY(&d->w, "value");
		json_put(&d->w, value);
	}
	json_close_object(&d->w);
}

static void push_key(struct differ *d, str key)
{
	buf_byte(&d->path, '/');
	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] == '~')
			BUF_LIT(&d->path, "~0");
		else if (key.p[i] == '/')
			BUF_LIT(&d->path, "~1");
		else
			buf_byte(&d->path, key.p[i]);
	}
}

static void pop(struct differ *d, size_t n)
{
	d->path.n = n;
	d->path.p[n] = '\0';
}

static void differ(struct differ *d, const struct json *from, const struct json *to);

/* A mutated object keeps the order of its members: mostly the look-up is none. */
static const struct json *member(const struct json *object, size_t i, str key)
{
	if (i < object->n && str_eq(object->members[i].key, key))
		return &object->members[i].value;
	return json_get(object, key);
}

static void differ_objects(struct differ *d, const struct json *from, const struct json *to)
{
	size_t n = d->path.n, i = 0;

	JSON_MEMBERS (from, m) {
		const struct json *other = member(to, i++, m->key);

		push_key(d, m->key);
		if (!other)
			put_op(d, "remove", NULL);
		else
			differ(d, &m->value, other);
		pop(d, n);
	}
	i = 0;
	JSON_MEMBERS (to, m) {
		if (member(from, i++, m->key))
			continue;
		push_key(d, m->key);
		put_op(d, "add", &m->value);
		pop(d, n);
	}
}

static void differ_arrays(struct differ *d, const struct json *from, const struct json *to)
{
	size_t n = d->path.n, both = from->n < to->n ? from->n : to->n;

	for (size_t i = 0; i < both; i++) {
		buf_fmt(&d->path, "/%zu", i);
		differ(d, json_at(from, i), json_at(to, i));
		pop(d, n);
	}
	for (size_t i = from->n; i > both; i--) { /* from the end, so that places stay */
		buf_fmt(&d->path, "/%zu", i - 1);
		put_op(d, "remove", NULL);
		pop(d, n);
	}
	for (size_t i = both; i < to->n; i++) {
		BUF_LIT(&d->path, "/-");
		put_op(d, "add", json_at(to, i));
		pop(d, n);
	}
}

static void differ(struct differ *d, const struct json *from, const struct json *to)
{
	/* What did not change is shared. */
	if (from->type == to->type && from->n == to->n && from->text == to->text)
		return;
	if (json_is(from, JSON_OBJECT) && json_is(to, JSON_OBJECT))
		differ_objects(d, from, to);
	else if (json_is(from, JSON_ARRAY) && json_is(to, JSON_ARRAY))
		differ_arrays(d, from, to);
	else if (!json_equal(from, to))
		put_op(d, "replace", to);
}

void json_patch_write(const struct json *from, const struct json *to, struct buf *out)
{
	struct differ d;

	/* No path is longer than all keys of a document. */
	buf_init(&d.path, JSON_MAX_BYTES);
	buf_byte(&d.path, '/');
	pop(&d, 0);
	json_writer_init(&d.w, out, 0);
	json_open_array(&d.w);
	differ(&d, from, to);
	json_close_array(&d.w);
	assert(!d.path.overflow);
	buf_done(&d.path);
}
