/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * document_job: one foreign document of this machine, handed to a confined worker that reads it as
 * a whole. Job {"job": name, "size": bytes}, descriptor: the document.
 */
#include "sandbox/worker.h"

/* In the worker: the document as text, in the job's descriptor or `arena`. Above `max`: ERR_LIMIT.
 */
int document_job_text(const struct worker_job *job, size_t max, struct arena *arena, str *out,
		      struct err *err) MUST_USE;

/* A regular file by its name, through links as a shell would; its descriptor and *size. */
int document_job_open(str path, struct arena *arena, uint64_t *size, struct err *err) MUST_USE;
/* Hands it over and takes the answers to the end of the job. */
int document_job_run(struct worker *worker, const char *name, int fd, uint64_t size,
		     int64_t timeout_ms, const struct worker_reader *reader,
		     struct err *err) MUST_USE;
