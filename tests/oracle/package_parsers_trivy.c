/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Lock files and manifests against what Trivy reads out of them: the sets of name and version, and
 * of edges, must be equal. tests/oracle/README.md says what is a matter of taste and how it is
 * judged.
 */
#include "base/err.h"
#include "base/map.h"
#include "fmt/file_view.h"
#include "fmt/language/golang.h"
#include "fmt/language/pypi.h"
#include "package_case.h"

#define APP    PACKAGE_CASE_APP
#define KIND   PACKAGE_CASE_KIND
#define LOWEST PACKAGE_CASE_LOWEST

static const struct package_case_kind kinds[] = {
	KIND("c/conan", "conan", APP, "conan.lock"),
	LOWEST("conda/environment", NULL, "environment.yml", conda_environment_lowest),
	KIND("conda/meta", NULL, "opt/conda/conda-meta", "x-1-0.json"),
	KIND("dart/pub", "pub", APP, "pubspec.lock"),
	KIND("dotnet/core_deps", "nuget", APP, "app.deps.json"),
	{ .name = "golang/binary",
	  .purl = "golang",
	  .folder = "usr/bin",
	  .file = "app",
	  .any_end = true },
	KIND("golang/mod", "golang", APP, "go.mod"),
	{ .name = "golang/sum",
	  .purl = "golang",
	  .folder = APP,
	  .file = "go.sum",
	  .read = go_sum_parse }, /* in a scan it only completes an old go.mod */
	KIND("gradle/lockfile", "maven", APP, "gradle.lockfile"),
	KIND("hex/mix", "hex", APP, "mix.lock"),
	KIND("julia/manifest", "julia", APP, "Manifest.toml"),
	KIND("nodejs/bun", "npm", APP, "bun.lock"),
	KIND("nodejs/npm", "npm", APP, "package-lock.json"),
	KIND("nodejs/packagejson", "npm", "srv/app/node_modules/x", "package.json"),
	KIND("nodejs/pnpm", "npm", APP, "pnpm-lock.yaml"),
	KIND("nodejs/yarn", "npm", APP, "yarn.lock"),
	KIND("nuget/config", "nuget", APP, "packages.config"),
	KIND("nuget/lock", "nuget", APP, "packages.lock.json"),
	KIND("nuget/packagesprops", "nuget", APP, "Directory.Packages.props"),
	KIND("php/composer", "composer", APP, "composer.lock"),
	KIND("python/packaging", "pypi", "usr/lib/python3/dist-packages/x-1.dist-info", "METADATA"),
	LOWEST("python/pip", "pypi", "requirements.txt", pypi_requirements_lowest),
	KIND("python/pipenv", "pypi", APP, "Pipfile.lock"),
	KIND("python/poetry", "pypi", APP, "poetry.lock"),
	KIND("python/pylock", "pypi", APP, "pylock.toml"),
	LOWEST("python/pyproject", "pypi", "pyproject.toml", pypi_pyproject_lowest),
	KIND("python/uv", "pypi", APP, "uv.lock"),
	KIND("ruby/bundler", "gem", APP, "Gemfile.lock"),
	KIND("ruby/gemspec", "gem", "usr/lib/ruby/gems/3.1.0/specifications", "x-1.gemspec"),
	KIND("rust/binary", "cargo", "usr/bin", "app"),
	KIND("rust/cargo", "cargo", APP, "Cargo.lock"),
	KIND("sbt/lockfile", "maven", APP, "build.sbt.lock"),
	KIND("swift/cocoapods", "cocoapods", APP, "Podfile.lock"),
	KIND("swift/swift", "swift", APP, "Package.resolved"),
};

/* Versions as both sides have them: Go's standard library has its "v" in one of them. */
static str plain_version(str kind, str version)
{
	if (str_eq(kind, STR("golang")))
		return str_without_prefix(version, STR("v"));
	return version;
}

struct sides {
	struct arena *scratch;
	str purl;
	struct package_case_item *want, *got;
	size_t want_n, got_n;
	struct map wanted; /* "name@version" of what is wanted */
	struct map ours;   /* the same of what we have */
	struct map by_id;  /* ID -> str *, that text */
	str nothing;	   /* empty: what a package without a version means */
};

static str *label(struct sides *s, str name, str version)
{
	str *text = ARENA_NEW(s->scratch, str);

	version = plain_version(s->purl, version);
	*text = str_empty(version)
			? name
			: str_fmt(s->scratch, "%.*s@%.*s", STR_ARG(name), STR_ARG(version));
	return text;
}

static void gather(struct sides *s, const struct json *packages, const struct package_list *list)
{
	s->want = ARENA_ARRAY(s->scratch, struct package_case_item, json_len(packages));
	s->got = ARENA_ARRAY(s->scratch, struct package_case_item, list->n);
	map_init(&s->wanted, s->scratch);
	map_init(&s->ours, s->scratch);
	map_init(&s->by_id, s->scratch);
	JSON_EACH (packages, package) {
		str name = json_get_str(package, STR("Name"));
		str version = json_get_str(package, STR("Version"));
		str *text = label(s, name, version), id = json_get_str(package, STR("ID"));

		if (str_eq(version, STR("unknown")))
			text = &s->nothing;
		map_put(&s->wanted, *text, text);
		if (!str_empty(id))
			map_put(&s->by_id, id, text);
	}
	for (size_t i = 0; i < list->n; i++) {
		str *text = label(s, list->items[i].name, list->items[i].version);

		map_put(&s->ours, *text, text);
	}
}

/* The project itself and its parts: some readers list them, some do not. */
static bool is_own(const struct json *package)
{
	str relation = json_get_str(package, STR("Relationship"));

	return str_eq(relation, STR("RelationshipRoot")) ||
	       str_eq(relation, STR("RelationshipWorkspace"));
}

