/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/language.h"

#include "advisory/db_internal.h"
#include "advisory/version/version.h"

/* One row a package kind; ecosystem NULL: nobody publishes advisories in a form we read. */
static const struct row {
	const char *kind, *ecosystem;
	const char *upgrade; /* %n name, %f fixed version */
	const char *builtin; /* the package that comes with the language itself */
	const char *builtin_upgrade;
} rows[] = {
	{ "bitnami", "Bitnami" },
	{ "brew" },
	{ "cargo", "crates.io", "cargo update -p %n --precise %f" },
	{ "cocoapods", "CocoaPods", "pod update %n" },
	{ "composer", "Packagist", "composer require %n:%f --with-all-dependencies" },
	{ "conan", "ConanCenter" },
	{ "conda" },
	{ "cpan", "CPAN", "cpanm %n@%f" },
	{ "cran", "CRAN", "Rscript -e 'remotes::install_version(\"%n\", \"%f\")'" },
	{ "gem", "RubyGems", "gem install %n -v %f" },
	{ "generic", "NVD" },
	{ "git" },
	{ "github", "GitHub Actions" },
	{ "githubactions", "GitHub Actions" },
	{ "golang", "Go", "go get %n@v%f", "stdlib", "go get go@%f toolchain@go%f" },
	{ "hackage", "Hackage", "cabal install %n-%f" },
	{ "hex", "Hex", "mix deps.update %n" },
	{ "huggingface" },
	{ "k8s", "Kubernetes" },
	{ "julia", "Julia", "julia -e 'using Pkg; Pkg.add(name=\"%n\", version=\"%f\")'" },
	{ "luarocks" },
	{ "maven", "Maven",
	  "mvn versions:use-dep-version -Dincludes=%n -DdepVersion=%f -DforceVersion=true" },
	{ "nix" },
	{ "npm", "npm", "npm install %n@%f" },
	{ "nuget", "NuGet", "dotnet add package %n --version %f" },
	{ "opam", "opam", "opam install %n.%f" },
	{ "otp" },
	{ "pub", "Pub", "dart pub add %n:%f" },
	{ "pypi", "PyPI", "pip install %n==%f" },
	{ "swift", "SwiftURL", "swift package update" },
	{ "vscode-extension", "VSCode", "code --install-extension %n@%f" },
	{ "wordpress-plugin" },
};

static const struct {
	const char *ecosystem;
	enum name_fold fold;
} folds[] = {
	{ "Bitnami", NAME_LOWER }, { "GitHub Actions", NAME_LOWER }, { "Go", NAME_LOWER },
	{ "NuGet", NAME_LOWER },   { "Packagist", NAME_LOWER },	     { "PyPI", NAME_PYPI },
	{ "Pub", NAME_LOWER },	   { "SwiftURL", NAME_REPOSITORY },  { "VSCode", NAME_LOWER },
};

enum name_fold language_name_fold(str ecosystem)
{
	str family = ecosystem, rest;

	IGNORE(str_cut(ecosystem, ':', &family, &rest)); /* without, all of it is the family */
	for (size_t i = 0; i < ARRAY_LEN(folds); i++) {
		if (str_eq(family, str_c(folds[i].ecosystem)))
			return folds[i].fold;
	}
	return NAME_AS_IS;
}

size_t language_name(enum name_fold fold, str name, char *out)
{
	size_t n = 0;

	if (fold == NAME_REPOSITORY) {
		name = str_without_prefix(name, STR("https://"));
		name = str_without_suffix(name, STR(".git"));
	}
	for (size_t i = 0; i < name.n; i++) {
		char c = fold == NAME_AS_IS ? name.p[i] : to_lower(name.p[i]);

		if (fold == NAME_PYPI && (c == '_' || c == '.' || c == '-')) {
			c = '-';
			if (n > 0 && out[n - 1] == '-')
				continue;
		}
		out[n++] = c;
	}
	return n;
}

static const struct row *find_row(str kind)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_eq(kind, str_c(rows[i].kind)))
			return &rows[i];
	}
	return NULL;
}

bool language_find(const struct advisory_db *db, str kind, struct arena *arena, struct system *out)
{
	const struct row *row = find_row(kind);

	if (!row)
		return false;
	*out = (struct system){
		.names = SYSTEM_BINARY,
		.upgrade = row->upgrade,
		.builtin = row->builtin,
		.builtin_upgrade = row->builtin_upgrade,
	};
	for (size_t i = 0; row->ecosystem && i < db->ecosystem_count; i++) {
		const struct db_ecosystem *eco = &db->ecosystems[i];
		str family = eco->name, rest;

		IGNORE(str_cut(eco->name, ':', &family, &rest)); /* sub-registries belong to it */
		if (str_ieq(family, str_c(row->ecosystem)) &&
		    out->ecosystem_count < SYSTEM_MAX_ECOSYSTEMS)
			out->ecosystems[out->ecosystem_count++] = (struct system_ecosystem){
				.ecosystem = eco, .scheme = version_scheme_for_ecosystem(eco->name)
			};
	}
	out->products = str_eq(kind, STR("generic"));
	if (out->products && out->ecosystem_count > 0)
		out->remark = STR("programs known as a product are compared by name and version; "
				  "findings are potential");
	if (!row->ecosystem)
		out->missing = str_fmt(arena, "no advisories are known for packages of kind %s",
				       row->kind);
	else if (out->ecosystem_count == 0)
		out->missing = str_fmt(arena, "the advisory database holds no data for %s",
				       row->ecosystem);
	return true;
}
