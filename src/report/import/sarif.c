/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SARIF 2.1.0: a run is a target, a result a finding. SARIF has no place for packages, so each
 * scanner tells them its own way: properties of rule or result, a logical location "name@version",
 * or lines "Package: name" of the message. A result that names no package is about the file it
 * points at. What is suppressed stays hidden with its justification.
 */
#include "report/import/builder.h"

struct sarif_rules {
	struct map by_id;
	const struct json *list;
};

static bool mine(const struct import_document *document)
{
	const struct json *root = document->json;

	return json_is(JSON_GET(root, "runs"), JSON_ARRAY) &&
	       (str_starts(json_get_str(root, STR("version")), STR("2.")) ||
		str_find(json_get_str(root, STR("$schema")), STR("sarif")) >= 0);
}

static str text_of_message(const struct json *message)
{
	str text = json_get_str(message, STR("text"));

	return text.n ? text : json_get_str(message, STR("markdown"));
}

/* ---- rules ---- */

static void *shared(const void *p) { return (void *)(uintptr_t)p; } /* maps only hand it back */

static void index_rules(struct import_builder *b, const struct json *run, struct sarif_rules *rules)
{
	map_init(&rules->by_id, b->arena);
	rules->list = json_path(run, "tool", "driver", "rules", NULL);
	JSON_EACH (rules->list, rule)
		map_put(&rules->by_id, json_get_str(rule, STR("id")), shared(rule));
	JSON_EACH (json_path(run, "tool", "extensions", NULL), extension) {
		JSON_EACH (JSON_GET(extension, "rules"), rule)
			map_put(&rules->by_id, json_get_str(rule, STR("id")), shared(rule));
	}
}

static const struct json *rule_of(const struct sarif_rules *rules, const struct json *result)
{
	const struct json *inside = JSON_GET(result, "rule");
	str id = json_get_str(result, STR("ruleId"));
	int64_t index = -1;

	id = id.n ? id : json_get_str(inside, STR("id"));
	if (id.n > 0 && map_has(&rules->by_id, id))
		return map_get(&rules->by_id, id);
	if (json_i64(JSON_GET(result, "ruleIndex"), &index) ||
	    json_i64(JSON_GET(inside, "index"), &index))
		return index >= 0 ? json_at(rules->list, (size_t)index) : NULL;
	return NULL;
}

/* "CVE-2024-1234-libssl" and "CVE-2024-1234 (libssl)" name CVE-2024-1234. */
static str flaw_of(str id)
{
	size_t n = 0;
	unsigned dashes = 0;

	if (str_starts(id, STR("GHSA-")))
		return str_take(id, strlen("GHSA-xxxx-xxxx-xxxx"));
	if (!str_starts(id, STR("CVE-")))
		return id;
	for (n = strlen("CVE-"); n < id.n; n++) {
		if (id.p[n] == '-' && dashes == 0)
			dashes++;
		else if (!is_digit(id.p[n]))
			break;
	}
	return str_take(id, n);
}

/* ---- the package ---- */

/* First of several names in properties of the result, then of the rule. */
static str property(const struct json *result, const struct json *rule, const char *const *names)
{
	const struct json *bags[] = { JSON_GET(result, "properties"),
				      JSON_GET(rule, "properties") };

	for (size_t i = 0; i < ARRAY_LEN(bags); i++) {
		for (size_t k = 0; names[k]; k++) {
			const struct json *v = json_get(bags[i], str_c(names[k]));
			str text = json_str(json_is(v, JSON_ARRAY) ? json_at(v, 0) : v);

			if (text.n > 0)
				return text;
		}
	}
	return STR_EMPTY;
}

/* "Package: libssl" among the lines of a message, with any case and blanks before the colon. */
static str line_of_message(str message, const char *key)
{
	str line;

	while (str_line(&message, &line)) {
		str name, value;

		if (str_cut(str_trim(line), ':', &name, &value) &&
		    str_ieq(str_trim(name), str_c(key)))
			return str_trim(value);
	}
	return STR_EMPTY;
}

/* What stands between two texts. */
static str between(str s, const char *before, const char *after)
{
	ptrdiff_t at = str_find(s, str_c(before)), end;

	if (at < 0)
		return STR_EMPTY;
	s = str_skip(s, (size_t)at + strlen(before));
	end = str_find(s, str_c(after));
	return end < 0 ? STR_EMPTY : str_trim(str_take(s, (size_t)end));
}

