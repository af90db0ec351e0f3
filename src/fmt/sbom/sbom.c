/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "fmt/file_view.h"
#include "fmt/sbom/cyclonedx_rule.h"
#include "fmt/sbom/internal.h"
#include "fmt/sbom/xml_tree.h"
#include "fmt/syntax/text_file.h"
#include "fmt/syntax/yaml.h"

#define YAML_VALUES 20000000u
#define WRAPS_MAX   4u

const char *sbom_format_name(enum sbom_format format)
{
	static const char *const names[] = {
		[SBOM_CYCLONEDX_JSON] = "cyclonedx-json",
		[SBOM_CYCLONEDX_XML] = "cyclonedx-xml",
		[SBOM_SPDX_JSON] = "spdx-json",
		[SBOM_SPDX_YAML] = "spdx-yaml",
		[SBOM_SPDX_XML] = "spdx-xml",
		[SBOM_SPDX_TAG] = "spdx-tag-value",
		[SBOM_SPDX_RDF] = "spdx-rdf",
		[SBOM_SYFT_JSON] = "syft-json",
	};

	return names[format];
}

/* ---- which form ---- */

static int read_json(str text, struct sbom_builder *b, const struct json **out, struct err *err)
{
	const struct json_opts opts = { .borrow = true, .keep_duplicates = true };

	return json_parse(text, &opts, b->arena, out, err);
}

static int read_text(str text, struct sbom_builder *b, struct err *err);
static int read_document(const struct json *document, struct sbom_builder *b, struct err *err);

/* The predicate of an in-toto statement: the document, or its text, bare or in cosign's "Data". */
static int read_statement(const struct json *statement, struct sbom_builder *b, struct err *err)
{
	const struct json *predicate = JSON_GET(statement, "predicate");
	const struct json *data = JSON_GET(predicate, "Data");

	if (data)
		predicate = data;
	if (json_is(predicate, JSON_STRING))
		return read_text(json_str(predicate), b, err);
	return read_document(predicate, b, err);
}

/* A DSSE envelope: a payload and signatures, which are not looked at. */
static int read_envelope(const struct json *envelope, struct sbom_builder *b, struct err *err)
{
	const struct json *statement;
	str payload;

	if (!base64_decode(b->arena, json_get_str(envelope, STR("payload")), &payload))
		return err_set(err, ERR_INPUT, "envelope: payload is no base64");
	if (read_json(payload, b, &statement, err) < 0)
		return err_wrap(err, "envelope");
	return read_statement(statement, b, err);
}

static bool is_wrapped(const struct json *document)
{
	return json_get_str(document, STR("payload")).n > 0 || JSON_GET(document, "dsseEnvelope") ||
	       JSON_GET(document, "predicate");
}

static int read_wrapped(const struct json *document, struct sbom_builder *b, struct err *err)
{
	if (b->wraps++ >= WRAPS_MAX)
		return err_set(err, ERR_LIMIT, "a document wrapped more than %u times", WRAPS_MAX);
	b->out->attested = true;
	if (JSON_GET(document, "dsseEnvelope"))
		document = JSON_GET(document, "dsseEnvelope");
	return JSON_GET(document, "predicate") ? read_statement(document, b, err)
					       : read_envelope(document, b, err);
}

static int read_document(const struct json *document, struct sbom_builder *b, struct err *err)
{
	struct sbom *out = b->out;

	if (is_wrapped(document))
		return read_wrapped(document, b, err);
	if (str_eq(json_get_str(document, STR("bomFormat")), STR("CycloneDX"))) {
		out->format = SBOM_CYCLONEDX_JSON;
		return sbom_read_cyclonedx(document, b, err);
	}
	if (json_get_str(document, STR("spdxVersion")).n > 0) {
		out->format = SBOM_SPDX_JSON;
		return sbom_read_spdx(document, b, err);
	}
	if (json_is(JSON_GET(document, "artifacts"), JSON_ARRAY) &&
	    json_is(JSON_GET(document, "schema"), JSON_OBJECT)) {
		out->format = SBOM_SYFT_JSON;
		return sbom_read_syft(document, b, err);
	}
	return err_set(err, ERR_UNSUPPORTED, "JSON, but neither CycloneDX, SPDX 2 nor Syft");
}

