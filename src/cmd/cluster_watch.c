/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>

#include "base/time.h"
#include "cmd/answer.h"
#include "cmd/cluster_check.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "cmd/stop.h"
#include "posture/audit_loop.h"
#include "report/term.h"

struct watcher {
	struct cluster_check *check;
	int stop_fd;
	struct posture *posture;
	const struct posture_writer *writer;
	bool json;
	struct arena *rules, *exceptions_arena; /* of what was reloaded last */
	struct library *library;
	struct exception_set exceptions;
	struct library_parameters parameters;
	struct cluster_policies policies;
	struct buf file; /* the whole report, until it is written */
	bool file_due;
	struct buf first;
};

/* ---- lines ---------------------------------------------------------------------------------- */

static str side(bool there, enum assessed_state state)
{
	return there ? str_c(assessed_state_name(state)) : STR("absent");
}

static void put_cause(struct json_writer *w, const struct audit_cause *cause)
{
	JSON_KEY(w, "cause");
	json_open_object(w);
	json_kv_str(w, STR("kind"), str_c(cause->kind));
	json_kv_opt(w, STR("event"), str_c(cause->event));
	json_kv_opt(w, STR("object"), cause->object);
	json_close_object(w);
}

static void json_change(struct buf *b, const struct watcher *watcher, const struct audit_change *c,
			str time)
{
	const struct recommendation *r = &watcher->check->recommendations.items[c->recommendation];
	struct json_writer w;

	json_writer_init(&w, b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("event"), STR("assessment"));
	json_kv_str(&w, STR("time"), time);
	json_kv_str(&w, STR("cluster"), posture_name(watcher->posture));
	json_kv_str(&w, STR("recommendation"), r->id);
	json_kv_str(&w, STR("severity"), posture_severity_text(r->severity));
	json_kv_str(&w, STR("resource"), c->resource);
	json_kv_str(&w, STR("from"), side(c->was, c->from));
	json_kv_str(&w, STR("to"), side(c->is, c->to));
	json_kv_opt(&w, STR("message"), c->message);
	put_cause(&w, &c->cause);
	json_close_object(&w);
	buf_byte(b, '\n');
}

static void text_change(struct buf *b, const struct watcher *watcher, const struct audit_change *c,
			str time)
{
	const struct recommendation *r = &watcher->check->recommendations.items[c->recommendation];
	str from = side(c->was, c->from), to = side(c->is, c->to);

	buf_fmt(b, "%.*s  %-8s %.*s -> %.*s  %.*s  ", STR_ARG(time), severity_name(r->severity),
		STR_ARG(from), STR_ARG(to), STR_ARG(r->id));
	term_put(b, c->resource);
	buf_fmt(b, "  (%s%s%s%s", c->cause.kind, c->cause.event ? " " : "",
		c->cause.event ? c->cause.event : "", c->cause.object.n > 0 ? " " : "");
	term_put(b, c->cause.object);
	buf_byte(b, ')');
	if (c->message.n > 0) {
		BUF_LIT(b, "  ");
		term_put(b, c->message);
	}
	buf_byte(b, '\n');
}

static int on_change(void *context, const struct audit_change *change, struct err *err)
{
	struct watcher *watcher = context;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str time = time_format(arena, change->time);
	AUTO(buf_done)
	struct buf b = { 0 };

	if (!(watcher->check->chosen & RECOMMENDATION_BIT(change->recommendation)))
		return 0;
	buf_init(&b, 1u << 20);
	(watcher->json ? json_change : text_change)(&b, watcher, change, time);
	return output_print(buf_str(&b), err);
}

static int on_score(void *context, const struct audit_score_change *change, struct err *err)
{
	struct watcher *watcher = context;
	const struct control *control = &watcher->check->recommendations.controls[change->control];
	AUTO(arena_free)
	struct arena *arena = arena_new();
	str time = time_format(arena, change->time);
	struct json_writer w;
	AUTO(buf_done)
	struct buf b = { 0 };

	buf_init(&b, 1u << 20);
	if (!watcher->json) {
		buf_fmt(&b, "%.*s  score    %.2f -> %.2f of %u  ", STR_ARG(time), change->from,
			change->to, control->max);
		buf_add(&b, control->title[watcher->check->in->lang]);
		buf_byte(&b, '\n');
		return output_print(buf_str(&b), err);
	}
	json_writer_init(&w, &b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("event"), STR("score"));
	json_kv_str(&w, STR("time"), time);
	json_kv_str(&w, STR("cluster"), posture_name(watcher->posture));
	json_kv_str(&w, STR("control"), control->id);
	JSON_KEY(&w, "from");
	json_put_double(&w, change->from);
	JSON_KEY(&w, "to");
	json_put_double(&w, change->to);
	json_close_object(&w);
	buf_byte(&b, '\n');
	return output_print(buf_str(&b), err);
}

