/* SPDX-License-Identifier: Apache-2.0 */
/* Between packages and package URLs. */
#include "base/err.h"
#include "fmt/inventory.h"
#include "fmt/package_kind.h"
#include "fmt/purl.h"
#include "fmt/system/rpm_header.h"

/*
 * How a distribution is named: namespace, and what stands before the version in "distro". The first
 * row of a family is what is written; all are understood.
 */
static const struct distribution {
	const char *family, *namespace, *distro;
} distributions[] = {
	{ "alma", "alma", "alma" },
	{ "alma", "almalinux", "almalinux" },
	{ "alpaquita", "alpaquita", "alpaquita" },
	{ "alpine", "alpine", "alpine" },
	{ "amazon", "amazon", "amazon" },
	{ "amazon", "amzn", "amzn" },
	{ "arch", "arch", "arch" },
	{ "azurelinux", "azurelinux", "azurelinux" },
	{ "cbl-mariner", "cbl-mariner", "cbl-mariner" },
	{ "cbl-mariner", "mariner", "mariner" },
	{ "centos", "centos", "centos" },
	{ "centos-stream", "centos", "centos-stream" },
	{ "chainguard", "chainguard", "chainguard" },
	{ "debian", "debian", "debian" },
	{ "echo", "echo", "echo" },
	{ "fedora", "fedora", "fedora" },
	{ "mageia", "mageia", "mageia" },
	{ "minimos", "minimos", "minimos" },
	{ "openeuler", "openeuler", "openeuler" },
	{ "opensuse-leap", "opensuse", "opensuse-leap" },
	{ "opensuse-tumbleweed", "opensuse", "opensuse-tumbleweed" },
	{ "opensuse-leap", "opensuse", "opensuse.leap" },
	{ "opensuse-tumbleweed", "opensuse", "opensuse.tumbleweed" },
	{ "opensuse-leap", "opensuse", "opensuse" },
	{ "oracle", "oracle", "oracle" },
	{ "oracle", "ol", "ol" },
	{ "photon", "photon", "photon" },
	{ "redhat", "redhat", "redhat" },
	{ "redhat", "rhel", "rhel" },
	{ "rocky", "rocky", "rocky" },
	{ "sles", "suse", "sles" },
	{ "slem", "suse", "slem" },
	{ "slem", "suse", "sl-micro" },
	{ "slem", "suse", "sle-micro" },
	{ "ubuntu", "ubuntu", "ubuntu" },
	{ "wolfi", "wolfi", "wolfi" },
};

/* Where the name of a package of this kind is cut into namespace and name. */
static const struct cut {
	const char *kind;
	char separator;
	bool last; /* at the last one */
} cuts[] = {
	{ "bitbucket", '/', true },
	{ "brew", '/', true },
	{ "composer", '/', false },
	{ "cpan", '/', false },
	{ "git", '/', false },
	{ "github", '/', true },
	{ "githubactions", '/', false },
	{ "golang", '/', true },
	{ "hex", '/', false },
	{ "huggingface", '/', true },
	{ "luarocks", '/', true },
	{ "maven", ':', false },
	{ "npm", '/', false },
	{ "swift", '/', true },
	{ "vscode-extension", '/', false },
	{ "wordpress-plugin", '/', false },
};

static const struct cut *cut_of(str kind)
{
	for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
		if (str_eq(kind, str_c(cuts[i].kind)))
			return &cuts[i];
	}
	return NULL;
}

static const struct distribution *distribution_of(str family)
{
	for (size_t i = 0; i < ARRAY_LEN(distributions); i++) {
		if (str_eq(family, str_c(distributions[i].family)))
			return &distributions[i];
	}
	return NULL;
}

/* The digits before a colon; version is what follows. */
static str epoch_cut(str *version)
{
	ptrdiff_t colon = str_find_char(*version, ':');
	str epoch = STR_EMPTY;
	uint64_t number;

	if (colon > 0 && str_u64(str_take(*version, (size_t)colon), &number)) {
		epoch = str_take(*version, (size_t)colon);
		*version = str_skip(*version, (size_t)colon + 1);
	}
	return epoch;
}

struct writer {
	struct purl purl;
	struct purl_qualifier qualifiers[8];
};

static void put(struct writer *w, str key, str value)
{
	if (!str_empty(value))
		w->qualifiers[w->purl.qualifier_count++] =
			(struct purl_qualifier){ .key = key, .value = value };
}

static str upstream(const struct package *p, struct arena *arena)
{
	str version = package_source_version(p);

	if (str_empty(p->source_name) ||
	    (str_eq(p->source_name, p->name) && str_eq(version, p->version)))
		return STR_EMPTY;
	if (str_eq(p->kind, STR("rpm"))) {
		IGNORE(epoch_cut(&version)); /* names of source packages bear none */
		return str_fmt(arena, "%.*s-%.*s.src.rpm", STR_ARG(p->source_name),
			       STR_ARG(version));
	}
	if (str_eq(version, p->version))
		return p->source_name;
	return str_fmt(arena, "%.*s@%.*s", STR_ARG(p->source_name), STR_ARG(version));
}

