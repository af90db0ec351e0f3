/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/internal.h"
#include "fmt/sbom/write.h"

#include "fmt/licence/licence.h"
#include "fmt/package_kind.h"

struct writer {
	const struct inventory *inventory;
	const struct sbom_write_opts *opts;
	struct arena *arena;
	struct json_writer json;
	unsigned minor; /* of the specification's version 1 */
	str *refs;	/* of each package */
	str root, system;
};

static void put_notes(struct json_writer *w, const struct sbom_notes *notes)
{
	if (notes->n == 0)
		return;
	JSON_KEY(w, "properties");
	json_open_array(w);
	for (size_t i = 0; i < notes->n; i++) {
		json_open_object(w);
		json_kv_str(w, STR("name"), notes->items[i].name);
		json_kv_str(w, STR("value"), notes->items[i].value);
		json_close_object(w);
	}
	json_close_array(w);
}

static void put_tools(struct writer *c)
{
	struct json_writer *w = &c->json;
	bool components = c->minor >= 5;

	JSON_KEY(w, "tools");
	if (components) {
		json_open_object(w);
		JSON_KEY(w, "components");
	}
	json_open_array(w);
	json_open_object(w);
	if (components)
		json_kv_str(w, STR("type"), STR("application"));
	json_kv_str(w, STR("name"), STR("seawall"));
	json_kv_opt(w, STR("version"), c->opts->tool_version);
	json_close_object(w);
	json_close_array(w);
	if (components)
		json_close_object(w);
}

static void put_metadata(struct writer *c)
{
	struct json_writer *w = &c->json;
	const struct inventory *inventory = c->inventory;
	struct sbom_notes notes = { .arena = c->arena };
	bool image = inventory->digest.n > 0 || inventory->config_digest.n > 0;

	JSON_KEY(w, "metadata");
	json_open_object(w);
	json_kv_opt(w, STR("timestamp"), c->opts->timestamp);
	put_tools(c);
	JSON_KEY(w, "component");
	json_open_object(w);
	json_kv_str(w, STR("bom-ref"), c->root);
	json_kv_str(w, STR("type"), image ? STR("container") : STR("application"));
	json_kv_str(w, STR("name"), inventory->target);
	json_kv_opt(w, STR("version"), inventory->digest);
	json_kv_opt(w, STR("purl"), sbom_purl_of_image(inventory, c->arena));
	sbom_target_notes(inventory, &notes);
	sbom_more_notes(c->opts->notes, c->opts->note_count, &notes);
	put_notes(w, &notes);
	json_close_object(w);
	json_close_object(w);
}

static void put_system(struct writer *c)
{
	const struct os_identity *os = &c->inventory->os;
	struct json_writer *w = &c->json;

	if (str_empty(c->system))
		return;
	json_open_object(w);
	json_kv_str(w, STR("bom-ref"), c->system);
	json_kv_str(w, STR("type"), STR("operating-system"));
	json_kv_str(w, STR("name"), os->family);
	json_kv_opt(w, STR("version"), os->version);
	json_kv_opt(w, STR("description"), os->pretty);
	json_close_object(w);
}

/* Only algorithms that the format knows, with digests of their length. */
static void put_hashes(struct json_writer *w, const str *digests, size_t n)
{
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		str algorithm = sbom_hash_name(digests[i], true), name, hex;

		if (str_empty(algorithm) || !str_cut(digests[i], ':', &name, &hex))
			continue;
		if (known++ == 0) {
			JSON_KEY(w, "hashes");
			json_open_array(w);
		}
		json_open_object(w);
		json_kv_str(w, STR("alg"), algorithm);
		json_kv_str(w, STR("content"), hex);
		json_close_object(w);
	}
	if (known > 0)
		json_close_array(w);
}

