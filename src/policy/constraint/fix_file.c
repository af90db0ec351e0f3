/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/fix_file.h"

#include "base/err.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"
#include "fmt/syntax/yaml_edit.h"
#include "policy/constraint/object_check.h"

#define MAX_PATH   64u
#define LISTS_DEEP 8u

struct fixer {
	const struct fix_file *file;
	struct arena *arena;
	struct text_edits *edits;
	struct fix_file_result *out;
	struct review_run run;
	struct err *err;
	bool checking; /* the changed text is judged: nothing may be left to do */
	size_t again;  /* hunks that the changed text would still need */
};

/* Where an object stands in its document. */
struct at {
	size_t document;
	struct yaml_step path[2 * LISTS_DEEP];
	size_t n;
};

static void leave(struct fixer *f, str object, const struct fix_refusal *refusal, str why)
{
	struct fix_file_result *out = f->out;

	if (f->checking)
		return;
	out->left =
		arena_grow(f->arena, out->left, out->left_n, &out->left_cap, sizeof(*out->left));
	out->left[out->left_n++] =
		(struct fix_left){ .object = object, .refusal = refusal, .why = why };
}

static struct yaml_step step_of(const struct value *key)
{
	if (key->type == VALUE_NUMBER)
		return (struct yaml_step){ .is_index = true, .index = (size_t)key->i };
	return (struct yaml_step){ .key = value_text(key) };
}

static void change_of(const struct fixer *f, const struct at *at, const struct fix_change *from,
		      struct yaml_change *to)
{
	struct yaml_step *path = ARENA_ARRAY(f->arena, struct yaml_step, at->n + from->n);

	memcpy(path, at->path, at->n * sizeof(*path));
	for (size_t i = 0; i < from->n; i++)
		path[at->n + i] = step_of(&from->path[i]);
	*to = (struct yaml_change){ .path = path, .n = at->n + from->n };
	if (from->op != FIX_REMOVE)
		to->value = value_to_json(&from->value, f->arena);
}

/* The hunks of one object as edits of the text. */
static void edit_text(struct fixer *f, const struct at *at, const struct fix *fix, str object)
{
	struct yaml_change *changes = ARENA_ARRAY(f->arena, struct yaml_change, FIX_MAX_HUNKS);
	struct err err;
	size_t n = 0;

	for (size_t i = 0; i < fix->n; i++) {
		for (size_t k = 0; k < fix->hunks[i].n && n < FIX_MAX_HUNKS; k++)
			change_of(f, at, &fix->hunks[i].changes[k], &changes[n++]);
	}
	if (yaml_edit(f->edits, at->document, changes, n, &err) < 0) {
		leave(f, object, NULL, str_dup(f->arena, str_c(err.msg)));
		return;
	}
	f->out->hunks += fix->n;
	for (size_t i = 0; i < fix->n; i++)
		f->out->choose += fix->hunks[i].choose;
}

/* As objects without one are judged. */
static void give_namespace(const struct fixer *f, struct resource *r)
{
	const struct json *meta = JSON_GET(r->json, "metadata");
	struct json *name = ARENA_NEW(f->arena, struct json);
	struct resource with;
	struct err err;

	if (r->namespace.n > 0 || f->file->namespace.n == 0 || !object_is_namespaced(r) ||
	    !json_is(meta, JSON_OBJECT))
		return;
	*name = json_make_str(f->file->namespace);
	meta = json_with(meta, STR("namespace"), name, f->arena);
	if (resource_read(json_with(r->json, STR("metadata"), meta, f->arena), &with, &err) == 0)
		*r = with;
}

