/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/constraint/object_check_internal.h"

static str keep(struct arena *arena, str text)
{
	if (text.n <= CHECK_TEXT_MAX)
		return str_dup(arena, text);
	text = str_take(text, CHECK_TEXT_MAX);
	/* Not in the middle of a character. */
	while (text.n > 0 && !str_is_utf8(text))
		text = str_drop_end(text, 1);
	return str_cat(arena, text, STR("..."));
}

/* Of a made pod the message begins with the names of the templates; the file has the maker. */
static str plain_message(const struct violation *v)
{
	str message = v->message, name, rest;

	while (v->template.n > 0 && str_starts(message, STR("[Implied by ")) &&
	       str_cut(message, ']', &name, &rest))
		message = str_trim(rest);
	return message;
}

/*
 * What the policy says itself (details.ja). Rules of the user may have no Japanese; the built-in
 * ones then say it by title and place.
 */
static str japanese(const struct library_rule *rule, const struct violation *v,
		    const struct fault_place *p, struct arena *arena)
{
	const struct value *own = VALUE_GET(&v->details, "ja");
	str message = v->message;
	str title = rule->check.text[CHECK_JA].title;
	str where = p->path;

	if (own && own->type == VALUE_STRING)
		return value_text(own);
	if (rule->check.own)
		return message;
	if (p->container.n > 0)
		where = str_fmt(arena, "コンテナー %.*s%s%.*s", STR_ARG(p->container),
				where.n > 0 ? "、" : "", STR_ARG(where));
	if (where.n == 0)
		return title;
	if (!p->present)
		return str_fmt(arena, "%.*s（%.*s が設定されていない）", STR_ARG(title),
			       STR_ARG(where));
	if (p->value.n == 0)
		return str_fmt(arena, "%.*s（%.*s）", STR_ARG(title), STR_ARG(where));
	return str_fmt(arena, "%.*s（%.*s = %.*s）", STR_ARG(title), STR_ARG(where),
		       STR_ARG(p->value));
}

static str subject_of(const struct check_object *o, str container, struct arena *arena)
{
	str text = str_fmt(arena, "%.*s %.*s%s%.*s", STR_ARG(o->kind), STR_ARG(o->namespace),
			   o->namespace.n > 0 ? "/" : "", STR_ARG(o->name));

	if (container.n == 0)
		return text;
	return str_fmt(arena, "%.*s, container %.*s", STR_ARG(text), STR_ARG(container));
}

/* The pods of two templates, or a rule for the workload and its pod, say the same twice. */
static bool is_known(const struct check_finding *items, size_t n, const struct check_finding *f)
{
	for (size_t i = n; i-- > 0 && items[i].object == f->object;) {
		if (items[i].line == f->line && items[i].col == f->col &&
		    str_eq(items[i].message[CHECK_EN], f->message[CHECK_EN]))
			return true;
	}
	return false;
}

bool object_finding_add(struct object_verdicts *to, const struct object_file *file,
			const struct object_text *object, const struct check_object *name,
			const struct violation *violation, struct arena *arena)
{
	struct violation plain = *violation;
	struct fault_place place;
	bool manual = violation->undecided;
	struct check_finding **items = manual ? &to->manuals : &to->fails;
	size_t *n = manual ? &to->manual_n : &to->fail_n;

	if (*n >= CHECK_FINDINGS_MAX) {
		to->dropped++;
		return false;
	}
	plain.message = plain_message(violation);
	fault_place_find(object, to->rule, &plain, arena, &place);
	struct check_finding f = {
		.file = file->path,
		.line = place.line,
		.end_line = place.line,
		.col = place.col,
		.layer = -1,
		.object = name,
		.container = str_dup(arena, place.container),
		.field = place.path,
		.evidence = keep(arena, place.value),
		.subject = subject_of(name, place.container, arena),
	};
	f.message[CHECK_EN] = keep(arena, plain.message);
	f.message[CHECK_JA] = keep(arena, japanese(to->rule, &plain, &place, arena));
	if (is_known(*items, *n, &f))
		return false;
	*items = arena_grow(arena, *items, *n, manual ? &to->manual_cap : &to->fail_cap,
			    sizeof(**items));
	(*items)[(*n)++] = f;
	return true;
}
