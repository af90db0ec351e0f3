/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/object_fix.h"

#include "base/path.h"
#include "cmd/progress.h"
#include "policy/constraint/fix_file.h"
#include "report/fix_text.h"

#define MAX_STEPS 8000000ull /* of an object: nobody waits for an answer at the API server */

/* A rule that waits for a decision has nothing to repair. */
static bool wants(void *context, const struct constraint *constraint)
{
	return !library_rule_of(context, constraint)->undecided;
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
		struct fix_file file = { .admission = library_admission(fix->library),
					 .run = &run,
					 .wants = wants,
					 .wants_context = fix->library,
					 .namespace = fix->namespace,
					 .max_steps = MAX_STEPS,
					 .path = fix->target,
					 .text = object->text };

		if (object->n == 0)
			continue;
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
