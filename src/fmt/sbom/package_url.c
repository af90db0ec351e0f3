/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/internal.h"

#include "fmt/purl.h"

bool sbom_package_from_purl(str text, struct arena *arena, struct package *package,
			    struct os_identity *os)
{
	struct package told;
	struct purl purl;
	struct err unused;

	if (purl_parse(text, arena, &purl, &unused) < 0)
		return false;
	package_from_purl(&purl, arena, &told, os);
	told.layer = package->layer;
	told.licence = package->licence;
	*package = told;
	return true;
}

str sbom_purl_of_package(const struct package *package, const struct os_identity *os,
			 struct arena *arena)
{
	struct err unused;
	struct purl again;
	str out;

	/* A package that has none (or one that no reader takes, for odd names) is still listed:
	 * everything about it goes into notes. */
	if (package_purl(package, os, arena, &out, &unused) < 0 ||
	    purl_parse(out, arena, &again, &unused) < 0)
		return STR_EMPTY;
	return out;
}

str sbom_purl_of_image(const struct inventory *inventory, struct arena *arena)
{
	struct purl_qualifier qualifiers[3];
	struct purl purl = { .type = STR("oci"),
			     .name = inventory->repository,
			     .version = inventory->digest,
			     .qualifiers = qualifiers };
	ptrdiff_t slash = str_rfind_char(purl.name, '/');
	struct err unused;
	str out;

	if (inventory->purl.n > 0)
		return inventory->purl;
	if (str_empty(purl.name) || str_empty(purl.version))
		return STR_EMPTY;
	purl.name = str_lower(arena, str_skip(purl.name, (size_t)(slash + 1)));
	if (str_starts(inventory->platform, STR("linux/")))
		qualifiers[purl.qualifier_count++] =
			(struct purl_qualifier){ .key = STR("arch"),
						 .value = str_skip(inventory->platform, 6) };
	if (inventory->registry.n > 0)
		qualifiers[purl.qualifier_count++] =
			(struct purl_qualifier){ .key = STR("repository_url"),
						 .value = str_fmt(arena, "%.*s/%.*s",
								  STR_ARG(inventory->registry),
								  STR_ARG(inventory->repository)) };
	if (inventory->tag.n > 0)
		qualifiers[purl.qualifier_count++] =
			(struct purl_qualifier){ .key = STR("tag"), .value = inventory->tag };
	return purl_build(&purl, arena, &out, &unused) < 0 ? STR_EMPTY : out;
}

/* Names that Trivy and Syft give to kinds of packages. */
static const char *const kinds[][2] = {
	{ "alpine", "apk" },	   { "apk", "apk" },	       { "debian", "deb" },
	{ "ubuntu", "deb" },	   { "deb", "deb" },	       { "rpm", "rpm" },
	{ "redhat", "rpm" },	   { "centos", "rpm" },	       { "alma", "rpm" },
	{ "rocky", "rpm" },	   { "fedora", "rpm" },	       { "oracle", "rpm" },
	{ "amazon", "rpm" },	   { "photon", "rpm" },	       { "azurelinux", "rpm" },
	{ "cbl-mariner", "rpm" },  { "suse", "rpm" },	       { "wolfi", "apk" },
	{ "chainguard", "apk" },   { "alpm", "alpm" },	       { "arch", "alpm" },
	{ "npm", "npm" },	   { "node-pkg", "npm" },      { "yarn", "npm" },
	{ "pnpm", "npm" },	   { "bun", "npm" },	       { "python", "pypi" },
	{ "pip", "pypi" },	   { "python-pkg", "pypi" },   { "poetry", "pypi" },
	{ "pipenv", "pypi" },	   { "uv", "pypi" },	       { "gem", "gem" },
	{ "gemspec", "gem" },	   { "bundler", "gem" },       { "go-module", "golang" },
	{ "gomod", "golang" },	   { "gobinary", "golang" },   { "java-archive", "maven" },
	{ "jar", "maven" },	   { "pom", "maven" },	       { "gradle", "maven" },
	{ "sbt", "maven" },	   { "rust-crate", "cargo" },  { "cargo", "cargo" },
	{ "rustbinary", "cargo" }, { "composer", "composer" }, { "php-composer", "composer" },
	{ "dotnet", "nuget" },	   { "nuget", "nuget" },       { "dotnet-core", "nuget" },
	{ "dart-pub", "pub" },	   { "pub", "pub" },	       { "hex", "hex" },
	{ "swift", "swift" },	   { "pod", "cocoapods" },     { "cocoapods", "cocoapods" },
	{ "conan", "conan" },	   { "conda-pkg", "conda" },   { "conda", "conda" },
	{ "julia", "julia" },	   { "R-package", "cran" },    { "hackage", "hackage" },
	{ "bitnami", "bitnami" },
};

str sbom_kind_of_type(str type)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (str_ieq(type, str_c(kinds[i][0])))
			return str_c(kinds[i][1]);
	}
	return STR_EMPTY;
}
