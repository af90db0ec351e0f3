/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/manifest.h"

#include "casefile.h"
#include "oci/digest.h"
#include "oci/platform.h"
#include "test.h"

static int parse(str kind, str text, struct arena *arena, struct err *err)
{
	struct descriptor d;
	struct manifest m;
	struct manifest_index index;
	struct image_config config;

	if (str_eq(kind, STR("descriptor")))
		return descriptor_parse(text, arena, &d, err);
	if (str_eq(kind, STR("manifest")))
		return manifest_parse(text, arena, &m, err);
	if (str_eq(kind, STR("index")))
		return manifest_index_parse(text, arena, &index, err);
	if (str_eq(kind, STR("config")))
		return image_config_parse(text, arena, &config, err);
	if (str_eq(kind, STR("layout")))
		return image_layout_parse(text, err);
	return err_set(err, ERR_USAGE, "unknown kind of the case");
}

TEST(documents_are_valid_or_say_why_not)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(casefile_close)
	struct casefile file = casefile_open("oci/manifest.txt");

	while (casefile_next(&file)) {
		str kind = casefile_field(&file), want = casefile_field(&file);
		char msg[sizeof(((struct err *)0)->msg)] = "valid";
		struct err err = { 0 };

		if (parse(kind, str_trim(file.rest), arena, &err) < 0)
			(void)snprintf(msg, sizeof(msg), "%s", err.msg);
		for (char *p = msg; *p; p++)
			*p = *p == ' ' ? '_' : *p;
		CASE_CHECK(&file, str_eq(want, str_c(msg)), "got %s", msg);
	}
}

TEST(schema_1_is_unsupported)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct manifest m;
	struct err err;

	CHECK_FAIL(manifest_parse(STR("{\"schemaVersion\":1,\"fsLayers\":[]}"), arena, &m, &err));
	CHECK_INT(err.kind, ERR_UNSUPPORTED);
}

TEST(kind_follows_the_members_and_must_agree_with_the_media_type)
{
	enum document_kind kind;
	struct err err;

	CHECK_OK(document_kind(STR("{\"manifests\":[]}"), STR_EMPTY, &kind, &err));
	CHECK_INT(kind, DOCUMENT_INDEX);
	CHECK_OK(document_kind(STR("{\"layers\":[]}"), STR_EMPTY, &kind, &err));
	CHECK_INT(kind, DOCUMENT_MANIFEST);
	CHECK_FAIL(document_kind(STR("{\"layers\":[]}"), STR(MEDIA_OCI_INDEX), &kind, &err));
	CHECK_FAIL(document_kind(STR("{\"layers\":[],\"manifests\":[]}"), STR_EMPTY, &kind, &err));
}

TEST(platforms_fit_their_own_and_older_variants)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct platform want, have;
	struct err err;

	CHECK_OK(platform_parse(STR("linux/aarch64"), arena, &want, &err));
	CHECK_STRV(want.architecture, "arm64");
	CHECK_OK(platform_parse(STR("linux/arm64/v8"), arena, &have, &err));
	CHECK_INT(platform_fit(&want, &have), 100);
	CHECK_OK(platform_parse(STR("linux/arm/v7"), arena, &want, &err));
	CHECK_OK(platform_parse(STR("linux/arm/v6"), arena, &have, &err));
	CHECK(platform_fit(&want, &have) > 0);
	CHECK_INT(platform_fit(&have, &want), 0);
	CHECK_FAIL(platform_parse(STR("linux"), arena, &want, &err));
	CHECK_INT(err.kind, ERR_USAGE);
	CHECK_FAIL(platform_parse(STR("linux//"), arena, &want, &err));
	CHECK_FAIL(platform_parse(STR("linux/a/b/c"), arena, &want, &err));
}
