/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPDX tag-value: lines "Tag: value", a value may be <text>several lines</text>. One table leads
 * from tags to the members of the JSON form and back.
 */
#include "fmt/fields.h"
#include "fmt/sbom/internal.h"

#define TAG_LISTS_MAX 12u

enum section { DOCUMENT, CREATION, PACKAGE, SPDX_FILE, LICENCE, SNIPPET, ANNOTATION, SECTIONS };

enum form {
	TEXT,
	LIST,
	TRUTH,
	CHECKSUM,     /* "SHA1: hex" */
	EXTERNAL,     /* "CATEGORY type locator" */
	RELATION,     /* "A TYPE B" */
	VERIFICATION, /* "hex (excludes: a, b)" */
	PASSED,	      /* read over */
};

struct tag {
	const char *tag;
	enum section section;
	const char *key;
	enum form form;
	bool begins; /* a new element of the section */
};

static const struct tag tags[] = {
	{ "SPDXVersion", DOCUMENT, "spdxVersion", TEXT, false },
	{ "DataLicense", DOCUMENT, "dataLicense", TEXT, false },
	{ "SPDXID", DOCUMENT, "SPDXID", TEXT, false },
	{ "DocumentName", DOCUMENT, "name", TEXT, false },
	{ "DocumentNamespace", DOCUMENT, "documentNamespace", TEXT, false },
	{ "DocumentComment", DOCUMENT, "comment", TEXT, false },
	{ "ExternalDocumentRef", DOCUMENT, "externalDocumentRefs", PASSED, false },
	{ "Relationship", DOCUMENT, "relationships", RELATION, false },
	{ "RelationshipComment", DOCUMENT, NULL, PASSED, false },
	{ "Creator", CREATION, "creators", LIST, false },
	{ "Created", CREATION, "created", TEXT, false },
	{ "CreatorComment", CREATION, "comment", TEXT, false },
	{ "LicenseListVersion", CREATION, "licenseListVersion", TEXT, false },
	{ "PackageName", PACKAGE, "name", TEXT, true },
	{ "SPDXID", PACKAGE, "SPDXID", TEXT, false },
	{ "PackageVersion", PACKAGE, "versionInfo", TEXT, false },
	{ "PackageFileName", PACKAGE, "packageFileName", TEXT, false },
	{ "PackageSupplier", PACKAGE, "supplier", TEXT, false },
	{ "PackageOriginator", PACKAGE, "originator", TEXT, false },
	{ "PackageDownloadLocation", PACKAGE, "downloadLocation", TEXT, false },
	{ "PrimaryPackagePurpose", PACKAGE, "primaryPackagePurpose", TEXT, false },
	{ "FilesAnalyzed", PACKAGE, "filesAnalyzed", TRUTH, false },
	{ "PackageVerificationCode", PACKAGE, "packageVerificationCode", VERIFICATION, false },
	{ "PackageChecksum", PACKAGE, "checksums", CHECKSUM, false },
	{ "PackageHomePage", PACKAGE, "homepage", TEXT, false },
	{ "PackageSourceInfo", PACKAGE, "sourceInfo", TEXT, false },
	{ "PackageLicenseConcluded", PACKAGE, "licenseConcluded", TEXT, false },
	{ "PackageLicenseInfoFromFiles", PACKAGE, "licenseInfoFromFiles", LIST, false },
	{ "PackageLicenseDeclared", PACKAGE, "licenseDeclared", TEXT, false },
	{ "PackageLicenseComments", PACKAGE, "licenseComments", TEXT, false },
	{ "PackageCopyrightText", PACKAGE, "copyrightText", TEXT, false },
	{ "PackageSummary", PACKAGE, "summary", TEXT, false },
	{ "PackageDescription", PACKAGE, "description", TEXT, false },
	{ "PackageComment", PACKAGE, "comment", TEXT, false },
	{ "PackageAttributionText", PACKAGE, "attributionTexts", LIST, false },
	{ "ExternalRef", PACKAGE, "externalRefs", EXTERNAL, false },
	{ "ExternalRefComment", PACKAGE, NULL, PASSED, false },
	{ "ReleaseDate", PACKAGE, "releaseDate", TEXT, false },
	{ "BuiltDate", PACKAGE, "builtDate", TEXT, false },
	{ "ValidUntilDate", PACKAGE, "validUntilDate", TEXT, false },
	{ "FileName", SPDX_FILE, "fileName", TEXT, true },
	{ "SPDXID", SPDX_FILE, "SPDXID", TEXT, false },
	{ "FileType", SPDX_FILE, "fileTypes", LIST, false },
	{ "FileChecksum", SPDX_FILE, "checksums", CHECKSUM, false },
	{ "LicenseConcluded", SPDX_FILE, "licenseConcluded", TEXT, false },
	{ "LicenseInfoInFile", SPDX_FILE, "licenseInfoInFiles", LIST, false },
	{ "LicenseComments", SPDX_FILE, "licenseComments", TEXT, false },
	{ "FileCopyrightText", SPDX_FILE, "copyrightText", TEXT, false },
	{ "FileComment", SPDX_FILE, "comment", TEXT, false },
	{ "FileNotice", SPDX_FILE, "noticeText", TEXT, false },
	{ "FileContributor", SPDX_FILE, "fileContributors", LIST, false },
	{ "FileAttributionText", SPDX_FILE, "attributionTexts", LIST, false },
	{ "LicenseID", LICENCE, "licenseId", TEXT, true },
	{ "ExtractedText", LICENCE, "extractedText", TEXT, false },
	{ "LicenseName", LICENCE, "name", TEXT, false },
	{ "LicenseCrossReference", LICENCE, "seeAlsos", LIST, false },
	{ "LicenseComment", LICENCE, "comment", TEXT, false },
	{ "SnippetSPDXID", SNIPPET, "SPDXID", TEXT, true },
	{ "SnippetFromFileSPDXID", SNIPPET, "snippetFromFile", TEXT, false },
	{ "SnippetName", SNIPPET, "name", TEXT, false },
	{ "Annotator", ANNOTATION, NULL, PASSED, true },
	{ "AnnotationDate", ANNOTATION, NULL, PASSED, false },
	{ "AnnotationType", ANNOTATION, NULL, PASSED, false },
	{ "SPDXREF", ANNOTATION, NULL, PASSED, false },
	{ "AnnotationComment", ANNOTATION, NULL, PASSED, false },
};

