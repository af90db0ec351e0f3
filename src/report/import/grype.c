/* SPDX-License-Identifier: Apache-2.0 */
/* Grype's JSON: matches, and ignoredMatches with the rules that hid them. */
#include "report/import/builder.h"

static bool mine(const struct import_document *document)
{
	const struct json *root = document->json;

	return json_is(JSON_GET(root, "matches"), JSON_ARRAY) &&
	       (JSON_GET(root, "descriptor") || JSON_GET(root, "source"));
}

static void take_scores(struct import_builder *b, const struct json *flaw, struct finding *f)
{
	JSON_EACH (JSON_GET(flaw, "cvss"), cvss)
		import_score(b, f, json_get_str(cvss, STR("source")),
			     json_get_str(cvss, STR("vector")), json_get_str(cvss, STR("version")),
			     import_number(json_path(cvss, "metrics", "baseScore", NULL)));
}

static enum fix_status status_of(str state)
{
	if (str_eq(state, STR("fixed")))
		return FIX_AVAILABLE;
	return str_eq(state, STR("wont-fix")) ? FIX_WILL_NOT : FIX_NONE_YET;
}

/* Evidence: "cpe-match" compares names that somebody guessed. */
static enum finding_kind kind_of(const struct json *match)
{
	JSON_EACH (JSON_GET(match, "matchDetails"), detail) {
		if (!str_starts(json_get_str(detail, STR("type")), STR("cpe")))
			return FINDING_CONFIRMED;
	}
	return json_len(JSON_GET(match, "matchDetails")) ? FINDING_POTENTIAL : FINDING_CONFIRMED;
}

static void take_names(struct import_builder *b, const struct json *match, struct finding *f)
{
	const struct json *related = JSON_GET(match, "relatedVulnerabilities");
	size_t n = size_min(json_len(related), IMPORT_MAX_LIST);
	str *others = ARENA_ARRAY(b->arena, str, n);

	for (size_t i = 0; i < n; i++) {
		others[i] = json_get_str(json_at(related, i), STR("id"));
		if (f->description.n == 0)
			f->description = json_get_str(json_at(related, i), STR("description"));
		if (f->cvss_count == 0)
			take_scores(b, json_at(related, i), f);
	}
	import_name(b, f, json_str(json_path(match, "vulnerability", "id", NULL)), others, n);
}

static void take_risk(const struct json *flaw, struct finding *f)
{
	const struct json *epss = json_at(JSON_GET(flaw, "epss"), 0);
	const struct json *kev = json_at(JSON_GET(flaw, "knownExploited"), 0);

	f->epss = import_number(JSON_GET(epss, "epss"));
	f->epss_percentile = import_number(JSON_GET(epss, "percentile"));
	f->kev = kev != NULL;
	f->kev_added = json_get_str(kev, STR("dateAdded"));
	f->kev_due = json_get_str(kev, STR("dueDate"));
}

static int take_match(struct import_builder *b, const struct json *match,
		      const struct exception *hidden)
{
	const struct json *flaw = JSON_GET(match, "vulnerability");
	const struct json *artifact = JSON_GET(match, "artifact");
	const struct json *place = json_at(JSON_GET(artifact, "locations"), 0);
	const struct json *upstream = json_at(JSON_GET(artifact, "upstreams"), 0);
	struct finding f = { .hidden = hidden };
	const struct import_package package = {
		.purl = json_get_str(artifact, STR("purl")),
		.type = json_get_str(artifact, STR("type")),
		.name = json_get_str(artifact, STR("name")),
		.version = json_get_str(artifact, STR("version")),
		.path = json_get_str(place, STR("path")),
		.source_name = json_get_str(upstream, STR("name")),
		.licence = import_licences(b, JSON_GET(artifact, "licenses")),
		.layer = -1,
	};
	int64_t index = import_package(b, &package);

	if (index < 0)
		return -1;
	f.description = json_get_str(flaw, STR("description"));
	take_scores(b, flaw, &f);
	take_names(b, match, &f);
	take_risk(flaw, &f);
	f.package = (size_t)index;
	f.severity = import_severity(json_get_str(flaw, STR("severity")));
	f.status = status_of(json_str(json_path(flaw, "fix", "state", NULL)));
	f.fixed = json_str(json_at(json_path(flaw, "fix", "versions", NULL), 0));
	if (f.fixed.n > 0)
		f.status = FIX_AVAILABLE;
	f.kind = kind_of(match);
	f.reference_count = import_texts(JSON_GET(flaw, "urls"), b->arena, &f.references);
	return import_finding(b, &f);
}

static const struct exception *hidden_by(struct import_builder *b, const struct json *match)
{
	const struct json *rule = json_at(JSON_GET(match, "appliedIgnoreRules"), 0);
	str status = json_get_str(rule, STR("vex-status"));
	str reason = json_get_str(rule, STR("reason"));

	if (reason.n == 0)
		reason = json_get_str(rule, STR("vex-justification"));
	return import_hidden(b,
			     str_eq(status, STR("not_affected")) ? EXCEPTION_NOT_AFFECTED
			     : str_eq(status, STR("fixed"))	 ? EXCEPTION_FIXED
								 : EXCEPTION_ACCEPTED,
			     reason.n ? reason : STR("ignored"), STR_EMPTY);
}

static void take_source(struct import_builder *b, const struct json *root)
{
	const struct json *target = json_path(root, "source", "target", NULL);
	struct inventory *inventory = &b->at->inventory;

	inventory->config_digest = json_get_str(target, STR("imageID"));
	inventory->digest = json_get_str(target, STR("manifestDigest"));
	inventory->repo_tag_count =
		import_texts(JSON_GET(target, "tags"), b->arena, &inventory->repo_tags);
	inventory->os.family = json_str(json_path(root, "distro", "name", NULL));
	inventory->os.version = json_str(json_path(root, "distro", "version", NULL));
	b->at->from.date = json_str(json_path(root, "descriptor", "timestamp", NULL));
}

static int read_document(struct import_builder *b, const struct import_document *document)
{
	const struct json *root = document->json;
	const struct json *target = json_path(root, "source", "target", NULL);
	str tool = json_str(json_path(root, "descriptor", "name", NULL));
	str version = json_str(json_path(root, "descriptor", "version", NULL));
	str name = json_is(target, JSON_STRING) ? json_str(target)
						: json_get_str(target, STR("userInput"));

	if (import_target(b, tool.n ? tool : STR("grype"), version, name) < 0)
		return -1;
	take_source(b, root);
	JSON_EACH (JSON_GET(root, "matches"), match) {
		if (take_match(b, match, NULL) < 0)
			return -1;
	}
	JSON_EACH (JSON_GET(root, "ignoredMatches"), match) {
		if (take_match(b, match, hidden_by(b, match)) < 0)
			return -1;
	}
	return 0;
}

const struct import_form import_form_grype = { .name = "grype",
					       .mine = mine,
					       .read = read_document };
