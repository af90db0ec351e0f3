/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First byte: the form of the database; 3: SQLite with a log, of which the second byte says where
 * it begins (in 1/256 of the rest).
 */
#include "checking_sink.h"
#include "fmt/system/rpmdb_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct rpmdb_form *const forms[] = { &rpmdb_sqlite, &rpmdb_bdb, &rpmdb_ndb,
							  &rpmdb_sqlite };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_sink sink = CHECKING_SINK;
	struct rpmdb_out out = { .sink = &sink, .path = STR("Packages"), .arena = arena };
	struct err err = { .kind = ERR_NONE };

	if (size < 2)
		return 0;
	size_t form = data[0] % 5;
	str all = str_of((const char *)data + 2, size - 2);
	size_t cut = form == 3 ? all.n * data[1] / 256 : all.n;
	struct file_view wal = file_view_text(STR("log"), str_skip(all, cut));
	struct file_view file = file_view_text(STR("Packages"), str_take(all, cut));

	file.companion = form == 3 ? &wal : NULL;
	if (form == 4) {
		if (rpm_manifest(&file, &sink, &err) < 0)
			must(err.kind != ERR_NONE && err.msg[0]);
		return 0;
	}
	if (forms[form]->read(&file, &out, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	if (rpmdb_read(&file, &sink, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	return 0;
}
