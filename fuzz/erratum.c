/* SPDX-License-Identifier: Apache-2.0 */
/* updateinfo.xml, OVAL and the list of Photon OS: import_check.h says what must hold. */
#include "import_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) { return import_check(data, size); }
