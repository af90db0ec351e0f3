/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * secret_texts: secrets in the configuration of an image: environment, labels, build history,
 * commands. The parent takes the texts out of the document (texts_of_config), a worker searches
 * them: job {"job": "texts", "secrets"}, descriptor: the texts. Answers as of a layer, without log
 * and end.
 *
 * A text on its way: u8 place, u32 length and name, u32 length and text.
 */
#include "base/buf.h"
#include "base/json.h"
#include "sandbox/worker.h"

#define TEXTS_MAX_BYTES (20u << 20) /* above the limit of a configuration */

void texts_of_config(const struct json *config, struct buf *out);
int texts_run(struct worker_job *job, struct err *err) MUST_USE;
/* Index of the layer that build step `number` (from 1) made; -1: none. */
int texts_layer_of_step(const struct json *config, str number, size_t layers);