static void write_distribution(struct writer *w, const struct package *p,
			       const struct os_identity *os, struct arena *arena)
{
	const struct distribution *d = os ? distribution_of(os->family) : NULL;
	str distro = STR_EMPTY;

	if (d) {
		w->purl.namespace = str_c(d->namespace);
		distro = str_empty(os->version)
				 ? str_c(d->distro)
				 : str_fmt(arena, "%s-%.*s", d->distro, STR_ARG(os->version));
	} else if (os) {
		w->purl.namespace = os->family;
		if (!str_empty(os->family) && !str_empty(os->version))
			distro = str_fmt(arena, "%.*s-%.*s", STR_ARG(os->family),
					 STR_ARG(os->version));
	}
	if (str_eq(p->kind, STR("rpm"))) {
		str epoch = epoch_cut(&w->purl.version);

		put(w, STR("epoch"), str_empty(epoch) && p->epoch_present ? STR("0") : epoch);
	}
	put(w, STR("arch"), p->arch);
	put(w, STR("distro"), distro);
	put(w, STR("modularitylabel"), p->module);
	put(w, STR("upstream"), upstream(p, arena));
}

int package_purl(const struct package *p, const struct os_identity *os, struct arena *arena,
		 str *out, struct err *err)
{
	struct writer w = { .purl = { .type = p->kind, .name = p->name, .version = p->version } };
	const struct cut *cut = cut_of(p->kind);

	if (package_kind_is_system(p->kind)) {
		write_distribution(&w, p, os, arena);
	} else if (str_eq(p->kind, STR("cocoapods"))) {
		IGNORE(str_cut(p->name, '/', &w.purl.name,
			       &w.purl.subpath)); /* a pod without parts is whole */
	} else if (cut) {
		ptrdiff_t at = cut->last ? str_rfind_char(p->name, cut->separator)
					 : str_find_char(p->name, cut->separator);

		if (at > 0) {
			w.purl.namespace = str_take(p->name, (size_t)at);
			w.purl.name = str_skip(p->name, (size_t)at + 1);
		}
	}
	w.purl.qualifiers = w.qualifiers;
	return purl_build(&w.purl, arena, out, err);
}

/* "debian-12", "3.19.1", "bookworm" -> family and version; the namespace helps. */
static void read_distro(const struct purl *purl, struct os_identity *os)
{
	str distro = purl_qualifier(purl, STR("distro"));
	const struct distribution *best = NULL;

	for (size_t i = 0; i < ARRAY_LEN(distributions); i++) {
		const struct distribution *d = &distributions[i];
		str name = str_c(d->distro);
		bool named =
			str_starts(distro, name) && (distro.n == name.n || distro.p[name.n] == '-');

		if (named && (!best || name.n > strlen(best->distro)))
			best = d;
	}
	if (best) {
		os->family = str_c(best->family);
		os->version = str_skip(distro, strlen(best->distro) + 1);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(distributions) && str_empty(os->family); i++) {
		if (str_eq(purl->namespace, str_c(distributions[i].namespace)))
			os->family = str_c(distributions[i].family);
	}
	if (str_empty(os->family))
		os->family = purl->namespace;
	if (str_empty(distro))
		return;
	distro = str_starts(distro, purl->namespace) && distro.n > purl->namespace.n &&
				 distro.p[purl->namespace.n] == '-'
			 ? str_skip(distro, purl->namespace.n + 1)
			 : distro;
	if (is_digit(*distro.p))
		os->version = distro;
	else
		os->codename = distro;
}

static void read_upstream(const struct purl *purl, struct package *p)
{
	str text = purl_qualifier(purl, STR("upstream")), version = STR_EMPTY, bare = p->version;

	if (str_empty(text))
		return;
	if (str_eq(p->kind, STR("rpm"))) {
		if (!rpm_split_source(text, &p->source_name, &version))
			return;
		IGNORE(epoch_cut(&bare)); /* a source rpm bears none */
	} else if (!str_cut(text, '@', &p->source_name, &version)) {
		p->source_name = text;
	}
	if (!str_eq(version, bare))
		p->source_version = version;
}

static void read_distribution(const struct purl *purl, struct arena *arena, struct package *p,
			      struct os_identity *os)
{
	str epoch = purl_qualifier(purl, STR("epoch")), rest = purl->version;

	p->arch = purl_qualifier(purl, STR("arch"));
	p->module = purl_qualifier(purl, STR("modularitylabel"));
	if (str_empty(p->module))
		p->module = purl_qualifier(purl, STR("rpmmod"));
	bool rpm = str_eq(p->kind, STR("rpm")), within = !str_empty(epoch_cut(&rest));
	if (!within && !str_empty(epoch) && (rpm || !str_eq(epoch, STR("0"))))
		p->version = str_fmt(arena, "%.*s:%.*s", STR_ARG(epoch), STR_ARG(purl->version));
	p->epoch_present = rpm && (within || !str_empty(epoch));
	read_upstream(purl, p);
	read_distro(purl, os);
}

void package_from_purl(const struct purl *purl, struct arena *arena, struct package *package,
		       struct os_identity *os)
{
	const struct cut *cut = cut_of(purl->type);
	struct os_identity unused, *identity = os ? os : &unused;
	struct package p = {
		.kind = purl->type,
		.name = purl->name,
		.version = purl->version,
		.layer = -1,
	};

	*identity = (struct os_identity){ 0 };
	if (package_kind_is_system(p.kind))
		read_distribution(purl, arena, &p, identity);
	else if (str_eq(p.kind, STR("cocoapods")) && !str_empty(purl->subpath))
		p.name = str_fmt(arena, "%.*s/%.*s", STR_ARG(purl->name), STR_ARG(purl->subpath));
	else if (!str_empty(purl->namespace))
		p.name = str_fmt(arena, "%.*s%c%.*s", STR_ARG(purl->namespace),
				 cut ? cut->separator : '/', STR_ARG(purl->name));
	*package = p;
}
