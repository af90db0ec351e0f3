/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/rpmdb.h"

#include "scan/analyzer.h"

static const char *const paths[] = {
	"usr/lib/sysimage/rpm/rpmdb.sqlite",
	"usr/lib/sysimage/rpm/Packages.db",
	"usr/lib/sysimage/rpm/Packages",
	"usr/share/rpm/rpmdb.sqlite",
	"usr/share/rpm/Packages.db",
	"usr/share/rpm/Packages",
	"var/lib/rpm/rpmdb.sqlite",
	"var/lib/rpm/Packages.db",
	"var/lib/rpm/Packages",
	NULL,
};

static int run(const struct file_view *file, struct arena *scratch, struct package_sink *sink,
	       struct err *err)
{
	(void)scratch;
	return rpmdb_read(file, sink, err);
}

const struct analyzer analyzer_rpmdb = {
	.name = "rpmdb",
	.kind = "rpm",
	.version = 1,
	.paths = paths,
	.companion = "-wal",
	.companion_what = "write-ahead log",
	.one_per_folder = true,
	.random_access = true,
	.run = run,
};
