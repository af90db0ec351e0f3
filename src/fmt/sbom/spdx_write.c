/* SPDX-License-Identifier: Apache-2.0 */
#include "base/num.h"
#include "base/time.h"
#include "fmt/licence/licence.h"
#include "fmt/package_kind.h"
#include "fmt/sbom/internal.h"
#include "fmt/sbom/write.h"

#define ROOT   "SPDXRef-Target"
#define SYSTEM "SPDXRef-OperatingSystem"

struct writer {
	const struct inventory *inventory;
	const struct sbom_write_opts *opts;
	struct arena *arena;
	struct json_writer json;
	str *ids;
	size_t uuid_at;
	struct map licences; /* LicenseRef -> struct str * of its text */
};

/* One line a note; bytes that would end a line or a <text> are written %XX. */
static str notes_text(const struct sbom_notes *notes, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, SBOM_WRITE_MAX);
	for (size_t i = 0; i < notes->n; i++) {
		const struct sbom_note *note = &notes->items[i];

		if (i > 0)
			buf_byte(&b, '\n');
		buf_add(&b, note->name);
		buf_byte(&b, '=');
		for (size_t k = 0; k < note->value.n; k++) {
			char c = note->value.p[k];

			if (c == '%' || c == '<' || (c >= 0 && c < ' '))
				buf_fmt(&b, "%%%02X", (unsigned char)c);
			else
				buf_byte(&b, c);
		}
	}
	return str_dup(arena, buf_str(&b));
}