/* `breach` may be NULL. */
static int xml_as_json(str text, struct arena *arena, enum sbom_format *format, str *breach,
		       struct json *out, struct err *err)
{
	struct xml_node *root;

	if (xml_tree_read(text, arena, &root, err) < 0)
		return -1;
	if (str_eq(root->name, STR("bom"))) {
		*format = SBOM_CYCLONEDX_XML;
		if (breach)
			cyclonedx_check_xml(root, arena, breach);
		*out = cyclonedx_xml_to_json(root, arena);
		return 0;
	}
	if (str_eq(root->name, STR("Document")) && xml_child(root, STR("spdxVersion"))) {
		*format = SBOM_SPDX_XML;
		*out = spdx_xml_to_json(root, arena);
		return 0;
	}
	if (str_eq(root->name, STR("RDF"))) {
		*format = SBOM_SPDX_RDF;
		*out = spdx_rdf_to_json(root, arena);
		return 0;
	}
	return err_set(err, ERR_UNSUPPORTED, "XML, but neither CycloneDX nor SPDX 2");
}

static int read_xml(str text, struct sbom_builder *b, struct err *err)
{
	struct json document;

	if (xml_as_json(text, b->arena, &b->out->format, &b->out->breach, &document, err) < 0)
		return -1;
	return b->out->format == SBOM_CYCLONEDX_XML ? sbom_read_cyclonedx(&document, b, err)
						    : sbom_read_spdx(&document, b, err);
}

/* Where a quoted value begins on the line: behind "- " and "key: ". 0: it does not. */
static size_t quoted_start(str line)
{
	size_t at = 0;

	while (at < line.n && (line.p[at] == ' ' ||
			       (line.p[at] == '-' && at + 1 < line.n && line.p[at + 1] == ' ')))
		at++;
	while (at < line.n && (is_alnum(line.p[at]) || line.p[at] == '_'))
		at++;
	if (at < line.n && line.p[at] == ':')
		at++;
	while (at < line.n && line.p[at] == ' ')
		at++;
	return at < line.n && line.p[at] == '"' ? at + 1 : 0;
}

/*
 * Quotes inside of quoted values, which published examples have: a value ends where nothing follows
 * its quote on the line; the others get a backslash.
 */
static str mend_quotes(str text, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	bool within = false;
	str line;

	buf_init(&b, SBOM_MAX_BYTES);
	while (str_line(&text, &line)) {
		size_t at = within ? 0 : quoted_start(line), end = str_rtrim(line).n;

		within = within || at > 0;
		buf_add(&b, str_take(line, at));
		for (; at < line.n; at++) {
			bool quote = line.p[at] == '"' && within;
			bool last = at + 1 >= end;

			if (line.p[at] == '\\' && at + 1 < line.n)
				buf_byte(&b, line.p[at++]);
			else if (quote && !last)
				buf_byte(&b, '\\');
			else if (quote)
				within = false;
			buf_byte(&b, line.p[at]);
		}
		buf_byte(&b, '\n');
	}
	return str_dup(arena, buf_str(&b));
}

/* Every scalar stays a text: the version 1.10 is no number. `breach` may be NULL. */
static int yaml_as_json(str text, struct arena *arena, str *breach, const struct json **out,
			struct err *err)
{
	const struct yaml_opts opts = { .schema = YAML_TEXT, .max_values = YAML_VALUES };
	struct err again;

	if (yaml_parse(text, &opts, arena, out, NULL, err) == 0)
		return 0;
	if (err->kind != ERR_INPUT ||
	    yaml_parse(mend_quotes(text, arena), &opts, arena, out, NULL, &again) < 0)
		return -1;
	if (breach)
		*breach = str_dup(arena, str_c(err->msg));
	return 0;
}

