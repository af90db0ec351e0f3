/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/sbom/internal.h"

#include "base/words.h"
#include "fmt/system/os_release.h"

void sbom_builder_init(struct sbom_builder *b, struct arena *arena, struct sbom *out)
{
	*b = (struct sbom_builder){ .arena = arena, .out = out };
	map_init(&b->refs, arena);
	map_init(&b->groups, arena);
	map_init(&b->layer_names, arena);
}

void sbom_skip(struct sbom_builder *b, const char *reason, str where)
{
	if (b->out->skipped++ == 0)
		b->out->skipped_first = str_fmt(b->arena, "%s: %.*s", reason, STR_ARG(where));
}

int sbom_add_package(struct sbom_builder *b, const struct sbom_package *package, struct err *err)
{
	struct sbom *out = b->out;
	struct sbom_package made = *package;

	if (str_empty(made.package.name)) {
		sbom_skip(b, "component without a name", made.ref);
		return 0;
	}
	if (out->package_count >= SBOM_MAX_COMPONENTS)
		return err_set(err, ERR_LIMIT, "more than %u components", SBOM_MAX_COMPONENTS);
	if (str_starts(made.package.source_version, STR("-"))) /* a release without its version */
		made.package.source_version = STR_EMPTY;
	if (str_empty(made.package.kind)) {
		made.package.kind = STR("generic");
		out->without_purl += made.listed;
	}
	if (str_eq(made.package.kind, STR("oci")) || str_eq(made.package.kind, STR("docker")))
		made.listed = false; /* an image is what the document is about */
	out->packages = arena_grow(b->arena, out->packages, out->package_count, &b->package_cap,
				   sizeof(*out->packages));
	out->packages[out->package_count++] = made;
	if (made.ref.n > 0 && !map_has(&b->refs, made.ref))
		map_put(&b->refs, made.ref, (void *)(uintptr_t)out->package_count);
	return 0;
}

int sbom_add_file(struct sbom_builder *b, const struct sbom_file *file, struct err *err)
{
	struct sbom *out = b->out;

	if (out->file_count >= SBOM_MAX_RELATIONS)
		return err_set(err, ERR_LIMIT, "more than %u files", SBOM_MAX_RELATIONS);
	out->files = arena_grow(b->arena, out->files, out->file_count, &b->file_cap,
				sizeof(*out->files));
	out->files[out->file_count++] = *file;
	return 0;
}

int sbom_relate(struct sbom_builder *b, str from, str type, str to, struct err *err)
{
	struct sbom *out = b->out;

	if (out->relation_count >= SBOM_MAX_RELATIONS)
		return err_set(err, ERR_LIMIT, "more than %u relations", SBOM_MAX_RELATIONS);
	out->relations = arena_grow(b->arena, out->relations, out->relation_count, &b->relation_cap,
				    sizeof(*out->relations));
	out->relations[out->relation_count++] =
		(struct sbom_relation){ .from = from, .type = type, .to = to };
	return 0;
}

int sbom_layer(struct sbom_builder *b, str digest, str diff_id)
{
	void *known = NULL;

	if (str_empty(digest) && str_empty(diff_id))
		return -1;
	if (diff_id.n > 0)
		known = map_get(&b->layer_names, diff_id);
	if (!known && digest.n > 0)
		known = map_get(&b->layer_names, digest);
	if (!known) {
		if (b->layer_n >= SBOM_MAX_LAYERS)
			return -1;
		b->layers = arena_grow(b->arena, b->layers, b->layer_n, &b->layer_cap,
				       sizeof(*b->layers));
		b->layers[b->layer_n++] =
			(struct layer_info){ .digest = digest, .diff_id = diff_id };
		known = (void *)(uintptr_t)b->layer_n;
	}
	struct layer_info *layer = &b->layers[(uintptr_t)known - 1];
	if (str_empty(layer->digest))
		layer->digest = digest;
	if (str_empty(layer->diff_id))
		layer->diff_id = diff_id;
	if (digest.n > 0)
		map_put(&b->layer_names, digest, known);
	if (diff_id.n > 0)
		map_put(&b->layer_names, diff_id, known);
	return (int)((uintptr_t)known - 1);
}

/* ---- the system ---- */

