/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole scans: the set's small database is turned into OSV records and imported, each input is
 * scanned and matched as `seawall scan` does it, and what is found is compared with the golden
 * report: target, package, installed version, flaw, fixed version, severity.
 *
 * A golden lists the fixes of all branches, we name the one of the branch that is installed: ours
 * must be one of them. A report of that tool as the input is imported instead. The target is
 * compared where it is a file; the same package in a further file is no surplus. Reports that are
 * bills of materials are compared by their flaws, else their packages.
 */
#include "advisory/build_internal.h"
#include "advisory/db_internal.h"
#include "advisory/match.h"
#include "advisory/version/version.h"
#include "base/buf.h"
#include "base/map.h"
#include "fmt/purl.h"
#include "fmt/syntax/yaml.h"
#include "oracle.h"
#include "report/exception.h"
#include "report/import.h"
#include "scan/scan.h"

#include <dirent.h>

#define MAX_FILE (16u << 20)

struct fixtures {
	struct arena *arena;
	struct map flaws;   /* id -> struct json of the bucket "vulnerability" */
	struct map sources; /* bucket -> struct json of the bucket "data-source" */
	struct map cpes;    /* number -> struct json: name of a product of Red Hat */
	struct advisory_build *build;
	struct advisory_db *db;
};

static const struct {
	const char *prefix, *ecosystem;
	bool release; /* what follows the prefix is the version of a system */
} buckets[] = {
	{ "alma ", "AlmaLinux:", true },
	{ "alpine ", "Alpine:v", true },
	{ "cargo::", "crates.io", false },
	{ "cocoapods::", "CocoaPods", false },
	{ "composer::", "Packagist", false },
	{ "conan::", "ConanCenter", false },
	{ "debian ", "Debian:", true },
	{ "erlang::", "Hex", false },
	{ "go::", "Go", false },
	{ "k8s::", "Kubernetes", false },
	{ "maven::", "Maven", false },
	{ "npm::", "npm", false },
	{ "nuget::", "NuGet", false },
	{ "pip::", "PyPI", false },
	{ "pub::", "Pub", false },
	{ "Red Hat:", "Red Hat:", true },
	{ "rocky ", "Rocky Linux:", true },
	{ "rubygems::", "RubyGems", false },
	{ "swift::", "SwiftURL", false },
	{ "ubuntu ", "Ubuntu:", true },
};

static str ecosystem_of(str bucket, struct arena *arena)
{
	for (size_t i = 0; i < ARRAY_LEN(buckets); i++) {
		str prefix = str_c(buckets[i].prefix);

		if (str_starts(bucket, prefix))
			return buckets[i].release ? str_cat(arena, str_c(buckets[i].ecosystem),
							    str_skip(bucket, prefix.n))
						  : str_c(buckets[i].ecosystem);
	}
	return STR_EMPTY;
}

/* The word of the source, else the one of the NVD, else the summary. */
static str severity_of(const struct fixtures *f, str bucket, str id, const struct json *value)
{
	static const char *const words[] = { "UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL" };
	const struct json *flaw = map_get(&f->flaws, id), *source = map_get(&f->sources, bucket);
	const struct json *vendors = JSON_GET(flaw, "VendorSeverity");
	str own = json_get_str(value, STR("Severity"));

	if (str_empty(own))
		own = json_get_str(vendors, json_get_str(source, STR("ID")));
	if (str_empty(own))
		own = json_get_str(vendors, STR("nvd"));
	if (!str_empty(own) && *own.p >= '0' && *own.p <= '4')
		return str_c(words[*own.p - '0']);
	return json_get_str(flaw, STR("Severity"));
}

static void put_event(struct json_writer *w, const char *kind, str version)
{
	json_open_object(w);
	json_kv_str(w, str_c(kind), version);
	json_close_object(w);
}

/* The smallest patched version at or above an upper end; the set names them apart. Or empty. */
static str patch_for(const struct version_scheme *scheme, const struct json *patched, str end)
{
	str best = STR_EMPTY;

	JSON_EACH (patched, item) {
		str one = json_str(item);

		if (scheme && scheme->compare(one, end) >= 0 &&
		    (str_empty(best) || scheme->compare(one, best) < 0))
			best = one;
	}
	return best;
}

