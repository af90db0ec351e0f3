/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/requirement_rule.h"

#include "fmt/language/pypi.h"
#include "test.h"

struct text {
	const char *path, *text;
};

/* What the readers say of the files: those that have a name of their own, and the others. */
static void read_into(struct assemble *a, const struct text *files, size_t n)
{
	struct package_list list;
	struct err err;

	package_list_init(&list, a->arena);
	for (size_t i = 0; i < n; i++) {
		struct file_view view = file_view_text(str_c(files[i].path), str_c(files[i].text));

		if (pypi_is_requirements(view.path))
			CHECK_OK(pypi_requirements(&view, &list.sink, &err));
		else
			CHECK_OK(pypi_requirements_named(&view, &list.sink, &err));
	}
	a->packages = list.items;
	a->package_n = list.n;
}

/* "name version path:line" of what counts, then the gaps. */
static str told(struct arena *arena, const struct text *files, size_t n, bool system)
{
	struct assemble a;
	str out = STR_EMPTY;

	assemble_init(&a, arena);
	read_into(&a, files, n);
	requirement_rule_apply(&a, system);
	for (size_t i = 0; i < a.package_n; i++)
		out = str_fmt(arena, "%.*s%.*s %.*s %.*s:%u\n", STR_ARG(out),
			      STR_ARG(a.packages[i].name), STR_ARG(a.packages[i].version),
			      STR_ARG(a.packages[i].path), a.packages[i].line);
	for (size_t i = 0; i < a.missed_n; i++)
		out = str_fmt(arena, "%.*s%s %.*s %llu %.*s\n", STR_ARG(out),
			      err_kind_name(a.missed[i].kind), STR_ARG(a.missed[i].path),
			      (unsigned long long)a.missed[i].count, STR_ARG(a.missed[i].reason));
	return out;
}

#define TOLD(want, ...)                                                               \
	do {                                                                          \
		AUTO(arena_free)                                                      \
		struct arena *arena = arena_new();                                    \
		const struct text files[] = { __VA_ARGS__ };                          \
		CHECK_STR_EQ(told(arena, files, ARRAY_LEN(files), false), STR(want)); \
	} while (0)

TEST(requirements_are_followed_from_file_to_file)
{
	TOLD("a 1 p/requirements.txt:2\nb 2 p/deps.txt:1\nc 3 p/sub/more.in:1\n",
	     { "p/requirements.txt", "-r deps.txt\na==1\n" },
	     { "p/deps.txt", "b==2\n--requirement=sub/more.in\n" }, { "p/sub/more.in", "c==3\n" });
}

TEST(requirements_that_go_round_in_circles_end)
{
	TOLD("a 1 p/requirements.txt:2\nb 2 p/x.txt:3\n",
	     { "p/requirements.txt", "-r x.txt\na==1\n" },
	     { "p/x.txt", "-r requirements.txt\n-r x.txt\nb==2\n" });
}

TEST(files_that_nobody_names_do_not_count)
{
	TOLD("a 1 p/requirements.txt:1\n", { "p/requirements.txt", "a==1\n" },
	     { "p/notes.txt", "b==2\n-r more.txt\nc\n" }, { "q/x.txt", "d==1\n" });
}

TEST(constraints_pin_what_is_asked_for)
{
	TOLD("Open-A 1.5 p/limits.txt:1\n"
	     "input p/requirements.txt 1 requirement that is not pinned to one version: other\n"
	     "none p/limits.txt 1 passed over: constraints on packages that no file asks for\n",
	     { "p/requirements.txt", "-c limits.txt\nopen_a>=1\nother\n" },
	     { "p/limits.txt", "Open-A==1.5\nunasked==9\n" });
}

TEST(constraints_hold_for_files_that_are_named_beside_them)
{
	TOLD("a 1 p/limits.txt:2\nb 2 p/deeper.txt:1\n",
	     { "p/requirements.txt", "-r deps.txt\n-c limits.txt\n" }, { "p/deps.txt", "a\nb\n" },
	     { "p/limits.txt", "-r deeper.txt\na==1\n" }, { "p/deeper.txt", "b==2\n" });
	/* A file of another project is none of these. */
	TOLD("input p/requirements.txt 1 requirement that is not pinned to one version: a\n"
	     "none q/limits.txt 1 passed over: constraints on packages that no file asks for\n",
	     { "p/requirements.txt", "a\n" }, { "q/requirements.txt", "-c limits.txt\n" },
	     { "q/limits.txt", "a==1\n" });
}

TEST(a_file_that_is_named_and_not_there_is_a_gap)
{
	TOLD("input p/requirements.txt 1 a file of requirements that it names is not there, or "
	     "none: p/gone.txt\n"
	     "input p/x.txt 1 line that is no requirement: line 1\n",
	     { "p/requirements.txt", "-r gone.txt\n-r x.txt\n" }, { "p/x.txt", "(\n" });
}

TEST(in_a_system_with_installed_packages_requirements_have_no_gaps)
{
	static const struct text files[] = { { "p/requirements.txt", "-r gone.txt\na\n" } };
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package installed = { .kind = STR("pypi"), .name = STR("z"), .version = STR("1") };
	struct assemble a;

	assemble_init(&a, arena);
	read_into(&a, files, 1);
	struct package *all = ARENA_ARRAY(arena, struct package, a.package_n + 1);
	memcpy(all, a.packages, a.package_n * sizeof(*all));
	all[a.package_n++] = installed;
	a.packages = all;
	requirement_rule_apply(&a, true);
	CHECK_INT(a.package_n, 1);
	CHECK_STRV(a.packages[0].name, "z");
	CHECK_INT(a.missed_n, 0);
}
