/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Lock files, manifests and package databases against what osv-scalibr reads out of them: the sets
 * of name and version must be equal. tests/oracle/README.md says how settings are followed.
 */
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/path.h"
#include "fmt/file_view.h"
#include "fmt/language/npm.h"
#include "fmt/language/pypi.h"
#include "fmt/purl.h"
#include "fmt/sbom/sbom.h"
#include "package_case.h"

#define GEMS   "usr/lib/ruby/gems/3.1.0/specifications"
#define DIST   "usr/lib/python3/dist-packages"
#define NODE   "srv/app/node_modules/x"
#define APP    PACKAGE_CASE_APP
#define KIND   PACKAGE_CASE_KIND
#define LOWEST PACKAGE_CASE_LOWEST

/* The tool calls packages of SPDX by the name within their package URL, else by their CPE. */
static int read_spdx(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sbom sbom;
	str text;

	if (file_view_load(file, SBOM_MAX_BYTES, arena, &text, err) < 0 ||
	    sbom_read(text, arena, &sbom, err) < 0)
		return -1;
	for (size_t i = 0; i < sbom.package_count; i++) {
		struct package package = sbom.packages[i].package;

		struct purl purl;

		if (purl_parse(sbom.packages[i].purl, arena, &purl, err) == 0) {
			package.name = purl.name;
		} else {
			package.name = sbom.packages[i].cpe;
			package.version = STR_EMPTY;
		}
		if (package.name.n > 0 && sink->add(sink, &package, err) < 0)
			return -1;
	}
	return 0;
}

static const struct package_case_kind kinds[] = {
	KIND("language/cpp/conanlock", "conan", APP, "conan.lock"),
	KIND("language/dart/pubspec", "pub", APP, "pubspec.lock"),
	KIND("language/dotnet/depsjson", "nuget", APP, "app.deps.json"),
	KIND("language/dotnet/packagesconfig", "nuget", APP, "packages.config"),
	KIND("language/dotnet/packageslockjson", "nuget", APP, "packages.lock.json"),
	KIND("language/dotnet/projectassetsjson", "nuget", APP "/obj", "project.assets.json"),
	KIND("language/elixir/mixlock", "hex", APP, "mix.lock"),
	KIND("language/erlang/mixlock", "hex", APP, "mix.lock"),
	{ .name = "language/golang/gobinary",
	  .purl = "golang",
	  .folder = "usr/bin",
	  .file = "app",
	  .any_end = true },
	KIND("language/golang/gomod", "golang", APP, "go.mod"),
	KIND("language/golang/vendormodules", "golang", APP "/vendor", "modules.txt"),
	KIND("language/haskell/cabal", "hackage", APP, "cabal.project.freeze"),
	KIND("language/haskell/stacklock", "hackage", APP, "stack.yaml.lock"),
	KIND("language/java/gradlelockfile", "maven", APP, "gradle.lockfile"),
	KIND("language/java/pomxml", "maven", APP, "pom.xml"),
	KIND("language/javascript/bunlock", "npm", APP, "bun.lock"),
	KIND("language/javascript/packagejson", "npm", NODE, "package.json"),
	KIND("language/javascript/packagelockjson", "npm", APP, "package-lock.json"),
	KIND("language/javascript/pnpmlock", "npm", APP, "pnpm-lock.yaml"),
	KIND("language/javascript/yarnlock", "npm", APP, "yarn.lock"),
	KIND("language/julia/manifesttoml", "julia", APP, "Manifest.toml"),
	KIND("language/julia/projecttoml", "julia", APP, "Project.toml"),
	KIND("language/ocaml/opam", "opam", "home/u/.opam/4.14", "installed"),
	KIND("language/php/composerlock", "composer", APP, "composer.lock"),
	KIND("language/python/condameta", NULL, "opt/conda/conda-meta", "x-1-0.json"),
	KIND("language/python/pdmlock", "pypi", APP, "pdm.lock"),
	KIND("language/python/pipfilelock", "pypi", APP, "Pipfile.lock"),
	KIND("language/python/poetrylock", "pypi", APP, "poetry.lock"),
	KIND("language/python/pylock", "pypi", APP, "pylock.toml"),
	LOWEST("language/python/pyprojecttoml", "pypi", "pyproject.toml", pypi_pyproject_lowest),
	{ .name = "language/python/requirements",
	  .purl = "pypi",
	  .folder = APP,
	  .file = "requirements.txt",
	  .read = pypi_requirements_lowest,
	  .follows = true },
	KIND("language/python/uvlock", "pypi", APP, "uv.lock"),
	KIND("language/python/wheelegg", "pypi", DIST "/x-1.dist-info", "METADATA"),
	KIND("language/r/renvlock", "cran", APP, "renv.lock"),
	KIND("language/ruby/gemfilelock", "gem", APP, "Gemfile.lock"),
	KIND("language/ruby/gemspec", "gem", GEMS, "x-1.gemspec"),
	{ .name = "language/rust/cargoauditable",
	  .purl = "cargo",
	  .folder = "usr/bin",
	  .file = "app",
	  .any_end = true },
	KIND("language/rust/cargolock", "cargo", APP, "Cargo.lock"),
	KIND("language/rust/cargotoml", "cargo", APP, "Cargo.toml"),
	KIND("language/swift/packageresolved", "swift", APP, "Package.resolved"),
	KIND("language/swift/podfilelock", "cocoapods", APP, "Podfile.lock"),
	KIND("os/apk", "apk", "lib/apk/db", "installed"),
	KIND("os/chisel", "deb", "var/lib/chisel", "manifest.wall"),
	KIND("os/dpkg", "deb", "var/lib/dpkg", "status"),
	{ .name = "os/homebrew",
	  .purl = "brew",
	  .folder = "home/linuxbrew/.linuxbrew",
	  .file = "Cellar/x/1/INSTALL_RECEIPT.json",
	  .tree = true },
	KIND("os/pacman", "alpm", "var/lib/pacman/local/x-1-1", "desc"),
	KIND("os/rpm", "rpm", "var/lib/rpm", "Packages"),
	{ .name = "sbom/cdx", .folder = APP, .file = "sbom.cdx.json", .read = sbom_packages },
	{ .name = "sbom/spdx", .folder = APP, .file = "sbom.spdx.json", .read = read_spdx },
};