/*
 * Listed by us as what it is, and left out by that tool: development, the language that a go.mod
 * asks for at least, a folder in place of a module, what an old one marks indirect; what does
 * not come from a registry.
 */
static bool may_lack(const struct package *p)
{
	if (str_eq(p->kind, STR("hex")) && str_empty(p->version))
		return true; /* from git */
	return p->dev || !str_empty(p->origin) ||
	       (str_eq(p->kind, STR("pypi")) && str_empty(p->version)) ||
	       (str_eq(p->kind, STR("golang")) &&
		(p->form == PACKAGE_DECLARED || p->indirect || str_empty(p->version)));
}

static void choose(struct sides *s, const struct json *packages, const struct package_list *list)
{
	JSON_EACH (packages, package) {
		str name = json_get_str(package, STR("Name"));
		str version = json_get_str(package, STR("Version"));

		if (str_eq(version, STR("unknown")))
			continue;
		if (is_own(package) && !map_has(&s->ours, *label(s, name, version)))
			continue;
		s->want[s->want_n++] = (struct package_case_item){
			.name = name, .version = plain_version(s->purl, version), .wanted = package
		};
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct package *p = &list->items[i];

		if (may_lack(p) && !map_has(&s->wanted, *label(s, p->name, p->version)))
			continue;
		s->got[s->got_n++] = (struct package_case_item){
			.name = p->name, .version = plain_version(s->purl, p->version), .package = p
		};
	}
}

static str edge(struct sides *s, str from, str to)
{
	return str_fmt(s->scratch, "%.*s -> %.*s", STR_ARG(from), STR_ARG(to));
}

/* What an ID of the case means; one of no package stands for itself. */
static str meaning(const struct sides *s, str id)
{
	const str *text = map_get(&s->by_id, id);

	return text ? *text : id;
}

/* Edges of both sides, each once; those of a package that the other side does not list do not
 * count. */
static void gather_edges(struct sides *s, const struct json *dependencies, struct map *want,
			 struct map *got)
{
	JSON_EACH (dependencies, dependency) {
		str from = meaning(s, json_get_str(dependency, STR("ID")));

		JSON_EACH (JSON_GET(dependency, "DependsOn"), on) {
			if (map_has(&s->ours, from) && meaning(s, json_str(on)).n > 0)
				map_put(want, edge(s, from, meaning(s, json_str(on))), s);
		}
	}
	for (size_t i = 0; i < s->got_n; i++) {
		const struct package *p = s->got[i].package;
		str from = *label(s, p->name, p->version);

		for (size_t j = 0; j < p->depend_count; j++) {
			str to = p->depends[j];
			ptrdiff_t at = str_rfind_char(to, '@');

			if (at > 0)
				to = *label(s, str_take(to, (size_t)at),
					    str_skip(to, (size_t)at + 1));
			map_put(got, edge(s, from, to), s);
		}
	}
}

static size_t edges_lacking(const struct map *a, const struct map *b, str *first)
{
	size_t n = 0;

	MAP_EACH (a, entry) {
		if (!map_has(b, entry->key) && n++ == 0)
			*first = entry->key;
	}
	return n;
}

static bool edges_equal(struct oracle *oracle, struct sides *s, const struct json *dependencies)
{
	struct map want, got;
	str missing = STR("nothing"), extra = STR("nothing");

	map_init(&want, s->scratch);
	map_init(&got, s->scratch);
	gather_edges(s, dependencies, &want, &got);
	size_t missing_n = edges_lacking(&want, &got, &missing);
	size_t extra_n = edges_lacking(&got, &want, &extra);

	if (missing_n + extra_n == 0)
		return true;
	oracle_fail(oracle, "want also %zu edges as '%.*s', got also %zu as '%.*s'", missing_n,
		    STR_ARG(missing), extra_n, STR_ARG(extra));
	return false;
}

static void compare(struct oracle *oracle, const struct json *test, str purl,
		    const struct package_list *list, struct arena *scratch)
{
	struct sides s = { .scratch = scratch, .purl = purl };
	const struct json *packages = JSON_GET(test, "packages");
	const struct json *dependencies = JSON_GET(test, "dependencies");

	gather(&s, packages, list);
	choose(&s, packages, list);
	if (!package_case_compare(oracle, s.want, s.want_n, s.got, s.got_n))
		return;
	if (dependencies && !edges_equal(oracle, &s, dependencies))
		return;
	oracle_pass(oracle);
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	str parser = json_get_str(test, STR("parser"));
	const struct package_case_kind *kind =
		package_case_kind_find(kinds, ARRAY_LEN(kinds), parser);
	bool want_error = json_bool(JSON_GET(test, "expect_error"));
	bool want_packages = json_len(JSON_GET(test, "packages")) > 0;
	struct package_list list;
	struct err err = { .kind = ERR_NONE };

	if (!kind) {
		oracle_fail(oracle, "want a known kind, got '%.*s'", STR_ARG(parser));
		return;
	}
	int result = package_case_read(oracle, kind, json_get_str(test, STR("file")), &list,
				       scratch, &err);

	if (result == -2)
		return;
	if (kind->any_end && (result < 0 || list.n == 0))
		oracle_check_bool(oracle, want_packages, false);
	else if (want_error && !want_packages)
		oracle_check_str(oracle, result < 0 ? STR("refused") : STR("packages"),
				 STR("refused"));
	else if (result < 0)
		oracle_fail(oracle, "want packages, got %s", err.msg);
	else
		compare(oracle, test, str_c(kind->purl), &list, scratch);
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle_each(&oracle, "cases.jsonl", judge);
	return oracle_finish(&oracle);
}
