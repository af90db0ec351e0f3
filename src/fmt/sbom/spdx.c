/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX 2.2 and 2.3 in their JSON form; the other encodings are brought to it first. */
#include "fmt/sbom/internal.h"

struct spdx {
	struct sbom_builder *b;
	const struct json *document;
	struct map licences;  /* LicenseRef -> index + 1 of the extracted licence */
	struct map described; /* SPDXIDs that the document is about */
};

static str short_id(str id) { return str_without_prefix(id, STR("SPDXRef-")); }

static bool is_said(str s)
{
	return s.n > 0 && !str_eq(s, STR("NOASSERTION")) && !str_eq(s, STR("NONE"));
}

/* A lone reference stands for its text. */
static str licence_of(const struct spdx *s, const struct json *package)
{
	str text = json_get_str(package, STR("licenseDeclared"));
	size_t index;

	if (!is_said(text))
		text = json_get_str(package, STR("licenseConcluded"));
	if (!is_said(text))
		return STR_EMPTY;
	index = (size_t)(uintptr_t)map_get(&s->licences, text);
	if (index > 0) {
		const struct json *extracted =
			json_at(JSON_GET(s->document, "hasExtractedLicensingInfos"), index - 1);
		str name = json_get_str(extracted, STR("name"));
		str whole = json_get_str(extracted, STR("extractedText"));

		if (is_said(name) && str_find_char(whole, '\n') >= 0)
			return name;
		return str_find_char(whole, '\n') < 0 && is_said(whole) ? whole : text;
	}
	return text;
}

static size_t digests_of(const struct json *checksums, struct arena *arena, const str **out)
{
	str *digests = ARENA_ARRAY(arena, str, json_len(checksums));
	size_t n = 0;

	JSON_EACH (checksums, checksum) {
		str algorithm = json_get_str(checksum, STR("algorithm"));
		str value = json_get_str(checksum, STR("checksumValue"));

		if (algorithm.n > 0 && value.n > 0)
			digests[n++] =
				str_fmt(arena, "%.*s:%.*s", STR_ARG(str_lower(arena, algorithm)),
					STR_ARG(str_lower(arena, value)));
	}
	if (n > 0)
		qsort(digests, n, sizeof(*digests), str_qsort_cmp);
	*out = digests;
	return n;
}

static str decode(str s, struct arena *arena)
{
	char *p;
	size_t n = 0;
	uint64_t v;

	if (str_find_char(s, '%') < 0)
		return s;
	p = arena_bytes(arena, s.n);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && str_u64_base(str_of(s.p + i + 1, 2), 16, &v)) {
			p[n++] = (char)v;
			i += 2;
		} else {
			p[n++] = s.p[i];
		}
	}
	return str_of(p, n);
}

/* A line of the comment begins so: what is quoted inside of a note is none. */
static bool has_note(str comment, str start)
{
	str line;

	while (str_line(&comment, &line)) {
		if (str_starts(line, start))
			return true;
	}
	return false;
}

/* The next note of a comment. */
static bool next_note(str *comment, struct arena *arena, str *name, str *value)
{
	str line;

	while (str_line(comment, &line)) {
		if (!str_starts(line, STR(SBOM_NOTE)) || !str_cut(line, '=', name, value))
			continue;
		*value = decode(*value, arena);
		return true;
	}
	return false;
}

static void take_references(const struct spdx *s, const struct json *package,
			    struct sbom_package *made)
{
	struct os_identity os;

	JSON_EACH (JSON_GET(package, "externalRefs"), reference) {
		str type = json_get_str(reference, STR("referenceType"));
		str locator = json_get_str(reference, STR("referenceLocator"));
		ptrdiff_t slash = str_rfind_char(type, '/');

		type = str_skip(type, (size_t)(slash + 1));
		if (str_eq(type, STR("purl")) && str_empty(made->purl))
			made->purl = locator;
		else if ((str_eq(type, STR("cpe23Type")) || str_eq(type, STR("cpe22Type"))) &&
			 str_empty(made->cpe))
			made->cpe = locator;
	}
	if (str_empty(made->purl))
		return;
	if (!sbom_package_from_purl(made->purl, s->b->arena, &made->package, &os)) {
		sbom_skip(s->b, "malformed package URL", made->purl);
		return;
	}
	if (os.family.n > 0 && (str_empty(s->b->hint.family) || str_empty(s->b->hint.version)))
		s->b->hint = os;
}

