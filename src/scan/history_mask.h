/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * history_mask: a command line of an image that can be shown. Masked with "***" are the secrets
 * that the search found there (told by first characters, length and digest), values assigned to
 * names of credentials (TOKEN=..., --password ...), passwords in URLs and authorization headers.
 * Where a secret that the search found cannot be told again, the whole text is masked.
 */
#include "base/arena.h"
#include "fmt/secret.h"

/* `step`: number of the build step (from 1) whose secrets count; 0: none. */
str history_mask(str text, const struct secret_finding *secrets, size_t n, size_t step,
		 struct arena *arena);
