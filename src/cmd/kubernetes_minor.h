/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* kubernetes_minor: "1.30", "v1.30.2" as people write a version of Kubernetes. */
#include "base/str.h"

struct err;

/* Of 1.MINOR, at least `least`. ERR_USAGE names the option. */
int kubernetes_minor(const char *option, str text, unsigned least, unsigned *out,
		     struct err *err) MUST_USE;
