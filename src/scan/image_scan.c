/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "base/time.h"
#include "scan/assemble.h"
#include "scan/history_mask.h"
#include "scan/image_facts.h"
#include "scan/layer_cache.h"
#include "scan/overlay.h"
#include "scan/pipeline.h"
#include "scan/scan_internal.h"
#include "scan/secret_config.h"

#define ALIAS_ROUNDS 6u /* a link to a link to ... in layers that were not read for that yet */

struct image_scan {
	struct pipeline pipeline;
	struct arena *arena; /* of the result */
	struct arena *scratch;
	struct layer_record **records; /* by layer that can be read, lowest first */
	size_t *image_layer;	       /* the same: number in the image */
	size_t record_n;
	struct overlay overlay;
	struct map by_entry; /* of results: see result_key */
	struct alias *aliases;
	size_t alias_n, alias_cap;
	struct assemble assemble;
	struct secret_facts secrets;
	struct image_trait *traits; /* that the finished image has */
	size_t trait_n, trait_cap;
	uint64_t traits_dropped;
};

/* ---- which result belongs to a file ---- */

struct result_key {
	const struct layer_record *record;
	const char *analyzer;
	uint64_t entry;
};

static str key_of(const struct result_key *key) { return str_of((const char *)key, sizeof(*key)); }

static void index_results(struct image_scan *scan)
{
	map_init(&scan->by_entry, scan->scratch);
	for (size_t i = 0; i < scan->record_n; i++) {
		struct layer_record *record = scan->records[i];

		for (size_t k = 0; k < record->result_n; k++) {
			struct stored_result *r = &record->results[k];
			const struct result_key key = { .record = record,
							.analyzer = r->result.analyzer,
							.entry = r->result.entry };

			map_put(&scan->by_entry, key_of(&key), r);
		}
	}
}

static const struct stored_result *find_result(void *context, const struct overlay_file *file,
					       struct layer_record **record)
{
	struct image_scan *scan = context;
	const struct result_key key = { .record = scan->records[file->origin.layer],
					.analyzer = file->analyzer->name,
					.entry = file->origin.entry };

	*record = scan->records[file->origin.layer];
	if (file->origin.entry == RESULT_NO_ENTRY)
		return NULL;
	return map_get(&scan->by_entry, key_of(&key));
}

/* ---- files that links made important ---- */

static bool add_alias(struct image_scan *scan, str real, str as, bool folder)
{
	/* One more would be refused by the worker; what is missing then is reported file by file.
	 */
	if (scan->alias_n == WANT_ALIASES_MAX)
		return false;
	for (size_t i = 0; i < scan->alias_n; i++) {
		const struct alias *a = &scan->aliases[i];

		if (a->folder == folder && str_eq(a->real, real) && str_eq(a->as, as))
			return false;
	}
	scan->aliases = arena_grow(scan->scratch, scan->aliases, scan->alias_n, &scan->alias_cap,
				   sizeof(*scan->aliases));
	scan->aliases[scan->alias_n++] = (struct alias){ .real = str_dup(scan->scratch, real),
							 .as = str_dup(scan->scratch, as),
							 .folder = folder };
	return true;
}

static void want_layer(struct image_scan *scan, size_t number)
{
	struct pipeline *p = &scan->pipeline;

	p->layers[p->layer_of[scan->image_layer[number]]].wanted = true;
}

/* Layers that must be read again, because a file of theirs counts that they did not analyse. */
static bool look_for_missing(struct image_scan *scan, const struct overlay_file *file)
{
	struct layer_record *record;

	if (file->origin.sniffed || file->passed_over_for.p || find_result(scan, file, &record) ||
	    !add_alias(scan, file->origin.real, file->path, false))
		return false;
	want_layer(scan, file->origin.layer);
	if (file->analyzer->companion) {
		const struct analyzer *a = file->analyzer;

		IGNORE(add_alias(scan, analyzer_companion_path(a, file->origin.real, scan->scratch),
				 analyzer_companion_path(a, file->path, scan->scratch),
				 false)); /* it may be known */
	}
	return true;
}