/* "name@version", "deb/name@version", "image: name@version"; a scoped name begins with '@'. */
static void split_versioned(str s, struct import_package *p)
{
	ptrdiff_t colon = str_find(s, STR(": ")), at, slash;

	if (colon >= 0)
		s = str_trim(str_skip(s, (size_t)colon + 2));
	at = str_rfind_char(s, '@');
	if (at <= 0 || str_find_char(s, ' ') >= 0)
		return;
	str name = str_take(s, (size_t)at);
	p->version = str_skip(s, (size_t)at + 1);
	slash = str_find_char(name, '/');
	str type = slash > 0 ? str_take(name, (size_t)slash) : STR_EMPTY;
	bool typed = str_eq(type, STR("deb")) || str_eq(type, STR("rpm")) ||
		     str_eq(type, STR("apk")) || str_eq(type, STR("npm")) ||
		     str_eq(type, STR("pypi")) || str_eq(type, STR("maven")) ||
		     str_eq(type, STR("golang")) || str_eq(type, STR("gem"));
	p->type = typed ? type : p->type;
	p->name = typed ? str_skip(name, (size_t)slash + 1) : name;
}

static void from_locations(const struct json *result, struct import_package *p)
{
	JSON_EACH (JSON_GET(result, "locations"), location) {
		str uri = json_str(
			json_path(location, "physicalLocation", "artifactLocation", "uri", NULL));

		if (p->path.n == 0)
			p->path = uri;
		JSON_EACH (JSON_GET(location, "logicalLocations"), logical) {
			if (p->name.n == 0)
				split_versioned(json_get_str(logical, STR("fullyQualifiedName")),
						p);
		}
		if (p->name.n == 0)
			split_versioned(text_of_message(JSON_GET(location, "message")), p);
	}
}

static void from_message(str message, struct import_package *p)
{
	str package = line_of_message(message, "Package");
	str version = line_of_message(message, "Installed Version");

	if (str_starts(package, STR("pkg:")))
		p->purl = p->purl.n ? p->purl : package;
	else if (package.n > 0)
		p->name = package;
	if (version.n > 0)
		p->version = version;
	if (p->name.n == 0 && p->purl.n == 0) {
		p->name = between(message, " package: ", ", version ");
		p->version = between(message, ", version ", " was found");
	}
	if (p->name.n == 0 && p->purl.n == 0) {
		p->name = between(message, " reports ", " at version ");
		p->version = between(message, " at version ", " ");
	}
}

static struct import_package package_of(const struct json *result, const struct json *rule,
					str message)
{
	static const char *const purls[] = { "purl", "purls", "packageUrl", NULL };
	static const char *const names[] = { "package",	  "pkgName",	 "packageName",
					     "component", "PackageName", NULL };
	static const char *const versions[] = { "installed",	    "installedVersion",
						"packageVersion",   "InstalledVersion",
						"affected_version", NULL };
	static const char *const kinds[] = { "package_kind", "packageManager", "pkgType", NULL };
	struct import_package p = { .layer = -1 }, told;

	p.purl = property(result, rule, purls);
	p.purl = str_starts(p.purl, STR("pkg:")) ? p.purl : STR_EMPTY;
	from_locations(result, &p);
	told = p;
	from_message(message, &told);
	p = told;
	str name = property(result, rule, names), version = property(result, rule, versions);
	str kind = property(result, rule, kinds);
	p.name = name.n ? name : p.name;
	p.version = version.n ? version : p.version;
	p.type = kind.n ? kind : p.type;
	return p;
}

/* ---- rating ---- */

static enum severity severity_of(struct import_builder *b, const struct json *result,
				 const struct json *rule, str message, struct finding *f)
{
	static const char *const words[] = { "severity", "cvssV3_severity", NULL };
	static const char *const scores[] = { "security-severity", "cvssV3", "cvss", NULL };
	str told = property(result, rule, words), level = json_get_str(result, STR("level"));
	const struct json score = { .type = JSON_STRING };
	struct json text = score;
	str number = property(result, rule, scores);

	told = told.n ? told : line_of_message(message, "Severity");
	text.n = (uint32_t)size_min(number.n, 32);
	text.text = number.p;
	double base = number.n ? import_number(&text) : -1;
	if (base > 0)
		import_score(b, f, b->at->from.tool, STR_EMPTY, STR_EMPTY, base);
	if (import_severity(told) != SEVERITY_UNKNOWN)
		return import_severity(told);
	if (base >= 0 && base <= 10)
		return severity_from_score(base);
	if (level.n == 0)
		level = json_str(json_path(rule, "defaultConfiguration", "level", NULL));
	return import_severity(level.n ? level : STR("warning"));
}

