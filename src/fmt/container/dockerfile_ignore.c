/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions in comments (ignore_comment.h): they hold for the instruction that follows. A comment
 * inside of an instruction holds for that.
 */
#include "fmt/container/dockerfile_internal.h"
#include "fmt/syntax/ignore_comment.h"

static void add(struct dockerfile_reader *reader, const struct ignore_comment *found)
{
	reader->ignores = arena_grow(reader->arena, reader->ignores, reader->ignore_n,
				     &reader->ignore_cap, sizeof(*reader->ignores));
	struct dockerfile_ignore *ignore = &reader->ignores[reader->ignore_n++];

	*ignore = (struct dockerfile_ignore){
		.comment = reader->line,
		.ids = found->ids,
		.reason = found->reason,
		.until = found->until,
		.form = found->form,
	};
	if (!found->whole)
		ignore->line = UINT32_MAX; /* waits for its instruction */
}

void dockerfile_comment(struct dockerfile_reader *reader, str comment)
{
	struct ignore_comment found[IGNORE_COMMENT_MAX];
	size_t n = ignore_comment_read(comment, found);

	for (size_t i = 0; i < n; i++)
		add(reader, &found[i]);
}

void dockerfile_ignores_settle(struct dockerfile_reader *reader, const struct dockerfile_item *item)
{
	for (size_t i = reader->waiting; i < reader->ignore_n; i++) {
		if (reader->ignores[i].line != UINT32_MAX)
			continue;
		reader->ignores[i].line = item->line;
		reader->ignores[i].end_line = item->end_line;
	}
	reader->waiting = reader->ignore_n;
}