static bool look_again(struct image_scan *scan)
{
	const struct overlay *o = &scan->overlay;
	bool any = false;

	for (size_t i = 0; i < o->final.file_count; i++)
		any |= look_for_missing(scan, &o->final.files[i]);
	for (size_t i = 0; i < o->change_count; i++) {
		for (size_t k = 0; k < o->changes[i].added_count; k++)
			any |= look_for_missing(scan, o->changes[i].added[k]);
	}
	for (size_t i = 0; i < o->folder_count; i++) {
		if (!add_alias(scan, o->folders[i].real, o->folders[i].as, true))
			continue;
		any = true;
		for (size_t k = 0; k < scan->record_n; k++)
			want_layer(scan, k);
	}
	return any;
}

static int read_and_overlay(struct image_scan *scan, struct err *err)
{
	struct pipeline *p = &scan->pipeline;

	for (unsigned round = 0; round < ALIAS_ROUNDS; round++) {
		if (pipeline_read(p, err) < 0)
			return -1;
		for (size_t i = 0; i < scan->record_n; i++)
			scan->records[i] = &p->layers[p->layer_of[scan->image_layer[i]]].record;
		if (overlay_build(scan->records, scan->record_n, &p->want, scan->scratch,
				  &scan->overlay, err) < 0)
			return -1;
		index_results(scan);
		if (!look_again(scan))
			return 0;
		p->want.aliases = scan->aliases;
		p->want.alias_count = scan->alias_n;
	}
	/* What is still missing is reported file by file. */
	return 0;
}

/* ---- the inventory ---- */

static str transport_of(str target)
{
	static const char *const names[] = { "docker-archive", "docker-daemon", "oci-archive",
					     "containerd",     "docker",	"oci" };

	if (str_eq(target, STR("-")))
		return STR("stdin");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		str name = str_c(names[i]);

		if (str_starts(target, name) && target.n > name.n && target.p[name.n] == ':')
			return name;
	}
	return STR("docker");
}

/* Registry, repository and tag of "host/path:tag". */
static void fill_reference(struct inventory *out, const struct image_manifest *m)
{
	str host, rest;
	ptrdiff_t colon = str_rfind_char(m->name, ':');
	ptrdiff_t slash = str_rfind_char(m->name, '/');
	str name = m->name;

	if (colon > slash) {
		out->tag = str_skip(name, (size_t)colon + 1);
		name = str_take(name, (size_t)colon);
	}
	if (str_cut(name, '/', &host, &rest) &&
	    (str_find_char(host, '.') >= 0 || str_find_char(host, ':') >= 0 ||
	     str_eq(host, STR("localhost")))) {
		out->registry = host;
		name = rest;
	}
	out->repository = name;
}

/* The build step that made a layer, from 1; 0: not known. */
static size_t step_of_layer(const struct json *config, size_t layer)
{
	size_t step = 0, made = 0;

	JSON_EACH (JSON_GET(config, "history"), v) {
		step++;
		if (!json_bool(JSON_GET(v, "empty_layer")) && made++ == layer)
			return step;
	}
	return 0;
}

/* Its size, where only reading it tells: the archive is stored as it is then. */
static uint64_t size_of_layer(const struct image_scan *scan, size_t layer)
{
	const struct pipeline *p = &scan->pipeline;
	uint64_t size = p->manifest->layers[layer].size;

	return size == SIZE_LATER ? p->layers[p->layer_of[layer]].record.end.bytes : size;
}

static void fill_layers(struct image_scan *scan, struct inventory *out)
{
	const struct image_manifest *m = scan->pipeline.manifest;
	struct layer_info *layers = ARENA_ARRAY(scan->arena, struct layer_info, m->layers_n);

	for (size_t i = 0; i < m->layers_n; i++) {
		const struct image_layer *l = &m->layers[i];

		layers[i] = (struct layer_info){ .digest = l->digest,
						 .diff_id = l->diff_id,
						 .media_type = l->media_type,
						 .created_by = history_mask(
							 l->created_by, scan->secrets.items,
							 scan->secrets.n,
							 step_of_layer(m->config, i), scan->arena),
						 .size = size_of_layer(scan, i) };
		if (l->unverifiable)
			assemble_missed(&scan->assemble, ERR_UNSUPPORTED, "layer digest", STR_EMPTY,
					STR("the archive carries no digest to verify a layer by"),
					1);
	}
	out->layers = layers;
	out->layer_count = m->layers_n;
}

