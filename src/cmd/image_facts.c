/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/image_facts.h"

#include "advisory/match.h"
#include "base/time.h"
#include "cmd/image_kept.h"
#include "cmd/image_packages.h"
#include "engine/engine.h"
#include "scan/analyzer.h"
#include "scan/image_facts.h"
#include "scan/layer_cache.h"
#include "scan/scan.h"

#define KEPT_FORM    "2" /* raised when the form of what is kept changes */
#define FINDINGS_MAX 2000u
#define RUN_AGAIN    "run it again: what was read is kept"

/* ---- what is kept ---- */

static str key_of(const struct image_facts_source *source, const char *what, str id, str more)
{
	return str_fmt(source->arena, "image-%s " KEPT_FORM " %s %016llx %.*s %.*s", what,
		       SEAWALL_VERSION, (unsigned long long)analyzer_set_version(), STR_ARG(id),
		       STR_ARG(more));
}

static bool get_kept(const struct image_facts_source *source, str key, struct arena *arena,
		     const struct json **out)
{
	struct err ignored; /* as good as none */
	str text;

	return source->cache && image_kept_get(source->cache, key, arena, &text) &&
	       json_parse(text, NULL, arena, out, &ignored) == 0;
}

static void put_kept(struct image_facts_source *source, str key, str text)
{
	if (!source->cache)
		return;
	image_kept_put(source->cache, key, text);
	source->wrote = true;
}

/* ---- a scan ---- */

static const struct fact_document *document_of(const struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->document_count; i++) {
		if (str_eq(inventory->documents[i].kind, STR("image")))
			return &inventory->documents[i];
	}
	return NULL;
}

/* Why nothing can be said about flaws; empty: something can. */
static str not_scannable(const struct inventory *inventory)
{
	return inventory->kinds_read_count > 0 ? STR_EMPTY
					       : STR("no package database is in the image");
}

/* Labels have their values in what the engine says only. */
static void take_base(const struct json *config, struct image_look *look)
{
	const struct json *labels = JSON_GET(JSON_GET(config, "config"), "Labels");

	look->base_name = json_get_str(labels, STR("org.opencontainers.image.base.name"));
	look->base_digest = json_get_str(labels, STR("org.opencontainers.image.base.digest"));
}

static void keep_facts(struct image_facts_source *source, str id, const struct fact_document *doc,
		       const struct image_look *look, str not_scannable_why)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct json_writer w;

	buf_init(&b, IMAGE_KEPT_MAX);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("base_name"), look->base_name);
	json_kv_str(&w, STR("base_digest"), look->base_digest);
	json_kv_opt(&w, STR("not_scannable"), not_scannable_why);
	JSON_KEY(&w, "document");
	json_put_raw(&w, doc->json);
	json_close_object(&w);
	if (!b.overflow)
		put_kept(source, key_of(source, "facts", id, STR_EMPTY), buf_str(&b));
}

/* The package list, for matching with what becomes known later. */
static void keep_packages(struct image_facts_source *source, str id,
			  const struct inventory *inventory)
{
	AUTO(buf_done)
	struct buf b = { 0 };

	if (!source->cache)
		return;
	buf_init(&b, IMAGE_KEPT_MAX);
	image_packages_write(inventory, &b);
	if (!b.overflow)
		put_kept(source, key_of(source, "packages", id, STR_EMPTY), buf_str(&b));
}

/* ---- flaws ---- */

static void put_findings(struct json_writer *w, const struct inventory *inventory,
			 const struct match_result *match)
{
	size_t n = 0;

	json_open_array(w);
	for (size_t i = 0; i < match->finding_count && n < FINDINGS_MAX; i++) {
		const struct finding *f = &match->findings[i];

		if (f->kind != FINDING_CONFIRMED)
			continue;
		n++; /* the worst come first */
		json_open_object(w);
		json_kv_str(w, STR("id"), f->id);
		json_kv_str(w, STR("severity"), str_c(severity_name(f->severity)));
		json_kv_str(w, STR("package"), inventory->packages[f->package].name);
		json_kv_str(w, STR("fixed"), f->fixed);
		json_close_object(w);
	}
	json_close_array(w);
}

