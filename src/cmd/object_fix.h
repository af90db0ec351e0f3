/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * object_fix: the difference that makes the Kubernetes objects of files pass, for `check manifest
 * --fix-diff`; what no change of the text mends is told on standard error.
 */
#include "cmd/manifest_objects.h"
#include "report/report.h"
#include "report/text.h"

struct object_fix {
	struct library *library;
	const struct manifest_files *files;
	const struct report
		*report; /* what it shows is repaired: severities, exceptions, comments */
	str target;	 /* the file, or the folder that the files' paths are in */
	bool folder;
	str namespace;		   /* of objects that name none */
	unsigned kubernetes_minor; /* as in struct fix_request */
	enum lang lang;
	struct arena *arena;
};

/* Adds the differences to `out`. -1: a file could not be changed as it was meant. */
int object_fix_put(const struct object_fix *fix, struct buf *out, struct err *err) MUST_USE;