/* The expression, an identifier, or the text as a name. Returns what a reader makes of it. */
static str put_licence(struct writer *c, str text)
{
	struct json_writer *w = &c->json;
	str normal, id;

	if (str_empty(text))
		return STR_EMPTY;
	JSON_KEY(w, "licenses");
	json_open_array(w);
	json_open_object(w);
	if (licence_sure(text, c->arena, &normal)) {
		id = licence_id(normal);
		if (id.n > 0) {
			JSON_KEY(w, "license");
			json_open_object(w);
			json_kv_str(w, STR("id"), id);
			json_close_object(w);
		} else {
			json_kv_str(w, STR("expression"), normal);
		}
	} else {
		normal = text;
		JSON_KEY(w, "license");
		json_open_object(w);
		json_kv_str(w, STR("name"), text);
		json_close_object(w);
	}
	json_close_object(w);
	json_close_array(w);
	return normal;
}

static void put_files(struct writer *c, const struct package *package, str ref)
{
	struct json_writer *w = &c->json;

	if (!c->opts->files || package->file_count == 0)
		return;
	JSON_KEY(w, "components");
	json_open_array(w);
	for (size_t i = 0; i < package->file_count; i++) {
		json_open_object(w);
		json_kv_str(w, STR("bom-ref"),
			    str_fmt(c->arena, "%.*s|file:%.*s", STR_ARG(ref),
				    STR_ARG(package->files[i])));
		json_kv_str(w, STR("type"), STR("file"));
		json_kv_str(w, STR("name"), package->files[i]);
		json_close_object(w);
	}
	json_close_array(w);
}

/* "group:artifact" and "@scope/name" are told apart as the format wants it. */
static void put_name(struct json_writer *w, const struct package *package)
{
	bool maven = str_eq(package->kind, STR("maven"));
	bool scoped = str_eq(package->kind, STR("npm")) && str_starts(package->name, STR("@"));
	str group, name;

	if ((maven || scoped) && str_cut(package->name, maven ? ':' : '/', &group, &name) &&
	    group.n > 0 && name.n > 0) {
		json_kv_str(w, STR("group"), group);
		json_kv_str(w, STR("name"), name);
		return;
	}
	json_kv_str(w, STR("name"), package->name);
}

static void put_package(struct writer *c, size_t index)
{
	const struct package *package = &c->inventory->packages[index];
	struct sbom_notes notes = { .arena = c->arena };
	struct json_writer *w = &c->json;
	str purl = sbom_purl_of_package(package, &c->inventory->os, c->arena);

	json_open_object(w);
	json_kv_str(w, STR("bom-ref"), c->refs[index]);
	json_kv_str(w, STR("type"), STR("library"));
	if (package->maintainer.n > 0) {
		JSON_KEY(w, "supplier");
		json_open_object(w);
		json_kv_str(w, STR("name"), package->maintainer);
		json_close_object(w);
	}
	put_name(w, package);
	json_kv_str(w, STR("version"), package->version);
	put_hashes(w, package->digests, package->digest_count);
	str licence = put_licence(c, package->licence);
	json_kv_opt(w, STR("purl"), purl);
	sbom_package_notes(package, c->inventory, purl, licence, &notes);
	put_notes(w, &notes);
	put_files(c, package, c->refs[index]);
	json_close_object(w);
}

/* ---- graph ---- */

static void put_dependency(struct json_writer *w, str ref, const str *to, size_t n)
{
	json_open_object(w);
	json_kv_str(w, STR("ref"), ref);
	json_kv_strings(w, STR("dependsOn"), to, n);
	json_close_object(w);
}

/*
 * The target depends on the system and on what nothing else needs; the system on its packages. All
 * refs are unique.
 */
