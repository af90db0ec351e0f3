/* SPDX-License-Identifier: Apache-2.0 */
/* What each type of package URL folds, requires and prohibits: facts of the type definitions. */
#include "base/err.h"
#include "fmt/purl.h"

#define LOWER	     (PURL_NAMESPACE_LOWER | PURL_NAME_LOWER)
#define NAMED	     PURL_NAMESPACE
#define FLAT	     PURL_NO_NAMESPACE
#define DISTRIBUTION (PURL_NAMESPACE_LOWER | PURL_KEYS_EXACT)
#define OS_KEYS	     "arch distro epoch upstream"

/* 32 letters from a to p: a hash written in base 16. */
static bool extension_id(str name)
{
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] < 'a' || name.p[i] > 'p')
			return false;
	}
	return name.n == 32;
}

/* One to four numbers. */
static bool extension_version(str version)
{
	str rest = version, number;
	unsigned numbers = 0;

	while (str_split(&rest, '.', &number)) {
		for (size_t i = 0; i < number.n; i++) {
			if (!is_digit(number.p[i]))
				return false;
		}
		if (number.n == 0 || ++numbers > 4)
			return false;
	}
	return true;
}

static const struct purl_type types[] = {
	{ "alpm", NAMED | DISTRIBUTION | PURL_NAME_LOWER, .keys = OS_KEYS },
	{ "apk", NAMED | DISTRIBUTION | PURL_NAME_LOWER, .keys = OS_KEYS },
	{ "bazel", FLAT | PURL_VERSION },
	{ "bitbucket", NAMED | LOWER },
	{ "bitnami", FLAT | PURL_NAME_LOWER },
	{ "brew", LOWER },
	{ "cargo", FLAT },
	{ "chrome-extension", FLAT | PURL_NAME_LOWER, .name_valid = extension_id,
	  .version_valid = extension_version },
	{ "cocoapods", FLAT },
	{ "composer", NAMED | LOWER },
	{ "conda", FLAT },
	{ "cpan", .name_without = "::" },
	{ "cran", FLAT },
	{ "deb", NAMED | DISTRIBUTION | PURL_NAME_LOWER, .keys = OS_KEYS },
	{ "gem", FLAT },
	{ "git", NAMED | PURL_NAME_PATH },
	{ "github", NAMED | LOWER },
	{ "golang", NAMED | LOWER },
	{ "hackage", FLAT | PURL_NAME_DASHED },
	{ "hex", LOWER },
	{ "huggingface", PURL_VERSION_LOWER },
	{ "julia", FLAT, .required_key = "uuid" },
	{ "luarocks", LOWER },
	{ "maven", NAMED },
	{ "mlflow", FLAT | PURL_NAME_BY_HOST },
	{ "npm", LOWER },
	{ "nuget", FLAT },
	{ "oci", FLAT | PURL_NAME_LOWER | PURL_VERSION_LOWER },
	{ "opam", FLAT },
	{ "otp", FLAT | PURL_NAME_LOWER },
	{ "pub", FLAT | PURL_NAME_LOWER },
	{ "pypi", FLAT | PURL_NAME_LOWER | PURL_NAME_DASHED },
	{ "qpkg", NAMED | PURL_NAMESPACE_LOWER },
	{ "rpm", DISTRIBUTION, .keys = OS_KEYS },
	{ "swid", .required_key = "tag_id" },
	{ "swift", NAMED },
	{ "vcpkg", FLAT },
	{ "vscode-extension", NAMED | LOWER | PURL_VERSION_LOWER },
	{ "yocto", PURL_NAMESPACE_LOWER },
};

const struct purl_type *purl_type_of(str type)
{
	static const struct purl_type none = { .name = "" };

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (str_eq(type, str_c(types[i].name)))
			return &types[i];
	}
	return &none;
}

int purl_check(const struct purl *purl, struct err *err)
{
	const struct purl_type *type = purl_type_of(purl->type);

	if (str_empty(purl->name))
		return err_set(err, ERR_INPUT, "package URL without a name");
	if ((type->rules & PURL_NAMESPACE) && str_empty(purl->namespace))
		return err_set(err, ERR_INPUT, "package URL of type %s without a namespace",
			       type->name);
	if ((type->rules & PURL_NO_NAMESPACE) && !str_empty(purl->namespace))
		return err_set(err, ERR_INPUT, "package URL of type %s with a namespace",
			       type->name);
	if ((type->rules & PURL_VERSION) && str_empty(purl->version))
		return err_set(err, ERR_INPUT, "package URL of type %s without a version",
			       type->name);
	if (type->required_key && str_empty(purl_qualifier(purl, str_c(type->required_key))))
		return err_set(err, ERR_INPUT, "package URL of type %s without %s", type->name,
			       type->required_key);
	if ((type->name_valid && !type->name_valid(purl->name)) ||
	    (type->name_without && str_find(purl->name, str_c(type->name_without)) >= 0))
		return err_set(err, ERR_INPUT, "'%.*s' is no name of type %s", STR_ARG(purl->name),
			       type->name);
	if (type->version_valid && !str_empty(purl->version) && !type->version_valid(purl->version))
		return err_set(err, ERR_INPUT, "'%.*s' is no version of type %s",
			       STR_ARG(purl->version), type->name);
	return 0;
}
