/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * docker_run: the containers that shell scripts start: every `docker run`, `docker create`,
 * `docker container run|create` and the same of podman, wherever it stands in lists, pipes, loops,
 * functions, substitutions and `sh -c`, behind sudo, env and their like.
 *
 *	struct docker_runs runs;
 *
 *	if (docker_run_read(STR("up.sh"), text, STR("/srv"), arena, &runs, &err) < 0)
 *		return -1;
 *	for (size_t i = 0; i < runs.n; i++)
 *		use(runs.items[i].plan);        // struct container_plan
 *
 * Quotes, continued lines and variables that the script sets once to a plain text are taken as the
 * shell would; ${NAME:-word} of another one is the word. What only the shell can tell makes the
 * option's value, or the image, not known; where it could be any number of options (an unquoted
 * $OPTIONS, "$@") nothing of the container is known. An unknown option ends the reading likewise,
 * because nobody can tell whether the next word is its value.
 *
 * Limits: DOCKER_RUN_MAX_BYTES of text, DOCKER_RUN_MAX commands of the two clients; commands of any
 * kind as dockerfile_internal.h says. Over them: a note.
 */
#include "base/err.h"
#include "fmt/container/container_plan.h"

#define DOCKER_RUN_MAX_BYTES (2u << 20)
#define DOCKER_RUN_MAX	     2000u
#define DOCKER_RUN_WORDS_MAX 5000u /* of one command */

struct docker_run {
	struct container_plan *plan;
	uint32_t line, end_line;
};

struct docker_run_note {
	enum err_kind kind;
	uint32_t line;
	str reason;
};

/* An exception in a comment (fmt/syntax/ignore_comment.h). */
struct docker_run_ignore {
	str ids, reason, until, form;
	uint32_t comment, line, end_line; /* line 0: the whole file */
};

struct docker_runs {
	struct docker_run *items;
	size_t n, cap;
	struct docker_run_note *notes;
	size_t note_n, note_cap;
	struct docker_run_ignore *ignores;
	size_t ignore_n, ignore_cap;
};

/* By its name: *.sh, *.bash. */
bool docker_run_is_name(str path);
/* By its content: a line that mentions such a command; cheap. */
bool docker_run_is_text(str text);
/* `folder`: what relative paths are relative to, absolute; empty: not known. `text` must outlive
 * the result. */
int docker_run_read(str path, str text, str folder, struct arena *arena, struct docker_runs *out,
		    struct err *err) MUST_USE;
