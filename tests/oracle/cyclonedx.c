/* SPDX-License-Identifier: Apache-2.0 */

/*
 * CycloneDX documents that keep or break the rules of their version. Our reader must load the valid
 * ones without finding a breach, and find one in (or refuse) the others.
 */
#include "fmt/sbom/sbom.h"
#include "oracle.h"

static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	const struct json *document = JSON_GET(test, "document");
	bool want = str_eq(json_get_str(test, STR("expect")), STR("valid"));
	str text = json_str(document);
	struct sbom sbom = { 0 };
	struct err err;
	AUTO(buf_done)
	struct buf b = { 0 };

	if (str_eq(json_get_str(test, STR("spec")), STR("ext"))) {
		oracle_left_out(oracle, "old extension schemas");
		return;
	}
	if (!json_is(document, JSON_STRING)) {
		struct json_writer w;

		buf_init(&b, 64u << 20);
		json_writer_init(&w, &b, 0);
		json_put(&w, document);
		text = buf_str(&b);
	}
	int failed = sbom_read(text, scratch, &sbom, &err);
	bool got = failed == 0 && sbom.breach.n == 0;
	if (got == want)
		oracle_pass(oracle);
	else
		oracle_fail(oracle, "want %s, got %s", want ? "valid" : "a breach",
			    failed < 0	    ? err.msg
			    : sbom.breach.n ? str_cstr(scratch, sbom.breach)
					    : "no breach");
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle_each(&oracle, "cases.jsonl", judge);
	return oracle_finish(&oracle);
}
