/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CycloneDX, its JSON form. Components nest ("assemblies"): they are walked with a stack of our
 * own, the document's depth is bounded by the JSON reader.
 */
#include "base/words.h"
#include "fmt/sbom/cyclonedx_rule.h"
#include "fmt/sbom/internal.h"

str sbom_cyclonedx_licence(const struct json *licences, struct arena *arena)
{
	str all = STR_EMPTY;

	JSON_EACH (licences, choice) {
		const struct json *licence = JSON_GET(choice, "license");
		str one = json_get_str(choice, STR("expression"));

		if (str_empty(one))
			one = json_get_str(licence, STR("id"));
		if (str_empty(one))
			one = json_get_str(licence, STR("name"));
		if (str_empty(one))
			continue;
		all = str_empty(all) ? one
				     : str_fmt(arena, "%.*s AND %.*s", STR_ARG(all), STR_ARG(one));
	}
	return all;
}

/* "SHA-256" -> "sha256", "SHA3-256" -> "sha3-256". */
static str algorithm_of(str name, struct arena *arena)
{
	char *p = arena_bytes(arena, name.n);
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] != '-' || i != 3)
			p[n++] = to_lower(name.p[i]);
	}
	return str_of(p, n);
}

static size_t digests_of(const struct json *hashes, struct arena *arena, const str **out)
{
	str *digests = ARENA_ARRAY(arena, str, json_len(hashes));
	size_t n = 0;

	JSON_EACH (hashes, hash) {
		str alg = json_get_str(hash, STR("alg"));
		str content = json_get_str(hash, STR("content"));

		if (alg.n > 0 && content.n > 0)
			digests[n++] = str_fmt(arena, "%.*s:%.*s",
					       STR_ARG(algorithm_of(alg, arena)), STR_ARG(content));
	}
	*out = digests;
	return n;
}

/* Members that only some writers fill; a second path of evidence is not another package. */
static void take_evidence(const struct json *component, struct package *package)
{
	const struct json *occurrences = json_path(component, "evidence", "occurrences", NULL);
	str location = json_get_str(json_at(occurrences, 0), STR("location"));

	if (str_empty(package->path))
		package->path = str_without_prefix(location, STR("/"));
}

static void take_properties(struct sbom_builder *b, const struct json *component,
			    struct package *package)
{
	JSON_EACH (JSON_GET(component, "properties"), property) {
		str name = json_get_str(property, STR("name"));
		str value = json_get_str(property, STR("value"));

		if (!sbom_take_package_note(b, package, name, value) &&
		    str_starts(name, STR(SBOM_NOTE)))
			sbom_skip(b, "note of a component that is not understood", name);
	}
}

/* Installed files of a package hang below it. */
static int take_file(struct sbom_builder *b, const struct json *component, struct err *err)
{
	struct sbom_file file = { .ref = json_get_str(component, STR("bom-ref")),
				  .path = json_get_str(component, STR("name")) };

	if (str_empty(file.path)) {
		sbom_skip(b, "file without a name", file.ref);
		return 0;
	}
	file.digest_count = digests_of(JSON_GET(component, "hashes"), b->arena, &file.digests);
	return sbom_add_file(b, &file, err);
}

static void take_purl(struct sbom_builder *b, struct sbom_package *made)
{
	struct os_identity os;

	if (str_empty(made->purl))
		return;
	if (!sbom_package_from_purl(made->purl, b->arena, &made->package, &os)) {
		sbom_skip(b, "malformed package URL", made->purl);
		return;
	}
	if (str_empty(b->hint.family) || str_empty(b->hint.version))
		b->hint = os.family.n > 0 ? os : b->hint;
}

static str full_name(const struct json *component, str kind, struct arena *arena)
{
	str group = json_get_str(component, STR("group")),
	    name = json_get_str(component, STR("name"));

	if (str_empty(group))
		return name;
	return str_fmt(arena, "%.*s%c%.*s", STR_ARG(group), str_eq(kind, STR("maven")) ? ':' : '/',
		       STR_ARG(name));
}

