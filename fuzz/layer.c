/* SPDX-License-Identifier: Apache-2.0 */
/* A layer as it is stored (gzip, zstd or plain) through the whole walk: inflate, archive,
 * analyzers, records, overlay. */
#include <stdlib.h>
#include <sys/mman.h>

#include "base/err.h"
#include "scan/layer.h"
#include "scan/overlay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int take(void *context, char type, str payload, struct err *err)
{
	return layer_record_take(context, type, payload, err);
}

static int memory_file(void)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0)
		abort();
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct layer_record record, *records[] = { &record };
	const struct worker_reader reader = { .context = &record, .record = take };
	struct worker_job job = { .arena = arena, .reader = &reader, .fd_count = 3 };
	const struct want want = { .want_files = true };
	struct overlay overlay;
	struct err err;
	str header = str_fmt(arena,
			     "{\"size\":%zu,\"offset\":0,\"seekable\":true,\"max_bytes\":16777216,"
			     "\"max_entries\":100000,\"max_ratio\":1000,\"want_files\":true}",
			     size);

	if (size > 1u << 20)
		return 0;
	for (size_t i = 0; i < job.fd_count; i++)
		job.fds[i] = memory_file();
	if (fd_write_all(job.fds[0], str_of((const char *)data, size), &err) < 0 ||
	    json_parse(header, NULL, arena, &job.header, &err) < 0)
		abort();
	layer_record_init(&record, memory_file(), 0);
	if (layer_run(&job, &err) == 0) {
		if (layer_record_finish(&record, &err) < 0)
			abort();
		/* Limits may stop it; what our own worker said is never malformed. */
		if (overlay_build(records, 1, &want, arena, &overlay, &err) < 0 &&
		    err.kind != ERR_LIMIT)
			abort();
	}
	layer_record_done(&record);
	for (size_t i = 0; i < job.fd_count; i++)
		(void)close(job.fds[i]);
	return 0;
}
