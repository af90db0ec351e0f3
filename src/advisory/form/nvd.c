/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The National Vulnerability Database, JSON 2.0: a page of the API or a feed file, an object whose
 * member "vulnerabilities" lists {cve: {...}}. Only the products of cpe.h are kept: those that a
 * program without a package can be. They go to the ecosystem "NVD", by "vendor:product".
 */
#include "advisory/cpe.h"
#include "advisory/form/form.h"
#include "base/json.h"
#include "base/num.h"

#define MAX_CRITERIA 4096u /* of one product and flaw */
#define MAX_PRODUCTS 64u   /* of one flaw */

static bool is(const struct head *head)
{
	return head_has(head, STR("vulnerabilities")) &&
	       (head_has(head, STR("resultsPerPage")) || head_has(head, STR("totalResults")));
}

/* Others may mean something else by the same members. A page cut out by hand has none. */
static const char *foreign(const struct head *head)
{
	return !head_has(head, STR("format")) || str_eq(head->format, STR("NVD_CVE"))
		       ? NULL
		       : "NVD page whose \"format\" is not NVD_CVE";
}

/* What one flaw says about one product. */
struct product {
	str name;
	struct version_range *ranges;
	size_t range_count;
	str *versions;
	size_t version_count;
};

struct flaw {
	struct product products[MAX_PRODUCTS];
	size_t count;
	bool too_many;
};

static struct product *product_of(struct flaw *flaw, str name, struct arena *arena)
{
	for (size_t i = 0; i < flaw->count; i++) {
		if (str_eq(flaw->products[i].name, name))
			return &flaw->products[i];
	}
	if (flaw->count == MAX_PRODUCTS)
		return NULL;
	struct product *p = &flaw->products[flaw->count++];
	*p = (struct product){
		.name = name,
		.ranges = ARENA_ARRAY(arena, struct version_range, MAX_CRITERIA),
		.versions = ARENA_ARRAY(arena, str, MAX_CRITERIA),
	};
	return p;
}

/*
 * "versionStartExcluding 1.0" begins behind 1.0 and before 1.0.0.1: in the order of the ecosystem a
 * separator at the end is just that.
 */
static void add_range(struct product *p, const struct json *match, struct arena *arena)
{
	struct range_event *events = ARENA_ARRAY(arena, struct range_event, 2);
	str from = json_get_str(match, STR("versionStartIncluding"));
	str behind = json_get_str(match, STR("versionStartExcluding"));
	str before = json_get_str(match, STR("versionEndExcluding"));
	str last = json_get_str(match, STR("versionEndIncluding"));
	size_t n = 0;

	if (!str_empty(behind))
		from = str_cat(arena, behind, STR("."));
	events[n++] = (struct range_event){ .kind = EVENT_INTRODUCED,
					    .version = str_empty(from) ? STR("0") : from };
	if (!str_empty(before))
		events[n++] = (struct range_event){ .kind = EVENT_FIXED, .version = before };
	else if (!str_empty(last))
		events[n++] = (struct range_event){ .kind = EVENT_LAST_AFFECTED, .version = last };
	p->ranges[p->range_count++] = (struct version_range){ .events = events, .event_count = n };
}

static bool is_any(str value) { return str_eq(value, STR("*")) || str_eq(value, STR("-")); }

static void add_match(struct form_run *run, struct flaw *flaw, const struct json *match)
{
	struct arena *arena = run->scratch;
	struct product *p;
	struct cpe cpe;

	if (!json_bool(JSON_GET(match, "vulnerable")))
		return;
	if (!cpe_parse(json_get_str(match, STR("criteria")), arena, &cpe)) {
		form_skip(run, "criterion that is no CPE 2.3 name",
			  json_get_str(match, STR("criteria")));
		return;
	}
	str name = str_lower(
		arena, str_fmt(arena, "%.*s:%.*s", STR_ARG(cpe.vendor), STR_ARG(cpe.product)));
	/* Versions of a product for another system, or without any version, tell nothing. */
	if (!cpe_is_known(name) || str_eq(cpe.version, STR("-")) ||
	    (!is_any(cpe.target_software) && str_find(cpe.target_software, STR("linux")) < 0))
		return;
	p = product_of(flaw, name, arena);
	if (!p || p->range_count == MAX_CRITERIA || p->version_count == MAX_CRITERIA)
		flaw->too_many = true;
	else if (str_eq(cpe.version, STR("*")))
		add_range(p, match, arena);
	else
		p->versions[p->version_count++] =
			is_any(cpe.update) ? cpe.version
					   : str_fmt(arena, "%.*s-%.*s", STR_ARG(cpe.version),
						     STR_ARG(cpe.update));
}