static const struct exception *hidden_by(struct import_builder *b, const struct json *result)
{
	const struct json *list = JSON_GET(result, "suppressions");

	JSON_EACH (list, suppression) {
		str status = json_get_str(suppression, STR("status"));
		str reason = json_get_str(suppression, STR("justification"));

		if (str_eq(status, STR("underReview")) || str_eq(status, STR("rejected")))
			return NULL; /* one that does not hold undoes the others */
		if (suppression + 1 == suppression_end)
			return import_hidden(b, EXCEPTION_ACCEPTED,
					     reason.n ? reason : STR("suppressed"), STR_EMPTY);
	}
	return NULL;
}

/* ---- results ---- */

static void describe(struct import_builder *b, const struct json *result, const struct json *rule,
		     str message, struct finding *f)
{
	static const char *const fixes[] = { "fixed", "fixedVersion", "fixed_version",
					     "FixedVersion", NULL };
	str link = json_get_str(rule, STR("helpUri"));

	f->title = json_str(json_path(rule, "shortDescription", "text", NULL));
	f->description = json_str(json_path(rule, "fullDescription", "text", NULL));
	if (f->description.n == 0)
		f->description = json_str(json_path(rule, "help", "text", NULL));
	if (f->title.n == 0)
		f->title = str_take(message, 300);
	f->fixed = property(result, rule, fixes);
	if (f->fixed.n == 0)
		f->fixed = line_of_message(message, "Fixed Version");
	if (str_ieq(f->fixed, STR("not fixed")) || str_ieq(f->fixed, STR("none")))
		f->fixed = STR_EMPTY;
	f->status = f->fixed.n ? FIX_AVAILABLE : FIX_NONE_YET;
	if (link.n > 0) {
		str *links = ARENA_NEW(b->arena, str);

		*links = str_take(link, 4096);
		f->references = links;
		f->reference_count = 1;
	}
}

static int take_result(struct import_builder *b, const struct sarif_rules *rules,
		       const struct json *result)
{
	const struct json *rule = rule_of(rules, result);
	str message = text_of_message(JSON_GET(result, "message"));
	str kind = json_get_str(result, STR("kind"));
	str id = json_get_str(result, STR("ruleId"));
	struct finding f = { .epss = -1, .epss_percentile = -1 };

	id = id.n ? id : json_get_str(rule, STR("id"));
	if (str_eq(kind, STR("pass")) || str_eq(kind, STR("notApplicable")) ||
	    str_eq(json_get_str(result, STR("baselineState")), STR("absent")))
		return 0;
	struct import_package package = package_of(result, rule, message);
	if (package.name.n == 0 && package.purl.n == 0) {
		package.name = package.path.n ? package.path : STR("-");
		f.kind = FINDING_POTENTIAL;
	}
	int64_t index = import_package(b, &package);
	if (index < 0)
		return -1;
	f.package = (size_t)index;
	import_name(b, &f, flaw_of(id), NULL, 0);
	f.severity = severity_of(b, result, rule, message, &f);
	describe(b, result, rule, message, &f);
	f.hidden = hidden_by(b, result);
	return import_finding(b, &f);
}

static str target_of(const struct json *run)
{
	const struct json *properties = JSON_GET(run, "properties");
	str name = json_get_str(properties, STR("target"));

	return name.n ? name : json_get_str(properties, STR("imageName"));
}

static int read_document(struct import_builder *b, const struct import_document *document)
{
	JSON_EACH (JSON_GET(document->json, "runs"), run) {
		const struct json *driver = json_path(run, "tool", "driver", NULL);
		struct sarif_rules rules;
		str version = json_get_str(driver, STR("version"));

		if (version.n == 0)
			version = json_get_str(driver, STR("semanticVersion"));
		if (import_target(b, json_get_str(driver, STR("name")), version, target_of(run)) <
		    0)
			return -1;
		b->at->inventory.config_digest =
			json_str(json_path(run, "properties", "imageID", NULL));
		b->at->inventory.digest = json_str(json_path(run, "properties", "digest", NULL));
		index_rules(b, run, &rules);
		JSON_EACH (JSON_GET(run, "results"), result) {
			if (take_result(b, &rules, result) < 0)
				return -1;
		}
		JSON_EACH (JSON_GET(run, "invocations"), invocation) {
			if (json_is(JSON_GET(invocation, "executionSuccessful"), JSON_FALSE))
				import_skip(b, "the tool says that it did not succeed",
					    json_get_str(driver, STR("name")));
		}
	}
	return 0;
}

const struct import_form import_form_sarif = { .name = "sarif",
					       .mine = mine,
					       .read = read_document };
