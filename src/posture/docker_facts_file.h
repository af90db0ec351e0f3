/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * docker_facts_file: what `seawall facts docker` wrote, document by document while it is read:
 * memory is one document, whatever the size of the file.
 *
 *	{"host": {...}, "containers": [{...}], "images": [{...}],
 *	 "not_read": [{what, reason, remedy}]}
 *
 * A document alone (an object with the member `kind`) is taken, too. Members of other names are
 * passed over. A list that is not there is told as not read: "not in the facts".
 */
#include "base/str.h"

struct err;

/* -1 ends the reading with err. `text` is valid during the call. */
struct docker_facts_taker {
	void *context;
	int (*document)(void *context, str kind, str text, struct err *err);
	/* Documents of that kind ("container", "image") could not be had. */
	void (*unread)(void *context, str kind, str what, str reason, str remedy);
};

/* A regular file, from its beginning (facts_file_open makes one of a pipe). ERR_INPUT, ERR_LIMIT.
 */
int docker_facts_file_read(int fd, const struct docker_facts_taker *taker,
			   struct err *err) MUST_USE;