/* Texts in which Trivy and Syft put what has no member of its own: "PkgType: debian". */
static void take_foreign_notes(const struct spdx *s, const struct json *package,
			       struct package *out)
{
	str name, value, from = STR("built package from: "), rest;
	str source = json_get_str(package, STR("sourceInfo"));

	JSON_EACH (JSON_GET(package, "attributionTexts"), text) {
		if (str_cut(json_str(text), ':', &name, &value))
			IGNORE(sbom_take_package_note(/* others' texts may say anything */
						      s->b, out,
						      str_cat(s->b->arena,
							      STR("aquasecurity:trivy:"), name),
						      str_trim(value)));
	}
	JSON_EACH (JSON_GET(package, "annotations"), annotation) {
		if (str_cut(json_get_str(annotation, STR("comment")), ':', &name, &value))
			IGNORE(sbom_take_package_note(/* likewise */
						      s->b, out,
						      str_cat(s->b->arena,
							      STR("aquasecurity:trivy:"), name),
						      str_trim(value)));
	}
	if (str_starts(source, from) && str_empty(out->source_name)) {
		rest = str_skip(source, from.n);
		if (str_cut(rest, ' ', &name, &value)) {
			out->source_name = name;
			out->source_version = str_trim(value);
		}
	}
}

static void take_notes(const struct spdx *s, const struct json *package, struct package *out)
{
	str comment = json_get_str(package, STR("comment")), name, value;

	/* In our own documents everything the package URL does not say is noted. */
	if (!has_note(comment, STR(SBOM_NOTE)))
		take_foreign_notes(s, package, out);
	while (next_note(&comment, s->b->arena, &name, &value)) {
		if (!sbom_take_package_note(s->b, out, name, value) &&
		    !sbom_take_target_note(s->b, name, value))
			sbom_skip(s->b, "note of a package that is not understood", name);
	}
}

static bool purpose_is(const struct json *package, const char *a, const char *b)
{
	str purpose = json_get_str(package, STR("primaryPackagePurpose"));

	return str_eq(purpose, str_c(a)) || (b && str_eq(purpose, str_c(b)));
}

static int take_package(const struct spdx *s, const struct json *package, struct err *err)
{
	struct sbom_package made = { .package = { .layer = -1 },
				     .ref = short_id(json_get_str(package, STR("SPDXID"))),
				     .title = json_get_str(package, STR("name")) };
	struct package *p = &made.package;
	str version = json_get_str(package, STR("versionInfo"));

	if (!json_is(package, JSON_OBJECT)) {
		sbom_skip(s->b, "package that is no object", STR("packages"));
		return 0;
	}
	if (purpose_is(package, "OPERATING_SYSTEM", "OPERATING-SYSTEM")) {
		sbom_take_system(s->b, made.title, version);
		return 0;
	}
	p->licence = licence_of(s, package);
	take_references(s, package, &made);
	take_notes(s, package, p);
	made.listed = made.purl.n > 0 || made.cpe.n > 0 || version.n > 0;
	if (str_empty(made.purl) && (purpose_is(package, "CONTAINER", NULL) ||
				     map_has(&s->described, json_get_str(package, STR("SPDXID")))))
		made.listed = made.cpe.n > 0;
	if (has_note(json_get_str(package, STR("comment")), STR(SBOM_NOTE "package:form=")))
		made.listed = true; /* we listed it */
	if (map_has(&s->described, json_get_str(package, STR("SPDXID"))) &&
	    str_empty(s->b->out->inventory.target))
		s->b->out->inventory.target = made.title;
	if (str_empty(p->name))
		p->name = made.title;
	if (str_empty(p->version) && is_said(version))
		p->version = version;
	p->digest_count = digests_of(JSON_GET(package, "checksums"), s->b->arena, &p->digests);
	return sbom_add_package(s->b, &made, err);
}

