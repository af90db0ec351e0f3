/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* platform: "os/arch[/variant]" and the choice of an image that fits it. */
#include "base/arena.h"
#include "base/str.h"

struct err;

struct platform {
	str os, architecture, variant, os_version;
};

/* linux and the architecture of this machine. */
struct platform platform_host(void);
/* Usual other names are accepted (x86_64, aarch64 ...). ERR_USAGE when malformed. */
int platform_parse(str text, struct arena *arena, struct platform *out, struct err *err) MUST_USE;
/* "linux/arm/v7"; "unknown" parts are shown as they are. */
str platform_text(struct arena *arena, const struct platform *p);
/*
 * How well `have` serves `want`: 0 not at all, more is better. Without a wanted variant the
 * architecture's usual one is preferred; an arm machine takes its own variant or an older one.
 */
int platform_fit(const struct platform *want, const struct platform *have);
