/* SPDX-License-Identifier: Apache-2.0 */
#include "report/import/builder.h"

#include "base/err.h"
#include "fmt/purl.h"

#include <assert.h>

/* Words of tools for what a package URL's type says. */
static const char *const types[][2] = {
	{ "alma", "rpm" },
	{ "almalinux", "rpm" },
	{ "alpine", "apk" },
	{ "alpm", "alpm" },
	{ "amazon", "rpm" },
	{ "apk", "apk" },
	{ "arch", "alpm" },
	{ "azurelinux", "rpm" },
	{ "bitnami", "bitnami" },
	{ "bun", "npm" },
	{ "bundler", "gem" },
	{ "cargo", "cargo" },
	{ "cbl-mariner", "rpm" },
	{ "centos", "rpm" },
	{ "cocoapods", "cocoapods" },
	{ "composer", "composer" },
	{ "composer-vendor", "composer" },
	{ "conan", "conan" },
	{ "conda", "conda" },
	{ "conda-pkg", "conda" },
	{ "dart-pub", "pub" },
	{ "deb", "deb" },
	{ "debian", "deb" },
	{ "distroless", "deb" },
	{ "dotnet", "nuget" },
	{ "dotnet-core", "nuget" },
	{ "fedora", "rpm" },
	{ "gem", "gem" },
	{ "gemspec", "gem" },
	{ "go", "golang" },
	{ "go-module", "golang" },
	{ "gobinary", "golang" },
	{ "golang", "golang" },
	{ "golangmodules", "golang" },
	{ "gomod", "golang" },
	{ "gradle", "maven" },
	{ "hex", "hex" },
	{ "jar", "maven" },
	{ "java-archive", "maven" },
	{ "javascript", "npm" },
	{ "julia", "julia" },
	{ "linux", "" },
	{ "maven", "maven" },
	{ "node-pkg", "npm" },
	{ "npm", "npm" },
	{ "nuget", "nuget" },
	{ "opensuse", "rpm" },
	{ "oracle", "rpm" },
	{ "photon", "rpm" },
	{ "php-composer", "composer" },
	{ "pip", "pypi" },
	{ "pipenv", "pypi" },
	{ "pnpm", "npm" },
	{ "poetry", "pypi" },
	{ "pom", "maven" },
	{ "pub", "pub" },
	{ "pypi", "pypi" },
	{ "python", "pypi" },
	{ "python-pkg", "pypi" },
	{ "redhat", "rpm" },
	{ "rocky", "rpm" },
	{ "rpm", "rpm" },
	{ "rubygems", "gem" },
	{ "rust-crate", "cargo" },
	{ "rustbinary", "cargo" },
	{ "sbt", "maven" },
	{ "suse", "rpm" },
	{ "swift", "swift" },
	{ "ubuntu", "deb" },
	{ "uv", "pypi" },
	{ "wolfi", "apk" },
	{ "chainguard", "apk" },
	{ "yarn", "npm" },
};

static str cut(str s) { return str_take(s, IMPORT_MAX_TEXT); }

static str kind_of(str type)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (str_ieq(type, str_c(types[i][0])))
			return str_c(types[i][1]);
	}
	return type.n <= 32 ? type : STR_EMPTY; /* as package URLs have it */
}

void import_index(struct import_builder *b, const struct json *object, struct map *out)
{
	map_init(out, b->arena);
	JSON_MEMBERS (object, member)
		map_put(out, member->key, (void *)(uintptr_t)&member->value);
}

int import_target(struct import_builder *b, str tool, str version, str target)
{
	struct imported_list *list = b->list;

	import_end_target(b);
	if (list->n >= IMPORT_MAX_TARGETS)
		return err_set(b->err, ERR_LIMIT, "more than %u targets", IMPORT_MAX_TARGETS);
	list->items = arena_grow(b->arena, list->items, list->n, &list->cap, sizeof(*list->items));
	b->at = &list->items[list->n++];
	*b->at = (struct imported){
		.from = { .tool = cut(tool), .version = cut(version) },
		.inventory = { .target = cut(target), .target_kind = STR("report") },
	};
	if (b->at->from.tool.n == 0)
		b->at->from.tool = STR("unknown");
	map_init(&b->packages, b->arena);
	b->items = NULL;
	b->findings = NULL;
	b->licences = NULL;
	b->package_n = b->package_cap = b->finding_n = b->finding_cap = 0;
	b->licence_n = b->licence_cap = 0;
	return 0;
}

void import_end_target(struct import_builder *b)
{
	if (!b->at)
		return;
	b->at->inventory.packages = b->items;
	b->at->inventory.package_count = b->package_n;
	b->at->findings = b->findings;
	b->at->finding_count = b->finding_n;
	b->at->from.findings = b->finding_n;
	b->at->inventory.licences = b->licences;
	b->at->inventory.licence_count = b->licence_n;
}

void import_skip(struct import_builder *b, const char *why, str where)
{
	if (!b->at)
		return;
	if (b->at->skipped++ == 0)
		b->at->skipped_first =
			str_fmt(b->arena, "%s: %.*s", why, STR_ARG(str_take(where, 200)));
}

