/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "base/temp_file.h"
#include "sandbox/worker.h"
#include "scan/assemble.h"
#include "scan/pipeline.h"
#include "scan/root.h"
#include "scan/scan_internal.h"
#include "scan/secret/skip.h"
#include "scan/secret_facts.h"

#define BATCH_FDS  16u
#define BATCH_TEXT (WORKER_HEADER_MAX / 2) /* one path has room behind it */

struct root_scan {
	struct pipeline pipeline; /* its first worker is used */
	struct root root;
	struct layer_record record;
	struct assemble assemble;
	struct arena *arena;
	struct arena *scratch;
	size_t next; /* file not sent yet */
	/* Files that are searched for secrets, sent while the walk goes on. */
	struct secret_skips skips;
	struct secret_facts secrets;
	struct secret_counts counts;
	int fds[WORKER_FDS_MAX];
	size_t fd_n;
	struct buf header;
	struct json_writer writer;
	uint64_t denied;
	str denied_first;
};

static int take_record(void *context, char type, str payload, struct err *err)
{
	return layer_record_take(context, type, payload, err);
}

/* A file that cannot be opened is reported; others go on. */
static int open_one(struct root_scan *scan, str path, int *fd)
{
	struct err why;
	int got = root_open_file(&scan->root, path, fd, &why);

	if (got < 0)
		assemble_missed(&scan->assemble, why.kind, "file", path, str_c(why.msg), 1);
	return got;
}

/* Opens files until the descriptors of one job are used up, and describes them. */
static size_t fill_batch(struct root_scan *scan, int fds[BATCH_FDS], struct buf *header)
{
	struct json_writer w;
	size_t n = 0;

	buf_reset(header);
	json_writer_init(&w, header, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("job"), STR("files"));
	json_kv_bool(&w, STR("want_files"), scan->pipeline.opts->want_files);
	if (scan->pipeline.want.licences)
		json_kv_i64(&w, STR("licences"), scan->pipeline.want.licences);
	json_key(&w, STR("files"));
	json_open_array(&w);
	for (; scan->next < scan->root.file_n && n + 2 <= BATCH_FDS; scan->next++) {
		const struct root_file *f = &scan->root.files[scan->next];
		bool companion = false;

		if (open_one(scan, f->path, &fds[n]) <= 0)
			continue;
		n++;
		if (f->analyzer->companion) {
			str path = analyzer_companion_path(f->analyzer, f->path, scan->scratch);

			companion = open_one(scan, path, &fds[n]) > 0;
			n += companion;
		}
		json_open_object(&w);
		json_kv_str(&w, STR("analyzer"), str_c(f->analyzer->name));
		json_kv_str(&w, STR("path"), f->path);
		json_kv_u64(&w, STR("entry"), scan->next);
		json_kv_bool(&w, STR("companion"), companion);
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	return n;
}

static int run_job(struct root_scan *scan, const int *fds, size_t n, str header, struct err *err)
{
	struct pipeline_worker *w = &scan->pipeline.workers[0];
	const struct worker_reader reader = { .context = &scan->record, .record = take_record };
	int64_t left = pipeline_time_left(&scan->pipeline, err);
	int more;

	if (left < 0 || pipeline_worker_start(&scan->pipeline, w, err) < 0 ||
	    worker_send(w->worker, header, fds, n, left, err) < 0)
		return -1;
	do
		more = worker_receive(w->worker, &reader, err);
	while (more == 1);
	return more;
}

/* The header of a job, with the files in which readers were ended. */
static str with_refused(const struct root_scan *scan, str header, struct buf *b)
{
	struct json_writer w;

	if (scan->pipeline.refused_n == 0)
		return header;
	buf_reset(b);
	json_writer_init(&w, b, 0);
	json_open_object(&w);
	pipeline_write_refused(&scan->pipeline, &w);
	json_close_object(&w);
	b->p[b->n - 1] = ',';
	buf_add(b, str_skip(header, 1));
	return b->overflow ? header : buf_str(b);
}

/* A reader that is ended in one file is told to leave that out, and begins the batch again. */
static int run_batch(struct root_scan *scan, const int *fds, size_t n, str header, struct err *err)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	struct layer_record_mark mark = layer_record_mark(&scan->record);

	buf_init(&b, WORKER_HEADER_MAX);
	for (;;) {
		int failed = run_job(scan, fds, n, with_refused(scan, header, &b), err);

		if (failed == 0 || !pipeline_refuse(&scan->pipeline, &scan->pipeline.workers[0]))
			return failed;
		layer_record_cut(&scan->record, &mark);
	}
}

