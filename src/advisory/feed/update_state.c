/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the servers said about each file the last time, beside the database. It only saves
 * transfers: a stamp counts only while the database still has the source.
 */
#include <errno.h>
#include <stdio.h>

#include "advisory/db.h"
#include "advisory/feed/update_internal.h"
#include "base/err.h"
#include "base/json.h"
#include "base/time.h"

#define STATE_MAX_BYTES (4u << 20)

static char *state_path(const struct update_run *run)
{
	return str_cstr(run->arena, str_fmt(run->arena, "%s.sources", run->db_path));
}

static const struct json *state_read(const struct update_run *run)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	const struct json *state = NULL;
	struct err err;

	buf_init(&text, STATE_MAX_BYTES);
	if (buf_read_file(&text, state_path(run), &err) < 0 ||
	    json_parse(buf_str(&text), NULL, run->arena, &state, &err) < 0)
		return NULL; /* everything is fetched then */
	return state;
}

static str job_url(const struct update_run *run, const struct job *job)
{
	return str_fmt(run->arena, "%.*s/%.*s", STR_ARG(job->base), STR_ARG(job->path));
}

/* How many entries a source had. */
static uint64_t old_count(const struct advisory_info *info, const struct advisory_source *source)
{
	if (str_eq(source->form, STR("kev")))
		return info->kev;
	return str_eq(source->form, STR("epss")) ? info->epss : source->records;
}

void update_state_load(struct update_run *run)
{
	AUTO(advisory_db_close)
	struct advisory_db *db = NULL;
	const struct json *state = state_read(run);
	struct advisory_info info;
	struct err err;

	if (advisory_db_open(run->db_path, &db, &err) < 0 ||
	    advisory_db_info(db, time_now(), run->arena, &info, &err) < 0)
		return; /* no database yet, or none of ours: nothing to keep */
	for (size_t i = 0; i < run->job_count; i++) {
		struct job *job = &run->jobs[i];
		const struct json *entry = json_get(state, job->name);

		for (size_t k = 0; k < info.source_count; k++) {
			if (!str_eq(info.sources[k].name, job->name))
				continue;
			job->old_count = old_count(&info, &info.sources[k]);
			job->date = info.sources[k].date;
			if (str_eq(json_get_str(entry, STR("url")), job_url(run, job)))
				job->known = (struct place_stamp){
					.etag = json_get_str(entry, STR("etag")),
					.modified = json_get_str(entry, STR("modified")),
				};
		}
	}
}

int update_state_save(const struct update_run *run, struct err *err)
{
	AUTO(buf_done)
	struct buf text = { 0 };
	const struct json *old = state_read(run);
	struct json_writer w;

	buf_init(&text, STATE_MAX_BYTES);
	json_writer_init(&w, &text, 1);
	json_open_object(&w);
	JSON_MEMBERS (old, member) {
		bool mine = false;

		for (size_t i = 0; i < run->job_count; i++)
			mine |= str_eq(run->jobs[i].name, member->key) && run->jobs[i].fetched;
		if (mine)
			continue;
		json_key(&w, member->key);
		json_put(&w, &member->value);
	}
	for (size_t i = 0; i < run->job_count; i++) {
		const struct job *job = &run->jobs[i];

		if (job->kind != JOB_FILE || !job->fetched || job->refused)
			continue;
		json_key(&w, job->name);
		json_open_object(&w);
		json_kv_str(&w, STR("url"), job_url(run, job));
		json_kv_opt(&w, STR("etag"), job->stamp.etag);
		json_kv_opt(&w, STR("modified"), job->stamp.modified);
		json_close_object(&w);
	}
	json_close_object(&w);
	buf_byte(&text, '\n');
	char *path = state_path(run),
	     *aside = str_cstr(run->arena, str_fmt(run->arena, "%s.new", path));
	FILE *f = fopen(aside, "we");
	if (!f)
		return err_sys(err, errno, "%s", aside);
	size_t n = fwrite(text.p, 1, text.n, f);
	int r = fclose(f);
	if (n != text.n || r != 0 || rename(aside, path) < 0)
		return err_sys(err, errno, "%s", path);
	return 0;
}
