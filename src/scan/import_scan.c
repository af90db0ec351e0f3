/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/import_scan.h"

#include "scan/document_job.h"

#define RECORD_PIECE 'I'

/* ---- worker ---- */

int import_scan_run(struct worker_job *job, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf b = { 0 };
	struct imported_list list;
	struct json_writer w;
	str text;

	if (document_job_text(job, IMPORT_MAX_BYTES, arena, &text, err) < 0 ||
	    import_read(text, arena, &list, err) < 0)
		return -1;
	buf_init(&b, IMPORT_SCAN_ANSWER);
	json_writer_init(&w, &b, 0);
	import_write(&list, &w);
	if (b.overflow)
		return err_set(err, ERR_LIMIT, "more than %u bytes of findings",
			       IMPORT_SCAN_ANSWER);
	for (str rest = buf_str(&b); rest.n > 0; rest = str_skip(rest, IMPORT_SCAN_PIECE)) {
		if (worker_answer(job, RECORD_PIECE, str_take(rest, IMPORT_SCAN_PIECE), err) < 0)
			return -1;
	}
	return 0;
}

/* ---- parent ---- */

static int take_record(void *context, char type, str payload, struct err *err)
{
	struct buf *b = context;

	if (type != RECORD_PIECE)
		return err_set(err, ERR_INPUT, "unknown record");
	buf_add(b, payload);
	if (b->overflow)
		return err_set(err, ERR_LIMIT, "more than %u bytes of findings",
			       IMPORT_SCAN_ANSWER);
	return 0;
}

static int read_fd(int fd, uint64_t size, int64_t timeout_ms, struct arena *arena,
		   struct imported_list *out, struct confinement *confinement, struct err *err)
{
	static const struct json_opts opts = { .borrow = true };
	const struct confine_opts confine = { .memory = IMPORT_SCAN_MEMORY };
	AUTO(worker_stop)
	struct worker *worker = NULL;
	AUTO(buf_done)
	struct buf answer = { 0 };
	const struct worker_reader reader = { .context = &answer, .record = take_record };
	const struct json *document;

	if (size > IMPORT_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "larger than %u bytes", IMPORT_MAX_BYTES);
	buf_init(&answer, IMPORT_SCAN_ANSWER);
	if (worker_start(&confine, &worker, err) < 0 ||
	    document_job_run(worker, "import", fd, size, timeout_ms, &reader, err) < 0)
		return -1;
	if (confinement && worker_confinement(worker))
		*confinement = *worker_confinement(worker);
	str text = str_dup(arena, buf_str(&answer));
	if (json_parse(text, &opts, arena, &document, err) < 0)
		return err_wrap(err, "answer of the reader");
	return import_take(document, arena, out, err);
}

int import_scan_file(str path, int64_t timeout_ms, struct arena *arena, struct imported_list *out,
		     struct confinement *confinement, struct err *err)
{
	uint64_t size = 0;
	AUTO(fd_close)
	int fd = document_job_open(path, arena, &size, err);

	if (fd < 0)
		return -1;
	if (read_fd(fd, size, timeout_ms, arena, out, confinement, err) < 0)
		return err_wrap(err, "%.*s", STR_ARG(path));
	for (size_t i = 0; i < out->n; i++)
		out->items[i].from.file = path;
	return 0;
}
