/* SPDX-License-Identifier: Apache-2.0 */
#include "sbom_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sbom_check(data, size, sbom_write_spdx_json);
	return 0;
}