static void on_note(void *context, str text)
{
	struct watcher *watcher = context;

	progress_note(watcher->check->in->quiet, text);
}

/* ---- the whole report ----------------------------------------------------------------------- */

/* That it has begun, and with what. */
static void put_first(struct watcher *watcher, const struct assessment *a, struct arena *arena)
{
	str time = time_format(arena, time_now());
	struct json_writer w;
	double percent = 0;
	bool scored = score_percent(&a->score, 1, &percent);
	struct buf *b = &watcher->first;

	if (!watcher->json) {
		buf_fmt(b, "%.*s  ", STR_ARG(time));
		TEXT_FILL(b, watcher->check->in->lang, POSTURE_LOOKED_AT, text_number(arena, a->n),
			  text_number(arena, a->objects), text_number(arena, a->pods));
		return;
	}
	json_writer_init(&w, b, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("event"), STR("started"));
	json_kv_str(&w, STR("time"), time);
	json_kv_str(&w, STR("cluster"), posture_name(watcher->posture));
	json_kv_u64(&w, STR("resources"), a->n);
	json_kv_u64(&w, STR("objects"), a->objects);
	json_kv_u64(&w, STR("pods"), a->pods);
	if (scored)
		json_kv_u64(&w, STR("percent"), score_round(percent));
	json_close_object(&w);
	buf_byte(b, '\n');
}

static void on_render(void *context, const struct assessment *a, bool first)
{
	struct watcher *watcher = context;
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct posture_view view = { .posture = watcher->posture, .assessment = a };
	struct posture_report report;

	buf_reset(&watcher->first);
	if (first)
		put_first(watcher, a, arena);
	buf_reset(&watcher->file);
	watcher->file_due = option_given(&watcher->check->in->options, CLUSTER_OUTPUT);
	if (!watcher->file_due)
		return;
	cluster_check_report(watcher->check, &report);
	report.views = &view;
	report.n = 1;
	report.arena = arena;
	report.exceptions = &watcher->exceptions;
	report.now = time_now();
	report.time = time_format(arena, report.now);
	watcher->writer->write(&watcher->file, &report);
}

static int on_flush(void *context, struct err *err)
{
	struct watcher *watcher = context;
	str path = option_text(&watcher->check->in->options, CLUSTER_OUTPUT);
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(output_done)
	struct output output = { .fd = -1 };

	if (watcher->first.n > 0 && output_print(buf_str(&watcher->first), err) < 0)
		return -1;
	if (!watcher->file_due)
		return 0;
	if (watcher->file.overflow)
		return err_set(err, ERR_LIMIT, "a report of more than %u bytes", ANSWER_MAX);
	if (output_open(&output, path, arena, err) < 0 ||
	    output_put(&output, buf_str(&watcher->file), err) < 0)
		return -1;
	return output_commit(&output, err);
}

/* ---- rules that change ---------------------------------------------------------------------- */

/* Both are read again; who is malformed fails both, and the old ones stay. */
static int on_reload(void *context, struct library **library, struct exception_set **exceptions,
		     struct err *err)
{
	struct watcher *watcher = context;
	struct cluster_check *check = watcher->check;
	struct arena *arena = check->in->arena; /* few changes in the life of a watch */
	struct exception_set set;
	struct library_parameters *parameters = ARENA_NEW(arena, struct library_parameters);
	struct library *made;
	bool given;

	check->now = time_now();
	if (cluster_check_exceptions(check, &set, arena, err) < 0 ||
	    cluster_check_parameters(check, arena, parameters, &given, err) < 0)
		return -1;
	made = cluster_check_library(check, given ? parameters : NULL,
				     posture_name(watcher->posture), &watcher->policies, err);
	if (!made)
		return -1;
	library_unref(watcher->library);
	watcher->library = made;
	watcher->exceptions = set;
	*library = made;
	*exceptions = &watcher->exceptions;
	return 0;
}

static const struct json *on_head(void *context, const struct json *head, struct arena *arena)
{
	struct watcher *watcher = context;

	return cluster_check_whole_head(watcher->check, head, &watcher->policies, arena);
}

static void on_stop(void *context)
{
	(void)context;
	stop_close();
}

