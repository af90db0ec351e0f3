/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * engine_layer: the archive of one layer, made by a thread of its records and the folder with its
 * files (engine_files.h), through a pipe.
 */
#include "oci/image.h"

struct err;

/*
 * `split`: the records, not compressed; `folder`: O_PATH; both are taken over. Fails where the
 * records are malformed. out->size is exact.
 */
int engine_layer_start(int *split, int *folder, struct blob *out, struct err *err) MUST_USE;
/* Joins the thread. Fails where it could not make all of the archive. */
int engine_layer_end(struct blob *blob, struct err *err) MUST_USE;