/* The status file has another place, or another package manager. */
static const struct package_case_kind opkg = KIND("os/dpkg", "opkg", "usr/lib/opkg", "status");
static const struct package_case_kind distroless =
	KIND("os/dpkg", "deb", "var/lib/dpkg/status.d", "x");
/* Names what a project asks for, which a scan does not. */
static const struct package_case_kind with_deps = { .name = "language/javascript/packagejson",
						    .purl = "npm",
						    .folder = NODE,
						    .file = "package.json",
						    .read = npm_package_json_deps };
static const struct package_case_kind sqlite = KIND("os/rpm", "rpm", "var/lib/rpm", "rpmdb.sqlite");

static bool setting(const struct json *value)
{
	return json_bool(value) || str_eq(json_str(value), STR("true"));
}

static const struct package_case_kind *kind_of(const struct json *test, const struct json *other)
{
	str extractor = json_get_str(test, STR("extractor")),
	    file = json_get_str(test, STR("file"));
	const struct package_case_kind *kind =
		package_case_kind_find(kinds, ARRAY_LEN(kinds), extractor);

	if (str_eq(extractor, STR("os/dpkg"))) {
		if (setting(JSON_GET(other, "isOPKG")))
			return &opkg;
		if (str_find(file, STR("/status.d/")) >= 0)
			return &distroless;
	}
	if (str_eq(extractor, STR("language/javascript/packagejson")) &&
	    setting(JSON_GET(other, "includeDeps")))
		return &with_deps;
	if (str_eq(extractor, STR("os/rpm")) && str_ends(file, STR(".sqlite")))
		return &sqlite;
	return kind;
}

/* The tool writes rpm versions without epoch, which stands in the metadata. */
static str wanted_version(const struct json *package, struct arena *scratch)
{
	str version = json_get_str(package, STR("Version"));
	const struct json *epoch = json_path(package, "Metadata", "Epoch", NULL);
	int64_t n;

	if (!str_eq(json_get_str(package, STR("PURLType")), STR("rpm")))
		return version;
	if (json_i64(epoch, &n) && n != 0)
		return str_fmt(scratch, "%lld:%.*s", (long long)n, STR_ARG(version));
	return version;
}

static str our_version(const struct package *p)
{
	if (str_eq(p->kind, STR("golang")))
		return str_without_prefix(p->version, STR("v"));
	if (str_eq(p->kind, STR("rpm")))
		return str_without_prefix(p->version, STR("0:"));
	return p->version;
}

/*
 * What a setting leaves out of a list that has it marked, and what the tool has no kind for, where
 * one file lists packages of several registries.
 */
static bool left_out(const struct package *p, const char *purl, const struct json *other)
{
	if (purl && !str_eq(p->kind, str_c(purl)))
		return true;
	if (setting(JSON_GET(other, "excludeIndirect")))
		return p->indirect;
	return false;
}

/*
 * The setting "IncludeNotInstalled" lists what is removed, too. We have no such option: of that
 * list those stay that have files on the disk by their third word, the state.
 */
static bool is_removed(const struct json *package)
{
	str status = str_trim(json_get_str(JSON_GET(package, "Metadata"), STR("Status")));

	return str_ends(status, STR(" config-files")) || str_ends(status, STR(" not-installed"));
}

/* Of a range with several parts or a wildcard the tool tells no version; ours counts as none. */
static void forget_versions(const struct package_case_item *want, size_t want_n,
			    struct package_case_item *got, size_t got_n)
{
	for (size_t i = 0; i < want_n; i++) {
		for (size_t j = 0; str_empty(want[i].version) && j < got_n; j++) {
			const struct package *p = got[j].package;

			if (str_eq(want[i].name, got[j].name) && p->form == PACKAGE_DECLARED &&
			    str_eq(p->kind, STR("pypi")))
				got[j].version = STR_EMPTY;
		}
	}
}

