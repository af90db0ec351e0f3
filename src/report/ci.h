/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * ci: which run of which pipeline a report comes from: kept in the report, never judged. The
 * values are what the environment of the pipeline or its user says: text from outside, cut to
 * CI_VALUE_MAX bytes and one line; addresses lose user and password.
 *
 * Where each provider says what is data: data/ci_provider.def.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define CI_VALUE_MAX 512u	  /* bytes */
#define CI_FILE_MAX  (256u << 10) /* bytes of a file of --ci-metadata */

/* X(name), in the order of reports. */
#define CI_FIELDS(X)  \
	X(provider)   \
	X(pipeline)   \
	X(run_id)     \
	X(run_number) \
	X(run_url)    \
	X(job)        \
	X(commit)     \
	X(branch) X(tag) X(ref) X(change) X(event) X(repository) X(repository_url) X(actor)

enum ci_field {
#define X(name) CI_##name,
	CI_FIELDS(X)
#undef X
		CI_FIELD_COUNT
};

struct ci_metadata {
	str values[CI_FIELD_COUNT]; /* empty: not known */
};

/* "run_url" ... */
str ci_field_name(enum ci_field field);
bool ci_is_empty(const struct ci_metadata *ci);

/* Looks a variable of the environment up; empty: not set. */
struct ci_environment {
	str (*get)(void *context, const char *name);
	void *context;
};
/* That of this process. */
extern const struct ci_environment ci_own_environment;

/* What the environment tells; nothing when it is that of no known provider. */
void ci_detect(const struct ci_environment *environment, struct arena *arena,
	       struct ci_metadata *out);
/*
 * One value of --ci-metadata, over what is there: "auto" (ci_detect), "none" (nothing any more),
 * "KEY=VALUE,KEY=VALUE", else the name of a file with a mapping of them (YAML, JSON). ERR_USAGE or
 * ERR_INPUT names an unknown key.
 */
int ci_take(struct ci_metadata *ci, str value, const struct ci_environment *environment,
	    struct arena *arena, struct err *err) MUST_USE;

/* An address a reader may follow (http, https), else empty. */
str ci_link(str value);
/* "build 17, commit 0123456, main, by somebody": one line for people, unescaped. */
str ci_line(const struct ci_metadata *ci, struct arena *arena);