static int fix_object(struct fixer *f, const struct at *at, const struct json *json)
{
	struct fix_request request = { .set = f->file->admission->constraints,
				       .expansions = &f->file->admission->expansions,
				       .run = &f->run,
				       .actions = f->file->actions,
				       .wants = f->file->wants,
				       .wants_context = f->file->wants_context,
				       .max_steps = f->file->max_steps,
				       .kubernetes_minor = f->file->kubernetes_minor };
	struct resource *r = ARENA_NEW(f->arena, struct resource);
	struct review *review = ARENA_NEW(f->arena, struct review);
	struct fix fix;
	str name;

	if (resource_read(resource_numbers(json, f->arena), r, f->err) < 0)
		return -1;
	if (str_empty(r->kind) || admission_is_policy(r))
		return 0;
	give_namespace(f, r);
	review_of_object(review, r, MATCH_ORIGINAL);
	review->namespace = admission_namespace(f->file->admission, r);
	request.review = review;
	name = resource_text(r, f->arena);
	if (f->file->object)
		f->file->object(f->file->wants_context, r);
	if (fix_find(&request, f->arena, &fix, f->err) < 0)
		return err_wrap(f->err, "%.*s", STR_ARG(name));
	if (f->checking) {
		f->again += fix.n;
		return 0;
	}
	f->out->objects++;
	for (size_t i = 0; i < fix.refusal_n; i++)
		leave(f, name, &fix.refusals[i], STR_EMPTY);
	if (fix.n > 0)
		edit_text(f, at, &fix, name);
	return 0;
}

static int walk(struct fixer *f, struct at *at, const struct json *v)
{
	const struct json *items = JSON_GET(v, "items");

	if (!json_is(v, JSON_OBJECT) || v->n == 0)
		return 0;
	if (!str_ends(json_get_str(v, STR("kind")), STR("List")) || !json_is(items, JSON_ARRAY))
		return fix_object(f, at, v);
	if (at->n + 2 > ARRAY_LEN(at->path))
		return err_set(f->err, ERR_LIMIT, "lists in each other");
	for (size_t i = 0; i < items->n && i < FIX_FILE_MAX_OBJECTS; i++) {
		at->path[at->n] = (struct yaml_step){ .key = STR("items") };
		at->path[at->n + 1] = (struct yaml_step){ .is_index = true, .index = i };
		at->n += 2;
		if (walk(f, at, resource_of_list(v, &items->items[i], f->arena)) < 0)
			return -1;
		at->n -= 2;
	}
	return 0;
}

static int walk_text(struct fixer *f, str text)
{
	struct yaml_opts opts = { .max_depth = DOCUMENTS_MAX_DEPTH, .last_wins = true };
	AUTO(yaml_reader_free)
	struct yaml_reader *reader = yaml_reader_new(text, &opts, f->arena);
	const struct json *json;
	struct at at = { 0 };
	int more;

	while ((more = yaml_next(reader, &json, NULL, f->err)) > 0) {
		at.n = 0;
		if (walk(f, &at, json) < 0)
			return -1;
		at.document++;
	}
	return more;
}

/* What the changed text says must pass, as far as anything was changed. */
static int check_again(struct fixer *f)
{
	AUTO(buf_done)
	struct buf text = { 0 };

	buf_init(&text, 2 * YAML_EDIT_MAX_BYTES);
	text_edits_apply(f->edits, &text);
	if (text.overflow)
		return err_set(f->err, ERR_LIMIT, "the changed text is too large");
	f->out->text = str_dup(f->arena, buf_str(&text));
	f->checking = true;
	if (f->edits->dropped > 0 || walk_text(f, f->out->text) < 0 ||
	    (f->again > 0 && f->out->left_n == 0))
		return err_set(f->err, ERR_UNSUPPORTED,
			       "the changed text would not be judged as it was meant");
	return 0;
}

int fix_file_diff(const struct fix_file *file, struct arena *arena, struct buf *diff,
		  struct fix_file_result *out, struct err *err)
{
	struct text_edits edits = { .arena = arena, .text = file->text };
	struct fixer f = { .file = file, .arena = arena, .edits = &edits, .err = err };
	struct fix_file_result result = { .text = file->text };
	str decoded;

	f.out = &result;
	f.run = *file->run;
	f.run.data = &file->admission->data;
	if (text_decode(file->text, arena, &decoded, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(file->path));
	if (decoded.p < file->text.p || decoded.p > file->text.p + file->text.n)
		return err_set(err, ERR_UNSUPPORTED, "%.*s: UTF-16: no difference can be written",
			       STR_ARG(file->path));
	if (walk_text(&f, decoded) < 0)
		return err_wrap(err, "%.*s", STR_ARG(file->path));
	text_edits_settle(&edits);
	if (edits.n > 0 && check_again(&f) < 0)
		return err_wrap(err, "%.*s", STR_ARG(file->path));
	text_edits_diff(&edits, file->path, diff);
	*out = result;
	return 0;
}