void scan_describe_image(const struct image_manifest *m, str target, struct arena *arena,
			 struct inventory *out)
{
	out->target_kind = transport_of(target);
	out->digest = m->digest;
	out->config_digest = m->config_digest;
	out->created = m->created;
	out->repo_tags = m->repo_tags;
	out->repo_tag_count = m->repo_tags_n;
	out->platform = str_fmt(arena, "%.*s/%.*s%s%.*s", STR_ARG(m->os), STR_ARG(m->architecture),
				m->variant.n > 0 ? "/" : "", STR_ARG(m->variant));
	if (m->os.n == 0 && m->architecture.n == 0)
		out->platform = STR_EMPTY;
	if (m->name.n > 0)
		fill_reference(out, m);
}

static void fill_image(struct image_scan *scan, str target, struct inventory *out)
{
	scan_describe_image(scan->pipeline.manifest, target, scan->arena, out);
	fill_layers(scan, out);
	out->licences_searched = scan->pipeline.want.licences != ANALYZER_NO_LICENCES;
	out->facts_gathered = scan->pipeline.opts->facts;
	for (size_t i = 0; i < scan->record_n; i++) {
		out->files_seen += scan->records[i]->end.entries;
		out->bytes_seen += scan->records[i]->end.bytes;
	}
}

/* Whether the companion that lies beside the file now is the one it was read with. */
static bool read_together(const struct overlay_file *file, const struct stored_result *r)
{
	if (!file->has_companion)
		return r->result.companion == RESULT_NO_ENTRY;
	return file->companion.layer == file->origin.layer &&
	       file->companion.entry == r->result.companion;
}

static int gather(struct image_scan *scan, struct err *err)
{
	const struct overlay_view *final = &scan->overlay.final;
	const struct assemble_source source = { .context = scan, .find = find_result };

	for (size_t i = 0; i < final->file_count; i++) {
		const struct overlay_file *file = &final->files[i];
		struct layer_record *record;
		const struct stored_result *r = find_result(scan, file, &record);

		if (file->passed_over_for.p) {
			assemble_passed_over(&scan->assemble, file->path, file->passed_over_for);
			continue;
		}
		/* Only one of the rows that look at first bytes may have had something to say. */
		if (file->origin.sniffed && !r)
			continue;
		size_t licences = scan->assemble.licence_n;
		if (assemble_file(&scan->assemble, file->analyzer, file->path, record, r, err) <
			    0 ||
		    assemble_document(&scan->assemble, file->analyzer, file->path,
				      (int)scan->image_layer[file->origin.layer], record, r,
				      err) < 0)
			return -1;
		for (; licences < scan->assemble.licence_n; licences++)
			scan->assemble.licences[licences].layer =
				(int)scan->image_layer[file->origin.layer];
		if (r && file->analyzer->companion_what && !read_together(file, r))
			assemble_missed(&scan->assemble, ERR_UNSUPPORTED,
					file->analyzer->companion_what, file->path,
					STR("it lies in another layer than its database: changes "
					    "in it are not known"),
					1);
	}
	if (assemble_layers(&scan->assemble, &scan->overlay, &source, err) < 0)
		return -1;
	for (size_t i = 0; i < scan->assemble.package_n; i++) {
		struct package *p = &scan->assemble.packages[i];

		if (p->layer >= 0)
			p->layer = (int)scan->image_layer[p->layer];
	}
	return 0;
}

/* A blob that is several layers of the image was looked at once. */
static bool is_first(const struct image_scan *scan, size_t record)
{
	for (size_t i = 0; i < record; i++) {
		if (scan->records[i] == scan->records[record])
			return false;
	}
	return true;
}

