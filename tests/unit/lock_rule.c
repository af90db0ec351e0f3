/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/lock_rule.h"

#include "test.h"

static void add(struct assemble *a, const char *kind, const char *name, const char *version,
		const char *path, enum package_form form)
{
	a->packages = arena_grow(a->arena, a->packages, a->package_n, &a->package_cap,
				 sizeof(*a->packages));
	a->packages[a->package_n++] = (struct package){ .kind = str_c(kind),
							.name = str_c(name),
							.version = str_c(version),
							.path = str_c(path),
							.form = form,
							.layer = -1 };
}

static void project(struct assemble *a)
{
	add(a, "npm", "a", "1", "app/package-lock.json", PACKAGE_LOCKED);
	add(a, "npm", "b", "1", "app/package-lock.json", PACKAGE_LOCKED);
	add(a, "npm", "a", "1", "app/node_modules/a/package.json", PACKAGE_INSTALLED);
	add(a, "npm", "b", "2", "app/node_modules/b/package.json", PACKAGE_INSTALLED);
	add(a, "npm", "c", "1", "other/yarn.lock", PACKAGE_LOCKED);
}

TEST(lock_files_are_passed_over_where_packages_are_installed)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct assemble a;

	assemble_init(&a, arena);
	project(&a);
	lock_rule_apply(&a, true);
	CHECK_INT(a.package_n, 3);
	CHECK_STRV(a.packages[0].path, "app/node_modules/a/package.json");
	CHECK_STRV(a.packages[1].path, "app/node_modules/b/package.json");
	CHECK_STRV(a.packages[2].path, "other/yarn.lock");
	CHECK_INT(a.missed_n, 1);
	CHECK_INT(a.missed[0].kind, ERR_NONE);
	CHECK_STRV(a.missed[0].path, "app/package-lock.json");
}

TEST(the_description_of_the_project_itself_covers_nothing)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct assemble a;

	assemble_init(&a, arena);
	add(&a, "npm", "a", "1", "opt/app/yarn.lock", PACKAGE_LOCKED);
	add(&a, "npm", "app", "1", "opt/app/package.json", PACKAGE_INSTALLED);
	lock_rule_apply(&a, true);
	CHECK_INT(a.package_n, 2);
	CHECK_INT(a.missed_n, 0);
}

TEST(what_a_lock_file_of_a_project_names_is_not_told_twice)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct assemble a;

	assemble_init(&a, arena);
	project(&a);
	lock_rule_apply(&a, false);
	CHECK_INT(a.package_n, 4);
	CHECK_STRV(a.packages[0].path, "app/package-lock.json");
	CHECK_STRV(a.packages[2].version, "2"); /* installed, and not as the lock file says */
	CHECK_INT(a.missed_n, 0);
}

TEST(kinds_that_install_elsewhere_are_covered_from_anywhere)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct assemble a;

	assemble_init(&a, arena);
	add(&a, "pypi", "x", "1", "app/poetry.lock", PACKAGE_LOCKED);
	add(&a, "pypi", "y", "1", "venv/lib/y.dist-info/METADATA", PACKAGE_INSTALLED);
	add(&a, "composer", "z/z", "1", "app/composer.lock", PACKAGE_LOCKED);
	lock_rule_apply(&a, true);
	CHECK_INT(a.package_n, 2);
	CHECK_STRV(a.packages[0].name, "y");
	CHECK_STRV(a.packages[1].name, "z/z");
}

TEST(npm_reads_a_shrinkwrap_in_place_of_a_lock_file)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct assemble a;

	assemble_init(&a, arena);
	add(&a, "npm", "a", "1", "package-lock.json", PACKAGE_LOCKED);
	add(&a, "npm", "a", "2", "npm-shrinkwrap.json", PACKAGE_LOCKED);
	lock_rule_apply(&a, false);
	CHECK_INT(a.package_n, 1);
	CHECK_STRV(a.packages[0].version, "2");
	CHECK_INT(a.missed_n, 1);
}

static void project_with_ranges(struct assemble *a)
{
	add(a, "pypi", "x", "1", "app/uv.lock", PACKAGE_LOCKED);
	assemble_missed(a, ERR_INPUT, "package record", STR("app/pyproject.toml"),
			STR("requirement that is not pinned to one version: x"), 2);
	assemble_missed(a, ERR_INPUT, "package record", STR("lone/requirements.txt"),
			STR("requirement that is not pinned to one version: y"), 1);
}

TEST(ranges_of_a_manifest_are_no_gap_beside_its_lock_file)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct assemble a;

	assemble_init(&a, arena);
	project_with_ranges(&a);
	lock_rule_apply(&a, false);
	CHECK_INT(a.package_n, 1);
	CHECK_INT(a.missed_n, 2);
	CHECK_INT(a.missed[0].kind, ERR_NONE);
	CHECK_STRV(a.missed[0].reason, "passed over: app/uv.lock beside it is the live one");
	CHECK_INT(a.missed[1].kind, ERR_INPUT);
}

TEST(ranges_of_a_manifest_are_no_gap_where_packages_are_installed)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct assemble a;

	assemble_init(&a, arena);
	project_with_ranges(&a);
	add(&a, "pypi", "y", "1", "venv/lib/y.dist-info/METADATA", PACKAGE_INSTALLED);
	lock_rule_apply(&a, true);
	CHECK_INT(a.package_n, 1);
	CHECK_INT(a.missed_n, 3); /* the three files, each passed over on purpose */
	for (size_t i = 0; i < a.missed_n; i++)
		CHECK_INT(a.missed[i].kind, ERR_NONE);
}

TEST(what_a_manifest_asks_for_is_what_its_lock_file_says)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct assemble a;

	assemble_init(&a, arena);
	add(&a, "cargo", "time", "0.1", "ws/member/Cargo.toml", PACKAGE_DECLARED);
	add(&a, "cargo", "time", "0.3.9", "ws/Cargo.lock", PACKAGE_LOCKED);
	add(&a, "cargo", "new", "2.0", "ws/Cargo.toml", PACKAGE_DECLARED);
	add(&a, "cargo", "time", "0.1", "other/Cargo.toml", PACKAGE_DECLARED);
	add(&a, "pypi", "x", "1", "app/requirements.txt", PACKAGE_DECLARED);
	add(&a, "pypi", "x", "2", "app/uv.lock", PACKAGE_LOCKED);
	lock_rule_apply(&a, false);
	CHECK_INT(a.package_n, 5);
	CHECK_STRV(a.packages[0].version, "0.3.9");
	CHECK_STRV(a.packages[1].name, "new"); /* not locked yet */
	CHECK_STRV(a.packages[2].path, "other/Cargo.toml");
	CHECK_STRV(a.packages[3].path, "app/requirements.txt");
	CHECK_STRV(a.packages[4].path, "app/uv.lock");
}
