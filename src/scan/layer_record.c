/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/layer_record.h"

#include <errno.h>
#include <isa-l/crc.h>

#include "base/path.h"
#include "base/rd.h"
#include "base/temp_file.h"
#include "sandbox/worker.h"

#define HEAD_BYTES  5u /* u32 length, type */
#define WRITE_BYTES (64u << 10)

void layer_record_init(struct layer_record *record, int fd, uint64_t start)
{
	*record = (struct layer_record){ .arena = arena_new(), .fd = fd, .start = start };
	buf_init(&record->out, WRITE_BYTES + WORKER_RECORD_MAX + HEAD_BYTES);
	buf_init(&record->frame, WORKER_RECORD_MAX);
}

void layer_record_done(struct layer_record *record)
{
	if (!record->arena)
		return;
	arena_free(record->arena);
	record->arena = NULL;
	if (record->fd >= 0)
		(void)close(record->fd);
	buf_done(&record->out);
	buf_done(&record->frame);
}

static int write_at(int fd, str rest, uint64_t at, struct err *err)
{
	while (rest.n > 0) {
		ssize_t n = pwrite(fd, rest.p, rest.n, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, errno, "write temporary file");
		rest = str_skip(rest, (size_t)n);
		at += (uint64_t)n;
	}
	return 0;
}

