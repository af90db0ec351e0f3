/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret_config.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/temp_file.h"
#include "sandbox/worker.h"
#include "scan/secret_texts.h"

static int take_record(void *context, char type, str payload, struct err *err)
{
	return layer_record_take(context, type, payload, err);
}

/* The texts in memory that has no name: they hold values, which belong into no file. */
static int texts_fd(str texts, struct err *err)
{
	AUTO(fd_close)
	int fd = memfd_create("texts", MFD_CLOEXEC);

	if (fd < 0)
		return err_sys(err, errno, "memory for texts");
	if (fd_write_all(fd, texts, err) < 0)
		return -1;
	return fd_take(&fd);
}

static int send_texts(struct pipeline *p, int fd, size_t size, struct err *err)
{
	AUTO(buf_done)
	struct buf header = { .p = NULL };
	int64_t left = pipeline_time_left(p, err);
	struct json_writer w;

	if (left < 0 || pipeline_worker_start(p, &p->workers[0], err) < 0)
		return -1;
	buf_init(&header, WORKER_HEADER_MAX);
	json_writer_init(&w, &header, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("job"), STR("texts"));
	json_kv_u64(&w, STR("size"), size);
	pipeline_write_secrets(p, &w);
	json_close_object(&w);
	if (header.overflow)
		return err_set(err, ERR_LIMIT, "the rules for secrets are too large");
	return worker_send(p->workers[0].worker, buf_str(&header), &fd, 1, left, err);
}

static int search(struct pipeline *p, str texts, struct layer_record *record, struct err *err)
{
	const struct worker_reader reader = { .context = record, .record = take_record };
	AUTO(fd_close)
	int fd = texts_fd(texts, err);
	int more;

	if (fd < 0 || send_texts(p, fd, texts.n, err) < 0)
		return -1;
	do
		more = worker_receive(p->workers[0].worker, &reader, err);
	while (more == 1);
	return more;
}

static int add_all(const struct pipeline *p, const struct layer_record *record,
		   struct secret_facts *facts, struct err *err)
{
	for (size_t i = 0; i < record->secret_n; i++) {
		const struct secret_finding *s = &record->secrets[i];
		int layer = s->place == SECRET_HISTORY
				    ? texts_layer_of_step(p->manifest->config, s->path,
							  p->manifest->layers_n)
				    : -1;

		if (secret_facts_add(facts, s, layer, -1, err) < 0)
			return -1;
	}
	/* Texts are no files: only what went wrong is added. */
	struct secret_counts counts = record->secret_counts;
	counts.files = counts.bytes = counts.binary = counts.programs = 0;
	secret_facts_count(facts, &counts);
	return 0;
}

int secret_config_search(struct pipeline *p, struct secret_facts *facts, struct err *err)
{
	AUTO(buf_done)
	struct buf texts = { .p = NULL };
	struct layer_record record;
	int failed, fd;

	buf_init(&texts, TEXTS_MAX_BYTES);
	texts_of_config(p->manifest->config, &texts);
	if (texts.overflow)
		return err_set(err, ERR_LIMIT,
			       "configuration of the image: texts of more than %u bytes",
			       TEXTS_MAX_BYTES);
	if (texts.n == 0)
		return 0;
	fd = temp_file_open(p->opts->image.tmp_dir, err);
	if (fd < 0)
		return -1;
	layer_record_init(&record, fd, 0);
	failed = search(p, buf_str(&texts), &record, err);
	if (failed == 0)
		failed = add_all(p, &record, facts, err);
	layer_record_done(&record);
	explicit_bzero(texts.p, texts.n);
	return failed < 0 ? err_wrap(err, "configuration of the image") : 0;
}