/* Names that are not those of os-release. */
static str release_id(str name, struct arena *arena)
{
	static const char *const ids[][2] = {
		{ "redhat", "rhel" },
		{ "red hat", "rhel" },
		{ "alma", "almalinux" },
		{ "oracle", "ol" },
		{ "oraclelinux", "ol" },
		{ "amazon", "amzn" },
		{ "cbl-mariner", "mariner" },
		{ "opensuse.leap", "opensuse-leap" },
		{ "opensuse.tumbleweed", "opensuse-tumbleweed" },
		{ "suse linux enterprise server", "sles" },
		{ "suse linux enterprise micro", "sle-micro" },
		{ "slem", "sle-micro" },
		{ "amazonlinux", "amzn" },
		{ "rockylinux", "rocky" },
	};
	str lower = str_lower(arena, name);

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		if (str_eq(lower, str_c(ids[i][0])))
			return str_c(ids[i][1]);
	}
	return lower;
}

static str without_quotes(str s, struct arena *arena)
{
	char *p = arena_bytes(arena, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == '$' || s.p[i] == '`' ||
				       (unsigned char)s.p[i] < 0x20
			       ? ' '
			       : s.p[i];
	return str_of(p, s.n);
}

void sbom_take_system(struct sbom_builder *b, str name, str version)
{
	struct os_identity *os = &b->out->inventory.os, found = { 0 };
	struct err unused;

	if (str_empty(name) || os->family.n > 0)
		return;
	if (str_ieq(name, STR("centos-stream"))) {
		*os = (struct os_identity){ .family = STR("centos-stream"), .version = version };
		return;
	}
	str text = str_fmt(b->arena, "ID=\"%.*s\"\nVERSION_ID=\"%.*s\"\n",
			   STR_ARG(without_quotes(release_id(name, b->arena), b->arena)),
			   STR_ARG(without_quotes(version, b->arena)));
	if (os_identity_parse(STR("etc/os-release"), text, b->arena, &found, &unused) == 1) {
		found.path = STR_EMPTY;
		*os = found;
		return;
	}
	os->family = str_lower(b->arena, name);
	os->version = version;
}

/* ---- the end ---- */

static int relation_cmp(const void *a, const void *b)
{
	const struct sbom_relation *x = a, *y = b;
	int order = str_cmp(x->from, y->from);

	if (order == 0)
		order = str_cmp(x->type, y->type);
	return order ? order : str_cmp(x->to, y->to);
}

static void sort_relations(struct sbom *out)
{
	size_t n = 0;

	if (out->relation_count == 0)
		return;
	qsort(out->relations, out->relation_count, sizeof(*out->relations), relation_cmp);
	for (size_t i = 0; i < out->relation_count; i++) {
		if (n == 0 || relation_cmp(&out->relations[n - 1], &out->relations[i]) != 0)
			out->relations[n++] = out->relations[i];
	}
	out->relation_count = n;
}

static size_t package_index(const struct sbom_builder *b, str ref)
{
	return (size_t)(uintptr_t)map_get(&b->refs, ref);
}

/* Relations come sorted by `from`: those of one package stand together. */
static void join_edges(struct sbom_builder *b)
{
	struct sbom *out = b->out;
	size_t i = 0;

	while (i < out->relation_count) {
		str from = out->relations[i].from;
		size_t index = package_index(b, from), end = i, n = 0;

		while (end < out->relation_count && str_eq(out->relations[end].from, from))
			end++;
		if (index > 0) {
			str *depends = ARENA_ARRAY(b->arena, str, end - i);

			for (; i < end; i++) {
				size_t to = package_index(b, out->relations[i].to);
				const struct package *target;

				if (to == 0 || to == index ||
				    !str_eq(out->relations[i].type, STR("DEPENDS_ON")))
					continue;
				target = &out->packages[to - 1].package;
				depends[n++] = str_fmt(b->arena, "%.*s@%.*s", STR_ARG(target->name),
						       STR_ARG(target->version));
			}
			if (n > 0) {
				qsort(depends, n, sizeof(*depends), str_qsort_cmp);
				out->packages[index - 1].package.depends = depends;
				out->packages[index - 1].package.depend_count = n;
			}
		}
		i = end;
	}
}

/* Trivy groups what a lock file names below a component that stands for the file. */
static void take_group_paths(struct sbom_builder *b)
{
	struct sbom *out = b->out;

	for (size_t i = 0; i < out->relation_count; i++) {
		const struct sbom_relation *r = &out->relations[i];
		const str *path = map_get(&b->groups, r->from);
		size_t to = path ? package_index(b, r->to) : 0;

		if (to > 0 && str_empty(out->packages[to - 1].package.path))
			out->packages[to - 1].package.path = *path;
	}
}

/* The order of an inventory. */
static int package_cmp(const void *a, const void *b)
{
	const struct package *p = a, *q = b;
	const str pairs[][2] = { { p->kind, q->kind },
				 { p->name, q->name },
				 { p->version, q->version },
				 { p->arch, q->arch },
				 { p->path, q->path } };

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		int order = str_cmp(pairs[i][0], pairs[i][1]);

		if (order)
			return order;
	}
	return p->layer - q->layer;
}