static void compare(struct oracle *oracle, const struct json *test, const char *purl,
		    const struct package_list *list, struct arena *scratch)
{
	const struct json *packages = JSON_GET(test, "packages");
	struct package_case_item *want =
		ARENA_ARRAY(scratch, struct package_case_item, json_len(packages));
	struct package_case_item *got = ARENA_ARRAY(scratch, struct package_case_item, list->n);
	size_t want_n = 0, got_n = 0;

	JSON_EACH (packages, package) {
		if (is_removed(package))
			continue;
		want[want_n++] = (struct package_case_item){
			.name = json_get_str(package, STR("Name")),
			.version = wanted_version(package, scratch),
			.wanted = package,
		};
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct package *p = &list->items[i];

		if (!left_out(p, purl, JSON_GET(test, "other")))
			got[got_n++] = (struct package_case_item){ .name = p->name,
								   .version = our_version(p),
								   .package = p };
	}
	forget_versions(want, want_n, got, got_n);
	if (package_case_compare(oracle, want, want_n, got, got_n))
		oracle_pass(oracle);
}

/* The size is over the limit that the case sets: nothing is read. */
static bool too_large(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	int64_t max;
	struct stat st;

	return json_i64(json_path(test, "other", "maxFileSizeBytes", NULL), &max) && max > 0 &&
	       stat(oracle_path(oracle, scratch, json_get_str(test, STR("file"))), &st) == 0 &&
	       st.st_size > max;
}

/* npm reads an npm-shrinkwrap.json in place of this file: a scan does, too (scan/lock_rule.h). */
static bool is_stale(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	str file = json_get_str(test, STR("file"));
	str beside = path_join(scratch, path_dir(file), STR("npm-shrinkwrap.json"));
	struct stat st;

	return str_eq(path_base(file), STR("package-lock.json")) &&
	       stat(oracle_path(oracle, scratch, beside), &st) == 0;
}

/* The number N of a line "go 1.N", 99 without one. */
static unsigned go_version(str text)
{
	str line;
	uint64_t n;

	while (str_line(&text, &line)) {
		if (str_starts(line, STR("go 1.")) && str_u64(str_trim(str_skip(line, 5)), &n))
			return (unsigned)n;
	}
	return 99;
}

/*
 * What the tool read lies in part in a file beside this one, which the set does not have: the
 * version of a gemspec, or go.sum of a module before Go 1.17, which does not list what is indirect.
 */
static bool lacks_file(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	str extractor = json_get_str(test, STR("extractor"));
	struct buf text;
	struct err err;
	bool lacks = false;

	buf_init(&text, 1u << 20);
	if (buf_read_file(&text, oracle_path(oracle, scratch, json_get_str(test, STR("file"))),
			  &err) >= 0) {
		if (str_eq(extractor, STR("language/ruby/gemspec")))
			lacks = str_find(buf_str(&text), STR("\nrequire_relative ")) >= 0;
		else if (str_eq(extractor, STR("language/golang/gomod")))
			lacks = go_version(buf_str(&text)) < 17;
	}
	buf_done(&text);
	return lacks && !json_bool(JSON_GET(test, "expect_error")) &&
	       !setting(json_path(test, "other", "excludeIndirect", NULL));
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	const struct json *other = JSON_GET(test, "other");
	const struct package_case_kind *kind = kind_of(test, other);
	bool want_error = json_bool(JSON_GET(test, "expect_error"));
	struct package_list list;
	struct err err = { .kind = ERR_NONE };

	str extractor = json_get_str(test, STR("extractor"));
	if (!kind && str_eq(json_get_str(test, STR("scope")), STR("later"))) {
		oracle_left_out(oracle, "%.*s", STR_ARG(extractor));
		return;
	}
	if (!kind) {
		oracle_fail(oracle, "want a known kind, got '%.*s'", STR_ARG(extractor));
		return;
	}
	if (too_large(oracle, test, scratch)) {
		oracle_check_bool(oracle, json_len(JSON_GET(test, "packages")) == 0, true);
		return;
	}
	if (lacks_file(oracle, test, scratch)) {
		oracle_skip(oracle, "part of what it wants stands in a file beside it that the set "
				    "does not have");
		return;
	}
	int result = package_case_read(oracle, kind, json_get_str(test, STR("file")), &list,
				       scratch, &err);

	if (result == -2)
		return;
	if (result == 0 && is_stale(oracle, test, scratch))
		list.n = 0;
	if (kind->any_end && (result < 0 || list.n == 0))
		oracle_check_bool(oracle, json_len(JSON_GET(test, "packages")) == 0, true);
	else if (want_error && result < 0)
		oracle_pass(oracle);
	else if (want_error || result < 0)
		oracle_fail(oracle, "want %s, got %s", want_error ? "an error" : "packages",
			    result < 0 ? err.msg : "packages");
	else
		compare(oracle, test, kind->purl, &list, scratch);
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle_each(&oracle, "cases.jsonl", judge);
	return oracle_finish(&oracle);
}
