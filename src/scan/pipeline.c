/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/pipeline.h"

#include <errno.h>
#include <poll.h>

#include "base/map.h"
#include "base/temp_file.h"
#include "base/time.h"
#include "sandbox/worker.h"
#include "scan/layer_cache.h"
#include "scan/secrets.h"

#define RECORD_FORMAT 2u /* raised when the form of kept results changes */

/* A layer being read. */
struct running {
	struct pipeline_layer *layer; /* NULL: idle */
	struct blob blob;
	struct layer_record record;
	bool keep; /* it becomes an entry of the cache */
};

struct run {
	struct pipeline *pipeline;
	struct running slots[PIPELINE_WORKERS];
};

static enum analyzer_licences scan_licences(const struct scan_opts *opts)
{
	if (opts->licences_full)
		return ANALYZER_LICENCE_HEADS;
	return opts->licences ? ANALYZER_LICENCE_FILES : ANALYZER_NO_LICENCES;
}

void pipeline_init(struct pipeline *pipeline, const struct scan_opts *opts, struct image *image,
		   struct arena *arena)
{
	const struct image_manifest *m = image ? image_manifest(image) : NULL;
	size_t n = m ? m->layers_n : 0;
	struct map known;

	*pipeline =
		(struct pipeline){ .opts = opts, .image = image, .manifest = m, .arena = arena };
	pipeline->workers = opts->session ? opts->session->workers : pipeline->own.workers;
	pipeline->want = (struct want){ .skip_files = opts->skip_files,
					.skip_files_n = opts->skip_files_n,
					.skip_dirs = opts->skip_dirs,
					.skip_dirs_n = opts->skip_dirs_n,
					.want_files = opts->want_files,
					.documents = opts->facts,
					.only_documents = opts->only_facts,
					.licences = scan_licences(opts) };
	if (opts->timeout_s > 0)
		pipeline->deadline = opts->image.deadline_ms > 0
					     ? opts->image.deadline_ms
					     : time_mono_ms() + 1000 * (int64_t)opts->timeout_s;
	pipeline->layers = ARENA_ARRAY(arena, struct pipeline_layer, n);
	pipeline->layer_of = ARENA_ARRAY(arena, size_t, n);
	map_init(&known, arena);
	for (size_t i = 0; i < n; i++) {
		const struct image_layer *layer = &m->layers[i];
		str name = layer->digest.n > 0 ? layer->digest : layer->diff_id;
		struct pipeline_layer *same = name.n > 0 ? map_get(&known, name) : NULL;

		if (!same) {
			same = &pipeline->layers[pipeline->layer_n++];
			same->index = i;
			same->size = layer->size;
			same->wanted = true;
			if (name.n > 0)
				map_put(&known, name, same);
		}
		pipeline->layer_of[i] = (size_t)(same - pipeline->layers);
	}
}

static void stop_worker(struct pipeline *pipeline, struct pipeline_worker *slot)
{
	const struct confinement *c = slot->worker ? worker_confinement(slot->worker) : NULL;

	if (c) {
		pipeline->stats.confinement = *c;
		pipeline->stats.confinement_known = true;
	}
	if (slot->worker) {
		worker_end(slot->worker);
		pipeline->stats.workers_peak_kib += worker_peak_kib(slot->worker);
		worker_stop(slot->worker);
	}
	slot->worker = NULL;
}

/* Its next scan can have it. */
static bool stays(const struct pipeline *pipeline, const struct pipeline_worker *slot)
{
	return pipeline->opts->session && slot->worker && worker_idle(slot->worker) &&
	       time_mono_ms() - slot->started_ms < SESSION_READER_MS;
}

bool pipeline_refuse(struct pipeline *pipeline, struct pipeline_worker *slot)
{
	str what = slot->worker ? worker_culprit(slot->worker) : STR_EMPTY;

	if (what.n == 0 || pipeline->refused_n == PIPELINE_REFUSED)
		return false;
	for (size_t i = 0; i < pipeline->refused_n; i++) {
		if (str_eq(pipeline->refused[i], what))
			return false;
	}
	pipeline->refused[pipeline->refused_n++] = str_dup(pipeline->arena, what);
	stop_worker(pipeline, slot);
	return true;
}

void pipeline_write_refused(const struct pipeline *pipeline, struct json_writer *w)
{
	if (pipeline->refused_n > 0)
		json_kv_strings(w, STR("refused"), pipeline->refused, pipeline->refused_n);
}

static void close_spools(struct pipeline_worker *slot)
{
	for (size_t k = 0; k < slot->spool_n; k++)
		(void)close(slot->spools[k]);
	*slot = (struct pipeline_worker){ .worker = NULL };
}