static int take_package(struct sbom_builder *b, const struct json *component, struct err *err)
{
	struct sbom_package made = { .package = { .layer = -1 },
				     .ref = json_get_str(component, STR("bom-ref")),
				     .purl = json_get_str(component, STR("purl")),
				     .cpe = json_get_str(component, STR("cpe")) };
	struct package *package = &made.package;
	str version = json_get_str(component, STR("version"));

	take_purl(b, &made);
	package->licence = sbom_cyclonedx_licence(JSON_GET(component, "licenses"), b->arena);
	package->maintainer = json_get_str(JSON_GET(component, "supplier"), STR("name"));
	take_properties(b, component, package);
	made.listed = true;
	made.title = full_name(component, package->kind, b->arena);
	if (str_empty(package->name))
		package->name = made.title;
	if (str_empty(package->version))
		package->version = version;
	if (str_empty(made.ref))
		made.ref = made.purl;
	take_evidence(component, package);
	package->digest_count =
		digests_of(JSON_GET(component, "hashes"), b->arena, &package->digests);
	return sbom_add_package(b, &made, err);
}

/* A component of Trivy's that stands for the file in which packages were found. */
static bool take_group(struct sbom_builder *b, const struct json *component)
{
	str ref = json_get_str(component, STR("bom-ref"));

	JSON_EACH (JSON_GET(component, "properties"), property) {
		str *path;

		if (!str_eq(json_get_str(property, STR("name")), STR("aquasecurity:trivy:Class")) ||
		    !str_eq(json_get_str(property, STR("value")), STR("lang-pkgs")) || ref.n == 0)
			continue;
		path = ARENA_NEW(b->arena, str);
		*path = json_get_str(component, STR("name"));
		map_put(&b->groups, ref, path);
		return true;
	}
	return false;
}

/*
 * A component is a package when it has a package URL or a CPE, or when its type and version leave
 * no doubt. The others group (lock files, services, devices) or describe.
 */
static bool is_package(const struct json *component, str type)
{
	static const char *const software[] = { "library", "framework", NULL };
	static const char *const maybe[] = { "application", "firmware", "platform", NULL };

	if (json_get_str(component, STR("purl")).n > 0 || json_get_str(component, STR("cpe")).n > 0)
		return true;
	if (words_list_has(software, type))
		return true;
	return words_list_has(maybe, type) && json_get_str(component, STR("version")).n > 0;
}

static int take_component(struct sbom_builder *b, const struct json *component, struct err *err)
{
	str type = json_get_str(component, STR("type"));

	if (!json_is(component, JSON_OBJECT)) {
		sbom_skip(b, "component that is no object", STR("components"));
		return 0;
	}
	if (str_eq(type, STR("operating-system"))) {
		sbom_take_system(b, json_get_str(component, STR("name")),
				 json_get_str(component, STR("version")));
		return 0;
	}
	if (str_eq(type, STR("file")) && json_get_str(component, STR("purl")).n == 0)
		return take_file(b, component, err);
	if (str_eq(type, STR("container")) && json_get_str(component, STR("purl")).n == 0)
		return 0;
	if (json_get_str(component, STR("purl")).n == 0 && take_group(b, component))
		return 0;
	return is_package(component, type) ? take_package(b, component, err) : 0;
}

struct level {
	const struct json *at, *end;
	str parent;
};

static int take_components(struct sbom_builder *b, const struct json *components, struct err *err)
{
	struct level stack[JSON_DEFAULT_DEPTH];
	size_t depth = 0;

	if (!json_is(components, JSON_ARRAY) || components->n == 0)
		return 0;
	stack[depth++] =
		(struct level){ components->items, components->items + components->n, STR_EMPTY };
	while (depth > 0) {
		struct level *level = &stack[depth - 1];
		const struct json *component = level->at;

		if (component == level->end) {
			depth--;
			continue;
		}
		level->at++;
		if (take_component(b, component, err) < 0)
			return -1;
		str ref = json_get_str(component, STR("bom-ref"));
		if (level->parent.n > 0 && ref.n > 0 &&
		    sbom_relate(b, level->parent, STR("CONTAINS"), ref, err) < 0)
			return -1;
		const struct json *below = JSON_GET(component, "components");
		if (json_len(below) == 0 || !json_is(below, JSON_ARRAY))
			continue;
		if (depth == ARRAY_LEN(stack))
			return err_set(err, ERR_LIMIT, "components nested more than %u deep",
				       JSON_DEFAULT_DEPTH);
		stack[depth++] = (struct level){ below->items, below->items + below->n, ref };
	}
	return 0;
}