static void add_configurations(struct form_run *run, struct flaw *flaw, const struct json *cve)
{
	JSON_EACH (JSON_GET(cve, "configurations"), configuration) {
		JSON_EACH (JSON_GET(configuration, "nodes"), node) {
			if (json_bool(JSON_GET(node, "negate")))
				continue;
			JSON_EACH (JSON_GET(node, "cpeMatch"), match)
				add_match(run, flaw, match);
		}
	}
}

static const struct record_rating *ratings(const struct json *metrics, struct arena *arena,
					   size_t *count)
{
	static const struct {
		str key, type;
	} kinds[] = {
		{ STR_INIT("cvssMetricV40"), STR_INIT("CVSS_V4") },
		{ STR_INIT("cvssMetricV31"), STR_INIT("CVSS_V3") },
		{ STR_INIT("cvssMetricV30"), STR_INIT("CVSS_V3") },
		{ STR_INIT("cvssMetricV2"), STR_INIT("CVSS_V2") },
	};
	struct record_rating *out = ARENA_ARRAY(arena, struct record_rating, 32);
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		JSON_EACH (json_get(metrics, kinds[i].key), metric) {
			str vector =
				json_get_str(JSON_GET(metric, "cvssData"), STR("vectorString"));

			if (n < 32 && !str_empty(vector))
				out[n++] = (struct record_rating){ .type = kinds[i].type,
								   .score = vector };
		}
	}
	*count = n;
	return out;
}

static struct record record_of(const struct json *cve, struct arena *arena)
{
	const struct json *references = JSON_GET(cve, "references");
	str *urls = ARENA_ARRAY(arena, str, size_min(json_len(references), RECORD_MAX_LIST));
	str *upstream = ARENA_ARRAY(arena, str, 1);
	struct record rec = {
		.published = form_date(json_get_str(cve, STR("published")), arena),
		.modified = form_date(json_get_str(cve, STR("lastModified")), arena),
	};

	upstream[0] = json_get_str(cve, STR("id"));
	rec.upstream = upstream;
	rec.upstream_count = 1;
	rec.id = str_cat(arena, STR("NVD-"), upstream[0]);
	JSON_EACH (JSON_GET(cve, "descriptions"), text) {
		if (str_eq(json_get_str(text, STR("lang")), STR("en")) && str_empty(rec.details))
			rec.details = json_get_str(text, STR("value"));
	}
	JSON_EACH (references, item) {
		str url = json_get_str(item, STR("url"));

		if (rec.reference_count < RECORD_MAX_LIST && !str_empty(url))
			urls[rec.reference_count++] = url;
	}
	rec.references = urls;
	rec.ratings = ratings(JSON_GET(cve, "metrics"), arena, &rec.rating_count);
	return rec;
}

static int put(struct form_run *run, const struct json *cve, const struct flaw *flaw,
	       struct err *err)
{
	struct record rec = record_of(cve, run->scratch);
	struct affected base = { 0 };
	int kept = build_record(run->build, &rec, 0, &base.record, err);

	if (kept <= 0)
		return kept;
	base.flaws = record_flaws(&rec, run->scratch, &base.flaw_count);
	for (size_t i = 0; i < flaw->count; i++) {
		const struct product *p = &flaw->products[i];
		struct affected a = base;

		a.ranges = p->ranges;
		a.range_count = p->range_count;
		a.versions = p->versions;
		a.version_count = p->version_count;
		if (build_affected(run->build, STR("NVD"), p->name, &a, err) < 0)
			return -1;
	}
	return 0;
}

static int run(struct form_run *run, struct err *err)
{
	const struct json *cve = JSON_GET(form_json(run), "cve");
	str id = json_get_str(cve, STR("id"));
	struct flaw *flaw = ARENA_NEW(run->scratch, struct flaw);

	if (!cve || !is_cve(id)) {
		form_skip(run, "entry without a CVE", str_take(id, 60));
		return 0;
	}
	if (str_eq(json_get_str(cve, STR("vulnStatus")), STR("Rejected"))) {
		form_skip_harmless(run, "withdrawn by its publisher", id);
		return 0;
	}
	add_configurations(run, flaw, cve);
	if (flaw->too_many)
		form_skip(run, "more products or criteria than are kept", id);
	if (flaw->count == 0) {
		form_skip_harmless(run, "about products that no program here is known as", id);
		return 0;
	}
	return put(run, cve, flaw, err);
}

const struct form form_nvd = {
	.name = "nvd",
	.is = is,
	.has_mode = true,
	.mode = ITEM_LIST,
	.foreign = foreign,
	.run = run,
};
