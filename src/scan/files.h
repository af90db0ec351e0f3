/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * files: in the worker, analyses files that are open already. Job {"job": "files", "want_files",
 * "files": [{"analyzer", "path", "entry", "companion": bool}]}; descriptors: for each file its own,
 * then that of its companion if it has one. A file {"path", "search": true} is only searched for
 * secrets ("secrets" as secrets.h). No end record: the parent may send more files.
 */
#include "sandbox/worker.h"

int files_run(struct worker_job *job, struct err *err) MUST_USE;
