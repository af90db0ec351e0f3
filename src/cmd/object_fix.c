/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/object_fix.h"

#include "base/map.h"
#include "base/path.h"
#include "cmd/progress.h"
#include "policy/constraint/fix_file.h"
#include "report/fix_text.h"

#define MAX_STEPS 8000000ull /* of an object: nobody waits for an answer at the API server */

/* The object at hand. */
struct picker {
	const struct object_fix *fix;
	str path; /* of its file, as in findings */
	const struct resource *object;
	struct map told; /* objects and rules that are left alone, each once */
};

static void at_object(void *context, const struct resource *object)
{
	struct picker *p = context;

	p->object = object;
}

static bool is_about(const struct picker *p, const struct misconfiguration *m, str id)
{
	const struct check_object *o = m->finding ? m->finding->object : NULL;

	return o && m->result->verdict == CHECK_FAIL && str_eq(m->result->check->id, id) &&
	       str_eq(m->finding->file, p->path) && str_eq(o->kind, p->object->kind) &&
	       str_eq(o->namespace, p->object->namespace) && str_eq(o->name, p->object->name);
}

/* Faults of the rule in the object that the report shows, and those that an exception hides. */
static void count_faults(const struct picker *p, str id, size_t *shown, size_t *hidden)
{
	const struct report_checks *c = &p->fix->report->checks;

	*shown = *hidden = 0;
	for (size_t i = 0; i < c->shown_count; i++)
		*shown += is_about(p, &c->items[c->shown[i]], id);
	for (size_t i = 0; i < c->suppressed_count; i++)
		*hidden += is_about(p, &c->items[c->suppressed[i].finding], id);
}

static void tell_part(struct picker *p, str id)
{
	struct arena *arena = p->fix->arena;
	str object = resource_text(p->object, arena);

	if (map_put(&p->told, str_fmt(arena, "%.*s\n%.*s", STR_ARG(object), STR_ARG(id)), NULL))
		progress_note(false,
			      TEXT_MAKE(arena, p->fix->lang, FIX_PART_EXEMPT, p->path, object, id));
}

/*
 * What the report shows: nothing of another severity, nothing that an exception or a comment hides.
 * A rule of which a part is hidden is left to people: no change would mend only the rest. A rule
 * that waits for a decision has nothing to repair.
 */
static bool wants(void *context, const struct constraint *constraint)
{
	struct picker *p = context;
	const struct library_rule *rule = library_rule_of(p->fix->library, constraint);
	size_t shown, hidden;

	if (rule->undecided)
		return false;
	count_faults(p, rule->check.id, &shown, &hidden);
	if (shown > 0 && hidden > 0)
		tell_part(p, rule->check.id);
	return hidden == 0 && shown > 0;
}

static void tell(const struct object_fix *fix, str path, const struct fix_file_result *result)
{
	for (size_t i = 0; i < result->left_n; i++) {
		const struct fix_left *left = &result->left[i];
		str why = left->refusal ? fix_text_refusal(left->refusal, fix->lang, fix->arena)
					: left->why;

		progress_note(false, str_fmt(fix->arena, "%.*s: %.*s: %.*s", STR_ARG(path),
					     STR_ARG(left->object), STR_ARG(why)));
	}
	if (result->choose > 0)
		progress_note(false, TEXT_MAKE(fix->arena, fix->lang, MEND_PROPOSALS, path,
					       text_number(fix->arena, result->choose)));
}

int object_fix_put(const struct object_fix *fix, struct buf *out, struct err *err)
{
	struct review_run run = { .exempt = library_exempt(fix->library) };

	for (size_t i = 0; i < fix->files->n; i++) {
		const struct object_file *object = fix->files->items[i];
		struct fix_file_result result;
		struct picker picker = { .fix = fix, .path = object->path };
		struct fix_file file = { .admission = library_admission(fix->library),
					 .run = &run,
					 .wants = wants,
					 .object = at_object,
					 .wants_context = &picker,
					 .namespace = fix->namespace,
					 .max_steps = MAX_STEPS,
					 .kubernetes_minor = fix->kubernetes_minor,
					 .path = fix->target,
					 .text = object->text };

		if (object->n == 0)
			continue;
		map_init(&picker.told, fix->arena);
		if (fix->folder)
			file.path = path_join(fix->arena, fix->target, object->path);
		if (str_starts(file.path, STR("./")))
			file.path = str_skip(file.path, 2);
		if (fix_file_diff(&file, fix->arena, out, &result, err) < 0)
			return -1;
		tell(fix, file.path, &result);
	}
	return 0;
}
