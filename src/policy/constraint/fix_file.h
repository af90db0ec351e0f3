/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * fix_file: the smallest change of a file of Kubernetes objects (YAML with any number of documents,
 * JSON, Lists of both) that makes its objects pass, as a unified diff for `patch -p1` and `git
 * apply`. What is not changed stays as it is (fmt/syntax/yaml_edit.h). The changed text is read and
 * judged again before anything is handed out.
 *
 *	struct fix_file file = { .admission = lib, .run = &run, .path = path, .text = text };
 *	struct fix_file_result result;
 *
 *	if (fix_file_diff(&file, arena, &diff, &result, &err) < 0)
 *		return -1;
 *	for (size_t i = 0; i < result.left_n; i++)
 *		tell(&result.left[i]);
 */
#include "policy/constraint/admission.h"
#include "policy/constraint/fix.h"

#define FIX_FILE_MAX_OBJECTS 10000u

struct fix_file {
	struct admission *admission;
	const struct review_run *run; /* its data and external providers are set here */
	unsigned actions;	      /* as in struct fix_request */
	uint64_t max_steps;	      /* of each object; 0: FIX_MAX_STEPS */
	unsigned kubernetes_minor;    /* as in struct fix_request */
	bool (*wants)(void *context, const struct constraint *constraint); /* NULL: all count */
	/* Told of each object before `wants` is asked about it; or NULL. */
	void (*object)(void *context, const struct resource *object);
	void *wants_context;
	str namespace; /* of objects that name none; empty: none */
	str path, text;
};

/* What stays as it was. */
struct fix_left {
	str object;			   /* "apps/v1/Deployment default/web" */
	const struct fix_refusal *refusal; /* NULL: the text cannot be changed there */
	str why;			   /* then */
};

struct fix_file_result {
	size_t objects, hunks, choose; /* looked at; changes; those a person must look at */
	struct fix_left *left;
	size_t left_n, left_cap;
	str text; /* the changed text, in the arena */
};

/* Adds the diff to `diff`: nothing when there is nothing to change. ERR_INPUT: unreadable. */
int fix_file_diff(const struct fix_file *file, struct arena *arena, struct buf *diff,
		  struct fix_file_result *out, struct err *err) MUST_USE;
