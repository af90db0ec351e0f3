/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/system/os_release.h"

#include "base/json.h"
#include "base/path.h"

#define OS_VALUE_MAX 256u /* of a name or version; longer ones are cut */

/* ID of os-release (lower case) -> family. */
static const struct {
	const char *id, *family;
} ids[] = {
	{ "activestate", "activestate" },
	{ "almalinux", "alma" },
	{ "alpaquita", "alpaquita" },
	{ "alpine", "alpine" },
	{ "amzn", "amazon" },
	{ "arch", "arch" },
	{ "archarm", "arch" },
	{ "azurelinux", "azurelinux" },
	{ "bottlerocket", "bottlerocket" },
	{ "centos", "centos" },
	{ "chainguard", "chainguard" },
	{ "coreos", "coreos" },
	{ "debian", "debian" },
	{ "echo", "echo" },
	{ "fedora", "fedora" },
	{ "mageia", "mageia" },
	{ "mariner", "cbl-mariner" },
	{ "minimos", "minimos" },
	{ "ol", "oracle" },
	{ "openeuler", "openeuler" },
	{ "opensuse", "opensuse-leap" },
	{ "opensuse-leap", "opensuse-leap" },
	{ "opensuse-tumbleweed", "opensuse-tumbleweed" },
	{ "photon", "photon" },
	{ "rhel", "redhat" },
	{ "rocky", "rocky" },
	{ "sl-micro", "slem" },
	{ "sle-micro", "slem" },
	{ "sle-micro-rancher", "slem" },
	{ "sles", "sles" },
	{ "sles_sap", "sles" },
	{ "ubuntu", "ubuntu" },
	{ "wolfi", "wolfi" },
};

/* How the text of a "NAME release N.N" file begins (lower case) -> family; the first that fits. */
static const struct {
	const char *prefix, *family;
} release_names[] = {
	{ "centos stream", "centos-stream" },
	{ "centos", "centos" },
	{ "rocky", "rocky" },
	{ "almalinux", "alma" },
	{ "oracle", "oracle" },
	{ "fedora", "fedora" },
	{ "amazon", "amazon" },
	{ "photon", "photon" },
	{ "vmware photon", "photon" },
	{ "cbl-mariner", "cbl-mariner" },
	{ "microsoft azure linux", "azurelinux" },
};

typedef int parse_fn(str text, struct arena *arena, struct os_identity *out, struct err *err);

static parse_fn parse_os_release, parse_lsb_release, parse_debian_version, parse_alpine_release,
	parse_arch_release, parse_suse_release, parse_release, parse_plain_release, parse_advantage;

/* rank: whose word counts; 0 adds facts only. */
static const struct os_file {
	const char *path;
	parse_fn *parse;
	int rank;
} os_files[] = {
	{ "etc/os-release", parse_os_release, 10 },
	{ "usr/lib/os-release", parse_os_release, 9 },
	{ "etc/almalinux-release", parse_release, 8 },
	{ "etc/alpine-release", parse_alpine_release, 8 },
	{ "etc/arch-release", parse_arch_release, 8 },
	{ "etc/azurelinux-release", parse_plain_release, 8 },
	{ "etc/centos-release", parse_release, 8 },
	{ "etc/fedora-release", parse_release, 8 },
	{ "etc/mariner-release", parse_plain_release, 8 },
	{ "etc/oracle-release", parse_release, 8 },
	{ "etc/photon-release", parse_plain_release, 8 },
	{ "etc/rocky-release", parse_release, 8 },
	{ "etc/SuSE-release", parse_suse_release, 8 },
	{ "etc/system-release", parse_release, 7 },
	{ "usr/lib/system-release", parse_release, 7 },
	{ "etc/redhat-release", parse_release, 6 },
	{ "usr/lib/fedora-release", parse_release, 6 },
	{ "etc/lsb-release", parse_lsb_release, 5 },
	{ "etc/debian_version", parse_debian_version, 4 },
	{ "var/lib/ubuntu-advantage/status.json", parse_advantage, 0 },
};

