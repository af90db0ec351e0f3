/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/eol.h"

#include "base/time.h"
#include "test.h"

#define TABLE                                                                               \
	STR("# a comment\nfamily,version,codename,released,standard,extended,kind,source\n" \
	    "debian,12,bookworm,2023-06-10,2026-07-11,2028-06-30,lts,https://x/\n"          \
	    "sles,15,,2018-07-16,2019-12-31,,,https://y/\n"                                 \
	    "sles,15.1,,2019-06-24,2021-01-31,2024-01-31,ltss,https://y/\n"                 \
	    "arch,*,,,rolling,,,https://z/\n"                                               \
	    "photon,4.0,,,,,,https://w/\n")

TEST(eol_finds_the_release_a_version_belongs_to)
{
	struct eol eol;

	CHECK_INT(eol_lookup_in(TABLE, STR("debian"), STR("12.5"), &eol), 1);
	CHECK_STRV(eol.version, "12");
	CHECK_STRV(eol.codename, "bookworm");
	CHECK_STRV(eol.kind, "lts");
	CHECK_INT(eol.standard_end, time_from_civil(2026, 7, 12));
	CHECK_INT(eol.extended_end, time_from_civil(2028, 7, 1));
}

TEST(eol_knows_no_release_that_is_not_in_the_table)
{
	struct eol eol;

	CHECK_INT(eol_lookup_in(TABLE, STR("debian"), STR("120"), &eol), 0);
	CHECK_INT(eol_lookup_in(TABLE, STR("debian"), STR("trixie/sid"), &eol), 0);
	CHECK_INT(eol_lookup_in(TABLE, STR("debian"), STR(""), &eol), 0);
	CHECK_INT(eol_lookup_in(TABLE, STR("ubuntu"), STR("12"), &eol), 0);
}

TEST(eol_takes_no_service_pack_for_the_release_before_it)
{
	struct eol eol;

	CHECK_INT(eol_lookup_in(TABLE, STR("sles"), STR("15.9"), &eol), 0);
	CHECK_INT(eol_lookup_in(TABLE, STR("sles"), STR("15"), &eol), 1);
	CHECK_STRV(eol.standard, "2019-12-31");
	CHECK_INT(eol_lookup_in(TABLE, STR("sles"), STR("15.1"), &eol), 1);
	CHECK_STRV(eol.standard, "2021-01-31");
}

TEST(eol_tells_rolling_from_not_known)
{
	struct eol eol;

	CHECK_INT(eol_lookup_in(TABLE, STR("arch"), STR("rolling"), &eol), 1);
	CHECK(eol.rolling);
	CHECK_INT(eol.standard_end, 0);
	CHECK_INT(eol_lookup_in(TABLE, STR("photon"), STR("4.0"), &eol), 1);
	CHECK(!eol.rolling);
	CHECK_INT(eol.standard_end, 0);
}

TEST(eol_names_a_malformed_row)
{
	str few = STR("debian,12,bookworm\n"), date = STR("debian,12,,,2026-13-01,,,x\n");
	str long_date = STR("debian,12,,,2026-07-11T00:00:00Z,,,x\n");
	struct eol eol;

	CHECK_INT(eol_next(&few, &eol), -1);
	CHECK_INT(eol_next(&few, &eol), 0);
	CHECK_INT(eol_next(&date, &eol), -1);
	CHECK_INT(eol_next(&long_date, &eol), -1);
}

TEST(eol_reads_every_row_of_the_built_in_table)
{
	str table = eol_table();
	struct eol eol;
	int rows = 0, more;

	while ((more = eol_next(&table, &eol)) > 0)
		rows++;
	CHECK_INT(more, 0);
	CHECK(rows > 50);
	CHECK_INT(eol_lookup(STR("debian"), STR("8"), &eol), 1);
	CHECK(eol.standard_end > 0);
}
