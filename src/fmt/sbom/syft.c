/* SPDX-License-Identifier: Apache-2.0 */
/* Syft's own JSON: artifacts with a type, locations and metadata that depends on the type. */
#include "fmt/sbom/internal.h"

static str with_epoch(const struct json *metadata, str version, str release, struct arena *arena)
{
	int64_t epoch;

	if (release.n > 0)
		version = str_fmt(arena, "%.*s-%.*s", STR_ARG(version), STR_ARG(release));
	if (json_i64(JSON_GET(metadata, "epoch"), &epoch))
		version = str_fmt(arena, "%lld:%.*s", (long long)epoch, STR_ARG(version));
	return version;
}

/* Members of the same name mean the same thing in all types that have them. */
static void take_metadata(struct sbom_builder *b, const struct json *metadata, struct package *p)
{
	str source = json_get_str(metadata, STR("source"));
	str origin = json_get_str(metadata, STR("originPackage"));
	str arch = json_get_str(metadata, STR("architecture"));
	int64_t epoch;

	if (str_empty(arch))
		arch = json_get_str(metadata, STR("arch"));
	if (str_empty(p->arch))
		p->arch = arch;
	if (source.n > 0 && str_eq(p->kind, STR("deb"))) {
		p->source_name = source;
		p->source_version = json_get_str(metadata, STR("sourceVersion"));
	}
	if (origin.n > 0)
		p->source_name = origin;
	p->maintainer = json_get_str(metadata, STR("maintainer"));
	p->vendor = json_get_str(metadata, STR("vendor"));
	if (str_empty(p->module))
		p->module = json_get_str(metadata, STR("modularityLabel"));
	if (str_eq(p->kind, STR("rpm")) && json_get_str(metadata, STR("release")).n > 0) {
		p->version = with_epoch(metadata, json_get_str(metadata, STR("version")),
					json_get_str(metadata, STR("release")), b->arena);
		p->epoch_present = json_i64(JSON_GET(metadata, "epoch"), &epoch);
	}
}

/* Objects with a value or expression since schema 7, texts before. */
static str licences_of(const struct json *licences, struct arena *arena)
{
	str all = STR_EMPTY;

	JSON_EACH (licences, licence) {
		str one = json_get_str(licence, STR("spdxExpression"));

		if (str_empty(one))
			one = json_get_str(licence, STR("value"));
		if (str_empty(one))
			one = json_str(licence);
		if (one.n > 0)
			all = str_empty(all)
				      ? one
				      : str_fmt(arena, "%.*s AND %.*s", STR_ARG(all), STR_ARG(one));
	}
	return all;
}

static int take_artifact(struct sbom_builder *b, const struct json *artifact, struct err *err)
{
	struct sbom_package made = { .package = { .layer = -1 },
				     .ref = json_get_str(artifact, STR("id")),
				     .title = json_get_str(artifact, STR("name")),
				     .purl = json_get_str(artifact, STR("purl")),
				     .listed = true };
	const struct json *location = json_at(JSON_GET(artifact, "locations"), 0);
	struct package *p = &made.package;
	struct os_identity os;

	if (!json_is(artifact, JSON_OBJECT)) {
		sbom_skip(b, "artifact that is no object", STR("artifacts"));
		return 0;
	}
	if (made.purl.n > 0 && !sbom_package_from_purl(made.purl, b->arena, p, &os))
		sbom_skip(b, "malformed package URL", made.purl);
	else if (made.purl.n > 0 && os.family.n > 0 && str_empty(b->hint.version))
		b->hint = os;
	if (str_empty(p->kind))
		p->kind = sbom_kind_of_type(json_get_str(artifact, STR("type")));
	if (str_empty(p->name))
		p->name = made.title;
	if (str_empty(p->version))
		p->version = json_get_str(artifact, STR("version"));
	p->licence = licences_of(JSON_GET(artifact, "licenses"), b->arena);
	p->path = str_without_prefix(json_get_str(location, STR("path")), STR("/"));
	p->layer = sbom_layer(b, STR_EMPTY, json_get_str(location, STR("layerID")));
	take_metadata(b, JSON_GET(artifact, "metadata"), p);
	made.cpe = json_str(json_at(JSON_GET(artifact, "cpes"), 0));
	if (str_empty(made.cpe))
		made.cpe = json_get_str(json_at(JSON_GET(artifact, "cpes"), 0), STR("cpe"));
	return sbom_add_package(b, &made, err);
}

static int take_relations(struct sbom_builder *b, const struct json *relations, struct err *err)
{
	JSON_EACH (relations, r) {
		str parent = json_get_str(r, STR("parent")), child = json_get_str(r, STR("child"));
		str type = json_get_str(r, STR("type"));

		if (str_empty(parent) || str_empty(child))
			continue;
		/* "A dependency-of B": the child needs the parent. */
		if (str_eq(type, STR("dependency-of"))) {
			if (sbom_relate(b, child, STR("DEPENDS_ON"), parent, err) < 0)
				return -1;
		} else if (str_eq(type, STR("contains")) &&
			   sbom_relate(b, parent, STR("CONTAINS"), child, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static void take_source(struct sbom_builder *b, const struct json *source)
{
	const struct json *metadata = JSON_GET(source, "metadata");
	struct inventory *inventory = &b->out->inventory;

	if (!metadata)
		metadata = JSON_GET(source, "target");
	JSON_EACH (JSON_GET(metadata, "layers"), layer)
		IGNORE(sbom_layer(b, STR_EMPTY, /* none above the limit */
				  json_get_str(layer, STR("digest"))));
	inventory->target = json_get_str(metadata, STR("userInput"));
	if (str_empty(inventory->target))
		inventory->target = json_get_str(source, STR("name"));
	inventory->digest = json_get_str(metadata, STR("manifestDigest"));
	inventory->config_digest = json_get_str(metadata, STR("imageID"));
}

int sbom_read_syft(const struct json *document, struct sbom_builder *b, struct err *err)
{
	const struct json *distro = JSON_GET(document, "distro");
	str id = json_get_str(distro, STR("id")), version = json_get_str(distro, STR("versionID"));

	if (str_empty(id)) /* before schema 2 */
		id = json_get_str(distro, STR("name"));
	if (str_empty(version))
		version = json_get_str(distro, STR("version"));
	b->out->version = json_get_str(JSON_GET(document, "schema"), STR("version"));
	take_source(b, JSON_GET(document, "source"));
	JSON_EACH (JSON_GET(document, "artifacts"), artifact) {
		if (take_artifact(b, artifact, err) < 0)
			return -1;
	}
	sbom_take_system(b, id, version);
	return take_relations(b, JSON_GET(document, "artifactRelationships"), err);
}
