/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/trait.h"

#include "base/err.h"
#include "scan/record.h"
#include "test.h"

struct sent {
	struct arena *arena;
	struct trait items[64];
	size_t n;
};

static int take(void *context, char type, str payload, struct err *err)
{
	struct sent *sent = context;

	CHECK_INT(type, RECORD_TRAIT);
	CHECK(sent->n < ARRAY_LEN(sent->items));
	return trait_read(payload, sent->arena, &sent->items[sent->n++], err);
}

struct entry {
	const char *path;
	enum tar_type type;
	uint32_t mode;
	uint64_t size;
	bool capable;
};

/* What a layer of these entries tells; "kind path detail" of each. */
static str traits_of(struct arena *arena, const struct entry *entries, size_t n)
{
	struct sent sent = { .arena = arena };
	const struct worker_reader reader = { .context = &sent, .record = take };
	struct worker_job job = { .arena = arena, .reader = &reader };
	struct traits traits;
	str all = STR_EMPTY;
	struct err err;

	CHECK_OK(json_parse(STR("{\"documents\": true}"), NULL, arena, &job.header, &err));
	traits_init(&traits, &job);
	for (size_t i = 0; i < n; i++) {
		const struct tar_entry e = { .type = entries[i].type,
					     .mode = entries[i].mode,
					     .size = entries[i].size,
					     .capable = entries[i].capable };

		traits_entry(&traits, str_c(entries[i].path), &e);
	}
	CHECK_OK(traits_finish(&traits, &err));
	for (size_t i = 0; i < sent.n; i++)
		all = str_fmt(arena, "%.*s%s %.*s %.*s%llu\n", STR_ARG(all),
			      trait_kind_name(sent.items[i].kind), STR_ARG(sent.items[i].path),
			      STR_ARG(sent.items[i].detail),
			      (unsigned long long)sent.items[i].bytes);
	return all;
}

TEST(traits_of_modes_names_and_capabilities)
{
	static const struct entry entries[] = {
		{ "usr/bin/su", TAR_FILE, 04755, 10, false },
		{ "usr/bin/ping", TAR_FILE, 0755, 10, true },
		{ "usr/bin/wall", TAR_FILE, 02755, 10, false },
		{ "home/x/locked", TAR_FILE, 02644, 10, false }, /* nobody may execute it */
		{ "usr/lib/x", TAR_SYMLINK, 0777, 0, false },
		{ "dev/tty", TAR_FILE, 0666, 0, false },
		{ "tmp", TAR_DIR, 01777, 0, false },
		{ "srv", TAR_DIR, 0777, 0, false },
		{ "etc/app.conf", TAR_FILE, 0666, 5, false },
		{ "usr/sbin/sshd", TAR_FILE, 0755, 5, false },
		{ "opt/sshd", TAR_FILE, 0755, 5, false },
		{ "app/.git/HEAD", TAR_FILE, 0644, 5, false },
		{ "app/x.git/HEAD", TAR_FILE, 0644, 5, false },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(traits_of(arena, entries, ARRAY_LEN(entries)), "privileged usr/bin/su 0\n"
								  "privileged usr/bin/ping 0\n"
								  "privileged usr/bin/wall 0\n"
								  "writable srv 0\n"
								  "writable etc/app.conf 0\n"
								  "program usr/sbin/sshd sshd0\n"
								  "repository app/.git/HEAD 0\n");
}

TEST(traits_of_caches_are_summed_by_entry_of_the_folder)
{
	static const struct entry entries[] = {
		{ "var/lib/apt/lists/a_Packages", TAR_FILE, 0644, 100, false },
		{ "var/lib/apt/lists/lock", TAR_FILE, 0644, 0, false },
		{ "root/.cache/pip/http/1/2", TAR_FILE, 0644, 7, false },
		{ "root/.cache/pip/http/3", TAR_FILE, 0644, 8, false },
		{ "home/u/.npm/_cacache/x/y", TAR_FILE, 0644, 9, false },
		{ "var/lib/apt/listsx/a", TAR_FILE, 0644, 9, false },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(traits_of(arena, entries, ARRAY_LEN(entries)),
		   "cache var/lib/apt/lists/a_Packages apt100\n"
		   "cache root/.cache/pip/http pip15\n"
		   "cache home/u/.npm/_cacache/x npm9\n");
}

TEST(a_later_entry_of_the_same_name_replaces_a_trait)
{
	static const struct entry entries[] = {
		{ "bin/x", TAR_FILE, 04755, 1, false },
		{ "bin/x", TAR_FILE, 0755, 1, false },
		{ "srv", TAR_DIR, 0755, 0, false },
		{ "srv", TAR_DIR, 0777, 0, false },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();

	CHECK_STRV(traits_of(arena, entries, ARRAY_LEN(entries)), "writable srv 0\n");
}

TEST(a_trait_of_a_worker_is_refused_when_it_is_malformed)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{\"kind\": \"cache\"}",
		"{\"kind\": \"x\", \"path\": \"a\", \"mode\": 0, \"uid\": 0, \"gid\": 0, \"files\": 0, \"bytes\": 0}",
		"{\"kind\": \"cache\", \"path\": \"../a\", \"mode\": 0, \"uid\": 0, \"gid\": 0, \"files\": 0, \"bytes\": 0}",
		"{\"kind\": \"cache\", \"path\": \"a\", \"mode\": 65536, \"uid\": 0, \"gid\": 0, \"files\": 0, \"bytes\": 0}",
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct trait trait;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_FAIL(trait_read(str_c(bad[i]), arena, &trait, &err));
}
