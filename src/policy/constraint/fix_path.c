/* SPDX-License-Identifier: Apache-2.0 */
/* Places of an object as text. */
#include "policy/constraint/fix_internal.h"

static bool is_plain(str key)
{
	for (size_t i = 0; i < key.n; i++) {
		if (!is_alnum(key.p[i]) && key.p[i] != '_' && (key.p[i] != '-' || i == 0))
			return false;
	}
	return key.n > 0;
}

void fix_path_put(struct buf *out, const struct value *path, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		str key = value_text(&path[i]);

		if (fix_is_index(&path[i])) {
			buf_fmt(out, "[%lld]", (long long)path[i].i);
		} else if (is_plain(key)) {
			if (i > 0)
				buf_byte(out, '.');
			buf_add(out, key);
		} else {
			buf_byte(out, '[');
			json_quote(out, key);
			buf_byte(out, ']');
		}
	}
}

/* ---- RFC 6902 ------------------------------------------------------------------------------ */

static void pointer_put(struct buf *out, const struct value *path, size_t n, bool append)
{
	for (size_t i = 0; i < n; i++) {
		str key = value_text(&path[i]);

		buf_byte(out, '/');
		if (fix_is_index(&path[i]) && append && i + 1 == n) {
			buf_byte(out, '-');
		} else if (fix_is_index(&path[i])) {
			buf_fmt(out, "%lld", (long long)path[i].i);
		}
		for (size_t k = 0; k < key.n; k++) {
			if (key.p[k] == '~')
				BUF_LIT(out, "~0");
			else if (key.p[k] == '/')
				BUF_LIT(out, "~1");
			else
				buf_byte(out, key.p[k]);
		}
	}
}

static void op_put(struct json_writer *w, const char *op, const struct value *path, size_t n,
		   bool append, const struct value *v)
{
	struct buf pointer;

	buf_init(&pointer, 1u << 20);
	pointer_put(&pointer, path, n, append);
	json_open_object(w);
	json_kv_str(w, STR("op"), str_c(op));
	json_kv_str(w, STR("path"), buf_str(&pointer));
	if (v) {
		json_key(w, STR("value"));
		value_write_json(v, w);
	}
	json_close_object(w);
	buf_done(&pointer);
}

/* The objects above an added place that are not there yet; *have: those that earlier ones made. */
static void parents_put(struct json_writer *w, const struct value *object,
			const struct fix_change *c, const struct fix *fix, size_t hunk,
			size_t change)
{
	struct value none = { .type = VALUE_OBJECT };

	for (size_t n = 1; n < c->n; n++) {
		bool made = fix_value_at(object, c->path, n) != NULL;

		for (size_t i = 0; !made && i <= hunk; i++) {
			size_t last = i == hunk ? change : fix->hunks[i].n;

			for (size_t k = 0; !made && k < last; k++) {
				const struct fix_change *old = &fix->hunks[i].changes[k];

				made = old->op != FIX_REMOVE && old->n >= n &&
				       fix_same_path(old->path, c->path, n);
			}
		}
		if (!made) {
			none.type = fix_is_index(&c->path[n]) ? VALUE_ARRAY : VALUE_OBJECT;
			op_put(w, "add", c->path, n, fix_is_index(&c->path[n - 1]), &none);
		}
	}
}

void fix_put_patch(const struct value *object, const struct fix *fix, struct json_writer *w)
{
	json_open_array(w);
	for (size_t i = 0; i < fix->n; i++) {
		for (size_t k = 0; k < fix->hunks[i].n; k++) {
			const struct fix_change *c = &fix->hunks[i].changes[k];

			if (c->op == FIX_REMOVE)
				continue;
			if (c->op == FIX_ADD)
				parents_put(w, object, c, fix, i, k);
			op_put(w, c->op == FIX_ADD ? "add" : "replace", c->path, c->n,
			       c->op == FIX_ADD && fix_is_index(&c->path[c->n - 1]), &c->value);
		}
	}
	/* Elements go from the last to the first, so that indices stay what they were. */
	for (size_t i = fix->n; i > 0; i--) {
		for (size_t k = fix->hunks[i - 1].n; k > 0; k--) {
			const struct fix_change *c = &fix->hunks[i - 1].changes[k - 1];

			if (c->op == FIX_REMOVE)
				op_put(w, "remove", c->path, c->n, false, NULL);
		}
	}
	json_close_array(w);
}
