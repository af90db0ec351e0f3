/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * container_value: the small languages in which Compose files and the command lines of container
 * engines write sizes, ports, mounts and the like. Each says false for what is none; texts made
 * live in the arena, others are views.
 */
#include "fmt/container/container_plan.h"

/* "64m", "1.5g", "512", "2GiB", "10 kb": bytes. Fractions are cut. */
bool value_bytes(str text, struct arena *arena, int64_t *out);
/* "0.5", "2": CPUs as billionths. */
bool value_nano_cpus(str text, int64_t *out);
/* true false 1 0 t f in any case, as flags have them. */
bool value_bool(str text, bool *out);
/* "no", "always", "unless-stopped", "on-failure[:N]". */
bool value_restart(str text, str *name, int64_t *tries);
/* "name=soft[:hard]"; -1 is none. */
bool value_ulimit(str text);

/*
 * "[[IP:]HOST:]CONTAINER[/PROTOCOL]", ports or ranges: adds to the bindings and the exposed ports.
 * False with *why: it is none, or names too many ports.
 */
bool value_port(struct container_plan *plan, str text, struct plan_place place, const char **why);
/* The same from its parts; `published` may be a range for one port. */
bool value_port_parts(struct container_plan *plan, str ip, str published, str target, str protocol,
		      struct plan_place place, const char **why);
/* "80", "80-90/tcp": exposed. */
bool value_expose(struct container_plan *plan, str text, struct plan_place place);

/*
 * "[SOURCE:]TARGET[:OPTIONS]". A relative source lies in `folder`. False: it is none. What becomes
 * of a named volume is said by whoever knows: mount->name is set then.
 */
bool value_volume(struct arena *arena, str text, str folder, struct plan_mount *mount);
/* Whether a source of the short form is a path and no name. */
bool value_is_path(str source);
/* An absolute path without "." and "..": of a relative one below `folder`. */
str value_path(struct arena *arena, str folder, str path);
/* The words of options that stand behind the target: "ro", "rshared" ... */
void value_mount_options(str options, struct plan_mount *mount);
