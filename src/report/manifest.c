/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "base/path.h"
#include "fmt/package_kind.h"
#include "report/trivy_form.h"

/* How others name what a kind of package was read from; the first row that fits counts. */
static const struct row {
	const char *kind;
	const char *file; /* end of its path; NULL: any */
	const char *type;
	const char *target; /* of all together; NULL: the file is the target */
} rows[] = {
	{ "npm", "package-lock.json", "npm", NULL },
	{ "npm", "npm-shrinkwrap.json", "npm", NULL },
	{ "npm", "yarn.lock", "yarn", NULL },
	{ "npm", "pnpm-lock.yaml", "pnpm", NULL },
	{ "npm", "bun.lock", "bun", NULL },
	{ "npm", NULL, "node-pkg", "Node.js" },
	{ "pypi", "requirements.txt", "pip", NULL },
	{ "pypi", "Pipfile.lock", "pipenv", NULL },
	{ "pypi", "poetry.lock", "poetry", NULL },
	{ "pypi", "uv.lock", "uv", NULL },
	{ "pypi", "pylock.toml", "pylock", NULL },
	{ "pypi", NULL, "python-pkg", "Python" },
	{ "conda", NULL, "conda-pkg", "Conda" },
	{ "golang", "go.mod", "gomod", NULL },
	{ "golang", "go.sum", "gomod", NULL },
	{ "golang", NULL, "gobinary", NULL },
	{ "maven", "pom.xml", "pom", NULL },
	{ "maven", ".lockfile", "gradle", NULL },
	{ "maven", "sbt.lock", "sbt", NULL },
	{ "maven", NULL, "jar", "Java" },
	{ "gem", "Gemfile.lock", "bundler", NULL },
	{ "gem", NULL, "gemspec", "Ruby" },
	{ "cargo", "Cargo.lock", "cargo", NULL },
	{ "cargo", NULL, "rustbinary", NULL },
	{ "composer", "installed.json", "composer-vendor", NULL },
	{ "composer", NULL, "composer", NULL },
	{ "nuget", ".deps.json", "dotnet-core", NULL },
	{ "nuget", "Packages.props", "packages-props", NULL },
	{ "nuget", NULL, "nuget", NULL },
	{ "pub", NULL, "pub", NULL },
	{ "hex", NULL, "hex", NULL },
	{ "swift", NULL, "swift", NULL },
	{ "cocoapods", NULL, "cocoapods", NULL },
	{ "conan", NULL, "conan", NULL },
	{ "julia", NULL, "julia", NULL },
	{ "bitnami", NULL, "bitnami", NULL },
};

static struct report_manifest describe(const struct report *report, const struct package *package)
{
	const struct inventory *inventory = report->inventory;
	struct report_manifest m = { .class = "lang-pkgs", .type = package->kind };
	size_t i = 0;

	if (package_kind_is_system(package->kind)) {
		m.class = "os-pkgs";
		m.type = inventory->os.family;
		m.target = inventory->target;
		if (m.type.n > 0)
			m.target = str_fmt(report->arena, "%.*s (%.*s %.*s)",
					   STR_ARG(inventory->target), STR_ARG(m.type),
					   STR_ARG(inventory->os.version));
		return m;
	}
	while (i < ARRAY_LEN(rows) &&
	       !(str_eq(package->kind, str_c(rows[i].kind)) &&
		 (!rows[i].file || str_ends(package->path, str_c(rows[i].file)))))
		i++;
	m.target = package->path.n ? package->path : inventory->target;
	if (i == ARRAY_LEN(rows))
		return m;
	m.type = str_c(rows[i].type);
	if (rows[i].target)
		m.target = str_c(rows[i].target);
	return m;
}

size_t report_manifests(const struct report *report, struct report_manifest **out)
{
	const struct inventory *inventory = report->inventory;
	struct report_manifest *list = NULL;
	size_t n = 0, cap = 0;
	struct map by_key;

	map_init(&by_key, report->arena);
	for (size_t i = 0; i < inventory->package_count; i++) {
		struct report_manifest m = describe(report, &inventory->packages[i]);
		str key = str_fmt(report->arena, "%s\n%.*s\n%.*s", m.class, STR_ARG(m.type),
				  STR_ARG(m.target));
		void **slot = map_slot(&by_key, key);

		if (!*slot) {
			list = arena_grow(report->arena, list, n, &cap, sizeof(*list));
			list[n++] = m;
			*slot = (void *)(uintptr_t)n;
		}
		struct report_manifest *at = &list[(uintptr_t)*slot - 1];
		at->packages = arena_grow(report->arena, at->packages, at->count, &at->cap,
					  sizeof(*at->packages));
		at->packages[at->count++] = i;
	}
	*out = list;
	return n;
}