void pipeline_stop(struct pipeline *pipeline)
{
	for (size_t i = 0; i < PIPELINE_WORKERS; i++) {
		struct pipeline_worker *slot = &pipeline->workers[i];
		const struct confinement *c =
			slot->worker ? worker_confinement(slot->worker) : NULL;

		if (stays(pipeline, slot)) {
			pipeline->stats.confinement_known |= c != NULL;
			pipeline->stats.confinement = c ? *c : pipeline->stats.confinement;
			continue;
		}
		stop_worker(pipeline, slot);
		close_spools(slot);
	}
}

struct scan_session *scan_session_new(void) { return mem_zalloc(sizeof(struct scan_session)); }

void scan_session_free(struct scan_session *session)
{
	for (size_t i = 0; session && i < PIPELINE_WORKERS; i++) {
		worker_stop(session->workers[i].worker);
		close_spools(&session->workers[i]);
	}
	free(session);
}

void pipeline_done(struct pipeline *pipeline)
{
	pipeline_stop(pipeline);
	for (size_t i = 0; i < pipeline->layer_n; i++)
		layer_record_done(&pipeline->layers[i].record);
}

int64_t pipeline_time_left(const struct pipeline *pipeline, struct err *err)
{
	int64_t left;

	if (pipeline->deadline == 0)
		return 0;
	left = pipeline->deadline - time_mono_ms();
	if (left <= 0)
		return err_set(err, ERR_LIMIT, "not done within %u s", pipeline->opts->timeout_s);
	return left;
}

int pipeline_worker_start(struct pipeline *pipeline, struct pipeline_worker *slot, struct err *err)
{
	if (slot->worker)
		return 0;
	while (slot->spool_n < SPOOLS_PER_WORKER) {
		int fd = temp_file_open(pipeline->opts->image.tmp_dir, err);

		if (fd < 0)
			return -1;
		slot->spools[slot->spool_n++] = fd;
	}
	slot->started_ms = time_mono_ms();
	return worker_start(NULL, &slot->worker, err);
}

static uint64_t or_default(uint64_t value, uint64_t otherwise)
{
	return value > 0 ? value : otherwise;
}

void pipeline_write_secrets(const struct pipeline *pipeline, struct json_writer *w)
{
	const struct scan_opts *opts = pipeline->opts;
	char version[24];

	if (!opts->secrets)
		return;
	IGNORE(snprintf(version, sizeof(version), "%016llx",
			(unsigned long long)secret_set_version())); /* always fits */
	JSON_KEY(w, "secrets");
	json_open_object(w);
	json_kv_str(w, STR("version"), str_c(version));
	json_kv_u64(w, STR("max_bytes"), or_default(opts->secret_bytes, SECRETS_FILE_BYTES));
	if (opts->secret_texts_only)
		json_kv_bool(w, STR("binaries"), false);
	if (opts->secret_rules) {
		JSON_KEY(w, "rules");
		json_put(w, opts->secret_rules);
	}
	json_close_object(w);
}

/* What the result of a layer depends on besides its bytes. */
static void write_terms(const struct pipeline *pipeline, struct json_writer *w)
{
	const struct scan_limits *limits = &pipeline->opts->limits;

	json_kv_u64(w, STR("max_bytes"), or_default(limits->layer_bytes, SCAN_LAYER_BYTES));
	json_kv_u64(w, STR("max_entries"), or_default(limits->layer_entries, SCAN_LAYER_ENTRIES));
	json_kv_u64(w, STR("max_ratio"), or_default(limits->ratio, SCAN_RATIO));
	want_write(&pipeline->want, w);
	pipeline_write_secrets(pipeline, w);
}

/*
 * What verifies the layer. The same archive, compressed or not, may have two: both results are the
 * same.
 */
static str digest_of(const struct image_layer *layer)
{
	return layer->digest.n > 0 ? layer->digest : layer->diff_id;
}

/* Empty when the layer has no digest: then nothing is kept of it. */
static str cache_key(const struct pipeline *pipeline, const struct image_layer *layer,
		     struct arena *arena)
{
	struct json_writer w;
	AUTO(buf_done)
	struct buf b = { .p = NULL };

	if (!pipeline->opts->cache_dir || digest_of(layer).n == 0)
		return STR_EMPTY;
	buf_init(&b, WORKER_HEADER_MAX);
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("digest"), digest_of(layer));
	json_kv_u64(&w, STR("format"), RECORD_FORMAT);
	json_key(&w, STR("analyzers"));
	json_put_str(&w, str_fmt(arena, "%016llx", (unsigned long long)analyzer_set_version()));
	write_terms(pipeline, &w);
	json_close_object(&w);
	return b.overflow ? STR_EMPTY : str_dup(arena, buf_str(&b));
}