/* ">= 1.0, < 1.5" or "[1.0,1.5)" as events. */
static void put_interval(struct json_writer *w, str text, const struct json *patched,
			 const struct version_scheme *scheme)
{
	bool begun = false, brackets = text.n > 0 && (*text.p == '[' || *text.p == '(');
	str rest = text, part, end = STR_EMPTY;
	bool within = str_ends(text, STR("]"));

	for (unsigned i = 0; str_split(&rest, ',', &part); i++) {
		part = str_trim(part);
		if (brackets) {
			part = i == 0 ? str_skip(part, 1) : str_drop_end(part, 1);
			if (i == 1)
				end = part;
		}
		if (str_starts(part, STR(">=")) || (brackets && i == 0 && !str_empty(part))) {
			part = str_without_prefix(part, STR(">="));
			put_event(w, "introduced", str_trim(part));
			begun = true;
		} else if (!brackets && str_starts(part, STR("<"))) {
			within = str_starts(part, STR("<="));
			end = str_trim(str_skip(part, within ? 2 : 1));
		}
	}
	if (!begun)
		put_event(w, "introduced", STR("0"));
	str fix = str_empty(end) ? end : patch_for(scheme, patched, end);
	if (!str_empty(fix))
		put_event(w, "fixed", fix);
	else if (!str_empty(end))
		put_event(w, within ? "last_affected" : "fixed", end);
}

/* The same when it says what is patched: vulnerable is what lies outside. */
static void put_patched(struct json_writer *w, str text)
{
	str rest = text, part;

	while (str_split(&rest, ',', &part)) {
		part = str_trim(part);
		if (str_starts(part, STR(">=")))
			put_event(w, "fixed", str_trim(str_skip(part, 2)));
		else if (str_starts(part, STR("<")))
			put_event(w, "introduced", str_trim(str_skip(part, 1)));
	}
}

static void put_ranges(struct json_writer *w, const struct json *value,
		       const struct version_scheme *scheme)
{
	const struct json *patched = JSON_GET(value, "PatchedVersions");
	const struct json *vulnerable = JSON_GET(value, "VulnerableVersions");
	str fixed = json_get_str(value, STR("FixedVersion"));

	JSON_EACH (vulnerable, item) {
		json_open_object(w);
		json_kv_str(w, STR("type"), STR("ECOSYSTEM"));
		JSON_KEY(w, "events");
		json_open_array(w);
		put_interval(w, json_str(item), patched, scheme);
		json_close_array(w);
		json_close_object(w);
	}
	if (json_len(vulnerable) > 0)
		return;
	json_open_object(w);
	json_kv_str(w, STR("type"), STR("ECOSYSTEM"));
	JSON_KEY(w, "events");
	json_open_array(w);
	put_event(w, "introduced", STR("0"));
	if (!str_empty(fixed))
		put_event(w, "fixed", fixed);
	JSON_EACH (patched, item)
		put_patched(w, json_str(item));
	json_close_array(w);
	json_close_object(w);
}

static int add_record(struct fixtures *f, str bucket, str package, str id, const struct json *value,
		      struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	str ecosystem = ecosystem_of(bucket, f->arena);
	struct json_writer w;

	buf_init(&text, MAX_FILE);
	json_writer_init(&w, &text, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("id"), id);
	json_kv_str(&w, STR("modified"), STR("2024-01-01T00:00:00Z"));
	JSON_KEY(&w, "database_specific");
	json_open_object(&w);
	json_kv_str(&w, STR("severity"), severity_of(f, bucket, id, value));
	json_close_object(&w);
	JSON_KEY(&w, "affected");
	json_open_array(&w);
	json_open_object(&w);
	JSON_KEY(&w, "package");
	json_open_object(&w);
	json_kv_str(&w, STR("ecosystem"), ecosystem);
	json_kv_str(&w, STR("name"), package);
	json_close_object(&w);
	JSON_KEY(&w, "ranges");
	json_open_array(&w);
	put_ranges(&w, value, version_scheme_for_ecosystem(ecosystem));
	json_close_array(&w);
	json_close_object(&w);
	json_close_array(&w);
	json_close_object(&w);
	return advisory_build_add_text(
		f->build, buf_str(&text), package,
		str_fmt(f->arena, "%.*s/%.*s/%.*s", STR_ARG(bucket), STR_ARG(package), STR_ARG(id)),
		STR_EMPTY, err);
}