static int run_batches(struct root_scan *scan, struct err *err)
{
	struct buf header;
	int failed = 0;

	buf_init(&header, WORKER_HEADER_MAX);
	while (scan->next < scan->root.file_n && failed == 0) {
		int fds[BATCH_FDS];
		size_t n = fill_batch(scan, fds, &header);

		if (n > 0)
			failed = run_batch(scan, fds, n, buf_str(&header), err);
		for (size_t i = 0; i < n; i++)
			(void)close(fds[i]);
	}
	buf_done(&header);
	return failed;
}

/* ---- secrets ---- */

static void begin_search(struct root_scan *scan)
{
	struct json_writer *w = &scan->writer;

	buf_reset(&scan->header);
	json_writer_init(w, &scan->header, 0);
	json_open_object(w);
	json_kv_str(w, STR("job"), STR("files"));
	pipeline_write_secrets(&scan->pipeline, w);
	JSON_KEY(w, "files");
	json_open_array(w);
}

static int send_search(struct root_scan *scan, struct err *err)
{
	int failed = 0;

	json_close_array(&scan->writer);
	json_close_object(&scan->writer);
	if (scan->header.overflow)
		failed = err_set(err, ERR_LIMIT, "the rules for secrets are too large");
	else if (scan->fd_n > 0)
		failed = run_batch(scan, scan->fds, scan->fd_n, buf_str(&scan->header), err);
	for (size_t i = 0; i < scan->fd_n; i++)
		(void)close(scan->fds[i]);
	scan->fd_n = 0;
	begin_search(scan);
	return failed;
}

static int search_file(void *context, str path, struct err *err)
{
	struct root_scan *scan = context;
	struct json_writer *w = &scan->writer;
	struct err why;
	int got;

	if (secret_skips_has(&scan->skips, path) || want_left_out(&scan->pipeline.want, path)) {
		scan->counts.listed++;
		return 0;
	}
	got = root_open_file(&scan->root, path, &scan->fds[scan->fd_n], &why);
	if (got < 0 && scan->denied++ == 0)
		scan->denied_first = str_dup(scan->scratch, path);
	if (got <= 0)
		return 0;
	scan->fd_n++;
	json_open_object(w);
	json_kv_str(w, STR("path"), path);
	json_kv_bool(w, STR("search"), true);
	json_close_object(w);
	if (scan->fd_n == WORKER_FDS_MAX || scan->header.n > BATCH_TEXT)
		return send_search(scan, err);
	return 0;
}

static int prepare_search(struct root_scan *scan, struct err *err)
{
	const struct scan_opts *opts = scan->pipeline.opts;

	if (!opts->secrets)
		return 0;
	if (secret_skips_parse(secret_skip_text(), scan->scratch, &scan->skips, err) < 0 ||
	    secret_facts_init(&scan->secrets, opts->secret_rules, scan->arena, err) < 0)
		return -1;
	buf_init(&scan->header, WORKER_HEADER_MAX);
	begin_search(scan);
	scan->root.on_file = search_file;
	scan->root.context = scan;
	return 0;
}

static int finish_search(struct root_scan *scan, struct inventory *out, struct err *err)
{
	struct secret_facts *facts = &scan->secrets;

	if (!scan->pipeline.opts->secrets)
		return 0;
	for (size_t i = 0; i < scan->record.secret_n; i++) {
		if (secret_facts_add(facts, &scan->record.secrets[i], -1, -1, err) < 0)
			return -1;
	}
	secret_facts_count(facts, &scan->record.secret_counts);
	secret_facts_count(facts, &scan->counts);
	assemble_secrets(&scan->assemble, &facts->counts);
	if (scan->denied > 0)
		assemble_missed(&scan->assemble, ERR_DENIED, "search for secrets",
				scan->denied_first, STR("no permission, or it cannot be read"),
				scan->denied);
	secret_facts_finish(facts, out);
	return 0;
}