/* Members of the document that hold the elements of a section. */
static const char *const groups[SECTIONS] = {
	[PACKAGE] = "packages",
	[SPDX_FILE] = "files",
	[LICENCE] = "hasExtractedLicensingInfos",
	[SNIPPET] = "snippets",
};

/* ---- reading ---- */

struct element {
	enum section section;
	struct bom_tree members;
	struct {
		const char *key;
		struct bom_tree items;
	} lists[TAG_LISTS_MAX];
	size_t list_n;
};

struct reader {
	struct arena *arena;
	str rest;
	uint64_t line;
	struct element document, creation, current;
	bool has_current;
	struct bom_tree group[SECTIONS];
	str package; /* id of the one that came last: files that follow belong to it */
};

static void element_start(struct element *e, enum section section, struct arena *arena)
{
	*e = (struct element){ .section = section, .members = bom_tree_object(arena) };
}

static struct bom_tree *element_list(struct element *e, const char *key)
{
	for (size_t i = 0; i < e->list_n; i++) {
		if (strcmp(e->lists[i].key, key) == 0)
			return &e->lists[i].items;
	}
	if (e->list_n == TAG_LISTS_MAX)
		return NULL;
	e->lists[e->list_n].key = key;
	e->lists[e->list_n].items = bom_tree_array(e->members.arena);
	return &e->lists[e->list_n++].items;
}

static struct json element_end(struct element *e)
{
	for (size_t i = 0; i < e->list_n; i++)
		bom_tree_set(&e->members, str_c(e->lists[i].key),
			     bom_tree_value(&e->lists[i].items));
	return bom_tree_value(&e->members);
}

static void add_to(struct element *e, const char *key, struct json value)
{
	struct bom_tree *list = element_list(e, key);

	if (list)
		bom_tree_add(list, value);
}

/* A file belongs to the package before it. */
static void belong(struct reader *r, str file)
{
	struct bom_tree relation = bom_tree_object(r->arena);

	bom_tree_set_str(&relation, STR("spdxElementId"), r->package);
	bom_tree_set_str(&relation, STR("relationshipType"), STR("CONTAINS"));
	bom_tree_set_str(&relation, STR("relatedSpdxElement"), file);
	add_to(&r->document, "relationships", bom_tree_value(&relation));
}

static void close_current(struct reader *r)
{
	struct json made;

	bool closes = r->has_current && groups[r->current.section];

	r->has_current = false;
	if (!closes)
		return;
	made = element_end(&r->current);
	bom_tree_add(&r->group[r->current.section], made);
	if (r->current.section == PACKAGE)
		r->package = json_get_str(&made, STR("SPDXID"));
	else if (r->current.section == SPDX_FILE && r->package.n > 0)
		belong(r, json_get_str(&made, STR("SPDXID")));
}

