/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/layer_cache.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "test.h"
#include "tree.h"

static void keep(const char *dir, str key, const char *message)
{
	struct layer_record record;
	struct err err;
	char text[512];

	CHECK(layer_cache_begin(dir, &record));
	(void)snprintf(
		text, sizeof(text),
		"{\"entry\":0,\"companion\":1,\"analyzer\":\"dpkg\",\"path\":\"p\",\"packages\":0,"
		"\"failure\":\"input\",\"message\":\"%s\"}",
		message);
	CHECK_OK(layer_record_take(&record, RECORD_RESULT, str_c(text), &err));
	CHECK_OK(layer_record_take(&record, RECORD_END, STR("{\"entries\":5}"), &err));
	CHECK_OK(layer_record_finish(&record, &err));
	layer_cache_keep(dir, key, &record);
	layer_record_done(&record);
}

static void check_has(const char *dir, str key, const char *message)
{
	struct layer_record record;

	CHECK(layer_cache_get(dir, key, &record));
	CHECK_INT(record.result_n, 1);
	test_str(__FILE__, __LINE__, "message", record.results[0].result.message, str_c(message));
	CHECK_INT(record.end.entries, 5);
	layer_record_done(&record);
}

/* Changes the only entry of the folder. */
static int damage_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	if (type != FTW_F)
		return 0;
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK(pwrite(fd, "#", 1, st->st_size - 10) == 1);
	(void)close(fd);
	return 0;
}

static int truncate_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)ftw;
	return type == FTW_F ? truncate(path, st->st_size - 1) : 0;
}

TEST(an_entry_is_found_again_by_its_key)
{
	char dir[] = "/tmp/seawall-test-XXXXXX", below[64];
	struct layer_record record;

	CHECK(mkdtemp(dir) != NULL);
	(void)snprintf(below, sizeof(below), "%s/a/b", dir);
	CHECK(!layer_cache_get(below, STR("one"), &record));
	keep(below, STR("one"), "first");
	keep(below, STR("two"), "second");
	check_has(below, STR("one"), "first");
	check_has(below, STR("two"), "second");
	CHECK(!layer_cache_get(below, STR("three"), &record));
	keep(below, STR("one"), "again");
	check_has(below, STR("one"), "again");
	CHECK_INT(tree_remove(dir), 0);
}

TEST(a_damaged_entry_is_none_and_is_written_again)
{
	int (*const damages[])(const char *, const struct stat *, int,
			       struct FTW *) = { damage_one, truncate_one };
	char dir[] = "/tmp/seawall-test-XXXXXX";
	struct layer_record record;

	CHECK(mkdtemp(dir) != NULL);
	for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
		keep(dir, STR("one"), "first");
		check_has(dir, STR("one"), "first");
		CHECK_INT(nftw(dir, damages[i], 16, FTW_PHYS), 0);
		CHECK(!layer_cache_get(dir, STR("one"), &record));
	}
	keep(dir, STR("one"), "first");
	check_has(dir, STR("one"), "first");
	CHECK_INT(tree_remove(dir), 0);
}

TEST(the_cache_stays_within_its_size)
{
	char dir[] = "/tmp/seawall-test-XXXXXX";
	struct layer_record record;

	CHECK(mkdtemp(dir) != NULL);
	keep(dir, STR("one"), "first");
	keep(dir, STR("two"), "second");
	layer_cache_trim(dir, 1u << 20);
	check_has(dir, STR("one"), "first");
	check_has(dir, STR("two"), "second");
	layer_cache_trim(dir, 400);
	int left = layer_cache_get(dir, STR("one"), &record);
	if (left)
		layer_record_done(&record);
	if (layer_cache_get(dir, STR("two"), &record)) {
		layer_record_done(&record);
		left++;
	}
	CHECK_INT(left, 1);
	layer_cache_trim(dir, 0);
	CHECK(!layer_cache_get(dir, STR("one"), &record));
	CHECK_INT(tree_remove(dir), 0);
}
