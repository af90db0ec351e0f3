/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/internal.h"

const char *sbom_format_name(enum sbom_format format)
{
	static const char *const names[] = {
		[SBOM_CYCLONEDX_JSON] = "cyclonedx-json", [SBOM_CYCLONEDX_XML] = "cyclonedx-xml",
		[SBOM_SPDX_JSON] = "spdx-json",		  [SBOM_SPDX_YAML] = "spdx-yaml",
		[SBOM_SPDX_XML] = "spdx-xml",		  [SBOM_SPDX_TAG] = "spdx-tag-value",
		[SBOM_SPDX_RDF] = "spdx-rdf",		  [SBOM_SYFT_JSON] = "syft-json",
	};

	return names[format];
}

/* ---- encoding ---- */

static uint32_t unit_at(str text, size_t i, bool big)
{
	unsigned char a = (unsigned char)text.p[i], b = (unsigned char)text.p[i + 1];

	return big ? (uint32_t)(a << 8 | b) : (uint32_t)(b << 8 | a);
}

static int from_utf16(str text, bool big, struct arena *arena, str *out, struct err *err)
{
	char *p;
	size_t n = 0;

	if (text.n % 2 != 0)
		return err_set(err, ERR_INPUT, "UTF-16 of an odd number of bytes");
	p = arena_bytes(arena, text.n / 2 * 3 + 1);
	for (size_t i = 0; i < text.n; i += 2) {
		uint32_t unit = unit_at(text, i, big), low;

		if (unit >= 0xd800 && unit < 0xdc00 && i + 3 < text.n) {
			low = unit_at(text, i + 2, big);
			if (low >= 0xdc00 && low < 0xe000) {
				unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
				i += 2;
			}
		}
		if (unit >= 0xd800 && unit < 0xe000)
			return err_set(err, ERR_INPUT, "UTF-16: half of a pair at byte %zu", i);
		n += utf8_encode(unit, p + n);
	}
	*out = str_of(p, n);
	return 0;
}

/* Without byte order mark, in UTF-8. UTF-16 without a mark is told by the zero in its first unit. */
static int as_utf8(str text, struct arena *arena, str *out, struct err *err)
{
	*out = text;
	if (str_starts(text, STR("\xef\xbb\xbf"))) {
		*out = str_skip(text, 3);
		return 0;
	}
	if (text.n < 2)
		return 0;
	if (str_starts(text, STR("\xff\xfe")))
		return from_utf16(str_skip(text, 2), false, arena, out, err);
	if (str_starts(text, STR("\xfe\xff")))
		return from_utf16(str_skip(text, 2), true, arena, out, err);
	if (text.p[0] != 0 && text.p[1] == 0)
		return from_utf16(text, false, arena, out, err);
	if (text.p[0] == 0 && text.p[1] != 0)
		return from_utf16(text, true, arena, out, err);
	return 0;
}

/* ---- which form ---- */

static int read_json(str text, struct sbom_builder *b, const struct json **out, struct err *err)
{
	const struct json_opts opts = { .borrow = true, .keep_duplicates = true };

	return json_parse(text, &opts, b->arena, out, err);
}

static int read_document(const struct json *document, struct sbom_builder *b, struct err *err)
{
	struct sbom *out = b->out;

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

static int read_text(str text, struct sbom_builder *b, struct err *err)
{
	const struct json *document;
	str start = str_trim(str_take(text, 4096));

	if (str_empty(start))
		return err_set(err, ERR_INPUT, "the document is empty");
	if (start.p[0] == '{') {
		if (read_json(text, b, &document, err) < 0)
			return -1;
		return read_document(document, b, err);
	}
	if (str_find(str_take(text, 64u << 10), STR("SPDXVersion:")) >= 0) {
		if (spdx_tag_to_json(text, b->arena, &document, err) < 0 ||
		    sbom_read_spdx(document, b, err) < 0)
			return -1;
		b->out->format = SBOM_SPDX_TAG;
		return 0;
	}
	return err_set(err, ERR_UNSUPPORTED,
		       "not a bill of materials that is read here (CycloneDX, SPDX 2, Syft JSON)");
}

int sbom_read(str text, struct arena *arena, struct sbom *out, struct err *err)
{
	struct sbom made = { 0 };
	struct sbom_builder b = { .arena = arena, .out = &made };
	str utf8;

	if (text.n > SBOM_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "larger than %u bytes", SBOM_MAX_BYTES);
	map_init(&b.refs, arena);
	map_init(&b.layer_names, arena);
	if (as_utf8(text, arena, &utf8, err) < 0 || read_text(utf8, &b, err) < 0)
		return -1;
	sbom_finish(&b);
	*out = made;
	return 0;
}