/*
 * Red Hat's entries name products by number; each of a release of Enterprise Linux becomes a record
 * of that release for each of its flaws.
 */
static int add_red_hat(struct fixtures *f, str package, str key, const struct json *entry,
		       struct err *err)
{
	static const str product = STR_INIT("cpe:/o:redhat:");

	JSON_EACH (JSON_GET(entry, "Affected"), number) {
		str cpe = json_str(map_get(&f->cpes, json_str(number)));

		if (!str_starts(cpe, product))
			continue;
		str bucket = str_cat(f->arena, STR("Red Hat:"), str_skip(cpe, product.n));
		JSON_EACH (JSON_GET(entry, "Cves"), flaw) {
			struct json_member members[] = {
				{ .key = STR("FixedVersion") },
				{ .key = STR("Severity") },
			};
			const struct json value = { .type = JSON_OBJECT,
						    .n = ARRAY_LEN(members),
						    .members = members };
			const struct json *fixed = JSON_GET(entry, "FixedVersion");
			const struct json *severity = JSON_GET(flaw, "Severity");
			str id = json_get_str(flaw, STR("ID"));

			if (fixed)
				members[0].value = *fixed;
			if (severity)
				members[1].value = *severity;
			if (add_record(f, bucket, package, str_empty(id) ? key : id, &value, err) <
			    0)
				return -1;
		}
	}
	return 0;
}

static void add_products(struct fixtures *f, const struct json *bucket)
{
	JSON_EACH (JSON_GET(bucket, "pairs"), group) {
		if (!str_eq(json_get_str(group, STR("bucket")), STR("cpe")))
			continue;
		JSON_EACH (JSON_GET(group, "pairs"), pair)
			map_put(&f->cpes, json_get_str(pair, STR("key")),
				(void *)(uintptr_t)JSON_GET(pair, "value"));
	}
}

/* The advisories of one package in one bucket. */
static int add_package(struct fixtures *f, str bucket, const struct json *package, struct err *err)
{
	str name = json_get_str(package, STR("bucket"));

	JSON_EACH (JSON_GET(package, "pairs"), pair) {
		const struct json *value = JSON_GET(pair, "value");
		str key = json_get_str(pair, STR("key"));

		if (!str_eq(bucket, STR("Red Hat"))) {
			if (add_record(f, bucket, name, key, value, err) < 0)
				return -1;
			continue;
		}
		JSON_EACH (JSON_GET(value, "Entries"), entry) {
			if (add_red_hat(f, name, key, entry, err) < 0)
				return -1;
		}
	}
	return 0;
}

/* A bucket of the database; those that are about all others are only remembered. */
static int add_bucket(struct fixtures *f, const struct json *bucket, bool first, struct err *err)
{
	str name = json_get_str(bucket, STR("bucket"));
	bool flaws = str_eq(name, STR("vulnerability")), sources = str_eq(name, STR("data-source"));

	if (first && str_eq(name, STR("Red Hat CPE")))
		add_products(f, bucket);
	if (first != (flaws || sources) ||
	    (!first && str_empty(ecosystem_of(name, f->arena)) && !str_eq(name, STR("Red Hat"))))
		return 0;
	JSON_EACH (JSON_GET(bucket, "pairs"), pair) {
		if (first)
			map_put(flaws ? &f->flaws : &f->sources, json_get_str(pair, STR("key")),
				(void *)(uintptr_t)JSON_GET(pair, "value"));
		else if (add_package(f, name, pair, err) < 0)
			return -1;
	}
	return 0;
}

static int read_json(struct oracle *oracle, str path, bool yaml, struct arena *arena,
		     const struct json **out, struct err *err)
{
	static const struct yaml_opts opts = { .schema = YAML_TEXT, .last_wins = true };
	AUTO(buf_done)
	struct buf text = { 0 };

	buf_init(&text, MAX_FILE);
	if (buf_read_file(&text, oracle_path(oracle, arena, path), err) < 0)
		return -1;
	return yaml ? yaml_parse(str_dup(arena, buf_str(&text)), &opts, arena, out, NULL, err)
		    : json_parse(buf_str(&text), NULL, arena, out, err);
}

