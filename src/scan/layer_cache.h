/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * layer_cache: results of layers, kept between runs. The key holds everything a result depends on.
 * An entry appears whole or not at all; one that is damaged is as good as none and is written
 * again. The folder is kept below a size: the entries used longest ago go first.
 */
#include "scan/layer_record.h"

/* True and `record` filled when there is an entry for `key`. */
bool layer_cache_get(const char *dir, str key, struct layer_record *record);

/* A record that layer_cache_keep can turn into an entry; until then its file has no name, so that
 * nothing is left when the program dies. False: no file can be made there. */
bool layer_cache_begin(const char *dir, struct layer_record *record);
/* After layer_record_finish. Keeping is for speed only: it may fail without harm. */
void layer_cache_keep(const char *dir, str key, struct layer_record *record);

/* Removes entries until the rest is within max_bytes. */
void layer_cache_trim(const char *dir, uint64_t max_bytes);
