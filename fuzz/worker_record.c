/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker that was taken over may say: frames of any type and content. */
#include <stdlib.h>
#include <sys/mman.h>

#include "base/err.h"
#include "base/num.h"
#include "base/rd.h"
#include "scan/layer_record.h"
#include "scan/overlay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_package(void *context, str payload, struct err *err)
{
	struct package package;

	return package_read(payload, context, &package, err);
}

static void read_all(struct layer_record *record, struct arena *arena)
{
	struct layer_record *records[] = { record, record };
	const struct want want = { .want_files = true };
	struct overlay overlay;
	struct err err;

	for (size_t i = 0; i < record->result_n; i++)
		IGNORE(layer_record_packages(record, &record->results[i], arena, read_package,
					     &err));			 /* may be malformed */
	IGNORE(overlay_build(records, 2, &want, arena, &overlay, &err)); /* the same */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct rd r = rd_from(str_of((const char *)data, size));
	struct layer_record record, again;
	struct err err;
	int fd = memfd_create("fuzz", MFD_CLOEXEC), failed = 0;

	if (fd < 0)
		abort();
	layer_record_init(&record, fd, 0);
	while (rd_left(&r) > 3 && failed == 0) {
		char type = (char)rd_u8(&r);
		uint16_t n = rd_u16le(&r);
		str payload = rd_bytes(&r, size_min(n, rd_left(&r)));

		failed = layer_record_take(&record, type, payload, &err);
	}
	if (failed == 0 && layer_record_finish(&record, &err) == 0) {
		read_all(&record, arena);
		/* What was kept is read back as it was taken. */
		layer_record_init(&again, dup(record.fd), 0);
		if (layer_record_load(&again, record.size, &err) < 0 || again.crc != record.crc ||
		    again.result_n != record.result_n)
			abort();
		layer_record_done(&again);
	}
	layer_record_done(&record);
	return 0;
}
