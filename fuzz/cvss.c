/* SPDX-License-Identifier: Apache-2.0 */
/* Any text is refused or has scores from 0 to 10 in tenths. */
#include "advisory/cvss.h"

#include "base/err.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_score(double score)
{
	if (!(score >= 0.0 && score <= 10.0) || fabs(score * 10.0 - round(score * 10.0)) > 1e-6)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err;
	struct cvss got;

	if (cvss_parse(str_of((const char *)data, size), &got, &err) < 0)
		return 0;
	must_be_score(got.base);
	must_be_score(got.temporal);
	must_be_score(got.environmental);
	return 0;
}