static int load(struct oracle *oracle, struct fixtures *f, struct err *err)
{
	const char *folder = oracle_path(oracle, f->arena, STR("fixtures/db"));

	if (build_open_memory(&f->build, err) < 0)
		return -1;
	for (int pass = 0; pass < 2; pass++) {
		AUTO(closedir)
		DIR *dir = opendir(folder);
		struct dirent *entry;

		if (!dir)
			return err_set(err, ERR_NOT_FOUND, "%s", folder);
		while ((entry = readdir(dir))) {
			const struct json *file;
			str name = str_c(entry->d_name);

			if (!str_ends(name, STR(".yaml")))
				continue;
			if (read_json(oracle, str_cat(f->arena, STR("fixtures/db/"), name), true,
				      f->arena, &file, err) < 0)
				return err_wrap(err, "%s", entry->d_name);
			JSON_EACH (file, bucket) {
				if (add_bucket(f, bucket, pass == 0, err) < 0)
					return -1;
			}
		}
	}
	return db_open_built(f->build, &f->db, err);
}

/* Where a package or flaw of a golden is looked for in our answer. */
struct answer {
	struct inventory inventory;
	struct match_result match;
	bool *found; /* of each finding that counts */
	bool dev;    /* packages for development count */
	bool bill;   /* the input is a bill of materials: targets are no files */
};

static bool counts(const struct answer *a, const struct finding *finding)
{
	return !finding->hidden && (a->dev || !a->inventory.packages[finding->package].dev);
}

/* Goldens leave an epoch of 0 out, and write some fixes as ">= 1.0". */
static bool is_member(str list, str item)
{
	str rest = list, one;

	item = str_without_prefix(item, STR("0:"));

	if (str_empty(list) || str_eq(list, item))
		return str_eq(list, item);
	while (str_split(&rest, ',', &one)) {
		one = str_trim(str_without_prefix(str_trim(one), STR(">=")));
		if (str_eq(one, item))
			return true;
	}
	return false;
}

/* What was looked for and what was found differs in `field`; an equal one is taken. */
static bool take(struct oracle *oracle, struct answer *a, str target, const struct json *want)
{
	str id = json_get_str(want, STR("VulnerabilityID"));
	str name = json_get_str(want, STR("PkgName"));
	str fixed = json_get_str(want, STR("FixedVersion"));
	str severity = json_get_str(want, STR("Severity"));
	bool file = !a->bill && !str_empty(target);

	for (size_t i = 0; i < a->match.finding_count; i++) {
		const struct finding *got = &a->match.findings[i];
		const struct package *p = &a->inventory.packages[got->package];

		if (a->found[i] || !counts(a, got) || !str_eq(got->id, id) ||
		    !str_eq(p->name, name) ||
		    !str_eq(p->version, json_get_str(want, STR("InstalledVersion"))) ||
		    (file && !str_eq(p->path, target)))
			continue;
		if (!is_member(fixed, got->fixed)) {
			oracle_fail(oracle, "%.*s: want fixed '%.*s', got '%.*s'", STR_ARG(id),
				    STR_ARG(fixed), STR_ARG(got->fixed));
			return false;
		}
		if (!str_ieq(severity, str_c(severity_name(got->severity)))) {
			oracle_fail(oracle, "%.*s: want %.*s, got %s", STR_ARG(id),
				    STR_ARG(severity), severity_name(got->severity));
			return false;
		}
		a->found[i] = true;
		return true;
	}
	oracle_fail(oracle, "want %.*s in %.*s of '%.*s', got nothing", STR_ARG(id), STR_ARG(name),
		    STR_ARG(target));
	return false;
}

/* The same flaw of the same package was wanted in another file: a module beside its lock file. */
static bool seen_elsewhere(const struct answer *a, size_t at)
{
	const struct package *p = &a->inventory.packages[a->match.findings[at].package];

	for (size_t i = 0; i < a->match.finding_count; i++) {
		const struct package *q = &a->inventory.packages[a->match.findings[i].package];

		if (a->found[i] && str_eq(p->name, q->name) && str_eq(p->version, q->version) &&
		    str_eq(a->match.findings[i].id, a->match.findings[at].id))
			return true;
	}
	return false;
}

