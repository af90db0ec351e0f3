/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Texts made of the samples of kinds of secrets: no secret-looking literal stands in a test. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

struct random {
	uint64_t state;
};

/* 31 bits; the same ones for the same state. */
uint32_t random_next(struct random *r);
/* One of the texts that the sample of a kind (data/kinds.conf) describes. */
str secret_sample(struct arena *arena, str sample, uint64_t seed);
