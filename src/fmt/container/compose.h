/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * compose: Compose files (the Compose specification, and the versions 2 and 3 before it) as the
 * containers they ask for: anchors and "<<", several files laid over each other, include, extends,
 * variables with their defaults, short and long forms, v2 options beside `deploy`.
 *
 *	struct compose_opts opts = { .folder = STR("/srv/app"), .read = read, .context = context };
 *	struct compose compose;
 *
 *	if (compose_read(files, n, &opts, arena, &compose, &err) < 0)
 *		return -1;                      // the first file is no Compose file
 *	for (size_t i = 0; i < compose.n; i++)
 *		use(compose.items[i]);          // struct container_plan
 *
 * Values of variables come from the caller, then from `.env` of the project's folder, never from
 * the environment of this process. A variable that nobody gives has its default; where it has none
 * the value that holds it is not known, and neither is what becomes of the container in that
 * respect. `$$` is a dollar. Services of all profiles are read. A service without an image, a build
 * and a provider is a part of another file: it is told in the notes.
 *
 * What is wrong with the files, unknown keys and values of the wrong type among it, stands in the
 * notes with its place; the value counts as not known. Nothing outside of what `read` gives is
 * looked at.
 *
 * Limits: COMPOSE_MAX_BYTES a file, COMPOSE_MAX_FILES files, COMPOSE_MAX_SERVICES services,
 * COMPOSE_MAX_NODES values over all files, merges and extensions (an alias counts as often as it
 * stands for a value), COMPOSE_MAX_DEPTH levels, of include and extends too: ERR_LIMIT, in the
 * notes where the rest can still be judged.
 */
#include "base/err.h"
#include "fmt/container/container_plan.h"

#define COMPOSE_MAX_BYTES    (4u << 20)
#define COMPOSE_MAX_FILES    100u
#define COMPOSE_MAX_SERVICES 2000u
#define COMPOSE_MAX_NODES    500000u
#define COMPOSE_MAX_DEPTH    32u
#define COMPOSE_MAX_NOTES    1000u
#define COMPOSE_MAX_TEXT     (1u << 20)	 /* bytes of one value with its variables replaced */
#define COMPOSE_MAX_EXPANDED (16u << 20) /* of all of them */

struct compose_file {
	str path; /* as findings name it */
	str text;
};

struct compose_variable {
	str name, value;
};

struct compose_opts {
	str folder; /* of the project, absolute: what relative paths are relative to */
	const struct compose_variable *variables; /* later ones count */
	size_t variable_n;
	const struct compose_file *env_files; /* in place of ".env"; later ones count */
	size_t env_file_n;
	/*
	 * Another file that these name, by its path relative to what the paths of the files are
	 * relative to. ERR_NOT_FOUND: there is none. NULL: nothing else is read.
	 */
	int (*read)(void *context, str path, struct arena *arena, str *text, struct err *err);
	void *context;
};

struct compose_note {
	enum err_kind kind; /* ERR_NONE: nothing is wrong with it */
	bool lost;	    /* services of the files are not among the items for it */
	str file;
	uint32_t line; /* 0: not known */
	str reason;
};

struct compose {
	struct container_plan **items; /* in the order of the files */
	size_t n, cap;
	struct compose_note *notes;
	size_t note_n, note_cap;
	size_t note_dropped; /* over COMPOSE_MAX_NOTES */
	str *files;	     /* all that were read */
	size_t file_n, file_cap;
	str *included; /* those of them that others include */
	size_t included_n, included_cap;
};

/* By its name: compose.yaml, docker-compose.yml, docker-compose.prod.yml ... */
bool compose_is_name(str path);
/* By its name: what an engine lays over the file of the same folder without being told. */
bool compose_is_override(str path);
/* By its content: a mapping `services` at the top, and no object of Kubernetes. */
bool compose_is_text(str text);

/* Texts must outlive the result, which lives in `arena`. */
int compose_read(const struct compose_file *files, size_t n, const struct compose_opts *opts,
		 struct arena *arena, struct compose *out, struct err *err) MUST_USE;

/*
 * Variables in one text, as in a value: *missing names the first that is not known, empty: none.
 * ERR_INPUT: no such form; ERR_LIMIT.
 */
int compose_interpolate(str text, const struct compose_variable *variables, size_t n,
			struct arena *arena, str *out, str *missing, struct err *err) MUST_USE;
