/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/system.h"

#include "advisory/db_internal.h"
#include "advisory/language.h"
#include "advisory/publisher.h"
#include "advisory/version/version.h"
#include "base/path.h"

/*
 * One row a system and package kind. Ecosystem patterns: %v whole version, %1 its first number, %2
 * the first two ("22.04"), %s a service pack ("15 SP5"); '*' stands for anything. All of `own` that
 * the database has are used, with `extended` when extended support is on. `compatible` is taken
 * only where none of the others is there: rebuilds of the same sources with the same version
 * numbers. Upgrade templates: %n binary package, %f fixed version.
 */
struct row {
	const char *family, *kind;
	const char *own[3], *extended[2], *compatible[3];
	enum system_names names;
	const char *upgrade;
};

/* Archives of Debian keep the newest version only: one that names an older fix would fail. */
#define APT    "apt-get install --only-upgrade %n"
#define APK    "apk add --upgrade '%n>=%f'"
#define DNF    "dnf upgrade %n-%f"
#define YUM    "yum update %n-%f"
#define TDNF   "tdnf update %n-%f"
#define ZYPPER "zypper install '%n>=%f'"
#define PACMAN "pacman -Syu %n"
#define RHEL                                                             \
	"Red Hat:enterprise_linux:%1::*", "Red Hat:enterprise_linux:%1", \
		"Red Hat:enterprise_linux:%2::*"

static const struct row rows[] = {
	{ "debian", "deb", { "Debian:%1", "Debian:%2" }, .upgrade = APT },
	{ "ubuntu",
	  "deb",
	  { "Ubuntu:%2:LTS", "Ubuntu:%2" },
	  { "Ubuntu:Pro:%2:LTS", "Ubuntu:Pro:%2" },
	  .upgrade = APT },
	{ "echo", "deb", { "Echo" }, .upgrade = APT },
	{ "alpine", "apk", { "Alpine:v%2" }, .upgrade = APK },
	{ "wolfi", "apk", { "Wolfi" }, .names = SYSTEM_BOTH, .upgrade = APK },
	{ "chainguard", "apk", { "Chainguard", "Wolfi" }, .names = SYSTEM_BOTH, .upgrade = APK },
	{ "minimos", "apk", { "MinimOS" }, .names = SYSTEM_BOTH, .upgrade = APK },
	{ "cleanstart", "apk", { "CleanStart" }, .names = SYSTEM_BOTH, .upgrade = APK },
	{ "alpaquita", "apk", { "Alpaquita:%1", "Alpaquita:%v" }, .upgrade = APK },
	{ "bellsoft-hardened-containers",
	  "apk",
	  { "BellSoft Hardened Containers:%1", "BellSoft Hardened Containers:%v" },
	  .upgrade = APK },
	{ "redhat",
	  "rpm",
	  { RHEL },
	  .compatible = { "AlmaLinux:%1", "Rocky Linux:%1" },
	  .names = SYSTEM_BINARY,
	  .upgrade = DNF },
	{ "alma", "rpm", { "AlmaLinux:%1" }, .names = SYSTEM_BINARY, .upgrade = DNF },
	{ "rocky",
	  "rpm",
	  { "Rocky Linux:%1" },
	  .compatible = { "AlmaLinux:%1" },
	  .names = SYSTEM_BOTH,
	  .upgrade = DNF },
	{ "centos",
	  "rpm",
	  { "CentOS:%1" },
	  .compatible = { "Red Hat:enterprise_linux:%1::*", "AlmaLinux:%1", "Rocky Linux:%1" },
	  .names = SYSTEM_BINARY,
	  .upgrade = YUM },
	{ "oracle",
	  "rpm",
	  { "Oracle Linux:%1" },
	  .compatible = { "Red Hat:enterprise_linux:%1::*", "AlmaLinux:%1", "Rocky Linux:%1" },
	  .names = SYSTEM_BINARY,
	  .upgrade = DNF },
	{ "fedora", "rpm", { "Fedora:%1" }, .names = SYSTEM_BINARY, .upgrade = DNF },
	{ "amazon", "rpm", { "Amazon Linux:%v" }, .names = SYSTEM_BINARY, .upgrade = DNF },
	{ "azurelinux", "rpm", { "Azure Linux:%1" }, .names = SYSTEM_BOTH, .upgrade = TDNF },
	{ "cbl-mariner",
	  "rpm",
	  { "CBL-Mariner:%2", "CBL-Mariner:%1", "Azure Linux:%1" },
	  .names = SYSTEM_BOTH,
	  .upgrade = TDNF },
	{ "photon", "rpm", { "Photon OS:%2" }, .names = SYSTEM_BOTH, .upgrade = TDNF },
	{ "openeuler",
	  "rpm",
	  { "openEuler:%v", "openEuler:%v-*" },
	  .names = SYSTEM_BOTH,
	  .upgrade = DNF },
	{ "mageia", "rpm", { "Mageia:%1" }, .names = SYSTEM_BOTH, .upgrade = DNF },
	{ "sles",
	  "rpm",
	  { "SUSE:Linux Enterprise Server %s*", "SUSE:Linux Enterprise Module for * %s" },
	  .names = SYSTEM_BOTH,
	  .upgrade = ZYPPER },
	{ "slem",
	  "rpm",
	  { "SUSE:Linux Enterprise Micro %2" },
	  .names = SYSTEM_BOTH,
	  .upgrade = ZYPPER },
	{ "opensuse-leap", "rpm", { "openSUSE:Leap %2" }, .names = SYSTEM_BOTH, .upgrade = ZYPPER },
	{ "opensuse-tumbleweed",
	  "rpm",
	  { "openSUSE:Tumbleweed" },
	  .names = SYSTEM_BOTH,
	  .upgrade = ZYPPER },
	{ "arch", "alpm", { "Arch Linux", "Arch" }, .names = SYSTEM_BOTH, .upgrade = PACMAN },
};