static int gather_secrets(struct image_scan *scan, struct inventory *out, struct err *err)
{
	struct pipeline *p = &scan->pipeline;

	if (!p->opts->secrets)
		return 0;
	if (secret_facts_init(&scan->secrets, p->opts->secret_rules, scan->arena, err) < 0)
		return -1;
	for (size_t i = 0; i < scan->record_n; i++) {
		const struct layer_record *record = scan->records[i];
		const int *gone = scan->overlay.gone_in[i];

		for (size_t k = 0; k < record->secret_n; k++) {
			int layer = (int)scan->image_layer[i];
			int gone_in = gone[k] < 0 ? -1 : (int)scan->image_layer[gone[k]];

			if (secret_facts_add(&scan->secrets, &record->secrets[k], layer, gone_in,
					     err) < 0)
				return -1;
		}
		if (is_first(scan, i))
			secret_facts_count(&scan->secrets, &record->secret_counts);
	}
	if (secret_config_search(p, &scan->secrets, err) < 0)
		return -1;
	assemble_secrets(&scan->assemble, &scan->secrets.counts);
	secret_facts_finish(&scan->secrets, out);
	return 0;
}

static int by_path(const void *a, const void *b)
{
	const struct image_trait *x = a, *y = b;
	int order = str_cmp(x->trait->path, y->trait->path);

	order = order ? order : (int)x->trait->kind - (int)y->trait->kind;
	return order ? order : x->layer - y->layer;
}

/* What the finished image has of the traits of its layers. */
static void gather_traits(struct image_scan *scan)
{
	str *paths;
	bool *owned;

	scan->traits_dropped = scan->overlay.traits_unknown;
	for (size_t i = 0; i < scan->record_n; i++) {
		const struct layer_record *record = scan->records[i];

		scan->traits_dropped += record->end.traits_dropped;
		for (size_t k = 0; k < record->trait_n; k++) {
			if (!scan->overlay.has_trait[i][k])
				continue;
			scan->traits = arena_grow(scan->scratch, scan->traits, scan->trait_n,
						  &scan->trait_cap, sizeof(*scan->traits));
			scan->traits[scan->trait_n++] =
				(struct image_trait){ .trait = &record->traits[k],
						      .layer = (int)scan->image_layer[i] };
		}
	}
	if (scan->trait_n > 1)
		qsort(scan->traits, scan->trait_n, sizeof(*scan->traits), by_path);
	paths = ARENA_ARRAY(scan->scratch, str, scan->trait_n);
	owned = ARENA_ARRAY(scan->scratch, bool, scan->trait_n);
	for (size_t i = 0; i < scan->trait_n; i++)
		paths[i] = scan->traits[i].trait->path;
	owned_which(&scan->assemble.owned, paths, scan->trait_n, owned);
	for (size_t i = 0; i < scan->trait_n; i++)
		scan->traits[i].owned = owned[i];
	if (scan->traits_dropped > 0)
		assemble_missed(&scan->assemble, ERR_LIMIT, "configuration check", STR_EMPTY,
				STR("more unusual files than the limit: not all are checked"),
				scan->traits_dropped);
}

/* The document that the checks of images judge. After everything else is in the inventory. */
static int write_facts(struct image_scan *scan, struct inventory *out, struct err *err)
{
	const struct assemble *a = &scan->assemble;
	const struct image_facts facts = {
		.manifest = scan->pipeline.manifest,
		.inventory = out,
		.traits = scan->traits,
		.trait_n = scan->trait_n,
		.traits_dropped = scan->traits_dropped,
		.secrets = scan->secrets.items,
		.secret_n = scan->secrets.n,
		.layers_read = scan->record_n == scan->pipeline.manifest->layers_n,
		.passwd = a->passwd,
		.shadow = a->shadow,
		.group = a->group,
		.sources = a->sources,
		.source_n = a->source_n,
		.sources_unread = a->sources_unread,
	};
	struct fact_document document = { .kind = STR("image"), .layer = -1 };

	if (image_facts_write(&facts, scan->arena, &document.json, err) < 0)
		return -1;
	assemble_add_document(&scan->assemble, &document);
	assemble_documents(&scan->assemble, out);
	return 0;
}

/*
 * Nobody asked for secrets, but checks judge the configuration, and nothing of it may be shown that
 * is one: it alone is searched.
 */
