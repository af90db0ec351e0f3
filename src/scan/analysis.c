/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/analysis.h"

#include "base/cost.h"

struct answer_sink {
	struct package_sink sink; /* first */
	struct analysis *analysis;
	struct file_result *result;
	bool disconnected; /* the parent is gone: no result can be sent */
};

void analysis_init(struct analysis *analysis, struct worker_job *job)
{
	*analysis = (struct analysis){ .job = job, .scratch = arena_new() };
	analysis->want_files = json_bool(JSON_GET(job->header, "want_files"));
	analysis->licences = JSON_GET(job->header, "licences") != NULL;
	buf_init(&analysis->payload, WORKER_RECORD_MAX);
}

void analysis_done(struct analysis *analysis)
{
	arena_free(analysis->scratch);
	analysis->scratch = NULL;
	buf_done(&analysis->payload);
}

uint64_t analyzer_max_size(const struct analyzer *analyzer)
{
	return analyzer->max_size ? analyzer->max_size : ANALYZER_MAX_SIZE;
}

static int add(struct package_sink *sink, const struct package *package, struct err *err)
{
	struct answer_sink *answer = (struct answer_sink *)sink;
	struct buf *out = &answer->analysis->payload;
	struct package p = *package;
	struct json_writer w;
	uint64_t key;
	char *room;

	if (answer->result->packages >= RECORD_PACKAGES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u packages", RECORD_PACKAGES_MAX);
	if (p.path.n == 0)
		p.path = answer->result->path;
	buf_reset(out);
	key = package_key(&p);
	room = buf_room(out, PACKAGE_KEY_BYTES);
	for (unsigned i = 0; i < PACKAGE_KEY_BYTES; i++)
		room[i] = (char)(key >> (8 * i) & 0xff);
	out->n += PACKAGE_KEY_BYTES;
	json_writer_init(&w, out, 0);
	package_write(&p, answer->analysis->want_files, &w);
	if (out->overflow)
		return err_set(err, ERR_LIMIT, "package %.*s is too large", STR_ARG(p.name));
	answer->result->packages++;
	if (worker_answer(answer->analysis->job, RECORD_PACKAGE, buf_str(out), err) < 0) {
		answer->disconnected = true;
		return -1;
	}
	return 0;
}

static void skipped(struct package_sink *sink, const char *reason, str where)
{
	struct answer_sink *answer = (struct answer_sink *)sink;
	struct file_result *r = answer->result;

	if (r->skipped++ == 0)
		r->skipped_first = str_fmt(answer->analysis->scratch, "%s: %.*s", reason,
					   STR_ARG(str_take(where, 200)));
}

static int send_result(struct analysis *analysis, const struct file_result *result, struct err *err)
{
	struct json_writer w;

	buf_reset(&analysis->payload);
	json_writer_init(&w, &analysis->payload, 0);
	file_result_write(result, &w);
	return worker_answer(analysis->job, RECORD_RESULT, buf_str(&analysis->payload), err);
}

int analysis_fail(struct analysis *analysis, struct file_result *result, const struct err *why,
		  struct err *err)
{
	result->os_answer = -1;
	result->failed = true;
	result->failure = why->kind;
	result->message = str_c(why->msg);
	return send_result(analysis, result, err);
}

int analysis_leave_out(struct analysis *analysis, struct file_result *result, struct err *err)
{
	result->os_answer = -1;
	result->left_out = true;
	return send_result(analysis, result, err);
}

/* A document that is too large is a file that could not be read. */
static int describe(struct answer_sink *sink, const struct analyzer *analyzer,
		    const struct file_view *view, struct err *err)
{
	struct analysis *analysis = sink->analysis;
	struct json_writer w;

	buf_reset(&analysis->payload);
	json_writer_init(&w, &analysis->payload, 0);
	if (analyzer->describe(view, analysis->scratch, &sink->sink, &w, err) < 0)
		return -1;
	if (analysis->payload.overflow || analysis->payload.n > FACT_MAX_BYTES)
		return err_set(err, ERR_LIMIT, "facts of more than %u bytes", FACT_MAX_BYTES);
	sink->result->document = true;
	if (worker_answer(analysis->job, RECORD_DOCUMENT, buf_str(&analysis->payload), err) < 0) {
		sink->disconnected = true;
		return -1;
	}
	return 0;
}

int analysis_run(struct analysis *analysis, const struct analyzer *analyzer,
		 const struct file_view *view, struct file_result *result, struct err *err)
{
	bool sent = true;

	return analysis_try(analysis, analyzer, view, result, &sent, err);
}

/* Did an earlier reader of this job die of it? */
static bool is_refused(const struct analysis *analysis, str what)
{
	JSON_EACH (JSON_GET(analysis->job->header, "refused"), item) {
		if (str_eq(json_str(item), what))
			return true;
	}
	return false;
}

int analysis_try(struct analysis *analysis, const struct analyzer *analyzer,
		 const struct file_view *view, struct file_result *result, bool *sent,
		 struct err *err)
{
	struct answer_sink sink = {
		.sink = { .add = add, .skipped = skipped },
		.analysis = analysis,
		.result = result,
	};
	struct err why;
	int failed = 0;

	struct file_view asked = *view;

	asked.licences = analysis->licences;
	result->analyzer = analyzer->name;
	result->os_answer = -1;
	str what = str_fmt(analysis->scratch, "%s\t%.*s", analyzer->name, STR_ARG(view->path));
	if (is_refused(analysis, what)) {
		err_set(&why, ERR_LIMIT,
			"the reader was ended by a limit on memory or time, or a fault, in this file");
		return analysis_fail(analysis, result, &why, err);
	}
	int64_t begun = cost_begin();
	worker_works_on(what);
	if (analyzer->run)
		failed = analyzer->run(&asked, analysis->scratch, &sink.sink, &why);
	if (analyzer->describe)
		failed = describe(&sink, analyzer, view, &why);
	if (sink.disconnected) {
		worker_works_on(STR_EMPTY);
		*err = why;
		return -1;
	}
	if (failed >= 0 && analyzer->identify) {
		failed = analyzer->identify(view, analysis->scratch, &result->os, &why);
		result->os_answer = failed;
		if (result->os.path.n == 0)
			result->os.path = view->path;
	}
	worker_works_on(STR_EMPTY);
	cost_end(analyzer->name, begun);
	*sent = !analyzer->sniff || failed < 0 || result->packages > 0 || result->skipped > 0;
	if (!*sent)
		failed = 0;
	else
		failed = failed < 0 ? analysis_fail(analysis, result, &why, err)
				    : send_result(analysis, result, err);
	arena_reset(analysis->scratch);
	return failed;
}