/* A reason of the match that says why no flaw can be told at all; empty: one can. */
static str uncovered(const struct match_result *match)
{
	str why = STR_EMPTY;

	for (size_t i = 0; i < match->coverage_count; i++) {
		if (match->coverage[i].status == COVERAGE_OK)
			return STR_EMPTY;
		if (str_empty(why))
			why = match->coverage[i].reason;
	}
	return str_empty(why) ? STR("the advisory database says nothing about its packages") : why;
}

/* {"findings": [...]} or {"not_scannable": ...}, kept by the state of the database. */
static int match_now(struct image_facts_source *source, str id, const struct inventory *inventory,
		     struct arena *arena, const struct json **out, struct err *err)
{
	const struct match_opts opts = { .now = time_now() };
	AUTO(buf_done)
	struct buf b = { 0 };
	struct match_result match;
	struct json_writer w;

	if (advisory_match(source->db, inventory, &opts, arena, &match, err) < 0)
		return -1;
	str why = uncovered(&match);
	buf_init(&b, IMAGE_KEPT_MAX);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	if (str_empty(why)) {
		JSON_KEY(&w, "findings");
		put_findings(&w, inventory, &match);
	} else {
		json_kv_str(&w, STR("not_scannable"), why);
	}
	json_close_object(&w);
	put_kept(source, key_of(source, "findings", id, source->db_digest), buf_str(&b));
	return json_parse(buf_str(&b), NULL, arena, out, err);
}

/* From the package list that was kept. 1, 0: none was; -1. */
static int match_kept(struct image_facts_source *source, str id, struct arena *arena,
		      const struct json **out, struct err *err)
{
	struct inventory inventory;
	str text;

	if (!source->cache ||
	    !image_kept_get(source->cache, key_of(source, "packages", id, STR_EMPTY), arena, &text))
		return 0;
	if (image_packages_read(text, arena, &inventory, err) < 0)
		return -1;
	return match_now(source, id, &inventory, arena, out, err) < 0 ? -1 : 1;
}

/* {"not_scannable": why} */
static const struct json *cannot_scan(str why, struct arena *arena)
{
	struct json_member *member = ARENA_NEW(arena, struct json_member);
	struct json *found = ARENA_NEW(arena, struct json);

	why = str_dup(arena, why);
	*member = (struct json_member){
		.key = STR("not_scannable"),
		.value = { .type = JSON_STRING, .n = (uint32_t)why.n, .text = why.p }
	};
	*found = (struct json){ .type = JSON_OBJECT, .n = 1, .members = member };
	return found;
}

/* Member `scan` of it: with its time. */
static const struct json *scan_member(struct docker_facts *facts, const struct json *found,
				      struct arena *arena)
{
	struct json_member *members = ARENA_ARRAY(arena, struct json_member, json_len(found) + 1);
	struct json *scan = ARENA_NEW(arena, struct json);
	str time = docker_facts_time(facts);
	uint32_t n = 0;

	members[n].key = STR("scanned_at");
	members[n++].value =
		(struct json){ .type = JSON_STRING, .n = (uint32_t)time.n, .text = time.p };
	JSON_MEMBERS (found, member)
		members[n++] = *member;
	*scan = (struct json){ .type = JSON_OBJECT, .n = n, .members = members };
	return scan;
}

static const struct json json_none = { .type = JSON_NULL };

static void no_scan(struct image_look *out, str why)
{
	out->scan = NULL;
	out->scan_why = why;
	out->scan_remedy = STR(RUN_AGAIN);
}

/* ---- one image ---- */

struct looking {
	struct image_facts_source *source;
	struct docker_facts *facts;
	const struct image_asked *image;
	struct arena *arena; /* of the result */
	struct image_look *out;
};

/* True: it was looked into before. */
static bool look_kept(struct looking *k)
{
	const struct json *kept, *found;
	struct err err;
	int rc = 1;

	if (!get_kept(k->source, key_of(k->source, "facts", k->image->id, STR_EMPTY), k->arena,
		      &kept) ||
	    !json_is(JSON_GET(kept, "document"), JSON_OBJECT))
		return false;
	str cannot = json_get_str(kept, STR("not_scannable"));
	if (!k->source->db) {
		found = &json_none;
	} else if (!str_empty(cannot)) {
		found = cannot_scan(cannot, k->arena);
	} else if (!get_kept(k->source,
			     key_of(k->source, "findings", k->image->id, k->source->db_digest),
			     k->arena, &found)) {
		rc = match_kept(k->source, k->image->id, k->arena, &found, &err);
		if (rc == 0)
			return false;
	}
	*k->out = (struct image_look){ .whole = true,
				       .document = JSON_GET(kept, "document"),
				       .base_name = json_get_str(kept, STR("base_name")),
				       .base_digest = json_get_str(kept, STR("base_digest")) };
	if (rc < 0)
		no_scan(k->out, str_dup(k->arena, str_c(err.msg)));
	else if (json_is(found, JSON_NULL))
		k->out->scan = found;
	else
		k->out->scan = scan_member(k->facts, found, k->arena);
	k->source->kept++;
	return true;
}

