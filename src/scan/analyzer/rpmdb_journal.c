/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/rpmdb.h"

#include "scan/analyzer.h"

static const char *const paths[] = {
	"usr/lib/sysimage/rpm/rpmdb.sqlite-journal",
	"usr/share/rpm/rpmdb.sqlite-journal",
	"var/lib/rpm/rpmdb.sqlite-journal",
	NULL,
};

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	(void)sink;
	return rpmdb_check_journal(file, err);
}

/* Has no packages of its own: only says when those of the database beside it are in doubt. */
const struct analyzer analyzer_rpmdb_journal = {
	.name = "rpmdb-journal",
	.kind = "rpm",
	.version = 1,
	.paths = paths,
	.random_access = true,
	.supplement = true,
	.run = run,
};
