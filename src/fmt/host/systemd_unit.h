/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * systemd_unit: settings of unit files (systemd.syntax(7)): the fragment and its drop-ins, read one
 * after the other. What a setting is in the end follows the rules of lists: an empty assignment
 * forgets what stood before.
 */
#include "base/arena.h"
#include "base/str.h"

struct err;

#define SYSTEMD_UNIT_MAX_BYTES (1u << 20) /* of one file */
#define SYSTEMD_SETTINGS_MAX   20000u

struct systemd_setting {
	str section, key, value; /* continued lines joined by a blank */
	str source;
	uint32_t line;
};

struct systemd_unit {
	struct arena *arena;
	struct systemd_setting *items;
	size_t n, cap;
	size_t malformed; /* lines that are none */
};

void systemd_unit_init(struct systemd_unit *unit, struct arena *arena);
/* One file more; views of `text` and `source`. */
int systemd_unit_add(struct systemd_unit *unit, str source, str text, struct err *err) MUST_USE;
/*
 * The assignments of a key that hold in the end, in order (several of ExecStart= count, one of
 * Type=: take the last). Returns how many; `out` has room for `max`.
 */
size_t systemd_unit_get(const struct systemd_unit *unit, str section, str key,
			const struct systemd_setting **out, size_t max);
/*
 * Words of a command line or Environment=, quotes and backslashes undone, prefixes of ExecStart=
 * (-@:+!) left where they are. Returns the words in the arena. Specifiers (%n) and variables stay.
 */
const str *systemd_words(str value, struct arena *arena, size_t *n);