static bool nothing_left(struct oracle *oracle, const struct answer *a)
{
	for (size_t i = 0; i < a->match.finding_count; i++) {
		const struct finding *got = &a->match.findings[i];
		const struct package *p = &a->inventory.packages[got->package];

		if (a->found[i] || !counts(a, got) || seen_elsewhere(a, i))
			continue;
		oracle_fail(oracle, "want no %.*s in %.*s %.*s of '%.*s'", STR_ARG(got->id),
			    STR_ARG(p->name), STR_ARG(p->version), STR_ARG(p->path));
		return false;
	}
	return true;
}

static void compare_findings(struct oracle *oracle, struct answer *a, const struct json *golden)
{
	JSON_EACH (JSON_GET(golden, "Results"), result) {
		JSON_EACH (JSON_GET(result, "Vulnerabilities"), want) {
			if (!take(oracle, a, json_get_str(result, STR("Target")), want))
				return;
		}
	}
	if (nothing_left(oracle, a))
		oracle_pass(oracle);
}

/* Each package URL of a bill must be that of one of our packages. */
static bool has_package(const struct answer *a, str text, struct arena *arena)
{
	struct package want;
	struct purl purl;
	struct err err;

	if (purl_parse(text, arena, &purl, &err) < 0)
		return false;
	package_from_purl(&purl, arena, &want, NULL);
	for (size_t i = 0; i < a->inventory.package_count; i++) {
		const struct package *p = &a->inventory.packages[i];

		if (str_eq(p->kind, want.kind) && str_eq(p->name, want.name) &&
		    str_eq(p->version, want.version))
			return true;
	}
	return false;
}

/* A bill with flaws is compared by them. */
static void compare_bill(struct oracle *oracle, const struct answer *a, const struct json *golden,
			 struct arena *arena)
{
	const struct json *flaws = JSON_GET(golden, "vulnerabilities");
	size_t n = 0, want_n = json_len(flaws);

	JSON_EACH (flaws, flaw) {
		str ref = json_get_str(json_at(JSON_GET(flaw, "affects"), 0), STR("ref"));

		for (size_t i = 0; i < a->match.finding_count; i++) {
			if (str_eq(a->match.findings[i].id, json_get_str(flaw, STR("id"))) &&
			    has_package(a, ref, arena))
				n++;
		}
	}
	if (want_n > 0 && a->match.finding_count != want_n)
		n = 0;
	JSON_EACH (want_n > 0 ? NULL : JSON_GET(golden, "components"), item) {
		str text = json_get_str(item, STR("purl"));

		want_n += !str_empty(text);
		n += !str_empty(text) && has_package(a, text, arena);
	}
	JSON_EACH (JSON_GET(golden, "packages"), item) {
		JSON_EACH (JSON_GET(item, "externalRefs"), ref) {
			str text = json_get_str(ref, STR("referenceLocator"));

			if (!str_eq(json_get_str(ref, STR("referenceType")), STR("purl")))
				continue;
			want_n++;
			n += has_package(a, text, arena);
		}
	}
	if (n == want_n && want_n > 0)
		oracle_pass(oracle);
	else
		oracle_fail(oracle, "want %zu packages or flaws, got %zu of them", want_n, n);
}

/* Skip patterns of a case as our option has them: relative to the root that is scanned. */
static void skips(const struct json *list, str input, struct arena *arena, const str **out,
		  size_t *n)
{
	str *items = ARENA_ARRAY(arena, str, json_len(list) + 1);

	JSON_EACH (list, item)
		items[(*n)++] =
			str_without_prefix(str_without_prefix(json_str(item), input), STR("/"));
	*out = items;
}

/* The input is a report of that tool: it is taken over, not scanned for. */
static void judge_report(struct oracle *oracle, str path, str golden_path, struct arena *scratch)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	struct imported_list list = { 0 };
	struct answer a = { 0 };
	const struct json *golden;
	struct err err;

	buf_init(&text, IMPORT_MAX_BYTES);
	if (buf_read_file(&text, oracle_path(oracle, scratch, path), &err) < 0 ||
	    import_read(buf_str(&text), scratch, &list, &err) < 0 ||
	    read_json(oracle, golden_path, false, scratch, &golden, &err) < 0) {
		oracle_fail(oracle, "want a report, got an error: %s", err.msg);
		return;
	}
	if (list.n != 1 || list.items[0].skipped > 0) {
		oracle_fail(oracle, "want one target and no record left out, got %zu", list.n);
		return;
	}
	a.dev = true;
	a.inventory = list.items[0].inventory;
	a.match.findings = list.items[0].findings;
	a.match.finding_count = list.items[0].finding_count;
	a.found = ARENA_ARRAY(scratch, bool, a.match.finding_count + 1);
	compare_findings(oracle, &a, golden);
}