static void report_missed(struct root_scan *scan)
{
	const struct root *root = &scan->root;

	for (size_t i = 0; i < root->skip_n; i++)
		assemble_missed(&scan->assemble, ERR_NONE, "directory", root->skips[i].path,
				str_c(root->skips[i].reason), 1);
	for (size_t i = 0; i < root->passed_over_n; i++)
		assemble_passed_over(&scan->assemble, root->passed_over[i].path,
				     root->passed_over[i].live);
	if (root->denied > 0)
		assemble_missed(&scan->assemble, ERR_DENIED, "file or directory",
				root->denied_first, STR("no permission, or it cannot be read"),
				root->denied);
	if (root->unseen > 0)
		assemble_missed(
			&scan->assemble, ERR_NONE, "directory", root->unseen_first,
			STR("cannot be listed, or lies too deep; no package data is looked for there"),
			root->unseen);
	if (root->left_out > 0)
		assemble_missed(&scan->assemble, ERR_NONE, "file", STR_EMPTY,
				STR("left out by a skip option"), root->left_out);
}

static int run(struct root_scan *scan, struct inventory *out, struct err *err)
{
	if (prepare_search(scan, err) < 0 || root_list(&scan->root, err) < 0 ||
	    (scan->root.on_file && send_search(scan, err) < 0) || run_batches(scan, err) < 0 ||
	    layer_record_end(&scan->record, scan->root.entries, err) < 0)
		return -1;
	for (size_t i = 0; i < scan->record.result_n; i++) {
		const struct stored_result *r = &scan->record.results[i];

		if (r->result.entry >= scan->root.file_n)
			return err_set(err, ERR_INPUT, "the worker names a file it was not given");
		const struct root_file *f = &scan->root.files[r->result.entry];
		if (assemble_file(&scan->assemble, f->analyzer, f->path, &scan->record, r, err) <
			    0 ||
		    assemble_document(&scan->assemble, f->analyzer, f->path, -1, &scan->record, r,
				      err) < 0)
			return -1;
	}
	if (finish_search(scan, out, err) < 0)
		return -1;
	report_missed(scan);
	out->files_seen = scan->root.entries;
	out->licences_searched = scan->pipeline.want.licences != ANALYZER_NO_LICENCES;
	out->facts_gathered = scan->pipeline.opts->facts;
	assemble_finish(&scan->assemble, out);
	return 0;
}

int scan_root(str path, const struct scan_opts *opts, struct arena *arena, struct inventory *out,
	      struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct root_scan scan = { .arena = arena, .scratch = scratch };
	int fd, failed;

	if (path.n == 0)
		return err_set(err, ERR_USAGE, "dir: needs the path of a folder");
	pipeline_init(&scan.pipeline, opts, NULL, scratch);
	if (root_open(&scan.root, str_cstr(scratch, path), &scan.pipeline.want, scratch, err) < 0)
		return -1;
	fd = temp_file_open(opts->image.tmp_dir, err);
	if (fd < 0) {
		root_close(&scan.root);
		return -1;
	}
	layer_record_init(&scan.record, fd, 0);
	assemble_init(&scan.assemble, arena);
	scan.assemble.only_documents = opts->only_facts;
	out->target_kind = opts->only_facts ? STR("manifest") : STR("dir");
	failed = run(&scan, out, err);
	pipeline_stop(&scan.pipeline);
	if (opts->stats)
		*opts->stats = scan.pipeline.stats;
	layer_record_done(&scan.record);
	for (size_t i = 0; i < scan.fd_n; i++)
		(void)close(scan.fds[i]);
	buf_done(&scan.header);
	root_close(&scan.root);
	return failed;
}
