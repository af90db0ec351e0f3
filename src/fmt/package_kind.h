/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* package_kind: what the kind of a package says. */
#include "base/str.h"

/* Of a distribution's package manager (alpm, apk, deb, rpm), not of a language. */
bool package_kind_is_system(str kind);