static void collect_packages(struct sbom_builder *b)
{
	struct inventory *inventory = &b->out->inventory;
	struct package *packages = ARENA_ARRAY(b->arena, struct package, b->out->package_count);
	size_t n = 0;

	for (size_t i = 0; i < b->out->package_count; i++) {
		if (b->out->packages[i].listed)
			packages[n++] = b->out->packages[i].package;
	}
	if (n > 0)
		qsort(packages, n, sizeof(*packages), package_cmp);
	inventory->packages = packages;
	inventory->package_count = n;
}

static void collect_kinds(struct sbom_builder *b)
{
	struct inventory *inventory = &b->out->inventory;

	for (size_t i = 0; i < inventory->package_count; i++) {
		if (i > 0 && str_eq(inventory->packages[i].kind, inventory->packages[i - 1].kind))
			continue;
		b->kinds = arena_grow(b->arena, b->kinds, b->kind_n, &b->kind_cap, sizeof(str));
		b->kinds[b->kind_n++] = inventory->packages[i].kind;
	}
	inventory->kinds_read = b->kinds;
	inventory->kinds_read_count = words_sort(b->kinds, b->kind_n);
}

static void add_missed(struct sbom_builder *b, enum err_kind kind, const char *what, str reason,
		       uint64_t count)
{
	b->missed =
		arena_grow(b->arena, b->missed, b->missed_n, &b->missed_cap, sizeof(*b->missed));
	b->missed[b->missed_n++] = (struct not_examined){
		.kind = kind, .what = str_c(what), .reason = reason, .count = count
	};
}

void sbom_take_statement_url(struct sbom_builder *b, str url)
{
	if (str_empty(url))
		return;
	for (size_t i = 0; i < b->statement_url_n; i++) {
		if (str_eq(b->statement_urls[i], url))
			return;
	}
	if (b->statement_url_n == SBOM_MAX_STATEMENT_URLS) {
		sbom_skip(b, "address of statements, one too many", str_take(url, 200));
		return;
	}
	b->statement_urls = arena_grow(b->arena, b->statement_urls, b->statement_url_n,
				       &b->statement_url_cap, sizeof(*b->statement_urls));
	b->statement_urls[b->statement_url_n++] = url;
}

void sbom_finish(struct sbom_builder *b)
{
	struct sbom *out = b->out;
	struct inventory *inventory = &out->inventory;

	sort_relations(out);
	take_group_paths(b);
	join_edges(b);
	if (str_empty(inventory->os.family))
		inventory->os = b->hint;
	collect_packages(b);
	collect_kinds(b);
	if (out->skipped > 0)
		add_missed(b, ERR_INPUT, "component", out->skipped_first, out->skipped);
	if (out->attested)
		add_missed(b, ERR_NONE, "signature",
			   STR("the attestation that holds the document was not verified"), 1);
	if (out->breach.n > 0)
		add_missed(b, ERR_NONE, "document", out->breach, 1);
	inventory->target_kind = STR("sbom");
	if (str_empty(inventory->target))
		inventory->target = STR("unnamed");
	inventory->layers = b->layers;
	inventory->layer_count = b->layer_n;
	inventory->not_examined = b->missed;
	inventory->not_examined_count = b->missed_n;
	inventory->statement_urls = b->statement_urls;
	inventory->statement_url_count = b->statement_url_n;
	inventory->repo_tags = b->tags;
	inventory->repo_tag_count = b->tag_n;
}
