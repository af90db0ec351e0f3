/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* licence_fact: a licence that a file of the target holds or names: a fact, no judgement. */
#include "base/str.h"

#define LICENCE_SURE 1000u

struct licence_fact {
	str path;
	uint32_t line;	     /* where it begins, from 1; 0: not known */
	str name;	     /* an expression; empty: the text is none that is known */
	unsigned confidence; /* of LICENCE_SURE */
	int layer;	     /* that holds the file; -1: no layer */
};
