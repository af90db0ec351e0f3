/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CycloneDX 1.4 and later with vulnerabilities[]: a finding for each component that one affects. An
 * analysis that says that it is not exploitable hides it. Without `affects` a flaw is about the
 * subject of the document.
 */
#include "fmt/sbom/sbom.h"
#include "report/import/builder.h"

static bool mine(const struct import_document *document)
{
	const struct json *root = document->json;

	return str_eq(json_get_str(root, STR("bomFormat")), STR("CycloneDX"));
}

struct refs {
	struct map components; /* bom-ref -> struct json of the component */
};

static void *shared(const void *p) { return (void *)(uintptr_t)p; } /* maps only hand it back */

static int take_component(struct import_builder *b, const struct json *component, int64_t *index)
{
	const struct import_package package = {
		.purl = json_get_str(component, STR("purl")),
		.name = json_get_str(component, STR("name")),
		.version = json_get_str(component, STR("version")),
		.licence = sbom_cyclonedx_licence(JSON_GET(component, "licenses"), b->arena),
		.layer = -1,
	};

	*index = import_package(b, &package);
	return *index < 0 ? -1 : 0;
}

/* All components below; the depth is that of the document. */
static int index_components(struct import_builder *b, const struct json *list, struct refs *refs)
{
	JSON_EACH (list, component) {
		str ref = json_get_str(component, STR("bom-ref"));
		str type = json_get_str(component, STR("type"));
		int64_t index;

		if (ref.n > 0)
			map_put(&refs->components, ref, shared(component));
		/* Systems and files are no packages. */
		if (!str_eq(type, STR("operating-system")) && !str_eq(type, STR("file")) &&
		    json_get_str(component, STR("name")).n > 0 &&
		    take_component(b, component, &index) < 0)
			return -1;
		if (index_components(b, JSON_GET(component, "components"), refs) < 0)
			return -1;
	}
	return 0;
}

static void take_ratings(struct import_builder *b, const struct json *flaw, struct finding *f)
{
	static const char *const methods[][2] = {
		{ "CVSSv2", "2.0" }, { "CVSSv3", "3.0" }, { "CVSSv31", "3.1" }, { "CVSSv4", "4.0" }
	};

	JSON_EACH (JSON_GET(flaw, "ratings"), rating) {
		str source = json_str(json_path(rating, "source", "name", NULL));
		str method = json_get_str(rating, STR("method")), version = STR_EMPTY;
		enum severity severity = import_severity(json_get_str(rating, STR("severity")));
		double score = import_number(JSON_GET(rating, "score"));

		for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
			if (str_eq(method, str_c(methods[i][0])))
				version = str_c(methods[i][1]);
		}
		if (version.n > 0)
			import_score(b, f, source, json_get_str(rating, STR("vector")), version,
				     score);
		if (str_eq(method, STR("EPSS")) && score <= 1)
			f->epss = score;
		if (severity == SEVERITY_UNKNOWN && version.n > 0 && score >= 0 && score <= 10)
			severity = severity_from_score(score);
		/* The first that says something counts. */
		if (f->severity != SEVERITY_UNKNOWN || severity == SEVERITY_UNKNOWN)
			continue;
		f->severity = severity;
		if (source.n > 0)
			f->severity_source = str_cat(b->arena, STR("vendor:"), source);
	}
}

static const struct exception *hidden_by(struct import_builder *b, const struct json *analysis)
{
	str state = json_get_str(analysis, STR("state")),
	    detail = json_get_str(analysis, STR("detail"));
	enum exception_kind kind;

	if (str_eq(state, STR("resolved")) || str_eq(state, STR("resolved_with_pedigree")))
		kind = EXCEPTION_FIXED;
	else if (str_eq(state, STR("not_affected")))
		kind = EXCEPTION_NOT_AFFECTED;
	else if (str_eq(state, STR("false_positive")))
		kind = EXCEPTION_FALSE_POSITIVE;
	else
		return NULL;
	if (detail.n == 0)
		detail = json_get_str(analysis, STR("justification"));
	return import_hidden(b, kind, detail.n ? detail : state, STR_EMPTY);
}