const char *const os_identity_paths[] = {
	"etc/os-release",
	"usr/lib/os-release",
	"etc/almalinux-release",
	"etc/alpine-release",
	"etc/arch-release",
	"etc/azurelinux-release",
	"etc/centos-release",
	"etc/fedora-release",
	"etc/mariner-release",
	"etc/oracle-release",
	"etc/photon-release",
	"etc/rocky-release",
	"etc/SuSE-release",
	"etc/system-release",
	"usr/lib/system-release",
	"etc/redhat-release",
	"usr/lib/fedora-release",
	"etc/lsb-release",
	"etc/debian_version",
	"var/lib/ubuntu-advantage/status.json",
	NULL,
};

static const struct os_file *find_file(str path)
{
	for (size_t i = 0; i < ARRAY_LEN(os_files); i++) {
		if (str_eq(path, str_c(os_files[i].path)))
			return &os_files[i];
	}
	return NULL;
}

bool os_identity_wants(str path) { return find_file(path) != NULL; }

static str family_of_id(str id)
{
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		if (str_ieq(id, str_c(ids[i].id)))
			return str_c(ids[i].family);
	}
	return STR_EMPTY;
}

/*
 * Value of an assignment as a shell reads it: pieces in single quotes, in double quotes (backslash
 * before $ " \ ` is an escape) or bare, one behind the other; an unclosed quote ends with the line.
 */
static str unquote(str raw, struct arena *arena)
{
	raw = str_take(str_trim(raw), OS_VALUE_MAX);
	char *to = arena_bytes(arena, raw.n + 1);
	size_t n = 0;
	char quote = 0;

	for (size_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];

		if (quote ? c == quote : c == '"' || c == '\'') {
			quote = quote ? 0 : c;
			continue;
		}
		if (!quote && is_space(c))
			break;
		if (c == '\\' && quote != '\'' && i + 1 < raw.n &&
		    (!quote || str_find_char(STR("$\"\\`"), raw.p[i + 1]) >= 0))
			c = raw.p[++i];
		to[n++] = c;
	}
	return str_trim(str_of(to, n));
}

/* One assignment of an os-release-like text; false at the end. Other lines are passed over. */
static bool next_assignment(str *rest, str *key, str *value)
{
	str line;

	while (str_line(rest, &line)) {
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!str_cut(line, '=', key, value))
			continue;
		*key = str_trim(*key);
		if (key->n > 0)
			return true;
	}
	return false;
}

struct assignments {
	str id, name, pretty, version_id, codename, build_id;
};

static size_t read_assignments(str text, struct arena *arena, struct assignments *a)
{
	const struct {
		str key;
		str *to;
	} wanted[] = {
		{ STR("ID"), &a->id },
		{ STR("NAME"), &a->name },
		{ STR("PRETTY_NAME"), &a->pretty },
		{ STR("VERSION_ID"), &a->version_id },
		{ STR("VERSION_CODENAME"), &a->codename },
		{ STR("BUILD_ID"), &a->build_id },
		{ STR("DISTRIB_ID"), &a->id },
		{ STR("DISTRIB_RELEASE"), &a->version_id },
		{ STR("DISTRIB_CODENAME"), &a->codename },
		{ STR("DISTRIB_DESCRIPTION"), &a->pretty },
	};
	size_t n = 0;
	str key, value;

	while (next_assignment(&text, &key, &value)) {
		n++;
		for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
			if (str_eq(key, wanted[i].key))
				*wanted[i].to = unquote(value, arena);
		}
	}
	return n;
}

static int parse_os_release(str text, struct arena *arena, struct os_identity *out, struct err *err)
{
	struct assignments a = { .id = STR_EMPTY };

	if (read_assignments(text, arena, &a) == 0)
		return err_set(err, ERR_INPUT, "no assignment in it");
	if (str_empty(a.id))
		return 0;
	out->family = family_of_id(a.id);
	if (str_eq(out->family, STR("centos")) && str_ieq(a.name, STR("CentOS Stream")))
		out->family = STR("centos-stream");
	out->pretty = !str_empty(a.pretty) ? a.pretty : !str_empty(a.name) ? a.name : a.id;
	out->codename = a.codename;
	out->version = a.version_id;
	/* Arch has no versions; BUILD_ID says "rolling". */
	if (str_eq(out->family, STR("arch")) && str_empty(out->version))
		out->version = str_empty(a.build_id) ? STR("rolling") : a.build_id;
	return !str_empty(out->family) && !str_empty(out->version);
}

static int parse_lsb_release(str text, struct arena *arena, struct os_identity *out,
			     struct err *err)
{
	struct assignments a = { .id = STR_EMPTY };