/* Findings that the statements of a document excuse are taken: a golden has them no more. */
static int excuse(struct oracle *oracle, struct answer *a, str document, struct arena *scratch,
		  struct err *err)
{
	struct exception_set set;

	exception_set_init(&set, scratch, 0);
	if (exception_read(&set, oracle_path(oracle, scratch, document), err) < 0)
		return -1;
	exception_set_target(&set, &a->inventory, scratch);
	for (size_t i = 0; i < a->match.finding_count; i++)
		a->found[i] = exception_for(&set, &a->inventory, &a->match.findings[i]) != NULL;
	return 0;
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	struct fixtures *f = oracle->context;
	const struct json *args = JSON_GET(test, "args"), *golden;
	str input = json_get_str(args, STR("input"));
	str path = str_without_prefix(input, STR("testdata/"));
	str vex = str_without_prefix(json_get_str(args, STR("vex")), STR("testdata/"));
	bool bill = str_starts(path, STR("fixtures/sbom/"));
	str target = str_fmt(scratch, "%s%s",
			     bill ? "sbom:" : "dir:", oracle_path(oracle, scratch, path));
	struct answer a = { .dev = str_eq(json_get_str(args, STR("includeDevDeps")), STR("true")),
			    .bill = bill };
	struct scan_opts opts = { 0 };
	struct match_opts match = { 0 };
	struct err err;

	if (str_eq(json_get_str(args, STR("scanner")), STR("types.MisconfigScanner"))) {
		oracle_skip(oracle, "configuration checks are a set of their own");
		return;
	}
	if (str_eq(json_get_str(args, STR("scanners")), STR("license"))) {
		oracle_skip(oracle, "licences are not part of the compared set");
		return;
	}
	if (str_eq(vex, STR("repo"))) {
		oracle_skip(oracle, "repositories of statements are not read");
		return;
	}
	if (str_starts(path, STR("fixtures/convert/"))) {
		judge_report(oracle, path, json_get_str(test, STR("golden")), scratch);
		return;
	}
	skips(JSON_GET(args, "skipFiles"), input, scratch, &opts.skip_files, &opts.skip_files_n);
	skips(JSON_GET(args, "skipDirs"), input, scratch, &opts.skip_dirs, &opts.skip_dirs_n);
	if (scan_inventory(target, &opts, scratch, &a.inventory, &err) < 0 ||
	    advisory_match(f->db, &a.inventory, &match, scratch, &a.match, &err) < 0 ||
	    read_json(oracle, json_get_str(test, STR("golden")), false, scratch, &golden, &err) <
		    0) {
		oracle_fail(oracle, "want a report, got an error: %s", err.msg);
		return;
	}
	a.found = ARENA_ARRAY(scratch, bool, a.match.finding_count + 1);
	if (vex.n > 0 && excuse(oracle, &a, vex, scratch, &err) < 0)
		oracle_fail(oracle, "want statements, got an error: %s", err.msg);
	else if (JSON_GET(golden, "Results"))
		compare_findings(oracle, &a, golden);
	else
		compare_bill(oracle, &a, golden, scratch);
}

int main(int argc, char **argv)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct fixtures fixtures = { .arena = arena };
	struct oracle oracle;
	struct err err;
	int status;

	if (argc == 2 && str_eq(str_c(argv[1]), STR("worker")))
		return scan_worker_main(); /* a scan starts this program again for it */
	oracle_init(&oracle, argc, argv);
	map_init(&fixtures.flaws, arena);
	map_init(&fixtures.sources, arena);
	map_init(&fixtures.cpes, arena);
	if (load(&oracle, &fixtures, &err) < 0) {
		fprintf(stderr, "the fixture database cannot be read: %s\n", err.msg);
		return 3;
	}
	oracle.context = &fixtures;
	oracle_each(&oracle, "cases.jsonl", judge);
	status = oracle_finish(&oracle);
	advisory_db_close(fixtures.db);
	advisory_build_free(fixtures.build);
	return status;
}
