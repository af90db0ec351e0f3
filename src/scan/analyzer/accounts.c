/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/host/accounts.h"

#include "scan/analyzer.h"

static const char *const paths[] = { "etc/group", "etc/passwd", "etc/shadow", NULL };

const struct analyzer analyzer_accounts = {
	.name = "accounts",
	.version = 1,
	.paths = paths,
	.max_size = ACCOUNTS_MAX_BYTES,
	.describe = accounts_describe,
	.document = ANALYZER_ACCOUNTS,
};