	if (read_assignments(text, arena, &a) == 0)
		return err_set(err, ERR_INPUT, "no assignment in it");
	/* Others that have this file have an os-release too, or name a derived system here. */
	if (!str_ieq(a.id, STR("Ubuntu")))
		return 0;
	out->family = STR("ubuntu");
	out->version = a.version_id;
	out->codename = a.codename;
	out->pretty = a.pretty;
	return !str_empty(a.version_id);
}

/* First line, without blanks; empty is an error. */
static int first_line(str text, struct arena *arena, str *out, struct err *err)
{
	str line = STR_EMPTY;

	if (!str_line(&text, &line) || str_empty(str_trim(line)))
		return err_set(err, ERR_INPUT, "empty");
	*out = str_dup(arena, str_take(str_trim(line), OS_VALUE_MAX));
	return 0;
}

static int parse_debian_version(str text, struct arena *arena, struct os_identity *out,
				struct err *err)
{
	if (first_line(text, arena, &out->version, err) < 0)
		return -1;
	out->family = STR("debian");
	return 1;
}

static int parse_alpine_release(str text, struct arena *arena, struct os_identity *out,
				struct err *err)
{
	if (first_line(text, arena, &out->version, err) < 0)
		return -1;
	out->family = STR("alpine");
	return 1;
}

/* The file is empty by design. */
static int parse_arch_release(str text, struct arena *arena, struct os_identity *out,
			      struct err *err)
{
	(void)text;
	(void)arena;
	(void)err;
	out->family = STR("arch");
	out->version = STR("rolling");
	return 1;
}

/* Digits and dots at the start of s. */
static str leading_version(str s)
{
	size_t n = 0;

	while (n < s.n && (is_digit(s.p[n]) || (n > 0 && s.p[n] == '.')))
		n++;
	while (n > 0 && s.p[n - 1] == '.')
		n--;
	return str_take(s, n);
}

static bool istarts(str s, str prefix) { return str_ieq(str_take(s, prefix.n), prefix); }

static int named_release(str name, str version, str line, struct arena *arena,
			 struct os_identity *out)
{
	out->family = STR("redhat");
	for (size_t i = ARRAY_LEN(release_names); i-- > 0;) {
		if (istarts(name, str_c(release_names[i].prefix)))
			out->family = str_c(release_names[i].family);
	}
	/* "Amazon Linux release 2023.3.20240108" is the system "2023"; "2018.03" is one of its own.
	 */
	if (str_eq(out->family, STR("amazon")) && version.n > 4 &&
	    str_cmp(str_take(version, 4), STR("2022")) >= 0)
		version = str_take(version, 4);
	out->version = str_dup(arena, version);
	out->pretty = str_dup(arena, str_take(line, OS_VALUE_MAX));
	return 1;
}

/* "NAME release N.N (codename)" */
static int parse_release(str text, struct arena *arena, struct os_identity *out, struct err *err)
{
	str line;

	while (str_line(&text, &line)) {
		line = str_trim(line);
		ptrdiff_t at = str_find(line, STR(" release "));
		if (at <= 0)
			continue;
		str version = leading_version(str_trim(str_skip(line, (size_t)at + 9)));
		if (version.n > 0)
			return named_release(str_trim(str_take(line, (size_t)at)),
					     str_take(version, OS_VALUE_MAX), line, arena, out);
	}
	return err_set(err, ERR_INPUT, "no line of the form 'NAME release VERSION'");
}

/* "NAME N.N.BUILD": the system is the first two numbers. */
static int parse_plain_release(str text, struct arena *arena, struct os_identity *out,
			       struct err *err)
{
	str line = STR_EMPTY;
	size_t at = 0;

	if (first_line(text, arena, &line, err) < 0)
		return -1;
	while (at < line.n && !(is_digit(line.p[at]) && at > 0 && line.p[at - 1] == ' '))
		at++;
	str version = leading_version(str_skip(line, at));
	str name = str_trim(str_take(line, at));
	ptrdiff_t dot = str_find_char(version, '.');