/* Files whose change matters. */
static const str *files_of(const struct cluster_check *check, size_t *n)
{
	static const str local[] = { STR_INIT(".seawallignore.yaml"), STR_INIT(".trivyignore"),
				     STR_INIT(".trivyignore.yaml"), STR_INIT(".grype.yaml") };
	const struct options *o = &check->in->options;
	str parameters = option_text(o, CLUSTER_PARAMETERS);
	size_t given;
	const str *ignore = option_items(o, CLUSTER_IGNOREFILE, &given);
	str *files = ARENA_ARRAY(check->in->arena, str, given + ARRAY_LEN(local) + 1);

	*n = 0;
	files[(*n)++] = parameters.n > 0 ? parameters : STR(LIBRARY_PARAMETERS_FILE);
	for (size_t i = 0; i < given; i++)
		files[(*n)++] = ignore[i];
	for (size_t i = 0; option_on(o, CLUSTER_LOCAL_EXCEPTIONS) && i < ARRAY_LEN(local); i++)
		files[(*n)++] = local[i];
	return files;
}

/* ---- the command ---------------------------------------------------------------------------- */

static struct kube *open_client(const struct cluster_check *check, int watch_fd, struct err *err)
{
	struct invocation *in = check->in;
	str file = option_text(&in->options, CLUSTER_KUBE + KUBE_TARGET_KUBECONFIG);
	size_t contexts;
	const str *context =
		option_items(&in->options, CLUSTER_KUBE + KUBE_TARGET_CONTEXT, &contexts);

	if (contexts > 1 || option_on(&in->options, CLUSTER_ALL_CONTEXTS))
		return err_null(err, ERR_USAGE, "--watch follows one cluster");
	const struct kube_opts opts = {
		.kubeconfig = file.n > 0 ? str_cstr(in->arena, file) : NULL,
		.context = contexts > 0 ? str_cstr(in->arena, context[0]) : NULL,
		.watch_fd = watch_fd,
	};
	struct kube *kube = kube_open(&opts, err);
	size_t n = 0;
	const str *warnings = kube ? kube_warnings(kube, &n) : NULL;

	for (size_t i = 0; i < n; i++)
		progress_note(in->quiet, warnings[i]);
	return kube;
}

static int follow(struct watcher *watcher, struct kube *kube, struct err *err)
{
	struct cluster_check *check = watcher->check;
	const struct options *o = &check->in->options;
	struct audit_loop_opts opts = {
		.kube = kube,
		.stop_fd = watcher->stop_fd,
		.exceptions = &watcher->exceptions,
		.hooks = { .context = watcher,
			   .change = on_change,
			   .score = on_score,
			   .render = on_render,
			   .flush = on_flush,
			   .note = on_note,
			   .head = on_head,
			   .stop = on_stop,
			   .reload = on_reload },
	};
	AUTO(posture_free)
	struct posture *posture = NULL;

	if (value_duration(option_text(o, CLUSTER_INTERVAL), &opts.interval, err) < 0)
		return -1;
	opts.namespaces = option_items(o, CLUSTER_KUBE + KUBE_TARGET_NAMESPACE, &opts.namespace_n);
	if (opts.namespace_n > AUDIT_NAMESPACES_MAX)
		return err_set(err, ERR_USAGE,
			       "--watch with more than %u namespaces: leave them out",
			       AUDIT_NAMESPACES_MAX);
	opts.files = files_of(check, &opts.file_n);
	watcher->exceptions = check->exceptions;
	if (cluster_policies_live(check, kube, &watcher->policies, err) < 0)
		return -1;
	watcher->library =
		cluster_check_library(check, check->has_parameters ? &check->parameters : NULL,
				      kube_cluster(kube), &watcher->policies, err);
	if (!watcher->library ||
	    cluster_inventory_live(&watcher->policies, watcher->library, kube, err) < 0)
		return -1;
	opts.inventory = watcher->policies.inventory;
	posture = cluster_check_posture(check, watcher->library, &watcher->policies, err);
	if (!posture)
		return -1;
	if (cluster_check_chosen(check, true, err) < 0)
		return -1;
	posture_set_exceptions(posture, &watcher->exceptions);
	watcher->posture = opts.posture = posture;
	return audit_loop_run(&opts, err);
}

int cluster_check_watch(struct cluster_check *check, struct err *err)
{
	str format = option_text(&check->in->options, CLUSTER_FORMAT);
	struct watcher watcher = { .check = check,
				   .writer = posture_writer_find(format),
				   .json = str_eq(format, STR("json")) };
	struct kube *kube;
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe");
	stop_closes(ends[0]); /* the clients end */
	watcher.stop_fd = stop_begin(err);
	if (watcher.stop_fd < 0) {
		stop_close();
		close(ends[1]);
		return -1;
	}
	buf_init(&watcher.file, ANSWER_MAX);
	buf_init(&watcher.first, 1u << 16);
	kube = open_client(check, ends[1], err);
	rc = kube ? follow(&watcher, kube, err) : -1;
	kube_close(kube);
	stop_close();
	close(ends[1]);
	library_unref(watcher.library);
	cluster_policies_done(&watcher.policies);
	buf_done(&watcher.file);
	buf_done(&watcher.first);
	return rc < 0 ? -1 : EXIT_FINE;
}
