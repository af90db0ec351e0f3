/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/db_internal.h"

void matcher_free(struct matcher *matcher) { free(matcher); }
