/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * dockerd_settings: what the command line of dockerd and its configuration file say (dockerd(8)),
 * in one form: by the keys of the file. Flags of another name are put under their key (--host to
 * hosts, -D to debug). Values: flags that are switches become booleans, whole numbers numbers,
 * repeatable ones lists, --default-ulimit, --log-opt and their like objects; of a singular flag the
 * last occurrence counts. Everything else is text as written.
 */
#include "base/json.h"

#define DOCKERD_WORDS_MAX  4096u
#define DOCKERD_CONFIG_MAX (4u << 20)
#define DOCKERD_KEYS_MAX   1000u /* different ones */

struct dockerd_setting {
	str key;
	struct json value;
	str where; /* "/proc/812/cmdline", "/etc/docker/daemon.json:3" */
};

struct dockerd_settings {
	struct arena *arena;
	struct dockerd_setting *items;
	size_t n, cap;
};

void dockerd_settings_init(struct dockerd_settings *settings, struct arena *arena);
const struct dockerd_setting *dockerd_settings_get(const struct dockerd_settings *settings,
						   str key);

/*
 * The words of a command line behind the program's name. A flag that is not known takes the next
 * word as its value unless that begins with "-". Views of the words. ERR_LIMIT.
 */
int dockerd_settings_flags(struct dockerd_settings *settings, const str *words, size_t n, str where,
			   struct err *err) MUST_USE;
/*
 * The text of daemon.json; one of blanks alone says nothing, as for dockerd itself. ERR_INPUT: no
 * JSON object. Of a key that occurs twice the last counts.
 */
int dockerd_settings_file(struct dockerd_settings *settings, str path, str text,
			  struct err *err) MUST_USE;