static int write_header(const struct pipeline *pipeline, const struct image_layer *layer,
			const struct blob *blob, struct buf *b, struct err *err)
{
	struct json_writer w;

	json_writer_init(&w, b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("job"), STR("layer"));
	json_kv_u64(&w, STR("size"), blob->size);
	json_kv_u64(&w, STR("offset"), blob->offset);
	json_kv_bool(&w, STR("seekable"), blob->seekable);
	json_kv_str(&w, STR("digest"), layer->digest);
	json_kv_str(&w, STR("diff_id"), layer->diff_id);
	write_terms(pipeline, &w);
	pipeline_write_refused(pipeline, &w);
	json_close_object(&w);
	if (b->overflow)
		return err_set(err, ERR_LIMIT,
			       "too many links to package data, or rules for secrets");
	return 0;
}

static const struct image_layer *image_layer_of(const struct pipeline *pipeline,
						const struct pipeline_layer *layer)
{
	return &pipeline->manifest->layers[layer->index];
}

/* "layer 2 (sha256:...)" in front of the reason. */
static int name_layer(const struct pipeline *pipeline, const struct pipeline_layer *layer,
		      struct err *err)
{
	str digest = image_layer_of(pipeline, layer)->digest;

	if (digest.n == 0)
		return err_wrap(err, "layer %zu", layer->index + 1);
	return err_wrap(err, "layer %zu (%.*s)", layer->index + 1, STR_ARG(str_take(digest, 80)));
}

static void slot_clear(struct running *slot)
{
	layer_record_done(&slot->record);
	slot->layer = NULL;
}

static int begin_record(struct pipeline *pipeline, struct running *slot, bool keep, struct err *err)
{
	int fd;

	slot->keep = keep && pipeline->refused_n == 0 &&
		     layer_cache_begin(pipeline->opts->cache_dir, &slot->record);
	if (slot->keep) {
		/* No room in the cache is no reason to fail. */
		slot->record.can_move = true;
		slot->record.move_dir = pipeline->opts->image.tmp_dir;
		return 0;
	}
	fd = temp_file_open(pipeline->opts->image.tmp_dir, err);
	if (fd < 0)
		return -1;
	layer_record_init(&slot->record, fd, 0);
	return 0;
}

static int send_job(struct pipeline *pipeline, size_t at, struct running *slot, struct err *err)
{
	struct pipeline_worker *w = &pipeline->workers[at];
	const struct image_layer *layer = image_layer_of(pipeline, slot->layer);
	int fds[1 + SPOOLS_PER_WORKER] = { slot->blob.fd };
	AUTO(buf_done)
	struct buf header = { .p = NULL };
	int64_t left = pipeline_time_left(pipeline, err);

	if (left < 0 || pipeline_worker_start(pipeline, w, err) < 0)
		return -1;
	buf_init(&header, WORKER_HEADER_MAX);
	if (write_header(pipeline, layer, &slot->blob, &header, err) < 0)
		return -1;
	for (size_t i = 0; i < w->spool_n; i++)
		fds[1 + i] = w->spools[i];
	return worker_send(w->worker, buf_str(&header), fds, 1 + w->spool_n, left, err);
}

static int begin(struct pipeline *pipeline, size_t at, struct running *slot,
		 struct pipeline_layer *layer, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	str key = cache_key(pipeline, image_layer_of(pipeline, layer), scratch);
	struct err closing;

	layer->wanted = false;
	layer_record_done(&layer->record);
	if (key.n > 0 && layer_cache_get(pipeline->opts->cache_dir, key, &layer->record)) {
		pipeline->stats.layers_cached++;
		return 0;
	}
	if (begin_record(pipeline, slot, key.n > 0, err) < 0)
		return -1;
	slot->layer = layer;
	if (image_layer_open(pipeline->image, layer->index, &slot->blob, err) < 0) {
		slot_clear(slot);
		return name_layer(pipeline, layer, err);
	}
	if (send_job(pipeline, at, slot, err) == 0)
		return 0;
	/* The transfer was not even begun to be read: its own end says nothing. */
	IGNORE(image_layer_close(pipeline->image, layer->index, &slot->blob, &closing));
	slot_clear(slot);
	return -1;
}

static int take_record(void *context, char type, str payload, struct err *err)
{
	struct running *slot = context;

	return layer_record_take(&slot->record, type, payload, err);
}

/* The job of this slot is over; `failed` with the reason in err. */
static int end(struct pipeline *pipeline, struct running *slot, bool failed, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct pipeline_layer *layer = slot->layer;
	const struct image_layer *image_layer = image_layer_of(pipeline, layer);
	uint64_t stored = slot->blob.size;
	struct err transport;

	/* A broken transfer explains whatever the reader complained about. */
	if (image_layer_close(pipeline->image, layer->index, &slot->blob, &transport) < 0) {
		*err = transport;
		failed = true;
	}
	if (!failed && layer_record_finish(&slot->record, err) < 0)
		failed = true;
	if (failed) {
		slot_clear(slot);
		return name_layer(pipeline, layer, err);
	}
	pipeline->stats.stored_bytes += stored;
	pipeline->stats.layers++;
	if (slot->keep && slot->record.can_move)
		layer_cache_keep(pipeline->opts->cache_dir,
				 cache_key(pipeline, image_layer, scratch), &slot->record);
	layer->record = slot->record;
	slot->record = (struct layer_record){ .fd = -1 };
	slot->layer = NULL;
	return 0;
}