static int search_configuration(struct image_scan *scan, struct err *err)
{
	struct pipeline *p = &scan->pipeline;
	const struct scan_opts *asked = p->opts;
	struct scan_opts with = *asked;
	int failed;

	if (asked->secrets || !asked->facts)
		return 0;
	with.secrets = true;
	if (secret_facts_init(&scan->secrets, with.secret_rules, scan->arena, err) < 0)
		return -1;
	p->opts = &with;
	failed = secret_config_search(p, &scan->secrets, err);
	p->opts = asked;
	return failed;
}

/* Layers that lie elsewhere, or another operating system: said, not guessed. */
static void choose_layers(struct image_scan *scan)
{
	struct pipeline *p = &scan->pipeline;
	const struct image_manifest *m = p->manifest;
	bool windows = str_eq(m->os, STR("windows"));

	scan->records = ARENA_ARRAY(scan->scratch, struct layer_record *, m->layers_n);
	scan->image_layer = ARENA_ARRAY(scan->scratch, size_t, m->layers_n);
	if (windows)
		assemble_missed(&scan->assemble, ERR_UNSUPPORTED, "image", STR_EMPTY,
				STR("images of Windows are not supported"), 1);
	for (size_t i = 0; i < m->layers_n; i++) {
		const struct image_layer *l = &m->layers[i];

		if (windows || l->foreign) {
			p->layers[p->layer_of[i]].wanted = false;
			if (!windows)
				assemble_missed(&scan->assemble, ERR_UNSUPPORTED, "layer",
						STR_EMPTY, STR("is kept outside the image"), 1);
			continue;
		}
		scan->image_layer[scan->record_n++] = i;
	}
}

static int run(struct image_scan *scan, str target, struct inventory *out, struct err *err)
{
	choose_layers(scan);
	if (read_and_overlay(scan, err) < 0 || gather(scan, err) < 0 ||
	    gather_secrets(scan, out, err) < 0 || search_configuration(scan, err) < 0)
		return -1;
	if (scan->pipeline.opts->facts)
		gather_traits(scan);
	fill_image(scan, target, out);
	assemble_finish(&scan->assemble, out);
	return scan->pipeline.opts->facts ? write_facts(scan, out, err) : 0;
}

/* One try. *in_place: the image was read where an engine keeps it. */
static int scan_opened(str target, const struct scan_opts *opts, struct arena *arena,
		       struct inventory *out, bool *in_place, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct image_scan scan = { .arena = arena, .scratch = scratch };
	struct image *opened;
	int failed;

	*in_place = false;
	if (image_open(target, &opts->image, arena, &opened, err) < 0)
		return -1;
	AUTO(image_close)
	struct image *image = opened;
	*in_place = image_manifest(image)->in_place;
	if (opts->config)
		*opts->config = image_manifest(image)->config;
	assemble_init(&scan.assemble, arena);
	pipeline_init(&scan.pipeline, opts, image, scratch);
	failed = run(&scan, target, out, err);
	if (failed == 0 && opts->attached_statements)
		failed = scan_statements(image, arena, out, err);
	pipeline_stop(&scan.pipeline);
	if (opts->stats)
		*opts->stats = scan.pipeline.stats;
	pipeline_done(&scan.pipeline);
	return failed;
}

int scan_image(str target, const struct scan_opts *asked, struct arena *arena,
	       struct inventory *out, struct err *err)
{
	struct scan_opts opts = *asked;
	const struct inventory before = *out;
	bool in_place;
	int failed;

	if (opts.timeout_s)
		opts.image.deadline_ms = time_mono_ms() + 1000 * (int64_t)opts.timeout_s;
	failed = scan_opened(target, &opts, arena, out, &in_place, err);
	/* Files of an engine may be gone, or other ones than it wrote: it has the last word. */
	bool late = opts.image.deadline_ms > 0 && time_mono_ms() >= opts.image.deadline_ms;
	if (failed < 0 && in_place && !late) {
		opts.image.engine_export = true;
		*out = before;
		failed = scan_opened(target, &opts, arena, out, &in_place, err);
	}
	if (opts.cache_dir && !opts.session && failed == 0)
		layer_cache_trim(opts.cache_dir,
				 opts.cache_max_bytes ? opts.cache_max_bytes : SCAN_CACHE_MAX);
	return failed;
}