static void describe(struct import_builder *b, const struct json *flaw, struct finding *f)
{
	const struct json *references = JSON_GET(flaw, "references");
	const struct json *advisories = JSON_GET(flaw, "advisories");
	size_t n = size_min(json_len(references), IMPORT_MAX_LIST);
	size_t links = size_min(json_len(advisories), IMPORT_MAX_LIST);
	str *others = ARENA_ARRAY(b->arena, str, n), *urls = ARENA_ARRAY(b->arena, str, links);

	for (size_t i = 0; i < n; i++)
		others[i] = json_get_str(json_at(references, i), STR("id"));
	for (size_t i = 0; i < links; i++)
		urls[i] = str_take(json_get_str(json_at(advisories, i), STR("url")), 4096);
	import_name(b, f, json_get_str(flaw, STR("id")), others, n);
	f->references = urls;
	f->reference_count = links;
	f->description = json_get_str(flaw, STR("description"));
	if (f->description.n == 0)
		f->description = json_get_str(flaw, STR("detail"));
	f->published = json_get_str(flaw, STR("published"));
	f->modified = json_get_str(flaw, STR("updated"));
	take_ratings(b, flaw, f);
	f->hidden = hidden_by(b, JSON_GET(flaw, "analysis"));
}

/* "fixed" of the properties that our own documents and others write. */
static str fixed_of(const struct json *flaw)
{
	JSON_EACH (JSON_GET(flaw, "properties"), property) {
		str name = json_get_str(property, STR("name"));

		if (str_ends(name, STR(":fixed")) || str_ends(name, STR(":FixedVersion")) ||
		    str_eq(name, STR("fixedVersion")))
			return json_get_str(property, STR("value"));
	}
	return STR_EMPTY;
}

static const struct json *affected(const struct refs *refs, str ref)
{
	ptrdiff_t mark = str_rfind_char(ref, '#');

	if (!map_has(&refs->components, ref) && str_starts(ref, STR("urn:cdx:")) && mark >= 0)
		ref = str_skip(ref, (size_t)mark + 1); /* a link into a document */
	return map_has(&refs->components, ref) ? map_get(&refs->components, ref) : NULL;
}

static int take_flaw(struct import_builder *b, const struct json *flaw, const struct refs *refs,
		     const struct json *subject)
{
	const struct json *affects = JSON_GET(flaw, "affects");
	struct finding f = { .epss = -1, .epss_percentile = -1 };
	int64_t index;

	describe(b, flaw, &f);
	f.fixed = fixed_of(flaw);
	f.status = f.fixed.n ? FIX_AVAILABLE : FIX_NONE_YET;
	if (json_len(affects) == 0) {
		if (!subject) {
			import_skip(b, "a flaw of nothing", f.id);
			return 0;
		}
		if (take_component(b, subject, &index) < 0)
			return -1;
		f.package = (size_t)index;
		return import_finding(b, &f);
	}
	JSON_EACH (affects, one) {
		str ref = json_get_str(one, STR("ref"));
		const struct json *component = affected(refs, ref);
		const struct import_package package = { .purl = ref, .layer = -1 };

		/* Some name the package URL instead of a bom-ref. */
		if (!component && !str_starts(ref, STR("pkg:"))) {
			import_skip(b, "a flaw of a component that is not there", ref);
			continue;
		}
		index = -1;
		if (component ? take_component(b, component, &index) < 0
			      : (index = import_package(b, &package)) < 0)
			return -1;
		f.package = (size_t)index;
		if (import_finding(b, &f) < 0)
			return -1;
	}
	return 0;
}

/* metadata.tools is a list, since 1.5 also an object with components. */
static const struct json *tool_of(const struct json *root)
{
	const struct json *tools = json_path(root, "metadata", "tools", NULL);

	return json_at(json_is(tools, JSON_ARRAY) ? tools : JSON_GET(tools, "components"), 0);
}

static int read_document(struct import_builder *b, const struct import_document *document)
{
	const struct json *root = document->json, *tool = tool_of(root);
	const struct json *subject = json_path(root, "metadata", "component", NULL);
	struct refs refs;

	map_init(&refs.components, b->arena);
	if (import_target(b, json_get_str(tool, STR("name")), json_get_str(tool, STR("version")),
			  json_get_str(subject, STR("name"))) < 0)
		return -1;
	b->at->from.date = json_str(json_path(root, "metadata", "timestamp", NULL));
	str ref = json_get_str(subject, STR("bom-ref"));
	if (ref.n > 0)
		map_put(&refs.components, ref, shared(subject));
	if (index_components(b, JSON_GET(subject, "components"), &refs) < 0 ||
	    index_components(b, JSON_GET(root, "components"), &refs) < 0)
		return -1;
	JSON_EACH (JSON_GET(root, "vulnerabilities"), flaw) {
		if (take_flaw(b, flaw, &refs, subject) < 0)
			return -1;
	}
	return 0;
}

const struct import_form import_form_cyclonedx = { .name = "cyclonedx",
						   .mine = mine,
						   .read = read_document };
