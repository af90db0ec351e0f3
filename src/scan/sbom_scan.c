/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/sbom_scan.h"

#include "fmt/sbom/sbom.h"
#include "scan/document_job.h"
#include "scan/record.h"
#include "scan/scan.h"

#define RECORD_HEAD 'H'

/* ---- worker ---- */

static void put_layer(struct buf *b, int layer)
{
	uint64_t value = (uint64_t)layer + 1; /* -1: 0 */

	for (unsigned i = 0; i < PACKAGE_KEY_BYTES; i++)
		buf_byte(b, (char)(value >> (8 * i)));
}

static int answer(struct worker_job *job, const struct inventory *inventory, struct buf *b,
		  struct err *err)
{
	struct json_writer w;

	json_writer_init(&w, b, 0);
	sbom_head_write(inventory, &w);
	if (b->overflow)
		return err_set(err, ERR_LIMIT, "more than %u bytes about the target",
			       WORKER_RECORD_MAX);
	if (worker_answer(job, RECORD_HEAD, buf_str(b), err) < 0)
		return -1;
	for (size_t i = 0; i < inventory->package_count; i++) {
		buf_reset(b);
		put_layer(b, inventory->packages[i].layer);
		json_writer_init(&w, b, 0);
		package_write(&inventory->packages[i], false, &w);
		if (b->overflow)
			return err_set(err, ERR_LIMIT, "a package of more than %u bytes",
				       WORKER_RECORD_MAX);
		if (worker_answer(job, RECORD_PACKAGE, buf_str(b), err) < 0)
			return -1;
	}
	return 0;
}

int sbom_scan_run(struct worker_job *job, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf b = { 0 };
	struct sbom sbom;
	str text;

	if (document_job_text(job, SBOM_MAX_BYTES, arena, &text, err) < 0 ||
	    sbom_read(text, arena, &sbom, err) < 0)
		return -1;
	buf_init(&b, WORKER_RECORD_MAX);
	return answer(job, &sbom.inventory, &b, err);
}

/* ---- parent ---- */

struct taking {
	struct arena *arena;
	struct inventory head;
	bool has_head;
	struct package *packages;
	size_t n, cap;
};

static int take_head(struct taking *t, str payload, struct err *err)
{
	const struct json *v;

	if (t->has_head || json_parse(payload, NULL, t->arena, &v, err) < 0 ||
	    sbom_head_read(v, t->arena, &t->head, err) < 0)
		return t->has_head ? err_set(err, ERR_INPUT, "two heads of one inventory") : -1;
	t->has_head = true;
	return 0;
}

static int take_record(void *context, char type, str payload, struct err *err)
{
	struct taking *t = context;
	uint64_t layer = package_payload_key(payload);

	if (type == RECORD_HEAD)
		return take_head(t, payload, err);
	if (type != RECORD_PACKAGE)
		return err_set(err, ERR_INPUT, "unknown record");
	if (t->n >= SBOM_MAX_COMPONENTS)
		return err_set(err, ERR_LIMIT, "more than %u packages", SBOM_MAX_COMPONENTS);
	t->packages = arena_regrow(t->arena, t->packages, t->n, &t->cap, sizeof(*t->packages));
	if (package_read(payload, t->arena, &t->packages[t->n], err) < 0)
		return -1;
	t->packages[t->n++].layer = layer <= t->head.layer_count ? (int)layer - 1 : -1;
	return 0;
}

int sbom_scan_fd(int fd, uint64_t size, const struct scan_opts *opts, struct arena *arena,
		 struct inventory *out, struct err *err)
{
	AUTO(worker_stop)
	struct worker *worker = NULL;
	const struct confine_opts confine = { .memory = SBOM_SCAN_MEMORY };
	struct taking t = { .arena = arena };
	const struct worker_reader reader = { .context = &t, .record = take_record };
	int64_t timeout_ms = (int64_t)opts->timeout_s * 1000;
	str target = out->target;

	if (size > SBOM_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "larger than %u bytes", SBOM_MAX_BYTES);
	if (worker_start(&confine, &worker, err) < 0 ||
	    document_job_run(worker, "sbom", fd, size, timeout_ms, &reader, err) < 0)
		return -1;
	if (!t.has_head)
		return err_set(err, ERR_INPUT, "the reader gave no answer");
	if (opts->stats) {
		const struct confinement *confinement = worker_confinement(worker);

		opts->stats->workers_peak_kib = worker_peak_kib(worker);
		opts->stats->confinement_known = confinement != NULL;
		if (confinement)
			opts->stats->confinement = *confinement;
	}
	*out = t.head;
	out->target = target;
	out->packages = t.packages;
	out->package_count = t.n;
	return 0;
}

int sbom_scan_file(str path, const struct scan_opts *opts, struct arena *arena,
		   struct inventory *out, struct err *err)
{
	AUTO(fd_close)
	int fd = -1;
	uint64_t size = 0;

	if (str_empty(path))
		return err_set(err, ERR_USAGE, "sbom: needs the path of a file");
	fd = document_job_open(path, arena, &size, err);
	if (fd < 0)
		return -1;
	if (sbom_scan_fd(fd, size, opts, arena, out, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	return 0;
}