static int read_yaml(str text, struct sbom_builder *b, struct err *err)
{
	const struct json *document;

	if (yaml_as_json(text, b->arena, &b->out->breach, &document, err) < 0)
		return -1;
	b->out->format = SBOM_SPDX_YAML;
	return sbom_read_spdx(document, b, err);
}

static bool has_key(str text, str key)
{
	str line;

	while (str_line(&text, &line)) {
		if (str_starts(line, key))
			return true;
	}
	return false;
}

static bool is_spdx_yaml(str text)
{
	return has_key(text, STR("spdxVersion:")) || has_key(text, STR("\"spdxVersion\":"));
}

static int read_text(str text, struct sbom_builder *b, struct err *err)
{
	const struct json *document;
	str start = str_trim(str_take(text, 4096));

	if (str_empty(start))
		return err_set(err, ERR_INPUT, "the document is empty");
	if (start.p[0] != '<' && !str_is_utf8(text)) /* XML declares its encoding */
		return err_set(err, ERR_INPUT, "not UTF-8");
	if (start.p[0] == '{') {
		if (read_json(text, b, &document, err) < 0)
			return -1;
		return read_document(document, b, err);
	}
	if (start.p[0] == '<')
		return read_xml(text, b, err);
	if (is_spdx_yaml(text))
		return read_yaml(text, b, err);
	if (has_key(text, STR("SPDXVersion:"))) {
		if (spdx_tag_to_json(text, b->arena, &document, err) < 0 ||
		    sbom_read_spdx(document, b, err) < 0)
			return -1;
		b->out->format = SBOM_SPDX_TAG;
		return 0;
	}
	return err_set(err, ERR_UNSUPPORTED,
		       "not a bill of materials that is read here (CycloneDX, SPDX 2, Syft JSON)");
}

int sbom_as_json(str text, struct arena *arena, const struct json **out, struct err *err)
{
	enum sbom_format format;
	struct json *document;

	if (text.n > SBOM_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "larger than %u bytes", SBOM_MAX_BYTES);
	if (str_starts(str_trim(str_take(text, 4096)), STR("<"))) {
		document = ARENA_NEW(arena, struct json);
		*out = document;
		return xml_as_json(text, arena, &format, NULL, document, err);
	}
	if (!str_is_utf8(text))
		return err_set(err, ERR_INPUT, "not UTF-8");
	if (is_spdx_yaml(text))
		return yaml_as_json(text, arena, NULL, out, err);
	if (has_key(text, STR("SPDXVersion:")))
		return spdx_tag_to_json(text, arena, out, err);
	return err_set(err, ERR_UNSUPPORTED, "neither CycloneDX nor SPDX 2");
}

int sbom_read(str text, struct arena *arena, struct sbom *out, struct err *err)
{
	struct sbom made = { 0 };
	struct sbom_builder b;
	str utf8;

	if (text.n > SBOM_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "larger than %u bytes", SBOM_MAX_BYTES);
	sbom_builder_init(&b, arena, &made);
	if (text_decode(text, arena, &utf8, err) < 0 || read_text(utf8, &b, err) < 0)
		return -1;
	sbom_finish(&b);
	*out = made;
	return 0;
}

int sbom_packages(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct sbom sbom;
	str text;

	if (file_view_load(file, SBOM_MAX_BYTES, arena, &text, err) < 0 ||
	    sbom_read(text, arena, &sbom, err) < 0)
		return -1;
	for (size_t i = 0; i < sbom.inventory.package_count; i++) {
		struct package package = sbom.inventory.packages[i];

		package.layer = -1;
		package.path = file->path;
		if (sink->add(sink, &package, err) < 0)
			return -1;
	}
	if (sbom.skipped > 0)
		sink->skipped(sink, "component", sbom.skipped_first);
	return 0;
}