static int take_dependencies(struct sbom_builder *b, const struct json *dependencies,
			     struct err *err)
{
	JSON_EACH (dependencies, dependency) {
		str from = json_get_str(dependency, STR("ref"));

		JSON_EACH (JSON_GET(dependency, "dependsOn"), to) {
			if (from.n > 0 && json_str(to).n > 0 &&
			    sbom_relate(b, from, STR("DEPENDS_ON"), json_str(to), err) < 0)
				return -1;
		}
		JSON_EACH (JSON_GET(dependency, "provides"), to) {
			if (from.n > 0 && json_str(to).n > 0 &&
			    sbom_relate(b, from, STR("PROVIDES"), json_str(to), err) < 0)
				return -1;
		}
	}
	return 0;
}

static void take_target_properties(struct sbom_builder *b, const struct json *properties)
{
	JSON_EACH (properties, property) {
		str name = json_get_str(property, STR("name"));
		str value = json_get_str(property, STR("value"));

		if (sbom_take_target_note(b, name, value))
			continue;
		if (str_eq(name, STR("aquasecurity:trivy:DiffID")))
			IGNORE(sbom_layer(b, STR_EMPTY, value)); /* none above the limit */
		else if (str_eq(name, STR("aquasecurity:trivy:ImageID")))
			b->out->inventory.config_digest = value;
		else if (str_eq(name, STR("aquasecurity:trivy:RepoTag")) &&
			 str_empty(b->out->inventory.target))
			b->out->inventory.target = value;
	}
}

static void take_identity(struct sbom_builder *b, const struct json *document)
{
	struct inventory *inventory = &b->out->inventory;
	str serial = json_get_str(document, STR("serialNumber"));
	int64_t version = 1; /* where the document names none */

	if (str_starts(serial, STR("urn:uuid:")))
		inventory->bom_serial = str_lower(b->arena, str_skip(serial, strlen("urn:uuid:")));
	if (!json_i64(JSON_GET(document, "version"), &version) || version < 1)
		version = 1;
	inventory->bom_version = (uint64_t)version;
}

/* 1.4 knows "vulnerability-assertion", 1.5 "exploitability-statement" besides. */
static void take_references(struct sbom_builder *b, const struct json *references)
{
	JSON_EACH (references, reference) {
		str type = json_get_str(reference, STR("type"));

		if (str_eq(type, STR("exploitability-statement")) ||
		    str_eq(type, STR("vulnerability-assertion")))
			sbom_take_statement_url(b, json_get_str(reference, STR("url")));
	}
}

static void take_metadata(struct sbom_builder *b, const struct json *metadata)
{
	const struct json *component = JSON_GET(metadata, "component");

	take_target_properties(b, JSON_GET(metadata, "properties"));
	take_target_properties(b, JSON_GET(component, "properties"));
	if (str_empty(b->out->inventory.target))
		b->out->inventory.target = json_get_str(component, STR("name"));
	b->out->inventory.purl = json_get_str(component, STR("purl"));
	if (str_eq(json_get_str(component, STR("type")), STR("operating-system")))
		sbom_take_system(b, json_get_str(component, STR("name")),
				 json_get_str(component, STR("version")));
}

/* The list itself says that something is missing; our own notes say it better. */
static void take_compositions(struct sbom_builder *b, const struct json *compositions)
{
	JSON_EACH (compositions, composition) {
		str aggregate = json_get_str(composition, STR("aggregate"));

		if (!str_starts(aggregate, STR("incomplete")) || b->missed_n > 0)
			continue;
		b->missed = arena_grow(b->arena, b->missed, b->missed_n, &b->missed_cap,
				       sizeof(*b->missed));
		b->missed[b->missed_n++] = (struct not_examined){
			.kind = ERR_UNSUPPORTED,
			.what = STR("document"),
			.reason = STR("it says of itself that its list is incomplete"),
			.count = 1
		};
	}
}

int sbom_read_cyclonedx(const struct json *document, struct sbom_builder *b, struct err *err)
{
	b->out->version = json_get_str(document, STR("specVersion"));
	if (b->out->format == SBOM_CYCLONEDX_JSON)
		cyclonedx_check_json(document, b->arena, &b->out->breach);
	take_identity(b, document);
	take_metadata(b, JSON_GET(document, "metadata"));
	take_references(b, JSON_GET(document, "externalReferences"));
	take_references(b,
			json_path(document, "metadata", "component", "externalReferences", NULL));
	if (take_components(b, JSON_GET(document, "components"), err) < 0 ||
	    take_dependencies(b, JSON_GET(document, "dependencies"), err) < 0)
		return -1;
	take_compositions(b, JSON_GET(document, "compositions"));
	return 0;
}