static int take_file(const struct spdx *s, const struct json *v, struct err *err)
{
	struct sbom_file file = { .ref = short_id(json_get_str(v, STR("SPDXID"))),
				  .path = json_get_str(v, STR("fileName")) };

	if (str_empty(file.path)) {
		sbom_skip(s->b, "file without a name", file.ref);
		return 0;
	}
	file.path = str_without_prefix(str_without_prefix(file.path, STR("./")), STR("/"));
	file.digest_count = digests_of(JSON_GET(v, "checksums"), s->b->arena, &file.digests);
	return sbom_add_file(s->b, &file, err);
}

/* One direction for each pair of words. */
static int take_relation(const struct spdx *s, str from, str type, str to, struct err *err)
{
	static const char *const turned[][2] = {
		{ "CONTAINED_BY", "CONTAINS" },	    { "DEPENDENCY_OF", "DEPENDS_ON" },
		{ "DESCRIBED_BY", "DESCRIBES" },    { "GENERATES", "GENERATED_FROM" },
		{ "DESCENDANT_OF", "ANCESTOR_OF" },
	};

	from = short_id(from);
	to = short_id(to);
	for (size_t i = 0; i < ARRAY_LEN(turned); i++) {
		if (str_eq(type, str_c(turned[i][0])))
			return sbom_relate(s->b, to, str_c(turned[i][1]), from, err);
	}
	if (str_empty(from) || str_empty(to) || str_empty(type)) {
		sbom_skip(s->b, "relationship that lacks a side", from);
		return 0;
	}
	return sbom_relate(s->b, from, type, to, err);
}

static int take_relations(const struct spdx *s, struct err *err)
{
	str document = STR("SPDXRef-DOCUMENT");

	JSON_EACH (JSON_GET(s->document, "relationships"), r) {
		if (take_relation(s, json_get_str(r, STR("spdxElementId")),
				  json_get_str(r, STR("relationshipType")),
				  json_get_str(r, STR("relatedSpdxElement")), err) < 0)
			return -1;
	}
	JSON_EACH (JSON_GET(s->document, "documentDescribes"), id) {
		if (take_relation(s, document, STR("DESCRIBES"), json_str(id), err) < 0)
			return -1;
	}
	JSON_EACH (JSON_GET(s->document, "packages"), package) {
		JSON_EACH (JSON_GET(package, "hasFiles"), id) {
			if (take_relation(s, json_get_str(package, STR("SPDXID")), STR("CONTAINS"),
					  json_str(id), err) < 0)
				return -1;
		}
	}
	return 0;
}

static void index_document(struct spdx *s)
{
	size_t index = 0;

	map_init(&s->licences, s->b->arena);
	map_init(&s->described, s->b->arena);
	JSON_EACH (JSON_GET(s->document, "hasExtractedLicensingInfos"), licence)
		map_put(&s->licences, json_get_str(licence, STR("licenseId")),
			(void *)(uintptr_t)++index);
	JSON_EACH (JSON_GET(s->document, "documentDescribes"), id)
		map_put(&s->described, json_str(id), NULL);
	JSON_EACH (JSON_GET(s->document, "relationships"), r) {
		if (str_eq(json_get_str(r, STR("relationshipType")), STR("DESCRIBES")))
			map_put(&s->described, json_get_str(r, STR("relatedSpdxElement")), NULL);
	}
}

int sbom_read_spdx(const struct json *document, struct sbom_builder *b, struct err *err)
{
	struct spdx s = { .b = b, .document = document };
	str version = json_get_str(document, STR("spdxVersion"));

	if (!str_starts(version, STR("SPDX-2.")))
		return err_set(err, ERR_UNSUPPORTED, "%.*s is not read, 2.0 to 2.3 are",
			       STR_ARG(version));
	b->out->version = str_skip(version, 5);
	index_document(&s);
	JSON_EACH (JSON_GET(document, "packages"), package) {
		if (take_package(&s, package, err) < 0)
			return -1;
	}
	JSON_EACH (JSON_GET(document, "files"), file) {
		if (take_file(&s, file, err) < 0)
			return -1;
	}
	if (str_empty(b->out->inventory.target))
		b->out->inventory.target = json_get_str(document, STR("name"));
	return take_relations(&s, err);
}
