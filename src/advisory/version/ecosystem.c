/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/version/version.h"

/* Which order an OSV ecosystem has. Schemes that are not built answer NULL in the look-up. */
static const struct {
	const char *ecosystem; /* what stands before the first colon */
	const char *scheme;    /* NULL: the real ecosystem follows the colon ("Root:Debian:12") */
} ecosystems[] = {
	{ "AlmaLinux", "rpm" },
	{ "Alpaquita", "apk" },
	{ "Alpine", "apk" },
	{ "Amazon Linux", "rpm" },
	{ "Arch", "pacman" },
	{ "Arch Linux", "pacman" },
	{ "Azure Linux", "rpm" },
	{ "BellSoft Hardened Containers", "apk" },
	{ "Bioconductor", "cran" },
	{ "Bitnami", "bitnami" },
	{ "CBL-Mariner", "rpm" },
	{ "CentOS", "rpm" },
	{ "Chainguard", "apk" },
	{ "CleanStart", "apk" },
	{ "CocoaPods", "rubygems" },
	{ "ConanCenter", "semver" },
	{ "CPAN", "generic" },
	{ "CRAN", "cran" },
	{ "crates.io", "semver" },
	{ "Debian", "deb" },
	{ "Echo", "deb" },
	{ "Fedora", "rpm" },
	{ "GHC", "hackage" },
	{ "GitHub Actions", "semver" },
	{ "Go", "golang" },
	{ "Hackage", "hackage" },
	{ "Hex", "semver" },
	{ "Julia", "semver" },
	{ "Kubernetes", "semver" },
	{ "Mageia", "rpm" },
	{ "Manjaro", "pacman" },
	{ "Maven", "maven" },
	{ "MinimOS", "apk" },
	{ "npm", "semver-npm" },
	{ "NuGet", "nuget" },
	{ "NVD", "fuzzy" },
	{ "opam", "deb" },
	{ "openEuler", "rpm" },
	{ "openSUSE", "rpm" },
	{ "Oracle Linux", "rpm" },
	{ "Packagist", "packagist" },
	{ "Photon OS", "rpm" },
	{ "Pub", "pub" },
	{ "PyPI", "pep440" },
	{ "Red Hat", "rpm" },
	{ "Rocky Linux", "rpm" },
	{ "Root", NULL },
	{ "RubyGems", "rubygems" },
	{ "SUSE", "rpm" },
	{ "SwiftURL", "semver" },
	{ "TuxCare", NULL },
	{ "Ubuntu", "deb" },
	{ "VSCode", "semver" },
	{ "Wolfi", "apk" },
};

const struct version_scheme *version_scheme_for_ecosystem(str ecosystem)
{
	str rest = ecosystem, family;

	while (str_split(&rest, ':', &family)) {
		size_t i = 0;

		while (i < ARRAY_LEN(ecosystems) &&
		       !str_ieq(family, str_c(ecosystems[i].ecosystem)))
			i++;
		if (i == ARRAY_LEN(ecosystems))
			return NULL;
		if (ecosystems[i].scheme)
			return version_scheme_find(str_c(ecosystems[i].scheme));
	}
	return NULL;
}
