/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Between the versions of PyPI, the order of what is none, and the specifiers. */
#include "advisory/version/version.h"

/* Views into the text; numbers may be empty, which is 0. */
struct pep440 {
	str epoch, release; /* release: dotted numbers */
	char pre;	    /* 'a', 'b', 'c' (release candidate), 0: none */
	str pre_number;
	bool post, dev;
	str post_number, dev_number;
	str local; /* n == 0: none */
};

/* False when the text is no version as PEP 440 has it. */
bool pep440_read(str text, struct pep440 *out);
int pep440_order(const struct pep440 *a, const struct pep440 *b);
/* The order from before PEP 440, for what it does not take. */
int pep440_legacy_order(str a, str b);

/* One version specifier, pre-releases allowed. */
int pep440_constraint(str text, str version, bool *out, struct err *err) MUST_USE;
