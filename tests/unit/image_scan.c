/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "casefile.h"
#include "fixture/image_case.h"
#include "fixture/rpm_writer.h"
#include "fixture/tar_writer.h"
#include "scan/layer_record.h"
#include "scan/scan.h"
#include "test.h"
#include "tree.h"

__attribute__((constructor)) static void become_worker(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "worker") == 0)
		_exit(scan_worker_main());
}

static str packages_of(const struct inventory *inv, struct arena *arena)
{
	str text = STR_EMPTY;

	if (inv->package_count == 0)
		return STR("none");
	for (size_t i = 0; i < inv->package_count; i++) {
		const struct package *p = &inv->packages[i];

		text = str_fmt(arena, "%.*s%s%.*s=%.*s@%d", STR_ARG(text), i ? " " : "",
			       STR_ARG(p->name), STR_ARG(p->version), p->layer);
	}
	return text;
}

/* Says what is wrong; true when nothing is. */
static bool check_case(const struct image_case *c, const char *dir, struct arena *arena)
{
	struct scan_opts opts = { .timeout_s = 60 };
	struct inventory inv;
	struct err err;
	str target = str_fmt(arena, "oci:%s:t", dir);

	image_write(dir, c->layers, c->layer_n, "application/vnd.oci.image.layer.v1.tar");
	if (scan_inventory(target, &opts, arena, &inv, &err) < 0)
		test_fail(__FILE__, __LINE__, "case '%.*s': %s", STR_ARG(c->name), err.msg);
	str packages = packages_of(&inv, arena);
	str os = inv.os.version.n > 0 ? inv.os.version : STR("none");
	if (!str_eq(packages, c->packages))
		printf("case '%.*s': packages %.*s, want %.*s\n", STR_ARG(c->name),
		       STR_ARG(packages), STR_ARG(c->packages));
	if (!str_eq(os, c->os))
		printf("case '%.*s': os %.*s, want %.*s\n", STR_ARG(c->name), STR_ARG(os),
		       STR_ARG(c->os));
	/* Nothing read is never silence. */
	if (inv.package_count == 0 && inv.kinds_read_count == 0)
		CHECK(inv.not_examined_count > 0);
	return str_eq(packages, c->packages) && str_eq(os, c->os);
}

TEST(layers_lie_on_top_of_each_other_as_a_runtime_puts_them)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char path[512], dir[] = "/tmp/seawall-test-XXXXXX";
	size_t n, wrong = 0;
	const struct image_case *cases = image_cases_read(
		casefile_data_path("overlay/images.txt", path, sizeof(path)), arena, &n);

	CHECK(n > 40);
	CHECK(mkdtemp(dir) != NULL);
	for (size_t i = 0; i < n; i++) {
		str one = str_fmt(arena, "%s/%zu", dir, i);

		wrong += !check_case(&cases[i], str_cstr(arena, one), arena);
	}
	CHECK_INT(wrong, 0);
	CHECK_INT(tree_remove(dir), 0);
}

static str layer_with(const char *path, str content, struct arena *arena)
{
	AUTO(buf_done)
	struct buf tar = { .p = NULL };
	const struct tar_put entry = { .type = '0', .path = str_c(path), .content = content };

	buf_init(&tar, 1u << 20);
	tar_put(&tar, &entry);
	tar_put_end(&tar);
	return str_dup(arena, buf_str(&tar));
}

/* A file of DIR/var/lib/rpm. */
static void write_root(const char *dir, const char *name, str content)
{
	static const char *const parts[] = { "/var", "/var/lib", "/var/lib/rpm" };
	char path[512];
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		snprintf(path, sizeof(path), "%s%s", dir, parts[i]);
		CHECK(mkdir(path, 0700) == 0 || errno == EEXIST);
	}
	snprintf(path, sizeof(path), "%s/var/lib/rpm/%s", dir, name);
	AUTO(fd_close)
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK_OK(fd_write_all(fd, content, &err));
}

