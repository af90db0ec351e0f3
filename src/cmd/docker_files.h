/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * docker_files: tells when a file that the facts of a host rest on changes: those of its roles,
 * unit files and their drop-ins, audit rules, accounts. Folders are watched, so that a file that is
 * replaced or comes anew is seen; of a folder that is not there the next one above.
 */
#include "base/json.h"

struct err;

#define DOCKER_FILES_MAX 1024u /* paths; more are left to the full passes, and said */

struct docker_files;
struct docker_files *docker_files_new(struct err *err);
void docker_files_free(struct docker_files *files);
AUTO_PTR(docker_files_free, struct docker_files);
int docker_files_fd(const struct docker_files *files);
/*
 * Watches what the document of a host names, below `root` (NULL: this host), instead of before.
 * What happened in folders that are watched on is still to be taken. True: one was not watched so
 * far.
 */
bool docker_files_follow(struct docker_files *files, const struct json *document, const char *root);
/* Paths that could not be watched. */
size_t docker_files_missed(const struct docker_files *files);
/* Reads what happened: the path of the first file that matters, in `arena`; empty: none. */
str docker_files_take(struct docker_files *files, struct arena *arena);