/* The reader was ended in one file: the layer is read again without that. */
static void begin_again(struct pipeline *pipeline, struct running *slot)
{
	struct pipeline_layer *layer = slot->layer;
	struct err unused;

	/* Nobody read it to its end: how the transfer ended says nothing. */
	IGNORE(image_layer_close(pipeline->image, layer->index, &slot->blob, &unused));
	slot_clear(slot);
	layer->wanted = true;
}

static struct pipeline_layer *largest_wanted(struct pipeline *pipeline)
{
	struct pipeline_layer *best = NULL;

	for (size_t i = 0; i < pipeline->layer_n; i++) {
		struct pipeline_layer *layer = &pipeline->layers[i];

		if (layer->wanted && (!best || layer->size > best->size))
			best = layer;
	}
	return best;
}

static size_t worker_limit(const struct scan_opts *opts)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = opts->workers > 0 ? opts->workers : cpus > 1 ? PIPELINE_WORKERS : 1;

	return n < PIPELINE_WORKERS ? n : PIPELINE_WORKERS;
}

/* Gives every idle worker something to do. The number of running jobs, or -1. */
static int fill_slots(struct run *run, struct err *err)
{
	struct pipeline *pipeline = run->pipeline;
	uint64_t memory = 0;
	int running = 0;

	for (size_t i = 0; i < worker_limit(pipeline->opts); i++) {
		struct pipeline_layer *next;

		while (!run->slots[i].layer && (next = largest_wanted(pipeline))) {
			if (begin(pipeline, i, &run->slots[i], next, err) < 0)
				return -1;
		}
		running += run->slots[i].layer != NULL;
	}
	for (size_t i = 0; i < pipeline->layer_n; i++) {
		const struct layer_record *record = &pipeline->layers[i].record;

		if (record->arena && layer_record_sum(&memory, record, err) < 0)
			return -1;
	}
	return running;
}

/* Takes what the workers have to say; waits until one of them has. */
static int serve(struct run *run, struct err *err)
{
	struct pipeline *pipeline = run->pipeline;
	struct pollfd polls[PIPELINE_WORKERS];
	size_t slot_of[PIPELINE_WORKERS], n = 0;
	int wait = -1, got;

	for (size_t i = 0; i < PIPELINE_WORKERS; i++) {
		if (!run->slots[i].layer)
			continue;
		int left = worker_time_left(pipeline->workers[i].worker);

		if (left >= 0 && (wait < 0 || left < wait))
			wait = left;
		polls[n] = (struct pollfd){ .fd = worker_fd(pipeline->workers[i].worker),
					    .events = POLLIN };
		slot_of[n++] = i;
	}
	do
		got = poll(polls, n, wait);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_sys(err, errno, "wait for workers");
	for (size_t k = 0; k < n; k++) {
		struct running *slot = &run->slots[slot_of[k]];
		struct worker *worker = pipeline->workers[slot_of[k]].worker;
		const struct worker_reader reader = { .context = slot, .record = take_record };

		/* On a time-out every worker is asked, and the one that is late says so. */
		if (got > 0 && polls[k].revents == 0)
			continue;
		int more = worker_receive(worker, &reader, err);
		if (more < 0 && pipeline_refuse(pipeline, &pipeline->workers[slot_of[k]])) {
			begin_again(pipeline, slot);
			continue;
		}
		if (more < 1 && end(pipeline, slot, more < 0, err) < 0)
			return -1;
	}
	return 0;
}

int pipeline_read(struct pipeline *pipeline, struct err *err)
{
	struct run *run = mem_zalloc(sizeof(*run));
	int running, failed = 0;

	run->pipeline = pipeline;
	while ((running = fill_slots(run, err)) > 0) {
		if (serve(run, err) < 0)
			break;
	}
	failed = running == 0 ? 0 : -1;
	for (size_t i = 0; i < PIPELINE_WORKERS; i++) {
		struct running *slot = &run->slots[i];
		struct err ignored;

		if (!slot->layer)
			continue;
		/* Another layer failed: whatever this one was doing no longer matters. */
		worker_end(pipeline->workers[i].worker);
		IGNORE(image_layer_close(pipeline->image, slot->layer->index, &slot->blob,
					 &ignored));
		slot_clear(slot);
	}
	free(run);
	return failed;
}