/* The form of the database changed in a later layer; the old one was left. */
TEST(only_the_live_rpm_database_of_a_folder_counts)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char dir[] = "/tmp/seawall-test-XXXXXX";
	str old = header_simple("old", "1", "1", -1, 0, arena);
	str new = header_simple("new", "2", "1", -1, 0, arena);
	const str layers[] = {
		layer_with("var/lib/rpm/Packages", bdb_write(&old, 1, 4096, false, arena), arena),
		layer_with("var/lib/rpm/Packages.db", ndb_write(&new, 1, arena), arena),
	};
	struct scan_opts opts = { .timeout_s = 60 };
	struct inventory inv;
	struct err err;

	CHECK(mkdtemp(dir) != NULL);
	str image = str_fmt(arena, "%s/image", dir);
	image_write(str_cstr(arena, image), layers, 2, "application/vnd.oci.image.layer.v1.tar");
	str target = str_fmt(arena, "oci:%.*s:t", STR_ARG(image));
	CHECK_OK(scan_inventory(target, &opts, arena, &inv, &err));
	CHECK_STRV(packages_of(&inv, arena), "new=2-1@1");
	CHECK_INT(inv.not_examined_count, 1);
	CHECK_INT(inv.not_examined[0].kind, ERR_NONE);
	CHECK_STRV(inv.not_examined[0].path, "var/lib/rpm/Packages");
	CHECK_STRV(inv.not_examined[0].reason,
		   "passed over: var/lib/rpm/Packages.db beside it is the live one");
	write_root(dir, "Packages", bdb_write(&old, 1, 4096, false, arena));
	write_root(dir, "Packages.db", ndb_write(&new, 1, arena));
	CHECK_OK(scan_inventory(str_fmt(arena, "dir:%s", dir), &opts, arena, &inv, &err));
	CHECK_STRV(packages_of(&inv, arena), "new=2-1@-1");
	CHECK_INT(inv.not_examined_count, 1);
	CHECK_INT(inv.not_examined[0].kind, ERR_NONE);
	CHECK_STRV(inv.not_examined[0].path, "var/lib/rpm/Packages");
	CHECK_INT(tree_remove(dir), 0);
}

#define MANY_FILES  3000u
#define MANY_LAYERS 150u

static str many_layer(size_t from, size_t to, const char *version, struct arena *arena)
{
	AUTO(buf_done)
	struct buf tar = { .p = NULL };

	buf_init(&tar, 64u << 20);
	for (size_t i = from; i < to; i++) {
		const struct tar_put entry = {
			.type = '0',
			.path = str_fmt(arena, "var/lib/dpkg/status.d/p%zu", i),
			.content = str_fmt(arena, "Package: p%zu\nVersion: %s\n", i, version),
		};

		tar_put(&tar, &entry);
	}
	tar_put_end(&tar);
	return str_dup(arena, buf_str(&tar));
}

/* What is kept of each layer is what it changed, not all there is. */
TEST(memory_does_not_grow_with_files_times_layers)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char dir[] = "/tmp/seawall-test-XXXXXX";
	str layers[MANY_LAYERS] = { many_layer(0, MANY_FILES, "1", arena) };
	struct scan_opts opts = { .timeout_s = 60 };
	struct rusage before, after;
	struct inventory inv;
	struct err err;

	for (size_t i = 1; i < MANY_LAYERS; i++)
		layers[i] = many_layer(i, i + 1, "2", arena);
	CHECK(mkdtemp(dir) != NULL);
	str image = str_fmt(arena, "%s/image", dir);
	image_write(str_cstr(arena, image), layers, MANY_LAYERS,
		    "application/vnd.oci.image.layer.v1.tar");
	CHECK_INT(getrusage(RUSAGE_SELF, &before), 0);
	CHECK_OK(scan_inventory(str_fmt(arena, "oci:%.*s:t", STR_ARG(image)), &opts, arena, &inv,
				&err));
	CHECK_INT(getrusage(RUSAGE_SELF, &after), 0);
	CHECK_INT(inv.package_count, MANY_FILES);
	CHECK_INT(inv.packages[0].layer, 0);
	CHECK_STRV(inv.packages[1].name, "p1");
	CHECK_INT(inv.packages[1].layer, 1);
	CHECK_INT(tree_remove(dir), 0);
	if (SANITIZED)
		SKIP("a sanitizer keeps freed memory: its size says nothing");
	CHECK(after.ru_maxrss - before.ru_maxrss < 48 * 1024);
}