static bool take_pair(struct element *e, const struct tag *tag, str value)
{
	struct bom_tree pair = bom_tree_object(e->members.arena);
	str algorithm, sum;

	if (!str_cut(value, ':', &algorithm, &sum))
		return false;
	bom_tree_set_str(&pair, STR("algorithm"), str_trim(algorithm));
	bom_tree_set_str(&pair, STR("checksumValue"), str_trim(sum));
	add_to(e, tag->key, bom_tree_value(&pair));
	return true;
}

static bool take_three(struct element *e, const struct tag *tag, const char *const keys[3],
		       str value)
{
	struct bom_tree parts = bom_tree_object(e->members.arena);
	str a = fields_take(&value), b = fields_take(&value);

	value = str_trim(value);
	if (str_empty(value))
		return false;
	bom_tree_set_str(&parts, str_c(keys[0]), a);
	bom_tree_set_str(&parts, str_c(keys[1]), b);
	bom_tree_set_str(&parts, str_c(keys[2]), value);
	add_to(e, tag->key, bom_tree_value(&parts));
	return true;
}

static bool take_value(struct element *e, const struct tag *tag, str value)
{
	static const char *const external[3] = { "referenceCategory", "referenceType",
						 "referenceLocator" };
	static const char *const relation[3] = { "spdxElementId", "relationshipType",
						 "relatedSpdxElement" };
	struct bom_tree code = bom_tree_object(e->members.arena);

	switch (tag->form) {
	case TEXT:
		bom_tree_set_str(&e->members, str_c(tag->key), value);
		return true;
	case LIST:
		add_to(e, tag->key, bom_text(value));
		return true;
	case TRUTH:
		bom_tree_set(&e->members, str_c(tag->key), bom_truth(str_ieq(value, STR("true"))));
		return true;
	case CHECKSUM:
		return take_pair(e, tag, value);
	case EXTERNAL:
		return take_three(e, tag, external, value);
	case RELATION:
		return take_three(e, tag, relation, value);
	case VERIFICATION:
		bom_tree_set_str(&code, STR("packageVerificationCodeValue"), fields_take(&value));
		bom_tree_set(&e->members, str_c(tag->key), bom_tree_value(&code));
		return true;
	case PASSED:
		return true;
	}
	return true;
}

static const struct tag *find_tag(str name, enum section now)
{
	const struct tag *found = NULL;

	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		if (!str_eq(name, str_c(tags[i].tag)))
			continue;
		if (!found || tags[i].section == now)
			found = &tags[i];
	}
	return found;
}

static int take_tag(struct reader *r, str name, str value, struct err *err)
{
	enum section now = r->has_current ? r->current.section : DOCUMENT;
	const struct tag *tag = find_tag(name, now);
	struct element *e = &r->current;

	if (!tag)
		return 0; /* licence reviews, byte ranges and what later versions bring */
	if (tag->begins) {
		close_current(r);
		element_start(&r->current, tag->section, r->arena);
		r->has_current = true;
	} else if (tag->section == DOCUMENT) {
		e = &r->document;
	} else if (tag->section == CREATION) {
		e = &r->creation;
	} else if (!r->has_current || tag->section != now) {
		return 0; /* a tag of another kind of element, such as LicenseConcluded of a snippet
			   */
	}
	if (!take_value(e, tag, value))
		return err_set(err, ERR_INPUT, "line %llu: malformed value of %s",
			       (unsigned long long)r->line, tag->tag);
	return 0;
}

/* A value in <text> reaches to the end of the mark, over lines. */
static int whole_value(struct reader *r, const char *begin, str *value, struct err *err)
{
	str open = STR("<text>"), close = STR("</text>"), all;
	ptrdiff_t end;

	if (!str_starts(*value, open))
		return 0;
	begin += open.n;
	all = str_of(begin, (size_t)(r->rest.p ? r->rest.p + r->rest.n - begin
					       : value->p + value->n - begin));
	end = str_find(all, close);
	if (end < 0)
		return err_set(err, ERR_INPUT, "line %llu: <text> without an end",
			       (unsigned long long)r->line);
	*value = str_take(all, (size_t)end);
	for (size_t i = 0; i < value->n; i++)
		r->line += value->p[i] == '\n';
	if (r->rest.p && all.p + end >= r->rest.p) {
		str skipped;

		r->rest = str_skip(all, (size_t)end);
		IGNORE(str_line(&r->rest, &skipped)); /* what stands behind the mark */
	}
	return 0;
}