static void put_dependencies(struct writer *c)
{
	const struct inventory *inventory = c->inventory;
	size_t n = inventory->package_count, root_n = 0, system_n = 0;
	str *root = ARENA_ARRAY(c->arena, str, n + 1), *system = ARENA_ARRAY(c->arena, str, n);
	struct json_writer *w = &c->json;
	struct sbom_edges edges;

	sbom_edges_find(inventory, c->arena, &edges);
	if (c->system.n > 0)
		root[root_n++] = c->system;
	for (size_t i = 0; i < n; i++) {
		if (edges.needed[i])
			continue;
		if (c->system.n > 0 && package_kind_is_system(inventory->packages[i].kind))
			system[system_n++] = c->refs[i];
		else
			root[root_n++] = c->refs[i];
	}
	JSON_KEY(w, "dependencies");
	json_open_array(w);
	put_dependency(w, c->root, root, root_n);
	if (c->system.n > 0)
		put_dependency(w, c->system, system, system_n);
	for (size_t i = 0; i < n; i++) {
		str *to = ARENA_ARRAY(c->arena, str, edges.count[i]);

		for (size_t k = 0; k < edges.count[i]; k++)
			to[k] = c->refs[edges.to[i][k]];
		if (edges.count[i] > 0)
			put_dependency(w, c->refs[i], to, edges.count[i]);
	}
	json_close_array(w);
}

static void put_compositions(struct writer *c)
{
	struct json_writer *w = &c->json;
	bool partial = false;

	for (size_t i = 0; i < c->inventory->not_examined_count && !partial; i++)
		partial = c->inventory->not_examined[i].kind != ERR_NONE;
	if (!partial)
		return;
	JSON_KEY(w, "compositions");
	json_open_array(w);
	json_open_object(w);
	json_kv_str(w, STR("aggregate"), STR("incomplete"));
	JSON_KEY(w, "assemblies");
	json_open_array(w);
	json_put_str(w, c->root);
	json_close_array(w);
	json_close_object(w);
	json_close_array(w);
}

static void put_document(struct writer *c)
{
	struct json_writer *w = &c->json;

	put_metadata(c);
	JSON_KEY(w, "components");
	json_open_array(w);
	put_system(c);
	for (size_t i = 0; i < c->inventory->package_count; i++)
		put_package(c, i);
	json_close_array(w);
	put_dependencies(c);
	put_compositions(c);
	if (c->opts->vulnerabilities) {
		JSON_KEY(w, "vulnerabilities");
		json_open_array(w);
		c->opts->vulnerabilities(c->opts->context, w, c->refs);
		json_close_array(w);
	}
}

void sbom_write_cyclonedx(const struct inventory *inventory, const struct sbom_write_opts *opts,
			  struct arena *arena, struct buf *out)
{
	struct writer c = { .inventory = inventory, .opts = opts, .arena = arena, .minor = 6 };
	str version = str_empty(opts->spec_version) ? STR("1.6") : opts->spec_version;
	char serial[SBOM_UUID_TEXT];
	size_t start = out->n, at;
	uint64_t minor;

	if (str_u64(str_without_prefix(version, STR("1.")), &minor))
		c.minor = (unsigned)minor;
	c.refs = sbom_package_refs(inventory, arena);
	c.root = STR("target");
	c.system = str_empty(inventory->os.family) ? STR_EMPTY : STR("operating-system");
	json_writer_init(&c.json, out, 2);
	json_open_object(&c.json);
	json_kv_str(&c.json, STR("$schema"),
		    str_fmt(arena, "http://cyclonedx.org/schema/bom-%.*s.schema.json",
			    STR_ARG(version)));
	json_kv_str(&c.json, STR("bomFormat"), STR("CycloneDX"));
	json_kv_str(&c.json, STR("specVersion"), version);
	json_kv_str(&c.json, STR("serialNumber"), STR("urn:uuid:" SBOM_UUID_BLANK));
	at = out->n - 1 - strlen(SBOM_UUID_BLANK);
	JSON_KEY(&c.json, "version");
	json_put_u64(&c.json, 1);
	put_document(&c);
	json_close_object(&c.json);
	buf_byte(out, '\n');
	if (out->overflow)
		return;
	sbom_uuid_of(str_of(out->p + start, out->n - start), serial);
	memcpy(out->p + at, serial, strlen(serial));
}