/* One line: no format of this family has a place for control bytes in names. */
static str one_line(str s, struct arena *arena)
{
	char *p = arena_bytes(arena, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = (unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i];
	return str_of(p, s.n);
}

static void put_external(struct json_writer *w, const char *category, const char *type, str locator)
{
	json_open_object(w);
	json_kv_str(w, STR("referenceCategory"), str_c(category));
	json_kv_str(w, STR("referenceType"), str_c(type));
	json_kv_str(w, STR("referenceLocator"), locator);
	json_close_object(w);
}

static void put_purl(struct json_writer *w, str purl)
{
	if (str_empty(purl))
		return;
	JSON_KEY(w, "externalRefs");
	json_open_array(w);
	put_external(w, "PACKAGE-MANAGER", "purl", purl);
	json_close_array(w);
}

static void put_package_end(struct json_writer *w, str licence, const char *purpose)
{
	json_kv_str(w, STR("downloadLocation"), STR("NOASSERTION"));
	json_kv_bool(w, STR("filesAnalyzed"), false);
	json_kv_str(w, STR("licenseConcluded"), STR("NOASSERTION"));
	json_kv_str(w, STR("licenseDeclared"), str_empty(licence) ? STR("NOASSERTION") : licence);
	json_kv_str(w, STR("copyrightText"), STR("NOASSERTION"));
	json_kv_str(w, STR("primaryPackagePurpose"), str_c(purpose));
}

static void put_target(struct writer *s)
{
	const struct inventory *inventory = s->inventory;
	struct sbom_notes notes = { .arena = s->arena };
	struct json_writer *w = &s->json;
	bool image = inventory->digest.n > 0 || inventory->config_digest.n > 0;

	json_open_object(w);
	json_kv_str(w, STR("SPDXID"), STR(ROOT));
	json_kv_str(w, STR("name"), one_line(inventory->target, s->arena));
	json_kv_opt(w, STR("versionInfo"), inventory->digest);
	put_package_end(w, STR_EMPTY, image ? "CONTAINER" : "APPLICATION");
	put_purl(w, sbom_purl_of_image(inventory, s->arena));
	sbom_target_notes(inventory, &notes);
	sbom_more_notes(s->opts->notes, s->opts->note_count, &notes);
	json_kv_opt(w, STR("comment"), notes_text(&notes, s->arena));
	json_close_object(w);
}

static void put_system(struct writer *s)
{
	const struct os_identity *os = &s->inventory->os;
	struct json_writer *w = &s->json;

	if (str_empty(os->family))
		return;
	json_open_object(w);
	json_kv_str(w, STR("SPDXID"), STR(SYSTEM));
	json_kv_str(w, STR("name"), one_line(os->family, s->arena));
	json_kv_opt(w, STR("versionInfo"), one_line(os->version, s->arena));
	put_package_end(w, STR_EMPTY, "OPERATING_SYSTEM");
	json_close_object(w);
}

static void put_checksums(struct json_writer *w, const struct package *package)
{
	size_t known = 0;

	for (size_t i = 0; i < package->digest_count; i++) {
		str algorithm = sbom_hash_name(package->digests[i], false), name, hex;

		if (str_empty(algorithm) || !str_cut(package->digests[i], ':', &name, &hex))
			continue;
		if (known++ == 0) {
			JSON_KEY(w, "checksums");
			json_open_array(w);
		}
		json_open_object(w);
		json_kv_str(w, STR("algorithm"), algorithm);
		json_kv_str(w, STR("checksumValue"), hex);
		json_close_object(w);
	}
	if (known > 0)
		json_close_array(w);
}

/* The expression, or a reference to the text. *told is what a reader makes of it. */
static str declared_licence(struct writer *s, str text, str *told)
{
	str normal, ref;

	*told = STR_EMPTY;
	if (str_empty(text))
		return STR_EMPTY;
	if (licence_sure(text, s->arena, &normal)) {
		*told = normal;
		return normal;
	}
	ref = licence_ref(text, s->arena);
	str *known = map_get(&s->licences, ref);
	if (known && !str_eq(*known, text)) { /* two texts that look alike in letters */
		ref = str_fmt(s->arena, "%.*s-%016llx", STR_ARG(ref),
			      (unsigned long long)str_hash(text, 0));
		known = map_get(&s->licences, ref);
	}
	if (!known) {
		known = ARENA_NEW(s->arena, str);
		*known = text;
		map_put(&s->licences, ref, known);
	}
	return ref; /* the text itself is noted: tag-value would trim it */
}

static void put_package(struct writer *s, size_t index)
{
	const struct package *package = &s->inventory->packages[index];
	struct sbom_notes notes = { .arena = s->arena };
	struct json_writer *w = &s->json;
	str purl = sbom_purl_of_package(package, &s->inventory->os, s->arena);
	str told, licence = declared_licence(s, package->licence, &told);

	json_open_object(w);
	json_kv_str(w, STR("SPDXID"), s->ids[index]);
	json_kv_str(w, STR("name"), one_line(package->name, s->arena));
	json_kv_opt(w, STR("versionInfo"), one_line(package->version, s->arena));
	put_package_end(w, licence, "LIBRARY");
	put_checksums(w, package);
	if (package->source_name.n > 0)
		json_kv_str(w, STR("sourceInfo"),
			    one_line(str_fmt(s->arena, "built package from: %.*s %.*s",
					     STR_ARG(package->source_name),
					     STR_ARG(package_source_version(package))),
				     s->arena));
	put_purl(w, purl);
	sbom_package_notes(package, s->inventory, purl, told, &notes);
	json_kv_opt(w, STR("comment"), notes_text(&notes, s->arena));
	json_close_object(w);
}

static void put_licences(struct writer *s)
{
	struct json_writer *w = &s->json;

	if (s->licences.n == 0)
		return;
	JSON_KEY(w, "hasExtractedLicensingInfos");
	json_open_array(w);
	MAP_EACH (&s->licences, entry) {
		str text = *(const str *)entry->value;

		json_open_object(w);
		json_kv_str(w, STR("licenseId"), entry->key);
		json_kv_str(w, STR("extractedText"), text);
		json_kv_str(w, STR("name"), one_line(text, s->arena));
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_relation(struct json_writer *w, str from, const char *type, str to)
{
	json_open_object(w);
	json_kv_str(w, STR("spdxElementId"), from);
	json_kv_str(w, STR("relationshipType"), str_c(type));
	json_kv_str(w, STR("relatedSpdxElement"), to);
	json_close_object(w);
}

static void put_relations(struct writer *s)
{
	struct json_writer *w = &s->json;
	const struct inventory *inventory = s->inventory;
	bool system = inventory->os.family.n > 0;
	struct sbom_edges edges;

	sbom_edges_find(inventory, s->arena, &edges);
	JSON_KEY(w, "relationships");
	json_open_array(w);
	put_relation(w, STR("SPDXRef-DOCUMENT"), "DESCRIBES", STR(ROOT));
	if (system)
		put_relation(w, STR(ROOT), "CONTAINS", STR(SYSTEM));
	for (size_t i = 0; i < inventory->package_count; i++) {
		bool of_system = system && package_kind_is_system(inventory->packages[i].kind);

		put_relation(w, of_system ? STR(SYSTEM) : STR(ROOT), "CONTAINS", s->ids[i]);
	}
	for (size_t i = 0; i < inventory->package_count; i++) {
		for (size_t k = 0; k < edges.count[i]; k++)
			put_relation(w, s->ids[i], "DEPENDS_ON", s->ids[edges.to[i][k]]);
	}
	json_close_array(w);
}

/* Letters, digits, '.' and '-'; the digest of the whole name keeps them apart. */
static str *spdx_ids(const struct inventory *inventory, struct arena *arena)
{
	str *refs = sbom_package_refs(inventory, arena);

	for (size_t i = 0; i < inventory->package_count; i++) {
		const struct package *p = &inventory->packages[i];
		uint64_t hash = siphash(refs[i], 0, 0);
		str name = str_take(licence_ref(p->name, arena), 11 + 100);

		refs[i] = str_fmt(arena, "SPDXRef-Package-%.*s-%.*s-%016llx", STR_ARG(p->kind),
				  STR_ARG(str_skip(name, 11)), (unsigned long long)hash);
	}
	return refs;
}

static void put_head(struct writer *s)
{
	struct json_writer *w = &s->json;
	str version = str_empty(s->opts->spec_version) ? STR("2.3") : s->opts->spec_version;
	str created = s->opts->timestamp, tool = STR("Tool: seawall");
	int64_t time;

	if (str_empty(created) && time_parse(s->inventory->created, &time))
		created = time_format(s->arena, time);
	if (s->opts->tool_version.n > 0)
		tool = str_fmt(s->arena, "Tool: seawall-%.*s", STR_ARG(s->opts->tool_version));
	json_kv_str(w, STR("spdxVersion"), str_cat(s->arena, STR("SPDX-"), version));
	json_kv_str(w, STR("dataLicense"), STR("CC0-1.0"));
	json_kv_str(w, STR("SPDXID"), STR("SPDXRef-DOCUMENT"));
	json_kv_str(w, STR("name"), one_line(s->inventory->target, s->arena));
	json_kv_str(w, STR("documentNamespace"), STR("urn:uuid:" SBOM_UUID_BLANK));
	s->uuid_at = w->out->n - 1 - strlen(SBOM_UUID_BLANK);
	JSON_KEY(w, "creationInfo");
	json_open_object(w);
	json_kv_str(w, STR("created"), str_empty(created) ? STR("1970-01-01T00:00:00Z") : created);
	json_kv_strings(w, STR("creators"), &tool, 1);
	json_close_object(w);
}

void sbom_write_spdx_json(const struct inventory *inventory, const struct sbom_write_opts *opts,
			  struct arena *arena, struct buf *out)
{
	struct writer s = { .inventory = inventory, .opts = opts, .arena = arena };
	char uuid[SBOM_UUID_TEXT];
	size_t start = out->n;

	map_init(&s.licences, arena);
	s.ids = spdx_ids(inventory, arena);
	json_writer_init(&s.json, out, 2);
	json_open_object(&s.json);
	put_head(&s);
	JSON_KEY(&s.json, "packages");
	json_open_array(&s.json);
	put_target(&s);
	put_system(&s);
	for (size_t i = 0; i < inventory->package_count; i++)
		put_package(&s, i);
	json_close_array(&s.json);
	put_licences(&s);
	put_relations(&s);
	json_close_object(&s.json);
	buf_byte(out, '\n');
	if (out->overflow)
		return;
	sbom_uuid_of(str_of(out->p + start, out->n - start), uuid);
	memcpy(out->p + s.uuid_at, uuid, strlen(uuid));
}

int sbom_write_spdx_tag(const struct inventory *inventory, const struct sbom_write_opts *opts,
			struct arena *arena, struct buf *out, struct err *err)
{
	AUTO(buf_done)
	struct buf json = { 0 };
	const struct json *document;

	buf_init(&json, out->max);
	sbom_write_spdx_json(inventory, opts, arena, &json);
	if (json.overflow)
		return err_set(err, ERR_LIMIT, "a document of more than %zu bytes", out->max);
	if (json_parse(buf_str(&json), NULL, arena, &document, err) < 0)
		return -1;
	spdx_tag_from_json(document, out);
	return 0;
}
