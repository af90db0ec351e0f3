/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/secret_texts.h"

#include "base/path.h"
#include "base/rd.h"
#include "fmt/file_view.h"
#include "fmt/secret.h"
#include "scan/secrets.h"

#define TEXT_HEAD 1024u

/* ---- parent ---- */

static void put_u32(struct buf *out, size_t n)
{
	for (unsigned i = 0; i < 4; i++)
		buf_byte(out, (char)(n >> (8 * i) & 0xff));
}

static void put(struct buf *out, enum secret_place place, str name, str text)
{
	name = str_take(name, PATH_MAX_BYTES);
	if (text.n == 0)
		return;
	buf_byte(out, (char)place);
	put_u32(out, name.n);
	buf_add(out, name);
	put_u32(out, text.n);
	buf_add(out, text);
}

static void put_joined(struct buf *out, const struct json *words, const char *name)
{
	AUTO(buf_done)
	struct buf line = { .p = NULL };

	buf_init(&line, TEXTS_MAX_BYTES);
	JSON_EACH (words, word) {
		if (line.n > 0)
			buf_byte(&line, ' ');
		buf_add(&line, json_str(word));
	}
	put(out, SECRET_COMMAND, str_c(name), buf_str(&line));
}

static void put_section(struct buf *out, const struct json *config)
{
	str name, value;

	JSON_EACH (JSON_GET(config, "Env"), v) {
		if (!str_cut(json_str(v), '=', &name, &value))
			name = json_str(v);
		put(out, SECRET_ENVIRONMENT, name, json_str(v));
	}
	JSON_MEMBERS (JSON_GET(config, "Labels"), label) {
		AUTO(buf_done)
		struct buf line = { .p = NULL };

		buf_init(&line, TEXTS_MAX_BYTES);
		buf_add(&line, label->key);
		buf_byte(&line, '=');
		buf_add(&line, json_str(&label->value));
		put(out, SECRET_LABEL, label->key, buf_str(&line));
	}
	put_joined(out, JSON_GET(config, "Entrypoint"), "entrypoint");
	put_joined(out, JSON_GET(config, "Cmd"), "cmd");
	put_joined(out, JSON_GET(JSON_GET(config, "Healthcheck"), "Test"), "healthcheck");
	put_joined(out, JSON_GET(config, "OnBuild"), "onbuild");
}

void texts_of_config(const struct json *config, struct buf *out)
{
	char number[24];
	size_t step = 0;

	put_section(out, JSON_GET(config, "config"));
	put_section(out, JSON_GET(config, "container_config"));
	JSON_EACH (JSON_GET(config, "history"), v) {
		IGNORE(snprintf(number, sizeof(number), "%zu", ++step)); /* always fits */
		put(out, SECRET_HISTORY, str_c(number), json_get_str(v, STR("created_by")));
		put(out, SECRET_HISTORY, str_c(number), json_get_str(v, STR("comment")));
	}
}

int texts_layer_of_step(const struct json *config, str number, size_t layers)
{
	uint64_t step, at = 0;
	int layer = -1;

	if (!str_u64(number, &step))
		return -1;
	JSON_EACH (JSON_GET(config, "history"), v) {
		bool empty = json_bool(JSON_GET(v, "empty_layer"));

		layer += !empty;
		if (++at == step)
			return empty || (size_t)layer >= layers ? -1 : layer;
	}
	return -1;
}

/* ---- worker ---- */

static int one_text(struct secrets *secrets, struct rd *r, struct err *err)
{
	uint8_t place = rd_u8(r);
	uint32_t name_n = rd_u32le(r);
	str name = rd_bytes(r, name_n);
	uint32_t text_n = rd_u32le(r);
	str text = rd_bytes(r, text_n);

	if (r->bad || place >= SECRET_PLACES)
		return err_set(err, ERR_INPUT, "malformed job");
	if (secrets_begin(secrets, (enum secret_place)place, name, text.n,
			  str_take(text, TEXT_HEAD)))
		secrets_take(secrets, text);
	return secrets_end(secrets, err);
}

int texts_run(struct worker_job *job, struct err *err)
{
	struct secrets secrets;
	int64_t size = 0;
	str all;

	if (job->fd_count == 0 || !json_i64(JSON_GET(job->header, "size"), &size) || size < 0)
		return err_set(err, ERR_INPUT, "malformed job");
	const struct file_view view = { .fd = job->fds[0], .size = (uint64_t)size };
	if (file_view_load(&view, TEXTS_MAX_BYTES, job->arena, &all, err) < 0 ||
	    secrets_init(&secrets, job, err) < 0)
		return -1;
	struct rd r = rd_from(all);
	int failed = 0;
	while (failed == 0 && secrets.on && rd_left(&r) > 0)
		failed = one_text(&secrets, &r, err);
	if (failed == 0)
		failed = secrets_finish(&secrets, err);
	secrets_done(&secrets);
	return failed;
}