/* The first `count` numbers of a dotted version; a version that is no number is itself. */
static str numbers(str version, unsigned count)
{
	if (version.n && !is_digit(version.p[0]))
		return version;
	for (size_t i = 0; i < version.n; i++) {
		if (version.p[i] == '.' && --count == 0)
			return str_take(version, i);
		if (!is_digit(version.p[i]) && version.p[i] != '.')
			return str_take(version, i);
	}
	return version;
}

/* "15.5" is "15 SP5", "15" and "15.0" are "15". */
static str service_pack(str version, struct arena *arena)
{
	str major = numbers(version, 1), both = numbers(version, 2);
	str minor = str_skip(both, major.n + 1);

	if (str_empty(minor) || str_eq(minor, STR("0")))
		return major;
	return str_fmt(arena, "%.*s SP%.*s", STR_ARG(major), STR_ARG(minor));
}

static str expand(const char *pattern, str version, struct arena *arena)
{
	str out = STR_EMPTY;

	for (const char *p = pattern; *p; p++) {
		str piece = str_of(p, 1);

		if (*p == '%') {
			p++;
			piece = *p == '1'   ? numbers(version, 1)
				: *p == '2' ? numbers(version, 2)
				: *p == 's' ? service_pack(version, arena)
					    : version;
		}
		out = str_cat(arena, out, piece);
	}
	return out;
}

static void add_ecosystem(const struct db_ecosystem *eco, struct system *out)
{
	for (size_t i = 0; i < out->ecosystem_count; i++) {
		if (out->ecosystems[i].ecosystem == eco)
			return;
	}
	if (out->ecosystem_count < SYSTEM_MAX_ECOSYSTEMS)
		out->ecosystems[out->ecosystem_count++] = (struct system_ecosystem){
			.ecosystem = eco, .scheme = version_scheme_for_ecosystem(eco->name)
		};
}

static void add_matching(const struct advisory_db *db, str pattern, struct system *out)
{
	const struct db_ecosystem *eco;

	if (str_find_char(pattern, '*') < 0) {
		eco = db_ecosystem_find(db, pattern);
		if (eco)
			add_ecosystem(eco, out);
		return;
	}
	for (size_t i = 0; i < db->ecosystem_count; i++) {
		if (path_glob(pattern, db->ecosystems[i].name))
			add_ecosystem(&db->ecosystems[i], out);
	}
}

static void add_patterns(const struct advisory_db *db, const char *const *patterns, size_t n,
			 str version, struct arena *arena, struct system *out)
{
	for (size_t i = 0; i < n && patterns[i]; i++)
		add_matching(db, expand(patterns[i], version, arena), out);
}

