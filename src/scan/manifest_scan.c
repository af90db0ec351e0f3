/* SPDX-License-Identifier: Apache-2.0 */
/* One configuration file, read by a confined worker as the files of a root folder are. */
#include "base/temp_file.h"
#include "sandbox/worker.h"
#include "scan/assemble.h"
#include "scan/pipeline.h"

static const struct analyzer *row_of(str kind)
{
	for (size_t i = 0; i < analyzer_count; i++) {
		if (analyzers[i]->describe && str_eq(str_c(analyzers[i]->document), kind))
			return analyzers[i];
	}
	return NULL;
}

static int take_record(void *context, char type, str payload, struct err *err)
{
	return layer_record_take(context, type, payload, err);
}

static int send_file(struct pipeline *pipeline, const struct analyzer *row, int fd, str path,
		     struct layer_record *record, struct err *err)
{
	const struct worker_reader reader = { .context = record, .record = take_record };
	struct pipeline_worker *w = &pipeline->workers[0];
	AUTO(buf_done)
	struct buf header;
	struct json_writer json;
	int more;

	buf_init(&header, WORKER_HEADER_MAX);
	json_writer_init(&json, &header, 0);
	json_open_object(&json);
	json_kv_str(&json, STR("job"), STR("files"));
	JSON_KEY(&json, "files");
	json_open_array(&json);
	json_open_object(&json);
	json_kv_str(&json, STR("analyzer"), str_c(row->name));
	json_kv_str(&json, STR("path"), path);
	json_kv_u64(&json, STR("entry"), 0);
	json_close_object(&json);
	json_close_array(&json);
	json_close_object(&json);
	int64_t left = pipeline_time_left(pipeline, err);
	if (left < 0 || pipeline_worker_start(pipeline, w, err) < 0 ||
	    worker_send(w->worker, buf_str(&header), &fd, 1, left, err) < 0)
		return -1;
	do
		more = worker_receive(w->worker, &reader, err);
	while (more == 1);
	return more < 0 ? -1 : layer_record_end(record, 1, err);
}

/* The one result; what the worker could not read is the failure of the call. */
static int take_result(struct layer_record *record, const struct analyzer *row, str path,
		       struct assemble *assemble, struct err *err)
{
	const struct stored_result *r = record->results;

	if (record->result_n != 1)
		return err_set(err, ERR_INPUT, "%.*s: the worker gave no result", STR_ARG(path));
	if (r->result.failed)
		return err_set(err, r->result.failure, "%.*s: %.*s", STR_ARG(path),
			       STR_ARG(r->result.message));
	return assemble_document(assemble, row, path, -1, record, r, err);
}

int scan_manifest(int fd, str path, str kind, const struct scan_opts *opts, struct arena *arena,
		  struct inventory *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct analyzer *row = row_of(kind);
	struct inventory found = { .target = str_dup(arena, path),
				   .target_kind = STR("manifest"),
				   .facts_gathered = true };
	struct layer_record record;
	struct pipeline pipeline;
	struct assemble assemble;
	int spool, failed;

	if (!row)
		return err_set(err, ERR_USAGE, "nothing reads files of the kind %.*s",
			       STR_ARG(kind));
	pipeline_init(&pipeline, opts, NULL, scratch);
	spool = temp_file_open(opts->image.tmp_dir, err);
	if (spool < 0)
		return -1;
	layer_record_init(&record, spool, 0);
	assemble_init(&assemble, arena);
	assemble.only_documents = true;
	failed = send_file(&pipeline, row, fd, path, &record, err);
	if (failed == 0)
		failed = take_result(&record, row, found.target, &assemble, err);
	if (failed == 0) {
		found.files_seen = 1;
		assemble_finish(&assemble, &found);
		*out = found;
	}
	pipeline_stop(&pipeline);
	if (opts->stats)
		*opts->stats = pipeline.stats;
	layer_record_done(&record);
	return failed;
}