int spdx_tag_to_json(str text, struct arena *arena, const struct json **out, struct err *err)
{
	struct reader r = { .arena = arena, .rest = text };
	struct json *document = ARENA_NEW(arena, struct json);
	str line, name, value;

	element_start(&r.document, DOCUMENT, arena);
	element_start(&r.creation, CREATION, arena);
	for (size_t i = 0; i < SECTIONS; i++)
		r.group[i] = bom_tree_array(arena);
	while (str_line(&r.rest, &line)) {
		r.line++;
		line = str_trim(line);
		if (str_empty(line) || line.p[0] == '#')
			continue;
		if (!str_cut(line, ':', &name, &value))
			return err_set(err, ERR_INPUT, "line %llu: expected 'Tag: value'",
				       (unsigned long long)r.line);
		value = str_trim(value);
		if (whole_value(&r, value.p, &value, err) < 0 ||
		    take_tag(&r, str_trim(name), value, err) < 0)
			return -1;
	}
	close_current(&r);
	bom_tree_set(&r.document.members, STR("creationInfo"), element_end(&r.creation));
	for (size_t i = 0; i < SECTIONS; i++) {
		if (groups[i])
			bom_tree_set(&r.document.members, str_c(groups[i]),
				     bom_tree_value(&r.group[i]));
	}
	*document = element_end(&r.document);
	*out = document;
	return 0;
}

/* ---- writing ---- */

/* The mark that ends a text cannot stand in one. */
static void put_text(struct buf *b, str value)
{
	str close = STR("</text>");
	ptrdiff_t at;

	while ((at = str_find(value, close)) >= 0) {
		buf_add(b, str_take(value, (size_t)at));
		BUF_LIT(b, "< /text>");
		value = str_skip(value, (size_t)at + close.n);
	}
	buf_add(b, value);
}

static void put_line(struct buf *b, const char *tag, str value)
{
	bool several = str_find_char(value, '\n') >= 0 || str_starts(value, STR("<text>"));

	buf_fmt(b, "%s: ", tag);
	if (several)
		BUF_LIT(b, "<text>");
	put_text(b, value);
	if (several)
		BUF_LIT(b, "</text>");
	buf_byte(b, '\n');
}

static void put_three(struct buf *b, const struct tag *tag, const struct json *item)
{
	bool relation = tag->form == RELATION;

	buf_fmt(b, "%s: ", tag->tag);
	buf_add(b, json_get_str(item, relation ? STR("spdxElementId") : STR("referenceCategory")));
	buf_byte(b, ' ');
	buf_add(b, json_get_str(item, relation ? STR("relationshipType") : STR("referenceType")));
	buf_byte(b, ' ');
	buf_add(b,
		json_get_str(item, relation ? STR("relatedSpdxElement") : STR("referenceLocator")));
	buf_byte(b, '\n');
}

static void put_tag(struct buf *b, const struct tag *tag, const struct json *v)
{
	if (!v || tag->form == PASSED || tag->form == VERIFICATION)
		return;
	if (tag->form == TEXT) {
		put_line(b, tag->tag, json_str(v));
	} else if (tag->form == TRUTH) {
		put_line(b, tag->tag, json_bool(v) ? STR("true") : STR("false"));
	} else {
		JSON_EACH (v, item) {
			if (tag->form == LIST) {
				put_line(b, tag->tag, json_str(item));
			} else if (tag->form == CHECKSUM) {
				buf_fmt(b, "%s: ", tag->tag);
				buf_add(b, json_get_str(item, STR("algorithm")));
				BUF_LIT(b, ": ");
				buf_add(b, json_get_str(item, STR("checksumValue")));
				buf_byte(b, '\n');
			} else {
				put_three(b, tag, item);
			}
		}
	}
}

static void put_element(struct buf *b, enum section section, const struct json *v)
{
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		if (tags[i].section == section && tags[i].key && tags[i].form != RELATION)
			put_tag(b, &tags[i], json_get(v, str_c(tags[i].key)));
	}
}

void spdx_tag_from_json(const struct json *document, struct buf *out)
{
	put_element(out, DOCUMENT, document);
	put_element(out, CREATION, JSON_GET(document, "creationInfo"));
	for (size_t i = 0; i < SECTIONS; i++) {
		if (!groups[i])
			continue;
		JSON_EACH (json_get(document, str_c(groups[i])), item) {
			buf_byte(out, '\n');
			put_element(out, (enum section)i, item);
		}
	}
	buf_byte(out, '\n');
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		if (tags[i].form == RELATION)
			put_tag(out, &tags[i], json_get(document, str_c(tags[i].key)));
	}
}