int64_t import_package(struct import_builder *b, const struct import_package *from)
{
	struct package p = { .form = PACKAGE_INSTALLED };
	struct os_identity os = { 0 };
	struct purl purl;
	struct err unused;

	if (from->purl.n > 0 && from->purl.n <= PURL_MAX_BYTES &&
	    purl_parse(from->purl, b->arena, &purl, &unused) == 0)
		package_from_purl(&purl, b->arena, &p, &os);
	if (b->at->inventory.os.family.n == 0 && os.family.n > 0)
		b->at->inventory.os = os;
	p.kind = p.kind.n ? p.kind : str_lower(b->arena, kind_of(from->type));
	p.kind = p.kind.n ? p.kind : STR("generic");
	p.name = p.name.n ? p.name : cut(from->name);
	p.version = p.version.n ? p.version : cut(from->version);
	p.arch = p.arch.n ? p.arch : cut(from->arch);
	p.source_name = p.source_name.n ? p.source_name : cut(from->source_name);
	p.path = cut(str_without_prefix(from->path, STR("/")));
	p.layer = from->layer;
	str key = str_fmt(b->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(p.kind),
			  STR_ARG(p.name), STR_ARG(p.version), STR_ARG(p.arch), STR_ARG(p.path));
	void **slot = map_slot(&b->packages, key);
	if (*slot) {
		struct package *known = &b->items[(uintptr_t)*slot - 1];

		known->licence = known->licence.n ? known->licence : cut(from->licence);
		return (int64_t)(uintptr_t)*slot - 1;
	}
	p.licence = cut(from->licence);
	if (++b->all_packages > IMPORT_MAX_PACKAGES)
		return err_set(b->err, ERR_LIMIT, "more than %u packages", IMPORT_MAX_PACKAGES);
	b->items = arena_grow(b->arena, b->items, b->package_n, &b->package_cap, sizeof(p));
	b->items[b->package_n++] = p;
	*slot = (void *)(uintptr_t)b->package_n;
	return (int64_t)b->package_n - 1;
}

void import_package_licence(struct import_builder *b, int64_t package, str name)
{
	struct package *p = &b->items[package];
	bool sum = str_find(name, STR(" OR ")) >= 0;

	if (name.n == 0 || str_eq(name, STR("unknown")) || p->licence.n + name.n > IMPORT_MAX_TEXT)
		return;
	if (p->licence.n == 0)
		p->licence = name;
	else
		p->licence = str_fmt(b->arena, sum ? "%.*s AND (%.*s)" : "%.*s AND %.*s",
				     STR_ARG(p->licence), STR_ARG(name));
}

int import_file_licence(struct import_builder *b, str path, str name, double confidence)
{
	if (b->licence_n >= IMPORT_MAX_LICENCES)
		return err_set(b->err, ERR_LIMIT, "more than %u licences of files",
			       IMPORT_MAX_LICENCES);
	b->licences = arena_grow(b->arena, b->licences, b->licence_n, &b->licence_cap,
				 sizeof(*b->licences));
	b->licences[b->licence_n++] = (struct licence_fact){
		.path = cut(str_without_prefix(path, STR("/"))),
		.name = str_eq(name, STR("unknown")) ? STR_EMPTY : cut(name),
		.confidence = confidence >= 0 && confidence <= 1
				      ? (unsigned)(confidence * LICENCE_SURE + 0.5)
				      : LICENCE_SURE,
		.layer = -1,
	};
	return 0;
}

str import_licences(struct import_builder *b, const struct json *array)
{
	str all = STR_EMPTY;

	JSON_EACH (array, item) {
		/* Syft's and Grype's forms have objects. */
		str one = json_str(item);

		one = one.n ? one : json_get_str(item, STR("spdxExpression"));
		one = one.n ? one : json_get_str(item, STR("value"));
		if (one.n == 0 || all.n + one.n > IMPORT_MAX_TEXT)
			continue;
		all = all.n ? str_fmt(b->arena, "%.*s AND %.*s", STR_ARG(all), STR_ARG(one)) : one;
	}
	return all;
}

int import_finding(struct import_builder *b, const struct finding *finding)
{
	struct finding f = *finding;

	if (f.id.n == 0) {
		import_skip(b, "a finding without an id", f.title);
		return 0;
	}
	assert(f.package < b->package_n);
	if (++b->all_findings > IMPORT_MAX_FINDINGS)
		return err_set(b->err, ERR_LIMIT, "more than %u findings", IMPORT_MAX_FINDINGS);
	f.id = str_take(f.id, 256);
	f.advisory = f.advisory.n ? str_take(f.advisory, 256) : f.id;
	f.title = cut(f.title);
	f.description = cut(f.description);
	f.fixed = str_take(f.fixed, 1024);
	if (f.severity_source.n == 0)
		f.severity_source = str_cat(b->arena, STR("tool:"), b->at->from.tool);
	if (f.tool_count == 0 && !b->at->from.own) {
		f.tools = &b->at->from.tool;
		f.tool_count = 1;
	}
	if (f.origin.n == 0)
		f.origin = b->at->from.tool;
	b->findings = arena_grow(b->arena, b->findings, b->finding_n, &b->finding_cap, sizeof(f));
	b->findings[b->finding_n++] = f;
	return 0;
}

