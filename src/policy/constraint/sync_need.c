/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/sync_need.h"

#include "base/err.h"
#include "policy/ast.h"

#define ANNOTATION_MAX_VALUES 20000u

static const str any = STR_INIT("*");

void sync_needs_init(struct sync_needs *needs, struct arena *arena)
{
	*needs = (struct sync_needs){ .arena = arena };
}

/* ---- what the Rego shows -------------------------------------------------------------------- */

static str text_at(const struct term *ref, uint32_t i)
{
	return i < ref->n && term_is_string(ref->items[i]) ? value_text(&ref->items[i]->value)
							   : STR_EMPTY;
}

static bool same(const struct sync_kind *a, const struct sync_kind *b)
{
	return str_eq(a->group, b->group) && str_eq(a->version, b->version) &&
	       str_eq(a->kind, b->kind);
}

static void add_kind(struct sync_needs *needs, struct sync_need *need, struct sync_kind kind)
{
	for (size_t i = 0; i < need->n; i++) {
		if (same(&need->items[i], &kind))
			return;
	}
	need->items =
		arena_grow(needs->arena, need->items, need->n, &need->cap, sizeof(*need->items));
	need->items[need->n++] = kind;
}

static struct sync_need *add_need(struct sync_needs *needs)
{
	needs->items = arena_grow(needs->arena, needs->items, needs->n, &needs->cap,
				  sizeof(*needs->items));
	needs->items[needs->n] = (struct sync_need){ .n = 0 };
	return &needs->items[needs->n++];
}

/* Versions of one kind are alternatives: a template that knows several looks at what there is. */
static struct sync_need *need_of(struct sync_needs *needs, str kind)
{
	for (size_t i = 0; i < needs->n; i++) {
		if (str_eq(needs->items[i].items[0].kind, kind))
			return &needs->items[i];
	}
	return needs->n < SYNC_NEEDS_MAX ? add_need(needs) : NULL;
}

void sync_needs_reference(struct sync_needs *needs, const struct term *ref, uint32_t from)
{
	str root = text_at(ref, from);
	uint32_t at = from + (str_eq(root, STR("namespace")) ? 2 : 1);
	struct sync_kind kind = { .group = any, .version = any, .kind = text_at(ref, at + 1) };
	str version = text_at(ref, at);
	struct sync_need *need;

	needs->used = true;
	if ((!str_eq(root, STR("namespace")) && !str_eq(root, STR("cluster"))) ||
	    str_empty(kind.kind)) {
		needs->unknown = true;
		return;
	}
	if (version.n > 0 && !str_cut(version, '/', &kind.group, &kind.version)) {
		kind.group = STR("");
		kind.version = version;
	}
	need = need_of(needs, kind.kind);
	if (!need || need->n >= SYNC_NEED_KINDS_MAX) {
		needs->unknown = true;
		return;
	}
	kind.group = str_dup(needs->arena, kind.group);
	kind.version = str_dup(needs->arena, kind.version);
	kind.kind = str_dup(needs->arena, kind.kind);
	add_kind(needs, need, kind);
}

/* ---- what the annotation says --------------------------------------------------------------- */

static int take_row(struct sync_needs *needs, struct sync_need *need, const struct json *row,
		    struct err *err)
{
	const struct json *groups = JSON_GET(row, "groups"), *versions = JSON_GET(row, "versions");
	const struct json *kinds = JSON_GET(row, "kinds");

	if (json_len(groups) == 0 || json_len(versions) == 0 || json_len(kinds) == 0)
		return err_set(err, ERR_INPUT, "an element lacks groups, versions or kinds");
	JSON_EACH (groups, group) {
		JSON_EACH (versions, version) {
			JSON_EACH (kinds, kind) {
				if (need->n >= SYNC_NEED_KINDS_MAX)
					return err_set(err, ERR_LIMIT, "more than %u kinds",
						       SYNC_NEED_KINDS_MAX);
				if (!json_is(group, JSON_STRING) || str_empty(json_str(version)) ||
				    str_empty(json_str(kind)))
					return err_set(err, ERR_INPUT,
						       "groups, versions and kinds are texts");
				add_kind(needs, need,
					 (struct sync_kind){ json_str(group), json_str(version),
							     json_str(kind) });
			}
		}
	}
	return 0;
}

static int read_annotation(struct sync_needs *out, str text, struct err *err)
{
	const struct json_opts opts = { .max_values = ANNOTATION_MAX_VALUES, .max_depth = 8 };
	const struct json *list;

	if (json_parse(text, &opts, out->arena, &list, err) < 0)
		return -1;
	if (!json_is(list, JSON_ARRAY))
		return err_set(err, ERR_INPUT, "it is no list");
	JSON_EACH (list, rows) {
		struct sync_need *need;

		if (json_len(rows) == 0)
			return err_set(err, ERR_INPUT, "an element is no list of kinds");
		if (out->n >= SYNC_NEEDS_MAX)
			return err_set(err, ERR_LIMIT, "more than %u elements", SYNC_NEEDS_MAX);
		need = add_need(out);
		JSON_EACH (rows, row) {
			if (take_row(out, need, row, err) < 0)
				return -1;
		}
	}
	return 0;
}

void sync_needs_annotation(struct sync_needs *needs, str text)
{
	struct sync_needs said;
	struct err err;

	text = str_trim(text);
	if (str_empty(text))
		return;
	/* As it often stands in YAML: a quoted text in a block. */
	if (text.n >= 2 && text.p[0] == '"') {
		const struct json *inner;

		if (json_parse(text, NULL, needs->arena, &inner, &err) == 0)
			text = str_trim(json_str(inner));
		else
			text = str_trim(str_of(text.p + 1, text.n - 2));
	}
	sync_needs_init(&said, needs->arena);
	if (read_annotation(&said, text, &err) < 0) {
		needs->note = str_fmt(needs->arena, "annotation %.*s: %s", STR_ARG(SYNC_ANNOTATION),
				      err.msg);
		return;
	}
	said.used = needs->used || said.n > 0;
	*needs = said;
}

/* ---- asking --------------------------------------------------------------------------------- */

bool sync_need_takes(const struct sync_need *need, const struct sync_kind *kind)
{
	for (size_t i = 0; i < need->n; i++) {
		const struct sync_kind *k = &need->items[i];

		if (str_eq(k->kind, kind->kind) &&
		    (str_eq(k->group, any) || str_eq(k->group, kind->group)) &&
		    (str_eq(k->version, any) || str_eq(k->version, kind->version)))
			return true;
	}
	return false;
}

str sync_kind_text(const struct sync_kind *kind, struct arena *arena)
{
	if (str_eq(kind->version, any))
		return kind->kind;
	if (str_empty(kind->group))
		return str_fmt(arena, "%.*s/%.*s", STR_ARG(kind->version), STR_ARG(kind->kind));
	return str_fmt(arena, "%.*s/%.*s/%.*s", STR_ARG(kind->group), STR_ARG(kind->version),
		       STR_ARG(kind->kind));
}

str sync_need_text(const struct sync_need *need, struct arena *arena)
{
	str text = STR_EMPTY;

	for (size_t i = 0; i < need->n && text.n < 500; i++)
		text = str_fmt(arena, "%.*s%s%.*s", STR_ARG(text), i ? " or " : "",
			       STR_ARG(sync_kind_text(&need->items[i], arena)));
	return text;
}