/*
 * What the patterns see as the version. Debian's testing and unstable have no number ("trixie/sid",
 * "sid"), Alpine's edge has that of the release to come ("3.21_alpha20240807").
 */
static str canonical_version(const struct advisory_db *db, const struct os_identity *os,
			     str *remark)
{
	str version = os->version, name = os->version, rest, release;

	if (str_eq(os->family, STR("alpine")) &&
	    (str_find(version, STR("_alpha")) >= 0 || str_find(version, STR("_git")) >= 0 ||
	     str_eq(os->codename, STR("edge"))))
		return STR("edge");
	if (!str_eq(os->family, STR("debian")) || (version.n && is_digit(version.p[0])))
		return version;
	if (str_empty(name))
		name = os->codename;
	(void)str_cut(name, '/', &name, &rest);
	release = publisher_debian_release(name);
	if (str_empty(release))
		return version;
	if (str_find_char(os->version, '/') >= 0) {
		*remark = STR("a testing or unstable system, compared with the release it becomes");
		if (!db_ecosystem_find(db, str_cat(db->arena, STR("Debian:"), release)))
			release = STR("unstable");
	}
	return release;
}

static const struct row *find_row(str family, str kind)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_eq(family, str_c(rows[i].family)) && str_eq(kind, str_c(rows[i].kind)))
			return &rows[i];
	}
	return NULL;
}

static str system_label(const struct os_identity *os, struct arena *arena)
{
	str version = str_empty(os->version) ? os->codename : os->version;

	if (!str_empty(os->pretty))
		return os->pretty;
	return str_empty(version)
		       ? os->family
		       : str_fmt(arena, "%.*s %.*s", STR_ARG(os->family), STR_ARG(version));
}

static void remarks(const struct row *row, str version_remark, struct arena *arena,
		    struct system *out)
{
	uint64_t open = 0;

	for (size_t i = 0; i < out->ecosystem_count; i++)
		open += out->ecosystems[i].ecosystem->open;
	out->remark = version_remark;
	if (out->compatible)
		out->remark = str_fmt(
			arena,
			"the database holds no data of %s itself: compared with %.*s, which is "
			"built from the same sources; findings are potential",
			row->family, STR_ARG(out->ecosystems[0].ecosystem->name));
	if (out->ecosystem_count && open == 0)
		out->remark = str_fmt(arena, "%.*s%sflaws without a fix are not known here",
				      STR_ARG(out->remark), str_empty(out->remark) ? "" : "; ");
}

void system_find(const struct advisory_db *db, const struct os_identity *os, str kind,
		 struct arena *arena, struct system *out)
{
	const struct row *row = find_row(os->family, kind);
	str remark = STR_EMPTY, version;

	*out = (struct system){ 0 };
	if (language_find(db, kind, arena, out))
		return;
	if (str_empty(os->family)) {
		out->missing = STR("the operating system could not be identified");
		return;
	}
	if (!row) {
		out->missing = str_fmt(arena, "no advisories are known for %.*s packages of %.*s",
				       STR_ARG(kind), STR_ARG(system_label(os, arena)));
		return;
	}
	version = canonical_version(db, os, &remark);
	out->names = row->names;
	out->upgrade = row->upgrade;
	if (str_eq(version, STR("edge"))) {
		add_matching(db, STR("Alpine:edge"), out);
	} else {
		add_patterns(db, row->own, ARRAY_LEN(row->own), version, arena, out);
		if (os->extended_support)
			add_patterns(db, row->extended, ARRAY_LEN(row->extended), version, arena,
				     out);
	}
	for (size_t i = 0; out->ecosystem_count == 0 && i < ARRAY_LEN(row->compatible); i++) {
		add_patterns(db, row->compatible + i, 1, version, arena, out);
		out->compatible = out->ecosystem_count > 0;
	}
	if (out->ecosystem_count == 0)
		out->missing = str_fmt(arena, "the advisory database holds no data for %.*s",
				       STR_ARG(system_label(os, arena)));
	remarks(row, remark, arena, out);
}

/* One word to every shell, inside single quotes and outside. */
static bool is_plain_word(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && !memchr("+-._~:^@%/", s.p[i], 10))
			return false;
	}
	return s.n > 0 && s.p[0] != '-';
}