	if (version.n == 0 || name.n == 0)
		return err_set(err, ERR_INPUT, "no line of the form 'NAME VERSION'");
	if (dot >= 0) {
		ptrdiff_t second = str_find_char(str_skip(version, (size_t)dot + 1), '.');
		if (second >= 0)
			version = str_take(version, (size_t)(dot + 1 + second));
	}
	named_release(name, version, line, arena, out);
	/* Here an unknown name is not of the Red Hat kind. */
	if (str_eq(out->family, STR("redhat")))
		*out = (struct os_identity){ .pretty = out->pretty };
	return !str_empty(out->family);
}

static int parse_suse_release(str text, struct arena *arena, struct os_identity *out,
			      struct err *err)
{
	str key, value, version = STR_EMPTY, level = STR_EMPTY, line = STR_EMPTY, rest = text;

	if (first_line(text, arena, &line, err) < 0)
		return -1;
	while (next_assignment(&rest, &key, &value)) {
		if (str_eq(key, STR("VERSION")))
			version = unquote(value, arena);
		if (str_eq(key, STR("PATCHLEVEL")))
			level = unquote(value, arena);
	}
	if (str_empty(version))
		return err_set(err, ERR_INPUT, "no VERSION in it");
	out->pretty = line;
	out->version = version;
	if (istarts(line, STR("openSUSE"))) {
		out->family = STR("opensuse-leap");
	} else if (istarts(line, STR("SUSE Linux Enterprise"))) {
		out->family = STR("sles");
		if (!str_empty(level) && !str_eq(level, STR("0")))
			out->version =
				str_fmt(arena, "%.*s.%.*s", STR_ARG(version), STR_ARG(level));
	}
	return !str_empty(out->family);
}

/* Ubuntu Pro: are the extended security updates of the base system on? */
static int parse_advantage(str text, struct arena *arena, struct os_identity *out, struct err *err)
{
	const struct json_opts opts = { .max_depth = 32,
					.max_values = 65536,
					.keep_duplicates = true };
	const struct json *status;

	if (json_parse(text, &opts, arena, &status, err) < 0)
		return -1;
	if (!json_is(status, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "not a JSON object");
	JSON_EACH (JSON_GET(status, "services"), service) {
		if (str_eq(json_get_str(service, STR("name")), STR("esm-infra")) &&
		    str_eq(json_get_str(service, STR("status")), STR("enabled")))
			out->extended_support = true;
	}
	if (!out->extended_support)
		return 0;
	out->family = STR("ubuntu");
	return 1;
}

int os_identity_parse(str path, str text, struct arena *arena, struct os_identity *out,
		      struct err *err)
{
	const struct os_file *file = find_file(path);
	struct os_identity found = { .extended_support = false };
	size_t max = file && file->rank == 0 ? OS_STATUS_MAX_BYTES : OS_RELEASE_MAX_BYTES;

	if (!file)
		return err_set(err, ERR_UNSUPPORTED, "%.*s: not a file that names the system",
			       STR_ARG(path));
	if (text.n > max)
		return err_set(err, ERR_LIMIT, "%.*s: %zu bytes, at most %zu are read",
			       STR_ARG(path), text.n, max);
	int answer = file->parse(text, arena, &found, err);

	if (answer < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	found.path = str_dup(arena, path);
	*out = found;
	return answer;
}

static int rank_of(const struct os_identity *answer)
{
	const struct os_file *file = find_file(answer->path);

	return file ? file->rank : 0;
}

/* The name of a system counts, known or not; a file that names none does not. */
static bool names_system(const struct os_identity *answer)
{
	return rank_of(answer) > 0 && (!str_empty(answer->family) || !str_empty(answer->pretty));
}

struct os_identity os_identity_choose(const struct os_identity *answers, size_t n)
{
	struct os_identity best = { .extended_support = false };
	bool extended = false;

	for (size_t i = 0; i < n; i++) {
		extended |= answers[i].extended_support;
		if (names_system(&answers[i]) && rank_of(&answers[i]) > rank_of(&best))
			best = answers[i];
	}
	/* Debian's unstable has a version in debian_version only. */
	int version_rank = 0;

	for (size_t i = 0; i < n && (str_empty(best.version) || version_rank > 0); i++) {
		int rank = rank_of(&answers[i]);

		if (rank > version_rank && !str_empty(best.family) &&
		    str_eq(answers[i].family, best.family) && !str_empty(answers[i].version)) {
			best.version = answers[i].version;
			version_rank = rank;
		}
	}
	best.extended_support = extended && str_eq(best.family, STR("ubuntu"));
	return best;
}