TEST(a_folder_for_temporary_files_that_is_not_there_fails_the_scan)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char dir[] = "/tmp/seawall-test-XXXXXX";
	const str layer = layer_with("etc/os-release", STR("ID=debian\n"), arena);
	struct scan_opts opts = { .timeout_s = 60, .image = { .tmp_dir = "/nonexistent" } };
	struct inventory inv;
	struct err err;

	CHECK(mkdtemp(dir) != NULL);
	str image = str_fmt(arena, "%s/image", dir);
	image_write(str_cstr(arena, image), &layer, 1, "application/vnd.oci.image.layer.v1.tar");
	CHECK_FAIL(scan_inventory(str_fmt(arena, "oci:%.*s:t", STR_ARG(image)), &opts, arena, &inv,
				  &err));
	CHECK(strstr(err.msg, "/nonexistent") != NULL);
	CHECK_INT(tree_remove(dir), 0);
}

static int count_entry(void *context, const struct log_entry *entry, struct err *err)
{
	(void)err;
	*(size_t *)context += str_eq(entry->path, STR("a/b"));
	return 0;
}

TEST(a_record_goes_on_elsewhere_when_its_file_is_full)
{
	const struct log_entry entry = { .type = LOG_WANTED, .path = STR("a/b") };
	AUTO(buf_done)
	struct buf log = { .p = NULL };
	struct layer_record record;
	size_t n = 0;
	struct err err;

	buf_init(&log, 4096);
	log_entry_write(&entry, &log);
	layer_record_init(&record, open("/dev/full", O_RDWR | O_CLOEXEC), 128);
	record.can_move = true;
	record.move_dir = "/tmp";
	CHECK_OK(layer_record_take(&record, RECORD_LOG, buf_str(&log), &err));
	CHECK_OK(layer_record_take(&record, RECORD_END, STR("{}"), &err));
	CHECK_OK(layer_record_finish(&record, &err));
	CHECK(!record.can_move);
	CHECK_OK(layer_record_log(&record, &n, count_entry, &err));
	CHECK_INT(n, 1);
	layer_record_done(&record);
	layer_record_init(&record, open("/dev/full", O_RDWR | O_CLOEXEC), 128);
	CHECK_OK(layer_record_take(&record, RECORD_END, STR("{}"), &err));
	CHECK_FAIL(layer_record_finish(&record, &err));
	layer_record_done(&record);
}

TEST(results_of_a_layer_are_bounded_in_memory)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	char *path = arena_bytes(arena, 4000);
	struct layer_record record;
	int failed = 0;
	struct err err;

	memset(path, 'a', 4000);
	str payload = str_fmt(arena, "{\"analyzer\":\"dpkg\",\"path\":\"%.4000s\"}", path);
	layer_record_init(&record, open("/dev/null", O_RDWR | O_CLOEXEC), 0);
	for (size_t i = 0; i < 100000 && failed == 0; i++)
		failed = layer_record_take(&record, RECORD_RESULT, payload, &err);
	CHECK_INT(failed, -1);
	CHECK_INT(err.kind, ERR_LIMIT);
	CHECK(arena_used(record.arena) < 2 * LAYER_MEMORY_MAX);
	layer_record_done(&record);
}