enum severity import_severity(str word)
{
	static const struct {
		const char *word;
		enum severity severity;
	} others[] = {
		{ "important", SEVERITY_HIGH },	  { "moderate", SEVERITY_MEDIUM },
		{ "info", SEVERITY_NEGLIGIBLE },  { "informational", SEVERITY_NEGLIGIBLE },
		{ "none", SEVERITY_NEGLIGIBLE },  { "error", SEVERITY_HIGH },
		{ "warning", SEVERITY_MEDIUM },	  { "note", SEVERITY_LOW },
		{ "defcon1", SEVERITY_CRITICAL }, { "unspecified", SEVERITY_UNKNOWN },
	};
	enum severity severity = SEVERITY_UNKNOWN;

	if (severity_from(word, &severity))
		return severity;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (str_ieq(word, str_c(others[i].word)))
			return others[i].severity;
	}
	return SEVERITY_UNKNOWN;
}

double import_number(const struct json *v)
{
	double number = -1, scale = 1;
	str text = json_str(v), whole = text, part = STR_EMPTY;
	uint64_t a, b = 0;

	if (json_double(v, &number))
		return number >= 0 && number < 1e9 ? number : -1;
	IGNORE(str_cut(text, '.', &whole, &part)); /* without a point: all of it */
	if (whole.n > 9 || part.n > 9 || !str_u64(whole, &a) || (part.n > 0 && !str_u64(part, &b)))
		return -1;
	for (size_t i = 0; i < part.n; i++)
		scale *= 10;
	return (double)a + (double)b / scale;
}

size_t import_texts(const struct json *array, struct arena *arena, const str **out)
{
	size_t n = size_min(json_len(array), IMPORT_MAX_LIST), k = 0;
	str *texts = ARENA_ARRAY(arena, str, n);

	JSON_EACH (array, item) {
		if (k < n && json_is(item, JSON_STRING))
			texts[k++] = cut(json_str(item));
	}
	*out = texts;
	return k;
}

void import_score(struct import_builder *b, struct finding *finding, str source, str vector,
		  str version, double base)
{
	struct cvss_score *scores;
	str inside;

	if (base < 0 || base > 10 || finding->cvss_count >= 16)
		return;
	/* "CVSS:3.1/AV:N..." says which. */
	if (str_starts(vector, STR("CVSS:")) && str_split(&vector, '/', &inside)) {
		version = str_skip(inside, strlen("CVSS:"));
		vector = str_of(inside.p, inside.n + (vector.p ? 1 + vector.n : 0));
	}
	scores = ARENA_ARRAY(b->arena, struct cvss_score, finding->cvss_count + 1);
	if (finding->cvss_count > 0)
		memcpy(scores, finding->cvss, finding->cvss_count * sizeof(*scores));
	scores[finding->cvss_count++] = (struct cvss_score){ .version = str_take(version, 8),
							     .vector = str_take(vector, 512),
							     .source = str_take(source, 128),
							     .base = base };
	finding->cvss = scores;
}

bool import_is_id(str s)
{
	static const char *const heads[] = { "CVE-",  "GHSA-", "DSA-",	"DLA-",	  "RHSA-",
					     "ALSA-", "USN-",  "GO-",	"PYSEC-", "RUSTSEC-",
					     "OSV-",  "TEMP-", "SNYK-", "ELSA-",  "ALAS",
					     "RLSA-", "MAL-",  "CGA-" };

	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		if (str_starts(s, str_c(heads[i])) && s.n > strlen(heads[i]) && s.n < 128)
			return true;
	}
	return false;
}

const struct exception *import_hidden(struct import_builder *b, enum exception_kind kind,
				      str reason, str author)
{
	struct exception *e = ARENA_NEW(b->arena, struct exception);

	*e = (struct exception){ .subject = EXCEPTION_VULNERABILITY,
				 .kind = kind,
				 .reason = cut(reason),
				 .author = cut(author),
				 .source = b->at->from.tool };
	return e;
}

void import_name(struct import_builder *b, struct finding *finding, str id, const str *others,
		 size_t n)
{
	str *aliases = ARENA_ARRAY(b->arena, str, n + 1);
	str name = id;
	size_t k = 0;

	for (size_t i = 0; i < n && !str_starts(name, STR("CVE-")); i++) {
		if (str_starts(others[i], STR("CVE-")))
			name = others[i];
	}
	if (!str_eq(name, id) && id.n > 0)
		aliases[k++] = str_take(id, 256);
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(others[i], name) && !str_eq(others[i], id) && others[i].n > 0)
			aliases[k++] = str_take(others[i], 256);
	}
	if (k > 0)
		qsort(aliases, k, sizeof(*aliases), str_qsort_cmp);
	finding->id = name;
	finding->advisory = id;
	finding->aliases = aliases;
	finding->alias_count = k;
}
