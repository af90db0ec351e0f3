/* SPDX-License-Identifier: Apache-2.0 */
/* Each document is read as the kind it says: what is valid is accepted, what is not is refused. */
#include "base/err.h"
#include "oci/manifest.h"
#include "oracle.h"

static int read_as(str kind, str text, struct arena *arena, struct err *err)
{
	struct descriptor d;
	struct manifest m;
	struct manifest_index index;
	struct image_config config;

	if (str_eq(kind, STR("descriptor")))
		return descriptor_parse(text, arena, &d, err);
	if (str_eq(kind, STR("manifest")))
		return manifest_parse(text, arena, &m, err);
	if (str_eq(kind, STR("imageindex")))
		return manifest_index_parse(text, arena, &index, err);
	if (str_eq(kind, STR("config")))
		return image_config_parse(text, arena, &config, err);
	if (str_eq(kind, STR("imagelayout")))
		return image_layout_parse(text, err);
	return 1;
}

static void judge(struct oracle *oracle, const struct json *test, struct arena *scratch)
{
	str kind = json_get_str(test, STR("kind"));
	bool valid = str_eq(json_get_str(test, STR("expect")), STR("valid"));
	struct err err = { 0 };
	int rc = read_as(kind, json_get_str(test, STR("document")), scratch, &err);

	if (rc > 0)
		oracle_fail(oracle, "kind '%.*s' is not known", STR_ARG(kind));
	else if (valid && rc < 0)
		oracle_fail(oracle, "want valid, got: %s", err.msg);
	else if (!valid && rc == 0)
		oracle_fail(oracle, "want invalid, got valid");
	else
		oracle_pass(oracle);
}

int main(int argc, char **argv)
{
	struct oracle oracle;

	oracle_init(&oracle, argc, argv);
	oracle_each(&oracle, "cases.jsonl", judge);
	return oracle_finish(&oracle);
}