/* The document of the configuration alone, as the engine says it. */
static int look_config(struct looking *k, const struct json **config, struct err *err)
{
	struct image_manifest manifest = { .layers_n = 0 };
	struct inventory inventory = { .target = k->image->ref };
	const struct image_facts facts = { .manifest = &manifest, .inventory = &inventory };
	str text;

	if (image_facts_config(k->facts, k->image->id, k->arena, config, err) < 0)
		return -1;
	manifest.config = *config;
	inventory.created = json_get_str(*config, STR("created"));
	inventory.platform =
		str_fmt(k->arena, "%.*s/%.*s", STR_ARG(json_get_str(*config, STR("os"))),
			STR_ARG(json_get_str(*config, STR("architecture"))));
	if (image_facts_write(&facts, k->arena, &text, err) < 0)
		return -1;
	return json_parse(text, NULL, k->arena, &k->out->document, err);
}

static int take_findings(struct looking *k, const struct inventory *inventory, struct err *err)
{
	const struct json *found;

	if (!k->source->db) {
		k->out->scan = &json_none;
		return 0;
	}
	if (match_now(k->source, k->image->id, inventory, k->arena, &found, err) < 0)
		return -1;
	k->out->scan = scan_member(k->facts, found, k->arena);
	return 0;
}

/* The engine that tells of the image, wherever its socket was found. */
static const char *engine_address(const struct looking *k, struct arena *arena)
{
	struct engine *engine = docker_facts_engine(k->facts);
	const char *socket = engine ? engine_socket(engine) : NULL;

	return socket ? str_cstr(arena, str_cat(arena, STR("unix://"), str_c(socket)))
		      : k->source->opts.host;
}

/* Where the engine keeps its images, when its files may be this machine's: they prove themselves.
 */
static void find_place(const struct looking *k, struct image_opts *opts)
{
	struct engine *engine = docker_facts_engine(k->facts);
	const struct json *info =
		json_path(docker_facts_document(k->facts), "engine", "info", NULL);

	if (!engine || !engine_socket(engine))
		return;
	opts->host_root = docker_facts_options(k->facts)->host_root;
	opts->engine_root = json_get_str(info, STR("DockerRootDir"));
	opts->engine_driver = json_get_str(info, STR("Driver"));
}

static int look_inside(struct looking *k, int64_t left_s, struct err *err)
{
	struct image_facts_source *source = k->source;
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct inventory inventory = { 0 };
	const struct json *document, *config = NULL;
	struct scan_opts opts = { .facts = true,
				  .secrets = true,
				  .cache_dir = source->layers,
				  .config = &config,
				  .workers = 1, /* two together are over the memory of a check */
				  .timeout_s = (unsigned)left_s };

	if (!source->session)
		source->session = scan_session_new();
	opts.session = source->session;
	opts.image.docker_host = engine_address(k, scratch);
	opts.image.docker_cert_dir = source->opts.cert_dir;
	find_place(k, &opts.image);
	if (scan_inventory(str_cat(scratch, STR("docker-daemon:"), k->image->id), &opts, scratch,
			   &inventory, err) < 0)
		return -1;
	const struct fact_document *facts = document_of(&inventory);
	if (!facts)
		return err_set(err, ERR_INPUT, "the scan makes no facts of it");
	if (json_parse(facts->json, NULL, k->arena, &document, err) < 0)
		return -1;
	*k->out = (struct image_look){ .document = document, .whole = true };
	take_base(config, k->out);
	k->out->base_name = str_dup(k->arena, k->out->base_name);
	k->out->base_digest = str_dup(k->arena, k->out->base_digest);
	str cannot = not_scannable(&inventory);
	keep_facts(source, k->image->id, facts, k->out, cannot);
	if (!str_empty(cannot)) {
		k->out->scan =
			source->db ? scan_member(k->facts, cannot_scan(cannot, k->arena), k->arena)
				   : &json_none;
		return 0;
	}
	keep_packages(source, k->image->id, &inventory);
	struct err why;
	if (take_findings(k, &inventory, &why) < 0)
		no_scan(k->out, str_dup(k->arena, str_c(why.msg)));
	return 0;
}