static int read_at(const struct layer_record *record, uint64_t at, char *to, size_t n,
		   struct err *err)
{
	at += record->start;
	while (n > 0) {
		ssize_t got = pread(record->fd, to, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_sys(err, errno, "read temporary file");
		if (got == 0)
			return err_set(err, ERR_INPUT, "kept result is cut off");
		to += got;
		n -= (size_t)got;
		at += (uint64_t)got;
	}
	return 0;
}

/* Goes on in a temporary file, with the `done` bytes of frames that were written. */
static int move(struct layer_record *record, uint64_t done, struct err *err)
{
	AUTO(free)
	char *piece = mem_alloc(WRITE_BYTES);
	AUTO(fd_close)
	int fd = temp_file_open(record->move_dir, err);

	record->can_move = false;
	if (fd < 0)
		return -1;
	for (uint64_t at = 0; at < done;) {
		size_t n = done - at < WRITE_BYTES ? (size_t)(done - at) : WRITE_BYTES;

		if (read_at(record, at, piece, n, err) < 0 ||
		    write_at(fd, str_of(piece, n), record->start + at, err) < 0)
			return -1;
		at += n;
	}
	(void)close(record->fd);
	record->fd = fd_take(&fd);
	return 0;
}

static int flush(struct layer_record *record, struct err *err)
{
	str rest = buf_str(&record->out);
	uint64_t done = record->size - rest.n;

	record->crc = crc32_gzip_refl(record->crc, (const unsigned char *)rest.p, rest.n);
	if (write_at(record->fd, rest, record->start + done, err) < 0 &&
	    (!record->can_move || move(record, done, err) < 0 ||
	     write_at(record->fd, rest, record->start + done, err) < 0))
		return -1;
	buf_reset(&record->out);
	return 0;
}

static void dup_texts(struct file_result *r, struct arena *arena)
{
	str *const texts[] = { &r->path,       &r->skipped_first, &r->message,	 &r->os.family,
			       &r->os.version, &r->os.codename,	  &r->os.pretty, &r->os.path };

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		*texts[i] = str_dup(arena, *texts[i]);
}

static int check_memory(uint64_t bytes, struct err *err)
{
	if (bytes > LAYER_MEMORY_MAX)
		return err_set(err, ERR_LIMIT, "too many files with package data");
	return 0;
}

int layer_record_sum(uint64_t *sum, const struct layer_record *record, struct err *err)
{
	*sum += arena_used(record->arena);
	return check_memory(*sum, err);
}

static int take_result(struct layer_record *record, str payload, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct stored_result stored = { .packages_at = record->package_at,
					.document_at = record->document_at };

	if (file_result_read(payload, scratch, &stored.result, err) < 0)
		return -1;
	if (stored.result.packages != record->package_n)
		return err_set(err, ERR_INPUT, "result of a file: wrong count of packages");
	if (stored.result.document != record->document)
		return err_set(err, ERR_INPUT, "result of a file: wrong count of documents");
	record->document = false;
	if (record->result_n == LAYER_RESULTS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u files with package data",
			       LAYER_RESULTS_MAX);
	dup_texts(&stored.result, record->arena);
	record->results = arena_grow(record->arena, record->results, record->result_n,
				     &record->result_cap, sizeof(*record->results));
	record->results[record->result_n++] = stored;
	record->package_n = 0;
	return check_memory(arena_used(record->arena), err);
}

static int take_secret(struct layer_record *record, str payload, struct err *err)
{
	struct secret_finding *secret;

	if (record->secret_n == RECORD_SECRETS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u secrets", RECORD_SECRETS_MAX);
	record->secrets = arena_grow(record->arena, record->secrets, record->secret_n,
				     &record->secret_cap, sizeof(*record->secrets));
	secret = &record->secrets[record->secret_n];
	if (secret_read(payload, record->arena, secret, err) < 0)
		return -1;
	record->secret_n++;
	return check_memory(arena_used(record->arena), err);
}

static int take_counts(struct layer_record *record, str payload, struct err *err)
{
	struct secret_counts counts;

	if (secret_counts_read(payload, record->arena, &counts, err) < 0)
		return -1;
	secret_counts_add(&record->secret_counts, &counts);
	return 0;
}

static int take_trait(struct layer_record *record, str payload, struct err *err)
{
	if (record->trait_n == TRAITS_MAX)
		return err_set(err, ERR_LIMIT, "more than %u traits", TRAITS_MAX);
	record->traits = arena_grow(record->arena, record->traits, record->trait_n,
				    &record->trait_cap, sizeof(*record->traits));
	if (trait_read(payload, record->arena, &record->traits[record->trait_n], err) < 0)
		return -1;
	record->trait_n++;
	return check_memory(arena_used(record->arena), err);
}

static void take_log(struct layer_record *record, uint64_t at, size_t n)
{
	record->log = arena_grow(record->arena, record->log, record->log_n, &record->log_cap,
				 sizeof(*record->log));
	record->log[record->log_n++] = (struct layer_segment){ .at = at, .n = (uint32_t)n };
}

/* A frame whose payload begins at `at`: checked and remembered. */
static int index_frame(struct layer_record *record, char type, str payload, uint64_t at,
		       struct err *err)
{
	if (record->ended)
		return err_set(err, ERR_INPUT, "records behind the end");
	switch (type) {
	case RECORD_PACKAGE:
		if (record->package_n++ == 0)
			record->package_at = at - HEAD_BYTES;
		if (record->package_n > RECORD_PACKAGES_MAX)
			return err_set(err, ERR_LIMIT, "more than %u packages",
				       RECORD_PACKAGES_MAX);
		return 0;
	case RECORD_DOCUMENT:
		if (record->document || payload.n > FACT_MAX_BYTES)
			return err_set(err, ERR_INPUT, "facts document: malformed");
		record->document = true;
		record->document_at = at - HEAD_BYTES;
		return 0;
	case RECORD_RESULT:
		return take_result(record, payload, err);
	case RECORD_LOG:
		take_log(record, at, payload.n);
		return 0;
	case RECORD_SECRET:
		return take_secret(record, payload, err);
	case RECORD_COUNTS:
		return take_counts(record, payload, err);
	case RECORD_TRAIT:
		return take_trait(record, payload, err);
	case RECORD_END:
		record->ended = true;
		return layer_end_read(payload, &record->end, err);
	default:
		return err_set(err, ERR_INPUT, "record of an unknown type");
	}
}

int layer_record_take(struct layer_record *record, char type, str payload, struct err *err)
{
	char head[HEAD_BYTES] = { (char)(payload.n & 0xff), (char)(payload.n >> 8 & 0xff),
				  (char)(payload.n >> 16 & 0xff), (char)(payload.n >> 24 & 0xff),
				  type };

	buf_add(&record->out, str_of(head, sizeof(head)));
	buf_add(&record->out, payload);
	record->size += HEAD_BYTES + payload.n;
	if (index_frame(record, type, payload, record->size - payload.n, err) < 0)
		return -1;
	return record->out.n >= WRITE_BYTES ? flush(record, err) : 0;
}

struct layer_record_mark layer_record_mark(const struct layer_record *record)
{
	return (struct layer_record_mark){ .result_n = record->result_n,
					   .secret_n = record->secret_n,
					   .secret_counts = record->secret_counts };
}

void layer_record_cut(struct layer_record *record, const struct layer_record_mark *mark)
{
	/* P frames of before stay in the file; no result points to them. */
	record->package_n = 0;
	record->result_n = mark->result_n;
	record->secret_n = mark->secret_n;
	record->secret_counts = mark->secret_counts;
}

int layer_record_finish(struct layer_record *record, struct err *err)
{
	if (!record->ended)
		return err_set(err, ERR_INPUT, "the worker stopped before the end");
	return flush(record, err);
}

/* The frame at `at`; its payload is in record->frame. */
static int read_frame(struct layer_record *record, uint64_t at, char head[HEAD_BYTES],
		      struct err *err)
{
	struct rd r = rd_from(str_of(head, HEAD_BYTES));
	uint32_t n;

	if (at + HEAD_BYTES > record->size)
		return err_set(err, ERR_INPUT, "kept result is cut off");
	if (read_at(record, at, head, HEAD_BYTES, err) < 0)
		return -1;
	n = rd_u32le(&r);
	if (n > WORKER_RECORD_MAX || at + HEAD_BYTES + n > record->size)
		return err_set(err, ERR_INPUT, "kept result is malformed");
	buf_reset(&record->frame);
	char *room = buf_room(&record->frame, n);
	if (n > 0 && read_at(record, at + HEAD_BYTES, room, n, err) < 0)
		return -1;
	record->frame.n = n;
	return 0;
}

int layer_record_load(struct layer_record *record, uint64_t size, struct err *err)
{
	uint64_t at = 0;
	char head[HEAD_BYTES];

	record->size = size;
	while (at < size) {
		if (read_frame(record, at, head, err) < 0)
			return -1;
		str payload = buf_str(&record->frame);
		record->crc = crc32_gzip_refl(record->crc, (const unsigned char *)head, HEAD_BYTES);
		record->crc =
			crc32_gzip_refl(record->crc, (const unsigned char *)payload.p, payload.n);
		at += HEAD_BYTES + payload.n;
		if (index_frame(record, head[HEAD_BYTES - 1], payload, at - payload.n, err) < 0)
			return -1;
	}
	return record->ended ? 0 : err_set(err, ERR_INPUT, "kept result has no end");
}

int layer_record_log(struct layer_record *record, void *context,
		     int (*each)(void *context, const struct log_entry *entry, struct err *err),
		     struct err *err)
{
	for (size_t i = 0; i < record->log_n; i++) {
		const struct layer_segment *s = &record->log[i];
		struct log_entry entry;
		int got;

		buf_reset(&record->frame);
		char *room = buf_room(&record->frame, s->n);
		if (read_at(record, s->at, room, s->n, err) < 0)
			return -1;
		str rest = str_of(room, s->n);
		while ((got = log_entry_read(&rest, &entry, err)) > 0) {
			if (each(context, &entry, err) < 0)
				return -1;
		}
		if (got < 0)
			return -1;
	}
	return 0;
}

int layer_record_packages(struct layer_record *record, const struct stored_result *result,
			  void *context, int (*each)(void *context, str payload, struct err *err),
			  struct err *err)
{
	uint64_t at = result->packages_at;
	char head[HEAD_BYTES];

	for (uint64_t left = result->result.packages; left > 0;) {
		if (read_frame(record, at, head, err) < 0)
			return -1;
		at += HEAD_BYTES + record->frame.n;
		if (head[HEAD_BYTES - 1] != RECORD_PACKAGE)
			continue;
		left--;
		if (each(context, buf_str(&record->frame), err) < 0)
			return -1;
	}
	return 0;
}

int layer_record_document(struct layer_record *record, const struct stored_result *result,
			  struct arena *arena, str *out, struct err *err)
{
	char head[HEAD_BYTES];

	if (read_frame(record, result->document_at, head, err) < 0)
		return -1;
	if (head[HEAD_BYTES - 1] != RECORD_DOCUMENT)
		return err_set(err, ERR_INPUT, "kept result is malformed");
	*out = str_dup(arena, buf_str(&record->frame));
	return 0;
}

int layer_record_end(struct layer_record *record, uint64_t entries, struct err *err)
{
	const struct layer_end end = { .entries = entries };
	struct json_writer w;
	struct buf b;
	int failed;

	buf_init(&b, 4096);
	json_writer_init(&w, &b, 0);
	layer_end_write(&end, &w);
	failed = layer_record_take(record, RECORD_END, buf_str(&b), err);
	buf_done(&b);
	return failed < 0 ? -1 : layer_record_finish(record, err);
}