/*
 * What is only there because another package needs it is not moved by asking for it as well: npm
 * puts the one beside the other. The project's manifest has to hold it (`key`), and the manager to
 * look at that (`settle`).
 */
static const struct lock_manager {
	const char *file, *direct, *key, *settle;
} lock_managers[] = {
	{ "bun.lock", "bun add", "overrides", "bun install" },
	{ "npm-shrinkwrap.json", "npm install", "overrides", "npm install" },
	{ "package-lock.json", "npm install", "overrides", "npm install" },
	{ "pnpm-lock.yaml", "pnpm add", "pnpm.overrides", "pnpm install" },
	{ "yarn.lock", "yarn add", "resolutions", "yarn install" },
};

static str lock_upgrade(const struct package *package, str fixed, struct arena *arena)
{
	str file = path_base(package->path), name = package->name;
	bool dotted = str_find_char(name, '.') >= 0;

	if (package->form != PACKAGE_LOCKED || !str_eq(package->kind, STR("npm")))
		return STR_EMPTY;
	for (size_t i = 0; i < ARRAY_LEN(lock_managers); i++) {
		const struct lock_manager *m = &lock_managers[i];

		if (!str_eq(file, str_c(m->file)))
			continue;
		if (!package->indirect)
			return str_fmt(arena, "%s %.*s@%.*s", m->direct, STR_ARG(name),
				       STR_ARG(fixed));
		return str_fmt(arena,
			       dotted ? "npm pkg set '%s[%.*s]=%.*s' && %s"
				      : "npm pkg set %s.%.*s=%.*s && %s",
			       m->key, STR_ARG(name), STR_ARG(fixed), m->settle);
	}
	return STR_EMPTY;
}

str system_upgrade(const struct system *system, const struct package *package, str fixed,
		   struct arena *arena)
{
	str out;
	const char *stop, *upgrade = system->upgrade;

	if (system->builtin && str_eq(package->name, str_c(system->builtin)))
		upgrade = system->builtin_upgrade;
	if (!upgrade || !is_plain_word(package->name) || !is_plain_word(fixed))
		return STR_EMPTY;
	out = lock_upgrade(package, fixed, arena);
	if (out.n > 0)
		return out;
	/* The fixed version is the source's. A binary that counts on its own has another. */
	stop = system->names == SYSTEM_BINARY ||
			       str_eq(package->version, package_source_version(package))
		       ? ""
		       : "=-";
	for (const char *p = upgrade; *p; p++) {
		str piece = str_of(p, 1);

		if (*stop && (*p == '=' || *p == '-') && p[1] == '%' && p[2] == 'f')
			break;
		if (*p == '%')
			piece = *++p == 'n' ? package->name : fixed;
		out = str_cat(arena, out, piece);
	}
	return out;
}

static const struct {
	const char *kind, *prefix;
	bool exact, headers;
} kernels[] = {
	{ "alpm", "linux-api-headers", true, true }, { "alpm", "linux", true, false },
	{ "alpm", "linux-lts", true, false },	     { "alpm", "linux-hardened", true, false },
	{ "apk", "linux-headers", true, true },	     { "apk", "linux-lts", true, false },
	{ "apk", "linux-virt", true, false },	     { "apk", "linux-edge", true, false },
	{ "deb", "linux-libc-dev", false, true },    { "deb", "linux-headers-", false, true },
	{ "deb", "linux-kbuild-", false, true },     { "deb", "linux-image-", false, false },
	{ "deb", "linux-modules-", false, false },   { "rpm", "kernel-headers", true, true },
	{ "rpm", "kernel-devel", false, true },	     { "rpm", "kernel", true, false },
	{ "rpm", "kernel-core", true, false },	     { "rpm", "kernel-modules", false, false },
	{ "rpm", "kernel-default", false, false },
};

bool system_is_kernel(const struct package *package, bool *headers)
{
	for (size_t i = 0; i < ARRAY_LEN(kernels); i++) {
		str prefix = str_c(kernels[i].prefix);

		if (!str_eq(package->kind, str_c(kernels[i].kind)))
			continue;
		if (kernels[i].exact ? str_eq(package->name, prefix)
				     : str_starts(package->name, prefix)) {
			*headers = kernels[i].headers;
			return true;
		}
	}
	return false;
}