static int64_t seconds_left(const struct image_facts_source *source)
{
	int64_t left = IMAGE_FACTS_SECONDS;

	if (source->opts.deadline_ms > 0 &&
	    (source->opts.deadline_ms - time_mono_ms()) / 1000 < left)
		left = (source->opts.deadline_ms - time_mono_ms()) / 1000;
	return left;
}

/* What the engine says without its contents, and why that is all. */
static void look_outside(struct looking *k, str why, str remedy)
{
	const struct json *config;
	struct err failed;

	*k->out = (struct image_look){ .why = why, .remedy = remedy };
	no_scan(k->out, why);
	if (!k->source->opts.contents)
		k->out->scan_remedy = remedy;
	if (look_config(k, &config, &failed) == 0) {
		take_base(config, k->out);
		return;
	}
	k->out->why = str_dup(k->arena, str_c(failed.msg));
	k->out->remedy = STR("see that the engine runs and answers");
}

static int look(void *context, struct docker_facts *facts, const struct image_asked *image,
		struct arena *arena, struct image_look *out, struct err *err)
{
	struct image_facts_source *source = context;
	struct looking k = {
		.source = source, .facts = facts, .image = image, .arena = arena, .out = out
	};
	struct err why;

	(void)err; /* what one image lacks is told with it */
	if (!source->opts.contents) {
		look_outside(&k, STR("contents of images are not looked into"),
			     STR("leave out --no-image-contents"));
		return 0;
	}
	if (look_kept(&k))
		return 0;
	if (seconds_left(source) < 1) {
		look_outside(&k, STR("the time for looking into images is over"), STR(RUN_AGAIN));
	} else if (look_inside(&k, seconds_left(source), &why) < 0) {
		look_outside(
			&k, str_dup(arena, str_c(why.msg)),
			STR("see why the image cannot be read: seawall scan docker-daemon:ID"));
	}
	source->read += out->whole;
	source->failed += !out->whole;
	return 0;
}

/* ---- life ---- */

static int open_database(struct image_facts_source *source, struct err *err)
{
	struct advisory_info info;
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;

	if (advisory_db_open(source->opts.db, &db, err) < 0)
		return -1;
	/* A few dozen built-in records are no scan. */
	if (advisory_db_essentials_only(db))
		return 0;
	if (advisory_db_info(db, time_now(), source->arena, &info, err) < 0)
		return -1;
	source->db_digest = info.digest;
	source->db = TAKE(db);
	return 0;
}

int image_facts_init(struct image_facts_source *source, const struct image_facts_opts *opts,
		     struct arena *arena, struct err *err)
{
	struct err ignored; /* without a home there is no cache */
	char *path;

	*source = (struct image_facts_source){ .opts = *opts, .arena = arena };
	source->looker = (struct image_looker){ .look = look, .context = source };
	if (!opts->contents)
		return 0;
	if (!opts->no_cache && advisory_db_default_path(arena, &path, &ignored) == 0) {
		str dir = str_take(str_c(path), (size_t)(str_rfind_char(str_c(path), '/') + 1));

		source->cache = str_cstr(arena, str_cat(arena, dir, STR("images")));
		source->layers = str_cstr(arena, str_cat(arena, dir, STR("layers")));
	}
	return open_database(source, err);
}

void image_facts_rest(struct image_facts_source *source)
{
	scan_session_free(source->session);
	source->session = NULL;
	if (source->wrote) {
		layer_cache_trim(source->cache, IMAGE_FACTS_CACHE_MAX);
		layer_cache_trim(source->layers, SCAN_CACHE_MAX);
	}
	source->wrote = false;
}

void image_facts_done(struct image_facts_source *source)
{
	image_facts_rest(source);
	if (source->db)
		advisory_db_close(source->db);
	source->db = NULL;
}
