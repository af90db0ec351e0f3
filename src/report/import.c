/* SPDX-License-Identifier: Apache-2.0 */
#include "report/import.h"

#include "base/err.h"
#include "fmt/sbom/sbom.h"
#include "fmt/syntax/text_file.h"
#include "report/import/builder.h"

#include <assert.h>

#define X(row) extern const struct import_form import_form_##row;
#include "import_form_table.h"
#undef X

static const struct import_form *const forms[] = {
#define X(row) &import_form_##row,
#include "import_form_table.h"
#undef X
};

/* Names of documents and tools end up in one line each. */
static void name_form(struct imported_list *list, size_t from, const char *form)
{
	for (size_t i = from; i < list->n; i++) {
		list->items[i].from.form = str_c(form);
		assert(list->items[i].from.tool.n > 0);
	}
}

static int unknown(struct err *err)
{
	return err_set(
		err, ERR_UNSUPPORTED,
		"no report of a scanner in a form that is read here: SARIF, CycloneDX, SPDX, "
		"OpenVEX, or JSON of Seawall, Trivy, Grype, Snyk or Clair");
}

static int read_document(struct import_builder *b, const struct import_document *document)
{
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (!forms[i]->mine(document))
			continue;
		if (forms[i]->read(b, document) < 0)
			return err_wrap(b->err, "%s", forms[i]->name);
		import_end_target(b);
		name_form(b->list, 0, forms[i]->name);
		if (b->list->n == 0)
			return err_set(b->err, ERR_INPUT, "%s: it is about nothing",
				       forms[i]->name);
		return 0;
	}
	return unknown(b->err);
}

/* Anything but XML and the text forms of SPDX: errors of JSON name the place. */
static bool is_json(str text)
{
	str start = str_trim(str_take(text, 4096));

	return start.n == 0 || strchr("{[\"-0123456789", start.p[0]) != NULL;
}

int import_read(str text, struct arena *arena, struct imported_list *out, struct err *err)
{
	/* Foreign JSON repeats keys at times. */
	static const struct json_opts opts = { .borrow = true, .keep_duplicates = true };
	struct import_builder b = { .arena = arena, .list = out, .err = err };
	struct import_document document = { 0 };
	str plain;

	*out = (struct imported_list){ 0 };
	if (text.n > IMPORT_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "more than %u bytes", IMPORT_MAX_BYTES);
	if (text_decode(text, arena, &plain, err) < 0)
		return -1;
	b.text = plain;
	if (is_json(plain)) {
		if (json_parse(plain, &opts, arena, &document.json, err) < 0)
			return -1;
	} else if (sbom_as_json(plain, arena, &document.json, err) < 0) {
		return err->kind == ERR_UNSUPPORTED ? unknown(err) : -1;
	}
	return read_document(&b, &document);
}
